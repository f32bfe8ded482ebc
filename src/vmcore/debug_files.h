// Which files hold the debug information of a dead kernel and its modules: found once, opened when first needed.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "vmcore/debug_info.h"
#include "vmcore/modules.h"

namespace inquest::vmcore {

class Kernel;

// Where debug information may be looked for. Default: nowhere.
struct DebugSearch {
  // Named by the user: a vmlinux, NAME.ko or NAME.ko.debug, or a folder, which may be laid out as /usr/lib/debug.
  std::vector<std::string> given;
  std::string folder;       // where the dump lies; empty: not looked at
  std::string root;         // "/usr/lib/debug"; empty: not looked at
  bool ignore_btf = false;  // take types from here, even if the kernel carries its own
  bool debuginfod = false;  // whether servers may be asked ($DEBUGINFOD_URLS), which takes as long as it takes
};

// Not for several threads at once.
class DebugFiles {
 public:
  explicit DebugFiles(DebugSearch search) : search_(std::move(search)) {}

  const DebugSearch& search() const { return search_; }
  // Of the kernel itself; null where there is none.
  const DebugInfo* of_kernel(const VmcoreInfo& info);
  // Of a module; null where there is none, or where nothing tells where its sections were loaded.
  const DebugInfo* of_module(Kernel& kernel, const Module& module);
  // Files that were named and could not be used, in words.
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  std::optional<std::string> find_kernel(const VmcoreInfo& info);
  std::optional<std::string> find_module(const VmcoreInfo& info, const Module& module, const std::string& build_id);

  DebugSearch search_;
  std::vector<std::string> problems_;
  bool kernel_tried_ = false;
  std::unique_ptr<DebugInfo> kernel_;
  std::map<VirtAddr, std::unique_ptr<DebugInfo>> modules_;  // null for those that have none
};

}  // namespace inquest::vmcore

// The list of loaded modules that a report carries.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace inquest::crashtext {

struct Module {
  std::string name;
  std::string taint;       // the letters that it added: "PO", "OE"
  bool loading = false;    // "+": it was just being loaded
  bool unloading = false;  // "-"
  friend bool operator==(const Module&, const Module&) = default;
};

// Reads "Modules linked in:" and the lines that it was wrapped into:
//
//     Modules linked in: zfs(PO) nvidia(POE+) e1000e
//      ptp pps_core [last unloaded: nf_tables(OE)]
class ModuleList {
 public:
  // True where the line belongs to the list: its heading, or, right behind it, a continuation.
  bool read(std::string_view line);

  bool seen() const { return seen_; }
  const std::vector<Module>& modules() const { return modules_; }
  const std::vector<Module>& unloaded() const { return unloaded_; }  // "[last unloaded: ...]"
  // The list ends in the middle of a word or has more modules than a kernel can hold: the line was cut.
  bool truncated() const { return truncated_; }
  const Module* find(std::string_view name) const;

 private:
  bool read_names(std::string_view text);

  std::vector<Module> modules_;
  std::vector<Module> unloaded_;
  bool seen_ = false;
  bool open_ = false;
  bool truncated_ = false;
};

}  // namespace inquest::crashtext

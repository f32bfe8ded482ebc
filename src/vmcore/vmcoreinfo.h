// VMCOREINFO: the lines in which a kernel tells whoever reads its dump where things are.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "vmcore/address.h"

namespace inquest::vmcore {

class PhysicalMemory;

// The note's text, looked up by key:
//
//     OSRELEASE=6.1.0-56-amd64
//     SYMBOL(init_uts_ns)=ffffffffaedfb000
//     NUMBER(phys_base)=-641728512
//
// Source: kernel/crash_core.c (vmcore_info.c since v6.9), Documentation/admin-guide/kdump/vmcoreinfo.rst. Which keys
// there are differs from kernel to kernel: ask, and take nothing for an answer.
class VmcoreInfo {
 public:
  VmcoreInfo() = default;  // that of a kernel that told nothing
  // Lines without `=` are left out; of a key that comes twice, the first counts. At most 1 MiB is looked at.
  static VmcoreInfo parse(std::string_view text);

  bool empty() const { return values_.empty(); }
  // The whole note, for who writes another dump.
  const std::string& text() const { return text_; }

  // The text behind `KEY=`.
  std::optional<std::string_view> value(std::string_view key) const;
  std::string_view osrelease() const { return value("OSRELEASE").value_or(std::string_view()); }
  // Hexadecimal digits; empty before v5.9.
  std::string_view build_id() const { return value("BUILD-ID").value_or(std::string_view()); }
  std::optional<uint64_t> page_size() const;
  // SYMBOL(name): where the symbol is, KASLR included.
  std::optional<VirtAddr> symbol(std::string_view name) const;
  // NUMBER(name): signed, also where the kernel wrote hexadecimal.
  std::optional<int64_t> number(std::string_view name) const;
  std::optional<uint64_t> size(std::string_view type) const;               // SIZE(type)
  std::optional<uint64_t> offset(std::string_view type_and_member) const;  // OFFSET(type.member)
  std::optional<uint64_t> length(std::string_view name) const;             // LENGTH(name)
  // KERNELOFFSET: what KASLR added to the kernel's addresses; 0 where it says nothing.
  uint64_t kernel_offset() const;
  // OFFSET(uts_namespace.name). Before v5.11 the note does not tell: behind a reference counter of four bytes.
  uint64_t uts_name_offset() const { return offset("uts_namespace.name").value_or(4); }

 private:
  std::optional<uint64_t> decimal(std::string_view what, std::string_view name) const;

  std::string text_;
  std::map<std::string, std::string, std::less<>> values_;
};

// A copy of the note found in memory, for dumps whose header lost it: text at the start of a page (or 24 bytes into it,
// behind the note's own header) that begins with "OSRELEASE=" and has the keys that every kernel writes. `verify` has
// the last word on each: a second kernel's copy, or one in a file's cache, looks the same. NotFound where none is left.
Result<VmcoreInfo> find_vmcoreinfo(PhysicalMemory& memory, const std::function<bool(const VmcoreInfo&)>& verify);

}  // namespace inquest::vmcore

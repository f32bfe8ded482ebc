// File, line and inlined functions of an address, from the debug information of a kernel or a module (DWARF).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "vmcore/address.h"
#include "vmcore/frame_state.h"
#include "vmcore/types.h"
#include "vmcore/vmcoreinfo.h"

namespace inquest::vmcore {

// One function that an address belongs to, as its source sees it.
struct SourceFrame {
  std::string function;  // empty where DWARF does not tell
  std::string file;      // as the compiler was told, "kernel/panic.c"; empty where not known
  uint32_t line = 0;     // 0 where not known
  bool inlined = false;  // into the next one of the list
};

// What a function was called with.
struct Argument {
  std::string name;
  std::string type;               // "struct file *"
  TypeInfo info;                  // of that type, behind typedefs
  bool is_text = false;           // a pointer to char
  bool in_memory = false;         // a struct: the value is its address
  std::optional<uint64_t> value;  // as many bytes as the type has, without a sign; nothing where it was optimised out
};

// Read lazily: opening reads no debug information, an address that of its own compilation unit. Files are mapped into
// memory by libdw, unlike dumps: they are no evidence, but the distribution's. Not for several threads at once.
class DebugInfo {
 public:
  // A vmlinux with debug information, or the file that has it split off. `offset`: what KASLR added to its addresses
  // (VmcoreInfo::kernel_offset()). Unsupported where it is no ELF file, NotFound where it has no debug information.
  static Result<DebugInfo> open_kernel(const std::string& path, uint64_t offset);
  // A module, NAME.ko or NAME.ko.debug, whose sections (".text", ".init.text") were loaded there, as
  // struct module_sect_attrs tells.
  static Result<DebugInfo> open_module(const std::string& path, std::map<std::string, VirtAddr, std::less<>> sections);

  DebugInfo(DebugInfo&&) noexcept;
  DebugInfo& operator=(DebugInfo&&) noexcept;
  ~DebugInfo();

  const std::string& path() const;
  // The functions that the instruction there belongs to, innermost first; the last is not inlined. Empty where nothing
  // is known of the address. Ask for a return address less 1: the call is what is on the stack.
  std::vector<SourceFrame> frames(VirtAddr address) const;
  // What they were called with, in the same order; empty where nothing is known of the address.
  std::vector<std::vector<Argument>> arguments(const FrameState& frame, const ReadNumber& read,
                                               const EntryValue& entry_value) const;
  // The registers of the function that called this one, as they will be when this one returns; its pc is not set.
  // Nothing without call frame information.
  std::optional<FrameState> caller_of(const FrameState& frame, const ReadNumber& read) const;
  // What this function, which stands at a call, passed in that register to the function called `callee`, which begins
  // at `start`. Nothing where another one was called, which then jumped to that one.
  std::optional<uint64_t> passed(const FrameState& caller, VirtAddr start, std::string_view callee, size_t number,
                                 const ReadNumber& read, const EntryValue& entry_value) const;
  // Types and variables; null where the file has none. It must outlive them.
  std::unique_ptr<TypeSource> types() const;

 private:
  struct State;
  explicit DebugInfo(std::unique_ptr<State> state);
  static Result<DebugInfo> open(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

// The build id of an ELF file in hexadecimal digits; empty where it has none.
std::string build_id_of(const std::string& path);

// Where debug information of the dump's kernel is: beside the dump (`folder`), under `root` as the distributions lay it
// out, or by build id (an empty one of these is not looked at); the first file that is there and whose build id, where
// both are known, is the kernel's. Nothing is asked of the network.
std::optional<std::string> find_kernel_debug_info(const VmcoreInfo& info, const std::string& folder,
                                                  const std::string& root = "/usr/lib/debug");
// The same for a module, whose build id (hexadecimal digits) may be unknown: empty.
std::optional<std::string> find_module_debug_info(const VmcoreInfo& info, std::string_view module,
                                                  std::string_view build_id, const std::string& folder,
                                                  const std::string& root = "/usr/lib/debug");

}  // namespace inquest::vmcore

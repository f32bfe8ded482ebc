// The dead kernel: its dump, symbols, types and modules, each read when it is first asked for.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "vmcore/address.h"
#include "vmcore/debug_files.h"
#include "vmcore/dump.h"
#include "vmcore/kallsyms.h"
#include "vmcore/modules.h"
#include "vmcore/object.h"
#include "vmcore/types.h"

namespace inquest::vmcore {

class Btf;
class Orc;

// "sysrq_handle_crash+0x16/0x20 [netconsole]"
struct Location {
  std::string function;  // empty where no symbol is near
  std::string module;    // empty for the kernel's own
  uint64_t offset = 0;
  uint64_t size = 0;
};

// Not for several threads at once; the dump must outlive it.
class Kernel {
 public:
  // `debug`: where debug information may be looked for, which nothing but lines, inlined functions and arguments, and
  // kernels without BTF, need.
  explicit Kernel(Dump& dump, DebugSearch debug = {});
  ~Kernel();
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;

  Dump& dump() const { return dump_; }
  AddressSpace& space() const { return dump_.kernel(); }
  // Why there are no symbols or types, where there are none: sentences for the reader.
  const std::vector<std::string>& problems() const { return problems_; }

  // Null where kallsyms cannot be read.
  const Kallsyms* symbols();
  // A symbol of the kernel: VMCOREINFO's, else kallsyms'.
  std::optional<VirtAddr> symbol(std::string_view name);
  // The same, also of modules.
  std::optional<VirtAddr> any_symbol(std::string_view name);
  // BTF of the kernel where it has some, else its debug information, and what was added. Empty without any.
  Types& types();
  // Adds the modules' types; their BTF costs a look at all types of the kernel. Once is enough.
  void load_module_types();
  // The type of a variable: BTF has per-CPU ones only, debug information all.
  Type variable_type(std::string_view name);
  const ModuleList& modules();
  // The kernel's ORC tables; null where it has none.
  const Orc* orc();

  // An object of that struct there; empty() where the type is not known.
  Object object(std::string_view type_name, VirtAddr address);
  // A global variable, by its symbol and the name of its type. NotFound where either is missing.
  Result<Object> global(std::string_view symbol, std::string_view type_name);

  // Where in which function the address is. Return addresses are looked up one byte earlier: a call may be a function's
  // last instruction.
  Location locate(VirtAddr address, bool return_address = false);
  // File, line and inlined functions of it, innermost first; empty without debug information.
  std::vector<SourceFrame> source_frames(VirtAddr address, bool return_address = false);
  // The debug information of the code there; null where there is none.
  const DebugInfo* debug_info_of(VirtAddr address);
  DebugFiles& debug_files() { return debug_; }
  // Whether code is there: of the kernel or of a module.
  bool is_text(VirtAddr address);

  // CPUs that there can be, and that there were. A panic takes the others offline, so that says nothing.
  const std::vector<uint32_t>& possible_cpus();
  const std::vector<uint32_t>& present_cpus();
  // A per-CPU variable's copy for one CPU.
  std::optional<VirtAddr> per_cpu(VirtAddr variable, uint32_t cpu);
  std::optional<VirtAddr> per_cpu(std::string_view symbol, uint32_t cpu);

 private:
  std::optional<std::string> add_btf();
  std::vector<uint32_t> cpus_of(std::string_view mask);

  Dump& dump_;
  DebugFiles debug_;
  std::vector<std::string> problems_;
  bool symbols_tried_ = false, types_tried_ = false, module_types_tried_ = false, orc_tried_ = false;
  std::optional<Kallsyms> symbols_;
  std::unordered_map<std::string, std::optional<VirtAddr>> found_;
  Types types_;
  std::optional<std::unique_ptr<TypeSource>> debug_types_;  // beside BTF, for variables
  const Btf* base_btf_ = nullptr;
  std::unique_ptr<ModuleList> modules_;
  std::unique_ptr<Orc> orc_;
  std::optional<VirtAddr> text_start_, text_end_, init_start_, init_end_;
  bool text_tried_ = false;
  std::optional<std::vector<uint32_t>> possible_, present_;
};

}  // namespace inquest::vmcore

#include "vmcore/modules.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <fmt/format.h>

#include "vmcore/kernel.h"
#include "vmcore/walk.h"

namespace inquest::vmcore {
namespace {

constexpr size_t kMaxModules = 10'000;
constexpr uint32_t kMaxSymbols = 1'000'000;
constexpr uint32_t kMaxParameters = 1'000;
constexpr uint64_t kElfSymbol = 24;  // sizeof(Elf64_Sym)
constexpr size_t kNameLimit = 512;

struct ElfSymbol {
  uint32_t name = 0;
  uint8_t info = 0;
  uint16_t section = 0;
  uint64_t value = 0, size = 0;
};

ElfSymbol decode(const std::byte* at) {
  ElfSymbol out;
  std::memcpy(&out.name, at, 4);
  std::memcpy(&out.info, at + 4, 1);
  std::memcpy(&out.section, at + 6, 2);
  std::memcpy(&out.value, at + 8, 8);
  std::memcpy(&out.size, at + 16, 8);
  return out;
}

// Calls `visit(index, symbol)` for each that has an address, until it returns false.
template <class Visit>
void each_symbol(AddressSpace& space, const ModuleSymbols& symbols, const Visit& visit) {
  constexpr uint32_t kAtOnce = 512;
  std::vector<std::byte> bytes(kAtOnce * kElfSymbol);
  for (uint32_t first = 0; first < symbols.count; first += kAtOnce) {
    const uint32_t count = std::min(kAtOnce, symbols.count - first);
    const size_t got = space.read_some(symbols.symtab + first * kElfSymbol, std::span(bytes).first(count * kElfSymbol));
    for (uint32_t i = 0; i < got / kElfSymbol; ++i) {
      const ElfSymbol symbol = decode(bytes.data() + i * kElfSymbol);
      if (symbol.value != 0 && !visit(first + i, symbol)) return;
    }
    if (got < count * kElfSymbol) return;
  }
}

Symbol make_symbol(AddressSpace& space, const ModuleSymbols& symbols, uint32_t index, const ElfSymbol& symbol) {
  Symbol out;
  out.name = space.cstring(symbols.strtab + symbol.name, kNameLimit).value_or("");
  out.address = {symbol.value};
  out.size = symbol.size;
  if (!symbols.typetab.null()) out.type = static_cast<char>(space.u8(symbols.typetab + index).value_or('?'));
  return out;
}

void add_range(std::vector<AddressRange>& ranges, VirtAddr start, uint64_t size) {
  constexpr uint64_t kMost = uint64_t{1} << 31;  // modules lie within 2 GiB
  if (!start.null() && size != 0 && size < kMost) ranges.push_back({start, size});
}

// v4.5 to v6.3: core_layout and init_layout; before, module_core and friends; since v6.4 an array by kind of memory.
void read_layout(const Object& object, Module& module) {
  if (object.has("mem")) {
    const auto mem = object.at("mem");
    const uint64_t kinds = mem ? std::min<uint64_t>(mem->info().count, 16) : 0;
    for (uint64_t kind = 0; kind < kinds; ++kind) {
      const auto one = mem->element(kind);
      if (!one) continue;
      const VirtAddr start{one->number_or("base", 0)};
      const uint64_t size = one->number_or("size", 0);
      add_range(module.ranges, start, size);
      // enum mod_mem_type: MOD_TEXT is 0, MOD_INIT_TEXT is 4.
      if (kind == 0 || kind == 4) add_range(module.text, start, size);
      if (kind == 0) module.base = {start, size};
      module.size += size;
    }
    return;
  }
  const bool old = !object.has("core_layout");
  const auto number = [&](std::string_view then, std::string_view now) {
    return object.number_or(old ? then : now, 0);
  };
  const VirtAddr core{number("module_core", "core_layout.base")};
  const VirtAddr init{number("module_init", "init_layout.base")};
  const uint64_t core_size = number("core_size", "core_layout.size");
  const uint64_t init_size = number("init_size", "init_layout.size");
  module.base = {core, core_size};
  module.size = core_size + init_size;
  add_range(module.ranges, core, core_size);
  add_range(module.ranges, init, init_size);
  add_range(module.text, core, number("core_text_size", "core_layout.text_size"));
  add_range(module.text, init, number("init_text_size", "init_layout.text_size"));
}

void read_symbols(const Object& object, Module& module) {
  // Since v4.5 behind a pointer, so that the symbols of init code can be dropped.
  const std::string_view prefix = object.has("kallsyms") ? "kallsyms->" : "";
  const auto number = [&](std::string_view name) { return object.number_or(fmt::format("{}{}", prefix, name), 0); };
  module.symbols.symtab = {number("symtab")};
  module.symbols.strtab = {number("strtab")};
  module.symbols.typetab = {number("typetab")};
  module.symbols.count = static_cast<uint32_t>(std::min<uint64_t>(number("num_symtab"), kMaxSymbols));
}

Module read_module(const Object& object) {
  static constexpr std::array<std::string_view, 4> kStates = {"live", "coming", "going", "unformed"};
  Module out;
  out.address = object.address();
  out.name = object.string("name", 64).value_or("");
  const uint64_t state = object.number_or("state", kStates.size());
  out.state = state < kStates.size() ? kStates[state] : "?";
  out.taints = object.number_or("taints", 0);
  // One reference is the kernel's own (MODULE_REF_BASE).
  if (const auto count = object.signed_number("refcnt")) out.references = *count - 1;
  read_layout(object, out);
  read_symbols(object, out);
  out.orc.count = std::min<uint64_t>(object.number_or("arch.num_orcs", 0), 10'000'000);
  out.orc.ip = {object.number_or("arch.orc_unwind_ip", 0)};
  out.orc.entries = {object.number_or("arch.orc_unwind", 0)};
  return out;
}

// What the kernel's param_ops_* print.
std::string parameter_value(Kernel& kernel, const Object& parameter) {
  const auto ops = parameter.pointer("ops");
  const auto arg = parameter.pointer("arg");
  if (!ops || !arg || kernel.symbols() == nullptr) return {};
  const auto symbol = kernel.symbols()->at(*ops);
  if (!symbol || symbol->address != *ops) return {};
  AddressSpace& space = kernel.space();
  const std::string_view type = symbol->name;
  const auto text = [](const auto& value) { return value ? fmt::format("{}", *value) : std::string(); };
  if (type == "param_ops_bool" || type == "param_ops_bool_enable_only" || type == "param_ops_invbool") {
    const auto value = space.u8(*arg);
    if (!value) return {};
    return (*value != 0) != (type == "param_ops_invbool") ? "Y" : "N";
  }
  if (type == "param_ops_byte") return text(space.u8(*arg));
  if (type == "param_ops_short") return text(space.number<int16_t>(*arg));
  if (type == "param_ops_ushort") return text(space.u16(*arg));
  if (type == "param_ops_int" || type == "param_ops_bint") return text(space.number<int32_t>(*arg));
  if (type == "param_ops_uint") return text(space.u32(*arg));
  if (type == "param_ops_long") return text(space.number<int64_t>(*arg));
  if (type == "param_ops_ulong" || type == "param_ops_ullong") return text(space.u64(*arg));
  if (type == "param_ops_charp") {
    const auto pointer = space.pointer(*arg);
    if (!pointer) return {};
    return pointer->null() ? "(null)" : space.cstring(*pointer, 1024).value_or("");
  }
  if (type == "param_ops_string") {
    const auto string = space.pointer(*arg + 8);  // struct kparam_string { unsigned int maxlen; char *string; }
    return string ? space.cstring(*string, 1024).value_or("") : std::string();
  }
  return {};
}

}  // namespace

std::optional<Symbol> ModuleSymbols::at(AddressSpace& space, VirtAddr address) const {
  std::optional<uint32_t> best;
  ElfSymbol found;
  uint64_t next = 0;  // the symbol behind it: symbols of assembly have no size
  each_symbol(space, *this, [&](uint32_t index, const ElfSymbol& symbol) {
    if (symbol.section == 0) return true;
    if (symbol.value <= address.value) {
      // Sections and files have no names; of aliases the first counts.
      const bool named = space.u8(strtab + symbol.name).value_or(0) != 0;
      if (named && (!best || symbol.value > found.value)) {
        best = index;
        found = symbol;
      }
    } else if (next == 0 || symbol.value < next) {
      next = symbol.value;
    }
    return true;
  });
  if (!best) return std::nullopt;
  Symbol out = make_symbol(space, *this, *best, found);
  if (out.size == 0 && next > out.address.value) out.size = next - out.address.value;
  return out;
}

std::optional<Symbol> ModuleSymbols::find(AddressSpace& space, std::string_view name) const {
  std::optional<Symbol> out;
  each_symbol(space, *this, [&](uint32_t index, const ElfSymbol& symbol) {
    if (symbol.section == 0) return true;
    const auto text = space.cstring(strtab + symbol.name, kNameLimit);
    if (!text || *text != name) return true;
    out = make_symbol(space, *this, index, symbol);
    return false;
  });
  return out;
}

std::vector<Symbol> ModuleSymbols::all(AddressSpace& space) const {
  std::vector<Symbol> out;
  each_symbol(space, *this, [&](uint32_t index, const ElfSymbol& symbol) {
    Symbol one = make_symbol(space, *this, index, symbol);
    if (symbol.section != 0 && !one.name.empty()) out.push_back(std::move(one));
    return true;
  });
  return out;
}

bool Module::has_text(VirtAddr place) const {
  return std::ranges::any_of(text, [&](const AddressRange& range) { return range.contains(place); });
}

const Module* ModuleList::at(VirtAddr place) const {
  for (const Module& module : modules) {
    for (const AddressRange& range : module.ranges) {
      if (range.contains(place)) return &module;
    }
  }
  return nullptr;
}

const Module* ModuleList::find(std::string_view name) const {
  for (const Module& module : modules) {
    if (module.name == name) return &module;
  }
  return nullptr;
}

ModuleList read_modules(Kernel& kernel) {
  ModuleList out;
  const auto head = kernel.symbol("modules");
  const auto node = kernel.types().offset("module", "list");
  if (!head || !node) {
    out.problems.emplace_back(head ? "modules: the type struct module is not known"
                                   : "modules: no symbol of that name");
    return out;
  }
  const Walk walk = walk_list_of(kernel.space(), *head, *node, kMaxModules);
  if (!walk.complete()) out.problems.push_back("modules: " + walk.problem);
  for (const VirtAddr address : walk.found) out.modules.push_back(read_module(kernel.object("module", address)));
  return out;
}

std::vector<ModuleParameter> parameters_of(Kernel& kernel, const Module& module) {
  std::vector<ModuleParameter> out;
  const Object object = kernel.object("module", module.address);
  if (object.empty()) return out;
  const uint64_t count = std::min<uint64_t>(object.number_or("num_kp", 0), kMaxParameters);
  const auto parameters = object.at("kp");
  for (uint64_t i = 0; parameters && i < count; ++i) {
    const auto one = parameters->element(i);
    if (!one) break;
    auto name = one->string("name", 256);
    if (!name) break;
    out.push_back({std::move(*name), parameter_value(kernel, *one)});
  }
  return out;
}

std::string module_taint_letters(uint64_t taints) {
  // taint_flags[] of kernel/panic.c that are marked as a module's, in the order of their bits.
  struct Letter {
    int bit;
    char letter;
  };
  static constexpr std::array<Letter, 8> kLetters = {
      {{0, 'P'}, {1, 'F'}, {10, 'C'}, {12, 'O'}, {13, 'E'}, {15, 'K'}, {16, 'X'}, {18, 'N'}}};
  std::string out;
  for (const Letter& one : kLetters) {
    if ((taints >> one.bit & 1) != 0) out += one.letter;
  }
  return out;
}

}  // namespace inquest::vmcore

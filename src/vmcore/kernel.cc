#include "vmcore/kernel.h"

#include <algorithm>

#include <fmt/format.h>

#include "vmcore/btf.h"
#include "vmcore/orc.h"
#include "vmcore/walk.h"

namespace inquest::vmcore {
namespace {

constexpr uint64_t kMaxBtf = uint64_t{256} << 20;
constexpr uint32_t kMaxCpus = 8192;  // CONFIG_NR_CPUS of x86-64 at its largest

}  // namespace

Kernel::Kernel(Dump& dump, DebugSearch debug) : dump_(dump), debug_(std::move(debug)) {}
Kernel::~Kernel() = default;

const Kallsyms* Kernel::symbols() {
  if (!symbols_tried_) {
    symbols_tried_ = true;
    auto symbols = Kallsyms::open(space(), dump_.vmcoreinfo());
    if (symbols) {
      symbols_ = std::move(*symbols);
    } else {
      problems_.push_back("no symbols: " + symbols.error().text());
    }
  }
  return symbols_ ? &*symbols_ : nullptr;
}

std::optional<VirtAddr> Kernel::symbol(std::string_view name) {
  const auto known = found_.find(std::string(name));
  if (known != found_.end()) return known->second;
  auto address = dump_.vmcoreinfo().symbol(name);
  if (!address && symbols() != nullptr) address = symbols_->find(name);
  found_.emplace(std::string(name), address);
  return address;
}

std::optional<VirtAddr> Kernel::any_symbol(std::string_view name) {
  if (const auto address = symbol(name)) return address;
  for (const Module& module : modules().modules) {
    if (const auto found = module.symbols.find(space(), name)) return found->address;
  }
  return std::nullopt;
}

Types& Kernel::types() {
  if (types_tried_) return types_;
  types_tried_ = true;
  const auto problem = add_btf();
  if (!problem) return types_;
  const DebugInfo* const info = debug_.of_kernel(dump_.vmcoreinfo());
  auto described = info == nullptr ? nullptr : info->types();
  if (described) {
    types_.add(std::move(described));
  } else if (!problem->empty()) {
    problems_.push_back("no types: " + *problem);
  }
  return types_;
}

// Nothing when the kernel's BTF is there, else why it is not; empty where nobody knows whether there is some.
std::optional<std::string> Kernel::add_btf() {
  if (debug_.search().ignore_btf) return "BTF is not to be used, and there is no debug information";
  const auto start = symbol("__start_BTF");
  const auto end = symbol("__stop_BTF");
  if (!start || !end || *end <= *start || *end - *start > kMaxBtf) {
    return symbols() == nullptr ? "" : "this kernel carries no BTF, and there is no debug information";
  }
  auto btf = Btf::open(LazyBytes::of(space(), *start, *end - *start));
  if (!btf) return btf.error().text();
  base_btf_ = btf->get();
  types_.add(std::move(*btf));
  return std::nullopt;
}

Type Kernel::variable_type(std::string_view name) {
  if (const Type type = types().variable(name)) return type;
  if (base_btf_ == nullptr) return {};
  if (!debug_types_) {
    const DebugInfo* const info = debug_.of_kernel(dump_.vmcoreinfo());
    debug_types_ = info == nullptr ? nullptr : info->types();
  }
  return *debug_types_ ? (*debug_types_)->variable(name) : Type{};
}

void Kernel::load_module_types() {
  if (module_types_tried_) return;
  module_types_tried_ = true;
  types();
  if (base_btf_ == nullptr) {
    for (const Module& module : modules().modules) {
      const DebugInfo* const info = types_.empty() ? nullptr : debug_.of_module(*this, module);
      if (auto described = info == nullptr ? nullptr : info->types()) types_.add(std::move(described));
    }
    return;
  }
  const auto list = symbol("btf_modules");
  const auto node = types_.offset("btf_module", "list");
  if (!list || !node) return;
  const Walk walk = walk_list_of(space(), *list, *node, 10'000);
  if (!walk.complete()) problems_.push_back("btf_modules: " + walk.problem);
  for (const VirtAddr one : walk.found) {
    const auto btf = object("btf_module", one).follow("btf");
    if (!btf) continue;
    const auto data = btf->pointer("data");
    const auto size = btf->number("data_size");
    if (!data || !size || *size > kMaxBtf) continue;
    auto types = Btf::open(LazyBytes::of(space(), *data, *size), base_btf_);
    if (types) types_.add(std::move(*types));
  }
}

const ModuleList& Kernel::modules() {
  if (!modules_) {
    modules_ = std::make_unique<ModuleList>();  // before it is read: reading asks for symbols
    *modules_ = read_modules(*this);
  }
  return *modules_;
}

const Orc* Kernel::orc() {
  if (!orc_tried_) {
    orc_tried_ = true;
    const auto ip = symbol("__start_orc_unwind_ip");
    const auto ip_end = symbol("__stop_orc_unwind_ip");
    const auto entries = symbol("__start_orc_unwind");
    if (ip && ip_end && entries && *ip_end > *ip) {
      const OrcTable table{*ip, *entries, (*ip_end - *ip) / 4};
      orc_ = std::make_unique<Orc>(space(), table, orc_version(types(), space(), table));
    }
  }
  return orc_.get();
}

Object Kernel::object(std::string_view type_name, VirtAddr address) {
  Types& known = types();
  const Type type = known.structure(type_name);
  return type ? Object(known, space(), type, address) : Object();
}

Result<Object> Kernel::global(std::string_view name, std::string_view type_name) {
  const auto address = symbol(name);
  if (!address) return fail(ErrorCode::NotFound, fmt::format("no symbol {}", name));
  const Type type = types().find(type_name);
  if (!type) return fail(ErrorCode::NotFound, fmt::format("no type {}", type_name));
  return Object(types_, space(), type, *address);
}

Location Kernel::locate(VirtAddr address, bool return_address) {
  Location out;
  const VirtAddr wanted = return_address ? address - 1 : address;
  std::optional<Symbol> found;
  if (const Module* module = modules().at(wanted)) {
    out.module = module->name;
    found = module->symbols.at(space(), wanted);
  } else if (symbols() != nullptr && is_text(wanted)) {
    found = symbols_->at(wanted);
  }
  if (!found) return out;
  out.function = found->name;
  out.offset = address - found->address;
  out.size = found->size;
  return out;
}

std::vector<SourceFrame> Kernel::source_frames(VirtAddr address, bool return_address) {
  const VirtAddr wanted = return_address ? address - 1 : address;
  const DebugInfo* const info = debug_info_of(wanted);
  return info != nullptr ? info->frames(wanted) : std::vector<SourceFrame>();
}

const DebugInfo* Kernel::debug_info_of(VirtAddr address) {
  const Module* const module = modules().at(address);
  if (module != nullptr) return debug_.of_module(*this, *module);
  return is_text(address) ? debug_.of_kernel(dump_.vmcoreinfo()) : nullptr;
}

bool Kernel::is_text(VirtAddr address) {
  if (!text_tried_) {
    text_tried_ = true;
    text_start_ = symbol("_stext");
    text_end_ = symbol("_etext");
    init_start_ = symbol("_sinittext");
    init_end_ = symbol("_einittext");
  }
  if (text_start_ && text_end_ && address >= *text_start_ && address < *text_end_) return true;
  if (init_start_ && init_end_ && address >= *init_start_ && address < *init_end_) return true;
  const Module* module = modules().at(address);
  return module != nullptr && module->has_text(address);
}

std::vector<uint32_t> Kernel::cpus_of(std::string_view mask) {
  std::vector<uint32_t> out;
  const auto address = symbol(mask);
  if (!address) return out;
  const uint64_t bytes = std::clamp<uint64_t>(types().size("cpumask").value_or(8), 8, kMaxCpus / 8);
  for (uint64_t word = 0; word < bytes / 8; ++word) {
    const auto bits = space().u64(*address + word * 8);
    if (!bits) break;
    for (uint32_t bit = 0; bit < 64; ++bit) {
      if ((*bits >> bit & 1) != 0) out.push_back(static_cast<uint32_t>(word * 64 + bit));
    }
  }
  return out;
}

const std::vector<uint32_t>& Kernel::possible_cpus() {
  if (!possible_) possible_ = cpus_of("__cpu_possible_mask");
  return *possible_;
}

const std::vector<uint32_t>& Kernel::present_cpus() {
  if (!present_) present_ = cpus_of("__cpu_present_mask");
  return *present_;
}

std::optional<VirtAddr> Kernel::per_cpu(VirtAddr variable, uint32_t cpu) {
  const auto offsets = symbol("__per_cpu_offset");
  if (!offsets || cpu >= kMaxCpus) return std::nullopt;
  const auto offset = space().u64(*offsets + uint64_t{cpu} * 8);
  return offset ? std::optional(variable + *offset) : std::nullopt;
}

std::optional<VirtAddr> Kernel::per_cpu(std::string_view name, uint32_t cpu) {
  const auto variable = symbol(name);
  return variable ? per_cpu(*variable, cpu) : std::nullopt;
}

}  // namespace inquest::vmcore

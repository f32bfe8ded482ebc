// What DebugInfo tells of a frame on a stack: arguments, and the registers of the caller.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <span>

#include <dwarf.h>

#include "vmcore/dwarf_location.h"
#include "vmcore/dwarf_scopes.h"
#include "vmcore/open_debug_info.h"

namespace inquest::vmcore {
namespace {

constexpr size_t kMostArguments = 64;

std::optional<uint64_t> evaluate(Dwarf_Attribute* attribute, Dwarf_Addr pc, const LocationContext& context,
                                 bool* in_memory) {
  Dwarf_Op* operations = nullptr;
  size_t count = 0;
  if (dwarf_getlocation_addr(attribute, pc, &operations, &count, 1) != 1) return std::nullopt;
  const auto found = evaluate_location(std::span(operations, count), attribute, context);
  if (!found) return std::nullopt;
  *in_memory = !found->is_value;
  return found->number;
}

// What DW_OP_fbreg counts from.
std::optional<uint64_t> frame_base(Dwarf_Die* function, Dwarf_Addr pc, const LocationContext& context) {
  Dwarf_Attribute attribute;
  bool in_memory = false;
  if (dwarf_attr_integrate(function, DW_AT_frame_base, &attribute) == nullptr) return std::nullopt;
  return evaluate(&attribute, pc, context, &in_memory);
}

// bx, bp, r12 to r15 (x86-64 psABI, 3.2.1). Compilers leave them out where a function does not touch them, and libdw
// knows what that means only of files that libdwfl opened.
bool kept_by_calls(size_t number) { return number == 3 || number == 6 || (number >= 12 && number <= 15); }

std::optional<uint64_t> narrowed(std::optional<uint64_t> value, uint64_t bytes) {
  if (!value || bytes == 0 || bytes >= 8) return value;
  return *value & ((uint64_t{1} << bytes * 8) - 1);
}

template <class Visit>
void each_child(Dwarf_Die* parent, const Visit& visit) {
  Dwarf_Die child;
  if (dwarf_child(parent, &child) != 0) return;
  for (;;) {
    visit(&child);
    const Dwarf_Off here = dwarf_dieoffset(&child);
    if (dwarf_siblingof(&child, &child) != 0 || dwarf_dieoffset(&child) <= here) return;
  }
}

bool attribute_of(Dwarf_Die* entry, unsigned name, unsigned old_name, Dwarf_Attribute* out) {
  return dwarf_attr(entry, name, out) != nullptr || dwarf_attr(entry, old_name, out) != nullptr;
}

// Whether the call there is one of that function, by what is called or by where the call leads.
bool calls(Dwarf_Die* site, std::string_view callee, uint64_t start, Dwarf_Addr pc, const LocationContext& context) {
  Dwarf_Attribute attribute;
  Dwarf_Die origin;
  if (attribute_of(site, DW_AT_call_origin, DW_AT_abstract_origin, &attribute)) {
    const char* const name = dwarf_formref_die(&attribute, &origin) == nullptr ? nullptr : dwarf_diename(&origin);
    // ".isra.0", ".constprop.0", ".cold": what the compiler made of it.
    return name != nullptr && callee.substr(0, callee.find('.')) == name;
  }
  bool in_memory = false;
  return attribute_of(site, DW_AT_call_target, DW_AT_GNU_call_site_target, &attribute) &&
         evaluate(&attribute, pc, context, &in_memory) == start;
}

}  // namespace

DebugInfo::State::Scopes DebugInfo::State::scopes(VirtAddr address) {
  Scopes out;
  const auto there = file_address(address);
  Dwarf_Addr bias = 0;
  Dwarf_Die* const unit = there ? unit_of(*there, &bias) : nullptr;
  if (unit == nullptr) return out;
  out.pc = *there - bias;
  out.unit = units ? units->start_of(*there).value_or(0) : 0;
  out.entries = scopes_at(unit, out.pc);
  return out;
}

const DwarfTypes* DebugInfo::State::types() {
  if (own_types) return own_types.get();
  Dwarf_Addr bias = 0;
  Dwarf* const dwarf = units ? nullptr : dwfl_module_getdwarf(module, &bias);
  if (units) own_types = std::make_unique<DwarfTypes>(*units);
  if (dwarf != nullptr) own_types = std::make_unique<DwarfTypes>(dwarf);
  return own_types.get();
}

Dwarf_CFI* DebugInfo::State::call_frames(Dwarf_Addr* cfi_bias) {
  *cfi_bias = 0;
  return units ? units->call_frames() : dwfl_module_dwarf_cfi(module, cfi_bias);
}

std::vector<std::vector<Argument>> DebugInfo::arguments(const FrameState& frame, const ReadNumber& read,
                                                        const EntryValue& entry_value) const {
  std::vector<std::vector<Argument>> out;
  State::Scopes scopes = state_->scopes(frame.pc);
  const DwarfTypes* const types = state_->types();
  if (scopes.entries.empty() || types == nullptr) return out;
  LocationContext context{frame, read, std::nullopt, entry_value, state_->offset};
  const auto function =
      std::ranges::find_if(scopes.entries, [](Dwarf_Die& one) { return dwarf_tag(&one) == DW_TAG_subprogram; });
  if (function != scopes.entries.end()) context.frame_base = frame_base(&*function, scopes.pc, context);

  for (auto scope = scopes.entries.rbegin(); scope != scopes.entries.rend(); ++scope) {
    const int tag = dwarf_tag(&*scope);
    if (tag != DW_TAG_inlined_subroutine && tag != DW_TAG_subprogram) continue;
    std::vector<Argument>& all = out.emplace_back();
    each_child(&*scope, [&](Dwarf_Die* child) {
      if (dwarf_tag(child) != DW_TAG_formal_parameter || all.size() >= kMostArguments) return;
      Argument argument;
      const char* const name = dwarf_diename(child);
      if (name != nullptr) argument.name = name;
      const Type type = types->type_of(child, scopes.unit);
      argument.type = type_name(type);
      Type real = type;
      for (int i = 0; i < 8 && info_of(real).kind == TypeKind::Typedef; ++i) real = info_of(real).target;
      argument.info = info_of(real);
      argument.is_text = argument.info.kind == TypeKind::Pointer && info_of(argument.info.target).is_char;

      Dwarf_Attribute attribute;
      Dwarf_Word constant = 0;
      bool in_memory = false;
      if (dwarf_attr(child, DW_AT_const_value, &attribute) != nullptr) {
        if (dwarf_formudata(&attribute, &constant) == 0) argument.value = constant;
      } else if (dwarf_attr(child, DW_AT_location, &attribute) != nullptr) {
        argument.value = evaluate(&attribute, scopes.pc, context, &in_memory);
      }
      const uint64_t bytes = argument.info.size;
      const bool number = argument.info.kind != TypeKind::Struct && argument.info.kind != TypeKind::Union;
      if (in_memory && number) {
        argument.value = argument.value && bytes > 0 && bytes <= 8 ? read({*argument.value}, bytes) : std::nullopt;
      }
      argument.in_memory = in_memory && !number;
      if (number) argument.value = narrowed(argument.value, bytes);
      all.push_back(std::move(argument));
    });
    if (tag == DW_TAG_subprogram) break;
  }
  return out;
}

std::optional<FrameState> DebugInfo::caller_of(const FrameState& frame, const ReadNumber& read) const {
  const auto there = state_->file_address(frame.pc);
  Dwarf_Addr bias = 0;
  Dwarf_CFI* const cfi = there ? state_->call_frames(&bias) : nullptr;
  Dwarf_Frame* raw = nullptr;
  if (cfi == nullptr || dwarf_cfi_addrframe(cfi, *there - bias, &raw) != 0) return std::nullopt;
  const std::unique_ptr<Dwarf_Frame, decltype(&std::free)> rules(raw, &std::free);

  Dwarf_Op* operations = nullptr;
  size_t count = 0;
  FrameState here = frame;
  const LocationContext context{here, read, std::nullopt, {}, state_->offset};
  if (dwarf_frame_cfa(raw, &operations, &count) != 0) return std::nullopt;
  const auto cfa = evaluate_location(std::span(operations, count), nullptr, context);
  if (!cfa) return std::nullopt;
  here.cfa = cfa->number;

  FrameState out;
  for (size_t i = 0; i < FrameState::kRegisters; ++i) {
    std::array<Dwarf_Op, 3> memory{};
    if (dwarf_frame_register(raw, static_cast<int>(i), memory.data(), &operations, &count) != 0) continue;
    if (count == 0) {
      // No operations at all: it is what it was; none of these: it is lost.
      if (operations == nullptr || kept_by_calls(i)) out.registers[i] = frame.registers[i];
      continue;
    }
    const auto found = evaluate_location(std::span(operations, count), nullptr, context);
    if (found) out.registers[i] = found->is_value ? found->number : read({found->number}, 8);
  }
  out.registers[7] = here.cfa;
  return out;
}

std::optional<uint64_t> DebugInfo::passed(const FrameState& caller, VirtAddr start, std::string_view callee,
                                          size_t number, const ReadNumber& read, const EntryValue& entry_value) const {
  State::Scopes scopes = state_->scopes(caller.pc);
  LocationContext context{caller, read, std::nullopt, entry_value, state_->offset};
  for (Dwarf_Die& scope : scopes.entries) {
    if (dwarf_tag(&scope) == DW_TAG_subprogram) context.frame_base = frame_base(&scope, scopes.pc, context);
  }
  std::optional<uint64_t> out;
  const auto look = [&](Dwarf_Die* site) {
    Dwarf_Attribute attribute;
    Dwarf_Addr back = 0;
    const int tag = dwarf_tag(site);
    if (out || (tag != DW_TAG_call_site && tag != DW_TAG_GNU_call_site)) return;
    if (!attribute_of(site, DW_AT_call_return_pc, DW_AT_low_pc, &attribute)) return;
    if (dwarf_formaddr(&attribute, &back) != 0 || back != scopes.pc + 1) return;
    if (!calls(site, callee, start.value, scopes.pc, context)) return;
    each_child(site, [&](Dwarf_Die* parameter) {
      Dwarf_Op* operations = nullptr;
      size_t count = 0;
      if (dwarf_attr(parameter, DW_AT_location, &attribute) == nullptr ||
          dwarf_getlocation(&attribute, &operations, &count) != 0 || count != 1 ||
          operations[0].atom != DW_OP_reg0 + number ||
          !attribute_of(parameter, DW_AT_call_value, DW_AT_GNU_call_site_value, &attribute) ||
          dwarf_getlocation(&attribute, &operations, &count) != 0) {
        return;
      }
      // What stands there is the value itself, without the operation that says so.
      const auto found = evaluate_location(std::span(operations, count), &attribute, context);
      if (found) out = found->number;
    });
  };
  for (Dwarf_Die& scope : scopes.entries) each_child(&scope, look);
  return out;
}

}  // namespace inquest::vmcore

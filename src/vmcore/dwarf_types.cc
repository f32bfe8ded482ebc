#include "vmcore/dwarf_types.h"

#include <algorithm>
#include <array>

#include <dwarf.h>

#include <fmt/format.h>

namespace inquest::vmcore {
namespace {

constexpr int kDeepest = 32;  // of qualifiers, and of arrays in arrays
constexpr size_t kMostEntries = 1'000'000;
constexpr int kVariable = -1;  // beside the values of TypeKind
constexpr std::array kNamedKinds = {TypeKind::Struct,  TypeKind::Union,   TypeKind::Enum,
                                    TypeKind::Typedef, TypeKind::Integer, TypeKind::Float};

std::string name_of(Dwarf_Die* entry) {
  const char* const name = dwarf_diename(entry);
  return name == nullptr ? std::string() : std::string(name);
}

bool flag(Dwarf_Die* entry, unsigned name) {
  Dwarf_Attribute attribute;
  bool value = false;
  return dwarf_attr(entry, name, &attribute) != nullptr && dwarf_formflag(&attribute, &value) == 0 && value;
}

std::optional<uint64_t> number(Dwarf_Die* entry, unsigned name) {
  Dwarf_Attribute attribute;
  Dwarf_Word value = 0;
  if (dwarf_attr(entry, name, &attribute) == nullptr || dwarf_formudata(&attribute, &value) != 0) return std::nullopt;
  return value;
}

// Without a sign where the form has none: libdw would take 200 in one byte for -56.
int64_t constant(Dwarf_Die* entry) {
  Dwarf_Attribute attribute;
  Dwarf_Sword value = 0;
  Dwarf_Word plain = 0;
  if (dwarf_attr(entry, DW_AT_const_value, &attribute) == nullptr) return 0;
  const unsigned form = dwarf_whatform(&attribute);
  if (form == DW_FORM_sdata || form == DW_FORM_implicit_const)
    return dwarf_formsdata(&attribute, &value) == 0 ? value : 0;
  return dwarf_formudata(&attribute, &plain) == 0 ? static_cast<int64_t>(plain) : 0;
}

// Calls `visit` for each entry directly below, until it returns false.
template <class Visit>
void each_child(Dwarf_Die* parent, const Visit& visit) {
  Dwarf_Die child;
  if (dwarf_child(parent, &child) != 0) return;
  for (size_t i = 0; i < kMostEntries && visit(&child); ++i) {
    // Damage may lead back, round and round.
    const Dwarf_Off here = dwarf_dieoffset(&child);
    if (dwarf_siblingof(&child, &child) != 0 || dwarf_dieoffset(&child) <= here) return;
  }
}

std::optional<TypeKind> kind_of(Dwarf_Die* entry) {
  switch (dwarf_tag(entry)) {
    case DW_TAG_structure_type:
    case DW_TAG_class_type: return TypeKind::Struct;
    case DW_TAG_union_type: return TypeKind::Union;
    case DW_TAG_enumeration_type: return TypeKind::Enum;
    case DW_TAG_typedef: return TypeKind::Typedef;
    case DW_TAG_pointer_type:
    case DW_TAG_reference_type: return TypeKind::Pointer;
    case DW_TAG_array_type: return TypeKind::Array;
    case DW_TAG_subroutine_type: return TypeKind::Function;
    case DW_TAG_base_type: {
      const uint64_t encoding = number(entry, DW_AT_encoding).value_or(0);
      return encoding == DW_ATE_float || encoding == DW_ATE_complex_float ? TypeKind::Float : TypeKind::Integer;
    }
    default: return std::nullopt;
  }
}

// How many elements each dimension of an array has, the outermost first; 0 where that is not told.
std::vector<uint64_t> dimensions(Dwarf_Die* array) {
  std::vector<uint64_t> out;
  each_child(array, [&](Dwarf_Die* child) {
    if (dwarf_tag(child) != DW_TAG_subrange_type) return true;
    if (const auto count = number(child, DW_AT_count)) {
      out.push_back(*count);
    } else if (const auto last = number(child, DW_AT_upper_bound)) {
      // The upper bound of [0] is -1, in as many bytes as the compiler likes.
      out.push_back(*last == UINT64_MAX || *last == UINT32_MAX ? 0 : *last + 1);
    } else {
      out.push_back(0);
    }
    return out.size() < kDeepest;
  });
  if (out.empty()) out.push_back(0);
  return out;
}

// Where a bit field begins, counted from the least significant bit of the struct's first byte, as this processor does.
void place_member(Dwarf_Die* entry, uint64_t type_size, Member& member) {
  member.bit_size = static_cast<uint32_t>(number(entry, DW_AT_bit_size).value_or(0));
  if (const auto bits = number(entry, DW_AT_data_bit_offset)) {
    member.bit_offset = *bits;
    return;
  }
  member.bit_offset = number(entry, DW_AT_data_member_location).value_or(0) * 8;
  // Before DWARF 4: from the most significant bit of a storage unit.
  const auto old = number(entry, DW_AT_bit_offset);
  if (!old || member.bit_size == 0) return;
  const uint64_t storage = number(entry, DW_AT_byte_size).value_or(type_size) * 8;
  if (storage >= *old + member.bit_size) member.bit_offset += storage - *old - member.bit_size;
}

std::string key_of(int kind, std::string_view name) { return fmt::format("{}|{}", kind, name); }

}  // namespace

DwarfTypes::DwarfTypes(DwarfUnits& units) : units_(&units), starts_(units.starts()) { added_.resize(starts_.size()); }

DwarfTypes::DwarfTypes(Dwarf* dwarf) : dwarf_(dwarf) {
  Dwarf_Off at = 0;
  Dwarf_Off next = 0;
  size_t header = 0;
  while (dwarf_nextcu(dwarf, at, &next, &header, nullptr, nullptr, nullptr) == 0 && next > at) {
    starts_.push_back(at + header);
    at = next;
  }
  added_.resize(starts_.size());
}

uint32_t DwarfTypes::id_of(const Place& place) const {
  const uint64_t key = (place.unit + place.offset) * kDeepest + place.dimension;
  const auto known = ids_.find(key);
  if (known != ids_.end()) return known->second;
  places_.push_back(place);
  return ids_[key] = static_cast<uint32_t>(places_.size());
}

std::optional<DwarfTypes::Place> DwarfTypes::place_of(uint32_t id) const {
  return id == 0 || id > places_.size() ? std::nullopt : std::optional(places_[id - 1]);
}

bool DwarfTypes::entry(const Place& place, Dwarf_Die* out) const {
  Dwarf* dwarf = dwarf_;
  if (units_ != nullptr) {
    Dwarf_Die* const unit = units_->unit(place.unit);
    dwarf = unit == nullptr ? nullptr : dwarf_cu_getdwarf(unit->cu);
  }
  return dwarf != nullptr && dwarf_offdie(dwarf, place.offset, out) != nullptr;
}

Type DwarfTypes::type_of(Dwarf_Die* entry, uint64_t unit_start) const {
  Dwarf_Die at = *entry;
  for (int i = 0; i < kDeepest; ++i) {
    Dwarf_Attribute attribute;
    if (dwarf_attr_integrate(&at, DW_AT_type, &attribute) == nullptr) return {this, 0};
    // Into another unit, which is not there when units are read one by one.
    const unsigned form = dwarf_whatform(&attribute);
    const bool leads_out = form == DW_FORM_ref_addr || form == DW_FORM_GNU_ref_alt || form == DW_FORM_ref_sig8;
    if ((units_ != nullptr && leads_out) || dwarf_formref_die(&attribute, &at) == nullptr) return {};
    const int tag = dwarf_tag(&at);
    if (tag != DW_TAG_const_type && tag != DW_TAG_volatile_type && tag != DW_TAG_restrict_type &&
        tag != DW_TAG_atomic_type) {
      return {this, id_of({unit_start, dwarf_dieoffset(&at), 0})};
    }
  }
  return {};
}

TypeInfo DwarfTypes::info(uint32_t id) const { return info_at(id, 0); }

// Looks into no other unit: an entry of this one would not outlive that.
TypeInfo DwarfTypes::info_at(uint32_t id, int depth) const {
  TypeInfo out;
  if (id == 0) return out;
  out.kind = TypeKind::Incomplete;
  const auto place = place_of(id);
  Dwarf_Die die;
  if (!place || depth > kDeepest || !entry(*place, &die)) return out;
  const auto kind = kind_of(&die);
  if (!kind) return out;
  out.name = name_of(&die);
  if (flag(&die, DW_AT_declaration)) {
    const std::string_view word = *kind == TypeKind::Struct ? "struct " : *kind == TypeKind::Union ? "union " : "enum ";
    out.name.insert(0, word);
    return out;
  }
  out.kind = *kind;
  out.size = number(&die, DW_AT_byte_size).value_or(0);
  switch (*kind) {
    case TypeKind::Integer: {
      const uint64_t encoding = number(&die, DW_AT_encoding).value_or(0);
      out.is_bool = encoding == DW_ATE_boolean;
      out.is_char = encoding == DW_ATE_signed_char || encoding == DW_ATE_unsigned_char;
      out.is_signed = encoding == DW_ATE_signed || encoding == DW_ATE_signed_char;
      break;
    }
    case TypeKind::Enum:
      each_child(&die, [&](Dwarf_Die* child) {
        if (dwarf_tag(child) == DW_TAG_enumerator && constant(child) < 0) out.is_signed = true;
        return !out.is_signed;
      });
      break;
    case TypeKind::Pointer:
      out.name.clear();
      out.size = 8;
      out.target = type_of(&die, place->unit);
      break;
    case TypeKind::Typedef: {
      out.target = type_of(&die, place->unit);
      const TypeInfo behind = info_at(out.target.id, depth + 1);
      out.size = behind.size;
      out.is_signed = behind.is_signed;
      out.is_bool = behind.is_bool;
      out.is_char = behind.is_char;
      break;
    }
    case TypeKind::Array: {
      const std::vector<uint64_t> counts = dimensions(&die);
      if (place->dimension >= counts.size()) return {TypeKind::Incomplete};
      out.count = counts[place->dimension];
      out.target = place->dimension + 1 < counts.size()
                       ? Type{this, id_of({place->unit, place->offset, place->dimension + 1})}
                       : type_of(&die, place->unit);
      if (__builtin_mul_overflow(info_at(out.target.id, depth + 1).size, out.count, &out.size)) out.size = 0;
      break;
    }
    case TypeKind::Function: out.target = type_of(&die, place->unit); break;
    default: break;
  }
  return out;
}

std::vector<Member> DwarfTypes::members(uint32_t id) const {
  std::vector<Member> out;
  const auto place = place_of(id);
  Dwarf_Die die;
  if (!place || !entry(*place, &die)) return out;
  each_child(&die, [&](Dwarf_Die* child) {
    if (dwarf_tag(child) != DW_TAG_member) return true;
    Member member;
    member.name = name_of(child);
    member.type = type_of(child, place->unit);
    place_member(child, info_at(member.type.id, 0).size, member);
    out.push_back(std::move(member));
    return true;
  });
  return out;
}

std::vector<Enumerator> DwarfTypes::enumerators(uint32_t id) const {
  std::vector<Enumerator> out;
  const auto place = place_of(id);
  Dwarf_Die die;
  if (!place || !entry(*place, &die)) return out;
  each_child(&die, [&](Dwarf_Die* child) {
    if (dwarf_tag(child) == DW_TAG_enumerator) out.push_back({name_of(child), constant(child)});
    return true;
  });
  return out;
}

std::optional<uint32_t> DwarfTypes::complete(uint32_t id) const {
  const auto place = place_of(id);
  Dwarf_Die die;
  if (!place || !entry(*place, &die)) return std::nullopt;
  const auto kind = kind_of(&die);
  const std::string name = name_of(&die);
  return kind && !name.empty() ? look_up(static_cast<int>(*kind), name) : std::nullopt;
}

void DwarfTypes::add_entry(Dwarf_Die* entry, uint64_t unit) const {
  const bool is_variable = dwarf_tag(entry) == DW_TAG_variable;
  const auto kind = is_variable ? std::nullopt : kind_of(entry);
  if (!is_variable && !kind) return;
  std::string name = name_of(entry);
  // A variable that is only declared has a type as well as any.
  if (name.empty() || (!is_variable && flag(entry, DW_AT_declaration))) return;
  const std::string key = key_of(is_variable ? kVariable : static_cast<int>(*kind), name);
  named_.try_emplace(key, Named{unit, dwarf_dieoffset(entry), std::move(name)});
}

void DwarfTypes::add_unit(size_t number) const {
  if (added_[number]) return;
  added_[number] = true;
  Dwarf_Die unit;
  const uint64_t start = starts_[number];
  if (units_ != nullptr) {
    Dwarf_Die* const found = units_->unit(start);
    if (found == nullptr) return;
    unit = *found;
  } else if (dwarf_offdie(dwarf_, start, &unit) == nullptr) {
    return;
  }
  each_child(&unit, [&](Dwarf_Die* child) {
    add_entry(child, units_ != nullptr ? start : 0);
    return true;
  });
}

bool DwarfTypes::is_of_another_kind(std::string_view name) const {
  return std::ranges::any_of(kNamedKinds,
                             [&](TypeKind kind) { return named_.contains(key_of(static_cast<int>(kind), name)); });
}

std::optional<uint32_t> DwarfTypes::look_up(int kind, std::string_view name) const {
  const std::string key = key_of(kind, name);
  const auto known = [&]() -> std::optional<uint32_t> {
    const auto at = named_.find(key);
    return at == named_.end() ? std::nullopt : std::optional(id_of({at->second.unit, at->second.offset, 0}));
  };
  if (const auto found = known()) return found;
  if (missing_.contains(key) || looked_for_.contains(std::string(name))) return std::nullopt;
  DwarfNames* const names = units_ == nullptr ? nullptr : units_->names();
  const auto needle = names == nullptr ? std::nullopt : std::optional(names->needle(name));
  // People ask for "x" and mean the struct or the typedef: where units have only the one, the other is no more.
  constexpr int kEnough = 4;
  int decoded = 0;
  for (size_t i = 0; i < starts_.size(); ++i) {
    if (added_[i]) continue;
    if (needle && !names->may_have(starts_[i], units_->length(starts_[i]), *needle)) continue;
    add_unit(i);
    if (const auto found = known()) return found;
    if (++decoded >= kEnough && is_of_another_kind(name)) {
      missing_.insert(key);
      return std::nullopt;
    }
  }
  looked_for_.emplace(name);
  return std::nullopt;
}

std::optional<uint32_t> DwarfTypes::find(TypeKind kind, std::string_view name) const {
  return look_up(static_cast<int>(kind), name);
}

Type DwarfTypes::variable(std::string_view name) const {
  const auto id = look_up(kVariable, name);
  const auto place = id ? place_of(*id) : std::nullopt;
  Dwarf_Die die;
  return place && entry(*place, &die) ? type_of(&die, place->unit) : Type{};
}

std::vector<std::string> DwarfTypes::names(std::string_view prefix, size_t limit) const {
  const auto known = [&] {
    std::vector<std::string> out;
    for (const auto& [key, one] : named_) {
      if (!key.starts_with(fmt::format("{}|", kVariable)) && one.name.starts_with(prefix)) out.push_back(one.name);
    }
    std::ranges::sort(out);
    out.erase(std::ranges::unique(out).begin(), out.end());
    out.resize(std::min(out.size(), limit));
    return out;
  };
  auto out = known();
  if (out.size() >= limit) return out;
  for (size_t i = 0; i < starts_.size(); ++i) add_unit(i);
  return known();
}

}  // namespace inquest::vmcore

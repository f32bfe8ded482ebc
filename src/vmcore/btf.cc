#include "vmcore/btf.h"

#include <algorithm>
#include <cstring>
#include <functional>

#include <fmt/format.h>

#include "base/cursor.h"

namespace inquest::vmcore {
namespace {

constexpr uint32_t kMagic = 0xeb9f;
constexpr int kDeepest = 32;  // of qualifiers, typedefs and arrays in one another
constexpr uint32_t kMaxTypes = 8'000'000;

enum : uint32_t {
  kInt = 1,
  kPtr,
  kArray,
  kStruct,
  kUnion,
  kEnum,
  kFwd,
  kTypedef,
  kVolatile,
  kConst,
  kRestrict,
  kFunc,
  kFuncProto,
  kVar,
  kDatasec,
  kFloat,
  kDeclTag,
  kTypeTag,
  kEnum64,
};

// Bytes that follow the 12 of a type; nothing for a kind that is not known, behind which no type can be found.
std::optional<uint64_t> extra_bytes(uint32_t kind, uint64_t length) {
  switch (kind) {
    case kInt:
    case kVar:
    case kDeclTag: return 4;
    case kArray: return 12;
    case kStruct:
    case kUnion:
    case kDatasec:
    case kEnum64: return 12 * length;
    case kEnum:
    case kFuncProto: return 8 * length;
    case kPtr:
    case kFwd:
    case kTypedef:
    case kVolatile:
    case kConst:
    case kRestrict:
    case kFunc:
    case kFloat:
    case kTypeTag: return 0;
    default: return std::nullopt;
  }
}

// Kinds that are looked for by name.
bool has_place(uint32_t kind) {
  return kind == kStruct || kind == kUnion || kind == kEnum || kind == kEnum64 || kind == kTypedef || kind == kInt ||
         kind == kFloat || kind == kVar;
}

uint32_t hash_of(uint32_t kind, std::string_view name) {
  return static_cast<uint32_t>(std::hash<std::string_view>()(name)) + kind;
}

}  // namespace

Result<std::unique_ptr<Btf>> Btf::open(LazyBytes bytes, const Btf* base) {
  std::unique_ptr<Btf> out(new Btf(std::move(bytes)));
  const auto header = out->bytes_.view(0, 24);
  if (!header) return fail(ErrorCode::Truncated, "BTF: the header cannot be read");
  Cursor in(*header, "BTF");
  const uint16_t magic = *in.read<uint16_t>();
  const uint8_t version = *in.read<uint8_t>();
  static_cast<void>(in.skip(1));
  const uint64_t header_size = *in.read<uint32_t>();
  const uint64_t types = *in.read<uint32_t>();
  const uint64_t types_size = *in.read<uint32_t>();
  const uint64_t strings = *in.read<uint32_t>();
  const uint64_t strings_size = *in.read<uint32_t>();
  if (magic != kMagic || version != 1) {
    return fail(ErrorCode::Malformed, fmt::format("BTF: magic {:#x} and version {} mean nothing", magic, version));
  }
  // Sums of 32-bit numbers: no wrap in 64 bits. What lies outside is found out when it is read.
  out->types_ = header_size + types;
  out->types_end_ = std::min(out->types_ + types_size, out->bytes_.size());
  out->strings_ = header_size + strings;
  out->strings_end_ = std::min(out->strings_ + strings_size, out->bytes_.size());
  out->next_ = out->types_;
  out->base_ = base;
  if (base != nullptr) {
    out->first_id_ = base->end_id();
    out->string_base_ = base->string_base_ + (base->strings_end_ - base->strings_);
  }
  return out;
}

// Types, and what follows most of them, are made of these.
std::optional<std::array<uint32_t, 3>> Btf::triple(uint64_t position) const {
  const auto bytes = bytes_.view(position, 12);
  if (!bytes) return std::nullopt;
  std::array<uint32_t, 3> out{};
  std::memcpy(out.data(), bytes->data(), sizeof out);
  return out;
}

std::optional<Btf::Raw> Btf::raw_at(uint64_t position) const {
  if (position > types_end_ || types_end_ - position < 12) return std::nullopt;
  const auto three = triple(position);
  if (!three) return std::nullopt;
  const auto [name, info, size] = *three;
  return Raw{name, (info >> 24) & 0x1f, info & 0xffff, (info >> 31) != 0, size, position + 12};
}

bool Btf::advance() const {
  if (positions_.size() >= kMaxTypes) return false;
  const auto type = raw_at(next_);
  if (!type) return false;
  const auto extra = extra_bytes(type->kind, type->length);
  if (!extra || *extra > types_end_ - type->data) return false;
  const auto id = static_cast<uint32_t>(first_id_ + positions_.size());
  positions_.push_back(static_cast<uint32_t>(next_));
  if (type->name != 0 && has_place(type->kind)) {
    named_.add(hash_of(type->kind, string(type->name)), id);
  }
  next_ = type->data + *extra;
  return true;
}

uint32_t Btf::end_id() const {
  while (advance()) {
  }
  return static_cast<uint32_t>(first_id_ + positions_.size());
}

std::optional<Btf::Raw> Btf::raw(uint32_t id) const {
  if (id < first_id_) return base_ != nullptr ? base_->raw(id) : std::nullopt;
  const size_t index = id - first_id_;
  while (index >= positions_.size()) {
    if (!advance()) return std::nullopt;
  }
  return raw_at(positions_[index]);
}

std::string_view Btf::string(uint32_t offset) const {
  if (offset < string_base_) return base_->string(offset);
  const uint64_t at = strings_ + (offset - string_base_);
  if (at >= strings_end_) return {};
  return bytes_.cstring(at, 512).value_or(std::string_view());
}

Type Btf::unqualified(uint32_t id) const {
  for (int i = 0; i < kDeepest; ++i) {
    if (id < first_id_ && id != 0 && base_ != nullptr) return base_->unqualified(id);
    const auto type = id == 0 ? std::nullopt : raw(id);
    if (!type) break;
    if (type->kind != kConst && type->kind != kVolatile && type->kind != kRestrict && type->kind != kTypeTag) break;
    id = type->size_or_type;
  }
  return {this, id};
}

TypeInfo Btf::info(uint32_t id) const { return info_at(id, 0); }

TypeInfo Btf::info_at(uint32_t id, int depth) const {
  TypeInfo out;
  if (id == 0) return out;
  if (id < first_id_) return base_ != nullptr ? base_->info_at(id, depth) : out;
  out.kind = TypeKind::Incomplete;
  const auto type = raw(id);
  if (!type || depth > kDeepest) return out;
  if (type->name != 0) out.name = string(type->name);
  switch (type->kind) {
    case kInt: {
      out.kind = TypeKind::Integer;
      out.size = type->size_or_type;
      const uint32_t encoding = bytes_.u32(type->data).value_or(0) >> 24;
      out.is_signed = (encoding & 1) != 0;
      out.is_bool = (encoding & 4) != 0;
      // BTF_INT_CHAR is never set by pahole.
      out.is_char = out.size == 1 && out.name.find("char") != std::string::npos;
      break;
    }
    case kFloat:
      out.kind = TypeKind::Float;
      out.size = type->size_or_type;
      break;
    case kPtr:
      out.kind = TypeKind::Pointer;
      out.size = 8;
      out.target = unqualified(type->size_or_type);
      break;
    case kArray: {
      out.kind = TypeKind::Array;
      out.target = unqualified(bytes_.u32(type->data).value_or(0));
      out.count = bytes_.u32(type->data + 8).value_or(0);
      const auto* source = static_cast<const Btf*>(out.target.source);
      uint64_t each = source->info_at(out.target.id, depth + 1).size;
      if (__builtin_mul_overflow(each, out.count, &out.size)) out.size = 0;
      break;
    }
    case kStruct:
    case kUnion:
      out.kind = type->kind == kStruct ? TypeKind::Struct : TypeKind::Union;
      out.size = type->size_or_type;
      break;
    case kEnum:
    case kEnum64:
      out.kind = TypeKind::Enum;
      out.size = type->size_or_type;
      out.is_signed = type->flag;
      break;
    case kTypedef: {
      out.kind = TypeKind::Typedef;
      out.target = unqualified(type->size_or_type);
      const auto* source = static_cast<const Btf*>(out.target.source);
      out.size = source->info_at(out.target.id, depth + 1).size;
      break;
    }
    case kFuncProto:
      out.kind = TypeKind::Function;
      out.target = unqualified(type->size_or_type);
      break;
    case kConst:
    case kVolatile:
    case kRestrict:
    case kTypeTag: {
      const Type inner = unqualified(id);
      if (inner.id == id) break;
      return static_cast<const Btf*>(inner.source)->info_at(inner.id, depth + 1);
    }
    default: break;
  }
  return out;
}

std::vector<Member> Btf::members(uint32_t id) const {
  if (id < first_id_) return base_ != nullptr && id != 0 ? base_->members(id) : std::vector<Member>();
  std::vector<Member> out;
  const auto type = raw(id);
  if (!type || (type->kind != kStruct && type->kind != kUnion)) return out;
  out.reserve(type->length);
  for (uint32_t i = 0; i < type->length; ++i) {
    const uint64_t at = type->data + uint64_t{12} * i;
    const auto three = triple(at);
    if (!three) break;
    const auto [name, member, offset] = *three;
    Member one;
    if (name != 0) one.name = string(name);
    one.type = unqualified(member);
    one.bit_offset = type->flag ? offset & 0xffffff : offset;
    one.bit_size = type->flag ? offset >> 24 : 0;
    out.push_back(std::move(one));
  }
  return out;
}

std::vector<Enumerator> Btf::enumerators(uint32_t id) const {
  if (id < first_id_) return base_ != nullptr && id != 0 ? base_->enumerators(id) : std::vector<Enumerator>();
  std::vector<Enumerator> out;
  const auto type = raw(id);
  if (!type || (type->kind != kEnum && type->kind != kEnum64)) return out;
  const uint64_t step = type->kind == kEnum ? 8 : 12;
  for (uint32_t i = 0; i < type->length; ++i) {
    const uint64_t at = type->data + step * i;
    const auto name = bytes_.u32(at);
    const auto low = bytes_.u32(at + 4);
    const auto high = step == 12 ? bytes_.u32(at + 8) : std::optional<uint32_t>(0);
    if (!name || !low || !high) break;
    const uint64_t wide = uint64_t{*low} | uint64_t{*high} << 32;
    out.push_back({std::string(string(*name)),
                   step == 12 || !type->flag ? static_cast<int64_t>(wide) : int64_t{static_cast<int32_t>(*low)}});
  }
  return out;
}

std::optional<uint32_t> Btf::find_kind(uint32_t kind, std::string_view name) const {
  std::optional<uint32_t> best;
  named_.each(hash_of(kind, name), [&](uint32_t id) {
    const auto type = raw(id);
    if (type && type->kind == kind && string(type->name) == name) best = std::min(best.value_or(id), id);
  });
  if (best) return best;
  for (;;) {
    const size_t before = named_.size();
    if (!advance()) return std::nullopt;
    if (named_.size() == before) continue;
    const auto id = static_cast<uint32_t>(first_id_ + positions_.size() - 1);
    const auto type = raw(id);
    if (type && type->kind == kind && string(type->name) == name) return id;
  }
}

std::optional<uint32_t> Btf::find(TypeKind kind, std::string_view name) const {
  switch (kind) {
    case TypeKind::Struct: return find_kind(kStruct, name);
    case TypeKind::Union: return find_kind(kUnion, name);
    case TypeKind::Typedef: return find_kind(kTypedef, name);
    case TypeKind::Integer: return find_kind(kInt, name);
    case TypeKind::Float: return find_kind(kFloat, name);
    case TypeKind::Enum: {
      const auto small = find_kind(kEnum, name);
      return small ? small : find_kind(kEnum64, name);
    }
    default: return std::nullopt;
  }
}

Type Btf::variable(std::string_view name) const {
  const auto id = find_kind(kVar, name);
  const auto type = id ? raw(*id) : std::nullopt;
  return type ? unqualified(type->size_or_type) : Type{};
}

std::vector<std::string> Btf::names(std::string_view prefix, size_t limit) const {
  end_id();
  std::vector<std::string> out;
  for (const uint32_t position : positions_) {
    if (out.size() >= limit) break;
    const auto type = raw_at(position);
    if (!type || (type->kind != kStruct && type->kind != kUnion && type->kind != kTypedef)) continue;
    const std::string_view name = type->name != 0 ? string(type->name) : std::string_view();
    if (!name.empty() && name.starts_with(prefix)) out.emplace_back(name);
  }
  return out;
}

}  // namespace inquest::vmcore

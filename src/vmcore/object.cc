#include "vmcore/object.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <fmt/format.h>

namespace inquest::vmcore {

bool Object::has(std::string_view path) const {
  return types_ != nullptr && types_->field(field_.type, path).has_value();
}

Result<Object> Object::at(std::string_view path) const {
  if (types_ == nullptr) return fail(ErrorCode::NotFound, "no object");
  Object out = *this;
  for (;;) {
    const size_t arrow = path.find("->");
    const std::string_view part = path.substr(0, arrow);
    if (!part.empty()) {
      const TypeInfo info = info_of(strip_typedefs(out.field_.type));
      // The structs of a kernel are asked for by name, and the answer is kept.
      const auto field = (info.kind == TypeKind::Struct || info.kind == TypeKind::Union) && !info.name.empty() &&
                                 types_->structure(info.name) == strip_typedefs(out.field_.type)
                             ? types_->field(info.name, part)
                             : types_->field(out.field_.type, part);
      if (!field) {
        return fail(ErrorCode::NotFound, fmt::format("{} has no member {}", type_name(out.field_.type), part));
      }
      out.address_ = out.address_ + field->offset;
      out.field_ = *field;
    }
    if (arrow == std::string_view::npos) return out;
    auto next = out.follow();
    if (!next) return fail(next.error());
    out = *next;
    path.remove_prefix(arrow + 2);
  }
}

Result<Object> Object::follow(std::string_view path) const {
  auto from = at(path);
  if (!from) return fail(from.error());
  const TypeInfo info = from->info();
  if (info.kind != TypeKind::Pointer) {
    return fail(ErrorCode::NotFound, fmt::format("{} is no pointer", type_name(from->field_.type)));
  }
  const auto target = space_->pointer(from->address_);
  if (!target) return fail(target.error());
  if (target->null()) {
    return fail(ErrorCode::NotFound, fmt::format("the pointer at {:#x} is null", from->address_.value));
  }
  return Object(*types_, *space_, info.target, *target);
}

Result<Object> Object::element(uint64_t index) const {
  const TypeInfo info = this->info();
  if (info.kind != TypeKind::Array && info.kind != TypeKind::Pointer) {
    return fail(ErrorCode::NotFound, fmt::format("{} has no elements", type_name(field_.type)));
  }
  if (info.kind == TypeKind::Array && info.count != 0 && index >= info.count) {
    return fail(ErrorCode::NotFound, fmt::format("element {} of {}", index, info.count));
  }
  VirtAddr start = address_;
  if (info.kind == TypeKind::Pointer) {
    const auto target = space_->pointer(address_);
    if (!target) return fail(target.error());
    start = *target;
  }
  return Object(*types_, *space_, info.target, start + index * info_of(info.target).size);
}

Object Object::as(std::string_view name, VirtAddr address) const {
  return {*types_, *space_, types_->find(name), address};
}

Result<Object> Object::container(std::string_view structure, std::string_view member) const {
  const auto field = types_->field(structure, member);
  if (!field) return fail(ErrorCode::NotFound, fmt::format("struct {} has no member {}", structure, member));
  return Object(*types_, *space_, types_->structure(structure), address_ - field->offset);
}

Result<uint64_t> Object::number() const {
  if (types_ == nullptr) return fail(ErrorCode::NotFound, "no object");
  const uint64_t bytes = field_.bit_size != 0 ? (uint64_t{field_.bit_offset} + field_.bit_size + 7) / 8 : size();
  if (bytes == 0 || bytes > 8) {
    return fail(ErrorCode::NotFound, fmt::format("{} is no number", type_name(field_.type)));
  }
  std::array<std::byte, 8> raw{};
  if (auto done = space_->read(address_, std::span(raw).first(bytes)); !done) return fail(done.error());
  uint64_t value = 0;
  std::memcpy(&value, raw.data(), raw.size());
  if (field_.bit_size != 0) {
    value >>= field_.bit_offset;
    if (field_.bit_size < 64) value &= (uint64_t{1} << field_.bit_size) - 1;
  }
  return value;
}

Result<int64_t> Object::signed_number() const {
  auto value = number();
  if (!value) return fail(value.error());
  const uint64_t bits = field_.bit_size != 0 ? field_.bit_size : std::min<uint64_t>(size(), 8) * 8;
  const TypeInfo info = this->info();
  // A struct is one of the wrappers of a counter, which are signed (atomic_t, atomic_long_t).
  if ((!info.is_signed && info.kind != TypeKind::Struct) || bits == 64) return static_cast<int64_t>(*value);
  const uint64_t sign = uint64_t{1} << (bits - 1);
  return static_cast<int64_t>((*value ^ sign) - sign);
}

Result<uint64_t> Object::number(std::string_view path) const {
  const auto member = at(path);
  if (!member) return fail(member.error());
  return member->number();
}

Result<int64_t> Object::signed_number(std::string_view path) const {
  const auto member = at(path);
  if (!member) return fail(member.error());
  return member->signed_number();
}

uint64_t Object::number_or(std::string_view path, uint64_t otherwise) const { return number(path).value_or(otherwise); }

Result<VirtAddr> Object::pointer(std::string_view path) const {
  const auto value = number(path);
  if (!value) return fail(value.error());
  return VirtAddr{*value};
}

Result<std::string> Object::string(std::string_view path, size_t limit) const {
  const auto text = at(path);
  if (!text) return fail(text.error());
  const TypeInfo info = text->info();
  if (info.kind == TypeKind::Array) {
    // A flexible array ends where its text does.
    return space_->cstring(text->address_, info.size == 0 ? limit : std::min<size_t>(info.size, limit));
  }
  const auto target = text->pointer();
  if (!target) return fail(target.error());
  if (target->null())
    return fail(ErrorCode::NotFound, fmt::format("the pointer at {:#x} is null", text->address_.value));
  return space_->cstring(*target, limit);
}

}  // namespace inquest::vmcore

#include "vmcore/value.h"

#include <algorithm>
#include <functional>
#include <span>

#include <fmt/format.h>

#include "vmcore/kernel.h"

namespace inquest::vmcore {
namespace {

Error no_pointer(const Value& value) {
  if (value.untyped) return no_type(value);
  return Error{ErrorCode::NotFound, fmt::format("{} is no pointer and no array", name_of(value.type)), {}, 0, 0};
}

}  // namespace

Value number_value(uint64_t number, bool is_signed) {
  Value out;
  out.number = number;
  out.type.is_signed = is_signed;
  return out;
}

Value place_of(CType type, VirtAddr address) {
  Value out;
  out.type = type;
  out.is_place = true;
  out.address = address;
  return out;
}

Error no_type(const Value& value) {
  return Error{ErrorCode::NotFound,
               fmt::format("this kernel does not carry the type of {}: say it with a cast, (int){}, or take &{}",
                           value.name, value.name, value.name),
               {},
               0,
               0};
}

Result<uint64_t> number_of(Kernel& kernel, const Value& value) {
  if (!value.is_place) return value.number;
  if (value.untyped) {
    return fail(ErrorCode::NotFound,
                fmt::format("this kernel does not carry the type of {}: say it with a cast, (int){}, or take &{}",
                            value.name, value.name, value.name));
  }
  const uint64_t bytes =
      value.bit_size != 0 ? (uint64_t{value.bit_offset} + value.bit_size + 7) / 8 : size_of(value.type);
  if (bytes == 0 || bytes > 8 || is_array(value.type)) {
    return fail(ErrorCode::NotFound, fmt::format("{} is no number", name_of(value.type)));
  }
  uint64_t out = 0;
  if (auto done = kernel.space().read(value.address, std::as_writable_bytes(std::span(&out, 1)).first(bytes)); !done) {
    return fail(done.error());
  }
  uint64_t bits = bytes * 8;
  if (value.bit_size != 0) {
    out >>= value.bit_offset;
    bits = value.bit_size;
  }
  if (bits < 64) {
    out &= (uint64_t{1} << bits) - 1;
    // atomic_t and its like are structs of one signed number.
    const uint64_t sign = uint64_t{1} << (bits - 1);
    if (is_signed(value.type) || is_structure(value.type)) out = (out ^ sign) - sign;
  }
  return out;
}

Result<Value> apply(Kernel& kernel, const Value& left, std::string_view sign, uint64_t b, const Value& right) {
  const auto value =
      is_array(left.type) && left.is_place ? Result<uint64_t>(left.address.value) : number_of(kernel, left);
  if (!value) return fail(value.error());
  const uint64_t a = *value;
  const bool pointer = is_pointer(left.type) || is_array(left.type);
  const bool with_sign = !pointer && is_signed(left.type) && is_signed(right.type);
  const auto compare = [&](auto order) {
    return number_value(with_sign ? order(static_cast<int64_t>(a), static_cast<int64_t>(b)) : order(a, b));
  };
  if (pointer && (sign == "+" || sign == "-")) {
    const auto target = target_of(left.type);
    const uint64_t step = target ? std::max<uint64_t>(size_of(*target), 1) : 1;
    if (sign == "-" && is_pointer(right.type)) return number_value((a - b) / step);
    Value out;
    out.type = is_array(left.type) && target ? pointer_to(*target) : left.type;
    // Of void, bytes, as the kernel's own compiler has it.
    const uint64_t bytes = b * (target && target->plain() ? 1 : step);
    out.number = sign == "+" ? a + bytes : a - bytes;
    return out;
  }
  if (sign == "+") return number_value(a + b, with_sign);
  if (sign == "-") return number_value(a - b, with_sign);
  if (sign == "*") return number_value(a * b, with_sign);
  if (sign == "/" || sign == "%") {
    if (b == 0) return fail(ErrorCode::NotFound, "a division by zero");
    // The one quotient that does not fit.
    if (with_sign && static_cast<int64_t>(b) == -1) return number_value(sign == "/" ? 0 - a : 0);
    if (with_sign) {
      const auto x = static_cast<int64_t>(a);
      const auto y = static_cast<int64_t>(b);
      return number_value(static_cast<uint64_t>(sign == "/" ? x / y : x % y));
    }
    return number_value(sign == "/" ? a / b : a % b, false);
  }
  if (sign == "<<") return number_value(b < 64 ? a << b : 0, with_sign);
  if (sign == ">>") return number_value(b < 64 ? a >> b : 0, with_sign);
  if (sign == "&") return number_value(a & b, with_sign);
  if (sign == "|") return number_value(a | b, with_sign);
  if (sign == "^") return number_value(a ^ b, with_sign);
  if (sign == "&&") return number_value(a != 0 && b != 0);
  if (sign == "||") return number_value(a != 0 || b != 0);
  if (sign == "==") return number_value(a == b);
  if (sign == "!=") return number_value(a != b);
  if (sign == "<") return compare(std::less<>());
  if (sign == "<=") return compare(std::less_equal<>());
  if (sign == ">") return compare(std::greater<>());
  return compare(std::greater_equal<>());
}

Result<Value> prefix(Kernel& kernel, char sign, const Value& value) {
  if (sign == '&') {
    if (!value.is_place) return fail(ErrorCode::NotFound, "a number has no address");
    if (value.bit_size != 0) return fail(ErrorCode::NotFound, "a bit field has no address");
    Value out;
    out.type = value.untyped ? CType{.pointers = 1} : pointer_to(value.type);
    if (is_array(value.type)) {
      if (const auto element = target_of(value.type)) out.type = pointer_to(*element);
    }
    out.number = value.address.value;
    return out;
  }
  if (sign == '*') return dereference(kernel, value, 0);
  const auto number = number_of(kernel, value);
  if (!number) return fail(number.error());
  if (sign == '-') return number_value(0 - *number);
  if (sign == '~') return number_value(~*number, is_signed(value.type));
  return number_value(*number == 0 ? 1 : 0);
}

Result<Value> dereference(Kernel& kernel, const Value& value, uint64_t index) {
  const auto target = target_of(value.type);
  if (!target || value.untyped) return fail(no_pointer(value));
  if (target->plain()) return fail(ErrorCode::NotFound, "a pointer to void: cast it to say what is there");
  VirtAddr start = value.address;
  if (is_array(value.type)) {
    if (!value.is_place) return fail(no_pointer(value));
    const uint64_t count = count_of(value.type);
    if (count != 0 && index >= count) return fail(ErrorCode::NotFound, fmt::format("element {} of {}", index, count));
  } else {
    const auto pointer = number_of(kernel, value);
    if (!pointer) return fail(pointer.error());
    if (*pointer == 0) return fail(ErrorCode::NotFound, fmt::format("{} is null", name_of(value.type)));
    start = {*pointer};
  }
  return place_of(*target, start + index * size_of(*target));
}

Result<Value> cast(Kernel& kernel, const Value& value, const CType& type) {
  // A place of no type becomes one of that type; so does memory that holds a struct.
  if (value.untyped || (value.is_place && (is_structure(type) || is_array(type)))) return place_of(type, value.address);
  if (is_structure(type) || is_array(type)) {
    return fail(ErrorCode::NotFound,
                fmt::format("a number is no {}: *({} *) is at that address", name_of(type), name_of(type)));
  }
  const auto number =
      is_array(value.type) && value.is_place ? Result<uint64_t>(value.address.value) : number_of(kernel, value);
  if (!number) return fail(number.error());
  Value out;
  out.type = type;
  out.number = *number;
  const uint64_t bytes = size_of(type);
  if (bytes > 0 && bytes < 8) {
    const uint64_t sign = uint64_t{1} << (bytes * 8 - 1);
    out.number &= sign * 2 - 1;
    if (is_signed(type)) out.number = (out.number ^ sign) - sign;
  }
  return out;
}

Result<Value> member(Kernel& kernel, const Value& value, std::string_view name) {
  if (value.untyped) return fail(no_type(value));
  Value of = value;
  if (is_pointer(value.type)) {
    auto target = dereference(kernel, value, 0);
    if (!target) return fail(target.error());
    of = *target;
  }
  if (!of.is_place || !is_structure(of.type)) {
    return fail(ErrorCode::NotFound, fmt::format("{} has no members", name_of(of.type)));
  }
  const auto field = kernel.types().field(of.type.type, name);
  if (!field) return fail(ErrorCode::NotFound, fmt::format("{} has no member {}", name_of(of.type), name));
  Value out = place_of({.type = field->type}, of.address + field->offset);
  out.bit_offset = field->bit_offset;
  out.bit_size = field->bit_size;
  return out;
}

}  // namespace inquest::vmcore

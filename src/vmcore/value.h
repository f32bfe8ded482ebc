// What an expression over the dead kernel's memory is made of, and what C lets one do with it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "vmcore/address.h"
#include "vmcore/c_type.h"

namespace inquest::vmcore {

class Kernel;

// What an expression, or one element of a list, is: a number (also a pointer), or a place in memory.
struct Value {
  CType type;
  bool is_place = false;
  VirtAddr address;         // of a place
  uint32_t bit_offset = 0;  // of a place that is a bit field
  uint32_t bit_size = 0;
  uint64_t number = 0;  // of a number
  // A symbol whose type nobody knows: its address can be taken, and a cast says what it is.
  bool untyped = false;
  std::string name;  // of that symbol
};

Value number_value(uint64_t number, bool is_signed = true);
Value place_of(CType type, VirtAddr address);

// The integer or pointer that it is: reads memory where it is a place. NotFound where it is a struct or an array.
Result<uint64_t> number_of(Kernel& kernel, const Value& value);

// What follows reads memory where it has to; NotFound says why something cannot be done to the value.

// `left` and `right` with a sign of two operands between them; `b` is the number that `right` is. Pointers count in
// what they point to.
Result<Value> apply(Kernel& kernel, const Value& left, std::string_view sign, uint64_t b, const Value& right);
// One of `&*-~!` before it.
Result<Value> prefix(Kernel& kernel, char sign, const Value& value);
// What the pointer points to, or that element of the array.
Result<Value> dereference(Kernel& kernel, const Value& value, uint64_t index);
// A place of no type, or one that is to be a struct, becomes a place of that type; all else a number.
Result<Value> cast(Kernel& kernel, const Value& value, const CType& type);
// Of the struct, or of the one that it points to.
Result<Value> member(Kernel& kernel, const Value& value, std::string_view name);
// That its type is not known, and what to do.
Error no_type(const Value& value);

}  // namespace inquest::vmcore

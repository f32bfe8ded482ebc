// A type as an expression needs it: one of a type source, and the pointers and the array that were put around it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "vmcore/types.h"

namespace inquest::vmcore {

// Sources only have the types that the kernel's own code uses, so `struct rq **` may be none of theirs. Reading from
// the inside: `type`, then `pointers` stars, then an array of `count` of that. No `type` at all and no pointers: a
// plain number of 8 bytes; with pointers: void.
struct CType {
  Type type;
  uint32_t pointers = 0;
  bool is_array = false;
  uint64_t count = 0;      // 0: not known
  bool is_signed = false;  // of a plain number

  bool plain() const { return !type && pointers == 0 && !is_array; }
};

// "struct page *", "unsigned long [4]", "struct pglist_data *[]", "void *", "u8". Nothing for what is no type here;
// qualifiers are passed over.
std::optional<CType> find_c_type(const Types& types, std::string_view name);

bool is_pointer(const CType& type);
bool is_array(const CType& type);
bool is_structure(const CType& type);  // or a union
// What a pointer points to, or an array holds; nothing of other types.
std::optional<CType> target_of(const CType& type);
CType pointer_to(const CType& type);
// Bytes; 0 where it has no size.
uint64_t size_of(const CType& type);
// The elements of an array; 0 where they are not counted.
uint64_t count_of(const CType& type);
bool is_signed(const CType& type);
std::string name_of(const CType& type);

}  // namespace inquest::vmcore

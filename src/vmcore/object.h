// A typed view of the dead kernel's memory: members by name, pointers, arrays, strings.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "vmcore/address.h"
#include "vmcore/address_space.h"
#include "vmcore/types.h"

namespace inquest::vmcore {

// A value at an address; nothing is read before it is asked for. Cheap to copy. The types and the address space must
// outlive it. Errors name the address (memory that is not there) or the member (a kernel that has none of that name:
// NotFound).
//
//     auto comm = task.string("comm");                       // char[16]
//     auto mm = task.follow("mm");                           // the struct behind a pointer
//     auto inode = file.at("f_path.dentry->d_inode->i_ino");  // along pointers
class Object {
 public:
  Object() = default;
  Object(const Types& types, AddressSpace& space, Type type, VirtAddr address)
      : types_(&types), space_(&space), field_{type, 0, 0, 0}, address_(address) {}

  bool empty() const { return types_ == nullptr; }
  VirtAddr address() const { return address_; }
  Type type() const { return field_.type; }
  TypeInfo info() const { return info_of(strip_typedefs(field_.type)); }
  uint64_t size() const { return info_of(field_.type).size; }
  const Types& types() const { return *types_; }
  AddressSpace& space() const { return *space_; }

  // Whether the kernel has that member: how features are told from one another.
  bool has(std::string_view path) const;
  // "a.b", "a[3].b", "a->b.c": along `->`, pointers are read.
  Result<Object> at(std::string_view path) const;
  // What the pointer of that member, or the object itself if it is one, points to. Nothing is read at the target; a
  // null pointer is an error (NotFound).
  Result<Object> follow(std::string_view path = {}) const;
  // One element of an array (its bounds are checked, unless it is flexible), or behind a pointer.
  Result<Object> element(uint64_t index) const;
  // The same memory as something else; an Object of no type where there is no such type.
  Object as(std::string_view type_name, VirtAddr address) const;
  // The struct around this member of it.
  Result<Object> container(std::string_view structure, std::string_view member) const;

  // Integers, enums, pointers and bit fields of up to 8 bytes; a struct of that size (atomic_t, spinlock_t) counts as
  // the integer in it.
  Result<uint64_t> number() const;
  Result<int64_t> signed_number() const;  // by the type's width
  Result<uint64_t> number(std::string_view path) const;
  Result<int64_t> signed_number(std::string_view path) const;
  uint64_t number_or(std::string_view path, uint64_t otherwise) const;
  Result<VirtAddr> pointer(std::string_view path = {}) const;
  // Of a char array, up to the NUL; of a pointer to char, the text there, at most `limit` bytes.
  Result<std::string> string(std::string_view path = {}, size_t limit = 4096) const;

 private:
  const Types* types_ = nullptr;
  AddressSpace* space_ = nullptr;
  Field field_;  // of which only the type and the place of a bit field count
  VirtAddr address_;
};

}  // namespace inquest::vmcore

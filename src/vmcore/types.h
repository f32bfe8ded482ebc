// Types of the dead kernel, whoever describes them: BTF out of the dump itself, or DWARF beside it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"

namespace inquest::vmcore {

class TypeSource;

// const, volatile, restrict and tags are never seen: a source looks through them.
enum class TypeKind : uint8_t {
  Void,
  Integer,
  Float,
  Pointer,
  Array,
  Struct,
  Union,
  Enum,
  Typedef,
  Function,
  Incomplete
};

// A type by its number in the source that knows it, which must outlive it. Default: no type.
struct Type {
  const TypeSource* source = nullptr;
  uint32_t id = 0;
  explicit operator bool() const { return source != nullptr; }
  friend bool operator==(const Type&, const Type&) = default;
};

struct TypeInfo {
  TypeKind kind = TypeKind::Void;
  std::string name;   // without "struct "; empty for anonymous ones, pointers and arrays
  uint64_t size = 0;  // bytes; 0 for void, functions and incomplete types
  bool is_signed = false;
  bool is_bool = false;
  bool is_char = false;
  Type target;         // of a pointer, an array's elements, a typedef, a function's result
  uint64_t count = 0;  // elements of an array; 0 too for a flexible one
};

struct Member {
  std::string name;  // empty for an anonymous struct or union
  Type type;
  uint64_t bit_offset = 0;
  uint32_t bit_size = 0;  // 0: no bit field
};

struct Enumerator {
  std::string name;
  int64_t value = 0;
};

// Everything is answered from bytes of the dump: a number that means nothing gives a type of kind Incomplete.
class TypeSource {
 public:
  virtual ~TypeSource() = default;
  virtual TypeInfo info(uint32_t id) const = 0;
  virtual std::vector<Member> members(uint32_t id) const = 0;
  virtual std::vector<Enumerator> enumerators(uint32_t id) const = 0;
  // The same type with what it consists of, where that is known of one that is Incomplete.
  virtual std::optional<uint32_t> complete(uint32_t /*id*/) const { return std::nullopt; }
  // A complete type of that name: of several of one name the first.
  virtual std::optional<uint32_t> find(TypeKind kind, std::string_view name) const = 0;
  // What a variable is; BTF knows per-CPU ones only.
  virtual Type variable(std::string_view name) const = 0;
  // Names of structs, unions and typedefs that begin so, at most `limit`: for completion.
  virtual std::vector<std::string> names(std::string_view prefix, size_t limit) const = 0;
};

// Where a member is, seen from the start of the outermost struct.
struct Field {
  Type type;
  uint64_t offset = 0;      // bytes
  uint32_t bit_offset = 0;  // behind these, of a bit field
  uint32_t bit_size = 0;    // 0: no bit field
};

// All sources of one kernel, asked in the order in which they were added. Answers are kept. A kernel's features are
// told by asking for a member, never by its version: `types.field("task_struct", "__state")`.
class Types {
 public:
  Types() = default;
  Types(const Types&) = delete;
  Types& operator=(const Types&) = delete;

  void add(std::unique_ptr<TypeSource> source) {
    sources_.push_back(std::move(source));
    // What was not there before may be there now.
    found_.clear();
    fields_.clear();
  }
  bool empty() const { return sources_.empty(); }

  // "task_struct", "struct list_head", "union x", "enum y", "u64", "struct page *", "char[16]". No type where there is
  // none.
  Type find(std::string_view name) const;
  // Of a struct or union; else of a typedef of that name.
  Type structure(std::string_view name) const;
  Type variable(std::string_view name) const;

  // "thread.sp": members of members, through anonymous ones too; "a[2].b" into arrays. Nothing where one is not there.
  std::optional<Field> field(Type type, std::string_view path) const;
  std::optional<Field> field(std::string_view structure, std::string_view path) const;
  // The offset in bytes of that member, or of the first of several spellings that exists.
  std::optional<uint64_t> offset(std::string_view structure, std::string_view path) const;
  std::optional<uint64_t> size(std::string_view structure) const;
  // The value of an enumerator, by the name of its enum: ("zone_stat_item", "NR_FREE_PAGES").
  std::optional<int64_t> enumerator(std::string_view enumeration, std::string_view name) const;
  std::vector<std::string> names(std::string_view prefix, size_t limit) const;

 private:
  std::vector<std::unique_ptr<TypeSource>> sources_;
  mutable std::unordered_map<std::string, Type> found_;
  mutable std::unordered_map<std::string, std::optional<Field>> fields_;
};

// Behind all typedefs (their number is bounded), and complete where that can be.
Type strip_typedefs(Type type);
TypeInfo info_of(Type type);
// "struct list_head *", "char[16]", "int (*)()".
std::string type_name(Type type);

}  // namespace inquest::vmcore

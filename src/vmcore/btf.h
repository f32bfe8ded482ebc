// BTF: the types that a kernel carries in its own memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "vmcore/lazy_bytes.h"
#include "vmcore/name_index.h"
#include "vmcore/types.h"

namespace inquest::vmcore {

// Read as far as questions need: types lie one behind the other without an index, so a name is looked for from the
// start, and what was passed on the way is remembered. The types that everybody asks for come early. Damage ends the
// list of types where it is; what was before stays good.
//
// A module's BTF continues that of the kernel: its numbers and strings begin where the base's end. The base must
// outlive it.
//
// Source: Documentation/bpf/btf.rst; include/uapi/linux/btf.h.
class Btf final : public TypeSource {
 public:
  // Malformed where the header is none.
  static Result<std::unique_ptr<Btf>> open(LazyBytes bytes, const Btf* base = nullptr);

  TypeInfo info(uint32_t id) const override;
  std::vector<Member> members(uint32_t id) const override;
  std::vector<Enumerator> enumerators(uint32_t id) const override;
  std::optional<uint32_t> find(TypeKind kind, std::string_view name) const override;
  Type variable(std::string_view name) const override;
  std::vector<std::string> names(std::string_view prefix, size_t limit) const override;

  // One past the last type's number. Walks all types.
  uint32_t end_id() const;

 private:
  struct Raw {
    uint32_t name = 0;  // offset of the string
    uint32_t kind = 0;
    uint32_t length = 0;  // vlen: members, enumerators, parameters
    bool flag = false;
    uint32_t size_or_type = 0;
    uint64_t data = 0;  // offset behind the type
  };

  explicit Btf(LazyBytes bytes) : bytes_(std::move(bytes)) {}
  std::optional<std::array<uint32_t, 3>> triple(uint64_t position) const;
  std::optional<Raw> raw_at(uint64_t position) const;
  std::optional<Raw> raw(uint32_t id) const;
  bool advance() const;  // passes one more type
  // Good as long as this object.
  std::string_view string(uint32_t offset) const;
  // The type behind qualifiers.
  Type unqualified(uint32_t id) const;
  TypeInfo info_at(uint32_t id, int depth) const;
  std::optional<uint32_t> find_kind(uint32_t kind, std::string_view name) const;

  mutable LazyBytes bytes_;
  const Btf* base_ = nullptr;
  uint32_t first_id_ = 1;
  uint64_t types_ = 0, types_end_ = 0;       // in bytes_
  uint64_t strings_ = 0, strings_end_ = 0;   // in bytes_
  uint64_t string_base_ = 0;                 // bytes of the base's strings
  mutable uint64_t next_ = 0;                // the first type that was not passed yet
  mutable std::vector<uint32_t> positions_;  // of those that were
  mutable NameIndex named_;                  // numbers of types by hash of kind and name
};

}  // namespace inquest::vmcore

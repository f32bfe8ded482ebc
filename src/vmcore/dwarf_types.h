// Types and variables out of debug information (DWARF), for kernels that carry no BTF.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <elfutils/libdw.h>

#include "vmcore/dwarf_units.h"
#include "vmcore/types.h"

namespace inquest::vmcore {

// Every compilation unit has its own copy of each type that it uses. A name is looked for in units until one has it
// complete; what such a unit has besides is remembered. What one unit only declares is looked for in the others when
// somebody wants to look inside.
//
// Not for several threads at once. What is damaged is not there, or Incomplete.
class DwarfTypes final : public TypeSource {
 public:
  // Of a linked file; `units` must outlive it.
  explicit DwarfTypes(DwarfUnits& units);
  // Of any other, which libdw reads as a whole.
  explicit DwarfTypes(Dwarf* dwarf);

  TypeInfo info(uint32_t id) const override;
  std::vector<Member> members(uint32_t id) const override;
  std::vector<Enumerator> enumerators(uint32_t id) const override;
  std::optional<uint32_t> find(TypeKind kind, std::string_view name) const override;
  std::optional<uint32_t> complete(uint32_t id) const override;
  // Any of the kernel, also those that other files only declare.
  Type variable(std::string_view name) const override;
  // Decodes everything there is, once, if there are fewer than that many so far.
  std::vector<std::string> names(std::string_view prefix, size_t limit) const override;

  // The type that an entry has, of a unit that starts there (0 for a file that is read as a whole).
  Type type_of(Dwarf_Die* entry, uint64_t unit_start) const;

 private:
  // An entry of .debug_info; of an array of arrays also which of them is meant, the outermost being 0.
  struct Place {
    uint64_t unit;    // where it begins; 0 where the file is read as a whole
    uint64_t offset;  // in the unit
    uint32_t dimension;
  };
  struct Named {
    uint64_t unit, offset;
    std::string name;
  };

  TypeInfo info_at(uint32_t id, int depth) const;
  uint32_t id_of(const Place& place) const;
  std::optional<Place> place_of(uint32_t id) const;
  bool entry(const Place& place, Dwarf_Die* out) const;
  std::optional<uint32_t> look_up(int kind, std::string_view name) const;
  // Whether a type of that name is known, whatever it is.
  bool is_of_another_kind(std::string_view name) const;
  // Decodes the unit with that number in starts_.
  void add_unit(size_t number) const;
  void add_entry(Dwarf_Die* entry, uint64_t unit) const;

  DwarfUnits* units_ = nullptr;
  Dwarf* dwarf_ = nullptr;
  std::vector<uint64_t> starts_;                          // of the units; of a whole file, of their first entries
  mutable std::vector<bool> added_;                       // which of these were decoded
  mutable std::unordered_map<std::string, Named> named_;  // by kind and name
  mutable std::unordered_set<std::string> missing_;       // by kind and name
  mutable std::unordered_set<std::string> looked_for_;    // names: whatever has them is in named_
  mutable std::vector<Place> places_;                     // by id, which counts from 1
  mutable std::unordered_map<uint64_t, uint32_t> ids_;
};

}  // namespace inquest::vmcore

#include "vmcore/dwarf_scopes.h"

#include <cstddef>
#include <utility>

#include <dwarf.h>

namespace inquest::vmcore {
namespace {

constexpr size_t kDeepest = 256;
constexpr size_t kMostEntries = 1'000'000;  // looked at for one address: damaged ones may lead to the same again

bool has_code(int tag) {
  return tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine || tag == DW_TAG_lexical_block;
}

struct Search {
  Dwarf_Addr address;
  std::vector<Dwarf_Die> found;
  size_t entries = 0;

  // True where the address was found below this entry. Namespaces (Rust's modules) have no addresses of their own: what
  // is in them has to be looked at.
  bool descend(Dwarf_Die* parent, size_t depth) {
    Dwarf_Die child;
    if (depth > kDeepest || dwarf_child(parent, &child) != 0) return false;
    while (++entries < kMostEntries) {
      const int tag = dwarf_tag(&child);
      if (tag == DW_TAG_namespace && descend(&child, depth + 1)) return true;
      if (has_code(tag) && dwarf_haspc(&child, address) > 0) {
        found.push_back(child);
        descend(&child, depth + 1);
        return true;
      }
      // A damaged file may call an earlier entry the next one, and so lead round in circles.
      const Dwarf_Off here = dwarf_dieoffset(&child);
      if (dwarf_siblingof(&child, &child) != 0 || dwarf_dieoffset(&child) <= here) return false;
    }
    return false;
  }
};

}  // namespace

std::vector<Dwarf_Die> scopes_at(Dwarf_Die* unit, Dwarf_Addr address) {
  Search search{address, {}};
  search.descend(unit, 0);
  return std::move(search.found);
}

}  // namespace inquest::vmcore

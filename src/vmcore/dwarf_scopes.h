// The functions that an address belongs to, as nested entries of its compilation unit.
#pragma once

#include <vector>

#include <elfutils/libdw.h>

namespace inquest::vmcore {

// The unit's functions, inlined functions and blocks that have code at that address of the file, outermost first: each
// lies in the one before. Empty where the unit does not tell. The entries are good as long as their unit.
//
// libdw's own dwarf_getscopes() also looks for where an inlined function was written, which nobody asks here, and loses
// memory where a damaged file does not say so (0.188 to 0.192).
std::vector<Dwarf_Die> scopes_at(Dwarf_Die* unit, Dwarf_Addr address);

}  // namespace inquest::vmcore

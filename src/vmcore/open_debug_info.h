// What DebugInfo keeps open, for the files that answer its questions.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>

#include "vmcore/debug_info.h"
#include "vmcore/dwarf_types.h"
#include "vmcore/dwarf_units.h"

namespace inquest::vmcore {

struct EndDwfl {
  void operator()(Dwfl* dwfl) const { dwfl_end(dwfl); }
};

struct DebugInfo::State {
  // A section that was loaded somewhere else than where libdwfl thinks.
  struct Moved {
    VirtAddr start;
    uint64_t size;
    Dwarf_Addr to;
  };

  std::string path;
  uint64_t offset = 0;       // of a kernel
  bool relocatable = false;  // a module
  std::vector<Moved> moved;
  std::unique_ptr<DwarfUnits> units;  // of a kernel; else, and where that cannot be, libdwfl reads the file
  std::unique_ptr<Dwfl, EndDwfl> dwfl;
  Dwfl_Module* module = nullptr;
  std::unique_ptr<DwarfTypes> own_types;                           // for arguments
  std::unordered_map<uint64_t, std::vector<SourceFrame>> answers;  // hundreds of tasks sleep at the same few places

  void place(const std::map<std::string, VirtAddr, std::less<>>& sections);
  std::optional<Dwarf_Addr> file_address(VirtAddr address) const;
  Dwarf_Die* unit_of(Dwarf_Addr address, Dwarf_Addr* bias) const;
  std::vector<SourceFrame> frames(VirtAddr address) const;

  // What an address belongs to. The entries are good until other units are asked for.
  struct Scopes {
    Dwarf_Addr pc = 0;               // in the file
    uint64_t unit = 0;               // as DwarfTypes counts them
    std::vector<Dwarf_Die> entries;  // scopes_at()
  };
  Scopes scopes(VirtAddr address);
  const DwarfTypes* types();
  // With the bias of its addresses; null where there is none.
  Dwarf_CFI* call_frames(Dwarf_Addr* cfi_bias);
};

}  // namespace inquest::vmcore

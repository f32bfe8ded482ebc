// Single compilation units out of a linked file of hundreds of megabytes (vmlinux).
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <elfutils/libdw.h>

#include "base/file.h"
#include "vmcore/dwarf_names.h"

namespace inquest::vmcore {

// libdw reads the header of every unit before the one that it is asked for, which touches pages all over the file. It
// is therefore shown a file whose .debug_info holds one unit only: the same mapped bytes, with another section header.
// Within a unit, offsets count from its own start, so nothing else changes; what would lead out of the unit
// (DW_FORM_ref_addr, which linkers with LTO write) cannot be followed.
class DwarfUnits {
 public:
  // Null for what this does not fit, and libdw has to read as a whole: files that are to be linked yet, with compressed
  // sections, with a part of them in another file (dwz), or without .debug_aranges.
  static std::unique_ptr<DwarfUnits> open(const std::string& path);
  ~DwarfUnits();
  DwarfUnits(const DwarfUnits&) = delete;
  DwarfUnits& operator=(const DwarfUnits&) = delete;

  // The unit that has code at that address of the file; null where none has, or it cannot be read. Valid until other
  // units are asked for.
  Dwarf_Die* at(uint64_t address);
  // Where that unit begins in .debug_info.
  std::optional<uint64_t> start_of(uint64_t address) const;
  // Call frame information of the file (.debug_frame); null where it has none.
  Dwarf_CFI* call_frames();
  // Where the unit begins in .debug_info, by its number: all that there are.
  const std::vector<uint64_t>& starts();
  Dwarf_Die* unit(uint64_t start);
  // How long the unit there is, with its header; 0 where that is no 32-bit DWARF.
  uint64_t length(uint64_t start) const;
  // Null where names are written in another way than DwarfNames knows (DW_FORM_strx).
  DwarfNames* names() { return names_ ? &*names_ : nullptr; }

 private:
  struct Range {
    uint64_t start, size, unit;
  };
  struct Unit;
  struct EndDwarf {
    void operator()(Dwarf* dwarf) const { dwarf_end(dwarf); }
  };

  explicit DwarfUnits(File file);
  bool read_sections();
  bool read_ranges(uint64_t offset, uint64_t size);

  File file_;
  std::unique_ptr<Dwarf, EndDwarf> whole_;
  uint64_t info_ = 0, info_size_ = 0;  // .debug_info in the file
  uint64_t info_header_ = 0;           // its section header in the file
  std::vector<Range> ranges_;          // by address
  std::vector<uint64_t> starts_;
  std::optional<DwarfNames> names_;
  std::unordered_map<uint64_t, std::unique_ptr<Unit>> units_;
  std::deque<uint64_t> order_;  // of these, the oldest first
};

}  // namespace inquest::vmcore

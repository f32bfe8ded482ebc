// Which compilation units can have something of a name: told from their bytes, without decoding them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"

namespace inquest::vmcore {

// A kernel's types are spread over thousands of units that are slow to decode. But an entry's name is either there as
// text (short ones), or as the place of that text in .debug_str: units with neither of the two have no such entry. One
// that has either may have it only seemingly.
class DwarfNames {
 public:
  struct Section {
    uint64_t offset = 0, size = 0;  // in the file
  };
  // What to look for in a unit.
  struct Needle {
    std::string text;              // of a short name, with its NUL; else empty
    std::vector<uint32_t> places;  // of that text in .debug_str: the linker lets a text be the end of another
    std::vector<bool> is_place;    // the same by place, where there are several
  };

  // The file must outlive it.
  DwarfNames(const File& file, Section info, Section strings) : file_(&file), info_(info), strings_(strings) {}

  // Reads .debug_str when it is first called.
  Needle needle(std::string_view name);
  // Whether the unit, these bytes of .debug_info, can have an entry of that name. True where it cannot be read.
  bool may_have(uint64_t start, uint64_t length, const Needle& needle);

 private:
  const File* file_;
  Section info_, strings_;
  std::optional<std::string> text_;  // .debug_str
  std::string unit_;                 // room for one
};

}  // namespace inquest::vmcore

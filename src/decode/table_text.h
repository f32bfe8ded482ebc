// Tables that programs print for people: words under a heading, in any language's decimals.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace inquest::decode {

// Up to `most` cells of a row that is parted by blanks; the last one holds the rest of the line, blanks included.
// Views into the line.
std::vector<std::string_view> cells_of(std::string_view line, size_t most);

// A figure with a point for its decimal comma: "11,54" is "11.54" and "136,00g" "136.00g". A text with more than one
// comma, or a point, stays as it is.
std::string with_point(std::string_view value);

// "size=30G used=12G", of names and cells by their places; empty cells and names are left out. Cells are cut at 256
// characters.
std::string row_text(std::span<const std::string_view> names, std::span<const std::string_view> cells);

}  // namespace inquest::decode

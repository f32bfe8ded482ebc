// Letters of UTF-8 text: case, classes, and runs of code points, as far as Flux's strings package asks.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace inquest::query {

// Code points; a byte that is no UTF-8 is U+FFFD.
std::vector<char32_t> code_points(std::string_view text);
void append_utf8(char32_t point, std::string& out);

// Of Latin, Greek, Cyrillic and Armenian; other scripts have no case here.
char32_t to_upper(char32_t point);
char32_t to_lower(char32_t point);
bool is_letter(char32_t point);
bool is_space(char32_t point);

}  // namespace inquest::query

#include "decode/table_text.h"

#include <algorithm>

#include "base/text.h"

namespace inquest::decode {
namespace {

constexpr std::string_view kBlanks = " \t";
constexpr size_t kLongestCell = 256;

}  // namespace

std::vector<std::string_view> cells_of(std::string_view line, size_t most) {
  std::vector<std::string_view> out;
  line = trim(line);
  while (!line.empty() && out.size() + 1 < most) {
    const size_t end = std::min(line.find_first_of(kBlanks), line.size());
    out.push_back(line.substr(0, end));
    const size_t next = line.find_first_not_of(kBlanks, end);
    line = next == std::string_view::npos ? std::string_view() : line.substr(next);
  }
  if (!line.empty()) out.push_back(line);
  return out;
}

std::string with_point(std::string_view value) {
  std::string out(value);
  const size_t comma = out.find(',');
  if (comma != std::string::npos && out.find(',', comma + 1) == std::string::npos && out.find('.') == std::string::npos)
    out[comma] = '.';
  return out;
}

std::string row_text(std::span<const std::string_view> names, std::span<const std::string_view> cells) {
  std::string out;
  for (size_t i = 0; i < names.size() && i < cells.size(); ++i) {
    if (names[i].empty() || cells[i].empty()) continue;
    if (!out.empty()) out += ' ';
    out += names[i];
    out += '=';
    out += cells[i].substr(0, kLongestCell);
  }
  return out;
}

}  // namespace inquest::decode

// A set of characters, looked for with a table: std::string_view::find_first_of calls memchr for every character.
#pragma once

#include <array>
#include <string_view>

namespace inquest {

class CharSet {
 public:
  explicit constexpr CharSet(std::string_view members) {
    for (const char c : members) has_[static_cast<unsigned char>(c)] = true;
  }

  constexpr bool has(char c) const { return has_[static_cast<unsigned char>(c)]; }
  // The first member at or behind `from`, or npos.
  constexpr size_t find_in(std::string_view text, size_t from = 0) const {
    for (size_t at = from; at < text.size(); ++at) {
      if (has(text[at])) return at;
    }
    return std::string_view::npos;
  }

 private:
  std::array<bool, 256> has_{};
};

}  // namespace inquest

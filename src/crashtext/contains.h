// Whether words stand in a text: fast on the lines of crash reports.
#pragma once

#include <string_view>

namespace inquest::crashtext {

// string_view::find stops at every occurrence of the first letter. Here the letter that is looked for is one that such
// lines rarely have: a capital or a sign, where the words have one.
constexpr bool contains(std::string_view text, std::string_view words) {
  size_t pivot = 0;
  for (size_t i = 0; i < words.size(); ++i) {
    const char c = words[i];
    if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != ' ' && c != ':' && c != '.') {
      pivot = i;
      break;
    }
  }
  if (words.empty()) return true;
  if (text.size() < words.size()) return false;
  const size_t last = text.size() - words.size() + pivot;
  for (size_t at = pivot; (at = text.find(words[pivot], at)) <= last; ++at) {
    if (text.substr(at - pivot, words.size()) == words) return true;
  }
  return false;
}

}  // namespace inquest::crashtext

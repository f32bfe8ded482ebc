#include "reason/mentions.h"

#include <cctype>
#include <string>

#include "base/text.h"

namespace inquest::reason {

bool mentions(std::string_view text, std::string_view word) {
  if (word.empty()) return false;
  const std::string where = lower(text);
  const std::string what = lower(word);
  const auto inside = [&](size_t at) {
    return at < where.size() && std::isalnum(static_cast<unsigned char>(where[at])) != 0;
  };
  for (size_t at = where.find(what); at != std::string::npos; at = where.find(what, at + 1)) {
    if ((at == 0 || !inside(at - 1)) && !inside(at + what.size())) return true;
  }
  return false;
}

}  // namespace inquest::reason

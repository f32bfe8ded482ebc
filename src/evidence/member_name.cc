#include "evidence/member_name.h"

#include <cstdint>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::evidence {
namespace {

constexpr size_t kLongest = 4096;

void append_escaped(std::string& out, std::string_view component) {
  for (const char c : component) {
    if (c == '\\') {
      out += "\\\\";
    } else if (static_cast<uint8_t>(c) < 0x20 || c == 0x7F) {
      out += fmt::format("\\x{:02x}", static_cast<uint8_t>(c));
    } else {
      out += c;
    }
  }
}

}  // namespace

std::string member_name(std::string_view raw) {
  const bool cut = raw.size() > kLongest;
  std::string out;
  for (const std::string_view component : split(raw.substr(0, kLongest), '/')) {
    if (component.empty() || component == ".") continue;
    if (!out.empty()) {
      // "!/" means "inside of that container", and a name must not pretend to be one.
      if (out.back() == '!') {
        out.back() = '\\';
        out += '!';
      }
      out += '/';
    }
    if (component == "..") {
      out += "\\.\\.";
    } else {
      append_escaped(out, component);
    }
  }
  if (out.empty()) return "(no name)";
  if (cut) out += "...";
  return out;
}

}  // namespace inquest::evidence

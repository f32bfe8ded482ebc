#include "journal/printable.h"

#include <cstdint>

#include "journal/layout.h"

namespace inquest::journal {
namespace {

// Whether eight bytes are all printable ASCII: the usual case.
bool plain(uint64_t bytes) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kTops = 0x8080808080808080;
  const uint64_t low = (bytes - kOnes * 0x20) & ~bytes;  // a byte below 0x20 borrows into its top bit
  const uint64_t del = bytes ^ (kOnes * 0x7F);
  const uint64_t is_del = (del - kOnes) & ~del;
  return ((low | is_del | bytes) & kTops) == 0;
}

// The length of the printable character at the front, 0 where there is none.
size_t character(std::string_view text, bool newlines) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t first = byte(0);
  if (first < 0x80) return (first >= 0x20 && first != 0x7F) || first == '\t' || (first == '\n' && newlines) ? 1 : 0;
  const size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  uint32_t code = first & (0x7FU >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
    code = code << 6 | (byte(i) & 0x3F);
  }
  const bool shortest = code >= (length == 2 ? 0x80U : length == 3 ? 0x800U : 0x10000U);
  const bool known =
      code < 0x110000 && (code & 0xFFFFF800) != 0xD800 && (code < 0xFDD0 || code > 0xFDEF) && (code & 0xFFFE) != 0xFFFE;
  return shortest && known && code > 0x9F ? length : 0;
}

}  // namespace

bool is_plain(std::string_view text) {
  while (text.size() >= 8) {
    if (!plain(load<uint64_t>(text.data()))) return false;
    text.remove_prefix(8);
  }
  for (const char c : text) {
    if (static_cast<uint8_t>(c) < ' ' || static_cast<uint8_t>(c) > '~') return false;
  }
  return true;
}

bool is_printable(std::string_view text, bool newlines) {
  while (!text.empty()) {
    while (text.size() >= 8 && plain(load<uint64_t>(text.data()))) text.remove_prefix(8);
    if (text.empty()) break;
    const size_t length = character(text, newlines);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace inquest::journal

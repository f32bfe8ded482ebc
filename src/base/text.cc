#include "base/text.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdint>

#include <fmt/format.h>

namespace inquest {
namespace {

struct CodePoint {
  uint32_t value = 0;
  size_t length = 0;  // 0: not UTF-8
};

CodePoint decode_utf8(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t b0 = byte(0);
  if (b0 < 0x80) return {b0, 1};
  size_t length = 0;
  uint32_t value = 0;
  uint32_t least = 0;
  if ((b0 & 0xE0) == 0xC0) {
    length = 2;
    value = b0 & 0x1FU;
    least = 0x80;
  } else if ((b0 & 0xF0) == 0xE0) {
    length = 3;
    value = b0 & 0x0FU;
    least = 0x800;
  } else if ((b0 & 0xF8) == 0xF0) {
    length = 4;
    value = b0 & 0x07U;
    least = 0x10000;
  } else {
    return {};
  }
  if (text.size() < length) return {};
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    value = value << 6 | (byte(i) & 0x3FU);
  }
  if (value < least || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return {};
  return {value, length};
}

// Characters that reorder or hide what a reader sees: bidirectional controls, line and paragraph separators.
bool deceptive(uint32_t c) {
  return c == 0x200E || c == 0x200F || c == 0x061C || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) ||
         c == 0x2028 || c == 0x2029 || c == 0xFEFF;
}

// The longest that programs print are links and titles.
constexpr size_t kLongestControlString = 4096;

// Length of the ECMA-48 control string (OSC, DCS, SOS, PM, APC) whose introducer "ESC x" starts the text: up to ST (as
// "ESC \\" or C1 in UTF-8), xterm's BEL, or CAN or SUB, which cancel it. Of one that never ends, or that another
// sequence cuts off, only the introducer: a terminal would hide all that follows, a reader of evidence must see it.
size_t control_string_length(std::string_view text) {
  text = text.substr(0, kLongestControlString);
  for (size_t i = 2; i < text.size(); ++i) {
    switch (text[i]) {
      case '\a':
      case 0x18:
      case 0x1A: return i + 1;
      case '\x1b': return text.substr(i + 1).starts_with('\\') ? i + 2 : 2;
      case '\xc2':
        if (text.substr(i + 1).starts_with('\x9c')) return i + 2;
        break;
      default: break;
    }
  }
  return 2;
}

}  // namespace

// A byte that cannot belong to the sequence is left alone.
size_t escape_length(std::string_view text) {
  if (!text.starts_with('\x1b')) return 0;
  if (text.size() < 2) return 1;
  const auto run = [&](size_t from, char low, char high) {
    while (from < text.size() && text[from] >= low && text[from] <= high) ++from;
    return from;
  };
  const auto ended = [&](size_t at, char low) {
    return at < text.size() && text[at] >= low && text[at] <= 0x7E ? at + 1 : at;
  };
  switch (text[1]) {
    case '[': return ended(run(2, 0x20, 0x3F), 0x40);  // CSI: parameters 0x30-0x3F, intermediates 0x20-0x2F, final
    case ']':
    case 'P':
    case 'X':
    case '^':
    case '_': return control_string_length(text);
    default: return ended(run(1, 0x20, 0x2F), 0x30);
  }
}

std::string printable(std::string_view text) {
  static constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto c = static_cast<unsigned char>(text[0]);
    size_t used = 1;
    if (c >= 0x20 && c < 0x7F) {
      out += text[0];
    } else if (c == '\t' || c == '\n' || c == '\r') {
      out += ' ';
    } else if (c == 0x1B) {
      used = escape_length(text);
    } else if (c == 0) {
      // padding: nothing to show
    } else if (c < 0x20 || c == 0x7F) {
      out += kReplacement;
    } else if (const CodePoint point = decode_utf8(text); point.length == 0) {
      out += kReplacement;
    } else {
      used = point.length;
      if (point.value < 0xA0 || deceptive(point.value)) {
        out += kReplacement;
      } else {
        out += text.substr(0, used);
      }
    }
    text.remove_prefix(used);
  }
  return out;
}

size_t columns(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<uint8_t>(c) & 0xC0) != 0x80; }));
}

std::string ellipsis(std::string_view text, size_t width) {
  if (columns(text) <= width) return std::string(text);
  const size_t keep = width > 3 ? width - 3 : 0;
  size_t seen = 0;
  size_t end = 0;
  while (end < text.size()) {
    if ((static_cast<uint8_t>(text[end]) & 0xC0) != 0x80 && seen++ == keep) break;
    ++end;
  }
  return std::string(text.substr(0, end)) + std::string("...").substr(0, width);
}

std::string_view trim(std::string_view text) {
  static constexpr std::string_view kBlank = " \t\r\n\v\f";
  const size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> out;
  for (;;) {
    const size_t end = text.find(separator);
    out.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

std::vector<std::string_view> split_blanks(std::string_view text) {
  static constexpr std::string_view kBlank = " \t\r\n";
  std::vector<std::string_view> out;
  for (size_t at = text.find_first_not_of(kBlank); at != std::string_view::npos;) {
    const size_t end = text.find_first_of(kBlank, at);
    out.push_back(text.substr(at, end - at));
    at = end == std::string_view::npos ? end : text.find_first_not_of(kBlank, end);
  }
  return out;
}

std::vector<std::string_view> lines(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    out.push_back(line);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return out;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

bool contains_nocase(std::string_view text, std::string_view needle) {
  return std::ranges::search(
             text, needle,
             [](unsigned char a, unsigned char b) {
               return std::tolower(a) == std::tolower(b);
             }).begin() != text.end() ||
         needle.empty();
}

std::optional<double> parse_double(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::string grouped(uint64_t value) {
  std::string digits = std::to_string(value);
  for (size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string counted(uint64_t count, std::string_view singular, std::string_view plural) {
  if (count == 1) return fmt::format("1 {}", singular);
  if (plural.empty()) return fmt::format("{} {}s", grouped(count), singular);
  return fmt::format("{} {}", grouped(count), plural);
}

}  // namespace inquest

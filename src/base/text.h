// Text out of evidence: made safe to show, cut, compared.
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inquest {

// The text as it may be shown on a terminal: escape sequences (CSI, OSC and the other ECMA-48 strings) are removed
// whole, other C0 and C1 controls and DEL, bidirectional controls, and bytes that are not UTF-8 become U+FFFD; a tab or
// line end becomes one space; NULs go. The result is valid UTF-8 in one line.
std::string printable(std::string_view text);

// The length of the ECMA-48 escape sequence (CSI, OSC and the other strings, character sets, ...) that the text begins
// with; 0 where it begins with none. Of a control string that does not end within 4 KiB only the introducer is one, so
// that nothing behind it is lost.
size_t escape_length(std::string_view text);

// The first `width` columns of printable text, with "..." where something was cut. Counts code points.
std::string ellipsis(std::string_view text, size_t width);

// Code points of valid UTF-8.
size_t columns(std::string_view text);

std::string_view trim(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);
// Fields separated by any run of blanks.
std::vector<std::string_view> split_blanks(std::string_view text);
// Lines without their ends ("\n" or "\r\n"); a last line needs no end.
std::vector<std::string_view> lines(std::string_view text);
std::string lower(std::string_view text);
bool contains_nocase(std::string_view text, std::string_view needle);

// The whole text as a decimal number; nothing otherwise.
template <std::integral T>
std::optional<T> parse_int(std::string_view text, int base = 10) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}
// The same for a number with a fraction or an exponent; infinities and NaN are none.
std::optional<double> parse_double(std::string_view text);

// "1,089": with a comma between thousands.
std::string grouped(uint64_t value);
// "1 event", "2 events".
std::string counted(uint64_t count, std::string_view singular, std::string_view plural = {});

}  // namespace inquest

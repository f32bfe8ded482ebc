// Reading one line from left to right, in small steps that either take something or leave everything as it was.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace inquest::crashtext {

// The rest of a line that somebody else owns; copies are cheap, so a parser tries an alternative on a copy.
class Scan {
 public:
  explicit Scan(std::string_view text) : rest_(text) {}

  std::string_view rest() const { return rest_; }
  bool at_end() const { return rest_.empty(); }
  char peek() const { return rest_.empty() ? '\0' : rest_.front(); }

  Scan& blanks() {
    while (!rest_.empty() && blank(rest_.front())) rest_.remove_prefix(1);
    return *this;
  }
  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  // The longest run of characters that `wanted` holds for; may be empty.
  template <class Predicate>
  std::string_view take_while(Predicate wanted) {
    size_t n = 0;
    while (n < rest_.size() && wanted(rest_[n])) ++n;
    return take_count(n);
  }
  // Up to the next blank.
  std::string_view word() {
    return take_while([](char c) { return !blank(c); });
  }
  // Up to `end`, which is taken too; nothing is taken where it does not come.
  std::optional<std::string_view> until(char end) {
    const size_t at = rest_.find(end);
    if (at == std::string_view::npos) return std::nullopt;
    const std::string_view found = take_count(at);
    rest_.remove_prefix(1);
    return found;
  }
  std::string_view take_count(size_t count) {
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(taken.size());
    return taken;
  }

  // Digits without a prefix; nothing where there is none or where they do not fit.
  std::optional<uint64_t> hex() { return number(16); }
  std::optional<uint64_t> decimal() { return number(10); }
  // Digits behind "0x".
  std::optional<uint64_t> prefixed_hex() {
    Scan ahead = *this;
    if (!ahead.take("0x")) return std::nullopt;
    const auto value = ahead.hex();
    if (value) *this = ahead;
    return value;
  }

  static bool blank(char c) { return c == ' ' || c == '\t'; }
  static bool digit(char c) { return c >= '0' && c <= '9'; }
  static bool hex_digit(char c) { return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
  static bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

 private:
  std::optional<uint64_t> number(int base) {
    uint64_t value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value, base);
    if (error != std::errc{}) return std::nullopt;
    rest_.remove_prefix(static_cast<size_t>(end - rest_.data()));
    return value;
  }

  std::string_view rest_;
};

}  // namespace inquest::crashtext

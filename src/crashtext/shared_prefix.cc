#include "crashtext/shared_prefix.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "crashtext/scan.h"

namespace inquest::crashtext {
namespace {

constexpr size_t kLongest = 96;
constexpr size_t kShortest = 2;

// What the kernel itself says before headers, and before lines that follow them.
constexpr auto kKernels = std::to_array<std::string_view>({"NMI watchdog: ", "watchdog: ", "rcu: "});

bool word_char(char c) { return Scan::letter(c) || Scan::digit(c); }

// How far two lines are alike.
struct Alike {
  size_t pattern = 0;  // up to there in the pattern,
  size_t line = 0;     // and in the line
};

// In whole parts, up to the last one that ends a prefix: a blank or a mark, and no word.
Alike compare(std::string_view pattern, std::string_view line) {
  Scan left(pattern);
  Scan right(line);
  Alike alike;
  while (!left.at_end() && !right.at_end()) {
    if (word_char(left.peek())) {
      const std::string_view one = left.take_while(word_char);
      const std::string_view other = right.take_while(word_char);
      const bool counts = std::ranges::any_of(one, Scan::digit) && std::ranges::any_of(other, Scan::digit);
      if (one != other && !counts) break;
      continue;
    }
    if (Scan::blank(left.peek())) {
      const size_t wanted = left.take_while(Scan::blank).size();
      const size_t got = right.take_while(Scan::blank).size();
      if (got == 0) break;
      // What follows the last blanks of the prefix may be indented, as frames are.
      if (left.at_end()) {
        if (got < wanted) break;
        return {pattern.size(), line.size() - right.rest().size() - (got - wanted)};
      }
    } else {
      if (left.peek() != right.peek()) break;
      left.take_count(1);
      right.take_count(1);
    }
    alike = {pattern.size() - left.rest().size(), line.size() - right.rest().size()};
  }
  return alike;
}

}  // namespace

void SharedPrefix::suppose(std::string_view before_header) {
  pattern_.clear();
  confirmed_ = false;
  for (const std::string_view own : kKernels) {
    if (before_header.ends_with(own)) before_header.remove_suffix(own.size());
  }
  const bool wordless = std::ranges::none_of(before_header, word_char);
  if (before_header.size() >= kShortest && before_header.size() <= kLongest && !wordless) pattern_ = before_header;
}

std::string_view SharedPrefix::strip(std::string_view line) {
  if (pattern_.empty()) return line;
  const Alike alike = compare(pattern_, line.substr(0, 2 * kLongest));
  if (!confirmed_) {
    pattern_.resize(alike.pattern);
    if (pattern_.size() < kShortest || std::ranges::none_of(pattern_, word_char)) forget();
    confirmed_ = true;
    // The blanks of this line are its own, where the header had a word behind the prefix.
    return strip(line);
  }
  if (alike.pattern < pattern_.size()) return line;
  return line.substr(alike.line);
}

}  // namespace inquest::crashtext

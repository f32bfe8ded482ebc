// Breaking text into lines.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "report/document.h"

namespace inquest::report {

// One line of a wrapped text. The spans hold what is printed, blanks within the line included.
struct Line {
  std::vector<Span> spans;
  size_t width = 0;  // columns
};

enum class LongWords : uint8_t {
  Keep,   // a word wider than the line stands alone on it and sticks out: it can still be copied
  Break,  // it is cut where the line ends, rather after a slash, so that columns to its right stay aligned
};

// Breaks at blanks into lines of at most `width` columns; blanks inside a line stay as they are, those at a
// break go. Numbers of citations stay with the word before them. Never gives no line: empty text is one empty
// line. A width of 0 is taken as 1.
std::vector<Line> wrap(const Text& text, size_t width, LongWords long_words = LongWords::Keep);

}  // namespace inquest::report

// Numbers and sizes as people write them, in English and German.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace inquest::review {

struct Number {
  double value = 0;
  double step = 1;  // of the last digit that was written
};

// "12", "1,234.5", and of a German report "1.234,5". Nothing where it is none.
std::optional<Number> number_of(std::string_view text, bool german);

// "two", "zwölf": what numbers up to twelve are called. Nothing for other words, and for figures.
std::optional<int> count_word(std::string_view word);

// Bytes of one unit ("k", "MB", "GiB", "bytes"), decimal and binary: the same where the unit leaves no choice.
// {0, 0} for what is none.
struct Scale {
  double decimal = 0;
  double binary = 0;
};
Scale scale_of(std::string_view unit);

// At most two digits behind the point, and none that say nothing: "2.5", "64".
std::string plain_number(double value);

}  // namespace inquest::review

// What is known about the terminal, if there is one.
#pragma once

#include <cstddef>
#include <cstdint>

namespace inquest::app {

enum class Colour : uint8_t { Auto, Always, Never };

// Columns for text on standard output: COLUMNS, else the terminal's width, else 80; from 40 to 500. A terminal that is
// wider than 120 columns gets 120: longer lines are hard to read.
size_t text_width();

// Columns of the terminal on standard error.
size_t message_width();

// Whether standard output gets colour. Auto: on a terminal that can, unless NO_COLOR is set (https://no-color.org).
bool use_colour(Colour wish);

// Whether standard error is a terminal on which a line can be rewritten.
bool can_show_progress();

}  // namespace inquest::app

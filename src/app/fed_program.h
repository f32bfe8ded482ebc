// A program that is run with something on its standard input.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace inquest::app {

// Runs the program, found in $PATH where it has no slash, and gives it the text; no shell is involved. Done when it
// ends with 0. What it prints is lost, what it complains of goes where this program's complaints go; one that has not
// ended by `limit` is killed. Errors name the program.
Result<void> feed_program(const std::vector<std::string>& words, std::string_view text, Ns limit);

}  // namespace inquest::app

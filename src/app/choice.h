// Options whose value is one of a few words.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "app/terminal.h"
#include "base/error.h"

namespace inquest::app {

// What is wrong with an option's value, where it is none of these words: `--format: "pdf" is none of text and json`.
// Empty where it is one.
std::string wrong_choice(std::string_view option, std::string_view given,
                         std::initializer_list<std::string_view> words);

// --color's auto, always or never. An error says what is wrong.
Result<Colour> colour_choice(std::string_view given);

}  // namespace inquest::app

// Flux's grammar.
#pragma once

#include <string_view>

#include "base/error.h"
#include "query/syntax.h"

namespace inquest::query {

// A whole file. Malformed with line and column of the first thing that is wrong, what was expected there and what was
// found: "1:23: expected an expression, found `)`". Limit where expressions are nested too deep.
//
// Hidden places are for text that is not the user's: its errors are reported where the user's text called it.
enum class Places : uint8_t { Shown, Hidden };
Result<Program> parse(std::string_view text, Places places = Places::Shown);

}  // namespace inquest::query

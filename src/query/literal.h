// What the literals of Flux's text stand for.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "query/lexer.h"
#include "query/value.h"

namespace inquest::query {

// Of a number, duration, time or regular expression. Errors have no place yet.
Result<Value> read_literal(const Token& token);

// The text of a piece of a string: \n, \r, \t, \\, \", \$ and \x41 are what can be escaped.
Result<std::string> unescape(std::string_view piece);

// The value with a minus in front of it; nothing where it has none.
std::optional<Value> negative_literal(const Value& value);

// "2020-01-31" (midnight UTC), or with a time of day and a zone, to the nanosecond. Nothing for anything else.
std::optional<Ns> parse_time(std::string_view text);

}  // namespace inquest::query

// JSON as Flux's values, and back.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "query/value.h"

namespace inquest::query {

// Numbers are floats. Malformed with the byte; Limit for what is nested deeper than 100.
Result<Value> parse_json(std::string_view text);
// As Go's encoding/json: fields sorted by name, times and durations as texts, no line ends. Malformed for what has no
// form in JSON: functions, streams, regular expressions.
Result<std::string> encode_json(const Value& value);

// Wrapped, with all that is inside of it, as dynamic() of experimental/dynamic does.
Value to_dynamic(const Value& value);

}  // namespace inquest::query

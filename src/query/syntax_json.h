// Flux's syntax tree in JSON, as InfluxDB's clients send it in `extern`: made into Flux's text again.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "base/error.h"

namespace inquest::query {

// Of a {"type": "File", "body": [...]}: its options and variables, whose values are literals, arrays, records, calls,
// members, or operators on such. Malformed for what is no tree, Unsupported for other parts of the language.
Result<std::string> flux_of_file(const nlohmann::json& file);

// A plain JSON value as a literal: `{"a": [1, "b"]}` is {"a": [1, "b"]}. Numbers with a fraction are floats.
Result<std::string> flux_of_value(const nlohmann::json& value);

}  // namespace inquest::query

// What a request gives for the parameters of its query: `$name` stands for a value.
//
//     {"host": "a", "least": 4.5, "span": {"duration": "1h"}, "what": {"identifier": "usage"}}
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/error.h"
#include "query/influxql_lexer.h"

namespace inquest::query {

using InfluxqlParameters = std::map<std::string, InfluxqlToken, std::less<>>;

// Of an object in JSON; empty text: none. Malformed, worded as InfluxDB words it, for other texts and for values that
// stand for nothing in a query.
Result<InfluxqlParameters> influxql_parameters(std::string_view json);

}  // namespace inquest::query

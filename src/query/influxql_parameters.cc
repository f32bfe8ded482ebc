#include "query/influxql_parameters.h"

#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "query/json_value.h"

namespace inquest::query {
namespace {

using Kind = InfluxqlToken::Kind;

std::optional<InfluxqlToken> token_of(const Value& value) {
  if (value.is(Type::String)) return InfluxqlToken{Kind::String, std::string(value.as_string()), 0};
  if (value.is(Type::Bool)) return InfluxqlToken{Kind::Word, value.as_bool() ? "true" : "false", 0};
  if (value.is(Type::Float)) {
    const double number = value.as_float();
    const bool whole = number == std::trunc(number) && std::fabs(number) < 9e15;
    if (whole) return InfluxqlToken{Kind::Integer, std::to_string(static_cast<int64_t>(number)), 0};
    return InfluxqlToken{Kind::Number, fmt::to_string(number), 0};
  }
  // {"duration": "1h"}: what kind of token the text is.
  if (!value.is(Type::Record) || value.as_record().fields().size() != 1) return std::nullopt;
  const auto& [name, inner] = value.as_record().fields()[0];
  const auto as = [&](Kind kind) { return InfluxqlToken{kind, std::string(inner.as_string()), 0}; };
  if (inner.is(Type::String) && name.view() == "duration") return as(Kind::Duration);
  if (inner.is(Type::String) && name.view() == "regex") return as(Kind::Regex);
  if (inner.is(Type::String) && name.view() == "identifier") return as(Kind::Quoted);
  if (inner.is(Type::String) && name.view() == "string") return as(Kind::String);
  if (inner.is(Type::Float) && (name.view() == "integer" || name.view() == "number" || name.view() == "float")) {
    return token_of(inner);
  }
  return std::nullopt;
}

}  // namespace

Result<InfluxqlParameters> influxql_parameters(std::string_view json) {
  InfluxqlParameters out;
  if (json.empty()) return out;
  const auto document = parse_json(json);
  if (!document) {
    return fail(ErrorCode::Malformed, fmt::format("error parsing query parameters: {}", document.error().message));
  }
  if (!document->is(Type::Record)) {
    return fail(ErrorCode::Malformed, "error parsing query parameters: they must be an object");
  }
  for (const auto& [name, value] : document->as_record().fields()) {
    auto token = token_of(value);
    if (!token) {
      return fail(ErrorCode::Malformed, fmt::format("error parsing query: unable to bind parameter {} with type {}",
                                                    printable(name.view()), to_string(value.type())));
    }
    out.emplace(name.view(), std::move(*token));
  }
  return out;
}

}  // namespace inquest::query

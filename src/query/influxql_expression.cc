#include "query/influxql_expression.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"

namespace inquest::query {
namespace {

using Expression = InfluxqlExpression;
using Kind = Expression::Kind;
constexpr int kDeepest = 100;  // parentheses and calls inside of each other

}  // namespace

InfluxqlPtr make_influxql(Kind kind, std::string text, int64_t integer, double number) {
  auto out = std::make_unique<Expression>();
  out->kind = kind;
  out->text = std::move(text);
  out->integer = integer;
  out->number = number;
  return out;
}

// How tightly an operator binds; 0 for what is none.
int InfluxqlExpressions::precedence() const {
  if (tokens_.is_word("or")) return 1;
  if (tokens_.is_word("and")) return 2;
  if (tokens_.next().kind != InfluxqlToken::Kind::Sign) return 0;
  const std::string& text = tokens_.next().text;
  if (text == "=" || text == "!=" || text == "<>" || text == "<" || text == "<=" || text == ">" || text == ">=" ||
      text == "=~" || text == "!~") {
    return 3;
  }
  if (text == "+" || text == "-" || text == "|" || text == "^") return 4;
  if (text == "*" || text == "/" || text == "%" || text == "&") return 5;
  return 0;
}

Result<InfluxqlPtr> InfluxqlExpressions::expression(int least) {
  auto left = operand();
  if (!left) return left;
  while (true) {
    const int binds = precedence();
    if (binds == 0 || binds <= least) return left;
    std::string op = lower(tokens_.next().text);
    if (op == "<>") op = "!=";
    if (op == "=~" || op == "!~") {
      tokens_.advance_to_regex();
    } else {
      tokens_.advance();
    }
    auto right = expression(binds);
    if (!right) return right;
    auto both = make_influxql(Kind::Binary, std::move(op));
    both->operands.push_back(std::move(*left));
    both->operands.push_back(std::move(*right));
    if (++size_ > 10'000) return fail(ErrorCode::Limit, "the expression is too long");
    left = std::move(both);
  }
}

Result<InfluxqlPtr> InfluxqlExpressions::operand() {
  if (++depth_ > kDeepest) return fail(ErrorCode::Limit, "the expression is nested too deep");
  auto out = primary();
  --depth_;
  return out;
}

Result<InfluxqlPtr> InfluxqlExpressions::primary() {
  tokens_.again_as_regex();
  if (tokens_.accept_sign("(")) {
    auto inner = expression(0);
    if (!inner) return inner;
    if (auto ok = tokens_.expect_sign(")"); !ok) return fail(ok.error());
    return inner;
  }
  if (tokens_.accept_sign("-")) {
    auto inner = operand();
    if (!inner) return inner;
    if ((*inner)->kind == Kind::Number || (*inner)->kind == Kind::Integer || (*inner)->kind == Kind::Duration) {
      (*inner)->number = -(*inner)->number;
      (*inner)->integer = -(*inner)->integer;
      return inner;
    }
    auto product = make_influxql(Kind::Binary, "*");
    product->operands.push_back(make_influxql(Kind::Integer, {}, -1));
    product->operands.push_back(std::move(*inner));
    return product;
  }
  tokens_.accept_sign("+");
  const InfluxqlToken token = tokens_.next();
  switch (token.kind) {
    case InfluxqlToken::Kind::Number:
      tokens_.advance();
      return make_influxql(Kind::Number, {}, 0, parse_double(token.text).value_or(0));
    case InfluxqlToken::Kind::Integer: {
      const auto value = parse_int<int64_t>(token.text);
      if (!value) return tokens_.found("a number that fits");
      tokens_.advance();
      return make_influxql(Kind::Integer, {}, *value, static_cast<double>(*value));
    }
    case InfluxqlToken::Kind::Duration: {
      const auto value = influxql_duration(token.text);
      if (!value) return fail(ErrorCode::Malformed, "error parsing query: invalid duration");
      tokens_.advance();
      return make_influxql(Kind::Duration, {}, *value);
    }
    case InfluxqlToken::Kind::String: tokens_.advance(); return make_influxql(Kind::String, token.text);
    case InfluxqlToken::Kind::Regex: tokens_.advance(); return make_influxql(Kind::Regex, token.text);
    case InfluxqlToken::Kind::Word:
    case InfluxqlToken::Kind::Quoted: return name_or_call(token);
    default: break;
  }
  if (tokens_.accept_sign("*")) {
    auto out = make_influxql(Kind::Wildcard);
    if (auto ok = cast(*out); !ok) return fail(ok.error());
    return out;
  }
  if (tokens_.accept_sign("$")) {
    return fail(ErrorCode::Malformed,
                fmt::format("error parsing query: missing parameter: {}", printable(tokens_.next().text)));
  }
  return tokens_.found("identifier, string, number, bool");
}

Result<void> InfluxqlExpressions::cast(Expression& out) {
  static constexpr std::string_view kCasts[] = {"float", "integer", "unsigned", "string", "boolean", "field", "tag"};
  if (!tokens_.accept_sign("::")) return {};
  out.cast = lower(tokens_.next().text);
  if (std::ranges::find(kCasts, out.cast) == std::end(kCasts))
    return tokens_.found(fmt::format("{}", fmt::join(kCasts, ", ")));
  tokens_.advance();
  return {};
}

Result<InfluxqlPtr> InfluxqlExpressions::name_or_call(const InfluxqlToken& token) {
  static constexpr std::string_view kReserved[] = {"from", "where", "group", "order", "limit", "select", "as", "by"};
  const bool bare = token.kind == InfluxqlToken::Kind::Word;
  if (bare && std::ranges::find(kReserved, lower(token.text)) != std::end(kReserved)) {
    return tokens_.found("identifier, string, number, bool");
  }
  tokens_.advance();
  if (bare && (lower(token.text) == "true" || lower(token.text) == "false")) {
    return make_influxql(Kind::Boolean, {}, lower(token.text) == "true" ? 1 : 0);
  }
  if (bare && lower(token.text) == "distinct" && tokens_.next().kind != InfluxqlToken::Kind::End &&
      !tokens_.is_sign("(")) {
    auto field = tokens_.identifier();
    if (!field) return fail(field.error());
    auto call = make_influxql(Kind::Call, "distinct");
    call->operands.push_back(make_influxql(Kind::Name, std::move(*field)));
    return call;
  }
  if (!bare || !tokens_.is_sign("(")) {
    auto out = make_influxql(Kind::Name, token.text);
    if (auto ok = cast(*out); !ok) return fail(ok.error());
    return out;
  }
  tokens_.advance();
  auto call = make_influxql(Kind::Call, lower(token.text));
  if (!tokens_.is_sign(")")) {
    do {
      auto argument = expression(0);
      if (!argument) return argument;
      call->operands.push_back(std::move(*argument));
    } while (tokens_.accept_sign(","));
  }
  if (auto ok = tokens_.expect_sign(")"); !ok) return fail(ok.error());
  if (call->text == "now") return make_influxql(Kind::Now);
  return call;
}

}  // namespace inquest::query

// InfluxQL's expressions: what stands behind SELECT, WHERE and GROUP BY.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "query/influxql_lexer.h"

namespace inquest::query {

struct InfluxqlExpression;
using InfluxqlPtr = std::unique_ptr<InfluxqlExpression>;

struct InfluxqlExpression {
  enum class Kind : uint8_t { Number, Integer, String, Boolean, Duration, Regex, Name, Wildcard, Call, Binary, Now };
  Kind kind = Kind::Number;
  double number = 0;    // of Number, Integer
  int64_t integer = 0;  // of Integer, Duration (nanoseconds), Boolean
  std::string text;     // of String, Regex, Name; of a Call what is called, in lower case; of Binary the operator
  std::string cast;     // of Name and Wildcard: what stands behind "::", "field" or "tag" or a type
  std::vector<InfluxqlPtr> operands;
};

InfluxqlPtr make_influxql(InfluxqlExpression::Kind kind, std::string text = {}, int64_t integer = 0, double number = 0);

// Reads expressions, all together no more than a query may have.
class InfluxqlExpressions {
 public:
  // The tokens must outlive it.
  explicit InfluxqlExpressions(InfluxqlTokens& tokens) : tokens_(tokens) {}

  // As much as is one expression. Malformed where the next token begins none; Limit for what is too long or too deep.
  Result<InfluxqlPtr> read() { return expression(0); }

 private:
  int precedence() const;
  Result<InfluxqlPtr> expression(int least);
  Result<InfluxqlPtr> operand();
  Result<InfluxqlPtr> primary();
  Result<void> cast(InfluxqlExpression& out);
  Result<InfluxqlPtr> name_or_call(const InfluxqlToken& token);

  InfluxqlTokens& tokens_;
  int depth_ = 0;
  int size_ = 0;
};

}  // namespace inquest::query

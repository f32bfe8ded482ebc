#include "query/influxql_type.h"

#include <fmt/format.h>

#include "query/table_function.h"

namespace inquest::query {
namespace {

using Expression = InfluxqlExpression;
using Kind = Expression::Kind;

class TypeCheck {
 public:
  explicit TypeCheck(const InfluxqlSchema& schema) : schema_(schema) {}

  Result<std::string> type(const Expression& e) const {
    switch (e.kind) {
      case Kind::Name: return name_type(e);
      case Kind::Number: return std::string("float");
      case Kind::Integer: return std::string("integer");
      case Kind::String: return std::string("string");
      case Kind::Boolean: return std::string("boolean");
      case Kind::Binary: break;
      default:
        for (const auto& operand : e.operands) {
          if (auto inner = type(*operand); !inner) return inner;
        }
        return std::string();
    }
    const auto left = type(*e.operands[0]);
    if (!left) return left;
    const auto right = type(*e.operands[1]);
    if (!right) return right;
    if (left->empty() || right->empty()) return std::string();
    if (!is_numeric(*left) || !is_numeric(*right)) {
      return refuse("type error: {}: incompatible types: {} and {}", text(e), *left, *right);
    }
    return *left == *right && e.text != "/" ? *left : std::string("float");
  }

 private:
  static bool is_numeric(std::string_view type) { return type == "float" || type == "integer" || type == "unsigned"; }

  std::string name_type(const Expression& e) const {
    if (!e.cast.empty() && e.cast != "field") return e.cast;
    if (const auto field = schema_.fields.find(e.text); field != schema_.fields.end()) {
      return std::string(influxql_type_name(field->second));
    }
    return schema_.tags.contains(e.text) ? "tag" : "";
  }

  std::string text(const Expression& e) const {
    switch (e.kind) {
      case Kind::Name: {
        const std::string type = name_type(e);
        return type.empty() ? e.text : fmt::format("{}::{}", e.text, type);
      }
      case Kind::Integer: return std::to_string(e.integer);
      case Kind::Number: return fmt::to_string(e.number);
      case Kind::String: return fmt::format("'{}'", e.text);
      case Kind::Boolean: return e.integer != 0 ? "true" : "false";
      case Kind::Binary: return fmt::format("{} {} {}", text(*e.operands[0]), e.text, text(*e.operands[1]));
      default: return fmt::format("{}()", e.text);
    }
  }

  const InfluxqlSchema& schema_;
};

}  // namespace

std::string_view influxql_type_name(ColumnType type) {
  switch (type) {
    case ColumnType::Float: return "float";
    case ColumnType::Int: return "integer";
    case ColumnType::UInt: return "unsigned";
    case ColumnType::Bool: return "boolean";
    default: return "string";
  }
}

Result<std::string> influxql_type(const InfluxqlExpression& expression, const InfluxqlSchema& schema) {
  return TypeCheck(schema).type(expression);
}

}  // namespace inquest::query

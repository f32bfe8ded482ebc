#include "query/result_type.h"

#include <optional>

#include "query/interpreter.h"
#include "query/syntax.h"

namespace inquest::query {
namespace {

// Nothing: not told by the text.
std::optional<Type> type_of(const Expression& expression) {
  using Kind = Expression::Kind;
  switch (expression.kind) {
    case Kind::Literal: return expression.literal.type();
    case Kind::And:
    case Kind::Or:
    case Kind::Not:
    case Kind::Exists: return Type::Bool;
    case Kind::Interpolation: return Type::String;
    case Kind::Negate: return type_of(*expression.operands[0]);
    case Kind::Conditional: {
      const auto first = type_of(*expression.operands[1]);
      return first == type_of(*expression.operands[2]) ? first : std::nullopt;
    }
    case Kind::Binary: {
      const bool arithmetic = expression.op >= Operator::Add && expression.op <= Operator::Power;
      if (!arithmetic) return Type::Bool;
      // The operands have one type, so either tells it.
      const auto left = type_of(*expression.operands[0]);
      return left ? left : type_of(*expression.operands[1]);
    }
    default: return std::nullopt;
  }
}

}  // namespace

std::string_view result_type(const Function& function) {
  const auto* closure = dynamic_cast<const Closure*>(&function);
  if (closure == nullptr || closure->literal().operands.empty()) return "...";
  const auto type = type_of(*closure->literal().operands[0]);
  return type ? to_string(*type) : "...";
}

}  // namespace inquest::query

#include "query/syntax_json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace inquest::query {
namespace {

using nlohmann::json;

constexpr int kDeepest = 60;

// Text as a string literal.
std::string string_literal(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '$': out += "\\$"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default: out += c; break;
    }
  }
  return out + '"';
}

const json& member(const json& node, const char* name) {
  static const json kNothing;
  const auto it = node.is_object() ? node.find(name) : node.end();
  return node.is_object() && it != node.end() ? *it : kNothing;
}

std::string text_of(const json& value) { return value.is_string() ? value.get<std::string>() : std::string(); }

bool is_identifier(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  return name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == name.npos;
}

// Goes down the tree; the first fault ends it.
class Printer {
 public:
  Result<std::string> file(const json& node) {
    if (text_of(member(node, "type")) != "File") return fail(ErrorCode::Malformed, "`extern` is no File");
    std::string out;
    for (const json& import : member(node, "imports")) {
      out += fmt::format("import {} {}\n", name_of(member(import, "as"), true),
                         string_literal(text_of(member(member(import, "path"), "value"))));
    }
    for (const json& statement : member(node, "body")) out += this->statement(statement) + "\n";
    if (error_) return fail(std::move(*error_));
    return out;
  }

  Result<std::string> plain(const json& node) {
    std::string out = value(node, 0);
    if (error_) return fail(std::move(*error_));
    return out;
  }

 private:
  std::string refuse(ErrorCode code, std::string message) {
    if (!error_) error_ = Error{code, std::move(message), {}, 0, 0};
    return {};
  }

  // Names go into the text as they are, so that only names may.
  std::string name_of(const json& identifier, bool may_be_missing = false) {
    if (may_be_missing && identifier.is_null()) return {};
    const std::string name = text_of(member(identifier, "name"));
    if (!is_identifier(name)) return refuse(ErrorCode::Malformed, "`extern` has an identifier without a name");
    return name;
  }

  std::string statement(const json& node) {
    const std::string type = text_of(member(node, "type"));
    const bool option = type == "OptionStatement";
    const json& assignment = option ? member(node, "assignment") : node;
    if (text_of(member(assignment, "type")) != "VariableAssignment") {
      return refuse(ErrorCode::Unsupported, fmt::format("`extern` has a {}", ellipsis(printable(type), 40)));
    }
    return fmt::format("{}{} = {}", option ? "option " : "", name_of(member(assignment, "id")),
                       expression(member(assignment, "init"), 0));
  }

  std::string list(const json& nodes, int depth, std::string (Printer::*print)(const json&, int)) {
    std::string out;
    for (const json& node : nodes) {
      if (!out.empty()) out += ", ";
      out += (this->*print)(node, depth);
      if (error_) break;
    }
    return out;
  }

  std::string property(const json& node, int depth) {
    const json& key = member(node, "key");
    const bool string = text_of(member(key, "type")) == "StringLiteral";
    const std::string name = string ? string_literal(text_of(member(key, "value"))) : name_of(key);
    return fmt::format("{}: {}", name, expression(member(node, "value"), depth));
  }

  std::string duration(const json& node) {
    std::string out;
    for (const json& part : member(node, "values")) {
      const json& magnitude = member(part, "magnitude");
      const std::string unit = text_of(member(part, "unit"));
      if (!magnitude.is_number_integer() || unit.empty() || unit.size() > 3 || !is_identifier(unit)) {
        return refuse(ErrorCode::Malformed, "`extern` has a duration without magnitude and unit");
      }
      out += fmt::format("{}{}", magnitude.get<int64_t>(), unit);
    }
    return out.empty() ? "0s" : out;
  }

  // Digits come as text or as a number.
  std::string number(const json& value, bool fraction) {
    std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    if (fraction) {
      const auto parsed = parse_double(text);
      if (!parsed) return refuse(ErrorCode::Malformed, "`extern` has a float that is none");
      text = fmt::format("{:f}", *parsed);
      return text.find('.') == std::string::npos ? text + ".0" : text;
    }
    if (!parse_int<int64_t>(text)) return refuse(ErrorCode::Malformed, "`extern` has an integer that is none");
    return text;
  }

  std::string expression(const json& node, int depth) {
    if (depth > kDeepest) return refuse(ErrorCode::Limit, "`extern` is nested too deep");
    const std::string type = text_of(member(node, "type"));
    const json& value = member(node, "value");
    if (type == "StringLiteral") return string_literal(text_of(value));
    if (type == "BooleanLiteral") return value.is_boolean() && value.get<bool>() ? "true" : "false";
    if (type == "IntegerLiteral") return number(value, false);
    if (type == "FloatLiteral") return number(value, true);
    if (type == "DurationLiteral") return duration(node);
    if (type == "DateTimeLiteral") return fmt::format("time(v: {})", string_literal(text_of(value)));
    if (type == "Identifier") return name_of(node);
    if (type == "ParenExpression") return fmt::format("({})", expression(member(node, "expression"), depth + 1));
    if (type == "UnaryExpression") return unary(node, depth);
    if (type == "ArrayExpression") {
      return fmt::format("[{}]", list(member(node, "elements"), depth + 1, &Printer::expression));
    }
    if (type == "ObjectExpression") {
      return fmt::format("{{{}}}", list(member(node, "properties"), depth + 1, &Printer::property));
    }
    if (type == "MemberExpression") {
      return fmt::format("{}.{}", expression(member(node, "object"), depth + 1), name_of(member(node, "property")));
    }
    if (type == "CallExpression") return call(node, depth);
    return refuse(ErrorCode::Unsupported, fmt::format("`extern` has a {}", ellipsis(printable(type), 40)));
  }

  std::string unary(const json& node, int depth) {
    const std::string op = text_of(member(node, "operator"));
    if (op != "-" && op != "+" && op != "not" && op != "exists") {
      return refuse(ErrorCode::Malformed, "`extern` has an operator that is none");
    }
    return fmt::format("({} {})", op, expression(member(node, "argument"), depth + 1));
  }

  std::string call(const json& node, int depth) {
    std::string arguments;
    for (const json& record : member(node, "arguments")) {
      arguments += list(member(record, "properties"), depth + 1, &Printer::property);
    }
    return fmt::format("{}({})", expression(member(node, "callee"), depth + 1), arguments);
  }

  std::string value(const json& node, int depth) {
    if (depth > kDeepest) return refuse(ErrorCode::Limit, "`params` is nested too deep");
    if (node.is_string()) return string_literal(node.get<std::string>());
    if (node.is_boolean()) return node.get<bool>() ? "true" : "false";
    if (node.is_number_float()) return number(node, true);
    if (node.is_number()) return number(node, false);
    if (node.is_array()) return fmt::format("[{}]", list(node, depth + 1, &Printer::value));
    if (!node.is_object()) return refuse(ErrorCode::Unsupported, "`params` has a null");
    std::string out;
    for (const auto& [name, field] : node.items()) {
      out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", string_literal(name), value(field, depth + 1));
    }
    return fmt::format("{{{}}}", out);
  }

  std::optional<Error> error_;
};

}  // namespace

Result<std::string> flux_of_file(const json& file) { return Printer().file(file); }
Result<std::string> flux_of_value(const json& value) { return Printer().plain(value); }

}  // namespace inquest::query

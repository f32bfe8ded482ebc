#include "query/influxql_condition.h"

#include <algorithm>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "base/checked.h"
#include "base/text.h"
#include "query/annotated_csv.h"
#include "query/influxql_points.h"
#include "query/regexp.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

using Expression = InfluxqlExpression;
using Kind = Expression::Kind;

// A point in time: now() with durations, a string, or nanoseconds since 1970.
std::optional<Ns> constant_time(const Expression& e, Ns now) {
  switch (e.kind) {
    case Kind::Now: return now;
    case Kind::Duration:
    case Kind::Integer: return e.integer;
    case Kind::String: {
      std::string text = e.text;
      if (text.size() > 10 && text[10] == ' ') text[10] = 'T';
      if (const auto time = parse_rfc3339(text)) return time;
      return parse_rfc3339(text + "Z");
    }
    case Kind::Binary: {
      const auto a = constant_time(*e.operands[0], now);
      const auto b = constant_time(*e.operands[1], now);
      if (!a || !b) return std::nullopt;
      if (e.text == "+") return checked_add(*a, *b);
      if (e.text == "-") return checked_sub(*a, *b);
      if (e.text == "*") return checked_mul(*a, *b);
      return std::nullopt;
    }
    default: return std::nullopt;
  }
}

bool is_time(const Expression& e) { return e.kind == Kind::Name && lower(e.text) == "time"; }

Result<void> bound(const Expression& e, Ns now, InfluxqlRead& read) {
  if (e.kind != Kind::Binary) return {};
  // Bounds on time hold for all, whatever stands beside them, as in InfluxDB.
  if (e.text == "and" || e.text == "or") {
    for (const auto& operand : e.operands) {
      if (auto ok = bound(*operand, now, read); !ok) return ok;
    }
    return {};
  }
  const bool left = is_time(*e.operands[0]);
  if (!left && !is_time(*e.operands[1])) return {};
  const auto time = constant_time(left ? *e.operands[1] : *e.operands[0], now);
  if (!time) {
    const Kind other = (left ? *e.operands[1] : *e.operands[0]).kind;
    return fail(ErrorCode::Malformed, fmt::format("invalid operation: time and *influxql.{} are not compatible",
                                                  other == Kind::String  ? "StringLiteral"
                                                  : other == Kind::Regex ? "RegexLiteral"
                                                                         : "VarRef"));
  }
  if (e.text == "!=") return fail(ErrorCode::Malformed, "invalid time comparison operator: !=");
  std::string op = e.text;
  if (!left) op = op == "<" ? ">" : op == ">" ? "<" : op == "<=" ? ">=" : op == ">=" ? "<=" : op;
  const Ns next = *time == std::numeric_limits<Ns>::max() ? *time : *time + 1;
  if (op == ">" || op == ">=" || op == "=") {
    read.from = std::max(read.from, op == ">" ? next : *time);
    read.from_given = true;
  }
  if (op == "<" || op == "<=" || op == "=") {
    read.to = std::min(read.to, op == "<" ? *time : next);
    read.to_given = true;
  }
  return {};
}

Cell constant_cell(const Expression& e) {
  switch (e.kind) {
    case Kind::Integer: return Cell::of(e.integer);
    case Kind::Number: return Cell::of(e.number);
    case Kind::Boolean: return Cell::of(e.integer != 0);
    case Kind::String: return Cell::of(e.text);
    default: return Cell::none(ColumnType::String);
  }
}

// Conditions on rows: fields, and tags as strings, "" where a series lacks one.
class Condition {
 public:
  Condition(const Expression& e, const Table& rows, const std::set<std::string>& fields)
      : e_(e), rows_(rows), fields_(fields) {}

  Result<bool> holds(size_t row) { return truth(e_, row); }

 private:
  Result<bool> truth(const Expression& e, size_t row) {
    if (e.kind == Kind::Boolean) return e.integer != 0;
    if (e.kind == Kind::Name) {
      const Cell value = cell(e, row);
      return !value.null && value.type == ColumnType::Bool && value.bits != 0;
    }
    if (e.kind != Kind::Binary) return fail(ErrorCode::Malformed, "invalid condition expression");
    if (e.text == "and" || e.text == "or") {
      // What is about time is no part of the choice.
      if (is_about_time(*e.operands[0])) return truth(*e.operands[1], row);
      if (is_about_time(*e.operands[1])) return truth(*e.operands[0], row);
      const auto left = truth(*e.operands[0], row);
      if (!left || *left == (e.text == "or")) return left;
      return truth(*e.operands[1], row);
    }
    if (is_time(*e.operands[0]) || is_time(*e.operands[1])) return true;  // the bounds say it
    if (e.text == "=~" || e.text == "!~") {
      const auto regexp = compiled(e.operands[1]->text);
      if (!regexp) return fail(regexp.error());
      const Cell value = cell(*e.operands[0], row);
      if (value.null || value.type != ColumnType::String) return false;
      return (*regexp)->matches(value.text) == (e.text == "=~");
    }
    return compared(e.text, cell(*e.operands[0], row), cell(*e.operands[1], row));
  }

  static bool is_about_time(const Expression& e) {
    if (e.kind != Kind::Binary) return false;
    if (e.text == "and" || e.text == "or") return is_about_time(*e.operands[0]) && is_about_time(*e.operands[1]);
    return is_time(*e.operands[0]) || is_time(*e.operands[1]);
  }

  Cell cell(const Expression& e, size_t row) {
    if (e.kind == Kind::Binary) {
      return influxql_arithmetic(e.text, cell(*e.operands[0], row), cell(*e.operands[1], row));
    }
    if (e.kind != Kind::Name) return constant_cell(e);
    const Column* column = rows_.find(e.text);
    if (column == nullptr || column->null(row)) {
      return fields_.contains(e.text) ? Cell::none(ColumnType::String) : Cell::of(std::string());
    }
    return column->cell(row);
  }

  static bool compared(std::string_view op, const Cell& a, const Cell& b) {
    if (a.null || b.null) return false;
    const bool numbers = is_number(a.type) && is_number(b.type);
    if (!numbers && a.type != b.type) return false;
    const auto as_number = [](const Cell& value) {
      if (value.type == ColumnType::Float) return value;
      return Cell::of(value.type == ColumnType::Int ? static_cast<double>(value.integer())
                                                    : static_cast<double>(value.bits));
    };
    const int order = numbers && a.type != b.type ? compare(as_number(a), as_number(b)) : compare(a, b);
    if (op == "=") return order == 0;
    if (op == "!=") return order != 0;
    if (!numbers) return false;  // texts and truths have no order here
    if (op == "<") return order < 0;
    if (op == "<=") return order <= 0;
    if (op == ">") return order > 0;
    return op == ">=" && order >= 0;
  }

  Result<const Regexp*> compiled(const std::string& source) {
    auto found = regexps_.find(source);
    if (found == regexps_.end()) {
      auto regexp = Regexp::compile(source);
      if (!regexp) return fail(regexp.error());
      found = regexps_.emplace(source, std::move(*regexp)).first;
    }
    return found->second.get();
  }

  const Expression& e_;
  const Table& rows_;
  const std::set<std::string>& fields_;
  std::map<std::string, Ref<Regexp>> regexps_;
};

}  // namespace

void add_influxql_names(const Expression& e, std::set<std::string>& out) {
  if (e.kind == Kind::Name && !is_time(e)) out.insert(e.text);
  for (const auto& operand : e.operands) add_influxql_names(*operand, out);
}

Result<InfluxqlRead> influxql_bounds(const InfluxqlStatement& statement, Ns now) {
  InfluxqlRead read;
  read.from = std::numeric_limits<Ns>::min();
  read.to = std::numeric_limits<Ns>::max();
  if (statement.condition) {
    if (auto ok = bound(*statement.condition, now, read); !ok) return fail(ok.error());
  }
  return read;
}

std::set<std::string> influxql_names(const InfluxqlStatement& statement) {
  std::set<std::string> out;
  for (const InfluxqlField& field : statement.fields) add_influxql_names(*field.value, out);
  if (statement.condition) add_influxql_names(*statement.condition, out);
  return out;
}

void narrow_by_tags(const InfluxqlExpression* e, const std::set<std::string>& fields, store::Selection& selection) {
  if (e == nullptr || e->kind != Kind::Binary) return;
  if (e->text == "and") {
    for (const auto& operand : e->operands) narrow_by_tags(operand.get(), fields, selection);
    return;
  }
  const Expression& name = *e->operands[0];
  const Expression& value = *e->operands[1];
  if (name.kind != Kind::Name || is_time(name) || fields.contains(name.text)) return;
  using Match = store::TagMatch::Kind;
  if (value.kind == Kind::String && (e->text == "=" || e->text == "!=")) {
    selection.tags.push_back({name.text, e->text == "=" ? Match::Equal : Match::NotEqual, value.text});
  } else if (value.kind == Kind::Regex) {
    selection.tags.push_back({name.text, e->text == "=~" ? Match::Regex : Match::NotRegex, value.text});
  }
}

Result<void> keep_influxql_where(const InfluxqlStatement& statement, const std::set<std::string>& fields, Table& rows) {
  if (!statement.condition) return {};
  Condition condition(*statement.condition, rows, fields);
  std::vector<uint32_t> kept;
  for (size_t row = 0; row < rows.rows; ++row) {
    const auto hit = condition.holds(row);
    if (!hit) return fail(hit.error());
    if (*hit) kept.push_back(static_cast<uint32_t>(row));
  }
  if (kept.size() != rows.rows) rows = rows.take(kept);
  return {};
}

}  // namespace inquest::query

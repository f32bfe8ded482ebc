#include "query/influxql_fields.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "query/influxql_points.h"
#include "query/influxql_type.h"
#include "query/regexp.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

using Expression = InfluxqlExpression;
using Kind = Expression::Kind;
constexpr size_t kMostColumns = 10'000;

InfluxqlPtr copy(const Expression& e) {
  auto out = std::make_unique<Expression>();
  out->kind = e.kind;
  out->number = e.number;
  out->integer = e.integer;
  out->text = e.text;
  out->cast = e.cast;
  for (const auto& operand : e.operands) out->operands.push_back(copy(*operand));
  return out;
}

InfluxqlPtr name_of(std::string text) {
  auto out = std::make_unique<Expression>();
  out->kind = Kind::Name;
  out->text = std::move(text);
  return out;
}

bool is_pattern(const Expression& e) { return e.kind == Kind::Wildcard || e.kind == Kind::Regex; }

// The names that a wildcard or a regular expression stands for.
class Pattern {
 public:
  static Result<Pattern> make(const Expression& e) {
    Pattern out(e);
    if (e.kind != Kind::Regex) return out;
    auto regexp = Regexp::compile(e.text);
    if (!regexp) return fail(regexp.error());
    out.regexp_ = std::move(*regexp);
    return out;
  }
  bool matches(const std::string& name) const { return !regexp_ || regexp_->matches(name); }
  bool fields() const { return e_->cast != "tag"; }
  bool tags() const { return e_->cast != "field"; }

 private:
  explicit Pattern(const Expression& e) : e_(&e) {}
  const Expression* e_;
  Ref<Regexp> regexp_;
};

bool takes(std::string_view call, ColumnType type) {
  if (is_number(type)) return true;
  static constexpr std::string_view kOfAll[] = {"count", "first", "last", "distinct", "elapsed", "mode", "sample"};
  if (std::ranges::find(kOfAll, call) != std::end(kOfAll)) return true;
  return type == ColumnType::Bool && (call == "min" || call == "max");
}

// "mean", "mean_max" for an expression of both, the field's name: what InfluxDB calls a column without AS.
void column_name(const Expression& e, std::string& out) {
  if (e.kind == Kind::Name || e.kind == Kind::Call) {
    if (!out.empty()) out += '_';
    out += e.text;
  }
  if (e.kind != Kind::Binary) return;
  for (const auto& operand : e.operands) column_name(*operand, out);
}

class Expansion {
 public:
  Expansion(InfluxqlStatement& statement, const InfluxqlSchema& schema) : statement_(statement), schema_(schema) {}

  Result<void> run() {
    std::vector<Ref<Regexp>> kept;
    for (const std::string& source : statement_.tag_regexes) {
      auto regexp = Regexp::compile(source);
      if (!regexp) return fail(regexp.error());
      kept.push_back(std::move(*regexp));
    }
    for (const std::string& tag : schema_.tags) {
      const bool grouped = statement_.all_tags || std::ranges::find(statement_.tags, tag) != statement_.tags.end() ||
                           std::ranges::any_of(kept, [&](const auto& regexp) { return regexp->matches(tag); });
      if (!grouped) free_tags_.insert(tag);
    }
    for (InfluxqlField& field : statement_.fields) {
      if (auto ok = add(std::move(field)); !ok) return ok;
      if (out_.size() > kMostColumns) return fail(ErrorCode::Limit, "too many columns");
    }
    statement_.fields = std::move(out_);
    name_columns();
    for (const InfluxqlField& field : statement_.fields) {
      if (const auto type = influxql_type(*field.value, schema_); !type) return fail(type.error());
    }
    return {};
  }

 private:
  Result<void> add(InfluxqlField field) {
    if (is_pattern(*field.value)) return add_names(*field.value);
    if (field.value->kind != Kind::Call) {
      out_.push_back(std::move(field));
      return {};
    }
    // count(distinct(*)) is no pattern of its own: the innermost call's argument counts.
    Expression* inner = field.value.get();
    while (!inner->operands.empty() && inner->operands[0]->kind == Kind::Call) inner = inner->operands[0].get();
    if (inner->operands.empty() || !is_pattern(*inner->operands[0])) {
      // top(field, tag, 2): the tag is a column of its own.
      const bool ranked = field.value->text == "top" || field.value->text == "bottom";
      out_.push_back(std::move(field));
      if (!ranked) return {};
      const InfluxqlPtr call = copy(*out_.back().value);
      for (size_t i = 1; i + 1 < call->operands.size(); ++i) {
        if (call->operands[i]->kind == Kind::Name) out_.push_back({name_of(call->operands[i]->text), {}});
      }
      return {};
    }
    const InfluxqlPtr argument = std::move(inner->operands[0]);
    const auto pattern = Pattern::make(*argument);
    if (!pattern) return fail(pattern.error());
    if (!pattern->fields()) return refuse("unable to use tag as wildcard in {}()", inner->text);
    const std::string base = field.alias.empty() ? field.value->text : field.alias;
    for (const auto& [name, type] : schema_.fields) {
      if (!takes(inner->text, type) || !pattern->matches(name)) continue;
      inner->operands[0] = name_of(name);
      out_.push_back({copy(*field.value), fmt::format("{}_{}", base, name)});
    }
    return {};
  }

  Result<void> add_names(const Expression& e) {
    const auto pattern = Pattern::make(e);
    if (!pattern) return fail(pattern.error());
    std::set<std::string> names;
    if (pattern->fields()) {
      for (const auto& [name, type] : schema_.fields) names.insert(name);
    }
    if (pattern->tags()) names.insert(free_tags_.begin(), free_tags_.end());
    for (const std::string& name : names) {
      if (pattern->matches(name)) out_.push_back({name_of(name), {}});
    }
    return {};
  }

  // Aliases hold as they are; names that were taken get a number.
  void name_columns() {
    std::map<std::string, size_t> taken;
    for (const InfluxqlField& field : statement_.fields) {
      if (!field.alias.empty()) taken[field.alias] = 1;
    }
    for (InfluxqlField& field : statement_.fields) {
      if (!field.alias.empty()) continue;
      column_name(*field.value, field.alias);
      if (const auto found = taken.find(field.alias); found != taken.end()) {
        size_t number = found->second;
        while (taken.contains(fmt::format("{}_{}", field.alias, number))) ++number;
        found->second = number + 1;
        field.alias = fmt::format("{}_{}", field.alias, number);
      }
      taken[field.alias] = 1;
    }
  }

  InfluxqlStatement& statement_;
  const InfluxqlSchema& schema_;
  std::set<std::string> free_tags_;
  std::vector<InfluxqlField> out_;
};

struct Arguments {
  size_t fewest = 1;
  size_t most = 1;
};

Arguments arguments_of(std::string_view call) {
  constexpr size_t kAny = std::numeric_limits<size_t>::max();
  if (call == "percentile" || call == "moving_average" || call == "sample" || call == "pow" || call == "log" ||
      call == "atan2") {
    return {2, 2};
  }
  if (call.starts_with("holt_winters")) return {3, 3};
  if (call == "top" || call == "bottom") return {2, kAny};
  if (call.ends_with("derivative") || call == "elapsed" || call == "integral") return {1, 2};
  return {};
}

class Check {
 public:
  explicit Check(const InfluxqlStatement& statement) : statement_(statement) {}

  Result<InfluxqlShape> run() {
    for (const InfluxqlField& field : statement_.fields) {
      if (auto ok = expression(*field.value); !ok) return fail(ok.error());
    }
    if (statement_.fields.empty()) return shape_;
    const auto is_distinct = [](const InfluxqlField& field) {
      return field.value->kind == Kind::Call && field.value->text == "distinct";
    };
    if (shape_.calls + names_ > 1 && std::ranges::any_of(statement_.fields, is_distinct)) {
      return refuse("aggregate function distinct() cannot be combined with other functions or fields");
    }
    if (names_ == 0 && shape_.calls == 0) return refuse("field must contain at least one variable");
    shape_.aggregated = shape_.calls > 0;
    if (shape_.calls > 0 && names_ > 0) {
      if (selectors_ != shape_.calls) return refuse("mixing aggregate and non-aggregate queries is not supported");
      if (selectors_ > 1) return refuse("mixing multiple selector functions with tags or fields is not supported");
      shape_.chooser = chooser_;
    }
    if (statement_.every != 0 && !shape_.aggregated) {
      return refuse("GROUP BY requires at least one aggregate function");
    }
    return shape_;
  }

 private:
  Result<void> expression(const Expression& e) {
    if (e.kind == Kind::Name) {
      if (e.text != "time") ++names_;
      return {};
    }
    if (e.kind == Kind::Call) return call(e);
    for (const auto& operand : e.operands) {
      if (auto ok = expression(*operand); !ok) return ok;
    }
    return {};
  }

  Result<void> call(const Expression& e) {
    const bool aggregate = is_influxql_aggregate(e.text);
    const bool transform = is_influxql_transform(e.text);
    const bool forecast = is_influxql_forecast(e.text);
    if (!aggregate && !transform && !forecast && !is_influxql_number_function(e.text)) {
      return refuse("undefined function {}()", e.text);
    }
    const Arguments count = arguments_of(e.text);
    const size_t given = e.operands.size();
    if (given < count.fewest || given > count.most) {
      if (count.fewest == count.most) {
        return refuse("invalid number of arguments for {}, expected {}, got {}", e.text, count.most, given);
      }
      if (count.fewest > 1) {
        return refuse("invalid number of arguments for {}, expected at least {}, got {}", e.text, count.fewest, given);
      }
      return refuse("invalid number of arguments for {}, expected at least {} but no more than {}, got {}", e.text,
                    count.fewest, count.most, given);
    }
    const Expression& argument = *e.operands[0];
    if (aggregate) return over_rows(e, argument);
    if (forecast) return goes_on(e);
    if (!transform) {
      for (const auto& each : e.operands) {
        if (auto ok = expression(*each); !ok) return ok;
      }
      return {};
    }
    if (argument.kind != Kind::Call) {
      if (argument.kind != Kind::Name) return refuse("expected field argument in {}()", e.text);
      if (statement_.every != 0) return refuse("aggregate function required inside the call to {}", e.text);
      ++shape_.calls;
      return {};
    }
    if (statement_.every == 0) return refuse("{} aggregate requires a GROUP BY interval", e.text);
    return expression(argument);
  }

  Result<void> goes_on(const Expression& e) {
    if (e.operands[0]->kind != Kind::Call) return refuse("must use aggregate function with {}", e.text);
    const auto& [ahead, season] = std::tie(*e.operands[1], *e.operands[2]);
    if (ahead.kind != Kind::Integer) return refuse("expected integer argument as second arg in {}", e.text);
    if (ahead.integer <= 0) return refuse("second arg to {} must be greater than 0, got {}", e.text, ahead.integer);
    if (season.kind != Kind::Integer) return refuse("expected integer argument as third arg in {}", e.text);
    if (season.integer < 0) return refuse("third arg to {} cannot be negative, got {}", e.text, season.integer);
    if (statement_.every == 0) return refuse("{} aggregate requires a GROUP BY interval", e.text);
    return expression(*e.operands[0]);
  }

  Result<void> over_rows(const Expression& e, const Expression& argument) {
    const bool distinct = e.text == "count" && argument.kind == Kind::Call && argument.text == "distinct" &&
                          argument.operands.size() == 1 && argument.operands[0]->kind == Kind::Name;
    if (argument.kind != Kind::Name && !distinct) return refuse("expected field argument in {}()", e.text);
    const Kind last = e.operands.back()->kind;
    if (e.text == "percentile" && last != Kind::Integer && last != Kind::Number) {
      return refuse("expected float argument in percentile()");
    }
    if ((e.text == "top" || e.text == "bottom" || e.text == "sample") && last != Kind::Integer) {
      if (e.text == "sample") return refuse("expected integer argument in sample()");
      const bool named = last == Kind::Name;
      return refuse("expected integer as last argument in {}(){}{}", e.text, named ? ", found " : "",
                    named ? e.operands.back()->text : std::string());
    }
    if ((e.text == "top" || e.text == "bottom") && e.operands.back()->integer < 1) {
      return refuse("limit ({}) in {} function must be at least 1", e.operands.back()->integer, e.text);
    }
    if (e.text == "sample" && e.operands.back()->integer < 1) {
      return refuse("sample window must be greater than 1, got {}", e.operands.back()->integer);
    }
    if (e.text == "integral" && e.operands.size() > 1 && (last != Kind::Duration || e.operands[1]->integer <= 0)) {
      return refuse("second argument must be a duration");
    }
    ++shape_.calls;
    if (is_influxql_selector(e.text)) {
      ++selectors_;
      chooser_ = &e;
    }
    return {};
  }

  const InfluxqlStatement& statement_;
  InfluxqlShape shape_;
  size_t names_ = 0;  // fields and tags outside of calls
  size_t selectors_ = 0;
  const Expression* chooser_ = nullptr;
};

}  // namespace

Result<void> expand_influxql(InfluxqlStatement& statement, const InfluxqlSchema& schema) {
  return Expansion(statement, schema).run();
}

Result<InfluxqlShape> influxql_shape(const InfluxqlStatement& statement) { return Check(statement).run(); }

}  // namespace inquest::query

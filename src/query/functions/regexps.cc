// The package regexp.

#include "query/function_set.h"
#include "query/regexp.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

Result<Value> compile(Call& call) {
  auto regexp = Regexp::compile(call.text("v"));
  if (!regexp) return fail(regexp.error());
  return Value::regexp(std::move(*regexp));
}

Result<Value> quote(Call& call) { return Value::string(Regexp::quote(call.text("v"))); }

Result<Value> find(Call& call) {
  const std::string_view text = call.text("v");
  const auto match = call.value("r").as_regexp().find(text);
  return Value::string(match ? text.substr(match->first, match->second - match->first) : std::string_view());
}

Result<Value> find_index(Call& call) {
  std::vector<Value> out;
  if (const auto match = call.value("r").as_regexp().find(call.text("v"))) {
    out.push_back(Value::integer(static_cast<int64_t>(match->first)));
    out.push_back(Value::integer(static_cast<int64_t>(match->second)));
  }
  return Value::array(std::move(out));
}

Result<Value> matches(Call& call) { return Value::boolean(call.value("r").as_regexp().matches(call.text("v"))); }

Result<Value> replace_all(Call& call) {
  return Value::string(call.value("r").as_regexp().replace_all(call.text("v"), call.text("t")));
}

Result<Value> split(Call& call) {
  std::vector<Value> out;
  for (const std::string_view piece : call.value("r").as_regexp().split(call.text("v"), call.integer("i"))) {
    out.push_back(Value::string(piece));
  }
  return Value::array(std::move(out));
}

Result<Value> source(Call& call) { return Value::string(call.value("r").as_regexp().source()); }

constexpr Parameter kExpression{"r", kRegexp, Need::Required};
constexpr Parameter kText{"v", kString, Need::Required};

constexpr Builtin kBuiltins[] = {
    {"regexp", "compile", {kText}, compile},
    {"regexp", "quoteMeta", {kText}, quote},
    {"regexp", "findString", {kExpression, kText}, find},
    {"regexp", "findStringIndex", {kExpression, kText}, find_index},
    {"regexp", "matchRegexpString", {kExpression, kText}, matches},
    {"regexp", "replaceAllString", {kExpression, kText, {"t", kString, Need::Required}}, replace_all},
    {"regexp", "splitRegexp", {kExpression, kText, {"i", kInt, Need::Required}}, split},
    {"regexp", "getString", {kExpression}, source},
};

}  // namespace

extern const FunctionSet regexps_function_set;
const FunctionSet regexps_function_set{kBuiltins, {}};

}  // namespace inquest::query

// JSON and values of unknown type: the packages json, experimental/json and experimental/dynamic.

#include "query/function_set.h"
#include "query/json_value.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

Result<Value> encode(Call& call) {
  auto text = encode_json(call.value("v"));
  if (!text) return fail(text.error());
  return Value::bytes(*text);
}

Result<Value> parse(Call& call) { return parse_json(call.value("data").as_string()); }

Result<Value> parse_dynamic(Call& call) {
  auto value = parse(call);
  if (!value) return value;
  return to_dynamic(*value);
}

Result<Value> wrap(Call& call) { return to_dynamic(call.value("v")); }

Result<Value> as_array(Call& call) {
  const Value& v = call.value("v");
  if (!v.is(Type::Dynamic) || !v.as_dynamic().is(Type::Array)) {
    return refuse("unable to convert {} to an array",
                  v.is(Type::Dynamic) ? to_string(v.as_dynamic().type()) : to_string(v.type()));
  }
  std::vector<Value> out;
  for (const Value& each : v.as_dynamic().as_array().values()) out.push_back(to_dynamic(each));
  return Value::array(std::move(out));
}

Result<Value> is_type(Call& call) {
  const Value& v = call.value("v");
  const Value& inside = v.is(Type::Dynamic) ? v.as_dynamic() : v;
  if (inside.is_null()) return Value::boolean(false);
  const std::string_view wanted = call.text("type");
  // Two types have another name here.
  if (inside.type() == Type::Record) return Value::boolean(wanted == "object");
  if (inside.type() == Type::Dict) return Value::boolean(wanted == "dictionary");
  return Value::boolean(wanted == to_string(inside.type()));
}

Result<Value> not_distinct(Call& call) { return Value::boolean(same(call.value("a"), call.value("b"))); }

constexpr std::string_view kDynamicPackage = "experimental/dynamic";
constexpr Types kEverything = kAny | kNull;
constexpr Parameter kValue{"v", kEverything, Need::Required};
constexpr Parameter kData{"data", kBytes, Need::Required};

constexpr Builtin kBuiltins[] = {
    {"json", "encode", {kValue}, encode},
    {"experimental/json", "parse", {kData}, parse},
    {kDynamicPackage, "dynamic", {kValue}, wrap},
    {kDynamicPackage, "asArray", {{"v", kEverything, Need::Pipe}}, as_array},
    {kDynamicPackage, "isType", {kValue, {"type", kString, Need::Required}}, is_type},
    {kDynamicPackage, "jsonParse", {kData}, parse_dynamic},
    {kDynamicPackage, "jsonEncode", {kValue}, encode},
    {kDynamicPackage,
     "_isNotDistinct",
     {{"a", kEverything, Need::Required}, {"b", kEverything, Need::Required}},
     not_distinct},
};

}  // namespace

extern const FunctionSet json_function_set;
const FunctionSet json_function_set{kBuiltins, {}};

}  // namespace inquest::query

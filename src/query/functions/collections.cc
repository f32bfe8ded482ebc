// Arrays and dictionaries: the packages array, experimental/array, dict, and what asks about records.

#include "query/function_set.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

Result<Value> concat(Call& call) {
  std::vector<Value> out = call.value("arr").as_array().values();
  const auto& more = call.value("v").as_array().values();
  if (out.size() + more.size() > call.context().limits().text)
    return fail(ErrorCode::Limit, "the array grows too long");
  out.insert(out.end(), more.begin(), more.end());
  return Value::array(std::move(out));
}

Result<Value> map(Call& call) {
  std::vector<Value> out;
  for (const Value& each : call.value("arr").as_array().values()) {
    if (auto ok = call.context().step(); !ok) return fail(ok.error());
    const Argument argument{"x", each};
    auto value = call.invoke(call.function("fn"), {&argument, 1});
    if (!value) return value;
    out.push_back(std::move(*value));
  }
  return Value::array(std::move(out));
}

Result<Value> filter(Call& call) {
  std::vector<Value> out;
  for (const Value& each : call.value("arr").as_array().values()) {
    if (auto ok = call.context().step(); !ok) return fail(ok.error());
    const Argument argument{"x", each};
    auto value = call.invoke(call.function("fn"), {&argument, 1});
    if (!value) return value;
    if (value->is_null()) continue;
    if (!value->is(Type::Bool)) return refuse("`fn` must give a bool");
    if (value->as_bool()) out.push_back(each);
  }
  return Value::array(std::move(out));
}

Result<Value> from_list(Call& call) {
  std::vector<Dict::Entry> entries;
  for (const Value& each : call.value("pairs").as_array().values()) {
    const Value* key = each.is(Type::Record) ? each.as_record().find("key") : nullptr;
    const Value* value = each.is(Type::Record) ? each.as_record().find("value") : nullptr;
    if (key == nullptr || value == nullptr) return refuse("`pairs` must hold records with `key` and `value`");
    entries.emplace_back(*key, *value);
  }
  return Value::dict(make_ref<Dict>(std::move(entries)));
}

Result<Value> get(Call& call) {
  const Value* value = call.value("dict").as_dict().find(call.value("key"));
  return value != nullptr ? *value : call.value("default");
}

Result<Value> insert(Call& call) {
  std::vector<Dict::Entry> entries = call.value("dict").as_dict().entries();
  entries.emplace_back(call.value("key"), call.value("value"));
  return Value::dict(make_ref<Dict>(std::move(entries)));
}

Result<Value> remove(Call& call) {
  std::vector<Dict::Entry> entries = call.value("dict").as_dict().entries();
  std::erase_if(entries, [&](const Dict::Entry& entry) { return same(entry.first, call.value("key")); });
  return Value::dict(make_ref<Dict>(std::move(entries)));
}

Result<Value> object_keys(Call& call) {
  std::vector<Value> out;
  for (const auto& [name, value] : call.value("o").as_record().fields()) out.push_back(Value::string(name));
  return Value::array(std::move(out));
}

constexpr Parameter kList{"arr", kArray, Need::Pipe};
constexpr Parameter kFn{"fn", kFunction, Need::Required};
constexpr Parameter kTable{"dict", kDict, Need::Required};
constexpr Parameter kKey{"key", kAny, Need::Required};

constexpr Builtin kBuiltins[] = {
    {"array", "concat", {kList, {"v", kArray, Need::Required}}, concat},
    {"array", "map", {kList, kFn}, map},
    {"array", "filter", {kList, kFn}, filter},
    {"dict", "fromList", {{"pairs", kArray, Need::Required}}, from_list},
    {"dict", "get", {kTable, kKey, {"default", kAny, Need::Required}}, get},
    {"dict", "insert", {kTable, kKey, {"value", kAny, Need::Required}}, insert},
    {"dict", "remove", {kTable, kKey}, remove},
    {"experimental", "objectKeys", {{"o", kRecord, Need::Required}}, object_keys},
};

constexpr Prelude kPreludes[] = {{"experimental/array", R"(
import "array"

concat = array.concat
map = array.map
filter = array.filter
toBool = (arr=<-) => array.map(arr: arr, fn: (x) => bool(v: x))
toDuration = (arr=<-) => array.map(arr: arr, fn: (x) => duration(v: x))
toFloat = (arr=<-) => array.map(arr: arr, fn: (x) => float(v: x))
toInt = (arr=<-) => array.map(arr: arr, fn: (x) => int(v: x))
toString = (arr=<-) => array.map(arr: arr, fn: (x) => string(v: x))
toTime = (arr=<-) => array.map(arr: arr, fn: (x) => time(v: x))
toUInt = (arr=<-) => array.map(arr: arr, fn: (x) => uint(v: x))
)"}};

}  // namespace

extern const FunctionSet collections_function_set;
const FunctionSet collections_function_set{kBuiltins, kPreludes};

}  // namespace inquest::query

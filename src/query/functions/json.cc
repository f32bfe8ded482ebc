// JSON and values of unknown type: the packages json, experimental/json and experimental/dynamic; v1.json.

#include <algorithm>

#include "query/annotated_csv.h"
#include "query/function_set.h"
#include "query/json_value.h"
#include "query/row_values.h"
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

// One column of a series that InfluxQL gave: its values that are not null, under the series' name, tags and the
// column's.
Result<std::optional<Table>> field_of(const Record& series, const std::vector<Value>& columns, size_t at) {
  const Value* name = series.find("name");
  const Value* tags = series.find("tags");
  const Value* rows = series.find("values");
  std::vector<GroupKey::Part> parts;
  if (name != nullptr && name->is(Type::String)) {
    parts.push_back({"_measurement", Cell::of(std::string(name->as_string()))});
  }
  if (tags != nullptr && tags->is(Type::Record)) {
    for (const auto& [tag, value] : tags->as_record().fields()) {
      if (value.is(Type::String)) parts.push_back({std::string(tag.view()), Cell::of(std::string(value.as_string()))});
    }
  }
  parts.push_back({"_field", Cell::of(std::string(columns[at].as_string()))});
  const auto time = std::ranges::find_if(columns, [](const Value& label) { return label.as_string() == "time"; });
  const bool timed = time != columns.end();
  ColumnBuilder times(ColumnType::Time);
  std::optional<ColumnBuilder> values;
  if (rows == nullptr || !rows->is(Type::Array)) return std::nullopt;
  for (const Value& row : rows->as_array().values()) {
    if (!row.is(Type::Array) || row.as_array().values().size() != columns.size())
      return refuse("a row has no value for each column");
    const auto& cells = row.as_array().values();
    if (cells[at].is_null()) continue;
    if (timed) {
      const Value& text = cells[static_cast<size_t>(time - columns.begin())];
      const auto when = text.is(Type::String) ? parse_rfc3339(text.as_string()) : std::nullopt;
      if (!when) return refuse("times must be texts as of RFC 3339");
      times.add(*when);
    }
    const auto type = column_type(cells[at].type());
    if (!type) return refuse("a value is {}, which no column can hold", to_string(cells[at].type()));
    if (!values) values.emplace(*type);
    if (!append_value(*values, cells[at])) return refuse("column {} has values of two types", columns[at].as_string());
  }
  if (!values) return std::nullopt;
  Table out = table_of_key(GroupKey(std::move(parts)), values->size());
  if (timed) out.put("_time", times.finish());
  out.put("_value", values->finish());
  return out;
}

// The answer of an InfluxQL query as tables.
Result<Tables> from_influxql(Call& call, Tables) {
  if (!call.has("json")) return fail(ErrorCode::Denied, "`json` is needed: files are not read");
  if (auto ok = call.context().step(call.text("json").size()); !ok) return fail(ok.error());
  const auto body = parse_json(call.text("json"));
  if (!body) return fail(body.error());
  const auto list = [](const Value& of, std::string_view name) -> std::vector<Value> {
    const Value* found = of.is(Type::Record) ? of.as_record().find(name) : nullptr;
    return found != nullptr && found->is(Type::Array) ? found->as_array().values() : std::vector<Value>();
  };
  TableCollector out;
  for (const Value& result : list(*body, "results")) {
    if (const Value* error = result.is(Type::Record) ? result.as_record().find("error") : nullptr; error != nullptr) {
      return refuse("{}", display(*error));
    }
    for (const Value& series : list(result, "series")) {
      const auto columns = list(series, "columns");
      if (!std::ranges::all_of(columns, [](const Value& label) { return label.is(Type::String); })) {
        return refuse("columns must be texts");
      }
      for (size_t at = 0; at < columns.size(); ++at) {
        if (columns[at].as_string() == "time") continue;
        const auto table = field_of(series.as_record(), columns, at);
        if (!table) return fail(table.error());
        if (!*table) continue;
        if (auto ok = call.context().step((*table)->rows); !ok) return fail(ok.error());
        if (auto ok = out.add((*table)->key, **table); !ok) return fail(ok.error());
      }
    }
  }
  return out.finish();
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
    {"influxdata/influxdb/v1", "json", {{"json", kString}, {"file", kString}}, nullptr, from_influxql},
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

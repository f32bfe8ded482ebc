// Packages that test queries: testing, testing/expect, internal/debug, internal/testing; experimental.catch.
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "query/function_set.h"
#include "query/regexp.h"
#include "query/row_values.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

// What diff() takes as equal.
struct Tolerance {
  double epsilon = 1e-6;
  bool nans_equal = false;
};

bool close(const Cell& a, const Cell& b, const Tolerance& tolerance) {
  if (a.type != b.type || a.null != b.null) return false;
  if (a.null) return true;
  if (a.type != ColumnType::Float) return a == b;
  if (std::isnan(a.number()) || std::isnan(b.number())) {
    return tolerance.nans_equal && std::isnan(a.number()) && std::isnan(b.number());
  }
  return a.number() == b.number() || std::abs(a.number() - b.number()) <= tolerance.epsilon;
}

bool same_columns(const Table& got, const Table& want) {
  return got.columns.size() == want.columns.size() && std::ranges::all_of(want.columns, [&](const NamedColumn& column) {
           const Column* other = got.find(column.label);
           return other != nullptr && other->type() == column.column.type();
         });
}

bool same_row(const Table& got, const Table& want, size_t row, const Tolerance& tolerance) {
  return std::ranges::all_of(want.columns, [&](const NamedColumn& column) {
    return close(got.find(column.label)->cell(row), column.column.cell(row), tolerance);
  });
}

// Those rows of the table with what they are: "-" expected and not there, "+" there and not expected. Text, because the
// types may be what differs.
void add_rows(const Table& table, std::string_view sign, const std::vector<uint32_t>& rows, ColumnBuilder& signs,
              ColumnBuilder& texts) {
  RowValues values(table);
  for (const uint32_t row : rows) {
    signs.text(sign);
    texts.text(display(values.record(row)));
  }
}

std::optional<Table> difference(const Table& got, const Table& want, const Tolerance& tolerance) {
  std::vector<uint32_t> got_rows;
  std::vector<uint32_t> want_rows;
  const bool comparable = same_columns(got, want);
  for (size_t row = 0; row < std::max(got.rows, want.rows); ++row) {
    const bool in_both = row < got.rows && row < want.rows;
    if (in_both && comparable && same_row(got, want, row, tolerance)) continue;
    if (row < got.rows) got_rows.push_back(static_cast<uint32_t>(row));
    if (row < want.rows) want_rows.push_back(static_cast<uint32_t>(row));
  }
  if (got_rows.empty() && want_rows.empty()) return std::nullopt;
  ColumnBuilder signs(ColumnType::String);
  ColumnBuilder texts(ColumnType::String);
  add_rows(want, "-", want_rows, signs, texts);
  add_rows(got, "+", got_rows, signs, texts);
  Table out = table_of_key(got.key, signs.size());
  out.put("_diff", signs.finish());
  out.put("_row", texts.finish());
  return out;
}

// Tables of one key put together: a stream may hold it more than once after all.
Result<Tables> together(const Tables& tables) {
  TableCollector out;
  for (const Table& table : tables) {
    if (table.rows == 0) continue;
    // Of a column of the key the key's value is compared: text may say something else behind the first row.
    Table keyed = table;
    for (const auto& part : table.key.parts()) keyed.put(part.label, Column::constant(part.value, table.rows));
    if (auto added = out.add(keyed.key, keyed); !added) return fail(std::move(added).error());
  }
  return out.finish();
}

// What is in one of both and not in the other, table by table of a key.
Result<Tables> differences(Call& call, const Tables& input, const Tolerance& tolerance) {
  auto want_tables = call.tables("want");
  if (!want_tables) return want_tables;
  const auto got = together(input);
  if (!got) return fail(got.error());
  const auto want = together(*want_tables);
  if (!want) return fail(want.error());
  const auto find = [](const Tables& in, const GroupKey& key) {
    return std::ranges::find_if(in, [&](const Table& table) { return table.key == key; });
  };
  Tables out;
  for (const Table& table : *got) {
    const auto other = find(*want, table.key);
    Table missing;
    missing.key = table.key;
    if (auto rows = difference(table, other == want->end() ? missing : *other, tolerance))
      out.push_back(std::move(*rows));
  }
  for (const Table& table : *want) {
    if (find(*got, table.key) != got->end()) continue;
    Table missing;
    missing.key = table.key;
    if (auto rows = difference(missing, table, tolerance)) out.push_back(std::move(*rows));
  }
  return out;
}

Result<Tables> diff(Call& call, Tables input) {
  return differences(call, input, {call.floating("epsilon", 1e-6), call.boolean("nansEqual")});
}

Result<Tables> assert_equals(Call& call, Tables input) {
  const auto different = differences(call, input, {});
  if (!different) return different;
  if (different->empty()) return input;
  const Table& first = different->front();
  return refuse("test {}: tables not equal: {} {}", printable(call.text("name")), first.find("_diff")->text(0),
                first.find("_row")->text(0));
}

Result<Tables> unchanged(Call&, Tables input) { return input; }

Result<Tables> sink(Call&, Tables) { return Tables{}; }

Result<Tables> assert_empty(Call&, Tables input) {
  for (const Table& table : input) {
    if (table.rows > 0) return refuse("expected no rows, found {} in the first table that has some", table.rows);
  }
  return Tables{};
}

Result<Value> assert_equal(Call& call) {
  if (same(call.value("got"), call.value("want"))) return call.value("got");
  return refuse("expected {}, found {}", display(call.value("want")), display(call.value("got")));
}

Result<Value> assert_matches(Call& call) {
  const Regexp& want = call.value("want").as_regexp();
  if (want.matches(call.text("got"))) return call.value("got");
  return refuse("Regex `{}` does not match `{}`", want.source(), call.text("got"));
}

Result<Value> should_error(Call& call) {
  auto got = call.invoke(call.function("fn"), {});
  std::string message;
  if (got && got->is(Type::Stream)) {
    auto tables = got->as_stream().tables(call.context());
    if (tables) return refuse("expected an error, and there was none");
    message = tables.error().message;
  } else if (got) {
    return refuse("expected an error, and there was none");
  } else {
    message = got.error().message;
  }
  const Regexp& want = call.value("want").as_regexp();
  if (!want.matches(message)) return refuse("Regex `{}` does not match `{}`", want.source(), message);
  return Value::boolean(true);
}

// As Flux numbers them, after gRPC.
uint64_t flux_code(ErrorCode code) {
  switch (code) {
    case ErrorCode::NotFound: return 5;
    case ErrorCode::Denied: return 7;
    case ErrorCode::Limit: return 8;
    case ErrorCode::Unsupported: return 12;
    case ErrorCode::Malformed:
    case ErrorCode::Overflow: return 3;
    default: return 13;
  }
}

// What a function gives, or why it does not; limits hold all the same.
Result<Value> caught(Call& call) {
  auto value = call.invoke(call.function("fn"), {});
  if (!value && value.error().code == ErrorCode::Limit) return value;
  std::vector<Record::Field> out;
  out.emplace_back(Text("value"), value ? *value : Value());
  out.emplace_back(Text("code"),
                   value ? Value::null(Type::Uint) : Value::unsigned_integer(flux_code(value.error().code)));
  out.emplace_back(Text("msg"), value ? Value::null(Type::String) : Value::string(value.error().message));
  return Value::record(std::move(out));
}

Result<Value> nothing(Call&) { return Value::record(std::vector<Record::Field>{}); }

Result<Value> null_of(Call& call) {
  const std::string_view type = call.text("type");
  if (type.empty()) return Value();
  for (int at = 1; at <= static_cast<int>(Type::Dynamic); ++at) {
    if (to_string(static_cast<Type>(at)) == type) return Value::null(static_cast<Type>(at));
  }
  return refuse("\"{}\" is no type", type);
}

constexpr Parameter kTables{"tables", kStream, Need::Pipe};

constexpr Builtin kBuiltins[] = {
    {"testing",
     "diff",
     {{"got", kStream, Need::Pipe},
      {"want", kStream, Need::Required},
      {"verbose", kBool},
      {"epsilon", kFloat},
      {"nansEqual", kBool}},
     nullptr,
     diff},
    {"testing",
     "assertEquals",
     {{"name", kString, Need::Required}, {"got", kStream, Need::Pipe}, {"want", kStream, Need::Required}},
     nullptr,
     assert_equals},
    {"testing", "load", {kTables}, nullptr, unchanged},
    {"testing", "assertEmpty", {kTables}, nullptr, assert_empty},
    {"testing", "assertEqualValues", {{"got", kAny, Need::Required}, {"want", kAny, Need::Required}}, assert_equal},
    {"testing", "shouldError", {{"fn", kFunction, Need::Required}, {"want", kRegexp, Need::Required}}, should_error},
    {"experimental", "catch", {{"fn", kFunction, Need::Required}}, caught},
    {"testing/expect", "planner", {{"rules", kDict | kRecord, Need::Required}}, nothing},
    {"internal/testing",
     "assertMatches",
     {{"got", kString, Need::Required}, {"want", kRegexp, Need::Required}},
     assert_matches},
    {"internal/debug", "opaque", {kTables}, nullptr, unchanged},
    {"internal/debug", "pass", {kTables}, nullptr, unchanged},
    {"internal/debug", "slurp", {kTables}, nullptr, unchanged},
    {"internal/debug", "sink", {kTables}, nullptr, sink},
    {"internal/debug", "null", {{"type", kString}}, null_of},
};
constexpr Prelude kPreludes[] = {
    {"testing", "tags = []"},
    {"internal/testing", R"(
import "array"
import "experimental"
import "testing"

shouldErrorWithCode = (fn, want, code) => {
    got = experimental.catch(fn: fn)
    return if exists got.msg then testing.diff(
        got: array.from(rows: [{code: got.code, match: got.msg =~ want}]),
        want: array.from(rows: [{code: code, match: true}]),
    ) else die(msg: "shouldErrorWithCode expected an error")
}
)"},
    {"internal/debug", R"(
option vectorize = false

getOption = (pkg, name) =>
    if pkg == "internal/debug" and name == "vectorize" then vectorize
    else die(msg: "no option ${name} of ${pkg} is known")
)"},
};

}  // namespace

extern const FunctionSet testing_function_set;
const FunctionSet testing_function_set{.builtins = kBuiltins, .preludes = kPreludes};

}  // namespace inquest::query

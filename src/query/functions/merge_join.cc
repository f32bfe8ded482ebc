// experimental.join: rows of two streams that have the same group key and the same time.

#include <algorithm>

#include "query/function_set.h"
#include "query/record_rows.h"
#include "query/row_values.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

constexpr size_t kMostRows = 20'000'000;

Result<const Column*> times_of(const Table& table) {
  const Column* times = table.find("_time");
  if (times == nullptr || times->type() != ColumnType::Time) return refuse("no time column");
  return times;
}

// Both sorted by time. `fn` makes a record of a row of each side; it must leave the group key alone.
Result<Table> merged(Call& call, const Table& left, const Table& right) {
  const auto left_times = times_of(left);
  if (!left_times) return fail(left_times.error());
  const auto right_times = times_of(right);
  if (!right_times) return fail(right_times.error());
  RowValues left_rows(left);
  RowValues right_rows(right);
  RecordRows out;
  for (size_t i = 0, j = 0; i < left.rows && j < right.rows;) {
    const Ns time = (*left_times)->null(i) ? 0 : (*left_times)->time(i);
    const Ns other = (*right_times)->null(j) ? 0 : (*right_times)->time(j);
    if (time != other) {
      ++(time < other ? i : j);
      continue;
    }
    for (size_t k = j; k < right.rows && !(*right_times)->null(k) && (*right_times)->time(k) == time; ++k) {
      if (auto ok = call.context().step(1 + left.columns.size() + right.columns.size()); !ok) return fail(ok.error());
      if (out.rows() >= kMostRows) return fail(ErrorCode::Limit, "the join has too many rows");
      const Argument arguments[] = {{"left", left_rows.record(i)}, {"right", right_rows.record(k)}};
      const auto record = call.invoke(call.function("fn"), arguments);
      if (!record) return fail(record.error());
      if (auto ok = out.add(*record); !ok) return fail(ok.error());
      for (const auto& part : left.key.parts()) {
        const Value* value = record->as_record().find(part.label);
        if (value == nullptr || !same(*value, to_value(part.value))) {
          return refuse("argument 'fn' may not modify group key");
        }
      }
    }
    ++i;
  }
  Table table = out.take(left.key);
  table.range = left.range;
  std::ranges::sort(table.columns, {}, &NamedColumn::label);
  return table;
}

Result<Tables> join(Call& call, Tables) {
  const auto left = call.tables("left");
  if (!left) return fail(left.error());
  const auto right = call.tables("right");
  if (!right) return fail(right.error());
  std::unordered_map<std::string, const Table*> partners;
  for (const Table& table : *right) partners.try_emplace(table.key.identity(), &table);
  Tables out;
  for (const Table& table : *left) {
    const auto partner = partners.find(table.key.identity());
    if (partner == partners.end()) continue;
    auto joined = merged(call, table, *partner->second);
    if (!joined) return fail(std::move(joined).error());
    if (joined->rows > 0) out.push_back(std::move(*joined));
  }
  return out;
}

constexpr Builtin kBuiltins[] = {
    {"experimental",
     "join",
     {{"left", kStream, Need::Required}, {"right", kStream, Need::Required}, {"fn", kFunction, Need::Required}},
     nullptr,
     join},
};

}  // namespace

extern const FunctionSet merge_join_function_set;
const FunctionSet merge_join_function_set{.builtins = kBuiltins};

}  // namespace inquest::query

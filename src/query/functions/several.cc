// contrib/jsternberg: several aggregates of a table side by side (aggregate.table, aggregate.window), the functions
// over arrays that they are made of (math), and a map that leaves the group key alone (rows.map).

#include <algorithm>
#include <ranges>

#include "query/function_set.h"
#include "query/row_function.h"
#include "query/row_values.h"
#include "query/table_function.h"
#include "query/time_window.h"

namespace inquest::query {
namespace {

constexpr std::string_view kPackage = "contrib/jsternberg/aggregate";
constexpr std::string_view kMath = "contrib/jsternberg/math";

// What stands for nothing: no row, or a null.
constexpr std::string_view kNone = "none";
constexpr std::string_view kNull = "null";

struct Aggregate {
  std::string as;
  std::string column;
  const Function* init = nullptr;
  const Function* compute = nullptr;
  Value fill;
};

Result<const Function*> function_of(const Record& record, std::string_view name) {
  const Value* value = record.find(name);
  if (value == nullptr || !value->is(Type::Function)) return refuse("an aggregate lacks the function `{}`", name);
  return &value->as_function();
}

Result<std::vector<Aggregate>> aggregates_of(const Call& call) {
  std::vector<Aggregate> out;
  for (const auto& [as, value] : call.value("columns").as_record().fields()) {
    if (!value.is(Type::Record)) return refuse("`columns` must hold aggregates, and `{}` is none", as.view());
    const Record& record = value.as_record();
    const Value* column = record.find("column");
    if (column == nullptr || !column->is(Type::String)) return refuse("the aggregate `{}` names no column", as.view());
    const auto init = function_of(record, "init");
    if (!init) return fail(init.error());
    const auto compute = function_of(record, "compute");
    if (!compute) return fail(compute.error());
    const Value* fill = record.find("fill");
    out.push_back(
        {std::string(as.view()), std::string(column->as_string()), *init, *compute, fill == nullptr ? Value() : *fill});
  }
  return out;
}

bool is_sentinel(const Value& fill, std::string_view name) {
  if (!fill.is(Type::Record)) return false;
  const Value* found = fill.as_record().find("_fill");
  return found != nullptr && found->is(Type::String) && found->as_string() == name;
}

// The column of one aggregate, a value for each group of rows.
class AggregateColumn {
 public:
  AggregateColumn(Call& call, const Aggregate& aggregate, const Table& table, const Column& column)
      : call_(call), aggregate_(aggregate), values_(table), from_(column), place_(*table.place(aggregate.column)) {}

  Result<void> add(size_t begin, size_t end) {
    if (auto ok = call_.context().step(1 + end - begin); !ok) return ok;
    if (begin == end) {
      if (!is_sentinel(aggregate_.fill, kNone)) {
        results_.push_back(is_sentinel(aggregate_.fill, kNull) ? Value() : aggregate_.fill);
      }
      return {};
    }
    if (auto ok = call_.context().room((end - begin) * sizeof(Value)); !ok) return ok;
    std::vector<Value> of;
    for (size_t row = begin; row < end; ++row) of.push_back(values_.value(place_, row));
    const Argument given{"values", Value::array(std::move(of))};
    const auto state = call_.invoke(*aggregate_.init, {&given, 1});
    if (!state) return fail(state.error());
    const Argument kept{"state", *state};
    auto value = call_.invoke(*aggregate_.compute, {&kept, 1});
    if (!value) return fail(value.error());
    results_.push_back(std::move(*value));
    return {};
  }

  // Of the type of the first value that has one.
  Result<Column> finish() const {
    ColumnType type = from_.type();
    const auto known = std::ranges::find_if(results_, [](const Value& value) { return value.type() != Type::Null; });
    if (known != results_.end()) {
      const auto found = column_type(known->type());
      if (!found) return refuse("`{}` is {}, which no column can hold", aggregate_.as, to_string(known->type()));
      type = *found;
    }
    ColumnBuilder out(type, results_.size());
    for (const Value& value : results_) {
      if (value.is_null()) {
        out.null();
      } else if (!append_value(out, value)) {
        return refuse("`{}` is {} once and {} another time", aggregate_.as, to_string(type), to_string(value.type()));
      }
    }
    return out.finish();
  }

 private:
  Call& call_;
  const Aggregate& aggregate_;
  RowValues values_;
  const Column& from_;
  size_t place_;
  std::vector<Value> results_;
};

struct Interval {
  Ns start = 0;
  Ns stop = 0;
  size_t begin = 0;
  size_t end = 0;
};

Result<Table> aggregated(Call& call, const Table& table, const std::vector<Aggregate>& aggregates,
                         const std::vector<Interval>& groups, bool with_times) {
  Table out = table_of_key(table.key, groups.size());
  out.range = table.range;
  if (with_times) {
    ColumnBuilder start(ColumnType::Time);
    ColumnBuilder stop(ColumnType::Time);
    for (const Interval& group : groups) {
      start.add(group.start);
      stop.add(group.stop);
    }
    out.put("start", start.finish());
    out.put("stop", stop.finish());
  }
  size_t rows = groups.size();
  for (const Aggregate& aggregate : aggregates) {
    if (table.key.has(aggregate.as) || (with_times && (aggregate.as == "start" || aggregate.as == "stop"))) {
      return refuse("a column of an aggregate cannot be named \"{}\"", aggregate.as);
    }
    const auto column = need_column(table, aggregate.column);
    if (!column) return fail(column.error());
    AggregateColumn made(call, aggregate, table, **column);
    for (const Interval& group : groups) {
      if (auto ok = made.add(group.begin, group.end); !ok) return fail(ok.error());
    }
    auto values = made.finish();
    if (!values) return fail(values.error());
    rows = std::min(rows, values->size());
    out.columns.push_back({aggregate.as, std::move(*values)});
  }
  return rows == groups.size() ? out : out.emptied();
}

Result<Tables> whole_tables(Call& call, Tables input) {
  const auto aggregates = aggregates_of(call);
  if (!aggregates) return fail(aggregates.error());
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    auto out = aggregated(call, table, *aggregates, {{0, 0, 0, table.rows}}, false);
    if (!out) return fail(out.error());
    table = std::move(*out);
    return {};
  });
}

Result<const Column*> time_column(const Call& call, const Table& table) {
  if (call.has("time")) return need_times(table, call.text("time"));
  const auto usual = std::ranges::find_if(
      table.columns, [](const NamedColumn& column) { return column.label == "_time" || column.label == "time"; });
  return need_times(table, usual == table.columns.end() ? "_time" : usual->label);
}

// The windows that rows lie in, which must be in the order of their times, with the rows of each.
Result<std::vector<Interval>> intervals(Call& call, const Column& times, const TimeWindow& window) {
  std::vector<Interval> out;
  std::optional<int64_t> last;
  for (size_t row = 0; row < times.size(); ++row) {
    if (times.null(row)) return refuse("null values in the time column are not allowed");
    const Ns time = times.time(row);
    std::vector<TimeBounds> found;
    for (TimeBounds bounds = window.latest(time); bounds.contains(time) && (!last || bounds.index > *last);
         bounds = window.previous(bounds)) {
      if (auto ok = call.context().step(); !ok) return fail(ok.error());
      if (auto ok = call.context().room((out.size() + found.size()) * sizeof(Interval) * 2); !ok)
        return fail(ok.error());
      found.push_back(bounds);
    }
    for (const TimeBounds& bounds : std::views::reverse(found)) {
      Interval interval{bounds.start, bounds.stop, row, row};
      while (interval.end < times.size() && !times.null(interval.end) && times.time(interval.end) < bounds.stop) {
        ++interval.end;
      }
      if (auto ok = call.context().step(1 + interval.end - row); !ok) return fail(ok.error());
      out.push_back(interval);
      last = bounds.index;
    }
  }
  return out;
}

Result<Tables> windowed(Call& call, Tables input) {
  const auto aggregates = aggregates_of(call);
  if (!aggregates) return fail(aggregates.error());
  const Duration every = call.duration("every");
  const auto window = TimeWindow::make(every, call.duration("period", every), {});
  if (!window) return fail(window.error());
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    const auto times = time_column(call, table);
    if (!times) return fail(times.error());
    const auto groups = intervals(call, **times, *window);
    if (!groups) return fail(groups.error());
    auto out = aggregated(call, table, *aggregates, *groups, true);
    if (!out) return fail(out.error());
    table = std::move(*out);
    return {};
  });
}

// As map(), but a column of the group key stays what it is, whatever the function says.
Result<Tables> map_rows(Call& call, Tables input) {
  const RowFunction function(call, call.function("fn"));
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    auto columns = function.records(table);
    if (!columns) return fail(std::move(columns).error());
    Table out;
    out.key = table.key;
    out.rows = table.rows;
    out.columns = std::move(*columns);
    for (const auto& part : table.key.parts()) out.put(part.label, Column::constant(part.value, table.rows));
    table = std::move(out);
    return {};
  });
}

std::optional<double> number_of(const Value& value) {
  if (value.is(Type::Int)) return static_cast<double>(value.as_int());
  if (value.is(Type::Uint)) return static_cast<double>(value.as_uint());
  if (value.is(Type::Float)) return value.as_float();
  return std::nullopt;
}

// Of equal ones the first; nulls are passed over.
template <bool greatest>
Result<Value> place_of_extreme(Call& call) {
  const auto& values = call.value("values").as_array().values();
  std::optional<size_t> best;
  for (size_t i = 0; i < values.size(); ++i) {
    const auto number = number_of(values[i]);
    if (!number) continue;
    const auto before = best ? number_of(values[*best]) : std::nullopt;
    if (!before || (greatest ? *number > *before : *number < *before)) best = i;
  }
  if (!best) return refuse("no numbers are among the values");
  return Value::integer(static_cast<int64_t>(*best));
}

Result<Value> sum_of(Call& call) {
  int64_t whole = 0;
  uint64_t natural = 0;
  double sum = 0;
  Type type = Type::Null;
  for (const Value& value : call.value("values").as_array().values()) {
    if (value.is_null()) continue;
    if (!number_of(value)) return refuse("cannot add up {}", to_string(value.type()));
    type = value.type();
    if (type == Type::Float) sum += value.as_float();
    // Unsigned, since sums wrap around.
    if (type == Type::Int)
      whole = static_cast<int64_t>(static_cast<uint64_t>(whole) + static_cast<uint64_t>(value.as_int()));
    if (type == Type::Uint) natural += value.as_uint();
  }
  switch (type) {
    case Type::Float: return Value::floating(sum);
    case Type::Uint: return Value::unsigned_integer(natural);
    case Type::Int: return Value::integer(whole);
    default: return Value();
  }
}

constexpr Parameter kTables{"tables", kStream, Need::Pipe};
constexpr Parameter kColumns{"columns", kRecord, Need::Required};
constexpr Parameter kValues{"values", kArray, Need::Required};

constexpr Builtin kBuiltins[] = {
    {kPackage, "table", {kTables, kColumns}, nullptr, whole_tables},
    {kPackage,
     "window",
     {kTables, kColumns, {"every", kDuration, Need::Required}, {"period", kDuration}, {"time", kString}},
     nullptr,
     windowed},
    {"contrib/jsternberg/rows", "map", {kTables, {"fn", kFunction, Need::Required}}, nullptr, map_rows},
    {kMath, "minIndex", {kValues}, place_of_extreme<false>},
    {kMath, "maxIndex", {kValues}, place_of_extreme<true>},
    {kMath, "sum", {kValues}, sum_of},
};

constexpr Prelude kPreludes[] = {
    {kMath, R"(
min = (values) => values[minIndex(values: values)]
max = (values) => values[maxIndex(values: values)]
)"},
    {kPackage, R"(
import "contrib/jsternberg/math"

null = {_fill: "null"}
none = {_fill: "none"}

define = (init, reduce, compute, fill=null) => (column="_value", fill=fill) =>
    ({column: column, init: init, reduce: reduce, compute: compute, fill: fill})

_selected = (fn) => define(
    init: (values) => fn(values: values),
    reduce: (values, state) => fn(values: [state, fn(values: values)]),
    compute: (state) => state,
)
min = _selected(fn: math.min)
max = _selected(fn: math.max)
sum = define(
    init: (values) => math.sum(values: values),
    reduce: (values, state) => state + math.sum(values: values),
    compute: (state) => state,
)
count = define(
    init: (values) => length(arr: values),
    reduce: (values, state) => state + length(arr: values),
    compute: (state) => state,
    fill: 0,
)
mean = define(
    init: (values) => ({sum: math.sum(values: values), count: length(arr: values)}),
    reduce: (values, state) =>
        ({sum: state.sum + math.sum(values: values), count: state.count + length(arr: values)}),
    compute: (state) => float(v: state.sum) / float(v: state.count),
)
)"},
};

}  // namespace

extern const FunctionSet several_function_set;
const FunctionSet several_function_set{kBuiltins, kPreludes};

}  // namespace inquest::query

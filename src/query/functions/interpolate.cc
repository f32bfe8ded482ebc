// The package interpolate: rows between rows, on a straight line.

#include "query/function_set.h"
#include "query/table_function.h"
#include "query/time_window.h"

namespace inquest::query {
namespace {

constexpr size_t kMostRows = 20'000'000;

Result<Table> interpolated(Call& call, const Table& table, const TimeWindow& window, Duration every) {
  for (const NamedColumn& column : table.columns) {
    if (table.key.has(column.label) || column.label == "_time" || column.label == "_value") continue;
    return refuse("interpolate.linear requires column \"{}\" to be in group key", column.label);
  }
  const Column* times = table.find("_time");
  if (times == nullptr || times->type() != ColumnType::Time) return refuse("_time column does not exist");
  const Column* values = table.find("_value");
  if (values == nullptr) return refuse("_value column does not exist");
  if (values->type() != ColumnType::Float) {
    return refuse("cannot interpolate {} values; expected float values", to_string(values->type()));
  }
  ColumnBuilder out_times(ColumnType::Time, table.rows);
  ColumnBuilder out_values(ColumnType::Float, table.rows);
  for (size_t row = 0; row < table.rows; ++row) {
    if (times->null(row)) return refuse("null _time found during linear interpolation");
    if (values->null(row)) return refuse("null _value found during linear interpolation");
    if (row > 0) {
      const Ns from = times->time(row - 1);
      const double first = values->number(row - 1);
      const double slope =
          (values->number(row) - first) / (static_cast<double>(times->time(row)) - static_cast<double>(from));
      for (std::optional<Ns> time = window.next(window.latest(from)).start; time && *time < times->time(row);
           time = add(*time, every)) {
        if (auto ok = call.context().step(2); !ok) return fail(ok.error());
        if (out_times.size() >= kMostRows) return fail(ErrorCode::Limit, "too many rows");
        out_times.add(*time);
        out_values.add(first + slope * (static_cast<double>(*time) - static_cast<double>(from)));
      }
    }
    out_times.add(times->time(row));
    out_values.add(values->number(row));
  }
  Table out = table_of_key(table.key, out_times.size());
  out.put("_time", out_times.finish());
  out.put("_value", out_values.finish());
  return out;
}

Result<Tables> linear(Call& call, Tables input) {
  const Duration every = call.duration("every");
  if (every.negative() || every.zero()) return refuse("`every` must be positive");
  const auto window = TimeWindow::make(every, every, {});
  if (!window) return fail(window.error());
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    auto out = interpolated(call, table, *window, every);
    if (!out) return fail(std::move(out).error());
    table = std::move(*out);
    return {};
  });
}

constexpr Builtin kBuiltins[] = {
    {"interpolate", "linear", {{"tables", kStream, Need::Pipe}, {"every", kDuration, Need::Required}}, nullptr, linear},
};

}  // namespace

extern const FunctionSet interpolate_function_set;
const FunctionSet interpolate_function_set{.builtins = kBuiltins};

}  // namespace inquest::query

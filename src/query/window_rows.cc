#include "query/window_rows.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "query/table_function.h"

namespace inquest::query {

std::optional<TimeRange> bounds_of(const Table& table) {
  if (table.range) return table.range;
  const Cell* start = table.key.find("_start");
  const Cell* stop = table.key.find("_stop");
  for (const Cell* each : {start, stop}) {
    if (each == nullptr || each->null || each->type != ColumnType::Time) return std::nullopt;
  }
  return TimeRange{start->integer(), stop->integer()};
}

Result<Windower> Windower::make(WindowSpec spec) {
  if (spec.every.zero() && spec.period.zero()) {
    return refuse("window function requires at least one of \"every\" or \"period\" to be set and non-zero");
  }
  if (spec.every.zero()) spec.every = spec.period;
  if (spec.period.zero()) spec.period = spec.every;
  Windower windower;
  if (spec.every != kInfinity) {
    auto window = TimeWindow::make(spec.every, spec.period, spec.offset, spec.where);
    if (!window) return fail(window.error());
    windower.window_ = std::move(*window);
  }
  windower.spec_ = std::move(spec);
  return windower;
}

// Every window with at least one of the times, which ascend, in it.
std::vector<TimeBounds> Windower::occupied(const std::vector<Ns>& times) const {
  std::vector<TimeBounds> out;
  if (times.empty()) return out;
  const auto earliest_of = [&](Ns time) {
    TimeBounds bounds = window_->latest(time);
    for (TimeBounds before = window_->previous(bounds); before.contains(time); before = window_->previous(before)) {
      bounds = before;
    }
    return bounds;
  };
  TimeBounds bounds = earliest_of(times.front());
  size_t row = 0;  // the first time that is not before the window's start
  while (true) {
    while (row < times.size() && times[row] < bounds.start) ++row;
    if (row == times.size()) return out;
    if (bounds.contains(times[row])) {
      out.push_back(bounds);
      bounds = window_->next(bounds);
    } else {
      const TimeBounds jump = earliest_of(times[row]);
      bounds = jump.index > bounds.index ? jump : window_->next(bounds);
    }
    if (bounds.start == std::numeric_limits<Ns>::max()) return out;
  }
}

Result<WindowedTable> Windower::cut(const Table& table, size_t most) const {
  const Column* column = table.find(spec_.time_column);
  if (column == nullptr) return refuse("missing time column \"{}\"", spec_.time_column);
  if (column->type() != ColumnType::Time) {
    return refuse("time column is not a time value: {}", to_string(column->type()));
  }
  WindowedTable out;
  std::vector<uint32_t> rows;
  bool in_order = true;
  for (size_t row = 0; row < table.rows && in_order; ++row) {
    in_order = !column->null(row) && (row == 0 || column->time(row - 1) <= column->time(row));
  }
  if (in_order) {
    out.table = table;
  } else {
    for (size_t row = 0; row < table.rows; ++row) {
      if (!column->null(row)) rows.push_back(static_cast<uint32_t>(row));
    }
    std::ranges::stable_sort(rows, [&](uint32_t a, uint32_t b) { return column->time(a) < column->time(b); });
    out.table = table.take(rows);
  }
  const Column sorted = *out.table.find(spec_.time_column);
  std::vector<Ns> times(out.table.rows);
  for (size_t row = 0; row < times.size(); ++row) times[row] = sorted.time(row);

  const std::optional<TimeRange> range = bounds_of(table);
  std::vector<TimeBounds> all;
  if (!window_) {
    all.push_back({std::numeric_limits<Ns>::min(), std::numeric_limits<Ns>::max(), 0});
  } else if (spec_.create_empty) {
    if (!range) return refuse("nil bounds passed to window; use range to set the window range");
    auto overlapping = window_->overlapping(range->start, range->stop, most);
    if (!overlapping) return fail(overlapping.error());
    all = std::move(*overlapping);
    // Rows may lie outside of the range where something changed their times.
    if (!times.empty() && (times.front() < range->start || times.back() >= range->stop)) {
      for (const TimeBounds& bounds : occupied(times)) {
        if (bounds.stop <= range->start || bounds.start >= range->stop) all.push_back(bounds);
      }
      std::ranges::sort(all, {}, &TimeBounds::start);
    }
  } else {
    all = occupied(times);
  }
  if (all.size() > most) return fail(ErrorCode::Limit, "too many windows: raise `every`, or shorten the range");

  out.windows.reserve(all.size());
  size_t hint = 0;
  for (const TimeBounds& bounds : all) {
    const auto begin = std::lower_bound(times.begin() + static_cast<std::ptrdiff_t>(hint), times.end(), bounds.start);
    const auto end = window_ ? std::lower_bound(begin, times.end(), bounds.stop) : times.end();
    RowsOfWindow window{bounds.start, bounds.stop, static_cast<size_t>(begin - times.begin()),
                        static_cast<size_t>(end - times.begin())};
    hint = window.begin;
    if (range && bounds.start < range->stop && bounds.stop > range->start) {
      window.start = std::max(window.start, range->start);
      window.stop = std::min(window.stop, range->stop);
    }
    out.windows.push_back(window);
  }
  return out;
}

}  // namespace inquest::query

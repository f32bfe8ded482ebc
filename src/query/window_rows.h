// Which rows of a table lie in which windows.
#pragma once

#include <optional>
#include <vector>

#include "base/error.h"
#include "query/table.h"
#include "query/time_window.h"

namespace inquest::query {

// Longer than any range: window(every: inf) is the whole of it.
inline constexpr Duration kInfinity{0, std::numeric_limits<Ns>::max()};

struct WindowSpec {
  Duration every;  // kInfinity: one window
  Duration period;
  Duration offset;
  WindowLocation where;
  std::string time_column = "_time";
  bool create_empty = false;
};

// [begin, end) of rows in the order of their time.
struct RowsOfWindow {
  Ns start = 0;
  Ns stop = 0;
  size_t begin = 0;
  size_t end = 0;
};

struct WindowedTable {
  Table table;                        // rows in the order of their time, those without one left out
  std::vector<RowsOfWindow> windows;  // by start, cut at the table's range
};

class Windower {
 public:
  // Malformed for durations that make no windows.
  static Result<Windower> make(WindowSpec spec);

  // The windows that the table's rows are in; with create_empty all windows of its range, which it must have then.
  // Limit where they were more than `most`.
  Result<WindowedTable> cut(const Table& table, size_t most) const;

 private:
  Windower() = default;
  std::vector<TimeBounds> occupied(const std::vector<Ns>& times) const;

  WindowSpec spec_;
  std::optional<TimeWindow> window_;  // nothing: one window for all
};

// The bounds that a table's windows are cut at: what range() asked for, or else its key's _start and _stop.
std::optional<TimeRange> bounds_of(const Table& table);

}  // namespace inquest::query

// What functions over tables have in common.
#pragma once

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "query/function.h"
#include "query/table.h"

namespace inquest::query {

// An error that the query's author can do something about.
template <class... Arguments>
std::unexpected<Error> refuse(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  return fail(ErrorCode::Malformed, fmt::format(format, std::forward<Arguments>(arguments)...));
}

// The column, or the error that Flux gives where there is none.
inline Result<const Column*> need_column(const Table& table, std::string_view label) {
  if (const Column* column = table.find(label)) return column;
  return refuse("column \"{}\" does not exist", label);
}

// The same of a column of times.
inline Result<const Column*> need_times(const Table& table, std::string_view label) {
  const auto column = need_column(table, label);
  if (column && (*column)->type() != ColumnType::Time) return refuse("column \"{}\" is not a time", label);
  return column;
}

inline bool is_number(ColumnType type) {
  return type == ColumnType::Int || type == ColumnType::UInt || type == ColumnType::Float;
}

// The value of a column of numbers as a double; it must not be null.
inline double as_double(const Column& column, size_t row) {
  switch (column.type()) {
    case ColumnType::Int: return static_cast<double>(column.integer(row));
    case ColumnType::UInt: return static_cast<double>(column.natural(row));
    default: return column.number(row);
  }
}

// Each table replaced by what `change` makes of it: Result<void>(Table&). Counts the work, and lets go of each table
// before the next is looked at.
template <class Change>
Result<Tables> change_each(Call& call, Tables input, Change change) {
  for (Table& table : input) {
    if (auto ok = call.context().step(1 + table.rows); !ok) return fail(ok.error());
    const std::optional<TimeRange> range = table.range;
    if (auto ok = change(table); !ok) return fail(ok.error());
    table.range = range;
  }
  return input;
}

}  // namespace inquest::query

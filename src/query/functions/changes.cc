// What compares each row with those before it: difference, derivative, elapsed, increase, cumulativeSum.

#include <algorithm>

#include "query/aggregate.h"
#include "query/function_set.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

bool named(const std::vector<std::string>& labels, std::string_view label) {
  return std::ranges::find(labels, label) != labels.end();
}

struct DifferenceRule {
  bool non_negative, keep_first, initial_zero;
};

// The difference of two numbers that are next to each other, as Flux has it for T; unsigned ones wrap into signed.
template <class T, class Out>
Column differences(const Column& column, const DifferenceRule& rule) {
  ColumnBuilder out(std::is_same_v<Out, double> ? ColumnType::Float : ColumnType::Int, column.size());
  bool known = false;
  T previous{};
  for (size_t row = 0; row < column.size(); ++row) {
    std::optional<Out> value;
    if (!column.null(row)) {
      const T here = std::bit_cast<T>(column.word(row));
      if (!known) {
        if (rule.keep_first && rule.initial_zero) value = Out{};
      } else {
        Out difference{};
        if constexpr (std::is_same_v<T, double>) {
          difference = here - previous;
        } else {
          difference = static_cast<Out>(static_cast<uint64_t>(here) - static_cast<uint64_t>(previous));
        }
        if (difference >= 0 || !rule.non_negative) {
          value = difference;
        } else if (rule.initial_zero && static_cast<Out>(here) >= 0) {
          value = static_cast<Out>(here);  // a counter that began anew
        }
      }
      known = true;
      previous = here;
    }
    if (row == 0 && !rule.keep_first) continue;
    if (value) {
      out.add(*value);
    } else {
      out.null();
    }
  }
  return out.finish();
}

Result<Tables> difference(Call& call, Tables input) {
  const auto labels = call.texts("columns", {"_value"});
  const DifferenceRule rule{call.boolean("nonNegative"), call.boolean("keepFirst"), call.boolean("initialZero")};
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    const size_t first = rule.keep_first ? 0 : std::min<size_t>(1, table.rows);
    for (auto& [label, column] : table.columns) {
      if (!named(labels, label)) {
        column = column.slice(first, table.rows);
        continue;
      }
      switch (column.type()) {
        case ColumnType::Int: column = differences<int64_t, int64_t>(column, rule); break;
        case ColumnType::UInt: column = differences<uint64_t, int64_t>(column, rule); break;
        case ColumnType::Float: column = differences<double, double>(column, rule); break;
        case ColumnType::Time: return refuse("difference does not support time columns. Try the elapsed function");
        default:
          return refuse("difference does not support column \"{}\" of type \"{}\"", label, to_string(column.type()));
      }
    }
    table.rows -= first;
    return {};
  });
}

// The rows whose time is later than that of the row before; all, where that is so.
Result<std::vector<uint32_t>> rising(const Column& times) {
  std::vector<uint32_t> rows;
  for (size_t row = 0; row < times.size(); ++row) {
    if (times.null(row)) return refuse("derivative found null time in time column");
    if (row > 0 && times.time(row) < times.time(row - 1)) {
      return refuse("derivative found out-of-order times in time column");
    }
    if (row == 0 || times.time(row) > times.time(row - 1)) rows.push_back(static_cast<uint32_t>(row));
  }
  return rows;
}

struct DerivativeRule {
  double unit;
  bool non_negative, initial_zero;
};

Column derivatives(const Column& times, const Column& column, const DerivativeRule& rule) {
  ColumnBuilder out(ColumnType::Float, column.size());
  bool known = false;
  Ns time = 0;
  size_t previous = 0;
  for (size_t row = 0; row < column.size(); ++row) {
    const bool null = column.null(row);
    if (row > 0) {
      if (null || !known) {
        out.null();
      } else if (const bool falls = compare(column, previous, column, row) > 0; falls && rule.non_negative) {
        if (rule.initial_zero) {
          out.add(0.0);
        } else {
          out.null();
        }
      } else {
        // Integers are subtracted as such: as doubles large counters would lose their last digits.
        double change = 0;
        if (column.type() == ColumnType::Float) {
          change = column.number(row) - column.number(previous);
        } else {
          change = falls ? -static_cast<double>(column.word(previous) - column.word(row))
                         : static_cast<double>(column.word(row) - column.word(previous));
        }
        out.add(change / (static_cast<double>(times.time(row) - time) / rule.unit));
      }
    }
    if (null) continue;
    known = true;
    previous = row;
    time = times.time(row);
  }
  return out.finish();
}

Result<Tables> derivative(Call& call, Tables input) {
  const auto labels = call.texts("columns", {"_value"});
  const std::string time_label(call.text("timeColumn", "_time"));
  const DerivativeRule rule{nominal_ns(call.duration("unit", {0, kSecond})), call.boolean("nonNegative"),
                            call.boolean("initialZero")};
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    const auto found = need_column(table, time_label);
    if (!found) return fail(found.error());
    if ((*found)->type() != ColumnType::Time) {
      return refuse("time column \"{}\" is type {} and not time", time_label, to_string((*found)->type()));
    }
    const auto rows = rising(**found);
    if (!rows) return fail(rows.error());
    if (rows->size() != table.rows) table = table.take(*rows);
    const Column times = *table.find(time_label);
    for (auto& [label, column] : table.columns) {
      if (!named(labels, label)) {
        column = column.slice(std::min<size_t>(1, table.rows), table.rows);
      } else if (is_number(column.type())) {
        column = derivatives(times, column, rule);
      } else {
        return refuse("unsupported derivative column type {}:{}", label, to_string(column.type()));
      }
    }
    if (table.rows > 0) --table.rows;
    return {};
  });
}

Result<Tables> elapsed(Call& call, Tables input) {
  const std::string time_label(call.text("timeColumn", "_time"));
  const std::string name(call.text("columnName", "elapsed"));
  const double unit = nominal_ns(call.duration("unit", {0, kSecond}));
  if (!(unit > 0)) return refuse("unit must be positive");
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    const auto times = need_times(table, time_label);
    if (!times) return fail(times.error());
    std::vector<uint64_t> words;
    if (table.rows > 0) words.reserve(table.rows - 1);
    for (size_t row = 1; row < table.rows; ++row) {
      const auto gap = static_cast<double>((*times)->time(row) - (*times)->time(row - 1)) / unit;
      words.push_back(static_cast<uint64_t>(static_cast<int64_t>(gap)));
    }
    table = table.slice(std::min<size_t>(1, table.rows), table.rows);
    table.put(name, Column(ColumnType::Int, std::move(words)));
    return {};
  });
}

// Sums so far; a null adds nothing.
Column sums(const Column& column) {
  std::vector<uint64_t> words(column.size());
  if (column.type() == ColumnType::Float) {
    double sum = 0;
    for (size_t row = 0; row < column.size(); ++row) {
      if (!column.null(row)) sum += column.number(row);
      words[row] = std::bit_cast<uint64_t>(sum);
    }
  } else {
    uint64_t sum = 0;
    for (size_t row = 0; row < column.size(); ++row) {
      if (!column.null(row)) sum += column.word(row);
      words[row] = sum;
    }
  }
  return {column.type(), std::move(words)};
}

Result<Tables> cumulative_sum(Call& call, Tables input) {
  const auto labels = call.texts("columns", {"_value"});
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    for (auto& [label, column] : table.columns) {
      if (named(labels, label) && is_number(column.type())) column = sums(column);
    }
    return {};
  });
}

constexpr Parameter kTables{"tables", kStream, Need::Pipe};
constexpr Parameter kColumns{"columns", kStrings};
constexpr Parameter kTimeColumn{"timeColumn", kString};
constexpr Parameter kUnit{"unit", kDuration};

constexpr Builtin kBuiltins[] = {
    {"",
     "difference",
     {kTables, kColumns, {"nonNegative", kBool}, {"keepFirst", kBool}, {"initialZero", kBool}},
     nullptr,
     difference},
    {"",
     "derivative",
     {kTables, kColumns, kUnit, {"nonNegative", kBool}, kTimeColumn, {"initialZero", kBool}},
     nullptr,
     derivative},
    {"", "elapsed", {kTables, kUnit, kTimeColumn, {"columnName", kString}}, nullptr, elapsed},
    {"", "cumulativeSum", {kTables, kColumns}, nullptr, cumulative_sum},
};

constexpr Prelude kPreludes[] = {{"", R"(
increase = (tables=<-, columns=["_value"]) => tables
    |> difference(nonNegative: true, columns: columns, keepFirst: true, initialZero: true)
    |> cumulativeSum(columns: columns)
)"}};

}  // namespace

extern const FunctionSet changes_function_set;
const FunctionSet changes_function_set{kBuiltins, kPreludes};

}  // namespace inquest::query

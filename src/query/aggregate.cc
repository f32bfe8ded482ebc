#include "query/aggregate.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "query/tdigest.h"

namespace inquest::query {
namespace {

// Calls `each` with the values of [begin, end) that are not null, as T has them.
template <class T, class Each>
void values(const Column& column, size_t begin, size_t end, Each each) {
  const auto words = column.words();
  if (!words.empty() && !column.has_nulls()) {
    for (size_t row = begin; row < end; ++row) each(std::bit_cast<T>(words[row]));
    return;
  }
  for (size_t row = begin; row < end; ++row) {
    if (!column.null(row)) each(std::bit_cast<T>(column.word(row)));
  }
}

template <class Each>
void doubles(const Column& column, size_t begin, size_t end, Each each) {
  switch (column.type()) {
    case ColumnType::Int: return values<int64_t>(column, begin, end, [&](int64_t v) { each(static_cast<double>(v)); });
    case ColumnType::UInt:
      return values<uint64_t>(column, begin, end, [&](uint64_t v) { each(static_cast<double>(v)); });
    default: return values<double>(column, begin, end, each);
  }
}

// Sums of integers wrap, as Flux's do.
template <class T>
Cell sum(const Column& column, size_t begin, size_t end) {
  uint64_t total = 0;
  size_t count = 0;
  values<T>(column, begin, end, [&](T value) {
    total += static_cast<uint64_t>(value);
    ++count;
  });
  return count == 0 ? Cell::none(column.type()) : Cell::of(static_cast<T>(total));
}

template <>
Cell sum<double>(const Column& column, size_t begin, size_t end) {
  double total = 0;
  size_t count = 0;
  values<double>(column, begin, end, [&](double value) {
    total += value;
    ++count;
  });
  return count == 0 ? Cell::none(ColumnType::Float) : Cell::of(total);
}

Cell mean(const Column& column, size_t begin, size_t end) {
  double total = 0;
  size_t count = 0;
  doubles(column, begin, end, [&](double value) {
    total += value;
    ++count;
  });
  return count == 0 ? Cell::none(ColumnType::Float) : Cell::of(total / static_cast<double>(count));
}

template <class T>
Cell spread(const Column& column, size_t begin, size_t end) {
  std::optional<T> low, high;
  values<T>(column, begin, end, [&](T value) {
    if (!low || value < *low) low = value;
    if (!high || value > *high) high = value;
  });
  if (!low) return Cell::none(column.type());
  if constexpr (std::is_same_v<T, double>) return Cell::of(*high - *low);
  return Cell::of(static_cast<T>(static_cast<uint64_t>(*high) - static_cast<uint64_t>(*low)));
}

// Welford's method, for the second and third moment.
struct Moments {
  double n = 0, m1 = 0, m2 = 0, m3 = 0;

  void add(double value) {
    const double before = n++;
    const double delta = value - m1;
    const double step = delta / n;
    const double t = delta * step * before;
    m3 += t * step * (n - 2) - 3 * step * m2;
    m2 += t;
    m1 += step;
  }
};

Cell stddev(const Column& column, size_t begin, size_t end, bool sample) {
  double n = 0, average = 0, m2 = 0;
  doubles(column, begin, end, [&](double value) {
    ++n;
    const double delta = value - average;
    average += delta / n;
    m2 += delta * (value - average);
  });
  if (n == 0) return Cell::none(ColumnType::Float);
  const double degrees = sample ? n - 1 : n;
  return Cell::of(degrees < 1 ? std::nan("") : std::sqrt(m2 / degrees));
}

Cell skew(const Column& column, size_t begin, size_t end) {
  Moments moments;
  doubles(column, begin, end, [&](double value) { moments.add(value); });
  if (moments.n == 0) return Cell::none(ColumnType::Float);
  if (moments.n < 2) return Cell::of(std::nan(""));
  return Cell::of(std::sqrt(moments.n) * moments.m3 / std::pow(moments.m2, 1.5));
}

Cell quantile_exact(const Column& column, size_t begin, size_t end, double q) {
  std::vector<double> all;
  doubles(column, begin, end, [&](double value) { all.push_back(value); });
  if (all.empty()) return Cell::none(ColumnType::Float);
  // NaN has no place in an order of numbers; Go's sort puts it in front.
  std::ranges::sort(all, [](double a, double b) { return a < b || (std::isnan(a) && !std::isnan(b)); });
  const double place = q * static_cast<double>(all.size() - 1);
  const double below = std::floor(place);
  const double above = std::ceil(place);
  const double low = all[static_cast<size_t>(below)];
  if (below == above) return Cell::of(low);
  return Cell::of(low * (above - place) + all[static_cast<size_t>(above)] * (place - below));
}

Cell quantile_estimate(const Column& column, size_t begin, size_t end, double q, double compression) {
  TDigest digest(compression == 0 ? 1000 : compression);
  size_t count = 0;
  doubles(column, begin, end, [&](double value) {
    digest.add(value);
    ++count;
  });
  return count == 0 ? Cell::none(ColumnType::Float) : Cell::of(digest.quantile(q));
}

std::string_view name(AggregateKind kind) {
  switch (kind) {
    case AggregateKind::Count: return "count";
    case AggregateKind::Sum: return "sum";
    case AggregateKind::Mean: return "mean";
    case AggregateKind::Spread: return "spread";
    case AggregateKind::StddevSample:
    case AggregateKind::StddevPopulation: return "stddev";
    case AggregateKind::Skew: return "skew";
    case AggregateKind::QuantileExact:
    case AggregateKind::QuantileEstimate: return "quantile";
  }
  return "";
}

// The greatest or smallest; where several are equal, the first.
template <class T>
std::optional<size_t> extreme(const Column& column, size_t begin, size_t end, bool least) {
  std::optional<size_t> best;
  T value{};
  for (size_t row = begin; row < end; ++row) {
    if (column.null(row)) continue;
    const T here = std::bit_cast<T>(column.word(row));
    if (best && !(least ? here < value : here > value)) continue;
    best = row;
    value = here;
  }
  return best;
}

}  // namespace

ColumnType Aggregate::result_type(ColumnType of) const {
  switch (kind) {
    case AggregateKind::Count: return ColumnType::Int;
    case AggregateKind::Sum:
    case AggregateKind::Spread: return of;
    default: return ColumnType::Float;
  }
}

Result<Cell> Aggregate::of(const Column& column, size_t begin, size_t end) const {
  const ColumnType type = column.type();
  if (kind == AggregateKind::Count) return Cell::of(static_cast<int64_t>(end - begin));
  if (type != ColumnType::Int && type != ColumnType::UInt && type != ColumnType::Float) {
    return fail(ErrorCode::Malformed,
                fmt::format("unsupported aggregate column type {} for {}", to_string(type), name(kind)));
  }
  switch (kind) {
    case AggregateKind::Sum:
      if (type == ColumnType::Int) return sum<int64_t>(column, begin, end);
      if (type == ColumnType::UInt) return sum<uint64_t>(column, begin, end);
      return sum<double>(column, begin, end);
    case AggregateKind::Spread:
      if (type == ColumnType::Int) return spread<int64_t>(column, begin, end);
      if (type == ColumnType::UInt) return spread<uint64_t>(column, begin, end);
      return spread<double>(column, begin, end);
    case AggregateKind::StddevSample: return stddev(column, begin, end, true);
    case AggregateKind::StddevPopulation: return stddev(column, begin, end, false);
    case AggregateKind::Skew: return skew(column, begin, end);
    case AggregateKind::QuantileExact: return quantile_exact(column, begin, end, quantile);
    case AggregateKind::QuantileEstimate: return quantile_estimate(column, begin, end, quantile, compression);
    default: return mean(column, begin, end);
  }
}

std::optional<Aggregate> find_aggregate(std::string_view wanted) {
  if (wanted == "count") return Aggregate{AggregateKind::Count};
  if (wanted == "sum") return Aggregate{AggregateKind::Sum};
  if (wanted == "mean") return Aggregate{AggregateKind::Mean};
  if (wanted == "spread") return Aggregate{AggregateKind::Spread};
  if (wanted == "stddev") return Aggregate{AggregateKind::StddevSample};
  if (wanted == "skew") return Aggregate{AggregateKind::Skew};
  if (wanted == "median") return Aggregate{AggregateKind::QuantileEstimate, 0.5};
  return std::nullopt;
}

std::optional<SelectorKind> find_selector(std::string_view wanted) {
  if (wanted == "first") return SelectorKind::First;
  if (wanted == "last") return SelectorKind::Last;
  if (wanted == "min") return SelectorKind::Min;
  if (wanted == "max") return SelectorKind::Max;
  return std::nullopt;
}

Result<std::optional<size_t>> select_row(SelectorKind kind, const Column& column, size_t begin, size_t end) {
  if (kind == SelectorKind::First) {
    for (size_t row = begin; row < end; ++row) {
      if (!column.null(row)) return row;
    }
    return std::nullopt;
  }
  if (kind == SelectorKind::Last) {
    for (size_t row = end; row > begin; --row) {
      if (!column.null(row - 1)) return row - 1;
    }
    return std::nullopt;
  }
  const bool least = kind == SelectorKind::Min;
  switch (column.type()) {
    case ColumnType::Int:
    case ColumnType::Time: return extreme<int64_t>(column, begin, end, least);
    case ColumnType::UInt: return extreme<uint64_t>(column, begin, end, least);
    case ColumnType::Float: return extreme<double>(column, begin, end, least);
    default:
      return fail(ErrorCode::Malformed, fmt::format("invalid use of function: {} has no implementation for type {}",
                                                    least ? "min" : "max", to_string(column.type())));
  }
}

double nominal_ns(Duration duration) {
  constexpr double kMonth = 365.25 * 24 * static_cast<double>(kHour) / 12;
  return static_cast<double>(duration.ns) + duration.months * kMonth;
}

}  // namespace inquest::query

// What goes on as it went: Holt and Winters' method with a damped trend, as InfluxDB fits it.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/error.h"
#include "query/context.h"

namespace inquest::query {

struct TimedValue {
  Ns time = 0;
  std::optional<double> value;
};

// How the fit is searched: as Flux does, or as InfluxQL does.
enum class Search : uint8_t { Flux, Influxql };

struct ForecastAsked {
  Ns interval = 0;        // positive; a value each
  size_t ahead = 0;       // values behind the last known one
  size_t season = 0;      // values that make a season; below 2: there is none
  bool with_fit = false;  // from the first known value on
  Search search = Search::Flux;
};

struct Forecast {
  Ns first = 0;                // the time of the first value; the others follow at the interval
  std::vector<double> values;  // empty where too little is known
  double error = 0;            // the sum of the squares by which the fit misses what is known
};

// Of values in the order of time, of which the first that falls to an interval counts, by its nearest multiple.
// Malformed for values that are not finite, or have no forecast; Limit beyond a million intervals.
Result<Forecast> forecast(Context& context, std::span<const TimedValue> known, const ForecastAsked& asked);

}  // namespace inquest::query

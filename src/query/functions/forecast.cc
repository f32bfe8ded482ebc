// What goes on as it went: holtWinters.

#include <algorithm>
#include <cmath>

#include "query/function_set.h"
#include "query/nelder_mead.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

// A value for each interval, nothing where there was none; the first is there.
using Series = std::vector<std::optional<double>>;

constexpr double kLeastGain = 1e-4;
constexpr size_t kPatience = 100;
constexpr double kGuesses[] = {0.3, 0.7};  // each of the four weights begins with each of these
constexpr size_t kMostForecasts = 1'000'000;

// The places of what is fitted: four weights, where the level and the trend begin, and a factor for each part of the
// season.
enum Fitted : uint8_t { kAlpha, kBeta, kGamma, kPhi, kLevel, kTrend, kSeason };

// Holt and Winters' method with a damped trend; the season multiplies.
class Forecast {
 public:
  Forecast(const Series& series, size_t season) : series_(series), season_(season >= 2 ? season : 0) {}

  // The fit of all that is known (where it is wanted) and `ahead` more.
  std::vector<double> values(std::vector<double> fitted, size_t ahead, bool with_fit) const {
    for (size_t i = kAlpha; i <= kPhi; ++i) fitted[i] = std::clamp(fitted[i], 0.0, 1.0);
    double* season = fitted.data() + kSeason;
    const double phi = fitted[kPhi];
    double level = fitted[kLevel];
    double trend = fitted[kTrend];
    double damping = phi;
    double here = *series_.front();
    size_t shift = season_ - 1;  // grows with each factor that is replaced
    std::vector<double> out;
    if (with_fit) out.push_back(here);
    for (size_t t = 1; t < series_.size() + ahead; ++t) {
      double before = 1;
      double now = 1;
      if (season_ > 0) {
        before = season[(t - season_ + shift) % season_];
        now = season[(t - season_ + t % season_ + shift) % season_];
      }
      const double expected = level + phi * trend;
      const double next_level = fitted[kAlpha] * (here / before) + (1 - fitted[kAlpha]) * expected;
      const double next_trend = fitted[kBeta] * (next_level - level) + (1 - fitted[kBeta]) * phi * trend;
      const double factor = fitted[kGamma] * (here / expected) + (1 - fitted[kGamma]) * before;
      here = (next_level + damping * next_trend) * now;
      level = next_level;
      trend = next_trend;
      damping += std::pow(phi, static_cast<double>(t));
      if (season_ > 0) season[(t + shift++) % season_] = factor;
      if (with_fit || t >= series_.size()) out.push_back(here);
    }
    return out;
  }

  // The sum of the squares by which a fit misses what is known.
  double error(const std::vector<double>& fitted) const {
    const auto fit = values(fitted, 0, true);
    double sum = 0;
    for (size_t i = 0; i < fit.size(); ++i) {
      if (series_[i]) sum += (fit[i] - *series_[i]) * (fit[i] - *series_[i]);
    }
    return sum;
  }

  Result<Minimum> fit(Context& context) const {
    Result<void> room;
    const auto function = [&](const std::vector<double>& fitted) {
      if (room) room = context.step(series_.size());
      return room ? error(fitted) : 0.0;
    };
    Minimum best{{}, std::numeric_limits<double>::infinity()};
    for (const double alpha : kGuesses) {
      for (const double beta : kGuesses) {
        for (const double gamma : kGuesses) {
          for (const double phi : kGuesses) {
            std::vector<double> start = guess();
            start[kAlpha] = alpha;
            start[kBeta] = beta;
            start[kGamma] = gamma;
            start[kPhi] = phi;
            if (!std::isfinite(error(start))) return refuse("the values have no forecast");
            Minimum found = minimize(function, std::move(start), kLeastGain, kPatience);
            if (!room) return fail(room.error());
            if (found.value < best.value || best.at.empty()) best = std::move(found);
          }
        }
      }
    }
    return best;
  }

 private:
  std::vector<double> guess() const {
    std::vector<double> out(kSeason + season_);
    if (season_ == 0) {
      out[kLevel] = 0.5 * *series_[0];
      if (series_[1]) out[kTrend] = 0.5 * (*series_[1] - *series_[0]);
      return out;
    }
    const auto length = static_cast<double>(season_);
    for (size_t i = 0; i < season_; ++i) {
      if (!series_[i]) continue;
      out[kLevel] += 1 / length * *series_[i];
      if (season_ + i < series_.size() && series_[season_ + i]) {
        out[kTrend] += 1 / (length * length) * (*series_[season_ + i] - *series_[i]);
      }
    }
    for (size_t i = 0; i < season_; ++i) out[kSeason + i] = series_[i] ? *series_[i] / out[kLevel] : 1;
    return out;
  }

  const Series& series_;
  size_t season_;
};

struct Known {
  Series series;
  Ns first = 0;
  Ns last = 0;
};

// One value an interval: the first that falls to it, by the nearest multiple of the interval.
Result<Known> known_of(Call& call, const Column& times, const Column& values, Ns interval) {
  Known out;
  Ns bucket = 0;
  for (size_t row = 0; row < values.size(); ++row) {
    if (times.null(row)) continue;
    std::optional<double> value;
    if (!values.null(row)) value = as_double(values, row);
    if (value && !std::isfinite(*value)) return refuse("NaN/Inf in input");
    const Ns time = times.time(row);
    const Ns behind = time % interval;
    const auto nearest = add(time - behind, {0, behind < interval - behind ? 0 : interval});
    if (!nearest) return refuse("time is out of range");
    if (out.series.empty()) {
      if (!value) continue;
      out.first = time;
      bucket = *nearest;
    } else {
      if (*nearest <= bucket) continue;
      for (bucket += interval; *nearest > bucket; bucket += interval) {
        if (auto ok = call.context().step(); !ok) return fail(ok.error());
        if (out.series.size() > kMostForecasts) return fail(ErrorCode::Limit, "too many intervals");
        out.series.emplace_back();
      }
      out.last = time;
    }
    out.series.push_back(value);
  }
  return out;
}

Result<Tables> holt_winters(Call& call, Tables input) {
  const std::string label(call.text("column", "_value"));
  const std::string time_label(call.text("timeColumn", "_time"));
  const Duration interval = call.duration("interval");
  const int64_t ahead = call.integer("n");
  const int64_t season = call.integer("seasonality");
  const bool with_fit = call.boolean("withFit");
  if (interval.months != 0 || interval.ns <= 0) return refuse("`interval` must be a positive duration without months");
  if (ahead > int64_t{kMostForecasts} || season > int64_t{kMostForecasts}) return refuse("`n` is too great");
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    const Column* times = table.find(time_label);
    if (times == nullptr || times->type() != ColumnType::Time) return refuse("cannot find time column {}", time_label);
    const Column* values = table.find(label);
    if (values == nullptr) return refuse("cannot find column {}", label);
    if (!is_number(values->type())) {
      return refuse("holtWinters can work only on numerical types, got {}", to_string(values->type()));
    }
    const auto known = known_of(call, *times, *values, interval.ns);
    if (!known) return fail(known.error());
    std::vector<double> forecast;
    double error = 0;
    const auto length = static_cast<int64_t>(known->series.size());
    if (length >= 2 && ahead > 0 && (season < 2 || length >= season)) {
      const Forecast method(known->series, static_cast<size_t>(std::max<int64_t>(season, 0)));
      const auto fit = method.fit(call.context());
      if (!fit) return fail(fit.error());
      forecast = method.values(fit->at, static_cast<size_t>(ahead), with_fit);
      error = fit->value;
    }
    ColumnBuilder out_times(ColumnType::Time);
    ColumnBuilder out_values(ColumnType::Float);
    std::optional<Ns> time = with_fit ? known->first : add(known->last, interval);
    for (const double value : forecast) {
      if (!time) return refuse("time is out of range");
      out_times.add(*time);
      out_values.add(value);
      time = add(*time, interval);
    }
    Table out = table_of_key(table.key, forecast.size());
    out.put("_time", out_times.finish());
    out.put("_value", out_values.finish());
    if (call.boolean("withMinSSE")) out.put("minSSE", Column::constant(Cell::of(error), forecast.size()));
    table = std::move(out);
    return {};
  });
}

constexpr Builtin kBuiltins[] = {
    {"",
     "holtWinters",
     {{"tables", kStream, Need::Pipe},
      {"n", kInt, Need::Required},
      {"interval", kDuration, Need::Required},
      {"withFit", kBool},
      {"column", kString},
      {"timeColumn", kString},
      {"seasonality", kInt},
      {"withMinSSE", kBool}},
     nullptr,
     holt_winters},
};

}  // namespace

extern const FunctionSet forecast_function_set;
const FunctionSet forecast_function_set{.builtins = kBuiltins};

}  // namespace inquest::query

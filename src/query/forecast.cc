#include "query/forecast.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/checked.h"
#include "query/nelder_mead.h"

namespace inquest::query {
namespace {

// A value for each interval, nothing where there was none; the first is there.
using Series = std::vector<std::optional<double>>;

constexpr double kLeastGain = 1e-4;
constexpr size_t kPatience = 100;
constexpr double kGuesses[] = {0.3, 0.7};  // each of the four weights begins with each of these
constexpr size_t kMostIntervals = 1'000'000;

// The places of what is fitted: four weights, where the level and the trend begin, and a factor for each part of the
// season.
enum Fitted : uint8_t { kAlpha, kBeta, kGamma, kPhi, kLevel, kTrend, kSeason };

// The season multiplies.
class Fit {
 public:
  Fit(const Series& series, size_t season) : series_(series), season_(season >= 2 ? season : 0) {}

  // The fit of all that is known (where it is wanted) and `ahead` more.
  // Leaves in `fitted` what became of it: weights between 0 and 1, and the season's factors at the end.
  std::vector<double> values(std::vector<double>& fitted, size_t ahead, bool with_fit) const {
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
  double error(std::vector<double>& fitted) const {
    const auto fit = values(fitted, 0, true);
    double sum = 0;
    for (size_t i = 0; i < fit.size(); ++i) {
      if (series_[i]) sum += (fit[i] - *series_[i]) * (fit[i] - *series_[i]);
    }
    return std::isnan(sum) ? std::numeric_limits<double>::infinity() : sum;
  }

  Result<Minimum> best(Context& context, Search search) const {
    Result<void> room;
    const auto moving = [&](std::vector<double>& fitted) {
      if (room) room = context.step(series_.size());
      return room ? error(fitted) : 0.0;
    };
    const auto function = [&](std::vector<double> fitted) { return moving(fitted); };
    // A simplex has a corner more than there are numbers to fit.
    const uint64_t corners = kSeason + season_ + 1;
    if (auto ok = context.room(2 * corners * corners * sizeof(double)); !ok) return fail(ok.error());
    Minimum out{{}, std::numeric_limits<double>::infinity()};
    for (const double alpha : kGuesses) {
      for (const double beta : kGuesses) {
        for (const double gamma : kGuesses) {
          for (const double phi : kGuesses) {
            std::vector<double> start = guess(search);
            start[kAlpha] = alpha;
            start[kBeta] = beta;
            start[kGamma] = gamma;
            start[kPhi] = phi;
            if (search == Search::Flux && !std::isfinite(function(start)))
              return fail(ErrorCode::Malformed, "the values have no forecast");
            Minimum found = search == Search::Flux ? minimize(function, std::move(start), kLeastGain, kPatience)
                                                   : minimize_classic(moving, std::move(start), kLeastGain);
            if (!room) return fail(room.error());
            if (found.value < out.value || out.at.empty()) out = std::move(found);
          }
        }
      }
    }
    return out;
  }

 private:
  std::vector<double> guess(Search search) const {
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
    const double missing = search == Search::Flux ? 1 : 0;
    for (size_t i = 0; i < season_; ++i) out[kSeason + i] = series_[i] ? *series_[i] / out[kLevel] : missing;
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

Result<Known> known_of(Context& context, std::span<const TimedValue> values, Ns interval) {
  Known out;
  Ns bucket = 0;
  for (const auto& [time, value] : values) {
    if (value && !std::isfinite(*value)) return fail(ErrorCode::Malformed, "NaN/Inf in input");
    const Ns behind = time % interval;
    const auto nearest = checked_add(time - behind, behind < interval - behind ? Ns{0} : interval);
    if (!nearest) return fail(ErrorCode::Malformed, "time is out of range");
    if (out.series.empty()) {
      if (!value) continue;
      out.first = time;
      bucket = *nearest;
    } else {
      if (*nearest <= bucket) continue;
      for (bucket += interval; *nearest > bucket; bucket += interval) {
        if (auto ok = context.step(); !ok) return fail(ok.error());
        if (out.series.size() > kMostIntervals) return fail(ErrorCode::Limit, "too many intervals");
        out.series.emplace_back();
      }
      out.last = time;
    }
    out.series.push_back(value);
  }
  return out;
}

}  // namespace

Result<Forecast> forecast(Context& context, std::span<const TimedValue> values, const ForecastAsked& asked) {
  if (asked.ahead > kMostIntervals || asked.season > kMostIntervals)
    return fail(ErrorCode::Limit, "too many intervals");
  const auto known = known_of(context, values, asked.interval);
  if (!known) return fail(known.error());
  Forecast out;
  out.first = known->first;
  if (!asked.with_fit) {
    const auto behind = checked_add(known->last, asked.interval);
    if (!behind) return fail(ErrorCode::Malformed, "time is out of range");
    out.first = *behind;
  }
  const size_t length = known->series.size();
  if (length < 2 || asked.ahead == 0 || (asked.season >= 2 && length < asked.season)) return out;
  const Fit method(known->series, asked.season);
  auto best = method.best(context, asked.search);
  if (!best) return fail(best.error());
  out.values = method.values(best->at, asked.ahead, asked.with_fit);
  out.error = best->value;
  return out;
}

}  // namespace inquest::query

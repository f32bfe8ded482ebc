#include "reason/baseline.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "reason/witnesses.h"
#include "reason/uptime.h"

namespace inquest::reason {
namespace {

using model::Baseline;
using model::Case;
using model::Normality;
using model::Sample;
using model::Series;

constexpr size_t kLeastBaseline = 12;  // samples before the tail, for a median and a spread that mean something
constexpr size_t kLeastTail = 3;
constexpr Ns kLeastTailLength = kMinute;  // the tail is a minute, or five samples where they come seldom
constexpr Ns kLongestPast = kDay;
constexpr double kSpreads = 6;        // how many spreads away is unusual ...
constexpr double kLeastShare = 0.05;  // ... if it is also this share of the median

// Subsystems in the order in which they are reported; the first five are always answered for.
constexpr std::array<std::string_view, 5> kAlways = {"cpu", "memory", "network", "disk", "temperature"};

// Telegraf's measurements by the subsystem that they are about (plugins/inputs/*), else by words in the names.
std::string subsystem_of(std::string_view measurement, std::string_view field) {
  struct Known {
    std::string_view measurement;
    std::string_view subsystem;
  };
  static constexpr Known kKnown[] = {{"cpu", "cpu"},
                                     {"mem", "memory"},
                                     {"swap", "memory"},
                                     {"net", "network"},
                                     {"netstat", "network"},
                                     {"nstat", "network"},
                                     {"disk", "disk"},
                                     {"diskio", "disk"},
                                     {"temp", "temperature"},
                                     {"sensors", "temperature"},
                                     {"zfs", "disk"},
                                     {"smart", "disk"},
                                     {"kernel", "kernel"},
                                     {"processes", "processes"},
                                     {"system", "load"},
                                     {"ipmi_sensor", "temperature"},
                                     {"hddtemp", "temperature"}};
  for (const Known& known : kKnown) {
    if (known.measurement == measurement) return std::string(known.subsystem);
  }
  const std::string words = lower(measurement) + " " + lower(field);
  const auto has = [&](std::string_view word) { return words.find(word) != std::string::npos; };
  if (has("temp")) return "temperature";
  if (has("cpu") || has("usage_idle") || has("usage_user")) return "cpu";
  if (has("mem") || has("swap")) return "memory";
  if (has("net") || has("err_in") || has("err_out") || has("drop_in") || has("drop_out") || has("bytes_recv") ||
      has("bytes_sent") || has("packets")) {
    return "network";
  }
  if (has("disk") || has("iops") || has("io_time") || has("read_bytes") || has("write_bytes")) return "disk";
  if (has("load")) return "load";
  return std::string(measurement.empty() ? field : measurement);
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

// 1.4826 x the median absolute deviation: the standard deviation of a normal distribution.
double spread(const std::vector<double>& values, double centre) {
  std::vector<double> away;
  away.reserve(values.size());
  for (const double value : values) away.push_back(std::abs(value - centre));
  return 1.4826 * median(std::move(away));
}

bool counts_errors(std::string_view field) {
  const std::string name = lower(field);
  return name.find("err") != std::string::npos || name.find("drop") != std::string::npos ||
         name.find("fail") != std::string::npos;
}

bool is_percent(std::string_view field) {
  return field.find("percent") != std::string_view::npos || field.starts_with("usage_");
}

// A counter only grows, and grows often; its rate is what has a baseline.
bool is_counter(const std::vector<double>& values, std::string_view field) {
  if (values.size() < 4 || is_percent(field) || !std::ranges::is_sorted(values)) return false;
  size_t steps = 0;
  for (size_t i = 1; i < values.size(); ++i) steps += values[i] > values[i - 1] ? 1 : 0;
  return steps * 2 > values.size();
}

std::string number(double value) {
  if (std::abs(value) >= 1e6) return fmt::format("{:.3g}", value);
  std::string text = fmt::format("{:.2f}", value);
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text == "-0" ? "0" : text;
}

std::string label(const Case& the_case, const Series& series) {
  std::string text = printable(the_case.str(series.measurement));
  if (!text.empty()) text += ' ';
  text += printable(the_case.str(series.field));
  if (series.tags != 0) text += fmt::format(" ({})", ellipsis(printable(the_case.str(series.tags)), 60));
  return text;
}

struct Window {
  Ns from;
  Ns to;
};

class Comparison {
 public:
  Comparison(const Case& the_case, const Series& series, Window window)
      : case_(the_case), series_(series), window_(window) {}

  Baseline run() {
    Baseline out;
    out.subsystem = subsystem_of(case_.str(series_.measurement), case_.str(series_.field));
    out.series = label(case_, series_);
    collect();
    if (points_.empty()) return out;  // NoFigures: none before this death
    out.cites.push_back(cite(points_.front().sample));
    out.cites.push_back(cite(points_.back().sample));
    split();
    out.rate = counter_;
    out.until = points_.back().utc;
    out.samples = past_.size();
    out.tail_samples = tail_.size();
    if (past_.size() < kLeastBaseline || tail_.size() < kLeastTail) {
      out.verdict = Normality::TooFewSamples;
      out.text = fmt::format("{} before the death, too few to tell what is normal ({} + {} are needed)",
                             counted(points_.size(), "sample"), kLeastBaseline, kLeastTail);
      return out;
    }
    judge(out);
    return out;
  }

 private:
  struct Point {
    Ns utc;
    double value;
    Sample sample;
  };

  static model::Citation cite(const Sample& sample) { return {sample.evidence, sample.line, sample.offset, 0}; }

  void collect() {
    for (size_t i = 0; i < series_.samples.size(); ++i) {
      const Sample& sample = series_.samples[i];
      const auto when = case_.when(series_.stream, sample.time);
      if (when && when->latest >= window_.from && when->latest <= window_.to)
        points_.push_back({when->latest, sample.value, sample});
    }
    std::ranges::stable_sort(points_, {}, &Point::utc);
  }

  void split() {
    std::vector<double> values;
    values.reserve(points_.size());
    for (const Point& point : points_) values.push_back(point.value);
    counter_ = is_counter(values, case_.str(series_.field));
    errors_ = counts_errors(case_.str(series_.field)) && std::ranges::is_sorted(values);
    growth_ = values.back() - values.front();
    const Ns interval = sampling_interval(case_, series_);
    const Ns tail_from = points_.back().utc - std::max(kLeastTailLength, 5 * interval);
    for (size_t i = 0; i < points_.size(); ++i) {
      double value = points_[i].value;
      if (counter_) {
        if (i == 0 || points_[i].utc <= points_[i - 1].utc) continue;
        value = (value - points_[i - 1].value) / (static_cast<double>(points_[i].utc - points_[i - 1].utc) / kSecond);
      }
      (points_[i].utc > tail_from ? tail_ : past_).push_back(value);
    }
  }

  void judge(Baseline& out) const {
    out.median = median(past_);
    out.spread = spread(past_, out.median);
    out.tail_median = median(tail_);
    const char* per = counter_ ? "/s" : "";
    const auto [low, high] = std::ranges::minmax(past_);
    // An error counter is judged by whether it moves at all.
    if (errors_ && !counter_) {
      out.verdict = growth_ > 0 ? Normality::Anomalous : Normality::Normal;
      out.text = growth_ > 0
                     ? fmt::format("grew by {} before the death", number(growth_))
                     : fmt::format("stood at {} all the time, to the last sample", number(points_.back().value));
      return;
    }
    double tolerance = std::max(kSpreads * out.spread, kLeastShare * std::abs(out.median));
    if (is_percent(case_.str(series_.field))) tolerance = std::max(tolerance, 2.0);  // points of a hundred
    // What the past has seen before is not unusual, however steady it was in between.
    if (low == high && out.tail_median == low) {
      out.verdict = Normality::Normal;
      out.text = fmt::format("stood at {}{} all the time, to the last sample", number(low), per);
      return;
    }
    const bool outside =
        std::abs(out.tail_median - out.median) > tolerance && (out.tail_median < low || out.tail_median > high);
    if (drifts(out, tolerance, low, high)) return;
    out.verdict = outside ? Normality::Anomalous : Normality::Normal;
    out.text = outside ? fmt::format("{}{} in the last {}, usually {}{} ({} to {})", number(out.tail_median), per,
                                     stretch(), number(out.median), per, number(low), number(high))
                       : fmt::format("{}{} to the last sample, usually {}{} ({} to {})", number(out.tail_median), per,
                                     number(out.median), per, number(low), number(high));
  }

  // A leak widens the spread that it is judged by: a steady climb or fall is measured against the noise between
  // neighbours.
  bool drifts(Baseline& out, double tolerance, double low, double high) const {
    if (out.tail_median >= low && out.tail_median <= high) return false;
    const size_t half = past_.size() / 2;
    const double first = median({past_.begin(), past_.begin() + static_cast<std::ptrdiff_t>(half)});
    const double second = median({past_.begin() + static_cast<std::ptrdiff_t>(half), past_.end()});
    std::vector<double> steps;
    for (size_t i = 1; i < past_.size(); ++i) steps.push_back(std::abs(past_[i] - past_[i - 1]));
    const double noise = 1.4826 * median(std::move(steps));
    const bool onward = (first < second && second < out.tail_median) || (first > second && second > out.tail_median);
    const double least = std::max(
        {kSpreads * noise, 2 * kLeastShare * std::abs(first), is_percent(case_.str(series_.field)) ? 5.0 : 0.0});
    if (!onward || std::abs(out.tail_median - first) <= least || std::abs(second - first) * 4 < tolerance / kSpreads)
      return false;
    out.verdict = Normality::Anomalous;
    out.text = fmt::format("{} steadily from about {} to {}", first < second ? "climbed" : "fell", number(first),
                           number(out.tail_median));
    return true;
  }

  std::string stretch() const { return counted(tail_.size(), "sample"); }

  const Case& case_;
  const Series& series_;
  Window window_;
  std::vector<Point> points_;
  std::vector<double> past_;
  std::vector<double> tail_;
  bool counter_ = false;
  bool errors_ = false;
  double growth_ = 0;
};

// The plugins of telegraf.conf whose figures would be of a subsystem.
void cite_configuration(const Case& the_case, Baseline& missing) {
  for (const model::Fact& fact : the_case.facts) {
    if (fact.key != "telegraf.input" || subsystem_of(fact.value, "") != missing.subsystem) continue;
    missing.cites.push_back(fact.cite);
    missing.text = "collected by telegraf, but no figures are in the evidence";
  }
}

std::string join(const std::vector<std::string>& words) {
  std::string out;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " and " : ", ";
    out += words[i];
  }
  return out;
}

std::string title(const std::string& subsystem) { return subsystem == "cpu" ? "CPU" : subsystem; }

}  // namespace

std::vector<Baseline> baselines(const Scene& scene, const Death& death) {
  const Case& the_case = scene.the_case;
  std::vector<Baseline> out;
  if (death.after || death.before) {
    const Ns end = death.after ? death.after->latest : death.before->latest;
    Window window{end - kLongestPast, end};
    if (death.boot != nullptr && death.boot->start) window.from = std::max(window.from, death.boot->start->earliest);
    for (size_t i = 0; i < the_case.series.size(); ++i) {
      const Series& series = the_case.series[i];
      if (scene.names.host(series.host) != death.host || is_uptime(the_case, series)) continue;
      Baseline one = Comparison(the_case, series, window).run();
      one.figures = static_cast<model::SeriesId>(i);
      if (one.verdict != Normality::NoFigures) out.push_back(std::move(one));
    }
  }
  for (const std::string_view subsystem : kAlways) {
    if (std::ranges::any_of(out, [&](const Baseline& one) { return one.subsystem == subsystem; })) continue;
    Baseline missing;
    missing.subsystem = subsystem;
    missing.text = "no figures in the evidence";
    cite_configuration(the_case, missing);
    out.push_back(std::move(missing));
  }
  const auto rank = [](const Baseline& one) { return std::ranges::find(kAlways, one.subsystem) - kAlways.begin(); };
  std::ranges::stable_sort(out, {}, rank);
  return out;
}

model::Statement summarise(const std::vector<Baseline>& all) {
  std::vector<std::string> normal;
  std::vector<std::string> strange;
  std::vector<std::string> few;
  std::vector<std::string> none;
  model::Statement out;
  std::vector<std::string> seen;
  for (const Baseline& one : all) {
    if (std::ranges::find(seen, one.subsystem) != seen.end()) continue;
    seen.push_back(one.subsystem);
    const auto has = [&](Normality verdict) {
      return std::ranges::any_of(
          all, [&](const Baseline& b) { return b.subsystem == one.subsystem && b.verdict == verdict; });
    };
    // One unusual figure makes the subsystem unusual; figures too few to judge count only where there are no others.
    const Normality verdict = has(Normality::Anomalous)       ? Normality::Anomalous
                              : has(Normality::Normal)        ? Normality::Normal
                              : has(Normality::TooFewSamples) ? Normality::TooFewSamples
                                                              : Normality::NoFigures;
    const std::string name = title(one.subsystem);
    if (verdict == Normality::Anomalous) strange.push_back(name);
    if (verdict == Normality::Normal) normal.push_back(name);
    if (verdict == Normality::TooFewSamples) few.push_back(name);
    if (verdict == Normality::NoFigures) none.push_back(name);
    for (const Baseline& b : all) {
      if (b.subsystem == one.subsystem && b.verdict == verdict && !b.cites.empty()) out.cites.push_back(b.cites.back());
    }
  }
  if (strange.empty() && normal.empty() && few.empty())
    return {"No figures of the host from before the death are in the evidence.", {}};
  std::vector<std::string> parts;
  if (!strange.empty()) parts.push_back("unusual before the death: " + join(strange));
  if (!normal.empty()) parts.push_back("no anomaly in " + join(normal));
  if (!few.empty()) parts.push_back("too few figures to judge " + join(few));
  if (!none.empty()) parts.push_back(fmt::format("{} {} no figures", join(none), none.size() == 1 ? "has" : "have"));
  for (size_t i = 0; i < parts.size(); ++i) out.text += (i > 0 ? "; " : "") + parts[i];
  if (!out.text.empty()) {
    out.text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(out.text[0])));
    out.text += '.';
  }
  return out;
}

}  // namespace inquest::reason

#include "report/plot.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::report {
namespace {

constexpr double kWidth = 560;
constexpr double kLeft = 96;  // names of lanes, figures of the axis
constexpr double kRight = 12;
constexpr Ns kBefore = kHour;         // of a plot, before the death
constexpr Ns kBehind = 10 * kMinute;  // and behind it
constexpr size_t kMostPoints = 600;   // more than a screen shows
constexpr size_t kMostLanes = 10;
constexpr size_t kLongestLane = 14;  // characters of a lane's name

struct Scale {
  Ns from = 0;
  Ns to = 1;

  double x(Ns at) const {
    const double share = static_cast<double>(at - from) / static_cast<double>(std::max<Ns>(to - from, 1));
    return kLeft + std::clamp(share, 0.0, 1.0) * (kWidth - kLeft - kRight);
  }
};

std::string time_of_day(Ns at) {
  const std::string whole = format_utc({at, Precision::Second});
  const size_t t = whole.find('T');
  return t == std::string::npos ? whole : whole.substr(t + 1, 8);
}

// Where the death lies, or nothing known of it.
struct Death {
  std::optional<Ns> after;
  std::optional<Ns> before;

  explicit Death(const Interval& window) {
    if (window.after) after = window.after->ns;
    if (window.before) before = window.before->ns;
  }
  std::optional<Ns> any() const { return after ? after : before; }
};

std::string open_svg(double height, std::string_view title) {
  return fmt::format(
      "<svg viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" xmlns=\"http://www.w3.org/2000/svg\"><title>{}</title>", kWidth,
      height, escape_html(title));
}

std::string band(const Scale& scale, const Death& death, double top, double bottom) {
  if (!death.any()) return {};
  const double from = scale.x(death.after.value_or(*death.any()));
  const double to = scale.x(death.before.value_or(*death.any()));
  return fmt::format("<rect class=\"death\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>", from, top,
                     std::max(to - from, 2.0), bottom - top);
}

std::string axis(const Scale& scale, double y) {
  std::string out = fmt::format("<line class=\"axis\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>", kLeft,
                                y, kWidth - kRight, y);
  constexpr int kTicks = 4;
  for (int i = 0; i <= kTicks; ++i) {
    const Ns at = scale.from + (scale.to - scale.from) / kTicks * i;
    const std::string_view anchor = i == 0 ? "start" : i == kTicks ? "end" : "middle";
    out += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>", scale.x(at), y + 14, anchor,
                       time_of_day(at));
  }
  return out;
}

struct Point {
  Ns at;
  double value;
};

// What the series was judged by: its values, or a counter's growth per second.
std::vector<Point> points_of(const model::Case& the_case, const model::Baseline& baseline, const Scale& scale) {
  const model::Series& series = the_case.series[*baseline.figures];
  std::vector<Point> raw;
  for (size_t i = 0; i < series.samples.size(); ++i) {
    const auto when = the_case.when(series.stream, series.samples[i].time);
    if (when && when->latest >= scale.from && when->latest <= scale.to && std::isfinite(series.samples[i].value))
      raw.push_back({when->latest, series.samples[i].value});
  }
  std::ranges::stable_sort(raw, {}, &Point::at);
  if (!baseline.rate) return raw;
  std::vector<Point> rates;
  for (size_t i = 1; i < raw.size(); ++i) {
    const Ns step = raw[i].at - raw[i - 1].at;
    if (step > 0 && raw[i].value >= raw[i - 1].value)
      rates.push_back({raw[i].at, (raw[i].value - raw[i - 1].value) / (static_cast<double>(step) / kSecond)});
  }
  return rates;
}

// As many as a screen can show: of each stretch its lowest and its highest.
std::vector<Point> thinned(std::vector<Point> points) {
  if (points.size() <= kMostPoints) return points;
  const size_t stretch = points.size() / (kMostPoints / 2) + 1;
  std::vector<Point> out;
  for (size_t i = 0; i < points.size(); i += stretch) {
    const auto part = std::span(points).subspan(i, std::min(stretch, points.size() - i));
    auto [low, high] = std::ranges::minmax_element(part, {}, &Point::value);
    if (low->at > high->at) std::swap(low, high);
    out.push_back(*low);
    if (high != low) out.push_back(*high);
  }
  return out;
}

// Four digits, and a prefix where the number is large: "99.82", "121.5k", "8.59G".
std::string amount_text(double value) {
  static constexpr std::pair<double, char> kPrefixes[] = {{1e12, 'T'}, {1e9, 'G'}, {1e6, 'M'}, {1e4, 'k'}};
  for (const auto& [size, prefix] : kPrefixes) {
    if (std::abs(value) >= size) return fmt::format("{:.4g}{}", value / (prefix == 'k' ? 1e3 : size), prefix);
  }
  return fmt::format("{:.4g}", value);
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string draw_timeline(const model::Incident& incident) {
  const Death death(incident.death);
  if (!death.any()) return {};
  std::vector<const model::TimelineEntry*> shown;
  const Ns end = incident.reset.before ? std::min(incident.reset.before->ns, *death.any() + kDay) : *death.any();
  Scale scale{*death.any() - kBefore, std::max(end, death.before.value_or(*death.any())) + kBehind};
  for (const model::TimelineEntry& entry : incident.timeline) {
    if (!entry.key || !entry.time || entry.inferred) continue;
    if (entry.time->latest >= scale.from && entry.time->earliest <= scale.to) shown.push_back(&entry);
  }
  if (shown.size() < 2) return {};
  std::vector<std::string> lanes;
  for (const model::TimelineEntry* entry : shown) {
    if (lanes.size() < kMostLanes && std::ranges::find(lanes, entry->source) == lanes.end())
      lanes.push_back(entry->source);
  }
  constexpr double kLane = 24;
  const double bottom = 8 + kLane * static_cast<double>(lanes.size());
  std::string out = open_svg(bottom + 22, "What was seen around the death, one line a source");
  out += band(scale, death, 4, bottom);
  for (size_t i = 0; i < lanes.size(); ++i) {
    const double y = 8 + kLane * (static_cast<double>(i) + 0.5);
    out += fmt::format("<line class=\"lane\" x1=\"{0:.1f}\" y1=\"{1:.1f}\" x2=\"{2:.1f}\" y2=\"{1:.1f}\"/>", kLeft, y,
                       kWidth - kRight);
    out += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>", kLeft - 8, y + 4,
                       escape_html(ellipsis(printable(lanes[i]), kLongestLane)));
    for (const model::TimelineEntry* entry : shown) {
      if (entry->source != lanes[i]) continue;
      out += fmt::format("<circle class=\"event\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"5\"><title>{} {}</title></circle>",
                         scale.x(entry->time->middle()), y, time_of_day(entry->time->middle()),
                         escape_html(ellipsis(printable(entry->text), 200)));
    }
  }
  return out + axis(scale, bottom) + "</svg>";
}

std::string draw_figures(const model::Case& the_case, const model::Incident& incident,
                         const model::Baseline& baseline) {
  const Death death(incident.death);
  if (!death.any() || !baseline.figures || *baseline.figures >= the_case.series.size()) return {};
  Scale scale{*death.any() - kBefore, *death.any() + kBehind};
  const std::vector<Point> points = thinned(points_of(the_case, baseline, scale));
  if (points.size() < 2) return {};
  const auto [low, high] = std::ranges::minmax(points, {}, &Point::value);
  const double bottom_value = low.value;
  const double top_value = high.value;
  if (!(bottom_value < top_value)) return {};  // a flat line shows no more than the words do
  const Ns shown = *death.any() - points.front().at;
  if (shown > 0) scale = {points.front().at, *death.any() + std::min(kBehind, shown / 2)};
  constexpr double kTop = 8;
  constexpr double kBottom = 100;
  const auto y = [&](double value) {
    return kBottom - (value - bottom_value) / (top_value - bottom_value) * (kBottom - kTop);
  };
  const std::string name = printable(baseline.series) + (baseline.rate ? ", per second" : "");
  std::string out = open_svg(kBottom + 22, name);
  out += band(scale, death, kTop, kBottom);
  for (const double value : {bottom_value, top_value}) {
    out += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>", kLeft - 8, y(value) + 4,
                       amount_text(value));
  }
  std::string path;
  for (const Point& point : points) {
    path += fmt::format("{}{:.1f},{:.1f}", path.empty() ? "" : " ", scale.x(point.at), y(point.value));
  }
  out += fmt::format("<polyline class=\"figures\" points=\"{}\"/>", path);
  return out + axis(scale, kBottom) + "</svg>";
}

}  // namespace inquest::report

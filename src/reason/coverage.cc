#include "reason/coverage.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::reason {
namespace {

using model::Case;
using model::Coverage;
using model::Moment;
using model::Watch;

constexpr Ns kMissingSteps = 10;
constexpr size_t kMostRuns = 1000;  // of one recorder; more only says that it is unreliable

Coverage of_log(const Case& the_case, model::StrId host, const Segment& segment) {
  const model::Stream& stream = the_case.streams[segment.stream];
  Coverage out;
  out.host = host;
  out.source = fmt::format("{} ({})", printable(the_case.str(stream.source)),
                           printable(the_case.evidence[stream.evidence].path));
  out.watch = stream.watch;
  if (const auto first = the_case.when(segment.first)) out.span.after = first->first();
  if (const auto last = the_case.when(segment.last)) out.span.before = last->last();
  out.cites = {the_case.cite(segment.first), the_case.cite(segment.last)};
  return out;
}

struct Point {
  Ns utc;
  const model::Sample* sample;
};

// The series of one recorder, evidence and measurement are sampled together: one of them, the densest, stands for all.
void add_figures(const Case& the_case, const Names& names, std::vector<Coverage>& out) {
  std::map<std::pair<model::StreamId, std::pair<model::StrId, model::StrId>>, const model::Series*> densest;
  for (const model::Series& series : the_case.series) {
    if (series.samples.empty()) continue;
    const model::Series*& best = densest[{series.stream, {series.host, series.measurement}}];
    if (best == nullptr || series.samples.size() > best->samples.size()) best = &series;
  }
  for (const auto& [key, series] : densest) {
    std::vector<Point> points;
    points.reserve(series->samples.size());
    for (size_t i = 0; i < series->samples.size(); ++i) {
      if (const auto when = the_case.when(series->stream, series->samples[i].time))
        points.push_back({when->middle(), &series->samples[i]});
    }
    if (points.empty()) continue;
    if (!std::ranges::is_sorted(points, {}, &Point::utc)) std::ranges::stable_sort(points, {}, &Point::utc);
    std::vector<Ns> steps;
    for (size_t i = 1; i < points.size() && steps.size() < 1000; ++i) {
      if (points[i].utc > points[i - 1].utc) steps.push_back(points[i].utc - points[i - 1].utc);
    }
    Ns longest = kHour;  // too few samples to know their pace
    if (steps.size() >= 3) {
      std::ranges::nth_element(steps, steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2));
      longest = kMissingSteps * steps[steps.size() / 2];
    }
    const model::Stream& stream = the_case.streams[series->stream];
    const auto cite = [](const model::Sample& sample) {
      return model::Citation{sample.evidence, sample.line, sample.offset, 0};
    };
    size_t begin = 0;
    size_t runs = 0;
    for (size_t i = 1; i <= points.size() && runs < kMostRuns; ++i) {
      if (i < points.size() && points[i].utc - points[i - 1].utc <= longest) continue;
      Coverage run;
      run.host = names.host(series->host);
      run.source =
          fmt::format("{} {}", printable(the_case.str(stream.source)), printable(the_case.str(series->measurement)));
      run.watch = stream.watch | Watch::Metrics | Watch::Liveness;
      run.span = {Instant{points[begin].utc, stream.precision}, Instant{points[i - 1].utc, stream.precision}};
      run.cites = {cite(*points[begin].sample), cite(*points[i - 1].sample)};
      out.push_back(std::move(run));
      begin = i;
      ++runs;
    }
  }
}

}  // namespace

std::vector<Coverage> find_coverage(const Case& the_case, const Names& names, const std::vector<Presence>& presences,
                                    const std::vector<BootTrack>& boots) {
  std::vector<Coverage> out;
  for (const BootTrack& boot : boots) {
    for (const Segment& segment : boot.segments) out.push_back(of_log(the_case, boot.host, segment));
  }
  for (const Presence& presence : presences) {
    const bool in_boot = std::ranges::any_of(boots, [&](const BootTrack& boot) {
      return std::ranges::any_of(
          boot.segments, [&](const Segment& s) { return s.stream == presence.stream && s.host == presence.host; });
    });
    if (!in_boot)
      out.push_back(
          of_log(the_case, names.host(presence.host), {presence.stream, presence.host, presence.first, presence.last}));
  }
  add_figures(the_case, names, out);
  return out;
}

std::vector<const Coverage*> watching(const std::vector<Coverage>& all, model::StrId host, Watch what, Ns at,
                                      Ns slack) {
  std::vector<const Coverage*> out;
  for (const Coverage& one : all) {
    if (one.host != host || !model::watches(one.watch, what) || !one.span.after || !one.span.before) continue;
    if (one.span.after->ns <= at && one.span.before->ns >= at - slack) out.push_back(&one);
  }
  return out;
}

}  // namespace inquest::reason

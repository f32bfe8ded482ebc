#include "decode/crash_watch.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "decode/crash_record.h"

namespace inquest::decode {
CrashWatch::Watch::Watch(CrashWatch& owner, model::StreamId of, model::StrId whose)
    : stream(of),
      host(whose),
      detector([this, &owner](crashtext::Report&& report) { owner.add(*this, std::move(report)); }) {}

CrashWatch::Watch& CrashWatch::watch(model::StreamId stream, model::StrId host) {
  const auto known =
      std::ranges::find_if(watches_, [&](const Watch& each) { return each.stream == stream && each.host == host; });
  if (known != watches_.end()) {
    if (known != watches_.begin()) watches_.splice(watches_.begin(), watches_, known);
    return watches_.front();
  }
  if (watches_.size() >= kMostWatches) {
    flush(watches_.back());
    watches_.back().detector.finish();
    watches_.pop_back();
  }
  return watches_.emplace_front(*this, stream, host);
}

void CrashWatch::line(model::EventId event, const model::Event& record, std::string_view caller,
                      std::string_view message) {
  Watch& to = watch(record.stream, record.host);
  if (to.lines.size() >= kKnownLines) to.lines.pop_front();
  to.lines.push_back({to.fed + to.pending.size(), event});
  // What the detector knows a kernel's line by; its stamp says which report led to which.
  if (case_.streams[record.stream].clock == model::ClockDomain::Monotonic && record.time >= 0) {
    fmt::format_to(std::back_inserter(to.pending), "[{}.{:06}] ", record.time / kSecond,
                   record.time % kSecond / kMicro);
  }
  if (!caller.empty()) to.pending.append("[").append(caller).append("] ");
  to.pending.append(message).append("\n");
  if (to.pending.size() >= kBatch) flush(to);
}

void CrashWatch::flush(Watch& watch) {
  // Reports that end here refer to lines of this batch.
  watch.detector.feed(watch.pending);
  watch.fed += watch.pending.size();
  watch.pending.clear();
}

void CrashWatch::finish() {
  // In the order in which the streams were opened, so that the same evidence gives the same case.
  watches_.sort(
      [](const Watch& a, const Watch& b) { return std::pair(a.stream, a.host) < std::pair(b.stream, b.host); });
  for (Watch& each : watches_) {
    flush(each);
    each.detector.finish();
  }
  watches_.clear();
}

void CrashWatch::add(Watch& watch, crashtext::Report&& report) {
  if (crashes_ >= kMostCrashes || watch.lines.empty()) {
    ++left_out_;
    watch.crashes.push_back(kNone);
    return;
  }
  ++crashes_;
  const auto event_at = [&](uint64_t offset) {
    auto next = std::ranges::upper_bound(watch.lines, offset, {}, &Line::offset);
    return next == watch.lines.begin() ? watch.lines.front().event : std::prev(next)->event;
  };
  const size_t from = report.consequence_of.value_or(kNone);
  const crashtext::Range range = report.range;
  // Where a module's own letters stand in the list, it does not come with the kernel, whatever it is called.
  const crashtext::Anatomy& anatomy = report.anatomy;
  const crashtext::Module* culprit = anatomy.modules.find(anatomy.culprit.module);
  const std::string taint = culprit != nullptr ? culprit->taint : std::string();
  model::Crash crash = crash_of(std::move(report));
  crash.first = event_at(range.start);
  if (!taint.empty())
    case_.facts.push_back({case_.host_of(case_.events[crash.first]), "module.taint",
                           fmt::format("{} {}", crash.culprit_module, taint.substr(0, 16)), case_.cite(crash.first)});
  crash.last = event_at(std::max(range.end, range.start + 1) - 1);
  if (from < watch.crashes.size()) {
    if (const size_t root = watch.crashes[from]; root != kNone) crash.consequence_of = root;
  }
  watch.crashes.push_back(case_.crashes.size());
  case_.crashes.push_back(std::move(crash));
}

}  // namespace inquest::decode

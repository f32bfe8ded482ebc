#include "decode/crash_watch.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "crashtext/pattern.h"

namespace inquest::decode {
namespace {

model::CrashSeverity severity_of(const crashtext::Report& report) {
  if (report.panicked) return model::CrashSeverity::Fatal;
  switch (crashtext::severity_of_type(report.type)) {
    case crashtext::Severity::Fatal: return model::CrashSeverity::Fatal;
    case crashtext::Severity::Error: return model::CrashSeverity::Error;
    case crashtext::Severity::Warning: return model::CrashSeverity::Warning;
  }
  return model::CrashSeverity::Error;
}

}  // namespace

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
  model::Crash crash;
  crash.first = event_at(report.range.start);
  crash.last = event_at(std::max(report.range.end, report.range.start + 1) - 1);
  crash.severity = severity_of(report);
  if (report.consequence_of && *report.consequence_of < watch.crashes.size()) {
    if (const size_t root = watch.crashes[*report.consequence_of]; root != kNone) crash.consequence_of = root;
  }
  crash.corrupted = std::move(report.corrupted).value_or(std::string());
  crash.panicked = report.panicked;
  crash.previous_boot = report.previous_boot;
  crash.repeats = report.repeats;
  crash.title = std::move(report.title);
  crash.type = std::move(report.type);
  crash.signature = std::move(report.signature);
  const crashtext::Anatomy& anatomy = report.anatomy;
  crash.kernel = anatomy.identity.kernel;
  crash.comm = anatomy.identity.comm;
  crash.hardware = anatomy.identity.hardware;
  if (anatomy.identity.cpu) crash.cpu = *anatomy.identity.cpu;
  if (anatomy.identity.pid) crash.pid = *anatomy.identity.pid;
  if (anatomy.identity.taint) crash.tainted = anatomy.identity.taint->letters();
  if (anatomy.position) crash.frames.push_back({anatomy.position->function, anatomy.position->module, true});
  for (const crashtext::Frame& frame : anatomy.frames()) {
    if (crash.frames.size() >= kMostFrames) break;
    if (!frame.function.empty()) crash.frames.push_back({frame.function, frame.module, frame.reliable});
  }
  crash.culprit_function = anatomy.culprit.function;
  crash.culprit_module = anatomy.culprit.module;
  crash.culprit_reason = anatomy.culprit.reason;
  // By syzkaller's rules a stall whose trace has no anchor is "in corrupted"; where the processor was is known all the
  // same, and says more to a reader.
  constexpr std::string_view kNowhere = " in corrupted";
  if (crash.title.ends_with(kNowhere) && !crash.culprit_function.empty()) {
    crash.title.replace(crash.title.size() - kNowhere.size(), kNowhere.size(), " in " + crash.culprit_function);
  }
  watch.crashes.push_back(case_.crashes.size());
  case_.crashes.push_back(std::move(crash));
}

}  // namespace inquest::decode

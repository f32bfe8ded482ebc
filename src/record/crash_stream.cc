#include "record/crash_stream.h"

#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>

#include "decode/crash_record.h"

namespace inquest::record {
namespace {

constexpr size_t kMostTimes = 8192;  // lines of a log; more than any report has
constexpr size_t kMostExcerpt = 8 << 10;
constexpr size_t kMostMessage = 16 << 10;
constexpr Ns kLull = 100 * kMilli;
constexpr Ns kPatience = 4 * kSecond;

// Types of an error after which a host is not sound, though it runs: an oops, a hang, memory that was overwritten or
// ran out. Errors of devices, links and file systems, and conditions that are only remarkable, are for the log.
constexpr auto kNearDeath = std::to_array<std::string_view>({
    "",  // of no known type: "BUG kmalloc-64: Poison overwritten"
    "ATOMIC_SLEEP",
    "HANG",
    "KMSAN-INFO-LEAK",
    "KMSAN-UNINIT-VALUE",
    "KMSAN-UNKNOWN",
    "MEMORY_SAFETY_UBSAN",
    "OOM-KILL",
    "REFCOUNT_WARNING",
});

bool opens(const model::Crash& crash, std::string_view text) {
  // What a boot says of the one before is that one's.
  if (crash.previous_boot) return false;
  if (crash.panicked || crash.severity == model::CrashSeverity::Fatal) return true;
  if (std::ranges::find(kNearDeath, crash.type) == kNearDeath.end()) return false;
  // A container that outgrows its own limit is no trouble of its host.
  return crash.type != "OOM-KILL" || (text.find("CONSTRAINT_MEMCG") == std::string_view::npos &&
                                      text.find("emory cgroup out of memory") == std::string_view::npos &&
                                      text.find("Memory cgroup stats") == std::string_view::npos);
}

}  // namespace

void CrashStreams::line(std::string_view host, std::string_view source, Ns steady, Ns time, std::optional<Ns> monotonic,
                        std::string_view caller, std::string_view message) {
  const Key key{std::string(host), std::string(source)};
  auto at = logs_.find(key);
  if (at == logs_.end()) {
    // So many hosts speak at once only where names are forged.
    if (logs_.size() >= kMostWaiting) return;
    at = logs_.try_emplace(key).first;
  }
  Log& log = at->second;
  if (log.waiting.empty()) log.since = steady;
  log.last = steady;
  if (log.times.size() >= kMostTimes) log.times.erase(log.times.begin(), log.times.begin() + kMostTimes / 2);
  log.times.emplace_back(log.fed + log.waiting.size(), time);
  if (monotonic && *monotonic >= 0) {
    fmt::format_to(std::back_inserter(log.waiting), "[{:5}.{:06}] ", *monotonic / kSecond,
                   *monotonic % kSecond / kMicro);
  }
  if (!caller.empty() && caller.size() <= 16) log.waiting.append("[").append(caller).append("] ");
  log.waiting.append(message.substr(0, kMostMessage)).append("\n");
  if (log.waiting.size() >= kBatch) look(key, log, steady, false);
}

void CrashStreams::tick(Ns steady) {
  for (auto each = logs_.begin(); each != logs_.end();) {
    Log& log = each->second;
    // Somebody who never pauses is looked at all the same, in a lull if there is one, so that a report in it is not
    // found hours later.
    const Ns lull = steady - log.last;
    const Ns waited = steady - log.since;
    if (!log.waiting.empty() && (lull >= kPause || (lull >= kLull && waited >= kPatience) || waited >= 4 * kPatience)) {
      look(each->first, log, steady, true);
    }
    each = steady - log.last >= kForget ? logs_.erase(each) : std::next(each);
  }
  for (auto each = watched_.begin(); each != watched_.end();) {
    const auto log = logs_.find(each->key);
    // Lines that came in several batches, the last of which did not end with a pause.
    if (!each->paused && log != logs_.end() && steady - log->second.last >= kPause) {
      each->detector.pause();
      each->paused = true;
    }
    if (steady - each->used < kForget) {
      ++each;
      continue;
    }
    close(*each);
    each = watched_.erase(each);
  }
}

std::vector<StreamedCrash> CrashStreams::take() { return std::exchange(found_, {}); }

void CrashStreams::look(const Key& key, Log& log, Ns steady, bool pause) {
  Watched& by = watched(key, steady);
  // The detector counts from its own beginning, which is the log's as long as it lives.
  by.detector.feed(log.waiting);
  log.fed += log.waiting.size();
  log.waiting.clear();
  by.paused = pause;
  if (pause) by.detector.pause();
}

CrashStreams::Watched& CrashStreams::watched(const Key& key, Ns steady) {
  const auto known = std::ranges::find(watched_, key, &Watched::key);
  if (known != watched_.end()) {
    watched_.splice(watched_.begin(), watched_, known);
    watched_.front().used = steady;
    return watched_.front();
  }
  if (watched_.size() >= kMostLogs) {
    close(watched_.back());
    watched_.pop_back();
  }
  // What was fed to one before is gone with it.
  if (const auto log = logs_.find(key); log != logs_.end()) {
    for (auto& [offset, time] : log->second.times) offset -= std::min(offset, log->second.fed);
    log->second.fed = 0;
  }
  Key owned = key;
  watched_.push_front({std::move(owned),
                       crashtext::Detector([this, key](crashtext::Report&& report) { found(key, std::move(report)); }),
                       steady, true});
  return watched_.front();
}

void CrashStreams::close(Watched& watched) { watched.detector.finish(); }

void CrashStreams::found(const Key& key, crashtext::Report&& report) {
  StreamedCrash out;
  out.host = key.first;
  out.source = key.second;
  out.root = report.root && !report.consequence_of;
  if (const auto log = logs_.find(key); log != logs_.end() && !log->second.times.empty()) {
    const auto& times = log->second.times;
    const auto time_at = [&](uint64_t offset) {
      const auto next = std::ranges::upper_bound(times, offset, {}, &std::pair<uint64_t, Ns>::first);
      return next == times.begin() ? times.front().second : std::prev(next)->second;
    };
    out.time = time_at(report.range.start);
    out.last = time_at(std::max(report.range.end, report.range.start + 1) - 1);
  }
  out.excerpt = report.text.substr(0, kMostExcerpt);
  const std::string text = std::move(report.text);
  out.crash = decode::crash_of(std::move(report));
  out.opens = opens(out.crash, text);
  found_.push_back(std::move(out));
}

}  // namespace inquest::record

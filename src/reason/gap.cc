#include "reason/gap.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::reason {
namespace {

using model::Case;
using model::Channel;
using model::Citation;
using model::Gap;
using model::Moment;

// A log that ends less than this before the death is taken to have reached it: an idle host writes seldom.
constexpr Ns kReaches = kHour;
// log2ram's timer writes the memory back once a day (log2ram-daily.timer, 23:55).
constexpr Ns kSyncPeriod = kDay;

struct LogEnd {
  std::string source;
  Moment last;
  std::vector<Citation> cites;
};

class Gaps {
 public:
  Gaps(const Scene& scene, const Death& death) : scene_(scene), case_(scene.the_case), death_(death) {}

  std::vector<Gap> run() {
    const auto& end = death_.after ? death_.after : death_.before;
    if (!end) return {};
    std::vector<Gap> out;
    for (const LogEnd& log : log_ends()) {
      const Ns day = log.last.precision == Precision::Day ? kDay : 0;
      if (end->earliest - log.last.latest - day > kReaches) out.push_back(describe(log, *end));
    }
    return out;
  }

 private:
  std::string name() const { return scene_.names.display(death_.host); }

  std::vector<LogEnd> log_ends() const {
    std::vector<LogEnd> out;
    for (const model::Observation& seen : case_.observations) {
      if (seen.kind != "log-ends" || scene_.names.host(seen.host) != death_.host) continue;
      const auto raw = seen.to ? seen.to : seen.from;
      const auto when = raw ? case_.when(seen.stream, *raw) : std::nullopt;
      if (!when) continue;
      Moment last = *when;
      last.precision = seen.precision;
      // A day is a day on the wall where it was read; keep its date whatever the zone.
      if (seen.precision == Precision::Day) last.earliest = last.latest = *raw;
      out.push_back({fmt::format("journal of {}, as a person read it", name()), last, {seen.cite}});
    }
    for (const model::BootClaim& claim : case_.boot_claims) {
      if (scene_.names.host(claim.host) != death_.host || !claim.last) continue;
      const auto last = case_.when(claim.stream, *claim.last);
      const auto first = case_.when(claim.stream, claim.first);
      if (!last || !first || !death_.in_range(last->latest)) continue;
      add_latest(out, {fmt::format("journal of {} (list of boots)", name()), *last, {claim.cite}});
    }
    for (const Presence& presence : scene_.presences) {
      const model::Stream& stream = case_.streams[presence.stream];
      const bool own_log = stream.channel == Channel::Disk &&
                           model::watches(stream.watch, model::Watch::SystemLog | model::Watch::KernelLog);
      if (!own_log || scene_.names.host(presence.host) != death_.host) continue;
      std::optional<Moment> last;
      model::EventId where = model::kNoEvent;
      for_each_event(case_, {presence.stream, presence.host, presence.first, presence.last}, [&](model::EventId id) {
        const auto when = case_.when(id);
        if (!when || !death_.in_range(when->latest) || (last && when->latest < last->latest)) return;
        last = when;
        where = id;
      });
      if (last)
        add_latest(out,
                   {fmt::format("{} of {}", printable(case_.str(stream.source)), name()), *last, {case_.cite(where)}});
    }
    return out;
  }

  // Of one source the latest end counts: several files, or boots, of one journal.
  static void add_latest(std::vector<LogEnd>& out, LogEnd end) {
    const auto known = std::ranges::find(out, end.source, &LogEnd::source);
    if (known == out.end()) {
      out.push_back(std::move(end));
    } else if (end.last.latest > known->last.latest) {
      *known = std::move(end);
    }
  }

  Gap describe(const LogEnd& log, const Moment& end) const {
    Gap gap;
    gap.source = log.source;
    gap.span = {log.last.last(), end.first()};
    gap.cites = log.cites;
    const Ns length = end.earliest - log.last.latest;
    // Days are all that is known where the end is known to a day.
    const std::string span = log.last.precision == Precision::Day ? counted(static_cast<uint64_t>(length / kDay), "day")
                                                                  : format_duration(length);
    gap.text = fmt::format("It ends on {}, {} before the death.", format_utc(log.last.last()), span);
    const auto in_memory = logs_in_memory(case_);
    if (!in_memory.empty()) {
      gap.text +=
          " The host kept its logs in memory (log2ram or a tmpfs), so a crash loses what was not yet written back";
      gap.cites.insert(gap.cites.end(), in_memory.begin(), in_memory.end());
      gap.text += length > kSyncPeriod ? fmt::format(
                                             "; but that is written back daily, so one crash explains a day at most "
                                             "and not {}: writing back had "
                                             "stopped working before.",
                                             span)
                                       : ".";
    } else if (length > kSyncPeriod) {
      gap.text +=
          " Nothing in the evidence explains so long a gap; journald writes to disk every five minutes, so the crash "
          "alone does not.";
    }
    if (death_.boot != nullptr && death_.boot->start && death_.boot->start->earliest > log.last.latest) {
      gap.text +=
          fmt::format(" The boot that died began on {}, after the log's end: nothing of that boot was ever kept.",
                      format_utc(death_.boot->start->last()));
      if (!death_.boot->start_cites.empty()) gap.cites.push_back(death_.boot->start_cites.front());
    }
    return gap;
  }

  const Scene& scene_;
  const Case& case_;
  const Death& death_;
};

}  // namespace

std::vector<Citation> logs_in_memory(const Case& the_case) {
  for (const model::Landmark& mark : the_case.landmarks) {
    if (mark.kind == model::LandmarkKind::LogInMemory) return {the_case.cite(mark.event)};
  }
  for (const model::Observation& seen : the_case.observations) {
    if (contains_nocase(seen.text, "log2ram") || contains_nocase(seen.kind, "log2ram")) return {seen.cite};
  }
  return {};
}

std::vector<model::Gap> find_gaps(const Scene& scene, const Death& death) { return Gaps(scene, death).run(); }

}  // namespace inquest::reason

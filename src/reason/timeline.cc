#include "reason/timeline.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::reason {
namespace {

using model::Case;
using model::EventId;
using model::LandmarkKind;
using model::Moment;
using model::TimelineEntry;

constexpr size_t kLastLines = 5;     // of each log before the death, for context
constexpr size_t kMostOfAKind = 20;  // landmarks of one kind; storms of warnings say nothing new
constexpr Ns kPeersAround = 10 * kMinute;
constexpr Ns kHardwareAround = kDay;  // a failing part complains long before, and its controller's clock may be off

bool key_kind(LandmarkKind kind) {
  switch (kind) {
    case LandmarkKind::CommandLine:
    case LandmarkKind::ClockSet:
    case LandmarkKind::Warning:
    case LandmarkKind::AerEnabled:
    case LandmarkKind::TaskBegin:
    case LandmarkKind::TaskEnd:
    case LandmarkKind::CpuErratum:
    case LandmarkKind::JournalStart:
    case LandmarkKind::NmiWatchdogOn:
    case LandmarkKind::LogInMemory: return false;
    default: return true;
  }
}

bool daily(LandmarkKind kind) { return kind == LandmarkKind::TaskBegin || kind == LandmarkKind::TaskEnd; }

bool cluster_kind(LandmarkKind kind) {
  return kind == LandmarkKind::KnetLinkDown || kind == LandmarkKind::KnetNoLinks || kind == LandmarkKind::KnetLinkUp ||
         kind == LandmarkKind::MembershipLost;
}

class Timeline {
 public:
  Timeline(const Scene& scene, const Death& death) : scene_(scene), case_(scene.the_case), death_(death) {}

  std::vector<TimelineEntry> run() {
    if (death_.boot != nullptr) add_boot(*death_.boot, "the kernel that died started");
    if (death_.next != nullptr) add_boot(*death_.next, "the next kernel started");
    for (const BootTrack* boot : {death_.boot, death_.next}) {
      if (boot != nullptr) add_landmarks(*boot);
    }
    add_peers();
    add_hardware();
    if (death_.boot != nullptr) {
      for (const Segment& segment : death_.boot->segments) add_last_lines(segment);
    }
    add_figures();
    add_observations();
    add_bounds();
    // Entries without a time keep their place behind the one before them.
    Ns last = std::numeric_limits<Ns>::min();
    for (auto& [key, entry] : entries_) {
      if (entry.time) last = entry.time->middle();
      key = entry.time ? entry.time->middle() : last;
    }
    std::ranges::stable_sort(entries_, {}, &std::pair<Ns, TimelineEntry>::first);
    std::vector<TimelineEntry> out;
    out.reserve(entries_.size());
    for (auto& [key, entry] : entries_) out.push_back(std::move(entry));
    return out;
  }

 private:
  void add(TimelineEntry entry) { entries_.emplace_back(0, std::move(entry)); }

  void add_event(EventId id, bool key) {
    if (!seen_.insert(id).second) return;
    const model::Event& event = case_.events[id];
    TimelineEntry entry;
    entry.time = case_.when(id);
    const auto ident = case_.str(event.ident);
    const auto source = case_.str(case_.streams[event.stream].source);
    entry.source = std::string(
        case_.streams[event.stream].channel == model::Channel::Console || ident.empty() || ident == "kernel" ? source
                                                                                                             : ident);
    entry.text = printable(case_.message(id));
    entry.cite = case_.cite(id);
    entry.key = key;
    // One line that two records kept (a console and pstore) happened once.
    if (!entry.text.empty() &&
        lines_.emplace(entry.time ? entry.time->middle() : static_cast<Ns>(id), entry.text).second)
      add(std::move(entry));
  }

  void add_boot(const BootTrack& boot, std::string_view words) {
    if (!boot.start || boot.start_cites.empty()) return;
    TimelineEntry entry;
    entry.time = boot.start;
    entry.source = boot.uptime ? "uptime" : "boot";
    entry.text = std::string(words);
    if (boot.uptime) {
      entry.text += ": " + boot.uptime->words();
    }
    entry.cite = boot.start_cites.front();
    entry.inferred = true;
    entry.key = true;
    add(std::move(entry));
  }

  void add_landmarks(const BootTrack& boot) {
    std::map<LandmarkKind, size_t> counts;
    for (const model::Landmark* mark : boot.landmarks) ++counts[mark->kind];
    for (const model::Landmark* mark : boot.landmarks) {
      size_t& left = counts[mark->kind];
      // Of what goes on all the time the last matter, of what goes wrong the first.
      if (daily(mark->kind) ? left-- <= kMostOfAKind : ++shown_[mark->kind] <= kMostOfAKind)
        add_event(mark->event, key_kind(mark->kind));
    }
    shown_.clear();
  }

  void add_peers() {
    const auto& around = death_.before ? death_.before : death_.after;
    for (const model::Landmark& mark : case_.landmarks) {
      if (!cluster_kind(mark.kind) || scene_.names.node(mark.number) != death_.host) continue;
      const auto when = case_.when(mark.event);
      const bool near =
          !when || !around ||
          (when->latest > around->earliest - kPeersAround && when->earliest < around->latest + kPeersAround);
      const bool return_seen =
          when && death_.reset && mark.kind == LandmarkKind::KnetLinkUp && when->latest >= death_.reset->earliest;
      if (near || return_seen || &mark == death_.peer_lost) add_event(mark.event, true);
    }
  }

  // Faults and changes of power that firmware, a management controller or an error daemon recorded around the death.
  void add_hardware() {
    const auto& around = death_.before ? death_.before : death_.after;
    size_t count = 0;
    for (const model::Landmark& mark : case_.landmarks) {
      if (mark.kind != LandmarkKind::HardwareEvent || count == kMostOfAKind) continue;
      if (scene_.names.host(case_.host_of(case_.events[mark.event])) != death_.host) continue;
      const auto when = case_.when(mark.event);
      const bool near = when && around && when->latest > around->earliest - kHardwareAround &&
                        when->earliest < around->latest + kHardwareAround;
      if (!near) continue;
      add_event(mark.event, true);
      ++count;
    }
  }

  void add_last_lines(const Segment& segment) {
    std::vector<EventId> last;
    for (EventId id = segment.last; last.size() < kLastLines; --id) {
      const model::Event& event = case_.events[id];
      if (event.stream == segment.stream && case_.host_of(event) == segment.host) last.push_back(id);
      if (id == segment.first || id == 0) break;
    }
    for (auto id = last.rbegin(); id != last.rend(); ++id) add_event(*id, id + 1 == last.rend());
  }

  void add_figures() {
    const model::Series* last_series = nullptr;
    const model::Series* first_series = nullptr;
    model::Sample last{};
    model::Sample first{};
    std::optional<Moment> last_when;
    std::optional<Moment> first_when;
    for (const model::Series& series : case_.series) {
      if (scene_.names.host(series.host) != death_.host) continue;
      for (size_t i = 0; i < series.samples.size(); ++i) {
        const auto when = case_.when(series.stream, series.samples[i].time);
        if (!when) continue;
        const bool later =
            death_.next != nullptr && death_.next->start && when->earliest >= death_.next->start->earliest;
        if (later && (!first_when || when->earliest < first_when->earliest)) {
          first_when = when;
          first = series.samples[i];
          first_series = &series;
        } else if (!later && death_.in_range(when->latest) && (!last_when || when->latest > last_when->latest)) {
          last_when = when;
          last = series.samples[i];
          last_series = &series;
        }
      }
    }
    const auto figure = [&](const model::Series* series, const model::Sample& sample, const std::optional<Moment>& when,
                            std::string_view words) {
      if (series == nullptr) return;
      TimelineEntry entry;
      entry.time = when;
      entry.source = std::string(case_.str(case_.streams[series->stream].source));
      entry.text =
          fmt::format("{} of {}: {} {} = {}", words, scene_.names.display(death_.host),
                      printable(case_.str(series->measurement)), printable(case_.str(series->field)), sample.value);
      entry.cite = {sample.evidence, sample.line, sample.offset, 0};
      entry.key = true;
      add(std::move(entry));
    };
    figure(last_series, last, last_when, "last figure");
    figure(first_series, first, first_when, "first figure after the silence");
  }

  void add_observations() {
    for (const model::Observation* seen : death_.observations) {
      TimelineEntry entry;
      if (const auto raw = seen->from ? seen->from : seen->to) {
        entry.time = case_.when(seen->stream, *raw);
        if (entry.time) {
          entry.time->precision = seen->precision;
          if (seen->precision == Precision::Day) entry.time->earliest = entry.time->latest = *raw;
        }
      }
      entry.source = "person";
      entry.text = fmt::format("{}: {}", printable(seen->kind), printable(seen->text));
      entry.cite = seen->cite;
      entry.key = seen->kind != "note";
      add(std::move(entry));
    }
  }

  void add_bounds() {
    if (!death_.after || !death_.before || death_.cites.empty() || death_.panic != nullptr) return;
    TimelineEntry entry;
    entry.time = Moment{death_.after->earliest, death_.before->latest,
                        coarser(death_.after->precision, death_.before->precision)};
    entry.source = "inquest";
    entry.text = fmt::format("{} died in this window", scene_.names.display(death_.host));
    entry.cite = death_.cites.front();
    entry.inferred = true;
    entry.key = true;
    add(std::move(entry));
  }

  const Scene& scene_;
  const Case& case_;
  const Death& death_;
  std::vector<std::pair<Ns, TimelineEntry>> entries_;
  std::map<LandmarkKind, size_t> shown_;
  std::set<EventId> seen_;
  std::set<std::pair<Ns, std::string>> lines_;
};

}  // namespace

std::vector<TimelineEntry> timeline(const Scene& scene, const Death& death) { return Timeline(scene, death).run(); }

}  // namespace inquest::reason

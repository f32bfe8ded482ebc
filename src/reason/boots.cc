#include "reason/boots.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <unordered_set>

#include <fmt/format.h>

#include "base/text.h"
#include "reason/boot_end.h"
#include "reason/tasks.h"

namespace inquest::reason {
namespace {

// The kernel's stamp in a record, wherever a logger put it: "... [ 4711.000100] Kernel panic". Nanoseconds.
std::optional<Ns> kernel_stamp(std::string_view record) {
  for (size_t at = record.find('['); at != std::string_view::npos; at = record.find('[', at + 1)) {
    const size_t close = record.find(']', at);
    if (close == std::string_view::npos || at > 256) return std::nullopt;
    const std::string_view stamp = trim(record.substr(at + 1, close - at - 1));
    const size_t point = stamp.find('.');
    if (point == std::string_view::npos || stamp.size() - point != 7) continue;  // microseconds
    const auto seconds = parse_int<int64_t>(stamp.substr(0, point));
    const auto micro = parse_int<int64_t>(stamp.substr(point + 1));
    if (seconds && micro && *seconds >= 0 && *seconds < 4'000'000'000 && *micro >= 0)
      return *seconds * kSecond + *micro * kMicro;
  }
  return std::nullopt;
}

using model::Case;
using model::ClockDomain;
using model::EventId;
using model::LandmarkKind;
using model::Moment;
using model::Stream;
using model::StreamId;
using model::StrId;

// How far apart two sources may put the start of one boot: counters and RTC agree to seconds, a log's first line or
// wtmp's record comes up to two minutes after the kernel's start.
constexpr Ns kPrecise = 5 * kSecond;
constexpr Ns kLoose = 2 * kMinute;

bool precise(const Moment& start) { return start.latest - start.earliest <= 2 * kSecond; }

bool same_start(const Moment& a, const Moment& b) {
  const Ns slack = precise(a) && precise(b) ? kPrecise : kLoose;
  return a.earliest <= b.latest + slack && b.earliest <= a.latest + slack;
}

class Finder {
 public:
  Finder(Case& the_case, const Names& names, const std::vector<Presence>& presences,
         std::vector<model::Statement>& assumptions)
      : case_(the_case), names_(names), presences_(presences), assumptions_(assumptions) {}

  std::vector<BootTrack> run() {
    add_streams();
    merge_dumps();
    merge_shared_stamps();
    add_uptime();
    add_claims();
    merge_by_start();
    place_last_words();
    place_memory_logs();
    map_monotonic();
    attach_landmarks();
    order();
    for (size_t i = 0; i < tracks_.size(); ++i) {
      const bool followed = i + 1 < tracks_.size() && tracks_[i + 1].host == tracks_[i].host;
      find_end(case_, tracks_[i], followed ? &tracks_[i + 1] : nullptr);
    }
    return std::move(tracks_);
  }

 private:
  const Stream& stream(StreamId id) const { return case_.streams[id]; }

  // The whole streams that hold one boot each, and the wall-clock logs, which are cut at each kernel's banner.
  void add_streams() {
    for (const Presence& presence : presences_) {
      const Stream& s = stream(presence.stream);
      if (s.clock == ClockDomain::Monotonic || s.boot_id != 0) {
        BootTrack track;
        track.host = names_.host(presence.host);
        track.boot_id = s.boot_id;
        track.segments.push_back({presence.stream, presence.host, presence.first, presence.last});
        track.start_cites.push_back(case_.cite(presence.first));
        if (s.clock == ClockDomain::Monotonic) {
          track.start = case_.when(presence.stream, 0);
        } else {
          track.start = start_from_fact(s.boot_id);
          if (!track.start) track.start = case_.when(presence.first);
        }
        tracks_.push_back(std::move(track));
      } else if (model::watches(s.watch, model::Watch::KernelLog | model::Watch::SystemLog)) {
        cut_at_banners(presence);
      }
    }
  }

  std::optional<Moment> start_from_fact(StrId boot_id) const {
    const std::string key = fmt::format("boot.start.{}", case_.str(boot_id));
    for (const model::Fact& fact : case_.facts) {
      if (fact.key != key) continue;
      if (const auto ns = parse_int<Ns>(fact.value)) return Moment{*ns, *ns, Precision::Micro};
    }
    return std::nullopt;
  }

  void cut_at_banners(const Presence& presence) {
    std::vector<EventId> banners;
    for (const model::Landmark& mark : case_.landmarks) {
      const model::Event& event = case_.events[mark.event];
      if (mark.kind == LandmarkKind::KernelBanner && event.stream == presence.stream &&
          case_.host_of(event) == presence.host) {
        banners.push_back(mark.event);
      }
    }
    if (banners.empty()) {
      cut_at_uptimes(presence);
      return;
    }
    const auto add = [&](EventId first, EventId last, bool banner) {
      BootTrack track;
      track.host = names_.host(presence.host);
      track.segments.push_back({presence.stream, presence.host, first, last});
      if (banner) {
        track.start_cites.push_back(case_.cite(first));
        // The line was written when the logger started, up to two minutes after the kernel did.
        if (const auto when = case_.when(first))
          track.start = Moment{when->earliest - kLoose, when->latest, when->precision};
      }
      tracks_.push_back(std::move(track));
    };
    if (banners.front() != presence.first) add(presence.first, previous(presence, banners.front()), false);
    for (size_t i = 0; i < banners.size(); ++i) {
      add(banners[i], i + 1 < banners.size() ? previous(presence, banners[i + 1]) : presence.last, true);
    }
  }

  // A log that begins in the middle of a boot and holds its panic, as a netconsole that was switched on late: it is of
  // the boot that the panic's own stamp tells the start of.
  void add_panicked(const Presence& presence) {
    for (const model::Landmark& mark : case_.landmarks) {
      if (mark.kind != LandmarkKind::Panic) continue;
      const model::Event& event = case_.events[mark.event];
      if (event.stream != presence.stream || case_.host_of(event) != presence.host) continue;
      BootTrack track;
      track.host = names_.host(presence.host);
      track.segments.push_back({presence.stream, presence.host, presence.first, presence.last});
      const auto when = case_.when(mark.event);
      const auto stamp = kernel_stamp(case_.record(mark.event));
      if (when && stamp) track.start = Moment{when->earliest - *stamp, when->latest - *stamp, when->precision};
      tracks_.push_back(std::move(track));
      return;
    }
  }

  // A log without banners whose tasks name the uptime says by itself which boots it is of. One without tasks belongs to
  // no boot: it is a witness by its times only.
  void cut_at_uptimes(const Presence& presence) {
    std::vector<UptimeBoot> starts;
    if (!task_boots_) task_boots_ = task_boots(case_);
    for (const UptimeBoot& boot : *task_boots_) {
      const bool here = names_.host(boot.host) == names_.host(presence.host) &&
                        boot.first.evidence == stream(presence.stream).evidence;
      if (here) starts.push_back(boot);
    }
    if (starts.empty()) {
      add_panicked(presence);
      return;
    }
    std::ranges::sort(starts, {}, &UptimeBoot::start_before);
    size_t next = 0;
    BootTrack track;
    Segment part{presence.stream, presence.host, model::kNoEvent, model::kNoEvent};
    const auto close = [&] {
      if (part.first == model::kNoEvent) return;
      track.host = names_.host(presence.host);
      track.segments.push_back(part);
      tracks_.push_back(std::move(track));
      track = {};
      part.first = model::kNoEvent;
    };
    for_each_event(case_, {presence.stream, presence.host, presence.first, presence.last}, [&](EventId id) {
      const auto when = case_.when(id);
      if (next < starts.size() && when && when->latest >= starts[next].start_before) {
        close();
        track.start = start_moment(starts[next]);
        track.start_cites.push_back(
            {starts[next].first.evidence, starts[next].first.line, starts[next].first.offset, 0});
        ++next;
      }
      if (part.first == model::kNoEvent) part.first = id;
      part.last = id;
    });
    close();
  }

  // The presence's event before `id`.
  EventId previous(const Presence& presence, EventId id) const {
    while (id > presence.first) {
      --id;
      const model::Event& event = case_.events[id];
      if (event.stream == presence.stream && case_.host_of(event) == presence.host) return id;
    }
    return presence.first;
  }

  void merge(size_t into, size_t from) {
    BootTrack& a = tracks_[into];
    BootTrack& b = tracks_[from];
    if (a.boot_id == 0) a.boot_id = b.boot_id;
    if (!a.start || (b.start && b.start->latest - b.start->earliest < a.start->latest - a.start->earliest)) {
      if (b.start) {
        a.start = b.start;
        a.start_cites.insert(a.start_cites.begin(), b.start_cites.begin(), b.start_cites.end());
        b.start_cites.clear();
      }
    }
    a.segments.insert(a.segments.end(), b.segments.begin(), b.segments.end());
    a.claims.insert(a.claims.end(), b.claims.begin(), b.claims.end());
    a.start_cites.insert(a.start_cites.end(), b.start_cites.begin(), b.start_cites.end());
    if (!a.uptime || (b.uptime && b.uptime->last_utc > a.uptime->last_utc)) a.uptime = b.uptime;
    tracks_.erase(tracks_.begin() + static_cast<std::ptrdiff_t>(from));
  }

  bool may_merge(const BootTrack& a, const BootTrack& b) const {
    if (a.host != b.host || (a.boot_id != 0 && b.boot_id != 0 && a.boot_id != b.boot_id)) return false;
    // Two counters of one host are of one boot only where they agree on its start.
    if (a.uptime && b.uptime && !same_start(*a.start, *b.start)) return false;
    // Two segments of one stream, or two streams of one file on the same clock, were told apart by their decoder.
    for (const Segment& x : a.segments) {
      for (const Segment& y : b.segments) {
        // Not so the records of pstore: two dumps of one death may lie in one file, the second of which begins again.
        if (stream(x.stream).dump != 0 && stream(y.stream).dump != 0) continue;
        if (stream(x.stream).evidence == stream(y.stream).evidence && stream(x.stream).clock == stream(y.stream).clock)
          return false;
      }
    }
    return true;
  }

  // The parts of what one kernel left in pstore have no stamp in common: they say themselves what they are a part of.
  void merge_dumps() {
    std::map<std::pair<StrId, StrId>, size_t> whole;  // by dump and host
    for (size_t i = 0; i < tracks_.size();) {
      const StrId dump = stream(tracks_[i].segments[0].stream).dump;
      if (dump == 0) {
        ++i;
        continue;
      }
      const auto [first, added] = whole.try_emplace({dump, tracks_[i].host}, i);
      if (added) {
        ++i;
      } else {
        merge(first->second, i);
      }
    }
  }

  // The stamps of a monotonic segment, read once.
  const std::unordered_set<Ns>& stamps(const Segment& segment) {
    constexpr size_t kMost = 50'000;
    const auto [known, added] = stamps_.try_emplace({segment.stream, segment.host});
    if (added) {
      for_each_event(case_, segment, [&](EventId id) {
        const Ns time = case_.events[id].time;
        if (time > 0 && known->second.size() < kMost) known->second.insert(time);
      });
    }
    return known->second;
  }

  // Two monotonic logs are of one boot where they share stamps: to the microsecond, two boots never run alike. A log
  // that holds only a part of the boot shares most of its own.
  bool share_stamps(const Segment& a, const Segment& b) {
    constexpr size_t kEnough = 5;
    if (stream(a.stream).clock != ClockDomain::Monotonic || stream(b.stream).clock != ClockDomain::Monotonic)
      return false;
    const auto& in_a = stamps(a);
    const auto& in_b = stamps(b);
    const auto& small = in_a.size() < in_b.size() ? in_a : in_b;
    const auto& large = in_a.size() < in_b.size() ? in_b : in_a;
    const auto shared = static_cast<size_t>(std::ranges::count_if(small, [&](Ns t) { return large.contains(t); }));
    return shared >= kEnough && shared * 5 >= small.size() * 3;
  }

  bool share_stamps(const BootTrack& a, const BootTrack& b) {
    return std::ranges::any_of(a.segments, [&](const Segment& x) {
      return std::ranges::any_of(b.segments, [&](const Segment& y) { return share_stamps(x, y); });
    });
  }

  void merge_shared_stamps() {
    for (size_t i = 0; i < tracks_.size(); ++i) {
      for (size_t j = i + 1; j < tracks_.size();) {
        const bool same_id =
            tracks_[i].boot_id != 0 && tracks_[i].boot_id == tracks_[j].boot_id && tracks_[i].host == tracks_[j].host;
        if (same_id || (may_merge(tracks_[i], tracks_[j]) && share_stamps(tracks_[i], tracks_[j]))) {
          merge(i, j);
        } else {
          ++j;
        }
      }
    }
  }

  void add_uptime() {
    for (const UptimeBoot& boot : uptime_boots(case_)) {
      BootTrack track;
      track.host = names_.host(boot.host);
      track.uptime = boot;
      track.start = start_moment(boot);
      track.start_cites.push_back({boot.first.evidence, boot.first.line, boot.first.offset, 0});
      tracks_.push_back(std::move(track));
    }
  }

  // A counter of whole seconds puts the start into one second: that second is the answer, printed to the second.
  static Moment start_moment(const UptimeBoot& boot) {
    if (boot.start_before - boot.start_after > kSecond) return {boot.start_after, boot.start_before, Precision::Second};
    const Ns second = boot.start_before / kSecond * kSecond;
    return {second, second, Precision::Second};
  }

  void add_claims() {
    for (const model::BootClaim& claim : case_.boot_claims) {
      BootTrack track;
      track.host = names_.host(claim.host);
      track.boot_id = claim.boot_id;
      track.claims.push_back(&claim);
      if (const auto first = case_.when(claim.stream, claim.first)) {
        track.start = Moment{first->earliest - kLoose, first->latest, first->precision};
      }
      track.start_cites.push_back(claim.cite);
      tracks_.push_back(std::move(track));
    }
  }

  void merge_by_start() {
    for (size_t i = 0; i < tracks_.size(); ++i) {
      for (size_t j = i + 1; j < tracks_.size();) {
        const BootTrack& a = tracks_[i];
        const BootTrack& b = tracks_[j];
        const bool same_id = a.boot_id != 0 && a.boot_id == b.boot_id && a.host == b.host;
        const bool same = a.start && b.start && may_merge(a, b) && same_start(*a.start, *b.start);
        if (same_id || same) {
          merge(i, j);
        } else {
          ++j;
        }
      }
    }
  }

  // A capture that holds a panic and tells no date (a serial console, what kdump saved) is of the boot that ended at
  // its uptime: after the last line that the boot's log has, and before the next boot.
  void place_last_words() {
    for (size_t i = 0; i < tracks_.size(); ++i) {
      const auto uptime = uptime_of_panic(tracks_[i]);
      if (!uptime) continue;
      std::optional<size_t> fitting;
      bool several = false;
      for (size_t j = 0; j < tracks_.size(); ++j) {
        if (j == i || !tracks_[j].start || !may_merge(tracks_[j], tracks_[i]) || !died_at(tracks_[j], *uptime))
          continue;
        several = fitting.has_value();
        if (several) break;
        fitting = j;
      }
      if (!fitting || several) continue;
      const Segment& capture = tracks_[i].segments[0];
      assumptions_.push_back(
          {fmt::format("{} tells no date; its panic, {} after the start of its kernel, fits the end of the boot of {} "
                       "and of no other.",
                       case_.evidence[stream(capture.stream).evidence].path, format_duration(*uptime),
                       format_utc(tracks_[*fitting].start->last())),
           {case_.cite(capture.first)}});
      merge(*fitting, i);
      --i;
    }
  }

  std::optional<Ns> uptime_of_panic(const BootTrack& track) const {
    if (track.start || track.segments.empty() || stream(track.segments[0].stream).clock != ClockDomain::Monotonic)
      return std::nullopt;
    for (const model::Landmark& mark : case_.landmarks) {
      if (mark.kind == LandmarkKind::Panic && holds(case_, track, mark.event)) return case_.events[mark.event].time;
    }
    return std::nullopt;
  }

  bool died_at(const BootTrack& boot, Ns uptime) const {
    const Ns earliest = boot.start->earliest + uptime - kLoose;
    const Ns latest = boot.start->latest + uptime + kLoose;
    for (const Segment& segment : boot.segments) {
      const auto last = case_.when(segment.last);
      if (last && last->earliest > latest) return false;
    }
    // The boot that follows it began after that, and not long after its own last line alone: some boot must follow.
    bool followed = false;
    for (const BootTrack& other : tracks_) {
      if (&other == &boot || other.host != boot.host || !other.start || other.start->latest <= boot.start->latest)
        continue;
      if (other.start->latest < earliest) return false;
      followed = true;
    }
    return followed;
  }

  // dmesg is read out of a running kernel, so one that does not tell its boot is of the last boot that the evidence
  // knows.
  void place_memory_logs() {
    for (size_t i = 0; i < tracks_.size(); ++i) {
      if (tracks_[i].start || tracks_[i].segments.empty()) continue;
      const Stream& s = stream(tracks_[i].segments[0].stream);
      if (s.channel != model::Channel::Memory || s.clock != ClockDomain::Monotonic) continue;
      size_t latest = tracks_.size();
      for (size_t j = 0; j < tracks_.size(); ++j) {
        if (j == i || !tracks_[j].start || !may_merge(tracks_[j], tracks_[i])) continue;
        if (latest == tracks_.size() || tracks_[j].start->latest > tracks_[latest].start->latest) latest = j;
      }
      if (latest == tracks_.size()) continue;
      if (seen_restarted(tracks_[latest])) {
        later_.insert(case_.evidence[s.evidence].path);
        continue;
      }
      assumptions_.push_back({fmt::format("{} tells no date; as dmesg shows the kernel that is running, it is taken to "
                                          "be of the last boot known, of {}.",
                                          case_.evidence[s.evidence].path, format_utc(tracks_[latest].start->last())),
                              {case_.cite(tracks_[i].segments[0].first)}});
      merge(latest, i);
      --i;
    }
  }

  // Whether a person saw the host dead, or started it again, after the last record of that boot: then what runs now is
  // another one.
  bool seen_restarted(const BootTrack& boot) const {
    static constexpr std::string_view kKinds[] = {"panic-screen", "console-dead", "hard-reset", "power-cycle",
                                                  "powered-off"};
    std::optional<Ns> last;
    for (const Segment& segment : boot.segments) {
      if (const auto when = case_.when(segment.last); when && (!last || when->latest > *last)) last = when->latest;
    }
    return last && std::ranges::any_of(case_.observations, [&](const model::Observation& seen) {
             if (names_.host(seen.host) != boot.host || std::ranges::find(kKinds, seen.kind) == std::end(kKinds))
               return false;
             const auto when = seen.from ? case_.when(seen.stream, *seen.from) : std::nullopt;
             return !when || seen.precision >= Precision::Day || when->latest >= *last;
           });
  }

  void map_monotonic() {
    for (const BootTrack& track : tracks_) {
      if (!track.start) continue;
      for (const Segment& segment : track.segments) {
        model::StreamClock& clock = case_.clocks.clock(segment.stream);
        if (clock.mapped || stream(segment.stream).clock != ClockDomain::Monotonic) continue;
        clock.mapped = true;
        clock.boot_start = track.start->middle();
        clock.uncertainty = std::max<Ns>(kSecond, (track.start->latest - track.start->earliest) / 2);
        clock.why = "the start of its boot, as other evidence tells it";
      }
    }
  }

  void attach_landmarks() {
    for (BootTrack& track : tracks_) {
      for (const model::Landmark& mark : case_.landmarks) {
        if (holds(case_, track, mark.event)) track.landmarks.push_back(&mark);
      }
    }
  }

  bool is_later(const BootTrack& track) const {
    return !track.start && !track.segments.empty() &&
           later_.contains(case_.evidence[stream(track.segments[0].stream).evidence].path);
  }

  // By host, then by time; a boot without a time keeps its place behind its predecessor in the same evidence.
  void order() {
    struct Key {
      StrId host;
      Ns time;
      size_t index;
    };
    std::vector<Key> keys;
    Ns last = 0;
    for (size_t i = 0; i < tracks_.size(); ++i) {
      const BootTrack& track = tracks_[i];
      Ns time = last + 1;
      if (is_later(track)) {
        time = std::numeric_limits<Ns>::max();
      } else if (track.start) {
        time = track.start->latest;
      } else if (!track.segments.empty()) {
        if (const auto end = case_.when(track.segments[0].last)) time = end->latest;
      }
      keys.push_back({track.host, time, i});
      if (!is_later(track)) last = time;
    }
    std::ranges::stable_sort(
        keys, [](const Key& a, const Key& b) { return a.host != b.host ? a.host < b.host : a.time < b.time; });
    std::vector<BootTrack> sorted;
    sorted.reserve(tracks_.size());
    for (const Key& key : keys) sorted.push_back(std::move(tracks_[key.index]));
    tracks_ = std::move(sorted);
  }

  Case& case_;
  const Names& names_;
  const std::vector<Presence>& presences_;
  std::vector<model::Statement>& assumptions_;
  std::vector<BootTrack> tracks_;
  std::set<std::string> later_;  // logs of the running kernel that is not the one that died
  std::optional<std::vector<UptimeBoot>> task_boots_;
  std::map<std::pair<StreamId, StrId>, std::unordered_set<Ns>> stamps_;
};

}  // namespace

bool holds(const model::Case& the_case, const Segment& segment, EventId event) {
  const model::Event& record = the_case.events[event];
  return segment.stream == record.stream && segment.first <= event && event <= segment.last &&
         segment.host == the_case.host_of(record);
}

bool holds(const model::Case& the_case, const BootTrack& boot, EventId event) {
  return std::ranges::any_of(boot.segments, [&](const Segment& segment) { return holds(the_case, segment, event); });
}

bool at_start_of(const model::Case& the_case, const BootTrack& boot, EventId event, Ns within) {
  return std::ranges::any_of(boot.segments, [&](const Segment& segment) {
    return holds(the_case, segment, event) &&
           the_case.events[event].time - the_case.events[segment.first].time <= within;
  });
}

const model::Landmark* BootTrack::landmark(LandmarkKind kind) const {
  const auto found = std::ranges::find_if(landmarks, [&](const model::Landmark* mark) { return mark->kind == kind; });
  return found == landmarks.end() ? nullptr : *found;
}

bool crash_kernel(const Case& the_case, const BootTrack& boot) {
  const model::Landmark* line = boot.landmark(LandmarkKind::CommandLine);
  return line != nullptr && the_case.str(line->text).find("elfcorehdr=") != std::string_view::npos;
}

model::Boot BootTrack::describe(const Case& the_case) const {
  model::Boot boot;
  boot.id = std::string(the_case.str(boot_id));
  if (start) boot.start = {start->first(), start->last()};
  std::optional<Moment> last;
  const auto later = [&](const std::optional<Moment>& when) {
    if (when && (!last || when->latest > last->latest)) last = when;
  };
  for (const Segment& segment : segments) later(the_case.when(segment.last));
  if (uptime) later(Moment{uptime->last_utc, uptime->last_utc, Precision::Second});
  for (const model::BootClaim* claim : claims) {
    if (claim->last) later(the_case.when(claim->stream, *claim->last));
  }
  if (last) boot.last = {last->first(), last->last()};
  boot.end = end;
  boot.end_text = end_text;
  boot.cites = start_cites;
  boot.end_cites = end_cites;
  if (const auto* banner = landmark(LandmarkKind::KernelBanner)) boot.kernel = std::string(the_case.str(banner->text));
  if (const auto* line = landmark(LandmarkKind::CommandLine)) boot.command_line = std::string(the_case.str(line->text));
  return boot;
}

std::vector<BootTrack> find_boots(Case& the_case, const Names& names, const std::vector<Presence>& presences,
                                  std::vector<model::Statement>& assumptions) {
  return Finder(the_case, names, presences, assumptions).run();
}

}  // namespace inquest::reason

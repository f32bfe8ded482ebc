#include "reason/align.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "reason/uptime.h"

namespace inquest::reason {
namespace {

using model::Case;
using model::Citation;
using model::ClockDomain;
using model::LandmarkKind;
using model::Statement;
using model::Stream;
using model::StreamId;

// Zone abbreviations that mean one offset wherever servers stand. Ambiguous ones (IST, BST, CST as China's) are left
// out but for the American set, which the others are rarely printed as by system software.
struct Abbreviation {
  std::string_view name;
  int minutes;
};
constexpr std::array kAbbreviations = std::to_array<Abbreviation>({
    {"UTC", 0},    {"GMT", 0},    {"WET", 0},     {"WEST", 60},   {"CET", 60},   {"CEST", 120}, {"EET", 120},
    {"EEST", 180}, {"MSK", 180},  {"JST", 540},   {"KST", 540},   {"AEST", 600}, {"AEDT", 660}, {"NZST", 720},
    {"NZDT", 780}, {"EST", -300}, {"EDT", -240},  {"CDT", -300},  {"CST", -360}, {"MST", -420}, {"MDT", -360},
    {"PST", -480}, {"PDT", -420}, {"AKST", -540}, {"AKDT", -480}, {"HST", -600},
});

// Offsets that zones with many hosts have: whole hours, and those of India, Iran and their like.
constexpr auto kOffsets = [] {
  std::array<Ns, 34> out{};
  size_t n = 0;
  for (int hour = -12; hour <= 14; ++hour) out[n++] = hour * kHour;
  for (const int minutes : {-210, -150, 210, 270, 330, 345, 570}) out[n++] = minutes * kMinute;
  return out;
}();
constexpr Ns kDetection = kMinute;  // clocks of peers may differ by so much
constexpr Ns kQuiet = 5 * kMinute;  // a log may have nothing to say for so long

struct ZoneChoice {
  std::optional<Zone> zone;
  std::string why;
  bool assumed = false;
};

class Aligner {
 public:
  Aligner(Case& the_case, const Options& options, const Names& names)
      : case_(the_case), options_(options), names_(names) {}

  std::vector<Statement> run() {
    case_.clocks.resize(case_.streams.size());
    find_reference();
    for (StreamId id = 0; id < case_.streams.size(); ++id) {
      if (case_.streams[id].clock == ClockDomain::LocalWall) place_wall(id);
    }
    say_placed();
    anchor_to_rtc();
    anchor_to_dumps();
    return std::move(statements_);
  }

 private:
  // The latest instant that the case knows for certain: what a yearless log's year is chosen by.
  void find_reference() {
    const auto later = [&](Ns ns) { reference_ = std::max(reference_.value_or(ns), ns); };
    if (options_.at) {
      reference_ = options_.at->ns;
      return;
    }
    for (const Stream& stream : case_.streams) {
      if (stream.events > 0 &&
          (stream.clock == ClockDomain::Utc || (stream.clock == ClockDomain::LocalWall && !stream.yearless))) {
        later(stream.latest);
      }
      if (stream.clock == ClockDomain::Utc) any_utc_ = any_utc_ || stream.events > 0;
    }
    for (const model::Series& series : case_.series) {
      if (series.samples.empty()) continue;
      if (case_.streams[series.stream].clock == ClockDomain::Utc) any_utc_ = true;
      later(series.samples.back().time);
    }
    for (const model::Observation& seen : case_.observations) {
      if (seen.from) later(*seen.from);
      if (seen.to) later(*seen.to);
    }
    // The day on which somebody looked.
    for (const model::Fact& fact : case_.facts) {
      if (fact.key != "clock.taken") continue;
      if (const auto day = parse_iso_date_or_time(fact.value)) later(day->local);
    }
    for (const model::Landmark& mark : case_.landmarks) {
      if (mark.kind == LandmarkKind::ClockSet || mark.kind == LandmarkKind::TaskBegin ||
          mark.kind == LandmarkKind::TaskEnd) {
        later(mark.number);
        any_utc_ = true;
      }
    }
  }

  const model::Fact* fact(std::string_view key, model::StrId host) const {
    const model::Fact* found = nullptr;
    for (const model::Fact& fact : case_.facts) {
      if (fact.key != key) continue;
      if (fact.host != 0 && fact.host == host) return &fact;
      if (fact.host == 0 || found == nullptr) found = &fact;
    }
    return found;
  }

  ZoneChoice choose_zone(StreamId id) {
    const Stream& stream = case_.streams[id];
    if (options_.zone)
      return {options_.zone, fmt::format("in zone {}, as given by --tz", options_.zone->name()), false};
    for (const model::Fact& fact : case_.facts) {
      if (fact.key != "timezone-abbreviation" || fact.cite.evidence != stream.evidence) continue;
      for (const Abbreviation& known : kAbbreviations) {
        if (known.name != fact.value) continue;
        return {Zone::fixed(known.minutes * kMinute), fmt::format("as {}, which is printed with them", known.name),
                false};
      }
    }
    if (const model::Fact* zone = fact("timezone", stream.host)) {
      if (auto found = Zone::find(zone->value)) {
        return {*found, fmt::format("in zone {}, from {}", zone->value, case_.cite_text(zone->cite)), false};
      }
    }
    if (const auto inferred = infer_offset(id)) {
      return {Zone::fixed(inferred->offset), inferred->why, true};
    }
    // One host has one zone, as a rule: what shows it in another log of the case counts, if nothing speaks against it.
    if (!case_offset_ready_) case_offset_ = infer_offset(std::nullopt);
    case_offset_ready_ = true;
    if (case_offset_) return {Zone::fixed(case_offset_->offset), case_offset_->why, true};
    if (const auto stated = stated_offset(stream.host)) return *stated;
    if (const auto cut = offset_of_cut(id)) return {Zone::fixed(cut->offset), cut->why, true};
    if (!any_utc_) return {Zone{}, "as if they were UTC, because no zone is named anywhere", true};
    return {};
  }

  // What the same host's other logs print behind their times, if they agree.
  std::optional<ZoneChoice> stated_offset(model::StrId host) const {
    const model::Fact* found = nullptr;
    for (const model::Fact& fact : case_.facts) {
      if (fact.key != "timezone-offset" || names_.host(fact.host) != names_.host(host)) continue;
      if (found != nullptr && found->value != fact.value) return std::nullopt;
      if (found == nullptr) found = &fact;
    }
    if (found == nullptr) return std::nullopt;
    const auto zone = Zone::find(found->value);
    if (!zone) return std::nullopt;
    return ZoneChoice{
        *zone, fmt::format("as UTC{}, which the host's times at {} have", found->value, case_.cite_text(found->cite)),
        true};
  }

  struct Inferred {
    Ns offset;
    std::string why;
  };

  // Of one stream, or of all of them. The one offset under which a peer lost the host just after its figures stop, or a
  // kernel's banner stands just after the boot that uptime counters show.
  std::optional<Inferred> infer_offset(std::optional<StreamId> id) {
    if (!pairs_ready_) {
      boots_ = uptime_boots(case_);
      pairs_ready_ = true;
    }
    std::set<Ns> offsets;
    std::string what;
    for (const model::Landmark& mark : case_.landmarks) {
      const model::Event& event = case_.events[mark.event];
      const Stream& stream = case_.streams[event.stream];
      if (id ? event.stream != *id : stream.clock != ClockDomain::LocalWall) continue;
      if (mark.kind == LandmarkKind::TaskBegin && event.ident != 0) {
        // The line is written within seconds of the time in the task's name, which is UTC.
        const Ns raw =
            (stream.yearless ? yeared(event.stream, event.time).value_or(event.time) : event.time) - mark.number;
        if (const auto offset = offset_of(raw, kMinute)) {
          offsets.insert(*offset);
          what = fmt::format("{} names a task with its time on UTC", case_.cite_text(case_.cite(mark.event)));
        }
        continue;
      }
      const bool lost = mark.kind == LandmarkKind::KnetNoLinks || mark.kind == LandmarkKind::KnetLinkDown;
      const bool banner = mark.kind == LandmarkKind::KernelBanner;
      if (!lost && !banner) continue;
      const Ns local = stream.yearless ? yeared(event.stream, event.time).value_or(event.time) : event.time;
      for (size_t i = 0; i < boots_.size(); ++i) {
        const UptimeBoot& boot = boots_[i];
        const bool dies = i + 1 < boots_.size() && boots_[i + 1].host == boot.host;
        if (lost && !dies) continue;
        // A peer notices within a minute; a log's first line follows the kernel's start by at most two.
        const Ns mark_utc = lost ? boot.last_utc : boot.start_before;
        const Ns slack = lost ? kMinute : 2 * kMinute;
        const auto offset = offset_of(local - mark_utc, slack);
        if (!offset) continue;
        offsets.insert(*offset);
        what = lost ? fmt::format("it places {} just after the last figure of {}",
                                  case_.cite_text(case_.cite(mark.event)), names_.display(names_.host(boot.host)))
                    : fmt::format("it places the kernel's start in {} at the boot that uptime shows",
                                  case_.cite_text(case_.cite(mark.event)));
      }
    }
    if (offsets.size() != 1) return std::nullopt;
    return Inferred{*offsets.begin(),
                    fmt::format("as {}, which is inferred: {}", Zone::fixed(*offsets.begin()).name(), what)};
  }

  // The one offset under which a peer lost the host while its log was silent: between the last line of a boot and the
  // banner of the next.
  std::optional<Inferred> offset_of_cut(StreamId id) {
    std::set<Ns> offsets;
    std::string what;
    const Stream& stream = case_.streams[id];
    const auto local_time = [&](Ns raw) { return stream.yearless ? yeared(id, raw).value_or(raw) : raw; };
    for (const model::Landmark& banner : case_.landmarks) {
      const model::Event& event = case_.events[banner.event];
      if (banner.kind != LandmarkKind::KernelBanner || event.stream != id) continue;
      const auto last = line_before(banner.event);
      if (!last) continue;
      const model::StrId host = names_.host(case_.host_of(event));
      for (const model::Landmark& lost : case_.landmarks) {
        if (lost.kind != LandmarkKind::KnetNoLinks && lost.kind != LandmarkKind::MembershipLost) continue;
        const Stream& peer = case_.streams[case_.events[lost.event].stream];
        if (peer.clock != ClockDomain::Utc || names_.node(lost.number) != host) continue;
        const Ns utc = case_.events[lost.event].time;
        for (const Ns offset : kOffsets) {
          const Ns silent_from = local_time(*last) - offset;
          const Ns silent_to = local_time(event.time) - offset;
          if (utc < silent_from - kDetection || utc > silent_to || utc > silent_from + kQuiet) continue;
          offsets.insert(offset);
          what = fmt::format("it puts {}, where its log is silent, at the time when a peer lost it",
                             case_.cite_text(case_.cite(banner.event)));
        }
      }
    }
    if (offsets.size() != 1) return std::nullopt;
    return Inferred{*offsets.begin(),
                    fmt::format("as {}, which is inferred: {}", Zone::fixed(*offsets.begin()).name(), what)};
  }

  // The raw time of the same host's line before an event of the same stream.
  std::optional<Ns> line_before(model::EventId id) const {
    constexpr model::EventId kFar = 10'000;  // other streams' lines lie between only where files were read in turns
    const model::Event& event = case_.events[id];
    for (model::EventId one = id; one > 0 && id - one < kFar;) {
      const model::Event& other = case_.events[--one];
      if (other.stream == event.stream && case_.host_of(other) == case_.host_of(event)) return other.time;
    }
    return std::nullopt;
  }

  // The zone's offset where local time is that far ahead of UTC and was written at most `slack` late; zones differ by
  // quarters of an hour.
  static std::optional<Ns> offset_of(Ns ahead, Ns slack) {
    const Ns step = 15 * kMinute;
    const Ns offset = (ahead >= 0 ? ahead / step : -((-ahead + step - 1) / step)) * step;  // floor
    if (ahead - offset > slack || offset < -12 * kHour || offset > 14 * kHour) return std::nullopt;
    return offset;
  }

  // "-- Journal begins at Tue 2026-01-06 09:12:44 CET, ends at Mon 2026-02-09 07:55:07 CET. --", to about a day.
  std::optional<Ns> journal_end(model::EvidenceId evidence) const {
    for (const model::Fact& fact : case_.facts) {
      if (fact.key != "journal.ends" || fact.cite.evidence != evidence) continue;
      const size_t date = std::string_view(fact.value).find_first_of("0123456789");
      if (date == std::string_view::npos) continue;
      if (const auto ends = parse_iso_date_or_time(std::string_view(fact.value).substr(date))) return ends->local;
    }
    return std::nullopt;
  }

  // The year of a yearless stream's first record: the one that brings its last record nearest to the reference, but not
  // beyond the day after the file was last written.
  std::optional<int> first_year(StreamId id) {
    const Stream& stream = case_.streams[id];
    const Ns modified = case_.evidence[stream.evidence].modified;
    std::optional<Ns> target = journal_end(stream.evidence);
    std::string_view by = "nearest to where journalctl says that the journal ends";
    if (!target) {
      target = reference_;
      by = "nearest to the other evidence";
    }
    if (!target && modified != 0) {
      target = modified;
      by = "the last before the file was written";
    }
    if (!target && options_.now) {
      target = options_.now->ns;
      by = "the last before today";
    }
    if (!target) return std::nullopt;
    const Ns limit = modified != 0 ? modified + kDay : (options_.now ? options_.now->ns + kDay : *target + 200 * kDay);
    const int around = to_civil(*target).year - (to_civil(stream.latest).year - 2000);
    std::optional<int> best;
    Ns best_distance = 0;
    for (int year = around - 1; year <= around + 1; ++year) {
      const auto last = model::with_year(stream.latest, year);
      if (!last || *last > limit) continue;
      const Ns distance = *last > *target ? *last - *target : *target - *last;
      if (!best || distance < best_distance) {
        best = year;
        best_distance = distance;
      }
    }
    if (best) year_why_ = fmt::format("year {}, {}", *best, by);
    return best;
  }

  std::optional<Ns> yeared(StreamId id, Ns raw) {
    const auto year = first_year(id);
    return year ? model::with_year(raw, *year) : std::nullopt;
  }

  void place_wall(StreamId id) {
    const Stream& stream = case_.streams[id];
    const bool in_use = stream.events > 0 || used_by_others(id);
    if (!in_use) return;
    const Citation cite = stream.events > 0 ? case_.cite(stream.first_event) : Citation{stream.evidence, 0, 0, 0};
    const std::string& path = case_.evidence[stream.evidence].path;
    model::StreamClock& clock = case_.clocks.clock(id);
    if (stream.yearless) {
      const auto year = first_year(id);
      if (!year) {
        say(fmt::format(
                "The times of {} name no year and nothing else tells it: its records could not be placed. Give --at.",
                path),
            cite);
        return;
      }
      clock.first_year = *year;
    }
    const ZoneChoice choice = choose_zone(id);
    if (!choice.zone) {
      say(fmt::format(
              "The times of {} name no zone and nothing else tells it: its records could not be placed. Give --tz.",
              path),
          cite);
      return;
    }
    clock.mapped = true;
    clock.zone = choice.zone;
    clock.why = choice.why;
    clock.assumed = choice.assumed;
    if (choice.assumed || stream.yearless || !options_.zone) {
      const std::string how = stream.yearless ? fmt::format("{}; {}", choice.why, year_why_) : choice.why;
      Placed& placed = placed_[how];
      if (std::ranges::find(placed.paths, path) == placed.paths.end()) placed.paths.push_back(path);
      placed.cites.push_back(cite);
    }
  }

  // One statement for all files that were placed the same way.
  void say_placed() {
    constexpr size_t kNamed = 3;
    for (auto& [how, placed] : placed_) {
      std::string names;
      for (size_t i = 0; i < placed.paths.size() && i < kNamed; ++i) names += (i > 0 ? ", " : "") + placed.paths[i];
      if (placed.paths.size() > kNamed)
        names += fmt::format(" and {}", counted(placed.paths.size() - kNamed, "more file", "more files"));
      placed.cites.resize(std::min(placed.cites.size(), kNamed));
      statements_.push_back({fmt::format("The local times of {} are read {}.", names, how), std::move(placed.cites)});
    }
  }

  bool used_by_others(StreamId id) const {
    return std::ranges::any_of(case_.series,
                               [&](const model::Series& s) { return s.stream == id && !s.samples.empty(); }) ||
           std::ranges::any_of(case_.observations,
                               [&](const model::Observation& o) { return o.stream == id && (o.from || o.to); }) ||
           std::ranges::any_of(case_.boot_claims, [&](const model::BootClaim& c) { return c.stream == id; });
  }

  // rtc_hctosys: the RTC counts seconds, and the kernel adds half a one (drivers/rtc/class.c), so the clock set at that
  // message is right to half a second, if the RTC was.
  void anchor_to_rtc() {
    bool said = false;
    for (const model::Landmark& mark : case_.landmarks) {
      if (mark.kind != LandmarkKind::ClockSet) continue;
      const model::Event& event = case_.events[mark.event];
      model::StreamClock& clock = case_.clocks.clock(event.stream);
      if (case_.streams[event.stream].clock != ClockDomain::Monotonic || clock.mapped) continue;
      clock.mapped = true;
      clock.boot_start = mark.number + kSecond / 2 - event.time;
      clock.uncertainty = kSecond / 2;
      clock.why = fmt::format("the kernel set its clock from the RTC, {}", case_.cite_text(case_.cite(mark.event)));
      if (!said) {
        say("Kernel times are placed by the RTC reading that the kernel printed, to half a second; the RTC is taken to "
            "be right.",
            case_.cite(mark.event));
      }
      said = true;
    }
  }

  // The clock that pstore put into a record's name, against the record's last line, which the kernel printed just
  // before.
  void anchor_to_dumps() {
    for (const model::Landmark& mark : case_.landmarks) {
      if (mark.kind != LandmarkKind::DumpWritten) continue;
      const model::Event& event = case_.events[mark.event];
      model::StreamClock& clock = case_.clocks.clock(event.stream);
      if (case_.streams[event.stream].clock != ClockDomain::Monotonic || clock.mapped) continue;
      clock.mapped = true;
      clock.boot_start = mark.number + kSecond / 2 - event.time;
      clock.uncertainty = kSecond / 2;
      clock.why = fmt::format("the time in the name of {}", case_.evidence[case_.streams[event.stream].evidence].path);
      say("Kernel times are placed by the time at which pstore wrote the record, to half a second; the host's clock is "
          "taken to have been right.",
          case_.cite(mark.event));
    }
  }

  void say(std::string text, const Citation& cite) {
    for (const Statement& known : statements_) {
      if (known.text == text) return;
    }
    statements_.push_back({std::move(text), {cite}});
  }

  Case& case_;
  const Options& options_;
  const Names& names_;
  std::optional<Ns> reference_;
  bool any_utc_ = false;
  bool pairs_ready_ = false;
  std::vector<UptimeBoot> boots_;
  bool case_offset_ready_ = false;
  std::optional<Inferred> case_offset_;
  struct Placed {
    std::vector<std::string> paths;
    std::vector<Citation> cites;
  };
  std::map<std::string, Placed> placed_;  // by how
  std::string year_why_;
  std::vector<Statement> statements_;
};

}  // namespace

std::vector<Statement> align_clocks(Case& the_case, const Options& options, const Names& names) {
  return Aligner(the_case, options, names).run();
}

}  // namespace inquest::reason

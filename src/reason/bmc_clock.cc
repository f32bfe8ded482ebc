#include "reason/bmc_clock.h"

#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

namespace inquest::reason {
namespace {

using model::Case;
using model::ClockDomain;
using model::EventId;
using model::LandmarkKind;
using model::Statement;
using model::StreamId;

enum class Kind : uint8_t { Boot, Shutdown, Panic };

// How the controller's record of an event lies to the host's: after the host's time plus `after`, up to plus `before`.
struct Lag {
  Ns after;
  Ns before;
};

// Firmware records a boot when it begins and, at the latest, when it hands over to the kernel, which prints its banner
// then; an ACPI power state or "boot completed" comes with the kernel's drivers. A panic is recorded by the kernel
// itself (drivers/char/ipmi/ipmi_msghandler.c, panic_event()), the end of an orderly shutdown by the firmware.
constexpr Lag lag_of(Kind kind) {
  switch (kind) {
    case Kind::Boot: return {-10 * kMinute, 2 * kMinute};
    case Kind::Shutdown: return {-kMinute, kMinute};
    case Kind::Panic: break;
  }
  return {-5 * kSecond, 30 * kSecond};
}

// Names of the IPMI specification, table 42-3 (sensor types 1Dh, 1Fh, 20h, 22h), as tools print them.
std::optional<Kind> kind_of(std::string_view message) {
  const auto has = [&](std::string_view words) { return message.find(words) != std::string_view::npos; };
  if (has("critical stop") || has("Critical Stop") || has("Critical stop")) return Kind::Panic;
  if (has("graceful shutdown") || has("graceful stop") || has("Graceful Shutdown")) return Kind::Shutdown;
  if (has("System Boot Initiated") || has("System boot initiated") || has("boot completed") || has("OS Boot") ||
      has("S0/G0") || has("Initiated by power up") || has("OEM System boot event"))
    return Kind::Boot;
  return std::nullopt;
}

// One event that both could have seen.
struct Seen {
  Kind kind;
  Ns time;  // UTC; the controller's as it is mapped, or as if it were UTC
  EventId event;
};

// A range of differences under which one event of the controller's is one of the host's.
struct Match {
  Ns low;
  Ns high;
  size_t ours;
  size_t theirs;
};

constexpr size_t kMost = 300;  // events on either side: their pairs are looked at

std::vector<Seen> host_events(const Case& the_case) {
  std::vector<Seen> out;
  for (const model::Landmark& mark : the_case.landmarks) {
    std::optional<Kind> kind;
    if (mark.kind == LandmarkKind::KernelBanner) kind = Kind::Boot;
    if (mark.kind == LandmarkKind::ShutdownEnd) kind = Kind::Shutdown;
    if (mark.kind == LandmarkKind::Panic) kind = Kind::Panic;
    if (!kind || out.size() == kMost) continue;
    const auto when = the_case.when(mark.event);
    if (!when) continue;
    const auto same = std::ranges::any_of(out, [&](const Seen& known) {
      return known.kind == *kind &&
             std::max(known.time, when->middle()) - std::min(known.time, when->middle()) < 2 * kMinute;
    });
    if (!same) out.push_back({*kind, when->middle(), mark.event});
  }
  return out;
}

std::vector<Seen> controller_events(const Case& the_case, StreamId stream) {
  std::vector<Seen> out;
  const model::Stream& of = the_case.streams[stream];
  for (EventId id = of.first_event; id <= of.last_event && out.size() < kMost; ++id) {
    const model::Event& event = the_case.events[id];
    if (event.stream != stream) continue;
    const auto kind = kind_of(the_case.message(id));
    if (!kind) continue;
    const auto when = the_case.when(id);
    out.push_back({*kind, when ? when->middle() : event.time, id});
  }
  return out;
}

// The differences under which most events of the controller's are the host's; nothing where two stretches of time
// serve equally well.
struct Best {
  Ns low = 0;
  Ns high = 0;
  std::vector<Match> matches;
};
std::optional<Best> agree(const std::vector<Seen>& ours, const std::vector<Seen>& theirs) {
  constexpr Ns kFarthest = 400 * kDay;
  std::vector<Match> all;
  for (size_t i = 0; i < ours.size(); ++i) {
    for (size_t j = 0; j < theirs.size(); ++j) {
      if (ours[i].kind != theirs[j].kind) continue;
      const Ns difference = ours[i].time - theirs[j].time;
      if (difference > kFarthest || difference < -kFarthest) continue;
      const Lag lag = lag_of(ours[i].kind);
      all.push_back({difference - lag.before, difference - lag.after, i, j});
    }
  }
  std::optional<Best> best;
  size_t most = 0;
  bool tied = false;
  // The largest overlap begins where some range begins. Pairs are few enough to look at each.
  std::ranges::sort(all, {}, &Match::low);
  if (all.size() > 4000) return std::nullopt;
  for (const Match& start : all) {
    Best here{start.low, start.high, {}};
    std::vector<bool> host_used(theirs.size());
    std::vector<bool> used(ours.size());
    for (const Match& match : all) {
      if (match.low > start.low || match.high < start.low || used[match.ours] || host_used[match.theirs]) continue;
      used[match.ours] = true;
      host_used[match.theirs] = true;
      here.low = std::max(here.low, match.low);
      here.high = std::min(here.high, match.high);
      here.matches.push_back(match);
    }
    if (here.matches.size() > most) {
      most = here.matches.size();
      best = std::move(here);
      tied = false;
    } else if (here.matches.size() == most && best && start.low > best->high) {
      tied = true;
    }
  }
  return tied ? std::nullopt : best;
}

std::string difference_words(Ns low, Ns high) {
  const auto size = [](Ns ns) { return format_duration(ns < 0 ? -ns : ns); };
  if (low <= 0 && high >= 0) return fmt::format("agrees with the host's, within {}", size(std::max(high, -low)));
  const bool ahead = low > 0;
  const Ns least = ahead ? low : -high;
  const Ns most = ahead ? high : -low;
  if (most - least < 2 * kSecond) return fmt::format("is {} {} the host's", size(least), ahead ? "ahead of" : "behind");
  return fmt::format("is between {} and {} {} the host's", size(least), size(most), ahead ? "ahead of" : "behind");
}

// Local times were read in a zone; what is left of the difference goes into it.
bool correct(Case& the_case, StreamId stream, const Best& best) {
  const model::Stream& of = the_case.streams[stream];
  model::StreamClock& clock = the_case.clocks.clock(stream);
  if (of.clock != ClockDomain::LocalWall || of.yearless) return false;
  if (best.low <= 0 && best.high >= 0) return false;
  Ns offset = 0;
  if (clock.mapped && clock.zone) {
    offset = clock.zone->offset_at(of.earliest);
    if (clock.zone->offset_at(of.latest) != offset) return false;
  }
  const Ns middle = best.low + (best.high - best.low) / 2;
  const Ns whole = middle / kSecond * kSecond;
  clock.zone = Zone::fixed(offset + whole);
  clock.mapped = true;
  clock.uncertainty = std::max(best.high - whole, whole - best.low);
  clock.why = "corrected by events that the host recorded too";
  return true;
}

}  // namespace

std::vector<Statement> compare_bmc_clocks(Case& the_case) {
  std::vector<Statement> out;
  const std::vector<Seen> theirs = host_events(the_case);
  for (StreamId id = 0; id < the_case.streams.size() && !theirs.empty(); ++id) {
    const model::Stream& stream = the_case.streams[id];
    if (stream.channel != model::Channel::Management || stream.events == 0 || stream.clock == ClockDomain::None)
      continue;
    const std::vector<Seen> ours = controller_events(the_case, id);
    const auto best = agree(ours, theirs);
    if (!best) continue;
    const bool alone = best->matches.size() < 2;
    if (alone && ours[best->matches[0].ours].kind == Kind::Boot) continue;
    std::vector<model::Citation> cites;
    for (const Match& match : best->matches) {
      if (cites.size() >= 6) break;
      cites.push_back(the_case.cite(ours[match.ours].event));
      cites.push_back(the_case.cite(theirs[match.theirs].event));
    }
    const std::string& path = the_case.evidence[stream.evidence].path;
    const std::string words = difference_words(best->low, best->high);
    if (alone) {
      out.push_back(
          {fmt::format("The management controller's clock in {} {}, if the one event that both recorded is the "
                       "same; its times are left as they are.",
                       path, words),
           std::move(cites)});
      continue;
    }
    const bool corrected = correct(the_case, id, *best);
    out.push_back(
        {fmt::format("The management controller's clock in {} {}: {} of its events are the host's own{}.", path, words,
                     best->matches.size(), corrected ? ", and its times are corrected by that" : ""),
         std::move(cites)});
  }
  return out;
}

}  // namespace inquest::reason

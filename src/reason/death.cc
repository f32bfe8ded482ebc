#include "reason/death.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "reason/witnesses.h"

namespace inquest::reason {
namespace {

using model::BootEnd;
using model::Case;
using model::LandmarkKind;
using model::Moment;
using model::Observation;
using model::StrId;

// A host that figures show back within this time was rebooted, by somebody or something; that alone is no death.
constexpr Ns kQuickReboot = 10 * kMinute;
// A shutdown that heat or a UPS began takes minutes at most.
constexpr Ns kAlarm = 15 * kMinute;
// A log that goes on for so long after a host was lost shows that it was alive.
constexpr Ns kGoesOn = 3 * kMinute;

class Inquest {
 public:
  explicit Inquest(const Scene& scene) : scene_(scene), case_(scene.the_case) {}

  std::vector<Death> run() {
    from_boots();
    from_peers_and_people();
    for (Death& death : deaths_) investigate(death);
    std::erase_if(deaths_, [&](const Death& death) { return !convincing(death); });
    choose_by_time();
    return std::move(deaths_);
  }

 private:
  void from_boots() {
    for (size_t i = 0; i < scene_.boots.size(); ++i) {
      const BootTrack& boot = scene_.boots[i];
      if (crash_kernel(case_, boot)) continue;  // it saves what is left and restarts the host
      const bool followed = i + 1 < scene_.boots.size() && scene_.boots[i + 1].host == boot.host;
      const bool forced = boot.end == BootEnd::Orderly && forced_down(boot);
      if ((boot.end == BootEnd::Orderly && !forced) || boot.end == BootEnd::Running) continue;
      // Boots that nothing but a list shows are history, not evidence of how they ended.
      const bool own_words = !boot.segments.empty() || boot.uptime;
      if (!own_words || (!followed && boot.end != BootEnd::Panicked && !forced)) continue;
      Death& death = deaths_.emplace_back();
      if (forced) death.fate = Fate::Forced;
      death.host = boot.host;
      death.boot = &boot;
      death.next = followed ? &scene_.boots[i + 1] : nullptr;
      const bool on = i + 2 < scene_.boots.size() && scene_.boots[i + 2].host == boot.host;
      if (followed && on && crash_kernel(case_, *death.next)) death.next = &scene_.boots[i + 2];
    }
  }

  bool forced_down(const BootTrack& boot) const {
    const auto end = last_line(boot);
    return end && (thermal_alarm(boot) != nullptr || power_alarm(scene_, end->latest) != nullptr);
  }

  // The last line of any log of a boot that has a time.
  std::optional<Moment> last_line(const BootTrack& boot) const {
    std::optional<Moment> out;
    for (const Segment& segment : boot.segments) {
      const auto when = case_.when(segment.last);
      if (when && (!out || when->latest > out->latest)) out = when;
    }
    return out;
  }

  // When a peer or a person first says that the host was lost.
  std::optional<Ns> first_loss(StrId host) const {
    std::optional<Ns> out;
    const auto add = [&](const std::optional<Moment>& when) {
      if (when && (!out || when->latest < *out)) out = when->latest;
    };
    for (const model::Landmark& mark : case_.landmarks) {
      if (!peer_report(mark.kind) || scene_.names.node(mark.number) != host) continue;
      if (case_.host_of(case_.events[mark.event]) != host) add(case_.when(mark.event));
    }
    for (const Observation& seen : case_.observations) {
      const auto& raw = seen.from ? seen.from : seen.to;
      if (raw && speaks_of_death(seen) && scene_.names.host(seen.host) == host && seen.precision < Precision::Day)
        add(case_.when(seen.stream, *raw));
    }
    return out;
  }

  // A host that was lost while its own log goes on was alive; one whose log ended in order just then was shut down.
  bool lived_or_left_in_order(Death& death) const {
    const auto lost = first_loss(death.host);
    if (!lost) return false;
    for (size_t i = 0; i < scene_.boots.size(); ++i) {
      const BootTrack& boot = scene_.boots[i];
      const auto last = last_line(boot);
      if (boot.host != death.host || !last || !boot.start || boot.start->earliest > *lost) continue;
      const bool followed = i + 1 < scene_.boots.size() && scene_.boots[i + 1].host == boot.host;
      const BootTrack* next = followed ? &scene_.boots[i + 1] : nullptr;
      const bool next_came = next == nullptr || !next->start || next->start->latest + kQuickReboot > *lost;
      if (last->earliest > *lost + kGoesOn) {
        death.fate = Fate::Alive;
        death.boot = &boot;
        death.next = nullptr;
        return true;
      }
      if (boot.end == BootEnd::Orderly && next_came && last->latest < *lost + kQuickReboot) {
        death.fate = Fate::Orderly;
        death.boot = &boot;
        death.next = next;
        return true;
      }
    }
    return false;
  }

  // Deaths of hosts that left no two boots behind: after the last boot that is known, if any.
  void from_peers_and_people() {
    std::vector<StrId> hosts;
    const auto add = [&](StrId host) {
      if (std::ranges::find(hosts, host) == hosts.end()) hosts.push_back(host);
    };
    for (const Observation& seen : case_.observations) {
      if (speaks_of_death(seen)) add(scene_.names.host(seen.host));
    }
    for (const model::Landmark& mark : case_.landmarks) {
      if (mark.kind == LandmarkKind::KnetNoLinks && scene_.names.node(mark.number) != 0 && !cut_off(mark))
        add(scene_.names.node(mark.number));
    }
    for (const StrId host : hosts) {
      if (std::ranges::any_of(deaths_, [&](const Death& death) { return death.host == host; })) continue;
      Death& death = deaths_.emplace_back();
      death.host = host;
      if (lived_or_left_in_order(death)) continue;
      // The only boot known is the one that followed where it began after the loss, or, where either time is not known,
      // its log was read from the running kernel.
      std::optional<Ns> lost = first_loss(host);
      for (const model::Landmark& mark : case_.landmarks) {
        if (!peer_report(mark.kind) || scene_.names.node(mark.number) != host) continue;
        if (const auto when = case_.when(mark.event)) lost = when->latest;
      }
      for (const BootTrack& boot : scene_.boots) {
        if (boot.host != host) continue;
        const bool after = lost && boot.start ? boot.start->latest > *lost : boot.end == BootEnd::Running;
        if (after && death.next == nullptr) death.next = &boot;
        if (!after) death.boot = &boot;
      }
    }
  }

  // Whether who lost that peer lost another in the same minute, and nobody else lost that one: then it was cut off
  // itself.
  bool cut_off(const model::Landmark& lost) const {
    const StrId reporter = case_.host_of(case_.events[lost.event]);
    const auto when = case_.when(lost.event);
    bool several = false;
    for (const model::Landmark& mark : case_.landmarks) {
      if (mark.kind != LandmarkKind::KnetNoLinks) continue;
      const bool same_peer = mark.number == lost.number;
      const bool same_reporter = case_.host_of(case_.events[mark.event]) == reporter;
      if (same_peer == same_reporter) continue;
      const auto other = case_.when(mark.event);
      const bool together =
          when && other && when->earliest <= other->latest + kMinute && other->earliest <= when->latest + kMinute;
      if (!together) continue;
      if (same_peer) return false;
      several = true;
    }
    return several;
  }

  void investigate(Death& death) {
    if (death.next != nullptr) death.reset = death.next->start;
    if (death.boot != nullptr) death.panic = death.boot->landmark(LandmarkKind::Panic);
    if (death.fate == Fate::Alive) {
      hear_peers(scene_, death);
      hear_people(scene_, death);
      death.after = death.before;
      death.text = "That is when it was lost; its own log goes on.";
      return;
    }
    hear_figures(scene_, death);
    hear_logs(scene_, death);
    hear_peers(scene_, death);
    hear_people(scene_, death);
    hear_panic(death);
    if (death.fate != Fate::Died) end_in_order(death);
    conclude(death);
  }

  // Who shuts down in order says so: what others saw of it came later.
  void end_in_order(Death& death) const {
    const auto last = last_line(*death.boot);
    if (!last) return;
    death.after = last;
    death.before = last;
    death.cites = death.boot->end_cites;
  }

  // A panic is the death itself: between the line that says so and the last line behind it.
  void hear_panic(Death& death) {
    if (death.panic == nullptr) return;
    const auto when = case_.when(death.panic->event);
    if (!when) return;
    Moment end = *when;
    for (const Segment& segment : death.boot->segments) {
      const auto last = case_.when(segment.last);
      if (last && last->latest > end.latest) end = *last;
    }
    // Lines stamped by one clock share its offset; the end is no better known than the start.
    death.after = *when;
    death.before = end;
    death.cites = {case_.cite(death.panic->event)};
  }

  void conclude(Death& death) {
    if (death.reset && (!death.before || death.reset->latest < death.before->latest)) {
      death.before = death.reset;
      if (!death.next->start_cites.empty()) death.cites.push_back(death.next->start_cites.front());
    }
    if (death.after && death.before && death.before->latest < death.after->earliest) {
      death.contradictions.push_back(
          {"life-after-death",
           fmt::format("A sign of life at {} comes after the silence at {}: one of the clocks is wrong, or a zone is.",
                       format_utc(death.after->last()), format_utc(death.before->last())),
           death.cites});
      std::swap(death.after, death.before);
    }
    death.text = window_text(death);
  }

  std::string window_text(const Death& death) const {
    if (death.panic != nullptr) return "The kernel said itself that it died.";
    if (death.fate != Fate::Died) return "The last line of its log, which ends in order.";
    if (!death.after && !death.before) return "Nothing in the evidence puts a time to it.";
    std::string text;
    if (death.after && death.before) {
      text = fmt::format("A window of {}: ", format_duration(death.before->latest - death.after->earliest));
    }
    text += death.after ? fmt::format("the last sign of life is of {}", format_utc(death.after->first()))
                        : std::string("no sign of life before it has a time");
    if (!death.before) return text + "; nothing shows when the silence began.";
    const bool by_reset = death.reset && death.before->latest == death.reset->latest;
    text += fmt::format("; {} {}", by_reset ? "the next kernel started at" : "it was silent by",
                        format_utc(death.before->last()));
    if (by_reset && death.reset) text += ", and nothing between them narrows it";
    return text + ".";
  }

  // A death needs more than a boot that another follows: words of its own, a record that breaks off, a long silence, a
  // peer's loss or a person's word.
  bool convincing(const Death& death) const {
    if (death.panic != nullptr || death.fate != Fate::Died ||
        (death.boot != nullptr && (death.boot->end == BootEnd::Cut || death.boot->end == BootEnd::Panicked)))
      return true;
    if (std::ranges::any_of(death.observations, [](const Observation* seen) { return speaks_of_death(*seen); }))
      return true;
    if (death.boot != nullptr && death.boot->uptime && death.next != nullptr && death.next->uptime) {
      const Ns down = death.next->uptime->start_before - death.boot->uptime->last_utc;
      return down > kQuickReboot || death.peer_lost != nullptr;
    }
    return death.peer_lost != nullptr && !went_on(death) && !came_back(death);
  }

  // Whether its own records end only after the peer lost it: then the cluster's network failed, or they end in order.
  bool went_on(const Death& death) const {
    if (death.boot == nullptr) return false;
    const auto last = last_line(*death.boot);
    const auto lost = case_.when(death.peer_lost->event);
    return !last || !lost || last->earliest > lost->latest;
  }

  // Whether the peer saw its links come up again within minutes: a cable, a switch, a reboot.
  bool came_back(const Death& death) const {
    const auto lost = case_.when(death.peer_lost->event);
    return std::ranges::any_of(case_.landmarks, [&](const model::Landmark& mark) {
      if (mark.kind != LandmarkKind::KnetLinkUp || scene_.names.node(mark.number) != death.host) return false;
      const auto up = case_.when(mark.event);
      return lost && up && up->latest > lost->latest && up->latest - lost->latest < kQuickReboot;
    });
  }

  // --at names one death: the nearest to it.
  void choose_by_time() {
    if (!scene_.at || deaths_.size() < 2) return;
    const auto distance = [&](const Death& death) {
      const auto& when = death.after ? death.after : death.before;
      if (!when) return std::numeric_limits<Ns>::max();
      return when->middle() > scene_.at->ns ? when->middle() - scene_.at->ns : scene_.at->ns - when->middle();
    };
    const auto nearest = std::ranges::min_element(deaths_, {}, distance);
    Death chosen = std::move(*nearest);
    deaths_.clear();
    deaths_.push_back(std::move(chosen));
  }

  const Scene& scene_;
  const Case& case_;
  std::vector<Death> deaths_;
};

}  // namespace

const model::Landmark* power_alarm(const Scene& scene, Ns before) {
  const model::Landmark* found = nullptr;
  for (const model::Landmark& mark : scene.the_case.landmarks) {
    if (mark.kind != LandmarkKind::HardwareEvent && mark.kind != LandmarkKind::ShutdownBegin) continue;
    const std::string_view text = scene.the_case.str(mark.text);
    static constexpr std::string_view kWords[] = {
        "on battery",    "battery is low",          "power-fail shutdown",        "Power failure.",
        "UPS batteries", "Battery power exhausted", "forced shutdown in progress"};
    if (std::ranges::none_of(kWords,
                             [&](std::string_view words) { return text.find(words) != std::string_view::npos; }))
      continue;
    const auto when = scene.the_case.when(mark.event);
    if (when && when->latest <= before + kMinute && before - when->latest <= kAlarm) found = &mark;
  }
  return found;
}

const model::Landmark* thermal_alarm(const BootTrack& boot) { return boot.landmark(LandmarkKind::Thermal); }

bool shows_panic(const Observation& seen) {
  return seen.kind == "panic-screen" || (seen.kind == "screen-shows" && contains_nocase(seen.text, "panic"));
}

std::optional<Ns> Death::silence() const {
  if (!after || !reset || reset->latest < after->middle()) return std::nullopt;
  return reset->latest - after->middle();
}

bool Death::in_range(Ns utc) const {
  if (boot != nullptr && boot->start && utc < boot->start->earliest) return false;
  return next == nullptr || !next->start || utc < next->start->latest;
}

std::vector<Death> find_deaths(const Scene& scene) { return Inquest(scene).run(); }

}  // namespace inquest::reason

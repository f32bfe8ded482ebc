#include "reason/death.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::reason {
namespace {

using model::BootEnd;
using model::Case;
using model::Channel;
using model::Citation;
using model::LandmarkKind;
using model::Moment;
using model::Observation;
using model::Sample;
using model::Series;
using model::StrId;
using model::Witness;

// A host that figures show back within this time was rebooted, by somebody or something; that alone is no death.
constexpr Ns kQuickReboot = 10 * kMinute;
// Telegraf's own default for agent.flush_interval (docs/CONFIGURATION.md, "flush_interval").
// A shutdown that heat or a UPS began takes minutes at most.
constexpr Ns kAlarm = 15 * kMinute;
// A log that goes on for so long after a host was lost shows that it was alive.
constexpr Ns kGoesOn = 3 * kMinute;
constexpr Ns kDefaultFlush = 10 * kSecond;

bool speaks_of_death(const Observation& seen) {
  if (shows_panic(seen)) return true;
  static constexpr std::string_view kKinds[] = {"console-dead", "screen-frozen", "unreachable",
                                                "hard-reset",   "power-cycle",   "powered-off"};
  return std::ranges::find(kKinds, seen.kind) != std::end(kKinds);
}

bool peer_report(LandmarkKind kind) {
  return kind == LandmarkKind::KnetNoLinks || kind == LandmarkKind::KnetLinkDown ||
         kind == LandmarkKind::MembershipLost;
}

Ns fact_ns(const Case& the_case, std::string_view key, Ns otherwise) {
  for (const model::Fact& fact : the_case.facts) {
    if (fact.key == key) return parse_int<Ns>(fact.value).value_or(otherwise);
  }
  return otherwise;
}

Citation cite(const Sample& sample) { return {sample.evidence, sample.line, sample.offset, 0}; }

// One recorder's figures of one host: the last before the death, and the first after it.
struct Figures {
  std::string name;
  std::optional<Moment> last;
  Sample last_sample;
  std::optional<Moment> next;
  Sample next_sample;
  Ns interval = 0;
};

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
      if (mark.kind == LandmarkKind::KnetNoLinks && scene_.names.node(mark.number) != 0)
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

  void investigate(Death& death) {
    if (death.next != nullptr) death.reset = death.next->start;
    if (death.boot != nullptr) death.panic = death.boot->landmark(LandmarkKind::Panic);
    if (death.fate == Fate::Alive) {
      hear_peers(death);
      hear_people(death);
      death.after = death.before;
      death.text = "That is when it was lost; its own log goes on.";
      return;
    }
    hear_figures(death);
    hear_logs(death);
    hear_peers(death);
    hear_people(death);
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

  // Signs of life move `after` forward, meaningful silences move `before` back.
  static void alive(Death& death, const Moment& when, const Citation& where) {
    if (death.after && when.earliest <= death.after->earliest) return;
    death.after = when;
    death.cites.insert(death.cites.begin(), where);
  }
  static void silent(Death& death, const Moment& when, const Citation& where) {
    if (death.before && when.latest >= death.before->latest) return;
    death.before = when;
    death.cites.push_back(where);
  }

  std::string network_path(const Death& death) const {
    return fmt::format("network of {}", scene_.names.display(death.host));
  }

  void hear_figures(Death& death) {
    std::map<model::StreamId, Figures> recorders;
    for (const Series& series : case_.series) {
      if (scene_.names.host(series.host) != death.host || series.samples.empty()) continue;
      Figures& figures = recorders[series.stream];
      if (figures.name.empty()) figures.name = std::string(case_.str(case_.streams[series.stream].source));
      const Ns interval = sampling_interval(case_, series);
      if (interval > 0 && (figures.interval == 0 || interval < figures.interval)) figures.interval = interval;
      for (size_t i = 0; i < series.samples.size(); ++i) {
        const Sample& sample = series.samples[i];
        const auto when = case_.when(series.stream, sample.time);
        if (!when) continue;
        if (death.next != nullptr && death.next->start && when->earliest >= death.next->start->earliest) {
          if (!figures.next || when->earliest < figures.next->earliest) {
            figures.next = when;
            figures.next_sample = sample;
          }
        } else if (death.in_range(when->latest) && (!figures.last || when->latest > figures.last->latest)) {
          figures.last = when;
          figures.last_sample = sample;
        }
      }
    }
    // Exports of one recorder are one witness: the latest sample of them all, and a later one from any proves that it
    // went on.
    std::map<std::string, Figures> merged;
    for (auto& [stream, figures] : recorders) {
      if (!figures.last) continue;
      auto [at, added] = merged.try_emplace(figures.name, figures);
      if (added) continue;
      Figures& known = at->second;
      if (figures.last->latest > known.last->latest ||
          (figures.last->latest == known.last->latest && figures.next && !known.next)) {
        std::swap(known.last, figures.last);
        std::swap(known.last_sample, figures.last_sample);
        std::swap(known.next, figures.next);
        std::swap(known.next_sample, figures.next_sample);
      }
      if (figures.interval > 0 && (known.interval == 0 || figures.interval < known.interval))
        known.interval = figures.interval;
    }
    for (const auto& [name, figures] : merged) add_figures(death, figures);
  }

  void add_figures(Death& death, const Figures& figures) {
    Witness witness;
    witness.name = fmt::format("{} figures", printable(figures.name));
    witness.path = network_path(death);
    witness.window.after = figures.last->last();
    witness.cites.push_back(cite(figures.last_sample));
    witness.text = fmt::format("last figure at {}", format_utc(figures.last->last()));
    alive(death, *figures.last, cite(figures.last_sample));
    if (figures.interval > 0) {
      const Ns flush = fact_ns(case_, "telegraf.flush_interval", kDefaultFlush) +
                       fact_ns(case_, "telegraf.flush_jitter", 0) + fact_ns(case_, "telegraf.collection_jitter", 0);
      witness.text += fmt::format(", one due every {}", format_duration(figures.interval));
      // Only figures that go on later in the same export show that the export covers the silence.
      if (figures.next) {
        const Ns due = figures.last->latest + figures.interval + flush;
        const Moment silence{due, due, figures.last->precision};
        witness.window.before = silence.last();
        witness.cites.push_back(cite(figures.next_sample));
        witness.text += fmt::format(
            "; with {} for sending, silent by {} if what receives them was running (its next figure is of {})",
            format_duration(flush), format_utc(silence.last()), format_utc(figures.next->first()));
        silent(death, silence, cite(figures.next_sample));
        death.network_silent = true;
      } else {
        witness.text += "; no later figure shows that the export covers what followed";
      }
    }
    death.witnesses.push_back(std::move(witness));
  }

  void hear_logs(Death& death) {
    const auto add = [&](const Segment& segment, model::EventId last) {
      const model::Stream& stream = case_.streams[segment.stream];
      const auto when = case_.when(last);
      Witness witness;
      witness.name =
          fmt::format("{} ({})", printable(case_.str(stream.source)), printable(case_.evidence[stream.evidence].path));
      witness.path =
          stream.channel == Channel::Network ? network_path(death) : std::string(model::to_string(stream.channel));
      witness.cites.push_back(case_.cite(last));
      if (when) {
        witness.window.after = when->last();
        witness.text = fmt::format("last line at {}", format_utc(when->last()));
        alive(death, *when, case_.cite(last));
      } else {
        witness.text = "its last line has no time on UTC";
      }
      death.witnesses.push_back(std::move(witness));
    };
    if (death.boot != nullptr) {
      for (const Segment& segment : death.boot->segments) add(segment, segment.last);
    }
    // Logs of the host that belong to no one boot count by their times.
    for (const Presence& presence : scene_.presences) {
      if (scene_.names.host(presence.host) != death.host || in_boots(presence)) continue;
      // A management controller goes on writing when the host is dead.
      if (case_.streams[presence.stream].channel == Channel::Management) continue;
      model::EventId best = model::kNoEvent;
      Ns best_time = 0;
      for_each_event(case_, {presence.stream, presence.host, presence.first, presence.last}, [&](model::EventId id) {
        const auto when = case_.when(id);
        if (when && death.in_range(when->latest) && (best == model::kNoEvent || when->latest > best_time)) {
          best = id;
          best_time = when->latest;
        }
      });
      if (best != model::kNoEvent) add({presence.stream, presence.host, best, best}, best);
    }
  }

  bool in_boots(const Presence& presence) const {
    return std::ranges::any_of(scene_.boots, [&](const BootTrack& boot) {
      return std::ranges::any_of(boot.segments, [&](const Segment& segment) {
        return segment.stream == presence.stream && segment.host == presence.host;
      });
    });
  }

  void hear_peers(Death& death) {
    std::optional<Moment> first;
    for (const model::Landmark& mark : case_.landmarks) {
      if (!peer_report(mark.kind) || scene_.names.node(mark.number) != death.host) continue;
      const StrId peer = case_.host_of(case_.events[mark.event]);
      if (peer == death.host) continue;
      const auto when = case_.when(mark.event);
      if (!when) {
        if (death.peer_lost == nullptr) death.peer_lost = &mark;
        continue;
      }
      // A loss before the last sign of life was another one, which passed.
      if (!death.in_range(when->latest) || (death.after && when->latest < death.after->earliest)) continue;
      if (first && when->latest >= first->latest) continue;
      first = when;
      death.peer_lost = &mark;
    }
    if (death.peer_lost == nullptr) return;
    const model::Landmark& mark = *death.peer_lost;
    Witness witness;
    const StrId peer = case_.host_of(case_.events[mark.event]);
    witness.name = fmt::format("corosync on {}", peer == 0 ? "a peer" : scene_.names.display(peer));
    witness.path = network_path(death);
    witness.cites.push_back(case_.cite(mark.event));
    if (first) {
      witness.window.before = first->last();
      witness.text =
          fmt::format("lost it by {} ({}), on the peer's own clock; how far that is from the clock of {} is not known",
                      format_utc(first->last()), printable(case_.str(mark.text)), scene_.names.display(death.host));
      silent(death, *first, case_.cite(mark.event));
    } else {
      witness.text =
          fmt::format("lost it ({}) at a time that could not be placed on UTC", printable(case_.str(mark.text)));
    }
    death.network_silent = true;
    death.witnesses.push_back(std::move(witness));
  }

  void hear_people(Death& death) {
    for (const Observation& seen : case_.observations) {
      if (scene_.names.host(seen.host) != death.host) continue;
      const auto from = seen.from ? case_.when(seen.stream, *seen.from) : std::nullopt;
      const auto to = seen.to ? case_.when(seen.stream, *seen.to) : from;
      if (to && seen.precision < Precision::Day && !death.in_range(to->latest) && speaks_of_death(seen)) continue;
      death.observations.push_back(&seen);
      const bool testifies = speaks_of_death(seen) || seen.kind == "powered-on" || seen.kind == "fans-on" ||
                             seen.kind == "leds-on" || seen.kind == "switch-port-idle" || seen.kind == "network-up";
      if (!testifies) continue;
      Witness witness;
      witness.name = seen.sense == "recorder" ? fmt::format("the recorder: {}", printable(seen.kind))
                                              : fmt::format("a person: {}", printable(seen.kind));
      const bool of_network =
          seen.kind == "switch-port-idle" || seen.kind == "unreachable" || seen.kind == "network-up";
      witness.path = of_network ? network_path(death) : "in front of the machine";
      witness.text = printable(seen.text);
      witness.cites.push_back(seen.cite);
      if (from && seen.precision < Precision::Day && seen.kind != "network-up" && seen.kind != "powered-on" &&
          seen.kind != "fans-on" && seen.kind != "leds-on") {
        witness.window.before = from->last();
        silent(death, *from, seen.cite);
      }
      death.witnesses.push_back(std::move(witness));
    }
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

bool Death::in_range(Ns utc) const {
  if (boot != nullptr && boot->start && utc < boot->start->earliest) return false;
  return next == nullptr || !next->start || utc < next->start->latest;
}

Ns sampling_interval(const Case& the_case, const Series& series) {
  std::vector<Ns> steps;
  for (size_t i = 1; i < series.samples.size() && steps.size() < 1000; ++i) {
    const Ns step = series.samples[i].time - series.samples[i - 1].time;
    if (step > 0) steps.push_back(step);
  }
  if (steps.size() >= 3) {
    std::ranges::nth_element(steps, steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2));
    return steps[steps.size() / 2];
  }
  return fact_ns(the_case, "telegraf.interval", 0);
}

std::vector<Death> find_deaths(const Scene& scene) { return Inquest(scene).run(); }

}  // namespace inquest::reason

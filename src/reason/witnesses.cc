#include "reason/witnesses.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::reason {
namespace {

using model::Case;
using model::Channel;
using model::Citation;
using model::Moment;
using model::Observation;
using model::Sample;
using model::Series;
using model::StrId;
using model::Witness;

// Telegraf's own default for agent.flush_interval (docs/CONFIGURATION.md, "flush_interval").
constexpr Ns kDefaultFlush = 10 * kSecond;

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

class Hearing {
 public:
  Hearing(const Scene& scene, Death& death) : scene_(scene), case_(scene.the_case), death_(death) {}

  // Signs of life move `after` forward, meaningful silences move `before` back.
  void alive(const Moment& when, const Citation& where) {
    if (death_.after && when.earliest <= death_.after->earliest) return;
    death_.after = when;
    death_.cites.insert(death_.cites.begin(), where);
  }
  void silent(const Moment& when, const Citation& where) {
    if (death_.before && when.latest >= death_.before->latest) return;
    death_.before = when;
    death_.cites.push_back(where);
  }

  std::string network_path() const { return fmt::format("network of {}", scene_.names.display(death_.host)); }

  void hear_figures() {
    std::map<model::StreamId, Figures> recorders;
    for (const Series& series : case_.series) {
      if (scene_.names.host(series.host) != death_.host || series.samples.empty()) continue;
      Figures& figures = recorders[series.stream];
      if (figures.name.empty()) figures.name = std::string(case_.str(case_.streams[series.stream].source));
      const Ns interval = sampling_interval(case_, series);
      if (interval > 0 && (figures.interval == 0 || interval < figures.interval)) figures.interval = interval;
      for (size_t i = 0; i < series.samples.size(); ++i) {
        const Sample& sample = series.samples[i];
        const auto when = case_.when(series.stream, sample.time);
        if (!when) continue;
        if (death_.next != nullptr && death_.next->start && when->earliest >= death_.next->start->earliest) {
          if (!figures.next || when->earliest < figures.next->earliest) {
            figures.next = when;
            figures.next_sample = sample;
          }
        } else if (death_.in_range(when->latest) && (!figures.last || when->latest > figures.last->latest)) {
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
    for (const auto& [name, figures] : merged) add_figures(figures);
  }

  void add_figures(const Figures& figures) {
    Witness witness;
    witness.name = fmt::format("{} figures", printable(figures.name));
    witness.path = network_path();
    witness.window.after = figures.last->last();
    witness.cites.push_back(cite(figures.last_sample));
    witness.text = fmt::format("last figure at {}", format_utc(figures.last->last()));
    alive(*figures.last, cite(figures.last_sample));
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
        silent(silence, cite(figures.next_sample));
        death_.network_silent = true;
      } else {
        witness.text += "; no later figure shows that the export covers what followed";
      }
    }
    death_.witnesses.push_back(std::move(witness));
  }

  void hear_logs() {
    const auto add = [&](const Segment& segment, model::EventId last) {
      const model::Stream& stream = case_.streams[segment.stream];
      const auto when = case_.when(last);
      Witness witness;
      witness.name =
          fmt::format("{} ({})", printable(case_.str(stream.source)), printable(case_.evidence[stream.evidence].path));
      witness.path =
          stream.channel == Channel::Network ? network_path() : std::string(model::to_string(stream.channel));
      witness.cites.push_back(case_.cite(last));
      if (when) {
        witness.window.after = when->last();
        witness.text = fmt::format("last line at {}", format_utc(when->last()));
        alive(*when, case_.cite(last));
      } else {
        witness.text = "its last line has no time on UTC";
      }
      death_.witnesses.push_back(std::move(witness));
    };
    if (death_.boot != nullptr) {
      for (const Segment& segment : death_.boot->segments) add(segment, segment.last);
    }
    // Logs of the host that belong to no one boot count by their times.
    for (const Presence& presence : scene_.presences) {
      if (scene_.names.host(presence.host) != death_.host || in_boots(presence)) continue;
      // A management controller goes on writing when the host is dead.
      if (case_.streams[presence.stream].channel == Channel::Management) continue;
      model::EventId best = model::kNoEvent;
      Ns best_time = 0;
      for_each_event(case_, {presence.stream, presence.host, presence.first, presence.last}, [&](model::EventId id) {
        const auto when = case_.when(id);
        if (when && death_.in_range(when->latest) && (best == model::kNoEvent || when->latest > best_time)) {
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

  void hear_peers() {
    std::optional<Moment> first;
    for (const model::Landmark& mark : case_.landmarks) {
      if (!peer_report(mark.kind) || scene_.names.node(mark.number) != death_.host) continue;
      const StrId peer = case_.host_of(case_.events[mark.event]);
      if (peer == death_.host) continue;
      const auto when = case_.when(mark.event);
      if (!when) {
        if (death_.peer_lost == nullptr) death_.peer_lost = &mark;
        continue;
      }
      // A loss before the last sign of life was another one, which passed.
      if (!death_.in_range(when->latest) || (death_.after && when->latest < death_.after->earliest)) continue;
      if (first && when->latest >= first->latest) continue;
      first = when;
      death_.peer_lost = &mark;
    }
    if (death_.peer_lost == nullptr) return;
    const model::Landmark& mark = *death_.peer_lost;
    Witness witness;
    const StrId peer = case_.host_of(case_.events[mark.event]);
    witness.name = fmt::format("corosync on {}", peer == 0 ? "a peer" : scene_.names.display(peer));
    witness.path = network_path();
    witness.cites.push_back(case_.cite(mark.event));
    if (first) {
      witness.window.before = first->last();
      witness.text =
          fmt::format("lost it by {} ({}), on the peer's own clock; how far that is from the clock of {} is not known",
                      format_utc(first->last()), printable(case_.str(mark.text)), scene_.names.display(death_.host));
      silent(*first, case_.cite(mark.event));
    } else {
      witness.text =
          fmt::format("lost it ({}) at a time that could not be placed on UTC", printable(case_.str(mark.text)));
    }
    death_.network_silent = true;
    death_.witnesses.push_back(std::move(witness));
  }

  void hear_people() {
    for (const Observation& seen : case_.observations) {
      if (scene_.names.host(seen.host) != death_.host) continue;
      const auto from = seen.from ? case_.when(seen.stream, *seen.from) : std::nullopt;
      const auto to = seen.to ? case_.when(seen.stream, *seen.to) : from;
      if (to && seen.precision < Precision::Day && speaks_of_death(seen) &&
          (!death_.in_range(to->latest) || before_start(*to)))
        continue;
      death_.observations.push_back(&seen);
      const bool testifies = speaks_of_death(seen) || seen.kind == "powered-on" || seen.kind == "fans-on" ||
                             seen.kind == "leds-on" || seen.kind == "switch-port-idle" || seen.kind == "network-up";
      if (!testifies) continue;
      Witness witness;
      witness.name = seen.sense == "recorder" ? fmt::format("the recorder: {}", printable(seen.kind))
                                              : fmt::format("a person: {}", printable(seen.kind));
      const bool of_network =
          seen.kind == "switch-port-idle" || seen.kind == "unreachable" || seen.kind == "network-up";
      witness.path = of_network ? network_path() : "in front of the machine";
      witness.text = printable(seen.text);
      witness.cites.push_back(seen.cite);
      if (from && seen.precision < Precision::Day && seen.kind != "network-up" && seen.kind != "powered-on" &&
          seen.kind != "fans-on" && seen.kind != "leds-on") {
        witness.window.before = from->last();
        silent(*from, seen.cite);
      }
      death_.witnesses.push_back(std::move(witness));
    }
  }

  // What was seen before the boot's first word was seen of the death before it: who resets a host does so a minute or
  // two before its next kernel speaks.
  bool before_start(const Moment& seen) {
    return death_.boot != nullptr && death_.boot->start && seen.latest < death_.boot->start->latest;
  }

 private:
  const Scene& scene_;
  const Case& case_;
  Death& death_;
};

}  // namespace

bool speaks_of_death(const Observation& seen) {
  if (shows_panic(seen)) return true;
  static constexpr std::string_view kKinds[] = {"console-dead", "screen-frozen", "unreachable",
                                                "hard-reset",   "power-cycle",   "powered-off"};
  return std::ranges::find(kKinds, seen.kind) != std::end(kKinds);
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

void hear_figures(const Scene& scene, Death& death) { Hearing(scene, death).hear_figures(); }
void hear_logs(const Scene& scene, Death& death) { Hearing(scene, death).hear_logs(); }
void hear_peers(const Scene& scene, Death& death) { Hearing(scene, death).hear_peers(); }
void hear_people(const Scene& scene, Death& death) { Hearing(scene, death).hear_people(); }

}  // namespace inquest::reason

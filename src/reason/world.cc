#include "reason/world.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "reason/coverage.h"
#include "rules/term.h"

namespace inquest::reason {
namespace {

using model::LandmarkKind;
using model::Watch;
using rules::Subject;

constexpr Ns kReaches = 10 * kMinute;  // a quiet log's last line may be this long before the death
constexpr Ns kLeast = kHour;           // and it must have run for so long, or from the boot's start
constexpr Ns kFigures = 2 * kMinute;   // figures come more often

}  // namespace

World::World(const Scene& scene, const Death& death, const model::Incident& incident, std::vector<Feature> features,
             const std::vector<model::Finding>& findings) {
  add(Subject::Class, incident.incident_class, "",
      {fmt::format("The death is of the class {}.", incident.incident_class), incident.death_cites});
  for (Feature& feature : features)
    add(Subject::Feature, std::move(feature.name), std::move(feature.value),
        {std::move(feature.text), std::move(feature.cites)});
  for (const model::Finding& finding : findings) {
    if (finding.host == incident.host) add(Subject::Finding, finding.id, finding.text, {finding.text, finding.cites});
  }
  add_facts(scene, death.host);
  for (const HostFacts& facts : facts_by_host(scene.the_case, scene.names)) {
    if (facts.host() == death.host) experiments_ = find_experiments(facts);
  }
  add_observations(scene, death);
  add_watched(scene, death, incident);
}

void World::add(Subject subject, std::string name, std::string value, model::Statement statement) {
  known_.push_back({subject, std::move(name), std::move(value), std::move(statement)});
}

void World::add_rule(std::string_view id, model::Statement statement) {
  add(Subject::Rule, std::string(id), "", std::move(statement));
}

void World::add_facts(const Scene& scene, model::StrId host) {
  for (const model::Fact& fact : scene.the_case.facts) {
    if (scene.names.host(fact.host) != host) continue;
    add(Subject::Fact, fact.key, fact.value,
        {fmt::format("{} is {}.", printable(fact.key), ellipsis(printable(fact.value), 200)), {fact.cite}});
  }
}

void World::add_observations(const Scene& scene, const Death& death) {
  for (const model::Observation& seen : scene.the_case.observations) {
    if (scene.names.host(seen.host) != death.host) continue;
    std::string text = printable(seen.text);
    if (!seen.component.empty()) text = fmt::format("{}: {}", printable(seen.component), text);
    add(Subject::Observed, seen.kind, text, {fmt::format("A person noted: \"{}\".", text), {seen.cite}});
  }
}

// Only what reached the death, and is known to have worked, was watching.
void World::add_watched(const Scene& scene, const Death& death, const model::Incident& incident) {
  const auto watched = [&](std::string_view what, std::string text, std::vector<model::Citation> cites) {
    add(Subject::Watched, std::string(what), "", {std::move(text), std::move(cites)});
  };
  const auto covering = [&](std::string_view name, Watch what, Ns slack) {
    if (!death.after) return false;
    auto found = watching(scene.coverage, death.host, what, death.after->earliest, slack);
    // The last lines of a log say nothing of what stood before them.
    const Ns since = death.boot != nullptr && death.boot->start
                         ? std::max(death.boot->start->latest + kMinute, death.after->earliest - kLeast)
                         : death.after->earliest - kLeast;
    std::erase_if(found, [&](const model::Coverage* one) { return !one->span.after || one->span.after->ns > since; });
    if (found.empty()) return false;
    watched(name, fmt::format("{} reaches the death.", found.front()->source), found.front()->cites);
    return true;
  };
  const bool kernel_log = covering("kernel-log", Watch::KernelLog, kReaches);
  covering("system-log", Watch::SystemLog, kReaches);
  covering("shutdown", Watch::Shutdown, kReaches);
  covering("metrics", Watch::Metrics, kFigures);

  const auto said = [&](LandmarkKind kind) { return death.boot != nullptr ? death.boot->landmark(kind) : nullptr; };
  // A recorder that outlives the panic and was read afterwards.
  const bool console = death.boot != nullptr && std::ranges::any_of(death.boot->segments, [&](const Segment& segment) {
                         const model::Channel channel = scene.the_case.streams[segment.stream].channel;
                         return channel == model::Channel::Console || channel == model::Channel::Network;
                       });
  const bool off_box = console && kernel_log;
  if (off_box)
    watched("panic-capture", "Its kernel's messages were recorded off the box, to the end.",
            {scene.the_case.cite(death.boot->segments.front().last)});
  if (const model::Landmark* armed = said(LandmarkKind::PstoreArmed); armed != nullptr && !off_box) {
    for (const model::Fact& fact : scene.the_case.facts) {
      if (fact.key != "pstore.entries" || scene.names.host(fact.host) != death.host) continue;
      watched("panic-capture", "A persistent store was armed, and was looked at afterwards.",
              {scene.the_case.cite(armed->event), fact.cite});
      break;
    }
  }
  if (const model::Landmark* on = said(LandmarkKind::NmiWatchdogOn); on != nullptr && off_box)
    watched("lockup-detection", "The hard lockup detector was on, and its words would have been recorded.",
            {scene.the_case.cite(on->event)});
  if (const model::Landmark* aer = said(LandmarkKind::AerEnabled); aer != nullptr && kernel_log)
    watched("pcie-errors", "PCIe error reporting was on, and the kernel's log reaches the death.",
            {scene.the_case.cite(aer->event)});
  for (const model::Baseline& one : incident.baselines) {
    if (one.subsystem != "temperature" || !one.until || !death.after || death.after->latest - *one.until > kFigures)
      continue;
    watched("temperature", "Temperatures were recorded to the end.", one.cites);
    break;
  }
  for (const model::Stream& stream : scene.the_case.streams) {
    if (stream.channel != model::Channel::Management || stream.events == 0 ||
        scene.names.host(stream.host) != death.host || !death.after)
      continue;
    const auto until = scene.the_case.when(stream.last_event);
    if (until && until->latest < death.after->earliest) continue;  // read before the death
    watched("management", "The management controller's record was read after the death.",
            {scene.the_case.cite(stream.first_event)});
    break;
  }
  for (const model::Coverage& one : scene.coverage) {
    if (!watches(one.watch, Watch::Cluster) || scene.names.host(one.host) == death.host || !death.after) continue;
    if (!one.span.after || !one.span.before || one.span.after->ns > death.after->latest ||
        one.span.before->ns + kReaches < death.after->earliest)
      continue;
    watched("cluster", fmt::format("A peer's view of the cluster ({}) reaches the death.", one.source), one.cites);
    break;
  }
  if (!death.observations.empty())
    watched("person", "A person was in front of it.", {death.observations.front()->cite});
}

std::vector<rules::Answer> World::answers(Subject subject, std::string_view name) const {
  std::vector<rules::Answer> out;
  for (size_t i = 0; i < known_.size(); ++i) {
    if (known_[i].subject == subject && rules::name_means(name, known_[i].name)) out.push_back({known_[i].value, i});
  }
  return out;
}

}  // namespace inquest::reason

#include "reason/failed_boot.h"

#include <algorithm>

#include "base/text.h"

namespace inquest::reason {
namespace {

constexpr std::string_view kClass = "boot-failure";
constexpr Ns kStarting = 10 * kMinute;  // what comes later is no boot's
constexpr Ns kEnd = 5 * kMinute;        // a shell at the console logs little

// The first event of a sign that stands at the start of the boot, and shortly before its log's end.
const model::EventId* stopped_at(const Scene& scene, const BootTrack& boot, const model::Sign& sign) {
  const model::Case& the_case = scene.the_case;
  for (const model::EventId& event : sign.events) {
    for (const Segment& segment : boot.segments) {
      if (!holds(the_case, segment, event)) continue;
      const Ns time = the_case.events[event].time;
      const Ns into = time - the_case.events[segment.first].time;
      const Ns left = the_case.events[segment.last].time - time;
      if (into >= 0 && into <= kStarting && left >= 0 && left <= kEnd) return &event;
    }
  }
  return nullptr;
}

}  // namespace

std::vector<Death> find_failed_boots(const Scene& scene, const std::vector<Death>& deaths,
                                     const rules::KnowledgeBase& base) {
  std::vector<Death> out;
  const auto accounted = [&](const std::vector<Death>& known, const BootTrack& boot) {
    return std::ranges::any_of(known, [&](const Death& death) { return death.boot == &boot; });
  };
  for (const BootTrack& boot : scene.boots) {
    // Without the kernel's first words, the log's beginning is not the boot's.
    if (boot.end == model::BootEnd::Orderly || boot.landmark(model::LandmarkKind::KernelBanner) == nullptr ||
        accounted(deaths, boot))
      continue;
    for (const model::Sign& sign : scene.the_case.signs) {
      const rules::Rule* rule = base.rule(sign.rule);
      if (rule == nullptr || rule->class_name != kClass || rule->severity > rules::Severity::Error) continue;
      const model::EventId* event = stopped_at(scene, boot, sign);
      if (event == nullptr || accounted(out, boot)) continue;
      Death& death = out.emplace_back();
      death.host = boot.host;
      death.boot = &boot;
      death.fate = Fate::Unbooted;
      death.stopped_at = *event;
      death.after = scene.the_case.when(*event);
      death.before = death.after;
      death.cites = {scene.the_case.cite(*event)};
      death.text = "That is when its boot stopped; its log ends there, and no shutdown is in it.";
    }
  }
  return out;
}

}  // namespace inquest::reason

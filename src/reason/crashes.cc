#include "reason/crashes.h"

#include <algorithm>
#include <tuple>

namespace inquest::reason {
namespace {

using model::Case;
using model::Crash;
using model::CrashSeverity;

// Two logs put the same words of a kernel less than this apart: a log program stamps what it receives.
constexpr Ns kSameReport = 2 * kMinute;
// What others saw of a death, and what the host's own logs say of it, lie so close together at most.
constexpr Ns kBehind = 10 * kMinute;

// A whole report says more than one that lost its head or its trace.
bool says_more(const Crash& a, const Crash& b) {
  return std::tuple(a.corrupted.empty(), a.frames.size()) > std::tuple(b.corrupted.empty(), b.frames.size());
}

bool same_report(const Case& the_case, const BootCrash& known, const Crash& crash,
                 const std::optional<model::Moment>& when) {
  if (known.report->title != crash.title) return false;
  const auto stream = [&](const Crash& of) { return the_case.events[of.first].stream; };
  if (std::ranges::any_of(known.copies, [&](const Crash* copy) { return stream(*copy) == stream(crash); }))
    return false;
  if (!known.when || !when) return true;
  return known.when->earliest <= when->latest + kSameReport && when->earliest <= known.when->latest + kSameReport;
}

const Crash& root_of(const Case& the_case, const Crash& crash) {
  const Crash* root = &crash;
  // The links lead back in the case, so this ends.
  while (root->consequence_of && &the_case.crashes[*root->consequence_of] < root)
    root = &the_case.crashes[*root->consequence_of];
  return *root;
}

}  // namespace

bool BootCrash::contains(const Crash* copy) const { return std::ranges::find(copies, copy) != copies.end(); }

namespace {

std::vector<BootCrash> gather(const Case& the_case, auto&& belongs) {
  std::vector<BootCrash> out;
  for (const Crash& crash : the_case.crashes) {
    if (!belongs(crash)) continue;
    const auto when = the_case.when(crash.first);
    const auto known =
        std::ranges::find_if(out, [&](const BootCrash& other) { return same_report(the_case, other, crash, when); });
    if (known == out.end()) {
      out.push_back({&crash, {&crash}, when});
      continue;
    }
    known->copies.push_back(&crash);
    if (!known->when) known->when = when;
    if (says_more(crash, *known->report)) known->report = &crash;
  }
  Ns last = std::numeric_limits<Ns>::min();
  std::vector<std::pair<Ns, BootCrash>> ordered;
  for (BootCrash& crash : out) {
    if (crash.when) last = crash.when->middle();
    ordered.emplace_back(last, std::move(crash));
  }
  std::ranges::stable_sort(ordered, {}, &std::pair<Ns, BootCrash>::first);
  out.clear();
  for (auto& [key, crash] : ordered) out.push_back(std::move(crash));
  return out;
}

}  // namespace

std::vector<BootCrash> crashes_of(const Case& the_case, const BootTrack& boot) {
  return gather(the_case, [&](const Crash& crash) { return holds(the_case, boot, crash.first); });
}

std::vector<BootCrash> crashes_of(const Scene& scene, const Death& death) {
  const Case& the_case = scene.the_case;
  return gather(the_case, [&](const Crash& crash) {
    if (death.boot != nullptr && holds(the_case, *death.boot, crash.first)) return true;
    if (death.boot == nullptr || crash.previous_boot ||
        scene.names.host(the_case.host_of(the_case.events[crash.first])) != death.host)
      return false;
    const auto when = the_case.when(crash.first);
    if (!when || !death.in_range(when->latest) || (death.before && when->earliest > death.before->latest + kBehind))
      return false;
    return std::ranges::none_of(scene.boots, [&](const BootTrack& boot) { return holds(the_case, boot, crash.first); });
  });
}

const BootCrash* root_of_panic(const Case& the_case, const std::vector<BootCrash>& crashes,
                               const model::Landmark& panic) {
  const auto group_of = [&](const Crash& crash) -> const BootCrash* {
    const auto found = std::ranges::find_if(crashes, [&](const BootCrash& group) { return group.contains(&crash); });
    return found == crashes.end() ? nullptr : &*found;
  };
  const model::StreamId stream = the_case.events[panic.event].stream;
  for (const BootCrash& group : crashes) {
    for (const Crash* copy : group.copies) {
      if (the_case.events[copy->first].stream != stream || copy->previous_boot) continue;
      if (copy->first <= panic.event && panic.event <= copy->last) return group_of(root_of(the_case, *copy));
    }
  }
  for (const BootCrash& group : crashes) {
    if (!group.report->previous_boot && group.report->severity == CrashSeverity::Fatal) return &group;
  }
  return nullptr;
}

std::vector<model::CrashReport> describe(const Case& the_case, const std::vector<BootCrash>& crashes) {
  std::vector<model::CrashReport> out;
  for (const BootCrash& crash : crashes) {
    model::CrashReport report{*crash.report, crash.when, {}};
    for (const Crash* copy : crash.copies) report.cites.push_back(the_case.cite(copy->first));
    out.push_back(std::move(report));
  }
  std::ranges::stable_sort(out, {}, [](const model::CrashReport& report) { return report.crash.severity; });
  return out;
}

}  // namespace inquest::reason

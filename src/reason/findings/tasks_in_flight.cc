// Which tasks were under way when a boot's records end?
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "reason/finding_rule.h"
#include "reason/tasks.h"

namespace inquest::reason {
namespace {

using model::BootEnd;

constexpr size_t kMostTasks = 20;

// Whether the event is in one of the boot's records.
bool within(const model::Case& the_case, const BootTrack& boot, model::EventId event) {
  const model::StreamId stream = the_case.events[event].stream;
  for (const Segment& segment : boot.segments) {
    if (segment.stream == stream && event >= segment.first && event <= segment.last) return true;
  }
  return false;
}

std::string describe(const Task& task) {
  std::string out = fmt::format("\"{}\"", printable(task.id.type));
  if (!task.id.object.empty()) out += fmt::format(" of {}", printable(task.id.object));
  return out + fmt::format(" by {}", printable(task.id.user));
}

void find(const Scene& scene, const HostFacts& facts, std::vector<model::Finding>& out) {
  const model::Case& the_case = scene.the_case;
  size_t told = 0;
  for (const Task& task : find_tasks(the_case)) {
    if (task.end != model::kNoEvent) continue;
    for (const BootTrack& boot : scene.boots) {
      if (boot.host != facts.host() || boot.end == BootEnd::Orderly || boot.end == BootEnd::Running) continue;
      if (!within(the_case, boot, task.begin) || ++told > kMostTasks) continue;
      std::vector<model::Citation> cites = {the_case.cite(task.begin)};
      std::string text = fmt::format(
          "The task {} began at {} and has no end in the records: it was in flight when they "
          "stop ({}).",
          describe(task), format_utc({task.id.start, Precision::Second}), printable(task.id.text));
      out.push_back(
          {"task-in-flight",
           {},
           std::move(text),
           "What the host was told to do last is where to look first; that it was under way does not show that "
           "it was the cause.",
           {"Read the task's own log below /var/log/pve/tasks, if it was written.", ""},
           std::move(cites)});
    }
  }
}

}  // namespace

extern const FindingRule tasks_in_flight_finding_rule;
const FindingRule tasks_in_flight_finding_rule{"which tasks were under way when the records end?", find};

}  // namespace inquest::reason

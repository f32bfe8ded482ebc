#include "reason/tasks.h"

#include <algorithm>
#include <unordered_map>

namespace inquest::reason {
namespace {

using model::LandmarkKind;

// Two starts that differ by less are one boot: the clock is slewed, and steps when NTP first answers.
constexpr Ns kSameBoot = 30 * kSecond;

}  // namespace

std::vector<Task> find_tasks(const model::Case& the_case) {
  std::vector<Task> out;
  std::unordered_map<std::string_view, size_t> known;
  for (const model::Landmark& mark : the_case.landmarks) {
    if (mark.kind != LandmarkKind::TaskBegin && mark.kind != LandmarkKind::TaskEnd) continue;
    const auto upid = model::parse_upid(the_case.str(mark.text));
    if (!upid) continue;
    const auto [at, added] = known.try_emplace(upid->text, out.size());
    if (added) out.push_back({*upid, mark.event, model::kNoEvent});
    if (mark.kind == LandmarkKind::TaskEnd) out[at->second].end = mark.event;
  }
  return out;
}

std::vector<UptimeBoot> task_boots(const model::Case& the_case) {
  std::vector<Task> tasks = find_tasks(the_case);
  std::ranges::stable_sort(tasks, [](const Task& a, const Task& b) {
    return a.id.node != b.id.node ? a.id.node < b.id.node : a.id.start < b.id.start;
  });
  std::vector<UptimeBoot> out;
  std::string_view node;
  for (const Task& task : tasks) {
    const model::Citation cite = the_case.cite(task.begin);
    const model::Sample sample{task.id.start, static_cast<double>(task.id.uptime) / kSecond, cite.offset, cite.evidence,
                               cite.line};
    const Ns after = task.id.boot_after();
    const Ns before = task.id.boot_before();
    const bool same = !out.empty() && node == task.id.node && after < out.back().start_before + kSameBoot &&
                      before > out.back().start_after - kSameBoot;
    if (!same) {
      node = task.id.node;
      const model::StrId host = the_case.strings.find(node);
      out.push_back({host, after, before, sample, sample, task.id.start, task.id.start, 1});
      continue;
    }
    UptimeBoot& boot = out.back();
    // Each narrows the start; one that contradicts them (the clock was stepped) widens it.
    if (std::max(boot.start_after, after) < std::min(boot.start_before, before)) {
      boot.start_after = std::max(boot.start_after, after);
      boot.start_before = std::min(boot.start_before, before);
    } else {
      boot.start_after = std::min(boot.start_after, after);
      boot.start_before = std::max(boot.start_before, before);
    }
    boot.last = sample;
    boot.last_utc = task.id.start;
    ++boot.samples;
  }
  return out;
}

}  // namespace inquest::reason

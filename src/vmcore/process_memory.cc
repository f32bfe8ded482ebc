#include "vmcore/process_memory.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "vmcore/per_cpu_counter.h"

namespace inquest::vmcore {
namespace {

constexpr uint64_t kMostPages = uint64_t{1} << 52;  // of 64-bit addresses

}  // namespace

uint64_t pages_of(Kernel& kernel, const Object& mm, PageKind kind) {
  const auto index = static_cast<unsigned>(kind);
  // An array of atomics; of counters in parts, one for each CPU, since v6.2.
  std::optional<int64_t> count;
  if (const auto plain = mm.signed_number(fmt::format("rss_stat.count[{}]", index))) {
    count = *plain;
  } else if (const auto parts = mm.at(fmt::format("rss_stat[{}]", index))) {
    count = per_cpu_counter(kernel, *parts);
  }
  return count && *count > 0 ? std::min(static_cast<uint64_t>(*count), kMostPages) : 0;
}

ProcessMemories read_process_memory(Kernel& kernel) {
  ProcessMemories out;
  TaskList list = read_tasks(kernel);
  out.problems = std::move(list.problems);
  std::unordered_set<uint64_t> seen;
  for (const Task& task : list.tasks) {
    const auto mm = task.object.follow("mm");
    if (!mm || task.kernel_thread || !seen.insert(mm->address().value).second) continue;
    ProcessMemory one;
    one.pid = task.tgid;
    one.comm = task.comm;
    one.anonymous = pages_of(kernel, *mm, PageKind::Anonymous);
    one.file = pages_of(kernel, *mm, PageKind::File);
    one.shared = pages_of(kernel, *mm, PageKind::Shared);
    one.swapped = pages_of(kernel, *mm, PageKind::Swapped);
    one.page_table_bytes = mm->number_or("pgtables_bytes", 0);
    if (const auto signal = task.object.follow("signal")) {
      one.oom_score_adj = signal->signed_number("oom_score_adj").value_or(0);
    }
    out.processes.push_back(std::move(one));
  }
  std::ranges::stable_sort(out.processes, std::greater(), &ProcessMemory::resident);
  return out;
}

}  // namespace inquest::vmcore

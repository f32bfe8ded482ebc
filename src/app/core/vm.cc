// vm: the memory of processes, area by area.
#include <fmt/format.h>

#include "app/core_command.h"
#include "app/core_json.h"
#include "app/core_tasks.h"
#include "base/text.h"
#include "vmcore/memory_map.h"

namespace inquest::app {
namespace {

using vmcore::MappedArea;
using vmcore::MemoryMap;
using vmcore::Task;

std::string text_of(const Task& task, const MemoryMap& map, uint64_t page) {
  std::string out = core_task_line(task);
  if (map.mm.null()) return out + "no user memory\n";
  out += fmt::format("MM: {:016x}  PGD: {:016x}  RSS: {} KiB  VSZ: {} KiB\n", map.mm.value, map.pgd.value,
                     task.rss_pages * page / 1024, task.size_pages * page / 1024);
  out += fmt::format("{:^16}  {:>16}  {:>16}  {:<4} {:>10}  {:>10}  {}\n", "VMA", "START", "END", "", "FLAGS", "OFFSET",
                     "FILE");
  for (const MappedArea& one : map.areas) {
    out += fmt::format("{:016x}  {:>16x}  {:>16x}  {:<4} {:>10x}  {:>10x}  {}", one.area.address().value, one.start,
                       one.end, one.permissions(), one.flags, one.offset, printable(one.name));
    out.erase(out.find_last_not_of(' ') + 1);
    out += '\n';
  }
  return out;
}

std::string json_of(const Task& task, const MemoryMap& map, uint64_t page) {
  JsonObject out;
  out.add("pid", task.pid).add("task", task.address()).add("comm", task.comm);
  if (map.mm.null()) return out.raw("mm", "null").raw("areas", "[]").text();
  out.add("mm", map.mm).add("pgd", map.pgd).add("rss", task.rss_pages * page).add("size", task.size_pages * page);
  out.raw("areas", json_array(map.areas, [](const MappedArea& area) {
            JsonObject one;
            one.add("vma", area.area.address()).add("start", vmcore::VirtAddr{area.start});
            one.add("end", vmcore::VirtAddr{area.end}).add("permissions", area.permissions());
            return one.add("flags", area.flags).add("offset", area.offset).add("name", area.name).text();
          }));
  return out.text();
}

Result<CoreAnswer> run(CoreSession& session, std::span<const std::string> words) {
  CoreAnswer out;
  const auto tasks = core_tasks(session.kernel, words, out.problems);
  if (!tasks) return fail(tasks.error());
  const uint64_t page = session.kernel.dump().memory().page_size();
  if (session.json) out.text = "{\"tasks\":[";
  for (const Task& task : *tasks) {
    const MemoryMap map = vmcore::memory_map_of(session.kernel, task);
    for (const std::string& problem : map.problems) {
      out.problems.push_back(fmt::format("PID {}: {}", task.pid, problem));
    }
    if (&task != tasks->data()) out.text += session.json ? "," : "\n";
    out.text += session.json ? "\n" + json_of(task, map, page) : text_of(task, map, page);
  }
  if (session.json) out.text += "]}\n";
  add_kernel_problems(session.kernel, out);
  return out;
}

}  // namespace

extern const CoreCommand vm_core_command;
const CoreCommand vm_core_command = {.name = "vm",
                                     .other_names = "maps",
                                     .synopsis = "vm [PID|ADDRESS|COMMAND]...",
                                     .summary = "a process's memory: what was mapped where",
                                     .per_task = true,
                                     .run = run};

}  // namespace inquest::app

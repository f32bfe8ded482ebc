// oom: who ate the memory.
#include <algorithm>

#include <fmt/format.h>

#include "app/core_command.h"
#include "app/core_json.h"
#include "base/text.h"
#include "vmcore/memory_blame.h"

namespace inquest::app {
namespace {

using vmcore::MemoryBlame;
using vmcore::MemoryShare;
using vmcore::ProcessMemory;
using vmcore::SlabCache;

constexpr size_t kTopProcesses = 10;
constexpr size_t kTopCaches = 5;

std::string_view shortage_words(vmcore::Shortage shortage) {
  switch (shortage) {
    case vmcore::Shortage::None: return "none";
    case vmcore::Shortage::Low: return "low";
    case vmcore::Shortage::Critical: return "critical";
  }
  return "none";
}

std::string text_of(const MemoryBlame& blame) {
  const auto kib = [&](uint64_t pages) { return pages * (blame.usage.page_bytes / 1024); };
  std::string out;
  for (const std::string& sentence : blame.verdict) out += printable(sentence) + "\n";
  out += fmt::format("\n{:>14}  {:>6}  {}\n", "KiB", "OF ALL", "WHERE THE MEMORY WENT");
  const double total = static_cast<double>(std::max<uint64_t>(blame.usage.total.value_or(1), 1));
  for (const MemoryShare& share : blame.shares) {
    out += fmt::format("{:>14}  {:>5.1f}%  {}\n", kib(share.pages), 100 * static_cast<double>(share.pages) / total,
                       share.words);
  }
  const auto& processes = blame.processes.processes;
  out += fmt::format("\n{:>7}  {:>12}  {:>12}  {:>12}  {:>12}  {:>12}  {:>9}  {}\n", "PID", "RSS KiB", "ANON", "FILE",
                     "SHARED", "SWAPPED", "SCORE ADJ", "COMMAND");
  for (const ProcessMemory& one : std::span(processes).first(std::min(processes.size(), kTopProcesses))) {
    out += fmt::format("{:>7}  {:>12}  {:>12}  {:>12}  {:>12}  {:>12}  {:>9}  {}\n", one.pid, kib(one.resident()),
                       kib(one.anonymous), kib(one.file), kib(one.shared), kib(one.swapped), one.oom_score_adj,
                       printable(one.comm));
  }
  const auto& caches = blame.caches.caches;
  out += fmt::format("\n{:>14}  {:>12}  {}\n", "KiB", "OBJECTS", "SLAB CACHE");
  for (const SlabCache& one : std::span(caches).first(std::min(caches.size(), kTopCaches))) {
    out += fmt::format("{:>14}  {:>12}  {}\n", kib(one.pages()), one.objects, printable(one.name));
  }
  return out;
}

std::string json_of(const MemoryBlame& blame) {
  const uint64_t page = blame.usage.page_bytes;
  return JsonObject()
             .raw("verdict", json_array(blame.verdict, core_json_string))
             .add("shortage", shortage_words(blame.shortage))
             .raw("shares", json_array(blame.shares,
                                       [page](const MemoryShare& share) {
                                         return JsonObject()
                                             .add("name", share.name)
                                             .add("words", share.words)
                                             .add("bytes", share.pages * page)
                                             .text();
                                       }))
             .raw("processes", json_array(blame.processes.processes,
                                          [page](const ProcessMemory& one) {
                                            return JsonObject()
                                                .add("pid", one.pid)
                                                .add("comm", one.comm)
                                                .add("rss", one.resident() * page)
                                                .add("anonymous", one.anonymous * page)
                                                .add("file", one.file * page)
                                                .add("shared", one.shared * page)
                                                .add("swapped", one.swapped * page)
                                                .add("page_tables", one.page_table_bytes)
                                                .add("oom_score_adj", one.oom_score_adj)
                                                .text();
                                          }))
             .raw("kills", json_array(blame.kills,
                                      [](const vmcore::OomKill& kill) {
                                        return JsonObject().seconds("time", kill.time_ns).add("text", kill.text).text();
                                      }))
             .text() +
         "\n";
}

Result<CoreAnswer> run(CoreSession& session, std::span<const std::string> words) {
  if (!words.empty()) return fail(ErrorCode::Failed, "oom takes no words");
  const MemoryBlame blame = vmcore::read_memory_blame(session.kernel);
  CoreAnswer out;
  out.problems = blame.problems;
  out.text = session.json ? json_of(blame) : text_of(blame);
  add_kernel_problems(session.kernel, out);
  return out;
}

}  // namespace

extern const CoreCommand oom_core_command;
const CoreCommand oom_core_command = {.name = "oom",
                                      .other_names = "",
                                      .synopsis = "oom",
                                      .summary = "who ate the memory: a verdict, the parts, processes and slab caches",
                                      .run = run};

}  // namespace inquest::app

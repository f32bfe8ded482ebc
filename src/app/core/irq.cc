// irq: interrupts with handlers, counts and affinity.
#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "app/core_command.h"
#include "app/core_json.h"
#include "base/text.h"
#include "vmcore/cpu_mask.h"
#include "vmcore/interrupts.h"

namespace inquest::app {
namespace {

using vmcore::Interrupt;
using vmcore::InterruptAction;

// More columns than this help nobody: of larger machines the sum is shown, and JSON has all.
constexpr size_t kMostColumns = 16;

std::string place(const vmcore::Location& location) {
  if (location.function.empty()) return "?";
  return printable(location.function) + (location.module.empty() ? "" : " [" + printable(location.module) + "]");
}

std::string counts_text(const std::vector<uint64_t>& counts) {
  std::string out;
  if (counts.size() > kMostColumns) {
    return fmt::format(" {:>12}", std::accumulate(counts.begin(), counts.end(), uint64_t{0}));
  }
  for (const uint64_t count : counts) out += fmt::format(" {:>10}", count);
  return out;
}

std::string heading(const std::vector<uint32_t>& cpus) {
  if (cpus.size() > kMostColumns) return fmt::format(" {:>12}", "ALL CPUS");
  std::string out;
  for (const uint32_t cpu : cpus) out += fmt::format(" {:>10}", fmt::format("CPU{}", cpu));
  return out;
}

std::string interrupt_text(const Interrupt& one) {
  std::string out = fmt::format("{:>4}{}  {:<26} {:<8} ", one.number, counts_text(one.counts),
                                printable(one.chip) + (one.flow.empty() ? "" : "-" + printable(one.flow)),
                                vmcore::cpu_list(one.effective.empty() ? one.affinity : one.effective));
  for (const InterruptAction& action : one.actions) {
    if (&action != one.actions.data()) out += ", ";
    out += fmt::format("{} {}", printable(action.name), place(action.location));
    if (!action.thread.empty()) out += " in " + printable(action.thread);
  }
  if (one.actions.empty()) out += "(unused)";
  if (!one.actions.empty() && one.disabled != 0) out += fmt::format(" (disabled, depth {})", one.disabled);
  if (one.in_progress) out += " (in progress)";
  return out + "\n";
}

std::string numbers(const auto& values) { return fmt::format("[{}]", fmt::join(values, ",")); }

std::string action_json(const InterruptAction& action) {
  return JsonObject()
      .add("name", action.name)
      .add("handler", action.handler)
      .add("function", action.location.function)
      .add("module", action.location.module)
      .add("thread", action.thread)
      .text();
}

std::string interrupt_json(const Interrupt& one) {
  return JsonObject()
      .add("irq", one.number)
      .add("address", one.address)
      .add("chip", one.chip)
      .add("flow", one.flow)
      .add("hwirq", one.hardware_number)
      .raw("counts", numbers(one.counts))
      .raw("affinity", numbers(one.affinity))
      .raw("effective", numbers(one.effective))
      .add("disabled", one.disabled)
      .add("in_progress", one.in_progress)
      .raw("actions", json_array(one.actions, action_json))
      .text();
}

std::string cpu_json(const vmcore::CpuInterrupt& one) {
  return JsonObject().add("name", one.name).raw("counts", numbers(one.counts)).text();
}

Result<CoreAnswer> run(CoreSession& session, std::span<const std::string> words) {
  bool all = false;
  std::vector<uint64_t> wanted;
  for (const std::string& word : words) {
    if (word == "-u") {
      all = true;
    } else if (const auto number = parse_int<uint64_t>(word)) {
      wanted.push_back(*number);
    } else if (word != "-s" && word != "-a") {
      return fail(ErrorCode::Failed, fmt::format("irq takes -u and numbers of interrupts, not {}", word));
    }
  }
  vmcore::Interrupts answer = vmcore::read_interrupts(session.kernel);
  std::erase_if(answer.interrupts, [&](const Interrupt& one) {
    if (!wanted.empty()) return std::ranges::find(wanted, one.number) == wanted.end();
    return !all && one.actions.empty();
  });
  CoreAnswer out;
  out.problems = std::move(answer.problems);
  if (session.json) {
    out.text = JsonObject()
                   .raw("cpus", numbers(answer.cpus))
                   .raw("interrupts", json_array(answer.interrupts, interrupt_json))
                   .raw("per_cpu", json_array(answer.per_cpu, cpu_json))
                   .raw("soft", json_array(answer.soft, cpu_json))
                   .text() +
               "\n";
  } else {
    out.text = fmt::format("{:>4}{}  {:<26} {:<8} {}\n", "IRQ", heading(answer.cpus), "CHIP", "CPUS", "HANDLERS");
    for (const Interrupt& one : answer.interrupts) out.text += interrupt_text(one);
    const auto rest = [&](const std::vector<vmcore::CpuInterrupt>& list) {
      for (const vmcore::CpuInterrupt& one : list) {
        if (std::ranges::all_of(one.counts, [](uint64_t count) { return count == 0; })) continue;
        out.text += fmt::format("    {}  {}\n", counts_text(one.counts), printable(one.name));
      }
    };
    if (wanted.empty()) {
      rest(answer.per_cpu);
      rest(answer.soft);
    }
  }
  add_kernel_problems(session.kernel, out);
  return out;
}

}  // namespace

extern const CoreCommand irq_core_command;
const CoreCommand irq_core_command = {.name = "irq",
                                      .other_names = "interrupts",
                                      .synopsis = "irq [-u] [IRQ]...",
                                      .summary = "interrupts: handlers, counts, affinity; -u unused ones too",
                                      .run = run};

}  // namespace inquest::app

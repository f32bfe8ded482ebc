// sys: the dead machine in a few lines.
#include <fmt/format.h>

#include "app/core_command.h"
#include "base/text.h"
#include "base/time.h"
#include "vmcore/system.h"
#include "vmcore/tasks.h"

namespace inquest::app {
namespace {

constexpr int64_t kLatest = 9'000'000'000;  // seconds since 1970 that fit in Ns

std::string duration(uint64_t ns) {
  const uint64_t seconds = ns / 1'000'000'000;
  const uint64_t days = seconds / 86400;
  return (days != 0 ? counted(days, "day") + ", " : std::string()) +
         fmt::format("{:02}:{:02}:{:02}", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
}

Result<CoreAnswer> run(CoreSession& session, std::span<const std::string> words) {
  if (!words.empty()) return fail(ErrorCode::Failed, "sys takes no words");
  vmcore::Kernel& kernel = session.kernel;
  const vmcore::SystemInfo info = vmcore::read_system(kernel);
  const auto& header = kernel.dump().header();
  const auto task = info.crashing_cpu ? vmcore::current_task(kernel, *info.crashing_cpu) : std::nullopt;
  const std::string time = info.time && *info.time > 0 && *info.time < kLatest
                               ? format_utc(Instant{*info.time * kSecond, Precision::Second})
                               : std::string();

  CoreAnswer out;
  if (session.json) {
    const auto text = core_json_string;
    const auto optional = [](const auto& value) { return value ? fmt::format("{}", *value) : std::string("null"); };
    out.text = fmt::format(
        "{{\"kernel\":{},\"version\":{},\"machine\":{},\"hostname\":{},\"time\":{},\"uptime\":{},\"cpus\":{},"
        "\"memory\":{},\"load\":[{:.2f},{:.2f},{:.2f}],\"panic\":{},\"command_line\":{},\"taint\":{},"
        "\"taint_letters\":{},\"crashing_cpu\":{}}}\n",
        text(info.release), text(info.version), text(info.machine), text(info.hostname),
        time.empty() ? "null" : text(time),
        info.uptime_ns ? fmt::format("{:.3f}", static_cast<double>(*info.uptime_ns) / 1e9) : "null", info.cpus_present,
        info.memory_bytes, info.load[0], info.load[1], info.load[2], info.panic.empty() ? "null" : text(info.panic),
        text(info.command_line), optional(info.taint), text(vmcore::taint_letters(info.taint.value_or(0))),
        optional(info.crashing_cpu));
  } else {
    const auto row = [&](std::string_view name, const std::string& value) {
      if (!value.empty()) out.text += fmt::format("{:>12}: {}\n", name, printable(value));
    };
    for (const std::string& path : kernel.dump().paths()) row("dump", path);
    row("format", header.format + (header.compression.empty() ? "" : ", " + header.compression) +
                      (header.flattened ? ", flattened" : "") + (header.incomplete ? ", incomplete" : ""));
    row("kernel", info.release);
    row("version", info.version);
    row("machine", info.machine);
    row("host", info.hostname);
    row("died", time);
    row("uptime", info.uptime_ns ? duration(*info.uptime_ns) : "");
    // Kernels without symbols of their data do not tell.
    if (kernel.symbol("avenrun")) {
      row("load", fmt::format("{:.2f}, {:.2f}, {:.2f}", info.load[0], info.load[1], info.load[2]));
    }
    const size_t notes = kernel.dump().cpus().size();
    row("CPUs", info.cpus_present == 0 ? (notes == 0 ? "" : fmt::format("{}, by the dump's notes", notes))
                : info.cpus_present == info.cpus_possible
                    ? fmt::format("{}", info.cpus_present)
                    : fmt::format("{} of {}", info.cpus_present, info.cpus_possible));
    if (info.memory_bytes != 0) row("memory", fmt::format("{:.1f} MB", static_cast<double>(info.memory_bytes) / 1e6));
    row("panic", info.panic);
    if (task) {
      row("task", task->known() || !task->comm.empty()
                      ? fmt::format("{} (PID {}), on CPU {}", task->comm, task->pid, *info.crashing_cpu)
                      : fmt::format("not known, on CPU {}", *info.crashing_cpu));
    }
    const std::string letters = vmcore::taint_letters(info.taint.value_or(0));
    row("taint", !info.taint ? "" : letters.empty() ? "none" : fmt::format("{} ({})", letters, *info.taint));
    row("command line", info.command_line);
  }
  out.problems.insert(out.problems.end(), header.problems.begin(), header.problems.end());
  add_kernel_problems(kernel, out);
  return out;
}

}  // namespace

extern const CoreCommand sys_core_command;
const CoreCommand sys_core_command = {.name = "sys",
                                      .other_names = "",
                                      .synopsis = "sys",
                                      .summary = "kernel, time of death, uptime, CPUs, memory, panic message, taint",
                                      .run = run};

}  // namespace inquest::app

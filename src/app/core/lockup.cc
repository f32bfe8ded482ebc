// lockup: which CPUs were stuck, since when, and on what.
#include <algorithm>

#include <fmt/format.h>

#include "app/core_command.h"
#include "app/core_json.h"
#include "base/text.h"
#include "vmcore/lockups.h"

namespace inquest::app {
namespace {

using vmcore::CpuState;
using vmcore::CpuVerdict;
using vmcore::Lockups;

std::string_view verdict_words(CpuVerdict verdict) {
  switch (verdict) {
    case CpuVerdict::Working: return "working";
    case CpuVerdict::Idle: return "idle";
    case CpuVerdict::SoftLockup: return "soft-lockup";
    case CpuVerdict::HardLockup: return "hard-lockup";
    case CpuVerdict::Unknown: return "unknown";
  }
  return "unknown";
}

std::string ago(const std::optional<int64_t>& ns) {
  return ns ? fmt::format("{:.3f} s", static_cast<double>(*ns) / 1e9) : "?";
}

std::string evidence(const CpuState& state) {
  std::string out = fmt::format("    scheduler's clock {} old; ", ago(state.scheduler_ago_ns));
  if (state.tick_stopped) {
    out += "tick stopped";
  } else {
    const bool late = state.tick_overdue_ns.value_or(0) > 0;
    out += late ? fmt::format("tick overdue by {}", ago(state.tick_overdue_ns)) : "tick on time";
    if (!state.tick_overdue_ns) out = out.substr(0, out.rfind(';')) + "; tick not known";
  }
  if (state.watchdog_ago_ns) out += fmt::format("; watchdog ran {} before", ago(state.watchdog_ago_ns));
  if (state.interrupts_on) out += *state.interrupts_on ? "; interrupts on" : "; interrupts off";
  return out + "\n";
}

// What the whole machine looked like, in a sentence.
std::string summary(const Lockups& all) {
  const auto stuck = static_cast<size_t>(std::ranges::count_if(all.cpus, &CpuState::stuck));
  const auto unknown = static_cast<size_t>(std::ranges::count(all.cpus, CpuVerdict::Unknown, &CpuState::verdict));
  std::string out = stuck == 0 ? "No CPU was stuck"
                               : fmt::format("{} of {} {} stuck", stuck, counted(all.cpus.size(), "CPU"),
                                             stuck == 1 ? "was" : "were");
  if (unknown != 0) out += fmt::format("; of {} nothing is known", unknown);
  if (all.now_ns) out += fmt::format(", as of {:.3f} s after boot", static_cast<double>(*all.now_ns) / 1e9);
  out += ". ";
  if (!all.soft_watchdog && !all.hard_watchdog) return out + "The kernel's lockup watchdogs were off.\n";
  return out + fmt::format("Watchdogs that were on: {}{}{}{}.\n", all.soft_watchdog ? "soft" : "",
                           all.soft_watchdog && all.hard_watchdog ? " and " : "", all.hard_watchdog ? "hard" : "",
                           all.threshold_s != 0 ? fmt::format(", watchdog_thresh {} s", all.threshold_s) : "");
}

void add_seconds(JsonObject& out, std::string_view name, const std::optional<int64_t>& ns) {
  if (ns) {
    out.seconds(name, *ns);
  } else {
    out.raw(name, "null");
  }
}

std::string cpu_json(const CpuState& state) {
  JsonObject out;
  out.add("cpu", state.cpu).add("verdict", verdict_words(state.verdict)).add("sentence", vmcore::sentence_of(state));
  add_seconds(out, "stuck", state.stuck_ns());
  out.raw("pid", state.current ? fmt::format("{}", state.current->pid) : "null")
      .raw("comm", state.current ? core_json_string(state.current->comm) : "null")
      .add("panicked", state.panicked);
  add_seconds(out, "scheduler_ago", state.scheduler_ago_ns);
  add_seconds(out, "tick_overdue", state.tick_overdue_ns);
  add_seconds(out, "watchdog_ago", state.watchdog_ago_ns);
  out.add("tick_stopped", state.tick_stopped)
      .add("interrupts_on", state.interrupts_on)
      .add("timer_interrupts", state.timer_interrupts)
      .add("timer_interrupts_checked", state.timer_interrupts_checked)
      .add("function", state.location.function)
      .add("offset", state.location.offset)
      .add("module", state.location.module)
      .add("user_space", state.in_user_space)
      .raw("callers", json_array(state.callers, core_json_string));
  return out.text();
}

Result<CoreAnswer> run(CoreSession& session, std::span<const std::string> words) {
  if (!words.empty()) return fail(ErrorCode::Failed, "lockup takes no words");
  const Lockups all = vmcore::read_lockups(session.kernel);
  CoreAnswer out;
  out.problems = all.problems;
  if (session.json) {
    JsonObject json;
    json.raw("now", all.now_ns ? fmt::format("{:.9f}", static_cast<double>(*all.now_ns) / 1e9) : std::string("null"))
        .add("watchdog_thresh", all.threshold_s)
        .add("soft_watchdog", all.soft_watchdog)
        .add("hard_watchdog", all.hard_watchdog)
        .raw("cpus", json_array(all.cpus, cpu_json));
    out.text = json.text() + "\n";
  } else {
    out.text = summary(all);
    // Those that are stuck first: of many CPUs they are what matters.
    for (const bool stuck : {true, false}) {
      for (const CpuState& state : all.cpus) {
        if (state.stuck() == stuck) out.text += printable(vmcore::sentence_of(state)) + "\n" + evidence(state);
      }
    }
  }
  add_kernel_problems(session.kernel, out);
  return out;
}

}  // namespace

extern const CoreCommand lockup_core_command;
const CoreCommand lockup_core_command = {.name = "lockup",
                                         .other_names = "lockups",
                                         .synopsis = "lockup",
                                         .summary = "which CPUs were stuck, since when, on what, with interrupts off",
                                         .run = run};

}  // namespace inquest::app

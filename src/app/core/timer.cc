// timer: what was to happen when.
#include <fmt/format.h>

#include "app/core_command.h"
#include "app/core_json.h"
#include "base/text.h"
#include "vmcore/timers.h"

namespace inquest::app {
namespace {

using vmcore::Timer;
using vmcore::TimerQueue;

std::string function_of(const Timer& timer) {
  if (timer.location.function.empty()) return fmt::format("{:#x}", timer.function.value);
  return printable(timer.location.function) +
         (timer.location.module.empty() ? "" : " [" + printable(timer.location.module) + "]");
}

void add_text(const TimerQueue& queue, std::string& out) {
  if (queue.timers.empty()) return;
  out += fmt::format("CPU {}, {}{} timers  {:016x}\n", queue.cpu, queue.name,
                     queue.high_resolution ? ", high-resolution" : "", queue.address.value);
  for (const Timer& timer : queue.timers) {
    const std::string remaining =
        timer.remaining_ns ? fmt::format("{:+.6f} s", static_cast<double>(*timer.remaining_ns) / 1e9) : "?";
    out += fmt::format("  {:>20}  {:>22}  {:016x}  {}{}\n", timer.expires, remaining, timer.address.value,
                       function_of(timer), timer.purpose.empty() ? "" : ": " + printable(timer.purpose));
  }
}

std::string timer_json(const Timer& timer) {
  JsonObject out;
  out.add("address", timer.address).add("expires", timer.expires);
  if (timer.remaining_ns) {
    out.seconds("remaining", *timer.remaining_ns);
  } else {
    out.raw("remaining", "null");
  }
  return out.add("function", timer.location.function)
      .add("function_address", timer.function)
      .add("module", timer.location.module)
      .add("purpose", timer.purpose)
      .text();
}

std::string queue_json(const TimerQueue& queue) {
  return JsonObject()
      .add("cpu", queue.cpu)
      .add("name", queue.name)
      .add("address", queue.address)
      .add("high_resolution", queue.high_resolution)
      .raw("timers", json_array(queue.timers, timer_json))
      .text();
}

Result<CoreAnswer> run(CoreSession& session, std::span<const std::string> words) {
  bool wheels = true;
  for (const std::string& word : words) {
    if (word != "-r") return fail(ErrorCode::Failed, fmt::format("timer takes -r, not {}", word));
    wheels = false;
  }
  vmcore::Timers timers = vmcore::read_timers(session.kernel);
  if (!wheels) std::erase_if(timers.queues, [](const TimerQueue& queue) { return !queue.high_resolution; });
  CoreAnswer out;
  out.problems = std::move(timers.problems);
  const vmcore::KernelClock& clock = timers.clock;
  if (session.json) {
    out.text =
        JsonObject()
            .add("jiffies", clock.jiffies)
            .add("hz", clock.hz)
            .raw("monotonic", clock.monotonic_ns ? fmt::format("{:.9f}", static_cast<double>(*clock.monotonic_ns) / 1e9)
                                                 : std::string("null"))
            .raw("queues", json_array(timers.queues, queue_json))
            .text() +
        "\n";
  } else {
    out.text = fmt::format(
        "now: {} jiffies of {} Hz, {} since boot\n", clock.jiffies ? fmt::format("{}", *clock.jiffies) : "?",
        clock.hz ? fmt::format("{}", *clock.hz) : "?",
        clock.monotonic_ns ? fmt::format("{:.6f} s", static_cast<double>(*clock.monotonic_ns) / 1e9) : "?");
    for (const TimerQueue& queue : timers.queues) add_text(queue, out.text);
  }
  add_kernel_problems(session.kernel, out);
  return out;
}

}  // namespace

extern const CoreCommand timer_core_command;
const CoreCommand timer_core_command = {.name = "timer",
                                        .other_names = "timers",
                                        .synopsis = "timer [-r]",
                                        .summary = "timers with function and time left; -r high-resolution ones only",
                                        .run = run};

}  // namespace inquest::app

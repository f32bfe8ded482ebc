// log: the kernel's log, as vmcore-dmesg prints it.
#include <fmt/format.h>

#include "app/core_command.h"
#include "vmcore/printk.h"

namespace inquest::app {
namespace {

Result<CoreAnswer> run(CoreSession& session, std::span<const std::string> words) {
  bool callers = false;
  for (const std::string& word : words) {
    if (word != "-c") return fail(ErrorCode::Failed, fmt::format("log takes -c, not {}", word));
    callers = true;
  }
  auto log = vmcore::read_log(session.kernel.space(), session.kernel.dump().vmcoreinfo());
  if (!log) return fail(log.error());
  CoreAnswer out;
  out.problems = std::move(log->problems);
  if (log->lost > out.problems.size()) out.problems.push_back(fmt::format("{} records could not be read", log->lost));
  if (!session.json) {
    for (const vmcore::LogRecord& record : log->records) out.text += vmcore::log_line(record, callers);
    return out;
  }
  out.text = "{\"records\":[";
  for (const vmcore::LogRecord& record : log->records) {
    if (&record != log->records.data()) out.text += ',';
    out.text += fmt::format(
        "\n{{\"time\":{}.{:09},\"level\":{},\"caller\":{},\"text\":{}}}", record.time_ns / 1'000'000'000,
        record.time_ns % 1'000'000'000, record.level < 0 ? "null" : fmt::format("{}", record.level),
        record.caller ? core_json_string(vmcore::caller_text(*record.caller)) : "null", core_json_string(record.text));
  }
  out.text += "]}\n";
  return out;
}

}  // namespace

extern const CoreCommand log_core_command;
const CoreCommand log_core_command = {.name = "log",
                                      .other_names = "dmesg",
                                      .synopsis = "log [-c]",
                                      .summary = "the kernel's log; -c with who printed each line (Tpid, Ccpu)",
                                      .run = run};

}  // namespace inquest::app

#include "vmcore/logged_task.h"

#include <algorithm>
#include <array>
#include <ranges>

#include "base/text.h"

namespace inquest::vmcore {
namespace {

// What follows the label; nothing where the text does not begin with it.
std::optional<uint32_t> labelled(std::string_view& text, std::string_view label) {
  if (!text.starts_with(label)) return std::nullopt;
  text.remove_prefix(label.size());
  const size_t end = std::min(text.find(' '), text.size());
  const auto number = parse_int<uint32_t>(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return number ? std::optional(*number) : std::nullopt;
}

}  // namespace

std::optional<LoggedTask> logged_task(std::string_view line) {
  const auto cpu = labelled(line, "CPU: ");
  if (!cpu) return std::nullopt;
  static_cast<void>(labelled(line, "UID: "));  // since v6.13
  const auto pid = labelled(line, "PID: ");
  constexpr std::string_view kComm = "Comm: ";
  if (!pid || !line.starts_with(kComm)) return std::nullopt;
  line.remove_prefix(kComm.size());
  // A command may have blanks in it.
  size_t end = line.size();
  for (const std::string_view next : std::array<std::string_view, 3>{" Kdump: ", " Tainted: ", " Not tainted "}) {
    end = std::min(end, line.find(next));
  }
  return LoggedTask{*cpu, *pid, std::string(line.substr(0, end))};
}

std::optional<LoggedTask> logged_task(const KernelLog& log, uint32_t cpu) {
  for (const LogRecord& record : std::views::reverse(log.records)) {
    auto task = logged_task(record.text);
    if (task && task->cpu == cpu) return task;
  }
  return std::nullopt;
}

}  // namespace inquest::vmcore

#include "crashtext/exit_status.h"

#include <array>

#include <fmt/format.h>

#include "crashtext/errno_name.h"
#include "crashtext/scan.h"

namespace inquest::crashtext {

std::string ExitStatus::text() const {
  if (!signalled()) return fmt::format("exit({})", code());
  const SignalName* name = find_signal(signal());
  std::string text = name != nullptr ? fmt::format("killed by {} ({})", name->name, signal())
                                     : fmt::format("killed by signal {}", signal());
  if (core_dumped()) text += ", core dumped";
  return text;
}

std::optional<ExitStatus> find_exit_status(std::string_view line) {
  constexpr auto kSpellings = std::to_array<std::string_view>({"exitcode", "exit code", "exit_code"});
  for (const std::string_view spelling : kSpellings) {
    const size_t at = line.find(spelling);
    if (at == std::string_view::npos) continue;
    Scan scan(line.substr(at + spelling.size()));
    scan.blanks();
    if (!scan.take('=') && !scan.take(':')) continue;
    scan.blanks();
    if (const auto raw = scan.prefixed_hex(); raw && *raw <= UINT32_MAX) return ExitStatus{static_cast<uint32_t>(*raw)};
  }
  return std::nullopt;
}

}  // namespace inquest::crashtext

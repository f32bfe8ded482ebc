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

Reading read_exit_status(const ExitStatus& status) {
  Reading reading;
  reading.what = fmt::format("exit status 0x{:08x} of init (wait status, not an errno)", status.raw);
  reading.meaning = status.text();
  if (status.signalled()) {
    const SignalName* name = find_signal(status.signal());
    reading.field("signal", fmt::format("{}{}", status.signal(),
                                        name != nullptr ? fmt::format(": {}, {}", name->name, name->text) : ""));
    reading.field("core dump", status.core_dumped() ? "yes" : "no");
    if (status.signal() == 11 || status.signal() == 7 || status.signal() == 4) {
      reading.note(
          "PID 1 itself crashed: damaged libraries or root disk, bad RAM, or a program of another architecture or CPU "
          "level. systemd catches this and "
          "freezes instead, so another init or the initramfs is likely.");
    }
    return reading;
  }
  reading.field("signal", "none");
  reading.field("exit code", fmt::to_string(status.code()));
  reading.note(
      "PID 1 called exit(): in an initramfs that is its /init script. systemd as PID 1 freezes on an "
      "error instead, and so is hardly the one here.");
  switch (status.code()) {
    case 0:
      reading.note("It ended without an error: a script that ran to its end instead of `exec`-ing the real init.");
      break;
    case 1:
      reading.note(
          "1 is what bash and busybox's ash give for a failed redirection or exec, and what most programs give for any "
          "error.");
      break;
    case 2:
      reading.note(
          "2 is what dash gives for a failed redirection of exec or another builtin (bash and busybox's ash give 1 for "
          "it), and for "
          "a syntax error; a program that is not found is 127. A usual case: "
          "Debian's initramfs opens /dev/console, and "
          "console= names a serial port that the machine does not have.");
      break;
    case 126: reading.note("126: the shell found the program and could not execute it."); break;
    case 127: reading.note("127: the shell did not find the program."); break;
    default: break;
  }
  if (status.code() > 128 && find_signal(status.code() - 128) != nullptr) {
    reading.note(fmt::format("A shell gives 128 + {} when its child was killed by {}.", status.code() - 128,
                             find_signal(status.code() - 128)->name));
  }
  reading.note(
      "The kernel only reports it (its spelling is `exitcode=`): the lines before the panic, and Comm: of PID 1, tell "
      "which program it was.");
  return reading;
}

}  // namespace inquest::crashtext

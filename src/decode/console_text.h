// What stands between kernel lines on a console: firmware, boot loaders, init, login prompts, and control sequences.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "model/event.h"

namespace inquest::decode {

// Without ECMA-48 escape sequences and carriage returns.
std::string without_escapes(std::string_view text);
// Where character `at` of without_escapes(text) stands in `text`.
size_t offset_with_escapes(std::string_view text, size_t at);

// A line that systemd prints for a person at the console: "[  OK  ] Reached target reboot.target - System Reboot.",
// "[FAILED] Failed to start ...", "         Starting systemd-udevd.service...". Give it a line without escapes.
struct StatusLine {
  std::string_view message;
  model::Severity severity = model::Severity::Info;
};
std::optional<StatusLine> parse_status_line(std::string_view line);

// Whether firmware or a boot loader says so, and no kernel is running: a reset lies between it and whatever came
// before.
bool firmware_line(std::string_view line);

// The host of a login prompt, "pve1 login: "; empty for another line.
std::string_view login_host(std::string_view line);
// The host in systemd's "Hostname set to <pve1>."; empty for another message.
std::string_view hostname_set(std::string_view message);

// The time that a logger put before what it received: "2026-02-09 10:53:52 [    1.759158] ...", "2026-02-09T18:53:52Z
// login: ". `length` covers the blank behind it. Nothing where a line does not begin so.
struct LoggerTime {
  Ns time = 0;  // UTC, or civil time of the logger's zone
  bool utc = false;
  Precision precision = Precision::Second;
  size_t length = 0;
};
std::optional<LoggerTime> parse_logger_time(std::string_view line);

// Where a kernel's stamp "[   12.345678]" begins behind the line's first character: the rest of a line in which
// somebody else was writing when the kernel began to. npos where there is none.
size_t find_inner_stamp(std::string_view line);

}  // namespace inquest::decode

// How a process ended, as wait(2) encodes it: what the kernel prints when PID 1 dies.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crashtext/reading.h"

namespace inquest::crashtext {

// The low byte holds the signal (0: none) and the core-dump bit, the byte above it what the program gave to exit().
struct ExitStatus {
  uint32_t raw = 0;

  bool signalled() const { return signal() != 0; }
  int signal() const { return static_cast<int>(raw & 0x7FU); }
  bool core_dumped() const { return (raw & 0x80U) != 0; }
  int code() const { return static_cast<int>(raw >> 8 & 0xFFU); }  // of exit(); means nothing after a signal

  // "exit(2)", "killed by SIGSEGV (11)", "killed by signal 40".
  std::string text() const;
  friend bool operator==(const ExitStatus&, const ExitStatus&) = default;
};

// In "Kernel panic - not syncing: Attempted to kill init! exitcode=0x0000000b", which is the kernel's spelling, and in
// the "exit code=" that people and some vendors' kernels write. Before v3.3 the line gives no status. Nothing where
// none stands there.
std::optional<ExitStatus> find_exit_status(std::string_view line);

// What it means that PID 1 ended so.
Reading read_exit_status(const ExitStatus& status);

}  // namespace inquest::crashtext

// Who ran on a CPU, as the kernel's own crash report says: for kernels whose types are not known.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "vmcore/printk.h"

namespace inquest::vmcore {

struct LoggedTask {
  uint32_t cpu = 0;
  uint32_t pid = 0;
  std::string comm;
};

//     CPU: 1 PID: 210 Comm: sh Not tainted 6.1.0-56-amd64 #1  Debian 6.1.192-2
//     CPU: 0 UID: 0 PID: 12 Comm: kworker/0:1 Kdump: loaded Tainted: G           O       6.12.41+deb13-amd64
//
// Nothing for a line that is none. Source: dump_stack_print_info() of lib/dump_stack.c, show_regs_print_info().
std::optional<LoggedTask> logged_task(std::string_view line);

// The last such line for that CPU.
std::optional<LoggedTask> logged_task(const KernelLog& log, uint32_t cpu);

}  // namespace inquest::vmcore

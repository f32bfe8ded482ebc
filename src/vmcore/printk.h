// The kernel's log out of its own buffer, by what VMCOREINFO tells: no symbols or types are needed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "vmcore/address_space.h"
#include "vmcore/vmcoreinfo.h"

namespace inquest::vmcore {

struct LogRecord {
  uint64_t time_ns = 0;            // monotonic, since boot
  int level = -1;                  // 0 (emergency) to 7 (debug); -1 where the buffer does not say
  std::optional<uint32_t> caller;  // a thread's PID, or a CPU where bit 31 is set; none before v5.10
  std::string text;                // as it was printed; may hold several lines
};

struct KernelLog {
  std::vector<LogRecord> records;
  uint64_t lost = 0;                  // records that could not be read
  std::vector<std::string> problems;  // why, and at which address
};

// The lockless ring buffer (v5.10: Documentation of kernel/printk/printk_ringbuffer.c), the records of `log_buf` before
// it (v3.5). NotFound where VMCOREINFO describes neither, Unsupported for the plain text of older kernels.
Result<KernelLog> read_log(AddressSpace& space, const VmcoreInfo& info);

// "[    8.133271] text", and a line end: exactly what kexec-tools' vmcore-dmesg prints.
std::string log_line(const LogRecord& record, bool with_caller = false);
// "T172" or "C3".
std::string caller_text(uint32_t caller);

}  // namespace inquest::vmcore

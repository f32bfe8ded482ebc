#include "crashtext/identity.h"

#include <algorithm>

#include "base/text.h"
#include "crashtext/scan.h"

namespace inquest::crashtext {
namespace {

constexpr size_t kLongestComm = 64;  // 15 characters in the kernel; workers' names are longer where %s printed them

void set(std::string& field, std::string_view value) {
  value = trim(value);
  if (field.empty()) field = value.substr(0, 256);
}

void set(std::optional<uint32_t>& field, std::optional<uint64_t> value) {
  if (!field && value && *value <= UINT32_MAX) field = static_cast<uint32_t>(*value);
}

bool looks_like_release(std::string_view word) {
  return !word.empty() && Scan::digit(word.front()) && word.find('.') != std::string_view::npos;
}

// " 3.6.1-1.fc17.x86_64 #1 Hewlett-Packard Compaq/30FE", "  (2.6.38 #1)", " syzkaller #0 PREEMPT(full)".
void read_kernel(std::string_view text, bool hardware_follows, Identity& identity) {
  text = trim(text);
  if (text.starts_with('(')) {
    text.remove_prefix(1);
    text = text.substr(0, text.rfind(')'));
  }
  Scan scan(text);
  const std::string_view release = scan.word();
  std::string_view rest = trim(scan.rest());
  // Releases are free text; one that is no number is known by the build behind it.
  if (!looks_like_release(release) && !rest.starts_with('#')) return;
  if (!identity.kernel.empty()) return;
  set(identity.kernel, release);
  if (!rest.starts_with('#')) return;
  if (hardware_follows) {
    Scan build(rest);
    set(identity.build, build.word());
    set(identity.hardware, build.rest());
  } else {
    set(identity.build, rest);
  }
}

// "crashme Kdump: loaded Not tainted": dump_stack_print_info() says behind the name that kdump is ready.
std::string_view without_kdump(std::string_view text) { return text.substr(0, text.find(" Kdump: loaded")); }

// Splits "kswapd0 Tainted: P  W 3.10.4 #1" into the name before the state, the state and the kernel.
void read_state(std::string_view text, bool hardware_follows, Identity& identity) {
  const auto found = find_taint_text(text);
  if (!found) {
    // A kernel that prints the state in a line of its own, or a cut line.
    set(identity.comm, without_kdump(text.substr(0, std::min(kLongestComm, text.size()))));
    return;
  }
  set(identity.comm, without_kdump(text.substr(0, std::min(kLongestComm, found->begin))));
  if (!identity.taint) identity.taint = found->taint;
  read_kernel(text.substr(found->end), hardware_follows, identity);
}

// "CPU: 1 UID: 0 PID: 42 Comm: ..", "CPU: 0    Not tainted  (2.6.38 #1)".
bool read_cpu_line(Scan scan, Identity& identity) {
  if (!scan.take("CPU: ")) return false;
  scan.blanks();
  const auto cpu = scan.decimal();
  if (!cpu) return false;
  scan.blanks();
  std::optional<uint64_t> uid;
  if (scan.take("UID: ")) {
    uid = scan.blanks().decimal();
    scan.blanks();
  }
  if (scan.take("PID: ")) {
    scan.blanks();
    scan.take('-');  // of a task struct that was overwritten
    const auto pid = scan.decimal();
    scan.blanks();
    if (!scan.take("Comm: ")) return false;
    set(identity.cpu, cpu);
    set(identity.uid, uid);
    set(identity.pid, pid);
    read_state(scan.rest(), false, identity);
    return true;
  }
  const auto found = find_taint_text(scan.rest());
  if (!found || !trim(scan.rest().substr(0, found->begin)).empty()) return false;
  set(identity.cpu, cpu);
  if (!identity.taint) identity.taint = found->taint;
  read_kernel(scan.rest().substr(found->end), false, identity);
  return true;
}

// "Pid: 802, comm: wpa_supplicant Tainted: P  O 3.6.1 #1 vendor product/board", to v3.8.
bool read_pid_line(Scan scan, Identity& identity) {
  if (!scan.take("Pid: ")) return false;
  const auto pid = scan.decimal();
  if (!pid || !scan.take(", comm: ")) return false;
  set(identity.pid, pid);
  read_state(scan.blanks().rest(), true, identity);
  return true;
}

// "Hardware name: vendor product, BIOS 2.0b 09/17/2012".
bool read_hardware_line(Scan scan, Identity& identity) {
  if (!scan.take("Hardware name:")) return false;
  const std::string_view text = trim(scan.rest());
  const size_t bios = text.rfind(", BIOS ");
  set(identity.hardware, text.substr(0, bios));
  if (bios != std::string_view::npos) set(identity.bios, text.substr(bios + std::string_view(", BIOS ").size()));
  return true;
}

// "Workqueue: events_unbound toggle_allocation_gate", "Workqueue: zfs f [zfs]", "Workqueue:  0x0 (events)".
bool read_workqueue_line(Scan scan, Identity& identity) {
  if (!scan.take("Workqueue:")) return false;
  scan.blanks();
  set(identity.workqueue, scan.word());
  scan.blanks();
  set(identity.work, scan.word());
  return true;
}

// "Process insmod (pid: 32037, task: 00.., ksp: 00..)" (s390, arm64 to v5.0, mips: "Process swapper (pid: 1, ..").
bool read_process_line(Scan scan, Identity& identity) {
  if (!scan.take("Process ")) return false;
  const std::string_view text = scan.rest();
  const size_t at = text.find(" (pid: ");
  if (at == std::string_view::npos || at > kLongestComm) return false;
  Scan number(text.substr(at + std::string_view(" (pid: ").size()));
  const auto pid = number.blanks().decimal();
  if (!pid) return false;
  set(identity.comm, text.substr(0, at));
  set(identity.pid, pid);
  return true;
}

// "TASK = c000000010d4ec70[191] 'systemd-udevd' THREAD: c000000010f90000 CPU: 1" (ppc to v4.20).
bool read_ppc_task_line(Scan scan, Identity& identity) {
  if (!scan.take("TASK = ") || !scan.hex() || !scan.take('[')) return false;
  const auto pid = scan.decimal();
  if (!pid || !scan.take("] '")) return false;
  const auto comm = scan.until('\'');
  if (!comm) return false;
  set(identity.comm, *comm);
  set(identity.pid, pid);
  if (const size_t cpu = scan.rest().find("CPU: "); cpu != std::string_view::npos) {
    Scan number(scan.rest().substr(cpu + 5));
    set(identity.cpu, number.blanks().decimal());
  }
  return true;
}

// "REGS: c000000010f92e30 TRAP: 0700   Not tainted  (3.10.0-33.el7.ppc64)"
bool read_ppc_regs_line(Scan scan, Identity& identity) {
  if (!scan.take("REGS: ")) return false;
  const auto found = find_taint_text(scan.rest());
  if (!found) return false;
  if (!identity.taint) identity.taint = found->taint;
  read_kernel(scan.rest().substr(found->end), false, identity);
  return true;
}

// "      Tainted: P  O 5.15.0 #1" below a hung task, and the verbose "Tainted: [P]=PROPRIETARY_MODULE" since v6.12.
bool read_taint_line(std::string_view line, Identity& identity) {
  if (!line.starts_with("Tainted:") && !line.starts_with("Not tainted")) return false;
  const auto found = find_taint_text(line);
  if (!found || found->begin != 0) return false;
  if (!identity.taint) identity.taint = found->taint;
  read_kernel(line.substr(found->end), false, identity);
  return true;
}

// "CPU#1: comm/42", in the WARNING line since v6.16.
bool read_warning_line(std::string_view line, Identity& identity) {
  if (!line.starts_with("WARNING: ")) return false;
  const size_t at = line.rfind("CPU#");
  if (at != std::string_view::npos) {
    Scan scan(line.substr(at + 4));
    const auto cpu = scan.decimal();
    if (!cpu || !scan.take(": ")) return false;
    const std::string_view text = scan.rest();
    const size_t slash = text.rfind('/');  // "kworker/0:1/42"
    if (slash == std::string_view::npos) return false;
    const auto pid = parse_int<uint32_t>(trim(text.substr(slash + 1)));
    if (!pid) return false;
    set(identity.cpu, cpu);
    set(identity.pid, *pid);
    set(identity.comm, text.substr(0, slash));
    return true;
  }
  Scan scan(line);
  if (!scan.take("WARNING: CPU: ")) return false;
  const auto cpu = scan.decimal();
  if (!cpu || !scan.take(" PID: ")) return false;
  const auto pid = scan.decimal();
  if (!pid) return false;
  set(identity.cpu, cpu);
  set(identity.pid, pid);
  return true;
}

// "soft lockup - CPU#1 stuck for 22s! [kworker/0:1:42]"
bool read_lockup_line(std::string_view line, Identity& identity) {
  const size_t at = line.find("soft lockup - CPU#");
  if (at == std::string_view::npos) return false;
  Scan scan(line.substr(at + std::string_view("soft lockup - CPU#").size()));
  const auto cpu = scan.decimal();
  if (!cpu) return false;
  set(identity.cpu, cpu);
  const std::string_view text = scan.rest();
  const size_t open = text.find('[');
  const size_t close = text.rfind(']');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return true;
  const std::string_view task = text.substr(open + 1, close - open - 1);
  const size_t colon = task.rfind(':');
  if (colon == std::string_view::npos) return true;
  set(identity.comm, task.substr(0, colon));
  if (const auto pid = parse_int<uint32_t>(task.substr(colon + 1))) set(identity.pid, *pid);
  return true;
}

// "INFO: task kworker/0:1:42 blocked for more than 120 seconds."
bool read_hung_line(std::string_view line, Identity& identity) {
  constexpr std::string_view kHead = "INFO: task ";
  const size_t end = line.find(" blocked for more than ");
  const size_t head = line.find(kHead);
  if (head == std::string_view::npos || end == std::string_view::npos || end < head + kHead.size()) return false;
  const std::string_view task = line.substr(head + kHead.size(), end - head - kHead.size());
  const size_t colon = task.rfind(':');
  if (colon == std::string_view::npos) return false;
  const auto pid = parse_int<uint32_t>(task.substr(colon + 1));
  if (!pid) return false;
  set(identity.comm, task.substr(0, colon));
  set(identity.pid, *pid);
  return true;
}

// "task:kworker/0:1 state:D stack:0 pid:42 tgid:42 ppid:2 flags:0x4000", since v5.9.
bool read_task_line(std::string_view line, Identity& identity) {
  const size_t state = line.find(" state:");
  const size_t pid_at = line.find(" pid:");
  if (!line.starts_with("task:") || state == std::string_view::npos || pid_at == std::string_view::npos) return false;
  Scan number(line.substr(pid_at + 5));
  const auto pid = number.blanks().decimal();
  if (!pid) return false;
  set(identity.comm, line.substr(5, state - 5));
  set(identity.pid, pid);
  return true;
}

}  // namespace

bool Identity::read(std::string_view line) {
  const Scan scan(trim(line));
  line = scan.rest();
  return read_cpu_line(scan, *this) || read_pid_line(scan, *this) || read_hardware_line(scan, *this) ||
         read_workqueue_line(scan, *this) || read_process_line(scan, *this) || read_ppc_task_line(scan, *this) ||
         read_ppc_regs_line(scan, *this) || read_taint_line(line, *this) || read_warning_line(line, *this) ||
         read_lockup_line(line, *this) || read_hung_line(line, *this) || read_task_line(line, *this);
}

}  // namespace inquest::crashtext

// Writes a log of ordinary lines with crash reports among them, the same every time: bench_crash_log FILE MEGABYTES.
// Prints how many reports are in it.

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"

namespace {

// xorshift64*: the same numbers on every machine.
class Random {
 public:
  uint64_t below(uint64_t limit) {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return state_ * 2685821657736338717ULL % limit;
  }

 private:
  uint64_t state_ = 88172645463325252ULL;
};

// What systems log all day: {} is a number.
constexpr std::array<std::string_view, 12> kOrdinary = {
    "sshd[{}]: Accepted publickey for backup from 10.1.2.3 port 50022 ssh2: ED25519 SHA256:abcdefghijklmnop",
    "systemd[1]: Started session-{}.scope - Session of user backup.",
    "CRON[{}]: (root) CMD (command -v debian-sa1 > /dev/null && debian-sa1 1 1)",
    "kernel: [12345.{}] audit: type=1400 apparmor=\"STATUS\" operation=\"profile_replace\" profile=\"unconfined\"",
    "pveproxy[{}]: worker exit",
    "postfix/smtpd[{}]: connect from mail.example.org[192.0.2.7]",
    "dockerd[{}]: time=\"2026-02-09T15:54:50Z\" level=info msg=\"ignoring event\" module=libcontainerd "
    "topic=/tasks/delete",
    "nginx[{}]: 192.0.2.9 - - \"GET /index.html HTTP/1.1\" 200 612 \"-\" \"curl/7.88.1\"",
    "kernel: [12345.{}] IPv6: ADDRCONF(NETDEV_CHANGE): veth12ab34: link becomes ready",
    "dhclient[{}]: DHCPACK of 10.1.2.3 from 10.1.2.1",
    "telegraf[{}]: 2026-02-09T15:54:50Z D! [outputs.influxdb_v2] Wrote batch of 1000 metrics in 14.6ms",
    "smartd[{}]: Device: /dev/sda [SAT], SMART Usage Attribute: 194 Temperature_Celsius changed from 71 to 70",
};

// Three shapes of reports; the number that replaces the @ tells one from the next.
constexpr std::array<std::string_view, 3> kReports = {
    R"(BUG: kernel NULL pointer dereference, address: 0000000000000028
#PF: supervisor read access in kernel mode
#PF: error_code(0x0000) - not-present page
PGD 0 P4D 0
Oops: 0000 [#1] PREEMPT SMP NOPTI
CPU: 2 PID: 733 Comm: acme_cli Tainted: P           OE      6.1.0-18-amd64 #1  Debian 6.1.76-1
Hardware name: ACME Corp. X1/B1, BIOS 1.2 01/02/2023
RIP: 0010:acme_submit_@+0x4c/0x90 [acme]
Code: 00 00 00 00 0f 1f 44 00 00 48 8b 47 18 <48> 8b 50 28 48 85 d2 74 0d 48 89 d7
RSP: 0018:ffffc90001a3bd80 EFLAGS: 00010246
RAX: 0000000000000000 RBX: ffff888104d3a000 RCX: 0000000000000001
RDX: 0000000000000000 RSI: ffff888104d3a000 RDI: ffff888104d3b000
RBP: ffff888104d3a000 R08: 0000000000000000 R09: 0000000000000000
FS:  00007f82e516e740(0000) GS:ffff88813bd00000(0000) knlGS:0000000000000000
CR2: 0000000000000028 CR3: 0000000104d3a000 CR4: 0000000000350ee0
Call Trace:
 <TASK>
 acme_queue_rq+0x8d/0x1f0 [acme]
 blk_mq_dispatch_rq_list+0x13a/0x7e0
 __blk_mq_sched_dispatch_requests+0xa9/0x140
 blk_mq_run_work_fn+0x5f/0x70
 vfs_write+0xb9/0x3f0
 ksys_write+0x6b/0xf0
 do_syscall_64+0x5b/0xc0
 entry_SYSCALL_64_after_hwframe+0x64/0xce
 </TASK>
Modules linked in: acme(OE) xfs dm_mod sd_mod ahci libahci e1000e
---[ end trace 0000000000000000 ]---)",
    R"(INFO: task acme_flush:914 blocked for more than 120 seconds.
      Tainted: P           OE      6.1.0-18-amd64 #1
"echo 0 > /proc/sys/kernel/hung_task_timeout_secs" disables this message.
task:acme_flush      state:D stack:0     pid:914   ppid:2      flags:0x00004000
Call Trace:
 <TASK>
 __schedule+0x34d/0x9e0
 schedule+0x5a/0xd0
 schedule_timeout+0x11b/0x160
 wait_for_completion+0x86/0x110
 acme_flush_@+0x31/0x80 [acme]
 process_one_work+0x1c7/0x380
 kthread+0xd7/0x100
 ret_from_fork+0x1f/0x30
 </TASK>)",
    R"(watchdog: BUG: soft lockup - CPU#5 stuck for 26s! [acme_poll:612]
Modules linked in: acme(OE) xfs dm_mod sd_mod ahci libahci e1000e
CPU: 5 PID: 612 Comm: acme_poll Tainted: P           OE      6.1.0-18-amd64 #1  Debian 6.1.76-1
Hardware name: ACME Corp. X1/B1, BIOS 1.2 01/02/2023
RIP: 0010:acme_wait_ring+0x1c/0x30 [acme]
RSP: 0018:ffffc90001a3bd80 EFLAGS: 00000246
RAX: 0000000000000000 RBX: ffff888104d3a000 RCX: 0000000000000001
Call Trace:
 <TASK>
 acme_drain_@+0x4d/0xa0 [acme]
 acme_ioctl+0x11a/0x3c0 [acme]
 __x64_sys_ioctl+0x90/0xd0
 do_syscall_64+0x5b/0xc0
 entry_SYSCALL_64_after_hwframe+0x64/0xce
 </TASK>)",
};

constexpr uint64_t kBytesPerReport = 1'100'000;

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const auto megabytes = inquest::parse_int<uint64_t>(argv[2]);
  std::FILE* const file = std::fopen(argv[1], "wb");
  if (!megabytes || file == nullptr) return 2;
  Random random;
  uint64_t written = 0;
  uint64_t reports = 0;
  uint64_t second = 0;
  std::string out;
  const auto line = [&](std::string_view text) {
    out += fmt::format("Feb {:2} {:02}:{:02}:{:02} node1 {}\n", 1 + second / 86400 % 28, second / 3600 % 24,
                       second / 60 % 60, second % 60, text);
  };
  const uint64_t wanted = *megabytes * 1'000'000;
  while (written < wanted) {
    second += random.below(8) == 0 ? 1 : 0;
    if (written / kBytesPerReport > reports) {
      std::string body(kReports[reports % kReports.size()]);
      body.replace(body.find('@'), 1, fmt::format("{}", reports));
      for (const std::string_view each : inquest::lines(body)) {
        line(fmt::format("kernel: [{:5}.{:06}] {}", 1000 + second, random.below(1'000'000), each));
      }
      ++reports;
    } else {
      line(fmt::format(fmt::runtime(kOrdinary[random.below(kOrdinary.size())]), random.below(100'000)));
    }
    written += out.size();
    if (std::fwrite(out.data(), 1, out.size(), file) != out.size()) return 1;
    out.clear();
  }
  if (std::fclose(file) != 0) return 1;
  fmt::print("{}\n", reports);
  return 0;
}

#include "crashtext/identity.h"

#include <array>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace inquest::crashtext {
namespace {

std::string shown(std::string_view line) {
  Identity identity;
  if (!identity.read(line)) return "none";
  std::string text;
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) text += fmt::format("{}{}={}", text.empty() ? "" : "|", name, value);
  };
  const auto number = [](const std::optional<uint32_t>& n) { return n ? fmt::to_string(*n) : std::string(); };
  add("cpu", number(identity.cpu));
  add("uid", number(identity.uid));
  add("pid", number(identity.pid));
  add("comm", identity.comm);
  if (identity.taint) add("taint", identity.taint->tainted() ? identity.taint->letters() : "none");
  add("kernel", identity.kernel);
  add("build", identity.build);
  add("hardware", identity.hardware);
  add("bios", identity.bios);
  add("wq", identity.workqueue);
  add("work", identity.work);
  return text;
}

TEST(Identity, ReadsEveryGenerationOfItsLines) {
  struct Case {
    std::string_view line;
    std::string_view expected;
  };
  constexpr auto kCases = std::to_array<Case>({
      {"CPU: 0 PID: 811 Comm: loadmod Kdump: loaded Not tainted 5.14.0-427.el9.x86_64 #1",
       "cpu=0|pid=811|comm=loadmod|taint=none|kernel=5.14.0-427.el9.x86_64|build=#1"},
      {"CPU: 3 UID: 0 PID: 7 Comm: my tool Kdump: loaded Tainted: G           OE      6.12.0 #1",
       "cpu=3|uid=0|pid=7|comm=my tool|taint=G O E|kernel=6.12.0|build=#1"},
      {"CPU: 1 UID: 0 PID: 17677 Comm: kworker/1:3 Not tainted 6.12.1 #0 PREEMPT(full) ",
       "cpu=1|uid=0|pid=17677|comm=kworker/1:3|taint=none|kernel=6.12.1|build=#0 PREEMPT(full)"},
      {"CPU: 1 UID: 0 PID: 7 Comm: a Not tainted syzkaller #0 PREEMPT(full) ",
       "cpu=1|uid=0|pid=7|comm=a|taint=none|kernel=syzkaller|build=#0 PREEMPT(full)"},
      {"CPU: 0 PID: 172 Comm: dd Kdump: loaded Not tainted 6.1.0-9-amd64 #1",
       "cpu=0|pid=172|comm=dd|taint=none|kernel=6.1.0-9-amd64|build=#1"},
      {"CPU: 1 PID: 42 Comm: kswapd0 Tainted: PF   B   WC O 3.10.4-100.fc18.x86_64 #1",
       "cpu=1|pid=42|comm=kswapd0|taint=P F B W C O|kernel=3.10.4-100.fc18.x86_64|build=#1"},
      {"CPU: 5 PID: 19 Comm: my prog Not tainted 5.15.0-136-generic #147-Ubuntu",
       "cpu=5|pid=19|comm=my prog|taint=none|kernel=5.15.0-136-generic|build=#147-Ubuntu"},
      {"Pid: 802, comm: wpa Tainted: P           O 3.6.1-1.fc17.x86_64 #1 Acme Thing 40 Notebook/30FE",
       "pid=802|comm=wpa|taint=P O|kernel=3.6.1-1.fc17.x86_64|build=#1|hardware=Acme Thing 40 Notebook/30FE"},
      {"Pid: 0, comm: swapper Not tainted 2.6.32-5-amd64 #1",
       "pid=0|comm=swapper|taint=none|kernel=2.6.32-5-amd64|build=#1"},
      {"CPU: 0    Not tainted  (2.6.38-rc1 #1)", "cpu=0|taint=none|kernel=2.6.38-rc1|build=#1"},
      {"Hardware name: Acme Co., Ltd. EP45/EP45, BIOS F4 02/24/2009",
       "hardware=Acme Co., Ltd. EP45/EP45|bios=F4 02/24/2009"},
      {"Hardware name: Marvell Armada 370/XP (Device Tree)", "hardware=Marvell Armada 370/XP (Device Tree)"},
      {"Workqueue: events_unbound toggle_gate", "wq=events_unbound|work=toggle_gate"},
      {"Process insmod (pid: 32037, task: 000000007ffa9998, ksp: 0000000059e1fb90)", "pid=32037|comm=insmod"},
      {"TASK = c000000010d4ec70[191] 'systemd-udevd' THREAD: c000000010f90000 CPU: 1",
       "cpu=1|pid=191|comm=systemd-udevd"},
      {"REGS: c000000010f92e30 TRAP: 0700   Not tainted  (3.10.0-33.el7.ppc64)",
       "taint=none|kernel=3.10.0-33.el7.ppc64"},
      {"      Tainted: P           O      5.15.39-1-pve #1", "taint=P O|kernel=5.15.39-1-pve|build=#1"},
      {"Tainted: [W]=WARN", "taint=G W"},
      {"WARNING: fs/a.c:1 at f+0x1/0x2, CPU#3: kworker/0:1/42", "cpu=3|pid=42|comm=kworker/0:1"},
      {"WARNING: CPU: 2 PID: 750 at fs/a.c:265 f+0x1/0x2()", "cpu=2|pid=750"},
      {"watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [kworker/1:2:42]", "cpu=1|pid=42|comm=kworker/1:2"},
      {"INFO: task txg_sync:1013 blocked for more than 120 seconds.", "pid=1013|comm=txg_sync"},
      {"task:txg_sync        state:D stack:0     pid:1013  tgid:1013  ppid:2      flags:0x00004000",
       "pid=1013|comm=txg_sync"},
  });
  for (const Case& c : kCases) EXPECT_EQ(shown(c.line), c.expected) << c.line;
}

TEST(Identity, LeavesOtherLinesAlone) {
  for (const char* line : {"", "CPU: ", "CPU: 3", "Pid: x, comm: y", "Process is gone", "TASK = ", "REGS: ",
                           "Modules linked in:", "WARNING: possible circular locking dependency detected", "task:a"}) {
    EXPECT_EQ(shown(line), "none") << line;
  }
}

TEST(Identity, KeepsWhatTheFirstLineSaid) {
  Identity identity;
  identity.read("CPU: 1 PID: 42 Comm: first Not tainted 5.1.0 #1");
  identity.read("CPU: 2 PID: 43 Comm: second Tainted: G W 5.1.1 #2");
  EXPECT_EQ(identity.cpu, 1U);
  EXPECT_EQ(identity.pid, 42U);
  EXPECT_EQ(identity.comm, "first");
  EXPECT_EQ(identity.kernel, "5.1.0");
  EXPECT_FALSE(identity.taint->tainted());
}

}  // namespace
}  // namespace inquest::crashtext

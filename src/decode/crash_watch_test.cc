#include "decode/crash_watch.h"

#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decode/intake.h"
#include "model/case.h"

namespace inquest::decode {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

// A NULL pointer dereference with the panic that follows from it, each line behind `prefix`.
std::string oops(std::string_view prefix, std::string_view function = "tank_drain") {
  std::string out;
  double at = 12.5;
  for (const std::string_view line :
       {"BUG: kernel NULL pointer dereference, address: 0000000000000018",
        "#PF: supervisor read access in kernel mode",
        "#PF: error_code(0x0000) - not-present page",
        "PGD 0 P4D 0",
        "Oops: 0000 [#1] PREEMPT SMP NOPTI",
        "CPU: 3 PID: 411 Comm: tankd Tainted: P           O       6.1.0-9-amd64 #1  Debian 6.1.27-1",
        "Hardware name: Example Corp. X1/X1, BIOS 1.0 01/01/2020",
        "RIP: 0010:{}+0x12/0x90 [tank]",
        "Code: 48 89 f8 0f 1f 44 00 00 <48> 8b 47 18 c3 cc cc cc cc",
        "RSP: 0018:ffffb1c200a53d98 EFLAGS: 00010246",
        "Call Trace:",
        " <TASK>",
        " tank_level+0x34/0x80 [tank]",
        " kthread+0xe6/0x110",
        " ret_from_fork+0x22/0x30",
        " </TASK>",
        "Modules linked in: tank(PO)",
        "CR2: 0000000000000018",
        "---[ end trace 0000000000000000 ]---",
        "RIP: 0010:{}+0x12/0x90 [tank]",
        "Kernel panic - not syncing: Fatal exception",
        "---[ end Kernel panic - not syncing: Fatal exception ]---"}) {
    out += fmt::format("{}[{:12.6f}] ", prefix, at);
    out += fmt::format(fmt::runtime(line), function);
    out += '\n';
    at += 0.001;
  }
  return out;
}

std::string boot() {
  std::string out = "[    0.000000] Linux version 6.1.0-9-amd64 (builder) #1 SMP\n";
  for (int i = 1; i < 40; ++i) out += fmt::format("[{:12.6f}] pci 0000:00:{:02x}.0: enabling device\n", i * 0.1, i);
  return out;
}

TEST(CrashWatch, FindsReportsAmongTheEventsOfALog) {
  model::Case c;
  take_in_bytes(boot() + oops(""), "dmesg.txt", c, 97);
  ASSERT_THAT(c.crashes, SizeIs(1));
  const model::Crash& crash = c.crashes[0];
  EXPECT_EQ(crash.title, "BUG: unable to handle kernel NULL pointer dereference in tank_drain");
  EXPECT_THAT(c.message(crash.first), StartsWith("BUG: kernel NULL pointer"));
  EXPECT_EQ(c.events[crash.first].line, 41U);
  EXPECT_THAT(c.message(crash.last), HasSubstr("Kernel panic"));
  EXPECT_TRUE(crash.panicked);
  EXPECT_EQ(crash.severity, model::CrashSeverity::Fatal);
  EXPECT_EQ(crash.culprit_function, "tank_drain");
  EXPECT_EQ(crash.culprit_module, "tank");
  EXPECT_EQ(crash.cpu, 3);
  EXPECT_EQ(crash.pid, 411);
  EXPECT_EQ(crash.comm, "tankd");
  ASSERT_FALSE(crash.frames.empty());
  EXPECT_EQ(crash.frames[0].function, "tank_drain");
}

// The same words in other formats give the same report, though there other prefixes stand before them.
TEST(CrashWatch, IsTheSameInEveryFormat) {
  model::Case plain;
  take_in_bytes(boot() + oops(""), "dmesg.txt", plain);
  model::Case syslog;
  take_in_bytes("Feb  9 07:54:50 node-a kernel: [    0.000000] Linux version 6.1.0-9-amd64 (builder) #1 SMP\n" +
                    oops("Feb  9 07:55:03 node-a kernel: "),
                "kern.log", syslog);
  ASSERT_THAT(plain.crashes, SizeIs(1));
  ASSERT_THAT(syslog.crashes, SizeIs(1));
  EXPECT_EQ(plain.crashes[0].title, syslog.crashes[0].title);
  EXPECT_EQ(plain.crashes[0].signature, syslog.crashes[0].signature);
}

TEST(CrashWatch, TellsTheLogsOfHostsApart) {
  // Two hosts whose kernels die at once, line by line, in one central log.
  const std::string a = oops("Feb  9 07:55:03 node-a kernel: ", "tank_drain");
  const std::string b = oops("Feb  9 07:55:03 node-b kernel: ", "pump_start");
  std::string both;
  for (size_t i = 0, k = 0; i < a.size() && k < b.size();) {
    const size_t i_end = a.find('\n', i) + 1;
    const size_t k_end = b.find('\n', k) + 1;
    both += a.substr(i, i_end - i) + b.substr(k, k_end - k);
    i = i_end;
    k = k_end;
  }
  model::Case c;
  take_in_bytes(both, "central.log", c);
  ASSERT_THAT(c.crashes, SizeIs(2));
  EXPECT_THAT(c.crashes[0].title + c.crashes[1].title, AllOf(HasSubstr("tank_drain"), HasSubstr("pump_start")));
}

TEST(CrashWatch, HasNothingToSayOfASoundBoot) {
  model::Case c;
  take_in_bytes(boot(), "dmesg.txt", c);
  EXPECT_THAT(c.crashes, IsEmpty());
}

}  // namespace
}  // namespace inquest::decode

#include "crashtext/delivery.h"

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "crashtext/detector.h"

namespace inquest::crashtext {
namespace {

constexpr std::string_view kOops =
    "[  {}.000000] BUG: kernel NULL pointer dereference, address: 0000000000000010\n"
    "[  {}.000001] Oops: 0000 [#1] PREEMPT SMP\n"
    "[  {}.000002] CPU: 1 PID: 42 Comm: acme Not tainted 6.1.0 #1\n"
    "[  {}.000003] RIP: 0010:acme_submit_io+0x4c/0x90 [acme]\n"
    "[  {}.000004] Call Trace:\n"
    "[  {}.000005]  acme_queue_rq+0x8d/0x1f0 [acme]\n"
    "[  {}.000006]  vfs_write+0xb9/0x3f0\n";

std::string oops_at(int second) {
  std::string out(kOops);
  for (size_t at = 0; (at = out.find("{}")) != std::string::npos;) out.replace(at, 2, fmt::format("{:03}", second));
  return out;
}

std::string event(int second, std::string_view text) { return fmt::format("[{:6}.000000] {}\n", second, text); }

constexpr std::string_view kTimeout = "nvme nvme0: I/O 112 QID 3 timeout, aborting";
constexpr std::string_view kThrottle = "CPU2: Core temperature above threshold, cpu clock throttled (total events = 7)";
constexpr std::string_view kFatal = "mce: [Hardware Error]: CPU 6: Machine Check Exception: 5 Bank 4: b200000000070f0f";
constexpr std::string_view kHint =
    "clocksource: timekeeping watchdog on CPU3: Marking clocksource 'tsc' as unstable because the skew is too large:";

std::vector<std::string> told(std::string_view text) {
  std::vector<std::string> out;
  for (const Report& report : find_reports(text)) {
    out.push_back(fmt::format("{}{} x{}", report.root ? "root " : "", report.title, report.repeats));
  }
  return out;
}

TEST(Delivery, CountsAnEventThatComesAgainThoughOthersStandBetween) {
  std::string text;
  for (int i = 0; i < 500; ++i) text += event(100 + i, kTimeout) + event(100 + i, kThrottle);
  EXPECT_EQ(told(text), (std::vector<std::string>{"root NVME-TIMEOUT: aborting x499",
                                                  "THERMAL-THROTTLE: Core temperature above threshold x499"}));
}

TEST(Delivery, TellsAnEventAgainAfterALongPause) {
  EXPECT_EQ(told(event(100, kTimeout) + event(200, kTimeout) + event(9000, kTimeout)),
            (std::vector<std::string>{"root NVME-TIMEOUT: aborting x1", "root NVME-TIMEOUT: aborting x0"}));
}

TEST(Delivery, TellsAnEventAgainAfterACrash) {
  const std::vector<std::string> all = told(event(100, kTimeout) + oops_at(200) + event(210, kTimeout));
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[2], "NVME-TIMEOUT: aborting x0");
}

TEST(Delivery, KeepsCountsOfHostsApart) {
  std::string text;
  for (const std::string_view host : {"alpha", "beta", "alpha", "alpha"}) {
    text += fmt::format("Nov 21 06:01:02 {} kernel: {}\n", host, kTimeout);
  }
  EXPECT_EQ(told(text), (std::vector<std::string>{"root NVME-TIMEOUT: aborting x2", "root NVME-TIMEOUT: aborting x0"}));
}

TEST(Delivery, LinksWhatComesAfterAFatalEvent) {
  const std::vector<Report> reports = find_reports(event(100, kFatal) + oops_at(110));
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_TRUE(reports[0].root);
  EXPECT_FALSE(reports[1].root);
  EXPECT_EQ(reports[1].consequence_of, 0U);
}

TEST(Delivery, DoesNotBlameAnOopsOnAnErrorThatWasSurvivedOrOnAHint) {
  for (const std::string_view before : {kTimeout, kHint}) {
    const std::vector<Report> reports = find_reports(event(100, before) + oops_at(110));
    ASSERT_EQ(reports.size(), 2U) << before;
    EXPECT_TRUE(reports[1].root) << before;
    EXPECT_FALSE(reports[1].consequence_of) << before;
  }
}

TEST(Delivery, LinksAPanicToTheErrorsBeforeIt) {
  const std::vector<Report> reports =
      find_reports(event(100, "Out of memory and no killable processes...") +
                   event(101, "Kernel panic - not syncing: System is deadlocked on memory"));
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_EQ(reports[1].consequence_of, 0U);
}

TEST(Delivery, TellsApartEventsOfOneTypeByTheirSignatures) {
  const std::vector<Report> reports = find_reports(event(100, "NVRM: Xid (PCI:0000:65:00): 31, pid=1, name=acme") +
                                                   event(101, "NVRM: Xid (PCI:0000:65:00): 94, pid=1, name=acme") +
                                                   event(9999, "NVRM: Xid (PCI:0000:c1:00): 31, pid=2, name=acme"));
  ASSERT_EQ(reports.size(), 3U);
  EXPECT_NE(reports[0].signature, reports[1].signature);
  EXPECT_EQ(reports[0].signature, reports[2].signature);
}

TEST(Delivery, TakesInContinuationsWithoutAPrefix) {
  const std::vector<Report> reports = find_reports(
      "Nov 21 06:01:02 alpha kernel: e1000e 0000:00:1f.6 eno1: Detected Hardware Unit Hang:\n"
      "  TDH                  <4>\n"
      "  TDT                  <53>\n"
      "Nov 21 06:01:02 alpha systemd[1]: Started acme.service.\n");
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].range.last_line, 3U);
}

TEST(Delivery, ReadsWhatSyslogdTellsEverybodyAsOneEvent) {
  const std::vector<Report> reports = find_reports(
      "Message from syslogd@alpha at Nov 21 06:01:02 ...\n"
      " kernel:[  316.000001] [Hardware Error]: Corrected error, no action required.\n"
      "\n"
      "Message from syslogd@alpha at Nov 21 06:01:02 ...\n"
      " kernel:[  316.000002] [Hardware Error]: CPU:2 (17:71:0) MC17_STATUS[-|CE|-|-|-]: 0x98204000000001b\n");
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].type, "HW-MCE-CORRECTED");
  EXPECT_EQ(reports[0].range.last_line, 5U);
}

}  // namespace
}  // namespace inquest::crashtext

#include "decode/log_text.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/decoding.h"

namespace inquest::decode {
namespace {

using model::ClockDomain;

const Decoder kSyslog = {"syslog", "", nullptr, [](Sink& sink) -> std::unique_ptr<Reader> {
                           return std::make_unique<LogText>(sink, LogOrigin::Syslog);
                         }};

model::Case read(std::string_view text) { return testing::decode_with(kSyslog, text, "messages"); }

std::string raw(const model::Case& c, model::EventId id) { return format_utc({c.events[id].time, Precision::Second}); }

std::vector<std::string> problems(const model::Case& c) {
  std::vector<std::string> out;
  for (const model::Diagnostic& diagnostic : c.evidence[0].diagnostics) out.push_back(diagnostic.message);
  return out;
}

TEST(LogText, CountsTheYearsOfAYearlessLog) {
  const model::Case c = read(
      "Dec 31 23:59:58 pve a[1]: one\n"
      "Jan  1 00:00:01 pve a[1]: two\n"
      "Dec 31 23:59:59 pve a[1]: late\n"
      "Jan  1 00:00:00 pve a[1]: out of order\n"
      "Nov 30 12:00:00 pve a[1]: after a long silence\n"
      "Feb  2 12:00:00 pve a[1]: three\n");
  ASSERT_EQ(c.streams.size(), 1U);
  EXPECT_TRUE(c.streams[0].yearless);
  ASSERT_EQ(c.events.size(), 6U);
  EXPECT_EQ(raw(c, 0), "2000-12-31T23:59:58Z");
  EXPECT_EQ(raw(c, 1), "2001-01-01T00:00:01Z");
  EXPECT_EQ(raw(c, 2), "2000-12-31T23:59:59Z");
  EXPECT_EQ(raw(c, 3), "2001-01-01T00:00:00Z");
  EXPECT_EQ(raw(c, 4), "2001-11-30T12:00:00Z");
  EXPECT_EQ(raw(c, 5), "2002-02-02T12:00:00Z");
}

// 2000 has a 29 February, and so has each year that it may stand for; 2001 has none.
TEST(LogText, CountsAnewAtALeapDayOfALaterYear) {
  const model::Case c = read(
      "Dec 30 12:00:00 pve a[1]: one\n"
      "Feb 28 12:00:00 pve a[1]: two\n"
      "Feb 29 12:00:00 pve a[1]: three\n"
      "Mar  1 12:00:00 pve a[1]: four\n");
  ASSERT_EQ(c.streams.size(), 2U);
  EXPECT_EQ(raw(c, 1), "2001-02-28T12:00:00Z");
  EXPECT_EQ(c.events[2].stream, 1U);
  EXPECT_EQ(raw(c, 2), "2000-02-29T12:00:00Z");
  EXPECT_EQ(raw(c, 3), "2000-03-01T12:00:00Z");
}

TEST(LogText, OpensAStreamForEachFormOfClock) {
  const model::Case c = read(
      "Feb  9 07:55:07 pve rsyslogd[1]: old template\n"
      "2026-02-09T07:55:08.123456-08:00 pve rsyslogd[1]: new template\n"
      "<34>1 - pve app - - - no clock\n"
      "2026-02-09T07:55:08.5-08:00 pve rsyslogd[1]: the same clock\n"
      "Feb  9 07:55:09 pve rsyslogd[1]: back again\n");
  ASSERT_EQ(c.streams.size(), 3U);
  EXPECT_EQ(c.streams[0].clock, ClockDomain::LocalWall);
  EXPECT_EQ(c.streams[0].precision, Precision::Second);
  EXPECT_EQ(c.streams[1].clock, ClockDomain::Utc);
  EXPECT_EQ(c.streams[1].precision, Precision::Micro);
  EXPECT_EQ(c.streams[2].clock, ClockDomain::None);
  EXPECT_EQ(c.streams[0].events, 2U);
  EXPECT_EQ(c.streams[1].events, 2U);
}

TEST(LogText, AttachesLinesWithoutAHeader) {
  const std::string text =
      "Feb  9 07:55:07 pve app[1]: Traceback (most recent call last):\n"
      "  File \"x.py\", line 1\n"
      "\n"
      "ValueError: no\n"
      "Feb  9 07:55:08 pve app[1]: next\n";
  const model::Case c = read(text);
  ASSERT_EQ(c.events.size(), 2U);
  EXPECT_EQ(c.message(0), "Traceback (most recent call last):\n  File \"x.py\", line 1\n\nValueError: no");
  EXPECT_EQ(c.message(1), "next");
  EXPECT_TRUE(problems(c).empty());
}

TEST(LogText, LocatesLinesThatBelongNowhere) {
  const model::Case c = read(
      "the end of a line that a rotation cut\n"
      "Feb  9 07:55:07 pve app[1]: one\n"
      "Fxb  9 07:55:08 pve app[1]: damaged\n"
      "  and its continuation\n"
      "Feb  9 07:55:09 pve app[1]: two\n");
  EXPECT_EQ(c.events.size(), 2U);
  EXPECT_EQ(c.message(0), "one");
  ASSERT_EQ(c.evidence[0].diagnostics.size(), 2U);
  EXPECT_EQ(c.evidence[0].diagnostics[0].line, 1U);
  EXPECT_EQ(c.evidence[0].diagnostics[0].count, 2U);
  EXPECT_EQ(c.evidence[0].diagnostics[1].line, 3U);
}

TEST(LogText, DoesNotLetARecordGrowWithoutEnd) {
  std::string text = "Feb  9 07:55:07 pve app[1]: one\n";
  for (int i = 0; i < 2000; ++i) text += "some other text that was appended to the log file, in full\n";
  const model::Case c = read(text);
  ASSERT_EQ(c.events.size(), 1U);
  EXPECT_LE(c.events[0].length, 64U * 1024);
  EXPECT_EQ(problems(c), std::vector<std::string>{"text that belongs to no log line"});
}

TEST(LogText, TakesABootSeparatorForJournalctl) {
  const model::Case c = read(
      "Feb 09 07:55:07 pve systemd[1]: Reached target reboot.target - System Reboot.\n"
      "-- Boot 0123456789abcdef0123456789abcdef --\n"
      "Feb 09 07:56:00 pve kernel: Linux version 6.1.0\n"
      "-- Reboot --\n"
      "Feb 09 07:58:00 pve kernel: Linux version 6.1.0\n");
  EXPECT_EQ(c.evidence[0].kind, "journalctl");
  EXPECT_TRUE(problems(c).empty());
  ASSERT_EQ(c.streams.size(), 3U);
  EXPECT_EQ(c.streams[0].boot_id, 0U);
  EXPECT_EQ(c.str(c.streams[1].boot_id), "0123456789abcdef0123456789abcdef");
  EXPECT_EQ(c.streams[2].boot_id, 0U);
  for (const model::Stream& stream : c.streams) EXPECT_EQ(c.str(stream.source), "journal");
}

TEST(LogText, TakesAMonotonicClockThatFallsForANewBoot) {
  const model::Case c = read(
      "[  100.000000] pve systemd[1]: one\n"
      "[   99.000000] pve kernel: late\n"
      "[    0.000000] pve kernel: Linux version 6.1.0\n");
  ASSERT_EQ(c.streams.size(), 2U);
  EXPECT_EQ(c.streams[0].events, 2U);
  EXPECT_EQ(c.streams[1].events, 1U);
}

TEST(LogText, NamesEachZoneOnce) {
  const model::Case c = read(
      "Sun 2026-03-08 01:59:58 PST pve cron.service[5]: winter\n"
      "Sun 2026-03-08 01:59:59 PST pve init.scope[1]: still\n"
      "Sun 2026-03-08 03:00:00 PDT pve kernel: summer\n");
  ASSERT_EQ(c.facts.size(), 2U);
  EXPECT_EQ(c.facts[0].key, "timezone-abbreviation");
  EXPECT_EQ(c.facts[0].value, "PST");
  EXPECT_EQ(c.facts[1].value, "PDT");
  EXPECT_EQ(c.str(c.facts[0].host), "pve");
  ASSERT_EQ(c.streams.size(), 1U);
  EXPECT_EQ(c.streams[0].clock, ClockDomain::LocalWall);
  EXPECT_FALSE(c.streams[0].yearless);
  EXPECT_EQ(c.str(c.events[0].ident), "cron");
  EXPECT_EQ(c.str(c.events[1].ident), "systemd");
}

TEST(LogText, SaysWhenJournalctlHidMessages) {
  const model::Case c = read(
      "Hint: You are currently not seeing messages from other users and the system.\n"
      "      Users in groups 'adm', 'systemd-journal' can see all messages.\n"
      "      Pass -q to turn off this notice.\n"
      "Feb 09 07:55:07 pve bash[7]: mine\n");
  EXPECT_EQ(c.events.size(), 1U);
  ASSERT_EQ(problems(c).size(), 1U);
  EXPECT_NE(problems(c)[0].find("may not see all messages"), std::string::npos);
}

TEST(LogText, StopsOpeningStreams) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "-- Reboot --\nFeb  9 07:55:07 pve kernel: x\n";
  const model::Case c = read(text);
  EXPECT_EQ(c.streams.size(), 4096U);
  EXPECT_EQ(c.events.size(), 4096U);
  ASSERT_EQ(problems(c).size(), 1U);
  EXPECT_EQ(c.evidence[0].diagnostics[0].count, 5000U - 4096U);
}

}  // namespace
}  // namespace inquest::decode

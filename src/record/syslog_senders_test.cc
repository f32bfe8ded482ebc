#include "record/syslog_senders.h"

#include <gtest/gtest.h>

namespace inquest::record {
namespace {

constexpr Ns kNow = 1'770'652'500 * kSecond;  // 2026-02-09T15:55:00Z

store::Event event_of(SyslogSenders& senders, std::string_view text, bool spoofable = true) {
  std::vector<store::Event> events;
  senders.take(*IpAddress::parse("192.0.2.7"), {text}, spoofable, kNow, events);
  EXPECT_EQ(events.size(), 1U);
  return events.empty() ? store::Event{} : events[0];
}

std::string field(const store::Event& event, std::string_view name) {
  for (const auto& [key, value] : event.fields) {
    if (key == name) return value;
  }
  return {};
}

TEST(SyslogSenders, MakesAnEventOfAMessage) {
  SyslogSenders senders;
  const store::Event event =
      event_of(senders, "<30>1 2026-02-09T15:54:59.5Z pve1 sshd 4711 ID1 [origin ip=\"x\"] Accepted");
  EXPECT_EQ(event.time, kNow - 500 * kMilli);
  EXPECT_EQ(event.received, kNow);
  EXPECT_EQ(event.host, "pve1");
  EXPECT_EQ(event.source, "syslog");
  EXPECT_EQ(event.ident, "sshd");
  EXPECT_EQ(event.severity, 6);
  EXPECT_EQ(event.message, "Accepted");
  const std::vector<std::pair<std::string, std::string>> fields = {{"peer", "192.0.2.7"},  {"spoofable", "true"},
                                                                   {"facility", "daemon"}, {"pid", "4711"},
                                                                   {"message_id", "ID1"},  {"origin.ip", "x"}};
  EXPECT_EQ(event.fields, fields);
}

TEST(SyslogSenders, SaysWhichZoneItAssumed) {
  SyslogSenders senders;
  const store::Event event = event_of(senders, "<13>Feb  9 16:54:58 pve1 root: hello", false);
  EXPECT_EQ(event.time, kNow - 2 * kSecond);
  EXPECT_EQ(field(event, "assumed_zone"), "+01:00");
  EXPECT_EQ(field(event, "spoofable"), "");

  const auto zone = Zone::find("America/New_York");
  ASSERT_TRUE(zone);
  SyslogSenders configured(*zone);
  const store::Event there = event_of(configured, "<13>Feb  9 10:54:58 pve1 root: hello");
  EXPECT_EQ(there.time, kNow - 2 * kSecond);
  EXPECT_EQ(field(there, "assumed_zone"), "");
}

TEST(SyslogSenders, KeepsTheKernelsOwnTime) {
  SyslogSenders senders;
  const store::Event event = event_of(senders, "<4>Feb  9 15:54:58 pve1 kernel: [   12.345678] usb 1-1: new");
  EXPECT_EQ(event.ident, "kernel");
  EXPECT_EQ(event.message, "usb 1-1: new");
  EXPECT_EQ(field(event, "monotonic_us"), "12345678");
  EXPECT_EQ(event_of(senders, "<4>no tag at all").ident, "kernel");
  EXPECT_EQ(event_of(senders, "<4>Feb  9 15:54:58 pve1 kernel: [drm] up").message, "[drm] up");
}

TEST(SyslogSenders, NamesASenderWithoutANameByItsAddress) {
  SyslogSenders senders;
  const store::Event event = event_of(senders, "\x01\x02 garbage");
  EXPECT_EQ(event.host, "192.0.2.7");
  EXPECT_EQ(event.message, "\x01\x02 garbage");
  EXPECT_EQ(event.severity, 5);
  EXPECT_EQ(event.time, kNow);
}

TEST(SyslogSenders, DoesNotReadAHeaderInTheMiddleOfAMessage) {
  SyslogSenders senders;
  std::vector<store::Event> events;
  senders.take(*IpAddress::parse("192.0.2.7"), {"<13>a: b", true, true}, false, kNow, events);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].message, "<13>a: b");
  EXPECT_EQ(field(events[0], "continues"), "true");
  EXPECT_EQ(field(events[0], "cut"), "true");
}

}  // namespace
}  // namespace inquest::record

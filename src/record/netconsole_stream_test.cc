#include "record/netconsole_stream.h"

#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace inquest::record {
namespace {

constexpr Ns kNow = 1'770'652'500 * kSecond;

std::string field(const store::Event& event, std::string_view name) {
  for (const auto& [key, value] : event.fields) {
    if (key == name) return value;
  }
  return {};
}

struct Stream {
  NetconsoleStream stream{"192.0.2.7"};
  std::vector<store::Event> events;

  void take(std::string_view datagram, Ns after = 0) { stream.take(datagram, kNow + after, events); }
  void expire(Ns after) { stream.expire(kNow + after, events); }
};

TEST(NetconsoleStream, MakesAnEventOfARecord) {
  Stream s;
  s.take("6.1.0-56-amd64,3,433,5000000,c,caller=T180;acpi: \\x1b[m\n SUBSYSTEM=acpi\n room=4\n");
  s.expire(kSecond);
  ASSERT_EQ(s.events.size(), 1U);
  const store::Event& event = s.events[0];
  EXPECT_EQ(event.host, "192.0.2.7");
  EXPECT_EQ(event.source, "netconsole");
  EXPECT_EQ(event.ident, "kernel");
  EXPECT_EQ(event.severity, 3);
  EXPECT_EQ(event.message, "acpi: \x1b[m");
  EXPECT_EQ(event.time, kNow);
  EXPECT_EQ(event.received, kNow);
  const std::vector<std::pair<std::string, std::string>> fields = {
      {"peer", "192.0.2.7"},         {"spoofable", "true"}, {"seq", "433"},
      {"monotonic_us", "5000000"},   {"flags", "c"},        {"caller", "T180"},
      {"release", "6.1.0-56-amd64"}, {"SUBSYSTEM", "acpi"}, {"room", "4"}};
  EXPECT_EQ(event.fields, fields);
}

TEST(NetconsoleStream, NamesTheProgramThatWroteToTheKernelsLog) {
  Stream s;
  s.take("30,1,5000000,-;systemd[1]: Reached target reboot.target.\n");
  s.take("<12>[    5.000001] LAB-USER: started\n");
  s.expire(kSecond);
  ASSERT_EQ(s.events.size(), 2U);
  EXPECT_EQ(s.events[0].ident, "systemd");
  EXPECT_EQ(s.events[0].message, "Reached target reboot.target.");
  EXPECT_EQ(field(s.events[0], "facility"), "3");
  EXPECT_EQ(s.events[1].ident, "LAB-USER");
  EXPECT_EQ(s.events[1].message, "started");
  EXPECT_EQ(s.events[1].severity, 4);
}

TEST(NetconsoleStream, PutsALogThatComesAtOnceWhereItWasWritten) {
  Stream s;
  for (int i = 0; i < 100; ++i) {
    s.take(fmt::format("[{:5}.{:06}] line {}\n", i / 10, i % 10 * 100'000, i), i * kMilli);
  }
  EXPECT_TRUE(s.events.empty());
  s.take("[   10.000000] written as it is sent\n", 200 * kMilli);
  s.expire(kSecond);
  ASSERT_EQ(s.events.size(), 101U);
  EXPECT_EQ(s.events[0].time, kNow + 99 * kMilli - 9900 * kMilli);
  EXPECT_EQ(s.events[0].received, kNow);
  EXPECT_EQ(field(s.events[1], "monotonic_us"), "100000");
  EXPECT_EQ(s.events[1].message, "line 1");
  s.take("[   20.000000] later\n", 10200 * kMilli);
  EXPECT_EQ(s.events.size(), 102U) << "only the beginning waits";
}

TEST(NetconsoleStream, JoinsAndCutsLines) {
  Stream s;
  const std::string longest = "[    1.000000] " + std::string(1985, 'x');
  s.take(std::string_view(longest).substr(0, 1000));
  s.take(longest.substr(1000) + "\n[    1.000001] two\nthree\r\n\n");
  s.take("[    1.000002] its end is");
  s.take("[    1.000003] lost\n");
  s.take("no newline");
  s.expire(kSecond);
  ASSERT_EQ(s.events.size(), 6U);
  EXPECT_EQ(s.events[0].message, std::string(1985, 'x'));
  EXPECT_EQ(s.events[2].message, "three");
  EXPECT_EQ(s.events[3].message, "its end is");
  EXPECT_EQ(field(s.events[3], "cut"), "true");
  EXPECT_EQ(field(s.events[4], "cut"), "");
  EXPECT_EQ(s.events[5].message, "no newline");
}

TEST(NetconsoleStream, KeepsGarbageAsText) {
  Stream s;
  const std::string garbage("\x00\xff;,,6,1\x1b]0;x\x07", 14);
  s.take(garbage);
  s.take("6,1,2,-,ncfrag=9/3;beyond\n");
  s.expire(kSecond);
  ASSERT_EQ(s.events.size(), 2U);
  EXPECT_EQ(s.events[0].message, garbage);
  EXPECT_EQ(s.events[1].message, "6,1,2,-,ncfrag=9/3;beyond");
  EXPECT_EQ(s.events[0].severity, 8);
}

TEST(NetconsoleStream, RecordsWhatIsLostAsAnEvent) {
  Stream s;
  s.take("6,119,5000000,-;a\n", -kSecond);
  s.expire(0);
  s.take("6,123,5000010,-;b\n");
  s.expire(kSecond);
  ASSERT_EQ(s.events.size(), 3U);
  EXPECT_EQ(s.events[1].ident, "inquest");
  EXPECT_EQ(s.events[1].source, "netconsole");
  EXPECT_EQ(s.events[1].message, "netconsole: 3 records lost (sequence 120 to 122)");
  EXPECT_EQ(field(s.events[1], "note"), "lost");
  EXPECT_EQ(field(s.events[1], "count"), "3");
}

TEST(NetconsoleStream, RecordsARestartBetweenTheBoots) {
  Stream s;
  s.take("6,500,900000000,-;old\n", -kSecond);
  s.expire(0);
  s.take("6,400,6000000,-;new\n", 100 * kSecond);
  s.expire(200 * kSecond);
  ASSERT_EQ(s.events.size(), 3U);
  EXPECT_EQ(field(s.events[1], "note"), "restart");
  EXPECT_EQ(s.events[1].message,
            "netconsole: the host was restarted: uptime 900.000000 s was the last seen, 6.000000 s is the next");
  EXPECT_EQ(s.events[2].time, kNow + 100 * kSecond);
}

// A boot's log: lines that each boot has at its clock's zero, and some of its own.
void send_boot(Stream& s, int own, Ns after) {
  s.take("[    0.000000] Linux version 6.1.0-56-amd64\n[    0.000000] BIOS-provided physical RAM map:\n", after);
  for (int i = 1; i <= 20; ++i) s.take(fmt::format("[{:5}.{:06}] line {}\n", i / 4, own, i), after);
}

TEST(NetconsoleStream, KnowsAnotherBootFromTheSameLogOnceMore) {
  Stream s;
  send_boot(s, 17, 0);
  s.expire(kSecond);
  s.take("[  100.000000] up\n", 95 * kSecond);
  ASSERT_EQ(s.events.size(), 23U);
  s.events.clear();

  send_boot(s, 17, 200 * kSecond);
  s.expire(201 * kSecond);
  ASSERT_EQ(s.events.size(), 23U);
  EXPECT_EQ(field(s.events[0], "note"), "again");
  EXPECT_EQ(s.events[1].message, "Linux version 6.1.0-56-amd64");
  s.take("[  250.000000] up\n", 245 * kSecond);
  EXPECT_EQ(field(s.events.back(), "note"), "");
  s.events.clear();

  send_boot(s, 18, 300 * kSecond);
  s.expire(301 * kSecond);
  ASSERT_EQ(s.events.size(), 23U);
  EXPECT_EQ(field(s.events[0], "note"), "restart");
  EXPECT_EQ(field(s.events[0], "uptime_before_us"), "250000000");
}

TEST(NetconsoleStream, PassesOnWhatItHoldsWhenItEnds) {
  Stream s;
  s.take("[    5.000000] plain\nno end");
  s.take("6,1,5000000,-,ncfrag=0/9;abc");
  EXPECT_TRUE(s.stream.holds());
  s.stream.finish(s.events);
  ASSERT_EQ(s.events.size(), 3U);
  EXPECT_EQ(s.events[0].message, "abc[... 6 bytes lost ...]");
  EXPECT_EQ(field(s.events[0], "lost_bytes"), "6");
  EXPECT_FALSE(s.stream.holds());
}

// Whatever the datagrams: their text is found in the events, and memory stays within bounds.
TEST(NetconsoleStream, LosesNoTextOfAnyDatagrams) {
  std::mt19937 random(5);
  for (int round = 0; round < 60; ++round) {
    Stream s;
    std::vector<std::string> words;
    Ns at = 0;
    for (int i = 0; i < 200; ++i) {
      at += static_cast<Ns>(random() % 300) * kMilli;
      s.expire(at);
      std::string datagram;
      if (random() % 2 == 0) {
        datagram =
            fmt::format("{},{},{},-{};", random() % 300, random() % 50, random() % 4 * 100'000'000 + random() % 50,
                        random() % 4 == 0 ? fmt::format(",ncfrag={}/{}", random() % 40, random() % 200) : "");
      } else if (random() % 2 == 0) {
        datagram = fmt::format("[{:5}.{:06}] ", random() % 200, random() % 3);
      }
      words.push_back(fmt::format("<{}.{}>", round, i));
      datagram += words.back();
      if (random() % 2 == 0) datagram += '\n';
      s.take(datagram, at);
      ASSERT_LT(s.stream.memory(), 4U << 20);
    }
    s.stream.finish(s.events);
    std::string all;
    for (const store::Event& event : s.events) all += event.message + '\n';
    for (const std::string& word : words) EXPECT_NE(all.find(word), std::string::npos) << word;
  }
}

}  // namespace
}  // namespace inquest::record

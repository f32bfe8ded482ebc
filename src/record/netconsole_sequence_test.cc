#include "record/netconsole_sequence.h"

#include <algorithm>
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace inquest::record {
namespace {

using Kind = NetconsoleItem::Kind;

constexpr Ns kNow = 1'770'652'500 * kSecond;

// Feeds a sequence, and notes what goes on: "5" a record, "-5..7" lost ones, "R" a restart.
class Feed {
 public:
  void take(const std::string& datagram, Ns after = 0) {
    const auto header = parse_netconsole_header(datagram);
    ASSERT_TRUE(header) << datagram;
    if (sequence.in_order(*header, kNow + after)) {
      said += fmt::format("{} ", header->sequence);
      bodies += header->body;
      return;
    }
    sequence.take(*header, kNow + after, items);
    read();
  }
  // A record of one microsecond later than the one before it.
  void record(uint64_t number, Ns after = 0) {
    take(fmt::format("6,{},{},-;{} ", number, 1'000'000 + number, number), after);
  }
  void expire(Ns after) {
    sequence.expire(kNow + after, items);
    read();
  }
  void start(uint64_t number) {
    record(number, -kSecond);
    expire(0);
  }

  NetconsoleSequence sequence;
  std::string said;
  std::string bodies;

 private:
  void read() {
    for (const NetconsoleItem& item : items) {
      if (item.kind == Kind::Lost) said += fmt::format("-{}..{} ", item.sequence, item.last);
      if (item.kind == Kind::Restart) said += "R ";
      if (item.kind != Kind::Record) continue;
      said += fmt::format("{}{}{}{} ", item.sequence, item.late ? "late" : "", item.contradicts ? "else" : "",
                          item.missing != 0 ? fmt::format("cut{}", item.missing) : "");
      bodies += item.body;
    }
    items.clear();
  }
  std::vector<NetconsoleItem> items;
};

TEST(NetconsoleSequence, PutsRecordsInOrderFromTheVeryFirstOn) {
  Feed feed;
  for (const uint64_t number : {12U, 10U, 11U}) feed.record(number);
  EXPECT_EQ(feed.said, "");
  feed.expire(NetconsoleSequence::kHold);
  EXPECT_EQ(feed.said, "10 11 12 ");
  for (const uint64_t number : {13U, 16U, 15U, 14U, 17U}) feed.record(number, kSecond);
  EXPECT_EQ(feed.said, "10 11 12 13 14 15 16 17 ");
  EXPECT_FALSE(feed.sequence.holds());
}

TEST(NetconsoleSequence, SaysWhatIsLostWhenItHasWaited) {
  Feed feed;
  feed.start(10);
  feed.record(13, 0);
  feed.record(14, 1);
  feed.expire(NetconsoleSequence::kHold - 1);
  EXPECT_EQ(feed.said, "10 ");
  feed.expire(NetconsoleSequence::kHold);
  EXPECT_EQ(feed.said, "10 -11..12 13 14 ");
  EXPECT_EQ(feed.sequence.lost(), 2U);
  feed.record(12, kSecond);
  feed.record(15, kSecond);
  EXPECT_EQ(feed.said, "10 -11..12 13 14 12late 15 ");
  EXPECT_EQ(feed.sequence.lost(), 1U);
}

TEST(NetconsoleSequence, DropsWhatComesTwiceButNotWhatContradicts) {
  Feed feed;
  feed.start(10);
  feed.record(10);
  feed.record(12);
  feed.record(12);
  feed.record(11);
  feed.record(11);
  EXPECT_EQ(feed.said, "10 11 12 ");
  EXPECT_EQ(feed.sequence.duplicates(), 3U);
  feed.take("6,11,1000011,-;other");
  EXPECT_EQ(feed.said, "10 11 12 11else ");
}

TEST(NetconsoleSequence, JoinsFragmentsAndMarksWhatIsMissing) {
  Feed feed;
  feed.start(10);
  feed.take("6,11,1000011,-,ncfrag=4/12;efgh");
  feed.record(12);
  feed.take("6,11,1000011,-,ncfrag=0/12;abcd");
  feed.take("6,11,1000011,-,ncfrag=0/12;abcd");
  feed.take("6,11,1000011,-,ncfrag=8/12;ijkl");
  EXPECT_EQ(feed.said, "10 11 12 ");
  EXPECT_EQ(feed.bodies, "10 abcdefghijkl12 ");
  feed.take("6,13,1000013,-,ncfrag=4/12;efgh", 0);
  feed.record(14, 5);
  feed.expire(NetconsoleSequence::kHold);
  EXPECT_EQ(feed.said, "10 11 12 13cut8 14 ");
  feed.take("6,13,1000013,-,ncfrag=8/12;ijkl", kSecond);
  EXPECT_EQ(feed.said, "10 11 12 13cut8 14 13latecut8 ");
}

TEST(NetconsoleSequence, KnowsRestarts) {
  struct Case {
    std::string_view what;
    std::string_view datagram;
    Ns after;
  };
  for (const Case& c : {
           Case{"a log that begins anew", "6,3,200,-;x", 20 * kSecond},
           Case{"at once", "6,3,200,-;x", 0},
           Case{"with a number that was here, at another time", "6,4990,6000000,-;x", 20 * kSecond},
           Case{"ahead of the old one, in number and time", "6,5050,9000000,-;x", 50 * kSecond},
       }) {
    Feed feed;
    feed.take("6,4980,7004980,-;", -kSecond);
    feed.expire(0);
    for (int number = 4981; number <= 5000; ++number) feed.take(fmt::format("6,{},{},-;", number, 7'000'000 + number));
    feed.said.clear();
    feed.take(std::string(c.datagram), c.after);
    feed.expire(c.after + NetconsoleSequence::kHold);
    EXPECT_TRUE(feed.said.starts_with("R ")) << c.what << ": " << feed.said;
  }
}

TEST(NetconsoleSequence, KnowsARestartThatGoesOnCounting) {
  Feed feed;
  feed.take("6,100,60000000,-;", -kSecond);
  feed.expire(0);
  feed.take("6,101,0,-;a processor whose clock is not set");
  feed.take("6,102,60000001,-;");
  for (int number = 103; number < 112; ++number) feed.take(fmt::format("6,{},{},-;", number, 5'000'000 + number));
  feed.expire(kSecond);
  EXPECT_EQ(feed.said, "100 101 102 103 104 105 106 107 108 109 R 110 111 ");
}

TEST(NetconsoleSequence, TakesNoLateOrSilentHostForARestart) {
  Feed feed;
  feed.take("6,100,60000000,-;", -kSecond);
  feed.expire(0);
  feed.take("6,102,60000200,-;");
  feed.expire(kSecond);
  feed.take("6,101,60000100,-;", 3 * kSecond);   // on a longer way
  feed.take("6,103,60000050,-;", 3 * kSecond);   // written in an interrupt
  feed.take("6,104,3660000000,-;", kHour);       // after silence
  feed.take("6,105,3660000100,-;", 10 * kHour);  // asleep meanwhile
  feed.take("6,107,39660000100,-;", 20 * kHour);
  feed.expire(30 * kHour);
  EXPECT_EQ(feed.said, "100 -101..101 102 101late 103 104 105 -106..106 107 ");
}

TEST(NetconsoleSequence, ComesBackFromANumberThatNobodySent) {
  Feed feed;
  feed.start(10);
  feed.take("6,4611686018427387904,1000011,-;forged");
  feed.expire(kSecond);
  feed.said.clear();
  for (uint64_t number = 11; number < 60; ++number) feed.record(number, kSecond);
  feed.record(61, kSecond);
  feed.expire(2 * kSecond);
  EXPECT_TRUE(feed.said.ends_with(" 58 59 -60..60 61 ")) << feed.said;
}

TEST(NetconsoleSequence, HoldsNoMoreThanItsBound) {
  Feed feed;
  feed.start(10);
  const std::string text(900, 'x');
  for (uint64_t number = 12; number < 20'000; ++number) {
    feed.take(fmt::format("6,{},{},-,ncfrag=0/60000;{}", number, 1'000'000 + number, text));
    ASSERT_LE(feed.sequence.memory(), NetconsoleSequence::kMostBytes + (1 << 16));
  }
}

// However a network mangles a log, each record that arrived goes on once, in order but for the late ones, and what did
// not arrive is said to be lost.
TEST(NetconsoleSequence, AccountsForEachRecord) {
  std::mt19937 random(11);
  for (int round = 0; round < 100; ++round) {
    struct Sent {
      Ns at;
      std::string datagram;
    };
    std::vector<Sent> sent;
    std::vector<bool> arrives(200);
    for (uint64_t number = 0; number < arrives.size(); ++number) {
      const std::string body = fmt::format("<{}:{}>", number, std::string(random() % 40, 'a'));
      const size_t pieces = random() % 4 == 0 ? 3 : 1;
      const Ns at = static_cast<Ns>(number) * 10 * kMilli;
      if (random() % 8 == 0 && number != 0) continue;
      arrives[number] = true;
      for (size_t piece = 0; piece < pieces; ++piece) {
        const size_t from = body.size() * piece / pieces;
        const size_t to = body.size() * (piece + 1) / pieces;
        const std::string fragment = pieces == 1 ? "" : fmt::format(",ncfrag={}/{}", from, body.size());
        const std::string datagram =
            fmt::format("6,{},{},-{};{}", number, 1'000'000 + number * 10'000, fragment, body.substr(from, to - from));
        const int times = random() % 8 == 0 ? 2 : 1;
        for (int i = 0; i < times; ++i) sent.push_back({at + static_cast<Ns>(random() % 100) * kMilli, datagram});
      }
    }
    std::ranges::stable_sort(sent, {}, &Sent::at);
    Feed feed;
    for (const Sent& one : sent) {
      feed.expire(one.at);
      feed.take(one.datagram, one.at);
    }
    feed.expire(kHour);
    std::string expected;
    uint64_t lost_from = 0;
    for (uint64_t number = 0; number < arrives.size(); ++number) {
      if (!arrives[number]) continue;
      if (lost_from != number) expected += fmt::format("-{}..{} ", lost_from, number - 1);
      expected += fmt::format("{} ", number);
      lost_from = number + 1;
    }
    ASSERT_EQ(feed.said, expected) << round;
  }
}

TEST(NetconsoleSequence, AReleaseThatIsNamedFromNowOnIsNoRestart) {
  Feed feed;
  feed.start(5);
  feed.take("6.1.0-18,6,6,1000006,-;6 ");
  feed.record(7);
  feed.take("6.1.0-18,6,8,1000008,-;8 ");
  EXPECT_EQ(feed.said, "5 6 7 8 ");
  feed.take("6.12.9,6,9,1000009,-;9 ");
  feed.expire(kSecond);
  EXPECT_EQ(feed.said, "5 6 7 8 R 9 ");
}

}  // namespace
}  // namespace inquest::record

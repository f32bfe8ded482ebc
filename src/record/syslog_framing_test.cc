#include "record/syslog_framing.h"

#include <random>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace inquest::record {
namespace {

std::vector<std::string> frames_of(std::string_view bytes, size_t piece) {
  std::vector<std::string> out;
  SyslogFraming framing;
  const auto take = [&](const SyslogFrame& frame) {
    out.push_back(fmt::format("{}{}{}", frame.continues ? "+" : "", frame.bytes, frame.cut ? "~" : ""));
  };
  for (size_t at = 0; at < bytes.size(); at += piece) framing.feed(bytes.substr(at, piece), take);
  framing.finish(take);
  EXPECT_FALSE(framing.holds());
  return out;
}

using Frames = std::vector<std::string>;

TEST(SyslogFraming, CutsAtNewlinesAndAfterCounts) {
  struct Case {
    std::string_view bytes;
    Frames frames;
  };
  const std::vector<Case> cases = {
      {"<13>a\n<13>b\r\n", {"<13>a", "<13>b"}},
      {"<13>no end", {"<13>no end"}},
      {std::string_view("<13>a\0<13>b\0", 12), {"<13>a", "<13>b"}},
      {"5 <13>a8 <13>b\nc\n<13>d\n", {"<13>a", "<13>b\nc", "<13>d"}},
      {"6 <13>a\n6 <13>b\n", {"<13>a", "<13>b"}},
      {"\n\n\r\n", {}},
      {"2026 was a year\n13 <13>too short", {"2026 was a year", "<13>too short"}},
      {"14 <13>too short", {"<13>too short~"}},
      {"12345678 <13>a\n", {"12345678 <13>a"}},
      {"0 <13>a\n", {"0 <13>a"}},
      {"12", {"12"}},
      {"12 ", {"12 "}},
  };
  for (const Case& c : cases) {
    for (const size_t piece : {size_t{1}, size_t{2}, size_t{5}, size_t{1000}}) {
      EXPECT_EQ(frames_of(c.bytes, piece), c.frames) << c.bytes << " in pieces of " << piece;
    }
  }
}

TEST(SyslogFraming, PassesLongFramesOnInPieces) {
  const std::string text = "<13>" + std::string(2 * SyslogFraming::kLongest, 'x');
  for (const std::string& bytes : {text + "\n<13>b\n", fmt::format("{} {}<13>b\n", text.size(), text)}) {
    for (const size_t piece : {size_t{1000}, bytes.size()}) {
      const Frames frames = frames_of(bytes, piece);
      ASSERT_EQ(frames.size(), 4U);
      EXPECT_TRUE(frames[0].starts_with("<13>x") && frames[0].ends_with("x~"));
      EXPECT_TRUE(frames[1].starts_with("+x") && frames[1].ends_with("x~"));
      EXPECT_EQ(frames[2], "+xxxx");
      EXPECT_EQ(frames[3], "<13>b");
    }
  }
}

TEST(SyslogFraming, GivesTheSameForAnyPieces) {
  std::mt19937 random(3);
  for (int round = 0; round < 300; ++round) {
    std::string bytes;
    for (int i = 0; i < 60; ++i) bytes += "<13>45 \n\r09 ab"[random() % 14];
    bytes += std::string(random() % 2, '\0');
    const Frames whole = frames_of(bytes, bytes.size());
    for (size_t piece = 1; piece < 8; ++piece) EXPECT_EQ(frames_of(bytes, piece), whole) << bytes;
  }
}

}  // namespace
}  // namespace inquest::record

#include "record/netconsole_fragments.h"

#include <algorithm>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

namespace inquest::record {
namespace {

using Taken = NetconsoleFragments::Taken;

TEST(NetconsoleFragments, JoinsPiecesInAnyOrder) {
  const std::string body = "abcdefghijklmnopqrstuvwxyz";
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    const uint32_t size = 3 + random() % 7;
    std::vector<uint32_t> starts;
    for (uint32_t at = 0; at < body.size(); at += size) starts.push_back(at);
    std::ranges::shuffle(starts, random);
    NetconsoleFragments fragments;
    for (const uint32_t at : starts) {
      EXPECT_FALSE(fragments.whole());
      // Repeated and, where the cut is drawn elsewhere, overlapping.
      const uint32_t from = at - std::min(at, static_cast<uint32_t>(random() % 3));
      const std::string_view piece = std::string_view(body).substr(from, at + size - from);
      EXPECT_EQ(fragments.take({from, 26}, piece), Taken::New);
      EXPECT_EQ(fragments.take({from, 26}, piece), Taken::Repeated);
    }
    EXPECT_TRUE(fragments.whole());
    EXPECT_EQ(fragments.body(), body);
  }
}

TEST(NetconsoleFragments, SaysHowMuchIsMissingAndWhere) {
  NetconsoleFragments fragments;
  EXPECT_EQ(fragments.take({4, 20}, "efgh"), Taken::New);
  EXPECT_EQ(fragments.take({10, 20}, "klm"), Taken::New);
  EXPECT_FALSE(fragments.whole());
  EXPECT_EQ(fragments.missing(), 13U);
  EXPECT_EQ(fragments.body(), "[... 4 bytes lost ...]efgh[... 2 bytes lost ...]klm[... 7 bytes lost ...]");
}

TEST(NetconsoleFragments, TakesNoPieceThatContradicts) {
  NetconsoleFragments fragments;
  EXPECT_EQ(fragments.take({0, 10}, "abcd"), Taken::New);
  EXPECT_EQ(fragments.take({2, 10}, "cXef"), Taken::Conflict);
  EXPECT_EQ(fragments.take({4, 12}, "ef"), Taken::Conflict);
  EXPECT_EQ(fragments.body(), "abcd[... 6 bytes lost ...]");
}

TEST(NetconsoleFragments, HoldsNoMoreThanArrived) {
  NetconsoleFragments fragments;
  uint32_t taken = 0;
  for (uint32_t at = 0; at < 60'000; at += 2) {
    if (fragments.take({at, 65'536}, "x") == Taken::New) ++taken;
  }
  EXPECT_EQ(taken, 128U);
  EXPECT_LT(fragments.memory(), 128U * 64);
}

TEST(NetconsoleFragments, KnowsAnEmptyRecord) {
  NetconsoleFragments fragments;
  EXPECT_FALSE(fragments.whole());
  EXPECT_EQ(fragments.take({0, 0}, ""), Taken::New);
  EXPECT_TRUE(fragments.whole());
}

}  // namespace
}  // namespace inquest::record

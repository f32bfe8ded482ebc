#include "model/strings.h"

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace inquest::model {
namespace {

TEST(StringPool, KeepsEachTextOnce) {
  StringPool pool;
  const StrId first = pool.intern("pve1");
  EXPECT_EQ(pool.intern(std::string("pve") + "1"), first);
  EXPECT_NE(pool.intern("pve2"), first);
  EXPECT_EQ(pool.view(first), "pve1");
  EXPECT_EQ(pool.find("pve2"), pool.intern("pve2"));
  EXPECT_EQ(pool.find("pve3"), 0U);
}

TEST(StringPool, ZeroIsTheEmptyString) {
  StringPool pool;
  EXPECT_EQ(pool.intern(""), 0U);
  EXPECT_EQ(pool.find(""), 0U);
  EXPECT_EQ(pool.view(0), "");
}

TEST(StringPool, GrowsWithoutMovingItsTexts) {
  StringPool pool;
  std::vector<std::string_view> views;
  std::vector<StrId> ids;
  for (int i = 0; i < 50'000; ++i) {
    ids.push_back(pool.intern(fmt::format("host-{}", i)));
    views.push_back(pool.view(ids.back()));
  }
  EXPECT_EQ(pool.size(), 50'001U);
  for (int i = 0; i < 50'000; ++i) {
    const auto at = static_cast<size_t>(i);
    const std::string text = fmt::format("host-{}", i);
    ASSERT_EQ(views[at], text);
    ASSERT_EQ(pool.view(ids[at]).data(), views[at].data());
    ASSERT_EQ(pool.find(text), ids[at]);
    ASSERT_EQ(pool.intern(text), ids[at]);
  }
}

TEST(StringPool, TakesTextsLargerThanItsBlocksAndOnesWithNuls) {
  StringPool pool;
  const std::string large(1 << 20, 'x');
  const std::string nuls("a\0b", 3);
  const StrId small = pool.intern("small");
  const StrId big = pool.intern(large);
  const StrId odd = pool.intern(nuls);
  EXPECT_EQ(pool.view(big), large);
  EXPECT_EQ(pool.view(odd), nuls);
  EXPECT_EQ(pool.view(small), "small");
  EXPECT_EQ(pool.find("a"), 0U);
}

TEST(StringPool, InternsItsOwnTexts) {
  StringPool pool;
  const StrId whole = pool.intern("kernel: panic");
  const StrId part = pool.intern(pool.view(whole).substr(8));
  for (int i = 0; i < 1000; ++i) pool.intern(pool.view(part));
  EXPECT_EQ(pool.view(part), "panic");
  EXPECT_EQ(pool.size(), 3U);
}

}  // namespace
}  // namespace inquest::model

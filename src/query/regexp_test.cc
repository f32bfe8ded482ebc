#include "query/regexp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inquest::query {
namespace {

using testing::ElementsAre;

Ref<Regexp> compile(std::string_view source) { return Regexp::compile(source).value(); }

TEST(Regexp, SaysWhatIsWrong) {
  const auto broken = Regexp::compile("a(b");
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().message, testing::HasSubstr("missing )"));
}

TEST(Regexp, FindsAnywhere) {
  EXPECT_TRUE(compile("b+")->matches("aabba"));
  EXPECT_EQ(compile("b+")->find("aabba"), std::pair(size_t{2}, size_t{4}));
  EXPECT_FALSE(compile("^b")->find("ab"));
  EXPECT_THAT(compile("(a)(x)?(b)")->groups("zab"), ElementsAre("ab", "a", "", "b"));
}

TEST(Regexp, ReplacesWithGroupsAsGoDoes) {
  EXPECT_EQ(compile("a(x*)b")->replace_all("-ab-axxb-", "T"), "-T-T-");
  EXPECT_EQ(compile("a(x*)b")->replace_all("-ab-axxb-", "$1"), "--xx-");
  EXPECT_EQ(compile("a(x*)b")->replace_all("-ab-axxb-", "${1}W"), "-W-xxW-");
  EXPECT_EQ(compile("a(x*)b")->replace_all("-ab-axxb-", "$1W"), "---");
  EXPECT_EQ(compile("(?P<v>x+)")->replace_all("axx", "<$v$$>"), "a<xx$>");
  EXPECT_EQ(compile("b*")->replace_all("abc", "-"), "-a-c-");
}

TEST(Regexp, SplitsAsGoDoes) {
  EXPECT_THAT(compile("a")->split("banana", -1), ElementsAre("b", "n", "n", ""));
  EXPECT_THAT(compile("a")->split("banana", 2), ElementsAre("b", "nana"));
  EXPECT_THAT(compile("a")->split("banana", 0), ElementsAre());
  EXPECT_THAT(compile("z+")->split("pizza", -1), ElementsAre("pi", "a"));
}

TEST(Regexp, QuotesWhatMeansSomething) { EXPECT_EQ(Regexp::quote("[a.b]"), "\\[a\\.b\\]"); }

}  // namespace
}  // namespace inquest::query

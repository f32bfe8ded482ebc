#include "support/golden.h"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "support/decoding.h"

namespace inquest::testing {
namespace {

TEST(FirstDifference, ShowsTheLinesAroundIt) {
  EXPECT_EQ(first_difference("a\nb\n", "a\nb\n"), "");
  EXPECT_EQ(first_difference("1\n2\n3\n4\nold\n5\n", "1\n2\n3\n4\nnew\nmore\n5\n"),
            "@@ line 5 @@\n 2\n 3\n 4\n-old\n+new\n+more\n 5\n");
  EXPECT_EQ(first_difference("", "new\n"), "@@ line 1 @@\n+new\n");
  EXPECT_EQ(first_difference("a\n", "a"), "@@ line 2 @@\n a\n+\\ no newline at the end\n");
  EXPECT_NE(first_difference("a\n", "a\r\n"), "") << "line ends count";
}

TEST(FirstDifference, IsShortForLongTexts) {
  std::string old_text;
  for (int i = 0; i < 1000; ++i) old_text += std::to_string(i) + "\n";
  EXPECT_LT(first_difference(old_text, "x\n").size(), 200U);
}

// Whether golden files are rewritten, while it lives.
class Updating {
 public:
  explicit Updating(bool on) : before_(std::getenv(kName) != nullptr) { set(on); }
  ~Updating() { set(before_); }
  Updating(const Updating&) = delete;
  Updating& operator=(const Updating&) = delete;

 private:
  static constexpr const char* kName = "INQUEST_UPDATE_GOLDEN";
  static void set(bool on) { on ? ::setenv(kName, "1", 1) : ::unsetenv(kName); }
  bool before_;
};

TEST(Golden, OnlyAnUpdateWrites) {
  const std::string path = (std::filesystem::path(::testing::TempDir()) / "golden-test.golden").string();
  std::filesystem::remove(path);
  {
    const Updating off(false);
    EXPECT_FALSE(matches_golden(path, "text\n"));
    EXPECT_FALSE(std::filesystem::exists(path));
  }
  {
    const Updating on(true);
    EXPECT_TRUE(matches_golden(path, "text\n"));
  }
  const Updating off(false);
  EXPECT_TRUE(matches_golden(path, "text\n"));
  EXPECT_FALSE(matches_golden(path, "other\n"));
  EXPECT_EQ(read_file(path), "text\n");
  std::filesystem::remove(path);
}

// The laws are no better than what they are checked with.
TEST(OutOfPlace, FindsEachKindOfStrayRecord) {
  constexpr std::string_view kBytes = "one\ntwo";
  const auto made = [&](auto change) {
    model::Case c;
    c.evidence.emplace_back();
    c.streams.emplace_back();
    change(c);
    return out_of_place(c, kBytes);
  };
  EXPECT_EQ(made([](model::Case& c) { c.add_event({.offset = 4, .length = 3, .line = 2}); }), "");
  EXPECT_NE(made([](model::Case& c) { c.add_event({.offset = 4, .length = 4, .line = 2}); }), "");
  EXPECT_NE(made([](model::Case& c) { c.add_event({.offset = UINT64_MAX, .length = 2}); }), "");
  EXPECT_NE(made([](model::Case& c) { c.add_event({.length = 3, .line = 3}); }), "");
  EXPECT_NE(made([](model::Case& c) { c.add_event({.length = 3, .line = 1, .text_at = 4}); }), "");
  EXPECT_NE(made([](model::Case& c) { c.facts.push_back({0, "k", "v", {0, 1, 8, 0}}); }), "");
  EXPECT_NE(made([](model::Case& c) { c.facts.push_back({0, "k", "v", {1, 1, 0, 0}}); }), "");
  EXPECT_NE(made([](model::Case& c) { c.landmarks.push_back({model::LandmarkKind::Panic, 0, 0, 0}); }), "");
  EXPECT_NE(made([](model::Case& c) { c.boot_claims.push_back({.stream = 1}); }), "");
  EXPECT_NE(made([](model::Case& c) { c.observations.push_back({.stream = 1}); }), "");
  EXPECT_NE(made([](model::Case& c) { c.evidence[0].lines = 3; }), "");
  EXPECT_NE(made([](model::Case& c) { c.evidence[0].diagnostics.push_back({"x", 8, 0, 1}); }), "");
  EXPECT_NE(made([](model::Case& c) {
              c.series[c.series_id(0, 0, 0, 0, 0)].samples.push_back({.offset = 7, .evidence = 0, .line = 1});
            }),
            "");
}

}  // namespace
}  // namespace inquest::testing

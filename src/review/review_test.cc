#include "review/review.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "support/golden.h"

namespace inquest::review {
namespace {

namespace fs = std::filesystem;

const std::string kFolder = INQUEST_SOURCE_DIR "/tests/golden/review/";

// "id line" of each finding, one a line, in the order of the text.
std::string listed(const Review& review) {
  std::string text;
  for (const Contradiction& found : review.contradictions) text += fmt::format("{} {}\n", found.id, found.line);
  return text;
}

std::vector<std::string> files(std::string_view start) {
  std::vector<std::string> out;
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(start) && !name.ends_with(".flags")) out.push_back(entry.path().string());
  }
  std::ranges::sort(out);
  return out;
}

TEST(Review, FindsWhatIsWrongInFaultyPostMortemsAndNothingElse) {
  const auto all = files("faulty_");
  ASSERT_GE(all.size(), 3U);
  for (const std::string& path : all) {
    const auto found = review(testing::read_file(path));
    ASSERT_TRUE(found.has_value()) << path;
    const std::string expected = testing::read_file(fs::path(path).replace_extension(".flags").string());
    std::multiset<std::string> want;
    std::multiset<std::string> have;
    for (const auto line : lines(expected)) want.emplace(line);
    const std::string text = listed(*found);
    for (const auto line : lines(text)) have.emplace(line);
    EXPECT_EQ(have, want) << path << "\n" << text;
  }
}

TEST(Review, GivesSoundPostMortemsACleanBill) {
  const auto all = files("sound_");
  ASSERT_GE(all.size(), 3U);
  for (const std::string& path : all) {
    const auto found = review(testing::read_file(path));
    ASSERT_TRUE(found.has_value()) << path;
    EXPECT_EQ(listed(*found), "") << path;
    EXPECT_GT(found->checked, 10U) << path;
  }
}

TEST(Review, EachFindingHasAPlaceAReasonAndItsWords) {
  for (const std::string& path : files("")) {
    const std::string text = testing::read_file(path);
    const auto found = review(text);
    ASSERT_TRUE(found.has_value());
    const size_t count = lines(text).size();
    for (const Contradiction& c : found->contradictions) {
      EXPECT_TRUE(c.line >= 1 && c.line <= count) << c.id;
      EXPECT_GT(c.reason.size(), 20U) << c.id;
      EXPECT_FALSE(c.text.empty()) << c.id;
      for (const size_t line : c.lines) EXPECT_TRUE(line >= 1 && line <= count) << c.id;
    }
  }
}

TEST(Review, OfNothingIsAnEmptyOne) {
  for (const std::string_view text : {"", "\n\n", "# \n", "|\n", "| a |\n|---|\n", "```\n", "> \n- \n"}) {
    const auto found = review(text);
    ASSERT_TRUE(found.has_value());
    EXPECT_TRUE(found->contradictions.empty()) << text;
  }
}

// Whatever the bytes: it ends, and does not fail but by a limit.
TEST(Review, SurvivesDamagedText) {
  for (const std::string& path : files("")) {
    const std::string text = testing::read_file(path);
    uint32_t state = 12345;
    for (int round = 0; round < 20; ++round) {
      std::string damaged = text;
      for (int flip = 0; flip < 30 && !damaged.empty(); ++flip) {
        state = state * 1664525U + 1013904223U;
        damaged[(state >> 8U) % damaged.size()] = static_cast<char>(state >> 24U);
      }
      if (!damaged.empty()) damaged.resize(damaged.size() - (state >> 12U) % damaged.size());
      EXPECT_TRUE(review(damaged).has_value());
    }
  }
  EXPECT_FALSE(review(std::string(5U << 20U, 'a')).has_value());
}

}  // namespace
}  // namespace inquest::review

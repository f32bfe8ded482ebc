#include "support/review_verdicts.h"

namespace inquest::review {
namespace {

using testing::expect_verdicts;

TEST(Timeline, ThatGoesBackOnceIsFlagged) {
  expect_verdicts(
      "timeline-goes-back",
      {
          {"| Time | Event |\n|---|---|\n| 10:00 | a |\n| 10:20 | b |\n| 10:02 | c |\n| 10:40 | d |\n", true},
          {"- 10:00 load rises\n- 10:20 first error\n- 10:05 panic\n- 10:31 reset\n", true},
          {"- 10:00 Uhr: Last steigt\n- 10:20 Uhr: erster Fehler\n- 10:05 Uhr: Panik\n- 10:31 Uhr: Neustart\n", true},
          {"| Time | Event |\n|---|---|\n| 10:00 | a |\n| 10:20 | b |\n| 10:22 | c |\n| 10:40 | d |\n", false},
          {"- 23:50 load rises\n- 23:58 first error\n- 00:05 panic\n- 00:31 reset\n", false},
          {"10:00  load rises\n10:20  first error\n10:05  panic\n10:31  reset\n", true},
          {"10:00  load rises\n10:20  first error\n10:25  panic\n10:31  reset\n", false},
          {"- 10:00:07 a\n- 10:00:09 b\n- 10:00:08 c, of another log\n- 10:00:20 d\n", false},
          {"| Time | Event |\n|---|---|\n| 01:00 | a |\n| 01:00-07:09 | b |\n| 07:09 | c |\n| 07:11 | d |\n", false},
          {"| Time | Event |\n|---|---|\n| 10:40 | d |\n| 10:22 | c |\n| 10:20 | b |\n| 10:00 | a |\n", false},
      });
}

TEST(Timeline, HasTheDeathWhereTitleAndSummaryHaveIt) {
  const auto table = [](std::string_view first) {
    return std::string(first) +
           "\n\n| Time | Event |\n|---|---|\n| 17:30 | load rises |\n| 17:54 | kernel panic |\n| 18:10 | "
           "power button |\n";
  };
  EXPECT_TRUE(testing::ids_of(table("# Kernel panic at 17:36")).contains("times-differ"));
  EXPECT_TRUE(testing::ids_of(table("The host crashed at 17:36.")).contains("times-differ"));
  EXPECT_TRUE(testing::ids_of(table("Der Host ist um 17:36 Uhr abgestürzt.")).contains("times-differ"));
  EXPECT_FALSE(
      testing::ids_of("Zeitzone: CET\n\n" + table("In UTC the host crashed at 16:54.")).contains("times-differ"));
  EXPECT_FALSE(testing::ids_of(table("# Kernel panic at 17:54")).contains("times-differ"));
  EXPECT_FALSE(testing::ids_of(table("The host crashed at about 17:50.")).contains("times-differ"));
  EXPECT_FALSE(testing::ids_of(table("We noticed the crash at 18:02.")).contains("times-differ"));
  EXPECT_FALSE(testing::ids_of(table("Der Host ist um 17:54 Uhr abgestürzt.")).contains("times-differ"));
}

}  // namespace
}  // namespace inquest::review

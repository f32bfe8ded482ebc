#include "support/review_verdicts.h"

namespace inquest::review {
namespace {

using testing::expect_verdicts;

TEST(Uptime, ThatGivesAnotherBootThanTheReportIsFlagged) {
  expect_verdicts(
      "reset-time-mismatch",
      {
          {"At 06:45:00 UTC the uptime was 1,500 s, which marks the reboot at 06:45 UTC.", true},
          {"The first sample after it had an uptime of 25 minutes at 06:45 UTC.\n\n| Time | Event |\n|---|---|\n| "
           "05:00 | crash |\n| 06:45 | hard reset |\n",
           true},
          {"Um 06:45 Uhr betrug die Uptime 1.500 s, der Neustart war also um 06:44 Uhr.", true},
          {"Uptime at 11:20 CEST was 1800 s, so the boot was at 11:05 CEST.", true},
          {"Uptime at 11:20 CEST was 1800 s, so the boot was at 10:50 CEST.", false},
          {"At 06:45:00 UTC the uptime was 1,500 s, so it had booted at 06:20 UTC.", false},
          {"The first sample after it had an uptime of 25 minutes at 06:45 UTC.\n\n| Time | Event |\n|---|---|\n| "
           "05:00 | crash |\n| 06:17 | hard reset |\n",
           false},
          {"Um 06:45 Uhr betrug die Uptime 1.500 s, der Neustart war also um 06:20 Uhr.", false},
          {"The last sample at 04:59:50 UTC had an uptime of 900,000 s.\n\n| Time | Event |\n|---|---|\n| 05:00 UTC | "
           "crash |\n| 06:45 UTC | hard reset |\n",
           false},
          {"The host had an uptime of 99.95 % that year and was rebooted at 06:45.", false},
      });
}

TEST(Uptime, ReasonNamesTheBootInTheZoneOfTheClaim) {
  const auto found = review(
      "An uptime of 1,200 s was read at 19:30:00 UTC (11:30:00 PST), which marks the reset.\n\n| Time (PST) | Event "
      "|\n|---|---|\n| 11:30:00 | reset performed |\n");
  ASSERT_TRUE(found.has_value());
  ASSERT_EQ(found->contradictions.size(), 1U);
  EXPECT_NE(found->contradictions[0].reason.find("11:10:00 PST"), std::string::npos) << found->contradictions[0].reason;
  EXPECT_EQ(found->contradictions[0].lines, std::vector<size_t>{5});
}

}  // namespace
}  // namespace inquest::review

#include "support/review_verdicts.h"

namespace inquest::review {
namespace {

TEST(BootEvents, ThatCameLongAfterTheBootAreNone) {
  constexpr std::string_view kTimeline =
      "| Time | Event |\n|---|---|\n| 08:00 | System booted |\n| 09:30 | it froze |\n\n";
  const auto with = [&](std::string_view text) { return std::string(kTimeline) + std::string(text); };
  const auto flagged = [&](std::string_view text) { return testing::ids_of(with(text)).contains("not-during-boot"); };
  EXPECT_TRUE(
      flagged("Disk errors during boot:\n\n```\nMar 02 08:21:10 n1 kernel: ata1.00: exception Emask 0x0\n```\n"));
  EXPECT_TRUE(flagged("At 08:40 the controller failed during boot."));
  EXPECT_TRUE(flagged("Um 08:40 Uhr kam beim Booten der Fehler der Platte, und das war schlecht."));
  EXPECT_FALSE(
      flagged("Disk errors during boot:\n\n```\nMar 02 08:01:10 n1 kernel: ata1.00: exception Emask 0x0\n```\n"));
  EXPECT_FALSE(flagged("At 08:40 the controller failed, not during boot."));
  EXPECT_FALSE(flagged("Um 08:02 Uhr kam beim Booten der Fehler der Platte, und das war schlecht."));
}

}  // namespace
}  // namespace inquest::review

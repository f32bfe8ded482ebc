#include "support/review_verdicts.h"

namespace inquest::review {
namespace {

using testing::expect_verdicts;

TEST(Sums, HaveToComeOut) {
  expect_verdicts("sum-mismatch", {
                                      {"The host has 4 x 16 GB = 48 GB of memory.", true},
                                      {"12 GB + 30 GB + 6 GB = 50 GB were in use.", true},
                                      {"Die Platte von 4G wurde zweimal um +20G vergrößert → 45G.", true},
                                      {"The host has 4 x 16 GB = 64 GB of memory.", false},
                                      {"12 GB + 30 GB + 6 GB = 48 GB were in use.", false},
                                      {"Die Platte von 4G wurde zweimal um +20G vergrößert → 44G.", false},
                                      {"0.5 + 0.25 = 0.8 of the pool, rounded.", false},
                                  });
}

TEST(Sums, PercentagesHaveToFitTheirParts) {
  expect_verdicts("percentage-mismatch", {
                                             {"The pool is 21 % full (15.7 GB of 136 GB).", true},
                                             {"3 of 12 hosts (35 %) rebooted.", true},
                                             {"It has 128 GB, of which 96 GB (80 %) were in use.", true},
                                             {"It has 128 GB, of which 96 GB (75 %) were in use.", false},
                                             {"Belegt sind 18,2 % (12,5 GB von 125 GB).", true},
                                             {"The pool is 11.5 % full (15.7 GB of 136 GB).", false},
                                             {"3 of 12 hosts (25 %) rebooted.", false},
                                             {"Belegt sind 10 % (12,5 GB von 125 GB).", false},
                                             {"Idle was 99.8 %; 3 of 4 disks were asleep.", false},
                                         });
}

TEST(Sums, TotalsAreThoseOfTheirColumn) {
  const auto table = [](std::string_view total) {
    return "| Guest | Memory |\n|---|---|\n| a | 8 GB |\n| b | 16 GB |\n| c | 4 GB |\n| Total | " + std::string(total) +
           " |\n";
  };
  EXPECT_TRUE(testing::ids_of(table("30 GB")).contains("total-mismatch"));
  EXPECT_FALSE(testing::ids_of(table("28 GB")).contains("total-mismatch"));
  EXPECT_FALSE(testing::ids_of(table("28 GiB")).contains("total-mismatch"));
  EXPECT_TRUE(testing::ids_of("| Gast | GB |\n|---|---|\n| a | 1,5 |\n| b | 2,5 |\n| Summe | 5,0 |\n\nDas ist der "
                              "Speicher der Gäste und nicht mehr.\n")
                  .contains("total-mismatch"));
}

TEST(Sums, BytesAreTheSizeThatIsNamed) {
  expect_verdicts("size-mismatch",
                  {
                      {"We set zfs_arc_max=8589934592, four gigabytes.", true},
                      {"```\noptions zfs zfs_arc_max=17179869184\n```\n\nEight gigabytes are enough.", true},
                      {"Mit zfs_arc_max=4294967296 (8 GiB) war Ruhe.", true},
                      {"We set zfs_arc_max=8589934592, eight gigabytes.", false},
                      {"```\noptions zfs zfs_arc_max=17179869184\n```\n\nSixteen gigabytes are enough.", false},
                      {"Mit zfs_arc_max=4294967296 (4 GiB) war Ruhe.", false},
                  });
}

TEST(Sums, ListsAreAsLongAsAnnounced) {
  expect_verdicts("count-mismatch",
                  {
                      {"We made three changes:\n\n- a new cable\n- a new PSU\n", true},
                      {"There are two causes:\n\n1. heat\n2. dust\n3. age\n", true},
                      {"Es gab drei Maßnahmen:\n\n- Kabel\n- Netzteil\n- BIOS\n- Kernel\n", true},
                      {"We made two changes:\n\n- a new cable\n- a new PSU\n", false},
                      {"There are three causes:\n\n1. heat\n2. dust\n   - in the fan\n3. age\n", false},
                      {"Es gab vier Maßnahmen:\n\n- Kabel\n- Netzteil\n- BIOS\n- Kernel\n", false},
                  });
}

}  // namespace
}  // namespace inquest::review

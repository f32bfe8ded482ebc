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
                                      {"Load: 4 cards × 250 W = 1100 W.", true},
                                      {"Load: 4 cards × 250 W = 1000 W.", false},
                                      {"The battery has 48 V × 7 Ah = 363 Wh.", true},
                                      {"The battery has 48 V × 7 Ah = 336 Wh.", false},
                                      {"It has 8 DIMMs of 32 GiB, 286 GiB in all.", true},
                                      {"It has 8 DIMMs of 32 GiB, 256 GiB in all.", false},
                                      {"It has 6 disks of 4 TB as RAIDZ2, 16 TB in all.", false},
                                      {"6 × 3,84 TB stehen im Regal, 24,04 TB insgesamt: 6 × 3,84 TB sind es.", true},
                                      {"6 × 3,84 TB stehen im Regal, 23,04 TB insgesamt: 6 × 3,84 TB sind es.", false},
                                      {"There were 1,320 errors in all (1,200 + 110).", true},
                                      {"There were 1,310 errors in all (1,200 + 110).", false},
                                      {"At that load it lasts 2.5 h (500 Wh / 250 W).", true},
                                      {"At that load it lasts 2.0 h (500 Wh / 250 W).", false},
                                      {"It was at 71 °C, the limit is 95 °C, so 14 °C below it.", true},
                                      {"It was at 71 °C, the limit is 95 °C, so 24 °C below it.", false},
                                      {"The load was 20, 30 and 40, on average 35.", true},
                                      {"The load was 20, 30 and 40, on average 30.", false},
                                  });
}

TEST(Sums, AMirrorHoldsWhatOneOfItsDisksHolds) {
  expect_verdicts("mirror-capacity", {
                                         {"It has 2 × 960 GB as a ZFS mirror, so 1920 GB are usable.", true},
                                         {"Zwei Platten zu je 4 TB, also 8 TB im Spiegel (RAID 1).", true},
                                         {"It has 2 × 960 GB as a ZFS mirror, so 960 GB are usable.", false},
                                         {"Zwei Platten zu je 4 TB, also 4 TB im Spiegel (RAID 1).", false},
                                         {"It has 2 × 960 GB as stripes, so 1920 GB are usable.", false},
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

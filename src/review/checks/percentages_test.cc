#include "support/review_verdicts.h"

namespace inquest::review {
namespace {

using testing::expect_verdicts;

TEST(Percentages, HaveToFitTheirParts) {
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
                                             {"Of 40 guests 30 were on this node (70 %).", true},
                                             {"Of 40 guests 30 were on this node (75 %).", false},
                                             {"5 of 20 guests had their disk on it (30 %).", true},
                                             {"5 of 20 guests had their disk on it (25 %).", false},
                                             {"Von 20 Fehlern betrafen 5 dieselbe Platte (35 %).", true},
                                             {"Von 20 Fehlern betrafen 5 dieselbe Platte (25 %).", false},
                                             {"Der Host hat 128 GiB, davon waren zuletzt 96 GiB belegt (85 %).", true},
                                             {"Der Host hat 128 GiB, davon waren zuletzt 96 GiB belegt (75 %).", false},
                                             {"The guests got 96 GiB of it (65 % of 128 GiB).", true},
                                             {"The guests got 96 GiB of it (75 % of 128 GiB).", false},
                                             {"They draw 900 W and the supply gives 1200 W, so 65 % of 1200 W.", true},
                                             {"They draw 900 W and the supply gives 1200 W, so 75 % of 1200 W.", false},
                                             {"Swap has 8 GiB; memory was at 79 % of 256 GiB.", false},
                                         });
}

}  // namespace
}  // namespace inquest::review

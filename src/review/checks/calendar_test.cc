#include "support/review_verdicts.h"

namespace inquest::review {
namespace {

using testing::expect_verdicts;

TEST(Calendar, DatesThatDoNotExistAreFlagged) {
  expect_verdicts("impossible-date", {
                                         {"It crashed on February 30, 2026.", true},
                                         {"Date: 2026-02-29", true},
                                         {"Am 31. April 2026 blieb der Host stehen.", true},
                                         {"It crashed on February 28, 2026.", false},
                                         {"Date: 2024-02-29", false},
                                         {"Am 30. April 2026 blieb der Host stehen.", false},
                                         {"Version 31.11.5 was installed.", false},
                                     });
}

TEST(Calendar, WeekdaysHaveToFit) {
  expect_verdicts("weekday-mismatch", {
                                          {"On Tuesday, February 9, 2026 it hung.", true},
                                          {"It hung on 2026-02-09 (Friday).", true},
                                          {"Am Sonntag, den 9. Februar 2026, blieb er stehen.", true},
                                          {"On Monday, February 9, 2026 it hung.", false},
                                          {"It hung on 2026-02-09 (Monday).", false},
                                          {"Am Montag, den 9. Februar 2026, blieb er stehen.", false},
                                          {"Monday was a holiday. February 10, 2026 was not.", false},
                                      });
}

TEST(Calendar, TimesOfDayHaveToExist) {
  expect_verdicts("impossible-time", {
                                         {"It crashed at 25:10.", true},
                                         {"The last entry is of 14:72 UTC.", true},
                                         {"Um 27:15 Uhr war er weg.", true},
                                         {"It crashed at 23:10.", false},
                                         {"The clock showed 24:00 UTC.", false},
                                         {"The PCI device is 28:00.0, its ratio 16:90.", false},
                                     });
}

TEST(Calendar, OneMomentInTwoZonesIsOneMoment) {
  expect_verdicts("zone-conversion", {
                                         {"It hung at 15:54 UTC (8:54 AM PST).", true},
                                         {"Last sample: 02:14:00 UTC (03:14:00 CEST).", true},
                                         {"Um 14:00 UTC (14:00 MEZ) war Schluss.", true},
                                         {"It hung at 15:54 UTC (7:54 AM PST).", false},
                                         {"Last sample: 02:14:00 UTC (04:14:00 CEST).", false},
                                         {"Um 14:00 UTC (15:00 MEZ) war Schluss.", false},
                                         {"It hung at 15:54 UTC; at 8:10 AM PST somebody noticed.", false},
                                     });
}

TEST(Calendar, SummerTimeBelongsToSummer) {
  expect_verdicts("zone-out-of-season", {
                                            {"On January 14, 2026 at 03:10 CEST the node stopped.", true},
                                            {"On 2026-07-01 at 03:10 PST the node stopped.", true},
                                            {"Am 14. Januar 2026 um 03:10 MESZ blieb er stehen.", true},
                                            {"On January 14, 2026 at 03:10 CET the node stopped.", false},
                                            {"On 2026-07-01 at 03:10 PDT the node stopped.", false},
                                            {"Am 14. Juli 2026 um 03:10 MESZ blieb er stehen.", false},
                                        });
}

}  // namespace
}  // namespace inquest::review

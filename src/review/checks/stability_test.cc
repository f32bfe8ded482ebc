#include "support/review_verdicts.h"

namespace inquest::review {
namespace {

using testing::expect_verdicts;

TEST(Stability, IsClaimedOnlyAfterLongEnough) {
  expect_verdicts(
      "stability-claim-too-early",
      {
          {"Date: 2026-03-02\n\nThe riser was replaced. The host has been stable since.", true},
          {"It used to crash every 9 days. Since the update there were no crashes for 12 days: it has been stable for "
           "12 "
           "days.",
           true},
          {"Datum: 2026-03-02\n\nDas Netzteil wurde getauscht, seitdem läuft der Host stabil.", true},
          {"Seit zwei Tagen läuft der Host stabil, vorher kam der Absturz etwa jede Woche.", true},
          {"Date: 2026-03-02\n\nIt ran stable for 4 hours, then crashed again with the core disabled.", false},
          {"Date: 2026-03-02\n\nPreviously the host has been stable. Then it crashed.", false},
          {"Date: 2026-03-02\n\nThe riser was replaced. The host has been stable for 60 days.", false},
          {"It used to crash every 9 days. It has been stable for 40 days.", false},
          {"Datum: 2026-03-02\n\nDas Netzteil wurde getauscht. Der Host läuft seit 90 Tagen stabil.", false},
          {"Date: 2026-03-02\n\nThe riser was replaced. It is too early to call the host stable; it will be considered "
           "fixed after 30 days.",
           false},
          {"Date: 2026-03-02\n\nThe riser was replaced on 2026-03-03. On 2026-05-01 the host has been stable since.",
           false},
      });
}

TEST(Stability, TooFewRunsProveLittle) {
  expect_verdicts(
      "too-few-runs",
      {
          {"It panicked in 2 of 3 runs before. The new driver fixed it: four runs without a panic.", true},
          {"The update fixed it. I ran the test three times without a crash.", true},
          {"The update fixed it: it ran twice without a crash.", true},
          {"Der Absturz ist behoben: drei Läufe ohne Fehler.", true},
          {"It panicked in 9 of 10 runs before. The new driver fixed it: 12 runs without a panic.", false},
          {"The update fixed it. I ran the test 40 times without a crash.", false},
          {"Der Absturz ist behoben: 30 Läufe ohne Fehler.", false},
          {"I ran the test three times without a crash, which proves little; whether it is fixed is open.", false},
      });
}

}  // namespace
}  // namespace inquest::review

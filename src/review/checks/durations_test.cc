#include "support/review_verdicts.h"

namespace inquest::review {
namespace {

using testing::expect_verdicts;

TEST(Durations, ThatDoNotFitTheTimesTheyLieBetweenAreFlagged) {
  expect_verdicts(
      "duration-mismatch",
      {
          {"The last sample came at 03:10:20, the alert at 03:10:41, a gap of 31 s.", true},
          {"The outage lasted from 14:02 to 15:47 (85 minutes).", true},
          {"Der Ausfall dauerte von 14:02 bis 15:47 Uhr (2 Stunden 15 Minuten).", true},
          {"The last sample came at 15:54:50 UTC, the alert at 07:54:55 PST, 8 hours later.", true},
          {"| Field | Value |\n|---|---|\n| Start | 2026-03-02 22:50 UTC |\n| End | 2026-03-03 00:20 UTC |\n| "
           "Duration | 2 h 30 min |\n",
           true},
          {"| Time | Event |\n|---|---|\n| 10:00 | crash |\n| 10:05 | noticed |\n| 10:31 | reset, 12 minutes later |\n",
           true},
          {"Downtime: 64 minutes\n\n- 17:54 panic\n- 18:02 page\n- 18:40 up again\n", true},
          {"| Time | Event |\n|---|---|\n| 10:00 | crash |\n| 10:31 | last start — killed 2 minutes later |\n", false},
          {"Downtime: 46 minutes\n\n- 17:54 panic\n- 18:02 page\n- 18:40 up again\n", false},
          {"The host was down for 16 min 31 s (03:20:31 - 03:27:02).", true},
          {"The two messages are 41 s apart (13:02:10 to 13:03:11).", true},
          {"The job had run for 48 minutes when it failed (11:48 PM to 12:06 AM).", true},
          {"The last sample is from 3:41 am, the next from 7:34 am. So it was gone for 4 h 53 min.", true},
          {"The host was down for 6 min 31 s (03:20:31 - 03:27:02).", false},
          {"The two messages are 61 s apart (13:02:10 to 13:03:11).", false},
          {"The job had run for 18 minutes when it failed (11:48 PM to 12:06 AM).", false},
          {"The last sample is from 3:41 am, the next from 7:34 am. So it was gone for 3 h 53 min.", false},
          {"The last sample came at 03:10:20, the alert at 03:10:41, a gap of 21 s.", false},
          {"The outage lasted from 14:02 to 15:47 (105 minutes).", false},
          {"The outage lasted from 14:02 to 15:47 (about 1 h 45 min).", false},
          {"Der Ausfall dauerte von 22:50 bis 00:20 Uhr (90 Minuten).", false},
          {"Between 03:10 and 03:50 the agent sampled every 10 s.", false},
          {"At 03:10 and at 04:10 it hung, each time after 5 minutes of load.", false},
          {"The last sample came at 15:54:50 UTC (07:54:50 PST); corosync spoke 17 s later, at 15:55:07 UTC.", false},
          {"| Field | Value |\n|---|---|\n| Start | 2026-03-02 22:50 UTC |\n| End | 2026-03-03 00:20 UTC |\n| "
           "Duration | 90 min |\n",
           false},
      });
}

TEST(Durations, ThatAreSaidToBeEqualHaveToBe) {
  expect_verdicts("durations-differ", {
                                          {"The uptime was 202,913 s (3.3 days).", true},
                                          {"It took 90 minutes (3 hours).", true},
                                          {"Die Laufzeit betrug 86.400 s (2 Tage).", true},
                                          {"The uptime was 202,913 s (2.3 days).", false},
                                          {"It took 90 minutes (1.5 hours).", false},
                                          {"Die Laufzeit betrug 86.400 s (1 Tag).", false},
                                          {"It came at 812345 s of uptime, which is 11.4 days.", true},
                                          {"It came at 812345 s of uptime, which is 9.4 days.", false},
                                          {"It is sampled every 10 s (timeout 5 min).", false},
                                      });
}

}  // namespace
}  // namespace inquest::review

#include <string>

#include "support/review_verdicts.h"

namespace inquest::review {
namespace {

using testing::expect_verdicts;
using testing::ids_of;

TEST(Quotations, CpusAndProcessesAreThoseOfTheQuotedLine) {
  const std::string oops = "```\nCPU: 5 PID: 20117 Comm: mariadbd Tainted: G        W   6.1.0-28-amd64 #1\n```\n\n";
  EXPECT_TRUE(ids_of(oops + "It ran on CPU 0.").contains("quoted-cpu-differs"));
  EXPECT_FALSE(ids_of(oops + "It ran on CPU 5.").contains("quoted-cpu-differs"));
  EXPECT_FALSE(ids_of(oops + "It ran on CPU 5, and CPU 0 held the lock.").contains("quoted-cpu-differs"));
  EXPECT_TRUE(ids_of(oops + "Its PID was PID 21017.").contains("quoted-pid-differs"));
  EXPECT_FALSE(ids_of(oops + "Its PID was PID 20117; PID 812 is of systemd-logind.").contains("quoted-pid-differs"));
  EXPECT_TRUE(ids_of(oops + "The process was `nginx`.").contains("quoted-process-differs"));
  EXPECT_FALSE(ids_of(oops + "The process was `mariadbd`.").contains("quoted-process-differs"));
  EXPECT_FALSE(ids_of(oops + "The process was killed.").contains("quoted-process-differs"));
  expect_verdicts("quoted-cpu-differs",
                  {
                      {"- 04:10: `watchdog: BUG: soft lockup - CPU#7 stuck for 26s! [kworker/7:1:2211]`\n\nDie Meldung "
                       "nennt CPU 3.",
                       true},
                      {"- 04:10: `watchdog: BUG: soft lockup - CPU#7 stuck for 26s! [kworker/7:1:2211]`\n\nDie Meldung "
                       "nennt CPU 7.",
                       false},
                  });
}

TEST(Quotations, DigitsOfTimesAndReleasesKeepTheirPlaces) {
  const std::string log = "```\nFeb 27 06:12:03 a unattended-upgrade[77]: Found reboot-required, rebooting\n```\n\n";
  EXPECT_TRUE(ids_of(log + "It was announced at 06:21:03 by unattended-upgrade.").contains("quoted-time-differs"));
  EXPECT_FALSE(ids_of(log + "It was announced at 06:12:03 by unattended-upgrade.").contains("quoted-time-differs"));
  EXPECT_FALSE(ids_of(log + "The monitor missed it at 06:14:30.").contains("quoted-time-differs"));
  EXPECT_FALSE(ids_of(log + "By local time that is 07:12:03.").contains("quoted-time-differs"));
  const std::string banner = "```\nFeb 27 06:13:29 a kernel: Linux version 6.1.0-32-amd64\n```\n\n";
  EXPECT_TRUE(ids_of(banner + "The kernel that runs is 6.1.0-23-amd64.").contains("kernel-differs"));
  EXPECT_FALSE(ids_of(banner + "The kernel that runs is 6.1.0-32-amd64.").contains("kernel-differs"));
  EXPECT_FALSE(ids_of(banner + "The kernel before was 6.1.0-31-amd64.").contains("kernel-differs"));
}

}  // namespace
}  // namespace inquest::review

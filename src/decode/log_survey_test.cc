#include "decode/log_survey.h"

#include <string_view>

#include <gtest/gtest.h>

namespace inquest::decode {
namespace {

struct Sniffed {
  std::string_view text;
  bool syslog;
  bool journal;
};

TEST(LogSurvey, TellsSyslogFromJournalctl) {
  const Sniffed cases[] = {
      {"Feb  9 07:55:07 pve app[1]: x\n", true, false},
      {"Feb 09 07:55:07 pve app[1]: x\n", true, false},
      {"Feb 09 07:55:07 pve app[1]: x\n-- Reboot --\n", false, true},
      {"-- No entries --\n", false, true},
      {"-- Journal begins at Fri 2026-01-30 12:00:00 UTC, ends at Sat 2026-01-31 23:17:01 UTC. --\n", false, true},
      {"Feb 09 07:55:07.123456 pve app[1]: x\n", false, true},
      {"2026-02-09T07:55:07.123456+01:00 pve app[1]: x\n", true, false},
      {"2026-02-09T07:55:07.123456+0100 pve app[1]: x\n", false, true},
      {"2026-02-09T07:55:07+0100 pve app[1]: x\n", false, true},
      {"2026-02-09T07:55:07+01:00 pve app[1]: x\n", false, true},
      {"2026-02-09T07:55:07Z pve app[1]: x\n", true, false},
      {"2026-02-09T07:55:07 pve app[1]: x\n", true, false},
      {"Mon 2026-02-09 07:55:07 UTC pve app[1]: x\n", false, true},
      {"1770652507.123456 pve app[1]: x\n", false, true},
      {"[   12.345678] pve app[1]: x\n[   12.345679] pve kernel: usb 1-1: y\n", false, true},
      {"<34>1 2026-02-09T07:55:07Z pve app - - - x\n", true, false},
      {"<34>Feb  9 07:55:07 pve app[1]: x\n", true, false},
      {"Feb  9 07:55:07 pve app[1]: x\nFeb  9 07:55:07 pve last message repeated 2 times\n", true, false},
      // Not log lines of a host.
      {"", false, false},
      {"[   12.345678] usb 1-1: new high-speed USB device\n", false, false},
      {"[   12.345678] systemd[1]: Inserted module 'autofs4'\n", false, false},
      {"2026-02-09T07:55:07,123456+00:00 usb 1-1: new device\n", false, false},
      {"2026-02-09T07:55:07.123456Z  INFO app::core: ready\n", false, false},
      {"2026-02-09T07:55:07.123456Z 0 [System] [MY-010116] [Server] starting\n", false, false},
      {"2026-02-09 07:55:07 status installed libc6:amd64 2.36\n", false, false},
      {"2026-02-09 07:55:07.123 UTC [1234] LOG:  database system is ready\n", false, false},
      {"Feb 09 07:55:07 [1374] pve corosync notice  [KNET  ] link: host: 1 link: 0 is down\n", false, false},
      {"Feb  9 07:55:07 and then some words\n", false, false},
      {"# Notes\n\nThe log said:\n\nFeb  9 07:55:07 pve app[1]: x\n\nThat was all.\n", false, false},
  };
  for (const Sniffed& wanted : cases) {
    const LogSurvey found = survey({wanted.text, "log", true});
    EXPECT_EQ(found.is_syslog(), wanted.syslog) << wanted.text;
    EXPECT_EQ(found.is_journal(), wanted.journal) << wanted.text;
  }
}

}  // namespace
}  // namespace inquest::decode

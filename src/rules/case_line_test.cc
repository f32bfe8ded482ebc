#include "rules/case_line.h"

#include <gtest/gtest.h>

namespace inquest::rules {
namespace {

TEST(CaseLine, KnowsWhoSpeaks) {
  const std::tuple<std::string_view, std::string_view, std::string_view> table[] = {
      {"[   12.345678] BUG: unable", "kernel", "BUG: unable"},
      {"[   12.345678] [  T812] BUG: unable", "kernel", "BUG: unable"},
      {"Feb  9 07:55:01 pve1 corosync[812]:   [KNET  ] link: host: 1 link: 0 is down", "corosync",
       "  [KNET  ] link: host: 1 link: 0 is down"},
      {"Feb  9 07:55:01 pve1 kernel: [   12.345678] BUG: unable", "kernel", "BUG: unable"},
      {"2026-02-09T07:55:01.123456+01:00 pve1 smartd[7]: Device: /dev/sda", "smartd", "Device: /dev/sda"},
      {"systemd-logind[812]: Power key pressed.", "systemd-logind", "Power key pressed."},
      {"kernel: BUG: unable", "kernel", "BUG: unable"},
      {"ata3: SATA link down", "watchdog", "ata3: SATA link down"},
      {"[Firmware Bug]: TSC doesn't count", "watchdog", "[Firmware Bug]: TSC doesn't count"},
      {"", "watchdog", ""},
  };
  const Source about{.programs = {"watchdog", "wd_keepalive"}};
  for (const auto& [line, ident, message] : table) {
    const CaseLine split = CaseLine::of(line, about);
    EXPECT_EQ(split.ident, ident) << line;
    EXPECT_EQ(split.message, message) << line;
  }
}

}  // namespace
}  // namespace inquest::rules

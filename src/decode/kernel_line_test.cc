#include "decode/kernel_line.h"

#include <ostream>
#include <vector>

#include <gtest/gtest.h>

namespace inquest::decode {
namespace {

using model::Severity;
using Stamp = KernelLine::Stamp;

constexpr Ns kUptime = 1'759'158 * kMicro;
constexpr Ns kWall = 1'770'634'432 * kSecond;  // 2026-02-09T10:53:52

struct Expected {
  std::string_view line;
  Stamp stamp;
  Ns time;
  Severity severity;
  int facility;
};

class EveryForm : public ::testing::TestWithParam<Expected> {};
void PrintTo(const Expected& expected, std::ostream* out) { *out << expected.line; }

TEST_P(EveryForm, IsTakenOffTheMessage) {
  const KernelLine line = parse_kernel_line(GetParam().line);
  EXPECT_EQ(line.message, "usb 1-1: reset");
  EXPECT_EQ(line.stamp, GetParam().stamp);
  EXPECT_EQ(line.time, GetParam().time);
  EXPECT_EQ(line.severity, GetParam().severity);
  EXPECT_EQ(line.facility, GetParam().facility);
}

const Expected kForms[] = {
    {"usb 1-1: reset", Stamp::None, 0, Severity::Unknown, -1},
    {"[    1.759158] usb 1-1: reset", Stamp::Uptime, kUptime, Severity::Unknown, -1},
    {"[1.759158] usb 1-1: reset", Stamp::Uptime, kUptime, Severity::Unknown, -1},
    {"[31536000.000001] usb 1-1: reset", Stamp::Uptime, 365 * kDay + kMicro, Severity::Unknown, -1},
    {"[    1.759158][    T1] usb 1-1: reset", Stamp::Uptime, kUptime, Severity::Unknown, -1},
    {"[    1.759158] [   C12] usb 1-1: reset", Stamp::Uptime, kUptime, Severity::Unknown, -1},
    {"[    1.759158 <    0.001000>] usb 1-1: reset", Stamp::Uptime, kUptime, Severity::Unknown, -1},
    {"<6>[    1.759158] usb 1-1: reset", Stamp::Uptime, kUptime, Severity::Info, 0},
    {"<30>[    1.759158] usb 1-1: reset", Stamp::Uptime, kUptime, Severity::Info, 3},
    {"<3>usb 1-1: reset", Stamp::None, 0, Severity::Error, 0},
    {"kern  :warn  : [    1.759158] usb 1-1: reset", Stamp::Uptime, kUptime, Severity::Warning, 0},
    {"authpriv:notice: [    1.759158] usb 1-1: reset", Stamp::Uptime, kUptime, Severity::Notice, 10},
    {"kern  :err   : usb 1-1: reset", Stamp::None, 0, Severity::Error, 0},
    {"6,339,1759158,-;usb 1-1: reset", Stamp::Uptime, kUptime, Severity::Info, 0},
    {"30,340,1759158,c,caller=T1;usb 1-1: reset", Stamp::Uptime, kUptime, Severity::Info, 3},
    {"[Mon Feb  9 10:53:52 2026] usb 1-1: reset", Stamp::Wall, kWall, Severity::Unknown, -1},
    {"kern  :info  : [Mon Feb  9 10:53:52 2026] usb 1-1: reset", Stamp::Wall, kWall, Severity::Info, 0},
    {"[Mon Feb  9 10:53:52 2026 <    0.000123>] usb 1-1: reset", Stamp::Wall, kWall, Severity::Unknown, -1},
    {"[Mon Feb  9 10:53:52 2026] [    1.759158] usb 1-1: reset", Stamp::Uptime, kUptime, Severity::Unknown, -1},
    {"2026-02-09T10:53:52,000001-08:00 usb 1-1: reset", Stamp::Wall, kWall + kMicro, Severity::Unknown, -1},
    {"[  +0.001000] usb 1-1: reset", Stamp::Delta, kMilli, Severity::Unknown, -1},
    {"[<    0.001000>] usb 1-1: reset", Stamp::Delta, kMilli, Severity::Unknown, -1},
    {"[Llu Chwe  9 10:53:52 2026] usb 1-1: reset", Stamp::Unread, 0, Severity::Unknown, -1},
};
INSTANTIATE_TEST_SUITE_P(KernelLine, EveryForm, ::testing::ValuesIn(kForms));

TEST(KernelLine, ReadsTheMinutesOfRelativeTime) {
  for (const std::string_view text : {"[Feb 9 10:53] x", "[Feb09 10:53] x", "[févr. 9 10:53] x"}) {
    const KernelLine line = parse_kernel_line(text);
    EXPECT_EQ(line.stamp, Stamp::Minute) << text;
    EXPECT_EQ(line.time, *from_civil({2000, 2, 9, 10, 53})) << text;
    EXPECT_EQ(line.precision, Precision::Minute) << text;
  }
}

TEST(KernelLine, KeepsTheOffsetOfIsoTime) {
  EXPECT_EQ(parse_kernel_line("2026-02-09T10:53:52,123456-08:00 x").offset, -8 * kHour);
}

TEST(KernelLine, LeavesWhatOnlyLooksLikeAPrefix) {
  for (const std::string_view text : {"[drm] Initialized",
                                      "[Firmware Bug]: x",
                                      "[Hardware Error]: x",
                                      "[    1.75915] x",
                                      "[1.7591581] x",
                                      "[-1.759158] x",
                                      "[99999999999.000000] x",
                                      "<6 x",
                                      "<abc>x",
                                      "<12345>x",
                                      "kern: x",
                                      "kern  :loud  : x",
                                      "6,339,-;x",
                                      "6,339,12,-x",
                                      "-6,339,12,-;x",
                                      "6,339,99999999999999999999,-;x",
                                      "2026-02-09T10:53:52.123456-08:00 x",
                                      "[",
                                      "[    1.759158",
                                      ""}) {
    const KernelLine line = parse_kernel_line(text);
    EXPECT_FALSE(line.prefixed()) << text;
    EXPECT_EQ(line.message, text);
  }
}

struct Written {
  std::string_view line;
  std::string_view ident;
  std::string_view message;
};

TEST(KernelWriter, IsTheProgramThatWroteToKmsg) {
  const Written cases[] = {
      {"[    1.759158] usb 1-1: reset", "kernel", "usb 1-1: reset"},
      {"[    1.759158] systemd[1]: Reached target reboot.target.", "systemd", "Reached target reboot.target."},
      {"[    1.759158] systemd-journald[312]: Received SIGTERM", "systemd-journald", "Received SIGTERM"},
      {"<30>[    1.759158] systemd[1]: Hello", "systemd", "Hello"},
      {"<14>[    1.759158] dracut: Mounted root", "dracut", "Mounted root"},
      {"<14>[    1.759158] what a program said", "", "what a program said"},
      // The kernel's own words about a process
      {"[    1.759158] a.out[1234]: segfault at 0 ip 0", "kernel", "a.out[1234]: segfault at 0 ip 0"},
      {"<6>[    1.759158] systemd[1]: not by systemd", "kernel", "systemd[1]: not by systemd"},
      {"[    1.759158] watchdog: watchdog0: watchdog did not stop!", "kernel",
       "watchdog: watchdog0: watchdog did not stop!"},
      {"[    1.759158] x[12", "kernel", "x[12"},
      {"[    1.759158] systemd[1]:", "systemd", ""},
  };
  for (const Written& expected : cases) {
    const KernelLine line = parse_kernel_line(expected.line);
    const KernelWriter writer = writer_of(line);
    EXPECT_EQ(writer.ident, expected.ident) << expected.line;
    EXPECT_EQ(writer.message, expected.message) << expected.line;
    EXPECT_EQ(writer.message.data() + writer.message.size(), expected.line.data() + expected.line.size());
  }
}

}  // namespace
}  // namespace inquest::decode

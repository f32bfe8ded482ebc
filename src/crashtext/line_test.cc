#include "crashtext/line.h"

#include <string>

#include <gtest/gtest.h>

namespace inquest::crashtext {
namespace {

using enum Line::Origin;

struct Case {
  std::string_view raw;
  std::string_view text;
  Line::Origin origin;
};

constexpr std::string_view kText = "nvme nvme0: I/O 112 QID 3 timeout, aborting";

TEST(Line, IsReadWithoutWhatStandsBeforeIt) {
  const Case cases[] = {
      {"nvme nvme0: I/O 112 QID 3 timeout, aborting", kText, Bare},
      {"[  123.456789] nvme nvme0: I/O 112 QID 3 timeout, aborting", kText, Kernel},
      {"[  123.456789][   T12] nvme nvme0: I/O 112 QID 3 timeout, aborting", kText, Kernel},
      {"[  123.456789] [     T12] nvme nvme0: I/O 112 QID 3 timeout, aborting", kText, Kernel},
      {"<4>[  123.456789] nvme nvme0: I/O 112 QID 3 timeout, aborting", kText, Kernel},
      {"[Sa Nov 21 06:01:02 2026] nvme nvme0: I/O 112 QID 3 timeout, aborting", kText, Kernel},
      {"[四 9月 26 20:15:29 2024] nvme nvme0: I/O 112 QID 3 timeout, aborting", kText, Kernel},
      {"Nov 21 06:01:02 pve1 kernel: nvme nvme0: I/O 112 QID 3 timeout, aborting", kText, Kernel},
      {"Nov 21 06:01:02 pve1 kernel: [  123.456789] nvme nvme0: I/O 112 QID 3 timeout, aborting", kText, Kernel},
      {"Nov 21 06:01:02 pve1 qemu[811]: nvme nvme0: I/O 112 QID 3 timeout, aborting", kText, Program},
      {"2026-11-21T06:01:02.123456+01:00 pve1 kernel: nvme nvme0: I/O 112 QID 3 timeout, aborting", kText, Kernel},
      {"Nov 21 06:01:02 pve1 kern.warn kernel: nvme nvme0: I/O 112 QID 3 timeout, aborting", kText, Kernel},
      {"123.456789] nvme nvme0: I/O 112 QID 3 timeout, aborting", kText, Kernel},
      {"2026-11-21T06:01:02.123456Z WARNING kernel: [  123.456789] nvme nvme0: I/O 112 QID 3 timeout, aborting", kText,
       Kernel},
      {"4,1234,123456789,-;nvme nvme0: I/O 112 QID 3 timeout, aborting", kText, Kernel},
      {"kern  :warn  : [  123.456789] nvme nvme0: I/O 112 QID 3 timeout, aborting", kText, Kernel},
      {" kern:     err: [2026-11-21T06:01:02.123456789Z]: nvme nvme0: I/O 112 QID 3 timeout, aborting", kText, Kernel},
      {" kernel:[  123.456789] nvme nvme0: I/O 112 QID 3 timeout, aborting", kText, Kernel},
      {"> [  123.456789] nvme nvme0: I/O 112 QID 3 timeout, aborting", kText, Kernel},
      {"  411 [  123.456789] nvme nvme0: I/O 112 QID 3 timeout, aborting", kText, Kernel},
      {"SOL 2026-11-21 06:01:02: [  123.456789] nvme nvme0: I/O 112 QID 3 timeout, aborting", kText, Kernel},
      {"[06:01:02.345] [  123.456789] nvme nvme0: I/O 112 QID 3 timeout, aborting", kText, Kernel},
      {"rack7/12 | [  123.456789][   T12] nvme nvme0: I/O 112 QID 3 timeout, aborting", kText, Kernel},
      {"[1.000000 0.000123] [  123.456789] nvme nvme0: I/O 112 QID 3 timeout, aborting", kText, Kernel},
      {"Starting the last s[  123.456789] nvme nvme0: I/O 112 QID 3 timeout, aborting", kText, Kernel},
      {"2026-11-21 06:01:02 Code: 89 e5 <0f> 0b", "Code: 89 e5 <0f> 0b", Bare},
      {"Nov 21 06:01:02 Hardware name: Acme 9000", "Hardware name: Acme 9000", Bare},
      {"Nov 21 06:01:02 Internal error: Oops: 96000004 [#1] SMP", "Internal error: Oops: 96000004 [#1] SMP", Bare},
      {"(XEN) [ 3423.961389] Domain 24 (vcpu#1) crashed on cpu#5:", "Domain 24 (vcpu#1) crashed on cpu#5:", Kernel},
      {"{1}[Hardware Error]: event severity: fatal", "[Hardware Error]: event severity: fatal", Bare},
  };
  for (const Case& one : cases) {
    std::string scratch;
    const Line line = read_line(one.raw, scratch);
    EXPECT_EQ(line.text, one.text) << one.raw;
    EXPECT_EQ(line.origin, one.origin) << one.raw;
    EXPECT_TRUE(line.origin != Kernel || may_be_kernels(one.raw)) << one.raw;
  }
}

TEST(Line, IsSeenAtAGlanceToBeNoneOfTheKernel) {
  for (const std::string_view raw : {
           "Nov 21 06:01:02 pve1 qemu[811]: nvme nvme0: I/O 112 QID 3 timeout, aborting",
           "2026-11-21T06:01:02.123456+01:00 pve1 telegraf[12]: 2026-11-21T06:01:02Z D! [outputs.influxdb] Wrote batch",
           "Nov 21 06:01:02 pve1 dockerd[1]: worker [abc] exits",
       }) {
    EXPECT_FALSE(may_be_kernels(raw)) << raw;
  }
}

TEST(Line, KnowsWhoPrintedIt) {
  for (const std::string_view raw : {"[  123.456789][   T12] text", "[  123.456789] [     T12] text"}) {
    std::string scratch;
    EXPECT_EQ(read_line(raw, scratch).caller, "T12") << raw;
  }
}

TEST(Line, TakesALevelForNoHost) {
  for (const std::string_view level : {"WARNING", "INFO"}) {
    const std::string raw = "2026-11-21T06:01:02.123456Z " + std::string(level) + " kernel: [  123.456789] text";
    std::string scratch;
    EXPECT_EQ(read_line(raw, scratch).host, "") << raw;
  }
}

TEST(Line, LeavesWordsAloneThatOnlyLookLikeAPrefix) {
  for (const std::string_view raw : {"kernel:panic", "kern: nothing", "[Hardware Error]: Machine check events logged",
                                     "  TDH                  <4>", "12 monkeys"}) {
    std::string scratch;
    EXPECT_EQ(read_line(raw, scratch).text, raw);
  }
}

}  // namespace
}  // namespace inquest::crashtext

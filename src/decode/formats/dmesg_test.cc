#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"

namespace inquest::decode {

extern const Decoder dmesg_decoder;

namespace {

using model::ClockDomain;
using model::LandmarkKind;

model::Case read(std::string_view text, const std::string& name = "dmesg.txt") {
  return testing::decode_with(dmesg_decoder, text, name);
}

bool has(const model::Case& c, LandmarkKind kind) {
  return std::ranges::any_of(c.landmarks, [&](const model::Landmark& mark) { return mark.kind == kind; });
}

TEST(Dmesg, OpensAStreamForEachBoot) {
  const model::Case c = read(
      "[    0.000000] Linux version 6.1.0\n[  812.004417] last words\n"
      "[    0.000000] Linux version 6.2.0\n[    1.000100] first words\n");
  ASSERT_EQ(c.streams.size(), 2U);
  EXPECT_EQ(c.streams[0].latest, 812'004'417 * kMicro);
  EXPECT_EQ(c.streams[1].latest, 1'000'100 * kMicro);
}

TEST(Dmesg, TellsThePartsOfADumpAndWhenItWasWritten) {
  const model::Case c = read(
      "dmesg-efi_pstore-170000000002001:\nPanic#1 Part2\n<6>[ 3051.004417] a\n"
      "dmesg-efi_pstore-170000000001001:\nPanic#1 Part1\n<0>[ 3098.275598] Kernel panic - not syncing: x\n"
      "\nECC: No errors detected\n");
  ASSERT_EQ(c.streams.size(), 1U);
  EXPECT_NE(c.streams[0].dump, 0U);
  EXPECT_EQ(c.events.size(), 2U);
  const auto mark = std::ranges::find(c.landmarks, LandmarkKind::DumpWritten, &model::Landmark::kind);
  ASSERT_NE(mark, c.landmarks.end());
  EXPECT_EQ(mark->event, 1U);
  EXPECT_EQ(mark->number, 1'700'000'000 * kSecond);
}

TEST(Dmesg, KeepsDumpsOfTwoBootsApart) {
  const model::Case c = read(
      "Panic#1 Part1\n<0>[ 98.275598] a\nPanic#1 Part2\n<0>[ 58.275598] b\n"
      "Oops#2 Part1\n<0>[ 18.275598] c\n");
  ASSERT_EQ(c.streams.size(), 3U);
  EXPECT_EQ(c.streams[0].dump, c.streams[1].dump);
  EXPECT_NE(c.streams[1].dump, c.streams[2].dump);
}

TEST(Dmesg, LeavesOutAStepThatNoClockCanHold) {
  const model::Case c = read("[Feb 9 10:53] a\n[  +0.000100] b\n[+9000000000.000000] c\n[  +0.000100] d\n");
  ASSERT_EQ(c.events.size(), 4U);
  EXPECT_EQ(c.events[1].time, c.events[0].time + 100 * kMicro);
  EXPECT_EQ(c.events[2].time, c.events[1].time);
  EXPECT_EQ(c.events[3].time, c.events[1].time + 100 * kMicro);
}

TEST(Dmesg, GivesEachFormItsClock) {
  struct {
    std::string_view line;
    ClockDomain clock;
    Precision precision;
  } const cases[] = {
      {"[    1.759158] x", ClockDomain::Monotonic, Precision::Micro},
      {"6,339,5140900,-;x", ClockDomain::Monotonic, Precision::Micro},
      {"[Mon Feb  9 10:53:52 2026] x", ClockDomain::LocalWall, Precision::Second},
      {"2026-02-09T10:53:52,123456-08:00 x", ClockDomain::Utc, Precision::Micro},
      {"[Feb 9 10:53] x", ClockDomain::LocalWall, Precision::Minute},
      {"[Llu Chwe  9 10:53:52 2026] x", ClockDomain::None, Precision::Second},
      {"<6>x", ClockDomain::None, Precision::Second},
  };
  for (const auto& expected : cases) {
    const model::Case c = read(expected.line);
    ASSERT_EQ(c.streams.size(), 1U) << expected.line;
    EXPECT_EQ(c.streams[0].clock, expected.clock) << expected.line;
    EXPECT_EQ(c.streams[0].precision, expected.precision) << expected.line;
    EXPECT_EQ(c.streams[0].channel, model::Channel::Memory);
  }
}

TEST(Dmesg, ReadsIsoTimesAsUtc) {
  const model::Case c = read("2026-02-09T10:53:52,000001-08:00 x\n");
  EXPECT_EQ(c.events[0].time, *from_civil({2026, 2, 9, 18, 53, 52, kMicro}));
}

TEST(Dmesg, CountsTheYearsOfRelativeTime) {
  const model::Case c = read("[Dec31 23:59] a\n[  +1.500000] b\n[Jan 1 00:00] c\n");
  ASSERT_EQ(c.events.size(), 3U);
  EXPECT_EQ(c.events[1].time, c.events[0].time + 1'500 * kMilli);
  EXPECT_EQ(c.events[2].time, c.events[0].time + kMinute);
  EXPECT_TRUE(c.streams[0].yearless);
}

TEST(Dmesg, SeesAPanicThatPstoreKept) {
  const model::Case c = read("Panic#1 Part1\n<0>[    9.000001] Kernel panic - not syncing: Fatal exception\n");
  ASSERT_EQ(c.facts.size(), 1U);
  EXPECT_EQ(c.facts[0].key, "pstore.record");
  EXPECT_EQ(c.facts[0].value, "Panic#1 Part1");
  EXPECT_EQ(c.streams[0].channel, model::Channel::Disk);
  EXPECT_TRUE(model::watches(c.streams[0].watch, model::Watch::PanicCapture));
  EXPECT_TRUE(has(c, LandmarkKind::Panic));
}

TEST(Dmesg, TakesAnOlderPartForNoOtherTimeOfTheSameRun) {
  const model::Case c = read("Panic#1 Part1\n<6>[  100.000001] b\nPanic#1 Part2\n<6>[   50.000001] a\n");
  EXPECT_EQ(c.streams.size(), 2U);
}

TEST(Dmesg, LocatesWhatPstoreCouldNotRecover) {
  const model::Case whole = read("Panic#1 Part1\n<6>[    1.000001] x\nECC: No errors detected\n");
  EXPECT_EQ(whole.evidence[0].status, model::Outcome::Clean);
  const model::Case damaged =
      read("Panic#1 Part1\n<6>[    1.000001] x\nECC: 3 Corrected bytes, 2 unrecoverable blocks\n");
  EXPECT_EQ(damaged.evidence[0].status, model::Outcome::Partial);
  ASSERT_EQ(damaged.evidence[0].diagnostics.size(), 1U);
  EXPECT_EQ(damaged.evidence[0].diagnostics[0].line, 3U);
}

TEST(Dmesg, KnowsWhatACrashKernelSavedByItsName) {
  const std::string_view text = "[    1.759158] x\n";
  EXPECT_FALSE(model::watches(read(text).streams[0].watch, model::Watch::PanicCapture));
  EXPECT_TRUE(model::watches(read(text, "vmcore-dmesg.txt").streams[0].watch, model::Watch::PanicCapture));
}

TEST(Dmesg, StopsAtMoreBootsThanThereAreInAnyLog) {
  std::string text;
  for (int i = 0; i < 5'000; ++i) text += "[    0.000000] Linux version 6.1.0\n";
  const model::Case c = read(text);
  EXPECT_EQ(c.streams.size(), 4096U);
  ASSERT_EQ(c.evidence[0].diagnostics.size(), 1U);
  EXPECT_EQ(c.evidence[0].diagnostics[0].line, 4097U);
}

TEST(Dmesg, TakesTheHostFromThePromptAboveIt) {
  const model::Case c = read("root@pve1:~# dmesg\n[    1.759158] x\nroot@pve1:~#\n");
  EXPECT_EQ(c.str(c.streams[0].host), "pve1");
  EXPECT_EQ(c.events.size(), 1U);
  EXPECT_EQ(c.evidence[0].status, model::Outcome::Clean);
}

TEST(Dmesg, HearsSystemdInTheKernelsLog) {
  const model::Case c = read(
      "[    2.131404] systemd[1]: Hostname set to <pve1>.\n[   61.770418] systemd[1]: Reached target reboot.target.\n");
  EXPECT_EQ(c.str(c.streams[0].host), "pve1");
  EXPECT_EQ(c.str(c.events[1].ident), "systemd");
  EXPECT_EQ(c.message(1), "Reached target reboot.target.");
  EXPECT_TRUE(has(c, LandmarkKind::ShutdownBegin));
}

TEST(Dmesg, AttachesTheFieldsOfARecord) {
  const model::Case c = read("6,1,1000,-;x\n SUBSYSTEM=pci\n DEVICE=+pci:0\n6,2,2000,-;y\n");
  ASSERT_EQ(c.events.size(), 2U);
  EXPECT_EQ(c.record(0), "6,1,1000,-;x\n SUBSYSTEM=pci\n DEVICE=+pci:0");
}

TEST(Dmesg, KeepsTheFurtherLinesOfAMessage) {
  const model::Case c = read("[    1.000001] first\n               second\n");
  ASSERT_EQ(c.events.size(), 2U);
  EXPECT_EQ(c.message(1), "second");
  EXPECT_EQ(c.events[1].time, c.events[0].time);
}

}  // namespace
}  // namespace inquest::decode

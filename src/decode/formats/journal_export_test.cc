#include <cstring>
#include <string>

#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"

namespace inquest::decode {

extern const Decoder journal_export_decoder;

namespace {

constexpr std::string_view kBoot = "4c1f2a9b7d3e4f5a8b6c7d8e9f0a1b2c";

std::string stamped(uint64_t us) {
  return "__CURSOR=s=1;i=1\n__REALTIME_TIMESTAMP=" + std::to_string(us) +
         "\n__MONOTONIC_TIMESTAMP=5000000\n_BOOT_ID=" + std::string(kBoot) + "\n_HOSTNAME=pve\nSYSLOG_IDENTIFIER=app\n";
}

std::string binary(std::string_view name, std::string_view value) {
  std::string out(name);
  out += '\n';
  const uint64_t size = value.size();
  char length[sizeof size];
  for (size_t i = 0; i < sizeof size; ++i) length[i] = static_cast<char>(size >> (8 * i));
  return out.append(length, sizeof size).append(value) + '\n';
}

model::Case read(std::string_view bytes, size_t piece = testing::kWhole) {
  return testing::decode_with(journal_export_decoder, bytes, "journal.export", piece);
}

std::string only_problem(const model::Case& c) {
  if (c.evidence[0].diagnostics.size() != 1) return std::to_string(c.evidence[0].diagnostics.size()) + " problems";
  return c.evidence[0].diagnostics[0].message;
}

TEST(JournalExport, CitesTheMessageAndKeepsNothing) {
  const std::string text = stamped(1770652490000000) + "PRIORITY=3\nMESSAGE=it broke\n_PID=7\n\n";
  const model::Case c = read(text);
  ASSERT_EQ(c.events.size(), 1U);
  EXPECT_EQ(c.record(0), "MESSAGE=it broke");
  EXPECT_EQ(c.message(0), "it broke");
  EXPECT_EQ(c.events[0].severity, model::Severity::Error);
  EXPECT_EQ(c.evidence[0].status, model::Outcome::Clean);
}

TEST(JournalExport, ReadsABinaryMessageWhereItStands) {
  const model::Case c = read(stamped(1770652490000000) + binary("MESSAGE", "one\ntwo\n\n") + "\n");
  ASSERT_EQ(c.events.size(), 1U);
  EXPECT_EQ(c.message(0), "one\ntwo");
  EXPECT_EQ(c.events[0].flags, 0);
}

TEST(JournalExport, TellsWhenABootStarted) {
  const model::Case c = read(stamped(1770652490000000) + "MESSAGE=a\n\n" + stamped(1770652491000000) + "MESSAGE=b\n\n");
  ASSERT_EQ(c.facts.size(), 1U);
  EXPECT_EQ(c.facts[0].key, "boot.start." + std::string(kBoot));
  EXPECT_EQ(c.facts[0].value, "1770652485000000000");
  EXPECT_EQ(c.str(c.facts[0].host), "pve");
}

TEST(JournalExport, SkipsLargeFieldsInPiecesOfAnySize) {
  const std::string large(3 << 20, 'x');
  const std::string text = stamped(1770652490000000) + binary("COREDUMP", large + "\n\n__CURSOR=no\n") +
                           "MESSAGE=a\n\n" + stamped(1770652491000000) + "BIG=" + large + "\nMESSAGE=b\n\n";
  for (const size_t piece : {size_t{4099}, size_t{1} << 20, testing::kWhole}) {
    const model::Case c = read(text, piece);
    ASSERT_EQ(c.events.size(), 2U) << piece;
    EXPECT_EQ(c.message(0), "a");
    EXPECT_EQ(c.message(1), "b");
    EXPECT_EQ(only_problem(c), "a field of more than 1 MiB was skipped");
    EXPECT_EQ(c.evidence[0].diagnostics[0].count, 2U);
  }
}

TEST(JournalExport, GoesOnBehindADamagedLength) {
  std::string first = stamped(1770652490000000) + "PRIORITY=6\n" + binary("MESSAGE", "one\ntwo") + "\n";
  const std::string second = stamped(1770652491000000) + "MESSAGE=b\n\n";
  const size_t length_at = first.find("MESSAGE\n") + 8;
  for (const char wrong : {'\x06', '\x08', '\x40'}) {
    first[length_at] = wrong;
    const model::Case c = read(first + second);
    ASSERT_EQ(c.events.size(), 2U) << static_cast<int>(wrong);
    EXPECT_EQ(c.message(1), "b");
    EXPECT_EQ(c.evidence[0].status, model::Outcome::Partial);
  }
  first[length_at + 7] = '\x7f';  // an exabyte
  EXPECT_EQ(read(first + second).events.size(), 2U);
}

TEST(JournalExport, PartsEntriesThatLostTheLineBetweenThem) {
  const model::Case c = read(stamped(1770652490000000) + "MESSAGE=a\n" + stamped(1770652491000000) + "MESSAGE=b\n");
  ASSERT_EQ(c.events.size(), 2U);
  EXPECT_EQ(only_problem(c), "two journal entries without an empty line between them");
}

TEST(JournalExport, SaysThatItBreaksOff) {
  const std::string text = stamped(1770652490000000) + binary("MESSAGE", "one\ntwo");
  EXPECT_EQ(read(text).evidence[0].status, model::Outcome::Clean);
  EXPECT_EQ(read(text.substr(0, text.size() - 1)).evidence[0].status, model::Outcome::Clean);
  EXPECT_EQ(only_problem(read(text.substr(0, text.size() - 2))), "the export breaks off in a field");
  const std::string large = stamped(1770652490000000) + binary("COREDUMP", std::string(2 << 20, 'x'));
  EXPECT_EQ(read(large.substr(0, large.size() - 9)).evidence[0].diagnostics.back().message,
            "the export breaks off in a field");
}

TEST(JournalExport, CountsAnEntryWithoutATime) {
  const model::Case c = read("MESSAGE=a\n_BOOT_ID=" + std::string(kBoot) + "\n\n" + stamped(1770652491000000) + "\n");
  EXPECT_EQ(c.events.size(), 1U);
  EXPECT_EQ(only_problem(c), "a journal entry without a time");
}

TEST(JournalExport, StopsOpeningStreams) {
  std::string text;
  for (int i = 0; i < 5000; ++i) {
    text += "__REALTIME_TIMESTAMP=1770652490000000\n_HOSTNAME=h" + std::to_string(i) + "\nMESSAGE=x\n\n";
  }
  const model::Case c = read(text);
  EXPECT_EQ(c.streams.size(), 4096U);
  EXPECT_EQ(c.evidence[0].diagnostics[0].count, 5000U - 4096U);
}

}  // namespace
}  // namespace inquest::decode

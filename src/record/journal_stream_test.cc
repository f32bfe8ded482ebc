#include "record/journal_stream.h"

#include <random>

#include <gtest/gtest.h>

namespace inquest::record {
namespace {

std::string binary(std::string_view name, std::string_view value) {
  std::string out(name);
  out += '\n';
  for (size_t i = 0; i < 8; ++i) out += static_cast<char>(uint64_t{value.size()} >> (8 * i));
  return out.append(value) + '\n';
}

struct Read {
  std::vector<JournalStreamEntry> entries;
  uint64_t malformed = 0;
};

Read read(std::string_view bytes, size_t piece = std::string_view::npos) {
  Read out;
  JournalStream stream;
  const auto take = [&](JournalStreamEntry&& entry) { out.entries.push_back(std::move(entry)); };
  for (size_t at = 0; at < bytes.size(); at += std::min(piece, bytes.size()))
    stream.feed(bytes.substr(at, piece), take);
  stream.finish(take);
  out.malformed = stream.malformed();
  return out;
}

const std::string kEntry =
    "__CURSOR=s=a;i=1\n__REALTIME_TIMESTAMP=1770652490000000\n__MONOTONIC_TIMESTAMP=5\n_BOOT_ID=b\nPRIORITY=3\n"
    "_HOSTNAME=pve\nSYSLOG_IDENTIFIER=app\n_COMM=app-bin\n";

TEST(JournalStream, MakesAnEventOfAnEntry) {
  Read got = read(kEntry + binary("MESSAGE", "two\nlines") + "TAG=a\nTAG=b\n\n");
  ASSERT_EQ(got.entries.size(), 1U);
  EXPECT_EQ(got.malformed, 0U);
  const store::Event event = journal_event(std::move(got.entries[0]), "192.0.2.7", 5);
  EXPECT_EQ(event.time, 1'770'652'490 * kSecond);
  EXPECT_EQ(event.received, 5);
  EXPECT_EQ(event.host, "pve");
  EXPECT_EQ(event.source, "journal");
  EXPECT_EQ(event.ident, "app");
  EXPECT_EQ(event.severity, 3);
  EXPECT_EQ(event.message, "two\nlines");
  const std::vector<std::pair<std::string, std::string>> fields = {
      {"peer", "192.0.2.7"}, {"__CURSOR", "s=a;i=1"}, {"__MONOTONIC_TIMESTAMP", "5"},
      {"_BOOT_ID", "b"},     {"_COMM", "app-bin"},    {"TAG", "a"},
      {"TAG", "b"}};
  EXPECT_EQ(event.fields, fields);
}

TEST(JournalStream, TakesWhatAnEntryLacksFromElsewhere) {
  Read got = read("MESSAGE=x\n_COMM=app\n__REALTIME_TIMESTAMP=never\nPRIORITY=9");
  ASSERT_EQ(got.entries.size(), 1U);
  const store::Event event = journal_event(std::move(got.entries[0]), "192.0.2.7", 5);
  EXPECT_EQ(event.time, 5);
  EXPECT_EQ(event.host, "192.0.2.7");
  EXPECT_EQ(event.ident, "app");
  EXPECT_EQ(event.severity, 8);
  EXPECT_EQ(event.fields.size(), 3U);
}

TEST(JournalStream, GivesTheSameForAnyPieces) {
  const std::string bytes = kEntry + binary("MESSAGE", "a\n\nb=c\n") + binary("EMPTY", "") + "\n\n" + kEntry +
                            "garbage!\nMESSAGE=two\n\n" + kEntry + binary("DATA", std::string(300, '\0')) + "MESSAGE=3";
  const Read whole = read(bytes);
  ASSERT_EQ(whole.entries.size(), 3U);
  EXPECT_EQ(whole.entries[0].field("MESSAGE"), "a\n\nb=c\n");
  EXPECT_EQ(whole.entries[2].field("DATA").size(), 300U);
  EXPECT_EQ(whole.malformed, 1U);
  for (const size_t piece : {1U, 2U, 3U, 7U, 64U}) {
    const Read cut = read(bytes, piece);
    ASSERT_EQ(cut.entries.size(), 3U) << piece;
    for (size_t i = 0; i < 3; ++i) EXPECT_EQ(cut.entries[i].fields, whole.entries[i].fields) << piece;
    EXPECT_EQ(cut.malformed, whole.malformed);
  }
}

TEST(JournalStream, PassesOverWhatIsTooLong) {
  const std::string large(3 << 20, 'x');
  Read got = read(
      kEntry + binary("COREDUMP", large) + "LINE=" + large + "\nMESSAGE=kept\n\n" + kEntry + "MESSAGE=b\n\n", 4099);
  ASSERT_EQ(got.entries.size(), 2U);
  EXPECT_EQ(got.entries[0].field("COREDUMP").size(), JournalStream::kLongestValue);
  EXPECT_EQ(got.entries[0].field("MESSAGE"), "kept");
  EXPECT_GT(got.entries[0].lost_bytes, 2 * (large.size() - JournalStream::kLongestValue) - 100);
  EXPECT_EQ(got.entries[1].field("MESSAGE"), "b");

  std::string many = kEntry;
  for (int i = 0; i < 3000; ++i) many += "F" + std::to_string(i) + "=" + std::string(1000, 'y') + "\n";
  got = read(many + "\n");
  ASSERT_EQ(got.entries.size(), 1U);
  EXPECT_LE(got.entries[0].fields.size(), JournalStream::kMostFields);
  EXPECT_GT(got.entries[0].lost_bytes, 0U);
}

TEST(JournalStream, GoesOnBehindDamage) {
  // A size that can't be, and one that is wrong.
  std::string wrong = binary("MESSAGE", "0123456789");
  wrong[8] = 4;
  for (const std::string& damage : {std::string("MESSAGE\n\xff\xff\xff\xff\xff\xff\xff\xff\n"), wrong}) {
    const Read got = read(kEntry + damage + "\n" + kEntry + "MESSAGE=next\n\n");
    ASSERT_EQ(got.entries.size(), 2U);
    EXPECT_GE(got.malformed, 1U);
    EXPECT_EQ(got.entries[1].field("MESSAGE"), "next");
  }
}

TEST(JournalStream, SurvivesAnyBytes) {
  std::mt19937 random(1);
  const std::string good = kEntry + binary("MESSAGE", "two\nlines") + "\n" + kEntry + "MESSAGE=b\n\n";
  for (int round = 0; round < 3000; ++round) {
    std::string bytes = good;
    for (int i = 0; i < 4; ++i) bytes[random() % bytes.size()] = static_cast<char>(random());
    bytes.resize(random() % bytes.size());
    const Read whole = read(bytes);
    const Read cut = read(bytes, 1 + random() % 20);
    ASSERT_EQ(cut.entries.size(), whole.entries.size());
    ASSERT_EQ(cut.malformed, whole.malformed);
  }
}

}  // namespace
}  // namespace inquest::record

#include "record/journal_duplicates.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/memory_store.h"

namespace inquest::record {
namespace {

store::Event entry(std::string host, Ns time, std::string cursor) {
  store::Event event;
  event.host = std::move(host);
  event.time = time;
  event.source = "journal";
  if (!cursor.empty()) event.fields.emplace_back("__CURSOR", std::move(cursor));
  return event;
}

std::vector<store::Event> entries(const std::string& host, int first, int last) {
  std::vector<store::Event> out;
  // Three at a time.
  for (int i = first; i <= last; ++i) out.push_back(entry(host, i / 3 * kSecond, fmt::format("s=a;i={}", i)));
  return out;
}

TEST(JournalDuplicates, LeavesOutWhatIsStored) {
  testing::MemoryStore store;
  store.write(entries("pve1", 10, 20), [](const Result<void>&) {});
  JournalDuplicates duplicates(store);
  auto events = entries("pve1", 5, 25);
  ASSERT_FALSE(duplicates.all_new(events));
  EXPECT_EQ(duplicates.remove(events), 11U);
  ASSERT_EQ(events.size(), 10U);
  EXPECT_EQ(events[4].fields[0].second, "s=a;i=9");
  EXPECT_EQ(events[5].fields[0].second, "s=a;i=21");
}

TEST(JournalDuplicates, AsksNoMoreWhereAllIsNew) {
  testing::MemoryStore store;
  store.write(entries("pve1", 10, 20), [](const Result<void>&) {});
  JournalDuplicates duplicates(store);
  auto events = entries("pve1", 30, 40);
  EXPECT_FALSE(duplicates.all_new(events)) << "how far the store reaches is not known yet";
  EXPECT_EQ(duplicates.remove(events), 0U);
  EXPECT_TRUE(duplicates.all_new(entries("pve1", 42, 50)));
  EXPECT_FALSE(duplicates.all_new(entries("pve1", 42, 50))) << "these are the newest now";
  EXPECT_FALSE(duplicates.all_new(entries("pve1", 5, 60)));
}

TEST(JournalDuplicates, KnowsThatMoreIsStoredBehindTheFirstPieceOfAnUpload) {
  testing::MemoryStore store;
  store.write(entries("pve1", 10, 40), [](const Result<void>&) {});
  JournalDuplicates duplicates(store);
  auto first = entries("pve1", 10, 14);
  ASSERT_FALSE(duplicates.all_new(first));
  EXPECT_EQ(duplicates.remove(first), 5U);
  auto second = entries("pve1", 15, 45);
  ASSERT_FALSE(duplicates.all_new(second));
  EXPECT_EQ(duplicates.remove(second), 26U);
}

TEST(JournalDuplicates, TellsHostsAndSourcesApart) {
  testing::MemoryStore store;
  auto stored = entries("pve1", 10, 20);
  stored.push_back(entry("pve2", kDay, ""));
  auto other = entry("pve2", 5 * kSecond, "s=a;i=15");
  other.source = "syslog";
  stored.push_back(other);
  store.write(std::move(stored), [](const Result<void>&) {});
  JournalDuplicates duplicates(store);
  auto events = entries("pve2", 10, 20);
  events.push_back(entry("pve2", kDay, ""));
  EXPECT_EQ(duplicates.remove(events), 0U);
}

}  // namespace
}  // namespace inquest::record

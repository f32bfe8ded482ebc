#include "evidence/kept_bytes.h"

#include <gtest/gtest.h>

#include "support/walk_log.h"

namespace inquest::evidence {
namespace {

Limits small() {
  Limits limits;
  limits.memory_bytes = 10;
  limits.memory_bytes_in_all = 16;
  limits.disk_bytes = 100;
  return limits;
}

std::unique_ptr<model::ByteSource> keep(KeptStore& store, std::string_view bytes) {
  KeptBytes kept(store);
  for (const char c : bytes) kept.append({&c, 1});
  return kept.take();
}

TEST(KeptBytes, GivesBackWhatWasAppendedInMemoryOrOnDisk) {
  KeptStore store(small());
  const auto in_memory = keep(store, "0123456789");
  const auto on_disk = keep(store, "0123456789abcdef");
  const auto memory_is_full = keep(store, "987654321");
  EXPECT_EQ(read_all(*in_memory), "0123456789");
  EXPECT_EQ(read_all(*on_disk), "0123456789abcdef");
  EXPECT_EQ(read_all(*memory_is_full), "987654321");

  std::string out(4, '\0');
  EXPECT_EQ(on_disk->read_at(14, out).value(), 2U);
  EXPECT_EQ(out.substr(0, 2), "ef");
  EXPECT_EQ(on_disk->read_at(16, out).value(), 0U);
  EXPECT_EQ(in_memory->read_at(1ULL << 60, out).value(), 0U);
}

TEST(KeptBytes, GivesNothingOfWhatDoesNotFit) {
  KeptStore store(small());
  EXPECT_EQ(keep(store, std::string(101, 'x')), nullptr);
  // Its room is free again.
  EXPECT_NE(keep(store, std::string(100, 'x')), nullptr);
  EXPECT_EQ(keep(store, std::string(11, 'x')), nullptr);
}

TEST(KeptBytes, LivesLongerThanTheStore) {
  std::unique_ptr<model::ByteSource> kept;
  {
    KeptStore store(small());
    kept = keep(store, "0123456789abcdef");
  }
  EXPECT_EQ(read_all(*kept), "0123456789abcdef");
}

TEST(KeptBytes, GivesRoomBackWhenNobodyTakesIt) {
  KeptStore store(small());
  for (int i = 0; i < 50; ++i) {
    KeptBytes kept(store);
    kept.append(std::string(90, 'x'));
  }
  for (int i = 0; i < 50; ++i) {
    KeptBytes kept(store);
    kept.append("01234567");
  }
  EXPECT_NE(keep(store, "01234567"), nullptr);
  EXPECT_NE(keep(store, std::string(100, 'x')), nullptr);
}

}  // namespace
}  // namespace inquest::evidence

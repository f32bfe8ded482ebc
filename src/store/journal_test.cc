#include "store/journal.h"

#include <atomic>
#include <chrono>
#include <thread>

#include <gtest/gtest.h>

#include "support/temp_folder.h"

namespace inquest::store {
namespace {

using namespace std::chrono_literals;

bool comes_true(const std::function<bool()>& what) {
  for (int i = 0; i < 3000 && !what(); ++i) std::this_thread::sleep_for(10ms);
  return what();
}

class JournalTest : public testing::Test {
 protected:
  JournalTest() {
    folder = StoreFolder::open(temp.path(), false, {}).value();
    Journal::Hooks hooks;
    hooks.committed = [this](const std::shared_ptr<Head>&, Batch&&) { ++committed; };
    hooks.rotated = [this](const std::shared_ptr<Head>&, const std::shared_ptr<Head>&) { ++rotated; };
    hooks.has_room = [this] { return room.load(); };
    journal = Journal::open(*folder, 1, std::move(hooks)).value();
  }
  void take(Batch::Kind kind) {
    const auto count = [this](const Result<void>& done) { ++(done ? stored : refused); };
    journal->take(kind, kind == Batch::Kind::Lines ? "metrics" : "", "cpu usage=1 1\n", 1, count);
  }

  TempFolder temp;
  std::unique_ptr<StoreFolder> folder;
  std::atomic<bool> room = true;
  std::atomic<int> committed = 0;
  std::atomic<int> rotated = 0;
  std::atomic<int> stored = 0;
  std::atomic<int> refused = 0;
  std::unique_ptr<Journal> journal;
};

TEST_F(JournalTest, EventsDoNotWaitForLinesThatHaveNoRoom) {
  room = false;
  take(Batch::Kind::Lines);
  for (int i = 0; i < 20; ++i) {
    take(Batch::Kind::Events);
    ASSERT_TRUE(comes_true([&] { return stored > i; })) << i;
  }
  EXPECT_EQ(journal->waiting(), 1U);
  room = true;
  EXPECT_TRUE(comes_true([&] { return stored == 21; }));
  EXPECT_EQ(refused, 0);
}

TEST_F(JournalTest, LinesThatFindNoRoomForLongAreRefused) {
  room = false;
  take(Batch::Kind::Lines);
  EXPECT_TRUE(comes_true([&] { return refused == 1; }));
  EXPECT_EQ(stored, 0);
  EXPECT_EQ(committed, 0);
}

TEST_F(JournalTest, AHeadEndsWhileLinesWaitForTheRoomThatThisMakes) {
  take(Batch::Kind::Lines);
  ASSERT_TRUE(comes_true([&] { return stored == 1; }));
  room = false;
  take(Batch::Kind::Lines);
  journal->rotate_soon();
  EXPECT_TRUE(comes_true([&] { return rotated == 1; }));
  EXPECT_EQ(journal->waiting(), 1U);
  room = true;
  EXPECT_TRUE(comes_true([&] { return stored == 2; }));
}

TEST_F(JournalTest, RotateReturnsWhenWhatWasTakenBeforeIsInTheOldHead) {
  for (int i = 1; i <= 6; ++i) {
    take(i % 2 == 0 ? Batch::Kind::Lines : Batch::Kind::Events);
    journal->rotate();
    EXPECT_EQ(stored, i);
    EXPECT_EQ(rotated, i);
  }
}

TEST_F(JournalTest, StopCommitsWhatWasTaken) {
  for (int i = 0; i < 100; ++i) take(i % 2 == 0 ? Batch::Kind::Lines : Batch::Kind::Events);
  journal->stop();
  EXPECT_EQ(stored, 100);
}

}  // namespace
}  // namespace inquest::store

#include "store/trusted_clock.h"

#include <gtest/gtest.h>

namespace inquest::store {
namespace {

constexpr Ns kNow = 1'700'000'000 * kSecond;

struct Clocks {
  Ns wall = kNow;
  Ns steady = kHour;
  void pass(Ns length) {
    wall += length;
    steady += length;
  }
  TrustedClock start(std::optional<ClockMemory> memory) {
    return {[this] { return wall; }, [this] { return steady; }, memory};
  }
};

TEST(TrustedClock, BelievesAJumpWhenItHasHeldForADay) {
  for (const Ns jump : {365 * kDay, -365 * kDay}) {
    Clocks clocks;
    TrustedClock clock = clocks.start({});
    clocks.wall += jump;
    EXPECT_EQ(clock.now(), kNow);
    clocks.pass(23 * kHour);
    EXPECT_EQ(clock.now(), kNow + 23 * kHour);
    clocks.pass(2 * kHour);
    EXPECT_EQ(clock.now(), kNow + 25 * kHour + jump);
    EXPECT_EQ(clock.age(), 25 * kHour) << "a correction is no time that passed";
    clocks.pass(kHour);
    EXPECT_EQ(clock.age(), 26 * kHour);
  }
}

TEST(TrustedClock, AgesWhileTheStoreIsNotUsed) {
  Clocks clocks;
  const ClockMemory memory{.believed = kNow - kDay, .age = 5 * kDay};
  EXPECT_EQ(clocks.start(memory).age(), 6 * kDay);
  // For so long that the clock has to prove itself first.
  clocks.wall = kNow + 40 * kDay;
  TrustedClock clock = clocks.start(memory);
  EXPECT_EQ(clock.age(), 5 * kDay);
  clocks.pass(25 * kHour);
  EXPECT_EQ(clock.age(), 46 * kDay + 25 * kHour);
  // One that was set back meanwhile, and one that is corrected later.
  clocks.wall = kNow - 40 * kDay;
  EXPECT_EQ(clocks.start(memory).age(), 5 * kDay);
  TrustedClock corrected = clocks.start(memory);
  clocks.wall = kNow + 300 * kDay;
  EXPECT_EQ(corrected.now(), kNow - kDay);
  clocks.pass(25 * kHour);
  EXPECT_EQ(corrected.now(), kNow + 300 * kDay + 25 * kHour);
  EXPECT_EQ(corrected.age(), 5 * kDay + 25 * kHour);
}

}  // namespace
}  // namespace inquest::store

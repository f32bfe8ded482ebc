#include "model/clock_map.h"

#include <limits>

#include <gtest/gtest.h>

namespace inquest::model {
namespace {

Ns at(int year, int month, int day, int hour = 0, int minute = 0, int second = 0) {
  return from_civil({year, month, day, hour, minute, second, 0}).value();
}

Stream stream_of(ClockDomain clock, bool yearless = false) {
  Stream stream;
  stream.clock = clock;
  stream.precision = Precision::Milli;
  stream.yearless = yearless;
  return stream;
}

// A map of one stream whose clock reads the wall in that zone.
ClockMap wall_in(std::string_view zone, int first_year = 0) {
  ClockMap map;
  map.resize(1);
  map.clock(0).mapped = true;
  map.clock(0).zone = Zone::find(zone).value();
  map.clock(0).first_year = first_year;
  return map;
}

TEST(ClockMap, UtcNeedsNoMapping) {
  const auto moment = ClockMap{}.utc(stream_of(ClockDomain::Utc), 7, 123);
  ASSERT_TRUE(moment);
  EXPECT_TRUE(moment->exact());
  EXPECT_EQ(moment->earliest, 123);
  EXPECT_EQ(moment->precision, Precision::Milli);
}

TEST(ClockMap, WhatIsNotMappedHasNoUtc) {
  ClockMap map;
  map.resize(2);
  map.clock(1).mapped = true;  // but in no zone
  EXPECT_FALSE(map.utc(stream_of(ClockDomain::LocalWall), 0, 0));
  EXPECT_FALSE(map.utc(stream_of(ClockDomain::LocalWall), 1, 0));
  EXPECT_FALSE(map.utc(stream_of(ClockDomain::Monotonic), 0, 0));
  EXPECT_FALSE(map.utc(stream_of(ClockDomain::None), 1, 0));
  EXPECT_FALSE(map.utc(stream_of(ClockDomain::Monotonic), 2, 0)) << "a stream newer than the map";
}

TEST(ClockMap, MonotonicTimesCountFromTheirBoot) {
  ClockMap map;
  map.resize(1);
  map.clock(0).mapped = true;
  map.clock(0).boot_start = at(2026, 2, 9, 18, 53, 51);
  map.clock(0).uncertainty = 200 * kMilli;
  const auto moment = map.utc(stream_of(ClockDomain::Monotonic), 0, 1089 * kSecond);
  ASSERT_TRUE(moment);
  EXPECT_FALSE(moment->exact());
  EXPECT_EQ(moment->middle(), at(2026, 2, 9, 19, 12, 0));
  EXPECT_EQ(moment->latest - moment->earliest, 400 * kMilli);
}

TEST(ClockMap, DigitsBelowTheUncertaintyAreNotKnown) {
  ClockMap map;
  map.resize(1);
  map.clock(0).mapped = true;
  Stream stream = stream_of(ClockDomain::Monotonic);
  stream.precision = Precision::Micro;
  EXPECT_EQ(map.utc(stream, 0, 0)->precision, Precision::Micro);
  map.clock(0).uncertainty = 500 * kMilli;
  EXPECT_EQ(map.utc(stream, 0, 0)->precision, Precision::Milli);
  map.clock(0).uncertainty = kMinute;
  EXPECT_EQ(map.utc(stream, 0, 0)->precision, Precision::Second);
}

TEST(ClockMap, ATimeBeyondAnInstantIsNothing) {
  ClockMap map;
  map.resize(1);
  map.clock(0).mapped = true;
  map.clock(0).boot_start = at(2026, 1, 1);
  EXPECT_FALSE(map.utc(stream_of(ClockDomain::Monotonic), 0, std::numeric_limits<Ns>::max()));
  map.clock(0).boot_start = 0;
  map.clock(0).uncertainty = kSecond;
  EXPECT_FALSE(map.utc(stream_of(ClockDomain::Monotonic), 0, std::numeric_limits<Ns>::max()));
}

TEST(ClockMap, WallTimeThatIsRepeatedIsAsUncertainAsThat) {
  const ClockMap map = wall_in("Europe/Berlin");
  const Stream stream = stream_of(ClockDomain::LocalWall);
  const auto twice = map.utc(stream, 0, at(2026, 10, 25, 2, 30));
  ASSERT_TRUE(twice);
  EXPECT_EQ(twice->earliest, at(2026, 10, 25, 0, 30));
  EXPECT_EQ(twice->latest, at(2026, 10, 25, 1, 30));
  EXPECT_TRUE(map.utc(stream, 0, at(2026, 10, 25, 1, 30))->exact());
  EXPECT_FALSE(map.utc(stream, 0, at(2026, 3, 29, 2, 30))) << "the hour that was skipped";
}

TEST(ClockMap, YearlessTimesStartInTheFirstYearAndRollOver) {
  const ClockMap map = wall_in("UTC", 2025);
  const Stream stream = stream_of(ClockDomain::LocalWall, true);
  EXPECT_EQ(map.utc(stream, 0, at(2000, 12, 31, 23, 59, 59))->earliest, at(2025, 12, 31, 23, 59, 59));
  EXPECT_EQ(map.utc(stream, 0, at(2001, 1, 1))->earliest, at(2026, 1, 1));
}

TEST(ClockMap, TheLeapDaysOfRealYearsAreTheirs) {
  EXPECT_EQ(with_year(at(2000, 2, 29, 12), 2024), at(2024, 2, 29, 12));
  EXPECT_EQ(with_year(at(2000, 2, 29, 12), 2025), std::nullopt) << "2025 has none";
  EXPECT_EQ(with_year(at(2000, 3, 1), 2025), at(2025, 3, 1)) << "dates move, not distances";
  EXPECT_EQ(with_year(at(2000, 1, 1), 2500), std::nullopt);
}

}  // namespace
}  // namespace inquest::model

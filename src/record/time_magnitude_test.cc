#include "record/time_magnitude.h"

#include <gtest/gtest.h>

namespace inquest::record {
namespace {

using store::TimeUnit;

TEST(TimeMagnitude, TellsUnitsApartByTheirDigits) {
  EXPECT_EQ(unit_by_magnitude("m f=1 1700000000"), TimeUnit::Second);
  EXPECT_EQ(unit_by_magnitude("m f=1 1700000000000\n"), TimeUnit::Milli);
  EXPECT_EQ(unit_by_magnitude("m f=1 1700000000000000"), TimeUnit::Micro);
  EXPECT_EQ(unit_by_magnitude("m f=1 1700000000000000000"), TimeUnit::Nano);
}

TEST(TimeMagnitude, LooksAtTheFirstLineThatHasATime) {
  EXPECT_EQ(unit_by_magnitude("# a comment\nm f=1\nbad\n\nm f=\"a\nb\" 1700000000000\nm f=1 1700000000"),
            TimeUnit::Milli);
}

TEST(TimeMagnitude, DoesNotGuess) {
  for (const char* lines : {"", "\n\n", "m f=1", "m f=1 1", "m f=1 -1700000000", "m f=1 17000000000"})
    EXPECT_FALSE(unit_by_magnitude(lines)) << lines;
}

}  // namespace
}  // namespace inquest::record

#include "store/time_spans.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/day_file.h"

namespace inquest::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Ns kStep = 10 * kSecond;
constexpr Ns kHole = (static_cast<Ns>(kBlockRows) + 1) * kStep;

void add(std::vector<Ns>& times, size_t count, Ns pause) {
  for (size_t i = 0; i < count; ++i) times.push_back(times.empty() ? kDay : times.back() + (i == 0 ? pause : kStep));
}

std::vector<uint64_t> rows_of(const std::vector<Ns>& times) {
  std::vector<uint64_t> out;
  uint64_t rows = 0;
  Ns last = kDay - 1;
  for (const TimeSpan& span : spans_of(times)) {
    EXPECT_GT(span.first, last);
    EXPECT_EQ(span.first, times[rows]);
    rows += span.rows;
    last = span.last;
    EXPECT_EQ(span.last, times[rows - 1]);
    out.push_back(span.rows);
  }
  EXPECT_EQ(rows, times.size());
  return out;
}

TEST(TimeSpans, EndWhereAWholeBlockWouldHaveRoom) {
  EXPECT_THAT(spans_of({}), IsEmpty());
  std::vector<Ns> times;
  add(times, 1, 0);
  EXPECT_THAT(rows_of(times), ElementsAre(1));
  add(times, 99, kStep);
  EXPECT_THAT(rows_of(times), ElementsAre(100));
  add(times, 50, kHole - kStep);
  EXPECT_THAT(rows_of(times), ElementsAre(150)) << "that much may be missing";
  add(times, 3, kHole);
  add(times, 60, kDay);
  EXPECT_THAT(rows_of(times), ElementsAre(150, 3, 60));
}

TEST(TimeSpans, FewAreKeptApartWhateverTheyHoldAndManyIfTheyHoldMuch) {
  for (const size_t rows : {3, 200}) {
    for (const size_t parts : {2, 4, 20}) {
      std::vector<Ns> times;
      for (size_t i = 0; i < parts; ++i) add(times, rows, kHole);
      const auto spans = spans_of(times);
      ASSERT_EQ(spans.size(), parts);
      EXPECT_EQ(far_apart(spans).size(), parts <= 4 || rows == 200 ? parts - 1 : 0) << rows << " rows, " << parts;
    }
  }
}

TEST(TimeSpans, SingleRowsHaveNoPaceOfTheirOwn) {
  const TimeSpan one{kDay, kDay, 1};
  const TimeSpan other{2 * kDay, 2 * kDay, 1};
  const TimeSpan many{3 * kDay, 3 * kDay + 100 * kStep, 101};
  EXPECT_THAT(far_apart(std::vector{one, other}), IsEmpty());
  EXPECT_THAT(far_apart(std::vector{one, other, many}), ElementsAre(2));
}

TEST(TimeSpans, TakeTheWholeRangeOfTimes) {
  const std::vector<Ns> times = {std::numeric_limits<Ns>::min() + 2, -1, 0, std::numeric_limits<Ns>::max() - 1};
  const auto spans = spans_of(times);
  uint64_t rows = 0;
  for (const TimeSpan& span : spans) rows += span.rows;
  EXPECT_EQ(rows, times.size());
  (void)far_apart(spans);
}

}  // namespace
}  // namespace inquest::store

#include "query/time_window.h"

#include <gtest/gtest.h>

namespace inquest::query {
namespace {

Ns at(std::string_view text) { return parse_iso_time(text)->utc().value(); }
std::string shown(Ns time) { return format_utc({time, Precision::Second}); }
Duration duration(std::string_view text) { return parse_duration(text).value(); }

struct Case {
  std::string_view every, period, offset, zone, time, start, stop;
};

TEST(TimeWindow, LatestWindowOfATime) {
  const Case cases[] = {
      {"5m", "5m", "", "UTC", "2026-01-02T03:04:05Z", "2026-01-02T03:00:00Z", "2026-01-02T03:05:00Z"},
      {"5m", "5m", "", "UTC", "2026-01-02T03:05:00Z", "2026-01-02T03:05:00Z", "2026-01-02T03:10:00Z"},
      {"5m", "5m", "2m", "UTC", "2026-01-02T03:01:59Z", "2026-01-02T02:57:00Z", "2026-01-02T03:02:00Z"},
      {"1mo", "1mo", "", "UTC", "2026-02-28T23:00:00Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"},
      {"1mo", "1mo", "3d", "UTC", "2026-02-03T23:00:00Z", "2026-01-04T00:00:00Z", "2026-02-04T00:00:00Z"},
      {"1y", "1y", "", "UTC", "1969-12-31T23:59:59Z", "1969-01-01T00:00:00Z", "1970-01-01T00:00:00Z"},
      {"1d", "1d", "", "America/Los_Angeles", "2026-03-08T12:00:00Z", "2026-03-08T08:00:00Z", "2026-03-09T07:00:00Z"},
      {"1h", "1h", "", "UTC", "1969-12-31T23:30:00Z", "1969-12-31T23:00:00Z", "1970-01-01T00:00:00Z"},
      {"10m", "1h", "", "UTC", "2026-01-02T03:04:05Z", "2026-01-02T03:00:00Z", "2026-01-02T04:00:00Z"},
      {"1h", "-1h", "", "UTC", "2026-01-02T03:04:05Z", "2026-01-02T03:00:00Z", "2026-01-02T04:00:00Z"},
  };
  for (const Case& each : cases) {
    const auto window =
        TimeWindow::make(duration(each.every), duration(each.period),
                         each.offset.empty() ? Duration{} : duration(each.offset), {std::string(each.zone), {}});
    ASSERT_TRUE(window) << window.error().message;
    const TimeBounds bounds = window->latest(at(each.time));
    EXPECT_EQ(shown(bounds.start), each.start) << each.time;
    EXPECT_EQ(shown(bounds.stop), each.stop) << each.time;
  }
}

TEST(TimeWindow, RefusesWhatIsNoInterval) {
  for (const Duration every : {Duration{}, Duration{1, 5}, Duration{0, -5}, Duration{-1, 0}}) {
    EXPECT_FALSE(TimeWindow::make(every, every, {}));
  }
  EXPECT_FALSE(TimeWindow::make({0, kDay}, {0, kDay}, {}, {"Mars/Olympus", {}}));
}

TEST(TimeWindow, OverlappingWindowsCoverTheRangeAndKeepTheLimit) {
  const auto window = TimeWindow::make(duration("1m"), duration("1m"), {});
  const auto all = window->overlapping(at("2026-01-02T03:04:05Z"), at("2026-01-02T03:07:00Z"), 100);
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 3U);
  EXPECT_EQ(shown(all->front().start), "2026-01-02T03:04:00Z");
  EXPECT_EQ(shown(all->back().stop), "2026-01-02T03:07:00Z");
  EXPECT_FALSE(window->overlapping(0, at("2026-01-02T03:07:00Z"), 100));
  EXPECT_TRUE(window->overlapping(5, 5, 100)->empty());
}

TEST(TimeWindow, TheSkippedHourIsTheInstantOfTheSkip) {
  const Zone zone = Zone::find("Europe/Berlin").value();
  EXPECT_EQ(shown(from_wall_clock(zone, at("2026-03-29T02:30:00Z"))), "2026-03-29T01:00:00Z");
  EXPECT_EQ(shown(from_wall_clock(zone, at("2026-10-25T02:30:00Z"))), "2026-10-25T00:30:00Z");
  EXPECT_EQ(shown(to_wall_clock(zone, at("2026-07-01T00:00:00Z"))), "2026-07-01T02:00:00Z");
}

}  // namespace
}  // namespace inquest::query

// The packages date and timezone, and experimental's functions of the calendar.

#include "query/function_set.h"
#include "query/location.h"
#include "query/table_function.h"
#include "query/time_bound.h"

namespace inquest::query {
namespace {

// What the clock at that place shows, as a civil time.
Result<Ns> wall_time(const Call& call) {
  const auto time = time_bound(call.value("t"), call.context());
  if (!time) return time;
  const WindowLocation where = location_of(call);
  const auto zone = Zone::find(where.zone);
  if (!zone) return fail(zone.error());
  if (const auto wall = add(to_wall_clock(*zone, *time), where.offset)) return *wall;
  return refuse("time is out of range");
}

int64_t day_of_year(const Civil& civil) {
  return days_from_civil(civil.year, civil.month, civil.day) - days_from_civil(civil.year, 1, 1) + 1;
}

// The week that has the year's first Thursday in it is the first; weeks begin on Mondays.
int64_t iso_week(const Civil& civil) {
  const int64_t day = days_from_civil(civil.year, civil.month, civil.day);
  const int64_t thursday = day - (weekday(day) + 6) % 7 + 3;
  const Civil of = to_civil(thursday * kDay);
  return (day_of_year(of) - 1) / 7 + 1;
}

template <auto part>
Result<Value> calendar(Call& call) {
  const auto wall = wall_time(call);
  if (!wall) return fail(wall.error());
  const Civil civil = to_civil(*wall);
  return Value::integer(part(civil, *wall));
}

constexpr auto kYear = [](const Civil& civil, Ns) -> int64_t { return civil.year; };
constexpr auto kMonth = [](const Civil& civil, Ns) -> int64_t { return civil.month; };
constexpr auto kQuarter = [](const Civil& civil, Ns) -> int64_t { return (civil.month - 1) / 3 + 1; };
constexpr auto kWeek = [](const Civil& civil, Ns) -> int64_t { return iso_week(civil); };
constexpr auto kMonthDay = [](const Civil& civil, Ns) -> int64_t { return civil.day; };
constexpr auto kYearDay = [](const Civil& civil, Ns) -> int64_t { return day_of_year(civil); };
constexpr auto kWeekDay = [](const Civil& civil, Ns) -> int64_t {
  return weekday(days_from_civil(civil.year, civil.month, civil.day));
};
constexpr auto kHourOf = [](const Civil& civil, Ns) -> int64_t { return civil.hour; };
constexpr auto kMinuteOf = [](const Civil& civil, Ns) -> int64_t { return civil.minute; };
constexpr auto kSecondOf = [](const Civil& civil, Ns) -> int64_t { return civil.second; };
constexpr auto kMillis = [](const Civil& civil, Ns) -> int64_t { return civil.fraction / kMilli; };
constexpr auto kMicros = [](const Civil& civil, Ns) -> int64_t { return civil.fraction / kMicro; };
constexpr auto kNanos = [](const Civil& civil, Ns) -> int64_t { return civil.fraction; };

Result<Value> time_at(Call& call) {
  const auto wall = wall_time(call);
  if (!wall) return fail(wall.error());
  return Value::time(*wall);
}

// On that place's calendar: a day later is the same time of day, whatever its clock did in between.
Result<Value> shifted(const Call& call, std::string_view from, bool back) {
  const auto time = time_bound(call.value(from), call.context());
  if (!time) return fail(time.error());
  auto by = std::optional(call.duration("d"));
  if (back) by = negate(*by);
  const WindowLocation where = location_of(call);
  const auto zone = Zone::find(where.zone);
  if (!zone) return fail(zone.error());
  auto wall = add(to_wall_clock(*zone, *time), where.offset);
  if (wall && by) wall = add(*wall, *by);
  const auto home = negate(where.offset);
  if (wall && home) wall = add(*wall, *home);
  if (!wall || !by || !home) return refuse("time is out of range");
  return Value::time(from_wall_clock(*zone, *wall));
}

Result<Value> add_duration(Call& call) { return shifted(call, "to", false); }
Result<Value> sub_duration(Call& call) { return shifted(call, "from", true); }

Result<Value> truncate(Call& call) {
  const auto time = time_bound(call.value("t"), call.context());
  if (!time) return fail(time.error());
  const auto window = TimeWindow::make(call.duration("unit"), call.duration("unit"), {}, location_of(call));
  if (!window) return fail(window.error());
  return Value::time(window->latest(*time).start);
}

Result<Value> scale_duration(Call& call) {
  if (const auto scaled = scale(call.duration("d"), call.integer("n"))) return Value::duration(*scaled);
  return refuse("the duration is out of range");
}

Result<Value> place(Call& call) {
  const auto zone = Zone::find(call.text("name"));
  if (!zone) return fail(zone.error());
  return Value::record({{Text("zone"), Value::string(call.text("name"))}, {Text("offset"), Value::duration({})}});
}

constexpr Parameter kMoment{"t", kTime | kDuration | kInt, Need::Required};
constexpr Parameter kWhere{"location", kRecord};
constexpr Parameter kBy{"d", kDuration, Need::Required};
constexpr Parameter kTo{"to", kTime | kDuration | kInt, Need::Required};
constexpr Parameter kFrom{"from", kTime | kDuration | kInt, Need::Required};

constexpr Builtin kBuiltins[] = {
    {"date", "year", {kMoment, kWhere}, calendar<kYear>},
    {"date", "quarter", {kMoment, kWhere}, calendar<kQuarter>},
    {"date", "month", {kMoment, kWhere}, calendar<kMonth>},
    {"date", "week", {kMoment, kWhere}, calendar<kWeek>},
    {"date", "monthDay", {kMoment, kWhere}, calendar<kMonthDay>},
    {"date", "yearDay", {kMoment, kWhere}, calendar<kYearDay>},
    {"date", "weekDay", {kMoment, kWhere}, calendar<kWeekDay>},
    {"date", "hour", {kMoment, kWhere}, calendar<kHourOf>},
    {"date", "minute", {kMoment, kWhere}, calendar<kMinuteOf>},
    {"date", "second", {kMoment}, calendar<kSecondOf>},
    {"date", "millisecond", {kMoment}, calendar<kMillis>},
    {"date", "microsecond", {kMoment}, calendar<kMicros>},
    {"date", "nanosecond", {kMoment}, calendar<kNanos>},
    {"date", "time", {kMoment, kWhere}, time_at},
    {"date", "add", {kBy, kTo, kWhere}, add_duration},
    {"date", "sub", {kBy, kFrom, kWhere}, sub_duration},
    {"date", "truncate", {kMoment, {"unit", kDuration, Need::Required}, kWhere}, truncate},
    {"date", "scale", {kBy, {"n", kInt, Need::Required}}, scale_duration},
    {"experimental", "addDuration", {kBy, kTo, kWhere}, add_duration},
    {"experimental", "subDuration", {kBy, kFrom, kWhere}, sub_duration},
    {"timezone", "location", {{"name", kString, Need::Required}}, place},
};

constexpr Prelude kPreludes[] = {
    {"date", R"(
Sunday = 0
Monday = 1
Tuesday = 2
Wednesday = 3
Thursday = 4
Friday = 5
Saturday = 6
January = 1
February = 2
March = 3
April = 4
May = 5
June = 6
July = 7
August = 8
September = 9
October = 10
November = 11
December = 12
)"},
    {"timezone", R"(
utc = {zone: "UTC", offset: 0h}
fixed = (offset) => ({zone: "UTC", offset: offset})
)"},
    {"", R"(
import "date"

today = () => date.truncate(t: now(), unit: 1d)
)"},
    {"date/boundaries", R"(
import "date"

yesterday = () => ({start: date.sub(d: 1d, from: today()), stop: today()})

// The last such day of the week before `from`, which it is not itself.
_before = (day, from) => {
    passed = (date.weekDay(t: from) - day + 6) % 7 + 1
    return date.sub(d: date.scale(d: 1d, n: passed), from: from)
}
_dayOf = (day) => {
    start = _before(day: day, from: today())
    return {start: start, stop: date.add(d: 1d, to: start)}
}
monday = () => _dayOf(day: date.Monday)
tuesday = () => _dayOf(day: date.Tuesday)
wednesday = () => _dayOf(day: date.Wednesday)
thursday = () => _dayOf(day: date.Thursday)
friday = () => _dayOf(day: date.Friday)
saturday = () => _dayOf(day: date.Saturday)
sunday = () => _dayOf(day: date.Sunday)
month = (month_offset=0) => {
    start = date.add(d: date.scale(d: 1mo, n: month_offset), to: date.truncate(t: today(), unit: 1mo))
    return {start: start, stop: date.add(d: 1mo, to: start)}
}
week = (week_offset=0, start_sunday=false) => {
    from = date.add(d: date.scale(d: 1w, n: week_offset), to: today())
    passed = (date.weekDay(t: from) - (if start_sunday then date.Sunday else date.Monday) + 7) % 7
    start = date.sub(d: date.scale(d: 1d, n: passed), from: from)
    return {start: start, stop: date.add(d: 1w, to: start)}
}
)"},
    {"experimental/date/boundaries", R"(
import "date/boundaries"

yesterday = boundaries.yesterday
monday = boundaries.monday
tuesday = boundaries.tuesday
wednesday = boundaries.wednesday
thursday = boundaries.thursday
friday = boundaries.friday
saturday = boundaries.saturday
sunday = boundaries.sunday
month = boundaries.month
week = boundaries.week
)"},
};

}  // namespace

extern const FunctionSet date_function_set;
const FunctionSet date_function_set{kBuiltins, kPreludes};

}  // namespace inquest::query

// Telemetry as the store gives it back: the lines of one series, column by column.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"

namespace inquest::store {

// InfluxDB's types of a field.
enum class FieldType : uint8_t { Float, Integer, Unsigned, Boolean, String };
std::string_view to_string(
    FieldType type);  // "float", "integer", "unsigned", "boolean", "string", as InfluxDB words them

// A measurement with its tags, which name a series of lines. Tags are sorted by key, and none has an empty value.
struct SeriesKey {
  std::string measurement;
  std::vector<std::pair<std::string, std::string>> tags;

  // Empty where the series has no such tag, as InfluxDB has it.
  std::string_view tag(std::string_view key) const;
  friend auto operator<=>(const SeriesKey&, const SeriesKey&) = default;
};

// The values of one field in the rows of a slice.
struct Column {
  std::string field;
  FieldType type = FieldType::Float;
  // One a row: a double's bits, an integer, 0 or 1, or for strings an index in `strings`. What stands where a row has
  // no value of this field means nothing.
  std::vector<uint64_t> bits;
  std::vector<std::string> strings;
  std::vector<bool> present;  // one a row; empty where every row has a value
};

// Times with one step between them: `first`, `first + step`, ... `count` of them. The step is negative where the newest
// were asked for first, and 0 where there is but one.
struct TimeRun {
  Ns first = 0;  // UTC
  Ns step = 0;
  uint64_t count = 0;

  Ns last() const { return first + static_cast<Ns>(count - 1) * step; }
  friend bool operator==(const TimeRun&, const TimeRun&) = default;
};

// Some rows of one series: no time stands there twice, and times ascend unless the newest were asked for first.
struct Slice {
  const SeriesKey* key = nullptr;  // valid during the call that is given the slice
  std::vector<Ns> times;           // UTC
  std::vector<Column> columns;     // sorted by field; none where only times were asked for
  std::vector<TimeRun> runs;       // instead of `times` where Selection::as_runs asked for it
};

}  // namespace inquest::store

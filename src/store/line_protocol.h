// InfluxDB's line protocol, as senders write it: which lines are good, what is wrong with the others, and the good ones
// in the one form that a store keeps.
//
//   cpu,cpu=cpu0,host=db1 usage_idle=98.4,usage_user=1.1 1700000000000000000
//   system,host=db1 uptime=4711i,uptime_format="1:18" 1700000000000000000
//
// What is accepted and how errors are worded follow influxdata/influxdb 1.x, models/points.go and tsdb/shard.go, with
// unsigned integers (`7u`) on. Any bytes may be handed in.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "store/rows.h"

namespace inquest::store {

// What a line's time counts.
enum class TimeUnit : uint8_t { Nano, Micro, Milli, Second, Minute, Hour };
Ns length(TimeUnit unit);
// From what a client's `precision=` says: "ns", "n", "us", "u", "µs", "ms", "s", "m", "h"; empty is nanoseconds.
// Nothing for other words.
std::optional<TimeUnit> time_unit(std::string_view name);

// What came of a batch of lines.
struct CheckedLines {
  // The good lines, as Store::write takes them: each has a time in nanoseconds and ends with '\n'; no comments, no
  // empty lines.
  std::string lines;
  uint64_t rows = 0;    // good lines
  uint64_t values = 0;  // their fields
  // One for each line that is none: "unable to parse 'cpu value=': missing field value". The first 1,000, or 256 KiB of
  // them; a last entry counts the rest.
  std::vector<std::string> unparsed;
  uint64_t bad_rows = 0;  // how many such lines there were
  // Lines that are well-formed, and yet were not taken: how many, and why the last of them was not: `field type
  // conflict: input field "x" on measurement "y" is type float, already exists as type integer`.
  uint64_t dropped = 0;
  std::string reason;

  bool complete() const { return bad_rows == 0 && dropped == 0; }
  // What InfluxDB answers (with status 400) where something was not taken, else empty: "partial write: ...
  // dropped=0", or the plain errors where no line was good.
  std::string message() const;
};

// What a line says about one field, but for its value.
struct FieldKind {
  std::string_view name;  // as it stands in the line, with its backslashes
  FieldType type = FieldType::Float;
};

// Decides about lines that are well-formed; a store has one for each bucket (Store::check).
class LineJudge {
 public:
  virtual ~LineJudge() = default;
  // `head` is measurement and tags as they stand in the line. Gives why the line is not taken, or an empty string.
  virtual std::string refuse(std::string_view head, std::span<const FieldKind> fields) = 0;
};

// Checks a batch and puts it in form. `now` (UTC) becomes the time of lines without one, cut to whole units.
// Text in which nothing is to be changed is moved to the result, not copied.
CheckedLines check_lines(std::string text, TimeUnit unit, Ns now, LineJudge* judge = nullptr);

// The parts of a well-formed line, as they stand there (with their backslashes).
struct LineParts {
  std::string_view head;    // measurement and tags
  std::string_view fields;  // "usage_idle=98.4,usage_user=1.1"
  std::string_view time;    // digits, perhaps with '-' before them; empty where the line has none
};
// Parts of one line without its '\n'. Gives what is wrong with it in InfluxDB's words, or an empty string.
std::string split_line(std::string_view line, LineParts& out);
// Where the line that begins at `at` ends: at its '\n' or at the text's end. One in a quoted string or behind a
// backslash is no end.
size_t end_of_line(std::string_view text, size_t at);

// A field of a well-formed line.
struct LineField {
  std::string_view name;  // as it stands there
  FieldType type = FieldType::Float;
  uint64_t bits = 0;      // as in Column::bits, but for strings
  std::string_view text;  // of a string: what stands between its quotes
};
// Takes the first field off `fields`; false where none is left, or where it is no field.
bool next_field(std::string_view& fields, LineField& out);

// Names and strings without their backslashes.
std::string unescape_name(std::string_view text);    // of measurements, tag keys and values, and fields
std::string unescape_string(std::string_view text);  // between the quotes

// The series that the head of a well-formed line names, tags sorted.
SeriesKey parse_series(std::string_view head);
// A head for it: "cpu,cpu=cpu0,host=db1". Two keys have the same head only if they are equal.
std::string format_series(const SeriesKey& key);

}  // namespace inquest::store

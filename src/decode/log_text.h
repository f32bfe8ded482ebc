// Logs as text, line by line: what syslog daemons write and what journalctl prints.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "decode/line_reader.h"
#include "decode/log_line.h"
#include "decode/log_scope.h"
#include "decode/year_counter.h"

namespace inquest::decode {

// Who wrote the text. What a line means is the same; what a stream is called differs.
enum class LogOrigin : uint8_t { Syslog, Journal };

// Records an event for each line with a header. One stream for each form of clock, opened when it first appears, and
// anew after journalctl's boot separators:
//   "Feb  9 07:55:07"           local wall time, yearless; December followed by January is the next year
//   a date with year, no zone   local wall time
//   an offset, Z, UTC, seconds since 1970    UTC
//   "[12345.678901]"            monotonic; a step back opens a new stream, because the clock began anew
//   RFC 5424's "-"              none
// Lines without a header belong to the record before them, whose extent grows; those that look like damaged headers,
// and those that have no record to belong to, are problems.
//
// Facts: `timezone-abbreviation` once for each name in the stamps; `journal.begins` and `journal.ends` from the header
// line of older versions of journalctl, as printed.
class LogText : public LineReader {
 public:
  LogText(Sink& sink, LogOrigin origin) : LineReader(sink), origin_(origin), scope_(sink.into().strings) {}

 protected:
  void line(std::string_view text, const Place& place) override;
  void end() override;

 private:
  // A clock that raw times are read on; `fraction` ones are kept apart because their precision is another.
  struct Slot {
    bool open = false;
    model::StreamId stream = 0;
    YearCounter years;  // yearless
    Ns last = 0;        // raw time of the last record
  };
  enum Clock : uint8_t { Utc, Wall, Yearless, Monotonic, None, kClocks };

  void record(std::string_view text, const LogLine& parsed, const Place& place);
  // Null where no more streams may be opened.
  Slot* slot_for(const Stamp& stamp);
  std::optional<Ns> raw_time(Slot& slot, const Stamp& stamp);
  bool open(Slot& slot, Clock clock, Precision precision);
  bool remark(std::string_view text, const Place& place);
  void begin_boot(std::string_view boot_id);
  void without_header(std::string_view text, const Place& place);
  void name_zone(const LogLine& parsed, const Place& place);
  void name_offset(const LogLine& parsed, const Place& place);

  LogOrigin origin_;
  LogLineParser parser_;
  LogScope scope_;
  std::array<Slot, 2 * kClocks> slots_{};
  std::vector<model::StreamId> streams_;
  std::vector<model::StrId> zones_;
  std::optional<Ns> offset_;  // the last that a stamp stated
  int offsets_ = 0;           // how often it was another one
  model::StrId boot_id_ = 0;
  model::StrId host_ = 0;       // of the last record
  std::string_view host_name_;  // its name, owned by the case
  model::EventId last_event_ = model::kNoEvent;
  bool notice_ = false;  // inside of a hint of journalctl
};

}  // namespace inquest::decode

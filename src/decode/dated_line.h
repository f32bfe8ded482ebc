// Lines that begin with a full date, as programs write into logs of their own.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"
#include "model/event.h"

namespace inquest::decode {

// Views into the line.
struct DatedLine {
  Ns time = 0;  // UTC, or civil time
  bool utc = false;
  Precision precision = Precision::Second;
  std::string_view zone;                                // an abbreviation that does not say the offset: "CET"
  std::string_view program;                             // the word before the date: "update-alternatives"
  model::Severity severity = model::Severity::Unknown;  // from a word like "ERROR", "[warn]", "LOG:" near the front
  std::string_view message;                             // behind the date, to the line's end
};

// Reads
//   2026-11-01 12:00:00 message
//   2026-11-01T12:00:00.123456+01:00 message
//   2026-11-01 12:00:00.123 CET [1234] LOG:  message
//   2026/11/01 12:00:00 [error] message
//   [2026-11-01 12:00:00] message
//   update-alternatives 2026-11-01 12:00:00: message
// Nothing for another line, and for a row of a table: a date in front of a comma, a semicolon, a tab or a bar.
std::optional<DatedLine> parse_dated_line(std::string_view line);

}  // namespace inquest::decode

// Time stamps at the front of log lines, as syslog daemons and journalctl print them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"

namespace inquest::decode {

enum class StampForm : uint8_t {
  Absent,     // RFC 5424's "-": the sender did not know the time
  Bsd,        // "Feb  9 07:55:07", "Mär 09 07:55:07.123456": neither year nor zone; any language's month
  BsdYear,    // "Feb  9 2026 07:55:07"
  Iso,        // "2026-02-09T07:55:07.123456-08:00", "...Z", "...-0800", or without an offset
  Full,       // "Mon 2026-02-09 07:55:07 PST": systemd's format_timestamp()
  Monotonic,  // "[12345.678901]", "[12345.678901 <    0.000004 >]"
  Unix,       // "1770652507.123456"
};

struct Stamp {
  StampForm form = StampForm::Absent;
  Precision precision = Precision::Second;
  bool utc = false;       // `time` is UTC
  Ns time = 0;            // else since the boot's start (Monotonic), or civil time read as UTC (Bsd: of the year 2000)
  std::string_view zone;  // Full: a zone's abbreviation other than UTC and GMT
  uint32_t length = 0;    // characters consumed
  // Iso: local time minus UTC, where a number says so; "Z" says nothing of the zone that the writer lives in.
  std::optional<Ns> offset = std::nullopt;
};

// Reads stamps. Remembers the last date, because the next line's is the same as a rule. Not thread-safe.
class StampParser {
 public:
  // The stamp that `text` begins with, of any form but Absent. False for anything else, dates and times of day that do
  // not exist included. `out.zone` is a view into `text`.
  bool parse(std::string_view text, Stamp& out);

 private:
  bool bsd(std::string_view text, Stamp& out);
  bool iso(std::string_view text, Stamp& out);
  bool full(std::string_view text, Stamp& out);

  std::array<char, 7> bsd_day_{};  // "Feb  9 "
  Ns bsd_midnight_ = 0;
  std::array<char, 10> iso_day_{};  // "2026-02-09"
  Ns iso_midnight_ = 0;
};

}  // namespace inquest::decode

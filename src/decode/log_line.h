// The header of one log line: who said what when. One parser for syslog's forms and journalctl's text.
#pragma once

#include <cstdint>
#include <string_view>

#include "decode/log_stamp.h"
#include "model/event.h"

namespace inquest::decode {

// Views into the line.
struct LogLine {
  Stamp stamp;
  model::Severity severity = model::Severity::Unknown;  // from "<PRI>" or BusyBox's "user.notice"
  std::string_view host;                                // empty where the line names none
  std::string_view ident;    // program without its process id; empty for "last message repeated 2 times" and the like
  std::string_view message;  // begins in the line, to its end
  bool pri = false;          // has "<PRI>"
  bool rfc5424 = false;
  bool pid = false;  // the ident has "[pid]"

  uint32_t text_at(std::string_view line) const { return static_cast<uint32_t>(message.data() - line.data()); }
};

// Reads
//   Feb  9 07:55:07 host ident[pid]: message             RFC 3164 as daemons write it, each stamp of log_stamp.h
//   <30>Feb  9 07:55:07 host ident[pid]: message         with priority
//   Feb  9 07:55:07 ident[pid]: message                  without host (`logger -s`, journalctl --no-hostname)
//   Feb  9 07:55:07 host daemon.info ident[pid]: message BusyBox
//   Feb  9 07:55:07 host last message repeated 2 times   no program
//   <34>1 2026-02-09T07:55:07.003Z host app pid id [sd] message    RFC 5424
class LogLineParser {
 public:
  // False where the line is none of these: no stamp, nothing behind it, or no program behind a stamp that other
  // programs' own logs have as well (a date without zone, "[12345.678901]").
  bool parse(std::string_view line, LogLine& out);

 private:
  StampParser stamps_;
};

// Whether a line that parse() refuses looks as if it once had a header: a date or a time of day near its front.
bool looks_like_header(std::string_view line);

}  // namespace inquest::decode

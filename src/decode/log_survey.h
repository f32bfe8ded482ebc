// What a text of log lines is: a syslog file's, or journalctl's. Both decoders ask here, so that one of them claims it.
#pragma once

#include <cstddef>

#include "decode/decoder.h"

namespace inquest::decode {

// What the first lines of a text look like.
struct LogSurvey {
  size_t lines = 0;    // that could have a header: neither empty nor indented
  size_t syslog = 0;   // headers as syslog daemons write them
  size_t journal = 0;  // headers as only journalctl writes them
  size_t markers = 0;  // journalctl's own lines: "-- Boot ... --", "-- No entries --"

  // Most of it is log lines, and nothing says journalctl. `-o short` without any marker is the same text as syslog's.
  bool is_syslog() const { return markers == 0 && syslog >= journal && syslog != 0 && mostly(syslog + journal); }
  bool is_journal() const {
    return markers != 0 ? mostly(syslog + journal + markers) : journal > syslog && mostly(syslog + journal);
  }

 private:
  bool mostly(size_t count) const { return 2 * count >= lines; }
};
LogSurvey survey(const Head& head);

}  // namespace inquest::decode

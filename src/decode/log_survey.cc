#include "decode/log_survey.h"

#include <algorithm>
#include <cctype>
#include <iterator>

#include "decode/journal_marker.h"
#include "decode/log_line.h"

namespace inquest::decode {
namespace {

// Only journalctl prints these: weekday and year, seconds since 1970, microseconds of a yearless date, an offset
// without colon, or one without a fraction.
bool journal_header(std::string_view text, const LogLine& line) {
  const Stamp& stamp = line.stamp;
  if (line.pri || line.ident.empty()) return false;
  switch (stamp.form) {
    case StampForm::Full:
    case StampForm::Unix:
    case StampForm::Monotonic: return true;
    case StampForm::Bsd: return stamp.precision == Precision::Micro;
    case StampForm::Iso: {
      if (!stamp.utc) return false;
      const std::string_view offset = text.substr(stamp.length >= 6 ? stamp.length - 6 : 0, 6);
      const bool colon = (offset[0] == '+' || offset[0] == '-') && offset[3] == ':';
      const bool basic = offset[1] == '+' || offset[1] == '-';
      return basic || (colon && stamp.precision == Precision::Second);
    }
    default: return false;
  }
}

// A name, not any word: "pve", "node-1.example.org", "192.0.2.1", "fe80::1", "(none)".
bool plausible_host(std::string_view host) {
  static constexpr std::string_view kLevels[] = {"TRACE",   "DEBUG", "INFO",  "NOTICE", "WARN",
                                                 "WARNING", "ERROR", "FATAL", "LOG"};
  if (std::ranges::find(kLevels, host) != std::end(kLevels)) return false;  // "2026-02-09T07:55:07Z INFO app: ready"
  return host == "(none)" || std::ranges::all_of(host, [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_' || c == ':';
         });
}

}  // namespace

LogSurvey survey(const Head& head) {
  LogSurvey out;
  LogLineParser parser;
  LogLine line;
  std::string_view monotonic_host;
  size_t monotonic = 0;
  size_t same_host = 0;
  size_t programs = 0;
  size_t untagged = 0;
  for (const std::string_view text : head.lines()) {
    if (text.empty() || text[0] == ' ' || text[0] == '\t') continue;
    if (journal_marker(text)) {
      ++out.markers;
      ++out.lines;
      continue;
    }
    if (is_catalog_line(text)) continue;
    ++out.lines;
    if (!parser.parse(text, line) || !plausible_host(line.host)) continue;
    if (line.stamp.form == StampForm::Monotonic) {
      // "[   12.345678] usb 1-1: new device" of a kernel log has this shape too. In a journal the same host stands in
      // each line, and most programs have a process id or are the kernel.
      ++monotonic;
      if (monotonic == 1) monotonic_host = line.host;
      if (line.host == monotonic_host) ++same_host;
      if (line.pid || line.ident == "kernel") ++programs;
      continue;
    }
    if (line.ident.empty() && !line.rfc5424) {
      // "host last message repeated 2 times" among other lines; alone, a date and words are some other program's log.
      if (line.stamp.form == StampForm::Bsd) ++untagged;
      continue;
    }
    const bool zoneless = line.stamp.form == StampForm::Iso && !line.stamp.utc && !line.pri;
    if (zoneless && !line.pid && line.ident != "kernel") continue;
    ++(journal_header(text, line) ? out.journal : out.syslog);
  }
  if (out.syslog != 0) out.syslog += untagged;
  if (!monotonic_host.empty() && 10 * same_host >= 9 * monotonic && 2 * programs >= monotonic) out.journal += monotonic;
  return out;
}

}  // namespace inquest::decode

#include "record/syslog_priority.h"

#include <array>
#include <string_view>

#include <fmt/format.h>

namespace inquest::record {

std::string facility_name(uint32_t facility) {
  // RFC 5424, table 1; in the words of glibc's <syslog.h> where it has one.
  static constexpr std::array<std::string_view, 24> kNames = {
      "kern",   "user",   "mail",     "daemon", "auth",   "syslog", "lpr",    "news",
      "uucp",   "cron",   "authpriv", "ftp",    "ntp",    "audit",  "alert",  "clock",
      "local0", "local1", "local2",   "local3", "local4", "local5", "local6", "local7"};
  return facility < kNames.size() ? std::string(kNames[facility]) : fmt::format("{}", facility);
}

}  // namespace inquest::record

// One syslog message, in whatever form it was sent. docs/formats/syslog_protocol.md
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"

namespace inquest::record {

// Views into the message, but for what had to be unescaped.
struct SyslogMessage {
  uint32_t facility = 1;  // user, where the message has no priority (RFC 3164, 4.3.3)
  uint8_t severity = 5;   // notice
  bool priority = false;  // it has one

  // The sender's time: UTC, or civil time of its zone. Nothing where it gave none that can be read.
  std::optional<Ns> time;
  bool utc = false;
  bool year = true;  // false: it gave none, and the time's is 2000

  std::string_view host;        // empty: none
  std::string_view ident;       // the program, or what stands in its place: "%SYS-5-CONFIG_I"
  std::string_view process;     // its id
  std::string_view message_id;  // RFC 5424's
  // RFC 5424's structured data: "origin.ip" for the parameter `ip` of the element `origin`.
  std::vector<std::pair<std::string, std::string>> data;
  std::string_view message;
};

// Reads RFC 5424, RFC 3164 and what is sent instead of it: with a year, with fractions of a second, with RFC 3339 time
// (as rsyslog's RSYSLOG_ForwardFormat has it), without a host, without a tag, Cisco's with a sequence number and a star
// before the time. What cannot be read stays part of the message; what has no priority is all message, but for a
// header that it may have all the same. One newline or NUL at the end is left out. Never fails.
SyslogMessage parse_syslog(std::string_view text);

}  // namespace inquest::record

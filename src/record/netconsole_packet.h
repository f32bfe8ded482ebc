// One datagram of the kernel's netconsole, in the extended form: a record with a header. docs/formats/netconsole.md
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace inquest::record {

// What stands before the semicolon:
//   6,416,1758426,-;e1000 0000:00:02.0: link is up
//   6.1.0-56-amd64,4,433,7772381,-,caller=T180,ncfrag=0/1207;invalid opcode ...
// Views into the datagram.
struct NetconsoleHeader {
  // A piece of a record that did not fit in a datagram: where it begins in the record's body, and how long that is.
  struct Fragment {
    uint32_t offset = 0;
    uint32_t total = 0;
  };

  std::string_view release;  // of the kernel; empty unless the target asks for it
  uint32_t priority = 0;     // facility times eight and level
  uint64_t sequence = 0;     // of the record in the kernel's log, below 2^63
  uint64_t uptime_us = 0;    // microseconds since that boot
  std::string_view flags;    // "-"; "c" where more of the line follows
  std::string_view caller;   // "T180" or "C0" of kernels that tell; else empty
  std::optional<Fragment> fragment;
  std::string_view body;  // behind the semicolon

  uint8_t level() const { return static_cast<uint8_t>(priority & 7); }
};

// Nothing for what has no such header, which is then text: plain netconsole's, or anything else. A fragment that claims
// to lie outside of its record, or a record longer than that, is text too.
// Source: printk_ext_header (info_print_ext_header() in kernel/printk/printk.c, v6.12) and send_msg_fragmented() in
// drivers/net/netconsole.c, v6.12; Documentation/ABI/testing/dev-kmsg.
std::optional<NetconsoleHeader> parse_netconsole_header(std::string_view datagram);
inline constexpr uint32_t kLongestNetconsoleRecord = 64 << 10;  // kernels make 8 KiB and 4 KiB of user data

// The body of a record: its text, and the lines " KEY=value" behind it, of which the kernel's come first (SUBSYSTEM,
// DEVICE) and then the target's user data. "\xNN" is undone. Lines behind the text that are no such pair stay with the
// text, so that nothing is lost.
struct NetconsoleBody {
  std::string text;
  std::vector<std::pair<std::string, std::string>> fields;
};
NetconsoleBody parse_netconsole_body(std::string_view body);

}  // namespace inquest::record

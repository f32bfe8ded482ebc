// Captured netconsole datagrams, put together to the text that the kernel printed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace inquest::testing {

// `jsonl` has one object a line, whose "b64" is a datagram; plain ones are pieces of the log, extended ones are records
// ("6,427,70717,-;text", in fragments "ncfrag=0/1200"), which are sorted by their sequence number and joined. Lines
// that are no such object are left out.
std::string netconsole_text(std::string_view jsonl);

// The datagrams themselves, with the time at which each arrived ("t", nanoseconds since 1970), in that order.
struct CapturedDatagram {
  int64_t time = 0;
  std::string bytes;
};
std::vector<CapturedDatagram> netconsole_datagrams(std::string_view jsonl);

}  // namespace inquest::testing

// Captured netconsole datagrams, put together to the text that the kernel printed.
#pragma once

#include <string>
#include <string_view>

namespace inquest::testing {

// `jsonl` has one object a line, whose "b64" is a datagram; plain ones are pieces of the log, extended ones are records
// ("6,427,70717,-;text", in fragments "ncfrag=0/1200"), which are sorted by their sequence number and joined. Lines
// that are no such object are left out.
std::string netconsole_text(std::string_view jsonl);

}  // namespace inquest::testing

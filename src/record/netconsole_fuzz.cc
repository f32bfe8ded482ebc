// Whatever datagrams come in whatever order: what is held stays within its bounds, nothing is held at the end, no event
// was written after it came, and plain words are found in the events.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>

#include "record/netconsole_stream.h"

namespace {

void require(bool holds, std::string_view law) {
  if (holds) return;
  fmt::print(stderr, "{}\n", law);
  std::abort();
}

}  // namespace

// Datagrams that end with a byte of 255; the first byte of each says how long it was silent before.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace inquest;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  record::NetconsoleStream stream("192.0.2.7");
  std::vector<store::Event> events;
  Ns now = 1'770'652'500 * kSecond;
  size_t datagrams = 0;
  while (!rest.empty()) {
    now += static_cast<unsigned char>(rest[0]) * 5 * kMilli;
    rest.remove_prefix(1);
    const std::string_view datagram = rest.substr(0, rest.find('\xff'));
    rest.remove_prefix(std::min(datagram.size() + 1, rest.size()));
    stream.expire(now, events);
    stream.take(datagram, now, events);
    ++datagrams;
    require(stream.memory() <= size_t{4} << 20, "what is held is bounded");
  }
  stream.finish(events);
  require(!stream.holds(), "nothing is held at the end");
  size_t bytes = 0;
  for (const store::Event& event : events) {
    require(event.time <= event.received, "nothing is written after it came");
    require(event.received <= now, "nothing comes from the future");
    require(event.source == "netconsole" && event.host == "192.0.2.7", "an event says whose it is");
    bytes += event.message.size();
  }
  require(bytes <= size + 256 * (datagrams + 1) * 2, "no text comes from nowhere");
  return 0;
}

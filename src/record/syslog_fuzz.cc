// Whatever the bytes: how a stream of them is cut into pieces changes nothing, nothing of them is lost, and what is
// read of a message lies in it.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "record/syslog_framing.h"
#include "record/syslog_message.h"
#include "record/syslog_senders.h"

namespace {

using namespace inquest;

void require(bool holds, std::string_view law) {
  if (holds) return;
  fmt::print(stderr, "{}\n", law);
  std::abort();
}

std::string frames_of(std::string_view bytes, size_t piece) {
  std::string out;
  record::SyslogFraming framing;
  const auto take = [&](const record::SyslogFrame& frame) {
    out += fmt::format("{}{}{}\x1e", frame.continues, frame.bytes, frame.cut);
  };
  for (size_t at = 0; at < bytes.size(); at += piece) framing.feed(bytes.substr(at, piece), take);
  framing.finish(take);
  require(!framing.holds(), "nothing is held at the end");
  return out;
}

bool inside(std::string_view part, std::string_view whole) {
  return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  require(frames_of(bytes, 1 + size % 37) == frames_of(bytes, size + 1), "pieces give the same frames");

  const record::SyslogMessage read = record::parse_syslog(bytes);
  require(read.facility < 24 && read.severity < 8, "a priority is one that exists");
  for (const std::string_view part : {read.host, read.ident, read.process, read.message_id, read.message})
    require(inside(part, bytes), "what is read lies in the message");
  const size_t length = read.host.size() + read.ident.size() + read.process.size() + read.message.size();
  require(length <= size, "nothing is read twice");

  record::SyslogSenders senders;
  std::vector<store::Event> events;
  for (int i = 0; i < 3; ++i) senders.take({}, {bytes}, true, (1'770'652'500 + i * 40) * kSecond, events);
  require(events.size() == 3, "a message is an event");
  return 0;
}

// What kernels that really died sent, with its timing.
#include <cstdlib>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "base/text.h"
#include "record/netconsole_stream.h"
#include "support/golden.h"
#include "support/netconsole_capture.h"

namespace inquest::record {
namespace {

namespace fs = std::filesystem;

std::string field(const store::Event& event, std::string_view name) {
  for (const auto& [key, value] : event.fields) {
    if (key == name) return value;
  }
  return {};
}

struct Replayed {
  std::vector<store::Event> events;
  size_t notes = 0;
  size_t restarts = 0;
};

// `speed`: how many times faster than it was.
Replayed replay(const std::vector<testing::CapturedDatagram>& datagrams, int64_t speed) {
  Replayed out;
  NetconsoleStream stream("192.0.2.7");
  Ns now = datagrams.empty() ? 0 : datagrams.front().time;
  const Ns start = now;
  for (const auto& datagram : datagrams) {
    const Ns at = start + (datagram.time - start) / speed;
    for (; now + 100 * kMilli < at; now += 100 * kMilli) stream.expire(now, out.events);
    stream.take(datagram.bytes, at, out.events);
    now = at;
  }
  stream.finish(out.events);
  for (const store::Event& event : out.events) {
    const std::string note = field(event, "note");
    if (!note.empty()) ++out.notes;
    if (note == "restart") ++out.restarts;
  }
  return out;
}

TEST(NetconsoleLab, ReadsWhatRealKernelsSent) {
  const fs::path cases = fs::path(INQUEST_SOURCE_DIR) / "../shared/lab/cases";
  if (!fs::exists(cases)) GTEST_SKIP() << "no lab cases beside the source";
  size_t captures = 0;
  for (const auto& entry : fs::directory_iterator(cases)) {
    size_t restarts_of_plain = 0;
    for (const std::string_view form : {"plain", "ext"}) {
      const std::string path = (entry.path() / ("netconsole-" + std::string(form) + ".jsonl")).string();
      if (!fs::exists(path)) continue;
      const std::string jsonl = testing::read_file(path);
      const auto datagrams = testing::netconsole_datagrams(jsonl);
      if (datagrams.empty()) continue;
      ++captures;
      size_t banners = 0;
      for (const auto& datagram : datagrams) {
        if (datagram.bytes.find("] Linux version ") != std::string::npos) ++banners;
      }
      for (const int64_t speed : {1, 60}) {
        const Replayed replayed = replay(datagrams, speed);
        if (form == "plain") {
          // A plain netconsole sends each boot's log from its first line on.
          EXPECT_EQ(replayed.restarts, banners - 1) << path;
          restarts_of_plain = replayed.restarts;
        } else {
          EXPECT_EQ(replayed.restarts, restarts_of_plain) << path;
          EXPECT_EQ(replayed.events.size(), datagrams.size() + replayed.restarts) << path;
        }
        EXPECT_EQ(replayed.notes, replayed.restarts) << path;
        // Records of one boot were written as far apart as their kernel's clock says.
        Ns boot = 0;
        for (const store::Event& event : replayed.events) {
          EXPECT_LE(event.time, event.received) << path;
          if (!field(event, "note").empty()) boot = 0;
          const auto uptime = parse_int<Ns>(field(event, "monotonic_us"));
          if (speed != 1 || !uptime || event.time == event.received) continue;
          const Ns start = event.time - *uptime * kMicro;
          EXPECT_LE(std::abs(start - (boot == 0 ? start : boot)), kSecond) << path << ": " << event.message;
          boot = start;
        }
      }
    }
  }
  EXPECT_GT(captures, 0U);
}

}  // namespace
}  // namespace inquest::record

// The watch for kernel crash reports in what arrives from each host, while it arrives.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "crashtext/detector.h"
#include "model/crash.h"

namespace inquest::record {

// A report as it came.
struct StreamedCrash {
  std::string host;
  std::string source;   // "netconsole", "syslog", "journal"
  model::Crash crash;   // without events: there is no case yet
  bool root = true;     // not the consequence of another report of the same stream
  bool opens = true;    // a host does not go on soundly after it; else it is worth a line in an incident at most
  Ns time = 0;          // UTC of its first line
  Ns last = 0;          // and of its last one
  std::string excerpt;  // its lines, 8 KiB at most
};

// The kernel's lines of one host over one way are one log. They are looked at when it pauses, and a report that is not
// over by then is told as far as it came: the machine may have nothing more to say. Memory is bounded: a detector of
// 200 KiB exists for the kMostLogs that spoke last, and a few KiB for everybody else. Not thread-safe.
class CrashStreams {
 public:
  static constexpr Ns kPause = 1 * kSecond;     // between two lines of one report, over the slowest console, is less
  static constexpr Ns kForget = 2 * kMinute;    // after which a new line begins a log of its own
  static constexpr size_t kMostLogs = 32;       // with a detector
  static constexpr size_t kMostWaiting = 4096;  // logs with lines that were not looked at yet
  static constexpr size_t kBatch = 32 << 10;

  // A line of the kernel's, at `time` (UTC) as it was sent or received. `monotonic` is its stamp, `caller`
  // PRINTK_CALLER's ("T12"); a message may have both in front of it instead.
  void line(std::string_view host, std::string_view source, Ns steady, Ns time, std::optional<Ns> monotonic,
            std::string_view caller, std::string_view message);
  // Call about four times a second.
  void tick(Ns steady);
  // What was found since the last call.
  std::vector<StreamedCrash> take();

 private:
  struct Log {
    std::string waiting;  // not yet looked at
    Ns since = 0;         // steady, of its first line
    Ns last = 0;
    // UTC of the lines that the detector still may refer to: where each began, in bytes since the log began.
    std::vector<std::pair<uint64_t, Ns>> times;
    uint64_t fed = 0;
  };
  using Key = std::pair<std::string, std::string>;
  struct Watched {
    Key key;
    crashtext::Detector detector;
    Ns used = 0;
    bool paused = true;  // nothing was fed since it told all
  };

  void look(const Key& key, Log& log, Ns steady, bool pause);
  Watched& watched(const Key& key, Ns steady);
  void close(Watched& watched);
  void found(const Key& key, crashtext::Report&& report);

  std::map<Key, Log> logs_;
  std::list<Watched> watched_;  // the last used one first
  std::vector<StreamedCrash> found_;
};

}  // namespace inquest::record

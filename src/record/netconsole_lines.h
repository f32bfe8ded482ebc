// The lines of a plain netconsole, out of datagrams that hold one, several, or a part of one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace inquest::record {

struct NetconsoleLine {
  std::string text;  // without its end
  Ns received = 0;   // the datagram in which it began
  bool cut = false;  // its end did not arrive
};

// Holds the beginning of a line for up to kHold and kLongest bytes. Not thread-safe; one for each sender.
class NetconsoleLines {
 public:
  static constexpr Ns kHold = 250 * kMilli;
  static constexpr size_t kLongest = 8 << 10;  // CONSOLE_LOG_MAX is 1 KiB, and 8 KiB for the extended form

  // Any bytes. Empty lines are left out.
  void take(std::string_view datagram, Ns received, std::vector<NetconsoleLine>& out);
  // A line whose end has not come for long enough goes on without it.
  void expire(Ns now, std::vector<NetconsoleLine>& out);
  void finish(std::vector<NetconsoleLine>& out);

  bool holds() const { return !partial_.empty(); }
  size_t memory() const { return partial_.capacity(); }

 private:
  std::string partial_;
  Ns received_ = 0;       // its first datagram
  bool goes_on_ = false;  // the datagram before was full, so that the next one continues its line
};

}  // namespace inquest::record

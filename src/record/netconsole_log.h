// The plain netconsole of one host, as events.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/netconsole_lines.h"
#include "record/plain_boot.h"
#include "record/uptime_clock.h"
#include "store/store.h"

namespace inquest::record {

// Takes whatever is no extended record; without a kernel's stamp a line's time is when it was received. The first lines
// of a log wait for kSettle: the whole log since the boot comes at once where a netconsole is switched on, and its last
// lines say when the boot was.
//
// Fields: "monotonic_us", "caller", "facility" where the line has them, "cut" where its end did not arrive. Notes:
// "restart", and "again" where the same boot's log is sent once more.
class NetconsoleLog {
 public:
  static constexpr Ns kSettle = 250 * kMilli;
  static constexpr size_t kMostSettling = 2048;
  static constexpr size_t kMostBytes = 1 << 20;

  explicit NetconsoleLog(std::string address) : address_(std::move(address)) {}

  void take(std::string_view datagram, Ns received, std::vector<store::Event>& out);
  void expire(Ns now, std::vector<store::Event>& out);
  void finish(std::vector<store::Event>& out);

  bool holds() const { return lines_.holds() || !settling_.empty(); }
  size_t memory() const { return lines_.memory() + bytes_; }

 private:
  struct Settling {
    store::Event event;
    std::optional<Ns> uptime;
  };

  void add(const NetconsoleLine& line, std::vector<store::Event>& out);
  // Whether the stamp says when the line was written.
  bool watch_boot(Ns uptime, std::string_view message, Ns received, std::vector<store::Event>& out);
  // The log that began is another boot's, or the same once more.
  void close(PlainBoot::Verdict verdict, Ns received);
  void hold(Settling&& one, bool first);
  void settle(std::vector<store::Event>& out);
  void pass(std::vector<store::Event>& out);

  std::string address_;
  NetconsoleLines lines_;
  PlainBoot boot_;
  UptimeClock clock_;
  std::vector<NetconsoleLine> new_lines_;  // empty between calls
  std::vector<Settling> settling_;
  size_t bytes_ = 0;
  Ns since_ = 0;          // when the first of them came
  bool settled_ = false;  // of this boot's log so far
  bool open_ = false;     // the log started anew, and why is not known yet
};

}  // namespace inquest::record

// What becomes of reports between their end and the one who asked for them: which repeat others, and which led to
// which.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <string>

#include "crashtext/report.h"

namespace inquest::crashtext {

// A finished report, and what is known of it besides its text.
struct Finished {
  Report report;
  std::string host;    // of the log program; empty: not said
  std::string kernel;  // of the boot that it is of, where the log told it
  bool event = false;  // a line and what follows it
};

// Takes reports in the order of their first lines and passes them on in it.
//
// An event that comes again with the same title, on the same host and within an hour, is told once, with how often: a
// failing disk says the same thing ten thousand times, and with two of them the lines alternate. To count, events are
// held back until a report with a trace, a boot or the end of the input comes, or 32 other reports.
//
// The first report of a boot is its root. A later one is its consequence where the kernel was no longer sound after the
// root (an oops, a panic) or where it came within half a minute; but a mere hint is the root of nothing, and an error
// that the host survived is not what a later oops comes from.
class Delivery {
 public:
  using Sink = std::function<void(Report&&)>;

  explicit Delivery(Sink sink) : sink_(std::move(sink)) {}

  void take(Finished&& finished);
  // Everything that is held back goes out: at a boot and at the end.
  void release();
  // On that host, what comes is of another boot.
  void begin_boot(const std::string& host);

 private:
  struct Held {
    Finished finished;
    std::optional<double> last;  // when it came for the last time, in seconds since boot
  };
  struct Root {
    size_t index = 0;
    std::string host;
    std::optional<double> monotonic;
    bool unsound = false;   // the kernel cannot be trusted after it
    bool survived = false;  // an event that the host lives with
  };

  bool repeats(Held& held, const Finished& finished) const;
  void release_first();
  void place_in_boot(Finished& finished);

  Sink sink_;
  std::deque<Held> held_;
  std::deque<Root> roots_;
  size_t count_ = 0;  // of reports that went out
};

}  // namespace inquest::crashtext

// Whether a kernel's log that starts anew on a plain netconsole is another boot, or the old one sent again.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"

namespace inquest::record {

// A netconsole that is switched on sends the whole log once more, from the first line on. Its lines were here before,
// to the microsecond; those of another boot were not. Where none of them was seen, a log that at once reaches the time
// of the old one's end is the old one. Remembers a few hundred lines of each boot.
class PlainBoot {
 public:
  enum class Verdict : uint8_t {
    Same,     // the log goes on
    Stray,    // it goes on, but this line's stamp is not its time: a processor's clock was not set yet
    Open,     // it started anew, and the lines so far do not tell why: each boot begins alike
    Restart,  // another boot; said once
    Again,    // the same boot's log, once more; said once
  };

  Verdict line(Ns uptime, std::string_view message);
  // While open: as much of the log has come as comes at once. Restart or Again; Same where nothing is open.
  Verdict decide();
  // Of the log before it started anew: the last line's.
  Ns uptime_before() const { return before_; }
  // Of the log as far as it has come.
  Ns uptime() const { return newest_; }

 private:
  using Known = std::vector<std::pair<Ns, size_t>>;  // uptime and hash, in the order of the log

  void judge(Ns uptime, size_t hash);
  Verdict close(bool again);

  Known known_;  // of this boot
  Known old_;    // while open: of the log before
  Ns newest_ = 0;
  Ns before_ = 0;
  int strays_ = 0;   // in a row
  int balance_ = 0;  // while open: lines that were known, less those that were not
  bool open_ = false;
};

}  // namespace inquest::record

// What systemd wants to know of a service: sd_notify(3) and sd_watchdog_enabled(3), without their library.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace inquest::record {

class ServiceManager {
 public:
  // Reads $NOTIFY_SOCKET and $WATCHDOG_USEC; nothing is ever sent where they are not there.
  static ServiceManager from_environment();

  // "READY=1", "WATCHDOG=1", "STOPPING=1", "STATUS=..."; several separated by '\n'. Best effort, as the protocol is.
  void notify(std::string_view state) const;
  // How often it wants to hear WATCHDOG=1: half of the time after which it would act.
  std::optional<Ns> watchdog() const { return watchdog_; }

 private:
  std::string socket_;  // a path, or '@' and an abstract name; empty: nobody listens
  std::optional<Ns> watchdog_;
};

}  // namespace inquest::record

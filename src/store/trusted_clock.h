// The time by which old days are deleted. A clock that jumps a year ahead must not take the store with it.
#pragma once

#include <functional>
#include <mutex>
#include <optional>

#include "base/time.h"

namespace inquest::store {

// Any thread may call.
class TrustedClock {
 public:
  // The wall clock (UTC), and one that only runs. `last_seen` is the latest time of which the store knows already.
  TrustedClock(std::function<Ns()> wall, std::function<Ns()> steady, std::optional<Ns> last_seen);

  // The wall clock's time, once it is to be believed: it has gone evenly for a day, or it goes on where the store left
  // off. Until then the time that it was last believed at, and what has passed since.
  Ns now();

 private:
  const std::function<Ns()> wall_;
  const std::function<Ns()> steady_;
  std::mutex mutex_;  // of what follows
  Ns believed_;       // UTC when steady_ said believed_at_
  Ns believed_at_ = 0;
  Ns offset_ = 0;  // of the wall clock from the steady one
  Ns even_since_ = 0;
};

}  // namespace inquest::store

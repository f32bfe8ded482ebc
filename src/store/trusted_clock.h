// The times by which old days are deleted. A clock that jumps a year ahead must not take the store with it.
#pragma once

#include <functional>
#include <mutex>
#include <optional>

#include "base/time.h"

namespace inquest::store {

// What a store remembers of its clock.
struct ClockMemory {
  Ns believed = 0;  // UTC
  Ns age = 0;       // how long the store has been there by then
};

// Any thread may call.
class TrustedClock {
 public:
  // The wall clock (UTC), and one that only runs. `last_seen` is what the store knows already.
  TrustedClock(std::function<Ns()> wall, std::function<Ns()> steady, std::optional<ClockMemory> last_seen);

  // The wall clock's time, once it is to be believed: it has gone evenly for a day, or it goes on where the store left
  // off. Until then the time that it was last believed at, and what has passed since.
  Ns now();
  // How long the store has been there, whatever its clock said meanwhile: a correction adds nothing, the time between
  // two runs does.
  Ns age();

 private:
  Ns tell();  // with the mutex held: now()

  const std::function<Ns()> wall_;
  const std::function<Ns()> steady_;
  std::mutex mutex_;  // of what follows
  Ns believed_;       // UTC when steady_ said believed_at_
  Ns believed_at_ = 0;
  Ns offset_ = 0;  // of the wall clock from the steady one
  Ns even_since_ = 0;
  Ns age_ = 0;            // when steady_ said believed_at_
  bool was_off_ = false;  // the wall clock is ahead of what was seen last, and has been since the start
};

}  // namespace inquest::store

// The host's clocks, in nanoseconds.
#pragma once

#include <chrono>

#include "base/time.h"

namespace inquest {

// UTC, as far as the host knows it; it may be set, and jump.
inline Ns utc_now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// Neither jumps nor is set; means something only beside other times of this clock and this boot.
inline Ns steady_now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace inquest

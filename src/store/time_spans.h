// Rows of a series that lie together in time.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"

namespace inquest::store {

struct TimeSpan {
  Ns first = 0;
  Ns last = 0;
  uint64_t rows = 0;
};

// Parts between which there is room for a whole block at the pace of these times (ascending, distinct).
std::vector<TimeSpan> spans_of(std::span<const Ns> times);

// Which of these (in order) should not share a block with the one before it, for what is older or newer may still come
// and lie between them: a block that spans the rows of others must be unpacked with all of them. But bursts with long
// silences between them are not kept apart for good. Gives indexes, ascending.
std::vector<size_t> far_apart(std::span<const TimeSpan> spans);

}  // namespace inquest::store

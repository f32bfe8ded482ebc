// Points in time as arguments give them: a time, a duration from now, or seconds since 1970.
#pragma once

#include "base/error.h"
#include "base/time.h"
#include "query/function.h"
#include "query/value.h"

namespace inquest::query {

// Of a time, duration or int.
Result<Ns> time_bound(const Value& value, const Context& context);

struct Bounds {
  Ns start = 0;  // UTC, inclusive
  Ns stop = 0;   // exclusive
};
// Of a call with parameters `start` and `stop`; without a `stop` it is now. Malformed where the start is behind the
// stop.
Result<Bounds> bounds_of(const Call& call);

}  // namespace inquest::query

// Whose clock a call follows: its argument `location`, or what the query's `option location` says.
#pragma once

#include "query/function.h"
#include "query/time_window.h"

namespace inquest::query {

// A record {zone, offset}, as timezone.location() makes it. A zone of no name is none: the option holds then.
WindowLocation location_of(const Value& value, const Context& context);

inline WindowLocation location_of(const Call& call) {
  return location_of(call.has("location") ? call.value("location") : Value(), call.context());
}

}  // namespace inquest::query

#include "query/time_bound.h"

#include "base/checked.h"

namespace inquest::query {

Result<Ns> time_bound(const Value& value, const Context& context) {
  std::optional<Ns> at;
  if (value.is(Type::Time)) at = value.as_time();
  if (value.is(Type::Duration)) at = add(context.now(), value.as_duration());
  if (value.is(Type::Int)) at = checked_mul(value.as_int(), kSecond);
  if (!at) return fail(ErrorCode::Malformed, "the time does not fit");
  return *at;
}

Result<Bounds> bounds_of(const Call& call) {
  const auto start = time_bound(call.value("start"), call.context());
  if (!start) return fail(start.error());
  Bounds out{*start, call.context().now()};
  if (call.has("stop")) {
    const auto stop = time_bound(call.value("stop"), call.context());
    if (!stop) return fail(stop.error());
    out.stop = *stop;
  }
  if (out.start >= out.stop) return fail(ErrorCode::Malformed, "cannot query an empty range");
  return out;
}

}  // namespace inquest::query

#include "query/context.h"

#include <algorithm>

#include <fmt/format.h>

namespace inquest::query {
namespace {

// Steps between two looks at the clock: some tenths of a millisecond.
constexpr uint64_t kStride = 65'536;

}  // namespace

Context::Context(Ns now, store::Store* store, const Limits& limits)
    : now_(now), store_(store), limits_(limits), deadline_(std::chrono::steady_clock::now() + limits.time) {}

Result<void> Context::look() {
  if (cancelled_.load(std::memory_order_relaxed)) return fail(ErrorCode::Limit, "the query was cancelled");
  if (steps_ > limits_.steps) {
    return fail(ErrorCode::Limit, fmt::format("the query takes more than {} steps", limits_.steps));
  }
  if (std::chrono::steady_clock::now() > deadline_) {
    return fail(ErrorCode::Limit, fmt::format("the query takes longer than {} ms", limits_.time.count()));
  }
  next_look_ = std::min(steps_ + kStride, limits_.steps + 1);
  return {};
}

Result<void> Context::room(uint64_t bytes) const {
  if (bytes <= limits_.memory && kept_ <= limits_.memory - bytes) return {};
  return fail(ErrorCode::Limit, fmt::format("the query's tables take more than {} MiB", limits_.memory >> 20));
}

Result<void> Context::keep(uint64_t bytes) {
  if (auto fits = room(bytes); !fits) return fits;
  kept_ += bytes;
  return {};
}

Result<void> Context::enter() {
  if (depth_ >= limits_.depth) {
    return fail(ErrorCode::Limit, fmt::format("calls are nested deeper than {}", limits_.depth));
  }
  ++depth_;
  return {};
}

}  // namespace inquest::query

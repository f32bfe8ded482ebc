#include "crashtext/culprit.h"

#include <fmt/format.h>

#include "crashtext/function_name.h"

namespace inquest::crashtext {
namespace {

Culprit blame(const Frame& frame, std::string reason) {
  return {canonical_function(frame.function), frame.module, std::move(reason)};
}

}  // namespace

Culprit choose_culprit(std::span<const Frame> frames, const std::optional<Frame>& position) {
  const bool placed = position && !position->function.empty() && position->context != TraceContext::User;
  if (placed && !is_machinery(canonical_function(position->function))) {
    return blame(*position, "the processor was in it");
  }
  // Where the report has a position, frames of the exception that printed it stand above it and are passed over by
  // name.
  for (const bool reliable : {true, false}) {
    for (const Frame& frame : frames) {
      if (frame.function.empty() || frame.context == TraceContext::User || (reliable && !frame.reliable)) continue;
      if (is_machinery(canonical_function(frame.function))) continue;
      std::string reason = placed ? fmt::format("it called {}, which only shows its caller's mistake",
                                                canonical_function(position->function))
                                  : std::string("the first frame that is not of the crash's own machinery");
      if (!reliable) reason += "; the frame is marked as unreliable, and no other is left";
      return blame(frame, std::move(reason));
    }
  }
  if (placed) return blame(*position, "the processor was in it, and no frame beyond the kernel's helpers is known");
  // A jump to nowhere leaves only the address.
  if (position && position->address && position->context != TraceContext::User && frames.empty()) {
    return {"", "", fmt::format("the processor was at 0x{:x}, where no function is", *position->address)};
  }
  return {};
}

}  // namespace inquest::crashtext

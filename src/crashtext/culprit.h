// Who is to blame for a crash, as far as its trace tells.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "crashtext/frame.h"

namespace inquest::crashtext {

// A suspect, not a verdict: the code that stands nearest to the failure. What broke its data may be anywhere.
struct Culprit {
  std::string function;  // without syscall prefix and compiler's suffix of an outlined part; empty: not known
  std::string module;    // empty: the kernel itself, or not known
  std::string reason;    // for people: "the first frame that is not of the crash's own machinery"

  friend bool operator==(const Culprit&, const Culprit&) = default;
};

// Chooses among the frames of the guilty trace, most recent call first. `position` is where the processor was (RIP),
// where known and in the kernel. Unreliable frames count only where there is no other.
Culprit choose_culprit(std::span<const Frame> frames, const std::optional<Frame>& position = std::nullopt);

}  // namespace inquest::crashtext

// Crash reports: what a kernel printed about a fault of its own or of the hardware, out of any log.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/event.h"

namespace inquest::model {

// One call of a trace.
struct CrashFrame {
  std::string function;
  std::string module;  // empty: the kernel itself
  bool reliable = true;
};

enum class CrashSeverity : uint8_t {
  Fatal,    // the kernel does not go on after it, or not soundly
  Error,    // survived, and nothing that a sound host prints
  Warning,  // a hint at most
};
std::string_view to_string(CrashSeverity severity);

struct Crash {
  EventId first = kNoEvent;  // its first and last line; lines of others may stand between them
  EventId last = kNoEvent;
  std::string title;      // "BUG: unable to handle kernel NULL pointer dereference in arc_evict"
  std::string type;       // of docs/crash-types.md; empty: of no known type
  std::string signature;  // the same for the same bug
  CrashSeverity severity = CrashSeverity::Fatal;
  std::string corrupted;       // why it may mislead; empty: it is whole
  bool panicked = false;       // the kernel panicked in it, or right after it
  bool previous_boot = false;  // printed by a boot about the one before it
  // Index, in the case, of the report that led to this one; nothing: it is the first of its kind or stands for itself.
  std::optional<size_t> consequence_of;
  uint64_t repeats = 0;  // how often it came again right after the first
  std::string kernel;    // release; empties: not said
  std::string comm;
  std::string tainted;
  std::string hardware;
  std::optional<int64_t> cpu;
  std::optional<int64_t> pid;
  std::vector<CrashFrame> frames;  // where the processor was, then its callers: the most recent call first
  std::string culprit_function;
  std::string culprit_module;
  std::string culprit_reason;
};

}  // namespace inquest::model

// Events: one log line, one journal entry, one console line.
#pragma once

#include <cstdint>
#include <limits>

#include "base/time.h"
#include "model/stream.h"
#include "model/strings.h"

namespace inquest::model {

using EventId = uint64_t;
inline constexpr EventId kNoEvent = std::numeric_limits<EventId>::max();

// syslog's severities (RFC 5424, table 2), which are the kernel's levels as well.
enum class Severity : uint8_t { Emergency, Alert, Critical, Error, Warning, Notice, Info, Debug, Unknown };
std::string_view to_string(Severity severity);

// 40 bytes a row; the text stays in the evidence and is read again when somebody wants to see it.
struct Event {
  Ns time = 0;          // raw, on the stream's clock
  uint64_t offset = 0;  // of the record in the evidence
  uint32_t length = 0;  // of the record, without its line end
  uint32_t line = 0;    // one-based; 0 where the format has no lines
  StreamId stream = 0;
  StrId host = 0;        // 0: the stream's
  StrId ident = 0;       // program ("kernel", "sshd"), without its process id
  uint16_t text_at = 0;  // where the message begins in the record
  Severity severity = Severity::Unknown;
  uint8_t flags = 0;

  static constexpr uint8_t kStoredText = 1;  // the message is escaped in the evidence and kept by the case instead
};
static_assert(sizeof(Event) == 40);

}  // namespace inquest::model

// One entry of a journal as journalctl's JSON and export formats carry it, and how it becomes an event.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "decode/log_scope.h"
#include "decode/sink.h"

namespace inquest::decode {

// The fields that matter here. Texts are kept in strings that grow once and are reused.
struct JournalEntry {
  std::optional<uint64_t> realtime;   // __REALTIME_TIMESTAMP: microseconds since 1970, UTC
  std::optional<uint64_t> monotonic;  // __MONOTONIC_TIMESTAMP: microseconds since that boot
  std::string boot_id;                // _BOOT_ID
  std::string host;                   // _HOSTNAME
  std::string identifier;             // SYSLOG_IDENTIFIER
  std::string command;                // _COMM
  std::string transport;              // _TRANSPORT
  std::optional<uint8_t> priority;    // PRIORITY
  std::string message;                // MESSAGE, decoded
  bool has_message = false;
  Place whole;                // the entry, or as much of it as is cited
  std::optional<Place> text;  // where the message stands in the evidence as it is, if it does
  uint32_t text_at = 0;       // and where it begins in there

  // Takes a field's value; of a repeated field the first stands. False for a field that is of no interest.
  bool set(std::string_view name, std::string_view value);
  static bool wants(std::string_view name);
  void clear();
};

// Records entries, one stream for each host and boot, on UTC in microseconds. Emits `boot.start.<boot id>`, UTC
// nanoseconds, for each boot: realtime minus monotonic of its first entry.
class JournalRecorder {
 public:
  // Microseconds since 1970 that nanoseconds can still hold: in 2261.
  static constexpr uint64_t kLatest = 9'200'000'000'000'000;

  explicit JournalRecorder(Sink& sink) : sink_(sink), all_(sink.into().strings) {}

  // An entry without a realtime stamp, or with one beyond kLatest, is a problem and no event.
  void record(const JournalEntry& entry);
  // After the last entry: what the streams watch, and over which channel they came.
  void finish();

 private:
  struct Boot {
    model::StreamId stream = 0;
    LogScope* scope = nullptr;  // of its host
    bool start_told = false;
  };
  // Null where no more streams may be opened.
  Boot* boot_of(const JournalEntry& entry, model::StrId host);

  Sink& sink_;
  LogScope all_;  // of all hosts
  std::unordered_map<model::StrId, LogScope>
      scopes_;                                // of each host: a collector may have only some of its programs' lines
  std::unordered_map<uint64_t, Boot> boots_;  // by host and boot id
};

}  // namespace inquest::decode

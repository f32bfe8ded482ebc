// Journal entries out of a stream in the export format, as systemd-journal-upload sends it.
// docs/formats/journal_export.md
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "store/store.h"

namespace inquest::record {

struct JournalStreamEntry {
  std::vector<std::pair<std::string, std::string>> fields;  // in order; a name may come again
  uint64_t lost_bytes = 0;                                  // of values that were too long

  // The first one of that name; empty where there is none.
  std::string_view field(std::string_view name) const;
  // __REALTIME_TIMESTAMP as UTC.
  std::optional<Ns> realtime() const;
};

// Fed with pieces of any size. Memory is bounded: of a value kLongestValue bytes are kept, of an entry kLongestEntry;
// core dumps and the like are passed over. Damage costs the fields around it: reading goes on at the next line. Not
// thread-safe.
class JournalStream {
 public:
  static constexpr size_t kLongestValue = 64 << 10;
  static constexpr size_t kLongestEntry = 1 << 20;
  static constexpr size_t kMostFields = 1024;
  using Take = std::function<void(JournalStreamEntry&&)>;

  void feed(std::string_view bytes, const Take& take);
  // The stream has ended as it should: a last entry needs no empty line.
  void finish(const Take& take);

  // Places where the bytes were no journal's.
  uint64_t malformed() const { return malformed_; }

 private:
  enum class State : uint8_t { Line, Size, Data, DataEnd };

  size_t line(std::string_view bytes, const Take& take);
  size_t size(std::string_view bytes);
  size_t data(std::string_view bytes);
  void end_line(const Take& take);
  void add(std::string_view name, std::string_view value, uint64_t lost);
  void end_entry(const Take& take);

  State state_ = State::Line;
  std::string line_;  // as far as it is kept
  uint64_t line_lost_ = 0;
  std::string name_;   // of the binary field
  std::string value_;  // its size, and then its data as far as they are kept
  uint64_t remaining_ = 0;
  uint64_t value_lost_ = 0;
  JournalStreamEntry entry_;
  size_t entry_bytes_ = 0;
  uint64_t malformed_ = 0;
};

// The entry as an event of source "journal". Its host is _HOSTNAME, or `peer` where it has none; its time
// __REALTIME_TIMESTAMP, or `received`; MESSAGE, PRIORITY and SYSLOG_IDENTIFIER (or _COMM) have places of their own, and
// all other fields are kept under their names, beside "peer" and "lost_bytes".
store::Event journal_event(JournalStreamEntry&& entry, const std::string& peer, Ns received);

}  // namespace inquest::record

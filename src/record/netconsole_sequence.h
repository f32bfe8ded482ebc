// The records of one kernel in the order of its log, out of datagrams that come in any order, twice, or not at all.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/time.h"
#include "record/netconsole_fragments.h"
#include "record/netconsole_packet.h"

namespace inquest::record {

// One record as it goes on, or what happened between two of them.
struct NetconsoleItem {
  enum class Kind : uint8_t {
    Record,
    Lost,     // the records from `sequence` to `last` did not arrive in time
    Restart,  // another boot begins: the next record is of its own log
  };

  Kind kind = Kind::Record;
  uint64_t sequence = 0;
  uint64_t last = 0;       // Lost
  uint64_t before_us = 0;  // Restart: the old boot's uptime, as far as it is known
  uint64_t after_us = 0;   // Restart: the new one's
  Ns received = 0;         // the first datagram of it; of Lost: of the record behind the gap

  // Record:
  std::string release;
  uint32_t priority = 0;
  uint64_t uptime_us = 0;
  std::string flags;
  std::string caller;
  std::string body;          // as parse_netconsole_body() reads it
  uint32_t total = 0;        // bytes that the body should have
  uint32_t missing = 0;      // bytes of it that did not arrive
  bool late = false;         // it came after it had been given up
  bool contradicts = false;  // another datagram of that number says something else
};

// Holds what came too early for up to kHold, or until so much is held that the gap is given up at once: its memory is
// bounded by kMostHeld records and kMostBytes. Not thread-safe; one for each sender.
class NetconsoleSequence {
 public:
  static constexpr Ns kHold = 250 * kMilli;
  static constexpr size_t kMostHeld = 2048;
  static constexpr size_t kMostBytes = 1 << 20;

  // Whether the datagram is the whole of the very record that is due, so that it goes on as it is; it is then the
  // caller's to use. Else it must be given to take().
  bool in_order(const NetconsoleHeader& header, Ns received);
  void take(const NetconsoleHeader& header, Ns received, std::vector<NetconsoleItem>& out);
  // Gives up what was waited for long enough.
  void expire(Ns now, std::vector<NetconsoleItem>& out);
  // Gives up everything: what is held goes on.
  void finish(std::vector<NetconsoleItem>& out);

  bool holds() const { return !held_.empty(); }
  size_t memory() const { return bytes_; }
  uint64_t duplicates() const { return duplicates_; }
  uint64_t lost() const { return lost_; }

 private:
  struct Held {
    NetconsoleItem head;
    NetconsoleFragments fragments;
  };
  // What is remembered of a record that went on.
  struct Seen {
    uint64_t sequence = 0;
    uint64_t uptime_us = 0;
    uint32_t hash = 0;
    bool whole = false;
    bool used = false;
  };
  enum class Past : uint8_t { Duplicate, Late, Contradicts, OtherBoot };

  bool other_release(const NetconsoleHeader& header) const;
  Past judge_past(const NetconsoleHeader& header, Ns received) const;
  bool born_in_silence(const NetconsoleHeader& header, Ns received) const;
  void came_late(const NetconsoleHeader& header);
  bool other_boot_ahead(const NetconsoleHeader& header, Ns received);
  void restart(const NetconsoleHeader& header, Ns received, std::vector<NetconsoleItem>& out);
  void hold(const NetconsoleHeader& header, Ns received, std::vector<NetconsoleItem>& out);
  void go_on(Held&& held, std::vector<NetconsoleItem>& out);
  // What is due and whole goes on; with `until`, what is held from before then too, whatever is missing.
  void drain(Ns until, std::vector<NetconsoleItem>& out);
  void remember(uint64_t sequence, uint64_t uptime_us, uint32_t hash, bool whole);
  static NetconsoleItem head_of(const NetconsoleHeader& header, Ns received);

  // Enough for what networks reorder at full rate.
  std::vector<Seen> seen_;
  std::map<uint64_t, Held> held_;
  size_t bytes_ = 0;
  std::string release_;
  uint64_t next_ = 0;       // the record that is due
  uint64_t uptime_us_ = 0;  // of the newest record that went on
  Ns received_ = 0;         // when anything came last
  bool started_ = false;    // next_ is known: the first records wait, as the first to come need not be the first
  uint64_t last_late_ = 0;
  uint32_t late_run_ = 0;
  uint32_t low_run_ = 0;  // records in a row whose time went back
  uint64_t duplicates_ = 0;
  uint64_t lost_ = 0;
};

}  // namespace inquest::record

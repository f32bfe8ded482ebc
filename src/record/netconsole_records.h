// The extended netconsole of one host, as events.
#pragma once

#include <string>
#include <vector>

#include "record/netconsole_sequence.h"
#include "record/uptime_clock.h"
#include "store/store.h"

namespace inquest::record {

// Fields of a record: "seq", "monotonic_us", "flags" where they are not "-", "caller", "release", "facility" where it
// is not the kernel's, the kernel's dictionary and the target's user data under their own names; "lost_bytes" where
// pieces did not arrive, "late" where it came after it had been given up, "contradicts" where another datagram of that
// number says something else. Notes: "lost" with "first", "last" and "count"; "restart".
class NetconsoleRecords {
 public:
  explicit NetconsoleRecords(std::string address) : address_(std::move(address)) {}

  void take(const NetconsoleHeader& header, Ns received, std::vector<store::Event>& out);
  void expire(Ns now, std::vector<store::Event>& out);
  void finish(std::vector<store::Event>& out);

  const NetconsoleSequence& sequence() const { return sequence_; }

 private:
  void add(const NetconsoleHeader& header, Ns received, std::vector<store::Event>& out) const;
  void add(const NetconsoleItem& item, std::vector<store::Event>& out);
  void pass(std::vector<store::Event>& out);

  std::string address_;
  NetconsoleSequence sequence_;
  UptimeClock clock_;
  std::vector<NetconsoleItem> items_;  // empty between calls
};

}  // namespace inquest::record

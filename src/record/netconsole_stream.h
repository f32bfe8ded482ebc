// What one host's netconsole says, as events.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "record/netconsole_log.h"
#include "record/netconsole_records.h"

namespace inquest::record {

// Takes datagrams of both forms, also of both at once, and any others. Every byte of them ends up in some event, but
// for records that came twice. Events come in the order of the host's log; a few may wait for a quarter of a second.
// Memory is bounded by what NetconsoleSequence and NetconsoleLog may hold. Not thread-safe; one for each sender.
class NetconsoleStream {
 public:
  explicit NetconsoleStream(const std::string& address) : records_(address), log_(address) {}

  // `received` is UTC.
  void take(std::string_view datagram, Ns received, std::vector<store::Event>& out) {
    last_received_ = received;
    if (const auto header = parse_netconsole_header(datagram)) return records_.take(*header, received, out);
    log_.take(datagram, received, out);
  }
  // What has waited for long enough goes on as it is. To be called now and then while holds() is true.
  void expire(Ns now, std::vector<store::Event>& out) {
    records_.expire(now, out);
    log_.expire(now, out);
  }
  // Everything that waits goes on.
  void finish(std::vector<store::Event>& out) {
    records_.finish(out);
    log_.finish(out);
  }

  bool holds() const { return records_.sequence().holds() || log_.holds(); }
  Ns last_received() const { return last_received_; }
  size_t memory() const { return records_.sequence().memory() + log_.memory(); }
  uint64_t duplicates() const { return records_.sequence().duplicates(); }
  uint64_t lost() const { return records_.sequence().lost(); }

 private:
  NetconsoleRecords records_;
  NetconsoleLog log_;
  Ns last_received_ = 0;
};

}  // namespace inquest::record

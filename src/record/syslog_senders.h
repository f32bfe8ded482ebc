// Syslog messages as events, whoever sends them over whatever transport.
#pragma once

#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/zone.h"
#include "record/ip_address.h"
#include "record/sender_clock.h"
#include "record/syslog_framing.h"
#include "record/udp_receiver.h"
#include "store/store.h"

namespace inquest::record {

// An event's host is the name in the message, or the sender's address where it has none. Its time is the message's;
// where that has no zone the sender's clock is judged by SenderClock.
//
// Fields: "peer", "spoofable" (UDP), "facility", "pid", "message_id", RFC 5424's structured data ("origin.ip"),
// "assumed_zone" ("+01:00") where the zone was not said, "monotonic_us" of a kernel's line that has its stamp, and
// "cut" and "continues" of a message that was too long or whose end did not come. Not thread-safe.
class SyslogSenders : public DatagramProtocol {
 public:
  static constexpr size_t kMostSenders = 1 << 15;

  // `zone` is that of times without one; nothing: see SenderClock.
  explicit SyslogSenders(std::optional<Zone> zone = std::nullopt) : zone_(std::move(zone)) {}

  // One message; `spoofable` where nothing proves who sent it.
  void take(const IpAddress& peer, const SyslogFrame& frame, bool spoofable, Ns now, std::vector<store::Event>& out);

  void take(const Datagram& datagram, Ns now, std::vector<store::Event>& out) override;
  void limited(const IpAddress&, uint64_t) override {}  // counted by the receiver
  void tick(Ns, std::vector<store::Event>&) override {}
  void finish(Ns, std::vector<store::Event>&) override {}

 private:
  struct Hash {
    size_t operator()(const IpAddress& ip) const;
  };
  SenderClock& clock_of(const IpAddress& peer);

  std::optional<Zone> zone_;
  std::unordered_map<IpAddress, SenderClock, Hash> clocks_;
};

}  // namespace inquest::record

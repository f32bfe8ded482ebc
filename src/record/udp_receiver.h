// Reads a UDP socket on the network thread, and hands on what becomes of its datagrams.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "record/datagrams.h"
#include "record/listen_address.h"
#include "record/listener.h"
#include "store/store.h"

namespace inquest::record {

// What a protocol makes of datagrams. Called on the network thread; times are UTC.
class DatagramProtocol {
 public:
  virtual ~DatagramProtocol() = default;
  // From senders that are allowed and within their limit.
  virtual void take(const Datagram& datagram, Ns now, std::vector<store::Event>& out) = 0;
  // Datagrams of that sender were dropped, for it sends more than it may.
  virtual void limited(const IpAddress& sender, uint64_t count) = 0;
  // About ten times a second.
  virtual void tick(Ns now, std::vector<store::Event>& out) = 0;
  // No more will come: what is held goes on.
  virtual void finish(Ns now, std::vector<store::Event>& out) = 0;
};

// One socket. What the kernel drops because the socket's buffer is full becomes an event of the recorder's own host, at
// most once a second. While the store is behind with kMostInFlight events, nothing is read: the socket's buffer fills,
// and what is lost then is counted by the kernel, so that no queue grows without bound.
class UdpReceiver {
 public:
  static constexpr size_t kMostInFlight = 1 << 18;

  // `protocol` outlives the receiver's work, which ends soon after stop().
  static Result<std::unique_ptr<UdpReceiver>> open(const Surroundings& surroundings, std::string_view listener,
                                                   const ListenAddress& address, uint64_t receive_buffer,
                                                   DatagramProtocol& protocol);
  ~UdpReceiver();
  UdpReceiver(const UdpReceiver&) = delete;
  UdpReceiver& operator=(const UdpReceiver&) = delete;

  const ListenAddress& address() const;
  // Reads what waits in the socket, hands on everything, and closes.
  void stop();

 private:
  class Work;
  explicit UdpReceiver(std::shared_ptr<Work> work);
  std::shared_ptr<Work> work_;
};

}  // namespace inquest::record

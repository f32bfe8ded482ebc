// Takes connections over TCP and TLS on the network thread, and hands on what becomes of their bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "record/listener.h"
#include "store/store.h"

namespace inquest::record {

// One connection's bytes. Called on the network thread; times are UTC.
class StreamConversation {
 public:
  virtual ~StreamConversation() = default;
  virtual void take(std::string_view bytes, Ns now, std::vector<store::Event>& out) = 0;
  // About once a second.
  virtual void tick(Ns now, std::vector<store::Event>& out) = 0;
  // No more will come.
  virtual void finish(Ns now, std::vector<store::Event>& out) = 0;
};

class StreamProtocol {
 public:
  virtual ~StreamProtocol() = default;
  virtual std::unique_ptr<StreamConversation> begin(const IpAddress& peer) = 0;
};

struct StreamLimits {
  uint64_t connections = 1024;
  uint64_t connections_per_source = 256;
  Ns handshake = 10 * kSecond;
};

// One address. Connections that are silent stay, until others need their room. A source that sends more events than
// the settings `rate` and `burst` allow, and all of them while the store is behind, are not read from: TCP makes the
// senders wait, and nothing is lost.
class StreamReceiver {
 public:
  static constexpr size_t kMostInFlight = 1 << 17;

  // `protocol` outlives the receiver's work, which ends soon after stop().
  static Result<std::unique_ptr<StreamReceiver>> open(const Surroundings& surroundings, std::string_view listener,
                                                      const ListenAddress& address, const StreamLimits& limits,
                                                      StreamProtocol& protocol);
  ~StreamReceiver();
  StreamReceiver(const StreamReceiver&) = delete;
  StreamReceiver& operator=(const StreamReceiver&) = delete;

  const ListenAddress& address() const;
  // Takes no more connections, and reads what had arrived of those that are open.
  void stop();

 private:
  class Work;
  explicit StreamReceiver(std::shared_ptr<Work> work);
  std::shared_ptr<Work> work_;
};

}  // namespace inquest::record

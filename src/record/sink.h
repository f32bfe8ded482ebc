// Where the listeners put what they received.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "store/store.h"

namespace inquest::record {

// Who sent something, as far as the network tells.
struct Peer {
  std::string address;     // "192.0.2.7", without the port
  bool spoofable = false;  // over UDP: nothing proves the sender's address
};

// Takes events and telemetry from every listener, on the recorder's one network thread. What implements it hands them
// to the store, to the vital signs and to the watch for crash reports, in that order.
class Sink {
 public:
  virtual ~Sink() = default;

  // Empty `done` where the protocol has no acknowledgement.
  virtual void events(std::vector<store::Event> events, store::Store::Done done) = 0;
  // Line protocol as Store::write asks for it.
  virtual void lines(const Peer& peer, std::string_view bucket, std::string lines, store::Store::Done done) = 0;
};

}  // namespace inquest::record

// Telemetry that comes as datagrams: read, put in form, handed on in batches.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "record/listen_address.h"
#include "record/listener.h"
#include "store/line_protocol.h"

namespace inquest::record {

// One socket of a listener. While the store is behind with kMostWaiting bytes, nothing is read: the socket's buffer
// fills, and what is lost then is counted by the kernel, so that no queue grows without bound.
class TelemetryUdp {
 public:
  static constexpr uint64_t kMostWaiting = uint64_t{32} << 20U;

  // Makes checked lines of one datagram.
  using Convert = std::function<store::CheckedLines(std::string_view datagram, Ns now)>;

  static Result<std::unique_ptr<TelemetryUdp>> open(const Surroundings& surroundings, std::string_view listener,
                                                    const ListenAddress& address, std::string bucket, Convert convert);
  ~TelemetryUdp();
  TelemetryUdp(const TelemetryUdp&) = delete;
  TelemetryUdp& operator=(const TelemetryUdp&) = delete;

  ListenAddress address() const;
  // Hands on what waits in the socket, and closes it.
  void stop();

 private:
  class Work;
  explicit TelemetryUdp(std::shared_ptr<Work> work);
  std::shared_ptr<Work> work_;  // shared with what the store will call
};

}  // namespace inquest::record

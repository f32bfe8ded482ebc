// Serves routes over HTTP/1.1, with and without TLS.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "record/counters.h"
#include "record/http.h"
#include "record/listen_address.h"
#include "record/listener.h"

namespace inquest::record {

struct HttpLimits {
  uint64_t connections = 8192;
  uint64_t connections_per_source = 4096;
  uint64_t header = uint64_t{16} << 10U;   // bytes of a request's head
  uint64_t body = uint64_t{64} << 20U;     // bytes of a request's body, inflated
  uint64_t memory = uint64_t{256} << 20U;  // bytes of bodies that are read or wait to be stored
  uint64_t memory_per_source = uint64_t{128} << 20U;
  uint64_t rate = 0;  // bytes of bodies a second and source; 0: no limit
  uint64_t burst = 0;
  Ns idle = 2 * kMinute;          // between two requests of a connection
  Ns header_time = 10 * kSecond;  // from a head's first byte to its last, and for a handshake
  Ns stall = 30 * kSecond;        // without any progress while a body is read, or a response is written
  uint64_t slowest = 1024;        // bytes a second of a body, on the average; uploads may be as slow as they like
};

struct HttpSetup {
  std::string name;  // of the listener, for messages
  std::vector<ListenAddress> addresses;
  HttpLimits limits;
  AllowList allow;
  // Whether the request may use routes that ask for a token.
  std::function<bool(const HttpRequest&)> may_enter;
  std::shared_ptr<const Routes> routes;
  std::vector<std::pair<std::string, std::string>> headers;  // of each response
};

// Network thread only. Slow, silent and garbling clients are bounded in what they cost: see HttpLimits.
class HttpServer : public OpenListener {
 public:
  static Result<std::unique_ptr<HttpServer>> open(const Surroundings& surroundings, HttpSetup setup);
  ~HttpServer() override;

  std::vector<ListenAddress> addresses() const override;
  // Requests that were begun are still answered, each connection's last one.
  void stop() override;

 private:
  struct Impl;
  explicit HttpServer(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;  // shared with the connections, which may end after the server
};

}  // namespace inquest::record

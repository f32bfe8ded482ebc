// What a listener is. A new one is a new file in record/listeners/ that defines `extern const Listener NAME_listener`;
// its section in the configuration, its flags, and its place in `/metrics` follow by themselves.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "record/config.h"
#include "record/counters.h"
#include "record/setting.h"
#include "record/sink.h"

namespace boost::asio {
class io_context;
}

namespace inquest::record {

class Routes;
class TlsContext;

// What a listener is given. All of it outlives the listener.
struct Surroundings {
  boost::asio::io_context& io;  // of the network thread, the only one that runs it
  const Config& config;
  const Section& settings;  // of this listener
  Sink& sink;
  store::Store& store;
  Counters& all_counters;
  ListenerCounters& counters;  // of this listener
  const Routes& routes;        // what HTTP serves besides the endpoints of record (http.h)
  TlsContext* tls = nullptr;   // null where no certificate is configured
  std::function<Ns()> now;     // UTC
  // One line for the recorder's log, safe to show. For what a person should know, not for every message.
  std::function<void(std::string_view)> log;
};

// A listener at work. Used on the network thread only.
class OpenListener {
 public:
  virtual ~OpenListener() = default;
  // Where it listens, with the ports that were chosen for port 0.
  virtual std::vector<ListenAddress> addresses() const = 0;
  // Accepts nothing new, hands on what it holds, and closes its sockets; its coroutines end soon after, before the
  // object goes.
  virtual void stop() = 0;
};

struct Listener {
  std::string_view name;     // "netconsole": the file's name, its section and its flag, with - for _
  std::string_view summary;  // one line: "kernel messages as netconsole sends them, plain and extended"
  // Defaults of the settings that all listeners have: `listen` (empty: off unless it is configured), `rate` and
  // `burst`.
  std::string_view listen;
  std::string_view rate = "0";
  std::string_view burst = "0";
  std::string_view rate_help;         // what is counted: "messages"
  std::span<const Setting> settings;  // further ones
  // Binds its sockets and starts. Called once, and only where `listen` names something. An error says which address and
  // why: see bind_error() in socket.h.
  Result<std::unique_ptr<OpenListener>> (*open)(const Surroundings& surroundings);
};

// All listeners, sorted by name: a table generated from the files in record/listeners/.
std::span<const Listener* const> listeners();

}  // namespace inquest::record

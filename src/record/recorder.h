// The recorder as a whole: one network thread with all listeners, which hands what they receive to the store.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "record/config.h"
#include "record/counters.h"
#include "record/http.h"
#include "record/listen_address.h"
#include "record/observer.h"
#include "record/service_manager.h"
#include "store/store.h"

namespace inquest::record {

class Recorder {
 public:
  struct Parts {
    Config config;
    store::Store* store = nullptr;     // outlives the recorder
    std::vector<Observer*> observers;  // outlive it too
    // Served besides what the recorder has itself; of two routes with the same path these win.
    Routes routes;
    std::function<Ns()> now;                    // UTC
    std::function<void(std::string_view)> log;  // one line, safe to show; from the network thread
    // Asked on SIGHUP; listeners whose settings differ are opened anew. Empty: SIGHUP only reads certificates again.
    std::function<Result<Config>()> reload;
    ServiceManager service;
  };

  // Opens every listener that has an address. An error says which one could not be, and why.
  static Result<std::unique_ptr<Recorder>> open(Parts parts);
  ~Recorder();

  struct Listening {
    std::string_view listener;
    std::vector<ListenAddress> addresses;
  };
  std::vector<Listening> listening() const;

  Counters& counters();

  // Receives until SIGTERM, SIGINT or stop(); then answers what was begun, within seconds, and returns once everything
  // that was taken is on stable storage; an error says that this failed. On the calling thread, once.
  Result<void> run();
  // From any thread.
  void stop();

 private:
  struct Impl;
  explicit Recorder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace inquest::record

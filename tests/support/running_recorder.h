// A recorder at work in a thread of its own, on ports that were free, for tests that talk to it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "record/listener.h"
#include "record/recorder.h"
#include "support/memory_store.h"

namespace inquest::testing {

class RunningRecorder {
 public:
  using Settings = std::vector<std::pair<std::string, std::string>>;

  // With the settings as flags ("http", "127.0.0.1:0"); listeners that are not named are off.
  explicit RunningRecorder(const Settings& settings, record::Routes routes = {},
                           std::vector<record::Observer*> observers = {}) {
    record::Recorder::Parts parts;
    for (const record::SettingGroup& group : record::setting_groups()) {
      if (!group.name.empty() && group.settings.front().name == "listen") must(parts.config.set(group.name, "none"));
    }
    for (const auto& [flag, value] : settings) must(parts.config.set(flag, value));
    parts.store = &store;
    parts.routes = std::move(routes);
    parts.observers = std::move(observers);
    parts.now = [] { return kNow; };
    parts.log = [this](std::string_view line) { log += std::string(line) + "\n"; };
    auto opened = record::Recorder::open(std::move(parts));
    must(opened);
    recorder_ = std::move(*opened);
    thread_ = std::thread([this] { must(recorder_->run()); });
  }
  ~RunningRecorder() { stop(); }

  // Ends it as SIGTERM would.
  void stop() {
    if (!thread_.joinable()) return;
    recorder_->stop();
    thread_.join();
  }
  int port(std::string_view listener, size_t address = 0) const {
    for (const auto& one : recorder_->listening()) {
      if (one.listener == listener) return one.addresses.at(address).port;
    }
    return 0;
  }
  record::Recorder& recorder() { return *recorder_; }
  // The value of one of its metrics, as written in /metrics: `name{label="x"}`; 0 where there is none.
  double metric(std::string_view name) {
    const std::string text = "\n" + recorder_->counters().text();
    const size_t at = text.find("\n" + std::string(name) + " ");
    return at == std::string::npos ? 0 : std::stod(text.substr(at + name.size() + 2));
  }

  static constexpr Ns kNow = 1'700'000'000 * kSecond;  // what its clock says
  MemoryStore store;
  std::string log;  // to be read when it has stopped

 private:
  template <class T>
  static void must(const Result<T>& result) {
    if (!result) throw std::runtime_error(result.error().text());
  }

  std::unique_ptr<record::Recorder> recorder_;
  std::thread thread_;
};

}  // namespace inquest::testing

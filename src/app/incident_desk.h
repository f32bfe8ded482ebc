// The recorder's half that thinks: watches over hosts, examines incidents, tells people, answers questions.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "app/notifier.h"
#include "base/error.h"
#include "base/time.h"
#include "record/config.h"
#include "record/host_watch.h"
#include "record/http.h"
#include "record/observer.h"
#include "store/store.h"

namespace inquest::app {

// Three threads besides the notifier's: one looks after the hosts, one examines, one answers. None of them holds up
// what is received.
class IncidentDesk {
 public:
  struct Setup {
    store::Store* store = nullptr;  // outlives the desk
    std::vector<NoticeChannel> channels;
    std::function<Ns()> utc;
    std::function<void(std::string_view)> log;  // a line, safe to show; from any thread
  };
  static Result<std::unique_ptr<IncidentDesk>> open(Setup setup);
  // Writes down what it knows.
  ~IncidentDesk();
  IncidentDesk(const IncidentDesk&) = delete;
  IncidentDesk& operator=(const IncidentDesk&) = delete;

  record::Observer& observer() { return *watch_; }
  // /api/inquest/v1/: docs/recorder-api.md. The desk outlives whoever serves them.
  void add_routes(record::Routes& routes);
  // Ends its threads, and answers nothing more: what is still asked is dropped. To be called between the recorder's
  // stop and its end, as answers need somebody to send them.
  void stop();

 private:
  IncidentDesk(Setup setup, std::unique_ptr<record::HostWatch> watch);
  void look_after();
  void examine();
  void answer();
  void examine_one(const record::Incident& incident);
  void later(std::function<void()> job);
  // Whether the desk still works, after a pause.
  bool pause(Ns length);

  const Setup setup_;
  const std::unique_ptr<record::HostWatch> watch_;
  Notifier notifier_;

  std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false;
  std::deque<record::Incident> due_;
  std::deque<std::function<void()>> jobs_;

  std::vector<std::thread> threads_;
};

// The channels that [notify] of the configuration names.
std::vector<NoticeChannel> channels_of(const record::Section& notify);

}  // namespace inquest::app

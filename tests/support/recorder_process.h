// `inquest record` as a process of its own, for tests of what only a whole one goes through: killed, starved, flooded.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "support/temp_folder.h"

namespace inquest::testing {

class RecorderProcess {
 public:
  struct Setup {
    std::string data;                    // its folder
    std::vector<std::string> listeners;  // besides "http": "syslog", ...; each on a free port of loopback
    std::vector<std::string> flags;
    std::vector<std::string> wrapper;  // a program with arguments that ends by running what follows as itself
    bool await = true;                 // until it says where it listens, or has ended
  };
  explicit RecorderProcess(const Setup& setup);
  ~RecorderProcess();  // kills it
  RecorderProcess(const RecorderProcess&) = delete;
  RecorderProcess& operator=(const RecorderProcess&) = delete;

  // Whether it listens. False after two minutes, and when it ended.
  bool await();
  // The port of a listener; 0 where it has none. `transport`: "tcp" or "udp", of those that have both.
  int port(std::string_view listener, std::string_view transport = "tcp") const;
  pid_t pid() const { return pid_; }

  void kill();  // as the kernel does, without a chance to do anything
  int stop();   // as a service manager does; its exit status, -1 where a signal ended it

  std::string out() const;  // what it printed so far
  std::string err() const;
  // What it has against itself: what a sanitizer printed; empty otherwise.
  std::string faults() const;

 private:
  TempFolder output_;
  pid_t pid_ = -1;
};

}  // namespace inquest::testing

// The user's test command, run on a candidate.
#pragma once

#include <csignal>
#include <cstdint>
#include <string>

#include "base/error.h"

namespace inquest::app {

struct CommandEnd {
  int status = 0;            // as a shell tells it: 128 + number after a signal
  bool timed_out = false;    // it was ended because it took too long
  bool interrupted = false;  // ^C: nothing is known
};

// Runs one command again and again, each time on another candidate.
class TestCommand {
 public:
  // `command` is for /bin/sh. Each {} in it becomes the quoted path of a file with the candidate; without one, the
  // candidate is on its standard input. INQUEST_CANDIDATE is the path in any case. Its output goes to standard error
  // where `shown`, else nowhere. `timeout_s` 0: as long as it takes. `suffix` ends the file's name.
  TestCommand(std::string command, std::string suffix, bool shown, uint32_t timeout_s);
  ~TestCommand();
  TestCommand(const TestCommand&) = delete;
  TestCommand& operator=(const TestCommand&) = delete;

  Result<CommandEnd> run(const std::string& candidate);

  // ^C (SIGINT) or SIGTERM has come since this was made. As long as it lives they end the running command, not this
  // program.
  bool interrupted();

 private:
  void wait_a_moment();

  std::string command_;
  std::string suffix_;
  bool shown_;
  uint32_t timeout_s_;
  bool interrupted_ = false;
  sigset_t awaited_{};  // signals that are blocked and asked for instead
  sigset_t before_{};   // the mask as it was
};

}  // namespace inquest::app

// The log of a minimisation: each run as a line, so that an interrupted search goes on where it stopped.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace inquest::experiment {

// The text form, one line each; what follows the status is for people:
//     # inquest minimize SHA256
//     run SHA256-OF-CANDIDATE STATUS 3 of 14 changes
// The first line's hash is of both configurations and the test command: a log of other ones is refused.
class RunLog {
 public:
  explicit RunLog(std::string identity) : identity_(std::move(identity)) {}

  // Malformed where the text is the log of something else, or none. A last line that was cut is left out.
  Result<void> load(std::string_view text);

  // The next exit status that is known of a candidate, each of them once. Nothing where all were given.
  std::optional<int> next(const std::string& candidate);
  size_t known() const { return known_; }

  std::string first_line() const;
  static std::string line(const std::string& candidate, int status, size_t applied, size_t changes);

 private:
  std::string identity_;
  struct Runs {
    std::vector<int> statuses;
    size_t given = 0;
  };
  std::map<std::string, Runs, std::less<>> runs_;
  size_t known_ = 0;
};

}  // namespace inquest::experiment

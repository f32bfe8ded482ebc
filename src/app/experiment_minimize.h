// inquest experiment minimize: which of the differences between two configurations makes it fail.
#pragma once

#include <cstdint>
#include <string>

#include "app/exit_status.h"

namespace inquest::app {

struct MinimizeOptions {
  std::string good;  // paths
  std::string bad;
  std::string test;  // command
  std::string log = "inquest-minimize.log";
  std::string output;  // where the smallest failing configuration goes; empty: nowhere
  uint32_t repeats = 1;
  uint32_t timeout_s = 0;
  bool show_output = false;
  bool json = false;
};

ExitStatus minimize(const MinimizeOptions& options);

}  // namespace inquest::app

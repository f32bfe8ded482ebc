// One line on the terminal while evidence is read, for those who wait longer than a second.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace inquest::app {

// Writes to standard error, and only if that is a terminal. The line is erased at the end of its life.
class Progress {
 public:
  Progress();
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // So many bytes were read in all, the last of them of that file. Call as often as you like.
  void read(uint64_t bytes, const std::string& path);
  // What is going on now: "reasoning".
  void phase(std::string_view what);
  // Erases the line.
  void end();

 private:
  using Clock = std::chrono::steady_clock;
  void show(std::string_view text);

  bool enabled_;
  bool shown_ = false;
  Clock::time_point start_;
  Clock::time_point next_;  // no update before
};

}  // namespace inquest::app

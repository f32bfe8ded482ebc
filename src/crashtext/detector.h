// Every kernel crash report in a stream of text.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "crashtext/report.h"

namespace inquest::crashtext {

// Give it bytes in pieces of any size; it tells the sink of each report, in the order of their first lines. How the
// input was cut into pieces changes nothing. Time is linear in the input and memory constant, whatever the input: lines
// may be of any length (of one that is longer than 16 KiB, each 16 KiB count as a line).
//
//     Detector detector([&](Report&& report) { ... });
//     detector.feed(bytes);
//     detector.finish();
//
// Which reports are roots and which their consequences, and which events are told once with a count, says delivery.h.
// Not safe to share between threads.
class Detector {
 public:
  using Sink = std::function<void(Report&&)>;
  struct Options {
    bool stamped = false;  // fill Report::stamped, which chromeos_signature() reads
  };

  explicit Detector(Sink sink);
  Detector(Sink sink, Options options);
  ~Detector();
  Detector(Detector&&) noexcept;
  Detector& operator=(Detector&&) noexcept;

  // Room for the next bytes of the input; it is never empty. Saves a copy: read into it, then say how much came.
  std::span<char> room();
  void filled(size_t count);

  void feed(std::string_view bytes);
  // The input pauses, and somebody waits for what there is: every report of the whole lines so far is told, as if it
  // ended here. What comes later of one that was not over counts as another, and its consequence; an event that comes
  // again is told again.
  void pause();
  // The end of the input. Call once, last.
  void finish();

  // Of the input so far; whole after finish().
  uint64_t bytes() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// All reports of a text.
std::vector<Report> find_reports(std::string_view text);

}  // namespace inquest::crashtext

// Looks for crash reports among the events of one piece of evidence, whatever format they were read from.
#pragma once

#include <cstdint>
#include <deque>
#include <list>
#include <string>
#include <string_view>
#include <vector>

#include "crashtext/detector.h"
#include "model/case.h"

namespace inquest::decode {

// Each host in a stream has a log of its own: reports are found, and linked to each other, within it. Reports that were
// found are in the case after finish(), each with the events that it consists of.
class CrashWatch {
 public:
  // Of one piece of evidence; a log that holds more is somebody's joke.
  static constexpr size_t kMostCrashes = 10'000;

  explicit CrashWatch(model::Case& into) : case_(into) {}

  // A line of the kernel's, or of a console's. `caller` is PRINTK_CALLER's ("T12", "C0"), empty where it is not known.
  void line(model::EventId event, const model::Event& record, std::string_view caller, std::string_view message);
  void finish();

  // Reports beyond kMostCrashes.
  uint64_t left_out() const { return left_out_; }

 private:
  struct Line {
    uint64_t offset;  // in what the detector was fed
    model::EventId event;
  };
  struct Watch {
    Watch(CrashWatch& owner, model::StreamId of, model::StrId whose);

    model::StreamId stream;
    model::StrId host;       // 0: the stream's
    std::deque<Line> lines;  // the last kKnownLines
    uint64_t fed = 0;
    std::string pending;          // not yet fed: the detector is called for many lines at once
    std::vector<size_t> crashes;  // index in the case of each report, in the detector's order; kNone for one left out
    crashtext::Detector detector;
  };
  // More than any report has. What a report refers to beyond them is given as the oldest line that is known.
  static constexpr size_t kKnownLines = 65'536;
  static constexpr size_t kBatch = 64 << 10;
  // Streams of one file are read one after the other, or a few side by side.
  static constexpr size_t kMostWatches = 8;
  static constexpr size_t kNone = SIZE_MAX;

  Watch& watch(model::StreamId stream, model::StrId host);
  static void flush(Watch& watch);
  void add(Watch& watch, crashtext::Report&& report);

  model::Case& case_;
  std::list<Watch> watches_;  // the last used one first
  uint64_t crashes_ = 0;
  uint64_t left_out_ = 0;
};

}  // namespace inquest::decode

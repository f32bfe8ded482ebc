// The lines of one report while it is being collected.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crashtext/line.h"
#include "crashtext/pattern_set.h"
#include "crashtext/report.h"

namespace inquest::crashtext {

// Where a line lies in the input.
struct Place {
  uint64_t start = 0;
  uint64_t end = 0;
  uint64_t number = 0;  // from 1
};

// What the detector knows of a line besides its words.
struct LineSigns {
  bool starts_report = false;  // another report begins with it, and this one is over
  bool other_trace = false;    // a message with a trace of its own begins with it
};

// Collects what belongs to a report, from its first line on: the lines of the same context (task or CPU, host, log),
// without frames that the kernel itself doubts, until nothing that looks like a report has come for a while. Which
// lines these are is after syzkaller's findReport (pkg/report/linux.go, Apache-2.0); where it reads to the end of its
// file, a log of any length needs an end. Keeps 512 KiB at most.
class Excerpt {
 public:
  Excerpt(const ReadyFamily& family, const Line& line, const Place& place);

  // A line after the first. True: it was taken (by an event), or may have been (by another report). False: it is not
  // part of the report, which may be over.
  bool feed(const Line& line, const Place& place, const LineSigns& signs);
  // A line that the kernel did not print, after the first, of a report that it did: so much of feed() is left.
  void feed_foreign();
  // The line before, at `start`, is printed once more: what it was taken for counts for nothing.
  void take_back(uint64_t start);

  const ReadyFamily& family() const { return *family_; }
  bool event() const { return family_->family->event; }
  bool done() const { return done_; }
  bool kernels() const { return origin_ == Line::Origin::Kernel; }
  bool same_host(const Line& line) const { return line.host == host_; }
  bool in_context(const Line& line) const {
    return line.origin == origin_ && line.caller == caller_ && line.host == host_;
  }
  void set_panicked() { panicked_ = true; }
  void set_disconnected() { disconnected_ = true; }
  // Keeps the lines of the context as the kernel's log stamps them, too (Report::stamped). Call before the first
  // feed().
  void keep_stamped(const Line& first);
  // Of an event: lines that belong to it match this.
  void set_follow(const LazyRegex* follow) { follow_ = follow; }

  const std::string& text() const { return text_; }
  // As far as no other report begins: what the title is made of.
  std::string_view own_text() const { return std::string_view(text_).substr(0, own_end_); }
  // As far as anything looked like a report.
  std::string_view significant_text() const { return std::string_view(text_).substr(0, significant_end_); }
  // The same with the newlines back that a console lost: a stamp of the kernel's log inside of a line begins one. The
  // title is not made of it, since by syzkaller's conventions such a report is corrupted.
  std::string restored_text() const;
  // Empty unless it was asked for.
  const std::string& stamped() const { return stamped_; }
  const Range& range() const { return range_; }
  const std::string& caller() const { return caller_; }
  const std::string& host() const { return host_; }
  std::optional<double> monotonic() const { return monotonic_; }
  bool panicked() const { return panicked_; }
  bool disconnected() const { return disconnected_; }

 private:
  void append(std::string_view text, const Place& place, bool significant);
  bool feed_event(const Line& line, const Place& place);
  void stamp(const Line& line);

  const ReadyFamily* family_;
  Line::Origin origin_;
  std::string caller_;
  std::string host_;
  std::optional<double> monotonic_;
  std::string text_;
  std::string stamped_;
  bool keeps_stamped_ = false;
  size_t own_end_ = 0;
  size_t significant_end_ = 0;
  Range range_;
  std::optional<uint64_t> cut_at_;  // where another report began
  const LazyRegex* follow_ = nullptr;
  uint32_t lines_ = 0;
  uint32_t most_before_panic_;
  uint32_t own_quiet_ = 0;  // lines of its own, and lines at all, since one that looked like a report
  uint32_t all_quiet_ = 0;
  bool traced_ = false;
  bool skipping_ = false;
  bool all_cpus_ = false;
  bool panicked_ = false;
  bool disconnected_ = false;
  bool done_ = false;
};

}  // namespace inquest::crashtext

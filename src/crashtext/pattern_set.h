// The table of patterns, ready to be matched.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "crashtext/lazy_regex.h"
#include "crashtext/pattern.h"

namespace inquest::crashtext {

// A step of looking for frames; without a regex it is a whole trace.
struct ReadyStep {
  explicit ReadyStep(const Step& step) : trace(step.kind == Step::Kind::Trace), regex(step.regex) {}
  bool trace;
  LazyRegex regex;
};

struct ReadyPattern {
  explicit ReadyPattern(const Pattern& source);
  ReadyPattern(const ReadyPattern&) = delete;  // its regexes refer to its own text
  ReadyPattern& operator=(const ReadyPattern&) = delete;

  const Pattern* pattern;
  std::string skip_source;  // before what refers to it
  LazyRegex title;
  LazyRegex report;
  LazyRegex skip;
  LazyRegex follow;
  std::deque<ReadyStep> steps;
  std::deque<ReadyStep> fallback;
};

struct ReadyFamily {
  explicit ReadyFamily(const Family& source);
  ReadyFamily(const ReadyFamily&) = delete;
  ReadyFamily& operator=(const ReadyFamily&) = delete;

  // The line has the header, and none of what makes it something else.
  bool claims(std::string_view line) const;

  const Family* family;
  std::string ignore_source;  // before what refers to it
  LazyRegex ignore;           // any of the family's
  std::deque<ReadyPattern> patterns;
};

// Everything that patterns refer to, built once; safe to share between threads. Regexes are compiled as they are
// needed.
class PatternSet {
 public:
  static const PatternSet& get();

  const std::deque<ReadyFamily>& families() const { return families_; }
  // Functions that are never guilty, and those that Pick::Stall looks for.
  const LazyRegex& skip() const { return *skip_; }
  const LazyRegex& anchors() const { return *anchors_; }

 private:
  PatternSet();

  std::deque<ReadyFamily> families_;
  std::string skip_source_;
  std::string anchors_source_;
  std::deque<LazyRegex> rules_;
  const LazyRegex* skip_ = nullptr;
  const LazyRegex* anchors_ = nullptr;
};

}  // namespace inquest::crashtext

// Tries the patterns of all rules on log lines, in one pass.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "rules/knowledge_base.h"

namespace inquest::rules {

// One line of a block, without its end.
struct Line {
  uint32_t begin = 0;  // in the block
  uint32_t end = 0;
  std::string_view ident;  // who said it, as Source::admits takes it
};

struct Hit {
  uint32_t line = 0;  // index
  uint32_t rule = 0;  // index in the base's rules
  friend auto operator<=>(const Hit&, const Hit&) = default;
};

// Every pattern of a knowledge base as one automaton (two, with rules of the user's own). Immutable; safe to share
// between threads. The base must outlive it.
class Matcher {
 public:
  // The built-in rules' automaton was compiled with the program, so that this takes no time for them. Failed where a
  // pattern of the user's own is beyond what can be matched; the message names the rule.
  static Result<Matcher> of(const KnowledgeBase& base);
  // The same with nothing compiled beforehand.
  static Result<Matcher> compile(const KnowledgeBase& base);
  // The automaton of `base` for other machines of this architecture, whatever features their processors have: to be
  // given to `of` as the built-in one.
  static Result<std::string> serialised(const KnowledgeBase& base);

  ~Matcher();
  Matcher(Matcher&&) noexcept;
  Matcher& operator=(Matcher&&) noexcept;

  const KnowledgeBase& base() const { return *base_; }
  // Whether any rule listens to that program at all: lines of others need not be shown.
  bool listens_to(std::string_view ident) const;

 private:
  friend class LineScanner;
  class Automaton;
  explicit Matcher(const KnowledgeBase& base);
  // `serialised` is that of the rules that no file names; empty: nothing was compiled beforehand.
  static Result<Matcher> make(const KnowledgeBase& base, std::string_view serialised);

  const KnowledgeBase* base_;
  std::vector<std::unique_ptr<Automaton>> automata_;
};

// What one thread needs to use a matcher, which must outlive it.
class LineScanner {
 public:
  explicit LineScanner(const Matcher& matcher);
  ~LineScanner();
  LineScanner(LineScanner&&) noexcept;
  LineScanner& operator=(LineScanner&&) noexcept;

  // Which rules match which lines of the block, each pair once, in order; what was in `hits` goes. Lines lie in the
  // block in rising order, each behind a line end or at the block's beginning; a block is at most kMostBlock bytes.
  // Conditions are not asked. Of rules that match one line, those that another hides are left out, unless that
  // other one has a condition, which is not known to hold here.
  void scan(std::string_view block, std::span<const Line> lines, std::vector<Hit>& hits);
  static constexpr size_t kMostBlock = size_t{1} << 30U;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace inquest::rules

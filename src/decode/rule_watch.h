// Looks for the signs of the knowledge base among the events of one piece of evidence.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "model/case.h"
#include "rules/matcher.h"

namespace inquest::decode {

// Signs are in the case after finish(), in the order of their first lines.
class RuleWatch {
 public:
  // Of one piece of evidence; a log that shows more is somebody's joke.
  static constexpr size_t kMostSigns = 10'000;

  // `matcher` must outlive it; null: the built-in rules.
  RuleWatch(model::Case& into, const rules::Matcher* matcher);

  // Whether lines of that program are looked at: to be asked once a program. Empty: a console's, which nobody signed.
  bool listens_to(std::string_view ident) const { return matcher_->listens_to(ident); }
  // A line of a program that is listened to, without the stamps that its format or the kernel gave it.
  void line(model::EventId event, const model::Event& record, std::string_view message);
  // A kernel begins: what fires from here on in that stream and of that host is of another boot.
  void boot(const model::Event& record);
  void finish();

  // Signs beyond kMostSigns.
  uint64_t left_out() const { return left_out_; }

 private:
  static constexpr size_t kBatch = 256 << 10;  // bytes that are matched at once
  static constexpr Ns kApart = kHour;

  struct Said {
    model::EventId event;
    model::StrId ident;
    uint32_t begin;
    uint32_t end;
  };
  // The sign that the next line of the same rule, stream and host adds to.
  using Key = std::tuple<uint32_t, model::StreamId, model::StrId>;
  struct Open {
    size_t sign;
    Ns latest;
  };

  void flush();
  void add(uint32_t rule, model::EventId event);

  model::Case& case_;
  const rules::Matcher* matcher_;
  std::optional<rules::LineScanner> scanner_;  // made with the first line
  std::string pending_;
  std::vector<Said> said_;
  std::vector<rules::Line> lines_;
  std::vector<rules::Hit> hits_;
  std::map<Key, Open> open_;
  size_t signs_ = 0;
  uint64_t left_out_ = 0;
};

}  // namespace inquest::decode

// A regular expression of a rule: RE2's syntax, compiled when it is first needed.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

namespace inquest::rules {

// Matches bytes, not characters: what a crash leaves need not be UTF-8. Linear in the text whatever the expression.
// Copies share what was compiled; safe to share between threads.
class Regex {
 public:
  // An expression that is known to be one: of the built-in rules, which were checked when they were built.
  explicit Regex(std::string source);
  // Malformed with RE2's words where it is none.
  static Result<Regex> parse(std::string source);

  const std::string& source() const;
  // Whether it matches somewhere in the text.
  bool found_in(std::string_view text) const;

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace inquest::rules

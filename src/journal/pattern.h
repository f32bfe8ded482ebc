// A pattern that messages are searched for.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

namespace inquest::journal {

// A Perl-compatible regular expression on bytes, as `journalctl --grep` takes it: without an upper-case letter in it,
// case does not matter. Not thread-safe; copies may be used beside each other.
class Pattern {
 public:
  // Malformed, with what is wrong.
  static Result<Pattern> compile(const std::string& pattern);
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;
  ~Pattern();

  // Whether it matches anywhere in the text. A pattern that would need too many steps to tell does not.
  bool matches(std::string_view text);

 private:
  struct Code;
  explicit Pattern(std::unique_ptr<Code> code);
  std::unique_ptr<Code> code_;
};

}  // namespace inquest::journal

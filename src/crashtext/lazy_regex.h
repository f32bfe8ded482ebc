// A regular expression that is compiled when it is first needed: of the hundreds of patterns, a log needs a few.
#pragma once

#include <memory>
#include <mutex>
#include <string_view>

#include <re2/re2.h>

namespace inquest::crashtext {

// RE2, so that no input makes matching slower than linear. Lives as long as the text of its source; safe to share
// between threads.
class LazyRegex {
 public:
  explicit LazyRegex(std::string_view source) : source_(source) {}

  bool given() const { return !source_.empty(); }
  const re2::RE2& get() const {
    std::call_once(once_, [this] {
      re2::RE2::Options options;
      options.set_encoding(re2::RE2::Options::EncodingLatin1);  // bytes: what a crash leaves need not be UTF-8
      options.set_log_errors(false);
      regex_ = std::make_unique<re2::RE2>(re2::StringPiece(source_.data(), source_.size()), options);
    });
    return *regex_;
  }
  bool found_in(std::string_view text) const {
    return given() && re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), get());
  }

 private:
  std::string_view source_;
  mutable std::once_flag once_;
  mutable std::unique_ptr<re2::RE2> regex_;
};

}  // namespace inquest::crashtext

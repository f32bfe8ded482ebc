#include "rules/regex.h"

#include <mutex>
#include <utility>

#include <fmt/format.h>
#include <re2/re2.h>

namespace inquest::rules {

struct Regex::Shared {
  explicit Shared(std::string text) : source(std::move(text)) {}

  const re2::RE2& get() {
    std::call_once(once, [this] {
      re2::RE2::Options options;
      options.set_encoding(re2::RE2::Options::EncodingLatin1);
      options.set_log_errors(false);
      compiled = std::make_unique<re2::RE2>(source, options);
    });
    return *compiled;
  }

  std::string source;
  std::once_flag once;
  std::unique_ptr<re2::RE2> compiled;
};

Regex::Regex(std::string source) : shared_(std::make_shared<Shared>(std::move(source))) {}

Result<Regex> Regex::parse(std::string source) {
  Regex regex(std::move(source));
  const re2::RE2& compiled = regex.shared_->get();
  if (!compiled.ok()) return fail(ErrorCode::Malformed, fmt::format("{}: {}", regex.source(), compiled.error()));
  return regex;
}

const std::string& Regex::source() const { return shared_->source; }

bool Regex::found_in(std::string_view text) const {
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), shared_->get());
}

}  // namespace inquest::rules

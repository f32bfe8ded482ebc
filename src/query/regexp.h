// Regular expressions of a query: RE2's syntax, which is Go's, and so Flux's; linear in hostile input.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "query/shared.h"

namespace inquest::query {

class Regexp final : public Shared {
 public:
  // Malformed, with what is wrong in it; Limit where it is too large when compiled.
  static Result<Ref<Regexp>> compile(std::string_view source);
  ~Regexp() override;

  std::string_view source() const { return source_; }
  bool matches(std::string_view text) const;  // anywhere in it
  // Where the first match begins and ends.
  std::optional<std::pair<size_t, size_t>> find(std::string_view text) const;
  // The first match and its groups; empty without one.
  std::vector<std::string_view> groups(std::string_view text) const;
  // Every match replaced; "$1", "${1}" and "${name}" in the replacement stand for groups, "$$" for a dollar.
  std::string replace_all(std::string_view text, std::string_view replacement) const;
  // The pieces between matches: as Go's Regexp.Split, at most `most` of them where that is not negative.
  std::vector<std::string_view> split(std::string_view text, int64_t most) const;
  // The text with what means something in an expression escaped.
  static std::string quote(std::string_view text);

 private:
  struct Compiled;
  Regexp(std::string source, std::unique_ptr<Compiled> compiled);

  std::string source_;
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace inquest::query

// Regular expressions of this module: RE2 in UTF-8, without case, linear in hostile input.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace inquest::review {

// What a group matched, and where in the text.
struct Group {
  std::string_view text;  // a view into the searched text
  size_t at = std::string_view::npos;
  explicit operator bool() const { return at != std::string_view::npos; }
};

// Compiled at its first use; safe to share between threads. The source lives as long as the object.
class Regex {
 public:
  explicit Regex(std::string_view source);
  ~Regex();
  Regex(const Regex&) = delete;
  Regex& operator=(const Regex&) = delete;

  bool found_in(std::string_view text) const;
  // The whole match is group 0. Empty without a match.
  std::vector<Group> find(std::string_view text, size_t from = 0) const;
  std::vector<std::vector<Group>> find_all(std::string_view text, size_t most = 1000) const;
  // What is wrong with the expression; empty where it is sound.
  std::string fault() const;

 private:
  struct Compiled;
  const Compiled& compiled() const;

  std::string source_;
  mutable std::once_flag once_;
  mutable std::unique_ptr<Compiled> compiled_;
};

}  // namespace inquest::review

#include "review/regex.h"

#include <re2/re2.h>

namespace inquest::review {

struct Regex::Compiled {
  Compiled(const std::string& source, const re2::RE2::Options& options) : regex(source, options) {}
  re2::RE2 regex;
};

Regex::Regex(std::string_view source) : source_(source) {}
Regex::~Regex() = default;

const Regex::Compiled& Regex::compiled() const {
  std::call_once(once_, [this] {
    re2::RE2::Options options;
    options.set_case_sensitive(false);
    options.set_log_errors(false);
    compiled_ = std::make_unique<Compiled>(source_, options);
  });
  return *compiled_;
}

std::string Regex::fault() const {
  const re2::RE2& regex = compiled().regex;
  return regex.ok() ? std::string() : regex.error();
}

bool Regex::found_in(std::string_view text) const {
  const re2::RE2& regex = compiled().regex;
  return regex.ok() && regex.Match({text.data(), text.size()}, 0, text.size(), re2::RE2::UNANCHORED, nullptr, 0);
}

std::vector<Group> Regex::find(std::string_view text, size_t from) const {
  const re2::RE2& regex = compiled().regex;
  if (!regex.ok() || from > text.size()) return {};
  std::vector<re2::StringPiece> parts(static_cast<size_t>(regex.NumberOfCapturingGroups()) + 1);
  if (!regex.Match({text.data(), text.size()}, from, text.size(), re2::RE2::UNANCHORED, parts.data(),
                   static_cast<int>(parts.size()))) {
    return {};
  }
  std::vector<Group> groups(parts.size());
  for (size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].data() == nullptr) continue;
    groups[i].at = static_cast<size_t>(parts[i].data() - text.data());
    groups[i].text = text.substr(groups[i].at, parts[i].size());
  }
  return groups;
}

std::vector<std::vector<Group>> Regex::find_all(std::string_view text, size_t most) const {
  std::vector<std::vector<Group>> all;
  size_t from = 0;
  while (all.size() < most) {
    auto groups = find(text, from);
    if (groups.empty()) break;
    from = groups[0].at + std::max<size_t>(groups[0].text.size(), 1);
    all.push_back(std::move(groups));
  }
  return all;
}

}  // namespace inquest::review

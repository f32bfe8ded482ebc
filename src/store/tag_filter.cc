#include "store/tag_filter.h"

#include <algorithm>

#include <fmt/format.h>
#include <re2/re2.h>

namespace inquest::store {
namespace {

// Not empty, and nothing in it that line protocol escapes.
bool is_plain(std::string_view text) {
  return !text.empty() && text.find_first_of(", =\\\n") == std::string_view::npos;
}

}  // namespace

Result<std::shared_ptr<TagFilter>> TagFilter::compile(const Selection& selection) {
  auto out = std::make_shared<TagFilter>();
  for (const TagMatch& match : selection.tags) {
    Test test = {.match = match, .pattern = nullptr, .needle = {}};
    if (match.kind == TagMatch::Kind::Equal && match.key != "_measurement" && is_plain(match.key) &&
        is_plain(match.value)) {
      test.needle = fmt::format(",{}={}", match.key, match.value);
    }
    if (match.kind == TagMatch::Kind::Regex || match.kind == TagMatch::Kind::NotRegex) {
      re2::RE2::Options options;
      options.set_log_errors(false);
      auto pattern = std::make_shared<re2::RE2>(match.value, options);
      if (!pattern->ok()) {
        return fail(ErrorCode::Malformed, fmt::format("regular expression \"{}\": {}", match.value, pattern->error()));
      }
      test.pattern = std::move(pattern);
    }
    out->tests_.push_back(std::move(test));
  }
  return out;
}

bool TagFilter::may_match(std::string_view head) const {
  return std::ranges::all_of(tests_,
                             [&](const Test& test) { return head.find(test.needle) != std::string_view::npos; });
}

bool TagFilter::matches(const SeriesKey& key) const {
  for (const auto& [match, pattern, needle] : tests_) {
    const std::string_view value = match.key == "_measurement" ? std::string_view(key.measurement) : key.tag(match.key);
    bool good = false;
    switch (match.kind) {
      case TagMatch::Kind::Equal: good = value == match.value; break;
      case TagMatch::Kind::NotEqual: good = value != match.value; break;
      case TagMatch::Kind::Regex: good = re2::RE2::PartialMatch(value, *pattern); break;
      case TagMatch::Kind::NotRegex: good = !re2::RE2::PartialMatch(value, *pattern); break;
    }
    if (!good) return false;
  }
  return true;
}

}  // namespace inquest::store

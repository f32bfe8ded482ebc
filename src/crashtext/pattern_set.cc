#include "crashtext/pattern_set.h"

#include <algorithm>
#include <span>

namespace inquest::crashtext {
namespace {

// One expression that matches where any of them does.
std::string any_of(std::span<const std::string_view> regexes) {
  std::string out;
  for (const std::string_view regex : regexes) {
    if (!out.empty()) out += '|';
    out += regex;
  }
  return out;
}

}  // namespace

ReadyPattern::ReadyPattern(const Pattern& source)
    : pattern(&source),
      skip_source(any_of(source.skip)),
      title(source.title),
      report(source.report),
      skip(skip_source),
      follow(source.follow) {
  for (const Step& step : source.steps) steps.emplace_back(step);
  for (const Step& step : source.fallback) fallback.emplace_back(step);
}

ReadyFamily::ReadyFamily(const Family& source)
    : family(&source), ignore_source(any_of(source.ignore)), ignore(ignore_source) {
  for (const Pattern& pattern : source.patterns) patterns.emplace_back(pattern);
}

bool ReadyFamily::claims(std::string_view line) const {
  if (line.find(family->header) == std::string_view::npos) return false;
  return !ignore.found_in(line);
}

const PatternSet& PatternSet::get() {
  static const PatternSet set;
  return set;
}

PatternSet::PatternSet() {
  for (const Family& family : inquest::crashtext::families()) families_.emplace_back(family);
  skip_source_ = any_of(frame_rules().skip);
  anchors_source_ = any_of(frame_rules().anchors);
  skip_ = &rules_.emplace_back(skip_source_);
  anchors_ = &rules_.emplace_back(anchors_source_);
}

}  // namespace inquest::crashtext

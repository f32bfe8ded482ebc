#include "journal/match.h"

#include <algorithm>
#include <array>

#include "journal/layout.h"

namespace inquest::journal {
namespace {

std::string_view field_of(std::string_view value) { return value.substr(0, value.find('=') + 1); }

}  // namespace

bool Match::add(std::string_view value) {
  const size_t equals = value.find('=');
  if (equals == std::string_view::npos || !field_name(value.substr(0, equals))) return false;
  if (next_restriction_) restrictions_.emplace_back();
  if (next_restriction_ || next_alternative_) restrictions_.back().alternatives.emplace_back();
  next_restriction_ = false;
  next_alternative_ = false;

  auto known = std::ranges::find(values_, value);
  if (known == values_.end()) known = values_.emplace(values_.end(), value);
  const auto number = static_cast<uint32_t>(known - values_.begin());
  for (Term& term : restrictions_.back().alternatives.back().terms) {
    if (field_of(values_[term.values.front()]) != field_of(value)) continue;
    if (std::ranges::find(term.values, number) == term.values.end()) term.values.push_back(number);
    return true;
  }
  restrictions_.back().alternatives.back().terms.push_back({{number}});
  return true;
}

void Match::disjunction() { next_alternative_ = true; }

void Match::conjunction() { next_restriction_ = true; }

bool Match::accepts(const std::vector<bool>& has) const {
  return std::ranges::all_of(restrictions_, [&](const Restriction& restriction) {
    return std::ranges::any_of(restriction.alternatives, [&](const Alternative& alternative) {
      return std::ranges::all_of(alternative.terms, [&](const Term& term) {
        return std::ranges::any_of(term.values, [&](uint32_t value) { return has[value]; });
      });
    });
  });
}

// add_matches_for_unit() of systemd's src/shared/logs-show.c.
void add_unit(Match& match, const std::string& unit) {
  match.add("_SYSTEMD_UNIT=" + unit);
  match.disjunction();
  match.add("MESSAGE_ID=fc2e22bc6ee647b6b90729ab34a250b1");  // a coredump
  match.add("_UID=0");
  match.add("COREDUMP_UNIT=" + unit);
  match.disjunction();
  match.add("_PID=1");
  match.add("UNIT=" + unit);
  match.disjunction();
  match.add("_UID=0");
  match.add("OBJECT_SYSTEMD_UNIT=" + unit);
  if (unit.ends_with(".slice")) {
    match.disjunction();
    match.add("_SYSTEMD_SLICE=" + unit);
  }
  match.disjunction();
}

int level_number(std::string_view name) {
  static constexpr std::array<std::string_view, 8> kNames = {"emerg",   "alert",  "crit", "err",
                                                             "warning", "notice", "info", "debug"};
  if (name.size() == 1 && name[0] >= '0' && name[0] <= '7') return name[0] - '0';
  const auto found = std::ranges::find(kNames, name);
  return found == kNames.end() ? -1 : static_cast<int>(found - kNames.begin());
}

}  // namespace inquest::journal

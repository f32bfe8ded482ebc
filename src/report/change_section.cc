// The change ledger: what was changed before the death.
#include <algorithm>

#include <fmt/format.h>

#include "report/sections.h"
#include "report/words.h"

namespace inquest::report {
namespace {

constexpr size_t kMostChanges = 15;  // without --all

}  // namespace

void add_changes(Draft& draft, const model::Incident& incident) {
  if (incident.changes.empty()) return;
  add_heading(draft, 2, "Changes before the death");
  const auto& end = incident.death.before ? incident.death.before : incident.death.after;
  const size_t count = draft.options.all ? incident.changes.size() : std::min(kMostChanges, incident.changes.size());
  List list;
  for (size_t i = 0; i < count; ++i) {
    const model::Change& change = incident.changes[i];
    std::string when = "at a time that is not known";
    if (change.time) {
      when = format_utc({change.time->middle(), change.time->precision});
      if (end && end->ns >= change.time->middle())
        when = fmt::format("{} before, {}", age_text(end->ns - change.time->middle(), change.time->precision), when);
    }
    Text text;
    text.add(when, Style::Strong).add(fmt::format(", {}: ", change.source), Style::Faint);
    text.add(draft.citations.state(change.text, change.cites));
    if (change.inferred) text.add(" (a difference between two boots)", Style::Faint);
    if (change.since_good) text.add(" (since the last boot that ended in order began)", Style::Faint);
    list.items.push_back({{}, {std::move(text)}, {}});
  }
  draft.document.emplace_back(std::move(list));
  if (count < incident.changes.size())
    add_paragraph(draft, Text(fmt::format("And {} earlier ones; --all lists them.", incident.changes.size() - count),
                              Style::Faint));
}

}  // namespace inquest::report

// One death: what happened, how that is known, what is not known, what to do.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "report/sections.h"
#include "report/words.h"

namespace inquest::report {
namespace {

using model::Incident;

constexpr size_t kMostEntries = 20;  // of a timeline in which nothing is marked as telling, without --all

Item labelled(std::string_view label, Text text) { return {Text(label, Style::Strong), {std::move(text)}, {}}; }

std::string culprit_text(const model::Culprit& culprit) {
  std::string out = culprit.function;
  if (!culprit.module.empty()) out += out.empty() ? culprit.module : fmt::format(" [{}]", culprit.module);
  if (!culprit.subsystem.empty()) out += out.empty() ? culprit.subsystem : fmt::format(", {}", culprit.subsystem);
  return out.empty() ? "not known" : out;
}

void add_window(List& list, Draft& draft, std::string_view label, const Interval& window, std::string_view how,
                std::span<const model::Citation> cites) {
  Item item = labelled(label, Text(window_text(window), Style::Strong));
  if (how.empty()) {
    item.paragraphs.back().add(draft.citations.refer(cites));
  } else {
    item.paragraphs.push_back(draft.citations.state(how, cites));
  }
  list.items.push_back(std::move(item));
}

void add_summary(Draft& draft, const Incident& incident) {
  add_heading(draft, 1,
              incident.title.empty() ? fmt::format("{}: {}", incident.host, incident.incident_class) : incident.title);
  List verdict;
  for (const model::Statement& statement : incident.verdict) {
    verdict.items.push_back({{}, {draft.citations.state(statement)}, {}});
  }
  if (!verdict.items.empty()) draft.document.emplace_back(std::move(verdict));

  List facts{List::Kind::Labelled, {}};
  if (!incident.host.empty()) facts.items.push_back(labelled("Host", Text(incident.host)));
  facts.items.push_back(labelled("Class", Text(incident.incident_class)));
  add_window(facts, draft, incident.survived ? "When" : "Death", incident.death, incident.death_text,
             incident.death_cites);
  if (!incident.survived) add_window(facts, draft, "Reset", incident.reset, incident.reset_text, incident.reset_cites);
  facts.items.push_back(labelled("Culprit", Text(culprit_text(incident.culprit))));
  if (!incident.signature.empty()) facts.items.push_back(labelled("Signature", Text(incident.signature)));
  draft.document.emplace_back(std::move(facts));
  add_statements(draft, fmt::format("Why {}", incident.incident_class), incident.class_reasons);
}

// What is the cause and what merely shows it: several symptoms of one cause are told as that.
void add_roles(Draft& draft, const Incident& incident) {
  const auto symptoms = std::ranges::count(incident.roles, std::string_view("symptom"), &model::Role::role);
  if (incident.roles.empty() || static_cast<size_t>(symptoms) == incident.roles.size()) return;
  add_heading(draft, 2, "Cause, trigger, symptoms");
  List list{List::Kind::Labelled, {}};
  for (const auto& [role, label] :
       {std::pair("root-cause", "Cause"), {"trigger", "Trigger"}, {"symptom", "Symptoms"}}) {
    Item item;
    item.label = Text(label);
    for (const model::Role& one : incident.roles) {
      if (one.role == role) item.paragraphs.push_back(draft.citations.state(one.text, one.cites));
    }
    if (!item.paragraphs.empty()) list.items.push_back(std::move(item));
  }
  draft.document.emplace_back(std::move(list));
}

// Without --all, explanations that nothing speaks for are told in one line.
bool worth_showing(const model::Hypothesis& one, bool all) {
  return all || one.status != "unlikely" || !one.speaks_for.empty();
}

constexpr double kNegligible = 0.005;  // shown as 0.00: counted, not named

constexpr size_t kMostSides = 5;  // of what speaks for an explanation, against it, or is missing, without --all

void add_side(Item& item, Draft& draft, std::string_view label, const std::vector<model::Statement>& statements) {
  size_t shown = 0;
  for (const model::Statement& statement : statements) {
    if (!draft.options.all && ++shown > kMostSides) break;
    item.paragraphs.push_back(Text(label, Style::Faint).add(draft.citations.state(statement)));
  }
}

void add_hypotheses(Draft& draft, const Incident& incident) {
  if (incident.hypotheses.empty()) return;
  add_heading(draft, 2, "Explanations");
  List list{List::Kind::Labelled, {}};
  List excluded;
  std::string rest;
  size_t negligible = 0;
  for (const model::Hypothesis& one : incident.hypotheses) {
    if (one.status == "ruled-out") {
      Item item;
      item.paragraphs.push_back(Text(one.title, Style::Strong).add("."));
      // What contradicts it comes first; what merely weighs against it is the sum's business.
      if (!one.against.empty()) item.paragraphs.back().add(" ").add(draft.citations.state(one.against.front()));
      excluded.items.push_back(std::move(item));
      continue;
    }
    if (!worth_showing(one, draft.options.all)) {
      if (one.probability < kNegligible) {
        ++negligible;
        continue;
      }
      rest += fmt::format("{}{} ({:.2f})", rest.empty() ? "" : "; ", one.title, one.probability);
      continue;
    }
    Item item;
    item.label = Text(fmt::format("{:.2f}", one.probability), Style::Strong);
    item.paragraphs.push_back(Text(one.title, Style::Strong).add(fmt::format(" ({})", one.status)));
    if (!one.explain.empty()) item.paragraphs.emplace_back(one.explain);
    add_side(item, draft, "for: ", one.speaks_for);
    add_side(item, draft, "against: ", one.against);
    add_side(item, draft, "missing: ", one.missing);
    list.items.push_back(std::move(item));
  }
  if (!list.items.empty()) draft.document.emplace_back(std::move(list));
  if (negligible > 0)
    rest += fmt::format("{}{} of less than 0.01", rest.empty() ? "" : "; and ", counted(negligible, "other"));
  if (!rest.empty())
    add_paragraph(draft, Text("Less likely, with nothing that speaks for them: " + rest + ".", Style::Faint));
  if (excluded.items.empty()) return;
  add_heading(draft, 2, "Ruled out");
  draft.document.emplace_back(std::move(excluded));
}

void add_mitigations(Draft& draft, const Incident& incident) {
  if (incident.mitigations.empty() && !incident.clean_run) return;
  add_heading(draft, 2, "Remedies, and when it is mended");
  List list;
  for (const model::Mitigation& one : incident.mitigations) {
    Text text(one.text, Style::Code);
    if (one.hides) text.add(" hides evidence", Style::Bad);
    list.items.push_back({{}, {text.add(": ").add(draft.citations.state(one.judgement, one.cites))}, {}});
  }
  if (incident.clean_run)
    list.items.push_back({{}, {draft.citations.state(incident.clean_run->text, incident.clean_run->cites)}, {}});
  draft.document.emplace_back(std::move(list));
}

// Witnesses under the path that they share, paths in the order of their first witness.
void add_witnesses(Draft& draft, const Incident& incident) {
  if (incident.witnesses.empty()) return;
  add_heading(draft, 2, "Witnesses");
  std::vector<std::pair<std::string, std::vector<const model::Witness*>>> paths;
  for (const model::Witness& witness : incident.witnesses) {
    const auto known = std::ranges::find(paths, witness.path, [](const auto& path) { return path.first; });
    if (known == paths.end()) {
      paths.push_back({witness.path, {&witness}});
    } else {
      known->second.push_back(&witness);
    }
  }
  Table table;
  table.columns = {{.title = "Witness", .flexible = true}, {.title = "Last sign of life"}, {.title = "Silent by"}};
  table.notes_title = "How";
  for (const auto& [path, witnesses] : paths) {
    Text name(path.empty() ? "path not known" : path, Style::Strong);
    if (witnesses.size() > 1)
      name.add(fmt::format(" ({} witnesses: they fail together and count once)", witnesses.size()), Style::Faint);
    table.rows.push_back({{std::move(name)}, {}});
    for (const model::Witness* witness : witnesses) {
      Row row;
      row.cells = {Text(witness->name), Text(bound_text(witness->window.after)),
                   Text(bound_text(witness->window.before))};
      row.notes.push_back(draft.citations.state(witness->text, witness->cites));
      table.rows.push_back(std::move(row));
    }
  }
  draft.document.emplace_back(std::move(table));
}

std::vector<const model::TimelineEntry*> pick_entries(const Incident& incident, bool all) {
  std::vector<const model::TimelineEntry*> picked;
  for (const model::TimelineEntry& entry : incident.timeline) {
    if (all || entry.key) picked.push_back(&entry);
  }
  if (picked.empty()) {
    const size_t first = incident.timeline.size() - std::min(incident.timeline.size(), kMostEntries);
    for (size_t i = first; i < incident.timeline.size(); ++i) picked.push_back(&incident.timeline[i]);
  }
  return picked;
}

void add_timeline(Draft& draft, const Incident& incident) {
  if (incident.timeline.empty()) return;
  add_heading(draft, 2, "Timeline (UTC)");
  const auto entries = pick_entries(incident, draft.options.all);
  Table table;
  table.columns = {{.title = "Time"}, {.title = "Source"}, {.title = "What", .flexible = true}};
  // What has no time but a place between others stays there; at the end it has none, and is set apart.
  size_t placed = entries.size();
  while (placed > 0 && !entries[placed - 1]->time) --placed;
  std::string day;
  for (size_t i = 0; i < entries.size(); ++i) {
    const model::TimelineEntry* entry = entries[i];
    std::string its_day = day;
    std::string clock = "?";
    if (entry->time) {
      its_day = day_text(*entry->time);
      clock = clock_text(*entry->time);
    } else if (i >= placed) {
      its_day = "time not known";
      clock.clear();
    }
    if (its_day != day) table.rows.push_back({{Text(its_day, Style::Strong)}, {}});
    day = its_day;
    Text what(entry->text, entry->inferred ? Style::Faint : Style::Plain);
    if (entry->inferred) what.add(" (computed, not recorded)", Style::Faint);
    what.add(draft.citations.refer(std::span(&entry->cite, 1)));
    table.rows.push_back({{Text(clock), Text(entry->source), std::move(what)}, {}});
  }
  draft.document.emplace_back(std::move(table));
  if (entries.size() < incident.timeline.size()) {
    add_paragraph(draft, Text(fmt::format("These are {} of {} entries; --all shows every one.", grouped(entries.size()),
                                          grouped(incident.timeline.size())),
                              Style::Faint));
  }
}

struct NormalityWords {
  std::string_view words;
  Style style;
};

NormalityWords words_of(model::Normality normality) {
  switch (normality) {
    case model::Normality::Normal: return {"normal", Style::Good};
    case model::Normality::Anomalous: return {"anomalous", Style::Bad};
    case model::Normality::TooFewSamples: return {"too few samples", Style::Warning};
    case model::Normality::NoFigures: return {"no figures", Style::Warning};
  }
  return {"no figures", Style::Warning};
}

void add_baselines(Draft& draft, const Incident& incident) {
  if (incident.baselines.empty()) return;
  add_heading(draft, 2, "Before the death, against its own past");
  const auto blank = [](const model::Baseline& one) {
    return one.verdict == model::Normality::NoFigures && one.cites.empty();
  };
  if (std::ranges::all_of(incident.baselines, blank)) {
    std::string subsystems;
    for (const model::Baseline& one : incident.baselines)
      subsystems += (subsystems.empty() ? "" : ", ") + one.subsystem;
    add_paragraph(draft, Text(fmt::format("No figures of the host are in the evidence ({}).", subsystems)));
    return;
  }
  Table table;
  table.columns = {{.title = "Subsystem"}, {.title = "Verdict"}, {.title = "Why", .flexible = true}};
  table.notes_title = "Figures";
  for (const model::Baseline& baseline : incident.baselines) {
    const auto [words, style] = words_of(baseline.verdict);
    Text why;
    if (!baseline.series.empty()) why.add(baseline.series, Style::Faint).add(": ", Style::Faint);
    why.add(draft.citations.state(baseline.text, baseline.cites));
    Row row;
    row.cells = {Text(baseline.subsystem), Text(words, style), std::move(why)};
    if (draft.options.all && baseline.samples > 0) {
      row.notes.emplace_back(fmt::format("median {:.6g}, spread {:.4g} over {}; at the end median {:.6g} over {}",
                                         baseline.median, baseline.spread, counted(baseline.samples, "sample"),
                                         baseline.tail_median, counted(baseline.tail_samples, "sample")),
                             Style::Faint);
    }
    table.rows.push_back(std::move(row));
  }
  draft.document.emplace_back(std::move(table));
}

void add_contradictions(Draft& draft, const Incident& incident) {
  if (incident.contradictions.empty()) return;
  add_heading(draft, 2, "Contradictions");
  List list;
  for (const model::Contradiction& contradiction : incident.contradictions) {
    list.items.push_back({{}, {draft.citations.state(contradiction.text, contradiction.cites)}, {}});
  }
  draft.document.emplace_back(std::move(list));
}

void add_blind_spots(Draft& draft, const Incident& incident) {
  if (incident.blind_spots.empty()) return;
  add_heading(draft, 2, "Blind spots: what was not watching");
  List list;
  for (const model::BlindSpot& spot : incident.blind_spots) {
    Item item;
    item.paragraphs.push_back(draft.citations.state(spot.text, spot.cites));
    const auto step = std::ranges::find(incident.actions, spot.close, &model::Action::text);
    if (step != incident.actions.end()) {
      const auto number = step - incident.actions.begin() + 1;
      item.paragraphs.emplace_back(fmt::format("To close it: step {} below.", number), Style::Faint);
    } else if (!spot.close.empty()) {
      item.paragraphs.push_back(Text("To close it: ", Style::Faint).add(spot.close));
    }
    list.items.push_back(std::move(item));
  }
  draft.document.emplace_back(std::move(list));
}

void add_actions(Draft& draft, const Incident& incident) {
  if (incident.actions.empty()) return;
  add_heading(draft, 2, "Next steps");
  List list{List::Kind::Numbered, {}};
  for (const model::Action& action : incident.actions) list.items.push_back({{}, {Text(action.text)}, action.command});
  draft.document.emplace_back(std::move(list));
}

}  // namespace

void add_incident(Draft& draft, const model::Case& the_case, const Incident& incident, const model::Host* host) {
  add_summary(draft, incident);
  add_crashes(draft, incident.crashes);
  add_roles(draft, incident);
  add_hypotheses(draft, incident);
  add_figures(draft, the_case, incident);
  add_witnesses(draft, incident);
  add_timeline(draft, incident);
  add_baselines(draft, incident);
  add_changes(draft, incident);
  add_mitigations(draft, incident);
  add_gaps(draft, incident.gaps);
  add_contradictions(draft, incident);
  if (host != nullptr) add_boots(draft, *host);
  add_blind_spots(draft, incident);
  add_actions(draft, incident);
}

}  // namespace inquest::report

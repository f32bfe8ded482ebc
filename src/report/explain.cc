#include "report/explain.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "report/sections.h"

namespace inquest::report {
namespace {

double weight(const model::Hypothesis& one) {
  double sum = 0;
  for (const model::Contribution& term : one.sum) sum += term.log_odds;
  return one.base * std::exp(sum);
}

void add_sum(Draft& draft, const model::Incident& incident, const model::Hypothesis& one) {
  add_heading(draft, 1, fmt::format("{}: {}", incident.title, one.title));
  if (!one.explain.empty()) add_paragraph(draft, Text(one.explain));
  Table table;
  table.columns = {{.title = "Log-odds", .right = true}, {.title = "Why", .flexible = true}};
  table.rows.push_back({{Text(fmt::format("{:.4f}", std::log(one.base))),
                         Text(fmt::format("base rate {:.2f} among deaths of the class {}: {} ({})", one.base,
                                          incident.incident_class, one.base_reason, one.base_source))},
                        {}});
  double sum = std::log(one.base);
  for (const model::Contribution& term : one.sum) {
    sum += term.log_odds;
    Text why = draft.citations.state(term.text, term.cites);
    if (!term.rule.empty()) why.add(fmt::format(" (rule {})", term.rule), Style::Faint);
    if (term.log_odds == 0) why.add(" Counted already, with what depends on it.", Style::Faint);
    table.rows.push_back({{Text(fmt::format("{:+.4f}", term.log_odds)), std::move(why)}, {}});
  }
  table.rows.push_back({{Text(fmt::format("{:.4f}", sum), Style::Strong), Text("in all", Style::Strong)}, {}});
  draft.document.emplace_back(std::move(table));

  double total = 0;
  for (const model::Hypothesis& other : incident.hypotheses) {
    if (other.status != "ruled-out") total += weight(other);
  }
  if (one.status == "ruled-out") {
    Text text("Ruled out, whatever the sum says", Style::Strong);
    for (const model::Statement& statement : one.against) text.add(" ").add(draft.citations.state(statement));
    add_paragraph(draft, std::move(text));
  } else {
    add_paragraph(draft,
                  Text(fmt::format("Its weight is exp({:.4f}) = {:.4f}; the weights of all explanations that are "
                                   "not ruled out add up to {:.4f}; its share of them is {:.2f}: {}.",
                                   sum, weight(one), total, one.probability, one.status)));
  }
  add_statements(draft, "Missing", one.missing);
}

}  // namespace

std::optional<Document> explain(const model::Case& the_case, const model::Inquiry& inquiry, std::string_view id) {
  Draft draft{{}, Citations(the_case), {.all = true}};
  for (const model::Incident& incident : inquiry.incidents) {
    const auto one = std::ranges::find(incident.hypotheses, id, &model::Hypothesis::id);
    if (one != incident.hypotheses.end()) add_sum(draft, incident, *one);
  }
  if (draft.document.empty()) return std::nullopt;
  if (!draft.citations.empty()) {
    add_heading(draft, 2, "Citations");
    draft.document.emplace_back(draft.citations.list());
  }
  return std::move(draft.document);
}

std::vector<std::string> explainable(const model::Inquiry& inquiry) {
  std::vector<std::string> out;
  for (const model::Incident& incident : inquiry.incidents) {
    for (const model::Hypothesis& one : incident.hypotheses) {
      if (std::ranges::find(out, one.id) == out.end()) out.push_back(one.id);
    }
  }
  return out;
}

}  // namespace inquest::report

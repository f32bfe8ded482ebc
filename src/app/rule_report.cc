#include "app/rule_report.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::app {
namespace {

using report::Style;
using report::Text;

void add_list(report::Document& out, std::string_view title, std::vector<report::Item> items) {
  if (items.empty()) return;
  out.emplace_back(report::Heading{2, std::string(title)});
  out.emplace_back(report::List{report::List::Kind::Bulleted, std::move(items)});
}

std::vector<report::Item> texts(const std::vector<std::string>& lines, Style style = Style::Plain) {
  std::vector<report::Item> out;
  for (const std::string& line : lines) out.push_back({{}, {Text(line, style)}, {}});
  return out;
}

std::vector<report::Item> terms(const std::vector<rules::Term>& of) {
  std::vector<report::Item> out;
  for (const rules::Term& term : of) out.push_back({{}, {Text(term.text(), Style::Code)}, {}});
  return out;
}

std::vector<report::Item> effects(const std::vector<rules::Effect>& of) {
  std::vector<report::Item> out;
  for (const rules::Effect& effect : of) {
    Text text(effect.hypothesis, Style::Strong);
    text.add(fmt::format(", {} ({}:1): {} ", rules::to_string(effect.strength),
                         rules::likelihood_ratio(effect.strength), effect.because));
    text.add(fmt::format("({})", effect.source), Style::Faint);
    out.push_back({{}, {std::move(text)}, {}});
  }
  return out;
}

std::vector<report::Item> actions(const std::vector<rules::Action>& of) {
  std::vector<report::Item> out;
  for (const rules::Action& action : of) {
    out.push_back(
        {{}, {Text(action.on.empty() ? action.text : fmt::format("{} ({})", action.text, action.on))}, action.command});
  }
  return out;
}

std::vector<report::Item> cases(const rules::Rule& rule, bool fires) {
  std::vector<report::Item> out;
  for (const rules::Case& one : rule.cases) {
    if (one.fires != fires) continue;
    report::Item item;
    for (const std::string_view line : lines(one.text)) item.paragraphs.emplace_back(line, Style::Code);
    for (const rules::Term& term : one.known) item.paragraphs.emplace_back(term.text(), Style::Code);
    out.push_back(std::move(item));
  }
  return out;
}

}  // namespace

report::Document describe(const rules::Rule& rule) {
  report::Document out;
  out.emplace_back(report::Heading{1, rule.title});
  Text head(rule.id, Style::Strong);
  head.add(fmt::format(": {}, of {}; shown by {}", rules::to_string(rule.severity), rule.class_name,
                       fmt::join(rule.needs, ", ")));
  if (!rule.file.empty()) head.add(fmt::format("; from {}", rule.file));
  out.emplace_back(report::Paragraph{std::move(head)});
  out.emplace_back(report::Paragraph{Text(rule.explain)});

  std::vector<std::string> patterns;
  for (const rules::Regex& regex : rule.match) patterns.push_back(regex.source());
  if (!patterns.empty())
    add_list(out, fmt::format("Fires on lines ({}) with", rule.source.text()), texts(patterns, Style::Code));
  add_list(out, rule.match.empty() ? "Fires where all of this holds" : "Where all of this holds",
           terms(rule.condition.all));
  add_list(out, "Where one of this holds", terms(rule.condition.any));
  add_list(out, "Where none of this holds", terms(rule.condition.none));
  add_list(out, "Hides", texts(rule.hides, Style::Code));
  add_list(out, "Causes, the likeliest first", texts(rule.causes));
  add_list(out, "Confirmed by", texts(rule.confirm));
  add_list(out, "Refuted by", texts(rule.refute));
  add_list(out, "Speaks for", effects(rule.supports));
  add_list(out, "Speaks against", effects(rule.opposes));
  add_list(out, "What to do", actions(rule.actions));
  add_list(out, "Fires on, for example", cases(rule, true));
  add_list(out, "Stays silent on", cases(rule, false));
  std::vector<std::string> sources = rule.references;
  sources.insert(sources.end(), rule.verified.begin(), rule.verified.end());
  add_list(out, "Sources", texts(sources));
  return out;
}

report::Document list_rules(const rules::KnowledgeBase& base, std::span<const std::string> words) {
  report::Table table{{{"Rule"}, {"Severity"}, {"Says", false, true}}, {}, {}};
  for (const rules::Rule& rule : base.rules()) {
    const auto has = [&](const std::string& word) {
      return contains_nocase(rule.id, word) || contains_nocase(rule.class_name, word) ||
             contains_nocase(rule.title, word);
    };
    if (!std::ranges::all_of(words, has)) continue;
    table.rows.push_back({{Text(rule.id, Style::Strong), Text(rules::to_string(rule.severity)), Text(rule.title)}, {}});
  }
  if (table.rows.empty()) return {report::Paragraph{Text("No rule has all of these words.")}};
  return {std::move(table)};
}

}  // namespace inquest::app

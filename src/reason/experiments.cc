#include "reason/experiments.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "experiment/result_column.h"
#include "experiment/summary.h"
#include "experiment/words.h"

namespace inquest::reason {
namespace {

constexpr size_t kMostRows = 2'000;  // of a table that a person wrote
constexpr size_t kMostTables = 20;
constexpr int kClear = 60;        // score of a column that says by its words how runs ended
constexpr double kHardly = 0.05;  // p of what is hardly chance

struct Runs {
  experiment::Table table;
  std::vector<model::Citation> cites;
};

// "Disk = 2G; serial = no; Result = ok": names and values. What has no name belongs to the value before it.
std::vector<std::pair<std::string, std::string>> cells_of(std::string_view row) {
  constexpr std::string_view kNext = "; ";
  constexpr std::string_view kIs = " = ";
  std::vector<std::pair<std::string, std::string>> out;
  while (!row.empty()) {
    const size_t end = std::min(row.find(kNext), row.size());
    const std::string_view cell = row.substr(0, end);
    row.remove_prefix(std::min(end + kNext.size(), row.size()));
    // An empty value loses the blank behind its sign where it stands last.
    const size_t is = cell.find(kIs);
    if (is != std::string_view::npos) {
      out.emplace_back(trim(cell.substr(0, is)), trim(cell.substr(is + kIs.size())));
    } else if (cell.ends_with(" =")) {
      out.emplace_back(trim(cell.substr(0, cell.size() - 2)), std::string());
    } else if (!out.empty()) {
      out.back().second += std::string(kNext) + std::string(cell);
    }
  }
  // The first name may have the table's title before it.
  if (!out.empty()) {
    std::string& first = out.front().first;
    if (const size_t title = first.rfind(": "); title != std::string::npos) first = first.substr(title + 2);
  }
  return out;
}

// Rows of one file with the same names, one after the other, are one table.
std::vector<Runs> tables_of(const HostFacts::Facts& rows) {
  std::vector<Runs> out;
  for (const model::Fact* fact : rows) {
    std::vector<std::string> names;
    experiment::TableRow row;
    row.line = fact->cite.line;
    for (auto& [name, value] : cells_of(fact->value)) {
      names.push_back(experiment::plain(name));
      row.cells.push_back(std::move(value));
    }
    const bool same =
        !out.empty() && out.back().table.header == names && out.back().cites.back().evidence == fact->cite.evidence;
    if (!same) {
      if (names.size() < 2 || out.size() == kMostTables) continue;
      out.emplace_back().table.header = std::move(names);
    }
    if (out.back().table.rows.size() == kMostRows) continue;
    out.back().table.rows.push_back(std::move(row));
    out.back().cites.push_back(fact->cite);
  }
  return out;
}

// A list of causes that were looked at also has words of failing in each row, but no row compares with another.
bool compares(const experiment::Design& design) {
  return std::ranges::any_of(
      design.factors, [&](const experiment::Factor& factor) { return factor.levels.size() < design.runs.size(); });
}

bool about(const rules::Hypothesis& hypothesis, const std::string& text) {
  return std::ranges::any_of(hypothesis.settings, [&](const rules::Regex& one) { return one.found_in(text); });
}

// How much a setting's part in the failures says.
rules::Strength strength_of(const experiment::Analysis& analysis, size_t factor) {
  const auto is_it = [&](const auto& one) { return one.factor == factor; };
  const bool reversed = std::ranges::any_of(analysis.reversals, is_it);
  rules::Strength out = rules::Strength::Weak;
  if (std::ranges::any_of(analysis.decisive, is_it)) out = rules::Strength::Moderate;
  if (reversed || analysis.condition_p < kHardly) out = rules::Strength::Strong;
  const bool confounded = std::ranges::any_of(analysis.confounded, [&](const std::vector<size_t>& together) {
    return std::ranges::find(together, factor) != together.end();
  });
  const auto step_down = [&] {
    out = out == rules::Strength::Strong ? rules::Strength::Moderate : rules::Strength::Weak;
  };
  if (!analysis.contradictory.empty()) step_down();
  if (confounded && !reversed) step_down();
  return out;
}

// The setting of a failing condition that the hypothesis is about: by its name, or by a value that it fails with.
const experiment::Literal* concerned(const experiment::Analysis& analysis, const rules::Hypothesis& hypothesis) {
  for (const size_t i : analysis.conditions.chosen) {
    for (const experiment::Literal& literal : analysis.conditions.all[i].all) {
      if (about(hypothesis, analysis.design.factors[literal.factor].text(literal.levels))) return &literal;
    }
  }
  return nullptr;
}

}  // namespace

std::vector<Experiment> find_experiments(const HostFacts& facts) {
  std::vector<Experiment> out;
  for (Runs& runs : tables_of(facts.all("table.row"))) {
    if (experiment::result_score(runs.table, {}) < kClear) continue;
    auto design = experiment::read_design(runs.table);
    if (!design || !compares(*design)) continue;
    experiment::Analysis analysis = experiment::analyse(*std::move(design));
    std::string answer = experiment::summarise(analysis).answer;
    if (answer.empty()) continue;
    out.push_back({std::move(analysis), std::move(answer), std::move(runs.cites)});
  }
  return out;
}

std::optional<model::Contribution> contribution_of(const Experiment& experiment, const rules::Hypothesis& hypothesis) {
  const experiment::Analysis& analysis = experiment.analysis;
  if (hypothesis.settings.empty()) return std::nullopt;
  if (const experiment::Literal* literal = concerned(analysis, hypothesis)) {
    const experiment::Factor& factor = analysis.design.factors[literal->factor];
    const bool needed = std::ranges::any_of(
        analysis.necessary, [&](const experiment::Literal& one) { return one.factor == literal->factor; });
    const bool reversed = std::ranges::any_of(
        analysis.reversals, [&](const experiment::Reversal& one) { return one.factor == literal->factor; });
    std::string text = fmt::format("By the table of runs: {} {} is a part of it{}{}{}", experiment.answer,
                                   printable(factor.text(literal->levels)), needed ? ", in every run that failed" : "",
                                   reversed ? ", and the fault followed it back and forth" : "",
                                   analysis.contradictory.empty() ? "." : "; but rows contradict each other.");
    return model::Contribution{std::move(text), rules::log_odds(strength_of(analysis, literal->factor)), "",
                               experiment.cites};
  }
  for (const experiment::RedHerring& one : analysis.red_herrings) {
    const experiment::Factor& factor = analysis.design.factors[one.factor];
    if (!about(hypothesis, factor.name)) continue;
    return model::Contribution{
        fmt::format("By the table of runs, {} makes no difference: it was varied alone, and the runs ended alike.",
                    printable(factor.name)),
        -rules::log_odds(rules::Strength::Moderate), "", experiment.cites};
  }
  return std::nullopt;
}

}  // namespace inquest::reason

// What do the reproduction runs show that somebody wrote down in a table?
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "experiment/analysis.h"
#include "experiment/result_column.h"
#include "experiment/summary.h"
#include "experiment/words.h"
#include "reason/finding_rule.h"

namespace inquest::reason {
namespace {

constexpr size_t kMostRows = 2'000;  // of a table that a person wrote
constexpr size_t kMostTables = 20;
constexpr int kClear = 60;  // score of a column that says by its words how runs ended

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

void find(const Scene& /*scene*/, const HostFacts& facts, std::vector<model::Finding>& out) {
  for (const Runs& runs : tables_of(facts.all("table.row"))) {
    if (experiment::result_score(runs.table, {}) < kClear) continue;
    auto design = experiment::read_design(runs.table);
    if (!design || !compares(*design)) continue;
    const experiment::Summary summary = summarise(experiment::analyse(*std::move(design)));
    if (summary.answer.empty()) continue;
    out.push_back({"reproduction-runs",
                   {},
                   "By the table of runs: " + summary.answer,
                   summary.doubts,
                   {summary.next, {}},
                   runs.cites});
  }
}

}  // namespace

extern const FindingRule reproduction_runs_finding_rule;
const FindingRule reproduction_runs_finding_rule{"what do the reproduction runs show?", find};

}  // namespace inquest::reason

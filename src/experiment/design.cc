#include "experiment/design.h"

#include <algorithm>
#include <bit>
#include <map>
#include <set>
#include <unordered_map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "experiment/levels.h"
#include "experiment/result_column.h"
#include "experiment/steps.h"
#include "experiment/words.h"

namespace inquest::experiment {
namespace {

constexpr size_t kToldRows = 5;

std::string numbers_of(const std::vector<size_t>& rows) {
  const size_t shown = std::min(rows.size(), kToldRows);
  std::string text = fmt::format("{}", fmt::join(rows.begin(), rows.begin() + static_cast<ptrdiff_t>(shown), ", "));
  if (rows.size() > shown) text += fmt::format(" and {} more", rows.size() - shown);
  return text;
}

}  // namespace

std::string Factor::text(Levels set) const {
  const size_t count = levels.size();
  const auto first = static_cast<size_t>(std::countr_zero(set));
  const auto last = static_cast<size_t>(63 - std::countl_zero(set));
  if (set == 0 || last >= count) return name + "=?";
  const bool together = std::has_single_bit((set >> first) + 1);
  const bool spans = cuts_tried > 0;  // whose names say ">=" themselves
  if (ordered && together && !spans && first != last && last + 1 == count)
    return fmt::format("{}>={}", name, levels[first]);
  if (ordered && together && !spans && first != last && first == 0) return fmt::format("{}<={}", name, levels[last]);
  std::string values;
  for (size_t level = first; level <= last; ++level) {
    if ((set >> level & 1U) != 0) values += (values.empty() ? "" : "|") + levels[level];
  }
  const bool has_sign = values.starts_with("<=") || values.starts_with(">=");
  return has_sign ? name + values : fmt::format("{}={}", name, values);
}

Count Design::total() const {
  Count count;
  for (const Run& run : runs) count.add(run.count);
  return count;
}

std::string Design::cell_text(const std::vector<uint8_t>& levels) const {
  std::string text;
  for (size_t f = 0; f < factors.size(); ++f)
    text += (text.empty() ? "" : ", ") + factors[f].text(Levels{1} << levels[f]);
  return text;
}

Result<Design> read_design(const Table& table, const Choice& choice) {
  const auto result = find_result(table, choice);
  if (!result) return fail(result.error());
  Design design;
  design.outcome = table.header[result->column];
  design.outcome_why = result->why;
  design.failure = result->failure.empty() ? "fails" : result->failure;
  design.notes = table.notes;
  design.notes.insert(design.notes.end(), result->doubts.begin(), result->doubts.end());

  std::vector<size_t> rows;
  std::vector<size_t> silent;
  for (size_t i = 0; i < table.rows.size(); ++i) {
    if (result->counts[i]) {
      rows.push_back(i);
    } else {
      silent.push_back(i + 1);
    }
  }
  if (!silent.empty()) {
    design.notes.push_back(fmt::format(
        "{} not say how the run ended and {} left out: {} {}", silent.size() == 1 ? "a row does" : "some rows do",
        silent.size() == 1 ? "was" : "were", silent.size() == 1 ? "row" : "rows", numbers_of(silent)));
  }

  // Columns that could be factors are read first, because a name of its own on each row says something only where there
  // are other factors.
  std::vector<ColumnLevels> read(table.header.size());
  size_t varying = 0;
  for (size_t column = 0; column < table.header.size(); ++column) {
    if (column == result->column) {
      read[column].left_out = "outcome";
    } else if (std::ranges::find(result->used, column) != result->used.end()) {
      read[column].left_out = "number of runs";
    } else if (std::ranges::any_of(choice.ignored,
                                   [&](const auto& n) { return fold(n) == fold(table.header[column]); })) {
      read[column].left_out = "left out as asked";
    } else {
      read[column] = read_levels(table, column, rows, result->counts);
      if (read[column].left_out.empty() && read[column].factor.levels.size() > 1 && !read[column].identifies) ++varying;
    }
  }
  // One column of nothing but different words may tell steps, not values.
  const auto varies = [&](const ColumnLevels& levels) {
    return levels.left_out.empty() && levels.factor.levels.size() > 1;
  };
  if (const auto only = std::ranges::find_if(read, varies); std::ranges::count_if(read, varies) == 1) {
    const auto steps = only->factor.levels.size() == rows.size()
                           ? unfold_steps(table, static_cast<size_t>(only - read.begin()))
                           : std::nullopt;
    if (steps) return read_design(*steps, choice);  // which has no such column any more
  }
  design.runs.resize(rows.size());
  for (size_t i = 0; i < rows.size(); ++i)
    design.runs[i] = {{}, *result->counts[rows[i]], rows[i] + 1, table.rows[rows[i]].line};
  for (size_t column = 0; column < table.header.size(); ++column) {
    ColumnLevels& levels = read[column];
    const std::string& name = table.header[column];
    if (column == result->column) {
      design.columns.push_back({name, "outcome", result->why});
      continue;
    }
    if (levels.left_out.empty() && levels.identifies && varying > 0) levels.left_out = "each row has its own value";
    if (levels.left_out.empty() && design.factors.size() == kMostFactors)
      levels.left_out = fmt::format("more than {} factors", kMostFactors);
    if (!levels.left_out.empty()) {
      design.columns.push_back({name, "left out", levels.left_out});
      continue;
    }
    if (levels.factor.levels.size() < 2) {
      design.columns.push_back({name, "constant", "it never varied"});
      design.constants.push_back(
          fmt::format("{}={}", name, levels.factor.levels.empty() ? "" : levels.factor.levels[0]));
      continue;
    }
    design.columns.push_back({name, "factor", levels.how});
    if (!levels.note.empty()) design.notes.push_back(levels.note);
    for (size_t i = 0; i < rows.size(); ++i) design.runs[i].levels.push_back(levels.of_row[i]);
    design.factors.push_back(std::move(levels.factor));
  }
  return design;
}

size_t best_table(const std::vector<Table>& tables, const Choice& choice) {
  size_t best = 0;
  int best_score = -1;
  for (size_t i = 0; i < tables.size(); ++i) {
    const int score = result_score(tables[i], choice);
    if (score > best_score || (score == best_score && tables[i].rows.size() > tables[best].rows.size())) {
      best = i;
      best_score = score;
    }
  }
  return best;
}

}  // namespace inquest::experiment

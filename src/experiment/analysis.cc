#include "experiment/analysis.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "experiment/levels.h"
#include "experiment/rate_condition.h"
#include "experiment/words.h"

namespace inquest::experiment {
namespace {

constexpr double kAlpha = 0.05;
// Fewer runs are told exactly, whatever that costs: noise cannot be told from a cause.
constexpr uint64_t kLeastNoisyRuns = 20;
// By how much, in nats, noise has to be the shorter story.
constexpr double kMargin = 3;

std::vector<bool> failing_cells(const std::vector<Cell>& cells) {
  std::vector<bool> out;
  for (const Cell& cell : cells) out.push_back(cell.count.failures > 0);
  return out;
}

std::vector<Condition> chosen(const Conditions& conditions) {
  std::vector<Condition> out;
  for (const size_t i : conditions.chosen) out.push_back(conditions.all[i]);
  return out;
}

void find_causes(Analysis& out) {
  const Count all = out.design.total();
  if (all.failures == 0 || all.failures == all.runs) return;
  const auto failing = failing_cells(out.cells);
  out.conditions = find_conditions(out.design, out.cells, failing);
  if (out.conditions.all.empty() || all.runs >= kLeastNoisyRuns) {
    auto rates = find_rates(out.design, out.cells);
    const auto exact = chosen(out.conditions);
    // A search that was given up explains a part only: no rule, whatever its cost.
    const bool partial = outside(out.cells, exact).failures > 0;
    if (exact.empty() || partial ||
        cost_of(out.design, out.cells, exact) > cost_of(out.design, out.cells, rates) + kMargin) {
      out.noisy = true;
      out.conditions = {};
      for (size_t i = 0; i < rates.size(); ++i) out.conditions.chosen.push_back(i);
      out.conditions.all = std::move(rates);
    }
  }
  const auto causes = chosen(out.conditions);
  out.outside = outside(out.cells, causes);
  out.inside = {all.failures - out.outside.failures, all.runs - out.outside.runs};
  if (!causes.empty()) out.condition_p = fisher(out.inside, out.outside);
  // Rates of everything and of nothing are a rule.
  if (out.inside.failures == out.inside.runs && out.outside.failures == 0) out.noisy = false;
  if (out.noisy) return;
  std::vector<bool> clean(failing);
  clean.flip();
  out.clean = find_conditions(out.design, out.cells, clean).all;
}

void find_necessary(Analysis& out) {
  for (size_t f = 0; f < out.design.factors.size(); ++f) {
    const Factor& factor = out.design.factors[f];
    Levels failing = 0;
    for (const Cell& cell : out.cells) {
      if (cell.count.failures > 0) failing |= Levels{1} << cell.levels[f];
    }
    if (failing == 0) continue;
    const Levels all = (Levels{1} << factor.levels.size()) - 1;
    if (factor.ordered) {
      // What lies between two failing levels belongs to them; it is one end of the range that has to be clean.
      const Levels low = (Levels{1} << static_cast<unsigned>(std::countr_zero(failing))) - 1;
      const Levels up_to = (Levels{2} << static_cast<unsigned>(63 - std::countl_zero(failing))) - 1;
      failing = up_to & ~low;
    }
    const bool one = std::has_single_bit(failing);
    const bool range = factor.ordered && failing != all;
    if (one || range) out.necessary.push_back({f, failing});
  }
}

void test_factors(Analysis& out) {
  for (size_t f = 0; f < out.design.factors.size(); ++f) {
    std::vector<Count> groups(out.design.factors[f].levels.size());
    for (const Cell& cell : out.cells) groups[cell.levels[f]].add(cell.count);
    FactorTest test;
    test.factor = f;
    test.test = compare(groups);
    // Whoever looks at many cuts finds one.
    const auto cuts = static_cast<double>(std::max<size_t>(out.design.factors[f].cuts_tried, 1));
    test.test.p = std::min(1.0, test.test.p * cuts);
    for (size_t level = 1; level < groups.size(); ++level) {
      if (groups[level].rate() > groups[test.worst].rate()) test.worst = level;
    }
    if (test.test.p < kAlpha) out.associated.push_back(f);
    out.tests.push_back(test);
  }
  // Holm's step-down.
  std::vector<size_t> order(out.tests.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, {}, [&](size_t i) { return out.tests[i].test.p; });
  double before = 0;
  for (size_t i = 0; i < order.size(); ++i) {
    FactorTest& test = out.tests[order[i]];
    before = std::max(before, std::min(1.0, test.test.p * static_cast<double>(order.size() - i)));
    test.adjusted = before;
  }
}

std::string base_value(const std::string& level) {
  const auto value = split_remark(level).value;
  if (const auto quantity = quantity_of(value)) return std::to_string(quantity->value) + quantity->unit;
  return fold(value);
}

// "It is the disk's size": each level of the causes, taken alone, against the clean rows that have it too.
void find_contradicted(Analysis& out) {
  if (out.noisy) return;
  for (const Condition& condition : chosen(out.conditions)) {
    for (const Literal& literal : condition.all) {
      const bool known = std::ranges::any_of(out.contradicted, [&](const auto& c) { return c.literal == literal; });
      if (known) continue;
      ContradictedClaim claim{literal, {}, {}};
      const Factor& factor = out.design.factors[literal.factor];
      std::vector<std::string> values;
      for (size_t level = 0; level < factor.levels.size(); ++level) {
        if ((literal.levels >> level & 1U) != 0) values.push_back(base_value(factor.levels[level]));
      }
      Condition others = condition;
      std::erase(others.all, literal);
      for (const Cell& cell : out.cells) {
        if (cell.count.failures > 0) continue;
        const uint8_t level = cell.levels[literal.factor];
        const bool holds = (literal.levels >> level & 1U) != 0;
        const bool same = !holds && others.holds(cell.levels) &&
                          std::ranges::find(values, base_value(factor.levels[level])) != values.end();
        for (const size_t run : cell.runs) {
          if (holds) claim.rows.push_back(out.design.runs[run].row);
          if (same) claim.same_rows.push_back(out.design.runs[run].row);
        }
      }
      std::ranges::sort(claim.rows);
      std::ranges::sort(claim.same_rows);
      if (!claim.rows.empty() || !claim.same_rows.empty()) out.contradicted.push_back(std::move(claim));
    }
  }
}

}  // namespace

Analysis analyse(Design design) {
  Analysis out;
  out.design = std::move(design);
  out.cells = cells_of(out.design);
  find_causes(out);
  if (!out.noisy) find_necessary(out);
  test_factors(out);
  const auto causes = chosen(out.conditions);
  out.red_herrings = red_herrings(out.design, out.cells, out.noisy ? causes : out.conditions.all, out.noisy);
  if (!out.noisy) out.decisive = decisive_pairs(out.design, out.cells);
  find_contradicted(out);
  out.confounded = confounded_factors(out.design);
  out.contradictory = contradictory_rows(out.design, out.cells);
  out.reversals = find_reversals(out.design);
  out.next = next_runs(out.design, out.cells, causes);
  const Count all = out.design.total();
  out.clean_runs_needed = clean_runs_needed(causes.empty() ? all : out.inside);
  return out;
}

Result<Analysis> analyse(const Table& table, const Choice& choice) {
  auto design = read_design(table, choice);
  if (!design) return fail(design.error());
  return analyse(*std::move(design));
}

}  // namespace inquest::experiment

#include "experiment/contrast.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <unordered_map>

namespace inquest::experiment {
namespace {

constexpr size_t kLeastContexts = 2;
constexpr uint64_t kLeastRuns = 20;  // of each level, where rates are compared
constexpr double kSmallDifference = 0.2;

// Cells that are the same but for one factor; only groups of two and more.
std::vector<std::vector<size_t>> groups_without(const std::vector<Cell>& cells, size_t factor) {
  std::unordered_map<std::string, size_t> known;
  std::vector<std::vector<size_t>> groups;
  for (size_t i = 0; i < cells.size(); ++i) {
    std::string key(cells[i].levels.begin(), cells[i].levels.end());
    key[factor] = '\xff';
    const auto [found, fresh] = known.try_emplace(key, groups.size());
    if (fresh) groups.emplace_back();
    groups[found->second].push_back(i);
  }
  std::erase_if(groups, [](const auto& group) { return group.size() < 2; });
  return groups;
}

bool fails(const Cell& cell) { return cell.count.failures > 0; }

size_t row_that(const Design& design, const Cell& cell, bool failing) {
  for (const size_t run : cell.runs) {
    if ((design.runs[run].count.failures > 0) == failing) return design.runs[run].row;
  }
  return design.runs[cell.runs.front()].row;
}

// The half width of a 95 % interval of a difference of rates (Agresti and Caffo 2000: a failure and a clean run are
// added to each).
bool surely_small(const Count& a, const Count& b) {
  const auto rate = [](const Count& c) {
    return (static_cast<double>(c.failures) + 1) / (static_cast<double>(c.runs) + 2);
  };
  const auto variance = [&](const Count& c) { return rate(c) * (1 - rate(c)) / (static_cast<double>(c.runs) + 2); };
  return std::abs(rate(a) - rate(b)) + 1.96 * std::sqrt(variance(a) + variance(b)) < kSmallDifference;
}

std::optional<RedHerring> by_rate(const Design& design, const std::vector<Cell>& cells,
                                  const std::vector<Condition>& conditions, size_t factor) {
  std::vector<Count> counts(design.factors[factor].levels.size());
  for (const Cell& cell : cells) {
    const bool holds = std::ranges::any_of(conditions, [&](const Condition& c) { return c.holds(cell.levels); });
    if (holds) counts[cell.levels[factor]].add(cell.count);
  }
  for (const Count& count : counts) {
    if (count.runs < kLeastRuns || !surely_small(count, counts[0])) return std::nullopt;
  }
  RedHerring out;
  out.factor = factor;
  out.by_rate = true;
  return out;
}

}  // namespace

std::vector<DecisivePair> decisive_pairs(const Design& design, const std::vector<Cell>& cells) {
  std::vector<DecisivePair> out;
  for (size_t f = 0; f < design.factors.size(); ++f) {
    uint64_t best = 0;
    DecisivePair pair{f, 0, 0};
    for (const auto& group : groups_without(cells, f)) {
      for (const size_t a : group) {
        if (!fails(cells[a])) continue;
        for (const size_t b : group) {
          if (fails(cells[b])) continue;
          // As strong as the weaker side.
          const uint64_t strength = std::min(cells[a].count.failures, cells[b].count.runs);
          if (strength <= best) continue;
          best = strength;
          pair = {f, row_that(design, cells[a], true), row_that(design, cells[b], false)};
        }
      }
    }
    if (best > 0) out.push_back(pair);
  }
  return out;
}

std::vector<RedHerring> red_herrings(const Design& design, const std::vector<Cell>& cells,
                                     const std::vector<Condition>& conditions, bool noisy) {
  std::vector<RedHerring> out;
  for (size_t f = 0; f < design.factors.size(); ++f) {
    const bool used = std::ranges::any_of(conditions, [&](const Condition& condition) {
      return std::ranges::any_of(condition.all, [&](const Literal& literal) { return literal.factor == f; });
    });
    if (used) continue;
    RedHerring found;
    found.factor = f;
    bool differs = false;
    if (!noisy) {
      for (const auto& group : groups_without(cells, f)) {
        const auto failing = std::ranges::count_if(group, [&](size_t i) { return fails(cells[i]); });
        differs = differs || (failing > 0 && static_cast<size_t>(failing) < group.size());
        if (differs) break;
        ++found.contexts;
        if (failing == 0) continue;
        if (found.failing_contexts++ > 0) continue;
        found.failing_row = row_that(design, cells[group[0]], true);
        found.other_row = row_that(design, cells[group[1]], true);
      }
    }
    if (differs) continue;
    if (!noisy && found.failing_contexts > 0 && found.contexts >= kLeastContexts) {
      out.push_back(found);
    } else if (const auto rate = conditions.empty() ? std::nullopt : by_rate(design, cells, conditions, f)) {
      out.push_back(*rate);
    }
  }
  return out;
}

std::vector<ContradictoryRows> contradictory_rows(const Design& design, const std::vector<Cell>& cells) {
  std::vector<ContradictoryRows> out;
  for (size_t i = 0; i < cells.size(); ++i) {
    bool failed = false;
    bool clean = false;
    for (const size_t run : cells[i].runs) {
      const Count& count = design.runs[run].count;
      failed = failed || count.failures == count.runs;
      clean = clean || count.failures == 0;
    }
    if (!failed || !clean) continue;
    ContradictoryRows rows{i, {}};
    for (const size_t run : cells[i].runs) rows.rows.push_back(design.runs[run].row);
    out.push_back(std::move(rows));
  }
  return out;
}

std::vector<std::vector<size_t>> confounded_factors(const Design& design) {
  // Levels renumbered in the order of their appearance: factors that vary together read the same.
  std::map<std::string, std::vector<size_t>> by_pattern;
  for (size_t f = 0; f < design.factors.size(); ++f) {
    std::array<int, 256> number{};
    number.fill(-1);
    int next = 0;
    std::string pattern;
    for (const Run& run : design.runs) {
      int& known = number[run.levels[f]];
      if (known < 0) known = next++;
      pattern += static_cast<char>(known);
    }
    by_pattern[pattern].push_back(f);
  }
  std::vector<std::vector<size_t>> out;
  for (auto& [pattern, factors] : by_pattern) {
    if (factors.size() > 1) out.push_back(std::move(factors));
  }
  std::ranges::sort(out);
  return out;
}

}  // namespace inquest::experiment

#include "experiment/next_run.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <map>
#include <set>

#include <boost/math/special_functions/gamma.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace inquest::experiment {
namespace {

constexpr size_t kMostSettings = 512;  // looked at
constexpr uint64_t kMostWork = 20'000'000;
constexpr size_t kMostLiterals = 3;
constexpr size_t kMostFailing = 16;  // cells whose neighbours are looked at where the grid is too large

// Beta(a, b) of a failure rate. Where an explanation holds, failing is likely; elsewhere it is rare; where nothing
// matters, any rate will do (Jeffreys).
struct Prior {
  double a, b;
};
constexpr Prior kInside = {2, 1};
constexpr Prior kOutside = {0.5, 5};
constexpr Prior kAnywhere = {0.5, 0.5};

double log_beta(double a, double b) {
  return boost::math::lgamma(a) + boost::math::lgamma(b) - boost::math::lgamma(a + b);
}

double log_marginal(const Prior& prior, const Count& count) {
  const auto failed = static_cast<double>(count.failures);
  const auto clean = static_cast<double>(count.runs - count.failures);
  return log_beta(prior.a + failed, prior.b + clean) - log_beta(prior.a, prior.b);
}

double predicted(const Prior& prior, const Count& count) {
  return (prior.a + static_cast<double>(count.failures)) / (prior.a + prior.b + static_cast<double>(count.runs));
}

double entropy(double p) {
  if (p <= 0 || p >= 1) return 0;
  return -p * std::log2(p) - (1 - p) * std::log2(1 - p);
}

struct Explanation {
  std::vector<Condition> any;  // it fails where one of these holds; empty: nothing that varied matters
  bool each = false;           // none of the others: every setting has a rate of its own
  size_t kind = 0;             // index into kShares
  double weight = 0;
  double inside = 0;  // predicted rates
  double outside = 0;

  bool holds(const std::vector<uint8_t>& levels) const {
    return std::ranges::any_of(any, [&](const Condition& c) { return c.holds(levels); });
  }
};

std::vector<Literal> literals_of(const Design& design) {
  std::vector<Literal> out;
  for (size_t f = 0; f < design.factors.size(); ++f) {
    const size_t count = design.factors[f].levels.size();
    const Levels all = (Levels{1} << count) - 1;
    std::set<Levels> sets;
    for (size_t level = 0; level < count; ++level) {
      sets.insert(Levels{1} << level);
      sets.insert(all & ~(Levels{1} << level));
      if (design.factors[f].ordered && level > 0) {
        sets.insert((Levels{1} << level) - 1);
        sets.insert(all & ~((Levels{1} << level) - 1));
      }
    }
    for (const Levels set : sets) out.push_back({f, set});
  }
  return out;
}

// What is believed beforehand: how probable each kind of explanation is; those of one kind share alike. Most failures
// turn on one thing or two.
enum Kind : size_t { kNothing, kOne, kTwo, kThree, kFound, kEach, kKinds };
constexpr std::array<double, kKinds> kShares = {0.1, 0.3, 0.2, 0.1, 0.1, 0.2};

class Explanations {
 public:
  Explanations(const Design& design, const std::vector<Cell>& cells, const std::vector<Condition>& found)
      : cells_(cells), literals_(literals_of(design)) {
    add({}, kNothing);
    if (found.size() > 1) add(found, kFound);
    add_each();
    // As many literals as can be afforded.
    const auto n = static_cast<double>(literals_.size());
    depth_ = kMostLiterals;
    while (depth_ > 1 && std::pow(n, static_cast<double>(depth_)) / 2 * static_cast<double>(cells.size()) > kMostWork)
      --depth_;
    if (n * static_cast<double>(cells.size()) <= kMostWork) extend({}, 0);
    weigh();
  }

  const std::vector<Explanation>& all() const { return all_; }

 private:
  void extend(const Condition& condition, size_t from) {
    for (size_t i = from; i < literals_.size(); ++i) {
      if (!condition.all.empty() && condition.all.back().factor == literals_[i].factor) continue;
      Condition next;
      next.all = condition.all;
      next.all.push_back(literals_[i]);
      add({next}, kOne + next.all.size() - 1);
      if (next.all.size() < depth_) extend(next, i + 1);
    }
  }

  void add(std::vector<Condition> any, size_t kind) {
    Explanation explanation;
    explanation.kind = kind;
    explanation.any = std::move(any);
    Count inside;
    Count outside;
    for (const Cell& cell : cells_) (explanation.holds(cell.levels) ? inside : outside).add(cell.count);
    const bool nothing = explanation.any.empty();
    const Prior rest = nothing ? kAnywhere : kOutside;
    // One that holds in no run, or in all, explains nothing.
    if (!nothing && (inside.runs == 0 || outside.runs == 0)) return;
    explanation.weight = log_marginal(kInside, inside) + log_marginal(rest, outside);
    explanation.inside = predicted(kInside, inside);
    explanation.outside = predicted(rest, outside);
    all_.push_back(std::move(explanation));
  }

  void add_each() {
    Explanation explanation;
    explanation.each = true;
    explanation.kind = kEach;
    for (const Cell& cell : cells_) explanation.weight += log_marginal(kAnywhere, cell.count);
    all_.push_back(std::move(explanation));
  }

  void weigh() {
    std::array<double, kKinds> members{};
    for (const Explanation& explanation : all_) ++members[explanation.kind];
    for (Explanation& explanation : all_)
      explanation.weight += std::log(kShares[explanation.kind] / members[explanation.kind]);
    const double best = std::ranges::max_element(all_, {}, &Explanation::weight)->weight;
    double sum = 0;
    for (Explanation& explanation : all_) sum += explanation.weight = std::exp(explanation.weight - best);
    for (Explanation& explanation : all_) explanation.weight /= sum;
    // What nobody would bet on only costs time.
    std::erase_if(all_, [](const Explanation& explanation) { return explanation.weight < 1e-5; });
  }

  const std::vector<Cell>& cells_;
  std::vector<Literal> literals_;
  std::vector<Explanation> all_;
  size_t depth_ = 1;
};

// All settings where they are few; else those one step from a failing cell.
std::vector<std::vector<uint8_t>> settings_of(const Design& design, const std::vector<Cell>& cells, bool partial) {
  std::vector<std::vector<uint8_t>> out;
  if (!partial) {
    std::vector<uint8_t> levels(design.factors.size());
    while (true) {
      out.push_back(levels);
      size_t f = levels.size();
      while (f > 0 && ++levels[f - 1] == design.factors[f - 1].levels.size()) levels[--f] = 0;
      if (f == 0) return out;
    }
  }
  std::set<std::vector<uint8_t>> seen;
  size_t failing = 0;
  for (const Cell& cell : cells) {
    if (cell.count.failures == 0 || ++failing > kMostFailing) continue;
    for (size_t f = 0; f < cell.levels.size(); ++f) {
      for (size_t level = 0; level < design.factors[f].levels.size(); ++level) {
        auto levels = cell.levels;
        levels[f] = static_cast<uint8_t>(level);
        if (seen.size() < kMostSettings && seen.insert(levels).second) out.push_back(std::move(levels));
      }
    }
  }
  return out;
}

std::string text_of(const Design& design, const Explanation& explanation) {
  if (explanation.any.empty()) return "none of the factors matters";
  std::string text = "it fails with ";
  bool first = true;
  for (const Condition& condition : explanation.any) {
    if (!first) text += ", or ";
    first = false;
    text += fmt::format("{}", fmt::join(condition.texts(design), " and "));
  }
  return text;
}

}  // namespace

NextRuns next_runs(const Design& design, const std::vector<Cell>& cells, const std::vector<Condition>& found) {
  NextRuns out;
  if (design.factors.empty() || cells.empty()) return out;
  double grid = 1;
  for (const Factor& factor : design.factors) grid *= static_cast<double>(factor.levels.size());
  out.missing_count = grid > 1e18 ? uint64_t{1'000'000'000'000'000'000} : static_cast<uint64_t>(grid) - cells.size();
  out.partial = grid > kMostSettings;

  const Explanations explanations(design, cells, found);
  // "Each for itself" is what is left where none of the others is right, and explains nothing.
  const auto leading = std::ranges::max_element(
      explanations.all(), {}, [](const Explanation& explanation) { return explanation.each ? 0 : explanation.weight; });
  out.leading = text_of(design, *leading);
  std::map<std::vector<uint8_t>, Count> known;
  for (const Cell& cell : cells) known.emplace(cell.levels, cell.count);
  auto settings = settings_of(design, cells, out.partial);
  // Explanations that name the same settings in other words (not 2G, or 20G of two) are one.
  for (const Explanation& explanation : explanations.all()) {
    const bool same = std::ranges::all_of(settings, [&](const std::vector<uint8_t>& levels) {
      return explanation.holds(levels) == leading->holds(levels);
    });
    const bool told = !explanation.any.empty() && !leading->any.empty();
    if (&explanation == &*leading || (same && told)) out.leading_probability += explanation.weight;
  }
  for (auto& levels : settings) {
    const auto cell = known.find(levels);
    const Count count = cell == known.end() ? Count{} : cell->second;
    Setting setting;
    double each = 0;
    for (const Explanation& explanation : explanations.all()) {
      const double rate = explanation.each            ? predicted(kAnywhere, count)
                          : explanation.holds(levels) ? explanation.inside
                                                      : explanation.outside;
      setting.failing += explanation.weight * rate;
      each += explanation.weight * entropy(rate);
    }
    setting.bits = std::max(0.0, entropy(setting.failing) - each);
    setting.runs = count.runs;
    setting.levels = std::move(levels);
    if (setting.runs == 0) out.missing.push_back(setting);
    out.settings.push_back(std::move(setting));
  }
  // Rounded, so that settings which tell the same keep the factors' order whatever the last bit is.
  const auto better = [](const Setting& a, const Setting& b) {
    return std::llround(a.bits * 1e9) > std::llround(b.bits * 1e9);
  };
  std::ranges::stable_sort(out.settings, better);
  std::ranges::stable_sort(out.missing, better);
  return out;
}

}  // namespace inquest::experiment

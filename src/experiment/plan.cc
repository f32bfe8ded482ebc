#include "experiment/plan.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "experiment/words.h"

namespace inquest::experiment {
namespace {

constexpr size_t kMostFactors = 30;
constexpr size_t kMostLevels = 12;
constexpr size_t kMostRuns = 1'000;
constexpr size_t kSmallTwoLevel = 8;
constexpr size_t kSmallMixed = 12;
constexpr size_t kComfortable = 36;  // runs that are worth full balance
constexpr size_t kMostAliases = 24;
constexpr size_t kMostBasic = 7;  // 128 runs
constexpr int kRestarts = 24;

// Numbers that are the same on every machine (Knuth's MMIX generator).
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}
  size_t roll(size_t sides) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<size_t>(state_ >> 33U) % sides;
  }
  template <class T>
  void shuffle(std::vector<T>& items) {
    for (size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[roll(i)]);
  }

 private:
  uint64_t state_;
};

std::vector<std::vector<uint8_t>> full_design(const std::vector<PlanFactor>& factors) {
  std::vector<std::vector<uint8_t>> runs;
  std::vector<uint8_t> levels(factors.size());
  while (true) {
    runs.push_back(levels);
    size_t f = levels.size();
    while (f > 0 && ++levels[f - 1] == factors[f - 1].levels.size()) levels[--f] = 0;
    if (f == 0) return runs;
  }
}

// ---- Two levels

// A regular fraction: each factor's column is the sum of some of the basic factors' columns, modulo 2.
struct Fraction {
  size_t basic = 0;
  std::vector<uint32_t> columns;  // masks of basic factors
};

// How good a set of columns is: the shortest word that sums to nothing, and how many there are of it. A higher one is
// better.
std::pair<size_t, int64_t> word_length(const std::vector<uint32_t>& columns) {
  size_t shortest = columns.size() + 1;
  int64_t count = 0;
  const auto note = [&](size_t length) {
    if (length < shortest) {
      shortest = length;
      count = 0;
    }
    if (length == shortest) ++count;
  };
  // Words of up to four; longer ones are as good as none.
  std::map<uint32_t, int64_t> pairs;
  const std::set<uint32_t> single(columns.begin(), columns.end());
  if (single.size() < columns.size()) return {2, 0};
  for (size_t i = 0; i < columns.size(); ++i) {
    for (size_t j = i + 1; j < columns.size(); ++j) {
      const uint32_t sum = columns[i] ^ columns[j];
      if (single.contains(sum)) note(3);
      ++pairs[sum];
    }
  }
  if (shortest == 3) return {3, -count};
  for (const auto& [sum, ways] : pairs) {
    if (ways > 1) note(4);
  }
  if (shortest == 4) return {4, -count};
  return {5, 0};
}

// Each further column is the one that leaves the longest words. With `odd`, only sums of an odd number of basic
// factors: three of them never sum to nothing, so that as many factors as can be have resolution IV.
std::optional<Fraction> greedy_fraction(size_t basic, size_t factors, size_t resolution, bool odd) {
  Fraction fraction{basic, {}};
  for (size_t i = 0; i < basic; ++i) fraction.columns.push_back(1U << i);
  while (fraction.columns.size() < factors) {
    std::pair<size_t, int64_t> best = {0, 0};
    uint32_t column = 0;
    for (size_t weight = basic; weight >= 2; --weight) {
      if (odd && weight % 2 == 0) continue;
      for (uint32_t mask = 1; mask < (1U << basic); ++mask) {
        if (static_cast<size_t>(std::popcount(mask)) != weight) continue;
        fraction.columns.push_back(mask);
        const auto quality = word_length(fraction.columns);
        fraction.columns.pop_back();
        if (quality <= best) continue;
        best = quality;
        column = mask;
      }
    }
    if (best.first < resolution) return std::nullopt;
    fraction.columns.push_back(column);
  }
  return fraction;
}

std::optional<Fraction> fraction_of(size_t factors, size_t resolution) {
  for (size_t basic = 2; basic <= std::min(factors, kMostBasic); ++basic) {
    for (const bool odd : {false, true}) {
      if (auto fraction = greedy_fraction(basic, factors, resolution, odd)) return fraction;
    }
  }
  return std::nullopt;
}

void find_aliases(const Fraction& fraction, Plan& plan) {
  const auto add = [&](std::string text) {
    if (plan.aliases.size() < kMostAliases) {
      plan.aliases.push_back(std::move(text));
    } else {
      ++plan.aliases_left_out;
    }
  };
  std::map<uint32_t, std::vector<std::string>> effects;
  for (size_t i = 0; i < fraction.columns.size(); ++i) effects[fraction.columns[i]].push_back(plan.factors[i].name);
  for (size_t i = 0; i < fraction.columns.size(); ++i) {
    for (size_t j = i + 1; j < fraction.columns.size(); ++j)
      effects[fraction.columns[i] ^ fraction.columns[j]].push_back(
          fmt::format("{} x {}", plan.factors[i].name, plan.factors[j].name));
  }
  for (const auto& [mask, names] : effects) {
    if (names.size() < 2) continue;
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : " = ") + name;
    add(std::move(text));
  }
}

void make_fraction(const Fraction& fraction, Plan& plan) {
  plan.kind = Plan::Kind::Fractional;
  plan.resolution = word_length(fraction.columns).first;
  find_aliases(fraction, plan);
  for (uint32_t run = 0; run < (1U << fraction.basic); ++run) {
    std::vector<uint8_t> levels;
    for (size_t f = 0; f < plan.factors.size(); ++f) {
      // Run 0 has every factor's first level: that is usually how things are.
      levels.push_back(static_cast<uint8_t>(std::popcount(run & fraction.columns[f]) & 1));
    }
    plan.runs.push_back(std::move(levels));
  }
}

// ---- Mixed levels

using Columns = std::vector<std::vector<uint8_t>>;

// How far the combinations of two columns are from coming equally often: 0 is orthogonal.
double imbalance(const std::vector<uint8_t>& a, size_t levels_a, const std::vector<uint8_t>& b, size_t levels_b) {
  std::vector<int> counts(levels_a * levels_b);
  for (size_t run = 0; run < a.size(); ++run) ++counts[a[run] * levels_b + b[run]];
  const double even = static_cast<double>(a.size()) / static_cast<double>(counts.size());
  double sum = 0;
  for (const int count : counts) sum += (count - even) * (count - even);
  // What cannot be helped: so many runs do not divide evenly.
  const double rest = even - std::floor(even);
  return sum - rest * (1 - rest) * static_cast<double>(counts.size());
}

// Enough runs for every factor's effect, so many that each value comes equally often, and each pair of values if that
// is not much more.
size_t mixed_runs(const std::vector<PlanFactor>& factors, double combinations) {
  size_t needed = 1;
  size_t single = 1;
  size_t pairs = 1;
  size_t most = 0;
  for (size_t i = 0; i < factors.size(); ++i) {
    const size_t levels = factors[i].levels.size();
    needed += levels - 1;
    most = std::max(most, levels);
    if (single <= kMostRuns) single = std::lcm(single, levels);
    for (size_t j = 0; j < i && pairs <= kMostRuns; ++j) pairs = std::lcm(pairs, levels * factors[j].levels.size());
  }
  const auto round_up = [&](size_t step) { return (needed + step - 1) / step * step; };
  const size_t even = round_up(pairs);
  if (even <= kComfortable && static_cast<double>(even) <= combinations / 2) return even;
  return round_up(single <= kComfortable ? single : most);
}

class Exchange {
 public:
  Exchange(const std::vector<PlanFactor>& factors, size_t runs, Dice& dice)
      : factors_(factors), runs_(runs), dice_(dice) {}

  Columns best() {
    Columns best;
    double least = -1;
    for (int start = 0; start < kRestarts && least != 0; ++start) {
      Columns columns;
      // Column by column: each is fitted to those before it.
      for (const PlanFactor& factor : factors_) {
        std::vector<uint8_t> column;
        for (size_t run = 0; run < runs_; ++run) column.push_back(static_cast<uint8_t>(run % factor.levels.size()));
        dice_.shuffle(column);
        columns.push_back(std::move(column));
        improve(columns, columns.size() - 1);
      }
      for (size_t f = 0; f < factors_.size(); ++f) improve(columns, f);
      double sum = 0;
      for (size_t f = 0; f < factors_.size(); ++f) sum += cost(columns, f);
      if (least >= 0 && sum >= least) continue;
      least = sum < 1e-9 ? 0 : sum;
      best = std::move(columns);
    }
    return best;
  }

 private:
  double cost(const Columns& columns, size_t f) const {
    double sum = 0;
    for (size_t other = 0; other < columns.size(); ++other) {
      if (other != f)
        sum += imbalance(columns[f], factors_[f].levels.size(), columns[other], factors_[other].levels.size());
    }
    return sum;
  }

  // Swaps of two runs' levels keep a column balanced.
  void improve(Columns& columns, size_t f) {
    double now = cost(columns, f);
    for (bool better = true; better && now > 1e-9;) {
      better = false;
      for (size_t i = 0; i < runs_ && now > 1e-9; ++i) {
        for (size_t j = i + 1; j < runs_; ++j) {
          if (columns[f][i] == columns[f][j] || work_ == 0) continue;
          --work_;
          std::swap(columns[f][i], columns[f][j]);
          const double then = cost(columns, f);
          if (then < now - 1e-9) {
            now = then;
            better = true;
          } else {
            std::swap(columns[f][i], columns[f][j]);
          }
        }
      }
    }
  }

  const std::vector<PlanFactor>& factors_;
  size_t runs_;
  Dice& dice_;
  uint64_t work_ = 100'000;  // swaps: a second or so for the largest designs
};

void make_near_orthogonal(size_t runs, Dice& dice, Plan& plan) {
  plan.kind = Plan::Kind::NearOrthogonal;
  const Columns columns = Exchange(plan.factors, runs, dice).best();
  for (size_t run = 0; run < runs; ++run) {
    std::vector<uint8_t> levels;
    for (const auto& column : columns) levels.push_back(column[run]);
    plan.runs.push_back(std::move(levels));
  }
  for (size_t a = 0; a < columns.size(); ++a) {
    for (size_t b = a + 1; b < columns.size(); ++b) {
      const size_t levels_a = plan.factors[a].levels.size();
      const size_t levels_b = plan.factors[b].levels.size();
      if (runs % (levels_a * levels_b) != 0 || imbalance(columns[a], levels_a, columns[b], levels_b) > 1e-9)
        plan.unbalanced.emplace_back(a, b);
    }
  }
}

}  // namespace

Result<PlanFactor> parse_factor(std::string_view text) {
  const size_t equals = text.find('=');
  PlanFactor factor;
  factor.name = printable(trim(text.substr(0, equals)));
  if (factor.name.empty())
    return fail(ErrorCode::Malformed, fmt::format("\"{}\" names no factor; write NAME=VALUE,VALUE", printable(text)));
  if (equals == std::string_view::npos) {
    factor.levels = {"no", "yes"};
    return factor;
  }
  std::set<std::string> seen;
  for (const std::string_view part : split(text.substr(equals + 1), ',')) {
    std::string level = printable(trim(part));
    if (level.empty()) return fail(ErrorCode::Malformed, fmt::format("{} has an empty value", factor.name));
    if (!seen.insert(fold(level)).second)
      return fail(ErrorCode::Malformed, fmt::format("{} has the value {} twice", factor.name, level));
    factor.levels.push_back(std::move(level));
  }
  if (factor.levels.size() < 2)
    return fail(ErrorCode::Malformed, fmt::format("{} has one value: what does not vary is no factor", factor.name));
  if (factor.levels.size() > kMostLevels)
    return fail(ErrorCode::Limit,
                fmt::format("{} has more than {} values; a first design needs few", factor.name, kMostLevels));
  return factor;
}

Result<Plan> make_plan(std::vector<PlanFactor> factors, const PlanOptions& options) {
  if (factors.empty()) return fail(ErrorCode::Malformed, "there is no factor");
  if (factors.size() > kMostFactors) return fail(ErrorCode::Limit, fmt::format("more than {} factors", kMostFactors));
  if (options.resolution < 3 || options.resolution > 5)
    return fail(ErrorCode::Malformed, "the resolution is 3, 4 or 5");
  Plan plan;
  plan.factors = std::move(factors);
  plan.combinations = 1;
  bool two_level = true;
  std::set<std::string> names;
  for (const PlanFactor& factor : plan.factors) {
    if (factor.levels.size() < 2 || factor.levels.size() > kMostLevels)
      return fail(ErrorCode::Malformed, fmt::format("{} needs 2 to {} values", factor.name, kMostLevels));
    if (!names.insert(fold(factor.name)).second)
      return fail(ErrorCode::Malformed, fmt::format("there are two factors {}", factor.name));
    plan.combinations *= static_cast<double>(factor.levels.size());
    two_level = two_level && factor.levels.size() == 2;
  }
  Dice dice(options.seed);
  if (plan.combinations <= static_cast<double>(two_level ? kSmallTwoLevel : kSmallMixed)) {
    plan.runs = full_design(plan.factors);
  } else if (two_level) {
    const auto fraction = fraction_of(plan.factors.size(), options.resolution);
    if (!fraction) {
      return fail(ErrorCode::Limit, fmt::format("no design of resolution {} for {} factors has 128 runs or fewer",
                                                options.resolution, plan.factors.size()));
    }
    if (fraction->basic == plan.factors.size()) {
      plan.runs = full_design(plan.factors);
    } else {
      make_fraction(*fraction, plan);
    }
  } else {
    const size_t runs = options.runs > 0 ? options.runs : mixed_runs(plan.factors, plan.combinations);
    if (runs < 2 || runs > kMostRuns) return fail(ErrorCode::Limit, fmt::format("a plan has 2 to {} runs", kMostRuns));
    if (static_cast<double>(runs) >= plan.combinations) {
      plan.runs = full_design(plan.factors);
    } else {
      make_near_orthogonal(runs, dice, plan);
    }
  }
  // Each repeat is a block of its own: what drifts over days meets all settings alike.
  const auto once = plan.runs;
  plan.runs.clear();
  for (size_t repeat = 0; repeat < std::max<size_t>(options.repeats, 1); ++repeat) {
    if ((repeat + 1) * once.size() > kMostRuns)
      return fail(ErrorCode::Limit, fmt::format("a plan has at most {} runs", kMostRuns));
    auto block = once;
    dice.shuffle(block);
    plan.runs.insert(plan.runs.end(), block.begin(), block.end());
  }
  return plan;
}

}  // namespace inquest::experiment

#include "experiment/condition.h"

#include <algorithm>
#include <bit>
#include <set>

namespace inquest::experiment {
namespace {

using Mask = uint64_t;  // a set of factors

constexpr size_t kMostConditions = 24;
constexpr size_t kMostPrimes = 4'000;       // before those that say less than another go
constexpr uint64_t kMostWork = 20'000'000;  // steps of the search, about a second of them
constexpr size_t kMostDepth = 6;            // literals of a condition

bool has(Mask mask, size_t bit) { return (mask >> bit & 1U) != 0; }

// Every smallest set of factors that has one in common with each of `differences`, by branching on the difference that
// leaves least choice.
class HittingSets {
 public:
  HittingSets(std::vector<Mask> differences, uint64_t& work) : differences_(std::move(differences)), work_(work) {
    std::ranges::sort(differences_,
                      [](Mask a, Mask b) { return std::pair(std::popcount(a), a) < std::pair(std::popcount(b), b); });
    differences_.erase(std::unique(differences_.begin(), differences_.end()), differences_.end());
    // A difference that contains another is hit with it.
    std::vector<Mask> least;
    for (const Mask mask : differences_) {
      work_ -= std::min<uint64_t>(work_, least.size() + 1);
      if (work_ == 0) break;
      if (std::ranges::none_of(least, [&](Mask other) { return (other & mask) == other; })) least.push_back(mask);
    }
    differences_ = std::move(least);
  }

  std::vector<Mask> find() {
    // Smaller ones first, so that a larger one is recognised as such at once.
    for (size_t depth = 1; depth <= kMostDepth && work_ > 0; ++depth) descend(0, 0, depth);
    return std::move(found_);
  }

 private:
  // `banned`: factors that an earlier branch has taken, whose sets are found already.
  void descend(Mask chosen, Mask banned, size_t depth) {
    if (work_ == 0) return;
    Mask open = 0;
    bool all = true;
    for (const Mask mask : differences_) {
      work_ -= std::min<uint64_t>(work_, 1);
      if ((mask & chosen) != 0) continue;
      const Mask choice = mask & ~banned;
      if (choice == 0) return;
      if (all || std::popcount(choice) < std::popcount(open)) open = choice;
      all = false;
      if (std::popcount(open) == 1) break;
    }
    if (all) {
      if (depth == 0 && found_.size() < kMostPrimes &&
          std::ranges::none_of(found_, [&](Mask other) { return (other & chosen) == other; })) {
        found_.push_back(chosen);
      }
      return;
    }
    if (depth == 0) return;
    for (Mask rest = open; rest != 0; rest &= rest - 1) {
      const Mask bit = rest & (~rest + 1);
      descend(chosen | bit, banned, depth - 1);
      banned |= bit;
    }
  }

  std::vector<Mask> differences_;
  uint64_t& work_;
  std::vector<Mask> found_;
};

class Search {
 public:
  Search(const Design& design, const std::vector<Cell>& cells, const std::vector<bool>& positive)
      : design_(design), cells_(cells) {
    for (uint32_t i = 0; i < cells.size(); ++i) (positive[i] ? positives_ : negatives_).push_back(i);
  }

  Conditions run() {
    Conditions out;
    if (positives_.empty() || negatives_.empty()) return out;
    for (const uint32_t cell : positives_) {
      if (work_ == 0) break;
      // In a wide table most cells are explained by what was found for the first ones.
      if (positives_.size() > kFewCells && explained_.contains(cell)) continue;
      primes_of(cell);
    }
    out.cut = work_ == 0;
    drop_dominated();
    choose(out);
    return out;
  }

 private:
  static constexpr size_t kFewCells = 256;

  void primes_of(uint32_t index) {
    const auto& levels = cells_[index].levels;
    std::vector<Mask> differences;
    for (const uint32_t other : negatives_) {
      Mask mask = 0;
      for (size_t f = 0; f < levels.size(); ++f) mask |= Mask{levels[f] != cells_[other].levels[f]} << f;
      differences.push_back(mask);
    }
    work_ -= std::min<uint64_t>(work_, negatives_.size());
    for (const Mask mask : HittingSets(std::move(differences), work_).find()) {
      Condition condition;
      for (size_t f = 0; f < levels.size(); ++f) {
        if (has(mask, f)) condition.all.push_back({f, Levels{1} << levels[f]});
      }
      widen(condition);
      const bool fresh = std::ranges::none_of(found_, [&](const Condition& c) { return c.all == condition.all; });
      if (!fresh || found_.size() >= kMostPrimes) continue;
      measure(condition);
      found_.push_back(std::move(condition));
    }
  }

  // Neighbouring levels of an ordered factor join as long as no clean cell comes in, and are kept up to the last one
  // that brings a failing cell.
  void widen(Condition& condition) {
    for (Literal& literal : condition.all) {
      const Factor& factor = design_.factors[literal.factor];
      if (!factor.ordered) continue;
      for (const int step : {+1, -1}) {
        Levels kept = literal.levels;
        auto level = static_cast<int>(step > 0 ? 63 - std::countl_zero(kept) : std::countr_zero(kept)) + step;
        for (; level >= 0 && level < static_cast<int>(factor.levels.size()); level += step) {
          const Levels before = literal.levels;
          literal.levels |= Levels{1} << static_cast<unsigned>(level);
          if (holds_in(condition, negatives_)) {
            literal.levels = before;
            break;
          }
          Condition fresh = condition;
          for (Literal& other : fresh.all) {
            if (other.factor == literal.factor) other.levels = Levels{1} << static_cast<unsigned>(level);
          }
          if (holds_in(fresh, positives_)) kept = literal.levels;
        }
        literal.levels = kept;
      }
    }
  }

  bool holds_in(const Condition& condition, const std::vector<uint32_t>& indices) {
    work_ -= std::min<uint64_t>(work_, indices.size() / 4);
    return std::ranges::any_of(indices, [&](uint32_t i) { return condition.holds(cells_[i].levels); });
  }

  void measure(Condition& condition) {
    work_ -= std::min<uint64_t>(work_, positives_.size() / 4);
    for (const uint32_t i : positives_) {
      if (!condition.holds(cells_[i].levels)) continue;
      condition.inside.add(cells_[i].count);
      condition.covered.push_back(i);
      explained_.insert(i);
    }
  }

  void drop_dominated() {
    std::ranges::stable_sort(found_, [](const Condition& a, const Condition& b) {
      if (a.covered.size() != b.covered.size()) return a.covered.size() > b.covered.size();
      if (a.inside.failures != b.inside.failures) return a.inside.failures > b.inside.failures;
      return a.all.size() < b.all.size();
    });
    std::vector<Condition> kept;
    for (Condition& condition : found_) {
      const bool less = std::ranges::any_of(kept, [&](const Condition& other) {
        if (other.covered.size() <= condition.covered.size() || other.all.size() > condition.all.size()) return false;
        return std::ranges::includes(other.covered, condition.covered);
      });
      if (!less && kept.size() < kMostConditions * 8) kept.push_back(std::move(condition));
    }
    found_ = std::move(kept);
  }

  void choose(Conditions& out) {
    std::vector<uint32_t> explainers(cells_.size());
    for (const Condition& condition : found_) {
      for (const uint32_t cell : condition.covered) ++explainers[cell];
    }
    std::set<uint32_t> open;
    for (Condition& condition : found_) {
      condition.essential = std::ranges::any_of(condition.covered, [&](uint32_t c) { return explainers[c] == 1; });
      open.insert(condition.covered.begin(), condition.covered.end());
    }
    std::vector<bool> taken(found_.size());
    const auto take = [&](size_t i) {
      taken[i] = true;
      for (const uint32_t cell : found_[i].covered) open.erase(cell);
    };
    for (size_t i = 0; i < found_.size(); ++i) {
      if (found_[i].essential) take(i);
    }
    while (!open.empty()) {
      size_t best = found_.size();
      int64_t best_gain = 0;
      for (size_t i = 0; i < found_.size(); ++i) {
        if (taken[i]) continue;
        const auto gain = std::ranges::count_if(found_[i].covered, [&](uint32_t c) { return open.contains(c); });
        if (gain > best_gain) {
          best = i;
          best_gain = gain;
        }
      }
      if (best == found_.size()) break;
      take(best);
    }
    // What is chosen stands in any case; of the rest so many as a person would look at.
    size_t rest =
        kMostConditions - std::min<size_t>(kMostConditions, static_cast<size_t>(std::ranges::count(taken, true)));
    for (size_t i = 0; i < found_.size(); ++i) {
      if (!taken[i] && rest == 0) {
        ++out.left_out;
        continue;
      }
      if (taken[i]) {
        out.chosen.push_back(out.all.size());
      } else {
        --rest;
      }
      out.all.push_back(std::move(found_[i]));
    }
  }

  const Design& design_;
  const std::vector<Cell>& cells_;
  std::vector<uint32_t> positives_;
  std::vector<uint32_t> negatives_;
  std::vector<Condition> found_;
  std::set<uint32_t> explained_;
  uint64_t work_ = kMostWork;
};

}  // namespace

bool Condition::holds(const std::vector<uint8_t>& levels) const {
  return std::ranges::all_of(all, [&](const Literal& literal) { return has(literal.levels, levels[literal.factor]); });
}

std::vector<std::string> Condition::texts(const Design& design) const {
  std::vector<std::string> out;
  for (const Literal& literal : all) out.push_back(design.factors[literal.factor].text(literal.levels));
  return out;
}

Conditions find_conditions(const Design& design, const std::vector<Cell>& cells, const std::vector<bool>& positive) {
  return Search(design, cells, positive).run();
}

Count outside(const std::vector<Cell>& cells, const std::vector<Condition>& conditions) {
  Count count;
  for (const Cell& cell : cells) {
    if (std::ranges::none_of(conditions, [&](const Condition& c) { return c.holds(cell.levels); }))
      count.add(cell.count);
  }
  return count;
}

}  // namespace inquest::experiment

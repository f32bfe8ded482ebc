#include "experiment/rate_condition.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

#include "experiment/statistics.h"

namespace inquest::experiment {
namespace {

constexpr size_t kBeam = 12;
constexpr size_t kMostDepth = 4;
constexpr size_t kMostRates = 6;
// What a condition has to gain over its price, in nats: about what chance gives once in 20 tables.
constexpr double kLeastGain = 3;
constexpr uint64_t kMostPairWork = 200'000'000;  // steps

std::vector<Literal> literals_of(const Design& design) {
  std::vector<Literal> out;
  for (size_t f = 0; f < design.factors.size(); ++f) {
    const size_t count = design.factors[f].levels.size();
    for (size_t level = 0; level < count; ++level) out.push_back({f, Levels{1} << level});
    if (!design.factors[f].ordered || count < 3) continue;
    for (size_t cut = 1; cut < count; ++cut) {
      const Levels low = (Levels{1} << cut) - 1;
      const Levels all = (Levels{1} << count) - 1;
      if (cut > 1) out.push_back({f, low});
      if (cut + 1 < count) out.push_back({f, all & ~low});
    }
  }
  return out;
}

double price(const Design& design) {
  size_t levels = 0;
  for (const Factor& factor : design.factors) levels += factor.levels.size();
  return std::log(static_cast<double>(std::max<size_t>(levels, 2)));
}

struct Candidate {
  std::vector<Literal> all;  // by factor
  std::vector<uint32_t> members;
  Count inside;
  double gain = 0;
};

// The best conjunction for these cells.
class Search {
 public:
  Search(const Design& design, const std::vector<Cell>& cells, const std::vector<Literal>& literals,
         const std::vector<uint32_t>& open)
      : design_(design), cells_(cells), literals_(literals), open_(open), each_(price(design)) {
    for (const uint32_t i : open) all_.add(cells[i].count);
    nothing_ = log_likelihood(all_);
  }

  Candidate best() {
    Candidate best;
    std::vector<Candidate> beam = {{{}, open_, all_, 0}};
    for (size_t depth = 0; depth < kMostDepth && !beam.empty(); ++depth) {
      std::vector<Candidate> next;
      for (const Candidate& parent : beam) {
        for (const Literal& literal : literals_) extend(parent, literal, next);
        keep_best(next);
      }
      if (depth == 1) {
        for (Candidate& pair : pairs()) {
          if (!known(next, pair.all)) next.push_back(std::move(pair));
        }
        keep_best(next);
      }
      if (!next.empty() && next[0].gain > best.gain) best = next[0];
      beam = std::move(next);
    }
    return best;
  }

 private:
  static bool known(const std::vector<Candidate>& candidates, const std::vector<Literal>& all) {
    return std::ranges::any_of(candidates, [&](const Candidate& candidate) { return candidate.all == all; });
  }

  static void keep_best(std::vector<Candidate>& candidates) {
    std::ranges::stable_sort(candidates, std::ranges::greater(), &Candidate::gain);
    if (candidates.size() > kBeam) candidates.resize(kBeam);
  }

  // What a rate for these runs and one for the others gains; nothing where it is not the higher one.
  std::optional<double> gain(const Count& inside, size_t literals) const {
    const Count rest = {all_.failures - inside.failures, all_.runs - inside.runs};
    if (inside.runs == 0 || rest.runs == 0 || inside.rate() <= rest.rate()) return std::nullopt;
    return log_likelihood(inside) + log_likelihood(rest) - nothing_ - each_ * static_cast<double>(literals);
  }

  void extend(const Candidate& parent, const Literal& literal, std::vector<Candidate>& out) const {
    if (std::ranges::any_of(parent.all, [&](const Literal& l) { return l.factor == literal.factor; })) return;
    Candidate child{parent.all, {}, {}, 0};
    child.all.push_back(literal);
    std::ranges::sort(child.all, {}, &Literal::factor);
    if (known(out, child.all)) return;
    for (const uint32_t cell : parent.members) {
      if ((literal.levels >> cells_[cell].levels[literal.factor] & 1U) == 0) continue;
      child.members.push_back(cell);
      child.inside.add(cells_[cell].count);
    }
    const auto gained = gain(child.inside, child.all.size());
    if (!gained) return;
    child.gain = *gained;
    out.push_back(std::move(child));
  }

  // The best pairs of single levels: neither needs to show by itself. One pass over the cells for each pair of factors.
  std::vector<Candidate> pairs() const {
    std::vector<Candidate> out;
    const size_t factors = design_.factors.size();
    if (uint64_t{factors} * factors * open_.size() > kMostPairWork) return out;
    std::vector<Count> counts;
    for (size_t f = 0; f < factors; ++f) {
      for (size_t g = f + 1; g < factors; ++g) {
        const size_t width = design_.factors[g].levels.size();
        counts.assign(design_.factors[f].levels.size() * width, {});
        for (const uint32_t i : open_) counts[cells_[i].levels[f] * width + cells_[i].levels[g]].add(cells_[i].count);
        for (size_t i = 0; i < counts.size(); ++i) {
          const auto gained = gain(counts[i], 2);
          if (!gained || (out.size() >= kBeam && *gained <= out.back().gain)) continue;
          out.push_back({{{f, Levels{1} << (i / width)}, {g, Levels{1} << (i % width)}}, {}, counts[i], *gained});
          keep_best(out);
        }
      }
    }
    for (Candidate& pair : out) {
      for (const uint32_t i : open_) {
        const bool holds = std::ranges::all_of(
            pair.all, [&](const Literal& l) { return (l.levels >> cells_[i].levels[l.factor] & 1U) != 0; });
        if (holds) pair.members.push_back(i);
      }
    }
    return out;
  }

  const Design& design_;
  const std::vector<Cell>& cells_;
  const std::vector<Literal>& literals_;
  const std::vector<uint32_t>& open_;
  double each_;  // price of a literal
  Count all_;
  double nothing_ = 0;  // log-likelihood of one rate for all
};

}  // namespace

std::vector<Condition> find_rates(const Design& design, const std::vector<Cell>& cells) {
  std::vector<Condition> out;
  const std::vector<Literal> literals = literals_of(design);
  std::vector<uint32_t> open(cells.size());
  for (uint32_t i = 0; i < cells.size(); ++i) open[i] = i;
  while (out.size() < kMostRates) {
    const Candidate best = Search(design, cells, literals, open).best();
    if (best.all.empty() || best.gain < kLeastGain) break;
    Condition condition;
    condition.all = best.all;
    condition.essential = true;
    for (uint32_t i = 0; i < cells.size(); ++i) {
      if (!condition.holds(cells[i].levels)) continue;
      condition.inside.add(cells[i].count);
      if (cells[i].count.failures > 0) condition.covered.push_back(i);
    }
    std::erase_if(open, [&](uint32_t i) { return condition.holds(cells[i].levels); });
    out.push_back(std::move(condition));
  }
  return out;
}

double cost_of(const Design& design, const std::vector<Cell>& cells, const std::vector<Condition>& conditions) {
  std::vector<Count> counts(conditions.size() + 1);
  for (const Cell& cell : cells) {
    const auto found = std::ranges::find_if(conditions, [&](const Condition& c) { return c.holds(cell.levels); });
    counts[static_cast<size_t>(found - conditions.begin())].add(cell.count);
  }
  double cost = 0;
  for (const Count& count : counts) cost -= log_likelihood(count);
  size_t literals = 0;
  for (const Condition& condition : conditions) literals += condition.all.size();
  return cost + price(design) * static_cast<double>(literals);
}

}  // namespace inquest::experiment

#include "experiment/reversal.h"

#include <algorithm>

namespace inquest::experiment {
namespace {

constexpr size_t kMostReversals = 20;

struct Block {
  const std::vector<uint8_t>* levels;
  Reversal::Phase phase;
  bool pure = true;  // all of its runs ended alike
};

std::vector<Block> blocks_of(const Design& design) {
  std::vector<Block> blocks;
  for (const Run& run : design.runs) {
    const bool fails = run.count.failures == run.count.runs;
    const bool pure = fails || run.count.failures == 0;
    if (blocks.empty() || *blocks.back().levels != run.levels) {
      blocks.push_back({&run.levels, {run.row, run.row, 0, fails}, pure});
    } else {
      blocks.back().phase.last_row = run.row;
      blocks.back().pure = blocks.back().pure && pure && blocks.back().phase.fails == fails;
    }
  }
  return blocks;
}

// The one factor in which they differ; the number of factors where it is none or several.
size_t only_difference(const std::vector<uint8_t>& a, const std::vector<uint8_t>& b) {
  size_t found = a.size();
  for (size_t f = 0; f < a.size(); ++f) {
    if (a[f] == b[f]) continue;
    if (found != a.size()) return a.size();
    found = f;
  }
  return found;
}

}  // namespace

std::vector<Reversal> find_reversals(const Design& design) {
  std::vector<Reversal> out;
  const std::vector<Block> blocks = blocks_of(design);
  for (size_t i = 0; i + 2 < blocks.size() && out.size() < kMostReversals; ++i) {
    const size_t factor = only_difference(*blocks[i].levels, *blocks[i + 1].levels);
    if (factor == design.factors.size() || !blocks[i].pure) continue;
    size_t end = i + 1;
    while (end < blocks.size() && blocks[end].pure && blocks[end].phase.fails != blocks[end - 1].phase.fails &&
           (end == i + 1 || *blocks[end].levels == *blocks[end - 2].levels)) {
      ++end;
    }
    if (end - i < 3) continue;
    Reversal reversal;
    reversal.factor = factor;
    for (size_t b = i; b < end; ++b) {
      reversal.phases.push_back(blocks[b].phase);
      reversal.phases.back().level = (*blocks[b].levels)[factor];
    }
    out.push_back(std::move(reversal));
    i = end - 2;
  }
  std::ranges::stable_sort(out, std::ranges::greater(), [](const Reversal& r) { return r.phases.size(); });
  return out;
}

}  // namespace inquest::experiment

#include "experiment/cell.h"

#include <string>
#include <unordered_map>

namespace inquest::experiment {

std::vector<Cell> cells_of(const Design& design) {
  std::vector<Cell> cells;
  std::unordered_map<std::string, size_t> known;
  for (size_t i = 0; i < design.runs.size(); ++i) {
    const Run& run = design.runs[i];
    const auto [found, fresh] = known.try_emplace(std::string(run.levels.begin(), run.levels.end()), cells.size());
    if (fresh) cells.push_back({run.levels, {}, {}});
    Cell& cell = cells[found->second];
    cell.count.add(run.count);
    cell.runs.push_back(i);
  }
  return cells;
}

}  // namespace inquest::experiment

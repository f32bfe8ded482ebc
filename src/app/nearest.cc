#include "app/nearest.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace inquest::app {
namespace {

constexpr size_t kLongest = 64;  // nothing longer is a slip of the fingers

// Edits between two short texts: optimal string alignment.
size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<size_t>> edits(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) edits[i][0] = i;
  for (size_t j = 0; j <= b.size(); ++j) edits[0][j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      size_t best = std::min({edits[i - 1][j] + 1, edits[i][j - 1] + 1, edits[i - 1][j - 1] + change});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) best = std::min(best, edits[i - 2][j - 2] + 1);
      edits[i][j] = best;
    }
  }
  return edits[a.size()][b.size()];
}

}  // namespace

std::optional<std::string> nearest(std::string_view name, std::span<const std::string> candidates) {
  if (name.size() > kLongest) return std::nullopt;
  std::optional<std::string> best;
  size_t fewest = 0;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > kLongest) continue;
    // What was begun rightly may be short: "exam".
    const bool begun = name.size() >= 3 && candidate.starts_with(name);
    const size_t edits = begun ? 1 : distance(name, candidate);
    if (edits > std::max<size_t>(1, candidate.size() / 3)) continue;
    if (best && edits >= fewest) continue;
    best = candidate;
    fewest = edits;
  }
  return best;
}

std::string did_you_mean(std::string_view name, std::span<const std::string> candidates) {
  const auto meant = nearest(name, candidates);
  return meant ? fmt::format("; did you mean {}?", *meant) : std::string();
}

}  // namespace inquest::app

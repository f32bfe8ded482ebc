// A first design: which few of all combinations to run, so that every factor is tried fairly.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace inquest::experiment {

struct PlanFactor {
  std::string name;
  std::vector<std::string> levels;
};

struct PlanOptions {
  size_t resolution = 4;  // of two-level designs: 3, 4 or 5
  size_t runs = 0;        // of designs with other levels; 0: as many as balance needs
  size_t repeats = 1;     // of the whole design
  uint64_t seed = 1;      // of the order
};

struct Plan {
  enum class Kind : uint8_t { Full, Fractional, NearOrthogonal };
  Kind kind = Kind::Full;
  std::vector<PlanFactor> factors;
  std::vector<std::vector<uint8_t>> runs;  // in random order, which guards against drift
  double combinations = 0;                 // of the full design
  size_t resolution = 0;                   // of a fractional design: the length of its shortest word
  // What cannot be told apart by a fractional design: "A = B x C" (resolution III), "A x B = C x D" (IV); at most 24.
  std::vector<std::string> aliases;
  size_t aliases_left_out = 0;
  // Pairs of factors whose combinations do not come equally often, in a design that is only near-orthogonal.
  std::vector<std::pair<size_t, size_t>> unbalanced;
};

// "serial=yes,no", "disk=2G,8G,20G"; a name alone is a switch, yes and no. Malformed with what would be right.
Result<PlanFactor> parse_factor(std::string_view text);

// Two-level factors: the full design where it has at most 8 runs, else the smallest regular fraction of that resolution
// (Box and Hunter: The 2^(k-p) Fractional Factorial Designs, Technometrics 3, 1961). Other levels: the full design
// where it has at most 12 runs, else balanced columns, interchanged until pairs of them are as balanced as they become
// (Xu: An Algorithm for Constructing Orthogonal and Nearly-Orthogonal Arrays with Mixed Levels, Technometrics 44,
// 2002). At most 30 factors of at most 12 levels. The same input gives the same plan.
Result<Plan> make_plan(std::vector<PlanFactor> factors, const PlanOptions& options);

}  // namespace inquest::experiment

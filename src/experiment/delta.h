// Delta debugging: which few of many changes make it fail.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace inquest::experiment {

enum class Verdict : uint8_t { Good, Bad, Skip };

struct Minimum {
  std::vector<size_t> changes;  // rising; with these alone it fails
  bool minimal = false;         // without any one of them it did not (or could not be tested)
};

// Judges the good configuration with these changes (rising indices). Nothing: stop here.
using Judge = std::function<std::optional<Verdict>(const std::vector<size_t>& applied)>;
// Hears of each smaller set that still fails.
using Progressed = std::function<void(const std::vector<size_t>& failing)>;

// The set of all `count` changes is known to fail, the empty one not to. Finds a subset that fails and of which no
// single change can be left out: about (changes needed) x log2(count) verdicts where changes act alone, count² at
// worst. Sets that were judged are not asked for again. Where it is stopped, what was reached so far is returned, not
// `minimal`. (Zeller and Hildebrandt: Simplifying and Isolating Failure-Inducing Input, IEEE TSE 28, 2002: ddmin.)
Minimum minimise(size_t count, const Judge& judge, const Progressed& progressed = {});

}  // namespace inquest::experiment

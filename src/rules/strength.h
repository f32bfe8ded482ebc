// How strongly an observation speaks for or against an explanation.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace inquest::rules {

// Steps of a likelihood ratio: how much likelier the observation is where the hypothesis is true than where it is not.
// Four words and not a number, because nobody can tell 3:1 from 4:1 out of experience; docs/design/0003-rules.md.
enum class Strength : uint8_t {
  Weak,      // 1.5:1
  Moderate,  // 3:1
  Strong,    // 10:1
  Decisive,  // 100:1
};

// The likelihood ratio, and its natural logarithm: 0.41, 1.10, 2.30, 4.61.
double likelihood_ratio(Strength strength);
double log_odds(Strength strength);

// "weak", "moderate", "strong", "decisive".
std::string_view to_string(Strength strength);
std::optional<Strength> parse_strength(std::string_view word);

}  // namespace inquest::rules

#include "rules/strength.h"

#include <array>
#include <cmath>

namespace inquest::rules {
namespace {

constexpr std::array<std::string_view, 4> kWords = {"weak", "moderate", "strong", "decisive"};
constexpr std::array<double, 4> kRatios = {1.5, 3, 10, 100};

}  // namespace

double likelihood_ratio(Strength strength) { return kRatios[static_cast<size_t>(strength)]; }

double log_odds(Strength strength) { return std::log(likelihood_ratio(strength)); }

std::string_view to_string(Strength strength) { return kWords[static_cast<size_t>(strength)]; }

std::optional<Strength> parse_strength(std::string_view word) {
  for (size_t i = 0; i < kWords.size(); ++i) {
    if (kWords[i] == word) return static_cast<Strength>(i);
  }
  return std::nullopt;
}

}  // namespace inquest::rules

#include "rules/hypothesis.h"

#include <array>

namespace inquest::rules {

namespace {

constexpr std::array<std::string_view, 4> kKinds = {"root-cause", "trigger", "symptom", "mechanism"};

}  // namespace

std::string_view to_string(HypothesisKind kind) { return kKinds[static_cast<size_t>(kind)]; }

std::optional<HypothesisKind> parse_hypothesis_kind(std::string_view word) {
  for (size_t i = 0; i < kKinds.size(); ++i) {
    if (kKinds[i] == word) return static_cast<HypothesisKind>(i);
  }
  return std::nullopt;
}

std::optional<double> Hypothesis::rate(std::string_view class_name) const {
  for (const BaseRate& each : base) {
    if (each.class_name == class_name) return each.rate;
  }
  return std::nullopt;
}

}  // namespace inquest::rules

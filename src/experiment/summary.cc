#include "experiment/summary.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace inquest::experiment {
namespace {

constexpr size_t kMostNamed = 3;
constexpr double kLeastBits = 0.02;
constexpr double kAlpha = 0.05;

std::string text(const Analysis& analysis, const Condition& condition) {
  return fmt::format("{}", fmt::join(condition.texts(analysis.design), " and "));
}

std::string rows_text(const std::vector<size_t>& rows) {
  if (rows.size() == 1) return fmt::format("row {}", rows[0]);
  return fmt::format("rows {} and {}", fmt::join(rows.begin(), rows.end() - 1, ", "), rows.back());
}

}  // namespace

Summary summarise(const Analysis& analysis) {
  Summary out;
  const Conditions& conditions = analysis.conditions;
  if (conditions.chosen.empty()) return out;
  std::vector<std::string> parts;
  std::vector<std::string> doubts;
  for (const size_t i : conditions.chosen) {
    const Condition& chosen = conditions.all[i];
    if (parts.size() < kMostNamed) parts.push_back(text(analysis, chosen));
    for (const Condition& other : conditions.all) {
      if (&other == &chosen || other.covered != chosen.covered || doubts.size() >= kMostNamed) continue;
      doubts.push_back(
          fmt::format("Instead of {} it may as well be {}.", text(analysis, chosen), text(analysis, other)));
    }
  }
  const size_t more = conditions.chosen.size() - parts.size();
  out.answer = fmt::format("{} {} {}{} ({} of {} runs, and {} of {} without).",
                           analysis.design.failure == "fails" ? "It fails" : analysis.design.failure,
                           analysis.noisy ? "mostly with" : "only with", fmt::join(parts, ", or with "),
                           more > 0 ? fmt::format(", or in {} other settings", more) : "", analysis.inside.failures,
                           analysis.inside.runs, analysis.outside.failures, analysis.outside.runs);
  for (const Reversal& reversal : analysis.reversals) {
    doubts.push_back(fmt::format("Rows {} to {} are a reversal of {}, which is strong evidence for it.",
                                 reversal.phases.front().first_row, reversal.phases.back().last_row,
                                 analysis.design.factors[reversal.factor].name));
    break;
  }
  for (const ContradictedClaim& claim : analysis.contradicted) {
    const Factor& factor = analysis.design.factors[claim.literal.factor];
    if (!claim.rows.empty() && claim.rows.size() <= kMostNamed)
      doubts.push_back(fmt::format("{} alone is not enough: {} had it and did not fail.",
                                   factor.text(claim.literal.levels), rows_text(claim.rows)));
    if (!claim.same_rows.empty() && claim.same_rows.size() <= kMostNamed)
      doubts.push_back(fmt::format("The value of {} as such does not explain it: {} had the same and did not fail.",
                                   factor.name, rows_text(claim.same_rows)));
  }
  if (!analysis.contradictory.empty())
    doubts.push_back(fmt::format("Contradictory: {} had the same settings and ended differently.",
                                 rows_text(analysis.contradictory.front().rows)));
  if (!analysis.next.missing.empty())
    doubts.push_back(fmt::format("Never run: {}.", analysis.design.cell_text(analysis.next.missing.front().levels)));
  if (analysis.condition_p >= kAlpha)
    doubts.push_back(fmt::format("So few runs may be chance (Fisher's exact test: p = {:.2f}).", analysis.condition_p));
  out.doubts = fmt::format("{}", fmt::join(doubts, " "));
  if (!analysis.next.settings.empty() && analysis.next.settings.front().bits >= kLeastBits)
    out.next = fmt::format("Run next: {}.", analysis.design.cell_text(analysis.next.settings.front().levels));
  return out;
}

}  // namespace inquest::experiment

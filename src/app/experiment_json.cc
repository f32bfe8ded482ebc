#include "app/experiment_json.h"

#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace inquest::app {
namespace {

using Json = nlohmann::ordered_json;
using experiment::Analysis;
using experiment::Condition;
using experiment::Count;

constexpr size_t kMostCells = 1'000;
constexpr size_t kMostMissing = 100;
constexpr size_t kMostNext = 5;

// Digits that nobody can vouch for only make two answers differ.
double rounded(double value) { return value == 0 ? 0 : parse_double(fmt::format("{:.4g}", value)).value_or(value); }

Json count(const Count& from) { return {{"failures", from.failures}, {"runs", from.runs}}; }

std::string literal(const Analysis& analysis, const experiment::Literal& from) {
  return analysis.design.factors[from.factor].text(from.levels);
}

Json condition(const Analysis& analysis, const Condition& from, std::string_view outcome) {
  Json out = {{"outcome", outcome}, {"all", from.texts(analysis.design)}};
  out.update(count(from.inside));
  out["essential"] = from.essential;
  return out;
}

Json setting(const Analysis& analysis, const experiment::Setting& from) {
  Json all = Json::array();
  for (size_t f = 0; f < from.levels.size(); ++f)
    all.push_back(analysis.design.factors[f].text(experiment::Levels{1} << from.levels[f]));
  return {{"all", std::move(all)},
          {"bits", rounded(from.bits)},
          {"failure_probability", rounded(from.failing)},
          {"runs", from.runs}};
}

Json names(const Analysis& analysis, const std::vector<size_t>& factors) {
  Json out = Json::array();
  for (const size_t f : factors) out.push_back(analysis.design.factors[f].name);
  return out;
}

}  // namespace

std::string experiment_json(const Analysis& analysis) {
  const experiment::Design& design = analysis.design;
  const auto factor = [&](size_t f) -> const experiment::Factor& { return design.factors[f]; };
  Json out = {{"schema", 1}, {"outcome_column", design.outcome}, {"outcome_reason", design.outcome_why}};
  out["failure"] = design.failure;
  out.update(count(design.total()));
  out["noisy"] = analysis.noisy;

  out["conditions"] = Json::array();
  for (const Condition& c : analysis.conditions.all)
    out["conditions"].push_back(condition(analysis, c, design.failure));
  out["conditions_left_out"] = analysis.conditions.left_out;
  out["search_complete"] = !analysis.conditions.cut;
  out["clean_conditions"] = Json::array();
  for (const Condition& c : analysis.clean) out["clean_conditions"].push_back(condition(analysis, c, "clean"));
  out["necessary"] = Json::array();
  for (const auto& l : analysis.necessary) out["necessary"].push_back(literal(analysis, l));
  out["associated"] = Json::array();
  for (const size_t f : analysis.associated)
    out["associated"].push_back(factor(f).text(experiment::Levels{1} << analysis.tests[f].worst));
  out["red_herrings"] = Json::array();
  for (const auto& herring : analysis.red_herrings) out["red_herrings"].push_back(factor(herring.factor).name);
  out["confounded"] = Json::array();
  for (const auto& group : analysis.confounded) out["confounded"].push_back(names(analysis, group));
  out["missing_cells"] = Json::array();
  for (const auto& missing : analysis.next.missing) {
    if (out["missing_cells"].size() == kMostMissing) break;
    out["missing_cells"].push_back(design.cell_text(missing.levels));
  }
  out["missing_cells_total"] = analysis.next.missing_count;
  out["contradictory_rows"] = Json::array();
  out["contradictions"] = Json::array();
  for (const auto& rows : analysis.contradictory) {
    for (const size_t row : rows.rows) out["contradictory_rows"].push_back(row);
    Json one = {{"cell", design.cell_text(analysis.cells[rows.cell].levels)}, {"rows", rows.rows}};
    one.update(count(analysis.cells[rows.cell].count));
    out["contradictions"].push_back(std::move(one));
  }
  out["contradicted_claims"] = Json::array();
  for (const auto& claim : analysis.contradicted) {
    const std::string text = literal(analysis, claim.literal);
    out["contradicted_claims"].push_back({{"claim", fmt::format("{} alone makes it fail", text)},
                                          {"rows", claim.rows},
                                          {"same_value_rows", claim.same_rows}});
  }
  out["decisive_pairs"] = Json::array();
  for (const auto& pair : analysis.decisive) {
    out["decisive_pairs"].push_back(
        {{"factor", factor(pair.factor).name}, {"failing_row", pair.failing_row}, {"clean_row", pair.clean_row}});
  }
  out["reversals"] = Json::array();
  for (const auto& reversal : analysis.reversals) {
    Json phases = Json::array();
    for (const auto& phase : reversal.phases) {
      phases.push_back({{"first_row", phase.first_row},
                        {"last_row", phase.last_row},
                        {"value", factor(reversal.factor).levels[phase.level]},
                        {"fails", phase.fails}});
    }
    out["reversals"].push_back({{"factor", factor(reversal.factor).name}, {"phases", std::move(phases)}});
  }
  out["tests"] = Json::array();
  for (const auto& test : analysis.tests) {
    out["tests"].push_back({{"factor", factor(test.factor).name},
                            {"test", test.test.name},
                            {"p", rounded(test.test.p)},
                            {"p_adjusted", rounded(test.adjusted)}});
  }
  out["condition_p"] = rounded(analysis.condition_p);
  out["clean_runs_needed"] = analysis.clean_runs_needed ? Json(*analysis.clean_runs_needed) : Json();
  out["next_runs"] = Json::array();
  out["next_run_details"] = Json::array();
  for (const auto& next : analysis.next.settings) {
    if (out["next_runs"].size() == kMostNext) break;
    out["next_runs"].push_back(design.cell_text(next.levels));
    out["next_run_details"].push_back(setting(analysis, next));
  }
  out["leading"] = {{"explanation", analysis.next.leading},
                    {"probability", rounded(analysis.next.leading_probability)}};
  out["cells"] = Json::array();
  for (const auto& cell : analysis.cells) {
    if (out["cells"].size() == kMostCells) break;
    Json one = {{"cell", design.cell_text(cell.levels)}};
    one.update(count(cell.count));
    const auto rate = experiment::failure_rate(cell.count);
    one["rate"] = {{"mean", rounded(rate.mean)}, {"low", rounded(rate.low)}, {"high", rounded(rate.high)}};
    out["cells"].push_back(std::move(one));
  }
  out["constants"] = design.constants;
  out["columns"] = Json::array();
  for (const auto& column : design.columns)
    out["columns"].push_back({{"name", column.name}, {"use", column.use}, {"why", column.why}});
  out["notes"] = design.notes;
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace inquest::app

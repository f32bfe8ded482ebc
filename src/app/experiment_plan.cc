#include "app/experiment_plan.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "app/message.h"
#include "app/output.h"
#include "app/terminal.h"
#include "base/text.h"
#include "report/document.h"
#include "report/text.h"

namespace inquest::app {
namespace {

using experiment::Plan;

// As `experiment` reads them back.
constexpr std::string_view kRun = "Run";
constexpr std::string_view kResult = "Result";

std::string pipe_safe(std::string_view cell) {
  std::string out;
  for (const char c : cell) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

std::string markdown(const Plan& plan) {
  std::vector<std::vector<std::string>> rows(1);
  rows[0].emplace_back(kRun);
  for (const auto& factor : plan.factors) rows[0].push_back(pipe_safe(factor.name));
  rows[0].emplace_back(kResult);
  for (size_t i = 0; i < plan.runs.size(); ++i) {
    std::vector<std::string> row = {fmt::format("{}", i + 1)};
    for (size_t f = 0; f < plan.factors.size(); ++f) row.push_back(pipe_safe(plan.factors[f].levels[plan.runs[i][f]]));
    row.emplace_back();
    rows.push_back(std::move(row));
  }
  std::vector<size_t> widths;
  for (size_t c = 0; c < rows[0].size(); ++c) {
    size_t width = 3;
    for (const auto& row : rows) width = std::max(width, columns(row[c]));
    widths.push_back(width);
  }
  std::string out;
  for (size_t r = 0; r < rows.size(); ++r) {
    for (size_t c = 0; c < rows[r].size(); ++c)
      out += fmt::format("| {}{} ", rows[r][c], std::string(widths[c] - columns(rows[r][c]), ' '));
    out += "|\n";
    if (r > 0) continue;
    for (const size_t width : widths) out += fmt::format("|{}", std::string(width + 2, '-'));
    out += "|\n";
  }
  return out;
}

std::string csv_cell(std::string_view cell) {
  if (cell.find_first_of(",;\"\t") == std::string_view::npos) return std::string(cell);
  std::string out = "\"";
  for (const char c : cell) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string csv(const Plan& plan) {
  std::string out(kRun);
  for (const auto& factor : plan.factors) out += "," + csv_cell(factor.name);
  out += fmt::format(",{}\n", kResult);
  for (size_t i = 0; i < plan.runs.size(); ++i) {
    out += fmt::format("{}", i + 1);
    for (size_t f = 0; f < plan.factors.size(); ++f) out += "," + csv_cell(plan.factors[f].levels[plan.runs[i][f]]);
    out += ",\n";
  }
  return out;
}

std::string json(const Plan& plan) {
  using Json = nlohmann::ordered_json;
  const std::string_view kind = plan.kind == Plan::Kind::Full         ? "full"
                                : plan.kind == Plan::Kind::Fractional ? "fractional"
                                                                      : "near-orthogonal";
  Json out = {{"schema", 1}, {"kind", kind}, {"combinations", plan.combinations}};
  out["resolution"] = plan.resolution == 0 ? Json() : Json(plan.resolution);
  out["runs"] = Json::array();
  for (const auto& levels : plan.runs) {
    Json run = Json::object();
    for (size_t f = 0; f < levels.size(); ++f) run[plan.factors[f].name] = plan.factors[f].levels[levels[f]];
    out["runs"].push_back(std::move(run));
  }
  out["aliases"] = plan.aliases;
  out["aliases_left_out"] = plan.aliases_left_out;
  out["unbalanced"] = Json::array();
  for (const auto& [a, b] : plan.unbalanced) out["unbalanced"].push_back({plan.factors[a].name, plan.factors[b].name});
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

// What stands around the table; `experiment` reads the table out of it.
std::string above(const Plan& plan) {
  const std::string runs = counted(plan.runs.size(), "run");
  switch (plan.kind) {
    case Plan::Kind::Full:
      return fmt::format(
          "{}: every combination. Keep the order, which is random so that nothing that drifts can pose as a cause; "
          "fill in the last column (ok, or what went wrong).",
          runs);
    case Plan::Kind::Fractional:
      return fmt::format(
          "{} of {:.0f} combinations: a fraction of resolution {}. Keep the order, which is random so that nothing "
          "that drifts can pose as a cause; fill in the last column (ok, or what went wrong).",
          runs, plan.combinations,
          plan.resolution == 3   ? "III: single factors are told apart, but not from pairs"
          : plan.resolution == 4 ? "IV: single factors are told apart, and from pairs, but pairs not from each other"
                                 : "V: single factors and pairs are told apart");
    case Plan::Kind::NearOrthogonal:
      return fmt::format(
          "{} of {:.0f} combinations, every value as often as the others as far as that goes. Keep the order, which is "
          "random so that nothing that drifts can pose as a cause; fill in the last column (ok, or what went wrong).",
          runs, plan.combinations);
  }
  return {};
}

std::string text(const Plan& plan) {
  const size_t width = text_width();
  const bool colour = use_colour(Colour::Auto);
  std::string out =
      report::render_text({report::Paragraph{report::Text(above(plan))}}, width, colour) + "\n" + markdown(plan) + "\n";
  report::Document below;
  if (!plan.aliases.empty()) {
    std::string also = fmt::format("What these runs cannot tell apart: {}", fmt::join(plan.aliases, "; "));
    if (plan.aliases_left_out > 0) also += fmt::format("; and {} more", plan.aliases_left_out);
    below.emplace_back(report::Paragraph{report::Text(also + ".")});
  }
  if (!plan.unbalanced.empty()) {
    std::vector<std::string> pairs;
    for (const auto& [a, b] : plan.unbalanced) {
      if (pairs.size() < 12) pairs.push_back(fmt::format("{} and {}", plan.factors[a].name, plan.factors[b].name));
    }
    below.emplace_back(report::Paragraph{
        report::Text(fmt::format("Not every pair of values comes equally often of: {}{}.", fmt::join(pairs, "; "),
                                 plan.unbalanced.size() > pairs.size() ? "; and others" : ""))});
  }
  below.emplace_back(report::Paragraph{report::Text("Then: inquest experiment FILE")});
  return out + report::render_text(below, width, colour);
}

}  // namespace

ExitStatus plan(std::span<const std::string> factors, const experiment::PlanOptions& options, PlanFormat format) {
  std::vector<experiment::PlanFactor> parsed;
  for (const std::string& factor : factors) {
    auto one = experiment::parse_factor(factor);
    if (!one) return usage_error(one.error().message, "experiment");
    parsed.push_back(*std::move(one));
  }
  const auto made = experiment::make_plan(std::move(parsed), options);
  if (!made) return usage_error(made.error().message, "experiment");
  return print(format == PlanFormat::Json ? json(*made) : format == PlanFormat::Csv ? csv(*made) : text(*made));
}

}  // namespace inquest::app

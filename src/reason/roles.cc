#include "reason/roles.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::reason {
namespace {

using model::Hypothesis;
using model::Role;

constexpr std::string_view kSomethingElse = "something-else";
constexpr double kSetOff = 0.1;  // a trigger less probable than this is not worth naming
constexpr size_t kMostSymptoms = 6;
// Rules that draw a conclusion from several things show none by themselves.
constexpr std::string_view kConclusions = "context.";

const Hypothesis* root_cause(const model::Incident& incident) {
  for (const Hypothesis& one : incident.hypotheses) {
    if (one.id == kSomethingElse || one.kind == "trigger" || one.kind == "symptom") continue;
    const bool known = one.status == "likely" || (one.status == "possible" && !one.speaks_for.empty());
    return known ? &one : nullptr;
  }
  return nullptr;
}

void add_triggers(const model::Incident& incident, std::span<const Feature> features, std::vector<Role>& out) {
  for (const Feature& feature : features) {
    if (feature.name == "just-begun") out.push_back({"trigger", feature.text, feature.cites});
  }
  for (const Hypothesis& one : incident.hypotheses) {
    if (one.kind != "trigger" || one.probability < kSetOff || one.speaks_for.empty()) continue;
    out.push_back({"trigger", fmt::format("{} ({}, {:.2f}).", one.title, one.status, one.probability),
                   one.speaks_for.front().cites});
  }
}

void add_symptoms(const model::Incident& incident, const Hypothesis* root, std::vector<Role>& out) {
  size_t count = 0;
  const auto add = [&](std::string text, const std::vector<model::Citation>& cites) {
    const bool known = std::ranges::any_of(out, [&](const Role& role) { return role.text == text; });
    if (!known && count++ < kMostSymptoms) out.push_back({"symptom", std::move(text), cites});
  };
  for (const model::CrashReport& report : incident.crashes) {
    if (!report.crash.previous_boot) add(fmt::format("{}.", printable(report.crash.title)), report.cites);
  }
  if (root == nullptr) return;
  for (const model::Contribution& term : root->sum) {
    if (term.log_odds <= 0 || term.rule.empty() || term.rule.starts_with(kConclusions) || term.cites.empty()) continue;
    const size_t colon = term.text.find(": ");
    add(term.text.substr(0, colon) + ".", term.cites);
  }
}

}  // namespace

std::vector<Role> find_roles(const model::Incident& incident, std::span<const Feature> features) {
  std::vector<Role> out;
  const Hypothesis* root = root_cause(incident);
  if (root != nullptr) {
    std::vector<model::Citation> cites;
    if (!root->speaks_for.empty()) cites = root->speaks_for.front().cites;
    out.push_back({"root-cause", fmt::format("{} ({}, {:.2f}).", root->title, root->status, root->probability),
                   std::move(cites)});
  }
  add_triggers(incident, features, out);
  add_symptoms(incident, root, out);
  return out;
}

}  // namespace inquest::reason

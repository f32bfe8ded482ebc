// Explanations weighed against each other: what speaks for each, what against it, and what is missing.
#pragma once

#include <span>
#include <vector>

#include "model/inquiry.h"
#include "reason/world.h"
#include "rules/knowledge_base.h"

namespace inquest::reason {

// A rule that an incident shows, and where.
struct Fired {
  const rules::Rule* rule = nullptr;
  model::Statement statement;  // its title
};

// The rules that fire in a world: those of `lines`, whose patterns matched, as far as their conditions hold, and those
// that are conditions alone. The world learns of each. What a more specific one hides is not among them.
std::vector<Fired> fire(const rules::KnowledgeBase& base, std::vector<Fired> lines, World& world);

// Every hypothesis that has a base rate for the incident's class and is not beside the point, the most probable first,
// those that are ruled out at the end. Empty where the class has no hypotheses.
std::vector<model::Hypothesis> weigh(const rules::KnowledgeBase& base, std::span<const Fired> fired, const World& world,
                                     const model::Incident& incident);

// A check that is still open, and how much it would move the probabilities.
struct OpenCheck {
  std::string text;
  std::string command;
  double gain = 0;  // of no unit: for ordering
};
// What is missing, the most telling first, each once.
std::vector<OpenCheck> open_checks(const rules::KnowledgeBase& base, const World& world,
                                   std::span<const model::Hypothesis> hypotheses);

}  // namespace inquest::reason

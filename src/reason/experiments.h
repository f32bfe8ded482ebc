// Tables of reproduction runs in the evidence, and what they say about explanations.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiment/analysis.h"
#include "model/inquiry.h"
#include "reason/host_facts.h"
#include "rules/hypothesis.h"

namespace inquest::reason {

// A table that somebody kept of runs, analysed: rows that differ in settings and in how they ended.
struct Experiment {
  experiment::Analysis analysis;
  std::string answer;                  // "It fails only with disk=20G and serial=no (1 of 1 runs, and 0 of 3 without)."
  std::vector<model::Citation> cites;  // one a row
};

// The tables among a host's facts (`table.row`, one a row: "disk = 20G; serial = no; Result = panic") that compare runs
// and show a condition. Empty where there is none.
std::vector<Experiment> find_experiments(const HostFacts& facts);

// What a table says about a hypothesis: for it where a setting that the hypothesis is about is a part of what makes
// runs fail, against it where the data shows that this setting does not matter. Nothing where no setting is about it.
//
// How much: strong where the setting was put back and forth and the fault followed, or where Fisher's test says that
// it is hardly chance; moderate where two rows differ in it alone; weak otherwise. Rows that contradict each other, and
// settings that never varied one without the other, take one step off.
std::optional<model::Contribution> contribution_of(const Experiment& experiment, const rules::Hypothesis& hypothesis);

}  // namespace inquest::reason

// What do the reproduction runs show that somebody wrote down in a table?
#include "experiment/summary.h"
#include "reason/experiments.h"
#include "reason/finding_rule.h"

namespace inquest::reason {
namespace {

void find(const Scene& /*scene*/, const HostFacts& facts, std::vector<model::Finding>& out) {
  for (Experiment& runs : find_experiments(facts)) {
    experiment::Summary summary = summarise(runs.analysis);
    out.push_back({"reproduction-runs",
                   {},
                   "By the table of runs: " + runs.answer,
                   std::move(summary.doubts),
                   {std::move(summary.next), {}},
                   std::move(runs.cites)});
  }
}

}  // namespace

extern const FindingRule reproduction_runs_finding_rule;
const FindingRule reproduction_runs_finding_rule{"what do the reproduction runs show?", find};

}  // namespace inquest::reason

#include "reason/findings.h"

#include "reason/finding_rule.h"

namespace inquest::reason {

std::vector<model::Finding> find_findings(const Scene& scene) {
  std::vector<model::Finding> out;
  for (const HostFacts& facts : facts_by_host(scene.the_case, scene.names)) {
    for (const FindingRule* rule : finding_rules()) {
      const size_t before = out.size();
      rule->find(scene, facts, out);
      for (size_t i = before; i < out.size(); ++i) out[i].host = std::string(scene.the_case.str(facts.host()));
      if (out.size() >= kMostFindings) {
        out.resize(kMostFindings);
        return out;
      }
    }
  }
  return out;
}

}  // namespace inquest::reason

#include "reason/findings.h"

#include <set>

#include "reason/finding_rule.h"

namespace inquest::reason {

std::vector<model::Finding> find_findings(const Scene& scene) {
  std::vector<model::Finding> out;
  std::vector<HostFacts> hosts = facts_by_host(scene.the_case, scene.names);
  // A host's records alone may answer a question, too.
  std::set<model::StrId> known;
  for (const HostFacts& facts : hosts) known.insert(facts.host());
  const auto add = [&](model::StrId host) {
    if (known.insert(host).second) hosts.emplace_back(host);
  };
  for (const BootTrack& boot : scene.boots) add(boot.host);
  for (const Presence& presence : scene.presences) add(scene.names.host(presence.host));
  for (const HostFacts& facts : hosts) {
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

// Which services have failed, and which ones that would have kept evidence?
#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "reason/finding_rule.h"

namespace inquest::reason {
namespace {

using model::Finding;

bool keeps_evidence(std::string_view unit) {
  for (const std::string_view each :
       {"kdump", "systemd-pstore", "rasdaemon", "mcelog", "rsyslog", "systemd-journal", "netconsole", "telegraf",
        "log2ram", "zfs-zed", "smartd", "smartmontools", "watchdog"}) {
    if (unit.starts_with(each)) return true;
  }
  return false;
}

void find(const Scene& /*scene*/, const HostFacts& facts, std::vector<Finding>& out) {
  std::vector<std::string> names;
  std::vector<model::Citation> cites;
  bool evidence = false;
  for (const model::Fact* fact : facts.all("unit.failed")) {
    const std::string name = printable(fact->value);
    if (std::ranges::find(names, name) != names.end()) continue;
    evidence = evidence || keeps_evidence(name);
    if (names.size() < 20) names.push_back(name);
    cites.push_back(fact->cite);
  }
  if (names.empty()) return;
  out.push_back({evidence ? "evidence-service-failed" : "services-failed",
                 {},
                 fmt::format("{} failed: {}.", names.size() == 1 ? "A unit has" : "Units have", fmt::join(names, ", ")),
                 evidence ? "Among them is one that would have kept or sent evidence."
                          : "Whether it has to do with the death, its own log says.",
                 {"Look at why.", fmt::format("journalctl -b -u {}", names.front())},
                 cites});
}

}  // namespace

extern const FindingRule services_finding_rule;
const FindingRule services_finding_rule{"which services have failed?", find};

}  // namespace inquest::reason

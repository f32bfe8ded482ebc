// One question that the facts of a host may answer. A new one is a new file in reason/findings/.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "model/inquiry.h"
#include "reason/death.h"
#include "reason/host_facts.h"

namespace inquest::reason {

struct FindingRule {
  std::string_view question;  // "is the running command line the intended one?"
  // Adds what the facts of one host show, each with its citations; `host` of a finding is filled in afterwards. Facts
  // that are missing show nothing.
  void (*find)(const Scene& scene, const HostFacts& facts, std::vector<model::Finding>& out);
};

// All of them, by the names of their files: a table generated from reason/findings/.
std::span<const FindingRule* const> finding_rules();

}  // namespace inquest::reason

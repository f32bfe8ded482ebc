// Boots that never brought the host up, and ended in a shell or nowhere, without a panic.
#pragma once

#include <vector>

#include "reason/death.h"
#include "rules/knowledge_base.h"

namespace inquest::reason {

// One for each boot that no death accounts for, in whose log a rule of the class boot-failure fired (an error at
// least), and whose log ends within minutes of it without a shutdown: Fate::Unbooted. A boot that went on was held up,
// not stopped.
std::vector<Death> find_failed_boots(const Scene& scene, const std::vector<Death>& deaths,
                                     const rules::KnowledgeBase& base);

}  // namespace inquest::reason

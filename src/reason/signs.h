// The signs on the lines of a case that concern one death.
#pragma once

#include <vector>

#include "reason/death.h"
#include "reason/features.h"
#include "reason/weigh.h"
#include "rules/knowledge_base.h"

namespace inquest::reason {

// Rules whose patterns matched: on lines of the boot that died; on the first lines of the boot that followed, where
// they speak of the one before; and on lines of other hosts around the death, where they name this one or speak of
// power, which is shared. Each rule once, with its first lines.
std::vector<Fired> signs_of(const Scene& scene, const Death& death, const rules::KnowledgeBase& base);

// The rules among them that fired in the last minutes of the boot that died: one feature `last-words` each, its value
// the rule's id. What a host said all day says less about its end than what it said last.
std::vector<Feature> last_words(const Scene& scene, const Death& death, const rules::KnowledgeBase& base);

}  // namespace inquest::reason

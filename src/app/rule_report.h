// Rules of the knowledge base, for a person to read.
#pragma once

#include "report/document.h"
#include "rules/knowledge_base.h"

namespace inquest::app {

// Everything that a rule says, its cases too.
report::Document describe(const rules::Rule& rule);
// One line a rule: id, severity, title. Only those whose id, class or title has each of the words.
report::Document list_rules(const rules::KnowledgeBase& base, std::span<const std::string> words);

}  // namespace inquest::app

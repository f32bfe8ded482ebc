// The built-in knowledge base as bytes inside the program.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "rules/knowledge_base.h"

namespace inquest::rules {

// Written by the build and read by the same program: no format for others, and without versions. Everything of the base
// but the files' names comes back; regular expressions are compiled when they are first needed, so that reading takes a
// millisecond.
std::string to_blob(const KnowledgeBase& base);
Result<KnowledgeBase> from_blob(std::string_view blob);

// What the build put in: the knowledge base, and the patterns of its rules compiled for a generic CPU (matcher.h).
std::string_view builtin_knowledge();
std::string_view builtin_patterns();

}  // namespace inquest::rules

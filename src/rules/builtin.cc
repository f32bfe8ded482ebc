#include <algorithm>

#include "rules/knowledge_base.h"
#include "rules/knowledge_blob.h"
#include "rules/matcher.h"

namespace inquest::rules {

const KnowledgeBase& KnowledgeBase::builtin() {
  // The bytes are our own, checked by a test: without them there is a base that knows nothing, and no crash.
  static const KnowledgeBase base = from_blob(builtin_knowledge()).value_or(KnowledgeBase());
  return base;
}

Loaded KnowledgeBase::with(std::span<const std::string> folders) { return builtin().extended(folders); }

Result<Matcher> Matcher::of(const KnowledgeBase& base) {
  // A base without the built-in rules, or with others that were not read from a file, has other patterns.
  const auto from_file = [](const Rule& rule) { return !rule.file.empty(); };
  const size_t own = static_cast<size_t>(std::ranges::count_if(base.rules(), from_file));
  const bool complete = base.rules().size() - own == KnowledgeBase::builtin().rules().size();
  return make(base, complete ? builtin_patterns() : std::string_view());
}

}  // namespace inquest::rules

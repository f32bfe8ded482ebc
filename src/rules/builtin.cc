#include "rules/knowledge_base.h"
#include "rules/knowledge_blob.h"

namespace inquest::rules {

const KnowledgeBase& KnowledgeBase::builtin() {
  // The bytes are our own, checked by a test: without them there is a base that knows nothing, and no crash.
  static const KnowledgeBase base = from_blob(builtin_knowledge()).value_or(KnowledgeBase());
  return base;
}

Loaded KnowledgeBase::with(std::span<const std::string> folders) { return builtin().extended(folders); }

}  // namespace inquest::rules

// The knowledge base: every rule and hypothesis, found by id.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "rules/hypothesis.h"
#include "rules/rule.h"

namespace inquest::rules {

struct Loaded;

// Immutable once loaded; safe to share between threads. Rules and hypotheses stay where they are as long as it lives.
class KnowledgeBase {
 public:
  // What the program was built with: rules/ of the source tree, checked at build time. Read when first asked for.
  static const KnowledgeBase& builtin();
  // The built-in one, and what lies in folders of the user's own: signs/**.toml, hypotheses/*.toml, and rules directly
  // in the folder. A file with a fault is left out; all faults of all folders are told, each with file and line.
  static Loaded with(std::span<const std::string> folders);
  // The same of any base.
  Loaded extended(std::span<const std::string> folders) const;
  // Only what lies in that folder, laid out like rules/.
  static Loaded load(const std::string& folder);

  // Sorted by id.
  std::span<const Rule> rules() const { return rules_; }
  std::span<const Hypothesis> hypotheses() const { return hypotheses_; }
  // Null where there is none.
  const Rule* rule(std::string_view id) const;
  const Hypothesis* hypothesis(std::string_view id) const;

  KnowledgeBase() = default;
  KnowledgeBase(std::vector<Rule> rules, std::vector<Hypothesis> hypotheses);

 private:
  std::vector<Rule> rules_;
  std::vector<Hypothesis> hypotheses_;
};

struct Loaded {
  KnowledgeBase base;
  std::vector<Error> faults;
};

}  // namespace inquest::rules

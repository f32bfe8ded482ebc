// The rules that a command works with: the built-in ones, the host's and those of the command line.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "base/error.h"
#include "rules/knowledge_base.h"
#include "rules/matcher.h"

namespace inquest::app {

// Rules of whoever runs this host; read where it is there.
inline constexpr const char* kHostRules = "/etc/inquest/rules.d";

class Knowledge {
 public:
  // Complains, on standard error, of each rule that cannot be used, and goes on without it. NotFound where a folder of
  // the command line does not exist.
  static Result<Knowledge> load(std::span<const std::string> folders);

  const rules::KnowledgeBase& base() const { return own_ ? *own_ : rules::KnowledgeBase::builtin(); }
  const rules::Matcher& matcher() const { return *matcher_; }

 private:
  std::unique_ptr<rules::KnowledgeBase> own_;  // null: nothing but what is built in
  std::unique_ptr<rules::Matcher> matcher_;    // refers to the base, which stays where it is
};

}  // namespace inquest::app

// A world that consists of what somebody wrote down: of a rule's case, or of a test.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "rules/condition.h"

namespace inquest::rules {

// Each statement is a term that stands alone ("class silent-hang") or has a value behind = ("fact kernel.cmdline =
// quiet"). The handle of an answer is the statement's index.
class StatedWorld : public World {
 public:
  explicit StatedWorld(std::vector<Term> statements) : statements_(std::move(statements)) {}

  std::vector<Answer> answers(Subject subject, std::string_view name) const override;

 private:
  std::vector<Term> statements_;
};

}  // namespace inquest::rules

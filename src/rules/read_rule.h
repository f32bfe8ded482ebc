// Reads one file of the knowledge base.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "rules/hypothesis.h"
#include "rules/rule.h"

namespace inquest::rules {

// A mention of another file's id, to be looked up when all files are read.
struct Mention {
  enum class Kind : uint8_t { Rule, Hypothesis };
  Kind kind{};
  std::string id;
  std::string file;
  uint64_t line = 0;
};

// `file` is the path, whose last part must be the id and ".toml". Nothing where anything is wrong with it: what, and
// where, is added to `faults`. A rule's cases are tried.
std::optional<Rule> read_rule(std::string_view toml, const std::string& file, std::vector<Mention>& mentions,
                              std::vector<Error>& faults);
std::optional<Hypothesis> read_hypothesis(std::string_view toml, const std::string& file,
                                          std::vector<Mention>& mentions, std::vector<Error>& faults);

}  // namespace inquest::rules

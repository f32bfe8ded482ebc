#include "support/records.h"

#include <fmt/format.h>

namespace inquest::testing {

std::vector<std::string> facts_of(const model::Case& c) {
  std::vector<std::string> out;
  for (const model::Fact& fact : c.facts) {
    const std::string host = fact.host == 0 ? std::string() : fmt::format("{}: ", c.str(fact.host));
    out.push_back(fmt::format("{} {}{} = {}", fact.cite.line, host, fact.key, fact.value));
  }
  return out;
}

std::vector<std::string> problems_of(const model::Case& c) {
  std::vector<std::string> out;
  for (const model::Evidence& evidence : c.evidence) {
    for (const model::Diagnostic& diagnostic : evidence.diagnostics) {
      out.push_back(fmt::format("{} {}", diagnostic.line, diagnostic.message));
    }
  }
  return out;
}

}  // namespace inquest::testing

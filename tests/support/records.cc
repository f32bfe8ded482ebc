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

std::vector<std::string> series_of(const model::Case& c) {
  std::vector<std::string> out;
  for (const model::Series& s : c.series) {
    std::string text =
        fmt::format("{} {} {} [{}]:", c.str(s.host), c.str(s.measurement), c.str(s.field), c.str(s.tags));
    for (size_t i = 0; i < s.samples.size(); ++i) text += fmt::format(" {}", s.samples[i].value);
    out.push_back(text);
  }
  return out;
}

}  // namespace inquest::testing

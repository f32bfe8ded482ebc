// The facts of one host, by key: what a finding is concluded from.
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "model/case.h"
#include "reason/names.h"

namespace inquest::reason {

// Views into the case, which outlives it.
class HostFacts {
 public:
  using Facts = std::vector<const model::Fact*>;

  explicit HostFacts(model::StrId host) : host_(host) {}
  void add(const model::Fact& fact) { by_key_[fact.key].push_back(&fact); }

  model::StrId host() const { return host_; }
  // The first fact of that key in the order of the evidence, or null.
  const model::Fact* first(std::string_view key) const;
  // All of them; empty where there is none.
  const Facts& all(std::string_view key) const;
  // The value of the last one, which is the one that counts where a later setting wins; empty where there is none.
  std::string_view value(std::string_view key) const;

 private:
  model::StrId host_;
  std::map<std::string_view, Facts> by_key_;
};

// One for each host that has a fact, by the host's id. Facts that name no host are the subject's.
std::vector<HostFacts> facts_by_host(const model::Case& the_case, const Names& names);

}  // namespace inquest::reason

#include "reason/host_facts.h"

namespace inquest::reason {

const model::Fact* HostFacts::first(std::string_view key) const {
  const Facts& found = all(key);
  return found.empty() ? nullptr : found.front();
}

const HostFacts::Facts& HostFacts::all(std::string_view key) const {
  static const Facts kNone;
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? kNone : found->second;
}

std::string_view HostFacts::value(std::string_view key) const {
  const Facts& found = all(key);
  return found.empty() ? std::string_view() : std::string_view(found.back()->value);
}

std::vector<HostFacts> facts_by_host(const model::Case& the_case, const Names& names) {
  std::map<model::StrId, HostFacts> hosts;
  for (const model::Fact& fact : the_case.facts) {
    const model::StrId host = names.host(fact.host);
    hosts.try_emplace(host, host).first->second.add(fact);
  }
  std::vector<HostFacts> out;
  out.reserve(hosts.size());
  for (auto& [host, facts] : hosts) out.push_back(std::move(facts));
  return out;
}

}  // namespace inquest::reason

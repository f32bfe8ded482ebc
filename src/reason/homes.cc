#include "reason/homes.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "reason/mentions.h"

namespace inquest::reason {
namespace {

using model::EvidenceId;
using model::StrId;

// What a cluster has in common is of no one host.
constexpr std::string_view kShared[] = {"corosync.", "cluster.", "ha.", "table.", "terraform."};

bool shared(const model::Fact& fact) {
  return std::ranges::any_of(kShared, [&](std::string_view prefix) { return fact.key.starts_with(prefix); });
}

class Homes {
 public:
  explicit Homes(model::Case& the_case) : case_(the_case) {}

  std::vector<model::Statement> run() {
    name_themselves();
    if (known_.size() < 2) return {};
    root_ = common_folder();
    for (model::Fact& fact : case_.facts) {
      if (fact.host == 0 && !shared(fact)) fact.host = home(fact.cite.evidence, fact.cite);
    }
    for (model::Stream& stream : case_.streams) {
      if (stream.host == 0 && !mixed(stream)) stream.host = home(stream.evidence, {stream.evidence, 0, 0, 0});
    }
    for (model::Series& series : case_.series) {
      if (series.host == 0 && !series.samples.empty())
        series.host = home(series.samples[0].evidence, {series.samples[0].evidence, 0, 0, 0});
    }
    std::vector<model::Statement> out;
    for (auto& [host, cites] : assumed_) {
      out.push_back(
          {fmt::format("Files that name no host are taken to be of {} by where they lie.", printable(case_.str(host))),
           std::move(cites)});
    }
    return out;
  }

 private:
  // Hosts that files name by themselves.
  void name_themselves() {
    const auto named = [&](EvidenceId evidence, StrId host) {
      if (host == 0) return;
      known_.insert(host);
      own_[evidence].insert(host);
    };
    for (const model::Stream& stream : case_.streams) named(stream.evidence, stream.host);
    for (const model::Fact& fact : case_.facts) {
      named(fact.cite.evidence, fact.host);
      if (fact.key == "host" && !fact.value.empty())
        named(fact.cite.evidence, case_.strings.intern(std::string_view(fact.value).substr(0, fact.value.find('.'))));
    }
  }

  // A stream of several hosts' lines names them line by line.
  bool mixed(const model::Stream& stream) const {
    return stream.events > 0 && case_.events[stream.first_event].host != 0;
  }

  std::string_view path(EvidenceId id) const { return case_.evidence[id].path; }

  static std::string_view folder_of(std::string_view path) {
    const size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
  }

  // What all paths begin with says nothing about one of them.
  std::string_view common_folder() const {
    std::string_view common = case_.evidence.empty() ? std::string_view() : folder_of(path(0));
    for (EvidenceId id = 1; id < case_.evidence.size(); ++id) {
      while (!common.empty() && !(path(id).starts_with(common) && path(id).substr(common.size()).starts_with('/')))
        common = folder_of(common);
    }
    return common;
  }

  StrId home(EvidenceId id, const model::Citation& cite) {
    const auto known = homes_.find(id);
    const StrId host = known != homes_.end() ? known->second : homes_.emplace(id, find_home(id)).first->second;
    if (host != 0 && own_[id].empty()) {
      auto& cites = assumed_[host];
      constexpr size_t kMostCites = 4;
      const bool cited = std::ranges::any_of(cites, [&](const auto& one) { return one.evidence == id; });
      if (!cited && cites.size() < kMostCites) cites.push_back(cite);
    }
    return host;
  }

  StrId find_home(EvidenceId id) {
    if (const auto& own = own_[id]; !own.empty()) return own.size() == 1 ? *own.begin() : 0;
    // The deepest part of the path that is called after one known host.
    std::string_view rest = path(id).substr(root_.size());
    for (std::string_view part = rest; !part.empty(); part = folder_of(part)) {
      const std::string_view name = part.substr(part.rfind('/') + 1);
      StrId named = 0;
      size_t count = 0;
      for (const StrId host : known_) {
        if (!mentions(name, case_.str(host))) continue;
        named = host;
        ++count;
      }
      if (count == 1) return named;
    }
    // The nearest folder whose files name a host; if they name several, it is not told.
    for (std::string_view folder = folder_of(path(id)); folder.size() > root_.size(); folder = folder_of(folder)) {
      const std::set<StrId>& hosts = named_in(folder);
      if (!hosts.empty()) return hosts.size() == 1 ? *hosts.begin() : 0;
    }
    return 0;
  }

  const std::set<StrId>& named_in(std::string_view folder) {
    const auto [at, added] = folders_.try_emplace(folder);
    if (added) {
      for (const auto& [id, hosts] : own_) {
        if (path(id).starts_with(folder) && path(id).substr(folder.size()).starts_with('/'))
          at->second.insert(hosts.begin(), hosts.end());
      }
    }
    return at->second;
  }

  model::Case& case_;
  std::set<StrId> known_;
  std::map<EvidenceId, std::set<StrId>> own_;  // that a file names by itself
  std::string_view root_;
  std::map<EvidenceId, StrId> homes_;
  std::map<std::string_view, std::set<StrId>> folders_;
  std::map<StrId, std::vector<model::Citation>> assumed_;
};

}  // namespace

std::vector<model::Statement> find_homes(model::Case& the_case) { return Homes(the_case).run(); }

}  // namespace inquest::reason

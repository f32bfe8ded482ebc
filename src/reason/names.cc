#include "reason/names.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::reason {
namespace {

using model::Case;
using model::LandmarkKind;
using model::StrId;

constexpr std::string_view kNodeKey = "corosync.node.";

}  // namespace

Names::Names(model::Case& the_case, const Options& options) : case_(the_case) {
  for (const model::Fact& fact : the_case.facts) {
    if (!fact.key.starts_with(kNodeKey)) continue;
    if (const auto id = parse_int<int64_t>(std::string_view(fact.key).substr(kNodeKey.size()))) {
      nodes_.emplace_back(*id, the_case.strings.intern(fact.value));
    }
  }
  if (!options.host.empty()) {
    subject_ = the_case.strings.intern(options.host);
    return;
  }
  // A person's notes say whom they are about.
  for (const model::Fact& fact : the_case.facts) {
    if (fact.key == "host" && !fact.value.empty()) {
      subject_ = the_case.strings.intern(fact.value);
      return;
    }
  }
  for (const model::Observation& seen : the_case.observations) {
    if (seen.host != 0) {
      subject_ = seen.host;
      return;
    }
  }
  // Peers say whom they lost.
  for (const model::Landmark& mark : the_case.landmarks) {
    if (!peer_report(mark.kind)) continue;
    if ((subject_ = node(mark.number)) != 0) return;
  }
  // Else the only host that is named; the machine that ran a log may be one that is merely a peer, so figures come
  // first.
  std::map<StrId, model::Citation> named;
  for (const model::Series& series : the_case.series) {
    if (series.host != 0 && !series.samples.empty()) {
      const model::Sample& sample = series.samples[0];
      named.try_emplace(series.host, model::Citation{sample.evidence, sample.line, sample.offset, 0});
    }
  }
  const bool lost_peer =
      std::ranges::any_of(the_case.landmarks, [](const auto& mark) { return peer_report(mark.kind); });
  if (named.empty()) {
    StrId last = 0;
    for (model::EventId id = 0; id < the_case.events.size(); ++id) {
      const StrId host = the_case.host_of(the_case.events[id]);
      if (host == last || host == 0) continue;
      named.try_emplace(host, the_case.cite(id));
      last = host;
    }
  }
  if (named.size() == 1 && !lost_peer) {
    subject_ = named.begin()->first;
    const bool unnamed = std::ranges::any_of(the_case.streams, [&](const model::Stream& stream) {
      return stream.host == 0 && stream.events > 0 && the_case.host_of(the_case.events[stream.first_event]) == 0;
    });
    if (unnamed) {
      assumptions_.push_back(
          {fmt::format("Evidence that names no host is taken to be of {}, the only host named.", display(subject_)),
           {named.begin()->second}});
    }
  } else if (lost_peer) {
    for (const model::Landmark& mark : the_case.landmarks) {
      if (!peer_report(mark.kind)) continue;
      name_node(the_case, mark, named);
      break;
    }
  }
}

// The node that a peer lost, and that nothing names: the only other host in the evidence, else its number.
void Names::name_node(Case& the_case, const model::Landmark& mark, std::map<StrId, model::Citation> named) {
  const StrId peer = the_case.host_of(the_case.events[mark.event]);
  named.erase(peer);
  const std::string unnamed = fmt::format("No corosync.conf or note tells the name of node id {}", mark.number);
  if (named.size() == 1) {
    subject_ = named.begin()->first;
    assumptions_.push_back(
        {fmt::format("{}; it is taken to be {}, the only other host in the evidence.", unnamed, display(subject_)),
         {the_case.cite(mark.event), named.begin()->second}});
  } else {
    subject_ = the_case.strings.intern(fmt::format("corosync node {}", mark.number));
    assumptions_.push_back({unnamed + ".", {the_case.cite(mark.event)}});
  }
  nodes_.emplace_back(mark.number, subject_);
}

bool peer_report(LandmarkKind kind) {
  return kind == LandmarkKind::KnetNoLinks || kind == LandmarkKind::KnetLinkDown ||
         kind == LandmarkKind::MembershipLost;
}

StrId Names::node(int64_t id) const {
  const auto found = std::ranges::find(nodes_, id, &std::pair<int64_t, StrId>::first);
  return found == nodes_.end() ? 0 : found->second;
}

std::string Names::display(StrId host) const { return host == 0 ? "The host" : printable(case_.str(host)); }

}  // namespace inquest::reason

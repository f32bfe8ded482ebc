// How soon does a cluster miss a node, by its settings, and what was seen?
// Source: corosync.conf(5) and exec/totemconfig.c: token 3000 ms, token_coefficient 650 ms for each node beyond two,
// consensus 1.2 tokens; knet's ping timeout is a token by knet_pong_count (2), its interval half of that (corosync 3.1,
// totem_volatile_config_read()).
#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "reason/finding_rule.h"

namespace inquest::reason {
namespace {

using model::Citation;
using model::LandmarkKind;

constexpr Ns kMost = 10 * kMinute;  // further apart, the peer's report is of another loss

struct Timeouts {
  Ns token = 0;      // in force
  Ns knet_ping = 0;  // a link without an answer for so long is down
  Ns knet_interval = 0;
  Ns consensus = 0;
  uint64_t nodes = 0;
  bool defaults = true;  // no setting changes them
};

std::optional<uint64_t> number(const HostFacts& facts, std::string_view key) {
  const auto value = parse_int<uint64_t>(facts.value(key));
  // A day is beyond every timeout.
  return value && *value <= 86'400'000 ? value : std::nullopt;
}

std::optional<Timeouts> timeouts(const HostFacts& facts) {
  const auto nodes = number(facts, "corosync.node_count");
  if (!nodes || *nodes == 0 || *nodes > 1000) return std::nullopt;
  Timeouts out;
  out.nodes = *nodes;
  const auto token = number(facts, "corosync.token");
  const auto coefficient = number(facts, "corosync.token_coefficient");
  const uint64_t more = *nodes > 2 ? (*nodes - 2) * coefficient.value_or(650) : 0;
  const uint64_t in_force = token.value_or(3000) + more;
  const auto ping = number(facts, "corosync.knet_ping_timeout");
  const auto interval = number(facts, "corosync.knet_ping_interval");
  const auto consensus = number(facts, "corosync.consensus");
  const uint64_t pongs = std::max<uint64_t>(number(facts, "corosync.knet_pong_count").value_or(2), 1);
  out.token = static_cast<Ns>(in_force) * kMilli;
  out.knet_ping = static_cast<Ns>(ping.value_or(in_force / pongs)) * kMilli;
  out.knet_interval = static_cast<Ns>(interval.value_or(in_force / (pongs * 2))) * kMilli;
  out.consensus = static_cast<Ns>(consensus.value_or(in_force * 12 / 10)) * kMilli;
  out.defaults = !token && !coefficient && !ping && !interval && !consensus;
  return out;
}

std::string milliseconds(Ns ns) { return fmt::format("{} ms", grouped(static_cast<uint64_t>(ns / kMilli))); }

// The last sign of life of the node before the peer's report, by the figures of it.
struct LastFigure {
  Ns time = 0;
  Citation cite;
};
std::optional<LastFigure> last_figure(const Scene& scene, model::StrId node, Ns before) {
  std::optional<LastFigure> out;
  for (const model::Series& series : scene.the_case.series) {
    if (scene.names.host(series.host) != node) continue;
    for (size_t i = 0; i < series.samples.size(); ++i) {
      const model::Sample& sample = series.samples[i];
      const auto when = scene.the_case.when(series.stream, sample.time);
      if (!when || when->latest > before || (out && when->latest <= out->time)) continue;
      out = LastFigure{when->latest, {sample.evidence, sample.line, sample.offset, 0}};
    }
  }
  return out;
}

void find(const Scene& scene, const HostFacts& facts, std::vector<model::Finding>& out) {
  const auto found = timeouts(facts);
  if (!found) return;
  const model::Fact* nodes = facts.first("corosync.node_count");
  std::string text = fmt::format(
      "With {}, corosync misses a silent node after a token of {} (and {} for consensus); a knet link counts as down "
      "after {} "
      "without an answer to a ping, which goes out every {}{}.",
      counted(found->nodes, "node"), milliseconds(found->token), milliseconds(found->consensus),
      milliseconds(found->knet_ping), milliseconds(found->knet_interval),
      found->defaults ? "; all of these are defaults" : "");
  std::vector<Citation> cites = {nodes->cite};
  for (const model::Landmark& mark : scene.the_case.landmarks) {
    if (mark.kind != LandmarkKind::KnetNoLinks && mark.kind != LandmarkKind::KnetLinkDown) continue;
    const auto when = scene.the_case.when(mark.event);
    const model::StrId node = scene.names.node(mark.number);
    if (!when || node == 0) continue;
    const auto figure = last_figure(scene, node, when->latest);
    if (!figure || when->latest - figure->time > kMost) continue;
    const Ns gap = when->latest - figure->time;
    text += fmt::format(
        " Seen: {} between the last figure of {} and its lost link. That is not the detection's time: the node died at "
        "some moment after that figure, and a link is lost {} to {} after the death, so the best estimate of it is {} "
        "to {}.",
        format_duration(gap), scene.names.display(node), milliseconds(found->knet_ping),
        milliseconds(found->knet_ping + found->knet_interval),
        format_utc({when->earliest - found->knet_ping - found->knet_interval, Precision::Second}),
        format_utc({when->latest + unit(when->precision) - found->knet_ping, Precision::Second}));
    cites.push_back(figure->cite);
    cites.push_back(scene.the_case.cite(mark.event));
    break;
  }
  out.push_back(
      {"cluster-detection",
       {},
       std::move(text),
       "The time between a death and a peer's word about it is what a window of death can be narrowed by, as far "
       "as the clocks of both hosts agree.",
       {},
       std::move(cites)});
}

}  // namespace

extern const FindingRule cluster_detection_finding_rule;
const FindingRule cluster_detection_finding_rule{"how soon does the cluster miss a node?", find};

}  // namespace inquest::reason

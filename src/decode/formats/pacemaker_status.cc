// pacemaker_status: `pcs status`, `crm_mon -1`, `crm status`: nodes, resources and what was fenced.
// docs/formats/pacemaker_status.md
#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

struct Label {
  std::string_view label;
  std::string_view key;
};
constexpr auto kLabels = std::to_array<Label>({
    {"Cluster name", "cluster.name"},
    {"Stack", "cluster.stack"},
    {"Current DC", "cluster.dc"},
    {"Last updated", "cluster.updated"},
    {"Last change", "cluster.changed"},
    {"Online", "cluster.online"},
    {"OFFLINE", "cluster.offline"},
    {"Standby", "cluster.standby"},
    {"RemoteOnline", "cluster.online"},
    {"RemoteOFFLINE", "cluster.offline"},
    {"GuestOnline", "cluster.online"},
});

// Headings, under each of which every line is one thing.
constexpr auto kSections = std::to_array<Label>({
    {"Full list of resources", "cluster.resource"},
    {"Full List of Resources", "cluster.resource"},
    {"Active resources", "cluster.resource"},
    {"Active Resources", "cluster.resource"},
    {"Failed Actions", "cluster.failed-action"},
    {"Failed actions", "cluster.failed-action"},
    {"Failed Resource Actions", "cluster.failed-action"},
    {"Failed Fencing Actions", "cluster.fencing"},
    {"Fencing History", "cluster.fencing"},
    {"Pending Fencing Actions", "cluster.fencing"},
    {"WARNINGS", "cluster.warning"},
    {"Daemon Status", "cluster.daemon"},
    {"Tickets", ""},
    {"Node Attributes", ""},
    {"Migration Summary", ""},
    {"Quorum", ""},
    {"PCSD Status", ""},
    {"Cluster Summary", ""},
    {"Node List", ""},
});

std::string_view key_of(auto& labels, std::string_view label, bool& found) {
  const auto* const at = std::ranges::find(labels, label, &Label::label);
  found = at != std::ranges::end(labels);
  return found ? at->key : std::string_view();
}

// Without the "*" that pacemaker 2.1 puts in front.
std::string_view plain(std::string_view line) {
  line = trim(line);
  return line.starts_with("* ") ? trim(line.substr(2)) : line;
}

class PacemakerStatus : public ToolReader {
 public:
  explicit PacemakerStatus(Sink& sink) : ToolReader(sink, {"pcs", "crm_mon", "crm"}) {}

 private:
  void command(std::string_view /*typed*/, const Place& /*place*/) override { section_ = {}; }

  void output(std::string_view text, const Place& place) override {
    const std::string_view line = plain(text);
    if (line.empty()) return;
    bool known = false;
    if (line.ends_with(':')) {
      const std::string_view key = key_of(kSections, line.substr(0, line.size() - 1), known);
      if (known) {
        section_ = key;
        return;
      }
    }
    // "Node node2: UNCLEAN (offline)" stands between the other nodes.
    const auto field = split_field(line);
    if (field && field->key.starts_with("Node ") && section_.empty())
      return fact("cluster.node", fmt::format("{}: {}", field->key.substr(5), field->value), place);
    if (line.starts_with("WARNING: ")) return fact("cluster.warning", line.substr(9), place);
    if (field) {
      const std::string_view key = key_of(kLabels, field->key, known);
      if (known) return fact(key, field->value, place);
    }
    if (section_.empty()) return;
    if (++count_ > kMost) {
      if (count_ == kMost + 1) sink().problem(place, "more lines than are read: the rest was left out");
      return;
    }
    fact(section_, line.substr(0, 512), place);
  }

  static constexpr size_t kMost = 20'000;
  std::string_view section_;
  size_t count_ = 0;
};

Claim sniff(const Head& head) {
  const ToolHead tool = tool_head(head, {"pcs", "crm_mon", "crm"});
  bool controller = false;
  bool nodes = false;
  for (const std::string_view text : tool.lines) {
    const std::string_view line = plain(text);
    controller = controller || line.starts_with("Current DC: ");
    nodes = nodes || line.starts_with("Online: [") || line.starts_with("OFFLINE: [") ||
            line.find("odes configured") != std::string_view::npos ||
            line.find("ode configured") != std::string_view::npos;
  }
  return controller && nodes ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<PacemakerStatus>(sink); }

}  // namespace

extern const Decoder pacemaker_status_decoder;
const Decoder pacemaker_status_decoder{"pacemaker_status", "pcs status, crm_mon, crm status", sniff, open};

}  // namespace inquest::decode

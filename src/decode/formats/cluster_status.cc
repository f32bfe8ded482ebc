// What a cluster said of itself when it was asked: `ha-manager status`, `pvecm status`, `corosync-quorumtool -s`.
// Source: pve-ha-manager src/PVE/CLI/ha_manager.pm and src/PVE/API2/HA/Status.pm; corosync tools/corosync-quorumtool.c.
#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/line_reader.h"
#include "decode/shell_prompt.h"

namespace inquest::decode {
namespace {

struct Labelled {
  std::string_view key;
  std::string_view fact;
};

// Labels of corosync-quorumtool, which pvecm runs.
constexpr auto kLabels = std::to_array<Labelled>({
    {"Name", "cluster.name"},
    {"Config Version", "cluster.config_version"},
    {"Transport", "cluster.transport"},
    {"Secure auth", "cluster.secure_auth"},
    {"Date", "cluster.date"},
    {"Quorum provider", "cluster.quorum_provider"},
    {"Nodes", "cluster.nodes"},
    {"Node ID", "cluster.node_id"},
    {"Ring ID", "cluster.ring_id"},
    {"Quorate", "cluster.quorate"},
    {"Expected votes", "cluster.expected_votes"},
    {"Highest expected", "cluster.highest_expected"},
    {"Total votes", "cluster.total_votes"},
    {"Quorum", "cluster.quorum"},
    {"Flags", "cluster.flags"},
});

struct Found {
  std::string key;
  std::string_view value;
};

// "quorum OK", "master node-a (active, Mon Feb  9 08:00:00 2026)", "lrm node-b (old timestamp - dead?, ...)",
// "service vm:100 (node-a, started)"
std::optional<Found> ha_line(std::string_view line) {
  for (const std::string_view kind : {"quorum ", "master ", "lrm ", "service ", "fencing "}) {
    if (!line.starts_with(kind)) continue;
    const std::string_view value = trim(line.substr(kind.size()));
    const bool shaped = kind == "quorum " ? value == "OK" || value == "No quorum!" || value.starts_with("No quorum")
                                          : value.find(" (") != std::string_view::npos && value.ends_with(')');
    if (!shaped) return std::nullopt;
    return Found{fmt::format("ha.{}", trim(kind)), value};
  }
  return std::nullopt;
}

// "Quorate:          Yes"
std::optional<Found> quorum_line(std::string_view line) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view key = trim(line.substr(0, colon));
  const auto* const known = std::ranges::find(kLabels, key, &Labelled::key);
  const std::string_view value = trim(line.substr(colon + 1));
  if (known == kLabels.end() || value.empty()) return std::nullopt;
  return Found{std::string(known->fact), value};
}

// "0x00000001          1 10.0.0.11 (local)", "         1          1    A,V,NMW node-a (local)"
std::optional<Found> member_line(std::string_view line) {
  const auto words = split_blanks(line);
  if (words.size() < 3 || words.size() > 6) return std::nullopt;
  const bool hexadecimal = words[0].starts_with("0x") && parse_int<uint32_t>(words[0].substr(2), 16);
  if ((!hexadecimal && !parse_int<uint32_t>(words[0])) || !parse_int<uint32_t>(words[1])) return std::nullopt;
  return Found{"cluster.member", trim(line)};
}

class ClusterStatus : public LineReader {
 public:
  using LineReader::LineReader;

 private:
  void line(std::string_view text, const Place& place) override {
    const std::string_view content = trim(text);
    if (content.empty()) return;
    if (const auto prompt = parse_shell_prompt(text); prompt && !prompt->command.empty()) {
      host_ = prompt->host;
      members_ = false;
      return;
    }
    if (content.find_first_not_of('-') == std::string_view::npos) return;
    if (content.ends_with("information")) {  // "Membership information"
      members_ = content.starts_with("Membership");
      return;
    }
    auto found = members_ ? member_line(text) : std::nullopt;
    if (!found) found = ha_line(content);
    if (!found) found = quorum_line(content);
    if (found) return sink().fact(host_, found->key, found->value, place);
    if (!members_) sink().problem(place, "neither a state nor a heading");
  }

  std::string host_;
  bool members_ = false;  // below "Membership information"
};

Claim sniff(const Head& head) {
  size_t ha = 0;
  size_t quorum = 0;
  size_t lines = 0;
  bool votes = false;
  for (const std::string_view line : head.lines()) {
    const std::string_view content = trim(line);
    if (content.empty() || parse_shell_prompt(line)) continue;
    // A report may hold this among other things: that is another decoder's.
    if (lines == 0 && !ha_line(content) && !quorum_line(content) && !content.ends_with(" information"))
      return Claim::No;
    ++lines;
    if (ha_line(content)) ++ha;
    const auto found = quorum_line(content);
    if (found) ++quorum;
    votes = votes || (found && (found->key == "cluster.expected_votes" || found->key == "cluster.quorate"));
  }
  if (votes && quorum >= 4) return Claim::Certain;
  return ha >= 2 && ha * 2 > lines ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<ClusterStatus>(sink); }

}  // namespace

extern const Decoder cluster_status_decoder;
const Decoder cluster_status_decoder = {"cluster_status", "ha-manager status, pvecm status, corosync-quorumtool", sniff,
                                        open};

}  // namespace inquest::decode

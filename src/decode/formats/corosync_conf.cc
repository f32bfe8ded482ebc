// corosync.conf: which node has which id, and how soon a silent one is missed.
// Source: corosync 3, exec/coroparse.c and corosync.conf(5).
#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/line_reader.h"

namespace inquest::decode {
namespace {

constexpr size_t kMostDepth = 32;

enum class Kind : uint8_t { Text, Number };

struct Known {
  std::string_view path;
  std::string_view fact;
  Kind kind;
};

constexpr Known kKnown[] = {
    {"totem.cluster_name", "corosync.cluster_name", Kind::Text},
    {"totem.config_version", "corosync.config_version", Kind::Number},
    {"totem.transport", "corosync.transport", Kind::Text},
    {"totem.token", "corosync.token", Kind::Number},
    {"totem.token_coefficient", "corosync.token_coefficient", Kind::Number},
    {"totem.token_retransmits_before_loss_const", "corosync.token_retransmits_before_loss_const", Kind::Number},
    {"totem.consensus", "corosync.consensus", Kind::Number},
    {"totem.join", "corosync.join", Kind::Number},
    {"totem.knet_ping_interval", "corosync.knet_ping_interval", Kind::Number},
    {"totem.knet_ping_timeout", "corosync.knet_ping_timeout", Kind::Number},
    {"totem.knet_pong_count", "corosync.knet_pong_count", Kind::Number},
    {"totem.interface.knet_ping_interval", "corosync.knet_ping_interval", Kind::Number},
    {"totem.interface.knet_ping_timeout", "corosync.knet_ping_timeout", Kind::Number},
    {"totem.interface.knet_pong_count", "corosync.knet_pong_count", Kind::Number},
    {"quorum.provider", "corosync.quorum.provider", Kind::Text},
    {"quorum.expected_votes", "corosync.quorum.expected_votes", Kind::Number},
    {"quorum.two_node", "corosync.quorum.two_node", Kind::Number},
};

struct Section {
  std::string path;
  Place place;
};

struct Node {
  std::optional<uint32_t> id;
  std::string name;
  Place name_place;
  std::string address;  // stands in where a node has no name
  Place address_place;
};

class CorosyncConf : public LineReader {
 public:
  using LineReader::LineReader;

 private:
  void line(std::string_view text, const Place& place) override {
    text = trim(text);
    if (text.empty() || text[0] == '#') return;
    // In this order, as corosync itself does: a "{" anywhere opens a section.
    if (const size_t brace = text.find('{'); brace != std::string_view::npos) {
      open_section(trim(text.substr(0, brace)), place);
    } else if (const size_t colon = text.find(':'); colon != std::string_view::npos) {
      item(trim(text.substr(0, colon)), trim(text.substr(colon + 1)), place);
    } else if (text.find('}') != std::string_view::npos) {
      close_section(place);
    } else {
      sink().problem(place, "neither a section nor \"key: value\"");
    }
  }

  void end() override {
    while (!open_.empty()) {
      sink().problem(open_.back().place, "this section is never closed with \"}\"");
      leave();
    }
  }

  void open_section(std::string_view name, const Place& place) {
    if (open_.size() == kMostDepth) {
      ++too_deep_;
      return sink().problem(place, fmt::format("more than {} sections within each other", kMostDepth));
    }
    name = name.substr(0, 64);  // none that we know is longer
    open_.push_back({open_.empty() ? std::string(name) : fmt::format("{}.{}", open_.back().path, name), place});
    if (open_.back().path == "nodelist") nodes_ = 0;
    if (open_.back().path == "nodelist.node") node_ = {};
  }

  void close_section(const Place& place) {
    if (too_deep_ != 0) {
      --too_deep_;
    } else if (open_.empty()) {
      sink().problem(place, "a \"}\" that closes nothing");
    } else {
      leave();
    }
  }

  void leave() {
    const Section section = std::move(open_.back());
    open_.pop_back();
    if (section.path == "nodelist.node") {
      ++nodes_;
      record_node(section.place);
    } else if (section.path == "nodelist") {
      sink().fact({}, "corosync.node_count", std::to_string(nodes_), section.place);
    }
  }

  void record_node(const Place& place) {
    if (!node_.id) return sink().problem(place, "a node without a usable nodeid");
    const bool named = !node_.name.empty();
    const std::string& name = named ? node_.name : node_.address;
    if (name.empty()) return sink().problem(place, fmt::format("node {} has neither name nor ring0_addr", *node_.id));
    if (!ids_.insert(*node_.id).second) {
      sink().problem(place, fmt::format("node id {} is given more than once", *node_.id));
    }
    sink().fact({}, fmt::format("corosync.node.{}", *node_.id), name, named ? node_.name_place : node_.address_place);
  }

  void item(std::string_view key, std::string_view value, const Place& place) {
    const std::string path = open_.empty() ? std::string(key) : fmt::format("{}.{}", open_.back().path, key);
    if (path == "nodelist.node.nodeid") {
      node_.id = parse_int<uint32_t>(value);
    } else if (path == "nodelist.node.name") {
      node_.name = value;
      node_.name_place = place;
    } else if (path == "nodelist.node.ring0_addr") {
      node_.address = value;
      node_.address_place = place;
    }
    const auto* const known = std::ranges::find(kKnown, std::string_view(path), &Known::path);
    if (known == std::ranges::end(kKnown)) return;
    if (known->kind == Kind::Number && !parse_int<uint64_t>(value)) {
      return sink().problem(place, fmt::format("{} is not a number: \"{}\"", key, ellipsis(printable(value), 40)));
    }
    sink().fact({}, known->fact, value, place);
  }

  std::vector<Section> open_;
  uint64_t too_deep_ = 0;  // sections beyond kMostDepth that are open
  uint64_t nodes_ = 0;
  Node node_;
  std::set<uint32_t> ids_;
};

Claim sniff(const Head& head) {
  static constexpr std::array<std::string_view, 8> kSections = {"totem",     "nodelist", "quorum", "logging",
                                                                "resources", "system",   "uidgid", "nozzle"};
  bool first = true;
  bool ours = false;  // a section that no other program's settings have
  for (std::string_view line : head.lines(2'000)) {
    line = trim(line);
    if (line.empty() || line[0] == '#') continue;
    const std::string_view name = trim(line.substr(0, line.find('{')));
    const bool section = line.ends_with('{');
    const bool known = section && std::ranges::find(kSections, name) != kSections.end();
    if (first && !known && !line.starts_with("compatibility:")) return Claim::No;
    first = false;
    if (section && (name == "totem" || name == "nodelist")) ours = true;
  }
  return ours ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<CorosyncConf>(sink); }

}  // namespace

extern const Decoder corosync_conf_decoder;
const Decoder corosync_conf_decoder = {"corosync_conf", "a cluster's settings: node ids, names, timeouts", sniff, open};

}  // namespace inquest::decode

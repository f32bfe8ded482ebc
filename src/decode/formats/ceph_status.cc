// ceph_status: `ceph -s`, `ceph health detail`, `ceph osd tree`: how a Ceph cluster was. docs/formats/ceph_status.md
// Source: ceph src/mon/Monitor.cc (get_cluster_status()), src/mon/health_check.h.
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

bool is_health(std::string_view word) { return word == "HEALTH_OK" || word == "HEALTH_WARN" || word == "HEALTH_ERR"; }

std::string_view first_word(std::string_view line) { return line.substr(0, line.find_first_of(" \t;")); }

// "[WRN] OSD_DOWN: 1 osds down", "[ERR] ...", before Nautilus "OSD_DOWN 1 osds down"
bool is_check(std::string_view line) { return line.starts_with("[WRN] ") || line.starts_with("[ERR] "); }

bool is_tree(std::string_view line) {
  const auto words = split_blanks(line);
  return words.size() >= 5 && words[0] == "ID" && words[1] == "CLASS" && words[2] == "WEIGHT";
}

class CephStatus : public ToolReader {
 public:
  explicit CephStatus(Sink& sink) : ToolReader(sink, {"ceph", "pveceph"}) {}

 private:
  void output(std::string_view text, const Place& place) override {
    const std::string_view line = trim(text);
    if (line.empty()) return;
    if (++count_ > kMost) return sink().problem(place, "more lines than are read: the rest was left out");
    if (is_tree(line)) {
      in_tree_ = true;
      return;
    }
    if (in_tree_) return osd(line, place);
    if (is_health(first_word(line))) return fact("ceph.health", line.substr(0, 512), place);
    if (is_check(line)) return fact("ceph.check", line.substr(0, 512), place);
    const auto field = split_field(line);
    // "  cluster:", "  services:", "  data:", "  io:": what the lines below are of.
    if (field && field->value.empty() && text.starts_with("  ") && !text.starts_with("    ")) {
      section_ = key_of(field->key);
      return;
    }
    if (field && !section_.empty() && text.starts_with("    ") && !text.starts_with("       ")) {
      if (field->key == "health") return fact("ceph.health", field->value.substr(0, 512), place);
      return fact(fmt::format("ceph.{}.{}", section_, key_of(field->key)), field->value.substr(0, 512), place);
    }
    if (text.starts_with(' '))
      return fact(section_.empty() ? "ceph.detail" : "ceph.warning", line.substr(0, 512), place);
    sink().problem(place, "a line that is no status of Ceph's");
  }

  // " 0    ssd  1.00000          osd.0        down   1.00000  1.00000"
  void osd(std::string_view line, const Place& place) {
    const auto words = split_blanks(line);
    fact("ceph.osd-tree", line.substr(0, 256), place);
    for (const std::string_view word : words) {
      if (word == "down") fact("ceph.osd-down", line.substr(0, 256), place);
    }
  }

  static constexpr size_t kMost = 50'000;
  bool in_tree_ = false;
  std::string section_;
  size_t count_ = 0;
};

Claim sniff(const Head& head) {
  const ToolHead tool = tool_head(head, {"ceph", "pveceph"}, 10);
  if (tool.lines.empty()) return Claim::No;
  const std::string_view first = trim(tool.lines.front());
  if (is_health(first_word(first)) || is_tree(first)) return Claim::Certain;
  for (const std::string_view line : tool.lines) {
    const auto field = split_field(line);
    if (first == "cluster:" && field && field->key == "health" && is_health(first_word(field->value)))
      return Claim::Certain;
  }
  return Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<CephStatus>(sink); }

}  // namespace

extern const Decoder ceph_status_decoder;
const Decoder ceph_status_decoder{"ceph_status", "ceph -s, ceph health detail, ceph osd tree", sniff, open};

}  // namespace inquest::decode

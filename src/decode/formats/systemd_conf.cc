// systemd_conf: journald.conf, system.conf, unit files and their drop-ins. docs/formats/systemd_conf.md
// Source: systemd.syntax(7).
#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

// Sections that only systemd's own files have.
constexpr std::string_view kSections[] = {"Journal",  "Manager", "Unit",   "Service", "Install",   "Timer", "Mount",
                                          "Socket",   "Path",    "Slice",  "Swap",    "Automount", "Login", "Sleep",
                                          "Coredump", "PStore",  "Upload", "Remote",  "Resolve",   "Time",  "OOM"};

std::string_view section_of(std::string_view line) {
  if (line.size() < 3 || line.front() != '[' || line.back() != ']') return {};
  const std::string_view name = line.substr(1, line.size() - 2);
  return std::ranges::find(kSections, name) == std::ranges::end(kSections) ? std::string_view() : name;
}

class SystemdConf : public ToolReader {
 public:
  explicit SystemdConf(Sink& sink) : ToolReader(sink, {"systemctl", "cat", "systemd-analyze"}) {}

 private:
  void output(std::string_view text, const Place& place) override {
    const std::string_view line = trim(text);
    if (going_on_) {
      going_on_ = line.ends_with('\\');
      return;
    }
    if (line.empty() || line[0] == '#' || line[0] == ';') {
      // `systemctl cat` names each file: "# /etc/systemd/system/x.service.d/override.conf"
      if (line.starts_with("# /")) file_ = std::string(line.substr(line.rfind('/') + 1).substr(0, 128));
      return;
    }
    if (line[0] == '[') {
      section_ = std::string(section_of(line));
      if (section_.empty()) sink().problem(place, "a section that systemd does not have");
      return;
    }
    const auto field = split_field(line, '=');
    going_on_ = line.ends_with('\\');
    if (!field || section_.empty()) return sink().problem(place, "a line that is no setting");
    const std::string_view value = field->value.substr(0, 1024);
    const std::string_view key = field->key.substr(0, 64);
    if (section_ == "Journal") {
      fact(fmt::format("journald.{}", key), value, place);
    } else if (section_ == "Manager" || section_ == "Login" || section_ == "PStore" || section_ == "Coredump") {
      fact(fmt::format("systemd.{}.{}", lower(section_), key), value, place);
    } else {
      // Of a unit: which one, the file's name says.
      fact(fmt::format("unit.{}.{}", lower(section_), key),
           fmt::format("{}: {}", file_.empty() ? sink().file_name() : std::string_view(file_), value), place);
    }
  }

  std::string file_;
  std::string section_;
  bool going_on_ = false;
};

Claim sniff(const Head& head) {
  bool section = false;
  size_t good = 0;
  size_t others = 0;
  for (const std::string_view text : tool_head(head, {"systemctl", "cat", "systemd-analyze"}).lines) {
    const std::string_view line = trim(text);
    if (line[0] == '#' || line[0] == ';') continue;
    if (line[0] == '[') {
      if (section_of(line).empty()) return Claim::No;
      section = true;
    } else if (!section) {
      return Claim::No;
    } else {
      ++(split_field(line, '=') ? good : others);
    }
  }
  return section && others <= good ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<SystemdConf>(sink); }

}  // namespace

extern const Decoder systemd_conf_decoder;
const Decoder systemd_conf_decoder{"systemd_conf", "journald.conf, system.conf, unit files", sniff, open};

}  // namespace inquest::decode

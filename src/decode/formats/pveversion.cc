// `pveversion -v`: the versions of a Proxmox host's packages, and which kernel runs.
// Source: pve-manager, bin/pveversion; PVE/pvecfg.pm.
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/line_reader.h"
#include "decode/shell_prompt.h"

namespace inquest::decode {
namespace {

constexpr std::string_view kRunning = "(running kernel: ";

struct Package {
  std::string_view name;
  std::string_view version;
  std::string_view note;  // "(running kernel: 6.8.12-4-pve)", "(running version: 8.2.4/faa83925c9641325)"
  bool valid = false;
};

// "proxmox-ve: 8.2.0 (running kernel: 6.8.12-4-pve)", "ifupdown: not correctly installed"
Package package(std::string_view line) {
  line = trim(line);
  const size_t colon = line.find(": ");
  if (colon == std::string_view::npos || colon == 0) return {};
  const std::string_view name = line.substr(0, colon);
  if (name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.+-") != std::string_view::npos) return {};
  std::string_view rest = trim(line.substr(colon + 2));
  const size_t open = rest.find(" (");
  const std::string_view version = open == std::string_view::npos ? rest : rest.substr(0, open);
  if (version.empty()) return {};
  return {name, version, open == std::string_view::npos ? std::string_view() : rest.substr(open + 1), true};
}

class PveVersion : public LineReader {
 public:
  using LineReader::LineReader;

 private:
  void line(std::string_view text, const Place& place) override {
    if (trim(text).empty()) return;
    if (const auto prompt = parse_shell_prompt(text)) {
      host_ = prompt->host;
      return;
    }
    const Package found = package(text);
    if (!found.valid) return sink().problem(place, "not a package and its version");
    sink().fact(host_, fmt::format("package.{}", found.name), found.version, place);
    if (found.note.starts_with(kRunning) && found.note.ends_with(')')) {
      std::string_view release = found.note.substr(kRunning.size());
      release.remove_suffix(1);
      sink().fact(host_, "kernel.release", release, place);
    }
  }

  std::string host_;
};

Claim sniff(const Head& head) {
  size_t lines = 0;
  size_t packages = 0;
  bool proxmox = false;
  for (const std::string_view line : head.lines(300)) {
    if (trim(line).empty() || parse_shell_prompt(line)) continue;
    ++lines;
    const Package found = package(line);
    if (!found.valid) continue;
    ++packages;
    proxmox = proxmox || (found.name == "proxmox-ve" && found.note.starts_with(kRunning)) ||
              (found.name == "pve-manager" && found.note.starts_with("(running version: "));
  }
  return proxmox && packages * 5 >= lines * 4 ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<PveVersion>(sink); }

}  // namespace

extern const Decoder pveversion_decoder;
const Decoder pveversion_decoder = {"pveversion", "versions of a Proxmox host's packages", sniff, open};

}  // namespace inquest::decode

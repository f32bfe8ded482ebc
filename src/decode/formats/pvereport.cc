// `pvereport`: the output of many commands and many files in one text, each read by the decoder that knows it.
// Source: pve-manager, PVE/Report.pm, generate(): "==== general system info ====", "# hostname", then the output.
#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/line_reader.h"
#include "decode/part.h"

namespace inquest::decode {
namespace {

constexpr size_t kMostParts = 10'000;

bool is_chapter(std::string_view line) {
  line = trim(line);
  return line.size() > 10 && line.starts_with("==== ") && line.ends_with(" ====");
}

// "# cat /etc/pve/qemu-server/100.conf": the command; empty for other lines. A comment in a file looks alike, so what
// stands behind the sign has to be a program that the report runs.
std::string_view command_of(std::string_view line) {
  static constexpr std::string_view kPrograms[] = {
      "hostname",      "date",          "pveversion",  "cat",          "top",        "pvesubscription",
      "lscpu",         "pvesh",         "mount",       "df",           "pvesm",      "qm",
      "pct",           "lxc",           "ip",          "bridge",       "iptables",   "ip6tables",
      "iptables-save", "ebtables-save", "nft",         "pve-firewall", "pvecm",      "ha-manager",
      "dmidecode",     "lspci",         "lsblk",       "ls",           "pvs",        "lvs",
      "vgs",           "zpool",         "zfs",         "btrfs",        "ceph",       "rados",
      "pveceph",       "multipath",     "dmsetup",     "for",          "uptime",     "proxmox-boot-tool",
      "efibootmgr",    "numactl",       "sh",          "pveperf",      "systemctl",  "head",
      "apt-cache",     "apt-mark",      "output",      "ethtool",      "zarcstat",   "vnstat",
      "echo",          "arcstat",       "arc_summary", "dmesg",        "journalctl", "swapon"};
  if (!line.starts_with("# ")) return {};
  const std::string_view command = trim(line.substr(2));
  const std::string_view program = command.substr(0, command.find(' '));
  return std::ranges::find(kPrograms, program) == std::ranges::end(kPrograms) ? std::string_view() : command;
}

// What the decoders may take for the part's file name: "100.conf" of a file that is shown.
std::string_view name_of(std::string_view command) {
  const std::string_view last = command.substr(command.rfind(' ') + 1);
  return last.substr(last.rfind('/') + 1);
}

class PveReport : public WholeReader {
 public:
  using WholeReader::WholeReader;

 private:
  void whole(std::string_view bytes) override {
    std::string_view command;
    bool after_blank = true;  // a header stands behind an empty line; a comment in a file hardly ever
    size_t begin = bytes.size();
    size_t parts = 0;
    for (size_t at = 0; at < bytes.size();) {
      const size_t end = std::min(bytes.find('\n', at), bytes.size());
      std::string_view line = bytes.substr(at, end - at);
      if (line.ends_with('\r')) line.remove_suffix(1);
      const std::string_view next = after_blank ? command_of(line) : std::string_view();
      after_blank = trim(line).empty() || is_chapter(line);
      if (is_chapter(line) || !next.empty()) {
        if (begin < at) part(command, bytes.substr(begin, at - begin));
        if (!next.empty() && ++parts > kMostParts) {
          return sink().problem(place_of(line),
                                fmt::format("more than {} commands: the rest was not read", kMostParts));
        }
        command = next;
        begin = next.empty() ? bytes.size() : std::min(end + 1, bytes.size());
      }
      at = end + 1;
    }
    if (begin < bytes.size()) part(command, bytes.substr(begin));
  }

  // One command's output. What no decoder knows is left out, as in a folder.
  void part(std::string_view command, std::string_view output) {
    const std::string_view content = trim(output);
    if (content.empty()) return;
    if (command == "hostname")
      return sink().fact({}, "host", trim(content.substr(0, content.find('\n'))), place_of(content));
    read_part(sink(), place_of(output), name_of(command), output);
  }
};

Claim sniff(const Head& head) {
  size_t chapters = 0;
  size_t commands = 0;
  for (const std::string_view line : head.lines(2000)) {
    if (is_chapter(line)) ++chapters;
    if (!command_of(line).empty()) ++commands;
  }
  return chapters >= 1 && commands >= 2 ? Claim::Composed : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<PveReport>(sink); }

}  // namespace

extern const Decoder pvereport_decoder;
const Decoder pvereport_decoder = {"pvereport", "pvereport: a Proxmox host's state, every part by its own decoder",
                                   sniff, open};

}  // namespace inquest::decode

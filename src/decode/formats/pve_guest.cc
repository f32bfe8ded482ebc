// A Proxmox guest's settings: /etc/pve/qemu-server/100.conf, /etc/pve/lxc/101.conf, or what `qm config` prints.
// Source: qemu-server, src/PVE/QemuServer.pm, parse_vm_config(); pve-container, src/PVE/LXC/Config.pm,
// parse_pct_config().
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

constexpr size_t kMostSettings = 2000;

struct Setting {
  std::string_view key;
  std::string_view value;
};

// "scsi0: local-zfs:vm-100-disk-0,size=32G": a key of lower-case letters, digits and "._-", then ": ".
std::optional<Setting> setting(std::string_view line) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon > 40) return std::nullopt;
  const std::string_view key = line.substr(0, colon);
  const bool plain = key[0] >= 'a' && key[0] <= 'z' && std::ranges::all_of(key, [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
                     });
  if (!plain) return std::nullopt;
  return Setting{key, trim(line.substr(colon + 1))};
}

std::string_view without_number(std::string_view key) {
  while (!key.empty() && key.back() >= '0' && key.back() <= '9') key.remove_suffix(1);
  return key;
}

// Keys that a container has and a virtual machine has not, and the other way round.
bool of_container(std::string_view key) {
  static constexpr std::array<std::string_view, 7> kKeys = {"rootfs",   "unprivileged", "hostname", "mp",
                                                            "features", "swap",         "arch"};
  return std::ranges::find(kKeys, without_number(key)) != kKeys.end() || key.starts_with("lxc.");
}
bool of_machine(std::string_view key) {
  static constexpr std::array<std::string_view, 22> kKeys = {
      "scsi",    "virtio", "sata", "ide", "efidisk", "scsihw",  "bios", "smbios", "vmgenid", "hostpci",  "serial",
      "balloon", "agent",  "boot", "vga", "machine", "sockets", "numa", "cpu",    "meta",    "bootdisk", "tpmstate"};
  return std::ranges::find(kKeys, without_number(key)) != kKeys.end();
}
bool of_both(std::string_view key) {
  static constexpr std::array<std::string_view, 9> kKeys = {"cores", "memory", "net",  "onboot", "ostype",
                                                            "name",  "tags",   "lock", "startup"};
  return std::ranges::find(kKeys, without_number(key)) != kKeys.end();
}

// "100.conf" names guest 100.
std::string_view number_in(std::string_view name) {
  if (!name.ends_with(".conf")) return {};
  name.remove_suffix(5);
  return parse_int<uint32_t>(name) ? name : std::string_view();
}

// "qm config 100", "pct config 101 --current".
std::string_view number_in_command(std::string_view command) {
  const auto words = split_blanks(command);
  if (words.size() < 3 || (words[0] != "qm" && words[0] != "pct") || words[1] != "config") return {};
  return parse_int<uint32_t>(words[2]) ? words[2] : std::string_view();
}

class PveGuest : public LineReader {
 public:
  explicit PveGuest(Sink& sink) : LineReader(sink), guest_(number_in(sink.file_name())) {}

 private:
  void line(std::string_view text, const Place& place) override {
    if (trim(text).empty()) return;
    if (const auto prompt = parse_shell_prompt(text); prompt && !number_in_command(prompt->command).empty()) {
      finish_guest();
      guest_ = number_in_command(prompt->command);
      host_ = prompt->host;
      within_ = true;
      return;
    }
    // "#..." is the description. Sections are snapshots and changes that are not in force yet.
    if (text.starts_with('#')) return;
    if (text.starts_with('[') && trim(text).ends_with(']')) {
      within_ = false;
      return;
    }
    if (!within_) return;
    const auto known = setting(text);
    if (!known) return sink().problem(place, "neither a setting nor a section");
    if (++settings_ > kMostSettings) return sink().problem(place, "more settings than any guest has");
    machine_ = machine_ || of_machine(known->key);
    container_ = container_ || of_container(known->key);
    sink().fact(host_, fmt::format("guest.{}.{}", id(), known->key), known->value, place);
    last_ = place;
  }

  void end() override { finish_guest(); }

  // What kind it is, which its keys tell.
  void finish_guest() {
    if (settings_ != 0) {
      const bool machine = machine_ || !container_;
      sink().fact(host_, fmt::format("guest.{}.kind", id()), machine ? "qemu" : "lxc", last_);
    }
    settings_ = 0;
    machine_ = container_ = false;
  }

  std::string_view id() const { return guest_.empty() ? std::string_view("?") : std::string_view(guest_); }

  std::string guest_;  // its number, where something tells it
  std::string host_;
  bool within_ = true;  // of the settings in force
  bool machine_ = false;
  bool container_ = false;
  size_t settings_ = 0;
  Place last_;
};

Claim sniff(const Head& head) {
  size_t lines = 0;
  size_t settings = 0;
  size_t own = 0;
  size_t shared = 0;
  for (const std::string_view line : head.lines(300)) {
    if (trim(line).empty() || line.starts_with('#') || line.starts_with('[')) continue;
    if (const auto prompt = parse_shell_prompt(line)) {
      if (number_in_command(prompt->command).empty()) return Claim::No;
      continue;
    }
    ++lines;
    const auto known = setting(line);
    if (!known) continue;
    ++settings;
    if (of_machine(known->key) || of_container(known->key)) ++own;
    if (of_both(known->key)) ++shared;
  }
  if (settings < 3 || settings != lines || (own + shared) * 2 <= settings) return Claim::No;
  if (own >= 3) return Claim::Certain;
  return own >= 1 && shared >= 1 ? Claim::Likely : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<PveGuest>(sink); }

}  // namespace

extern const Decoder pve_guest_decoder;
const Decoder pve_guest_decoder = {"pve_guest", "settings of a Proxmox VM or container", sniff, open};

}  // namespace inquest::decode

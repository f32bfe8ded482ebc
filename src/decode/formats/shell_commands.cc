// Commands that somebody ran: ~/.bash_history, with or without times, or lines kept in notes. One fact a command.
// Source: bash(1), HISTTIMEFORMAT: "#" and seconds since 1970 in front of each.
#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "decode/line_reader.h"
#include "decode/shell_prompt.h"

namespace inquest::decode {
namespace {

// What administrators type; a file is taken for commands only where most lines begin with one of these.
constexpr std::array kPrograms = std::to_array<std::string_view>({
    "apt",
    "apt-get",
    "bash",
    "cat",
    "cd",
    "chmod",
    "chown",
    "cp",
    "crash",
    "curl",
    "dd",
    "depmod",
    "df",
    "dmesg",
    "dmidecode",
    "dnf",
    "dpkg",
    "echo",
    "ethtool",
    "find",
    "free",
    "git",
    "grep",
    "ha-manager",
    "hplog",
    "hponcfg",
    "hpadu",
    "ip",
    "ipmitool",
    "journalctl",
    "kill",
    "kexec",
    "less",
    "ls",
    "lsmod",
    "lspci",
    "lvs",
    "make",
    "mkdir",
    "modinfo",
    "modprobe",
    "mount",
    "mv",
    "nano",
    "nc",
    "ncat",
    "nixos-anywhere",
    "nixos-rebuild",
    "nvme",
    "pct",
    "ping",
    "ps",
    "pvecm",
    "pvereport",
    "pveversion",
    "pvs",
    "qemu-img",
    "qm",
    "racadm",
    "reboot",
    "rm",
    "rmmod",
    "rsync",
    "sed",
    "service",
    "shutdown",
    "smartctl",
    "ssh",
    "stress-ng",
    "sudo",
    "sysctl",
    "systemctl",
    "tail",
    "tar",
    "tcpdump",
    "terraform",
    "top",
    "touch",
    "umount",
    "uname",
    "update-grub",
    "update-initramfs",
    "uptime",
    "vgs",
    "vi",
    "vim",
    "wget",
    "yum",
    "zdb",
    "zfs",
    "zpool",
    "zypper",
    "proxmox-boot-tool",
    "kdumpctl",
    "kdump-config",
    "poweroff",
    "halt",
    "pacman",
});

bool is_command(std::string_view line) {
  const auto words = split_blanks(line);
  if (words.empty()) return false;
  std::string_view program = words[0];
  if (program == "sudo" && words.size() > 1) program = words[1];
  if (const size_t slash = program.rfind('/'); slash != std::string_view::npos) program.remove_prefix(slash + 1);
  return std::ranges::find(kPrograms, program) != kPrograms.end();
}

// "#1767888000": when the command in the next line was begun.
std::optional<Ns> history_time(std::string_view line) {
  if (!line.starts_with('#')) return std::nullopt;
  const auto seconds = parse_int<uint32_t>(line.substr(1));
  if (!seconds || *seconds < 946'684'800) return std::nullopt;
  return static_cast<Ns>(*seconds) * kSecond;
}

class ShellCommands : public LineReader {
 public:
  using LineReader::LineReader;

 private:
  void line(std::string_view text, const Place& place) override {
    const std::string_view content = trim(text);
    if (content.empty()) return;
    if (const auto time = history_time(content)) {
      time_ = time;
      return;
    }
    std::string_view command = content;
    std::string_view host;
    if (const auto prompt = parse_shell_prompt(content); prompt && is_command(prompt->command)) {
      command = prompt->command;
      host = prompt->host;
    } else if (content.starts_with('#')) {
      return;
    }
    sink().fact(host, "command", command, place);
    if (time_) record(text, command, place);
    time_.reset();
  }

  void record(std::string_view text, std::string_view command, const Place& place) {
    if (!stream_) {
      model::Stream fresh;
      fresh.source = sink().intern("shell");
      fresh.clock = model::ClockDomain::Utc;
      stream_ = sink().open_stream(fresh);
    }
    EventRecord event;
    event.stream = *stream_;
    event.time = *time_;
    event.place = place;
    event.ident = sink().intern("shell");
    event.message = command;
    event.text_at = static_cast<uint32_t>(command.data() - text.data());
    sink().event(event);
  }

  std::optional<Ns> time_;
  std::optional<model::StreamId> stream_;
};

Claim sniff(const Head& head) {
  size_t lines = 0;
  size_t commands = 0;
  bool times = false;
  for (std::string_view line : head.lines(300)) {
    line = trim(line);
    if (line.empty()) continue;
    const auto prompt = parse_shell_prompt(line);
    const bool command = is_command(prompt && !prompt->command.empty() ? prompt->command : line);
    times = times || history_time(line).has_value();
    if (line.starts_with('#') && !command) continue;
    ++lines;
    if (command) ++commands;
  }
  if (commands == 0) return Claim::No;
  if (times && commands * 2 > lines) return Claim::Certain;
  return commands * 5 >= lines * 4 ? Claim::Fallback : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<ShellCommands>(sink); }

}  // namespace

extern const Decoder shell_commands_decoder;
const Decoder shell_commands_decoder = {"shell_commands", "commands that somebody ran, a shell's history", sniff, open};

}  // namespace inquest::decode

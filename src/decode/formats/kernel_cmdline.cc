// /proc/cmdline: the command line of the running kernel.
// Source: Documentation/admin-guide/kernel-parameters.rst, fs/proc/cmdline.c.
#include <algorithm>
#include <string>

#include "base/text.h"
#include "decode/line_reader.h"
#include "decode/shell_prompt.h"

namespace inquest::decode {
namespace {

// The prompt of a transcript's "cat /proc/cmdline", or one without a command; nothing for other lines.
std::optional<ShellPrompt> frame(std::string_view line) {
  auto prompt = parse_shell_prompt(line);
  const bool other =
      prompt && !prompt->command.empty() && prompt->command.find("/proc/cmdline") == std::string_view::npos;
  return other ? std::nullopt : prompt;
}

// The value of a parameter where it first stands; empty where it does not.
std::string_view value_of(std::string_view cmdline, std::string_view name) {
  for (const std::string_view word : split_blanks(cmdline)) {
    const size_t equals = word.find('=');
    if (equals != std::string_view::npos && word.substr(0, equals) == name) return word.substr(equals + 1);
  }
  return {};
}

// "6.17.9-1-pve" out of an image's path: "/boot/vmlinuz-6.17.9-1-pve", "(hd0,gpt2)/vmlinuz-6.8.0", and out of an
// initial RAM disk's, "\EFI\proxmox\6.8.4-2-pve\initrd.img-6.8.4-2-pve", which systemd-boot names instead. Empty where
// it has no release.
std::string_view release_of(std::string_view path) {
  if (const size_t slash = path.find_last_of("/\\"); slash != std::string_view::npos) path.remove_prefix(slash + 1);
  for (const std::string_view prefix : {"vmlinuz-", "vmlinux-", "initrd.img-"}) {
    if (!path.starts_with(prefix)) continue;
    const std::string_view release = path.substr(prefix.size());
    if (!release.empty() && release[0] >= '0' && release[0] <= '9') return release;
  }
  return {};
}

class KernelCmdline : public LineReader {
 public:
  using LineReader::LineReader;

 private:
  void line(std::string_view text, const Place& place) override {
    const std::string_view cmdline = trim(text);
    if (cmdline.empty()) return;
    if (const auto prompt = frame(cmdline)) {
      host_ = prompt->host;
      return;
    }
    if (seen_) return sink().problem(place, "a second line, which /proc/cmdline never has");
    seen_ = true;
    sink().fact(host_, "kernel.cmdline", cmdline, place);
    std::string_view release = release_of(value_of(cmdline, "BOOT_IMAGE"));
    if (release.empty()) release = release_of(value_of(cmdline, "initrd"));
    if (!release.empty()) sink().fact(host_, "kernel.release", release, place);
  }

  std::string host_;
  bool seen_ = false;
};

// Whether it has a parameter's name in front: "ro", "root=ZFS=rpool/ROOT", "zfs.zfs_arc_max=1".
bool is_parameter(std::string_view word) {
  const std::string_view name = word.substr(0, word.find('='));
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
  });
}

Claim sniff(const Head& head) {
  if (!head.complete) return Claim::No;
  std::string_view cmdline;
  bool asked = false;
  for (const std::string_view line : head.lines(8)) {
    if (trim(line).empty()) continue;
    if (const auto prompt = frame(line)) {
      asked = asked || !prompt->command.empty();
    } else if (cmdline.empty()) {
      cmdline = trim(line);
    } else {
      return Claim::No;
    }
  }
  // Behind "--" stands what init is given.
  if (const size_t end = cmdline.find(" -- "); end != std::string_view::npos) cmdline = cmdline.substr(0, end);
  const auto words = split_blanks(cmdline);
  if (words.empty() || !is_parameter(words.front())) return Claim::No;
  if (asked || cmdline.starts_with("BOOT_IMAGE=")) return Claim::Certain;
  // Quotes may hold blanks, and what follows one is not a parameter's name.
  const bool parameters = cmdline.find('"') != std::string_view::npos || std::ranges::all_of(words, is_parameter);
  if (!parameters) return Claim::No;
  if (!value_of(cmdline, "root").empty() || !value_of(cmdline, "initrd").empty()) return Claim::Certain;
  return !value_of(cmdline, "console").empty() || contains_nocase(head.name, "cmdline") ? Claim::Likely : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<KernelCmdline>(sink); }

}  // namespace

extern const Decoder kernel_cmdline_decoder;
const Decoder kernel_cmdline_decoder = {"kernel_cmdline", "/proc/cmdline: the running kernel's command line", sniff,
                                        open};

}  // namespace inquest::decode

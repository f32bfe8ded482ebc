// Is the kernel's command line the intended one, and does it mean what it seems to say?
// Source: Documentation/admin-guide/kernel-parameters.txt; drivers/pci/pcie/aspm.c (pcie_aspm_disable()), aer.c.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "reason/finding_rule.h"

namespace inquest::reason {
namespace {

using model::Fact;
using model::Finding;

constexpr size_t kMostWords = 512;

std::vector<std::string_view> words_of(std::string_view line) {
  auto words = split_blanks(line);
  if (words.size() > kMostWords) words.resize(kMostWords);
  return words;
}

std::string_view name_of(std::string_view word) { return word.substr(0, word.find('=')); }

// What the boot loader adds by itself, which no configuration names.
bool of_the_loader(std::string_view word) {
  const std::string_view name = name_of(word);
  return name == "BOOT_IMAGE" || name == "initrd" || name == "root" || name == "ro" || name == "rw" || name == "boot";
}

bool has(std::span<const std::string_view> words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

// The intended words that do not run, and the running ones that nothing asks for.
void compare(const Fact& running, const Fact& intended, std::vector<Finding>& out) {
  const auto runs = words_of(running.value);
  const auto wants = words_of(intended.value);
  std::vector<std::string> missing;
  std::vector<std::string> extra;
  for (const auto word : wants) {
    if (!has(runs, word)) missing.push_back(printable(word));
  }
  for (const auto word : runs) {
    if (!has(wants, word) && !of_the_loader(word)) extra.push_back(printable(word));
  }
  if (missing.empty() && extra.empty()) return;
  std::string text = "The running kernel's command line differs from the configured one:";
  if (!missing.empty()) text += fmt::format(" \"{}\" is configured and does not run", fmt::join(missing, " "));
  if (!missing.empty() && !extra.empty()) text += ",";
  if (!extra.empty()) text += fmt::format(" \"{}\" runs and is not configured", fmt::join(extra, " "));
  out.push_back({"command-line-differs",
                 {},
                 text + ".",
                 "What was meant to take effect has not: the configuration was changed without update-grub, after the "
                 "last boot, or another loader (systemd-boot, a drop-in) gives the line.",
                 {"Write the boot entries anew, reboot, and compare again.",
                  "update-grub && { command -v proxmox-boot-tool >/dev/null && proxmox-boot-tool refresh; }; cat "
                  "/proc/cmdline"},
                 {running.cite, intended.cite}});
}

// A value that has an assignment of the configuration file in it: a line that was pasted into itself.
void nested(const Fact& line, std::vector<Finding>& out) {
  for (const auto word : words_of(line.value)) {
    // "$GRUB_CMDLINE_LINUX_DEFAULT crashkernel=..." is how a drop-in adds to what other files say.
    if (word.find("GRUB_CMDLINE") == std::string_view::npos || word.starts_with('$')) continue;
    out.push_back({"command-line-nested",
                   {},
                   fmt::format("The command line has \"{}\" in it: the assignment was pasted into its own value.",
                               ellipsis(printable(word), 60)),
                   "The kernel takes it for an unknown parameter, and what stands behind the second quote is lost.",
                   {"Write the whole line in /etc/default/grub anew, with one pair of quotes, then update-grub.", ""},
                   {line.cite}});
    return;
  }
}

// Parameters that may stand several times, each time for something else.
bool repeatable(std::string_view name) {
  static constexpr std::string_view kNames[] = {"console",
                                                "earlycon",
                                                "memmap",
                                                "hugepagesz",
                                                "hugepages",
                                                "cryptdevice",
                                                "rd.luks.uuid",
                                                "rd.lvm.lv",
                                                "ip",
                                                "netconsole",
                                                "systemd.mask",
                                                "systemd.wants",
                                                "dyndbg",
                                                "mtdparts",
                                                "module_blacklist",
                                                "rd.driver.blacklist",
                                                "modprobe.blacklist",
                                                "pci",
                                                "crashkernel"};
  return std::ranges::find(kNames, name) != std::ranges::end(kNames);
}

void repeated(const Fact& line, std::vector<Finding>& out) {
  std::map<std::string_view, std::string_view> values;
  std::vector<std::string> twice;
  std::vector<std::string> against;
  for (const auto word : words_of(line.value)) {
    const auto [known, added] = values.try_emplace(name_of(word), word);
    if (added || repeatable(known->first)) continue;
    (known->second == word ? twice : against)
        .push_back(known->second == word ? printable(word) : printable(fmt::format("{} and {}", known->second, word)));
    known->second = word;
  }
  if (!against.empty()) {
    out.push_back({"command-line-contradicts",
                   {},
                   fmt::format("The command line sets a parameter to two values: {}.", fmt::join(against, "; ")),
                   "For most parameters the last one wins, so one of the two does not do what was meant.",
                   {"Keep one of them.", ""},
                   {line.cite}});
  }
  if (!twice.empty()) {
    out.push_back({"command-line-repeats",
                   {},
                   fmt::format("The command line says the same twice: {}.", fmt::join(twice, " ")),
                   "It does no harm, and is the trace of a paste or of two files that both set it: check the rest of "
                   "the line.",
                   {},
                   {line.cite}});
  }
}

// What a parameter really does, where that is not what it is used for.
struct Meaning {
  std::string_view word;
  std::string_view id;
  std::string_view text;
  std::string_view why;
  std::string_view action;
  std::string_view command;
};
constexpr Meaning kMeanings[] = {
    {"pcie_aspm=off", "pcie-aspm-off",
     "pcie_aspm=off does not turn link power management off: it tells the kernel to leave it as the firmware set it.",
     "A link on which the firmware enabled ASPM keeps it, so this does not exclude ASPM as a cause.",
     "Look at LnkCtl of each link, and disable ASPM for real with pcie_aspm.policy=performance or in the firmware.",
     "lspci -vvv | grep -E '^[0-9a-f]|LnkCtl:'; # pcie_aspm.policy=performance in place of pcie_aspm=off"},
    {"pci=noaer", "pci-noaer",
     "pci=noaer turns PCIe Advanced Error Reporting off: it prevents no error and hides the evidence of each.",
     "A failing device, slot or riser would have left AER messages before the death; with this there are none to find.",
     "Remove pci=noaer from the command line.", ""},
    {"mce=off", "mce-off", "mce=off turns machine check handling off.",
     "An uncorrected error of CPU or memory is then not reported, and may end in a reset without a word.",
     "Remove mce=off from the command line.", ""},
    {"nmi_watchdog=0", "nmi-watchdog-off", "nmi_watchdog=0 turns the hard lockup detector off.",
     "A CPU that hangs with interrupts off is then not reported: the host falls silent without a panic.",
     "Remove it, and make a lockup a panic.", "sysctl kernel.nmi_watchdog=1 kernel.hardlockup_panic=1"},
    {"nowatchdog", "nowatchdog", "nowatchdog turns both lockup detectors off, soft and hard.",
     "A hung CPU is then not reported: the host falls silent without a panic.", "Remove nowatchdog.", ""},
    {"mitigations=off", "mitigations-off", "mitigations=off turns the CPU's security mitigations off.",
     "It is no cause of a crash; it is listed because it changes code paths between hosts that one compares.", "", ""},
};

// "pci=noaer,nomsi" has several options in one.
bool lists(std::string_view word, std::string_view option) {
  if (!word.starts_with("pci=") || !option.starts_with("pci=")) return false;
  const auto options = split(word.substr(4), ',');
  return std::ranges::find(options, option.substr(4)) != options.end();
}

void meanings(const Fact& line, std::vector<Finding>& out) {
  for (const auto word : words_of(line.value)) {
    for (const Meaning& meaning : kMeanings) {
      if (word != meaning.word && !lists(word, meaning.word)) continue;
      out.push_back({std::string(meaning.id),
                     {},
                     std::string(meaning.text),
                     std::string(meaning.why),
                     {std::string(meaning.action), std::string(meaning.command)},
                     {line.cite}});
    }
  }
}

// A parameter that is one letter off: the kernel hands what it does not know to init without a word.
void misspelt(const Fact& line, std::vector<Finding>& out) {
  static constexpr std::pair<std::string_view, std::string_view> kWrong[] = {{"crash_kernel", "crashkernel"},
                                                                             {"crashKernel", "crashkernel"},
                                                                             {"intel_iommu.on", "intel_iommu=on"},
                                                                             {"pci_aspm", "pcie_aspm"},
                                                                             {"pcie_aspm_policy", "pcie_aspm.policy"},
                                                                             {"nmi-watchdog", "nmi_watchdog"},
                                                                             {"iommu.pt", "iommu=pt"},
                                                                             {"kernel.panic", "panic"},
                                                                             {"panic_on_oops", "oops=panic"},
                                                                             {"net_console", "netconsole"},
                                                                             {"consoles", "console"}};
  for (const auto word : words_of(line.value)) {
    const std::string_view name = name_of(word);
    if (name == "amd_iommu" && word == "amd_iommu=on") {
      out.push_back({"amd-iommu-on",
                     {},
                     "amd_iommu=on is no value that the kernel knows: on AMD the IOMMU is on without it.",
                     "It changes nothing, so a difference that was put down to it has another cause.",
                     {"Remove it.", ""},
                     {line.cite}});
      continue;
    }
    for (const auto& [wrong, right] : kWrong) {
      if (name != wrong) continue;
      out.push_back({"command-line-unknown",
                     {},
                     fmt::format("\"{}\" is no kernel parameter; \"{}\" is.", printable(word), right),
                     "The kernel passes what it does not know on to init without a warning: the setting has no effect.",
                     {fmt::format("Write {} instead.", right), ""},
                     {line.cite}});
    }
  }
}

constexpr size_t kMostLines = 8;

// The command lines that a host ran, the latest first, each once: of /proc/cmdline, else as its boots said them.
std::vector<Fact> running_lines(const Scene& scene, const HostFacts& facts) {
  std::vector<Fact> out;
  const auto add = [&](const Fact& line) {
    const bool known = std::ranges::any_of(out, [&](const Fact& other) { return other.value == line.value; });
    if (!known && out.size() < kMostLines) out.push_back(line);
  };
  if (const Fact* proc = facts.first("kernel.cmdline")) add(*proc);
  for (auto boot = scene.boots.rbegin(); boot != scene.boots.rend(); ++boot) {
    const auto* said = boot->host == facts.host() ? boot->landmark(model::LandmarkKind::CommandLine) : nullptr;
    if (said == nullptr) continue;
    const std::string_view line = scene.the_case.str(said->text);
    // A crash kernel has a line of its own, which nobody means to be the host's.
    if (line.find("elfcorehdr=") != std::string_view::npos) continue;
    add({boot->host, "kernel.cmdline", std::string(line), scene.the_case.cite(said->event)});
  }
  return out;
}

void mangled(const HostFacts& facts, std::vector<Finding>& out) {
  for (const Fact* fact : facts.all("grub.mangled")) {
    if (out.size() == kMostLines) return;
    out.push_back({"command-line-mangled",
                   {},
                   fmt::format("The configured command line is not what its author meant: {}.",
                               printable(std::string_view(fact->value).substr(0, 400))),
                   "What was meant to take effect at the next boot does not, and nothing says so.",
                   {"Write the whole line in /etc/default/grub anew, with one pair of quotes, then update-grub.",
                    "sh -n /etc/default/grub; . /etc/default/grub; echo \"$GRUB_CMDLINE_LINUX_DEFAULT\""},
                   {fact->cite}});
  }
}

void find(const Scene& scene, const HostFacts& facts, std::vector<Finding>& out) {
  mangled(facts, out);
  std::vector<Fact> lines = running_lines(scene, facts);
  const Fact* intended = facts.first("grub.cmdline");
  if (!lines.empty() && intended != nullptr) compare(lines.front(), *intended, out);
  if (intended != nullptr) {
    // What is configured is the next boot's; judged beside the running one only where that is not known.
    if (lines.empty()) lines.push_back(*intended);
    nested(*intended, out);
  }
  for (const Fact& line : lines) {
    std::vector<Finding> of_line;
    repeated(line, of_line);
    meanings(line, of_line);
    misspelt(line, of_line);
    if (intended == nullptr || line.value != intended->value) nested(line, of_line);
    // Several boots share most of their line: what holds of the latest is not said again of those before.
    for (Finding& finding : of_line) {
      const bool said = std::ranges::any_of(
          out, [&](const Finding& other) { return other.id == finding.id && other.text == finding.text; });
      if (!said) out.push_back(std::move(finding));
    }
  }
}

}  // namespace

extern const FindingRule command_line_finding_rule;
const FindingRule command_line_finding_rule{"is the kernel's command line the intended one, and what does it do?",
                                            find};

}  // namespace inquest::reason

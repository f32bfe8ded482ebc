// Would a panic leave a dump?
// Source: Documentation/admin-guide/kdump/kdump.rst; kernel/crash_reserve.c, parse_crashkernel(); kdump-tools(8).
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "reason/finding_rule.h"

namespace inquest::reason {
namespace {

using model::Fact;
using model::Finding;

constexpr uint64_t kMiB = uint64_t{1} << 20;
// A Debian or RHEL crash kernel with its initial RAM disk needs more on today's servers; Debian's own default is 384M.
constexpr uint64_t kSmall = 192 * kMiB;

// "512M", "1G", "0x10000000": the length consumed is what stands before the first other character.
std::optional<uint64_t> size_of(std::string_view text) {
  const size_t end = text.find_first_not_of("0123456789");
  auto value = parse_int<uint64_t>(text.substr(0, end));
  if (!value) return std::nullopt;
  const char unit = end == std::string_view::npos ? '\0' : text[end];
  const int shift = unit == 'K' || unit == 'k'   ? 10
                    : unit == 'M' || unit == 'm' ? 20
                    : unit == 'G' || unit == 'g' ? 30
                                                 : 0;
  if (*value > (uint64_t{1} << 24)) return std::nullopt;
  return *value << shift;
}

// What "384M-:128M", "1G-4G:192M,4G-:512M" or "512M@16M,high" reserves on a host with that much memory. Nothing where
// the text says nothing or, for ranges, the memory is not known or fits none (then `none` is set).
std::optional<uint64_t> reserved(std::string_view text, std::optional<uint64_t> memory, bool& none) {
  if (text.find(':') == std::string_view::npos) return size_of(text.substr(0, text.find_first_of("@,")));
  if (!memory) {
    // One open range: the size does not depend on the memory.
    const auto parts = split(text, ',');
    return parts.size() == 1 ? size_of(text.substr(text.find(':') + 1)) : std::nullopt;
  }
  for (const std::string_view part : split(text.substr(0, text.find('@')), ',')) {
    const size_t colon = part.find(':');
    const size_t dash = part.find('-');
    if (colon == std::string_view::npos || dash == std::string_view::npos || dash > colon) continue;
    const auto from = size_of(part.substr(0, dash));
    const auto to = size_of(part.substr(dash + 1, colon - dash - 1));
    if (from && *memory >= *from && (!to || *memory < *to)) return size_of(part.substr(colon + 1));
  }
  none = true;
  return std::nullopt;
}

// Of several sources the largest figure: the firmware counts what the kernel keeps for itself, /proc/meminfo does not.
std::optional<uint64_t> memory_size(const HostFacts& facts, std::vector<model::Citation>& cites) {
  uint64_t most = 0;
  const Fact* source = nullptr;
  for (const Fact* fact : facts.all("memory.total")) {
    const auto bytes = parse_int<uint64_t>(fact->value);
    if (!bytes || *bytes <= most) continue;
    most = *bytes;
    source = fact;
  }
  if (source == nullptr) return std::nullopt;
  cites.push_back(source->cite);
  return most;
}

const Fact* command_line(const HostFacts& facts) {
  const Fact* running = facts.first("kernel.cmdline");
  return running != nullptr ? running : facts.first("grub.cmdline");
}

void find(const Scene& /*scene*/, const HostFacts& facts, std::vector<Finding>& out) {
  const Fact* line = command_line(facts);
  std::string_view crashkernel;
  if (line != nullptr) {
    for (const std::string_view word : split_blanks(line->value)) {
      if (word.starts_with("crashkernel=")) crashkernel = word.substr(12);
    }
  }
  const Fact* use = facts.all("kdump.use-kdump").empty() ? nullptr : facts.all("kdump.use-kdump").back();
  if (use != nullptr && use->value == "0") {
    out.push_back({"kdump-off",
                   {},
                   "kdump-tools is installed and switched off (USE_KDUMP=0).",
                   "A panic leaves no dump.",
                   {"Set USE_KDUMP=1 in /etc/default/kdump-tools.", "kdump-config load && kdump-config show"},
                   {use->cite}});
  }
  const bool wanted =
      use != nullptr || facts.first("kdump.core-collector") != nullptr || facts.first("kdump.path") != nullptr;
  if (wanted && line != nullptr && crashkernel.empty()) {
    const Fact* conf = use != nullptr ? use : facts.first("kdump.core-collector");
    if (conf == nullptr) conf = facts.first("kdump.path");
    out.push_back({"crashkernel-missing",
                   {},
                   "kdump is configured, but the command line reserves no memory for a crash kernel.",
                   "Without crashkernel= no crash kernel can be loaded, and a panic leaves no dump.",
                   {"Add crashkernel=512M to the command line, run update-grub and reboot.", "kdump-config show"},
                   {line->cite, conf->cite}});
  }
  if (!crashkernel.empty()) {
    std::vector<model::Citation> cites = {line->cite};
    const auto memory = memory_size(facts, cites);
    bool none = false;
    const auto size = reserved(crashkernel, memory, none);
    if (none) {
      out.push_back({"crashkernel-none",
                     {},
                     fmt::format("crashkernel={} has no range for this host's {} MiB of memory.",
                                 printable(crashkernel), grouped(*memory / kMiB)),
                     "No memory is reserved, and a panic leaves no dump.",
                     {"Reserve a fixed size: crashkernel=512M.", ""},
                     cites});
    } else if (size && memory && *size > *memory / 2) {
      out.push_back({"crashkernel-large",
                     {},
                     fmt::format("crashkernel={} asks for {} MiB of this host's {} MiB of memory.",
                                 printable(crashkernel), grouped(*size / kMiB), grouped(*memory / kMiB)),
                     "The kernel reserves nothing where no free stretch is that large, and says so only in its log; "
                     "where it does, the host lacks the memory.",
                     {"Reserve 512M, and look whether it was: 0 is nothing.",
                      "cat /sys/kernel/kexec_crash_size; dmesg | grep -i crashkernel"},
                     cites});
    } else if (size && *size < kSmall && *size != 0) {
      out.push_back(
          {"crashkernel-small",
           {},
           fmt::format("crashkernel={} reserves {} MiB, which is often too small{}.", printable(crashkernel),
                       *size / kMiB,
                       memory ? fmt::format(" (this host has {} MiB)", grouped(*memory / kMiB)) : std::string()),
           "The crash kernel then runs out of memory itself, and the dump is missing or cut.",
           {"Reserve 512M, and prove it once with a crash on purpose.",
            "sed -i 's/crashkernel=[^ \"]*/crashkernel=512M/' /etc/default/grub.d/kdump-tools.cfg && update-grub"},
           cites});
    }
  }
  if (const Fact* failed = facts.first("crashkernel.failed"); failed != nullptr) {
    out.push_back({"crashkernel-failed",
                   {},
                   fmt::format("The kernel could not reserve the crash kernel's memory: \"{}\".",
                               ellipsis(printable(failed->value), 100)),
                   "Whatever the command line says, no crash kernel can be loaded, and a panic leaves no dump.",
                   {"Ask for less, or let the kernel take memory above 4 GiB: crashkernel=512M,high.",
                    "cat /sys/kernel/kexec_crash_size"},
                   {failed->cite}});
  }
  if (const Fact* state = facts.first("kdump.current-state");
      state != nullptr && !lower(state->value).starts_with("ready")) {
    out.push_back({"kdump-not-ready",
                   {},
                   fmt::format("kdump-config shows the state \"{}\".", ellipsis(printable(state->value), 60)),
                   "No crash kernel is loaded: a panic leaves no dump.",
                   {"Load it and look for the reason.", "kdump-config load; journalctl -u kdump-tools -b"},
                   {state->cite}});
  }
}

}  // namespace

extern const FindingRule crash_dump_finding_rule;
const FindingRule crash_dump_finding_rule{"would a panic leave a dump?", find};

}  // namespace inquest::reason

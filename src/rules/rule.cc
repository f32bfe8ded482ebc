#include "rules/rule.h"

#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>

#include "base/text.h"
#include "rules/case_line.h"
#include "rules/stated_world.h"

namespace inquest::rules {
namespace {

constexpr std::array<std::string_view, 4> kSeverities = {"fatal", "error", "warning", "info"};

constexpr std::string_view kClasses[] = {
    // Those of incidents.
    "kernel-panic", "kernel-oops", "hard-lockup", "soft-lockup", "rcu-stall", "hung-task", "out-of-memory",
    "machine-check", "silent-hang", "power-loss", "thermal-shutdown", "watchdog-reset", "fenced", "boot-failure",
    "network-loss", "storage-loss", "orderly-shutdown", "unknown",
    // Areas of single signs.
    "memory", "cpu", "pcie", "gpu", "storage", "filesystem", "zfs", "network", "cluster", "virtualisation", "firmware",
    "thermal", "power", "watchdog", "clock", "configuration", "evidence", "log-loss", "operator", "kernel-warning",
    "security"};

constexpr std::string_view kNeeds[] = {"kernel-log",    "journal", "console", "bmc",     "telemetry",
                                       "configuration", "zfs",     "proxmox", "cluster", "person"};

constexpr std::string_view kPlatforms[] = {"debian", "ubuntu", "rhel",  "fedora",  "suse",
                                           "arch",   "alpine", "nixos", "proxmox", "truenas"};

constexpr std::string_view kFeatures[] = {"abrupt-end",
                                          "down-for",
                                          "uptime-at-death",
                                          "idle-before-death",
                                          "baseline.cpu",
                                          "baseline.memory",
                                          "baseline.network",
                                          "baseline.disk",
                                          "baseline.temperature",
                                          "new-kernel",
                                          "change",
                                          "changes",
                                          "deaths",
                                          "distinct-signatures",
                                          "hosts-same-signature",
                                          "hosts-died-together",
                                          "crash.type",
                                          "crash.module",
                                          "crash.module-out-of-tree",
                                          "last-words",
                                          "crash.title",
                                          "crash.comm",
                                          "crash.function",
                                          "crash.tainted",
                                          "said-after",
                                          "just-begun",
                                          "passthrough",
                                          "in-flight",
                                          "network-only-witnesses",
                                          "panic-seen",
                                          "virtual",
                                          "cpu",
                                          "reset-reason"};

// What a source may have been watching for: the watches of streams, and finer ones that reasoning knows to tell apart.
constexpr std::string_view kWatches[] = {"kernel-log",  "system-log",     "shutdown",      "liveness",
                                         "metrics",     "cluster",        "panic-capture", "presence",
                                         "person",      "management",     "pcie-errors",   "lockup-detection",
                                         "temperature", "machine-checks", "storage",       "power"};

constexpr std::string_view kAny = "any";
constexpr std::string_view kKernel = "kernel";
constexpr std::string_view kProgram = "program";

}  // namespace

std::string_view to_string(Severity severity) { return kSeverities[static_cast<size_t>(severity)]; }

std::optional<Severity> parse_severity(std::string_view word) {
  const auto found = std::ranges::find(kSeverities, word);
  if (found == kSeverities.end()) return std::nullopt;
  return static_cast<Severity>(found - kSeverities.begin());
}

std::optional<Telling> parse_telling(std::string_view word) {
  static constexpr std::string_view kWords[] = {"this-boot", "boot-before", "banks", "guests"};
  const auto* found = std::ranges::find(kWords, word);
  if (found == std::end(kWords)) return std::nullopt;
  return static_cast<Telling>(found - std::begin(kWords));
}

bool Source::admits(std::string_view ident) const {
  if (everyone || (kernel && (ident.empty() || ident == kKernel))) return true;
  return std::ranges::find(programs, ident) != programs.end();
}

std::string Source::text() const {
  if (everyone) return std::string(kAny);
  std::string out(kernel ? kKernel : "");
  if (!programs.empty())
    fmt::format_to(std::back_inserter(out), "{}{} {}", kernel ? " " : "", kProgram, fmt::join(programs, " "));
  return out;
}

std::optional<Source> Source::parse(std::string_view text) {
  Source source;
  if (text == kAny) {
    source.everyone = true;
    return source;
  }
  std::vector<std::string_view> words = split_blanks(text);
  auto word = words.begin();
  source.kernel = word != words.end() && *word == kKernel;
  if (source.kernel) ++word;
  if (word == words.end()) return source.kernel ? std::optional(source) : std::nullopt;
  if (*word != kProgram || ++word == words.end()) return std::nullopt;
  source.programs.assign(word, words.end());
  return source;
}

bool Rule::matches(std::string_view ident, std::string_view message) const {
  return source.admits(ident) &&
         std::ranges::any_of(match, [&](const Regex& regex) { return regex.found_in(message); });
}

bool Rule::fires_on(const Case& one) const {
  if (!holds(condition, StatedWorld(one.known))) return false;
  return match.empty() || std::ranges::any_of(lines(one.text), [&](std::string_view line) {
           const CaseLine split = CaseLine::of(line, source);
           return matches(split.ident, split.message);
         });
}

std::span<const std::string_view> known_classes() { return kClasses; }
std::span<const std::string_view> known_needs() { return kNeeds; }
std::span<const std::string_view> known_platforms() { return kPlatforms; }
std::span<const std::string_view> known_features() { return kFeatures; }
std::span<const std::string_view> known_watches() { return kWatches; }

}  // namespace inquest::rules

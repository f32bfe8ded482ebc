#include "rules/rule.h"

#include <algorithm>
#include <array>

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
                                          "crash.out-of-tree",
                                          "crash.title",
                                          "crash.tainted",
                                          "passthrough",
                                          "in-flight",
                                          "network-only-witnesses",
                                          "panic-seen",
                                          "reset-reason",
                                          "virtual",
                                          "cpu"};

// What a source may have been watching for: the watches of streams, and finer ones that reasoning knows to tell apart.
constexpr std::string_view kWatches[] = {"kernel-log",  "system-log",     "shutdown",      "liveness",
                                         "metrics",     "cluster",        "panic-capture", "presence",
                                         "person",      "management",     "pcie-errors",   "lockup-detection",
                                         "temperature", "machine-checks", "storage",       "power"};

constexpr std::string_view kProgram = "program ";

}  // namespace

std::string_view to_string(Severity severity) { return kSeverities[static_cast<size_t>(severity)]; }

std::optional<Severity> parse_severity(std::string_view word) {
  const auto found = std::ranges::find(kSeverities, word);
  if (found == kSeverities.end()) return std::nullopt;
  return static_cast<Severity>(found - kSeverities.begin());
}

bool Source::admits(std::string_view ident) const {
  switch (kind) {
    case Kind::Any: return true;
    case Kind::Kernel: return ident.empty() || ident == "kernel";
    case Kind::Program: return std::ranges::find(programs, ident) != programs.end();
  }
  return false;
}

std::string Source::text() const {
  switch (kind) {
    case Kind::Any: return "any";
    case Kind::Kernel: return "kernel";
    case Kind::Program: return fmt::format("{}{}", kProgram, fmt::join(programs, " "));
  }
  return {};
}

std::optional<Source> Source::parse(std::string_view text) {
  if (text == "any") return Source{Kind::Any, {}};
  if (text == "kernel") return Source{Kind::Kernel, {}};
  if (!text.starts_with(kProgram)) return std::nullopt;
  Source source{Kind::Program, {}};
  for (const std::string_view name : split_blanks(text.substr(kProgram.size()))) source.programs.emplace_back(name);
  if (source.programs.empty()) return std::nullopt;
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

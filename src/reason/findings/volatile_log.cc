// Does a reset lose the log?
// Source: journald.conf(5), Storage=; log2ram's README.
#include <fmt/format.h>

#include "base/text.h"
#include "reason/finding_rule.h"

namespace inquest::reason {
namespace {

using model::Fact;
using model::Finding;

bool on_logs(std::string_view folder) { return folder == "/var/log" || folder == "/var/log/journal"; }

constexpr std::string_view kLost =
    "A crash or reset loses all of it, the last words included; an empty journal of the last boot is no sign that "
    "nothing was said.";
constexpr std::string_view kLostSince =
    "What was written since the last copy to the disk is lost in a crash. A gap of more than the copying interval (a "
    "day by default) has another cause as well: the copying itself failed.";

void configured(const Fact& storage, std::string_view mode, std::vector<Finding>& out) {
  out.push_back(
      {"journal-volatile",
       {},
       fmt::format("journald keeps the journal {} (Storage={}).", mode == "none" ? "nowhere" : "in memory only", mode),
       std::string(kLost),
       {"Keep it on disk.",
        "mkdir -p /var/log/journal && sed -i 's/^#*Storage=.*/Storage=persistent/' "
        "/etc/systemd/journald.conf && systemctl restart systemd-journald"},
       {storage.cite}});
}

// Storage=auto, the default: the journal is on the disk where /var/log/journal exists, and in memory where it does not.
void without_folder(const HostFacts& facts, std::vector<Finding>& out) {
  for (const Fact* missing : facts.all("path.missing")) {
    if (missing->value != "/var/log/journal") continue;
    out.push_back({"journal-volatile",
                   {},
                   "There is no /var/log/journal, so journald keeps the journal in memory only (Storage=auto).",
                   std::string(kLost),
                   {"Make the folder; journald moves there what it has.",
                    "mkdir -p /var/log/journal && systemd-tmpfiles --create --prefix /var/log/journal && "
                    "journalctl --flush"},
                   {missing->cite}});
    return;
  }
  const Fact* none = facts.first("journal.persistent");
  if (none == nullptr || none->value != "no") return;
  out.push_back({"journal-volatile",
                 {},
                 "journalctl found no persistent journal: journald keeps it in memory only.",
                 std::string(kLost),
                 {"Make the folder that Storage=auto looks for; it is missing, or nothing was ever written there.",
                  "mkdir -p /var/log/journal && systemd-tmpfiles --create --prefix /var/log/journal && "
                  "journalctl --flush; grep -r Storage /etc/systemd/journald.conf*"},
                 {none->cite}});
}

void log2ram(const HostFacts& facts, std::vector<Finding>& out) {
  std::vector<model::Citation> cites;
  for (const Fact* fact : facts.all("log2ram.size")) cites.push_back(fact->cite);
  for (const std::string_view key : {"mount", "fstab"}) {
    for (const Fact* fact : facts.all(key)) {
      const auto words = split_blanks(fact->value);
      if (words.size() >= 3 && on_logs(words[0]) && words[1] == "log2ram") cites.push_back(fact->cite);
    }
  }
  for (const Fact* fact : facts.all("unit.active")) {
    if (fact->value.starts_with("log2ram.service: active")) cites.push_back(fact->cite);
  }
  if (cites.empty()) return;
  out.push_back({"log-in-memory",
                 {},
                 "log2ram keeps /var/log in memory.",
                 std::string(kLostSince),
                 {"Keep the logs on disk, or send them to another host.", "systemctl disable --now log2ram"},
                 cites});
}

void memory_file_system(const HostFacts& facts, std::vector<Finding>& out) {
  std::vector<model::Citation> cites;
  std::string where;
  bool in_fstab = false;
  for (const std::string_view key : {"mount", "fstab"}) {
    for (const Fact* fact : facts.all(key)) {
      const auto words = split_blanks(fact->value);
      if (words.size() < 3 || !on_logs(words[0]) || words[1] == "log2ram") continue;
      if (words[2] != "tmpfs" && words[2] != "ramfs") continue;
      where = std::string(words[0]);
      in_fstab = in_fstab || key == "fstab";
      cites.push_back(fact->cite);
    }
  }
  if (cites.empty()) return;
  out.push_back({"log-in-memory",
                 {},
                 fmt::format("{} lies in memory: a tmpfs{}.", where, in_fstab ? " by /etc/fstab" : " is mounted there"),
                 std::string(kLost),
                 {in_fstab ? "Take the line out of /etc/fstab, and restart the host or the services that log."
                           : "Find what mounts it (a unit, a script, an overlay for the root file system).",
                  in_fstab ? fmt::format("sed -i '\\#[[:space:]]{}[[:space:]]#s/^/#/' /etc/fstab && reboot", where)
                           : fmt::format("findmnt {0}; systemctl list-units --type=mount", where)},
                 cites});
}

void find(const Scene& /*scene*/, const HostFacts& facts, std::vector<Finding>& out) {
  const Fact* storage = facts.all("journald.Storage").empty() ? nullptr : facts.all("journald.Storage").back();
  const std::string mode = storage == nullptr ? std::string("auto") : lower(storage->value);
  if (mode == "volatile" || mode == "none") configured(*storage, mode, out);
  if (mode == "auto") without_folder(facts, out);
  log2ram(facts, out);
  memory_file_system(facts, out);
}

}  // namespace

extern const FindingRule volatile_log_finding_rule;
const FindingRule volatile_log_finding_rule{"does a reset lose the log?", find};

}  // namespace inquest::reason

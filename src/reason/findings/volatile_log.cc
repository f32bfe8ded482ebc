// Does a reset lose the log?
// Source: journald.conf(5), Storage=; log2ram's README.
#include <fmt/format.h>

#include "base/text.h"
#include "reason/finding_rule.h"

namespace inquest::reason {
namespace {

using model::Fact;
using model::Finding;

void find(const Scene& /*scene*/, const HostFacts& facts, std::vector<Finding>& out) {
  const Fact* storage = facts.all("journald.Storage").empty() ? nullptr : facts.all("journald.Storage").back();
  const std::string mode = storage == nullptr ? std::string() : lower(storage->value);
  if (mode == "volatile" || mode == "none") {
    out.push_back({"journal-volatile",
                   {},
                   fmt::format("journald keeps the journal {} (Storage={}).",
                               mode == "none" ? "nowhere" : "in memory only", mode),
                   "A crash or reset loses all of it, the last words included; an empty journal of the last boot is no "
                   "sign that nothing was said.",
                   {"Keep it on disk.",
                    "mkdir -p /var/log/journal && sed -i 's/^#*Storage=.*/Storage=persistent/' "
                    "/etc/systemd/journald.conf && systemctl restart systemd-journald"},
                   {storage->cite}});
  }
  std::vector<model::Citation> cites;
  std::string how;
  for (const Fact* fact : facts.all("log2ram.size")) {
    how = "log2ram";
    cites.push_back(fact->cite);
  }
  for (const std::string_view key : {"mount", "fstab"}) {
    for (const Fact* fact : facts.all(key)) {
      const auto words = split_blanks(fact->value);
      if (words.size() < 3 || (words[0] != "/var/log" && words[0] != "/var/log/journal")) continue;
      if (words[2] != "tmpfs" && words[2] != "ramfs" && words[1] != "log2ram") continue;
      if (how.empty()) how = fmt::format("a {}", words[2]);
      cites.push_back(fact->cite);
    }
  }
  for (const Fact* fact : facts.all("unit.active")) {
    if (!fact->value.starts_with("log2ram.service: active")) continue;
    how = "log2ram";
    cites.push_back(fact->cite);
  }
  if (cites.empty()) return;
  out.push_back({"log-in-memory",
                 {},
                 fmt::format("{} keeps /var/log in memory.", how == "log2ram" ? "log2ram" : "A tmpfs"),
                 "What was written since the last copy to the disk is lost in a crash. A gap of more than the copying "
                 "interval (a day by default) has another cause as well: the copying itself failed.",
                 {"Keep the logs on disk, or send them to another host.", "systemctl disable --now log2ram"},
                 cites});
}

}  // namespace

extern const FindingRule volatile_log_finding_rule;
const FindingRule volatile_log_finding_rule{"does a reset lose the log?", find};

}  // namespace inquest::reason

// Would netconsole, as it is set up, send anything anywhere?
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "reason/finding_rule.h"
#include "reason/netconsole_parameter.h"

namespace inquest::reason {
namespace {

using model::Fact;
using model::Finding;

void judge(const Fact& fact, std::string_view parameter, std::vector<Finding>& out) {
  const NetconsoleReading reading = read_netconsole(parameter);
  if (reading.faults.empty()) return;
  out.push_back({reading.fatal ? "netconsole-broken" : "netconsole-weak",
                 {},
                 fmt::format("netconsole's parameter \"{}\": {}.", ellipsis(printable(parameter), 100),
                             fmt::join(reading.faults, "; ")),
                 reading.fatal
                     ? "With this the kernel sends nothing: a panic's last words are lost although netconsole "
                       "seems to be set up."
                     : "Messages may not arrive when they are needed.",
                 {"Load it with the whole parameter, and prove it with `echo netconsole test > /dev/kmsg`.",
                  fmt::format("modprobe netconsole \"{}\"", reading.mended)},
                 {fact.cite}});
}

void find(const Scene& /*scene*/, const HostFacts& facts, std::vector<Finding>& out) {
  bool permanent = false;
  for (const Fact* fact : facts.all("modprobe.options")) {
    if (!fact->value.starts_with("netconsole ")) continue;
    permanent = true;
    judge(*fact, trim(std::string_view(fact->value).substr(11)), out);
  }
  for (const std::string_view key : {"kernel.cmdline", "grub.cmdline"}) {
    const Fact* line = facts.first(key);
    if (line == nullptr) continue;
    for (const std::string_view word : split_blanks(line->value)) {
      if (!word.starts_with("netconsole=")) continue;
      permanent = true;
      judge(*line, word, out);
    }
  }
  for (const Fact* fact : facts.all("netconsole.parameter")) judge(*fact, fact->value, out);
  const Fact* typed = facts.first("netconsole.parameter");
  if (typed == nullptr || permanent) return;
  out.push_back({"netconsole-not-permanent",
                 {},
                 "netconsole is loaded by hand, and nothing in the evidence loads it at the next boot.",
                 "After a reboot nothing is sent any more, and nobody notices until the next crash.",
                 {"Write the parameter to /etc/modprobe.d/netconsole.conf and the module's name to "
                  "/etc/modules-load.d/netconsole.conf.",
                  ""},
                 {typed->cite}});
}

}  // namespace

extern const FindingRule netconsole_finding_rule;
const FindingRule netconsole_finding_rule{"would netconsole send anything anywhere?", find};

}  // namespace inquest::reason

// What does the kernel do when it panics or hangs, and does the host come back?
// Source: Documentation/admin-guide/sysctl/kernel.rst.
#include <fmt/format.h>

#include "base/text.h"
#include "reason/finding_rule.h"

namespace inquest::reason {
namespace {

using model::Fact;
using model::Finding;

struct Setting {
  std::string_view key;
  std::string_view value;
  std::string_view id;
  std::string_view text;
  std::string_view why;
  std::string_view command;
};
constexpr Setting kSettings[] = {
    {"sysctl.kernel.panic", "0", "panic-waits", "After a panic the kernel waits for ever (kernel.panic = 0).",
     "The host stays down until somebody resets it, and what is only in memory (ramoops) is lost if that cuts the "
     "power.",
     "sysctl kernel.panic=30"},
    {"sysctl.kernel.nmi_watchdog", "0", "hardlockup-unseen",
     "The hard lockup detector is off (kernel.nmi_watchdog = 0).",
     "A CPU that hangs with interrupts off is not reported: the host falls silent without a word.",
     "sysctl kernel.nmi_watchdog=1 kernel.hardlockup_panic=1"},
    {"sysctl.kernel.panic_on_oops", "0", "oops-goes-on", "The kernel goes on after an oops (kernel.panic_on_oops = 0).",
     "It then runs with a damaged state, no dump is written, and the later death looks like something else.",
     "sysctl kernel.panic_on_oops=1"},
    {"sysctl.kernel.hung_task_timeout_secs", "0", "hung-tasks-unseen",
     "The hung task detector is off (kernel.hung_task_timeout_secs = 0).",
     "Tasks that wait for storage for ever are not reported.", "sysctl kernel.hung_task_timeout_secs=120"},
};

void find(const Scene& /*scene*/, const HostFacts& facts, std::vector<Finding>& out) {
  for (const Setting& setting : kSettings) {
    const auto& all = facts.all(setting.key);
    if (all.empty() || all.back()->value != setting.value) continue;
    out.push_back({std::string(setting.id),
                   {},
                   std::string(setting.text),
                   std::string(setting.why),
                   {"Set it, and write it to /etc/sysctl.d/.", std::string(setting.command)},
                   {all.back()->cite}});
  }
}

}  // namespace

extern const FindingRule panic_settings_finding_rule;
const FindingRule panic_settings_finding_rule{"what does the kernel do when it panics or hangs?", find};

}  // namespace inquest::reason

// Does a flaw of the CPU that the kernel names explain a crash?
// Source: arch/x86/kernel/cpu/amd.c, zen1_div0_bug ("x86/CPU/AMD: Do not leak quotient data after a division by 0",
// v6.5); AMD-SB-7008.
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "reason/finding_rule.h"

namespace inquest::reason {
namespace {

struct Erratum {
  std::string_view words;
  std::string_view id;
  std::string_view text;
  std::string_view why;
};

constexpr Erratum kErrata[] = {
    {"Zen1 DIV0 bug", "amd-zen1-div0", "The kernel warns of the division flaw of AMD's first Zen CPUs.",
     "That flaw lets one thread read what another divided: it leaks data and does not make a host unstable. It "
     "explains "
     "no crash; that SMT should be off for full protection is about the leak, too."},
};

void find(const Scene& scene, const HostFacts& facts, std::vector<model::Finding>& out) {
  const model::Case& the_case = scene.the_case;
  for (const Erratum& erratum : kErrata) {
    for (const model::Landmark& mark : the_case.landmarks) {
      if (mark.kind != model::LandmarkKind::CpuErratum ||
          scene.names.host(the_case.host_of(the_case.events[mark.event])) != facts.host() ||
          the_case.str(mark.text).find(erratum.words) == std::string_view::npos)
        continue;
      out.push_back({std::string(erratum.id),
                     {},
                     std::string(erratum.text),
                     std::string(erratum.why),
                     {},
                     {the_case.cite(mark.event)}});
      break;
    }
  }
}

}  // namespace

extern const FindingRule cpu_errata_finding_rule;
const FindingRule cpu_errata_finding_rule{"does a flaw of the CPU that the kernel names explain a crash?", find};

}  // namespace inquest::reason

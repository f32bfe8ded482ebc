#include "support/review_verdicts.h"

namespace inquest::review {
namespace {

TEST(Links, LeadToWhatTheirTextSays) {
  testing::expect_verdicts(
      "link-mismatch",
      {
          {"See [kernel panic settings](https://pve.proxmox.com/wiki/Linux_Container#pct_settings).", true},
          {"See [the IOMMU handling](https://docs.kernel.org/arch/x86/amd-memory-encryption.html).", true},
          {"Siehe [Liste der Kernelparameter](https://pve.proxmox.com/wiki/Linux_Container).", true},
          {"See [how SEV encrypts memory](https://docs.kernel.org/arch/x86/amd-memory-encryption.html).", false},
          {"See [bug hunting](https://docs.kernel.org/admin-guide/bug-hunting.html).", false},
          {"See [how to decode an oops](https://docs.kernel.org/admin-guide/bug-hunting.html).", false},
          {"Siehe [hier](https://pve.proxmox.com/wiki/Linux_Container).", false},
          {"See [the team's notes](https://wiki.example.com/amd).", false},
      });
}

}  // namespace
}  // namespace inquest::review

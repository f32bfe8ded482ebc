#include "reason/findings.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reason/investigate.h"
#include "support/case_builder.h"

namespace inquest::reason {
namespace {

using testing::CaseBuilder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> ids(const model::Inquiry& inquiry) {
  std::vector<std::string> out;
  for (const model::Finding& finding : inquiry.findings) {
    EXPECT_FALSE(finding.cites.empty()) << finding.id;
    EXPECT_FALSE(finding.text.empty()) << finding.id;
    out.push_back(finding.id);
  }
  return out;
}

std::vector<std::string> found(std::initializer_list<std::pair<std::string_view, std::string_view>> facts) {
  CaseBuilder build;
  for (const auto& [key, value] : facts) build.fact(key, value, "node-a");
  return ids(investigate(build.built(), {}));
}

TEST(Findings, NothingIsConcludedFromNothing) { EXPECT_THAT(found({}), IsEmpty()); }

TEST(Findings, NamesTheHostAndBothLinesWhereTheRunningOneIsAnother) {
  CaseBuilder build;
  build.fact("kernel.cmdline", "BOOT_IMAGE=/vmlinuz-6.1 root=/dev/sda1 ro quiet intel_iommu=on", "node-a");
  build.fact("grub.cmdline", "quiet iommu=pt", "node-a");
  const auto inquiry = investigate(build.built(), {});
  ASSERT_THAT(ids(inquiry), ElementsAre("command-line-differs"));
  EXPECT_EQ(inquiry.findings[0].host, "node-a");
  EXPECT_THAT(inquiry.findings[0].text, HasSubstr("\"iommu=pt\" is configured and does not run"));
  EXPECT_THAT(inquiry.findings[0].text, HasSubstr("\"intel_iommu=on\" runs and is not configured"));
  EXPECT_EQ(inquiry.findings[0].cites.size(), 2U);
}

TEST(Findings, TheLoadersOwnWordsAreNoDifference) {
  EXPECT_THAT(found({{"kernel.cmdline", "BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro quiet"}, {"grub.cmdline", "quiet"}}),
              IsEmpty());
}

TEST(Findings, FindsValuesThatNestRepeatOrContradict) {
  EXPECT_THAT(found({{"grub.cmdline", "GRUB_CMDLINE_LINUX_DEFAULT=quiet"}}), ElementsAre("command-line-nested"));
  EXPECT_THAT(found({{"kernel.cmdline", "quiet quiet"}}), ElementsAre("command-line-repeats"));
  EXPECT_THAT(found({{"kernel.cmdline", "iommu=pt iommu=off"}}), ElementsAre("command-line-contradicts"));
  EXPECT_THAT(found({{"kernel.cmdline", "console=tty0 console=ttyS0"}}), IsEmpty());
}

TEST(Findings, SaysWhatAParameterReallyDoes) {
  EXPECT_THAT(found({{"kernel.cmdline", "pcie_aspm=off"}}), ElementsAre("pcie-aspm-off"));
  EXPECT_THAT(found({{"kernel.cmdline", "pci=nomsi,noaer"}}), ElementsAre("pci-noaer"));
  EXPECT_THAT(found({{"kernel.cmdline", "pci=nomsi"}}), IsEmpty());
  EXPECT_THAT(found({{"kernel.cmdline", "crash_kernel=512M"}}), ElementsAre("command-line-unknown"));
}

TEST(Findings, StaysSmallWhateverTheLineHolds) {
  std::string line;
  for (int i = 0; i < 20'000; ++i) line += "pci=noaer a" + std::to_string(i) + "=" + std::string(20, 'x') + " ";
  EXPECT_LE(found({{"kernel.cmdline", line}}).size(), kMostFindings);
}

}  // namespace
}  // namespace inquest::reason

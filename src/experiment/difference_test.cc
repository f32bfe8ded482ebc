#include "experiment/difference.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inquest::experiment {
namespace {

Difference differ(std::string_view good, std::string_view bad) {
  auto difference = Difference::between(good, bad);
  if (!difference) {
    ADD_FAILURE() << difference.error().message;
    return *Difference::between("", "");
  }
  return *std::move(difference);
}

std::vector<size_t> all_of(const Difference& difference) {
  std::vector<size_t> all;
  for (size_t i = 0; i < difference.changes().size(); ++i) all.push_back(i);
  return all;
}

TEST(Difference, TakesAKernelCommandLineApart) {
  const Difference d = differ("ro quiet iommu=pt dyndbg=\"file a +p\"\n", "ro iommu=on nosmt dyndbg=\"file b +p\"\n");
  ASSERT_EQ(d.changes().size(), 4U);
  EXPECT_EQ(d.form(), Difference::Form::Words);
  EXPECT_EQ(d.compose({}), "ro quiet iommu=pt dyndbg=\"file a +p\"\n");
  EXPECT_EQ(d.compose(all_of(d)), "ro iommu=on nosmt dyndbg=\"file b +p\"\n");
}

TEST(Difference, AChangedValueIsOneChangeAndAMovedLineIsOne) {
  const Difference d =
      differ("memory: 2048\ncores: 2\nscsi0: a\nname: x\n", "name: x\nmemory: 4096\ncores: 2\nscsi0: a\n");
  ASSERT_EQ(d.changes().size(), 2U);
  for (const Change& change : d.changes()) {
    EXPECT_EQ(change.removed.size(), 1U);
    EXPECT_EQ(change.added.size(), 1U);
  }
}

TEST(Difference, KeepsSectionsApart) {
  const Difference d = differ("[a]\nx=1\n[b]\nx=1\n", "[a]\nx=2\n[b]\nx=3\n");
  ASSERT_EQ(d.changes().size(), 2U);
  EXPECT_EQ(d.compose({0}), "[a]\nx=2\n[b]\nx=1\n");
  EXPECT_EQ(d.compose({1}), "[a]\nx=1\n[b]\nx=3\n");
}

TEST(Difference, BothEndsAreTheConfigurationsThemselves) {
  const std::pair<std::string_view, std::string_view> pairs[] = {
      {"", "a\nb\n"},
      {"nvme\nvfio\nkvm\n", "kvm\nnvme\n"},
      {"CONFIG_A=y\n# CONFIG_B is not set\n", "# CONFIG_A is not set\nCONFIG_B=m\n"},
      {"a\na\na\nb\n", "a\nb\na\n"},
      {"[a]\n[b]\nx\n", "[b]\nx\n[a]\nx\n"},
  };
  for (const auto& [good, bad] : pairs) {
    const Difference d = differ(good, bad);
    if (d.form() == Difference::Form::Words) continue;
    EXPECT_EQ(d.compose({}), good);
    EXPECT_EQ(d.compose(all_of(d)), bad);
  }
  EXPECT_EQ(differ("CONFIG_A=y\n# CONFIG_B is not set\n", "# CONFIG_A is not set\nCONFIG_B=m\n").changes().size(), 2U);
  EXPECT_TRUE(differ("a\nb  \n\n", "a\nb\n").changes().empty());
}

TEST(Difference, KeepsUpWithLongFiles) {
  std::string good;
  std::string bad;
  for (int i = 0; i < 20'000; ++i) {
    good += "OPTION_" + std::to_string(i) + "=y\n";
    bad += "OPTION_" + std::to_string(i) + (i % 10 == 0 ? "=m\n" : "=y\n");
  }
  const Difference d = differ(good, bad);
  EXPECT_EQ(d.changes().size(), 2'000U);
  EXPECT_EQ(d.compose({}), good);
  EXPECT_EQ(d.compose(all_of(d)), bad);
}

}  // namespace
}  // namespace inquest::experiment

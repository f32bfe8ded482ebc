#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reason/investigate.h"
#include "support/case_builder.h"

namespace inquest::reason {
namespace {

using testing::CaseBuilder;
using ::testing::HasSubstr;

const model::Finding* find_runs(const model::Inquiry& inquiry) {
  for (const model::Finding& finding : inquiry.findings) {
    if (finding.id == "reproduction-runs") return &finding;
  }
  return nullptr;
}

TEST(ReproductionRuns, AreReadOutOfATable) {
  CaseBuilder build;
  for (const auto* row : {"Matrix: RAM = 2G; `ballooning` = nein; Ergebnis = ✅",
                          "Matrix: RAM = 8G; `ballooning` = nein; Ergebnis = ❌ Absturz",
                          "Matrix: RAM = 8G; `ballooning` = ja; Ergebnis = ✅"})
    build.fact("table.row", row, "node-a");
  const auto inquiry = investigate(build.built(), {});
  const model::Finding* finding = find_runs(inquiry);
  ASSERT_NE(finding, nullptr);
  EXPECT_THAT(finding->text,
              HasSubstr("Absturz only with RAM=8G and ballooning=nein (1 of 1 runs, and 0 of 2 without)"));
  EXPECT_THAT(finding->why, HasSubstr("Never run: RAM=2G, ballooning=ja."));
  EXPECT_EQ(finding->cites.size(), 3U);
}

TEST(ReproductionRuns, AListOfCausesIsNone) {
  CaseBuilder build;
  for (const auto* row : {"Theory = driver; Excluded because = panic without it, too",
                          "Theory = disk; Excluded because = works with another",
                          "Theory = memory; Excluded because = memtest found no error"})
    build.fact("table.row", row, "node-a");
  EXPECT_EQ(find_runs(investigate(build.built(), {})), nullptr);
}

}  // namespace
}  // namespace inquest::reason

#include "report/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/text.h"
#include "support/sample_inquiry.h"

namespace inquest::report {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Explain, GivesEveryTermAndTheShare) {
  const auto sample = testing::silent_hang();
  const auto document = explain(sample.the_case, sample.inquiry, "pcie-stall");
  ASSERT_TRUE(document);
  const std::string text = render_text(*document, 100, false);
  EXPECT_THAT(text, HasSubstr("base rate 0.10"));
  EXPECT_THAT(text, HasSubstr("+1.10"));
  EXPECT_THAT(text, HasSubstr("rule host.passthrough"));
  // ln 0.1 + 1.1, and its weight
  EXPECT_THAT(text, HasSubstr("-1.20"));
  EXPECT_THAT(text, HasSubstr("exp(-1.2026) = 0.3004"));
  EXPECT_THAT(text, HasSubstr("Citations"));
}

TEST(Explain, SaysWhatRulesOut) {
  const auto sample = testing::silent_hang();
  const auto document = explain(sample.the_case, sample.inquiry, "oom");
  ASSERT_TRUE(document);
  EXPECT_THAT(render_text(*document, 100, false), HasSubstr("Ruled out, whatever the sum says"));
}

TEST(Explain, KnowsWhatItCanExplain) {
  const auto sample = testing::silent_hang();
  EXPECT_THAT(explainable(sample.inquiry), ElementsAre("pcie-stall", "oom"));
  EXPECT_FALSE(explain(sample.the_case, sample.inquiry, "mice"));
}

}  // namespace
}  // namespace inquest::report

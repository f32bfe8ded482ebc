#include "experiment/summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inquest::experiment {
namespace {

using testing::HasSubstr;

Summary summary_of(std::string_view text) {
  const auto tables = read_tables(text);
  const auto analysis = analyse(tables->front());
  return analysis ? summarise(*analysis) : Summary{};
}

TEST(Summary, TellsTheAnswerItsDoubtsAndWhatToDo) {
  const Summary summary = summary_of("ssd,fw,result\na,1,hang\na,2,ok\nb,1,ok\na,1,ok\n");
  EXPECT_EQ(summary.answer, "hang only with ssd=a and fw=1 (1 of 2 runs, and 0 of 2 without).");
  EXPECT_THAT(summary.doubts, HasSubstr("ssd=a alone is not enough: row 2 had it and did not fail."));
  EXPECT_THAT(summary.doubts, HasSubstr("Contradictory: rows 1 and 4 had the same settings and ended differently."));
  EXPECT_THAT(summary.doubts, HasSubstr("Never run: ssd=b, fw=2."));
  EXPECT_THAT(summary.next, HasSubstr("Run next: "));
}

TEST(Summary, NamesAlternatives) {
  EXPECT_THAT(summary_of("a,b,result\n1,x,ok\n2,y,panic\n").doubts, HasSubstr("Instead of a=2 it may as well be b=y."));
}

TEST(Summary, IsEmptyWhereNothingIsShown) { EXPECT_EQ(summary_of("a,result\n1,ok\n2,ok\n").answer, ""); }

}  // namespace
}  // namespace inquest::experiment

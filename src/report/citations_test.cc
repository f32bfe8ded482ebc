#include "report/citations.h"

#include <string>

#include <gtest/gtest.h>

#include "support/sample_inquiry.h"

namespace inquest::report {
namespace {

using model::Citation;

std::string plain(const Text& text) {
  std::string out;
  for (const Span& span : text.spans()) out += span.text;
  return out;
}

class CitationsTest : public ::testing::Test {
 protected:
  CitationsTest() {
    std::string log;
    for (int i = 1; i <= 40; ++i) log += "line " + std::to_string(i) + "\n";
    log_ = testing::add_evidence(case_, "kern.log", "syslog", log);
  }
  Citation line(uint32_t number) const { return testing::cite_line(case_, log_, number); }

  model::Case case_;
  model::EvidenceId log_ = 0;
};

TEST_F(CitationsTest, NumberPlacesInTheOrderOfTheirFirstUse) {
  Citations citations(case_);
  EXPECT_EQ(plain(citations.state("Dead.", std::vector{line(9)})), "Dead. [1]");
  EXPECT_EQ(plain(citations.state("Quite.", std::vector{line(3), line(9)})), "Quite. [1,2]");
  const List list = citations.list();
  ASSERT_EQ(list.items.size(), 2U);
  EXPECT_EQ(plain(list.items[0].label), "[1]");
  EXPECT_EQ(plain(list.items[0].paragraphs[0]), "kern.log:9");
  EXPECT_EQ(plain(list.items[0].paragraphs[1]), "line 9");
  EXPECT_EQ(plain(list.items[1].paragraphs[0]), "kern.log:3");
}

TEST_F(CitationsTest, FoldRunsOfNumbers) {
  Citations citations(case_);
  std::vector<Citation> all;
  for (uint32_t i = 1; i <= 8; ++i) all.push_back(line(i));
  EXPECT_EQ(plain(citations.refer(all)), " [1-8]");
  EXPECT_EQ(plain(citations.refer(std::vector{all[0], all[2], all[3], all[5], all[6], all[7], all[5]})),
            " [1,3,4,6-8]");
}

TEST_F(CitationsTest, CountWhatIsTooMuchToLookUp) {
  Citations citations(case_);
  std::vector<Citation> all;
  for (uint32_t i = 1; i <= 40; ++i) all.push_back(line(i));
  EXPECT_EQ(plain(citations.refer(all)), " [1-12 and 28 more]");
  EXPECT_EQ(citations.list().items.size(), 12U);
}

TEST_F(CitationsTest, SayNothingForAStatementWithoutOne) {
  Citations citations(case_);
  EXPECT_EQ(plain(citations.state("Nothing was watching.", {})), "Nothing was watching.");
  EXPECT_TRUE(citations.empty());
}

TEST_F(CitationsTest, QuoteNothingOfAWholeFileAndSayWhereBytesAreGone) {
  Citations citations(case_);
  citations.refer(std::vector{Citation{log_, 0, 0, 0}, line(2)});
  case_.evidence[log_].source.reset();
  const List list = citations.list();
  ASSERT_EQ(list.items.size(), 2U);
  EXPECT_EQ(list.items[0].paragraphs.size(), 1U);
  EXPECT_EQ(plain(list.items[1].paragraphs[1]), "(its bytes are gone or have changed)");
}

TEST_F(CitationsTest, QuoteARowThatIsKnownByItsStartAloneUpToItsEnd) {
  Citations citations(case_);
  Citation start = line(7);
  start.length = 0;
  citations.refer(std::vector{start});
  EXPECT_EQ(plain(citations.list().items[0].paragraphs[1]), "line 7");
}

TEST_F(CitationsTest, CutALongQuote) {
  Citations citations(case_);
  const auto long_line = testing::add_evidence(case_, "long.log", "syslog", std::string(5000, 'x'));
  citations.refer(std::vector{Citation{long_line, 1, 0, 5000}});
  EXPECT_EQ(citations.list().items[0].paragraphs[1].width(), 240U);
}

TEST_F(CitationsTest, KnowWhichEvidenceIsCited) {
  Citations citations(case_);
  const auto other = testing::add_evidence(case_, "other.log", "syslog", "x\n");
  citations.refer(std::vector{line(1)});
  EXPECT_TRUE(citations.cited(log_));
  EXPECT_FALSE(citations.cited(other));
}

}  // namespace
}  // namespace inquest::report

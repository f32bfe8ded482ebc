#include "reason/experiments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/case_builder.h"

namespace inquest::reason {
namespace {

using ::testing::HasSubstr;

rules::Hypothesis about(const char* setting) {
  rules::Hypothesis out;
  out.settings.push_back(*rules::Regex::parse(setting));
  return out;
}

class Experiments : public ::testing::Test {
 protected:
  Experiment runs(std::initializer_list<const char*> rows) {
    for (const char* row : rows) facts_.push_back({0, "table.row", row, {}});
    HostFacts host(0);
    for (const model::Fact& fact : facts_) host.add(fact);
    auto found = find_experiments(host);
    EXPECT_EQ(found.size(), 1U);
    return found.empty() ? Experiment{} : std::move(found.front());
  }

 private:
  std::vector<model::Fact> facts_;
};

TEST_F(Experiments, SpeakForWhatIsPartOfTheCondition) {
  const Experiment one = runs({"RAM = 2G; serial = no; Result = ok", "RAM = 8G; serial = no; Result = panic",
                               "RAM = 8G; serial = yes; Result = ok"});
  const auto serial = contribution_of(one, about("(?i)serial"));
  ASSERT_TRUE(serial);
  EXPECT_DOUBLE_EQ(serial->log_odds, rules::log_odds(rules::Strength::Moderate));
  EXPECT_THAT(serial->text, HasSubstr("serial=no is a part of it, in every run that failed"));
  EXPECT_EQ(serial->cites.size(), 3U);
  EXPECT_FALSE(contribution_of(one, about("(?i)kernel")));
}

TEST_F(Experiments, SayLessWhereRowsContradictEachOther) {
  const Experiment one = runs({"serial = no; fan = a; Result = panic", "serial = no; fan = a; Result = ok",
                               "serial = yes; fan = a; Result = ok", "serial = no; fan = b; Result = panic"});
  const auto serial = contribution_of(one, about("(?i)serial"));
  if (serial) {
    EXPECT_LT(serial->log_odds, rules::log_odds(rules::Strength::Moderate));
  }
}

TEST_F(Experiments, SpeakAgainstWhatMakesNoDifference) {
  const Experiment one = runs({"kernel = old; serial = no; Result = panic", "kernel = new; serial = no; Result = panic",
                               "kernel = old; serial = yes; Result = ok", "kernel = new; serial = yes; Result = ok"});
  const auto kernel = contribution_of(one, about("(?i)kernel"));
  ASSERT_TRUE(kernel);
  EXPECT_LT(kernel->log_odds, 0);
}

}  // namespace
}  // namespace inquest::reason

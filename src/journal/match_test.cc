#include "journal/match.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace inquest::journal {
namespace {

bool accepts(const Match& match, const std::vector<std::string>& entry) {
  std::vector<bool> has;
  for (const std::string& value : match.values()) has.push_back(std::ranges::find(entry, value) != entry.end());
  return match.accepts(has);
}

TEST(Match, WithoutValuesTakesEverything) {
  const Match match;
  EXPECT_TRUE(match.everything());
  EXPECT_TRUE(accepts(match, {"A=1"}));
}

TEST(Match, TakesWhatIsNoFieldForNone) {
  Match match;
  for (const std::string_view text : {"", "=", "=x", "a=1", "1A=2", "A B=1", "NAME"})
    EXPECT_FALSE(match.add(text)) << text;
  EXPECT_TRUE(match.everything());
}

TEST(Match, ValuesOfAFieldAreAlternativesAndFieldsRestrict) {
  Match match;
  for (const std::string_view text : {"A=1", "B=1", "A=2", "A=2"}) EXPECT_TRUE(match.add(text));
  EXPECT_TRUE(accepts(match, {"A=1", "B=1"}));
  EXPECT_TRUE(accepts(match, {"A=2", "B=1", "C=1"}));
  EXPECT_FALSE(accepts(match, {"A=1"}));
  EXPECT_FALSE(accepts(match, {"A=3", "B=1"}));
}

TEST(Match, ADisjunctionBeginsAnotherGroup) {
  Match match;
  match.add("A=1");
  match.add("B=1");
  match.disjunction();
  match.add("C=1");
  EXPECT_TRUE(accepts(match, {"C=1"}));
  EXPECT_TRUE(accepts(match, {"A=1", "B=1"}));
  EXPECT_FALSE(accepts(match, {"A=1"}));
}

TEST(Match, AConjunctionRestrictsAllGroupsBefore) {
  Match match;
  match.add("BOOT=1");
  match.conjunction();
  match.conjunction();
  match.add("A=1");
  match.disjunction();
  match.add("B=1");
  EXPECT_TRUE(accepts(match, {"BOOT=1", "B=1"}));
  EXPECT_FALSE(accepts(match, {"B=1"}));
  EXPECT_FALSE(accepts(match, {"BOOT=1"}));
}

TEST(Match, AUnitIsAlsoWhatOthersSayOfIt) {
  Match match;
  add_unit(match, "a.slice");
  EXPECT_TRUE(accepts(match, {"_SYSTEMD_UNIT=a.slice"}));
  EXPECT_TRUE(accepts(match, {"_PID=1", "UNIT=a.slice"}));
  EXPECT_TRUE(accepts(match, {"_UID=0", "OBJECT_SYSTEMD_UNIT=a.slice"}));
  EXPECT_TRUE(accepts(match, {"_SYSTEMD_SLICE=a.slice"}));
  EXPECT_TRUE(accepts(match, {"MESSAGE_ID=fc2e22bc6ee647b6b90729ab34a250b1", "_UID=0", "COREDUMP_UNIT=a.slice"}));
  EXPECT_FALSE(accepts(match, {"_PID=2", "UNIT=a.slice"}));
}

TEST(LevelNumber, KnowsNamesAndDigits) {
  EXPECT_EQ(level_number("emerg"), 0);
  EXPECT_EQ(level_number("err"), 3);
  EXPECT_EQ(level_number("7"), 7);
  for (const std::string_view name : {"", "8", "-1", "error", "77"}) EXPECT_EQ(level_number(name), -1) << name;
}

}  // namespace
}  // namespace inquest::journal

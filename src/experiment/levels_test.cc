#include "experiment/levels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "experiment/design.h"

namespace inquest::experiment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Design design_of(std::string_view text) {
  const auto tables = read_tables(text);
  if (!tables) {
    ADD_FAILURE() << tables.error().message;
    return {};
  }
  auto design = read_design(tables->front());
  if (!design) {
    ADD_FAILURE() << design.error().message;
    return {};
  }
  return *std::move(design);
}

TEST(Levels, ReadQuantitiesWithUnitsAndCommas) {
  struct Case {
    std::string_view text;
    double value;
  };
  const double gibi = 1024.0 * 1024 * 1024;
  for (const Case& c : {Case{"20G", 20 * gibi},
                        {"~2 GiB", 2 * gibi},
                        {"11,54 %", 11.54},
                        {"1.024,5", 1024.5},
                        {"1,024.5", 1024.5},
                        {"500 ms", 0.5},
                        {"-5 °C", -5},
                        {"2 min", 120}}) {
    const auto quantity = quantity_of(c.text);
    ASSERT_TRUE(quantity) << c.text;
    EXPECT_NEAR(quantity->value, c.value, 1e-6 * c.value * (c.value < 0 ? -1 : 1)) << c.text;
  }
  for (const auto* text : {"", "6.8.12", "20G (later)", "G", "1e999", "--5", "nvme0"})
    EXPECT_FALSE(quantity_of(text)) << text;
}

TEST(Levels, TakeSpellingsOfOneValueTogether) {
  const Design design = design_of("disk,vga,result\n20G,Std,ok\n20 GiB,std,ok\n2G,`std`,panic\n2g,QXL,panic\n");
  ASSERT_EQ(design.factors.size(), 2U);
  EXPECT_THAT(design.factors[0].levels, ElementsAre("2G", "20G"));
  EXPECT_THAT(design.factors[1].levels, ElementsAre("Std", "QXL"));
}

TEST(Levels, OrderVersionsByNothing) {
  const Design design = design_of("kernel,result\n6.8,ok\n6.11,panic\n6.2,ok\n6.10,panic\n6.1,ok\n");
  ASSERT_EQ(design.factors.size(), 1U);
  EXPECT_EQ(design.factors[0].levels.size(), 5U);  // 6.1 and 6.10 are two
  EXPECT_FALSE(design.factors[0].ordered);
}

TEST(Levels, LeaveOutWhatIsNoFactor) {
  const Design design = design_of(
      "Nr;Datum;serial;empty;kernel;note;result\n"
      "1;2026-01-02;x;;6.8;cold start;ok\n2;2026-01-03;;;6.8;warm;panic\n3;2026-01-03;x;;6.8;;ok\n");
  ASSERT_EQ(design.factors.size(), 1U);
  EXPECT_EQ(design.factors[0].name, "serial");
  EXPECT_THAT(design.factors[0].levels, ElementsAre("x", "no"));
  EXPECT_THAT(design.constants, ElementsAre("kernel=6.8"));
}

TEST(Levels, LettersThatMeanYesSomewhereMayBeNames) {
  const Design design = design_of("slot,result\nx,ok\ny,panic\nx,ok\n");
  ASSERT_EQ(design.factors.size(), 1U);
  EXPECT_THAT(design.factors[0].levels, ElementsAre("x", "y"));
}

TEST(Levels, ASwitchMayBeSpelledInManyWays) {
  const Design design = design_of("gpu,result\n👍,hang\nno,ok\nyes,hang\n👎,ok\n");
  ASSERT_EQ(design.factors.size(), 1U);
  EXPECT_EQ(design.factors[0].levels.size(), 2U);
}

TEST(Levels, ABlankAmongWordsIsAValueOfItsOwnAndSaidSo) {
  const Design design = design_of("vga,result\nstd,ok\n,panic\nqxl,ok\n");
  EXPECT_THAT(design.factors[0].levels, ElementsAre("std", "(blank)", "qxl"));
  EXPECT_EQ(design.notes.size(), 1U);
}

TEST(Levels, AFactorOfTooManyNamesIsNone) {
  std::string text = "host,serial,result\n";
  for (int i = 0; i < 200; ++i) text += "h" + std::to_string(i % 100) + (i % 2 != 0 ? ",yes,ok\n" : ",no,panic\n");
  const Design design = design_of(text);
  ASSERT_EQ(design.factors.size(), 1U);
  EXPECT_EQ(design.factors[0].name, "serial");
}

TEST(Levels, SayRangesOfOrderedLevels) {
  const Factor factor = {"ram", {"2G", "4G", "8G"}, true, 0};
  EXPECT_EQ(factor.text(0b001), "ram=2G");
  EXPECT_EQ(factor.text(0b110), "ram>=4G");
  EXPECT_EQ(factor.text(0b011), "ram<=4G");
  EXPECT_EQ(factor.text(0b101), "ram=2G|8G");
  EXPECT_EQ((Factor{"t", {"<=70", ">=71"}, true, 5}).text(0b10), "t>=71");
}

TEST(Levels, NoRowThatSaysHowItEndedIsNoDesign) {
  const auto tables = read_tables("a,result\n1,?\n2,skip\n");
  ASSERT_TRUE(tables);
  EXPECT_FALSE(read_design(tables->front()));
}

}  // namespace
}  // namespace inquest::experiment

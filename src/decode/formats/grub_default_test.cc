#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/decoding.h"
#include "support/records.h"

namespace inquest::decode {

extern const Decoder grub_default_decoder;

namespace {

using ::testing::AllOf;
using testing::decode_with;
using ::testing::ElementsAre;
using testing::facts_of;
using ::testing::HasSubstr;
using testing::head_of;
using ::testing::IsEmpty;
using testing::problems_of;
using ::testing::StartsWith;

model::Case decode(std::string_view text) { return decode_with(grub_default_decoder, text, "evidence1.txt"); }
Claim claim(std::string_view text) { return grub_default_decoder.sniff(head_of(text, "evidence1.txt")); }

TEST(GrubDefault, ReadsValuesAsTheShellDoes) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"\"quiet splash\"", "quiet splash"},
      {"'a=\"b c\"'", "a=\"b c\""},
      {"quiet", "quiet"},
      {"quiet\\ splash", "quiet splash"},
      {"\"quiet \\\"x\\\" \\n\"", "quiet \"x\" \\n"},
      {"\"quiet \\\nsplash\"", "quiet splash"},
      {"\"one\"'two'three", "onetwothree"},
      {"\"\"", ""},
      {"  ", ""},
      {"\"quiet\" # why", "quiet"},
      {"\"$X ${X} $UNKNOWN $\"", "x y x y $UNKNOWN $"},
      {"\"$(a \"b\" $(c)) `d \"e\"`\"", "$(a \"b\" $(c)) `d \"e\"`"},
  };
  for (const auto& [value, expected] : rows) {
    const model::Case c = decode("X='x y'\nGRUB_CMDLINE_LINUX_DEFAULT=" + std::string(value) + "\n");
    EXPECT_THAT(facts_of(c), ElementsAre("2 grub.cmdline = " + std::string(expected))) << value;
    EXPECT_THAT(problems_of(c), IsEmpty()) << value;
  }
}

TEST(GrubDefault, JoinsBothVariablesAsUpdateGrubDoes) {
  EXPECT_THAT(facts_of(decode("GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\nGRUB_CMDLINE_LINUX=\"panic=10\"\n")),
              ElementsAre("1 grub.cmdline = panic=10 quiet"));
  EXPECT_THAT(facts_of(decode("GRUB_CMDLINE_LINUX=\"panic=10\"\n")), ElementsAre("1 grub.cmdline = panic=10"));
  EXPECT_THAT(facts_of(decode("GRUB_TIMEOUT=1\n")), IsEmpty());
}

TEST(GrubDefault, LetsTheLastAssignmentWin) {
  EXPECT_THAT(
      facts_of(decode("GRUB_CMDLINE_LINUX_DEFAULT=a\nGRUB_CMDLINE_LINUX_DEFAULT=b; GRUB_CMDLINE_LINUX_DEFAULT=c\n"
                      "#GRUB_CMDLINE_LINUX_DEFAULT=d\nexport GRUB_CMDLINE_LINUX_DEFAULT+=e\n")),
      ElementsAre("4 grub.cmdline = ce"));
}

TEST(GrubDefault, LocatesAValuePastedIntoItself) {
  const model::Case c =
      decode("GRUB_TIMEOUT=5\nGRUB_CMDLINE_LINUX_DEFAULT=\"quiet GRUB_CMDLINE_LINUX_DEFAULT=\"quiet pci=noaer\"\"\n");
  EXPECT_THAT(facts_of(c), ElementsAre(StartsWith("2 grub.mangled = an assignment stands inside"),
                                       "2 grub.cmdline = quiet GRUB_CMDLINE_LINUX_DEFAULT=quiet"));
  EXPECT_THAT(problems_of(c),
              ElementsAre(StartsWith("2 an assignment stands inside the value of GRUB_CMDLINE_LINUX_DEFAULT")));
}

TEST(GrubDefault, LocatesAValueThatEndsEarly) {
  const model::Case c = decode("GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\" pci=noaer\n");
  EXPECT_THAT(facts_of(c), ElementsAre(AllOf(StartsWith("1 grub.mangled = "), HasSubstr("leaves out \"pci=noaer\"")),
                                       "1 grub.cmdline = quiet"));
  EXPECT_THAT(problems_of(c), ElementsAre(HasSubstr("ends early")));
}

TEST(GrubDefault, GivesNoCommandLineThatTheShellWouldNotSet) {
  const model::Case c = decode("GRUB_CMDLINE_LINUX=\"\"\nGRUB_CMDLINE_LINUX_DEFAULT=quiet splash\n");
  EXPECT_THAT(facts_of(c), ElementsAre(AllOf(StartsWith("2 grub.mangled = "), HasSubstr("sets nothing"))));
  EXPECT_THAT(problems_of(c),
              ElementsAre(HasSubstr("2 the value of GRUB_CMDLINE_LINUX_DEFAULT has a blank outside of quotes")));
}

TEST(GrubDefault, LosesOnlyTheLineWhoseQuoteIsOpen) {
  const model::Case c = decode("GRUB_CMDLINE_LINUX=\"panic=10\nGRUB_CMDLINE_LINUX_DEFAULT='quiet'\nGRUB_X=`date\n");
  EXPECT_THAT(facts_of(c), ElementsAre("2 grub.cmdline = panic=10 quiet"));
  EXPECT_THAT(problems_of(c), ElementsAre(StartsWith("1 the value of GRUB_CMDLINE_LINUX has a quote"),
                                          StartsWith("3 the value of GRUB_X has a quote")));
}

TEST(GrubDefault, BoundsValuesThatDoubleThemselves) {
  std::string text = "A=0123456789\n";
  for (int i = 0; i < 200; ++i) text += "A=$A$A$A$A\nA+=$A\n";
  const model::Case c = decode(text + "GRUB_CMDLINE_LINUX=$A\n");
  ASSERT_EQ(c.facts.size(), 1U);
  EXPECT_LE(c.facts[0].value.size(), 16U * 1024);
  EXPECT_THAT(problems_of(c), ElementsAre(HasSubstr("longer than 16 KiB")));
}

TEST(GrubDefault, ClaimsAssignmentsOfGrubsVariables) {
  EXPECT_EQ(claim("# c\nGRUB_TIMEOUT=5\n"), Claim::Certain);
  EXPECT_EQ(claim("if true; then\n  GRUB_TIMEOUT=5\nfi\nA=b\n"), Claim::Certain);
  for (const std::string_view text : {"", "A=b\n", "# GRUB_TIMEOUT=5\n", "set GRUB_TIMEOUT=5\n", "GRUB_TIMEOUT 5\n"}) {
    EXPECT_EQ(claim(text), Claim::No) << text;
  }
}

}  // namespace
}  // namespace inquest::decode

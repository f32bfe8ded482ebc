#include "rules/term.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inquest::rules {
namespace {

TEST(Term, SaysWhatItIsAbout) {
  struct Line {
    std::string_view text;
    Subject subject;
    std::string_view name;
    Op op;
    std::string_view value;
  };
  const Line table[] = {
      {"rule panic.generic", Subject::Rule, "panic.generic", Op::Exists, ""},
      {"class silent-hang", Subject::Class, "silent-hang", Op::Exists, ""},
      {R"(fact kernel.cmdline ~ \bpcie_aspm=off\b)", Subject::Fact, "kernel.cmdline", Op::Matches,
       R"(\bpcie_aspm=off\b)"},
      {"feature uptime-at-death < 3600", Subject::Feature, "uptime-at-death", Op::Less, "3600"},
      {"feature baseline.cpu != normal", Subject::Feature, "baseline.cpu", Op::NotEqual, "normal"},
      {"  observed   console-dead ", Subject::Observed, "console-dead", Op::Exists, ""},
      {"observed change ~ (?i)passthrough", Subject::Observed, "change", Op::Matches, "(?i)passthrough"},
      {"fact zfs.arc_max >= 16G", Subject::Fact, "zfs.arc_max", Op::GreaterEqual, "16G"},
      {"fact kernel.cmdline = root=/dev/sda1 ro quiet", Subject::Fact, "kernel.cmdline", Op::Equal,
       "root=/dev/sda1 ro quiet"},
  };
  for (const Line& line : table) {
    const auto term = Term::parse(line.text);
    ASSERT_TRUE(term.has_value()) << line.text << ": " << term.error().message;
    EXPECT_EQ(term->subject, line.subject) << line.text;
    EXPECT_EQ(term->name, line.name) << line.text;
    EXPECT_EQ(term->op, line.op) << line.text;
    EXPECT_EQ(term->value, line.value) << line.text;
    EXPECT_EQ(Term::parse(term->text())->text(), term->text());
  }
}

TEST(Term, RefusesWhatItWouldMisunderstand) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"", "begins with"},
      {"facts kernel.cmdline", "begins with"},
      {"fact", "which fact?"},
      {"fact kernel.cmdline == quiet", "none of"},
      {"fact kernel.cmdline ~", "no value"},
      {"fact kernel.cmdline ~ (unclosed", "missing"},
      {"feature uptime-at-death < soon", "no number"},
      {"class silent-hang = 1", "only facts, features"},
  };
  for (const auto& [text, why] : table) {
    const auto term = Term::parse(text);
    ASSERT_FALSE(term.has_value()) << text;
    EXPECT_THAT(term.error().message, testing::HasSubstr(std::string(why))) << text;
  }
}

TEST(Term, ComparesNumbersWithBinaryUnits) {
  const std::tuple<std::string_view, std::string_view, bool> table[] = {
      {"fact a > 62G", "62.5G", true},
      {"fact a > 62G", "62G", false},
      {"fact a >= 62G", "66571993088", true},
      {"fact a < 1K", "1023B", true},
      {"fact a < 1K", "not known", false},
      {"fact a <= 1.5M", "1536K", true},
      {"fact a = 62G", "66571993088", false},  // equality is of texts
      {"fact a ~ ^6.G$", "62G", true},
      {"fact a != 62G", "63G", true},
      {"fact a", "", true},
  };
  for (const auto& [term, value, accepted] : table)
    EXPECT_EQ(Term::parse(term)->accepts(value), accepted) << term << " of " << value;
}

TEST(Term, StarsInNamesMeanAnything) {
  EXPECT_TRUE(name_means("guest.*.hostpci0", "guest.104.hostpci0"));
  EXPECT_TRUE(name_means("guest.*", "guest.104.hostpci0"));
  EXPECT_TRUE(name_means("*a*b", "xaybab"));
  EXPECT_FALSE(name_means("guest.*.hostpci0", "guest.104.hostpci01"));
  EXPECT_FALSE(name_means("kernel.cmdline", "kernel.cmdlines"));
  EXPECT_FALSE(name_means("", "a"));
  // A hostile name costs no more than the lengths multiplied.
  EXPECT_FALSE(name_means("*a*a*a*a*a*a*a*a*b", std::string(10'000, 'a')));
}

}  // namespace
}  // namespace inquest::rules

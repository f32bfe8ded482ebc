#include "evidence/member_name.h"

#include <string>

#include <gtest/gtest.h>

namespace inquest::evidence {
namespace {

TEST(MemberName, IsOneHarmlessLine) {
  struct Case {
    std::string raw;
    std::string shown;
  };
  const Case cases[] = {
      {"var/log/syslog", "var/log/syslog"},
      {"/var/log/syslog", "var/log/syslog"},
      {"./a//b/./c/", "a/b/c"},
      {"../../etc/passwd", "\\.\\./\\.\\./etc/passwd"},
      {"a/..", "a/\\.\\."},
      {"a..b", "a..b"},
      {"C:\\logs\\x.log", "C:\\\\logs\\\\x.log"},
      {"a\nb\x1b[31m", "a\\x0ab\\x1b[31m"},
      {"gr\xC3\xB6\xC3\x9F"
       "e.log",
       "gr\xC3\xB6\xC3\x9F"
       "e.log"},
      {"inner.tar!/x", "inner.tar\\!/x"},
      {"really!", "really!"},
      {"", "(no name)"},
      {"///", "(no name)"},
      {".", "(no name)"},
  };
  for (const Case& c : cases) EXPECT_EQ(member_name(c.raw), c.shown);
}

TEST(MemberName, IsCutWhereNobodyReadsItAnyMore) {
  const std::string shown = member_name(std::string(1 << 20, 'a'));
  EXPECT_EQ(shown, std::string(4096, 'a') + "...");
}

}  // namespace
}  // namespace inquest::evidence

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
      {"../../etc/passwd", R"(\.\./\.\./etc/passwd)"},
      {"a/..", R"(a/\.\.)"},
      {"a..b", "a..b"},
      {R"(C:\logs\x.log)", R"(C:\\logs\\x.log)"},
      {"a\nb\x1b[31m", R"(a\x0ab\x1b[31m)"},
      {"\xC3\xBC.log", "\xC3\xBC.log"},
      {"inner.tar!/x", R"(inner.tar\!/x)"},
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

#include "crashtext/exit_status.h"

#include <array>

#include <gtest/gtest.h>

namespace inquest::crashtext {
namespace {

TEST(ExitStatus, ReadsBothSpellings) {
  struct Case {
    std::string_view line;
    std::string_view text;
  };
  constexpr auto kCases = std::to_array<Case>({
      {"Kernel panic - not syncing: Attempted to kill init! exitcode=0x0000000b", "killed by SIGSEGV (11)"},
      {"Kernel panic - not syncing: Attempted to kill init! exit code=0x00000200", "exit(2)"},
      {"Attempted to kill init! exitcode=0x00000100", "exit(1)"},
      {"Attempted to kill init! exitcode=0x00007f00", "exit(127)"},
      {"Attempted to kill init! exitcode=0x00000086", "killed by SIGABRT (6), core dumped"},
      {"Attempted to kill init! exitcode=0x00000028", "killed by signal 40"},
      {"Attempted to kill init! exitcode=0x00000000", "exit(0)"},
  });
  for (const Case& c : kCases) {
    const auto status = find_exit_status(c.line);
    ASSERT_TRUE(status) << c.line;
    EXPECT_EQ(status->text(), c.text) << c.line;
  }
}

TEST(ExitStatus, IsNotInOtherLines) {
  for (const char* line :
       {"Attempted to kill init!", "exitcode=", "exitcode=0x", "exitcode=0x1ffffffff", "exit code 3", ""}) {
    EXPECT_FALSE(find_exit_status(line)) << line;
  }
}

}  // namespace
}  // namespace inquest::crashtext

#include "decode/shell_prompt.h"

#include <gtest/gtest.h>

namespace inquest::decode {
namespace {

TEST(ShellPrompt, SplitsTheUsualPrompts) {
  struct Row {
    std::string_view line;
    std::string_view host;
    std::string_view command;
  };
  const Row rows[] = {
      {"root@pve1:~# ls /sys/fs/pstore", "pve1", "ls /sys/fs/pstore"},
      {"ann@pve1.example.net:/var/log$ cat syslog", "pve1", "cat syslog"},
      {"[ann@pve1 ~]$ uname -r", "pve1", "uname -r"},
      {"[root@pve1 /var/log]# ls", "pve1", "ls"},
      {"root@pve1:~#", "pve1", ""},
      {"$ sudo  cat /proc/cmdline ", "", "cat /proc/cmdline"},
      {"# ls", "", "ls"},
      {"#", "", ""},
  };
  for (const Row& row : rows) {
    const auto prompt = parse_shell_prompt(row.line);
    ASSERT_TRUE(prompt) << row.line;
    EXPECT_EQ(prompt->host, row.host) << row.line;
    EXPECT_EQ(prompt->command, row.command) << row.line;
  }
}

TEST(ShellPrompt, LeavesOtherLines) {
  const std::string_view rows[] = {"",
                                   "ls /sys/fs/pstore",
                                   "#!/bin/sh",
                                   "$HOME/bin",
                                   "a mail to ann@example.net: nothing # here",
                                   "ann@example.net",
                                   "ann@example.net: hello",
                                   "[ann@pve1 ~",
                                   "[    0.000000] Linux version 6.1",
                                   "@:#",
                                   "root@:~# ls"};
  for (const std::string_view line : rows) EXPECT_FALSE(parse_shell_prompt(line)) << line;
}

}  // namespace
}  // namespace inquest::decode

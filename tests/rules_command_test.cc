// `inquest rules`: the knowledge base as people meet it.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/process.h"
#include "support/temp_folder.h"

namespace inquest {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::run_inquest;

constexpr std::string_view kRule = R"(id = "my.disk"
title = "My disk is worn out"
class = "storage"
severity = "error"
needs = ["kernel-log"]
explain = "It says so."
[when]
source = "kernel"
match = ['my disk \w+ is worn']
[[case]]
fires = "my disk sda is worn"
[[case]]
silent = "my disk sda is fine"
)";

TEST(RulesCommand, ListsThoseThatHaveTheWords) {
  const auto some = run_inquest({"rules", "list", "nvme"});
  EXPECT_EQ(some.status, 0) << some.err;
  EXPECT_THAT(some.out, AllOf(HasSubstr("nvme.controller-down"), Not(HasSubstr("panic.generic"))));
  EXPECT_THAT(run_inquest({"rules", "list", "no-such-word"}).out, HasSubstr("No rule"));
}

TEST(RulesCommand, ShowsWhatARuleSays) {
  const auto shown = run_inquest({"rules", "show", "panic.generic"});
  EXPECT_EQ(shown.status, 0) << shown.err;
  EXPECT_THAT(shown.out, AllOf(HasSubstr("The kernel panicked"), HasSubstr("decisive (100:1)"),
                               HasSubstr("journalctl -k -b -1 -o short-monotonic"), HasSubstr("Stays silent on")));
  const auto unknown = run_inquest({"rules", "show", "panic.generc"});
  EXPECT_EQ(unknown.status, 2);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean panic.generic?"));
}

TEST(RulesCommand, ChecksTheBuiltInRulesAndFoldersOfYourOwn) {
  const auto builtin = run_inquest({"rules", "check"});
  EXPECT_EQ(builtin.status, 0) << builtin.out;
  EXPECT_THAT(builtin.out, HasSubstr("all as they should be"));

  const TempFolder folder;
  folder.write("my.disk.toml", kRule);
  EXPECT_EQ(run_inquest({"rules", "check", folder.path()}).status, 0);
  std::string broken(kRule);
  broken.replace(broken.find("is fine"), 7, "is worn");
  const std::string file = folder.write("my.disk.toml", broken);
  const auto checked = run_inquest({"rules", "check", folder.path()});
  EXPECT_EQ(checked.status, 1);
  EXPECT_THAT(checked.out, HasSubstr(file + ":12: the rule fires on this case, which must be silent"));
}

TEST(RulesCommand, TellsWhichRulesFireOnATextAndWhy) {
  const TempFolder folder;
  folder.write("rules/my.disk.toml", kRule);
  const std::string log = folder.write(
      "log",
      "Feb  9 07:51:00 pve1 kernel: [  160.000001] my disk sda is worn\n"
      "Feb  9 07:51:01 pve1 kernel: [  161.000001] Kernel panic - not syncing: Fatal exception in interrupt\n"
      "Feb  9 07:51:02 pve1 bot[7]: Kernel panic - not syncing: said somebody\n");
  const auto matched = run_inquest({"rules", "match", log, "--rules", folder.path("rules")});
  EXPECT_EQ(matched.status, 0) << matched.err;
  EXPECT_THAT(matched.out, AllOf(HasSubstr("my.disk: My disk is worn out"), HasSubstr("log:1: my disk sda is worn"),
                                 HasSubstr("matched by"), HasSubstr("panic.fatal-exception-in-interrupt"),
                                 Not(HasSubstr("panic.generic")), Not(HasSubstr("log:3"))));
  const auto nothing = run_inquest({"rules", "match", folder.write("other", "all is well\n")});
  EXPECT_EQ(nothing.status, 1);
}

TEST(RulesCommand, SaysWhatItDoesNotUnderstand) {
  EXPECT_EQ(run_inquest({"rules"}).status, 2);
  EXPECT_THAT(run_inquest({"rules", "chek"}).err, HasSubstr("did you mean check?"));
  EXPECT_THAT(run_inquest({"rules", "list", "--rules", "/no/such/folder"}).err, HasSubstr("/no/such/folder"));
}

}  // namespace
}  // namespace inquest

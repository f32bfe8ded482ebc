// What people ask a dump at the prompt, in a pipe, and in expressions: on the small dumps of tests/golden/vmcore.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/process.h"

namespace inquest::testing {
namespace {

using Json = nlohmann::json;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Ended core(const std::vector<std::string>& arguments, std::string input = {}) {
  Invocation invocation;
  invocation.arguments = {"core", "sysrq-c.vmcore"};
  invocation.arguments.insert(invocation.arguments.end(), arguments.begin(), arguments.end());
  invocation.folder = std::string(INQUEST_SOURCE_DIR) + "/tests/golden/vmcore";
  invocation.input = std::move(input);
  return run_inquest(invocation);
}

TEST(CoreQuestions, ComeFromAPipeToo) {
  const Ended ended = core({}, "# a comment\n\np init_task.pid\n  print sizeof(int)  \nexit\nnonsense\n");
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(ended.out, "== p init_task.pid\n0\n== print sizeof(int)\n4\n");
  EXPECT_EQ(core({}, "p 1\nnonsense\np 2").status, 2);
  EXPECT_EQ(core({}, "# nothing\n").status, 2);
}

TEST(CoreQuestions, HaveHelp) {
  EXPECT_THAT(core({"help"}).out, HasSubstr("blocked"));
  EXPECT_THAT(core({"help p"}).out, StartsWith("print"));
}

TEST(CoreQuestions, PrintAsPeopleAndProgramsRead) {
  EXPECT_EQ(core({"p init_task.comm"}).out, "\"swapper/0\"\n");
  EXPECT_EQ(core({"p -x 255"}).out, "0xff\n");
  EXPECT_EQ(core({"p (struct list_head *)0"}).out, "(struct list_head *)0x0\n");
  EXPECT_THAT(core({"p init_task.thread_info"}).out, HasSubstr("struct thread_info {\n  flags = "));
  const Json answer = Json::parse(core({"--format", "json", "p init_task.thread_info"}).out, nullptr, false);
  ASSERT_FALSE(answer.is_discarded());
  EXPECT_EQ(answer["values"][0]["type"], "struct thread_info");
  EXPECT_EQ(answer["values"][0]["value"]["cpu"], 0);
  const Ended missing = core({"p linux_banner"});
  EXPECT_EQ(missing.status, 3);
  EXPECT_THAT(missing.err, HasSubstr("say it with a cast"));
}

TEST(CoreQuestions, SayWhatTheyDoNotUnderstand) {
  for (const char* line : {"print", "dis no_such_symbol", "dis a b c", "search", "search -c", "search -z 1",
                           "search -s 1 2", "blocked -x", "foreach", "foreach ps", "mount 1 2"}) {
    const Ended ended = core({line});
    EXPECT_NE(ended.status, 0) << line;
    EXPECT_FALSE(ended.err.empty()) << line;
    EXPECT_EQ(ended.signal, 0) << line;
  }
}

TEST(CoreQuestions, OfATaskThatIsNotThereAreAnsweredSo) {
  for (const char* command : {"files", "vm", "sig", "net -s"}) {
    const Ended ended = core({fmt::format("{} 4000000", command)});
    EXPECT_EQ(ended.status, 0);
    EXPECT_EQ(ended.out, "");
    EXPECT_THAT(ended.err, HasSubstr("no task")) << command;
  }
}

}  // namespace
}  // namespace inquest::testing

// What people ask a dump at the prompt, in a pipe, and in expressions: on the small dumps of tests/golden/vmcore.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/process.h"

namespace inquest::testing {
namespace {

using Json = nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
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

TEST(CoreQuestions, ShowATypeAsPeopleAndProgramsReadIt) {
  EXPECT_THAT(core({"struct list_head init_task.tasks"}).out, HasSubstr("struct list_head * next = 0x"));
  const Json type = Json::parse(core({"--format", "json", "struct list_head"}).out, nullptr, false);
  ASSERT_FALSE(type.is_discarded());
  EXPECT_EQ(type["type"], "struct list_head");
  EXPECT_TRUE(type["address"].is_null());
  EXPECT_EQ(type["size"], 16);
  EXPECT_EQ(type["members"][1]["name"], "prev");
  EXPECT_EQ(type["members"][1]["offset"], 8);
  EXPECT_TRUE(type["members"][1]["value"].is_null());
  const Json task = Json::parse(core({"--format", "json", "struct task_struct init_task"}).out, nullptr, false);
  ASSERT_FALSE(task.is_discarded());
  EXPECT_EQ(task["members"][0]["name"], "thread_info");
  EXPECT_EQ(task["members"][0]["members"][0]["name"], "flags");
  EXPECT_TRUE(task["members"][0]["members"][0]["value"].is_string());
  EXPECT_THAT(core({"struct task_struct.pid,comm init_task"}).out,
              AllOf(HasSubstr("pid_t pid = 0\n"), HasSubstr("comm = \"swapper/0\"\n"), Not(HasSubstr("stack"))));
  EXPECT_THAT(core({"struct task_struct.nothing init_task"}).err,
              HasSubstr("struct task_struct has no member nothing"));
  EXPECT_THAT(core({"struct list_head no_such_symbol"}).err, HasSubstr("no_such_symbol"));
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

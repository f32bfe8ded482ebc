// `inquest core` as its users run it, on the slim dumps of tests/golden/vmcore.
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "support/golden.h"
#include "support/process.h"

namespace inquest::testing {
namespace {

using Json = nlohmann::json;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

const std::string kDumps = std::string(INQUEST_SOURCE_DIR) + "/tests/golden/vmcore";
const std::string kSysrq = "sysrq-c.vmcore";
const std::string kLkdtm = "kdump-lkdtm-exception.vmcore";

Ended core(const std::vector<std::string>& arguments) {
  Invocation invocation;
  invocation.arguments = {"core", "--no-debug"};
  invocation.arguments.insert(invocation.arguments.end(), arguments.begin(), arguments.end());
  invocation.folder = kDumps;
  return run_inquest(invocation);
}

struct Asked {
  std::string dump;
  std::string command;
  std::string answer;  // the golden file
};

class CoreAnswers : public ::testing::TestWithParam<Asked> {};

TEST_P(CoreAnswers, AreAsTheyWereWhenSomebodyReadThem) {
  const Ended ended = core({GetParam().dump, GetParam().command});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_TRUE(matches_golden(fmt::format("{}/{}.{}.txt", kDumps, GetParam().dump, GetParam().answer), ended.out));
}

std::vector<Asked> questions() {
  std::vector<Asked> out;
  for (const std::string& dump : {kSysrq, kLkdtm}) {
    for (const auto& [command, answer] : {std::pair<const char*, const char*>{"sys", "sys"},
                                          {"log -c", "log"},
                                          {"bt", "bt"},
                                          {"bt -a", "bt-a"},
                                          {"foreach bt", "foreach-bt"},
                                          {"ps", "ps"},
                                          {"mod", "mod"},
                                          {"mem", "mem"},
                                          {"oom", "oom"},
                                          {"runq", "runq"},
                                          {"irq", "irq"},
                                          {"timer", "timer"},
                                          {"dev", "dev"},
                                          {"inflight", "inflight"},
                                          {"lockup", "lockup"},
                                          {"struct task_struct", "task_struct"},
                                          {"sym vfs_write", "sym"}})
      out.push_back({dump, command, answer});
  }
  return out;
}

INSTANTIATE_TEST_SUITE_P(Dumps, CoreAnswers, ::testing::ValuesIn(questions()), [](const auto& tested) {
  std::string name = tested.param.dump.substr(0, tested.param.dump.find('.')) + "_" + tested.param.answer;
  std::ranges::replace(name, '-', '_');
  return name;
});

TEST(CoreCommand, GivesJsonByItsContract) {
  const Ended ended = core({kLkdtm, "--format", "json", "bt", "mod", "log"});
  ASSERT_EQ(ended.status, 0) << ended.err;
  std::vector<Json> answers;
  std::string all = ended.out;
  // One object a command, one after the other.
  for (size_t from = 0; from < all.size();) {
    size_t end = from;
    Json parsed;
    do {
      end = all.find("}\n", end + 1);
      ASSERT_NE(end, std::string::npos);
      parsed = Json::parse(all.substr(from, end + 1 - from), nullptr, false);
    } while (parsed.is_discarded());
    answers.push_back(std::move(parsed));
    from = end + 2;
  }
  ASSERT_EQ(answers.size(), 3U);
  const Json& task = answers[0]["tasks"][0];
  EXPECT_EQ(task["comm"], "crashme");
  EXPECT_EQ(task["frames"][0]["function"], "lkdtm_EXCEPTION");
  EXPECT_EQ(task["frames"][0]["module"], "lkdtm");
  EXPECT_EQ(answers[1]["modules"][0]["name"], "lkdtm");
  EXPECT_EQ(answers[2]["records"][0]["level"], 5);
}

// The object that a command gives.
Json json_of(const std::string& dump, const std::string& command) {
  const Ended ended = core({"--format", "json", dump, command});
  EXPECT_EQ(ended.status, 0) << ended.err;
  return Json::parse(ended.out, nullptr, false);
}

TEST(CoreCommand, EveryQuestionAboutTheMachineHasJson) {
  for (const char* command : {"mem", "oom", "runq", "irq", "timer", "dev", "inflight", "lockup"}) {
    const Json answer = json_of(kLkdtm, command);
    EXPECT_TRUE(answer.is_object() && !answer.empty()) << command;
  }
  const Json lockup = json_of(kLkdtm, "lockup");
  EXPECT_EQ(lockup["cpus"][0]["panicked"], true);
  EXPECT_EQ(lockup["cpus"][1]["verdict"], "idle");
  const Json memory = json_of(kLkdtm, "kmem -i");
  EXPECT_GT(memory["pages"]["total"], memory["pages"]["free"]);
  EXPECT_EQ(json_of(kLkdtm, "dev -p")["pci"][0]["class_words"], "host bridge");
}

TEST(CoreCommand, TellsWhatRanOnOneCpu) {
  const Json one = json_of(kLkdtm, "bt -c 1");
  ASSERT_EQ(one["tasks"].size(), 1U);
  EXPECT_EQ(one["tasks"][0]["cpu"], 1);
  EXPECT_EQ(core({kLkdtm, "bt -c"}).status, 2);
}

// Without types: the log says who crashed, and nothing who ran elsewhere.
TEST(CoreCommand, NamesWhoCrashedWithoutTypes) {
  const Ended ended = core({"--no-btf", kLkdtm, "bt -a"});
  EXPECT_NE(ended.out.find("COMMAND: \"crashme\""), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("PID: ?"), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("CPU: 1 "), std::string::npos) << ended.out;
}

TEST(CoreCommand, WritesASlimDumpThatAnswersTheSame) {
  const TemporaryFolder folder;
  const std::string slim = folder.path() + "/again.vmcore";
  const Ended wrote = core({kSysrq, "slim " + slim});
  ASSERT_EQ(wrote.status, 0) << wrote.err;
  for (const char* command : {"bt", "ps", "mod", "log"}) {
    EXPECT_EQ(core({slim, command}).out, core({kSysrq, command}).out) << command;
  }
  const Ended again = core({kSysrq, "slim " + slim});
  EXPECT_NE(again.status, 0) << "a file that is there is never overwritten";
}

TEST(CoreCommand, SaysWhatIsWrong) {
  EXPECT_EQ(core({kSysrq}).status, 2);
  EXPECT_EQ(core({kSysrq, "nonsense"}).status, 2);
  EXPECT_EQ(core({"README.md", "sys"}).status, 3);
  const Ended missing = core({"nowhere.vmcore", "sys"});
  EXPECT_EQ(missing.status, 3);
  EXPECT_THAT(missing.err, HasSubstr("nowhere.vmcore"));
}

TEST(CoreCommand, ADumpThatBreaksOffGivesWhatItHas) {
  const std::string whole = read_file(kDumps + "/" + kSysrq);
  const TemporaryFolder folder;
  for (int tenth = 1; tenth < 10; ++tenth) {
    const std::string cut = folder.write("cut.vmcore", whole.substr(0, whole.size() * static_cast<size_t>(tenth) / 10));
    for (const char* command : {"sys", "log", "bt", "ps"}) {
      const Ended ended = core({cut, command});
      EXPECT_EQ(ended.signal, 0) << command << " on " << tenth << " tenths";
      EXPECT_TRUE(ended.status == 0 || !ended.err.empty()) << command << " on " << tenth << " tenths";
    }
  }
}

TEST(CoreCommand, ADumpIsEvidence) {
  const Ended ended = run_inquest({"examine", "--format", "json", kDumps + "/" + kLkdtm});
  ASSERT_EQ(ended.status, 0) << ended.err;
  const Json answer = Json::parse(ended.out, nullptr, false);
  ASSERT_EQ(answer["incidents"].size(), 1U);
  const Json& incident = answer["incidents"][0];
  EXPECT_EQ(incident["class"], "kernel-panic");
  EXPECT_EQ(incident["culprit"]["function"], "lkdtm_EXCEPTION");
  EXPECT_EQ(incident["culprit"]["module"], "lkdtm");
  EXPECT_EQ(incident["crashes"][0]["comm"], "crashme");
}

}  // namespace
}  // namespace inquest::testing

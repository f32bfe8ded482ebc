// `inquest experiment`: tables, minimisation and plans as a user meets them.
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "support/process.h"

namespace inquest {
namespace {

using testing::Ended;
using ::testing::HasSubstr;
using testing::Invocation;
using testing::run_inquest;
using testing::TemporaryFolder;
using Json = nlohmann::json;

std::string joined(const std::string& text) {
  std::string out;
  for (const auto word : split_blanks(text)) out += (out.empty() ? "" : " ") + std::string(word);
  return out;
}

TEST(ExperimentCommand, AnswersFirst) {
  Invocation invocation;
  invocation.arguments = {"experiment"};
  invocation.input =
      "| microcode | C-States | Résultat |\n|---|---|---|\n"
      "| 0x2b | activés | ❌ gelé |\n| 0x2b | désactivés | ✅ |\n| 0x2c | activés | ✅ |\n";
  const Ended ended = run_inquest(invocation);
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_TRUE(ended.out.starts_with("gelé only with microcode=0x2b and C-States=activés\n")) << ended.out;
  EXPECT_THAT(joined(ended.out), HasSubstr("Never run - microcode=0x2c, C-States=désactivés"));
  for (const auto line : lines(ended.out)) EXPECT_LE(columns(line), 80U) << line;
}

TEST(ExperimentCommand, GivesTheFieldsOfTheContract) {
  Invocation invocation;
  invocation.arguments = {"experiment", "--format", "json", "-"};
  invocation.input = "serial,disk,result\nno,2G,ok\nno,20G,panic\nyes,20G,ok\n";
  const Ended ended = run_inquest(invocation);
  ASSERT_EQ(ended.status, 0) << ended.err;
  const Json answer = Json::parse(ended.out);
  EXPECT_EQ(answer["schema"], 1);
  ASSERT_EQ(answer["conditions"].size(), 1U);
  EXPECT_EQ(answer["conditions"][0]["outcome"], "panic");
  EXPECT_EQ(answer["conditions"][0]["all"], Json({"serial=no", "disk=20G"}));
  EXPECT_EQ(answer["missing_cells"], Json({"serial=yes, disk=2G"}));
  EXPECT_EQ(answer["red_herrings"], Json::array());
  EXPECT_EQ(answer["clean_runs_needed"], 20);
  for (const auto* field : {"necessary", "associated", "confounded", "contradictory_rows", "tests", "next_runs"})
    EXPECT_TRUE(answer[field].is_array()) << field;
}

TEST(ExperimentCommand, SaysWhatIsWrongWithATable) {
  struct Case {
    std::string input;
    std::vector<std::string> arguments;
    int status;
    std::string said;
  };
  const Case cases[] = {
      {"nothing here\n", {}, 3, "no table"},
      {"a,b\nfoo,bar\nbaz,qux\nfoo,quux\n", {}, 3, "--outcome"},
      {"a,result\n1,ok\n", {"--outcome", "c"}, 2, "there are: a, result"},
      {"a,result\n1,ok\n", {"--table", "2"}, 2, "one table"},
      {"a,result\n1,ok\n", {"--format", "xml"}, 2, "none of text, json and csv"},
      {"", {}, 3, "no table"},
  };
  for (const Case& c : cases) {
    Invocation invocation;
    invocation.arguments = {"experiment"};
    invocation.arguments.insert(invocation.arguments.end(), c.arguments.begin(), c.arguments.end());
    invocation.input = c.input;
    const Ended ended = run_inquest(invocation);
    EXPECT_EQ(ended.status, c.status) << c.input;
    EXPECT_THAT(ended.err, HasSubstr(c.said));
  }
  EXPECT_EQ(run_inquest({"experiment", "/nonexistent.csv"}).status, 3);
}

TEST(ExperimentCommand, LetsNoEscapeThrough) {
  Invocation invocation;
  invocation.arguments = {"experiment"};
  invocation.input = "a\x1b[2J,b\xe2\x80\xae,result\n\x1b]0;x\x07 1,2,panic\x1b[31m\n2,2,ok\n";
  const Ended ended = run_inquest(invocation);
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.out.find('\x1b'), std::string::npos);
  EXPECT_EQ(ended.out.find("\xe2\x80\xae"), std::string::npos);
}

class Minimize : public ::testing::Test {
 protected:
  Ended run(const std::string& test, std::vector<std::string> more = {}) {
    Invocation invocation;
    invocation.folder = folder_.path();
    invocation.arguments = {"experiment", "minimize", "--good", "good.conf", "--bad", "bad.conf", "--test", test};
    invocation.arguments.insert(invocation.arguments.end(), more.begin(), more.end());
    return run_inquest(invocation);
  }
  void SetUp() override {
    folder_.write("good.conf", "bios: seabios\ncores: 2\nmemory: 2048\nscsi0: local:9000,size=2G\n");
    folder_.write("bad.conf", "bios: ovmf\ncores: 4\nmemory: 2048\nscsi0: local:9000,size=20G\nagent: 1\nballoon: 0\n");
  }
  std::string read(const std::string& name) const {
    std::ifstream in(folder_.path() + "/" + name);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  }
  TemporaryFolder folder_;
};

constexpr auto kBothNeeded = "if grep -q ovmf {} && grep -q size=20G {}; then exit 1; fi";

TEST_F(Minimize, FindsTheLinesThatActTogether) {
  const Ended ended = run(kBothNeeded, {"--format", "json", "-o", "least.conf"});
  ASSERT_EQ(ended.status, 0) << ended.err;
  const Json answer = Json::parse(ended.out);
  EXPECT_EQ(answer["minimal"], true);
  EXPECT_EQ(answer["differences"], 5);
  ASSERT_EQ(answer["changes"].size(), 2U);
  EXPECT_EQ(answer["changes"][0]["added"][0], "bios: ovmf");
  EXPECT_EQ(answer["changes"][1]["removed"][0], "scsi0: local:9000,size=2G");
  EXPECT_EQ(read("least.conf"), "bios: ovmf\ncores: 2\nmemory: 2048\nscsi0: local:9000,size=20G\n");
}

TEST_F(Minimize, GivesTheCandidateOnStandardInputToo) {
  const Ended ended = run("! grep -q agent && test -f \"$INQUEST_CANDIDATE\"");
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("+ agent: 1"));
}

TEST_F(Minimize, GoesOnWhereItWasInterrupted) {
  // The third run ends with 130, as after ^C in a shell.
  const std::string broken = "echo >> count; " + std::string(kBothNeeded);
  Ended ended = run("test $(wc -l < count) -lt 3 || exit 130; " + broken);
  EXPECT_EQ(ended.status, 4);  // there is no file `count` yet: the shell's error is no verdict of good
  std::filesystem::remove(folder_.path() + "/inquest-minimize.log");
  folder_.write("count", "");
  // One and the same command, which works again once `allowed` is there.
  const std::string command = "test -f allowed || test $(wc -l < count) -lt 3 || exit 130; " + broken;
  ended = run(command);
  EXPECT_EQ(ended.status, 4);
  EXPECT_THAT(ended.err, HasSubstr("130"));
  folder_.write("allowed", "");
  ended = run(command, {"--format", "json"});
  ASSERT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(Json::parse(ended.out)["runs_from_log"], 3);
  // Nothing is left to do, and nothing is run.
  EXPECT_EQ(Json::parse(run(command, {"--format", "json"}).out)["runs"], 0);
  // Another command is another search.
  EXPECT_EQ(run("true").status, 2);
}

TEST_F(Minimize, SaysNoWhereThereIsNothingToFind) {
  EXPECT_EQ(run("true").status, 1);
  EXPECT_EQ(run("false", {"--log", "other.log"}).status, 1);
  EXPECT_EQ(run("no-such-command-at-all {}", {"--log", "third.log"}).status, 4);
  EXPECT_EQ(run_inquest({"experiment", "minimize", "--good", "a"}).status, 2);
}

TEST_F(Minimize, AHangIsBadWithATimeOut) {
  const Ended ended = run("if grep -q balloon {}; then sleep 60; fi", {"--timeout", "1"});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("+ balloon: 0"));
}

TEST_F(Minimize, FlakyFailuresAreRepeated) {
  // Fails in two of three runs with the agent, by a counter.
  folder_.write("n", "");
  const Ended ended = run("echo >> n; if grep -q agent {} && test $(($(wc -l < n) % 3)) -ne 0; then exit 1; fi",
                          {"--repeats", "12", "--format", "json"});
  ASSERT_EQ(ended.status, 0) << ended.err;
  const Json answer = Json::parse(ended.out);
  ASSERT_EQ(answer["changes"].size(), 1U);
  EXPECT_EQ(answer["changes"][0]["added"][0], "agent: 1");
  EXPECT_EQ(answer["bad"]["failures"], 8);
}

TEST(ExperimentPlan, IsReadBackOnceItIsFilledIn) {
  Ended ended = run_inquest({"experiment", "plan", "serial=yes,no", "disk=2G,20G", "nosmt"});
  ASSERT_EQ(ended.status, 0) << ended.err;
  std::string filled;
  for (const auto line : lines(ended.out)) {
    std::string text(line);
    const bool run = line.starts_with("| ") && !line.starts_with("| Run");
    if (run) {
      const bool fails = text.find(" no ") != std::string::npos && text.find(" 20G ") != std::string::npos &&
                         text.find(" no ") < text.find(" 20G ");
      text.replace(text.rfind("       |"), std::string::npos, fails ? "panic |" : "ok |");
    }
    filled += text + "\n";
  }
  Invocation invocation;
  invocation.arguments = {"experiment", "--format", "json"};
  invocation.input = filled;
  ended = run_inquest(invocation);
  ASSERT_EQ(ended.status, 0) << ended.err << filled;
  const Json answer = Json::parse(ended.out);
  ASSERT_EQ(answer["conditions"].size(), 1U);
  EXPECT_EQ(answer["conditions"][0]["all"], Json({"serial=no", "disk=20G"}));
  EXPECT_EQ(answer["red_herrings"], Json({"nosmt"}));
}

TEST(ExperimentPlan, ComesAsCsvAndJsonToo) {
  EXPECT_TRUE(run_inquest({"experiment", "plan", "a", "b=1,2", "--format", "csv"}).out.starts_with("Run,a,b,Result\n"));
  const Json answer = Json::parse(run_inquest({"experiment", "plan", "a", "b", "c", "d", "--format", "json"}).out);
  EXPECT_EQ(answer["kind"], "fractional");
  EXPECT_EQ(answer["runs"].size(), 8U);
  EXPECT_EQ(run_inquest({"experiment", "plan"}).status, 2);
  EXPECT_EQ(run_inquest({"experiment", "plan", "a=1"}).status, 2);
}

}  // namespace
}  // namespace inquest

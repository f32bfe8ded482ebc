// inquest crash, run as its users run it.

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/golden.h"
#include "support/process.h"

namespace inquest::testing {
namespace {

using ::testing::HasSubstr;

std::string sample(const std::string& name) { return INQUEST_SOURCE_DIR "/tests/golden/crash/" + name; }

TEST(CrashCommand, ReadsStandardInput) {
  const Ended ended =
      run_inquest(Invocation{.arguments = {"crash"}, .input = read_file(sample("syslog_oops_and_warning.log"))});
  EXPECT_EQ(ended.status, 0);
  EXPECT_THAT(ended.out, HasSubstr("#1 BUG: unable to handle kernel NULL pointer dereference in acme_submit_io\n"));
  EXPECT_THAT(ended.out, HasSubstr("#2 WARNING in acme_reset\n"));
  EXPECT_THAT(ended.out, HasSubstr("standard input:3-27"));
  EXPECT_THAT(ended.out, HasSubstr("#1, and may be its consequence"));
}

TEST(CrashCommand, ReadsAFolderAndNamesTheFiles) {
  const TemporaryFolder folder;
  const std::string first = folder.write("a.log", read_file(sample("pstore_record.log")));
  const std::string second = folder.write("b.log", read_file(sample("syslog_oops_and_warning.log")));
  const Ended ended = run_inquest(Invocation{.arguments = {"crash", "--format", "json", folder.path()}});
  EXPECT_EQ(ended.status, 0);
  const auto json = nlohmann::json::parse(ended.out);
  EXPECT_EQ(json["schema"], 1);
  ASSERT_EQ(json["reports"].size(), 4U);
  EXPECT_EQ(json["reports"][1]["file"], first);
  EXPECT_EQ(json["reports"][2]["file"], second);
  EXPECT_TRUE(json["reports"][2]["root"]);
  EXPECT_EQ(json["reports"][2]["registers"]["rbx"], "0xffff888104d3a000");
  EXPECT_EQ(json["reports"][2]["culprit"]["module"], "acme");
  EXPECT_EQ(json["reports"][3]["consequence_of"], 2) << "indexes count over all files";
}

TEST(CrashCommand, SaysThatThereIsNothing) {
  const Ended ended = run_inquest(Invocation{.arguments = {"crash", "--format", "json"}, .input = "an ordinary day\n"});
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(nlohmann::json::parse(ended.out)["reports"].size(), 0U);
  EXPECT_THAT(ended.err, HasSubstr("no kernel crash report was found"));
}

TEST(CrashCommand, AddsTheSignaturesOfOtherProgramsOnRequest) {
  const std::string log = read_file(sample("syslog_oops_and_warning.log"));
  const Ended plain = run_inquest(Invocation{.arguments = {"crash", "--format", "json"}, .input = log});
  EXPECT_FALSE(nlohmann::json::parse(plain.out)["reports"][0].contains("signatures"));
  const Ended both = run_inquest(
      Invocation{.arguments = {"crash", "--format", "json", "--signatures", "chromeos,abrt"}, .input = log});
  const auto signatures = nlohmann::json::parse(both.out)["reports"][0]["signatures"];
  EXPECT_THAT(std::string(signatures["chromeos"]), ::testing::StartsWith("kernel-acme_submit_io-"));
  EXPECT_EQ(std::string(signatures["abrt"]).size(), 40U);
  const Ended text = run_inquest(Invocation{.arguments = {"crash", "--signatures", "abrt"}, .input = log});
  EXPECT_THAT(text.out, HasSubstr("abrt       " + std::string(signatures["abrt"])));
  EXPECT_EQ(run_inquest(Invocation{.arguments = {"crash", "--signatures", "apport"}}).status, 2);
}

TEST(CrashCommand, TellsWhatThereIsWhenThePipePauses) {
  // An event is held back for what follows as long as there is more to read: the pause tells it, and so the same
  // message later stands for itself.
  const std::string event =
      "[  100.000000] EXT4-fs error (device sda1): ext4_lookup:1855: inode #2: comm ls: deleted\n";
  const std::string quiet(600, '\n');
  const Ended together = run_inquest(Invocation{.arguments = {"crash"}, .input = quiet + event + event});
  EXPECT_THAT(together.out, ::testing::Not(HasSubstr("#2 ")));
  const Ended apart = run_inquest(Invocation{.arguments = {"crash"}, .input = quiet + event, .late_input = event});
  EXPECT_THAT(apart.out, HasSubstr("#2 "));
}

TEST(CrashCommand, EndsAsScriptsExpect) {
  EXPECT_EQ(run_inquest(Invocation{.arguments = {"crash", "/nonexistent/file"}}).status, 3);
  EXPECT_EQ(run_inquest(Invocation{.arguments = {"crash", "--format", "xml"}}).status, 2);
}

TEST(CrashCommand, LetsNoEscapeSequenceThrough) {
  const Ended ended = run_inquest(Invocation{.arguments = {"crash"},
                                             .input = "BUG: \x1b]0;owned\x07 acme \x1b[31m failed\x9b"
                                                      "2J\n"});
  EXPECT_EQ(ended.out.find('\x1b'), std::string::npos);
  EXPECT_EQ(ended.out.find('\x07'), std::string::npos);
}

}  // namespace
}  // namespace inquest::testing

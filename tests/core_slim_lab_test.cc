// A slim dump gives the answers of the whole one to every command, on dumps of kernels that really died.
#include <filesystem>

#include <gtest/gtest.h>

#include "support/process.h"

namespace inquest::testing {
namespace {

Ended core(const std::vector<std::string>& arguments) {
  Invocation invocation;
  invocation.arguments = {"core", "--no-debug"};
  invocation.arguments.insert(invocation.arguments.end(), arguments.begin(), arguments.end());
  return run_inquest(invocation);
}

TEST(CoreSlimLab, EveryCommandAnswersOnASlimDumpAsOnTheWhole) {
  const std::string lab = std::string(INQUEST_SOURCE_DIR) + "/../shared/lab/dumps";
  if (!std::filesystem::exists(lab)) GTEST_SKIP() << "there is no crash lab beside the source tree";
  // All that can be asked without words, but for `sys`, which names the file.
  const std::vector<std::string> questions = {"bt",
                                              "foreach bt",
                                              "log",
                                              "ps",
                                              "mod",
                                              "mem",
                                              "mem -s",
                                              "mem -V",
                                              "runq",
                                              "irq",
                                              "irq -u",
                                              "timer",
                                              "dev",
                                              "inflight",
                                              "lockup",
                                              "oom",
                                              "foreach files",
                                              "foreach vm",
                                              "foreach sig",
                                              "foreach net -s",
                                              "net",
                                              "mount",
                                              "blocked",
                                              "blocked -S",
                                              "dis",
                                              "files",
                                              "vm 1",
                                              "foreach kernel sig"};
  for (const auto& entry : std::filesystem::directory_iterator(lab)) {
    const std::string whole = entry.path().string();
    SCOPED_TRACE(whole);
    const TemporaryFolder folder;
    const std::string slim = folder.path() + "/slim.vmcore";
    const Ended wrote = core({whole, "slim " + slim});
    ASSERT_EQ(wrote.status, 0) << wrote.err;
    EXPECT_LT(std::filesystem::file_size(slim), std::filesystem::file_size(whole) / 3);
    const auto ask = [&questions](const std::string& dump) {
      std::vector<std::string> arguments = {dump};
      arguments.insert(arguments.end(), questions.begin(), questions.end());
      return core(arguments);
    };
    const Ended expected = ask(whole);
    const Ended given = ask(slim);
    EXPECT_EQ(expected.status, 0) << expected.err;
    EXPECT_EQ(given.status, 0) << given.err;
    EXPECT_EQ(given.err, expected.err);
    for (const std::string& question : questions) {
      const auto answer = [&question](const Ended& ended) {
        const size_t start = ended.out.find("== " + question + "\n");
        return start == std::string::npos ? "" : ended.out.substr(start, ended.out.find("\n== ", start) - start);
      };
      EXPECT_FALSE(answer(expected).empty()) << question;
      EXPECT_TRUE(answer(given) == answer(expected)) << question;
    }
  }
}

}  // namespace
}  // namespace inquest::testing

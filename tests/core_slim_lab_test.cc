// A slim dump gives the answers of the whole one to every command, on dumps of kernels that really died.
#include <filesystem>

#include <gtest/gtest.h>

#include "support/process.h"

namespace inquest::testing {
namespace {

Ended core(const std::vector<std::string>& arguments) {
  Invocation invocation;
  invocation.arguments = {"core"};
  invocation.arguments.insert(invocation.arguments.end(), arguments.begin(), arguments.end());
  return run_inquest(invocation);
}

TEST(CoreSlimLab, EveryCommandAnswersOnASlimDumpAsOnTheWhole) {
  const std::string lab = std::string(INQUEST_SOURCE_DIR) + "/../shared/lab/dumps";
  if (!std::filesystem::exists(lab)) GTEST_SKIP() << "there is no crash lab beside the source tree";
  // All that can be asked without words, but for `sys`, which names the file.
  const std::vector<std::string> questions = {"bt",     "foreach bt", "log",  "ps",  "mod",    "mem",
                                              "mem -s", "mem -V",     "runq", "irq", "irq -u", "timer"};
  for (const auto& entry : std::filesystem::directory_iterator(lab)) {
    const std::string whole = entry.path().string();
    SCOPED_TRACE(whole);
    const TemporaryFolder folder;
    const std::string slim = folder.path() + "/slim.vmcore";
    const Ended wrote = core({whole, "slim " + slim});
    ASSERT_EQ(wrote.status, 0) << wrote.err;
    EXPECT_LT(std::filesystem::file_size(slim), std::filesystem::file_size(whole) / 3);
    for (const std::string& question : questions) {
      const Ended expected = core({whole, question});
      const Ended given = core({slim, question});
      EXPECT_EQ(given.status, expected.status) << question;
      EXPECT_FALSE(expected.out.empty()) << question;
      EXPECT_TRUE(given.out == expected.out) << question;
      EXPECT_EQ(given.err, expected.err) << question;
    }
  }
}

}  // namespace
}  // namespace inquest::testing

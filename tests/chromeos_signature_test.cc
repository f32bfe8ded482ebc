// Signatures as ChromeOS' crash reporter gives them, on its own console captures.
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crashtext/detector.h"
#include "crashtext/signature.h"

namespace inquest::crashtext {
namespace {

const std::string kFolder = INQUEST_SOURCE_DIR "/../shared/corpora/chromeos/";

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(ChromeOsSignature, IsTheOneThatItsCrashReporterGives) {
  if (!std::filesystem::exists(kFolder)) GTEST_SKIP() << "the corpus of ChromeOS' console captures is not here";
  struct Case {
    std::string_view file;
    Arch arch;
    std::string_view signature;
  };
  constexpr auto kCases = std::to_array<Case>({
      {"TEST_ARM64_PROVOKE_KERNEL_HARDLOCKUP", Arch::Arm64, "kernel-(HARDLOCKUP)-lkdtm_HARDLOCKUP-E613FB3C"},
      {"TEST_ARM64_PROVOKE_KERNEL_SOFTLOCKUP", Arch::Arm64, "kernel-(SOFTLOCKUP)-lkdtm_SOFTLOCKUP-3A263E5B"},
      {"TEST_X86_64_PROVOKE_KERNEL_HARDLOCKUP", Arch::X86_64, "kernel-(HARDLOCKUP)-lkdtm_HARDLOCKUP-14D59A88"},
      {"TEST_X86_64_PROVOKE_KERNEL_HUNG_TASK", Arch::X86_64, "kernel-(HANG)-lkdtm_HUNG_TASK-8DC41ACD"},
      {"TEST_ARM64_WARN_PLUS_PANIC", Arch::Arm64, "kernel-dumptest-54F8FF35"},
  });
  for (const Case& c : kCases) {
    const std::string dump = read_file(kFolder + std::string(c.file));
    ASSERT_FALSE(dump.empty()) << c.file;
    EXPECT_EQ(chromeos_signature(dump, c.arch), c.signature) << c.file;

    std::vector<std::string> found;
    Detector detector(
        [&](Report&& report) { found.push_back(chromeos_signature(report.stamped, report.anatomy.arch)); },
        {.stamped = true});
    detector.feed(dump);
    detector.finish();
    EXPECT_THAT(found, ::testing::Contains(c.signature)) << c.file;
  }
}

}  // namespace
}  // namespace inquest::crashtext

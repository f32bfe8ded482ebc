#include "vmcore/debug_files.h"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "support/temp_folder.h"
#include "vmcore/debuginfod.h"

namespace inquest::vmcore {
namespace {

class DebugFilesTest : public ::testing::Test {
 protected:
  // An executable with debug information and a build id; false on machines without a compiler.
  bool build(const std::string& name) {
    folder_.write("thing.c", "int _start(void) { return 0; }\n");
    std::filesystem::create_directories(std::filesystem::path(folder_.path(name)).parent_path());
    const std::string command = "g++ -x c -g -nostdlib -static -Wl,--build-id=0x00ff1122 -o '" + folder_.path(name) +
                                "' '" + folder_.path("thing.c") + "' 2>/dev/null";
    return std::system(command.c_str()) == 0;
  }
  TempFolder folder_;
  VmcoreInfo own_ = VmcoreInfo::parse("OSRELEASE=6.1.0-test\nBUILD-ID=00ff1122\n");
  VmcoreInfo other_ = VmcoreInfo::parse("OSRELEASE=6.1.0-test\nBUILD-ID=1234\n");
};

TEST_F(DebugFilesTest, TakesTheFileThatIsNamed) {
  if (!build("any-name")) GTEST_SKIP() << "no compiler";
  DebugFiles files({.given = {folder_.path("any-name")}, .folder = {}, .root = {}});
  const DebugInfo* info = files.of_kernel(own_);
  ASSERT_NE(info, nullptr);
  EXPECT_EQ(info->path(), folder_.path("any-name"));
  EXPECT_TRUE(files.problems().empty());
}

TEST_F(DebugFilesTest, SaysWhyAnotherKernelsFileIsNotTaken) {
  if (!build("any-name")) GTEST_SKIP() << "no compiler";
  DebugFiles files({.given = {folder_.path("any-name")}, .folder = {}, .root = {}});
  EXPECT_EQ(files.of_kernel(other_), nullptr);
  ASSERT_EQ(files.problems().size(), 1);
  EXPECT_NE(files.problems()[0].find("00ff1122"), std::string::npos);
}

TEST_F(DebugFilesTest, LooksIntoFoldersAsDistributionsLayThemOut) {
  if (!build("root/usr/lib/debug/boot/vmlinux-6.1.0-test")) GTEST_SKIP() << "no compiler";
  for (const std::string& root : {folder_.path("root"), folder_.path("root/usr/lib/debug")}) {
    DebugFiles files({.given = {root}, .folder = {}, .root = {}});
    EXPECT_NE(files.of_kernel(own_), nullptr) << root;
  }
}

TEST_F(DebugFilesTest, LooksNowhereUnlessTold) {
  DebugFiles files({});
  EXPECT_EQ(files.of_kernel(own_), nullptr);
  EXPECT_TRUE(files.problems().empty());
}

TEST_F(DebugFilesTest, ServersAreAskedByBuildId) {
  if (!build("server/buildid/00ff1122/debuginfo")) GTEST_SKIP() << "no compiler";
  setenv("DEBUGINFOD_URLS", ("file://" + folder_.path("server")).c_str(), 1);
  setenv("DEBUGINFOD_CACHE_PATH", folder_.path("cache").c_str(), 1);
  const auto found = ask_debuginfod("00ff1122");
  const auto absent = ask_debuginfod("00ff1123");
  unsetenv("DEBUGINFOD_URLS");
  EXPECT_EQ(absent, std::nullopt);
  EXPECT_EQ(ask_debuginfod("../etc"), std::nullopt);
  if (!found) GTEST_SKIP() << "libdebuginfod is not installed, or takes no file:// addresses";
  EXPECT_EQ(build_id_of(*found), "00ff1122");
}

}  // namespace
}  // namespace inquest::vmcore

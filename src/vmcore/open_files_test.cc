// Open files of the tasks of kernels that really died.
#include "vmcore/open_files.h"

#include <set>

#include <gtest/gtest.h>

#include "support/dead_kernels.h"

namespace inquest::vmcore {
namespace {

using testing::for_each_dead_kernel;

TEST(OpenFiles, OfTheFirstProcessAreAConsoleUnderARoot) {
  for_each_dead_kernel([](Kernel& kernel) {
    for (const Task& task : read_tasks(kernel).tasks) {
      const OpenFiles files = open_files_of(kernel, task);
      EXPECT_TRUE(files.problems.empty()) << task.comm << ": " << files.problems.front();
      std::set<uint32_t> numbers;
      for (const OpenFile& file : files.files) {
        EXPECT_TRUE(numbers.insert(file.fd).second);
        EXPECT_NE(file.type, "?") << file.path;
        EXPECT_FALSE(file.path.empty());
        // Which a path in a directory is, and a name that a filesystem made is not.
        EXPECT_TRUE(file.path.starts_with("/") || file.path.find(':') != std::string::npos) << file.path;
      }
      if (task.pid != 1) continue;
      EXPECT_EQ(files.root, "/");
      EXPECT_TRUE(numbers.contains(0) || files.files.empty());
    }
  });
}

}  // namespace
}  // namespace inquest::vmcore

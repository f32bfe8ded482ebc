// Kernels that really died, for tests of what is read out of them.
#pragma once

#include <algorithm>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "vmcore/kernel.h"

namespace inquest::testing {

// The dumps of the crash lab, where one lies beside the source tree.
inline std::vector<std::string> dead_kernels() {
  std::vector<std::string> out;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(INQUEST_SOURCE_DIR "/../shared/lab/dumps", ignored)) {
    out.push_back(entry.path().string());
  }
  std::ranges::sort(out);
  return out;
}

// Skips the test where there is none; to be the last thing that a test does.
inline void for_each_dead_kernel(const std::function<void(vmcore::Kernel& kernel)>& look) {
  const std::vector<std::string> paths = dead_kernels();
  if (paths.empty()) GTEST_SKIP() << "there is no crash lab beside the source tree";
  for (const std::string& path : paths) {
    SCOPED_TRACE(path);
    auto dump = vmcore::Dump::open(path);
    ASSERT_TRUE(dump) << dump.error().text();
    vmcore::Kernel kernel(*dump);
    look(kernel);
  }
}

}  // namespace inquest::testing

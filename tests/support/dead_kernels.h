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

// The dumps in a folder, by name.
inline std::vector<std::string> dumps_in(const std::filesystem::path& folder) {
  std::vector<std::string> out;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    const auto extension = entry.path().extension();
    if (extension != ".txt" && extension != ".md") out.push_back(entry.path().string());
  }
  std::ranges::sort(out);
  return out;
}

// Those of the crash lab, with all pages of the kernel, where one lies beside the source tree.
inline std::vector<std::string> whole_kernels() { return dumps_in(INQUEST_SOURCE_DIR "/../shared/lab/dumps"); }

// The small ones of tests/golden/vmcore, which have what the commands read and are always there.
inline std::vector<std::string> small_kernels() { return dumps_in(INQUEST_SOURCE_DIR "/tests/golden/vmcore"); }

inline void look_at(const std::vector<std::string>& paths, const std::function<void(vmcore::Kernel& kernel)>& look) {
  for (const std::string& path : paths) {
    SCOPED_TRACE(path);
    auto dump = vmcore::Dump::open(path);
    ASSERT_TRUE(dump) << dump.error().text();
    vmcore::Kernel kernel(*dump);
    look(kernel);
  }
}

inline void for_each_small_kernel(const std::function<void(vmcore::Kernel& kernel)>& look) {
  ASSERT_FALSE(small_kernels().empty());
  look_at(small_kernels(), look);
}

// Skips the test where there is none; to be the last thing that a test does.
inline void for_each_whole_kernel(const std::function<void(vmcore::Kernel& kernel)>& look) {
  if (whole_kernels().empty()) GTEST_SKIP() << "there is no crash lab beside the source tree";
  look_at(whole_kernels(), look);
}

// Small and whole ones.
inline void for_each_dead_kernel(const std::function<void(vmcore::Kernel& kernel)>& look) {
  for_each_small_kernel(look);
  look_at(whole_kernels(), look);
}

}  // namespace inquest::testing

#include "vmcore/logged_task.h"

#include <array>
#include <string_view>

#include <gtest/gtest.h>

namespace inquest::vmcore {
namespace {

TEST(LoggedTask, ReadsTheLinesOfAllKernels) {
  struct Case {
    std::string_view line;
    uint32_t cpu, pid;
    std::string_view comm;
  };
  static constexpr std::array kCases = {
      Case{"CPU: 1 PID: 210 Comm: sh Not tainted 6.1.0-56-amd64 #1  Debian 6.1.192-2", 1, 210, "sh"},
      Case{"CPU: 0 UID: 0 PID: 12 Comm: kworker/0:1 Kdump: loaded Tainted: G           O       6.14", 0, 12,
           "kworker/0:1"},
      Case{"CPU: 3 PID: 7 Comm: Web Content Tainted: P", 3, 7, "Web Content"},
      Case{"CPU: 3 PID: 7 Comm: swapper/3", 3, 7, "swapper/3"},
  };
  for (const Case& one : kCases) {
    const auto task = logged_task(one.line);
    ASSERT_TRUE(task) << one.line;
    EXPECT_EQ(task->cpu, one.cpu);
    EXPECT_EQ(task->pid, one.pid);
    EXPECT_EQ(task->comm, one.comm);
  }
}

TEST(LoggedTask, LeavesOtherLinesAlone) {
  for (const std::string_view line : {"", "CPU: ", "CPU: x PID: 1 Comm: a", "CPU: 1", "CPU: 1 PID: 2", "Comm: sh",
                                      "smpboot: CPU 1 is now offline", "CPU: 1 PID: 99999999999 Comm: a"}) {
    EXPECT_FALSE(logged_task(line)) << line;
  }
}

TEST(LoggedTask, TakesTheLastReportOfTheCpu) {
  KernelLog log;
  for (const char* line : {"CPU: 1 PID: 5 Comm: first", "CPU: 1 PID: 6 Comm: second", "CPU: 0 PID: 7 Comm: other"}) {
    log.records.push_back({.text = line});
  }
  EXPECT_EQ(logged_task(log, 1)->comm, "second");
  EXPECT_FALSE(logged_task(log, 2));
}

}  // namespace
}  // namespace inquest::vmcore

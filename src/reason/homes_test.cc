#include "reason/homes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/case_builder.h"

namespace inquest::reason {
namespace {

using model::Channel;
using model::ClockDomain;
using model::Watch;
using testing::CaseBuilder;

class HomesTest : public ::testing::Test {
 protected:
  void log(const char* path, const char* host) {
    build_.stream(path, "syslog", ClockDomain::Utc, Channel::Disk, Watch::SystemLog, host);
  }
  // A fact in a file of that path, which names no host; its index.
  size_t fact(const char* path, const char* key, const char* value) {
    const auto stream = build_.stream(path, "file", ClockDomain::None, Channel::Disk, Watch::Nothing);
    model::Case& built = build_.built();
    built.facts.push_back({0, key, value, {built.streams[stream].evidence, 1, 0, 0}});
    return built.facts.size() - 1;
  }
  std::string home(size_t fact) { return std::string(build_.built().str(build_.built().facts[fact].host)); }

  CaseBuilder build_;
};

TEST_F(HomesTest, AFolderCalledAfterAHostIsItsHome) {
  log("case/n1/syslog", "n1");
  log("case/n2/syslog", "n2");
  const size_t line = fact("case/n2/proc/cmdline", "kernel.cmdline", "ro");
  const auto said = find_homes(build_.built());
  EXPECT_EQ(home(line), "n2");
  ASSERT_EQ(said.size(), 1U);
}

TEST_F(HomesTest, AFileCalledAfterAHostIsOfIt) {
  log("case/a.log", "n1");
  log("case/b.log", "n2");
  const size_t line = fact("case/lspci-n1.txt", "pci.device", "x");
  find_homes(build_.built());
  EXPECT_EQ(home(line), "n1");
}

TEST_F(HomesTest, AFoldersOtherFilesNameTheHost) {
  log("case/first/syslog", "n1");
  log("case/second/syslog", "n2");
  const size_t line = fact("case/second/etc/sysctl.conf", "sysctl.kernel.panic", "10");
  find_homes(build_.built());
  EXPECT_EQ(home(line), "n2");
}

TEST_F(HomesTest, WhatNoPlaceTellsStaysUnnamed) {
  log("case/a.log", "n1");
  log("case/b.log", "n2");
  const size_t line = fact("case/cmdline", "kernel.cmdline", "ro");
  const size_t shared = fact("case/n1/corosync.conf", "corosync.node.1", "n1");
  find_homes(build_.built());
  EXPECT_EQ(home(line), "");
  EXPECT_EQ(home(shared), "");
}

TEST_F(HomesTest, OneHostAloneNeedsNoHome) {
  log("case/n1/a.log", "n1");
  const size_t line = fact("case/n1/cmdline", "kernel.cmdline", "ro");
  EXPECT_TRUE(find_homes(build_.built()).empty());
  EXPECT_EQ(home(line), "");
}

}  // namespace
}  // namespace inquest::reason

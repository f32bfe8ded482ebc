// Tasks that hang, what they hold and what they had open, in a dump of a machine on which that was arranged
// (tests/golden/vmcore/README.md). What is expected is what the machine's own /proc said before it was dumped.
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/process.h"

namespace inquest::testing {
namespace {

using Json = nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Json ask(const std::string& command) {
  Invocation invocation;
  invocation.arguments = {"core", "--format", "json", "hang.vmcore", command};
  invocation.folder = std::string(INQUEST_SOURCE_DIR) + "/tests/golden/vmcore";
  const Ended ended = run_inquest(invocation);
  EXPECT_EQ(ended.status, 0) << ended.err;
  return Json::parse(ended.out, nullptr, false);
}

std::map<std::string, Json> blocked() {
  std::map<std::string, Json> out;
  const Json answer = ask("blocked");
  for (const Json& group : answer["groups"]) {
    for (const Json& task : group["tasks"]) out[task["comm"]] = task;
  }
  return out;
}

TEST(CoreHang, FindsEveryTaskInUninterruptibleSleep) {
  const auto tasks = blocked();
  std::vector<std::string> names;
  for (const auto& [comm, task] : tasks) names.push_back(comm);
  EXPECT_THAT(names, ElementsAre("creator", "fdwait", "holder", "mapper", "mapsreader", "vforker"));
  for (const auto& [comm, task] : tasks) {
    EXPECT_TRUE(task["problem"].is_null()) << comm << ": " << task["problem"];
    EXPECT_GT(task["seconds"], 1.0) << comm;
    EXPECT_LT(task["seconds"], 60.0) << comm;
  }
}

TEST(CoreHang, NamesWhoHasTheMutex) {
  // Two threads read from one file, whose position a third one holds while it waits for a frozen filesystem.
  const Json waits = blocked()["fdwait"];
  EXPECT_EQ(waits["waits_for"], "mutex");
  EXPECT_EQ(waits["waiters"], 2);
  EXPECT_EQ(waits["holder"]["comm"], "holder");
  EXPECT_EQ(waits["holder"]["state"], "D");
  EXPECT_EQ(waits["holder"]["last_reader"], false);
  // It is a group of two with one stack.
  size_t together = 0;
  const Json answer = ask("blocked");
  for (const Json& group : answer["groups"]) {
    if (group["tasks"][0]["comm"] == "fdwait") together = group["tasks"].size();
  }
  EXPECT_EQ(together, 2U);
}

TEST(CoreHang, TellsReadersOfARwsemFromItsWriters) {
  const auto tasks = blocked();
  const Json writer = tasks.at("mapper");
  EXPECT_EQ(writer["waits_for"], "rwsem, to write");
  EXPECT_THAT(writer["name"], HasSubstr("mmap_lock of PID 96 (victim)"));
  EXPECT_EQ(writer["holder"]["comm"], "holder");
  EXPECT_EQ(writer["holder"]["last_reader"], true);
  const Json reader = tasks.at("mapsreader");
  EXPECT_EQ(reader["waits_for"], "rwsem, to read");
  EXPECT_EQ(reader["lock"], writer["lock"]);
  EXPECT_EQ(reader["waiters"], 2);
}

TEST(CoreHang, KnowsAFrozenFilesystem) {
  const auto tasks = blocked();
  for (const char* comm : {"creator", "holder"}) {
    EXPECT_EQ(tasks.at(comm)["waits_for"], "percpu rwsem");
    EXPECT_EQ(tasks.at(comm)["name"], "of the filesystem ram0 (ext4), which is frozen");
  }
  const Json mounts = ask("mount")["mounts"];
  ASSERT_EQ(mounts.size(), 6U);
  EXPECT_EQ(mounts[5]["directory"], "/mnt");
  EXPECT_EQ(mounts[5]["device"], "/dev/ram0");
  EXPECT_EQ(mounts[5]["options"], "rw,relatime");
  EXPECT_EQ(mounts[5]["frozen"], true);
  EXPECT_EQ(mounts[3]["options"], "ro,nosuid,noexec,relatime");
  EXPECT_EQ(mounts[4]["options"], "rw,nodev,noatime");
  EXPECT_EQ(mounts[4]["frozen"], false);
}

TEST(CoreHang, SaysWhoseCompletionAParentWaitsFor) {
  const Json waits = blocked()["vforker"];
  EXPECT_EQ(waits["waits_for"], "completion");
  EXPECT_EQ(waits["name"], "on the stack of PID 93 (vforker)");
  EXPECT_TRUE(waits["holder"].is_null());
}

TEST(CoreHang, ListsFilesAsProcDoes) {
  const Json task = ask("files nettest")["tasks"][0];
  EXPECT_EQ(task["cwd"], "/tmp");
  std::map<int, std::string> paths;
  for (const Json& file : task["files"]) paths[file["fd"]] = file["path"];
  const std::map<int, std::string> expected = {
      {0, "/dev/console"}, {1, "/dev/console"},         {2, "/dev/console"},
      {3, "/mods/order"},  {4, "/mnt/file with space"}, {5, "/init"},
      {6, "/init"},        {7, "socket:[139]"},         {8, "socket:[140]"},
      {9, "socket:[141]"}, {10, "socket:[142]"},        {11, "pipe:[143]"},
      {12, "pipe:[143]"},  {13, "/proc/94/status"},     {14, "/tmp/gone (deleted)"},
      {15, "/dev/null"}};
  EXPECT_EQ(paths, expected);
  EXPECT_EQ(task["files"][15]["close_on_exec"], true);
  EXPECT_EQ(task["files"][14]["close_on_exec"], false);
}

TEST(CoreHang, ListsMemoryAsProcDoes) {
  const Json areas = ask("vm nettest")["tasks"][0]["areas"];
  std::vector<std::string> lines;
  for (const Json& one : areas) {
    lines.push_back(one["start"].get<std::string>() + "-" + one["end"].get<std::string>() + " " +
                    one["permissions"].get<std::string>() + " " + one["name"].get<std::string>());
  }
  EXPECT_THAT(
      lines, ElementsAre("0x400000-0x401000 r--p /init", "0x401000-0x48f000 r-xp /init", "0x48f000-0x4ba000 r--p /init",
                         "0x4ba000-0x4be000 r--p /init", "0x4be000-0x4c1000 rw-p /init", "0x4c1000-0x4c7000 rw-p ",
                         "0x1319f000-0x131c1000 rw-p [heap]", "0x7f778a26b000-0x7f778a26d000 rw-s /mnt/file with space",
                         "0x7ffc4fc6f000-0x7ffc4fc90000 rw-p [stack]", "0x7ffc4fd50000-0x7ffc4fd54000 r--p [vvar]",
                         "0x7ffc4fd54000-0x7ffc4fd56000 r-xp [vdso]"));
}

TEST(CoreHang, ListsSignalsAsProcDoes) {
  const Json task = ask("sig nettest")["tasks"][0];
  EXPECT_THAT(task["blocked"], ElementsAre("SIGUSR1", "SIGTERM", "SIGRTMIN+3"));
  EXPECT_THAT(task["pending"], ElementsAre("SIGTERM"));
  EXPECT_THAT(task["shared_pending"], ElementsAre("SIGUSR1", "SIGRTMIN+3"));
  ASSERT_EQ(task["queue"].size(), 3U);
  EXPECT_EQ(task["queue"][1]["signal"], "SIGRTMIN+3");
  EXPECT_EQ(task["queue"][1]["pid"], 94);
  ASSERT_EQ(task["handlers"].size(), 2U);
  EXPECT_EQ(task["handlers"][1]["signal"], "SIGUSR2");
  EXPECT_EQ(task["handlers"][1]["handler"], "ignored");
}

TEST(CoreHang, ListsSocketsAndInterfacesAsTheMachineDid) {
  const Json sockets = ask("net -s nettest")["tasks"][0]["sockets"];
  ASSERT_EQ(sockets.size(), 4U);
  EXPECT_EQ(sockets[0]["state"], "LISTEN");
  EXPECT_EQ(sockets[0]["local"], "127.0.0.1:8080");
  EXPECT_EQ(sockets[0]["receive_queue"], 1) << "one connection was not accepted yet";
  EXPECT_EQ(sockets[1]["state"], "ESTABLISHED");
  EXPECT_EQ(sockets[1]["local"], "127.0.0.1:39184");
  EXPECT_EQ(sockets[1]["peer"], "127.0.0.1:8080");
  EXPECT_EQ(sockets[2]["family"], "INET6");
  EXPECT_EQ(sockets[2]["local"], "[::1]:5353");
  EXPECT_EQ(sockets[3]["local"], "/tmp/sock");
  const Json devices = ask("net")["devices"];
  ASSERT_EQ(devices.size(), 2U);
  EXPECT_EQ(devices[0]["counters"]["rx_packets"], 3);
  EXPECT_EQ(devices[0]["counters"]["tx_bytes"], 172);
  EXPECT_EQ(devices[1]["hardware"], "52:54:00:12:34:56");
  EXPECT_EQ(devices[1]["counters"]["rx_bytes"], 110);
  EXPECT_EQ(devices[1]["counters"]["tx_packets"], 7);
  EXPECT_EQ(devices[1]["addresses"][0], "10.0.2.15/24");
  EXPECT_EQ(devices[1]["state"], "up");
}

}  // namespace
}  // namespace inquest::testing

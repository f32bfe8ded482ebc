#include "record/crash_stream.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text.h"

namespace inquest::record {
namespace {

constexpr Ns kNoon = 1'770'000'000 * kSecond;

constexpr std::string_view kOops = R"(BUG: kernel NULL pointer dereference, address: 0000000000000010
#PF: supervisor read access in kernel mode
#PF: error_code(0x0000) - not-present page
Oops: 0000 [#1] PREEMPT SMP NOPTI
CPU: 3 PID: 4211 Comm: kworker/3:1 Tainted: P           O       6.8.12-4-pve #1
RIP: 0010:spool_evict+0x31/0x90 [spool]
Call Trace:
 <TASK>
 spool_shrink+0x55/0x120 [spool]
 worker_thread+0x33/0x400
 </TASK>
---[ end trace 0000000000000000 ]---)";

constexpr std::string_view kGroupKill = R"(java invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0
CPU: 3 PID: 724 Comm: java Not tainted 6.1.0-18-amd64 #1
memory: usage 262144kB, limit 262144kB, failcnt 21
oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/box,task_memcg=/box,task=java,pid=724,uid=0
Memory cgroup out of memory: Killed process 724 (java) total-vm:812kB, anon-rss:401kB, file-rss:0kB, shmem-rss:0kB)";

class Watcher {
 public:
  CrashStreams streams;
  Ns steady = kHour;

  void say(std::string_view text, std::string_view host = "pve1", std::string_view source = "netconsole") {
    for (const std::string_view line : lines(text)) {
      steady += kMilli;
      streams.line(host, source, steady, kNoon + steady, steady - kHour, {}, line);
    }
  }
  std::vector<StreamedCrash> after(Ns pause) {
    for (const Ns until = steady + pause; steady < until; steady += 250 * kMilli) streams.tick(steady);
    return streams.take();
  }
};

TEST(CrashStreams, TellOfAReportOnceItsHostPauses) {
  Watcher watcher;
  watcher.say("usb 1-1: new high-speed USB device number 4 using xhci_hcd");
  const Ns begins = kNoon + watcher.steady + kMilli;
  watcher.say(kOops);
  EXPECT_TRUE(watcher.streams.take().empty());
  const auto found = watcher.after(2 * kSecond);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].host, "pve1");
  EXPECT_EQ(found[0].crash.title, "BUG: unable to handle kernel NULL pointer dereference in spool_evict");
  EXPECT_TRUE(found[0].opens && found[0].root);
  EXPECT_FALSE(found[0].crash.panicked);
  EXPECT_EQ(found[0].time, begins);
  EXPECT_NE(found[0].excerpt.find("spool_shrink"), std::string::npos);
  EXPECT_TRUE(watcher.after(kMinute).empty()) << "once";
}

TEST(CrashStreams, KnowThatAPanicFollowedFromTheOopsBefore) {
  Watcher watcher;
  watcher.say(kOops);
  watcher.say("Kernel panic - not syncing: Fatal exception\n---[ end Kernel panic - not syncing: Fatal exception ]---");
  const auto found = watcher.after(2 * kSecond);
  ASSERT_FALSE(found.empty());
  EXPECT_TRUE(found[0].crash.panicked);
  for (size_t i = 1; i < found.size(); ++i) EXPECT_FALSE(found[i].root) << found[i].crash.title;
}

TEST(CrashStreams, KeepHostsApart) {
  Watcher watcher;
  const std::vector<std::string_view> report = lines(kOops);
  for (const std::string_view line : report) {
    for (int i = 0; i < 100; ++i) watcher.say(line, fmt::format("host{:02}", i));
  }
  const auto found = watcher.after(3 * kSecond);
  EXPECT_EQ(found.size(), 100U);
  for (const StreamedCrash& each : found) {
    EXPECT_EQ(each.crash.title, "BUG: unable to handle kernel NULL pointer dereference in spool_evict");
  }
}

TEST(CrashStreams, DoNotCallAContainersLimitATroubleOfItsHost) {
  Watcher watcher;
  watcher.say(kGroupKill);
  for (const StreamedCrash& each : watcher.after(2 * kSecond)) EXPECT_FALSE(each.opens) << each.crash.title;
}

TEST(CrashStreams, FindAReportInALogThatNeverPauses) {
  Watcher watcher;
  watcher.say(kOops);
  std::vector<StreamedCrash> found;
  for (int i = 0; i < 400; ++i) {
    watcher.say(fmt::format("device eth0: entered promiscuous mode {}", i));
    for (StreamedCrash& each : watcher.after(50 * kMilli)) found.push_back(std::move(each));
  }
  ASSERT_EQ(found.size(), 1U);
}

TEST(CrashStreams, TakeAnyBytes) {
  Watcher watcher;
  std::string bytes(100'000, '\xff');
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 31 + i / 7);
  watcher.say(bytes);
  watcher.streams.line("", "", watcher.steady, -1, -5, std::string(500, 'C'), bytes);
  EXPECT_TRUE(watcher.after(5 * kMinute).empty());
}

}  // namespace
}  // namespace inquest::record

#include "crashtext/detector.h"

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text.h"

namespace inquest::crashtext {
namespace {

// An oops without prefixes.
std::string oops(std::string_view function) {
  return fmt::format(
      "BUG: kernel NULL pointer dereference, address: 0000000000000028\n"
      "#PF: supervisor read access in kernel mode\n"
      "Oops: 0000 [#1] PREEMPT SMP NOPTI\n"
      "CPU: 2 PID: 733 Comm: acme_cli Tainted: G           OE      6.1.0-18-amd64 #1\n"
      "RIP: 0010:{}+0x4c/0x90 [acme]\n"
      "Call Trace:\n"
      " <TASK>\n"
      " ? acme_leftover+0x8/0x10 [acme]\n"
      " acme_queue_rq+0x8d/0x1f0 [acme]\n"
      " vfs_write+0xb9/0x3f0\n"
      " do_syscall_64+0x5b/0xc0\n"
      " </TASK>\n"
      "---[ end trace 0000000000000000 ]---\n",
      function);
}

// Each line behind the prefix.
std::string with_prefix(std::string_view prefix, std::string_view text) {
  std::string out;
  for (const std::string_view line : lines(text)) out += fmt::format("{}{}\n", prefix, line);
  return out;
}

std::string title_of(std::string_view function) {
  return fmt::format("BUG: unable to handle kernel NULL pointer dereference in {}", function);
}

TEST(Detector, FindsNothingInOrdinaryText) {
  EXPECT_TRUE(find_reports("").empty());
  EXPECT_TRUE(find_reports("Feb  9 15:54:50 node1 sshd[12]: Accepted publickey for root\n").empty());
  EXPECT_TRUE(find_reports("Feb  9 15:54:50 node1 backup[12]: WARNING: disk is 90 % full\n").empty());
  EXPECT_TRUE(find_reports("Feb  9 15:54:50 node1 app[12]: INFO: started\n").empty());
  EXPECT_TRUE(
      find_reports("2026-02-09 15:54:50,123 WARNING: the cache is cold\nINFO: Server startup in 4711 ms\n").empty());
}

TEST(Detector, TakesPrefixesOffOfEveryLog) {
  for (const std::string_view prefix :
       {"", "[   12.345678] ", "<4>[   12.345678] ", "[   12.345678][ T733] ",
        "Feb  9 15:54:50 node1 kernel: ", "Feb  9 15:54:50 node1 kernel: [   12.345678] ",
        "2026-02-09T15:54:50.123456+01:00 node1 kernel: ", "<4>1 2026-02-09T15:54:50Z node1 kernel - - - ",
        "[Mon Feb  9 15:54:50 2026] ", "[Mo Feb  9 15:54:50 2026] ", "4,1234,12345678,-;",
        "4,1234,12345678,-,caller=T733;", "kern  :warn  : [   12.345678] ",
        "[   12.345678] node1 kernel: ", "2026-02-09T15:54:50.123456789Z stdout F [   12.345678] ", "> [   12.345678] ",
        "  17  [   12.345678] ", "debian login: [   12.345678] ", "[   12.345678]   WARN: "}) {
    const std::vector<Report> reports = find_reports(with_prefix(prefix, oops("acme_submit")));
    ASSERT_EQ(reports.size(), 1U) << prefix;
    EXPECT_EQ(reports[0].title, title_of("acme_submit")) << prefix;
    EXPECT_FALSE(reports[0].corrupted) << prefix << *reports[0].corrupted;
    EXPECT_EQ(reports[0].anatomy.identity.comm, "acme_cli") << prefix;
  }
}

TEST(Detector, ReadsTracesOfEveryWriting) {
  struct Case {
    std::string_view why;
    std::string_view text;
    std::string_view title;
  };
  const Case cases[] = {
      {"32-bit ARM since v5.16",
       "WARNING: CPU: 0 PID: 1 at drivers/acme/ring.c:212 acme_submit+0x3c4/0x3c8\n"
       "Call trace:\n"
       " unwind_backtrace from show_stack+0x18/0x1c\n"
       " show_stack from dump_stack_lvl+0x58/0x70\n"
       " dump_stack_lvl from __warn+0xd0/0x144\n"
       " __warn from warn_slowpath_fmt+0x64/0xbc\n"
       " warn_slowpath_fmt from acme_submit+0x3c4/0x3c8\n"
       " acme_submit from acme_queue_rq+0x7c/0x9c\n"
       " acme_queue_rq from ksys_write+0x6c/0xa4\n",
       "WARNING in acme_submit"},
      {"through decode_stacktrace.sh",
       "BUG: kernel NULL pointer dereference, address: 00000000000000a0\n"
       "#PF: supervisor read access in kernel mode\n"
       "Oops: 0000 [#1] PREEMPT SMP\n"
       "CPU: 0 PID: 6 Comm: acme_cli Not tainted 6.6.0 #4\n"
       "RIP: 0010:acme_submit (drivers/acme/ring.h:14 drivers/acme/ring.c:212)\n"
       "Call Trace:\n"
       "acme_queue_rq (drivers/acme/ring.c:300 (discriminator 3))\n"
       "vfs_write (fs/read_write.c:582)\n",
       "BUG: unable to handle kernel NULL pointer dereference in acme_submit"},
      {"a domain of Xen",
       "BUG: kernel NULL pointer dereference, address: 0000000000000008\n"
       "Oops: 0000 [#1] PREEMPT SMP NOPTI\n"
       "CPU: 1 PID: 28 Comm: acme_cli Not tainted 6.1.57 #1\n"
       "RIP: e030:acme_submit+0x4c/0x180\n"
       "Call Trace:\n"
       " acme_queue_rq+0x8d/0x1f0\n"
       " vfs_write+0xb9/0x3f0\n",
       "BUG: unable to handle kernel NULL pointer dereference in acme_submit"},
  };
  for (const Case& one : cases) {
    const std::vector<Report> reports = find_reports(one.text);
    ASSERT_EQ(reports.size(), 1U) << one.why;
    EXPECT_EQ(reports[0].title, one.title) << one.why;
    EXPECT_FALSE(reports[0].corrupted) << one.why << *reports[0].corrupted;
  }
}

// arm prints the whole stack, and arm64 of some vendors what each register points to, before the trace.
TEST(Detector, PutsBackNewlinesThatAConsoleLost) {
  const std::string intact = oops("acme_io");
  const std::vector<Report> whole = find_reports(with_prefix("[   12.345678] ", intact));
  ASSERT_EQ(whole.size(), 1U);
  for (const std::string_view prefix : {"[   12.345678] ", "<4>[   12.345678] ", "[   12.345678][  T733] "}) {
    for (const size_t kept : {2, 3, 100}) {  // every how many of the newlines
      std::string text;
      size_t number = 0;
      for (const std::string_view line : lines(intact)) {
        text += fmt::format("{}{}{}", prefix, line, ++number % kept == 0 ? "\n" : "");
      }
      const std::vector<Report> found = find_reports(text + "\n");
      ASSERT_EQ(found.size(), 1U) << text;
      EXPECT_EQ(found[0].title, whole[0].title) << text;
      EXPECT_EQ(found[0].signature, whole[0].signature) << text;
      EXPECT_EQ(found[0].anatomy.frames().size(), whole[0].anatomy.frames().size()) << text;
      EXPECT_EQ(found[0].anatomy.identity.pid, whole[0].anatomy.identity.pid) << text;
    }
  }
}

TEST(Detector, ReadsPastDumpsOfMemory) {
  std::string text =
      "[   14.451213] Unable to handle kernel paging request at virtual address 12005456\n"
      "[   14.451213] Internal error: Oops: 5 [#1] SMP ARM\n"
      "[   14.470030] CPU: 0 PID: 2270 Comm: acme_cli Not tainted 4.4.89 #1\n"
      "[   14.489361] PC is at acme_submit+0x40/0x48\n"
      "[   14.600469] Stack: (0xc0401000 to 0xc0404000)\n";
  for (int i = 0; i < 384; ++i) {
    text +=
        fmt::format("[   14.609262] {:04x}: 09770000 ffffff80 7bed2e18 ffffffc0 00000000 00000000 7bed2e00 ffffffc0\n",
                    0x1000 + 32 * i);
  }
  text +=
      "[   15.600469] Call trace:\n"
      "[   15.600469]  acme_submit from acme_queue_rq+0x7c/0x9c\n"
      "[   15.600469]  acme_queue_rq from ksys_write+0x6c/0xa4\n";
  const std::vector<Report> reports = find_reports(text);
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_FALSE(reports[0].corrupted) << *reports[0].corrupted;
  EXPECT_EQ(reports[0].anatomy.frames().size(), 3U);
}

TEST(Detector, SaysWhereTheReportLies) {
  const std::string before = "[   11.000000] usb 1-1: new device\n[   11.500000] usb 1-1: ready\n";
  const std::string report = with_prefix("[   12.345678] ", oops("acme_submit"));
  const std::string text = before + report + "[   99.000000] usb 1-1: gone\n";
  const std::vector<Report> reports = find_reports(text);
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].range.start, before.size());
  EXPECT_EQ(reports[0].range.end, before.size() + report.size() - 1);
  EXPECT_EQ(reports[0].range.first_line, 3U);
  EXPECT_EQ(reports[0].range.last_line, 15U);
  EXPECT_DOUBLE_EQ(reports[0].monotonic.value_or(0), 12.345678);
}

TEST(Detector, NeedsNoLastNewline) {
  std::string text = oops("acme_submit");
  text.pop_back();
  const std::vector<Report> reports = find_reports(text);
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].range.end, text.size());
}

TEST(Detector, SeparatesContextsThatPrintAtTheSameTime) {
  const std::string first = oops("acme_first");
  const std::string second = oops("acme_second");
  const auto a = lines(first);
  const auto b = lines(second);
  std::string text;
  for (size_t i = 0; i < a.size(); ++i) {
    text += fmt::format("[   12.{:06}][  T733] {}\n", i, a[i]);
    text += fmt::format("[   12.{:06}][  T734] {}\n", i, b[i]);
  }
  const std::vector<Report> reports = find_reports(text);
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_EQ(reports[0].title, title_of("acme_first"));
  EXPECT_EQ(reports[0].context, "T733");
  EXPECT_EQ(reports[0].anatomy.frames().size(), 3U);
  EXPECT_EQ(reports[1].title, title_of("acme_second"));
  EXPECT_TRUE(reports[0].root);
  EXPECT_FALSE(reports[1].root);
  EXPECT_EQ(reports[1].consequence_of, 0U);
}

TEST(Detector, CountsThePanicToTheOopsBeforeIt) {
  const std::vector<Report> reports =
      find_reports(oops("acme_submit") + "Kernel panic - not syncing: Fatal exception\nRebooting in 10 seconds..\n");
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_TRUE(reports[0].panicked);
}

TEST(Detector, CallsAPanicAloneTruncated) {
  const std::vector<Report> reports = find_reports("Kernel panic - not syncing: Fatal exception in interrupt\n");
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].title, "kernel panic: Fatal exception");
  EXPECT_TRUE(reports[0].corrupted);
}

TEST(Detector, BeginsAnewWithEachBoot) {
  const std::string boot = "[    0.000000] Linux version 6.1.0-18-amd64 (debian@example.org) #1 SMP\n";
  const std::string dead = with_prefix("[   12.345678] ", oops("acme_submit"));
  const std::vector<Report> reports = find_reports(boot + dead + boot + dead);
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_TRUE(reports[0].root);
  EXPECT_TRUE(reports[1].root);
  EXPECT_EQ(reports[0].signature, reports[1].signature);
}

TEST(Detector, IsTheSameForPiecesOfEverySize) {
  std::string text;
  for (int i = 0; i < 40; ++i) {
    text += with_prefix(fmt::format("[{:5}.345678] ", 100 * i), oops(fmt::format("acme_{}", i)));
    for (int j = 0; j < 300; ++j) text += "[   77.000000] usb 1-1: something that happens all the time\n";
    text += std::string(static_cast<size_t>(i) * 997, 'x');
  }
  const std::vector<Report> whole = find_reports(text);
  ASSERT_EQ(whole.size(), 40U);
  for (const size_t piece : {1U, 7U, 4096U, 100'003U}) {
    std::vector<Report> got;
    Detector detector([&](Report&& report) { got.push_back(std::move(report)); });
    for (size_t at = 0; at < text.size(); at += piece) detector.feed(std::string_view(text).substr(at, piece));
    detector.finish();
    EXPECT_EQ(detector.bytes(), text.size());
    ASSERT_EQ(got.size(), whole.size()) << piece;
    for (size_t i = 0; i < got.size(); ++i) {
      EXPECT_EQ(got[i].title, whole[i].title) << piece;
      EXPECT_EQ(got[i].range, whole[i].range) << piece;
    }
  }
}

TEST(Detector, FindsAHeaderInALineOfAnyLength) {
  for (const size_t before : {100U, 16'380U, 300'000U, 3'000'000U}) {
    const std::string text = std::string(before, 'x') + " Kernel panic - not syncing: acme" + std::string(before, 'y');
    const std::vector<Report> reports = find_reports(text);
    ASSERT_EQ(reports.size(), 1U) << before;
    EXPECT_TRUE(reports[0].title.starts_with("kernel panic: acme")) << reports[0].title;
    EXPECT_LE(reports[0].range.end, text.size());
  }
}

TEST(Detector, SurvivesZeros) {
  std::string text = oops("acme_submit");
  text.insert(0, 5000, '\0');
  text.insert(text.size() / 2, 5000, '\0');
  EXPECT_FALSE(find_reports(text).empty());
}

TEST(Detector, FindsTheSameReportFromItsStartOn) {
  const std::string text = "noise\n" + oops("acme_submit") + "[   99.000000] usb 1-1: gone\n";
  const Report report = find_reports(text).at(0);
  const Report again = find_reports(std::string_view(text).substr(report.range.start)).at(0);
  EXPECT_EQ(again.title, report.title);
  EXPECT_EQ(again.range.start, 0U);
  EXPECT_EQ(again.range.end, report.range.end - report.range.start);
}

TEST(Detector, TellsWholeLinesWhenTheInputPauses) {
  std::vector<Report> found;
  Detector detector([&](Report&& report) { found.push_back(std::move(report)); });
  detector.feed(
      "[  10.0] EXT4-fs error (device sda1): ext4_lookup:1855: inode #2: comm ls: deleted\n[  11.0] EXT4-fs er");
  EXPECT_TRUE(found.empty());
  detector.pause();
  EXPECT_EQ(found.size(), 1U);
  detector.pause();
  EXPECT_EQ(found.size(), 1U) << "half a line is no line yet";
  detector.feed("ror (device sdb1): ext4_lookup:1855: inode #2: comm ls: deleted\n");
  detector.finish();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[1].range.first_line, 2U);
}

TEST(Detector, LearnsThePrefixOfALoggerThatNobodyKnows) {
  constexpr std::string_view kOops =
      "BUG: kernel NULL pointer dereference, address: 0000000000000018\n"
      "#PF: supervisor read access in kernel mode\n"
      "Oops: 0000 [#1] PREEMPT SMP NOPTI\n"
      "CPU: 3 PID: 811 Comm: loadmod Not tainted 6.8.12 #1\n"
      "Hardware name: Acme 9000, BIOS 1.2 01/01/2024\n"
      "RIP: 0010:acme_submit_io+0x18/0x90 [acme]\n"
      "Code: 89 e5 41 54 53 48 89 fb <48> 8b 47 18 48 85 c0 74 05\n"
      "RAX: 0000000000000000 RBX: ffff888104d3a000 RCX: 0000000000000000\n"
      "Call Trace:\n"
      " acme_ioctl+0x5c/0x120 [acme]\n"
      " do_syscall_64+0x5b/0x80\n"
      "Modules linked in: acme(O) nvme\n"
      "---[ end trace 0000000000000000 ]---\n";
  const std::vector<Report> plain = find_reports(kOops);
  ASSERT_EQ(plain.size(), 1U);
  for (const std::string_view prefix :
       {"rack7 | ", "[06:01:02] ", "06:01:02.123 ",
        "SOL 2026-11-21 06:01:02: ", "2026-11-21 06:01:02: ", "node-7: ", "[Fri Nov 21 06:01:02 2026]",
        "console.log:12:", "2026-11-21 06:01:02.123 | ", "7:", "   0.000123 ", "@400000006740c3a22b1f4a1c "}) {
    std::string text;
    for (const std::string_view line : lines(kOops)) text += fmt::format("{}{}\n", prefix, line);
    const std::vector<Report> found = find_reports(text);
    ASSERT_EQ(found.size(), 1U) << prefix;
    EXPECT_EQ(found[0].title, plain[0].title) << prefix;
    EXPECT_EQ(found[0].signature, plain[0].signature) << prefix;
    EXPECT_EQ(found[0].anatomy.frames().size(), plain[0].anatomy.frames().size()) << prefix;
    EXPECT_EQ(found[0].anatomy.code, plain[0].anatomy.code) << prefix;
    EXPECT_EQ(found[0].anatomy.identity.comm, "loadmod") << prefix;
    EXPECT_EQ(found[0].anatomy.identity.hardware, plain[0].anatomy.identity.hardware) << prefix;
    EXPECT_EQ(found[0].anatomy.modules.modules().size(), 2U) << prefix;
  }
}

}  // namespace
}  // namespace inquest::crashtext

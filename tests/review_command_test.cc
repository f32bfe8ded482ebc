// `inquest review`: what it prints, how it ends, and what it finds in post-mortems that people wrote.
#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "support/golden.h"
#include "support/process.h"
#include "support/temp_folder.h"

namespace inquest {
namespace {

using testing::Ended;
using ::testing::HasSubstr;
using testing::run_inquest;

const std::string kFolder = INQUEST_SOURCE_DIR "/tests/golden/review/";

// Where lines end depends on how long the folder's name is.
std::string on_one_line(std::string_view text) {
  std::string out;
  for (const std::string_view line : lines(text)) out.append(trim(line)).append(" ");
  return out;
}

TEST(ReviewCommand, GivesACleanBillOrListsWhatIsWrong) {
  const Ended clean = run_inquest({"review", kFolder + "sound_node.md"});
  EXPECT_EQ(clean.status, 0) << clean.out;
  EXPECT_THAT(on_one_line(clean.out), HasSubstr("nothing to object to"));

  const Ended faulty = run_inquest({"review", kFolder + "faulty_node.md"});
  EXPECT_EQ(faulty.status, 1);
  EXPECT_THAT(on_one_line(faulty.out), HasSubstr("line 20: says \"The gap of 38 s"));
  EXPECT_THAT(on_one_line(faulty.out), HasSubstr("28 s, not 38 s"));
  for (const auto line : lines(faulty.out)) {
    const bool address = line.find("https://") != std::string_view::npos;
    EXPECT_TRUE(address || columns(line) <= 80) << line;
  }
}

TEST(ReviewCommand, PrintsTheContractsJson) {
  const Ended ended = run_inquest({"review", "--format", "json", kFolder + "faulty_absturz.md"});
  EXPECT_EQ(ended.status, 1);
  const auto json = nlohmann::json::parse(ended.out);
  EXPECT_EQ(json["schema"], 1);
  EXPECT_GT(json["checked"].get<int>(), 10);
  ASSERT_FALSE(json["contradictions"].empty());
  for (const auto& found : json["contradictions"]) {
    EXPECT_TRUE(found["id"].is_string());
    EXPECT_GT(found["line"].get<int>(), 0);
    EXPECT_TRUE(found["text"].is_string());
    EXPECT_TRUE(found["reason"].is_string());
    EXPECT_TRUE(found["cite"].is_array());
  }
}

TEST(ReviewCommand, TellsUsageFromWhatCannotBeRead) {
  EXPECT_EQ(run_inquest({"review"}).status, 2);
  EXPECT_EQ(run_inquest({"review", "--format", "poem", kFolder + "sound_node.md"}).status, 2);
  EXPECT_EQ(run_inquest({"review", kFolder + "nowhere.md"}).status, 3);
  EXPECT_EQ(run_inquest({"review", kFolder + "sound_node.md", kFolder + "nowhere.log"}).status, 3);
}

TEST(ReviewCommand, HoldsQuotesAndTimesAgainstTheEvidence) {
  TempFolder folder;
  folder.write("syslog",
               "Mar  2 04:10:01 n1 CRON[812]: (root) CMD (test -x /usr/sbin/anacron)\n"
               "Mar  2 04:11:07 n1 kernel: nvme nvme0: controller is down; will reset: CSTS=0xffffffff\n"
               "Mar  2 04:11:09 n1 kernel: nvme nvme0: Disabling device after reset failure: -19\n");
  const auto ids = [&](const std::string& quote) {
    folder.write("report.md", "# n1\n\nThe log of n1:\n\n```\n" + quote + "\n```\n");
    const Ended ended = run_inquest({"review", "--format", "json", folder.path("report.md"), folder.path("syslog")});
    std::set<std::string> out;
    const auto json = nlohmann::json::parse(ended.out);
    for (const auto& found : json["contradictions"]) out.insert(found["id"].get<std::string>());
    return out;
  };
  const std::set<std::string> none;
  EXPECT_EQ(ids("Mar  2 04:11:07 n1 kernel: nvme nvme0: controller is down; will reset: CSTS=0xffffffff"), none);
  EXPECT_EQ(ids("Mar  2 04:21:07 n1 kernel: nvme nvme0: controller is down; will reset: CSTS=0xffffffff"),
            std::set<std::string>{"quote-time-differs"});
  EXPECT_EQ(ids("Mar  2 04:11:09 n1 kernel: nvme nvme1: Disabling device after reset failure: -5"),
            std::set<std::string>{"quote-not-in-evidence"});
  EXPECT_EQ(ids("Mar  2 04:11:08 n1 kernel: EXT4-fs error (device dm-0): made up"),
            std::set<std::string>{"quote-not-in-evidence"});
  EXPECT_EQ(ids("Mar  2 04:11:08 n2 kernel: a line of another host of the same minute"), none);
  EXPECT_EQ(ids("Mar  9 11:00:00 n2 sshd[1]: a line of a log that was not handed in"), none);
}

TEST(ReviewCommand, HoldsTheSizeOfMemoryAgainstTheEvidence) {
  TempFolder folder;
  folder.write("dmesg.txt",
               "[    0.000000] Linux version 6.1.0-28-amd64 (debian-kernel@lists.debian.org) #1 SMP\n"
               "[    0.098000] Memory: 65742304K/67034052K available (14342K kernel code, 2000K rwdata)\n"
               "[    1.500000] systemd[1]: Hostname set to <n1>.\n");
  const auto contradicted = [&](const std::string& claim) {
    folder.write("report.md", "# n1\n\n" + claim + "\n");
    const Ended ended = run_inquest({"review", "--format", "json", folder.path("report.md"), folder.path("dmesg.txt")});
    return ended.out.find("memory-differs") != std::string::npos;
  };
  EXPECT_TRUE(contradicted("The host has 128 GB of RAM."));
  EXPECT_TRUE(contradicted("Der Knoten mit 32 GiB RAM stand still."));
  EXPECT_FALSE(contradicted("The host has 64 GB of RAM."));
  EXPECT_FALSE(contradicted("The host has 64 GiB memory."));
}

TEST(ReviewCommand, HoldsWhatIsSaidToBeAbsentAgainstTheEvidence) {
  TempFolder folder;
  folder.write("syslog",
               "Mar  2 04:10:01 n1 CRON[812]: (root) CMD (test -x /usr/sbin/anacron)\n"
               "Mar  2 04:11:07 n1 kernel: blk_update_request: I/O error, dev sdb, sector 88\n"
               "Mar  2 04:11:09 n1 kernel: Out of memory: Killed process 77 (java) total-vm:1kB\n");
  const auto contradicted = [&](const std::string& claim) {
    folder.write("report.md", "# n1\n\n" + claim + "\n");
    const Ended ended = run_inquest({"review", "--format", "json", folder.path("report.md"), folder.path("syslog")});
    return ended.out.find("absence-contradicted") != std::string::npos;
  };
  EXPECT_TRUE(contradicted("There were no I/O errors in the log."));
  EXPECT_TRUE(contradicted("No OOM was logged."));
  EXPECT_TRUE(contradicted("Im Protokoll stehen keine E/A-Fehler."));
  EXPECT_TRUE(contradicted("There are no errors in the syslog."));
  EXPECT_FALSE(contradicted("No machine checks were logged."));
  EXPECT_FALSE(contradicted("There were no further I/O errors in the log."));
  EXPECT_FALSE(contradicted("After the swap there were no I/O errors in the log."));
}

TEST(ReviewCommand, HoldsTheResetAgainstTheWindowThatTheEvidenceLeaves) {
  TempFolder folder;
  const std::string example = INQUEST_SOURCE_DIR "/examples/silent-lockup";
  const auto status = [&](const std::string& time) {
    folder.write("report.md", "# The node of 2026-02-09\n\nAll times are UTC.\n\n- " + time + " the node was reset\n");
    return run_inquest({"review", folder.path("report.md"), example}).status;
  };
  EXPECT_EQ(status("18:53"), 0);
  EXPECT_EQ(status("18:50"), 0);
  EXPECT_EQ(status("19:12"), 1);
}

// Write-ups that lie beside the source tree where there are any, and the kinds of findings that each must have.
TEST(ReviewCommand, FindsWhatIsWrongInWriteUpsByOthers) {
  const std::string seeds = INQUEST_SOURCE_DIR "/../shared/seeds/";
  if (!std::filesystem::exists(seeds)) GTEST_SKIP() << "no write-ups at " << seeds;
  const std::vector<std::pair<std::string, std::vector<std::string>>> table = {
      {"000",
       {"panic-screen-hides-the-trace", "interrupt-panic-names-no-device", "checksum-error-is-eio", "link-mismatch",
        "not-during-boot", "cure-not-verified", "upgrade-not-weighed", "hardware-cause-without-hardware-evidence"}},
      {"001",
       {"red-herring-that-is-none", "mechanism-contradicted-by-a-run", "systemd-does-not-exit",
        "excluded-under-one-condition", "one-run-for-each-condition", "sum-mismatch"}},
      {"002",
       {"token-timeout-mismatch", "reset-time-mismatch", "periodic-sync-loses-a-day", "pci-noaer-hides-evidence",
        "pcie-aspm-off-leaves-firmware", "pstore-backend-unproven", "stability-claim-too-early",
        "consumer-card-is-none", "network-witnesses-are-one", "no-trace-is-no-proof"}},
      {"003",
       {"netconsole-argument", "netconsole-no-target-mac", "version-not-named", "second-change-confounds",
        "too-few-runs"}},
      {"004",
       {"taint-U", "taint-S", "taint-letters-missing", "backtrace-newest-first", "debug-symbols-of-the-crashed-kernel",
        "vmlinux-path-of-another-distribution", "kdump-service-of-another-distribution", "hponcfg-reads-no-log",
        "reinstalling-is-no-update"}},
  };
  for (const auto& [start, wanted] : table) {
    std::string path;
    for (const auto& entry : std::filesystem::directory_iterator(seeds)) {
      if (entry.path().filename().string().starts_with(start + "_")) path = entry.path().string();
    }
    ASSERT_NE(path, "") << start;
    const Ended ended = run_inquest({"review", "--format", "json", path});
    EXPECT_EQ(ended.status, 1);
    std::set<std::string> ids;
    const auto json = nlohmann::json::parse(ended.out);
    for (const auto& found : json["contradictions"]) ids.insert(found["id"].get<std::string>());
    for (const std::string& id : wanted) EXPECT_TRUE(ids.contains(id)) << start << ": " << id;
  }
}

}  // namespace
}  // namespace inquest

// Whole inquiries into journals as systemd itself writes them: what journald kept of a death, given as a folder.
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/journal_remote.h"
#include "support/process.h"
#include "support/temp_folder.h"

namespace inquest::testing {
namespace {

using Json = nlohmann::json;

constexpr uint64_t kSecond = 1'000'000;
constexpr uint64_t kFirstBoot = 1'770'652'489 * kSecond;  // 2026-02-09T15:54:49Z
constexpr uint64_t kRunFor = 3600;                        // seconds of the first boot
constexpr uint64_t kSecondBoot = kFirstBoot + (kRunFor + 95) * kSecond;

struct Said {
  std::string program;
  std::string message;
};

class Stream {
 public:
  void boot(uint64_t id, uint64_t start) {
    id_ = id;
    start_ = start;
    say(0, {"kernel", "Linux version 6.8.12-4-pve (build@proxmox) (gcc (Debian 12.2.0-14) 12.2.0) #1 SMP"});
    say(0, {"kernel", "Command line: BOOT_IMAGE=/boot/vmlinuz-6.8.12-4-pve root=/dev/mapper/pve-root ro quiet"});
    say(1, {"systemd-journald", "Journal started"});
  }
  void say(uint64_t uptime, const Said& said) {
    const uint64_t monotonic = uptime * kSecond + ++count_;
    const bool kernel = said.program == "kernel";
    ExportEntry entry(start_ + monotonic, monotonic, id_);
    entry.with("_HOSTNAME", "pve-7").with("_MACHINE_ID", "00112233445566778899aabbccddeeff");
    entry.with("PRIORITY", "4").with("SYSLOG_IDENTIFIER", said.program).with("MESSAGE", said.message);
    entry.with("_TRANSPORT", kernel ? "kernel" : "journal");
    if (kernel) {
      entry.with("_SOURCE_MONOTONIC_TIMESTAMP", std::to_string(monotonic));
    } else {
      entry.with("_PID", "512").with("_COMM", said.program);
    }
    text_ += entry.text();
  }
  const std::string& text() const { return text_; }

 private:
  uint64_t id_ = 0;
  uint64_t start_ = 0;
  uint64_t count_ = 0;
  std::string text_;
};

// An hour of work that ends in these words, and the boot that followed.
std::string two_boots(const std::vector<Said>& last_words) {
  Stream stream;
  stream.boot(0xa1, kFirstBoot);
  for (uint64_t at = 10; at < kRunFor; at += 10)
    stream.say(at, {"pvestatd", fmt::format("status update time ({}.5 seconds)", at % 7)});
  for (const Said& said : last_words) stream.say(kRunFor, said);
  stream.boot(0xb2, kSecondBoot);
  for (uint64_t at = 10; at < 200; at += 10) stream.say(at, {"pvestatd", "status update time (0.4 seconds)"});
  return stream.text();
}

const std::vector<Said> kPanic = {
    {"kernel", "BUG: unable to handle page fault for address: ffff9c0100000a18"},
    {"kernel", "#PF: supervisor read access in kernel mode"},
    {"kernel", "#PF: error_code(0x0000) - not-present page"},
    {"kernel", "Oops: 0000 [#1] PREEMPT SMP NOPTI"},
    {"kernel", "CPU: 3 PID: 912 Comm: txg_sync Tainted: P           O       6.8.12-4-pve #1"},
    {"kernel", "RIP: 0010:dbuf_evict_one+0x41/0x1d0 [zfs]"},
    {"kernel", "Call Trace:"},
    {"kernel", " <TASK>"},
    {"kernel", " dbuf_evict_thread+0x12a/0x190 [zfs]"},
    {"kernel", " thread_generic_wrapper+0x5c/0x70 [spl]"},
    {"kernel", " kthread+0xef/0x120"},
    {"kernel", " </TASK>"},
    {"kernel", "---[ end trace 0000000000000000 ]---"},
    {"kernel", "Kernel panic - not syncing: Fatal exception"},
};
const std::vector<Said> kShutdown = {
    {"systemd-logind", "The system will reboot now!"},
    {"systemd", "Reached target shutdown.target - System Shutdown."},
    {"systemd", "Reached target final.target - Late Shutdown Services."},
    {"systemd", "Finished systemd-reboot.service - System Reboot."},
    {"systemd-shutdown", "Syncing filesystems and block devices."},
    {"systemd-journald", "Journal stopped"},
};

Json examine(const std::string& path) {
  const Ended ended = run_inquest({"examine", "--format", "json", path});
  EXPECT_EQ(ended.status, 0) << ended.err;
  Json parsed = Json::parse(ended.out, nullptr, false);
  EXPECT_TRUE(parsed.is_object()) << ended.out.substr(0, 600);
  return parsed;
}

// The death lies between the last word of the first boot and the first of the second.
void expect_window(const Json& incident) {
  const Json& death = incident["death"];
  ASSERT_TRUE(death.contains("after") && death.contains("before")) << incident.dump(1).substr(0, 600);
  EXPECT_GE(death["after"].get<std::string>(), "2026-02-09T16:54:39") << death;
  EXPECT_LE(death["before"].get<std::string>(), "2026-02-09T16:56:25") << death;
}

TEST(JournalStory, APanicIsNamedWithItsCulprit) {
  if (!has_journal_tools()) GTEST_SKIP() << "systemd-journal-remote or journalctl 252 is not installed";
  const TempFolder folder;
  write_journal(folder.path("journal"), two_boots(kPanic));
  const Json found = examine(folder.path("journal"));
  ASSERT_EQ(found["incidents"].size(), 1U) << found["incidents"].dump(1);
  const Json& incident = found["incidents"][0];
  EXPECT_EQ(incident["host"], "pve-7");
  EXPECT_EQ(incident["class"], "kernel-panic");
  EXPECT_EQ(incident["culprit"]["module"], "zfs");
  EXPECT_EQ(incident["culprit"]["function"], "dbuf_evict_one");
  expect_window(incident);
}

TEST(JournalStory, AJournalThatJustStopsIsADeath) {
  if (!has_journal_tools()) GTEST_SKIP() << "systemd-journal-remote or journalctl 252 is not installed";
  const TempFolder folder;
  write_journal(folder.path("journal"), two_boots({}));
  const Json found = examine(folder.path("journal"));
  ASSERT_EQ(found["incidents"].size(), 1U) << found["incidents"].dump(1);
  EXPECT_NE(found["incidents"][0]["class"], "orderly-shutdown");
  EXPECT_NE(found["incidents"][0]["class"], "kernel-panic");
  expect_window(found["incidents"][0]);
}

TEST(JournalStory, AShutdownIsNoDeath) {
  if (!has_journal_tools()) GTEST_SKIP() << "systemd-journal-remote or journalctl 252 is not installed";
  const TempFolder folder;
  write_journal(folder.path("journal"), two_boots(kShutdown));
  const Json found = examine(folder.path("journal"));
  ASSERT_TRUE(found["incidents"].is_array()) << found.dump(1);
  for (const Json& incident : found["incidents"])
    EXPECT_EQ(incident["class"], "orderly-shutdown") << incident.dump(1).substr(0, 600);
}

// Cut within its last entries, of which journalctl shows nothing any more.
TEST(JournalStory, ACutFileTellsThePanicAllTheSame) {
  if (!has_journal_tools()) GTEST_SKIP() << "systemd-journal-remote or journalctl 252 is not installed";
  const TempFolder folder;
  write_journal(folder.path("journal"), two_boots(kPanic), {true, true, "0"});
  const std::string path = folder.path("journal/system.journal");
  // Behind the last object there is room that the file took in advance.
  const std::string last = "status update time (0.4 seconds)";
  std::string bytes = output_of(fmt::format("cat {}", path));
  const size_t at = bytes.rfind(last);
  ASSERT_NE(at, std::string::npos);
  std::filesystem::resize_file(path, at);
  const Json found = examine(folder.path("journal"));
  ASSERT_EQ(found["incidents"].size(), 1U) << found["incidents"].dump(1);
  EXPECT_EQ(found["incidents"][0]["class"], "kernel-panic");
  EXPECT_FALSE(found["evidence"][0]["diagnostics"].empty());
}

TEST(JournalStory, ThisMachinesOwnJournalIsRead) {
  const std::string own = "/var/log/journal";
  if (output_of(fmt::format("find {} -name '*.journal' 2>/dev/null", own)).empty())
    GTEST_SKIP() << "this machine keeps no journal in " << own;
  const Json found = examine(own);
  ASSERT_FALSE(found["evidence"].empty());
  for (const Json& evidence : found["evidence"]) {
    EXPECT_NE(evidence["status"], "refused") << evidence;
    EXPECT_NE(evidence["status"], "unrecognised") << evidence;
  }
  EXPECT_FALSE(found["hosts"].empty());
}

}  // namespace
}  // namespace inquest::testing

#include "decode/intake.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/sha256.h"

namespace inquest::decode {
namespace {

namespace fs = std::filesystem;
using model::Outcome;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kLog =
    "Feb  9 15:54:50 pve1 sshd[812]: Server listening on 0.0.0.0 port 22.\n"
    "Feb  9 15:54:51 pve1 systemd[1]: Started ssh.service - OpenBSD Secure Shell server.\n";

// A folder of the test's own, gone with it.
class Folder {
 public:
  Folder() : path_(fs::path(::testing::TempDir()) / "intake-XXXXXX") {
    std::string name = path_.string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path_); }
  std::string add(const std::string& name, std::string_view bytes) const {
    std::ofstream(path_ / name, std::ios::binary) << bytes;
    return (path_ / name).string();
  }
  std::string path() const { return path_.string(); }

 private:
  fs::path path_;
};

model::Case take(const std::string& path) {
  model::Case c;
  take_in(std::array{path}, {}, c);
  return c;
}

TEST(Intake, CountsTheSameBytesOnce) {
  const Folder folder;
  std::string much;
  while (much.size() < 3'000'000) much += kLog;
  folder.add("a.log", much);
  folder.add("b.log", much);
  folder.add("c.log", much);
  const model::Case c = take(folder.path());
  ASSERT_EQ(c.evidence.size(), 3U);
  EXPECT_EQ(c.events.size(), c.evidence[0].lines);
  for (const size_t copy : {1U, 2U}) {
    EXPECT_EQ(c.evidence[copy].kind, "syslog");
    EXPECT_EQ(c.evidence[copy].sha256, c.evidence[0].sha256);
    ASSERT_EQ(c.evidence[copy].diagnostics.size(), 1U);
    EXPECT_THAT(c.evidence[copy].diagnostics[0].message, HasSubstr("a.log, so it is not counted again"));
  }
}

// A log and an earlier state of it, another line at its end, other bytes at every place.
TEST(Intake, ReadsWhatIsOnlyAlikeInFull) {
  std::string much;
  while (much.size() < 2'500'000) much += kLog;
  for (const size_t cut : {size_t{0}, kLog.size(), kLog.size() * 500, (1UL << 20) / kLog.size() * kLog.size()}) {
    const Folder folder;
    folder.add("a.log", much);
    folder.add("b.log", std::string_view(much).substr(cut) == much ? much + std::string(kLog) : much.substr(cut));
    std::string other = much;
    other[std::min(other.size() - 3, cut + 70'000)] ^= 1;
    folder.add("c.log", other);
    folder.add("d.log", much.substr(0, much.size() - kLog.size()));
    const model::Case c = take(folder.path());
    uint64_t lines = 0;
    for (const auto& evidence : c.evidence) {
      EXPECT_GT(evidence.lines, 0U) << evidence.path;
      lines += evidence.lines;
    }
    EXPECT_EQ(c.events.size(), lines);
  }
}

// The number of a guest is in its file's name.
TEST(Intake, TheSameBytesUnderAnotherNameMayMeanSomethingElse) {
  const Folder folder;
  constexpr std::string_view kGuest = "agent: 1\nboot: order=scsi0\ncores: 2\nmemory: 2048\nname: web\nostype: l26\n";
  folder.add("101.conf", kGuest);
  folder.add("102.conf", kGuest);
  const model::Case c = take(folder.path());
  ASSERT_EQ(c.evidence.size(), 2U);
  EXPECT_THAT(c.evidence[1].diagnostics, IsEmpty());
}

TEST(Intake, ListsWhatBecameOfEachFile) {
  const Folder folder;
  folder.add("a.log", kLog);
  folder.add("b.bin", std::string("\x7f\x01\x02\x03 no format of ours \xff\xfe", 26));
  folder.add("c.log", "");
  const model::Case c = take(folder.path());
  std::vector<std::string> seen;
  for (const auto& evidence : c.evidence) {
    seen.push_back(evidence.path.substr(folder.path().size() + 1) + " " + evidence.kind + " " +
                   std::string(to_string(evidence.status)));
  }
  EXPECT_THAT(seen, ElementsAre("a.log syslog clean", "b.bin unrecognised unrecognised", "c.log empty unrecognised"));
  EXPECT_EQ(c.evidence[0].bytes, kLog.size());
  EXPECT_EQ(c.evidence[0].lines, 2U);
  EXPECT_EQ(c.evidence[0].sha256, sha256_hex(kLog));
  EXPECT_THAT(c.evidence[0].diagnostics, IsEmpty());
  ASSERT_EQ(c.evidence[2].diagnostics.size(), 1U);
  EXPECT_EQ(c.evidence[2].diagnostics[0].message, "the file is empty");
  EXPECT_EQ(c.message(0), "Server listening on 0.0.0.0 port 22.");
}

TEST(Intake, AMissingPathIsARefusedPieceOfEvidenceAndTheRestIsRead) {
  const Folder folder;
  const std::array paths = {folder.path() + "/nowhere.log", folder.add("a.log", kLog)};
  model::Case c;
  take_in(paths, {}, c);
  ASSERT_EQ(c.evidence.size(), 2U);
  EXPECT_EQ(c.evidence[0].kind, "unreadable");
  EXPECT_EQ(c.evidence[0].status, Outcome::Refused);
  ASSERT_FALSE(c.evidence[0].diagnostics.empty());
  EXPECT_THAT(c.evidence[0].diagnostics[0].message, HasSubstr("no such file"));
  EXPECT_EQ(c.events.size(), 2U);
}

TEST(Intake, AFileThatChangesAfterwardsGivesNoWrongQuotes) {
  const Folder folder;
  const std::string path = folder.add("a.log", kLog);
  const model::Case c = take(path);
  ASSERT_EQ(c.events.size(), 2U);
  folder.add("a.log", "short\n");
  EXPECT_EQ(c.message(1), "");
}

TEST(Intake, AHeadLargerThanOneReadIsStillSniffedWhole) {
  // Longer than the head that sniffers see, in pieces smaller than it.
  std::string log;
  while (log.size() < 200'000) log += kLog;
  model::Case c;
  take_in_bytes(log, "renamed", c, 1000);
  EXPECT_EQ(c.evidence[0].kind, "syslog");
  EXPECT_EQ(c.events.size(), 2 * (log.size() / kLog.size()));
}

TEST(Intake, TellsHowFarItIs) {
  const Folder folder;
  folder.add("a.log", kLog);
  folder.add("b.log", kLog);
  IntakeOptions options;
  std::vector<uint64_t> told;
  options.progress = [&](uint64_t bytes, const std::string&) { told.push_back(bytes); };
  model::Case c;
  take_in(std::array{folder.path()}, options, c);
  ASSERT_FALSE(told.empty());
  EXPECT_TRUE(std::ranges::is_sorted(told));
  EXPECT_EQ(told.back(), 2 * kLog.size());
}

}  // namespace
}  // namespace inquest::decode

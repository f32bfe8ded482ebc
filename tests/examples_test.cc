// The examples, and what becomes of the answer when evidence is renamed, packed or missing.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/process.h"

namespace inquest::testing {
namespace {

using Json = nlohmann::json;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

const fs::path kExample = fs::path(INQUEST_SOURCE_DIR) / "examples/silent-lockup";

Json examine(const std::string& evidence) {
  const Ended ended = run_inquest({"examine", "--format", "json", evidence});
  EXPECT_EQ(ended.status, 0) << ended.err;
  return Json::parse(ended.out, nullptr, false);
}

void expect_whole_answer(const Json& answer) {
  ASSERT_EQ(answer["incidents"].size(), 1U);
  const Json& incident = answer["incidents"][0];
  EXPECT_EQ(incident["host"], "FCM2250");
  EXPECT_EQ(incident["class"], "silent-hang");
  EXPECT_EQ(incident["death"]["after"], "2026-02-09T15:54:50Z");
  EXPECT_EQ(incident["death"]["before"], "2026-02-09T15:55:07Z");
  EXPECT_EQ(incident["reset"]["after"], "2026-02-09T18:53:51Z");
  EXPECT_EQ(incident["reset"]["before"], "2026-02-09T18:53:51Z");
  for (const std::string_view subsystem : {"cpu", "memory", "network"}) {
    EXPECT_TRUE(std::ranges::any_of(incident["baselines"], [&](const Json& b) {
      return b["subsystem"] == subsystem && b["verdict"] == "normal";
    })) << subsystem;
  }
  EXPECT_TRUE(std::ranges::none_of(incident["baselines"], [](const Json& b) { return b["verdict"] == "anomalous"; }));
  ASSERT_EQ(incident["gaps"].size(), 1U);
  EXPECT_EQ(incident["gaps"][0]["after"], "2026-01-31");
  EXPECT_THAT(incident["gaps"][0]["text"].get<std::string>(), HasSubstr("9 days"));
  EXPECT_TRUE(std::ranges::any_of(incident["blind_spots"], [](const Json& spot) {
    return spot["text"].get<std::string>().find("anic capture") != std::string::npos;
  }));
}

// A copy of the example that a test may change.
class Copy {
 public:
  Copy() { fs::copy(kExample, path(), fs::copy_options::recursive); }
  fs::path path() const { return fs::path(folder_.path()) / "evidence"; }
  const TemporaryFolder& folder() const { return folder_; }
  void drop(const std::string& part_of_name) const {
    std::vector<fs::path> gone;
    for (const auto& entry : fs::recursive_directory_iterator(path())) {
      if (entry.is_regular_file() && entry.path().filename().string().find(part_of_name) != std::string::npos)
        gone.push_back(entry.path());
    }
    ASSERT_FALSE(gone.empty()) << part_of_name;
    for (const auto& file : gone) fs::remove(file);
  }

 private:
  TemporaryFolder folder_;
};

TEST(SilentLockup, GivesTheWholeAnswer) { expect_whole_answer(examine(kExample.string())); }

TEST(SilentLockup, GivesTheSameAnswerWhateverTheFilesAreCalled) {
  const Copy copy;
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(copy.path())) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  int number = 0;
  // pstore's empty listing may need its name: what it lists stands in it only where the command was kept.
  for (const auto& file : files) fs::rename(file, copy.path() / ("piece" + std::to_string(++number)));
  expect_whole_answer(examine(copy.path().string()));
}

TEST(SilentLockup, GivesTheSameAnswerOutOfAnArchive) {
  const Copy copy;
  const std::string archive = copy.folder().path() + "/evidence.tar.gz";
  ASSERT_EQ(std::system(("tar -C '" + copy.folder().path() + "' -czf '" + archive + "' evidence").c_str()), 0);
  expect_whole_answer(examine(archive));
}

// UTF-16 with a byte order mark, as PowerShell writes it; of characters of the first plane.
std::string utf16(std::string_view text) {
  std::string out = "\xFF\xFE";
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i++]);
    unsigned code = lead < 0x80 ? lead : lead < 0xE0 ? lead & 0x1FU : lead & 0x0FU;
    for (; i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80; ++i)
      code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3FU);
    out += static_cast<char>(code & 0xFF);
    out += static_cast<char>(code >> 8);
  }
  return out;
}

TEST(SilentLockup, GivesTheSameAnswerInUtf16) {
  const Copy copy;
  size_t converted = 0;
  for (const auto& entry : fs::recursive_directory_iterator(copy.path())) {
    if (!entry.is_regular_file() || entry.file_size() == 0) continue;
    std::ifstream in(entry.path());
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    std::ofstream(entry.path(), std::ios::trunc) << utf16(text);
    ++converted;
  }
  EXPECT_GT(converted, 5U);
  expect_whole_answer(examine(copy.path().string()));
}

TEST(SilentLockup, KnowsLessWithoutFiguresAndSaysSo) {
  const Copy copy;
  copy.drop(".csv");
  const Json answer = examine(copy.path().string());
  ASSERT_EQ(answer["incidents"].size(), 1U);
  const Json& incident = answer["incidents"][0];
  EXPECT_EQ(incident["class"], "silent-hang");
  EXPECT_TRUE(incident["death"]["after"].is_null());
  EXPECT_EQ(incident["death"]["before"], "2026-02-09T15:55:07Z");
  EXPECT_TRUE(incident["reset"]["before"].is_null());
  EXPECT_TRUE(std::ranges::all_of(incident["baselines"], [](const Json& b) { return b["verdict"] == "no-figures"; }));
  EXPECT_THAT(incident["death_text"].get<std::string>(), HasSubstr("no sign of life"));
}

TEST(SilentLockup, WidensTheWindowWithoutThePeersLog) {
  const Copy copy;
  copy.drop("corosync");
  const Json incident = examine(copy.path().string())["incidents"][0];
  EXPECT_EQ(incident["death"]["after"], "2026-02-09T15:54:50Z");
  EXPECT_EQ(incident["death"]["before"], "2026-02-09T15:55:10Z");
}

TEST(SilentLockup, ClaimsNoHangWithoutAPersonsNotes) {
  const Copy copy;
  copy.drop("observations");
  const Json answer = examine(copy.path().string());
  ASSERT_EQ(answer["incidents"].size(), 1U);
  const Json& incident = answer["incidents"][0];
  EXPECT_EQ(incident["class"], "unknown");
  EXPECT_EQ(incident["reset"]["before"], "2026-02-09T18:53:51Z");
  EXPECT_TRUE(incident["gaps"].empty());
}

TEST(SilentLockup, ReadsTheRestWhenAFileIsBroken) {
  const Copy copy;
  std::ofstream(copy.path() / "evidence/telegraf-cpu-pre-crash.csv", std::ios::app) << ",,0,not a time,x\n";
  const Json answer = examine(copy.path().string());
  expect_whole_answer(answer);
  EXPECT_TRUE(std::ranges::any_of(answer["evidence"],
                                  [](const Json& e) { return e["status"] == "partial" && !e["diagnostics"].empty(); }));
}

// What an example quotes: a file of it, and lines that the answer must cite.
struct Quoted {
  std::string_view file;
  std::string_view line;
};

struct Example {
  std::string_view name;
  std::vector<Quoted> quoted;
};

std::ostream& operator<<(std::ostream& out, const Example& example) { return out << example.name; }

class Examples : public ::testing::TestWithParam<Example> {
 protected:
  static fs::path folder() { return fs::path(INQUEST_SOURCE_DIR) / "examples" / GetParam().name; }
};

void gather_cites(const Json& from, std::set<std::string>& out) {
  for (const auto& each : from) {
    const Json& cite = each["cite"];
    if (cite.is_string()) out.insert(cite.get<std::string>());
  }
}

TEST_P(Examples, HasEveryQuotedLineOnTheTimelineOrAmongTheFacts) {
  const Json answer = examine(folder().string());
  std::set<std::string> cites;
  gather_cites(answer["facts"], cites);
  for (const Json& incident : answer["incidents"]) gather_cites(incident["timeline"], cites);
  for (const auto& [file, line] : GetParam().quoted) {
    std::ifstream in(folder() / file);
    std::string text;
    bool cited = false;
    bool there = false;
    for (size_t number = 1; std::getline(in, text); ++number) {
      if (text.find(line) == std::string::npos) continue;
      there = true;
      cited = cited || cites.contains((folder() / file).string() + ":" + std::to_string(number));
    }
    EXPECT_TRUE(there) << file << " no longer has: " << line;
    EXPECT_TRUE(cited) << file << ": " << line;
  }
}

bool is_rule(std::string_view line) { return line.find_first_not_of("|-+: ") == std::string_view::npos; }

// Lines that state nothing: blank ones, remarks, headings of sections and tables. Of tables of figures, whose rows are
// samples, other tests speak.
std::set<size_t> idle_lines(const fs::path& file) {
  std::ifstream in(file);
  std::string line;
  std::set<size_t> out;
  for (size_t number = 1; std::getline(in, line); ++number) {
    const size_t begin = line.find_first_not_of(" \t");
    const bool heading = line.starts_with('[') && line.ends_with(']') && !line.starts_with("[[");
    if (begin == std::string::npos || line[begin] == '#' || heading) out.insert(number);
    if (file.extension() == ".md" && number > 1 && is_rule(line)) out.insert({number - 1, number});
    if (line.starts_with("  LV ")) out.insert(number);
  }
  return out;
}

TEST_P(Examples, CitesEachLineThatStatesSomething) {
  const Json answer = examine(folder().string());
  std::set<std::string> cites;
  gather_cites(answer["facts"], cites);
  for (const Json& incident : answer["incidents"]) gather_cites(incident["timeline"], cites);
  size_t looked_at = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder())) {
    const fs::path& file = entry.path();
    // Of observations a record's first line is cited.
    if (!entry.is_regular_file() || file.extension() == ".csv" || file.filename() == "README.md" ||
        file.filename() == "observations.toml")
      continue;
    const std::set<size_t> idle = idle_lines(file);
    std::ifstream in(file);
    std::string line;
    for (size_t number = 1; std::getline(in, line); ++number) {
      if (idle.contains(number)) continue;
      ++looked_at;
      EXPECT_TRUE(cites.contains(file.string() + ":" + std::to_string(number)))
          << file << ":" << number << ": " << line;
    }
  }
  EXPECT_GT(looked_at, 2U);
}

TEST_P(Examples, HasNothingThatIsNotUnderstood) {
  const Json answer = examine(folder().string());
  for (const Json& piece : answer["evidence"]) {
    if (fs::path(piece["path"].get<std::string>()).filename() == "README.md") continue;
    EXPECT_EQ(piece["status"], "clean") << piece["path"] << piece["diagnostics"];
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, Examples,
    ::testing::Values(
        Example{"zfs-corruption",
                {{"evidence/panic-screen.txt", "KERNEL PANIC! Please reboot your computer."},
                 {"evidence/zpool-status.txt", "errors: Permanent errors have been detected in the following files:"},
                 {"evidence/zpool-status.txt", "rpool/data/vm-200-disk-0:<0x1>"},
                 {"evidence/journal-last-lines.log", "zed[9864]: eid=11 class=data"},
                 {"evidence/journal-last-lines.log", "zed[9866]: eid=12 class=checksum"},
                 {"evidence/journal-last-lines.log", "pvedaemon[60031]: stop VM 200"},
                 {"evidence/journal-last-lines.log", "end task UPID:pve:0000EA7F:000A9C68:695FF63E:qmstop:200"},
                 {"evidence/journal-last-lines.log", "pvedaemon[60128]: start VM 9201"},
                 {"evidence/journal-last-lines.log", "tap9201i0: entered promiscuous mode"},
                 {"evidence/journal-last-lines.log", "port 10(tap9201i0) entered forwarding state"},
                 {"evidence/dmesg-warning.txt", "AMD Zen1 DIV0 bug detected"}}},
        Example{"kill-init",
                {{"evidence/console.txt", "Attempted to kill init! exit code=0x00000200"},
                 {"evidence/reproduktion.md", "✅ Funktioniert (Glück)"},
                 {"evidence/reproduktion.md", "| 20G | nein | ❌ Kernel Panic |"},
                 {"evidence/reproduktion.md", "| 20G | ja | ✅ Funktioniert |"},
                 {"evidence/reproduktion.md", "manuell resizen"},
                 {"evidence/lvs.txt", "11,54"},
                 {"evidence/commands.txt", "qm resize 9000 scsi0 +30G"},
                 {"evidence/commands.txt", "qm terminal <vmid>"},
                 {"configs/9000.conf", "scsihw: virtio-scsi-pci"}}},
        Example{"arc-reclaim",
                {{"evidence/commands.txt", "modprobe netconsole [email protected]/eth0,[email protected]/"},
                 {"evidence/commands.txt", "nc -u -l 6666"},
                 {"configs/zfs.conf", "options zfs zfs_arc_max=8589934592"}}},
        Example{"panic-guide",
                {{"evidence/panic.txt", "Kernel panic - not syncing: Fatal exception"},
                 {"evidence/commands.txt", "crash /usr/lib/debug/lib/modules/$(uname -r)/vmlinux /var/crash/vmcore"},
                 {"evidence/commands.txt", "hponcfg -g"},
                 {"evidence/commands.txt", "dmesg | grep -i \"ecc\\|memory\\|mce\""},
                 {"evidence/commands.txt", "echo c > /proc/sysrq-trigger"},
                 {"configs/blacklist.conf", "blacklist problematic_module"},
                 {"configs/kdump-tools.cfg", "crashkernel=512M"}}},
        Example{"silent-lockup",
                {{"evidence/corosync-alert.log", "host: host: 1 has no active links"},
                 {"configs/grub-default", "GRUB_CMDLINE_LINUX_DEFAULT"},
                 {"configs/proc-cmdline", "BOOT_IMAGE=/boot/vmlinuz-6.17.9-1-pve"}}}),
    [](const auto& test) {
      std::string name(test.param.name);
      std::ranges::replace(name, '-', '_');
      return name;
    });

TEST(ZfsCorruption, KnowsTheBootTheLastLineAndTheTaskInFlight) {
  const Json answer = examine((fs::path(INQUEST_SOURCE_DIR) / "examples/zfs-corruption").string());
  ASSERT_EQ(answer["incidents"].size(), 1U);
  const Json& incident = answer["incidents"][0];
  EXPECT_EQ(incident["host"], "pve");
  EXPECT_EQ(incident["class"], "kernel-panic");
  EXPECT_EQ(incident["death"]["after"], "2026-01-08T18:24:03Z");
  ASSERT_FALSE(answer["hosts"].empty());
  EXPECT_EQ(answer["hosts"][0]["boots"][0]["start"]["before"], "2026-01-08T16:28:04Z");
  const auto finding = [&](std::string_view id) {
    const auto found = std::ranges::find_if(answer["findings"], [&](const Json& each) { return each["id"] == id; });
    return found == answer["findings"].end() ? std::string() : (*found)["text"].get<std::string>();
  };
  EXPECT_THAT(finding("task-in-flight"), HasSubstr("UPID:pve:0000EAE0:000A9DDE:695FF642:qmstart:9201:root@pam:"));
  EXPECT_THAT(finding("zfs-permanent-errors"), HasSubstr("guest 200"));
  EXPECT_THAT(finding("zfs-errors"), HasSubstr("9 min 43 s after the start of that boot"));
  EXPECT_NE(finding("amd-zen1-div0"), "");
}

TEST(KillInit, IsABootThatFailedBecauseProcessOneExited) {
  const Json answer = examine((fs::path(INQUEST_SOURCE_DIR) / "examples/kill-init").string());
  ASSERT_EQ(answer["incidents"].size(), 1U);
  EXPECT_EQ(answer["incidents"][0]["class"], "boot-failure");
  EXPECT_THAT(answer["incidents"][0]["class_reasons"].dump(), HasSubstr("with status 2"));
  EXPECT_THAT(answer["findings"].dump(), HasSubstr("guest-no-serial-port"));
}

TEST(ArcReclaim, BlamesTheModuleThatTheTraceNames) {
  const Json answer = examine((fs::path(INQUEST_SOURCE_DIR) / "examples/arc-reclaim").string());
  ASSERT_EQ(answer["incidents"].size(), 1U);
  EXPECT_EQ(answer["incidents"][0]["class"], "kernel-panic");
  EXPECT_EQ(answer["incidents"][0]["culprit"]["module"], "zfs");
}

// The README shows what its commands print: "$ inquest ..." and the lines that follow it in the block.
TEST(Readme, ShowsWhatItsCommandPrints) {
  std::ifstream in(fs::path(INQUEST_SOURCE_DIR) / "README.md");
  std::string line;
  std::string shown;
  bool inside = false;
  while (std::getline(in, line)) {
    if (line == "$ inquest examine examples/silent-lockup") {
      inside = true;
    } else if (inside && line.starts_with("```")) {
      break;
    } else if (inside) {
      shown += line + "\n";
    }
  }
  ASSERT_FALSE(shown.empty()) << "README.md shows no report";
  Invocation invocation;
  invocation.arguments = {"examine", "examples/silent-lockup"};
  invocation.folder = INQUEST_SOURCE_DIR;
  const std::string printed = run_inquest(invocation).out;
  // The README may leave out passages, marked by a line "...".
  size_t at = 0;
  std::stringstream passages(shown);
  std::string passage;
  const auto check = [&] {
    if (passage.empty()) return;
    const size_t found = printed.find(passage, at);
    ASSERT_NE(found, std::string::npos) << "not printed in this order:\n" << passage;
    at = found + passage.size();
    passage.clear();
  };
  while (std::getline(passages, line)) {
    if (line == "...") {
      check();
    } else {
      passage += line + "\n";
    }
  }
  check();
}

}  // namespace
}  // namespace inquest::testing

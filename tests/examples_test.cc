// The examples, and what becomes of the answer when evidence is renamed, packed or missing.
#include <algorithm>
#include <filesystem>
#include <fstream>
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

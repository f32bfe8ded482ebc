// What decoders make of kernels that really died: console captures, records of pstore and logs of the next boot from a
// crash lab, which lies beside the source tree where there is one. Each file is measured against itself: how often it
// holds a banner, and what stands before the next one.

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "base/text.h"
#include "decode/decoder.h"
#include "support/decoding.h"
#include "support/golden.h"

namespace inquest::testing {
namespace {

namespace fs = std::filesystem;
using model::LandmarkKind;

const std::string kCases = INQUEST_SOURCE_DIR "/../shared/lab/cases";

std::vector<std::string> files_named(std::string_view start) {
  std::vector<std::string> out;
  std::error_code ignored;
  for (const auto& entry : fs::recursive_directory_iterator(kCases, ignored)) {
    if (entry.path().filename().string().starts_with(start)) out.push_back(entry.path().string());
  }
  std::ranges::sort(out);
  return out;
}

// The decoder that claims the file, or "".
std::string claimed_by(const std::string& path, const std::string& bytes) {
  const decode::Decoder* decoder = decode::choose(head_of(bytes, fs::path(path).filename().string()));
  return decoder == nullptr ? std::string() : std::string(decoder->name);
}

model::Case read(const std::string& path, const std::string& bytes) {
  const std::string name = fs::path(path).filename().string();
  return decode_with(*decode::choose(head_of(bytes, name)), bytes, name);
}

size_t count(const model::Case& c, LandmarkKind kind) {
  return static_cast<size_t>(std::ranges::count(c.landmarks, kind, &model::Landmark::kind));
}

bool begins_boot(std::string_view line) { return line.starts_with("[    0.000000] Linux version "); }

// The last line of each boot that has something on it.
std::vector<std::string> last_lines(std::string_view text) {
  std::vector<std::string> out;
  for (const std::string_view line : lines(text)) {
    if (begins_boot(line)) out.emplace_back();
    if (!out.empty() && !trim(line).empty() && !line.ends_with("] ")) out.back() = trim(line);
  }
  return out;
}

class Lab : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(kCases)) GTEST_SKIP() << "no crash lab at " << kCases;
  }
};

TEST_F(Lab, ConsolesFallIntoTheirBoots) {
  const auto files = files_named("serial.log");
  ASSERT_FALSE(files.empty());
  for (const std::string& path : files) {
    SCOPED_TRACE(path);
    const std::string bytes = read_file(path);
    ASSERT_EQ(claimed_by(path, bytes), "console");
    const model::Case c = read(path, bytes);
    const std::vector<std::string> last = last_lines(bytes);
    ASSERT_EQ(c.streams.size(), last.size());
    for (size_t i = 0; i < last.size(); ++i) {
      EXPECT_EQ(c.streams[i].clock, model::ClockDomain::Monotonic);
      // The record may be the end of the line, where another writer's part stood before it.
      EXPECT_TRUE(last[i].ends_with(c.record(c.streams[i].last_event))) << last[i] << "\n"
                                                                        << c.record(c.streams[i].last_event);
    }
    EXPECT_EQ(count(c, LandmarkKind::KernelBanner), last.size());
    size_t clocks = 0;
    for (const std::string_view line : lines(bytes))
      clocks += line.find(": setting system clock to ") != line.npos ? 1 : 0;
    EXPECT_EQ(count(c, LandmarkKind::ClockSet), clocks);
    EXPECT_EQ(c.evidence[0].status, model::Outcome::Clean);
  }
}

TEST_F(Lab, RecordsOfPstoreAreReadToTheirLastWord) {
  const auto files = files_named("dmesg-");
  ASSERT_FALSE(files.empty());
  for (const std::string& path : files) {
    SCOPED_TRACE(path);
    const std::string bytes = read_file(path);
    ASSERT_EQ(claimed_by(path, bytes), "dmesg");
    const model::Case c = read(path, bytes);
    ASSERT_EQ(c.streams.size(), 1U);
    EXPECT_TRUE(model::watches(c.streams[0].watch, model::Watch::PanicCapture));
    EXPECT_EQ(std::ranges::count(c.facts, "pstore.record", &model::Fact::key), 1);
    const bool panicked = bytes.find("> Kernel panic - not syncing") != std::string::npos ||
                          bytes.find("] Kernel panic - not syncing") != std::string::npos;
    EXPECT_EQ(count(c, LandmarkKind::Panic), panicked ? 1U : 0U);
    EXPECT_EQ(c.evidence[0].status, model::Outcome::Clean);
  }
}

TEST_F(Lab, LogsOfTheNextBootAreOneBoot) {
  for (const char* name : {"next-boot-dmesg", "vmcore-dmesg"}) {
    const auto files = files_named(name);
    ASSERT_FALSE(files.empty());
    for (const std::string& path : files) {
      SCOPED_TRACE(path);
      const std::string bytes = read_file(path);
      ASSERT_EQ(claimed_by(path, bytes), "dmesg");
      const model::Case c = read(path, bytes);
      EXPECT_EQ(c.streams.size(), 1U);
      EXPECT_EQ(count(c, LandmarkKind::KernelBanner), 1U);
    }
  }
}

TEST_F(Lab, NobodyTakesADebuggersWordsForTheHosts) {
  const auto files = files_named("truth-");
  ASSERT_FALSE(files.empty());
  for (const std::string& path : files) EXPECT_EQ(claimed_by(path, read_file(path)), "") << path;
}

}  // namespace
}  // namespace inquest::testing

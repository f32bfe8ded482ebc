// Every command of `inquest core` on damaged copies of dumps: cut, and with bits flipped. Part of an answer or an
// error, and neither time nor memory without end.
//
// What runs by itself is a sample. INQUEST_DAMAGE_FLIPS=1000 asks for as many damaged copies of each dump, of the crash
// lab's too where it lies beside the source tree; it takes a quarter of an hour.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <sys/resource.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "app/core_command.h"
#include "base/text.h"
#include "vmcore/kdump_writer.h"

namespace inquest::app {
namespace {

namespace fs = std::filesystem;

// Far more than any command needs on a whole dump, sanitizers included.
constexpr std::chrono::seconds kLongest(60);
constexpr long kMostKilobytes = 1500L * 1024;

// Questions with words; besides, each command is asked without any.
const std::vector<std::string>& questions() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> out;
    for (const CoreCommand* command : core_commands()) {
      if (command->name != "slim") out.emplace_back(command->name);  // which writes files
    }
    for (const char* line : {"bt -a", "foreach bt", "ps -p 1", "mem -s", "mem -V", "mod -p", "irq -u", "sym vfs_write",
                             "struct task_struct init_task", "dis vfs_write", "rd jiffies 8", "print jiffies",
                             "print init_task.comm", "files 1", "vm 1", "sig 1"}) {
      out.emplace_back(line);
    }
    return out;
  }();
  return all;
}

std::vector<std::string> dumps(const std::string& folder) {
  std::vector<std::string> out;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.path().extension() != ".txt" && entry.path().extension() != ".md") out.push_back(entry.path().string());
  }
  std::ranges::sort(out);
  return out;
}

std::string read_whole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The same dump with its pages as they are: in a compressed page one bit makes all of it unreadable, and damage that
// can be read is the worse one.
std::string unpacked(const std::string& path) {
  auto dump = vmcore::Dump::open(path);
  if (!dump) return {};
  const vmcore::PageSource& source = dump->memory().source();
  vmcore::KdumpPlan plan;
  for (auto pfn = source.next_stored(0); pfn; pfn = source.next_stored(*pfn + 1)) plan.pages.push_back(*pfn);
  if (plan.pages.empty()) return {};
  plan.end_pfn = plan.pages.back() + 1;
  plan.is_memory = [&source](uint64_t pfn) { return source.is_memory(pfn); };
  plan.notes = dump->header().notes;
  plan.release = dump->vmcoreinfo().osrelease();
  plan.codec = vmcore::PageCodec::None;
  std::string out;
  const auto done = vmcore::write_kdump(
      plan, [&](uint64_t pfn, std::span<std::byte> into) { return source.load(pfn, into); },
      [&](std::span<const std::byte> bytes) -> Result<void> {
        out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return {};
      });
  return done ? out : std::string();
}

// Gives the answer's length.
size_t ask(CoreSession& session, const std::string& line) {
  std::vector<std::string> words;
  for (const std::string_view word : split_blanks(line)) words.emplace_back(word);
  const CoreCommand* command = find_core_command(words[0]);
  if (command == nullptr) return 0;
  const auto before = std::chrono::steady_clock::now();
  const auto answer = command->run(session, std::span(words).subspan(1));
  EXPECT_LT(std::chrono::steady_clock::now() - before, kLongest) << line;
  if (!answer) {
    EXPECT_FALSE(answer.error().message.empty()) << line;
    return 0;
  }
  if (session.json && !answer->text.empty()) {
    EXPECT_TRUE(nlohmann::json::accept(answer->text)) << line;
  }
  return answer->text.size();
}

size_t ask_everything(std::string_view bytes, bool json) {
  std::vector<std::unique_ptr<vmcore::ByteSource>> files;
  files.push_back(std::make_unique<vmcore::MemoryBytes>(std::as_bytes(std::span(bytes))));
  auto dump = vmcore::Dump::open(std::move(files));
  if (!dump) {
    EXPECT_FALSE(dump.error().message.empty());
    return 0;
  }
  vmcore::Kernel kernel(*dump);
  CoreSession session{kernel, json};
  size_t answered = 0;
  for (const std::string& line : questions()) answered += ask(session, line);
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  EXPECT_LT(used.ru_maxrss, kMostKilobytes);
  return answered;
}

class CoreDamage : public ::testing::Test {
 protected:
  CoreDamage() : dumps_(dumps(INQUEST_SOURCE_DIR "/tests/golden/vmcore")) {
    const char* const asked = std::getenv("INQUEST_DAMAGE_FLIPS");
    if (asked == nullptr) return;
    copies_ = parse_int<int>(asked).value_or(0);
    for (std::string& one : dumps(INQUEST_SOURCE_DIR "/../shared/lab/dumps")) dumps_.push_back(std::move(one));
  }
  std::vector<std::string> dumps_;
  int copies_ = 5;
};

TEST_F(CoreDamage, CutDumpsGivePartsOrErrors) {
  ASSERT_FALSE(dumps_.empty());
  for (const std::string& path : dumps_) {
    SCOPED_TRACE(path);
    const std::string whole = read_whole(path);
    for (size_t tenth = 0; tenth < 10; ++tenth) {
      SCOPED_TRACE(tenth);
      ask_everything(std::string_view(whole).substr(0, whole.size() * tenth / 10 + 10 * tenth), tenth % 2 == 1);
    }
  }
}

TEST_F(CoreDamage, FlippedBitsGivePartsOrErrors) {
  ASSERT_FALSE(dumps_.empty());
  for (const std::string& path : dumps_) {
    SCOPED_TRACE(path);
    const std::string packed = read_whole(path);
    const std::string plain = unpacked(path);
    ASSERT_GT(ask_everything(plain, false), 100'000U) << "what is damaged below must be worth it";
    std::mt19937 random(1);
    for (int copy = 0; copy < copies_; ++copy) {
      SCOPED_TRACE(copy);
      std::string damaged = copy % 4 == 3 ? packed : plain;
      // Of a thousand bits in pages that are not packed, one hits each page: something is wrong with every structure.
      const int flips = copy % 3 == 0 ? 1000 : copy % 3 == 1 ? 100 : 1;
      for (int i = 0; i < flips; ++i) {
        // Headers and bitmaps at the front decide about everything behind them: spare them in most.
        const size_t front = copy % 5 == 4 ? 0 : 64UL << 10;
        damaged[front + random() % (damaged.size() - front)] ^= static_cast<char>(1 << random() % 8);
      }
      ask_everything(damaged, copy % 2 == 1);
    }
  }
}

}  // namespace
}  // namespace inquest::app

// Every command of `inquest core` on damaged copies of dumps: cut, and with bits flipped. Part of an answer or an
// error, and neither time nor memory without end.
//
// What runs by itself is a sample. INQUEST_DAMAGE_FLIPS=1000 asks for as many damaged copies of each dump, of the crash
// lab's too where it lies beside the source tree: some minutes a dump under the sanitizers. GTEST_TOTAL_SHARDS spreads
// the dumps over processes.
#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <set>
#include <span>
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

std::unique_ptr<vmcore::Dump> open_bytes(std::string_view bytes) {
  std::vector<std::unique_ptr<vmcore::ByteSource>> files;
  files.push_back(std::make_unique<vmcore::MemoryBytes>(std::as_bytes(std::span(bytes))));
  auto dump = vmcore::Dump::open(std::move(files));
  if (!dump) {
    EXPECT_FALSE(dump.error().message.empty());
    return nullptr;
  }
  return std::make_unique<vmcore::Dump>(std::move(*dump));
}

size_t ask_all(vmcore::Dump& dump, bool json, std::span<const std::string> lines) {
  vmcore::Kernel kernel(dump);
  CoreSession session{kernel, json};
  size_t answered = 0;
  for (const std::string& line : lines) answered += ask(session, line);
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  EXPECT_LT(used.ru_maxrss, kMostKilobytes);
  return answered;
}

size_t ask_all(std::string_view bytes, bool json, std::span<const std::string> lines) {
  const auto dump = open_bytes(bytes);
  return dump ? ask_all(*dump, json, lines) : 0;
}

// The pages of the dump that the questions look at, as they are: in a compressed page one bit makes all of it
// unreadable, and damage that can be read is the worse one; damage that nobody reads is none.
std::string what_is_read(std::string_view bytes) {
  const auto dump = open_bytes(bytes);
  if (!dump) return {};
  std::set<uint64_t> pages;
  dump->memory().record(&pages);
  EXPECT_GT(ask_all(*dump, false, questions()), 100'000U) << "what is damaged below must be worth it";
  dump->memory().record(nullptr);
  if (pages.empty()) return {};
  const vmcore::PageSource& source = dump->memory().source();
  vmcore::KdumpPlan plan;
  plan.pages.assign(pages.begin(), pages.end());
  plan.end_pfn = plan.pages.back() + 1;
  plan.is_memory = [&source](uint64_t pfn) { return source.is_memory(pfn); };
  plan.notes = dump->header().notes;
  plan.release = dump->vmcoreinfo().osrelease();
  plan.codec = vmcore::PageCodec::None;
  std::string out;
  const auto done = vmcore::write_kdump(
      plan, [&](uint64_t pfn, std::span<std::byte> into) { return source.load(pfn, into); },
      [&](std::span<const std::byte> piece) -> Result<void> {
        out.append(reinterpret_cast<const char*>(piece.data()), piece.size());
        return {};
      });
  return done ? out : std::string();
}

int copies() {
  const char* const asked = std::getenv("INQUEST_DAMAGE_FLIPS");
  return asked == nullptr ? 5 : parse_int<int>(asked).value_or(0);
}

std::vector<std::string> all_dumps() {
  std::vector<std::string> out = dumps(INQUEST_SOURCE_DIR "/tests/golden/vmcore");
  if (std::getenv("INQUEST_DAMAGE_FLIPS") == nullptr) return out;
  for (std::string& one : dumps(INQUEST_SOURCE_DIR "/../shared/lab/dumps")) out.push_back(std::move(one));
  return out;
}

class CoreDamage : public ::testing::TestWithParam<std::string> {};

TEST_P(CoreDamage, CutDumpsGivePartsOrErrors) {
  const std::string whole = read_whole(GetParam());
  for (size_t tenth = 0; tenth < 10; ++tenth) {
    SCOPED_TRACE(tenth);
    ask_all(std::string_view(whole).substr(0, whole.size() * tenth / 10 + 10 * tenth), tenth % 2 == 1, questions());
  }
}

TEST_P(CoreDamage, FlippedBitsGivePartsOrErrors) {
  const std::string packed = read_whole(GetParam());
  const std::string plain = what_is_read(packed);
  ASSERT_FALSE(plain.empty());
  std::mt19937 random(1);
  std::vector<std::string> asked;
  for (int copy = 0; copy < copies(); ++copy) {
    SCOPED_TRACE(copy);
    std::string damaged = copy % 8 == 7 ? packed : plain;
    // Of a thousand bits in pages that are not packed, one hits each page or two: something is wrong with every
    // structure.
    const int flips = copy % 3 == 0 ? 1000 : copy % 3 == 1 ? 100 : 1;
    for (int i = 0; i < flips; ++i) {
      // Headers and bitmaps at the front decide about everything behind them: spare them in most.
      const size_t front = copy % 5 == 4 ? 0 : 64UL << 10;
      damaged[front + random() % (damaged.size() - front)] ^= static_cast<char>(1 << random() % 8);
    }
    // A copy for each question would take hours.
    asked.clear();
    for (const std::string& line : questions()) {
      if (random() % 4 == 0) asked.push_back(line);
    }
    ask_all(damaged, copy % 2 == 1, asked);
  }
}

INSTANTIATE_TEST_SUITE_P(Dumps, CoreDamage, ::testing::ValuesIn(all_dumps()),
                         [](const ::testing::TestParamInfo<std::string>& one) {
                           std::string name = fs::path(one.param).filename().string();
                           std::ranges::replace_if(
                               name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
                           return name;
                         });

}  // namespace
}  // namespace inquest::app

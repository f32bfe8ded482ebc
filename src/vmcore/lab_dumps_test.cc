// Dumps of kernels that really died, whole and damaged, where a crash lab lies beside the source tree.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "vmcore/dump.h"

namespace inquest::vmcore {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::byte>;

constexpr uint64_t kUtsField = 65;

std::vector<std::string> lab_dumps() {
  std::vector<std::string> out;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(INQUEST_SOURCE_DIR "/../shared/lab/dumps", ignored)) {
    out.push_back(entry.path().string());
  }
  std::ranges::sort(out);
  return out;
}

Bytes read_file(const std::string& path) {
  Bytes out(fs::file_size(path));
  std::ifstream(path, std::ios::binary)
      .read(reinterpret_cast<char*>(out.data()), static_cast<std::streamsize>(out.size()));
  return out;
}

Result<Dump> open_bytes(std::span<const std::byte> bytes) {
  std::vector<std::unique_ptr<ByteSource>> files;
  files.push_back(std::make_unique<MemoryBytes>(bytes));
  return Dump::open(std::move(files));
}

// What the kernel calls itself, out of its memory.
Result<std::string> release_of(Dump& dump) {
  const auto uts = dump.vmcoreinfo().symbol("init_uts_ns");
  if (!uts) return fail(ErrorCode::NotFound, "no init_uts_ns");
  return dump.kernel().cstring(*uts + 2 * kUtsField, kUtsField);
}

// A look at memory here and there: every answer is a value or an error with words.
void look_around(Dump& dump) {
  (void)release_of(dump);
  for (const CpuNote& cpu : dump.cpus()) (void)dump.kernel().u64(cpu.registers.sp);
  const PageSource& source = dump.memory().source();
  uint64_t pfn = 0;
  for (int i = 0; i < 12; ++i) {
    const auto next = source.next_stored(pfn);
    if (!next) break;
    if (const auto page = dump.memory().page(*next); !page) {
      EXPECT_FALSE(page.error().message.empty());
    }
    pfn = *next + 4001;
  }
}

TEST(LabDumps, OpenAndTellWhichKernelDied) {
  const auto dumps = lab_dumps();
  if (dumps.empty()) GTEST_SKIP() << "there is no crash lab beside the source tree";
  for (const std::string& path : dumps) {
    SCOPED_TRACE(path);
    auto dump = Dump::open(path);
    ASSERT_TRUE(dump) << dump.error().text();
    EXPECT_TRUE(dump->header().problems.empty()) << dump->header().problems.front();
    EXPECT_FALSE(dump->vmcoreinfo().osrelease().empty());
    EXPECT_EQ(release_of(*dump).value_or(""), dump->vmcoreinfo().osrelease());
    EXPECT_EQ(dump->cpus().size(), dump->header().cpus);
    // Nothing but what was asked for was loaded.
    EXPECT_LT(dump->memory().pages_loaded(), 16);
  }
}

TEST(LabDumps, HaveEveryPageThatTheyClaim) {
  const auto dumps = lab_dumps();
  if (dumps.empty()) GTEST_SKIP() << "there is no crash lab beside the source tree";
  for (const std::string& path : dumps) {
    SCOPED_TRACE(path);
    auto dump = Dump::open(path);
    ASSERT_TRUE(dump) << dump.error().text();
    const PageSource& source = dump->memory().source();
    Bytes page(source.page_size());
    size_t count = 0;
    for (auto pfn = source.next_stored(0); pfn; pfn = source.next_stored(*pfn + 1)) {
      const auto loaded = source.load(*pfn, page);
      ASSERT_TRUE(loaded) << loaded.error().text();
      EXPECT_TRUE(source.is_memory(*pfn));
      ++count;
    }
    EXPECT_GT(count, 1000);
  }
}

TEST(LabDumps, GivePartsOrCleanErrorsWhenCut) {
  const auto dumps = lab_dumps();
  if (dumps.empty()) GTEST_SKIP() << "there is no crash lab beside the source tree";
  for (const std::string& path : dumps) {
    SCOPED_TRACE(path);
    const Bytes bytes = read_file(path);
    // Near the start, where the headers are, and through the pages.
    for (const size_t size : {size_t{0}, size_t{100}, size_t{4000}, size_t{9000}, size_t{60'000}, bytes.size() / 5,
                              bytes.size() / 3, bytes.size() / 2, bytes.size() / 10 * 9, bytes.size() - 17}) {
      auto dump = open_bytes(std::span(bytes).first(size));
      if (!dump) {
        EXPECT_FALSE(dump.error().message.empty());
        continue;
      }
      look_around(*dump);
      EXPECT_TRUE(dump->header().incomplete) << size;
    }
  }
}

TEST(LabDumps, GivePartsOrCleanErrorsWhenBitsFlip) {
  const auto dumps = lab_dumps();
  if (dumps.empty()) GTEST_SKIP() << "there is no crash lab beside the source tree";
  for (const std::string& path : dumps) {
    SCOPED_TRACE(path);
    Bytes bytes = read_file(path);
    uint64_t state = 7;
    const auto below = [&state](uint64_t limit) {
      state = state * 6364136223846793005 + 1442695040888963407;
      return (state >> 33) % limit;
    };
    for (int i = 0; i < 1000; ++i) {
      // Half where headers, notes, bitmaps and descriptors are.
      const size_t at = below(i % 2 == 0 ? bytes.size() : i % 8 == 1 ? 16'384 : 1'000'000);
      const std::byte bit = std::byte{1} << below(8);
      bytes[at] ^= bit;
      if (auto dump = open_bytes(bytes)) look_around(*dump);
      bytes[at] ^= bit;
    }
    EXPECT_TRUE(open_bytes(bytes));
  }
}

}  // namespace
}  // namespace inquest::vmcore

#include <algorithm>
#include <bit>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "vmcore/arch.h"
#include "vmcore/physical_memory.h"

namespace inquest::vmcore {
namespace {

// Pages out of a map, of any size.
class MapSource final : public PageSource {
 public:
  MapSource(uint32_t page_size, std::map<uint64_t, uint64_t> words) : page_size_(page_size), words_(std::move(words)) {}
  uint32_t page_size() const override { return page_size_; }
  Result<void> load(uint64_t pfn, std::span<std::byte> out) const override {
    std::ranges::fill(out, std::byte{0});
    for (auto at = words_.lower_bound(pfn * page_size_); at != words_.end() && at->first < (pfn + 1) * page_size_;
         ++at) {
      std::memcpy(out.data() + at->first % page_size_, &at->second, 8);
    }
    return {};
  }
  uint64_t end_pfn() const override { return uint64_t{1} << 40; }
  bool is_memory(uint64_t /*pfn*/) const override { return true; }
  std::optional<uint64_t> next_stored(uint64_t /*pfn*/) const override { return std::nullopt; }

 private:
  uint32_t page_size_;
  std::map<uint64_t, uint64_t> words_;  // by physical address
};

struct Case {
  std::string_view name;
  uint32_t granule;
  int virtual_bits;
  std::vector<int> shifts;  // of the levels, top first, down to the page or block
  uint64_t physical;        // of the page
  uint64_t high_bits;       // of it, as the entry has them
};

class Arm64PageTablesTest : public ::testing::TestWithParam<Case> {};

TEST_P(Arm64PageTablesTest, FindThePage) {
  const Case& c = GetParam();
  const uint64_t address = ~uint64_t{0} << c.virtual_bits | (uint64_t{5} << c.shifts.back()) | 0x123;
  std::map<uint64_t, uint64_t> words;
  constexpr uint64_t kRoot = 0x40000000;
  uint64_t table = kRoot;
  const int page_shift = std::countr_zero(c.granule);
  for (size_t i = 0; i < c.shifts.size(); ++i) {
    const int shift = c.shifts[i];
    const int width = i == 0 ? c.virtual_bits - shift : page_shift - 3;
    const uint64_t entry = table + (address >> shift & ((uint64_t{1} << width) - 1)) * 8;
    const bool last = i + 1 == c.shifts.size();
    const bool block = last && shift != page_shift;
    const uint64_t next = table + 0x100000;
    words[entry] = last ? ((c.physical & ((uint64_t{1} << 48) - 1)) | c.high_bits | (block ? 1 : 3)) : (next | 3);
    table = next;
  }
  PhysicalMemory memory(std::make_unique<MapSource>(c.granule, words));
  const auto info = VmcoreInfo::parse(
      fmt::format("PAGESIZE={}\nNUMBER(VA_BITS)=48\nNUMBER(TCR_EL1_T1SZ)={:#x}\n"
                  "NUMBER(kimage_voffset)=0xffff7fffc0000000\nSYMBOL(swapper_pg_dir)=ffff800000000000\n",
                  c.granule, 64 - c.virtual_bits));
  const auto tables = arm64_arch.page_tables(info, {});
  ASSERT_TRUE(tables) << tables.error().text();
  ASSERT_EQ((*tables)->kernel_root(), PhysAddr{kRoot});
  const auto there = (*tables)->walk(memory, {kRoot}, {address});
  ASSERT_TRUE(there) << there.error().text();
  EXPECT_EQ(there->physical + (VirtAddr{address} - there->start), PhysAddr{c.physical + 0x123});
  EXPECT_EQ(there->size, uint64_t{1} << c.shifts.back());

  const auto absent = (*tables)->walk(memory, {kRoot}, {address ^ uint64_t{1} << (c.virtual_bits - 1)});
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, ErrorCode::NotFound);
}

INSTANTIATE_TEST_SUITE_P(
    Granules, Arm64PageTablesTest,
    ::testing::Values(Case{"FourKiB48", 4096, 48, {39, 30, 21, 12}, 0x81234000, 0},
                      Case{"FourKiB48Block", 4096, 48, {39, 30, 21}, 0x81200000, 0},
                      Case{"FourKiB39", 4096, 39, {30, 21, 12}, 0x81234000, 0},
                      Case{"FourKiB52", 4096, 52, {48, 39, 30, 21, 12}, 0x0008000081234000, 2 << 8},
                      Case{"SixteenKiB48", 16384, 48, {47, 36, 25, 14}, 0x81234000, 0},
                      Case{"SixteenKiB47", 16384, 47, {36, 25, 14}, 0x81234000, 0},
                      Case{"SixtyFourKiB48", 65536, 48, {42, 29, 16}, 0x81230000, 0},
                      Case{"SixtyFourKiB52", 65536, 52, {42, 29, 16}, 0x000a000081230000, 10 << 12},
                      Case{"SixtyFourKiB42Block", 65536, 42, {29}, 0x80000000, 0}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(Arm64, RefusesSizesThatTheProcessorHasNot) {
  EXPECT_FALSE(arm64_arch.page_tables(VmcoreInfo::parse("PAGESIZE=8192\n"), {}));
  EXPECT_FALSE(arm64_arch.page_tables(VmcoreInfo::parse("NUMBER(TCR_EL1_T1SZ)=60\n"), {}));
}

TEST(Arm64, TakesRegistersOutOfPrstatus) {
  std::vector<std::byte> note(392);
  for (uint64_t i = 0; i < 34; ++i) std::memcpy(note.data() + 112 + i * 8, &i, 8);
  const auto registers = arm64_arch.prstatus(note);
  ASSERT_TRUE(registers);
  EXPECT_EQ(registers->sp, VirtAddr{31});
  EXPECT_EQ(registers->ip, VirtAddr{32});
  EXPECT_EQ(registers->get("x30"), 30);
  note.resize(300);
  EXPECT_FALSE(arm64_arch.prstatus(note));
}

}  // namespace
}  // namespace inquest::vmcore

#include <gtest/gtest.h>

#include "support/dump_builder.h"
#include "vmcore/dump.h"
#include "vmcore/formats/kdump.h"

namespace inquest::vmcore {
namespace {

using testing::Bytes;
using testing::open_dump;
using testing::SyntheticMachine;

constexpr uint64_t kDirect4 = 0xffff888000000000;  // canonical with four levels too

TEST(X86PageTables, TranslateEverySizeOfPageWithFourAndFiveLevels) {
  for (const int levels : {4, 5}) {
    SCOPED_TRACE(levels);
    SyntheticMachine m(levels);
    m.map(kDirect4 + 0x1000, 0x7000);
    m.map(kDirect4 + 0x200000, 0x600000, 21);
    m.map(kDirect4 + 0x40000000, 0x80000000, 30);
    const Bytes file = testing::elf_of(m);
    auto dump = open_dump({&file});
    ASSERT_TRUE(dump) << dump.error().text();
    const struct {
      uint64_t virt, phys;
    } cases[] = {{kDirect4 + 0x1ff8, 0x7ff8},
                 {kDirect4 + 0x200000, 0x600000},
                 {kDirect4 + 0x3fffff, 0x7fffff},
                 {kDirect4 + 0x7fffffff, 0xbfffffff},
                 {SyntheticMachine::kUts, 0x103000}};
    for (const auto& c : cases) {
      const auto there = dump->kernel().translate({c.virt});
      ASSERT_TRUE(there) << there.error().text();
      EXPECT_EQ(*there, PhysAddr{c.phys});
    }
  }
}

TEST(X86PageTables, SayAtWhichLevelAnAddressIsNotMapped) {
  SyntheticMachine m(5);
  m.map(kDirect4 + 0x1000, 0x7000);
  const Bytes file = testing::elf_of(m);
  auto dump = open_dump({&file});
  ASSERT_TRUE(dump) << dump.error().text();
  const struct {
    uint64_t address;
    std::string_view says;
  } cases[] = {{kDirect4 + 0x2000, "level 1"},
               {kDirect4 + 0x200000, "level 2"},
               {kDirect4 + 0x40000000, "level 3"},
               {kDirect4 + 0x8000000000, "level 4"},
               {0xff00000000000000, "level 5"},
               {0x8000000000000000, "not canonical"},
               {0x00f0000000000000 << 4, "not canonical"}};
  for (const auto& c : cases) {
    const auto there = dump->kernel().u64({c.address});
    ASSERT_FALSE(there) << c.says;
    EXPECT_EQ(there.error().code, ErrorCode::NotFound);
    EXPECT_NE(there.error().message.find(c.says), std::string::npos) << there.error().message;
    EXPECT_NE(there.error().message.find(fmt::format("{:#x}", c.address)), std::string::npos);
  }
}

TEST(X86PageTables, LeaveTheEncryptionMaskOut) {
  constexpr uint64_t kMask = uint64_t{1} << 47;
  SyntheticMachine m(4);
  m.map(kDirect4, 0x7000 | kMask);
  VmcoreInfo info = VmcoreInfo::parse(fmt::format("NUMBER(sme_mask)={}\n{}", kMask, m.vmcoreinfo()));
  const Bytes file = testing::elf_of(m);
  auto dump = open_dump({&file});
  ASSERT_TRUE(dump) << dump.error().text();
  const auto tables = dump->arch().page_tables(info, dump->header());
  ASSERT_TRUE(tables);
  const auto there = (*tables)->walk(dump->memory(), {m.root()}, {kDirect4});
  ASSERT_TRUE(there) << there.error().text();
  EXPECT_EQ(there->physical, PhysAddr{0x7000});
}

TEST(X86PageTables, ReadAcrossPagesThatAreNotNeighbours) {
  SyntheticMachine m(5);
  m.map(kDirect4, 0x9000);
  m.map(kDirect4 + 0x1000, 0x7000);
  m.write(0x9ffc, "abcd");
  m.write(0x7000, "efgh");
  const Bytes file = testing::elf_of(m);
  auto dump = open_dump({&file});
  ASSERT_TRUE(dump) << dump.error().text();
  EXPECT_EQ(dump->kernel().cstring({kDirect4 + 0xffc}).value_or(""), "abcdefgh");
  EXPECT_EQ(dump->kernel().u64({kDirect4 + 0xffc}).value_or(0), 0x6867666564636261);
  EXPECT_FALSE(dump->kernel().bytes({kDirect4}, uint64_t{1} << 40));
  std::vector<std::byte> some(0x3000);
  EXPECT_EQ(dump->kernel().read_some({kDirect4}, some), 0x2000);
}

TEST(PhysicalMemory, KeepsWithinItsCacheAndReadsEachPageRight) {
  SyntheticMachine m;
  for (uint64_t pfn = 0x200; pfn < 0x280; ++pfn) m.fill(pfn);
  const Bytes file = testing::kdump_of(m, testing::plan_of(m));
  DumpHeader header;
  auto kdump = KdumpFile::open(std::make_unique<MemoryBytes>(file), header);
  ASSERT_TRUE(kdump) << kdump.error().text();
  PhysicalMemory memory(std::move(*kdump), 8 * 4096);
  for (int round = 0; round < 3; ++round) {
    for (uint64_t pfn = 0x200; pfn < 0x280; pfn += 1 + round % 2) {
      const auto page = memory.page(pfn);
      ASSERT_TRUE(page) << page.error().text();
      ASSERT_EQ(std::memcmp(page->data(), m.pages().at(pfn).data(), 4096), 0);
      EXPECT_FALSE(memory.page(0x190));
    }
  }
  const uint64_t loaded = memory.pages_loaded();
  ASSERT_TRUE(memory.page(0x27f));
  EXPECT_TRUE(memory.page(0x27f));
  EXPECT_LE(memory.pages_loaded(), loaded + 1);
}

}  // namespace
}  // namespace inquest::vmcore

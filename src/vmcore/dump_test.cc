#include "vmcore/dump.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/dump_builder.h"

namespace inquest::vmcore {
namespace {

using testing::Bytes;
using testing::elf_of;
using testing::ElfPlan;
using testing::flattened;
using testing::kdump_of;
using testing::open_dump;
using testing::plan_of;
using testing::SyntheticMachine;

// A machine with something to read at each kind of place, and the law that its dump must obey.
SyntheticMachine machine() {
  SyntheticMachine out;
  for (uint64_t pfn = 0x200; pfn < 0x210; ++pfn) out.fill(pfn);
  out.page(0x210);  // of zeros
  out.map(SyntheticMachine::kDirect, 0x200000, 21);
  return out;
}

void expect_memory_of(const SyntheticMachine& expected, Dump& dump) {
  for (const auto& [pfn, bytes] : expected.pages()) {
    const auto page = dump.memory().page(pfn);
    ASSERT_TRUE(page) << page.error().text();
    EXPECT_EQ(std::memcmp(page->data(), bytes.data(), bytes.size()), 0) << "page " << pfn;
  }
  EXPECT_EQ(dump.kernel().cstring({SyntheticMachine::kUts + 130}).value_or(""), "6.1.0-test");
  EXPECT_TRUE(dump.kernel().u64({SyntheticMachine::kDirect + 0x1000}));
  ASSERT_EQ(dump.cpus().size(), 1);
  EXPECT_EQ(dump.cpus()[0].pid, 77);
  EXPECT_EQ(dump.cpus()[0].registers.ip, VirtAddr{SyntheticMachine::kKernelMap + 0x2345});
}

TEST(Dump, ReadsAnElfFile) {
  const SyntheticMachine m = machine();
  const Bytes file = elf_of(m);
  auto dump = open_dump({&file});
  ASSERT_TRUE(dump) << dump.error().text();
  EXPECT_EQ(dump->header().format, "ELF");
  EXPECT_FALSE(dump->header().excluded_read_as_zero);
  expect_memory_of(m, *dump);
}

TEST(Dump, FindsTheProgramHeadersWhereQemuPutsThem) {
  const SyntheticMachine m = machine();
  const Bytes file = elf_of(m, {.qemu_layout = true});
  auto dump = open_dump({&file});
  ASSERT_TRUE(dump) << dump.error().text();
  expect_memory_of(m, *dump);
}

TEST(Dump, ReadsPagesThatAnElfFileLeftOutAsZeros) {
  const SyntheticMachine m = machine();
  const Bytes file = elf_of(m, {.excluded = 4096});
  auto dump = open_dump({&file});
  ASSERT_TRUE(dump) << dump.error().text();
  EXPECT_TRUE(dump->header().excluded_read_as_zero);
  expect_memory_of(m, *dump);  // its last page is the one of zeros
}

TEST(Dump, ReadsEveryCompression) {
  for (const PageCodec codec : {PageCodec::None, PageCodec::Zlib, PageCodec::Lzo, PageCodec::Snappy, PageCodec::Zstd}) {
    SCOPED_TRACE(to_string(codec));
    const SyntheticMachine m = machine();
    KdumpPlan plan = plan_of(m);
    plan.codec = codec;
    const Bytes file = kdump_of(m, plan);
    auto dump = open_dump({&file});
    ASSERT_TRUE(dump) << dump.error().text();
    EXPECT_EQ(dump->header().compression, to_string(codec));
    EXPECT_EQ(dump->header().release, "6.1.0-test");
    EXPECT_EQ(dump->header().timestamp, 1'700'000'000);
    EXPECT_FALSE(dump->header().incomplete);
    expect_memory_of(m, *dump);
  }
}

TEST(Dump, ReadsAFlattenedStreamOfEveryFormatWithoutUnpacking) {
  const SyntheticMachine m = machine();
  for (const Bytes& inner : {elf_of(m), kdump_of(m, plan_of(m))}) {
    for (const size_t piece : {size_t{700}, size_t{65536}, inner.size()}) {
      const Bytes file = flattened(inner, piece);
      auto dump = open_dump({&file});
      ASSERT_TRUE(dump) << dump.error().text();
      EXPECT_TRUE(dump->header().flattened);
      EXPECT_FALSE(dump->header().incomplete);
      expect_memory_of(m, *dump);
    }
  }
}

TEST(Dump, LetsALaterPieceOfAFlattenedStreamWin) {
  const SyntheticMachine m = machine();
  Bytes file = flattened(elf_of(m), 4096);
  // Spoils bytes in the middle of pieces that are there, and mends them again behind that.
  const Bytes good = elf_of(m);
  file.resize(file.size() - 16);
  for (const bool spoil : {true, false}) {
    const uint64_t at = good.size() - 9000;
    const uint64_t fields[] = {__builtin_bswap64(at), __builtin_bswap64(6000)};
    testing::put(file, fields, 16);
    for (size_t i = 0; i < 6000; ++i) file.push_back(spoil ? std::byte{0x5a} : good[at + i]);
  }
  const uint64_t end[] = {~uint64_t{0}, ~uint64_t{0}};
  testing::put(file, end, 16);
  auto dump = open_dump({&file});
  ASSERT_TRUE(dump) << dump.error().text();
  expect_memory_of(m, *dump);
}

TEST(Dump, JoinsThePartsOfASplitDumpInAnyOrder) {
  const SyntheticMachine m = machine();
  const KdumpPlan whole = plan_of(m);
  const uint64_t middle = 0x205;
  std::vector<Bytes> parts;
  for (const auto& [from, to] : {std::pair{middle, whole.end_pfn}, std::pair{uint64_t{0}, middle}}) {
    KdumpPlan plan = whole;
    plan.split = true;
    plan.split_first = from;
    plan.split_end = to;
    std::erase_if(plan.pages, [&](uint64_t pfn) { return pfn < from || pfn >= to; });
    parts.push_back(kdump_of(m, plan));
  }
  auto dump = open_dump({&parts[0], &parts[1]});
  ASSERT_TRUE(dump) << dump.error().text();
  EXPECT_FALSE(dump->header().incomplete);
  expect_memory_of(m, *dump);

  auto half = open_dump({&parts[1]});
  ASSERT_TRUE(half) << half.error().text();
  EXPECT_TRUE(half->memory().page(0x204));
  EXPECT_FALSE(half->memory().page(0x206));

  EXPECT_EQ(open_dump({&parts[0], &parts[0]}).error().code, ErrorCode::Malformed);
}

TEST(Dump, TellsMissingPagesApart) {
  SyntheticMachine m = machine();
  KdumpPlan plan = plan_of(m);
  std::erase(plan.pages, 0x204);
  const Bytes file = kdump_of(m, plan);
  auto dump = open_dump({&file});
  ASSERT_TRUE(dump) << dump.error().text();
  const auto filtered = dump->memory().page(0x204);
  ASSERT_FALSE(filtered);
  EXPECT_EQ(filtered.error().code, ErrorCode::Unsupported);
  EXPECT_NE(filtered.error().message.find("physical address 0x204000: the page was filtered"), std::string::npos);
  const auto absent = dump->memory().page(uint64_t{1} << 40);
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, ErrorCode::NotFound);

  const Bytes cut(file.begin(), file.end() - 5000);
  auto shorter = open_dump({&cut});
  ASSERT_TRUE(shorter) << shorter.error().text();
  const auto lost = shorter->memory().page(plan.pages.back());
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code, ErrorCode::Truncated);
}

TEST(Dump, FindsVmcoreinfoInMemoryAndBelievesOnlyWhatItCanCheck) {
  SyntheticMachine m = machine();
  // A note of another kernel, found first, does not explain this memory.
  std::string other = m.vmcoreinfo();
  other.replace(other.find("6.1.0-test"), 10, "5.9.9-evil");
  m.write(0x150000, other);
  m.write(0x300000 + 24, m.vmcoreinfo());
  const Bytes file = elf_of(m, {.notes = false});
  auto dump = open_dump({&file});
  ASSERT_TRUE(dump) << dump.error().text();
  EXPECT_TRUE(dump->vmcoreinfo_from_memory());
  EXPECT_EQ(dump->vmcoreinfo().osrelease(), "6.1.0-test");
  EXPECT_EQ(dump->vmcoreinfo().text(), m.vmcoreinfo());
}

TEST(Dump, ReadsKernelsBelowTheirLinkAddress) {
  SyntheticMachine m(4, -0x7f000000 + 0x100000000);
  EXPECT_EQ(m.image(SyntheticMachine::kUts), 0x81003000);
  const Bytes file = elf_of(m);
  auto dump = open_dump({&file});
  ASSERT_TRUE(dump) << dump.error().text();
  EXPECT_EQ(dump->kernel().cstring({SyntheticMachine::kUts + 130}).value_or(""), "6.1.0-test");
}

TEST(Dump, RefusesWhatItDoesNotReadAndSaysWhy) {
  Bytes elf = elf_of(machine());
  Bytes big = elf;
  big[5] = std::byte{2};
  Bytes other = elf;
  other[18] = std::byte{22};  // s390
  Bytes program = elf;
  program[16] = std::byte{2};
  Bytes kdump = kdump_of(machine(), plan_of(machine()));
  Bytes s390 = kdump;
  std::memcpy(s390.data() + 12 + 4 * 65, "s390x\0", 6);
  Bytes old = kdump;
  std::memcpy(old.data(), "DISKDUMP", 8);
  const Bytes text(5000, std::byte{'x'});
  const struct {
    const Bytes* file;
    ErrorCode code;
    std::string_view says;
  } cases[] = {{&big, ErrorCode::Unsupported, "little-endian"},   {&other, ErrorCode::Unsupported, "page tables"},
               {&program, ErrorCode::Unsupported, "no dump"},     {&s390, ErrorCode::Unsupported, "s390x"},
               {&old, ErrorCode::Unsupported, "diskdump format"}, {&text, ErrorCode::Malformed, "not a kernel dump"}};
  for (const auto& c : cases) {
    const auto dump = open_dump({c.file});
    ASSERT_FALSE(dump);
    EXPECT_EQ(dump.error().code, c.code) << dump.error().text();
    EXPECT_NE(dump.error().message.find(c.says), std::string::npos) << dump.error().text();
  }
}

TEST(Dump, KnowsTheMachineThatQemuDoesNotNameByItsNotes) {
  Bytes kdump = kdump_of(machine(), plan_of(machine()));
  std::memcpy(kdump.data() + 12 + 4 * 65, "Unknown\0", 8);
  const auto dump = open_dump({&kdump});
  ASSERT_TRUE(dump) << dump.error().text();
  EXPECT_EQ(dump->arch().machine, Machine::X86_64);
}

TEST(Dump, CountsAPageThatIsStoredAsMemoryWhateverTheFirstBitmapSays) {
  const SyntheticMachine m = machine();
  const KdumpPlan plan = plan_of(m);
  Bytes kdump = kdump_of(m, plan);
  // The first bitmap follows the sub header.
  uint32_t block = 0;
  uint32_t blocks = 0;
  std::memcpy(&block, kdump.data() + 428, 4);
  std::memcpy(&blocks, kdump.data() + 432, 4);
  const uint64_t pfn = plan.pages.front();
  kdump[(1 + uint64_t{blocks}) * block + pfn / 8] &= ~(std::byte{1} << (pfn % 8));
  const auto dump = open_dump({&kdump});
  ASSERT_TRUE(dump) << dump.error().text();
  EXPECT_EQ(dump->memory().source().next_stored(0), pfn);
  EXPECT_TRUE(dump->memory().source().is_memory(pfn));
}

// Whatever happened to a dump: it opens or is refused, and each page of it is right, or an error.
TEST(Dump, SurvivesBeingCutAnywhere) {
  const SyntheticMachine m = machine();
  const Bytes kdump = kdump_of(m, plan_of(m));
  for (const Bytes& file : {elf_of(m), kdump, flattened(kdump, 3000)}) {
    for (size_t tenth = 0; tenth < 40; ++tenth) {
      const Bytes cut(file.begin(), file.begin() + static_cast<ptrdiff_t>(file.size() * tenth / 40));
      auto dump = open_dump({&cut});
      if (!dump) {
        EXPECT_FALSE(dump.error().message.empty());
        continue;
      }
      for (const auto& [pfn, bytes] : m.pages()) {
        const auto page = dump->memory().page(pfn);
        const bool wrong = page && std::memcmp(page->data(), bytes.data(), bytes.size()) != 0;
        EXPECT_FALSE(wrong) << "page " << pfn << " of a dump cut at " << cut.size();
      }
    }
  }
}

TEST(Dump, SurvivesFlippedBits) {
  const SyntheticMachine m = machine();
  const Bytes kdump = kdump_of(m, plan_of(m));
  uint64_t state = 1;
  const auto below = [&state](uint64_t limit) {
    state = state * 6364136223846793005 + 1442695040888963407;
    return (state >> 33) % limit;
  };
  for (Bytes file : {elf_of(m), kdump, flattened(kdump, 3000)}) {
    for (int i = 0; i < 300; ++i) {
      // Headers are a small part of the file, and the one where it hurts.
      const size_t at = below(i % 2 == 0 ? 12'288 : file.size());
      const std::byte bit = std::byte{1} << below(8);
      file[at] ^= bit;
      if (auto dump = open_dump({&file})) {
        for (const auto& [pfn, bytes] : m.pages()) (void)dump->memory().page(pfn);
        (void)dump->kernel().cstring({SyntheticMachine::kUts + 130});
      }
      file[at] ^= bit;
    }
  }
  const Bytes whole = kdump;
  EXPECT_TRUE(open_dump({&whole}));
}

}  // namespace
}  // namespace inquest::vmcore

// Tables of symbols as kernels of all times lay them out.
#include "vmcore/kallsyms.h"

#include <map>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/dump_builder.h"

namespace inquest::vmcore {
namespace {

using testing::Bytes;
using testing::open_dump;
using testing::SyntheticMachine;

constexpr uint64_t kText = SyntheticMachine::kKernelMap + 0x2000;
constexpr uint64_t kTables = SyntheticMachine::kKernelMap + 0x100000;

enum class Order : uint8_t { Old, New };  // new: since v6.4
enum class Addresses : uint8_t { Whole, AbsolutePerCpu, BasePlus, PlaceRelative };

struct Layout {
  std::string name;
  Order order = Order::Old;
  Addresses addresses = Addresses::AbsolutePerCpu;
  bool sequences = false;    // since v6.2
  bool big_symbols = false;  // since v6.1
  size_t marker_width = 4;   // 8 before v4.20
  size_t alignment = 8;
};

struct Known {
  std::string name;
  uint64_t address;
};

// More than a block of symbols, with one whose name is long enough to need two bytes of length where there may be such.
std::vector<Known> symbols(const Layout& layout) {
  std::vector<Known> out = {{"fixed_percpu_data", 0}, {"cpu_tss", 0x6000}};
  if (layout.addresses == Addresses::BasePlus || layout.addresses == Addresses::PlaceRelative) out.clear();
  out.push_back({"_stext", kText});
  for (uint64_t i = 1; i < 1000; ++i) out.push_back({fmt::format("do_thing_{}", i), kText + i * 48});
  std::string big = "big_";
  for (int i = 0; i < 150; ++i) big += static_cast<char>('a' + i % 26);
  if (layout.big_symbols) out.push_back({big, kText + 48'000});
  return out;
}

// Writes the tables one behind the other, as scripts/kallsyms.c does.
class Tables {
 public:
  Tables(const Layout& layout, SyntheticMachine& machine) : layout_(layout), machine_(machine) {
    all_ = symbols(layout);
    if (layout.order == Order::Old) {
      add_addresses();
      add_names();
      if (layout.sequences) add_sequences();
      add_tokens();
    } else {
      add_names();
      add_tokens();
      add_addresses();
      add_sequences();
    }
    align();
    machine_.write(machine_.image(kTables), bytes_);
  }

 private:
  void align() { bytes_.resize((bytes_.size() + layout_.alignment - 1) / layout_.alignment * layout_.alignment); }
  void number(uint64_t value, size_t width) { bytes_.append(reinterpret_cast<const char*>(&value), width); }
  uint64_t place() const { return kTables + bytes_.size(); }

  void add_addresses() {
    align();
    for (const Known& one : all_) {
      switch (layout_.addresses) {
        case Addresses::Whole: number(one.address, 8); break;
        case Addresses::BasePlus: number(one.address - kBase, 4); break;
        case Addresses::PlaceRelative: number(one.address - place(), 4); break;
        case Addresses::AbsolutePerCpu: number(one.address < kBase ? one.address : kBase - 1 - one.address, 4); break;
      }
    }
    if (layout_.addresses != Addresses::Whole && layout_.addresses != Addresses::PlaceRelative) {
      bytes_.resize((bytes_.size() + 7) / 8 * 8);
      number(kBase, 8);
    }
  }
  void add_names() {
    align();
    number(all_.size(), 4);
    align();
    const size_t start = bytes_.size();
    std::vector<uint64_t> markers;
    for (size_t i = 0; i < all_.size(); ++i) {
      if (i % 256 == 0) markers.push_back(bytes_.size() - start);
      std::string packed = "T";
      for (size_t at = 0; at < all_[i].name.size();) {
        const bool word = all_[i].name.compare(at, kWord.size(), kWord) == 0;
        packed += word ? '\xf0' : all_[i].name[at];
        at += word ? kWord.size() : 1;
      }
      if (packed.size() >= 0x80) {
        number(0x80 | (packed.size() & 0x7f), 1);
        number(packed.size() >> 7, 1);
      } else {
        number(packed.size(), 1);
      }
      bytes_ += packed;
    }
    align();
    for (const uint64_t marker : markers) number(marker, layout_.marker_width);
  }
  void add_sequences() {
    align();
    std::mt19937 random(3);
    for (size_t i = 0; i < all_.size(); ++i) number(random() % all_.size(), 3);
  }
  void add_tokens() {
    align();
    std::vector<uint64_t> index;
    const size_t start = bytes_.size();
    for (int token = 0; token < 256; ++token) {
      index.push_back(bytes_.size() - start);
      // Codes that no name has stand for what was packed: control characters and what is not ASCII.
      if (token == 0xf0) {
        bytes_ += kWord;
      } else if (token > ' ' && token < 0x7f) {
        bytes_ += static_cast<char>(token);
      } else {
        bytes_ += "e_";
      }
      bytes_ += '\0';
    }
    align();
    for (const uint64_t one : index) number(one, 2);
  }

  static constexpr uint64_t kBase = SyntheticMachine::kKernelMap;
  static constexpr std::string_view kWord = "do_thing_";
  Layout layout_;
  SyntheticMachine& machine_;
  std::vector<Known> all_;
  std::string bytes_;
};

class FindKallsyms : public ::testing::TestWithParam<Layout> {};

TEST_P(FindKallsyms, FindsTheTablesByTheirTokens) {
  const Layout& layout = GetParam();
  SyntheticMachine machine;
  // Numbers of no meaning all around, as a kernel's read-only data has them.
  for (uint64_t at = kTables - 0x4000; at < kTables + 0x20000; at += 4096) {
    machine.fill(machine.image(at) / SyntheticMachine::kPage);
  }
  const Tables tables(layout, machine);
  const Bytes file = testing::elf_of(machine);
  auto dump = open_dump({&file});
  ASSERT_TRUE(dump) << dump.error().text();

  const auto found = Kallsyms::open(dump->kernel(), dump->vmcoreinfo());
  ASSERT_TRUE(found) << found.error().text();
  const auto expected = symbols(layout);
  ASSERT_EQ(found->size(), expected.size());
  for (uint32_t i = 0; i < found->size(); ++i) {
    EXPECT_EQ(found->name(i), expected[i].name);
    EXPECT_EQ(found->address(i), VirtAddr{expected[i].address}) << expected[i].name;
    EXPECT_EQ(found->find(expected[i].name), VirtAddr{expected[i].address});
  }
  const auto inside = found->at({kText + 48 * 500 + 7});
  ASSERT_TRUE(inside);
  EXPECT_EQ(inside->name, "do_thing_500");
  EXPECT_EQ(inside->size, 48);
}

INSTANTIATE_TEST_SUITE_P(
    Layouts, FindKallsyms,
    ::testing::Values(Layout{.name = "v4_4", .addresses = Addresses::Whole, .marker_width = 8},
                      Layout{.name = "v4_6", .marker_width = 8}, Layout{.name = "v5_10"},
                      Layout{.name = "v6_1", .big_symbols = true},
                      Layout{.name = "v6_2", .sequences = true, .big_symbols = true},
                      Layout{.name = "v6_4", .order = Order::New, .sequences = true, .big_symbols = true},
                      Layout{
                          .name = "v6_5", .order = Order::New, .sequences = true, .big_symbols = true, .alignment = 4},
                      Layout{.name = "v6_15",
                             .order = Order::New,
                             .addresses = Addresses::BasePlus,
                             .sequences = true,
                             .big_symbols = true,
                             .alignment = 4},
                      Layout{.name = "v7_0",
                             .order = Order::New,
                             .addresses = Addresses::PlaceRelative,
                             .sequences = true,
                             .big_symbols = true,
                             .alignment = 4}),
    [](const auto& tested) { return tested.param.name; });

TEST(Kallsyms, SaysSoWhereThereIsNone) {
  SyntheticMachine machine;
  machine.fill(machine.image(kTables) / SyntheticMachine::kPage);
  const Bytes file = testing::elf_of(machine);
  auto dump = open_dump({&file});
  ASSERT_TRUE(dump) << dump.error().text();
  const auto found = Kallsyms::open(dump->kernel(), dump->vmcoreinfo());
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::NotFound);
}

TEST(Kallsyms, DamagedTablesGiveSymbolsOrAnError) {
  const Layout layout{.name = "v6_2", .sequences = true, .big_symbols = true};
  SyntheticMachine machine;
  const Tables tables(layout, machine);
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    SyntheticMachine damaged = machine;
    for (int i = 0; i < 3; ++i) {
      const uint64_t at = damaged.image(kTables) + random() % 0x8000;
      damaged.page(at / 4096)[at % 4096] ^= static_cast<char>(1 << random() % 8);
    }
    const Bytes file = testing::elf_of(damaged);
    auto dump = open_dump({&file});
    ASSERT_TRUE(dump);
    const auto found = Kallsyms::open(dump->kernel(), dump->vmcoreinfo());
    if (!found) continue;
    for (uint32_t i = 0; i < found->size(); i += 13) EXPECT_LE(found->symbol(i).name.size(), 4200U);
  }
}

}  // namespace
}  // namespace inquest::vmcore

// Kernels whose memory is not what it was: every question ends, with what could be followed.
#include <array>
#include <cstring>
#include <random>
#include <set>
#include <span>

#include <gtest/gtest.h>

#include "support/dead_kernels.h"
#include "vmcore/block_devices.h"
#include "vmcore/interrupts.h"
#include "vmcore/kdump_writer.h"
#include "vmcore/lockups.h"
#include "vmcore/memory_blame.h"
#include "vmcore/pci_devices.h"
#include "vmcore/run_queues.h"
#include "vmcore/slim.h"
#include "vmcore/timers.h"

namespace inquest::vmcore {
namespace {

using Bytes = std::vector<std::byte>;
using testing::for_each_small_kernel;

void ask_all(Kernel& kernel) {
  EXPECT_FALSE(read_memory_blame(kernel).verdict.empty());
  EXPECT_LE(read_run_queues(kernel).queues.size(), 8192U);
  EXPECT_LE(read_interrupts(kernel).interrupts.size(), 100'000U);
  for (const TimerQueue& queue : read_timers(kernel).queues) EXPECT_LE(queue.timers.size(), 1'000'000U);
  EXPECT_LE(read_pci_devices(kernel).devices.size(), 1'000'000U);
  for (const BlockDevice& device : read_block_devices(kernel).devices) EXPECT_LE(device.requests.size(), 500'000U);
  for (const CpuState& state : read_lockups(kernel).cpus) EXPECT_FALSE(sentence_of(state).empty());
}

// Bits flipped, or two words exchanged, which makes cycles of lists and of pointers others that look as good.
void damage(std::span<std::byte> page, std::mt19937& random, unsigned changes) {
  for (unsigned i = 0; i < changes; ++i) {
    const size_t one = random() % (page.size() / 8) * 8, other = random() % (page.size() / 8) * 8;
    if (random() % 4 == 0) {
      page[one + random() % 8] ^= std::byte{1} << random() % 8;
      continue;
    }
    std::array<std::byte, 8> word{};
    std::memcpy(word.data(), &page[one], 8);
    std::memcpy(&page[one], &page[other], 8);
    std::memcpy(&page[other], word.data(), 8);
  }
}

struct Damage {
  unsigned seed = 0;
  unsigned changes = 0;  // of each page
};

// A dump of these pages, all of which are damaged but for those in `sound`.
Bytes damaged_dump(const Dump& dump, const std::set<uint64_t>& pages, const std::set<uint64_t>& sound, Damage how) {
  const PageSource& source = dump.memory().source();
  KdumpPlan plan;
  plan.page_size = source.page_size();
  plan.pages.assign(pages.begin(), pages.end());
  plan.end_pfn = source.end_pfn();
  plan.is_memory = [&source](uint64_t pfn) { return source.is_memory(pfn); };
  plan.notes = dump.header().notes;
  plan.codec = PageCodec::None;
  plan.cpus = static_cast<uint32_t>(dump.cpus().size());
  plan.phys_base = dump.vmcoreinfo().number("phys_base").value_or(0);
  const auto load = [&](uint64_t pfn, std::span<std::byte> page) -> Result<void> {
    if (auto done = source.load(pfn, page); !done) return done;
    std::mt19937 random(how.seed + static_cast<unsigned>(pfn) * 7919);  // the writer loads each page twice
    if (!sound.contains(pfn)) damage(page, random, how.changes);
    return {};
  };
  Bytes out;
  const auto done = write_kdump(plan, load, [&out](std::span<const std::byte> bytes) -> Result<void> {
    out.insert(out.end(), bytes.begin(), bytes.end());
    return {};
  });
  EXPECT_TRUE(done) << done.error().text();
  return out;
}

void ask_damaged(const Dump& dump, const std::set<uint64_t>& pages, const std::set<uint64_t>& sound, Damage how) {
  const Bytes bytes = damaged_dump(dump, pages, sound, how);
  std::vector<std::unique_ptr<ByteSource>> files;
  files.push_back(std::make_unique<MemoryBytes>(bytes));
  auto again = Dump::open(std::move(files));
  if (!again) return;
  Kernel kernel(*again);
  ask_all(kernel);
}

// Pages that can be stored, of those that the questions read.
std::set<uint64_t> pages_read(Dump& dump, const std::function<void(Kernel&)>& questions) {
  const PageRecorder recorder(dump.memory());
  Kernel kernel(dump);
  questions(kernel);
  std::set<uint64_t> out = recorder.pages();
  std::vector<std::byte> page(dump.memory().page_size());
  std::erase_if(out, [&](uint64_t pfn) { return !dump.memory().source().load(pfn, page); });
  return out;
}

TEST(DamagedKernel, EveryQuestionEndsWhereDataIsDamaged) {
  for_each_small_kernel([](Kernel& whole) {
    Dump& dump = whole.dump();
    const std::set<uint64_t> pages = pages_read(dump, ask_all);
    // Without symbols and types nothing would be followed at all.
    const std::set<uint64_t> sound = pages_read(dump, [](Kernel& kernel) {
      ASSERT_NE(kernel.symbols(), nullptr);
      EXPECT_FALSE(kernel.symbol("no_such_symbol"));
      kernel.load_module_types();
      EXPECT_FALSE(kernel.types().size("no_such_type"));
    });
    for (unsigned seed = 0; seed < 6; ++seed) ask_damaged(dump, pages, sound, {seed, 1U << seed});
  });
}

TEST(DamagedKernel, EveryQuestionEndsWhereAnythingIsDamaged) {
  for_each_small_kernel([](Kernel& whole) {
    const std::set<uint64_t> pages = pages_read(whole.dump(), ask_all);
    for (unsigned seed = 0; seed < 3; ++seed) ask_damaged(whole.dump(), pages, {}, {seed, 1 + seed * 3});
  });
}

}  // namespace
}  // namespace inquest::vmcore

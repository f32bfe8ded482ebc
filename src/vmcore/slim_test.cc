#include "vmcore/slim.h"

#include <gtest/gtest.h>

#include "support/dump_builder.h"
#include "support/temp_folder.h"

namespace inquest::vmcore {
namespace {

using testing::Bytes;
using testing::open_dump;
using testing::SyntheticMachine;

SyntheticMachine machine() {
  SyntheticMachine out;
  for (uint64_t pfn = 0x200; pfn < 0x400; ++pfn) out.fill(pfn);
  out.map(SyntheticMachine::kDirect, 0x200000, 21);
  return out;
}

TEST(Slim, HoldsWhatWasLookedAtAndNothingElse) {
  const SyntheticMachine m = machine();
  const Bytes file = testing::elf_of(m);
  auto dump = open_dump({&file});
  ASSERT_TRUE(dump) << dump.error().text();
  const VirtAddr looked_at{SyntheticMachine::kDirect + 0x5008};
  const TempFolder folder;
  uint64_t value = 0;
  {
    const PageRecorder recorder(dump->memory());
    value = dump->kernel().u64(looked_at).value_or(0);
    const auto slim = write_slim(*dump, recorder.pages(), folder.path("slim"));
    ASSERT_TRUE(slim) << slim.error().text();
    EXPECT_LT(slim->bytes, 100'000);
  }
  ASSERT_NE(value, 0);

  auto slim = Dump::open(folder.path("slim"));
  ASSERT_TRUE(slim) << slim.error().text();
  EXPECT_EQ(slim->kernel().u64(looked_at).value_or(0), value);
  EXPECT_EQ(slim->vmcoreinfo().text(), m.vmcoreinfo());
  EXPECT_EQ(slim->header().release, "6.1.0-test");
  EXPECT_EQ(slim->cpus().size(), 1);
  const auto other = slim->memory().page(0x300);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::Unsupported);
  const auto absent = slim->memory().page(0x500);
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, ErrorCode::NotFound);
}

TEST(Slim, CarriesVmcoreinfoThatWasFoundInMemory) {
  SyntheticMachine m = machine();
  m.write(0x500000, m.vmcoreinfo());
  const Bytes file = testing::elf_of(m, {.notes = false});
  auto dump = open_dump({&file});
  ASSERT_TRUE(dump) << dump.error().text();
  const TempFolder folder;
  ASSERT_TRUE(write_slim(*dump, {}, folder.path("slim")));
  auto slim = Dump::open(folder.path("slim"));
  ASSERT_TRUE(slim) << slim.error().text();
  EXPECT_FALSE(slim->vmcoreinfo_from_memory());
  EXPECT_EQ(slim->vmcoreinfo().osrelease(), "6.1.0-test");
}

TEST(Slim, NeverWritesOverAFile) {
  const SyntheticMachine m = machine();
  const TempFolder folder;
  const Bytes bytes = testing::kdump_of(m, testing::plan_of(m));
  const std::string path = folder.write("dump", {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  auto dump = Dump::open(path);
  ASSERT_TRUE(dump) << dump.error().text();
  EXPECT_FALSE(write_slim(*dump, {0x200}, path));
  EXPECT_TRUE(Dump::open(path));
}

}  // namespace
}  // namespace inquest::vmcore

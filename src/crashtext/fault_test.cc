#include "crashtext/fault.h"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inquest::crashtext {
namespace {

using ::testing::HasSubstr;

TEST(Fault, SaysWhatTheErrorCodeOfX86Means) {
  EXPECT_EQ(read_page_fault(0).meaning, "the kernel read from a page that is not present");
  EXPECT_EQ(read_page_fault(2).meaning, "the kernel wrote to a page that is not present");
  EXPECT_EQ(read_page_fault(3).meaning, "the kernel wrote to a page that is present, but does not allow it");
  EXPECT_EQ(read_page_fault(0x10).meaning, "the kernel tried to execute a page that is not present");
  EXPECT_EQ(read_page_fault(4).meaning, "user mode read from a page that is not present");
  EXPECT_THAT(read_page_fault(9).notes.front(), HasSubstr("the table itself is damaged"));
  EXPECT_EQ(read_page_fault(0x80000000).fields.size(), 1U);
}

TEST(Fault, ReadsTheOtherArchitectures) {
  EXPECT_THAT(read_esr(0x96000004).meaning,
              HasSubstr("data abort in the kernel, on a read: translation fault, level 0"));
  EXPECT_THAT(read_esr(0x9600004f).meaning, HasSubstr("on a write: permission fault, level 3"));
  EXPECT_THAT(read_esr(0x86000005).meaning, HasSubstr("instruction abort in the kernel: translation fault, level 1"));
  EXPECT_THAT(read_esr(0xf2000800).meaning, HasSubstr("BUG() or WARN()"));
  EXPECT_THAT(read_esr(0x96000410).meaning, HasSubstr("synchronous external abort"));
  EXPECT_THAT(read_esr(0xbf000002).meaning, HasSubstr("SError"));
  EXPECT_THAT(read_scause(13).meaning, HasSubstr("load page fault"));
  EXPECT_THAT(read_scause(0x8000000000000005).meaning, HasSubstr("interrupt 5"));
  EXPECT_THAT(read_dsisr(0x42000000).meaning, HasSubstr("a store"));
  EXPECT_THAT(read_ppc_trap(0x700).meaning, HasSubstr("BUG() or WARN()"));
  EXPECT_THAT(read_program_interruption(0x11).meaning, HasSubstr("nothing is mapped"));
  EXPECT_THAT(read_x86_trap(13).meaning, HasSubstr("general protection"));
}

TEST(Fault, FindsTheCodeInTheOopsLine) {
  struct Case {
    std::string_view line;
    uint32_t code;
    uint32_t count;
  };
  constexpr auto kCases = std::to_array<Case>({
      {"Oops: 0002 [#1] SMP PTI", 2, 1},
      {"Oops: 0000 [#3] PREEMPT SMP NOPTI", 0, 3},
      {"general protection fault: 0000 [#1] SMP", 0, 1},
      {"Internal error: Oops: 96000004 [#1] PREEMPT SMP", 0x96000004, 1},
      {"Internal error: Oops: 0000000096000046 [#2] SMP", 0x96000046, 2},
      {"Oops: 0004 ilc:2 [#1] PREEMPT SMP", 4, 1},
  });
  for (const Case& c : kCases) {
    const auto found = find_oops_code(c.line);
    ASSERT_TRUE(found) << c.line;
    EXPECT_EQ(found->code, c.code) << c.line;
    EXPECT_EQ(found->count, c.count) << c.line;
  }
  for (const char* line : {"", "Oops: ", "Oops: Kernel access of bad area, sig: 11 [#1]", "Oops: [#1]", " [#"}) {
    EXPECT_FALSE(find_oops_code(line)) << line;
  }
}

TEST(Fault, TakesTheOopsCodeByArchitecture) {
  EXPECT_THAT(read_oops_code(2, Arch::X86_64).what, HasSubstr("page-fault"));
  EXPECT_THAT(read_oops_code(0x96000004, Arch::Unknown).what, HasSubstr("ESR"));
  EXPECT_THAT(read_oops_code(4, Arch::S390).meaning, HasSubstr("protection"));
}

}  // namespace
}  // namespace inquest::crashtext

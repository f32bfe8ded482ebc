// Machine code of kernels that really died.
#include "vmcore/disassembly.h"

#include <gtest/gtest.h>

#include "support/dead_kernels.h"

namespace inquest::vmcore {
namespace {

using testing::for_each_whole_kernel;

TEST(Disassembly, GoesThroughAFunctionWithoutAGap) {
  for_each_whole_kernel([](Kernel& kernel) {
    const auto start = kernel.symbol("vfs_read");
    ASSERT_TRUE(start);
    const VirtAddr end = *start + kernel.locate(*start).size;
    const auto code = disassemble(kernel, *start, Disassembly::kMost, end);
    ASSERT_TRUE(code) << code.error().text();
    EXPECT_EQ(code->problem, "");
    VirtAddr at = *start;
    size_t named = 0;
    for (const Instruction& one : code->instructions) {
      EXPECT_EQ(one.address, at);
      EXPECT_NE(one.text, "(bad)");
      at = at + one.bytes.size();
      if (one.symbol.starts_with("rw_verify_area")) ++named;
    }
    // The next symbol is aligned, so an instruction of the padding may end behind it.
    EXPECT_GE(at, end);
    EXPECT_EQ(named, 1U) << "it calls rw_verify_area()";
    EXPECT_EQ(disassemble(kernel, *start, 3)->instructions.size(), 3U);
  });
}

TEST(Disassembly, EndsWhereMemoryDoes) {
  for_each_whole_kernel([](Kernel& kernel) {
    const auto code = disassemble(kernel, {0x1000}, 10);
    ASSERT_TRUE(code);
    EXPECT_TRUE(code->instructions.empty());
    EXPECT_NE(code->problem.find("0x1000"), std::string::npos);
  });
}

TEST(FaultingAddress, LiesInTheCode) {
  for_each_whole_kernel([](Kernel& kernel) {
    const auto at = faulting_address(kernel);
    ASSERT_TRUE(at);
    EXPECT_TRUE(kernel.is_text(*at));
    EXPECT_NE(kernel.locate(*at).function, "panic");
  });
}

}  // namespace
}  // namespace inquest::vmcore

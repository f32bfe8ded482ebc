#include "vmcore/vmcoreinfo.h"

#include <gtest/gtest.h>

namespace inquest::vmcore {
namespace {

constexpr std::string_view kText =
    "OSRELEASE=6.1.0-56-amd64\nBUILD-ID=eb4fbcd0\nPAGESIZE=4096\nSYMBOL(_stext)=ffffffffad200000\n"
    "OFFSET(page.flags)=0\nSIZE(page)=64\nLENGTH(mem_section)=262144\nNUMBER(phys_base)=-641728512\n"
    "NUMBER(kimage_voffset)=0xffff7fffb7e00000\nKERNELOFFSET=2c200000\n";

TEST(VmcoreInfo, TellsWhatTheKernelWrote) {
  const VmcoreInfo info = VmcoreInfo::parse(kText);
  EXPECT_EQ(info.osrelease(), "6.1.0-56-amd64");
  EXPECT_EQ(info.build_id(), "eb4fbcd0");
  EXPECT_EQ(info.page_size(), 4096);
  EXPECT_EQ(info.symbol("_stext"), VirtAddr{0xffffffffad200000});
  EXPECT_EQ(info.offset("page.flags"), 0);
  EXPECT_EQ(info.size("page"), 64);
  EXPECT_EQ(info.length("mem_section"), 262144);
  EXPECT_EQ(info.kernel_offset(), 0x2c200000);
}

TEST(VmcoreInfo, ReadsNumbersInBothOfTheirForms) {
  const VmcoreInfo info = VmcoreInfo::parse(kText);
  EXPECT_EQ(info.number("phys_base"), -641728512);
  EXPECT_EQ(info.number("kimage_voffset"), static_cast<int64_t>(0xffff7fffb7e00000));
}

TEST(VmcoreInfo, HasNoAnswerForWhatIsNotThere) {
  const VmcoreInfo info = VmcoreInfo::parse("garbage\n=x\nSYMBOL(a)=zz\nNUMBER(b)=\n");
  EXPECT_FALSE(info.value("OSRELEASE"));
  EXPECT_TRUE(info.osrelease().empty());
  EXPECT_FALSE(info.symbol("a"));
  EXPECT_FALSE(info.number("b"));
  EXPECT_EQ(info.kernel_offset(), 0);
}

TEST(VmcoreInfo, EndsAtTheFirstNul) {
  const VmcoreInfo info = VmcoreInfo::parse(std::string_view("OSRELEASE=5.10\n\0SIZE(page)=64\n", 31));
  EXPECT_EQ(info.osrelease(), "5.10");
  EXPECT_FALSE(info.size("page"));
}

}  // namespace
}  // namespace inquest::vmcore

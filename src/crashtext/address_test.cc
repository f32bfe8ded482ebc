#include "crashtext/address.h"

#include <array>

#include <gtest/gtest.h>

namespace inquest::crashtext {
namespace {

TEST(Address, IsReadAsAColleagueWould) {
  struct Case {
    uint64_t address;
    Arch arch;
    AddressKind kind;
    std::string_view text;
  };
  constexpr auto kCases = std::to_array<Case>({
      {0x0, Arch::X86_64, AddressKind::Null, "NULL"},
      {0x18, Arch::X86_64, AddressKind::Null, "NULL + 0x18"},
      {0x8020, Arch::X86_64, AddressKind::Null, "NULL + 0x8020"},
      {0xdead000000000100, Arch::Unknown, AddressKind::Poison, "LIST_POISON1"},
      {0xdead000000000108, Arch::X86_64, AddressKind::Poison, "LIST_POISON1 + 0x8"},
      {0xdead000000000122, Arch::X86_64, AddressKind::Poison, "LIST_POISON2"},
      {0xdead000000000200, Arch::X86_64, AddressKind::Poison, "LIST_POISON2 (kernels before v5.3)"},
      {0x6b6b6b6b6b6b6b6b, Arch::X86_64, AddressKind::Poison, "POISON_FREE (0x6b)"},
      {0x6b6b6b6b6b6b6b93, Arch::X86_64, AddressKind::Poison, "POISON_FREE (0x6b) + 0x28"},
      {0x6b6b6b63, Arch::Arm, AddressKind::Poison, "POISON_FREE (0x6b) - 0x8"},
      {0x5a5a5a5a5a5a5a5a, Arch::Arm64, AddressKind::Poison, "POISON_INUSE (0x5a)"},
      {0xccccccccccccccd4, Arch::X86_64, AddressKind::Poison, "SLUB_RED_ACTIVE or freed init memory (0xcc) + 0x8"},
      {0xfffffffffffffff4, Arch::X86_64, AddressKind::ErrorPointer, "ERR_PTR(-ENOMEM)"},
      {0xfffffff4, Arch::I386, AddressKind::ErrorPointer, "ERR_PTR(-ENOMEM)"},
      {0xdffffc0000000003, Arch::X86_64, AddressKind::KasanShadow, "KASAN shadow of 0x18-0x1f"},
      {0x2e6d6f632e777777, Arch::X86_64, AddressKind::Text, "text \"www.com.\""},
      {0x00007f1234567890, Arch::X86_64, AddressKind::User, "user-space address"},
      {0x0005000000000000, Arch::X86_64, AddressKind::User, "user-space address"},
      {0xfff7888012345678, Arch::X86_64, AddressKind::NonCanonical, "non-canonical address"},
      {0xffff888012345678, Arch::X86_64, AddressKind::DirectMap, "direct map of RAM"},
      {0xffffc90000123458, Arch::X86_64, AddressKind::Vmalloc, "vmalloc, ioremap and kernel stacks"},
      {0xffffea0004018020, Arch::X86_64, AddressKind::Vmemmap, "struct page array (vmemmap)"},
      {0xffffffffc0123456, Arch::X86_64, AddressKind::Modules, "modules and BPF programs"},
      {0xffff0000c1c3d940, Arch::Arm64, AddressKind::DirectMap, "linear map of RAM (vmalloc before v5.4)"},
      {0xc000000008068dfc, Arch::Ppc64, AddressKind::DirectMap, "linear map of RAM, and the kernel image"},
      {0xc0123456, Arch::Arm, AddressKind::Kernel, "kernel address"},
      {0x12345678, Arch::I386, AddressKind::User, "user-space address"},
  });
  for (const Case& c : kCases) {
    const AddressReading got = read_address(c.address, c.arch);
    EXPECT_EQ(got.kind, c.kind) << std::hex << c.address << " " << to_string(got.kind);
    EXPECT_EQ(got.text, c.text) << std::hex << c.address;
    EXPECT_FALSE(got.reading.meaning.empty());
  }
}

TEST(Address, NamesTheBitThatMayHaveFlipped) {
  const AddressReading got = read_address(0xfff7888012345678, Arch::X86_64);
  bool said = false;
  for (const std::string& note : got.reading.notes)
    said |= note.find("0xffff888012345678 (bit 51 is clear)") != std::string::npos;
  EXPECT_TRUE(said);
}

}  // namespace
}  // namespace inquest::crashtext

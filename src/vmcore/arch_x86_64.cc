// x86-64: 4- and 5-level paging, pages of 4 KiB, 2 MiB and 1 GiB, KASLR (also a negative phys_base), SME.
// Source: Documentation/arch/x86/x86_64/mm.rst; arch/x86/include/asm/pgtable_types.h; Intel SDM volume 3, chapter 4.
#include <array>
#include <optional>

#include <fmt/format.h>

#include "base/cursor.h"
#include "vmcore/arch.h"
#include "vmcore/physical_memory.h"

namespace inquest::vmcore {
namespace {

constexpr uint64_t kKernelMap = 0xffffffff80000000;             // __START_KERNEL_map
constexpr uint64_t kDefaultImageSize = uint64_t{512} << 20;     // KERNEL_IMAGE_SIZE without KASLR
constexpr uint64_t kPhysicalMask = (uint64_t{1} << 52) - 4096;  // bits 12 to 51 of an entry
constexpr uint64_t kPresent = 0x001;
constexpr uint64_t kLarge = 0x080;     // _PAGE_PSE: in a PMD or PUD, the entry maps a page
constexpr uint64_t kProtNone = 0x100;  // _PAGE_PROTNONE: not present for the processor, but for the kernel

// struct user_regs_struct, in its order, with the kernel's names.
constexpr std::array<std::string_view, 27> kRegisterNames = {
    "r15", "r14",     "r13", "r12", "bp",    "bx", "r11", "r10",     "r9",      "r8", "ax", "cx", "dx", "si",
    "di",  "orig_ax", "ip",  "cs",  "flags", "sp", "ss",  "fs_base", "gs_base", "ds", "es", "fs", "gs"};
constexpr size_t kPrRegs = 112;  // pr_reg in struct elf_prstatus

std::optional<Registers> prstatus(std::span<const std::byte> note) {
  if (note.size() < kPrRegs + kRegisterNames.size() * 8) return std::nullopt;
  Cursor in(note.subspan(kPrRegs));
  Registers out;
  for (const std::string_view name : kRegisterNames) out.all.push_back({name, *in.read<uint64_t>()});
  out.ip = {*out.get("ip")};
  out.sp = {*out.get("sp")};
  out.bp = {*out.get("bp")};
  out.flags = *out.get("flags");
  out.user = (*out.get("cs") & 3) == 3;
  return out;
}

// QEMUCPUState of target/i386/arch_dump.c: version, size, 18 registers, 10 segments of 24 bytes, cr0 to cr4.
std::optional<PhysAddr> qemu_root(std::span<const std::byte> note) {
  constexpr size_t kCr3 = 8 + 18 * 8 + 10 * 24 + 3 * 8;
  if (note.size() < kCr3 + 8) return std::nullopt;
  Cursor in(note.subspan(kCr3));
  const uint64_t cr3 = *in.read<uint64_t>() & kPhysicalMask;
  return cr3 == 0 ? std::nullopt : std::optional(PhysAddr{cr3});
}

class X86PageTables final : public PageTables {
 public:
  X86PageTables(const VmcoreInfo& info, const DumpHeader& header) {
    levels_ = info.number("pgtable_l5_enabled").value_or(0) != 0 ? 5 : 4;
    sme_mask_ = static_cast<uint64_t>(info.number("sme_mask").value_or(0));
    if (const auto size = info.number("KERNEL_IMAGE_SIZE"); size && *size > 0)
      image_size_ = static_cast<uint64_t>(*size);
    phys_base_ = info.number("phys_base");
    if (!phys_base_) phys_base_ = header.phys_base;
    for (const std::string_view name : {"init_top_pgt", "swapper_pg_dir", "init_level4_pgt"}) {
      const auto symbol = info.symbol(name);
      const auto there = symbol ? fixed(*symbol) : std::nullopt;
      if (!there) continue;
      root_ = there->physical + (*symbol - there->start);
      break;
    }
  }

  std::optional<Mapping> fixed(VirtAddr address) const override {
    if (!phys_base_ || address.value < kKernelMap || address.value - kKernelMap >= image_size_) return std::nullopt;
    return Mapping{{kKernelMap}, {static_cast<uint64_t>(*phys_base_)}, image_size_};
  }

  std::optional<PhysAddr> kernel_root() const override { return root_; }

  Result<Mapping> walk(PhysicalMemory& memory, PhysAddr root, VirtAddr address) const override {
    const int top = 12 + 9 * levels_ - 1;  // the highest bit that the tables translate
    const int64_t sign = static_cast<int64_t>(address.value) >> top;
    if (sign != 0 && sign != -1) {
      return fail(ErrorCode::NotFound, fmt::format("virtual address {:#x} is not canonical", address.value));
    }
    uint64_t table = root.value;
    for (int level = levels_; level >= 1; --level) {
      const int shift = 12 + 9 * (level - 1);
      const auto read = memory.u64({table + (address.value >> shift & 511) * 8});
      if (!read) {
        Error error = read.error();
        error.message = fmt::format("level {} of the page tables of virtual address {:#x}: {}", level, address.value,
                                    error.message);
        return fail(std::move(error));
      }
      const uint64_t entry = *read;
      if ((entry & (kPresent | kProtNone)) == 0) {
        return fail(
            ErrorCode::NotFound,
            fmt::format("virtual address {:#x} is not mapped (level {} of its page tables)", address.value, level));
      }
      // An entry that is only for the kernel has its frame number inverted, against L1TF (pgtable-invert.h, v4.19).
      table = ((entry & kPresent) != 0 ? entry : ~entry) & kPhysicalMask & ~sme_mask_;
      if (level == 1 || (level <= 3 && (entry & kLarge) != 0)) {
        const uint64_t size = uint64_t{1} << shift;
        return Mapping{{address.value & ~(size - 1)}, {table & ~(size - 1)}, size};
      }
    }
    return fail(ErrorCode::NotFound, fmt::format("virtual address {:#x} is not mapped", address.value));
  }

  bool kernel_half(VirtAddr address) const override { return (address.value >> 63) != 0; }
  PhysAddr root_of(uint64_t value) const override { return {value & kPhysicalMask & ~sme_mask_}; }

 private:
  int levels_ = 4;
  uint64_t sme_mask_ = 0;
  uint64_t image_size_ = kDefaultImageSize;
  std::optional<int64_t> phys_base_;
  std::optional<PhysAddr> root_;
};

Result<std::unique_ptr<PageTables>> page_tables(const VmcoreInfo& info, const DumpHeader& header) {
  return std::unique_ptr<PageTables>(std::make_unique<X86PageTables>(info, header));
}

}  // namespace

const Arch x86_64_arch = {Machine::X86_64, 336, prstatus, qemu_root, page_tables};

}  // namespace inquest::vmcore

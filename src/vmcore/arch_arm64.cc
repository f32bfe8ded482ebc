// arm64: granules of 4, 16 and 64 KiB, virtual addresses of 36 to 52 bits, physical ones of 52 bits.
// Source: Documentation/arch/arm64/memory.rst; arch/arm64/include/asm/pgtable-hwdef.h; Arm ARM, D8.
#include <array>
#include <bit>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/cursor.h"
#include "vmcore/arch.h"
#include "vmcore/physical_memory.h"

namespace inquest::vmcore {
namespace {

constexpr uint64_t kValid = 1;
constexpr uint64_t kTableOrPage = 2;  // at the last level, and where a table follows

constexpr std::array<std::string_view, 34> kRegisterNames = {
    "x0",  "x1",  "x2",  "x3",  "x4",  "x5",  "x6",  "x7",  "x8",  "x9",    "x10", "x11",
    "x12", "x13", "x14", "x15", "x16", "x17", "x18", "x19", "x20", "x21",   "x22", "x23",
    "x24", "x25", "x26", "x27", "x28", "x29", "x30", "sp",  "pc",  "pstate"};
constexpr size_t kPrRegs = 112;

std::optional<Registers> prstatus(std::span<const std::byte> note) {
  if (note.size() < kPrRegs + kRegisterNames.size() * 8) return std::nullopt;
  Cursor in(note.subspan(kPrRegs));
  Registers out;
  for (const std::string_view name : kRegisterNames) out.all.push_back({name, *in.read<uint64_t>()});
  out.ip = {*out.get("pc")};
  out.sp = {*out.get("sp")};
  out.bp = {*out.get("x29")};
  out.flags = *out.get("pstate");
  out.user = (out.flags & 0x0f) == 0;  // EL0
  return out;
}

std::optional<PhysAddr> no_qemu_root(std::span<const std::byte> /*note*/) { return std::nullopt; }

class Arm64PageTables final : public PageTables {
 public:
  Arm64PageTables(const VmcoreInfo& info, uint64_t granule, int virtual_bits)
      : shift_(std::countr_zero(granule)), virtual_bits_(virtual_bits) {
    const auto offset = info.number("kimage_voffset");
    const auto root = info.symbol("swapper_pg_dir");
    if (!offset) return;
    image_offset_ = static_cast<uint64_t>(*offset);
    // The image's ends are told in no note; its symbols are within some hundred MiB of each other.
    if (const auto text = info.symbol("_stext")) image_ = *text;
    if (root) root_ = PhysAddr{root->value - *image_offset_};
  }

  std::optional<Mapping> fixed(VirtAddr address) const override {
    if (!image_offset_ || !image_) return std::nullopt;
    constexpr uint64_t kAlign = uint64_t{2} << 20;
    const VirtAddr start{image_->value & ~(kAlign - 1)};
    // As much as is sure: behind it, the page tables have the answer.
    if (address.value < start.value || address.value - start.value >= kAlign) return std::nullopt;
    return Mapping{start, {start.value - *image_offset_}, kAlign};
  }

  std::optional<PhysAddr> kernel_root() const override { return root_; }

  Result<Mapping> walk(PhysicalMemory& memory, PhysAddr root, VirtAddr address) const override {
    // Bits above the virtual address are all 1 for the kernel, all 0 for a process; the top byte may hold a tag.
    const uint64_t high = (address.value & (~uint64_t{0} >> 8)) >> virtual_bits_;
    if (high != 0 && high != ~uint64_t{0} >> 8 >> virtual_bits_) {
      return fail(ErrorCode::NotFound, fmt::format("virtual address {:#x} is not canonical", address.value));
    }
    const int bits = shift_ - 3;  // of the address, a level
    const int levels = (virtual_bits_ - shift_ + bits - 1) / bits;
    uint64_t table = root.value;
    for (int level = levels; level >= 1; --level) {
      const int shift = shift_ + bits * (level - 1);
      const int width = level == levels ? virtual_bits_ - shift : bits;
      const uint64_t index = address.value >> shift & ((uint64_t{1} << width) - 1);
      const auto read = memory.u64({table + index * 8});
      if (!read) {
        Error error = read.error();
        error.message = fmt::format("level {} of the page tables of virtual address {:#x}: {}", level, address.value,
                                    error.message);
        return fail(std::move(error));
      }
      const uint64_t entry = *read;
      const bool block = (entry & kTableOrPage) == 0;
      if ((entry & kValid) == 0 || (block && level == 1)) {
        return fail(
            ErrorCode::NotFound,
            fmt::format("virtual address {:#x} is not mapped (level {} of its page tables)", address.value, level));
      }
      table = physical(entry);
      if (level == 1 || block) {
        const uint64_t size = uint64_t{1} << shift;
        return Mapping{{address.value & ~(size - 1)}, {table & ~(size - 1)}, size};
      }
    }
    return fail(ErrorCode::NotFound, fmt::format("virtual address {:#x} is not mapped", address.value));
  }

  bool kernel_half(VirtAddr address) const override { return (address.value >> 55 & 1) != 0; }
  PhysAddr root_of(uint64_t value) const override { return {physical(value) & ~uint64_t{63}}; }

 private:
  // The address in an entry. Of 52 bits, the highest four are at the lowest place: bits 15 to 12 with 64 KiB pages;
  // with smaller pages two are, in bits 9 and 8, where virtual addresses have 52 bits (LPA2).
  uint64_t physical(uint64_t entry) const {
    const uint64_t low = entry & ((uint64_t{1} << 48) - 1) & ~((uint64_t{1} << shift_) - 1);
    if (shift_ == 16) return low | (entry >> 12 & 15) << 48;
    if (virtual_bits_ <= 48) return low;
    return (entry & ((uint64_t{1} << 50) - 1) & ~((uint64_t{1} << shift_) - 1)) | (entry >> 8 & 3) << 50;
  }

  int shift_;
  int virtual_bits_;
  std::optional<uint64_t> image_offset_;
  std::optional<VirtAddr> image_;
  std::optional<PhysAddr> root_;
};

Result<std::unique_ptr<PageTables>> page_tables(const VmcoreInfo& info, const DumpHeader& /*header*/) {
  const uint64_t granule = info.page_size().value_or(4096);
  if (granule != 4096 && granule != 16384 && granule != 65536) {
    return fail(ErrorCode::Unsupported, fmt::format("pages of {} bytes on arm64", granule));
  }
  // The size in use is in TCR_EL1 (v5.7); before, VA_BITS is what the kernel was built for.
  int64_t virtual_bits = info.number("VA_BITS").value_or(48);
  if (const auto size = info.number("TCR_EL1_T1SZ")) virtual_bits = 64 - *size;
  if (virtual_bits < 36 || virtual_bits > 52) {
    return fail(ErrorCode::Unsupported, fmt::format("virtual addresses of {} bits on arm64", virtual_bits));
  }
  return std::unique_ptr<PageTables>(std::make_unique<Arm64PageTables>(info, granule, static_cast<int>(virtual_bits)));
}

}  // namespace

const Arch arm64_arch = {Machine::Arm64, 392, prstatus, no_qemu_root, page_tables};

}  // namespace inquest::vmcore

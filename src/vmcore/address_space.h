// Virtual memory of the dead kernel, or of one of its processes: bytes and numbers by address.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "vmcore/address.h"
#include "vmcore/arch.h"
#include "vmcore/physical_memory.h"

namespace inquest::vmcore {

// Every error names the virtual address; its code is that of page_source.h, and NotFound too where nothing is mapped.
// Not for several threads at once. `memory` and `tables` must outlive it.
class AddressSpace {
 public:
  // `root`: of the page tables; without one only what is fixed (the kernel's image) can be read.
  AddressSpace(PhysicalMemory& memory, const PageTables& tables, std::optional<PhysAddr> root)
      : memory_(&memory), tables_(&tables), root_(root) {}

  PhysicalMemory& memory() const { return *memory_; }
  const PageTables& tables() const { return *tables_; }
  std::optional<PhysAddr> root() const { return root_; }
  // The same machine seen by a process: `root` is its mm_struct's pgd, as a physical address.
  AddressSpace with_root(PhysAddr root) const { return {*memory_, *tables_, root}; }

  // Where the direct map of all memory begins, once somebody knows (page_offset_base of x86-64, PAGE_OFFSET of arm64),
  // and how many bytes it has: spares the walk, and makes to_direct() answer.
  void set_direct_map(VirtAddr start, PhysAddr physical, uint64_t size);
  // Where the kernel sees that physical address; nothing until the direct map is known.
  std::optional<VirtAddr> to_direct(PhysAddr address) const;

  Result<PhysAddr> translate(VirtAddr address);

  // Fills `out` from there, across page borders. Nothing is to be made of `out` after an error.
  Result<void> read(VirtAddr address, std::span<std::byte> out);
  // As much as can be read before the first page that cannot, which may be nothing.
  size_t read_some(VirtAddr address, std::span<std::byte> out);
  // `size` bytes, at most `limit`: Limit where a damaged structure asks for more.
  Result<std::vector<std::byte>> bytes(VirtAddr address, uint64_t size, uint64_t limit = uint64_t{64} << 20);
  // Up to the NUL, or `limit` bytes where there is none before.
  Result<std::string> cstring(VirtAddr address, size_t limit = 4096);

  // Little-endian numbers, as every supported machine has them.
  template <std::integral T>
  Result<T> number(VirtAddr address) {
    T value{};
    if (auto done = read(address, std::as_writable_bytes(std::span(&value, 1))); !done) return fail(done.error());
    return value;
  }
  Result<uint8_t> u8(VirtAddr address) { return number<uint8_t>(address); }
  Result<uint16_t> u16(VirtAddr address) { return number<uint16_t>(address); }
  Result<uint32_t> u32(VirtAddr address) { return number<uint32_t>(address); }
  Result<uint64_t> u64(VirtAddr address) { return number<uint64_t>(address); }
  Result<VirtAddr> pointer(VirtAddr address) {
    auto value = number<uint64_t>(address);
    if (!value) return fail(value.error());
    return VirtAddr{*value};
  }

 private:
  // Translations that were walked for, one for each remainder of the 4 KiB page number.
  struct Entry {
    uint64_t page = ~uint64_t{0};
    Mapping mapping;
  };
  static constexpr size_t kEntries = 512;

  Result<Mapping> map(VirtAddr address);

  PhysicalMemory* memory_;
  const PageTables* tables_;
  std::optional<PhysAddr> root_;
  Mapping direct_;
  Mapping last_;  // the mapping that was used last: a large page serves many addresses
  std::vector<Entry> entries_;
};

}  // namespace inquest::vmcore

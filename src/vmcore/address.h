// Addresses of a dead kernel: physical and virtual ones are different types, because mixing them up reads rubbish.
#pragma once

#include <compare>
#include <cstdint>

namespace inquest::vmcore {

// A byte in the machine's physical memory.
struct PhysAddr {
  uint64_t value = 0;
  friend constexpr auto operator<=>(const PhysAddr&, const PhysAddr&) = default;
};

// A byte in a virtual address space: the kernel's where nothing else is said. Arithmetic wraps, as the machine's does:
// evidence may hold any pointer, and a wild one is found out when it is read.
struct VirtAddr {
  uint64_t value = 0;
  constexpr bool null() const { return value == 0; }
  friend constexpr auto operator<=>(const VirtAddr&, const VirtAddr&) = default;
};

constexpr PhysAddr operator+(PhysAddr a, uint64_t bytes) { return {a.value + bytes}; }
constexpr VirtAddr operator+(VirtAddr a, uint64_t bytes) { return {a.value + bytes}; }
constexpr VirtAddr operator-(VirtAddr a, uint64_t bytes) { return {a.value - bytes}; }
constexpr uint64_t operator-(PhysAddr a, PhysAddr b) { return a.value - b.value; }
constexpr uint64_t operator-(VirtAddr a, VirtAddr b) { return a.value - b.value; }

}  // namespace inquest::vmcore

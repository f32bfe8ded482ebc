// The registers of a CPU when it died, as the dump's notes have them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "vmcore/address.h"

namespace inquest::vmcore {

struct Register {
  std::string_view name;  // the kernel's name in struct pt_regs ("ip", "orig_ax"; "pc", "x29"): static text
  uint64_t value = 0;
};

// Those that every unwinder needs, and all of them by name.
struct Registers {
  VirtAddr ip, sp, bp;
  uint64_t flags = 0;
  bool user = false;  // the CPU was in user space
  std::vector<Register> all;

  std::optional<uint64_t> get(std::string_view name) const {
    for (const Register& r : all) {
      if (r.name == name) return r.value;
    }
    return std::nullopt;
  }
};

}  // namespace inquest::vmcore

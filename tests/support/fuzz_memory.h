// A dead kernel whose memory a fuzzer wrote: its bytes lie in the kernel's image, the rest is sound.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <utility>

#include "support/dump_builder.h"

namespace inquest::testing {

class FuzzMemory {
 public:
  static constexpr uint64_t kStart = SyntheticMachine::kKernelMap + 0x100000;
  static constexpr uint64_t kText = SyntheticMachine::kKernelMap + 0x2000;

  explicit FuzzMemory(std::string_view bytes) {
    SyntheticMachine machine;
    machine.write(machine.image(kStart), bytes);
    file_ = elf_of(machine);
    auto dump = open_dump({&file_});
    if (!dump) std::abort();
    dump_.emplace(std::move(*dump));
  }

  vmcore::Dump& dump() { return *dump_; }
  vmcore::AddressSpace& space() { return dump_->kernel(); }
  static vmcore::VirtAddr start() { return {kStart}; }

 private:
  Bytes file_;
  std::optional<vmcore::Dump> dump_;
};

}  // namespace inquest::testing

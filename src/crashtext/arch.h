// The processor architectures whose reports are told apart.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace inquest::crashtext {

enum class Arch : uint8_t { Unknown, X86_64, I386, Arm64, Arm, Riscv, Ppc64, Ppc, S390, Mips, Sparc, LoongArch };

// "x86_64", "i386", "arm64", "arm", "riscv", "ppc64", "ppc", "s390", "mips", "sparc", "loongarch", "unknown".
std::string_view to_string(Arch arch);
// Those names and the usual others ("amd64", "aarch64", "ppc64le", "s390x", "riscv64"); nothing for any other.
std::optional<Arch> parse_arch(std::string_view name);

// Bits of an address.
inline unsigned address_bits(Arch arch) {
  return arch == Arch::I386 || arch == Arch::Arm || arch == Arch::Ppc ? 32 : 64;
}

}  // namespace inquest::crashtext

#include "crashtext/arch.h"

#include <array>
#include <utility>

namespace inquest::crashtext {

std::string_view to_string(Arch arch) {
  switch (arch) {
    case Arch::X86_64: return "x86_64";
    case Arch::I386: return "i386";
    case Arch::Arm64: return "arm64";
    case Arch::Arm: return "arm";
    case Arch::Riscv: return "riscv";
    case Arch::Ppc64: return "ppc64";
    case Arch::Ppc: return "ppc";
    case Arch::S390: return "s390";
    case Arch::Mips: return "mips";
    case Arch::Sparc: return "sparc";
    case Arch::LoongArch: return "loongarch";
    case Arch::Unknown: break;
  }
  return "unknown";
}

std::optional<Arch> parse_arch(std::string_view name) {
  constexpr auto kNames = std::to_array<std::pair<std::string_view, Arch>>({
      {"x86_64", Arch::X86_64},
      {"x86-64", Arch::X86_64},
      {"amd64", Arch::X86_64},
      {"x64", Arch::X86_64},
      {"i386", Arch::I386},
      {"i686", Arch::I386},
      {"x86", Arch::I386},
      {"arm64", Arch::Arm64},
      {"aarch64", Arch::Arm64},
      {"arm", Arch::Arm},
      {"armhf", Arch::Arm},
      {"riscv", Arch::Riscv},
      {"riscv64", Arch::Riscv},
      {"ppc64", Arch::Ppc64},
      {"ppc64le", Arch::Ppc64},
      {"powerpc64", Arch::Ppc64},
      {"ppc", Arch::Ppc},
      {"powerpc", Arch::Ppc},
      {"s390", Arch::S390},
      {"s390x", Arch::S390},
      {"mips", Arch::Mips},
      {"mips64", Arch::Mips},
      {"sparc", Arch::Sparc},
      {"sparc64", Arch::Sparc},
      {"loongarch", Arch::LoongArch},
      {"loongarch64", Arch::LoongArch},
  });
  for (const auto& [text, arch] : kNames) {
    if (text == name) return arch;
  }
  return std::nullopt;
}

}  // namespace inquest::crashtext

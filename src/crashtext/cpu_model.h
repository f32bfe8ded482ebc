// Processors of x86 by their CPUID signature.
#pragma once

#include <cstdint>
#include <string_view>

namespace inquest::crashtext {

enum class CpuVendor : uint8_t { Unknown, Intel, Amd };

// The processor by its CPUID signature: family, model and stepping as they are named ("6", 0x8f; 0x19, 0x21).
struct CpuModel {
  CpuVendor vendor = CpuVendor::Unknown;
  uint32_t family = 0;  // 0: not known
  uint32_t model = 0;
  uint32_t stepping = 0;
};
// Of CPUID leaf 1, EAX, as "PROCESSOR 0:406e3" has it.
CpuModel cpu_model(CpuVendor vendor, uint32_t signature);
// "Skylake-SP, Cascade Lake-SP or Cooper Lake", "Zen 3 (Vermeer)"; empty for an unknown one.
std::string_view microarchitecture(const CpuModel& cpu);

}  // namespace inquest::crashtext

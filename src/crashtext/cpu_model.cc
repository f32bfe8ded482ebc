#include "crashtext/cpu_model.h"

#include <array>

namespace inquest::crashtext {
namespace {

struct Range {
  CpuVendor vendor;
  uint32_t family;
  uint32_t first;
  uint32_t last;
  std::string_view name;
};

// arch/x86/include/asm/intel-family.h and AMD's Processor Programming References.
constexpr auto kRanges = std::to_array<Range>({
    {CpuVendor::Intel, 6, 0x0f, 0x0f, "Core 2 (Merom)"},
    {CpuVendor::Intel, 6, 0x17, 0x17, "Core 2 (Penryn)"},
    {CpuVendor::Intel, 6, 0x1a, 0x1a, "Nehalem-EP"},
    {CpuVendor::Intel, 6, 0x1e, 0x1f, "Nehalem"},
    {CpuVendor::Intel, 6, 0x25, 0x25, "Westmere"},
    {CpuVendor::Intel, 6, 0x2a, 0x2a, "Sandy Bridge"},
    {CpuVendor::Intel, 6, 0x2c, 0x2c, "Westmere-EP"},
    {CpuVendor::Intel, 6, 0x2d, 0x2d, "Sandy Bridge-EP"},
    {CpuVendor::Intel, 6, 0x2e, 0x2e, "Nehalem-EX"},
    {CpuVendor::Intel, 6, 0x2f, 0x2f, "Westmere-EX"},
    {CpuVendor::Intel, 6, 0x3a, 0x3a, "Ivy Bridge"},
    {CpuVendor::Intel, 6, 0x3e, 0x3e, "Ivy Bridge-EP"},
    {CpuVendor::Intel, 6, 0x3c, 0x3c, "Haswell"},
    {CpuVendor::Intel, 6, 0x3f, 0x3f, "Haswell-EP"},
    {CpuVendor::Intel, 6, 0x45, 0x46, "Haswell"},
    {CpuVendor::Intel, 6, 0x3d, 0x3d, "Broadwell"},
    {CpuVendor::Intel, 6, 0x47, 0x47, "Broadwell"},
    {CpuVendor::Intel, 6, 0x4f, 0x4f, "Broadwell-EP"},
    {CpuVendor::Intel, 6, 0x56, 0x56, "Broadwell-DE"},
    {CpuVendor::Intel, 6, 0x4e, 0x4e, "Skylake (mobile)"},
    {CpuVendor::Intel, 6, 0x5e, 0x5e, "Skylake"},
    {CpuVendor::Intel, 6, 0x55, 0x55, "Skylake-SP, Cascade Lake-SP or Cooper Lake"},
    {CpuVendor::Intel, 6, 0x8e, 0x8e, "Kaby Lake, Coffee Lake or Whiskey Lake (mobile)"},
    {CpuVendor::Intel, 6, 0x9e, 0x9e, "Kaby Lake or Coffee Lake"},
    {CpuVendor::Intel, 6, 0xa5, 0xa6, "Comet Lake"},
    {CpuVendor::Intel, 6, 0x7d, 0x7e, "Ice Lake"},
    {CpuVendor::Intel, 6, 0x6a, 0x6a, "Ice Lake-SP"},
    {CpuVendor::Intel, 6, 0x6c, 0x6c, "Ice Lake-D"},
    {CpuVendor::Intel, 6, 0x8c, 0x8d, "Tiger Lake"},
    {CpuVendor::Intel, 6, 0xa7, 0xa7, "Rocket Lake"},
    {CpuVendor::Intel, 6, 0x8f, 0x8f, "Sapphire Rapids"},
    {CpuVendor::Intel, 6, 0xcf, 0xcf, "Emerald Rapids"},
    {CpuVendor::Intel, 6, 0xad, 0xae, "Granite Rapids"},
    {CpuVendor::Intel, 6, 0xaf, 0xaf, "Sierra Forest"},
    {CpuVendor::Intel, 6, 0x97, 0x97, "Alder Lake"},
    {CpuVendor::Intel, 6, 0x9a, 0x9a, "Alder Lake (mobile)"},
    {CpuVendor::Intel, 6, 0xbe, 0xbe, "Alder Lake-N"},
    {CpuVendor::Intel, 6, 0xb7, 0xb7, "Raptor Lake"},
    {CpuVendor::Intel, 6, 0xba, 0xba, "Raptor Lake (mobile)"},
    {CpuVendor::Intel, 6, 0xbf, 0xbf, "Raptor Lake"},
    {CpuVendor::Intel, 6, 0xaa, 0xac, "Meteor Lake"},
    {CpuVendor::Intel, 6, 0xc5, 0xc6, "Arrow Lake"},
    {CpuVendor::Intel, 19, 0x01, 0x01, "Diamond Rapids"},
    {CpuVendor::Intel, 6, 0x5c, 0x5c, "Goldmont (Apollo Lake)"},
    {CpuVendor::Intel, 6, 0x5f, 0x5f, "Goldmont (Denverton)"},
    {CpuVendor::Intel, 6, 0x7a, 0x7a, "Goldmont Plus (Gemini Lake)"},
    {CpuVendor::Intel, 6, 0x4d, 0x4d, "Silvermont (Avoton)"},
    {CpuVendor::Amd, 0x15, 0x00, 0xff, "Bulldozer family"},
    {CpuVendor::Amd, 0x16, 0x00, 0xff, "Jaguar family"},
    {CpuVendor::Amd, 0x10, 0x00, 0xff, "K10"},
    {CpuVendor::Amd, 0x17, 0x01, 0x01, "Zen (Naples or Summit Ridge)"},
    {CpuVendor::Amd, 0x17, 0x08, 0x08, "Zen+ (Pinnacle Ridge)"},
    {CpuVendor::Amd, 0x17, 0x11, 0x20, "Zen or Zen+ (mobile)"},
    {CpuVendor::Amd, 0x17, 0x31, 0x31, "Zen 2 (Rome or Threadripper)"},
    {CpuVendor::Amd, 0x17, 0x60, 0x6f, "Zen 2 (Renoir)"},
    {CpuVendor::Amd, 0x17, 0x71, 0x71, "Zen 2 (Matisse)"},
    {CpuVendor::Amd, 0x19, 0x00, 0x01, "Zen 3 (Milan)"},
    {CpuVendor::Amd, 0x19, 0x08, 0x08, "Zen 3 (Chagall)"},
    {CpuVendor::Amd, 0x19, 0x10, 0x11, "Zen 4 (Genoa)"},
    {CpuVendor::Amd, 0x19, 0x18, 0x18, "Zen 4 (Storm Peak)"},
    {CpuVendor::Amd, 0x19, 0x20, 0x21, "Zen 3 (Vermeer)"},
    {CpuVendor::Amd, 0x19, 0x40, 0x4f, "Zen 3+ (Rembrandt)"},
    {CpuVendor::Amd, 0x19, 0x50, 0x50, "Zen 3 (Cezanne)"},
    {CpuVendor::Amd, 0x19, 0x60, 0x61, "Zen 4 (Raphael)"},
    {CpuVendor::Amd, 0x19, 0x70, 0x7f, "Zen 4 (Phoenix or Hawk Point)"},
    {CpuVendor::Amd, 0x19, 0xa0, 0xaf, "Zen 4c (Bergamo or Siena)"},
    {CpuVendor::Amd, 0x1a, 0x00, 0x0f, "Zen 5 (Turin)"},
    {CpuVendor::Amd, 0x1a, 0x10, 0x1f, "Zen 5c (Turin Dense)"},
    {CpuVendor::Amd, 0x1a, 0x20, 0x3f, "Zen 5 (Strix Point)"},
    {CpuVendor::Amd, 0x1a, 0x40, 0x4f, "Zen 5 (Granite Ridge)"},
});

}  // namespace

CpuModel cpu_model(CpuVendor vendor, uint32_t signature) {
  CpuModel cpu;
  cpu.vendor = vendor;
  const uint32_t base = signature >> 8U & 0xfU;
  cpu.family = base == 0xf ? base + (signature >> 20U & 0xffU) : base;
  cpu.model = signature >> 4U & 0xfU;
  if (base == 6 || base == 0xf) cpu.model |= (signature >> 16U & 0xfU) << 4U;
  cpu.stepping = signature & 0xfU;
  return cpu;
}

std::string_view microarchitecture(const CpuModel& cpu) {
  for (const Range& range : kRanges) {
    if (range.vendor == cpu.vendor && range.family == cpu.family && cpu.model >= range.first && cpu.model <= range.last)
      return range.name;
  }
  return {};
}

}  // namespace inquest::crashtext

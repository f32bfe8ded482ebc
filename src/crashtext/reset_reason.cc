#include "crashtext/reset_reason.h"

#include <array>

#include <fmt/format.h>

#include "crashtext/scan.h"

namespace inquest::crashtext {
namespace {

struct Reason {
  unsigned bit;
  std::string_view text;
  std::string_view note;
};

// arch/x86/kernel/cpu/amd.c, s5_reset_reason_txt[] (commit ab8131028710, "x86/CPU/AMD: Print the reason for the last
// reset", v6.16).
constexpr auto kReasons = std::to_array<Reason>({
    {0, "thermal pin BP_THERMTRIP_L was tripped",
     "Overheating, or a sensor that says so: cooling, and the board's own log."},
    {1, "power button was pressed for 4 seconds",
     "Somebody held the button: the machine hung before, or was thought to."},
    {2, "shutdown pin was tripped", ""},
    {4, "remote ASF power off command was received", "Remote management switched it off."},
    {9, "internal CPU thermal limit was tripped",
     "Some boards leave this bit set all the time: it counts when temperatures fit."},
    {16, "system reset pin BP_SYS_RST_L was tripped", "The reset button, or a BMC that pulls its line."},
    {17, "software issued PCI reset", ""},
    {18, "software wrote 0x4 to reset control register 0xCF9", "An ordinary reboot by software."},
    {19, "software wrote 0x6 to reset control register 0xCF9",
     "An ordinary reboot by software: the kernel's own `reboot`, also after a panic with panic= set."},
    {20, "software wrote 0xE to reset control register 0xCF9", "A full power cycle by software."},
    {21, "ACPI power state transition occurred",
     "An orderly power-off, or sleep: it does not tell how the machine was doing."},
    {22, "keyboard reset pin KB_RST_L was tripped", "An ordinary reboot by the old way."},
    {23, "internal CPU shutdown event occurred",
     "A triple fault: the kernel could not even report. Kexec and broken page tables do it, and so does damaged "
     "memory."},
    {24, "system failed to boot before failed boot timer expired",
     "Firmware did not come up: memory training, overclocking."},
    {25, "hardware watchdog timer expired",
     "The watchdog (sp5100_tco) was armed and nobody fed it: the machine hung, or its feeder died. It says that, not "
     "why."},
    {26, "remote ASF reset command was received", "Remote management reset it."},
    {27, "an uncorrected error caused a data fabric sync flood event",
     "Hardware stopped itself, so the kernel could say nothing: memory, the processor, the fabric or a PCIe device. "
     "Look for a machine check or BERT record of this boot; "
     "then memory test, no overclocking, BIOS."},
    {29, "FCH and MP1 failed warm reset handshake", ""},
    {30, "a parity error occurred", ""},
    {31, "a software sync flood event occurred", ""},
});

}  // namespace

Reading read_reset_reason(uint32_t value) {
  Reading reading;
  reading.what = fmt::format("AMD previous system reset reason 0x{:08x}", value);
  if (value == UINT32_MAX) {
    reading.meaning = "nothing: all bits set is how a register answers that is not there";
    reading.note("Kernels before v6.17 printed every reason then; usual in virtual machines.");
    return reading;
  }
  uint32_t unknown = value;
  for (const Reason& reason : kReasons) {
    if ((value >> reason.bit & 1U) == 0) continue;
    unknown &= ~(1U << reason.bit);
    reading.field(fmt::format("bit {}", reason.bit), std::string(reason.text));
    reading.meaning += fmt::format("{}{}", reading.meaning.empty() ? "" : "; ", reason.text);
    reading.note(std::string(reason.note));
  }
  if (reading.meaning.empty()) reading.meaning = "no reason that is known: a cut of power leaves none";
  if (unknown != 0) reading.field("other bits", fmt::format("0x{:08x}, not documented (0x800 is usual)", unknown));
  reading.note("It is about the boot before the one that printed it.");
  return reading;
}

std::optional<uint32_t> find_reset_reason(std::string_view line) {
  constexpr std::string_view kHead = "revious system reset reason [";
  const size_t at = line.find(kHead);
  if (at == std::string_view::npos) return std::nullopt;
  Scan scan(line.substr(at + kHead.size()));
  const auto value = scan.prefixed_hex();
  if (!value || *value > UINT32_MAX) return std::nullopt;
  return static_cast<uint32_t>(*value);
}

}  // namespace inquest::crashtext

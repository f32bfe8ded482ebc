#include "crashtext/xid.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "crashtext/scan.h"

namespace inquest::crashtext {
namespace {

// NVIDIA, "XID Errors" (docs.nvidia.com/deploy/xid-errors), and the driver's nverror.h.
constexpr auto kXids = std::to_array<Xid>({
    {8, "GPU stopped processing", XidBlame::Unclear,
     "A channel made no progress; the watchdog of the driver gave up on it."},
    {11, "invalid or corrupted push buffer stream", XidBlame::Application, ""},
    {13, "graphics engine exception", XidBlame::Application,
     "An illegal instruction or address in a shader or kernel; the same with several programs points to the hardware."},
    {31, "GPU memory page fault", XidBlame::Application,
     "A program used an address that it did not own: the GPU's segmentation fault. Compute-sanitizer finds it."},
    {32, "invalid or corrupted push buffer stream", XidBlame::Driver,
     "Also a bad PCIe link or memory that damages the commands."},
    {38, "driver firmware error", XidBlame::Driver, ""},
    {43, "GPU stopped processing", XidBlame::Application,
     "A program's channel was reset after its own fault; the GPU itself goes on."},
    {44, "graphics engine fault during context switch", XidBlame::Unclear, ""},
    {45, "preemptive cleanup, due to previous errors", XidBlame::Informational,
     "The consequence of an earlier Xid, or of a program that was killed: look at what stands before it."},
    {46, "GPU stopped processing", XidBlame::Unclear, ""},
    {48, "double bit ECC error", XidBlame::Hardware,
     "Uncorrectable memory error: the page gets retired, or the row remapped, at the next reset. Repeated: replace the "
     "card."},
    {54, "auxiliary power is not connected", XidBlame::Hardware, "The power cable of the card."},
    {56, "display engine error", XidBlame::Unclear, ""},
    {57, "error programming video memory interface", XidBlame::Hardware, ""},
    {58, "unstable video memory interface detected", XidBlame::Hardware, ""},
    {59, "internal micro-controller error (older drivers)", XidBlame::Driver, ""},
    {60, "video processor exception", XidBlame::Unclear, ""},
    {61, "internal micro-controller breakpoint or warning", XidBlame::Driver,
     "The power management unit of the GPU; a reset or reboot is needed."},
    {62, "internal micro-controller halt", XidBlame::Unclear,
     "The power management unit stopped. Hardware, power or heat, as well as drivers; the GPU needs a reset."},
    {63, "ECC page retirement or row remapping recorded", XidBlame::Informational,
     "A bad place in memory was put aside; it takes effect at the next reset."},
    {64, "ECC page retirement or row remapper failed to record", XidBlame::Hardware,
     "The list of bad places is full, or could not be written: replace the card."},
    {65, "video processor exception", XidBlame::Unclear, ""},
    {66, "illegal access by driver", XidBlame::Driver, ""},
    {68, "video decoder exception", XidBlame::Unclear, ""},
    {69, "graphics engine class error", XidBlame::Application, ""},
    {73, "video encoder exception", XidBlame::Unclear, ""},
    {74, "NVLink error", XidBlame::Hardware, "A link between GPUs: seating, bridge, the other GPU."},
    {79, "GPU has fallen off the bus", XidBlame::Hardware,
     "The driver reads nothing but ones from the card: its PCIe link is down. Power of the card (cable, supply, "
     "transients), seating, riser, heat, and power saving of the link (ASPM, D3cold) "
     "are the usual reasons; a driver bug is the exception. Only a reset of the slot or a reboot brings it back; a "
     "panic afterwards is a consequence."},
    {80, "corrupted data sent to GPU", XidBlame::Hardware, "The PCIe link or memory damaged it."},
    {81, "VGA subsystem error", XidBlame::Hardware, ""},
    {82, "NVJPEG0 error", XidBlame::Unclear, ""},
    {92, "high rate of single bit ECC errors", XidBlame::Hardware, "Corrected so far, but too many."},
    {93, "non-fatal violation of provisioned InfoROM wear limit", XidBlame::Informational, ""},
    {94, "contained ECC error", XidBlame::Hardware,
     "An uncorrectable memory error that only the program that used it has to pay for; it is killed, others go on."},
    {95, "uncontained ECC error", XidBlame::Hardware,
     "An uncorrectable memory error that could not be kept to one program: the GPU needs a reset."},
    {109, "context switch timeout", XidBlame::Unclear,
     "A program did not give way; the driver or heavy load as well as the hardware."},
    {110, "security fault", XidBlame::Unclear, ""},
    {119, "GSP RPC timeout", XidBlame::Driver,
     "The firmware on the card (GSP) did not answer the driver. Reset the GPU; a driver update or "
     "NVreg_EnableGpuFirmware=0 (where it exists) is worth a try. "
     "After an Xid 79 it is only its consequence."},
    {120, "GSP error", XidBlame::Driver, "The firmware on the card crashed."},
    {121, "C2C link error", XidBlame::Hardware, "The link between CPU and GPU of a superchip."},
    {122, "SPI PMU RPC read failure", XidBlame::Hardware, ""},
    {123, "SPI PMU RPC write failure", XidBlame::Hardware, ""},
    {125, "InfoROM file system error", XidBlame::Hardware, ""},
    {136, "NVLink alignment failure", XidBlame::Hardware, ""},
    {137, "NVLink fault: a remote memory access failed", XidBlame::Unclear,
     "As Xid 31, but over NVLink; look at the other GPU."},
    {140, "unrecovered ECC error", XidBlame::Hardware, "An uncorrectable memory error of an engine's internal memory."},
    {143, "GPU initialisation failure", XidBlame::Unclear, ""},
    {144, "NVLink: SAW error", XidBlame::Hardware, ""},
    {145, "NVLink: RLW error", XidBlame::Hardware, ""},
    {149, "NVLink: NETIR error", XidBlame::Hardware, ""},
    {154, "GPU recovery action changed", XidBlame::Informational,
     "The line says what it needs: nothing, a reset of the GPU, a reboot of the node, or draining. The Xid before it "
     "is the reason."},
});

std::string_view to_text(XidBlame blame) {
  switch (blame) {
    case XidBlame::Application: return "a program, as a rule";
    case XidBlame::Driver: return "the driver or the card's firmware, as a rule";
    case XidBlame::Hardware: return "hardware, as a rule";
    case XidBlame::Unclear: return "open: program, driver and hardware all can";
    case XidBlame::Informational: return "nobody: it reports what follows from something else";
  }
  return {};
}

}  // namespace

std::span<const Xid> xids() { return kXids; }

const Xid* find_xid(uint32_t number) {
  const auto* found = std::ranges::find(kXids, number, &Xid::number);
  return found == kXids.end() ? nullptr : found;
}

Reading read_xid(uint32_t number) {
  Reading reading;
  reading.what = fmt::format("NVIDIA Xid {}", number);
  const Xid* xid = find_xid(number);
  if (xid == nullptr) {
    reading.meaning = "not in the table here";
    reading.note("docs.nvidia.com/deploy/xid-errors lists those of current drivers.");
    return reading;
  }
  reading.meaning = std::string(xid->name);
  reading.field("blame", std::string(to_text(xid->blame)));
  reading.note(std::string(xid->note));
  if (xid->blame != XidBlame::Informational)
    reading.note(
        "Of several Xids within seconds the first one counts. `nvidia-bug-report.sh` keeps what NVIDIA asks for.");
  return reading;
}

std::optional<uint32_t> find_xid_number(std::string_view line) {
  const size_t at = line.find("NVRM: Xid");
  if (at == std::string_view::npos) return std::nullopt;
  const size_t close = line.find("):", at);
  if (close == std::string_view::npos) return std::nullopt;
  Scan scan(line.substr(close + 2));
  const auto number = scan.blanks().decimal();
  if (!number || *number > UINT32_MAX) return std::nullopt;
  return static_cast<uint32_t>(*number);
}

}  // namespace inquest::crashtext

#include "crashtext/mce.h"

#include <array>

#include <fmt/format.h>

#include "crashtext/mca_code.h"
#include "crashtext/smca.h"

namespace inquest::crashtext {
namespace {

bool bit(uint64_t value, unsigned number) { return (value >> number & 1U) != 0; }

// Intel's banks 0 to 4 have kept their numbers since Nehalem; the others differ by part (mcelog's tables, and the
// kernel's EDAC drivers).
std::string_view intel_bank(const CpuModel& cpu, uint64_t bank) {
  if (cpu.family != 0 && cpu.family != 6) return {};
  switch (bank) {
    case 0: return "instruction fetch unit";
    case 1: return "data cache unit";
    case 2: return "data TLB";
    case 3: return "mid-level cache (L2)";
    case 4: return cpu.model >= 0x2a ? "power control unit" : "";
    default: break;
  }
  switch (cpu.model) {
    case 0x55:  // Skylake-SP, Cascade Lake-SP
      if (bank == 5 || bank == 12 || bank == 19) return "UPI link between sockets";
      if (bank == 6) return "integrated I/O";
      if (bank == 7 || bank == 8) return "mesh to memory";
      if (bank >= 9 && bank <= 11) return "caching and home agents (last-level cache)";
      return bank >= 13 && bank <= 18 ? "memory controller channel" : "";
    case 0x8f:  // Sapphire Rapids, Emerald Rapids
    case 0xcf:
      if (bank == 5) return "UPI link between sockets";
      if (bank == 12) return "mesh to memory";
      return bank >= 13 && bank <= 20 ? "memory controller channel" : "";
    default: return {};
  }
}

// MCI_MISC of Intel: how precise the address is (SDM vol. 3, 17.3.2.4).
std::string misc_address(uint64_t misc) {
  constexpr std::array<std::string_view, 8> kModes = {"segment offset", "linear", "physical", "memory", "", "", "",
                                                      "generic"};
  return fmt::format("bits {} and up of the address are valid; it is a {} address", misc & 0x3fU,
                     kModes[misc >> 6U & 7U]);
}

std::string_view what_of(MceSeverity severity) {
  switch (severity) {
    case MceSeverity::None: return "no valid error is logged";
    case MceSeverity::Corrected: return "a corrected error: the hardware repaired it, nothing was lost";
    case MceSeverity::Deferred: return "a deferred error: wrong data was found and marked, and nobody has used it yet";
    case MceSeverity::NoAction:
      return "an uncorrected error that needs no action: wrong data was found and marked, and nobody has used it yet";
    case MceSeverity::ActionOptional:
      return "an uncorrected error found in the background: the kernel may take the page out of use";
    case MceSeverity::ActionRequired:
      return "an uncorrected error that the running code met: in a program that gets killed (SIGBUS), in the kernel it "
             "panics";
    case MceSeverity::Uncorrected: return "an uncorrected error";
    case MceSeverity::Fatal: return "a fatal error: the processor's context is corrupt, no software can go on";
  }
  return {};
}

void add_flags(const MceRecord& record, CpuVendor vendor, Reading& reading) {
  const uint64_t status = *record.status;
  std::string flags;
  const auto flag = [&](unsigned number, std::string_view name) {
    if (bit(status, number)) flags += fmt::format("{}{}", flags.empty() ? "" : " ", name);
  };
  flag(63, "VAL");
  flag(62, "OVER");
  flag(61, "UC");
  flag(60, "EN");
  flag(59, "MISCV");
  flag(58, "ADDRV");
  flag(57, "PCC");
  if (vendor == CpuVendor::Intel) {
    flag(56, "S");
    flag(55, "AR");
  } else if (vendor == CpuVendor::Amd) {
    flag(55, "TCC");
    flag(53, "SYNDV");
    flag(46, "CECC");
    flag(45, "UECC");
    flag(44, "DEFERRED");
    flag(43, "POISON");
    flag(40, "SCRUB");
  }
  reading.field("flags", flags);
}

void add_intel(const MceRecord& record, MceSeverity severity, Reading& reading) {
  const uint64_t status = *record.status;
  if (const auto model_code = static_cast<uint32_t>(status >> 16U & 0xffffU); model_code != 0) {
    reading.field("model-specific code", fmt::format("0x{:04x}", model_code));
  }
  if (severity == MceSeverity::Corrected) {
    reading.field("corrected count", fmt::to_string(status >> 38U & 0x7fffU));
    const uint64_t threshold = status >> 53U & 3U;
    if (threshold == 1) reading.field("threshold", "green: below the firmware's limit");
    if (threshold == 2) reading.field("threshold", "yellow: above the firmware's limit, replace the part");
  }
  if (record.bank) {
    if (const std::string_view unit = intel_bank(record.processor, *record.bank); !unit.empty())
      reading.field("unit", std::string(unit));
  }
  if (record.misc && bit(status, 59) && bit(status, 58)) reading.field("address", misc_address(*record.misc));
  const CpuModel& cpu = record.processor;
  if (cpu.family == 6 && (cpu.model == 0xb7 || cpu.model == 0xbf)) {
    reading.note(
        "Raptor Lake of the 13th and 14th generation can be damaged by too high voltages (Intel's Vmin shift); "
        "microcode 0x12b or later "
        "prevents it, but heals nothing.");
  }
}

void add_amd(const MceRecord& record, Reading& reading) {
  const uint64_t status = *record.status;
  const SmcaBank* bank = record.ipid ? find_smca_bank(*record.ipid) : nullptr;
  bool guessed = false;
  if (bank == nullptr && record.bank && record.processor.family >= 0x17) {
    bank = usual_smca_bank(record.processor.family, record.processor.model, *record.bank);
    guessed = bank != nullptr;
  }
  const auto code = static_cast<uint32_t>(status >> 16U & 0x3fU);
  if (bank == nullptr) {
    reading.field("extended code",
                  fmt::format("{}{}", code,
                              record.ipid ? " of a bank that is not known here"
                                          : ": its meaning needs the bank's type (IPID, or family and bank)"));
    return;
  }
  reading.field("unit",
                fmt::format("{} ({}){}", bank->unit, bank->name, guessed ? ", by the usual numbering of banks" : ""));
  reading.field("extended code",
                fmt::format("{}: {}", code, code < bank->errors.size() ? bank->errors[code] : "not known here"));
  if (bank->name == "EX" && code == 0) {
    reading.note(
        "The core waited too long for something, and its watchdog fired: it says that the core starved, not why. "
        "Undervolted or overclocked cores, "
        "idle power states (Typical Current Idle helps then), memory or a PCIe device that does not answer are the "
        "usual reasons; the processor itself is only one of them.");
  } else if (bank->name.starts_with("UMC") && code == 0) {
    reading.note(
        "The syndrome and the address tell which DIMM: EDAC (`ras-mc-ctl --errors`) names the channel; check the label "
        "in the board's manual.");
  } else if (bank->name == "PIE" && code == 2) {
    reading.note(
        "A link of the data fabric (between dies, sockets or to the I/O) had an error: fabric clock and its voltage "
        "(FCLK, SoC voltage) are suspects where they were raised.");
  }
}

CpuVendor guess_vendor(const MceRecord& record) {
  if (record.processor.vendor != CpuVendor::Unknown) return record.processor.vendor;
  if (record.ipid || record.synd) return CpuVendor::Amd;
  return CpuVendor::Unknown;
}

void add_meaning(const McaCode& code, MceSeverity severity, CpuVendor vendor, Reading& reading) {
  switch (code.kind) {
    case McaCode::Kind::Timer:
      if (vendor != CpuVendor::Amd) {
        reading.note(
            "Internal timer error: a core retired no instruction for a very long time (\"three-strike\" timeout), as a "
            "rule because a read of "
            "memory or of a PCIe device never came back. The processor is the witness, not necessarily the culprit: "
            "look at PCIe devices, "
            "firmware and power management before it is replaced.");
      }
      break;
    case McaCode::Kind::Memory:
      reading.note(
          severity == MceSeverity::Corrected
              ? "ECC did its work. One now and then is normal; a rising count on one DIMM is a reason to replace it."
              : "Memory gave wrong data that ECC could not repair: find the DIMM (EDAC, the BMC's event log) and "
                "replace it.");
      break;
    case McaCode::Kind::Cache:
    case McaCode::Kind::Tlb:
      if (severity != MceSeverity::Corrected && severity != MceSeverity::None) {
        reading.note(
            "Inside of the processor, or data that came to it already marked as bad: compare with memory errors at the "
            "same time.");
      }
      break;
    case McaCode::Kind::Bus:
      reading.note(code.timeout ? "Somebody outside of the core did not answer: a device, a link or memory."
                                : "Something went wrong between the core and what it talks to: a link, memory or I/O.");
      break;
    case McaCode::Kind::Simple:
      reading.note("Inside of the core: overclocking, undervolting and a failing processor are the usual reasons.");
      break;
    default: break;
  }
}

}  // namespace

std::string_view to_string(MceSeverity severity) {
  switch (severity) {
    case MceSeverity::None: return "none";
    case MceSeverity::Corrected: return "corrected";
    case MceSeverity::Deferred: return "deferred";
    case MceSeverity::NoAction: return "uncorrected-no-action";
    case MceSeverity::ActionOptional: return "action-optional";
    case MceSeverity::ActionRequired: return "action-required";
    case MceSeverity::Uncorrected: return "uncorrected";
    case MceSeverity::Fatal: return "fatal";
  }
  return "none";
}

MceSeverity mce_severity(const MceRecord& record) {
  if (!record.status || !bit(*record.status, 63)) return MceSeverity::None;
  const uint64_t status = *record.status;
  const CpuVendor vendor = guess_vendor(record);
  if (!bit(status, 61))
    return vendor == CpuVendor::Amd && bit(status, 44) ? MceSeverity::Deferred : MceSeverity::Corrected;
  if (bit(status, 57)) return MceSeverity::Fatal;
  if (vendor == CpuVendor::Amd) return bit(status, 55) ? MceSeverity::ActionRequired : MceSeverity::Uncorrected;
  // S and AR have a meaning where the processor can recover (MCG_SER_P), which Intel's servers of the last decade can.
  if (vendor == CpuVendor::Intel) {
    if (!bit(status, 56)) return MceSeverity::NoAction;
    return bit(status, 55) ? MceSeverity::ActionRequired : MceSeverity::ActionOptional;
  }
  return MceSeverity::Uncorrected;
}

Reading read_mce(const MceRecord& record) {
  Reading reading;
  const CpuVendor vendor = guess_vendor(record);
  const std::string_view name = vendor == CpuVendor::Intel ? "Intel " : vendor == CpuVendor::Amd ? "AMD " : "";
  if (!record.status) {
    reading.what = fmt::format("{}machine-check record without a status", name);
    reading.meaning = "nothing can be said: MCi_STATUS is missing";
    return reading;
  }
  const uint64_t status = *record.status;
  const MceSeverity severity = mce_severity(record);
  const McaCode code = read_mca_code(static_cast<uint32_t>(status & 0xffffU));
  reading.what = fmt::format("{}machine check, {}0x{:016x}", name,
                             record.bank ? fmt::format("bank {}, ", *record.bank) : "", status);
  reading.meaning = std::string(what_of(severity));
  reading.field("severity", std::string(to_string(severity)));
  reading.field("error", fmt::format("0x{:04x}: {}", status & 0xffffU, code.text));
  add_flags(record, vendor, reading);
  if (vendor == CpuVendor::Intel) add_intel(record, severity, reading);
  if (vendor == CpuVendor::Amd) add_amd(record, reading);
  if (const CpuModel& cpu = record.processor; cpu.family != 0) {
    const std::string_view part = microarchitecture(cpu);
    reading.field("processor", fmt::format("family 0x{:x}, model 0x{:x}, stepping {}{}{}", cpu.family, cpu.model,
                                           cpu.stepping, part.empty() ? "" : ": ", part));
  }
  if (record.addr && bit(status, 58)) reading.field("at", fmt::format("0x{:x}", *record.addr));
  if (record.microcode) reading.field("microcode", fmt::format("0x{:x}", *record.microcode));
  if (record.socket) reading.field("socket", fmt::to_string(*record.socket));
  if (record.cpu) reading.field("cpu", fmt::to_string(*record.cpu));
  if (severity == MceSeverity::None) {
    reading.note("Bit 63 (VAL) is not set: the rest of the number means nothing.");
    return reading;
  }
  if (bit(status, 62))
    reading.note("OVER: there were more errors than this one; the others are lost, and their kind with them.");
  add_meaning(code, severity, vendor, reading);
  if (vendor == CpuVendor::Unknown)
    reading.note(
        "The vendor is not known: give --vendor intel or amd for the rest (severity classes, banks, extended codes).");
  if (severity == MceSeverity::Fatal || severity == MceSeverity::Uncorrected) {
    reading.note(
        "Read off after a reset it tells of the boot before; the time in the log is then that of the reading.");
  }
  return reading;
}

}  // namespace inquest::crashtext

// Machine-check records of x86: read out of any text, and said in words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crashtext/cpu_model.h"
#include "crashtext/reading.h"

namespace inquest::crashtext {

// What is not known stays empty.
struct MceRecord {
  std::optional<uint64_t> cpu, bank, status, addr, misc, synd, ipid;
  std::optional<uint64_t> mcg_status, mcg_cap, tsc, time, socket, apic, ppin, microcode, ip;
  CpuModel processor;

  // Adds what the line says; true where it says something. Understood are the kernel's lines ("CPU 3: Machine Check: 0
  // Bank 6: cc59..", "TSC 0 ADDR 143200200 MISC 7022004086", "PROCESSOR 0:406e3 TIME .. SOCKET 0 APIC 3 microcode d6"),
  // those of EDAC on AMD
  // ("CPU:21 (19:21:0) MC5_STATUS[-|UE|..]: 0xbea0..", "Error Addr: 0x..", "IPID: 0x.., Syndrome: 0x.."), Xen's ("Bank
  // 2: d400.. at .."), mcelog's input and output ("CPU 0 BANK 1", "STATUS 9c..", "MCGSTATUS 5", "CPUID Vendor Intel
  // Family 6 Model 85") and rasdaemon's ("bank=5, status= 8c00.., addr= 0x..").
  bool read(std::string_view line);
};

enum class MceSeverity : uint8_t {
  None,            // no valid error in the bank
  Corrected,       // repaired by the hardware
  Deferred,        // AMD: wrong data was found, and marked; nobody has used it yet
  NoAction,        // Intel UCNA: wrong data was found, and marked; nobody has used it yet
  ActionOptional,  // Intel SRAO: wrong data was found in the background (scrubbing, write-back)
  ActionRequired,  // Intel SRAR, AMD with TCC: the running code has met it, and can't go on
  Uncorrected,     // of another kind
  Fatal,           // the processor's context is corrupt: no software can go on
};
std::string_view to_string(MceSeverity severity);
MceSeverity mce_severity(const MceRecord& record);

// The record in words. Without a vendor, what both have in common is told, and what each would make of the rest.
Reading read_mce(const MceRecord& record);

}  // namespace inquest::crashtext

#include "crashtext/cper.h"

#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "crashtext/aer.h"
#include "crashtext/scan.h"

namespace inquest::crashtext {
namespace {

struct Section {
  std::string_view guid;
  std::string_view name;
  std::string_view meaning;
};

constexpr auto kSections = std::to_array<Section>({
    {"9876ccad-47b4-4bdb-b65e-16f193c4f3db", "general processor error",
     "an error of a processor, told in general terms"},
    {"dc3ea0b0-a144-4797-b95b-53fa242b6e1d", "IA32/X64 processor error",
     "an error of an x86 processor: it holds a machine check or its context"},
    {"e429faf1-3cb7-11d4-bca7-0080c73c8881", "IPF processor error", "an error of an Itanium processor"},
    {"e19e3d16-bc11-11e4-9caa-c2051d5d46b0", "ARM processor error",
     "an error of an Arm processor: cache, TLB, bus or micro-architecture"},
    {"a5bc1114-6f64-4ede-b863-3e83ed7c83b1", "memory error",
     "an error of platform memory: node, card, module, bank, row and column name the DIMM"},
    {"61ec04fc-48e6-d813-25c9-8daa44750b12", "memory error 2", "an error of platform memory, in the newer format"},
    {"d995e954-bbc1-430f-ad91-b44dcb3c6f35", "PCIe error",
     "an error of PCI Express: device_id names the device, aer_* what happened"},
    {"c5753963-3b84-4095-bf78-eddad3f9c9dd", "PCI/PCI-X bus error", "an error of a PCI bus"},
    {"eb5e4685-ca66-4769-b6a2-26068b001326", "PCI component error", "an error of a PCI device"},
    {"81212a96-09ed-4996-9471-8d729c8e69ed", "firmware error", "firmware reports an error of its own"},
    {"5b51fef7-c79d-4434-8f1b-aa62de3e2c64", "DMA remapping error", "an error of the IOMMU"},
    {"71761d37-32b2-45cd-a7d0-b0fedd93e8cf", "Intel VT-d DMA remapping error", "an error of Intel's IOMMU"},
    {"036f84e1-7f37-428c-a79e-575fdfaa84ec", "AMD IOMMU error", "an error of AMD's IOMMU"},
    {"91335ef6-ebfb-4478-a6a6-88b728cf75d7", "CCIX error", "an error of a CCIX device"},
    {"80b9efb4-52b5-4de3-a777-68784b771048", "CXL protocol error", "an error of a CXL link"},
    {"fbcd0a77-c260-417f-85a9-088b1621eba6", "CXL general media event", "an event of CXL memory"},
    {"601dcbb3-9c06-4eab-b8af-4e9bfb5c9624", "CXL DRAM event", "an event of CXL memory"},
});

struct Word {
  std::string_view name;
  std::string_view meaning;
};

constexpr auto kSeverities = std::to_array<Word>({
    {"recoverable",
     "uncorrected, but the system may go on: the kernel takes a page or a device out of use, or kills a program"},
    {"fatal",
     "uncorrected and fatal: the kernel panics at once (\"Fatal hardware error!\"), or firmware resets the machine"},
    {"corrected", "corrected by hardware: nothing was lost"},
    {"info", "information only"},
});

// cper_mem_err_type_strs[] of drivers/firmware/efi/cper.c
constexpr auto kMemory = std::to_array<std::string_view>(
    {"unknown", "no error", "single-bit ECC", "multi-bit ECC", "single-symbol chipkill ECC",
     "multi-symbol chipkill ECC", "master abort", "target abort", "parity error", "watchdog timeout", "invalid address",
     "mirror broken", "memory sparing", "scrub corrected error", "scrub uncorrected error",
     "physical memory map-out event"});

Reading section(const Section& entry) {
  Reading reading;
  reading.what = fmt::format("CPER section: {}", entry.name);
  reading.meaning = std::string(entry.meaning);
  reading.field("type", std::string(entry.guid));
  reading.note(
      "Firmware saw it first, and told the kernel: the BMC's event log has the same event, often with the part's "
      "name.");
  return reading;
}

Reading severity(size_t number) {
  Reading reading;
  reading.what = fmt::format("CPER severity {}: {}", number, kSeverities[number].name);
  reading.meaning = std::string(kSeverities[number].meaning);
  if (number == 1) reading.note("Of the kernel's panic only the record counts: its frames are those of the handler.");
  return reading;
}

Reading memory(size_t number) {
  Reading reading;
  reading.what = fmt::format("CPER memory error type {}: {}", number, kMemory[number]);
  const bool corrected = number == 2 || number == 4 || number == 13;
  const bool uncorrected = number == 3 || number == 5 || number == 8 || number == 14;
  reading.meaning = corrected     ? "corrected: a rising count on one DIMM is a reason to replace it"
                    : uncorrected ? "not correctable: the data is lost, replace the DIMM"
                                  : std::string(kMemory[number]);
  reading.note("Node, card, module and the DMI handle in the following lines name the DIMM (`dmidecode -t memory`).");
  return reading;
}

}  // namespace

std::optional<Reading> read_cper(std::string_view text) {
  text = trim(text);
  if (const auto aer = read_aer_line(text)) return aer;
  const std::string low = lower(text);
  for (const Section& entry : kSections) {
    if (low.find(entry.guid) != std::string::npos) return section(entry);
  }
  if (const size_t at = low.find("section_type:"); at != std::string::npos) {
    const std::string name(trim(std::string_view(low).substr(at + std::string_view("section_type:").size())));
    for (const Section& entry : kSections) {
      if (name == lower(entry.name)) return section(entry);
    }
    return std::nullopt;
  }
  if (const size_t at = low.find("error_type:"); at != std::string::npos) {
    Scan scan(std::string_view(low).substr(at + std::string_view("error_type:").size()));
    if (const auto number = scan.blanks().decimal(); number && *number < kMemory.size()) return memory(*number);
    return std::nullopt;
  }
  for (const std::string_view head :
       {std::string_view("event severity:"), std::string_view("severity:"), std::string_view(", type:")}) {
    const size_t at = low.find(head);
    if (at == std::string::npos) continue;
    const std::string_view name = trim(std::string_view(low).substr(at + head.size()));
    for (size_t i = 0; i < kSeverities.size(); ++i) {
      if (name.starts_with(kSeverities[i].name)) return severity(i);
    }
  }
  for (size_t i = 0; i < kSeverities.size(); ++i) {
    if (low == kSeverities[i].name) return severity(i);
  }
  if (const auto number = parse_int<size_t>(low); number && *number < kSeverities.size()) return severity(*number);
  return std::nullopt;
}

}  // namespace inquest::crashtext

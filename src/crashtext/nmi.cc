#include "crashtext/nmi.h"

#include <fmt/format.h>

#include "crashtext/scan.h"

namespace inquest::crashtext {

Reading read_nmi_reason(uint8_t reason) {
  Reading reading;
  reading.what = fmt::format("NMI reason 0x{:02x} (port 0x61)", reason);
  const bool serr = (reason & 0x80U) != 0;
  const bool iochk = (reason & 0x40U) != 0;
  if (serr) reading.field("bit 7", "SERR#: a device on PCI reported a system error (on old machines: memory parity)");
  if (iochk) reading.field("bit 6", "IOCHK#: an I/O channel check");
  if ((reason & 0x08U) != 0) reading.field("bit 3", "IOCHK# reporting is off");
  if ((reason & 0x04U) != 0) reading.field("bit 2", "SERR# reporting is off");
  if (serr || iochk) {
    reading.meaning =
        serr ? "a device reported a system error (SERR#)" : "a device reported an I/O channel check (IOCHK#)";
    reading.note(
        "Hardware asked for help: AER and APEI records of the same moment, and the BMC's event log, name the device.");
    if (serr && (reason & 0x04U) != 0) reading.note("With its own reporting bit off it may be stale.");
  } else {
    reading.meaning = "neither SERR# nor IOCHK#: the byte does not tell who sent the NMI";
    reading.note(
        "The other bits are a timer's output and refresh toggle, which change all the time: that it is 2d or 3d means "
        "nothing.");
    reading.note(
        "Who sends such NMIs: a BMC's button or watchdog (`hpwdt`, `ipmitool chassis power diag`), a hypervisor, the "
        "performance counters, or a chipset that found an error; "
        "the BMC's log tells.");
  }
  return reading;
}

std::optional<uint8_t> find_nmi_reason(std::string_view line) {
  if (line.find("NMI") == std::string_view::npos) return std::nullopt;
  for (const std::string_view head :
       {std::string_view("unknown reason "), std::string_view("for reason "), std::string_view("reason ")}) {
    const size_t at = line.find(head);
    if (at == std::string_view::npos) continue;
    Scan scan(line.substr(at + head.size()));
    scan.take("0x");
    const auto value = scan.hex();
    if (value && *value <= 0xff) return static_cast<uint8_t>(*value);
  }
  return std::nullopt;
}

}  // namespace inquest::crashtext

#include "crashtext/nvme_status.h"

#include <array>
#include <span>

#include <fmt/format.h>

#include "crashtext/scan.h"

namespace inquest::crashtext {
namespace {

struct Code {
  uint32_t type;
  uint32_t code;
  std::string_view text;
};

constexpr auto kTypes =
    std::to_array<std::string_view>({"generic", "command specific", "media and data integrity", "path", "reserved",
                                     "reserved", "reserved", "vendor specific"});

constexpr auto kCodes = std::to_array<Code>({
    {0, 0x00, "success"},
    {0, 0x01, "invalid command opcode"},
    {0, 0x02, "invalid field in command"},
    {0, 0x03, "command identifier conflict"},
    {0, 0x04, "data transfer error"},
    {0, 0x05, "aborted due to power loss notification"},
    {0, 0x06, "internal error of the device"},
    {0, 0x07, "aborted on request: the kernel gave up on it, after a timeout as a rule"},
    {0, 0x08, "aborted because its queue was deleted"},
    {0, 0x0b, "invalid namespace or format"},
    {0, 0x0c, "command sequence error"},
    {0, 0x15, "operation denied"},
    {0, 0x1c, "sanitize failed"},
    {0, 0x1d, "sanitize in progress"},
    {0, 0x20, "namespace is write protected: worn out, or set so"},
    {0, 0x21, "command interrupted"},
    {0, 0x22, "transient transport error"},
    {0, 0x80, "LBA out of range"},
    {0, 0x81, "capacity exceeded"},
    {0, 0x82, "namespace not ready"},
    {0, 0x83, "reservation conflict"},
    {0, 0x84, "format in progress"},
    {1, 0x00, "completion queue invalid"},
    {1, 0x01, "invalid queue identifier"},
    {1, 0x06, "invalid firmware slot"},
    {1, 0x07, "invalid firmware image"},
    {1, 0x09, "invalid log page"},
    {1, 0x0b, "firmware activation needs a conventional reset"},
    {1, 0x80, "conflicting attributes"},
    {1, 0x81, "invalid protection information"},
    {1, 0x82, "attempted write to read-only range"},
    {2, 0x80, "write fault: the medium could not be written"},
    {2, 0x81, "unrecovered read error: data on the medium is lost"},
    {2, 0x82, "end-to-end guard check error"},
    {2, 0x83, "end-to-end application tag check error"},
    {2, 0x84, "end-to-end reference tag check error"},
    {2, 0x85, "compare failure"},
    {2, 0x86, "access denied"},
    {2, 0x87, "deallocated or unwritten logical block"},
    {3, 0x00, "internal path error"},
    {3, 0x01, "asymmetric access persistent loss"},
    {3, 0x02, "asymmetric access inaccessible"},
    {3, 0x03, "asymmetric access transition"},
    {3, 0x60, "controller pathing error"},
    {3, 0x70, "host pathing error"},
    {3, 0x71, "aborted by the host: the controller was reset or removed under it"},
});

std::optional<uint64_t> hex_behind(std::string_view line, std::string_view key) {
  const size_t at = line.find(key);
  if (at == std::string_view::npos) return std::nullopt;
  Scan scan(line.substr(at + key.size()));
  return scan.blanks().prefixed_hex();
}

}  // namespace

Reading read_nvme_status(uint32_t type, uint32_t code) {
  Reading reading;
  reading.what = fmt::format("NVMe status, type 0x{:x}, code 0x{:02x}", type, code);
  reading.meaning = "a code that is not known here";
  for (const Code& entry : kCodes) {
    if (entry.type == type && entry.code == code) reading.meaning = std::string(entry.text);
  }
  reading.field("type", std::string(kTypes[type & 7U]));
  if (type == 2) {
    reading.note(
        "The medium itself: `nvme smart-log` (media_errors, percentage_used, available_spare), then replace the "
        "drive.");
  } else if (type == 3 || (type == 0 && (code == 7 || code == 8))) {
    reading.note(
        "Not the medium: the command was given up because the controller or the path to it did not answer. Look at "
        "what stands before it (timeout, reset, link).");
  } else if (type == 0 && code == 4) {
    reading.note("The data did not get over PCIe or into memory: AER of the same moment, IOMMU faults.");
  }
  return reading;
}

Reading read_nvme_status(uint32_t status) {
  Reading reading = read_nvme_status(status >> 8U & 7U, status & 0xffU);
  reading.what =
      fmt::format("NVMe status 0x{:x}: type 0x{:x}, code 0x{:02x}", status, status >> 8U & 7U, status & 0xffU);
  reading.field("do not retry", (status >> 14U & 1U) != 0 ? "yes" : "no");
  if ((status >> 13U & 1U) != 0) reading.field("more", "the error log page has more");
  return reading;
}

Reading read_nvme_csts(uint32_t csts) {
  Reading reading;
  reading.what = fmt::format("NVMe controller status CSTS 0x{:x}", csts);
  if (csts == UINT32_MAX) {
    reading.meaning = "nothing but ones: the drive does not answer on PCIe any more";
    reading.note(
        "Not a status of the drive: its link is down, or it has lost power or crashed. Power saving is the first "
        "suspect "
        "(nvme_core.default_ps_max_latency_us=0, pcie_aspm=off as a test), then firmware, heat, seating and the power "
        "supply.");
    reading.note("A kernel log on that very drive ends here: what came after is only to be had elsewhere.");
    return reading;
  }
  const bool fatal = (csts & 2U) != 0;
  reading.field("RDY", (csts & 1U) != 0 ? "1: ready" : "0: not ready");
  reading.field("CFS", fatal ? "1: controller fatal status" : "0");
  constexpr std::array<std::string_view, 4> kShutdown = {"normal operation", "shutdown in progress",
                                                         "shutdown complete", "reserved"};
  reading.field("SHST", std::string(kShutdown[csts >> 2U & 3U]));
  if ((csts & 0x10U) != 0) reading.field("NSSRO", "1: a subsystem reset happened");
  if ((csts & 0x20U) != 0) reading.field("PP", "1: processing paused");
  reading.meaning = fatal ? "the controller says itself that it has failed and needs a reset"
                          : "the controller is alive; it was slow or lost an interrupt";
  reading.note(fatal ? "The drive's firmware crashed: `nvme error-log`, firmware update, heat."
                     : "With a timeout: a busy drive (internal clean-up), a lost interrupt, or a deep power state.");
  return reading;
}

std::optional<Reading> read_nvme_line(std::string_view line) {
  if (const auto csts = hex_behind(line, "CSTS="); csts && *csts <= UINT32_MAX)
    return read_nvme_csts(static_cast<uint32_t>(*csts));
  const auto type = hex_behind(line, "sct ");
  const auto code = hex_behind(line, "/ sc ");
  if (type && code && *type <= 7 && *code <= 0xff) {
    Reading reading = read_nvme_status(static_cast<uint32_t>(*type), static_cast<uint32_t>(*code));
    reading.field("do not retry", line.find("DNR") != std::string_view::npos ? "yes" : "no");
    return reading;
  }
  if (line.find("nvme") == std::string_view::npos) return std::nullopt;
  for (const std::string_view key :
       {std::string_view("status: "), std::string_view("status "), std::string_view("status=")}) {
    if (const auto status = hex_behind(line, key); status && *status <= 0x7fff)
      return read_nvme_status(static_cast<uint32_t>(*status));
  }
  return std::nullopt;
}

}  // namespace inquest::crashtext

#include "crashtext/aer.h"

#include <array>
#include <span>

#include <fmt/format.h>

#include "base/text.h"
#include "crashtext/scan.h"

namespace inquest::crashtext {
namespace {

struct Bit {
  unsigned number;
  std::string_view name;  // as the kernel prints it (drivers/pci/pcie/aer.c)
  std::string_view text;
};

constexpr auto kUncorrectable = std::to_array<Bit>({
    {0, "Undefined", "undefined (a training error in PCIe 1.0)"},
    {4, "DLP", "data link protocol error"},
    {5, "SDES", "surprise down: the link went away without warning"},
    {12, "TLP", "poisoned packet: the sender marked its data as bad"},
    {13, "FCP", "flow control protocol error"},
    {14, "CmpltTO", "completion timeout: a request was never answered"},
    {15, "CmpltAbrt", "completer abort: the other side refused"},
    {16, "UnxCmplt", "unexpected completion"},
    {17, "RxOF", "receiver overflow"},
    {18, "MalfTLP", "malformed packet"},
    {19, "ECRC", "end-to-end checksum error"},
    {20, "UnsupReq", "unsupported request: nobody there answers such an access"},
    {21, "ACSViol", "access control violation"},
    {22, "UncorrIntErr", "internal error of the device"},
    {23, "BlockedTLP", "multicast packet blocked"},
    {24, "AtomicOpBlocked", "atomic operation blocked"},
    {25, "TLPBlockedErr", "packet prefix blocked"},
    {26, "PoisonTLPBlocked", "poisoned packet blocked"},
    {27, "DMWrReqBlocked", "deferrable memory write blocked"},
    {28, "IDECheck", "link encryption check failed"},
    {29, "MisIDETLP", "misrouted encrypted packet"},
    {30, "PCRC_CHECK", "PCRC check failed"},
    {31, "TLPXlatBlocked", "packet blocked at translation"},
});

constexpr auto kCorrectable = std::to_array<Bit>({
    {0, "RxErr", "receiver error: the signal on the wire was bad"},
    {6, "BadTLP", "bad packet: its checksum did not match, it was sent again"},
    {7, "BadDLLP", "bad data link packet"},
    {8, "Rollover", "the replay counter rolled over: a packet was sent four times"},
    {12, "Timeout", "replay timer timeout: no acknowledgement came"},
    {13, "NonFatalErr", "advisory non-fatal error: an uncorrectable one that is harmless in its context"},
    {14, "CorrIntErr", "corrected internal error"},
    {15, "HeaderOF", "header log overflow"},
});

// PCIe base specification, 7.8.4.4: fatal unless software says otherwise.
constexpr uint32_t kDefaultSeverity = 0x00462030;

std::string list(std::span<const Bit> table, uint32_t status) {
  std::string text;
  for (const Bit& bit : table) {
    if ((status >> bit.number & 1U) != 0) text += fmt::format("{}{}", text.empty() ? "" : "; ", bit.text);
  }
  return text.empty() ? "no error bit is set" : text;
}

std::string requester(uint32_t id) {
  return fmt::format("{:02x}:{:02x}.{}", id >> 8U & 0xffU, id >> 3U & 0x1fU, id & 7U);
}

// Both spellings of a number: with "0x" or bare.
std::optional<uint32_t> hex_behind(std::string_view line, std::string_view key) {
  const size_t at = line.find(key);
  if (at == std::string_view::npos) return std::nullopt;
  Scan scan(line.substr(at + key.size()));
  scan.blanks().take("0x");
  const auto value = scan.hex();
  if (!value || *value > UINT32_MAX) return std::nullopt;
  return static_cast<uint32_t>(*value);
}

}  // namespace

Reading read_aer_uncorrectable(uint32_t status, std::optional<uint32_t> severity) {
  Reading reading;
  reading.what = fmt::format("PCIe AER uncorrectable error status 0x{:08x}", status);
  reading.meaning = list(kUncorrectable, status);
  const uint32_t fatal = status & severity.value_or(kDefaultSeverity);
  for (const Bit& bit : kUncorrectable) {
    if ((status >> bit.number & 1U) == 0) continue;
    reading.field(fmt::format("bit {} {}", bit.number, bit.name),
                  fmt::format("{}, {}{}", bit.text, (fatal >> bit.number & 1U) != 0 ? "fatal" : "non-fatal",
                              severity ? "" : " by default"));
  }
  const auto has = [&](unsigned number) { return (status >> number & 1U) != 0; };
  if (has(5) || has(4))
    reading.note(
        "The link broke: reseat the card, riser or cable; look at the slot's power, and at power saving (ASPM, D3cold) "
        "of the device.");
  if (has(14))
    reading.note(
        "A device did not answer in time: it hangs, sleeps (D3cold, ASPM) or lost power. The device that reports it is "
        "the one that asked, not the one that is silent.");
  if (has(20))
    reading.note(
        "Often harmless: a driver or a scan asked for what the device does not have. With a hang or \"device "
        "inaccessible\" it means that the device was gone.");
  if (has(12))
    reading.note("The data was bad before it came here: look at the memory and the device that sent it (MCE, EDAC).");
  if (status != 0)
    reading.note(
        "`pci=noaer` only hides this; `lspci -vvv` shows DevSta, LnkSta and the AER registers now, the TLP header "
        "which access it was.");
  return reading;
}

Reading read_aer_correctable(uint32_t status) {
  Reading reading;
  reading.what = fmt::format("PCIe AER correctable error status 0x{:08x}", status);
  reading.meaning = list(kCorrectable, status);
  for (const Bit& bit : kCorrectable) {
    if ((status >> bit.number & 1U) != 0)
      reading.field(fmt::format("bit {} {}", bit.number, bit.name), std::string(bit.text));
  }
  reading.note("Corrected: nothing was lost, and it crashes nothing by itself.");
  if ((status & 0x11c1U) != 0) {
    reading.note(
        "In numbers it is a bad signal: reseat the card, change riser or cable, try a lower link speed. With ASPM, "
        "replays at each wake-up can cause it as well.");
  }
  return reading;
}

Reading read_tlp_header(uint32_t first, uint32_t second, uint32_t third, uint32_t fourth) {
  Reading reading;
  reading.what = fmt::format("PCIe packet header {:08x} {:08x} {:08x} {:08x}", first, second, third, fourth);
  const uint32_t format = first >> 29U & 7U;
  const uint32_t type = first >> 24U & 0x1fU;
  const bool write = (format & 2U) != 0;
  const bool wide = (format & 1U) != 0;
  const uint32_t length = (first & 0x3ffU) == 0 ? 1024 : first & 0x3ffU;
  std::string what;
  if (type == 0 || type == 1)
    what = write ? "memory write" : "memory read";
  else if (type == 2)
    what = write ? "I/O write" : "I/O read";
  else if (type == 4 || type == 5)
    what = write ? "configuration write" : "configuration read";
  else if (type == 0xa || type == 0xb)
    what = write ? "completion with data" : "completion without data";
  else if ((type & 0x18U) == 0x10)
    what = "message";
  else if (type >= 0xc && type <= 0xe)
    what = "atomic operation";
  else
    what = fmt::format("packet of type 0x{:02x}", type);
  reading.meaning = what;
  reading.field("length", fmt::format("{} bytes at most", length * 4));
  reading.field("from", requester(second >> 16U));
  if (type <= 2) {
    const uint64_t address = wide ? uint64_t{third} << 32U | (fourth & ~3U) : third & ~3U;
    reading.field("address", fmt::format("0x{:x}", address));
    reading.meaning += fmt::format(" at 0x{:x}", address);
    reading.note("`grep` the address in /proc/iomem: which device's region it lies in tells who should have answered.");
  } else if (type == 4 || type == 5) {
    reading.field("target", requester(third >> 16U));
  } else if (type == 0xa || type == 0xb) {
    reading.field("status", fmt::format("{}", second >> 13U & 7U));
    reading.field("for", requester(third >> 16U));
  }
  return reading;
}

std::optional<Reading> read_aer_line(std::string_view line) {
  if (const size_t at = line.find("TLP Header:"); at != std::string_view::npos) {
    std::array<uint32_t, 4> words{};
    Scan scan(line.substr(at + std::string_view("TLP Header:").size()));
    for (uint32_t& word : words) {
      const auto value = scan.blanks().hex();
      if (!value || *value > UINT32_MAX) return std::nullopt;
      word = static_cast<uint32_t>(*value);
    }
    return read_tlp_header(words[0], words[1], words[2], words[3]);
  }
  if (const auto status = hex_behind(line, "aer_uncor_status:"))
    return read_aer_uncorrectable(*status, hex_behind(line, "aer_uncor_severity:"));
  if (const auto status = hex_behind(line, "aer_cor_status:")) return read_aer_correctable(*status);
  const bool correctable = contains_nocase(line, "severity=Corrected") || contains_nocase(line, "severity=Correctable");
  if (const auto status = hex_behind(line, "status/mask=")) {
    // The line itself does not say of which kind it is. The high bits, in the status or the mask, are reserved in
    // correctable errors, whose usual mask is the advisory bit; of what is left, a completion timeout is the common
    // meaning of bit 14.
    const size_t slash = line.find('/', line.find("status/mask=") + std::string_view("status/mask=").size());
    const uint32_t mask = slash == std::string_view::npos ? 0 : hex_behind(line.substr(slash), "/").value_or(0);
    const bool uncorrectable = !correctable && ((*status | mask) & 0xffff0e30U) != 0;
    const bool open = !correctable && !uncorrectable && (mask & 0x2000U) == 0 && (*status & 0x7001U) != 0;
    Reading reading = uncorrectable || (open && (*status & 0x4000U) != 0) ? read_aer_uncorrectable(*status)
                                                                          : read_aer_correctable(*status);
    if (open)
      reading.note(
          "The line alone does not tell correctable from uncorrectable bits: the one above it (severity=..) does.");
    return reading;
  }
  return std::nullopt;
}

}  // namespace inquest::crashtext

#include "crashtext/disk_status.h"

#include <array>
#include <span>

#include <fmt/format.h>

#include "base/text.h"
#include "crashtext/scan.h"

namespace inquest::crashtext {
namespace {

struct Bit {
  uint32_t mask;
  std::string_view name;
  std::string_view text;
};

constexpr auto kStatus = std::to_array<Bit>({
    {0x80, "BSY", "busy"},
    {0x40, "DRDY", "ready"},
    {0x20, "DF", "device fault: the drive itself has failed"},
    {0x10, "DSC", "seek complete (old drives)"},
    {0x08, "DRQ", "wants to transfer data"},
    {0x01, "ERR", "error: see the error register"},
});
constexpr auto kError = std::to_array<Bit>({
    {0x80, "ICRC", "checksum error on the cable (SATA: between drive and controller)"},
    {0x40, "UNC", "uncorrectable: data on the medium is lost"},
    {0x20, "MC", "medium changed"},
    {0x10, "IDNF", "address not found: a damaged track, or beyond the end"},
    {0x04, "ABRT", "aborted: the drive refused the command"},
    {0x02, "NM", "end or absence of the medium"},
});
// include/linux/libata.h, AC_ERR_*
constexpr auto kEmask = std::to_array<Bit>({
    {0x001, "device error", "the drive reported an error"},
    {0x002, "HSM violation", "the drive broke the protocol: cable, power or firmware"},
    {0x004, "timeout", "the drive did not answer in time"},
    {0x008, "media error", "the medium failed"},
    {0x010, "ATA bus error", "the link had errors: cable, connector, power"},
    {0x020, "host bus error", "the controller had an error on PCI"},
    {0x040, "internal error", "libata or the controller's driver"},
    {0x080, "invalid argument", "the command was refused before it was sent"},
    {0x100, "unknown error", "no more is known"},
});
// SControl's SError register, low and high half.
constexpr auto kSerror = std::to_array<Bit>({
    {0x00000001, "RecovData", "recovered data"},
    {0x00000002, "RecovComm", "recovered link"},
    {0x00000100, "UnrecovData", "unrecovered data"},
    {0x00000200, "Persist", "persistent communication error"},
    {0x00000400, "Proto", "protocol error"},
    {0x00000800, "HostInt", "host internal error"},
    {0x00010000, "PHYRdyChg", "the link came or went"},
    {0x00020000, "PHYInt", "PHY internal error"},
    {0x00040000, "CommWake", "wake-up signal"},
    {0x00080000, "10B8B", "decoding error"},
    {0x00100000, "Dispar", "disparity error"},
    {0x00200000, "BadCRC", "bad checksum on the link"},
    {0x00400000, "Handshk", "handshake error"},
    {0x00800000, "LinkSeq", "link sequence error"},
    {0x01000000, "TrStaTrns", "transport state error"},
    {0x02000000, "UnrecFIS", "unrecognised frame"},
    {0x04000000, "DevExch", "device exchanged: unplugged and plugged"},
});

constexpr std::array<std::string_view, 16> kKeys = {
    "no sense",       "recovered error", "not ready",   "medium error",    "hardware error", "illegal request",
    "unit attention", "data protect",    "blank check", "vendor specific", "copy aborted",   "aborted command",
    "reserved",       "volume overflow", "miscompare",  "completed"};

struct Sense {
  uint16_t code;  // asc << 8 | ascq
  std::string_view text;
};
constexpr auto kSense = std::to_array<Sense>({
    {0x0000, "no additional sense"},
    {0x0401, "becoming ready"},
    {0x0402, "needs a start command"},
    {0x0404, "format in progress"},
    {0x0409, "self-test in progress"},
    {0x0411, "waits for the enclosure to allow its spin-up"},
    {0x0800, "communication failure"},
    {0x0801, "communication timeout"},
    {0x0b01, "warning: temperature exceeded"},
    {0x0c00, "write error"},
    {0x0c02, "write error, reallocation failed"},
    {0x1100, "unrecovered read error"},
    {0x1101, "read retries exhausted"},
    {0x110c, "unrecovered read error, rewrite the data"},
    {0x1400, "recorded entity not found"},
    {0x1501, "mechanical positioning error"},
    {0x1700, "read recovered without correction"},
    {0x1800, "read recovered with correction"},
    {0x1900, "defect list error"},
    {0x2000, "invalid command"},
    {0x2100, "address out of range"},
    {0x2104, "write to a zone at the wrong place"},
    {0x2400, "invalid field in the command"},
    {0x2500, "logical unit not supported"},
    {0x2700, "write protected"},
    {0x2701, "hardware write protected"},
    {0x2800, "medium may have changed"},
    {0x2900, "power on, reset or bus reset"},
    {0x2901, "power on"},
    {0x2902, "bus reset"},
    {0x2a01, "mode parameters changed"},
    {0x3100, "medium format corrupted"},
    {0x3200, "no spare sector left"},
    {0x3f0e, "list of logical units has changed"},
    {0x4400, "internal target failure"},
    {0x4701, "data phase checksum error"},
    {0x4703, "information unit checksum error"},
    {0x4b00, "data phase error"},
    {0x5d00, "failure predicted by the drive (SMART)"},
    {0x5d10, "hardware failure predicted by the drive (SMART)"},
});

std::string names(std::span<const Bit> table, uint32_t value) {
  std::string text;
  for (const Bit& bit : table) {
    if ((value & bit.mask) != 0) text += fmt::format("{}{}", text.empty() ? "" : " ", bit.name);
  }
  return text.empty() ? "none" : text;
}

std::string texts(std::span<const Bit> table, uint32_t value) {
  std::string text;
  for (const Bit& bit : table) {
    if ((value & bit.mask) != 0) text += fmt::format("{}{}", text.empty() ? "" : "; ", bit.text);
  }
  return text;
}

std::optional<uint64_t> hex_behind(std::string_view line, std::string_view key) {
  const size_t at = line.find(key);
  if (at == std::string_view::npos) return std::nullopt;
  Scan scan(line.substr(at + key.size()));
  scan.take("0x");
  return scan.hex();
}

}  // namespace

Reading read_ata(uint8_t status, uint8_t error) {
  Reading reading;
  reading.what = fmt::format("ATA status 0x{:02x}, error 0x{:02x}", status, error);
  reading.field("status", names(kStatus, status));
  if (status == 0xff) {
    reading.meaning = "nothing but ones: the drive is not there";
    return reading;
  }
  if ((status & 1U) != 0) reading.field("error", names(kError, error));
  reading.meaning = (status & 1U) != 0 ? texts(kError, error) : (status & 0x20U) != 0 ? "device fault" : "no error";
  if (reading.meaning.empty()) reading.meaning = "an error without a reason";
  if ((error & 0x80U) != 0 && (status & 1U) != 0)
    reading.note("A cable or connector, not the medium: UDMA_CRC_Error_Count in SMART grows with it.");
  if ((error & 0x40U) != 0 && (status & 1U) != 0)
    reading.note(
        "Read errors of this kind stay until the sector is rewritten: SMART 5, 197 and 198, `smartctl -l error`; "
        "restore from redundancy.");
  return reading;
}

Reading read_ata_emask(uint32_t emask) {
  Reading reading;
  reading.what = fmt::format("ATA Emask 0x{:x}", emask);
  reading.field("flags", names(kEmask, emask));
  reading.meaning = texts(kEmask, emask);
  if (reading.meaning.empty()) reading.meaning = "no error";
  if ((emask & 0x14U) != 0)
    reading.note(
        "Several drives at once: look at the controller, backplane or power supply. One drive alone: cable, then "
        "drive.");
  return reading;
}

Reading read_sense(uint8_t key, uint8_t asc, uint8_t ascq) {
  Reading reading;
  reading.what = fmt::format("SCSI sense {:x}/{:02x}/{:02x}", key, asc, ascq);
  const std::string_view name = kKeys[key & 0xfU];
  reading.field("key", fmt::format("{:x}: {}", key & 0xfU, name));
  const auto code = static_cast<uint16_t>(asc << 8U | ascq);
  std::string_view text;
  for (const Sense& sense : kSense) {
    if (sense.code == code) text = sense.text;
  }
  reading.meaning = fmt::format("{}: {}", name, text.empty() ? "a code that is not known here" : text);
  switch (key & 0xfU) {
    case 1: reading.note("Recovered: nothing was lost."); break;
    case 3:
      reading.note(
          "The medium: data there is lost to the drive; redundancy has to give it back, and the drive is to be watched "
          "or replaced.");
      break;
    case 4: reading.note("The drive or enclosure itself."); break;
    case 5:
      reading.note("The command was refused: a driver asked for what the drive does not have. Harmless as a rule.");
      break;
    case 6:
      reading.note(
          "A notice, not an error: the drive was reset, or something changed. Unexpected resets deserve a look at "
          "power and cabling.");
      break;
    case 0xb: reading.note("Aborted: transport errors as a rule (cable, expander, backplane)."); break;
    default: break;
  }
  return reading;
}

std::optional<Reading> read_disk_line(std::string_view line) {
  if (const size_t at = line.find("res "); at != std::string_view::npos) {
    Scan scan(line.substr(at + 4));
    const std::string_view status = scan.take_while(Scan::hex_digit);
    if (status.size() == 2 && scan.take('/')) {
      const std::string_view error = scan.take_while(Scan::hex_digit);
      if (error.size() == 2) {
        return read_ata(parse_int<uint8_t>(status, 16).value_or(0), parse_int<uint8_t>(error, 16).value_or(0));
      }
    }
  }
  if (const auto emask = hex_behind(line, "Emask "); emask && *emask <= UINT32_MAX) {
    Reading reading = read_ata_emask(static_cast<uint32_t>(*emask));
    if (const auto serror = hex_behind(line, "SErr "); serror && *serror <= UINT32_MAX && *serror != 0) {
      reading.field("SErr", names(kSerror, static_cast<uint32_t>(*serror)));
      if ((*serror & 0x07ff0300U) != 0)
        reading.note("The link itself had errors: cable, connector, power of the drive.");
    }
    return reading;
  }
  if (const size_t at = line.find("Sense Key : "); at != std::string_view::npos) {
    const std::string name = lower(line.substr(at + std::string_view("Sense Key : ").size()));
    for (uint8_t key = 0; key < kKeys.size(); ++key) {
      if (name.starts_with(kKeys[key])) return read_sense(key, 0, 0);
    }
  }
  return std::nullopt;
}

}  // namespace inquest::crashtext

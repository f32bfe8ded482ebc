#include "crashtext/sel_entry.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "crashtext/scan.h"

namespace inquest::crashtext {
namespace {

struct SensorType {
  uint8_t number;
  std::string_view name;
};

// IPMI 2.0, table 42-3.
constexpr auto kSensors = std::to_array<SensorType>({
    {0x01, "Temperature"},
    {0x02, "Voltage"},
    {0x03, "Current"},
    {0x04, "Fan"},
    {0x05, "Physical Security"},
    {0x07, "Processor"},
    {0x08, "Power Supply"},
    {0x09, "Power Unit"},
    {0x0b, "Other"},
    {0x0c, "Memory"},
    {0x0d, "Drive Slot"},
    {0x0f, "System Firmware"},
    {0x10, "Event Logging"},
    {0x11, "Watchdog"},
    {0x12, "System Event"},
    {0x13, "Critical Interrupt"},
    {0x14, "Button"},
    {0x19, "Chip Set"},
    {0x1d, "System Boot Initiated"},
    {0x1e, "Boot Error"},
    {0x1f, "OS Boot"},
    {0x20, "OS Critical Stop"},
    {0x21, "Slot / Connector"},
    {0x22, "System ACPI Power State"},
    {0x23, "Watchdog 2"},
    {0x28, "Management Subsystem Health"},
    {0x2b, "Version Change"},
});

struct Event {
  uint8_t sensor;
  uint8_t offset;
  std::string_view text;
};

constexpr auto kEvents = std::to_array<Event>({
    {0x07, 0x0, "IERR"},
    {0x07, 0x1, "Thermal Trip"},
    {0x07, 0x2, "FRB1/BIST failure"},
    {0x07, 0x5, "Configuration Error"},
    {0x07, 0x7, "Presence detected"},
    {0x07, 0x8, "Disabled"},
    {0x07, 0xa, "Throttled"},
    {0x07, 0xb, "Machine Check"},
    {0x07, 0xc, "Correctable Machine Check"},
    {0x08, 0x0, "Presence detected"},
    {0x08, 0x1, "Failure detected"},
    {0x08, 0x2, "Predictive failure"},
    {0x08, 0x3, "Power Supply AC lost"},
    {0x09, 0x0, "Power off/down"},
    {0x09, 0x1, "Power cycle"},
    {0x09, 0x4, "AC lost"},
    {0x09, 0x5, "Soft-power control failure"},
    {0x09, 0x6, "Failure detected"},
    {0x0c, 0x0, "Correctable ECC"},
    {0x0c, 0x1, "Uncorrectable ECC"},
    {0x0c, 0x2, "Parity"},
    {0x0c, 0x3, "Memory Scrub Failed"},
    {0x0c, 0x4, "Memory Device Disabled"},
    {0x0c, 0x5, "Correctable ECC logging limit reached"},
    {0x0c, 0x7, "Configuration Error"},
    {0x0c, 0xa, "Critical Overtemperature"},
    {0x10, 0x0, "Correctable memory error logging disabled"},
    {0x10, 0x2, "Log area reset/cleared"},
    {0x10, 0x4, "Log full"},
    {0x12, 0x0, "System Reconfigured"},
    {0x12, 0x1, "OEM System boot event"},
    {0x12, 0x2, "Undetermined system hardware failure"},
    {0x12, 0x5, "Timestamp Clock Sync"},
    {0x13, 0x0, "NMI/Diag Interrupt"},
    {0x13, 0x1, "Bus Timeout"},
    {0x13, 0x2, "I/O Channel check NMI"},
    {0x13, 0x3, "Software NMI"},
    {0x13, 0x4, "PCI PERR"},
    {0x13, 0x5, "PCI SERR"},
    {0x13, 0x7, "Bus Correctable error"},
    {0x13, 0x8, "Bus Uncorrectable error"},
    {0x13, 0x9, "Fatal NMI"},
    {0x13, 0xa, "Bus Fatal Error"},
    {0x13, 0xb, "Bus Degraded"},
    {0x14, 0x0, "Power Button pressed"},
    {0x14, 0x2, "Reset Button pressed"},
    {0x20, 0x0, "Critical stop during OS load"},
    {0x20, 0x1, "Run-time critical stop"},
    {0x20, 0x2, "OS graceful stop"},
    {0x20, 0x3, "OS graceful shutdown"},
    {0x23, 0x0, "Timer expired"},
    {0x23, 0x1, "Hard reset"},
    {0x23, 0x2, "Power down"},
    {0x23, 0x3, "Power cycle"},
    {0x23, 0x8, "Timer interrupt"},
});

struct Meaning {
  std::string_view words;  // in lower case, in the event's text
  std::string_view meaning;
  std::string_view note;
};

// More telling ones first.
constexpr auto kMeanings = std::to_array<Meaning>({
    {"uncorrectable ecc", "memory gave wrong data that ECC could not repair",
     "Replace the DIMM that the sensor's name or data bytes give; the kernel's machine check of the same time confirms "
     "it."},
    {"correctable ecc logging limit", "so many corrected memory errors that logging was stopped",
     "From here on silence means nothing; replace the DIMM."},
    {"correctable ecc", "memory gave wrong data, and ECC repaired it",
     "One is normal; many on one DIMM are a reason to replace it."},
    {"ierr", "a processor reported an internal error and stopped",
     "A machine check that could not be handled: the banks are read at the next boot (mcelog, rasdaemon, BERT)."},
    {"correctable machine check", "a processor reported a corrected error", ""},
    {"machine check", "a processor reported a machine check",
     "Read the banks' record in the kernel's log after the reset."},
    {"thermal trip", "the processor switched itself off from heat", "Cooling; a sensor that reads wrong is rarer."},
    {"timer expired", "the BMC's watchdog ran out: nobody fed it",
     "The operating system hung, or its feeder died; what the watchdog does then is in the next entry."},
    {"hard reset", "the BMC's watchdog reset the machine", "Whatever hung did so one watchdog timeout earlier."},
    {"ac lost", "the power supply lost its input",
     "Power outage, cable or PDU; with two supplies one may go without harm."},
    {"bus fatal", "a PCI bus reported a fatal error",
     "Bus, device and function are in the data bytes; AER has the rest."},
    {"bus uncorrectable", "a PCI bus reported an uncorrected error",
     "Bus, device and function are in the data bytes; AER has the rest."},
    {"pci serr", "a PCI device reported a system error", "It raises an NMI; AER has the rest."},
    {"pci perr", "a PCI device reported a parity error", ""},
    {"nmi", "an NMI was raised", "By the button, by `chassis power diag`, or by hardware: the next entries tell."},
    {"run-time critical stop", "the operating system reported its own crash (a kernel panic)",
     "Written by ipmi_poweroff's panic handler: OEM records behind it carry the panic's text."},
    {"power button", "the power button was pressed", "By a person: the machine hung before, or was thought to."},
    {"reset button", "the reset button was pressed", "By a person: the machine hung before, or was thought to."},
    {"power off", "the power was switched off", ""},
    {"failure detected", "a part reports that it has failed", ""},
    {"log area reset", "the event log was cleared",
     "What stood there before is gone: absence of entries means nothing before this time."},
    {"clock sync", "the BMC's clock was set",
     "Times before and after it differ by the step; pairs of entries show by how much."},
    {"oem system boot", "the system booted", ""},
});

std::string_view sensor_name(uint8_t type) {
  const auto* found = std::ranges::find(kSensors, type, &SensorType::number);
  return found == kSensors.end() ? std::string_view("OEM or unknown sensor") : found->name;
}

std::optional<Ns> parse_date_time(std::string_view date, std::string_view time) {
  const auto days = split(date, '/');
  const auto clock = split(time.substr(0, time.find(' ')), ':');
  if (days.size() != 3 || clock.size() != 3) return std::nullopt;
  Civil civil;
  civil.month = parse_int<int>(days[0]).value_or(0);
  civil.day = parse_int<int>(days[1]).value_or(0);
  civil.year = parse_int<int>(days[2]).value_or(0);
  if (civil.year < 100) civil.year += 2000;
  civil.hour = parse_int<int>(clock[0]).value_or(-1);
  civil.minute = parse_int<int>(clock[1]).value_or(-1);
  civil.second = parse_int<int>(clock[2]).value_or(-1);
  // ipmitool prints "AM" and "PM" in some builds.
  if (contains_nocase(time, "pm") && civil.hour < 12) civil.hour += 12;
  if (contains_nocase(time, "am") && civil.hour == 12) civil.hour = 0;
  return from_civil(civil);
}

std::optional<SelEntry> parse_line(std::string_view text) {
  const auto parts = split(text, '|');
  if (parts.size() < 5) return std::nullopt;
  SelEntry entry;
  entry.id = parse_int<uint32_t>(trim(parts[0]), 16);
  if (!entry.id) return std::nullopt;
  entry.time = parse_date_time(trim(parts[1]), trim(parts[2]));
  size_t next = 3;
  // "Pre-Init" stands alone, or with the seconds since the BMC started.
  if (!entry.time && contains_nocase(parts[1], "pre-init") && parts.size() == 5) next = 2;
  entry.sensor = trim(parts[next]);
  entry.event = trim(parts[next + 1]);
  if (parts.size() > next + 2) entry.asserted = !contains_nocase(parts[next + 2], "deassert");
  return entry;
}

std::optional<SelEntry> parse_raw(std::string_view text) {
  std::vector<uint8_t> bytes;
  std::string digits;
  for (const std::string_view word : split_blanks(text)) digits += word.starts_with("0x") ? word.substr(2) : word;
  if (digits.size() != 32) return std::nullopt;
  for (size_t i = 0; i < digits.size(); i += 2) {
    const auto byte = parse_int<uint8_t>(std::string_view(digits).substr(i, 2), 16);
    if (!byte) return std::nullopt;
    bytes.push_back(*byte);
  }
  SelEntry entry;
  entry.id = static_cast<uint32_t>(bytes[0] | bytes[1] << 8U);
  const uint32_t seconds = static_cast<uint32_t>(bytes[3]) | static_cast<uint32_t>(bytes[4]) << 8U |
                           static_cast<uint32_t>(bytes[5]) << 16U | static_cast<uint32_t>(bytes[6]) << 24U;
  if (bytes[2] != 0x02) {
    // 0xc0 to 0xdf carry a time, 0xe0 to 0xff do not; what they say is the maker's.
    if (bytes[2] >= 0xc0 && bytes[2] < 0xe0) entry.time = static_cast<Ns>(seconds) * kSecond;
    entry.sensor = fmt::format("OEM record 0x{:02x}", bytes[2]);
    return bytes[2] >= 0xc0 ? std::optional(entry) : std::nullopt;
  }
  // Below 0x20000000 it counts from the BMC's start.
  if (seconds >= 0x20000000) entry.time = static_cast<Ns>(seconds) * kSecond;
  entry.sensor_type = bytes[10];
  entry.sensor = fmt::format("{} #0x{:02x}", sensor_name(bytes[10]), bytes[11]);
  entry.asserted = (bytes[12] & 0x80U) == 0;
  const uint8_t kind = bytes[12] & 0x7fU;
  const uint8_t offset = bytes[13] & 0x0fU;
  if (kind == 0x6f) {
    const auto* found = std::ranges::find_if(
        kEvents, [&](const Event& event) { return event.sensor == bytes[10] && event.offset == offset; });
    entry.event = found == kEvents.end() ? fmt::format("sensor-specific event {}", offset) : std::string(found->text);
  } else if (kind == 0x01) {
    constexpr std::array<std::string_view, 12> kThresholds = {
        "Lower Non-critical going low", "Lower Non-critical going high",   "Lower Critical going low",
        "Lower Critical going high",    "Lower Non-recoverable going low", "Lower Non-recoverable going high",
        "Upper Non-critical going low", "Upper Non-critical going high",   "Upper Critical going low",
        "Upper Critical going high",    "Upper Non-recoverable going low", "Upper Non-recoverable going high"};
    entry.event = offset < kThresholds.size() ? std::string(kThresholds[offset]) : fmt::format("threshold {}", offset);
  } else {
    entry.event = fmt::format("event type 0x{:02x}, state {}", kind, offset);
  }
  return entry;
}

}  // namespace

std::optional<SelEntry> parse_sel_entry(std::string_view text) {
  text = trim(text);
  if (text.size() > 1024) return std::nullopt;
  return text.find('|') != std::string_view::npos ? parse_line(text) : parse_raw(text);
}

Reading read_sel_entry(const SelEntry& entry) {
  Reading reading;
  reading.what = fmt::format("BMC event{}: {}{}{}", entry.id ? fmt::format(" {:x}", *entry.id) : "", entry.sensor,
                             entry.event.empty() ? "" : ", ", entry.event);
  reading.meaning = "an event of the platform";
  const std::string low = lower(entry.event);
  for (const Meaning& meaning : kMeanings) {
    if (low.find(meaning.words) == std::string::npos) continue;
    reading.meaning = std::string(meaning.meaning);
    reading.note(std::string(meaning.note));
    break;
  }
  if (entry.asserted && !*entry.asserted) reading.meaning += " (this entry says that it is over)";
  // The BMC's clock is no UTC: it has no zone, and nobody sets it.
  if (entry.time) {
    std::string time = format_utc({*entry.time, Precision::Second});
    time.pop_back();
    reading.field("time", time + " by the BMC's clock");
  } else {
    reading.field("time", "not known: the BMC's clock was not set");
  }
  reading.field("sensor", entry.sensor);
  if (!entry.event.empty()) reading.field("event", entry.event);
  if (entry.asserted) reading.field("asserted", *entry.asserted ? "yes" : "no");
  reading.note(
      "The BMC keeps its own clock, often hours off or in another zone: compare `ipmitool sel time get` with the "
      "host's time before the entry is placed.");
  return reading;
}

}  // namespace inquest::crashtext

#include "decode/sel_record.h"

#include <array>
#include <span>

#include <fmt/format.h>

namespace inquest::decode {
namespace {

using Names = std::span<const std::string_view>;

constexpr std::string_view kProcessor[] = {"IERR",
                                           "Thermal Trip",
                                           "FRB1/BIST failure",
                                           "FRB2/Hang in POST failure",
                                           "FRB3/Processor startup/init failure",
                                           "Configuration Error",
                                           "SM BIOS Uncorrectable CPU-complex Error",
                                           "Presence detected",
                                           "Disabled",
                                           "Terminator presence detected",
                                           "Throttled",
                                           "Uncorrectable machine check exception",
                                           "Correctable machine check error"};
constexpr std::string_view kPowerSupply[] = {
    "Presence detected",    "Failure detected",        "Predictive failure",
    "Power Supply AC lost", "AC lost or out-of-range", "AC out-of-range, but present",
    "Config Error"};
constexpr std::string_view kPowerUnit[] = {"Power off/down",       "Power cycle",       "240VA power down",
                                           "Interlock power down", "AC lost",           "Soft-power control failure",
                                           "Failure detected",     "Predictive failure"};
constexpr std::string_view kMemory[] = {
    "Correctable ECC",     "Uncorrectable ECC",       "Parity",
    "Memory Scrub Failed", "Memory Device Disabled",  "Correctable ECC logging limit reached",
    "Presence Detected",   "Configuration Error",     "Spare",
    "Throttled",           "Critical Overtemperature"};
constexpr std::string_view kInterrupt[] = {"NMI/Diag Interrupt",
                                           "Bus Timeout",
                                           "I/O Channel check NMI",
                                           "Software NMI",
                                           "PCI PERR",
                                           "PCI SERR",
                                           "EISA failsafe timeout",
                                           "Bus Correctable error",
                                           "Bus Uncorrectable error",
                                           "Fatal NMI",
                                           "Bus Fatal Error",
                                           "Bus Degraded"};
constexpr std::string_view kLogging[] = {"Correctable memory error logging disabled",
                                         "Event logging disabled",
                                         "Log area reset/cleared",
                                         "All event logging disabled",
                                         "Log full",
                                         "Log almost full"};
constexpr std::string_view kBoot[] = {
    "Initiated by power up",        "Initiated by hard reset", "Initiated by warm reset", "User requested PXE boot",
    "Automatic boot to diagnostic", "OS initiated hard reset", "OS initiated warm reset", "System Restart"};
constexpr std::string_view kOsStop[] = {
    "Error during system startup", "Run-time critical stop",      "OS graceful stop",
    "OS graceful shutdown",        "PEF initiated soft shutdown", "Agent not responding"};
constexpr std::string_view kAcpi[] = {"S0/G0: working",  "S1: sleeping",        "S2: sleeping",
                                      "S3: sleeping",    "S4: suspend to disk", "S5/G2: soft-off",
                                      "S4/S5: soft-off", "G3: mechanical off"};
constexpr std::string_view kWatchdog[] = {"Timer expired", "Hard reset", "Power down", "Power cycle"};

struct Sensor {
  uint8_t type;
  std::string_view name;
  Names offsets;  // of sensor-specific events, by their number
};
constexpr Sensor kSensors[] = {
    {0x01, "Temperature", {}},
    {0x02, "Voltage", {}},
    {0x03, "Current", {}},
    {0x04, "Fan", {}},
    {0x05, "Physical Security", {}},
    {0x07, "Processor", kProcessor},
    {0x08, "Power Supply", kPowerSupply},
    {0x09, "Power Unit", kPowerUnit},
    {0x0c, "Memory", kMemory},
    {0x0d, "Drive Slot", {}},
    {0x0f, "System Firmware", {}},
    {0x10, "Event Logging Disabled", kLogging},
    {0x12, "System Event", {}},
    {0x13, "Critical Interrupt", kInterrupt},
    {0x14, "Button", {}},
    {0x1d, "System Boot Initiated", kBoot},
    {0x1f, "OS Boot", {}},
    {0x20, "OS Stop/Shutdown", kOsStop},
    {0x22, "ACPI Power State", kAcpi},
    {0x23, "Watchdog 2", kWatchdog},
};

constexpr std::array<std::string_view, 12> kThresholds = {
    "Lower Non-critical going low", "Lower Non-critical going high",   "Lower Critical going low",
    "Lower Critical going high",    "Lower Non-recoverable going low", "Lower Non-recoverable going high",
    "Upper Non-critical going low", "Upper Non-critical going high",   "Upper Critical going low",
    "Upper Critical going high",    "Upper Non-recoverable going low", "Upper Non-recoverable going high"};

constexpr uint8_t kSensorSpecific = 0x6f;
// Below it the time is seconds since the controller started, before anybody set its clock (section 37.1).
constexpr uint32_t kNotSet = 0x20000000;

}  // namespace

std::optional<SelRecord> parse_sel_record(std::string_view bytes) {
  if (bytes.size() != 16) return std::nullopt;
  const auto at = [&](size_t i) { return static_cast<uint8_t>(bytes[i]); };
  const auto u16 = [&](size_t i) { return static_cast<uint16_t>(at(i) | at(i + 1) << 8); };
  SelRecord out;
  out.id = u16(0);
  out.type = at(2);
  const uint32_t seconds = u16(3) | static_cast<uint32_t>(u16(5)) << 16;
  const bool dated = out.type == 0x02 || (out.type >= 0xc0 && out.type <= 0xdf);
  if (dated && seconds >= kNotSet && seconds != 0xffffffff) out.time = static_cast<Ns>(seconds) * kSecond;
  if (out.type >= 0xc0) {
    out.text = fmt::format("OEM record {:02x} |", out.type);
    for (size_t i = dated ? 7 : 3; i < 16; ++i) out.text += fmt::format(" {:02x}", at(i));
    return out;
  }
  if (out.type != 0x02 || (at(9) != 0x04 && at(9) != 0x03)) return std::nullopt;

  const uint8_t kind = at(12) & 0x7f;
  const uint8_t offset = at(13) & 0x0f;
  const Sensor* sensor = nullptr;
  for (const Sensor& each : kSensors) {
    if (each.type == at(10)) sensor = &each;
  }
  std::string event = fmt::format("event type {:#04x}, offset {}", kind, offset);
  if (kind == kSensorSpecific && sensor != nullptr && offset < sensor->offsets.size()) {
    event = sensor->offsets[offset];
  } else if (kind == 0x01 && offset < kThresholds.size()) {
    event = kThresholds[offset];
  }
  out.text = fmt::format("{} #{:#04x} | {} | {} (data {:02x} {:02x} {:02x})",
                         sensor != nullptr ? sensor->name : fmt::format("Sensor type {:#04x}", at(10)), at(11), event,
                         (at(12) & 0x80) != 0 ? "Deasserted" : "Asserted", at(13), at(14), at(15));
  return out;
}

}  // namespace inquest::decode

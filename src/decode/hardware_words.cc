#include "decode/hardware_words.h"

#include "base/text.h"

namespace inquest::decode {
namespace {

using model::Severity;

struct Words {
  std::string_view part;  // in lower case
  HardwareWords meaning;
};

// More specific ones first: "uncorrectable" holds "correctable". Wording of the IPMI specification v2.0 (table 42-3) as
// ipmitool's lib/ipmi_sel.c and include/ipmitool/ipmi_sel.h print it, and of iDRAC's and iLO's logs.
constexpr Words kWords[] = {
    {"deasserted", {Severity::Info, false}},
    {"correctable ecc logging limit", {Severity::Warning, true}},
    {"uncorrectable", {Severity::Critical, true}},
    {"uncorrected", {Severity::Critical, true}},
    {"multi-bit", {Severity::Critical, true}},
    {"multibit", {Severity::Critical, true}},
    {"unrecoverable", {Severity::Critical, true}},
    {"non-recoverable", {Severity::Critical, true}},
    {"predictive failure", {Severity::Warning, true}},
    {"ierr", {Severity::Critical, true}},
    {"machine check", {Severity::Critical, true}},
    {"thermal trip", {Severity::Critical, true}},
    {"overtemperature", {Severity::Critical, true}},
    {"overheat", {Severity::Critical, true}},
    {"fatal", {Severity::Critical, true}},
    {"nmi", {Severity::Critical, true}},
    {"pci serr", {Severity::Critical, true}},
    {"pci perr", {Severity::Critical, true}},
    {"run-time critical stop", {Severity::Critical, true}},
    {"hang in post", {Severity::Critical, true}},
    {"asr", {Severity::Critical, true}},
    {"automatic server recovery", {Severity::Critical, true}},
    {"blue screen", {Severity::Critical, true}},
    {"upper critical", {Severity::Error, true}},
    {"lower critical", {Severity::Error, true}},
    {"watchdog", {Severity::Error, true}},
    {"timer expired", {Severity::Error, true}},
    {"ac lost", {Severity::Error, true}},
    {"power lost", {Severity::Error, true}},
    {"input lost", {Severity::Error, true}},
    {"input power", {Severity::Error, true}},
    {"failure", {Severity::Error, true}},
    {"failed", {Severity::Error, true}},
    {"correctable", {Severity::Warning, true}},
    {"corrected", {Severity::Warning, true}},
    {"resetting", {Severity::Notice, true}},
    {"power off", {Severity::Notice, true}},
    {"power cycle", {Severity::Notice, true}},
    {"power-on", {Severity::Notice, true}},
    {"powered on", {Severity::Notice, true}},
    {"power on", {Severity::Notice, true}},
    {"power up", {Severity::Notice, true}},
    {"turned on", {Severity::Notice, true}},
    {"turned off", {Severity::Notice, true}},
    {"hard reset", {Severity::Notice, true}},
    {"warm reset", {Severity::Notice, true}},
    {"server reset", {Severity::Notice, true}},
    {"os graceful", {Severity::Notice, true}},
    {"system restart", {Severity::Notice, true}},
    {"s5/g2", {Severity::Notice, true}},
    {"soft-off", {Severity::Notice, true}},
    {"log area reset/cleared", {Severity::Notice, true}},
    {"log cleared", {Severity::Notice, true}},
    {"log was cleared", {Severity::Notice, true}},
};

}  // namespace

HardwareWords judge_hardware(std::string_view text) {
  const std::string words = lower(text.substr(0, 1024));
  for (const Words& each : kWords) {
    if (words.find(each.part) != std::string::npos) return each.meaning;
  }
  return {};
}

model::Severity severity_from_word(std::string_view word) {
  const std::string name = lower(trim(word));
  if (name == "critical" || name == "fatal") return Severity::Critical;
  if (name == "non-critical" || name == "noncritical" || name == "caution" || name == "warning" || name == "degraded")
    return Severity::Warning;
  if (name == "error" || name == "failed") return Severity::Error;
  if (name == "repaired") return Severity::Notice;
  if (name == "ok" || name == "info" || name == "informational" || name == "information" || name == "normal")
    return Severity::Info;
  return Severity::Unknown;
}

}  // namespace inquest::decode

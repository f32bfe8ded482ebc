// Do disks, memory, links or sensors report trouble of their own?
// Source: smartctl(8); NVM Express base specification 2.0, figure 207 (critical warning); PCI Express base
// specification.
#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "reason/finding_rule.h"

namespace inquest::reason {
namespace {

using model::Fact;
using model::Finding;

// "/dev/sda: 1432 (...)": device and value.
std::pair<std::string_view, std::string_view> parts_of(const Fact& fact) {
  const std::string_view text = fact.value;
  const size_t colon = text.find(": ");
  return colon == std::string_view::npos ? std::pair(std::string_view(), text)
                                         : std::pair(text.substr(0, colon), text.substr(colon + 2));
}

// "1432", "1,204", "12.345", "31 (Min/Max 17/52)", "103%", "0x4": the number in front.
std::optional<uint64_t> number_of(std::string_view value) {
  if (value.starts_with("0x")) return parse_int<uint64_t>(value.substr(2), 16);
  std::string digits;
  for (const char c : value) {
    if (c >= '0' && c <= '9') {
      digits += c;
    } else if (c != ',' && c != '.') {
      break;
    }
  }
  return parse_int<uint64_t>(digits);
}

struct Counter {
  std::string_view key;
  uint64_t more_than;
  std::string_view words;
};
// Figures that a sound disk does not have.
constexpr Counter kCounters[] = {
    {"smart.reallocated-sector-ct", 0, "sectors reallocated"},
    {"smart.current-pending-sector", 0, "sectors that can't be read for now"},
    {"smart.offline-uncorrectable", 0, "sectors uncorrectable"},
    {"smart.reported-uncorrect", 0, "uncorrectable errors reported"},
    {"smart.udma-crc-error-count", 0, "CRC errors on the cable"},
    {"smart.ata-error-count", 0, "ATA errors logged"},
    {"smart.media-and-data-integrity-errors", 0, "media errors"},
    {"smart.media-errors", 0, "media errors"},
    {"nvme.media-errors", 0, "media errors"},
    {"smart.critical-warning", 0, "as critical warning bits"},
    {"nvme.critical-warning", 0, "as critical warning bits"},
    {"smart.percentage-used", 100, "% of the rated life used"},
    {"nvme.percentage-used", 100, "% of the rated life used"},
};

void disks(const HostFacts& facts, std::vector<Finding>& out) {
  struct Trouble {
    std::vector<std::string> words;
    std::vector<model::Citation> cites;
  };
  std::map<std::string_view, Trouble> by_disk;
  for (const Fact* fact : facts.all("smart.health")) {
    const auto [disk, value] = parts_of(*fact);
    if (value.starts_with("PASSED") || value.starts_with("OK")) continue;
    by_disk[disk].words.push_back(fmt::format("its own verdict is \"{}\"", printable(value)));
    by_disk[disk].cites.push_back(fact->cite);
  }
  for (const Counter& counter : kCounters) {
    for (const Fact* fact : facts.all(counter.key)) {
      const auto [disk, value] = parts_of(*fact);
      const auto count = number_of(value);
      if (!count || *count <= counter.more_than) continue;
      by_disk[disk].words.push_back(fmt::format("{} {}", grouped(*count), counter.words));
      by_disk[disk].cites.push_back(fact->cite);
    }
  }
  for (const auto& [disk, trouble] : by_disk) {
    out.push_back({"disk-trouble",
                   {},
                   fmt::format("The disk {} reports {}.", disk.empty() ? "(not named)" : printable(disk),
                               fmt::join(trouble.words, ", ")),
                   "A failing disk stalls or corrupts what is on it. Counters are for its whole life: only a rise "
                   "around the death speaks of the death.",
                   {"Read it again and compare; run a long self-test; have a backup.", "smartctl -t long <device>"},
                   trouble.cites});
  }
}

void links(const HostFacts& facts, std::vector<Finding>& out) {
  for (const Fact* fact : facts.all("pci.link.degraded")) {
    if (fact->value.find("Width") == std::string::npos ||
        fact->value.find("downgraded", fact->value.find("Width")) == std::string::npos)
      continue;  // a lower speed alone saves power
    out.push_back({"pci-link-narrow",
                   {},
                   fmt::format("The PCIe link of {} has fewer lanes than it could have.", printable(fact->value)),
                   "Lanes are lost to a bad contact, riser or slot, or the slot has no more of them: a card that is "
                   "badly seated can hang the bus.",
                   {"Look whether the slot has the lanes; reseat the card.", ""},
                   {fact->cite}});
  }
  for (const Fact* fact : facts.all("pci.aer.uncorrectable")) {
    out.push_back({"pci-errors",
                   {},
                   fmt::format("PCIe device {} has recorded uncorrectable errors.", printable(fact->value)),
                   "The bits stay set until they are cleared or the power goes: when they were set, nothing says.",
                   {"Look for AER messages in the kernel log; clear the bits and look again.", ""},
                   {fact->cite}});
  }
}

void memory(const HostFacts& facts, std::vector<Finding>& out) {
  std::vector<model::Citation> fast;
  for (const Fact* fact : facts.all("dmi.memory")) {
    const std::string_view text = fact->value;
    const size_t configured = text.find(", configured ");
    if (configured == std::string_view::npos) continue;
    const size_t comma = text.rfind(", ", configured - 1);
    if (comma == std::string_view::npos) continue;
    const auto rated = number_of(text.substr(comma + 2));
    const auto set = number_of(text.substr(configured + 13));
    if (rated && set && *set > *rated) fast.push_back(fact->cite);
  }
  if (!fast.empty()) {
    out.push_back(
        {"memory-overclocked",
         {},
         fmt::format("{} configured faster than rated.",
                     fast.size() == 1 ? "A memory module is" : "Memory modules are"),
         "Memory beyond its rating flips bits under load: oopses at random places and checksum errors follow.",
         {"Set the memory to its rated speed (no XMP, EXPO or DOCP) and test it with memtest86+.", ""},
         fast});
  }
  if (const Fact* ecc = facts.first("dmi.memory-array.error-correction-type"); ecc != nullptr && ecc->value == "None") {
    out.push_back({"memory-without-ecc",
                   {},
                   "The memory has no error correction.",
                   "A flipped bit is neither corrected nor reported, so the absence of memory errors in the logs says "
                   "nothing.",
                   {"Test it with memtest86+ before memory is ruled out.", ""},
                   {ecc->cite}});
  }
  std::vector<model::Citation> counted_errors;
  for (const Fact* fact : facts.all("edac.ue")) {
    if (const auto count = number_of(parts_of(*fact).second); count && *count > 0) counted_errors.push_back(fact->cite);
  }
  if (!counted_errors.empty()) {
    out.push_back({"memory-uncorrected",
                   {},
                   "The memory controller counted uncorrected errors.",
                   "They end in a machine check, a panic, or damaged data.",
                   {"Replace the module that the counter names.", ""},
                   counted_errors});
  }
}

void sensors(const HostFacts& facts, std::vector<Finding>& out) {
  for (const std::string_view key : {"bmc.sensor.bad", "sensor.alarm"}) {
    const auto& bad = facts.all(key);
    if (bad.empty()) continue;
    std::vector<model::Citation> cites;
    std::vector<std::string> names;
    for (const Fact* fact : bad) {
      cites.push_back(fact->cite);
      if (names.size() < 5) names.push_back(ellipsis(printable(fact->value), 60));
    }
    out.push_back({"sensor-alarm",
                   {},
                   fmt::format("Sensors are outside of their limits: {}.", fmt::join(names, "; ")),
                   "They were read when the output was made, not at the death; some alarms are wrong limits.",
                   {"Compare with the temperatures before the death, if they were recorded.", ""},
                   cites});
  }
}

void find(const Scene& /*scene*/, const HostFacts& facts, std::vector<Finding>& out) {
  disks(facts, out);
  links(facts, out);
  memory(facts, out);
  sensors(facts, out);
}

}  // namespace

extern const FindingRule hardware_health_finding_rule;
const FindingRule hardware_health_finding_rule{"do disks, memory, links or sensors report trouble?", find};

}  // namespace inquest::reason

// An incident as the recorder keeps it: one death of one host, or something that came near.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "store/store.h"

namespace inquest::record {

enum class IncidentKind : uint8_t {
  Death,
  NearDeath,  // a crash report, after which the host went on
  Outage,     // many fell silent at once: what they have in common failed
};
std::string_view to_string(IncidentKind kind);  // "death", "near-death", "outage"

// A crash report that belongs to it.
struct IncidentReport {
  std::string title;
  std::string type;
  std::string signature;
  std::string source;  // "netconsole", ...
  Ns time = 0;         // UTC
  bool panicked = false;
  std::string text;  // 8 KiB at most
};

struct Incident {
  uint64_t id = 0;  // 0: not stored yet
  std::string host;
  bool open = true;
  IncidentKind kind = IncidentKind::Death;
  // One of the classes of `inquest examine`. Before the examination, and where it finds no more than "unknown", what
  // the recorder itself makes of it: "silent-hang" for a host that fell silent on every path without a word.
  std::string incident_class;
  std::string title;
  std::string signature;
  Ns opened = 0;  // UTC, the recorder's clock
  Ns closed = 0;  // 0: open
  Interval death;
  Interval silent;                // after the last sign of life, before the first that was missed
  Interval reset;                 // when the kernel that followed started
  std::optional<bool> same_boot;  // it returned: whether its kernel went on all the time
  std::vector<std::string> reasons;
  std::vector<IncidentReport> reports;
  std::vector<std::string> hosts;      // of an outage
  std::vector<std::string> addresses;  // that its host sends from, under which messages without a name are stored
  std::string examination;             // what `inquest examine --format json` gives; empty: not examined yet
  std::vector<std::string> told;       // of which changes notice was given: "opened", "died", "closed"
};

// Its JSON, of docs/recorder-api.md, and back. Anything is taken; what is not there keeps its default.
std::string to_json(const Incident& incident);
Result<Incident> incident_of(std::string_view json);

// What its examination says of its host's death, in sentences; empty where there was none.
std::vector<std::string> findings_of(const Incident& incident);

store::KeptIncident kept(const Incident& incident);
Result<Incident> incident_of(const store::KeptIncident& kept);

}  // namespace inquest::record

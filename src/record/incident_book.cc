#include "record/incident_book.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::record {
namespace {

// Before an examination, by the words of the report: what reason/classify.cc finds in more detail.
std::string class_of(const StreamedCrash& crash) {
  const std::string& type = crash.crash.type;
  const std::string& title = crash.crash.title;
  if (type.starts_with("HW-MCE") || type.starts_with("HW-APEI")) return "machine-check";
  if (type == "OOM-KILL") return "out-of-memory";
  if (type == "HARD-LOCKUP") return "hard-lockup";
  if (type == "THERMAL-SHUTDOWN") return "thermal-shutdown";
  if (type == "WATCHDOG-RESET") return "watchdog-reset";
  if (type == "BOOT-NO-ROOT") return "boot-failure";
  if (type == "CLUSTER-FENCE") return "fenced";
  if (contains_nocase(title, "soft lockup")) return "soft-lockup";
  if (contains_nocase(title, "rcu") && type == "HANG") return "rcu-stall";
  if (type == "HANG") return "hung-task";
  for (const std::string_view storage : {"FS-", "SCSI-", "NVME-", "ZFS-", "RAID-", "MD-"}) {
    if (type.starts_with(storage)) return "storage-loss";
  }
  return crash.crash.panicked ? "kernel-panic" : "kernel-oops";
}

Instant to_the_second(Ns ns) { return {ns, Precision::Second}; }

}  // namespace

Result<IncidentBook> IncidentBook::open(store::Store& store, Ns steady) {
  IncidentBook book(store);
  const auto all = store.incidents({});
  if (!all) return fail(all.error());
  for (const store::KeptIncident& each : *all) {
    if (each.state != "open") continue;
    auto incident = incident_of(each);
    // A document that cannot be read is not taken up; it stays in the store as it is.
    if (!incident) continue;
    Entry entry;
    entry.incident = std::move(*incident);
    entry.unsaved = false;
    entry.last = steady;
    // It was back, and only its final examination is missing.
    entry.returned = entry.incident.same_boot.has_value();
    if (entry.incident.examination.empty() || entry.returned) entry.examine_at = steady + kSettle;
    if (entry.incident.told.empty()) entry.to_tell.emplace_back("opened");
    book.open_.insert_or_assign(entry.incident.host, std::move(entry));
  }
  return book;
}

IncidentBook::Entry& IncidentBook::opened(std::string_view host, IncidentKind kind, Ns steady, Ns received) {
  Entry& entry = open_[std::string(host)];
  entry = {};
  entry.incident.host = host;
  entry.incident.kind = kind;
  entry.incident.opened = received;
  entry.examine_at = steady + kSettle;
  entry.last = steady;
  tell(entry, "opened");
  return entry;
}

void IncidentBook::tell(Entry& entry, std::string_view change) {
  const auto has = [&](const std::vector<std::string>& list) { return std::ranges::find(list, change) != list.end(); };
  if (!has(entry.incident.told) && !has(entry.to_tell)) entry.to_tell.emplace_back(change);
}

void IncidentBook::attach(Entry& entry, const StreamedCrash& crash) {
  Incident& incident = entry.incident;
  // A host that sends the same over two ways says it once, and an event that goes on for hours is one line.
  for (IncidentReport& each : incident.reports) {
    if (each.signature != crash.crash.signature || each.title != crash.crash.title) continue;
    if (crash.crash.panicked && !each.panicked) {
      each.panicked = true;
      each.text = crash.excerpt;
      entry.unsaved = true;
    }
    return;
  }
  if (incident.reports.size() >= kMostReports) return;
  incident.reports.push_back({crash.crash.title, crash.crash.type, crash.crash.signature, crash.source, crash.time,
                              crash.crash.panicked, crash.excerpt});
  entry.unsaved = true;
}

void IncidentBook::crash(const StreamedCrash& crash, Ns steady, Ns received) {
  auto at = open_.find(crash.host);
  if (at == open_.end()) {
    if (!crash.opens) return;
    Entry& entry = opened(crash.host, IncidentKind::NearDeath, steady, received);
    entry.incident.title = crash.crash.title;
    entry.incident.signature = crash.crash.signature;
    entry.incident.incident_class = class_of(crash);
    entry.incident.reasons.push_back(
        fmt::format("A crash report came by {}: {}.", crash.source, printable(crash.crash.title)));
    at = open_.find(crash.host);
  }
  Entry& entry = at->second;
  Incident& incident = entry.incident;
  // The next boot tells of the one before, and its own trouble is of another incident; the examination reads both.
  if (entry.returned && !crash.crash.previous_boot) return;
  if (incident.kind == IncidentKind::Outage) return;
  const bool first = incident.reports.empty();
  attach(entry, crash);
  if (first && crash.opens && incident.signature.empty()) {  // it had fallen silent, and its last words came late
    incident.title = crash.crash.title;
    incident.signature = crash.crash.signature;
    incident.incident_class = class_of(crash);
  }
  entry.last = steady;
  if (crash.crash.panicked && !crash.crash.previous_boot) {
    if (incident.kind == IncidentKind::NearDeath) {
      incident.kind = IncidentKind::Death;
      if (!incident.told.empty()) tell(entry, "died");
    }
    if (incident.incident_class == "kernel-oops") incident.incident_class = "kernel-panic";
    incident.death = {to_the_second(crash.time), to_the_second(crash.last)};
    if (crash.last % kSecond != 0) incident.death.before->ns = crash.last - crash.last % kSecond + kSecond;
    incident.death.after->ns -= crash.time % kSecond;
    incident.reasons.push_back("Its kernel said that it panicked.");
    entry.unsaved = true;
  }
  if (entry.unsaved) entry.examine_at = steady + kSettle;
}

void IncidentBook::change(const VitalChange& change, Ns steady, Ns received) {
  using Kind = VitalChange::Kind;
  const auto at = open_.find(change.host);
  switch (change.kind) {
    case Kind::Dead: {
      const bool was_open = at != open_.end();
      if (was_open && at->second.incident.kind == IncidentKind::Death) {
        Entry& entry = at->second;
        Incident& incident = entry.incident;
        // A panic is the death; the silence after it is no news.
        if (!incident.silent.after && !incident.silent.before && !entry.returned) incident.silent = change.death;
        if (entry.returned) {
          entry.returned = false;
          incident.same_boot.reset();
          incident.reasons.emplace_back("It was lost again before this was over.");
        }
        entry.last = steady;
        entry.unsaved = true;
        return;
      }
      Entry& entry = was_open ? at->second : opened(change.host, IncidentKind::Death, steady, received);
      Incident& incident = entry.incident;
      incident.kind = IncidentKind::Death;
      incident.death = change.death;
      // Where it was back before anybody could miss it, nobody saw a silence.
      if (!change.reset.before) incident.silent = change.death;
      if (!was_open && change.reset.before) {
        incident.title = fmt::format("{} was reset without a word", change.host);
        incident.incident_class = "unknown";
        incident.reasons.push_back(
            "No crash report, shutdown or maintenance came before. A panic that nobody saw, a watchdog, and a loss of "
            "power for a moment look the same from here.");
      } else if (!was_open) {
        incident.title = fmt::format("{} fell silent without a word", change.host);
        incident.incident_class = "silent-hang";
        incident.reasons.push_back(
            "No crash report, shutdown or maintenance came before the silence. A hang is taken to be the reason until "
            "something tells more; a loss of power looks the same from here.");
      } else {
        if (!incident.told.empty()) tell(entry, "died");
        incident.reasons.push_back("It fell silent after that report.");
      }
      incident.reasons.push_back(change.text);
      entry.examine_at = steady + kSettle;
      entry.last = steady;
      entry.unsaved = true;
      return;
    }
    case Kind::Returned: {
      if (at == open_.end()) return;
      Entry& entry = at->second;
      Incident& incident = entry.incident;
      incident.reset = change.reset;
      incident.same_boot = change.same_boot;
      incident.reasons.push_back(change.text);
      if (change.same_boot.value_or(false) && incident.reports.empty()) {
        incident.incident_class = "network-loss";
        incident.title = fmt::format("{} was not reachable, and ran all the time", change.host);
      }
      entry.returned = true;
      entry.examine_at = steady + kAfterwards;
      entry.last = steady;
      entry.unsaved = true;
      return;
    }
    case Kind::Outage: {
      Entry& entry = at != open_.end() ? at->second : opened(change.host, IncidentKind::Outage, steady, received);
      Incident& incident = entry.incident;
      incident.kind = IncidentKind::Outage;
      incident.incident_class = "network-loss";
      incident.title =
          change.host.empty()
              ? fmt::format("all {} fell silent at once: the recorder, its network, or their power",
                            counted(change.hosts.size(), "host"))
              : fmt::format("all {} behind {} fell silent at once", counted(change.hosts.size(), "host"), change.host);
      incident.death = change.death;
      incident.hosts = change.hosts;
      incident.reasons.push_back(change.text);
      entry.examine_at = 0;  // no host died that could be examined
      entry.last = steady;
      entry.unsaved = true;
      return;
    }
    case Kind::OutageOver: {
      if (at == open_.end()) return;
      Entry& entry = at->second;
      entry.incident.reasons.push_back(change.text);
      entry.returned = true;
      entry.last = steady;
      entry.unsaved = true;
      return;
    }
  }
}

Result<void> IncidentBook::tick(Ns steady, Ns received) {
  now_ = steady;
  Result<void> out;
  for (auto each = open_.begin(); each != open_.end();) {
    Entry& entry = each->second;
    Incident& incident = entry.incident;
    if (incident.id == 0 || entry.unsaved) {
      const auto id = store_->put_incident(kept(incident));
      if (!id) {
        // Tried again at the next tick; nobody is told of what is not kept, and nothing is closed.
        out = fail(id.error());
        ++each;
        continue;
      }
      entry.unsaved = false;
      if (incident.id != *id) {
        incident.id = *id;
        entry.unsaved = true;  // the document says its number
      }
    }
    if (entry.examining != 0 && steady - entry.examining > kExamination) entry.examining = 0;
    if (entry.examine_at != 0 && steady >= entry.examine_at && entry.examining == 0) {
      entry.examine_at = 0;
      entry.examining = steady;
      due_.push_back(incident);
    }
    const bool settled = entry.examine_at == 0 && entry.examining == 0;
    const bool over = (entry.returned && settled) ||
                      (incident.kind == IncidentKind::NearDeath && settled && steady - entry.last >= kCalm);
    if (over) {
      incident.open = false;
      incident.closed = received;
      tell(entry, "closed");
    }
    if (settled && !entry.to_tell.empty()) {
      for (std::string& change : std::exchange(entry.to_tell, {})) {
        incident.told.push_back(change);
        notices_.push_back({std::move(change), incident, findings_of(incident)});
      }
      entry.unsaved = true;
    }
    if (!over) {
      ++each;
      continue;
    }
    if (const auto stored = store_->put_incident(kept(incident)); !stored) {
      out = fail(stored.error());
      ++each;  // closed at a later tick
      continue;
    }
    each = open_.erase(each);
  }
  return out;
}

std::vector<Incident> IncidentBook::take_due() { return std::exchange(due_, {}); }

void IncidentBook::examined(uint64_t id, Examined result, Ns steady) {
  const auto at = std::ranges::find_if(open_, [&](const auto& each) { return each.second.incident.id == id; });
  if (at == open_.end()) return;
  Entry& entry = at->second;
  entry.examining = 0;
  entry.last = std::max(entry.last, steady);
  if (result.document.empty()) return;
  Incident& incident = entry.incident;
  incident.examination = std::move(result.document);
  // What it knows beyond the recorder: peers' words, and the whole log.
  if (!result.incident_class.empty() && result.incident_class != "unknown" &&
      incident.incident_class != "network-loss") {
    incident.incident_class = result.incident_class;
  }
  if (incident.kind == IncidentKind::Death && result.death.after && result.death.before) {
    incident.death = result.death;
  }
  if (result.reset.after || result.reset.before) incident.reset = result.reset;
  entry.unsaved = true;
}

std::vector<Notice> IncidentBook::take_notices() { return std::exchange(notices_, {}); }

}  // namespace inquest::record

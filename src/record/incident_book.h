// The book of incidents: opened by a crash report or by silence, brought together, examined, told and closed.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "record/crash_stream.h"
#include "record/incident.h"
#include "record/vital_signs.h"
#include "store/store.h"

namespace inquest::record {

// What an examination made of an incident.
struct Examined {
  std::string document;  // what `inquest examine --format json` gives; empty: it failed
  std::string incident_class;
  Interval death;
  Interval reset;
};

// Something about an incident that people are told, once.
struct Notice {
  std::string change;  // "opened", "died" (what was survived so far was not), "closed"
  Incident incident;
  std::vector<std::string> findings;  // findings_of(incident): notices go without the whole examination
};

// One host has one open incident at most: a panic and the silence after it are the same. Pure but for the store; not
// thread-safe.
class IncidentBook {
 public:
  static constexpr Ns kSettle = 5 * kSecond;        // the last lines arrive before the examination
  static constexpr Ns kAfterwards = 60 * kSecond;   // and those of the next boot before the final one
  static constexpr Ns kCalm = 10 * kMinute;         // a near-death is over when nothing followed for so long
  static constexpr Ns kExamination = 30 * kSecond;  // waited for; then people are told without
  static constexpr size_t kMostReports = 16;        // of one incident

  // Takes up the open incidents that the store has. It outlives the book.
  static Result<IncidentBook> open(store::Store& store, Ns steady);

  void crash(const StreamedCrash& crash, Ns steady, Ns received);
  void change(const VitalChange& change, Ns steady, Ns received);
  // Closes what is over and stores what changed. Call about each second.
  Result<void> tick(Ns steady, Ns received);

  // Incidents that are to be examined now, each until its examined() comes.
  std::vector<Incident> take_due();
  void examined(uint64_t id, Examined result, Ns steady);
  std::vector<Notice> take_notices();

  size_t open_count() const { return open_.size(); }

 private:
  struct Entry {
    Incident incident;
    bool unsaved = true;
    Ns examine_at = 0;  // steady; 0: not
    Ns examining = 0;   // steady, since when; 0: it is not
    Ns last = 0;        // steady, of the last thing that belongs to it
    bool returned = false;
    std::vector<std::string> to_tell;
  };
  explicit IncidentBook(store::Store& store) : store_(&store) {}

  Entry& opened(std::string_view host, IncidentKind kind, Ns steady, Ns received);
  static void tell(Entry& entry, std::string_view change);
  static void attach(Entry& entry, const StreamedCrash& crash);

  store::Store* store_;
  std::map<std::string, Entry, std::less<>> open_;  // by host
  std::vector<Incident> due_;
  std::vector<Notice> notices_;
  Ns now_ = 0;  // steady, of the last tick
};

}  // namespace inquest::record

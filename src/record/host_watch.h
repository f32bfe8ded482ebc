// Watches over all hosts: what arrives becomes signs of life and kernel lines, these become incidents.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "record/crash_stream.h"
#include "record/incident_book.h"
#include "record/line_pulse.h"
#include "record/observer.h"
#include "record/vital_signs.h"
#include "store/store.h"

namespace inquest::record {

// The network thread only leaves notes, in memory that is bounded; all else is done by work(), on a thread that may
// wait for the store. The other functions may be called from any thread.
class HostWatch : public Observer {
 public:
  static constexpr size_t kMostNotes =
      500'000;                              // beyond that what comes is stored, but not watched until work() is done
  static constexpr Ns kRemember = kMinute;  // how often the state is written to the store
  static constexpr std::string_view kBucket = "_inquest";

  struct Clocks {
    std::function<Ns()> steady;
    std::function<Ns()> utc;
  };
  // Takes up what the store remembers: paces, states, open incidents. The store outlives it.
  static Result<std::unique_ptr<HostWatch>> open(store::Store& store, Clocks clocks);

  void events(std::span<const store::Event> events) override;
  void lines(const Peer& peer, std::string_view bucket, std::string_view lines) override;
  void tick(Ns, Ns) override {}
  void held_up() override { held_up_ = true; }

  // Does what is to be done by now. Call it two to four times a second; the first error of the store is given back, and
  // what failed is done again at the next call.
  Result<void> work();
  // Writes the state to the store, as it is before the recorder ends.
  void remember();

  std::vector<VitalRow> rows() const;
  // Those that it alone is known to send from, under which messages without a name are stored.
  std::vector<std::string> addresses(std::string_view host) const;
  // Silence of that host is no death for so long; 0 ends it. False for a host that was never heard.
  bool maintenance(std::string_view host, Ns length);

  // As IncidentBook has them.
  std::vector<Incident> take_due();
  void examined(uint64_t id, Examined result);
  std::vector<Notice> take_notices();

 private:
  // Of an event: a sign that owns its text, and a line for the crash watch.
  struct Note {
    std::string host, witness, peer, boot_id;
    Ns received = 0;
    std::optional<Ns> stated;
    std::optional<Ns> uptime;
    bool paced = true;
    bool kernel = false;
    bool banner = false;
    bool leaving = false;
    bool has_line = false;
    std::string message, caller;
    std::optional<Ns> monotonic;
  };
  // Of a batch, as it came: of events, or of lines.
  struct Batch {
    Ns steady = 0;
    Ns received = 0;
    std::vector<Note> notes;
    std::string peer, bucket;
    std::vector<LineBeat> beats;
    size_t size() const { return notes.size() + beats.size(); }
  };
  HostWatch(store::Store& store, Clocks clocks, IncidentBook book)
      : store_(store), clocks_(std::move(clocks)), book_(std::move(book)) {}

  static Note note_of(const store::Event& event);
  void leave(Batch batch);
  void take(const Note& note, Ns steady);
  void take(const LineBeat& beat, const Batch& batch);
  std::vector<std::string> addresses_of(std::string_view host) const;  // with the mutex held
  void learn_name(std::string_view address, std::string_view host);
  std::string_view name_of(const Sign& sign);
  // A host that was called by its address until it said its name is one host, not two.
  void leave_address(Sign sign);

  store::Store& store_;
  const Clocks clocks_;

  std::mutex batches_mutex_;
  std::vector<Batch> batches_;
  size_t waiting_ = 0;  // notes and beats in them
  std::atomic<bool> held_up_ = false;

  mutable std::mutex mutex_;  // all below
  VitalSigns vital_;
  CrashStreams crashes_;
  IncidentBook book_;
  std::map<std::string, std::string, std::less<>>
      names_;  // by address: the one host that calls itself so; "*": several
  Ns remembered_ = 0;
};

// What the vital signs remember, as a store keeps it, and back.
std::string vital_lines(const std::vector<VitalMemory>& memories, Ns time);
Result<std::vector<VitalMemory>> read_vital_memories(store::Store& store, Ns now);

}  // namespace inquest::record

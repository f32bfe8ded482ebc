// What keeps what the recorder received, and gives it back: one interface, behind which SQLite stands today and
// ClickHouse could tomorrow. Writers hand in whole batches, as they arrived; readers get columns of a series, or
// events. All calls may come from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "store/line_protocol.h"
#include "store/rows.h"

namespace inquest::store {

// A log line, or one message of whatever kind, as it was received.
struct Event {
  Ns time = 0;           // UTC, as the sender stated it, or `received` where it stated none
  Ns received = 0;       // UTC, the recorder's clock
  std::string host;      // the sender's name; its address where it named none
  std::string source;    // the listener: "netconsole", "syslog", "journal"
  std::string ident;     // the program: "kernel", "sshd"
  uint8_t severity = 8;  // syslog's 0 (emergency) to 7 (debug); 8 unknown
  std::string message;
  // What else was said: "seq" of netconsole, a journal entry's own fields, and "peer" and "spoofable" of provenance.
  std::vector<std::pair<std::string, std::string>> fields;
};

// Which tags a series must have. A tag that a series lacks is equal to the empty string, as InfluxDB has it.
struct TagMatch {
  enum class Kind : uint8_t { Equal, NotEqual, Regex, NotRegex };
  std::string key;
  Kind kind = Kind::Equal;
  std::string value;  // of Regex and NotRegex: RE2's syntax, not anchored
};

// Which rows are asked for.
struct Selection {
  std::string bucket;
  Ns from = std::numeric_limits<Ns>::min();  // UTC, inclusive
  Ns to = std::numeric_limits<Ns>::max();    // UTC, exclusive
  std::optional<std::string> measurement;    // any where it is not said
  std::vector<TagMatch> tags;                // all of them; the key "_measurement" stands for the measurement
  std::vector<std::string> fields;           // empty: all. Rows that have none of them are left out
  bool times_only = false;                   // columns are left out: for gaps and counts
  bool as_runs = false;                      // with times_only: Slice::runs is filled instead of Slice::times
  // Not 0: of each series the two rows around its longest gap are enough, counted in whole units of so many
  // nanoseconds, the first of equal ones. All rows come where values would have to be read to know it.
  Ns gap_unit = 0;
  bool newest_first = false;
  uint64_t rows_per_series = 0;  // at most so many rows of each series, the first in the order asked for; 0: all
};

struct EventQuery {
  Ns from = std::numeric_limits<Ns>::min();  // by `time`, inclusive
  Ns to = std::numeric_limits<Ns>::max();    // exclusive
  std::string host;                          // exact; empty: any, as below
  std::string source;
  std::optional<uint8_t> severity;  // this one or worse
  std::string match;                // words that the message must have, in FTS5's query syntax
  bool newest_first = false;
  bool by_row = false;     // in the order of storing, not in that of time: for following
  uint64_t limit = 0;      // 0: all
  uint64_t after_row = 0;  // only events stored behind that row (StoredEvent::row)
};

struct StoredEvent {
  uint64_t row = 0;  // grows in the order of storing
  Event event;
};

// What is kept, for `/metrics` and for people.
struct Usage {
  uint64_t bytes = 0;  // on disk
  uint64_t batches_waiting = 0;
  uint64_t series = 0;
  uint64_t rows = 0;  // in blocks
  uint64_t values = 0;
  uint64_t events = 0;
  std::optional<Ns> oldest;  // UTC
  std::optional<Ns> newest;
  std::vector<std::string> set_aside;  // files of days that were damaged
};

// An incident as the recorder keeps it, whole: `document` is its JSON, whose form is the recorder's.
struct KeptIncident {
  uint64_t id = 0;  // 0 asks put_incident for a new one
  Ns opened = 0;
  std::string host;
  std::string state;  // "open", "closed"
  std::string title;
  std::string document;
};

class Store {
 public:
  virtual ~Store() = default;

  // Called once, from a thread of the store's: with success when the batch is on stable storage, else with why it is
  // not; ErrorCode::Limit says that there is no room, and that the sender should come again.
  using Done = std::function<void(Result<void>)>;

  // What every sender's lines go through before write(): check_lines(), and what only the store knows. A field's type
  // is that of its first value in this bucket and measurement; a line that says otherwise is dropped, as one is that
  // would be a series too many. May be called from many threads at once.
  virtual CheckedLines check(std::string_view bucket, std::string text, TimeUnit unit, Ns now);

  // Line protocol whose lines were checked (line_protocol.h) and all have times, in nanoseconds. Taken whole: what was
  // acknowledged is found by the next select(). A row with the time of an earlier one of its series replaces that one's
  // values of the same fields: the last write wins.
  virtual void write(std::string_view bucket, std::string lines, Done done) = 0;
  virtual void write(std::vector<Event> events, Done done) = 0;

  // Buckets that something was written to, or that were created, sorted.
  virtual Result<std::vector<std::string>> buckets() = 0;
  virtual Result<void> create_bucket(std::string_view name) = 0;

  // Slices of every series that the selection matches, series by series in the order of their keys, a series' rows in
  // as many slices as its size asks for. Stops where `take` gives false.
  virtual Result<void> select(const Selection& selection, const std::function<bool(Slice&&)>& take) = 0;
  // The series alone, without reading their rows: those that may have rows in the selection's days.
  virtual Result<void> series(const Selection& selection, const std::function<bool(const SeriesKey&)>& take) = 0;
  // The keys of the tags that the selection's series have.
  virtual Result<std::set<std::string>> tag_keys(const Selection& selection);
  // The fields of the selection's series with their types, sorted by name.
  virtual Result<std::vector<std::pair<std::string, FieldType>>> fields(const Selection& selection) = 0;

  virtual Result<void> events(const EventQuery& query, const std::function<bool(StoredEvent&&)>& take) = 0;

  // Gives the incident's id. One with an id replaces that one.
  virtual Result<uint64_t> put_incident(const KeptIncident& incident) = 0;
  // Sorted by id; all, or the one asked for.
  virtual Result<std::vector<KeptIncident>> incidents(std::optional<uint64_t> id) = 0;

  // Waits until all that was taken is on stable storage.
  virtual Result<void> flush() = 0;
  virtual Usage usage() = 0;
};

}  // namespace inquest::store

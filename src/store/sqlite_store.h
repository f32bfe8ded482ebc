// The store that needs no server: SQLite files in one folder, which `sqlite3` reads too (docs/formats/store.md).
//
// A batch is appended as it came, and safe when its Done is called. Behind that it is read into a table in memory, and
// from there, some minutes' worth at a time, into blocks, a series' rows together. Reading joins the three. Each step
// can be cut off anywhere and is done again: a batch leaves its head file only after what came of it is on the disk.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.h"

namespace inquest::store {

struct SqliteSettings {
  std::string folder;                // made where it is missing
  bool read_only = false;            // of a folder that a recorder may be writing to: what it has now
  std::optional<Ns> retain;          // days that ended longer ago are deleted
  std::optional<uint64_t> max_disk;  // bytes; beyond it the oldest days are deleted, but never the newest
  uint64_t max_series = 1'000'000;   // that come within a day
  uint64_t memory =
      uint64_t{24} << 20;     // rows that wait to become blocks, in bytes; up to three times as much while they do
  std::function<Ns()> clock;  // UTC; the system's where it is not set
  // Told, a line each, of damaged files that were set aside; from any thread. May be empty.
  std::function<void(std::string_view)> log;
};

class SqliteStore : public Store {
 public:
  // Denied, with a message for a person, where another recorder has the folder; Unsupported where a later version wrote
  // it. Returns at once, also when batches of an earlier run have to be read again first; reading waits for that.
  static Result<std::unique_ptr<SqliteStore>> open(SqliteSettings settings);
  ~SqliteStore() override;  // what was taken is on stable storage then

  CheckedLines check(std::string_view bucket, std::string text, TimeUnit unit, Ns now) override;
  void write(std::string_view bucket, std::string lines, Done done) override;
  void write(std::vector<Event> events, Done done) override;
  Result<std::vector<std::string>> buckets() override;
  Result<void> create_bucket(std::string_view name) override;
  Result<void> select(const Selection& selection, const std::function<bool(Slice&&)>& take) override;
  Result<void> series(const Selection& selection, const std::function<bool(const SeriesKey&)>& take) override;
  Result<std::set<std::string>> tag_keys(const Selection& selection) override;
  Result<std::vector<std::pair<std::string, FieldType>>> fields(const Selection& selection) override;
  Result<void> events(const EventQuery& query, const std::function<bool(StoredEvent&&)>& take) override;
  Result<uint64_t> put_incident(const KeptIncident& incident) override;
  Result<std::vector<KeptIncident>> incidents(std::optional<uint64_t> id) override;
  Result<void> flush() override;
  Usage usage() override;

  // Brings all that was taken into blocks and tables now, and small blocks together. The background does it by itself.
  Result<void> compact();
  // The same for retention: deletes what is too old or too much.
  void expire();

 private:
  struct Parts;
  explicit SqliteStore(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace inquest::store

// One file of telemetry and events: those of a day (or of a far-off year). docs/formats/store.md has its tables.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "store/block.h"
#include "store/merge.h"
#include "store/period.h"
#include "store/sqlite.h"
#include "store/store.h"

namespace inquest::store {

// What a file says about one block, without its values.
struct BlockEntry {
  int64_t id = 0;  // a later block has a greater one
  Ns first = 0;
  Ns last = 0;
  uint64_t rows = 0;
  uint64_t cells = 0;  // values
  bool dense = false;  // whether every row has one of the fields that were asked for
  std::vector<TimeRun> runs;
};

// What a file holds.
struct DayTotals {
  uint64_t rows = 0;  // in blocks
  uint64_t values = 0;
  uint64_t events = 0;
  std::optional<Ns> oldest;  // UTC
  std::optional<Ns> newest;

  void widen(Ns time) {
    oldest = std::min(oldest.value_or(time), time);
    newest = std::max(newest.value_or(time), time);
  }
};

// Fields as numbers in one file.
class FieldTable {
 public:
  // Of a series' measurement; a new one gets a number and a row.
  Result<uint64_t> number(Database& database, const std::string& bucket, const std::string& measurement,
                          const Column& column);
  Result<void> load(Database& database);
  const FieldName* of(uint64_t number) const;

 private:
  std::map<std::string, uint64_t> numbers_;
  std::unordered_map<uint64_t, FieldName> names_;
};

// Writes a file; one thread at a time.
class DayWriter {
 public:
  static Result<DayWriter> open(const std::string& path);

  // `work` writes, with what follows, into one transaction; after one that failed the writer is closed.
  template <class Work>
  Result<void> transaction(Work&& work) {
    return database_->transaction([&]() -> Result<void> {
      if (auto done = work(); !done) return done;
      return put_totals();
    });
  }

  Result<int64_t> series(const std::string& bucket, const SeriesKey& key);
  // Adds rows (ascending, distinct) as blocks of about kBlockRows; what is far apart is not in one block.
  Result<void> add(int64_t series, const std::string& bucket, const std::string& measurement, const Slice& rows);
  // Whether the samples of that head file are in already, and that they are.
  Result<bool> has_head(uint64_t head);
  Result<void> put_head(uint64_t head);
  Result<void> add_events(const std::vector<StoredEvent>& events);

  // Series with enough rows in small blocks to make a large one; with any two of them, where `all`.
  Result<std::vector<int64_t>> fragmented(bool all);
  Result<void> merge_blocks(int64_t series);

  // Gives a part of the pages that nothing is in any more back to the system; with none left, the log's room. Outside
  // of transactions; gives whether there is more to do.
  Result<bool> tidy();

 private:
  Result<void> put_totals();
  Result<void> add_run(int64_t series, const std::string& bucket, const std::string& measurement, const Slice& rows,
                       size_t from, size_t to);
  Result<void> add_block(int64_t series, const std::string& bucket, const std::string& measurement, const Slice& rows);

  std::unique_ptr<Database> database_;
  FieldTable fields_;
  BlockWriter packer_;
  BlockReader unpacker_;
  int64_t tidy_ = 0;  // changes when it was
  DayTotals added_;   // in this transaction; what went is counted backwards
};

// Reads a file. The caller holds `mutex` while it calls, and while it uses what it got.
class DayReader {
 public:
  static Result<DayReader> open(const std::string& path);

  std::unique_ptr<std::mutex> mutex = std::make_unique<std::mutex>();

  Database& database() { return *database_; }
  // The heads of series as line protocol writes them, with their numbers.
  Result<void> series(const std::string& bucket, const std::optional<std::string>& measurement,
                      const std::function<void(int64_t id, std::string_view head)>& take);
  // Blocks that may have rows in [from, to), the last first, until `take` gives false. `fields` as in Selection.
  Result<void> blocks(int64_t series, Ns from, Ns to, const std::vector<std::string>& fields,
                      const std::function<Result<bool>(BlockEntry&&)>& take);
  // A block's rows; of the named fields, or of all.
  Result<Slice> rows(const BlockEntry& entry, const std::vector<std::string>& fields);
  // Fields of the bucket's measurement (of all, where none is named), with their types.
  Result<std::vector<std::tuple<std::string, std::string, FieldName>>> fields(const std::string& bucket);
  Result<std::vector<std::string>> buckets();
  // The greatest number of a head or batch from which something is in here.
  Result<uint64_t> last_sequence();
  Result<DayTotals> totals();
  Result<void> events(const EventQuery& query, const std::function<Result<bool>(StoredEvent&&)>& take);

 private:
  std::unique_ptr<Database> database_;
  FieldTable fields_;
  BlockReader unpacker_;
};

// Rows of a full block.
inline constexpr uint64_t kBlockRows = 360;

// What both of them use: the entries of `block` and what lies behind them.
// Of a row with those columns. Malformed where its checksum says so.
Result<BlockEntry> read_entry(const Statement& row, int64_t series, const std::function<bool(uint64_t)>& is_wanted);
uint64_t checksum_of(int64_t series, const BlockEntry& entry, std::string_view dense, std::string_view times);
Result<Slice> read_rows(Database& database, BlockReader& unpacker, const BlockEntry& entry,
                        const FieldOfNumber& field_of);

}  // namespace inquest::store

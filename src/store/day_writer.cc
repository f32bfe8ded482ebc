#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "store/day_file.h"
#include "store/event_codec.h"
#include "store/hash.h"
#include "store/line_protocol.h"
#include "store/time_runs.h"
#include "store/time_spans.h"
#include "store/varint.h"

namespace inquest::store {
namespace {

// Large pages: a block is some kilobytes, and what does not fill a page is lost.
constexpr std::string_view kSchema = R"sql(
PRAGMA page_size = 32768;
PRAGMA auto_vacuum = INCREMENTAL;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA wal_autocheckpoint = 256;
PRAGMA journal_size_limit = 1048576;
PRAGMA cache_size = -4096;
PRAGMA secure_delete = OFF;
PRAGMA temp_store = MEMORY;
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS series (id INTEGER PRIMARY KEY, bucket TEXT NOT NULL, measurement TEXT NOT NULL, head TEXT NOT NULL,
  UNIQUE (bucket, measurement, head));
CREATE TABLE IF NOT EXISTS field (id INTEGER PRIMARY KEY, bucket TEXT NOT NULL, measurement TEXT NOT NULL, name TEXT NOT NULL,
  type INTEGER NOT NULL, UNIQUE (bucket, measurement, name, type));
CREATE TABLE IF NOT EXISTS block (series INTEGER NOT NULL, last INTEGER NOT NULL, id INTEGER NOT NULL, first INTEGER NOT NULL,
  rows INTEGER NOT NULL, cells INTEGER NOT NULL, dense BLOB NOT NULL, times BLOB NOT NULL, checksum INTEGER NOT NULL,
  PRIMARY KEY (series, last, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS small_block ON block (series, rows) WHERE rows < 360;
CREATE TABLE IF NOT EXISTS block_data (id INTEGER PRIMARY KEY AUTOINCREMENT, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS head (id INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS total (id INTEGER PRIMARY KEY CHECK (id = 1), rows INTEGER NOT NULL, cells INTEGER NOT NULL,
  events INTEGER NOT NULL, oldest INTEGER NOT NULL, newest INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS event (id INTEGER PRIMARY KEY, time INTEGER NOT NULL, received INTEGER NOT NULL, host TEXT NOT NULL,
  source TEXT NOT NULL, ident TEXT NOT NULL, severity INTEGER NOT NULL, message TEXT NOT NULL, fields BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS event_time ON event (time);
CREATE INDEX IF NOT EXISTS event_host ON event (host, time);
CREATE VIRTUAL TABLE IF NOT EXISTS event_text USING fts5 (message, content = 'event', content_rowid = 'id', columnsize = 0);
PRAGMA application_id = 1768846705;
PRAGMA user_version = 1;
COMMIT;
)sql";

// Words of a transaction are sorted in memory; what does not fit becomes a piece more to be merged.
constexpr std::string_view kIndexMemory = "INSERT INTO event_text (event_text, rank) VALUES ('hashsize', 4194304)";
constexpr int64_t kFewPages = 32;  // that are free are left to what comes next

}  // namespace

uint64_t checksum_of(int64_t series, const BlockEntry& entry, std::string_view dense, std::string_view times) {
  std::string plain;
  for (const uint64_t value : {static_cast<uint64_t>(series), static_cast<uint64_t>(entry.id),
                               static_cast<uint64_t>(entry.first), static_cast<uint64_t>(entry.last), entry.rows}) {
    put_varint(plain, value);
  }
  put_bytes(plain, dense);
  return hash_bytes(times, hash_bytes(plain, 0)) & 0xffffffff;
}

Result<uint64_t> FieldTable::number(Database& database, const std::string& bucket, const std::string& measurement,
                                    const Column& column) {
  std::string key;
  put_bytes(key, bucket);
  put_bytes(key, measurement);
  key.push_back(static_cast<char>(column.type));
  key += column.field;
  if (const auto at = numbers_.find(key); at != numbers_.end()) return at->second;
  auto insert = database.prepare("INSERT INTO field (bucket, measurement, name, type) VALUES (?1, ?2, ?3, ?4)");
  if (!insert) return fail(insert.error());
  insert->bind_text(1, bucket).bind_text(2, measurement).bind_text(3, column.field);
  insert->bind(4, static_cast<int64_t>(column.type));
  if (auto done = insert->run(); !done) return fail(done.error());
  const auto number = static_cast<uint64_t>(database.last_row());
  numbers_.emplace(std::move(key), number);
  names_.emplace(number, FieldName{.name = column.field, .type = column.type});
  return number;
}

Result<void> FieldTable::load(Database& database) {
  numbers_.clear();
  names_.clear();
  auto rows = database.prepare("SELECT id, bucket, measurement, name, type FROM field");
  if (!rows) return fail(rows.error());
  for (auto row = rows->step(); !row || *row; row = rows->step()) {
    if (!row) return fail(row.error());
    const int64_t type = rows->integer(4);
    if (type < 0 || type > static_cast<int64_t>(FieldType::String)) continue;
    std::string key;
    put_bytes(key, rows->text(1));
    put_bytes(key, rows->text(2));
    key.push_back(static_cast<char>(type));
    key += rows->text(3);
    numbers_.emplace(std::move(key), rows->count(0));
    names_.emplace(rows->count(0), FieldName{.name = std::string(rows->text(3)), .type = FieldType(type)});
  }
  return {};
}

const FieldName* FieldTable::of(uint64_t number) const {
  const auto at = names_.find(number);
  return at == names_.end() ? nullptr : &at->second;
}

Result<DayWriter> DayWriter::open(const std::string& path) {
  auto database = Database::open(path, Database::Mode::Create);
  if (!database) return fail(database.error());
  DayWriter out;
  out.database_ = std::make_unique<Database>(std::move(*database));
  const auto version = out.database_->number("PRAGMA user_version");
  if (!version) return fail(version.error());
  if (*version > 1) {
    return fail(Error{.code = ErrorCode::Unsupported,
                      .message = "was written by a later version of inquest; use that one",
                      .where = path});
  }
  if (auto made = out.database_->run(std::string(kSchema)); !made) return fail(made.error());
  if (*version == 0) {
    if (auto set = out.database_->run(std::string(kIndexMemory)); !set) return fail(set.error());
  }
  if (auto loaded = out.fields_.load(*out.database_); !loaded) return fail(loaded.error());
  return out;
}

Result<int64_t> DayWriter::series(const std::string& bucket, const SeriesKey& key) {
  const std::string head = format_series(key);
  auto find = database_->prepare("SELECT id FROM series WHERE bucket = ?1 AND measurement = ?2 AND head = ?3");
  if (!find) return fail(find.error());
  find->bind_text(1, bucket).bind_text(2, key.measurement).bind_text(3, head);
  const auto row = find->step();
  if (!row) return fail(row.error());
  if (*row) return find->integer(0);
  auto insert = database_->prepare("INSERT INTO series (bucket, measurement, head) VALUES (?1, ?2, ?3)");
  if (!insert) return fail(insert.error());
  insert->bind_text(1, bucket).bind_text(2, key.measurement).bind_text(3, head);
  if (auto done = insert->run(); !done) return fail(done.error());
  return database_->last_row();
}

Result<void> DayWriter::add(int64_t series, const std::string& bucket, const std::string& measurement,
                            const Slice& rows) {
  const std::vector<TimeSpan> spans = spans_of(rows.times);
  std::vector<size_t> cuts = far_apart(spans);
  cuts.push_back(spans.size());
  size_t begin = 0;
  size_t span = 0;
  for (const size_t cut : cuts) {
    size_t end = begin;
    for (; span < cut; ++span) end += spans[span].rows;
    if (auto done = add_run(series, bucket, measurement, rows, begin, end); !done) return done;
    begin = end;
  }
  return {};
}

Result<void> DayWriter::add_run(int64_t series, const std::string& bucket, const std::string& measurement,
                                const Slice& rows, size_t from, size_t to) {
  const size_t all = to - from;
  const size_t count = std::max<size_t>(1, all / kBlockRows);
  if (count == 1 && all == rows.times.size()) return add_block(series, bucket, measurement, rows);
  for (size_t i = 0; i < count; ++i) {
    Slice part = rows;
    keep_rows(part, from + all * i / count, from + all * (i + 1) / count);
    if (auto done = add_block(series, bucket, measurement, part); !done) return done;
  }
  return {};
}

Result<void> DayWriter::add_block(int64_t series, const std::string& bucket, const std::string& measurement,
                                  const Slice& rows) {
  if (rows.times.empty()) return {};
  std::optional<Error> error;
  std::string dense;
  const BlockWriter::Packed packed = packer_.pack(rows, [&](const Column& column) -> uint64_t {
    const auto number = fields_.number(*database_, bucket, measurement, column);
    if (!number) {
      error = number.error();
      return 0;
    }
    if (column.present.empty()) put_varint(dense, *number);
    return *number;
  });
  if (error) return fail(std::move(*error));

  auto data = database_->prepare("INSERT INTO block_data (data) VALUES (?1)");
  if (!data) return fail(data.error());
  data->bind_blob(1, packed.data);
  if (auto done = data->run(); !done) return done;

  const BlockEntry entry = {
      .id = database_->last_row(), .first = rows.times.front(), .last = rows.times.back(), .rows = rows.times.size()};
  const std::string times = pack_times(rows.times);
  auto block = database_->prepare("INSERT INTO block VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
  if (!block) return fail(block.error());
  block->bind(1, series).bind(2, entry.last).bind(3, entry.id).bind(4, entry.first).bind(5, entry.rows);
  block->bind(6, packed.values).bind_blob(7, dense).bind_blob(8, times);
  block->bind(9, checksum_of(series, entry, dense, times));
  added_.rows += entry.rows;
  added_.values += packed.values;
  added_.widen(entry.first);
  added_.widen(entry.last);
  return block->run();
}

Result<bool> DayWriter::has_head(uint64_t head) {
  auto find = database_->prepare("SELECT 1 FROM head WHERE id = ?1");
  if (!find) return fail(find.error());
  return find->bind(1, head).step();
}

Result<void> DayWriter::put_head(uint64_t head) {
  auto insert = database_->prepare("INSERT OR IGNORE INTO head VALUES (?1)");
  if (!insert) return fail(insert.error());
  return insert->bind(1, head).run();
}

Result<void> DayWriter::add_events(const std::vector<StoredEvent>& events) {
  auto insert = database_->prepare("INSERT OR IGNORE INTO event VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
  auto index = database_->prepare("INSERT INTO event_text (rowid, message) VALUES (?1, ?2)");
  if (!insert) return fail(insert.error());
  if (!index) return fail(index.error());
  for (const StoredEvent& stored : events) {
    const Event& event = stored.event;
    const std::string fields = pack_fields(event.fields);
    insert->bind(1, stored.row).bind(2, event.time).bind(3, event.received).bind_text(4, event.host);
    insert->bind_text(5, event.source).bind_text(6, event.ident).bind(7, int64_t{event.severity});
    insert->bind_text(8, event.message).bind_blob(9, fields);
    if (auto done = insert->run(); !done) return done;
    if (database_->changes() == 0) continue;  // it was here already
    ++added_.events;
    added_.widen(event.time);
    index->bind(1, stored.row).bind_text(2, event.message);
    if (auto done = index->run(); !done) return done;
  }
  return {};
}

// Counting all blocks and events each time somebody wants to know would cost more as the day goes on.
Result<void> DayWriter::put_totals() {
  const DayTotals added = std::exchange(added_, {});
  if (!added.oldest) return {};  // nothing is new; what went, went with what took its place
  auto put = database_->prepare(
      "INSERT INTO total VALUES (1, ?1, ?2, ?3, ?4, ?5) ON CONFLICT (id) DO UPDATE SET rows = rows + ?1, "
      "cells = cells + ?2, events = events + ?3, oldest = MIN(oldest, ?4), newest = MAX(newest, ?5)");
  if (!put) return fail(put.error());
  put->bind(1, added.rows).bind(2, added.values).bind(3, added.events).bind(4, *added.oldest).bind(5, *added.newest);
  return put->run();
}

Result<bool> DayWriter::tidy() {
  if (database_->all_changes() == tidy_) return false;
  const auto pages = database_->number("PRAGMA page_count");
  const auto unused = database_->number("PRAGMA freelist_count");
  if (!pages || !unused) return fail(pages ? unused.error() : pages.error());
  if (*unused > kFewPages && *unused * 8 > *pages) {
    if (auto done = database_->run("PRAGMA incremental_vacuum(256)"); !done) return fail(done.error());
    const auto left = database_->number("PRAGMA freelist_count");
    if (left && *left < *unused) return true;  // else the file is of a version that did not do this
  }
  // Where a reader is in the way, the next time will do.
  (void)database_->run("PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA busy_timeout = 10000");
  tidy_ = database_->all_changes();
  return false;
}

Result<std::vector<int64_t>> DayWriter::fragmented(bool all) {
  auto rows = database_->prepare(
      "SELECT series FROM block INDEXED BY small_block WHERE rows < 360 GROUP BY series "
      "HAVING SUM(rows) >= ?1 AND COUNT(*) > 1");
  if (!rows) return fail(rows.error());
  rows->bind(1, all ? int64_t{0} : static_cast<int64_t>(kBlockRows));
  std::vector<int64_t> out;
  for (auto row = rows->step(); !row || *row; row = rows->step()) {
    if (!row) return fail(row.error());
    out.push_back(rows->integer(0));
  }
  return out;
}

}  // namespace inquest::store

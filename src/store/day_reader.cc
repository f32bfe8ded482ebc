#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "store/day_file.h"
#include "store/event_codec.h"
#include "store/line_protocol.h"
#include "store/time_runs.h"
#include "store/varint.h"

namespace inquest::store {

Result<BlockEntry> read_entry(const Statement& row, int64_t series, const std::function<bool(uint64_t)>& is_wanted) {
  BlockEntry entry = {.id = row.integer(0),
                      .first = row.integer(1),
                      .last = row.integer(2),
                      .rows = row.count(3),
                      .cells = row.count(7)};
  const std::string_view dense = row.text(4);
  const std::string_view times = row.text(5);
  if (row.count(6) != checksum_of(series, entry, dense, times) || entry.rows > kMaxBlockRows) {
    return fail(ErrorCode::Malformed, "a block's entry is damaged");
  }
  auto runs = unpack_runs(times, entry.rows);
  if (!runs) return fail(runs.error());
  entry.runs = std::move(*runs);
  Unpacker in(dense);
  while (!in.at_end() && !entry.dense) entry.dense = is_wanted(in.varint());
  return entry;
}

Result<Slice> read_rows(Database& database, BlockReader& unpacker, const BlockEntry& entry,
                        const FieldOfNumber& field_of) {
  auto find = database.prepare("SELECT data FROM block_data WHERE id = ?1");
  if (!find) return fail(find.error());
  const auto row = find->bind(1, entry.id).step();
  if (!row) return fail(row.error());
  if (!*row) return fail(ErrorCode::Malformed, "a block has no data");
  auto columns = unpacker.unpack(find->text(0), entry.rows, field_of);
  if (!columns) return fail(columns.error());
  Slice out;
  out.times = times_of(entry.runs);
  out.columns = std::move(*columns);
  return out;
}

Result<DayReader> DayReader::open(const std::string& path) {
  auto database = Database::open(path, Database::Mode::Read);
  if (!database) return fail(database.error());
  const auto version = database->number("PRAGMA user_version");
  if (!version) return fail(version.error());
  if (*version == 0) {  // its writer is about to make it, or was cut off when it was
    return fail(Error{.code = ErrorCode::NotFound, .message = "has nothing in it yet", .where = path});
  }
  DayReader out;
  out.database_ = std::make_unique<Database>(std::move(*database));
  if (auto set = out.database_->run("PRAGMA cache_size = -2048; PRAGMA temp_store = MEMORY"); !set) {
    return fail(set.error());
  }
  if (auto loaded = out.fields_.load(*out.database_); !loaded) return fail(loaded.error());
  return out;
}

Result<void> DayReader::series(const std::string& bucket, const std::optional<std::string>& measurement,
                               const std::function<void(int64_t id, std::string_view head)>& take) {
  auto rows = database_->prepare(measurement ? "SELECT id, head FROM series WHERE bucket = ?1 AND measurement = ?2"
                                             : "SELECT id, head FROM series WHERE bucket = ?1");
  if (!rows) return fail(rows.error());
  rows->bind_text(1, bucket);
  if (measurement) rows->bind_text(2, *measurement);
  for (auto row = rows->step(); !row || *row; row = rows->step()) {
    if (!row) return fail(row.error());
    take(rows->integer(0), rows->text(1));
  }
  return {};
}

Result<void> DayReader::blocks(int64_t series, Ns from, Ns to, const std::vector<std::string>& fields,
                               const std::function<Result<bool>(BlockEntry&&)>& take) {
  auto rows = database_->prepare(
      "SELECT id, first, last, rows, dense, times, checksum, cells FROM block WHERE series = ?1 AND last >= ?2 "
      "ORDER BY last DESC, id DESC");
  if (!rows) return fail(rows.error());
  rows->bind(1, series).bind(2, from);
  const auto is_wanted = [&](uint64_t number) {
    if (fields.empty()) return true;
    const FieldName* field = fields_.of(number);
    return field != nullptr && std::ranges::find(fields, field->name) != fields.end();
  };
  for (auto row = rows->step(); !row || *row; row = rows->step()) {
    if (!row) return fail(row.error());
    if (rows->integer(1) >= to) continue;
    auto entry = read_entry(*rows, series, is_wanted);
    if (!entry) return fail(entry.error());
    const auto more = take(std::move(*entry));
    if (!more) return fail(more.error());
    if (!*more) break;
  }
  return {};
}

Result<Slice> DayReader::rows(const BlockEntry& entry, const std::vector<std::string>& fields) {
  bool unknown = false;
  const auto field_of = [&](uint64_t number) -> const FieldName* {
    const FieldName* field = fields_.of(number);
    if (field == nullptr) unknown = true;
    return field == nullptr || fields.empty() || std::ranges::find(fields, field->name) != fields.end() ? field
                                                                                                        : nullptr;
  };
  auto out = read_rows(*database_, unpacker_, entry, field_of);
  if (!out || !unknown) return out;
  // The writer has seen new fields since.
  if (auto loaded = fields_.load(*database_); !loaded) return fail(loaded.error());
  return read_rows(*database_, unpacker_, entry, field_of);
}

Result<std::vector<std::tuple<std::string, std::string, FieldName>>> DayReader::fields(const std::string& bucket) {
  auto rows = database_->prepare("SELECT bucket, measurement, name, type FROM field WHERE ?1 = '' OR bucket = ?1");
  if (!rows) return fail(rows.error());
  rows->bind_text(1, bucket);
  std::vector<std::tuple<std::string, std::string, FieldName>> out;
  for (auto row = rows->step(); !row || *row; row = rows->step()) {
    if (!row) return fail(row.error());
    const int64_t type = rows->integer(3);
    if (type < 0 || type > static_cast<int64_t>(FieldType::String)) continue;
    out.emplace_back(rows->text(0), rows->text(1),
                     FieldName{.name = std::string(rows->text(2)), .type = FieldType(type)});
  }
  return out;
}

Result<std::vector<std::string>> DayReader::buckets() {
  // From bucket to bucket along the index; DISTINCT would read all of it.
  auto rows = database_->prepare(
      "WITH RECURSIVE one (name) AS (SELECT MIN(bucket) FROM series UNION ALL "
      "SELECT (SELECT MIN(bucket) FROM series WHERE bucket > name) FROM one WHERE name IS NOT NULL) "
      "SELECT name FROM one WHERE name IS NOT NULL");
  if (!rows) return fail(rows.error());
  std::vector<std::string> out;
  for (auto row = rows->step(); !row || *row; row = rows->step()) {
    if (!row) return fail(row.error());
    out.emplace_back(rows->text(0));
  }
  return out;
}

Result<uint64_t> DayReader::last_sequence() {
  const auto last = database_->number(
      "SELECT MAX(COALESCE((SELECT MAX(id) FROM head), 0), COALESCE((SELECT MAX(id) >> 16 FROM event), 0))");
  if (!last) return fail(last.error());
  return static_cast<uint64_t>(*last);
}

Result<DayTotals> DayReader::totals() {
  auto row = database_->prepare("SELECT rows, cells, events, oldest, newest FROM total");
  if (!row) return fail(row.error());
  const auto there = row->step();
  if (!there) return fail(there.error());
  DayTotals out;
  if (!*there) return out;
  out = {.rows = row->count(0), .values = row->count(1), .events = row->count(2), .oldest = {}, .newest = {}};
  if (out.rows + out.events == 0) return out;
  out.oldest = row->integer(3);
  out.newest = row->integer(4);
  return out;
}

Result<void> DayReader::events(const EventQuery& query, const std::function<Result<bool>(StoredEvent&&)>& take) {
  std::string sql =
      "SELECT id, time, received, host, source, ident, severity, message, fields FROM event "
      "WHERE time >= ?1 AND time < ?2 AND id > ?3";
  if (!query.host.empty()) sql += " AND host = ?4";
  if (!query.source.empty()) sql += " AND source = ?5";
  if (query.severity) sql += " AND severity <= ?6";
  if (!query.match.empty()) sql += " AND id IN (SELECT rowid FROM event_text WHERE event_text MATCH ?7)";
  if (query.by_row) {
    sql += query.newest_first ? " ORDER BY id DESC" : " ORDER BY id";
  } else {
    sql += query.newest_first ? " ORDER BY time DESC, id DESC" : " ORDER BY time, id";
  }
  auto rows = database_->prepare(sql);
  if (!rows) return fail(rows.error());
  rows->bind(1, query.from).bind(2, query.to).bind(3, query.after_row);
  if (!query.host.empty()) rows->bind_text(4, query.host);
  if (!query.source.empty()) rows->bind_text(5, query.source);
  if (query.severity) rows->bind(6, int64_t{*query.severity});
  if (!query.match.empty()) rows->bind_text(7, query.match);
  for (auto row = rows->step(); !row || *row; row = rows->step()) {
    if (!row) return fail(row.error());
    StoredEvent stored;
    stored.row = rows->count(0);
    Event& event = stored.event;
    event.time = rows->integer(1);
    event.received = rows->integer(2);
    event.host = rows->text(3);
    event.source = rows->text(4);
    event.ident = rows->text(5);
    event.severity = static_cast<uint8_t>(rows->integer(6));
    event.message = rows->text(7);
    auto fields = unpack_fields(rows->text(8));
    if (!fields) return fail(fields.error());
    event.fields = std::move(*fields);
    const auto more = take(std::move(stored));
    if (!more) return fail(more.error());
    if (!*more) break;
  }
  return {};
}

}  // namespace inquest::store

#include "store/recorder_file.h"

#include <utility>

namespace inquest::store {
namespace {

constexpr std::string_view kNew = "PRAGMA journal_mode = MEMORY";  // nothing in it can be rolled back to
constexpr std::string_view kSchema = R"sql(
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA cache_size = -512;
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS bucket (name TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS trusted_clock (id INTEGER PRIMARY KEY CHECK (id = 1), believed INTEGER NOT NULL,
  age INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS added (day TEXT PRIMARY KEY, age INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS incident (id INTEGER PRIMARY KEY AUTOINCREMENT, opened INTEGER NOT NULL, host TEXT NOT NULL,
  state TEXT NOT NULL, title TEXT NOT NULL, document TEXT NOT NULL);
PRAGMA application_id = 1768846705;
PRAGMA user_version = 1;
COMMIT;
)sql";

}  // namespace

Result<std::unique_ptr<RecorderFile>> RecorderFile::open(const std::string& path, bool read_only) {
  auto out = std::make_unique<RecorderFile>();
  auto database = Database::open(path, read_only ? Database::Mode::Read : Database::Mode::Create);
  if (!database && read_only && database.error().code == ErrorCode::NotFound) return out;
  if (!database) return fail(database.error());
  const auto version = database->number("PRAGMA user_version");
  if (!version) return fail(version.error());
  if (*version > 1) {
    return fail(Error{.code = ErrorCode::Unsupported,
                      .message = "was written by a later version of inquest; use that one",
                      .where = path});
  }
  if (!read_only) {
    if (*version == 0) {
      if (auto set = database->run(std::string(kNew)); !set) return fail(set.error());
    }
    if (auto made = database->run(std::string(kSchema)); !made) return fail(made.error());
  }
  out->database_ = std::make_unique<Database>(std::move(*database));
  return out;
}

Result<void> RecorderFile::create_bucket(std::string_view name) {
  const std::lock_guard lock(mutex_);
  auto insert = database_->prepare("INSERT OR IGNORE INTO bucket VALUES (?1)");
  if (!insert) return fail(insert.error());
  return insert->bind_text(1, name).run();
}

Result<std::vector<std::string>> RecorderFile::buckets() {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> out;
  if (!database_) return out;
  auto rows = database_->prepare("SELECT name FROM bucket");
  if (!rows) return fail(rows.error());
  for (auto row = rows->step(); !row || *row; row = rows->step()) {
    if (!row) return fail(row.error());
    out.emplace_back(rows->text(0));
  }
  return out;
}

Result<void> RecorderFile::keep_clock(const ClockMemory& clock) {
  const std::lock_guard lock(mutex_);
  auto put = database_->prepare("INSERT OR REPLACE INTO trusted_clock VALUES (1, ?1, ?2)");
  if (!put) return fail(put.error());
  return put->bind(1, clock.believed).bind(2, clock.age).run();
}

std::optional<ClockMemory> RecorderFile::kept_clock() {
  const std::lock_guard lock(mutex_);
  auto row = database_->prepare("SELECT believed, age FROM trusted_clock");
  if (!row) return std::nullopt;
  const auto there = row->step();
  if (!there || !*there) return std::nullopt;
  return ClockMemory{.believed = row->integer(0), .age = row->integer(1)};
}

Result<void> RecorderFile::keep_added(std::string_view day, Ns age) {
  const std::lock_guard lock(mutex_);
  auto put = database_->prepare("INSERT OR REPLACE INTO added VALUES (?1, ?2)");
  if (!put) return fail(put.error());
  return put->bind_text(1, day).bind(2, age).run();
}

Result<void> RecorderFile::forget_added(std::string_view day) {
  const std::lock_guard lock(mutex_);
  auto gone = database_->prepare("DELETE FROM added WHERE day = ?1");
  if (!gone) return fail(gone.error());
  return gone->bind_text(1, day).run();
}

Result<std::map<std::string, Ns, std::less<>>> RecorderFile::added() {
  const std::lock_guard lock(mutex_);
  std::map<std::string, Ns, std::less<>> out;
  auto rows = database_->prepare("SELECT day, age FROM added");
  if (!rows) return fail(rows.error());
  for (auto row = rows->step(); !row || *row; row = rows->step()) {
    if (!row) return fail(row.error());
    out.emplace(rows->text(0), rows->integer(1));
  }
  return out;
}

Result<uint64_t> RecorderFile::put(const KeptIncident& incident) {
  const std::lock_guard lock(mutex_);
  auto put = database_->prepare(
      "INSERT INTO incident VALUES (NULLIF(?1, 0), ?2, ?3, ?4, ?5, ?6) ON CONFLICT (id) DO UPDATE SET "
      "opened = ?2, host = ?3, state = ?4, title = ?5, document = ?6");
  if (!put) return fail(put.error());
  put->bind(1, incident.id).bind(2, incident.opened).bind_text(3, incident.host).bind_text(4, incident.state);
  put->bind_text(5, incident.title).bind_text(6, incident.document);
  if (auto done = put->run(); !done) return fail(done.error());
  return incident.id != 0 ? incident.id : static_cast<uint64_t>(database_->last_row());
}

Result<std::vector<KeptIncident>> RecorderFile::incidents(std::optional<uint64_t> id) {
  const std::lock_guard lock(mutex_);
  std::vector<KeptIncident> out;
  if (!database_) return out;
  auto rows = database_->prepare(
      "SELECT id, opened, host, state, title, document FROM incident WHERE ?1 = 0 OR id = ?2 ORDER BY id");
  if (!rows) return fail(rows.error());
  rows->bind(1, int64_t{id ? 1 : 0}).bind(2, id.value_or(0));
  for (auto row = rows->step(); !row || *row; row = rows->step()) {
    if (!row) return fail(row.error());
    out.push_back({.id = rows->count(0),
                   .opened = rows->integer(1),
                   .host = std::string(rows->text(2)),
                   .state = std::string(rows->text(3)),
                   .title = std::string(rows->text(4)),
                   .document = std::string(rows->text(5))});
  }
  return out;
}

}  // namespace inquest::store

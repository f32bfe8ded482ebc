#include "store/head_file.h"

#include <optional>
#include <utility>

#include "store/event_codec.h"

namespace inquest::store {
namespace {

// The log is never copied into the database: the file goes before that would pay. The file is new: nothing in it can be
// rolled back to, and each sync that is left out counts where senders wait.
constexpr std::string_view kSetUp = R"sql(
PRAGMA page_size = 8192;
PRAGMA journal_mode = MEMORY;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA wal_autocheckpoint = 0;
PRAGMA cache_size = -1024;
)sql";
constexpr std::string_view kSchema = R"sql(
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS batch (sequence INTEGER PRIMARY KEY, kind INTEGER NOT NULL, bucket TEXT NOT NULL, data BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS batch_kind ON batch (kind, sequence);
PRAGMA application_id = 1768846705;
PRAGMA user_version = 1;
COMMIT;
)sql";

}  // namespace

Result<HeadFile> HeadFile::create(const std::string& path) {
  auto database = Database::open(path, Database::Mode::Create);
  if (!database) return fail(database.error());
  if (auto done = database->run(std::string(kSetUp) + std::string(kSchema)); !done) return fail(done.error());
  database->keep_log_on_close();
  HeadFile out;
  out.database_ = std::make_unique<Database>(std::move(*database));
  return out;
}

Result<HeadFile> HeadFile::open(const std::string& path, bool read_only) {
  auto database = Database::open(path, read_only ? Database::Mode::Read : Database::Mode::Write);
  if (!database) return fail(database.error());
  if (auto done = database->run("PRAGMA cache_size = -1024; PRAGMA wal_autocheckpoint = 0"); !done) {
    return fail(done.error());
  }
  database->keep_log_on_close();
  const auto version = database->number("PRAGMA user_version");
  if (!version) return fail(version.error());
  if (*version == 0) {  // its recorder was cut off while it made it
    return fail(Error{.code = ErrorCode::NotFound, .message = "has nothing in it", .where = path});
  }
  HeadFile out;
  out.database_ = std::make_unique<Database>(std::move(*database));
  return out;
}

Result<void> HeadFile::append(const std::vector<Batch>& batches) {
  std::vector<std::string> packed;
  for (const Batch& batch : batches) packed.push_back(compress(batch.data, 1));
  return database_->transaction([&]() -> Result<void> {
    auto insert = database_->prepare("INSERT INTO batch VALUES (?1, ?2, ?3, ?4)");
    if (!insert) return fail(insert.error());
    for (size_t i = 0; i < batches.size(); ++i) {
      insert->bind(1, batches[i].sequence).bind(2, static_cast<int64_t>(batches[i].kind));
      insert->bind_text(3, batches[i].bucket).bind_blob(4, packed[i]);
      if (auto done = insert->run(); !done) return done;
    }
    return {};
  });
}

Result<void> HeadFile::read(Batch::Kind kind, uint64_t after, const std::function<bool(Batch&&)>& take) {
  auto rows = database_->prepare(
      "SELECT sequence, bucket, data FROM batch WHERE kind = ?1 AND sequence > ?2 ORDER BY sequence");
  if (!rows) return fail(rows.error());
  rows->bind(1, static_cast<int64_t>(kind)).bind(2, after);
  std::optional<Error> damage;
  for (auto row = rows->step(); !row || *row; row = rows->step()) {
    if (!row) return fail(row.error());
    auto data = decompress(rows->text(2), kMaxBatch);
    if (!data) {  // what stands behind it may be whole
      damage = data.error();
      continue;
    }
    if (!take({.sequence = rows->count(0),
               .kind = kind,
               .bucket = std::string(rows->text(1)),
               .data = std::move(*data)})) {
      return {};
    }
  }
  if (damage) return fail(std::move(*damage));
  return {};
}

Result<uint64_t> HeadFile::last_sequence() {
  const auto last = database_->number("SELECT MAX(sequence) FROM batch");
  if (!last) return fail(last.error());
  return static_cast<uint64_t>(*last);
}

}  // namespace inquest::store

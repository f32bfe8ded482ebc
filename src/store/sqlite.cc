#include "store/sqlite.h"

#include <cerrno>
#include <utility>

#include <sqlite3.h>

#include <fmt/format.h>

namespace inquest::store {
namespace {

constexpr int kBusyMs = 10'000;

ErrorCode code_of(int status, int os_error) {
  switch (status & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return ErrorCode::Malformed;
    case SQLITE_FULL: return ErrorCode::Limit;
    case SQLITE_IOERR:
      // A quota, or a file that may not grow further, is an error of writing; a broken disk says EIO.
      return (status == SQLITE_IOERR_WRITE || status == SQLITE_IOERR_SHMSIZE) && os_error != EIO ? ErrorCode::Limit
                                                                                                 : ErrorCode::Io;
    case SQLITE_CANTOPEN: return os_error == ENOENT ? ErrorCode::NotFound : ErrorCode::Io;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH: return ErrorCode::Denied;
    default: return ErrorCode::Failed;
  }
}

std::unexpected<Error> failed(sqlite3* database, int status, const std::string& path) {
  Error error;
  error.code = code_of(status, database == nullptr ? 0 : sqlite3_system_errno(database));
  error.message = database == nullptr ? sqlite3_errstr(status) : sqlite3_errmsg(database);
  error.where = path;
  return fail(std::move(error));
}

}  // namespace

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_), statement_(std::exchange(other.statement_, nullptr)), path_(other.path_) {}

Statement::~Statement() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Statement& Statement::bind(int at, int64_t value) {
  sqlite3_bind_int64(statement_, at, value);
  return *this;
}

Statement& Statement::bind_text(int at, std::string_view value) {
  sqlite3_bind_text64(statement_, at, value.data() == nullptr ? "" : value.data(), value.size(), SQLITE_STATIC,
                      SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind_blob(int at, std::string_view value) {
  sqlite3_bind_blob64(statement_, at, value.data() == nullptr ? "" : value.data(), value.size(), SQLITE_STATIC);
  return *this;
}

Result<bool> Statement::step() {
  const int status = sqlite3_step(statement_);
  if (status == SQLITE_ROW) return true;
  if (status == SQLITE_DONE) return false;
  return failed(database_, status, *path_);
}

Result<void> Statement::run() {
  Result<bool> row = true;
  while (row && *row) row = step();
  if (!row) return fail(row.error());
  sqlite3_reset(statement_);
  return {};
}

int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string_view Statement::text(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  return {bytes, bytes == nullptr ? 0 : static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
}

void Database::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }
void Database::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Result<Database> Database::open(const std::string& path, Mode mode) {
  const int flags = mode == Mode::Create  ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                    : mode == Mode::Write ? SQLITE_OPEN_READWRITE
                                          : SQLITE_OPEN_READONLY;
  sqlite3* raw = nullptr;
  const int status = sqlite3_open_v2(path.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  Database out;
  out.path_ = std::make_unique<std::string>(path);
  out.database_.reset(raw);
  if (status != SQLITE_OK) return failed(raw, status, path);
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, kBusyMs);
  return out;
}

Result<void> Database::run(const std::string& sql) {
  const int status = sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (status != SQLITE_OK) return failed(database_.get(), status, *path_);
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
  auto at = statements_.find(sql);
  if (at == statements_.end()) {
    sqlite3_stmt* raw = nullptr;
    const int status = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                          SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
    if (status != SQLITE_OK) return failed(database_.get(), status, *path_);
    at = statements_.emplace(sql, std::unique_ptr<sqlite3_stmt, Finalize>(raw)).first;
  }
  return Statement(database_.get(), at->second.get(), *path_);
}

Result<int64_t> Database::number(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return fail(statement.error());
  const auto row = statement->step();
  if (!row) return fail(row.error());
  return *row ? statement->integer(0) : 0;
}

void Database::keep_log_on_close() { sqlite3_db_config(database_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr); }

int64_t Database::changes() const { return sqlite3_changes64(database_.get()); }
int64_t Database::all_changes() const { return sqlite3_total_changes64(database_.get()); }
int64_t Database::last_row() const { return sqlite3_last_insert_rowid(database_.get()); }

}  // namespace inquest::store

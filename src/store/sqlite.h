// SQLite, as far as the store needs it: a connection, and its statements.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

struct sqlite3;
struct sqlite3_stmt;

namespace inquest::store {

// A prepared statement in use; it is reset when this goes. Columns count from 0, parameters from 1. Text and blobs that
// are bound must live until the last step(); those that are given until the next.
class Statement {
 public:
  Statement(sqlite3* database, sqlite3_stmt* statement, const std::string& path)
      : database_(database), statement_(statement), path_(&path) {}
  Statement(Statement&& other) noexcept;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  Statement& bind(int at, int64_t value);
  Statement& bind(int at, uint64_t value) { return bind(at, static_cast<int64_t>(value)); }
  Statement& bind_text(int at, std::string_view value);
  Statement& bind_blob(int at, std::string_view value);

  Result<bool> step();  // whether there is a row
  Result<void> run();   // to the end, and ready to be bound again
  int64_t integer(int column) const;
  uint64_t count(int column) const { return static_cast<uint64_t>(integer(column)); }
  std::string_view text(int column) const;  // also of blobs

 private:
  sqlite3* database_;
  sqlite3_stmt* statement_;
  const std::string* path_;
};

// A connection, for one thread at a time. Errors: Malformed where the file is damaged or no database; Limit where the
// disk is full; Io, Denied, Failed.
class Database {
 public:
  enum class Mode : uint8_t { Create, Write, Read };
  static Result<Database> open(const std::string& path, Mode mode);

  const std::string& path() const { return *path_; }
  // Statements without parameters or rows.
  Result<void> run(const std::string& sql);
  // Prepared once, whatever number of times it is asked for. `sql` is a literal.
  Result<Statement> prepare(std::string_view sql);
  Result<int64_t> number(std::string_view sql);  // the first column of the first row; 0 where there is none
  // Closing the last connection then leaves the log as it is, instead of copying it into the file.
  void keep_log_on_close();
  int64_t changes() const;
  int64_t all_changes() const;  // since it was opened
  int64_t last_row() const;
  // In one transaction, rolled back where `work` fails.
  template <class Work>
  Result<void> transaction(Work&& work) {
    if (auto begun = run("BEGIN IMMEDIATE"); !begun) return begun;
    Result<void> done = work();
    if (done) done = run("COMMIT");
    if (!done) (void)run("ROLLBACK");
    return done;
  }

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<std::string> path_;
  std::unique_ptr<sqlite3, Close> database_;
  std::map<std::string, std::unique_ptr<sqlite3_stmt, Finalize>, std::less<>> statements_;
};

}  // namespace inquest::store

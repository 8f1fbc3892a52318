// SPDX-License-Identifier: Apache-2.0
//
// SQLite's C interface with owners and Results, and nothing of this project's tables. Only
// sqlite.cc includes SQLite's own header.
#pragma once

#include <durable/base/result.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

struct sqlite3;
struct sqlite3_stmt;

namespace durable::store::sqlite {

/// A prepared statement, to be run any number of times. Must not outlive its Database.
class Statement {
 public:
  Statement() = default;

 private:
  friend class Database;
  friend class Run;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

/// An open database file. One thread.
class Database {
 public:
  /// Opens `path`, and makes an empty file where there is none. Nothing is written or locked before
  /// the first statement. Errors: `storage`.
  [[nodiscard]] static Result<Database> open(const std::string& path);

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  /// Whether closing moves what is left in the write-ahead log into the file; it does unless this
  /// was called with false.
  void set_checkpoint_on_close(bool value);
  /// How long a statement waits for another process that holds the file.
  void set_busy_timeout_ms(int value);

  // Errors of all below: `storage`, `corrupt`, `conflict` (a value that must be unique is not),
  // `request_too_large` (a value over SQLite's limit).

  /// Runs statements that answer nothing.
  [[nodiscard]] Result<void> execute(const char* sql);
  [[nodiscard]] Result<Statement> prepare(std::string_view sql);
  /// The one number, or the one text, that `sql` answers with.
  [[nodiscard]] Result<std::int64_t> number(std::string_view sql);
  [[nodiscard]] Result<std::string> text(std::string_view sql);
  [[nodiscard]] std::int64_t last_row() const;

 private:
  friend class Run;
  struct Close {
    void operator()(sqlite3* database) const noexcept;
  };
  Database(std::unique_ptr<sqlite3, Close> handle, std::string path)
      : handle_(std::move(handle)), path_(std::move(path)) {}
  [[nodiscard]] Error error(int code) const;

  std::unique_ptr<sqlite3, Close> handle_;
  std::string path_;
};

/// One run of a statement, from its parameters to its last row. The statement is ready for the next
/// run when this is destroyed.
class Run {
 public:
  Run(const Database& database, const Statement& statement)
      : database_(database), statement_(statement.handle_.get()) {}
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  ~Run();

  /// Gives the next parameter. Texts and blobs must stay where they are during the run.
  Run& with(std::int64_t value);
  Run& with(std::optional<std::int64_t> value);
  Run& with(std::string_view text);
  Run& with(std::optional<std::string_view> text);
  Run& with_blob(std::string_view bytes);

  /// Whether there is a next row; its columns can then be read.
  [[nodiscard]] Result<bool> row();
  /// Runs a statement that answers nothing.
  [[nodiscard]] Result<void> done();

  [[nodiscard]] std::int64_t number(int column) const;
  [[nodiscard]] std::optional<std::int64_t> optional_number(int column) const;
  /// Texts and blobs are valid until the next row.
  [[nodiscard]] std::string_view text(int column) const;
  [[nodiscard]] std::string_view blob(int column) const;
  [[nodiscard]] std::optional<std::string> optional_text(int column) const;

 private:
  void check(int code) {
    if (bound_ == 0) bound_ = code;
  }

  const Database& database_;
  sqlite3_stmt* statement_;
  int parameters_ = 0;
  int bound_ = 0;  // the first failure of a parameter
};

/// The statements around a transaction, prepared once: each commit needs them.
struct TransactionStatements {
  [[nodiscard]] static Result<TransactionStatements> prepare(Database& database);

  Statement begin;
  Statement commit;
};

/// All statements or none: rolls back unless it was committed.
class Transaction {
 public:
  /// `database` and `statements` outlive it.
  [[nodiscard]] static Result<Transaction> begin(Database& database,
                                                 const TransactionStatements& statements);
  Transaction(Transaction&& other) noexcept
      : database_(std::exchange(other.database_, nullptr)), statements_(other.statements_) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  [[nodiscard]] Result<void> commit();

 private:
  Transaction(Database& database, const TransactionStatements& statements)
      : database_(&database), statements_(&statements) {}
  Database* database_;  // null: nothing is left to roll back
  const TransactionStatements* statements_;
};

}  // namespace durable::store::sqlite

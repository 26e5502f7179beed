#include <filesystem>
#include <span>
#include <sqlite3.h>
#include <utility>

#include "base/status.h"
#include "event_source.h"
#include "peer_stores.h"

namespace tidings::bench {
namespace {

constexpr const char* kSchema = R"(
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA cache_size = -262144;
  CREATE TABLE events (
    number INTEGER PRIMARY KEY, id TEXT UNIQUE, service TEXT, instance TEXT, layer TEXT, name TEXT,
    type INTEGER, message TEXT, parameters TEXT, start INTEGER, end INTEGER);
  CREATE INDEX by_service ON events (service, start);
  CREATE INDEX by_instance ON events (instance, start);
  CREATE INDEX by_layer ON events (layer, start);
  CREATE INDEX by_name ON events (name, start);
  CREATE INDEX by_type ON events (type, start);
  CREATE INDEX by_start ON events (start, end);
  CREATE INDEX by_end ON events (end);
  CREATE VIRTUAL TABLE words USING fts5 (message, name, parameters, content = '');
)";

/// A statement that is prepared once.
class Statement {
 public:
  Statement(sqlite3* database, const char* sql) : database_(database) {
    if (sqlite3_prepare_v2(database, sql, -1, &statement_, nullptr) != SQLITE_OK) {
      Die(Internal("{}: {}", sql, sqlite3_errmsg(database)));
    }
  }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() { sqlite3_finalize(statement_); }

  Statement& Bind(int place, std::string_view text) {
    sqlite3_bind_text(
        statement_, place, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT
    );
    return *this;
  }
  Statement& Bind(int place, int64_t number) {
    sqlite3_bind_int64(statement_, place, number);
    return *this;
  }
  /// Steps to the end, reading all columns. Returns the rows.
  size_t Run() {
    size_t rows = 0;
    int step = sqlite3_step(statement_);
    for (; step == SQLITE_ROW; step = sqlite3_step(statement_), ++rows) {
      for (int i = 0; i < sqlite3_column_count(statement_); ++i) {
        (void)sqlite3_column_text(statement_, i);
      }
    }
    if (step != SQLITE_DONE) {
      Die(Internal("SQLite: {}", sqlite3_errmsg(database_)));
    }
    sqlite3_reset(statement_);
    return rows;
  }

 private:
  sqlite3* const database_;
  sqlite3_stmt* statement_ = nullptr;
};

std::string TextOf(std::span<const Parameter> parameters) {
  std::string text;
  for (const Parameter& parameter : parameters) {
    text.append(parameter.key).append("=");
    if (const auto* const value = std::get_if<std::string_view>(&parameter.value)) {
      text.append(*value);
    }
    text.append(" ");
  }
  return text;
}

class SqlitePeer final : public PeerStore {
 public:
  explicit SqlitePeer(const std::string& directory) {
    std::filesystem::create_directories(directory);
    if (sqlite3_open((directory + "/events.sqlite").c_str(), &database_) != SQLITE_OK) {
      Die(Unavailable("{}: {}", directory, sqlite3_errmsg(database_)));
    }
    Execute(kSchema);
    insert_ = std::make_unique<Statement>(
        database_, "INSERT INTO events VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
    );
    insert_words_ = std::make_unique<Statement>(
        database_, "INSERT INTO words (rowid, message, name, parameters) VALUES (?1, ?2, ?3, ?4)"
    );
  }
  SqlitePeer(const SqlitePeer&) = delete;
  SqlitePeer& operator=(const SqlitePeer&) = delete;
  ~SqlitePeer() override {
    insert_.reset();
    insert_words_.reset();
    sqlite3_close(database_);
  }

  const char* name() const override { return "SQLite"; }

  void Commit(const ReportBatch& batch) override {
    Execute("BEGIN");
    for (const Report& report : batch.reports) {
      const EventView event = ViewOf(report, batch);
      const std::string parameters = TextOf(event.parameters);
      const std::string_view message = event.text[TextField::kMessage];
      const std::string_view name = event.text[TextField::kName];
      insert_->Bind(1, ++number_)
          .Bind(2, event.id)
          .Bind(3, event.text[TextField::kService])
          .Bind(4, event.text[TextField::kInstance])
          .Bind(5, event.text[TextField::kLayer])
          .Bind(6, name)
          .Bind(7, static_cast<int64_t>(event.type))
          .Bind(8, message)
          .Bind(9, parameters)
          .Bind(10, event.start)
          .Bind(11, event.end)
          .Run();
      insert_words_->Bind(1, number_).Bind(2, message).Bind(3, name).Bind(4, parameters).Run();
    }
    Execute("COMMIT");
  }
  void Finish() override {
    Execute("PRAGMA wal_checkpoint(TRUNCATE)");
    Execute("ANALYZE");
  }

  size_t ById(std::string_view id) override {
    return Statement(database_, "SELECT * FROM events WHERE id = ?1").Bind(1, id).Run();
  }
  size_t NewestOfService(const std::string& service, size_t limit) override {
    return Statement(
               database_, "SELECT * FROM events WHERE service = ?1 ORDER BY start DESC LIMIT ?2"
    )
        .Bind(1, service)
        .Bind(2, static_cast<int64_t>(limit))
        .Run();
  }
  size_t Overlap(int64_t from_ms, int64_t to_ms, size_t limit) override {
    return Statement(
               database_,
               "SELECT * FROM events WHERE start < ?2 AND end >= ?1 ORDER BY start LIMIT ?3"
    )
        .Bind(1, from_ms)
        .Bind(2, to_ms)
        .Bind(3, static_cast<int64_t>(limit))
        .Run();
  }
  size_t Word(const std::string& word, size_t limit) override {
    return Statement(
               database_,
               "SELECT * FROM events WHERE number IN (SELECT rowid FROM words WHERE words MATCH "
               "?1) ORDER BY start DESC LIMIT ?2"
    )
        .Bind(1, word)
        .Bind(2, static_cast<int64_t>(limit))
        .Run();
  }
  size_t CountByName() override {
    return Statement(database_, "SELECT name, count(*) FROM events GROUP BY name").Run();
  }
  size_t Histogram(int64_t from_ms, int64_t to_ms, size_t buckets) override {
    return Statement(
               database_, "SELECT (start - ?1) / ?2 AS bucket, count(*) FROM events GROUP BY bucket"
    )
        .Bind(1, from_ms)
        .Bind(2, (to_ms - from_ms) / static_cast<int64_t>(buckets))
        .Run();
  }
  size_t AllFacets() override {
    size_t values = CountByName();
    for (const char* const sql :
         {"SELECT service, count(*) FROM events GROUP BY service",
          "SELECT instance, count(*) FROM events GROUP BY instance",
          "SELECT layer, count(*) FROM events GROUP BY layer",
          "SELECT type, count(*) FROM events GROUP BY type"}) {
      values += Statement(database_, sql).Run();
    }
    return values;
  }

 private:
  void Execute(const char* sql) {
    char* error = nullptr;
    if (sqlite3_exec(database_, sql, nullptr, nullptr, &error) != SQLITE_OK) {
      Die(Internal("SQLite: {}", error));
    }
  }

  sqlite3* database_ = nullptr;
  std::unique_ptr<Statement> insert_;
  std::unique_ptr<Statement> insert_words_;
  int64_t number_ = 0;
};

}  // namespace

std::unique_ptr<PeerStore> MakeSqlitePeer(const std::string& directory) {
  return std::make_unique<SqlitePeer>(directory);
}

}  // namespace tidings::bench

/* apply DATABASE EXTENSION REQUESTS: calls scim_apply for every request of a
** file, each a transaction of its own, and prints the rate and the latencies.
** A reply that is not a 2xx ends it. */
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "bench.h"

/* As scimd's writer has it. */
#define PRAGMAS                                                                \
  "PRAGMA synchronous = FULL;"                                                 \
  "PRAGMA wal_autocheckpoint = 8000;"                                          \
  "PRAGMA cache_size = -8192;"
#define STATEMENT_JOURNAL (1000 << 10) /* bytes of it that stay in memory */

static sqlite3 *open_database(const char *path, const char *extension) {
  sqlite3 *db;
  if (sqlite3_open(path, &db) != SQLITE_OK) give_up(path, sqlite3_errmsg(db));
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 1, (int *)0);
  if (sqlite3_load_extension(db, extension, NULL, NULL) != SQLITE_OK ||
      sqlite3_exec(db, PRAGMAS, NULL, NULL, NULL) != SQLITE_OK)
    give_up(extension, sqlite3_errmsg(db));
  return db;
}

static void apply(sqlite3_stmt *statement, const Line *line) {
  static const char good[] = "{\"status\":2";
  sqlite3_bind_text(statement, 1, line->method, -1, SQLITE_STATIC);
  sqlite3_bind_text(statement, 2, line->target, -1, SQLITE_STATIC);
  if (line->body[0])
    sqlite3_bind_text(statement, 3, line->body, -1, SQLITE_STATIC);
  if (sqlite3_step(statement) != SQLITE_ROW)
    give_up(line->target, sqlite3_errmsg(sqlite3_db_handle(statement)));
  const char *reply = (const char *)sqlite3_column_text(statement, 0);
  if (strncmp(reply, good, sizeof good - 1) != 0) give_up(line->target, reply);
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
}

int main(int argc, char **argv) {
  sqlite3_stmt *statement;
  if (argc < 4) give_up("usage", "apply DATABASE EXTENSION REQUESTS");
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, STATEMENT_JOURNAL);
  sqlite3 *db = open_database(argv[1], argv[2]);
  Lines lines = read_lines(argv[3]);
  double *latencies = allocate(lines.count, sizeof *latencies);
  if (sqlite3_prepare_v2(db, "SELECT scim_apply(?1, ?2, ?3, NULL)", -1,
                         &statement, NULL) != SQLITE_OK)
    give_up(argv[1], sqlite3_errmsg(db));
  double start = seconds_now();
  for (size_t i = 0; i < lines.count; i++) {
    double begin = seconds_now();
    apply(statement, &lines.items[i]);
    latencies[i] = seconds_now() - begin;
  }
  report(seconds_now() - start, latencies, lines.count);
  sqlite3_finalize(statement);
  sqlite3_close(db);
  return 0;
}

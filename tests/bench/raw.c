/* raw SOURCE TARGET GROUP [patch]: what SQLite can do at best. Reads the rows
** that users have in SOURCE into memory, then writes the same rows to TARGET,
** which has the same tables, with plain prepared statements and GROUP users in
** a transaction (a fraction makes groups of that size on average). With
** "patch" the users are in TARGET, too, and what is written is what a PATCH has
** changed of each in SOURCE. Prints users a second, and what a transaction
** took. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"

/* As scimd gives its writer, and all the cache that it can use: what is loaded
** at once is slower with less, and groups of a few are no faster. */
#define PRAGMAS                                                                \
  "PRAGMA synchronous = FULL;"                                                 \
  "PRAGMA wal_autocheckpoint = 8000;"                                          \
  "PRAGMA cache_size = -65536;"                                                \
  "PRAGMA temp_store = MEMORY;"

#define COUNT_PATCH "UPDATE scim_count SET active = active - 1"

#define COUNT_USER                                                             \
  "INSERT INTO scim_count VALUES ('default', 'User', 1, 1) "                   \
  "ON CONFLICT (tenant, type) DO UPDATE SET live = live + 1,"                  \
  " active = active + 1"

/* As the triggers of a commit put it (sql/commit/log.sql). */
#define INSERT_CHAIN                                                           \
  "INSERT INTO scim_chain (tenant, seq, hash) VALUES (?,?,?) "                 \
  "ON CONFLICT (tenant) DO UPDATE SET seq = excluded.seq, hash = "             \
  "excluded.hash"

/* The rows of the log that tell of an action, of the users that are there, in
** the order in which both are written. */
#define FROM_LOG(action, order)                                                \
  " FROM scim_log AS l JOIN scim_resource AS r"                                \
  " ON r.tenant = l.tenant AND r.id = l.id"                                    \
  " WHERE l.action = '" action "' AND l.type = 'User' ORDER BY " order

/* A table, and the rows of it that are still to be written. Rows are in the
** order of users, and owner says whose each is. */
typedef struct Table {
  const char *select; /* the owner first, then the columns to write */
  const char *into;   /* the table, where each has all columns */
  const char *write;  /* what is done with them where that is not INSERT INTO */
  int columns;
  sqlite3_value **values;
  long long *owners;
  size_t count, room, next;
  sqlite3_stmt *statement;
} Table;

static Table creations[] = {
    {.select = "SELECT resource, r.* FROM scim_resource AS r"
               " WHERE type = 'User' ORDER BY resource",
     .into = "scim_resource"},
    {.select = "SELECT resource, v.* FROM scim_value AS v"
               " WHERE type = 'User' ORDER BY resource",
     .into = "scim_value"},
    {.select = "SELECT resource, u.* FROM scim_unique AS u"
               " WHERE type = 'User' ORDER BY resource",
     .into = "scim_unique"},
    {.select = "SELECT r.resource, l.*" FROM_LOG("create", "r.resource"),
     .into = "scim_log"},
    {.select = "SELECT r.resource, l.tenant, l.seq, l.hash" FROM_LOG(
         "create", "r.resource"),
     .write = INSERT_CHAIN}};

static Table patches[] = {
    {.select = "SELECT r.resource, l.version, l.time, r.doc,"
               " r.resource" FROM_LOG("update", "l.seq"),
     .write = "UPDATE scim_resource SET version = ?, modified = ?, doc = ?"
              " WHERE resource = ?"},
    {.select = "SELECT r.resource, l.*" FROM_LOG("update", "l.seq"),
     .into = "scim_log"},
    {.select = "SELECT r.resource, l.tenant, l.seq, l.hash" FROM_LOG("update",
                                                                     "l.seq"),
     .write = INSERT_CHAIN}};

/* What is written, and the row that is counted with each user. */
typedef struct Work {
  Table *tables, *end;
  const char *count;
} Work;

static const Work create = {
    creations, creations + sizeof creations / sizeof creations[0], COUNT_USER};
static const Work patch = {
    patches, patches + sizeof patches / sizeof patches[0], COUNT_PATCH};

static sqlite3 *open_database(const char *path) {
  sqlite3 *db;
  if (sqlite3_open(path, &db) != SQLITE_OK ||
      sqlite3_exec(db, PRAGMAS, NULL, NULL, NULL) != SQLITE_OK)
    give_up(path, sqlite3_errmsg(db));
  return db;
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql) {
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement,
                         NULL) != SQLITE_OK)
    give_up(sql, sqlite3_errmsg(db));
  return statement;
}

static void make_room(Table *table) {
  if (table->count < table->room) return;
  table->room = table->room ? table->room * 2 : 1024;
  table->owners = realloc(table->owners, table->room * sizeof *table->owners);
  table->values = realloc(table->values, table->room * (size_t)table->columns *
                                             sizeof *table->values);
  if (!table->owners || !table->values) give_up("memory", "there is no more");
}

static void read_table(sqlite3 *db, Table *table) {
  sqlite3_stmt *select = prepare(db, table->select);
  table->columns = sqlite3_column_count(select) - 1;
  while (sqlite3_step(select) == SQLITE_ROW) {
    make_room(table);
    size_t at = table->count++ * (size_t)table->columns;
    table->owners[table->count - 1] = sqlite3_column_int64(select, 0);
    for (int i = 0; i < table->columns; i++)
      table->values[at + (size_t)i] =
          sqlite3_value_dup(sqlite3_column_value(select, i + 1));
  }
  sqlite3_finalize(select);
}

static void step(sqlite3_stmt *statement) {
  if (sqlite3_step(statement) != SQLITE_DONE)
    give_up("raw", sqlite3_errmsg(sqlite3_db_handle(statement)));
  sqlite3_reset(statement);
}

/* Bound without copying, as the extension does. */
static void bind(sqlite3_stmt *statement, int parameter, sqlite3_value *value) {
  switch (sqlite3_value_type(value)) {
  case SQLITE_TEXT:
    sqlite3_bind_text(statement, parameter,
                      (const char *)sqlite3_value_text(value),
                      sqlite3_value_bytes(value), SQLITE_STATIC);
    break;
  case SQLITE_INTEGER:
    sqlite3_bind_int64(statement, parameter, sqlite3_value_int64(value));
    break;
  default:
    sqlite3_bind_value(statement, parameter, value);
  }
}

/* Writes a row as it was read. The tables that it goes to have the columns that
** it comes from, so these are counted and not named. */
static sqlite3_stmt *prepare_write(sqlite3 *db, const Table *table) {
  char sql[256];
  if (table->write) return prepare(db, table->write);
  int end = snprintf(sql, sizeof sql, "INSERT INTO %s VALUES (?", table->into);
  for (int i = 1; i < table->columns && end + 4 < (int)sizeof sql; i++)
    end += snprintf(sql + end, sizeof sql - (size_t)end, ",?");
  snprintf(sql + end, sizeof sql - (size_t)end, ")");
  return prepare(db, sql);
}

static void write_user(const Work *work, long long user) {
  for (Table *table = work->tables; table < work->end; table++) {
    for (; table->next < table->count && table->owners[table->next] == user;
         table->next++) {
      size_t at = table->next * (size_t)table->columns;
      for (int i = 0; i < table->columns; i++)
        bind(table->statement, i + 1, table->values[at + (size_t)i]);
      step(table->statement);
    }
  }
}

static void write_all(sqlite3 *db, const Work *work, double group) {
  size_t users = work->tables->count, groups = 0;
  double *latencies = allocate(users, sizeof *latencies);
  sqlite3_stmt *begin = prepare(db, "BEGIN IMMEDIATE");
  sqlite3_stmt *commit = prepare(db, "COMMIT");
  sqlite3_stmt *count = prepare(db, work->count);
  for (Table *table = work->tables; table < work->end; table++)
    table->statement = prepare_write(db, table);
  double start = seconds_now();
  for (size_t done = 0; done < users;) {
    double since = seconds_now();
    step(begin);
    do {
      write_user(work, work->tables->owners[done++]);
      step(count);
    } while (done < users && (double)done < group * (double)(groups + 1));
    step(commit);
    latencies[groups++] = seconds_now() - since;
  }
  double elapsed = seconds_now() - start;
  printf("%.0f ", (double)users / elapsed);
  report(elapsed, latencies, groups);
}

int main(int argc, char **argv) {
  if (argc < 4) give_up("usage", "raw SOURCE TARGET GROUP [patch]");
  const Work *work = argc > 4 ? &patch : &create;
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  sqlite3 *source = open_database(argv[1]);
  for (Table *table = work->tables; table < work->end; table++)
    read_table(source, table);
  sqlite3_close(source);
  if (work->tables->count == 0) give_up(argv[1], "has no users");
  sqlite3 *target = open_database(argv[2]);
  write_all(target, work, strtod(argv[3], NULL));
  return 0;
}

/*
** sound.h: what the tests of soundness share: a small database with something
** in every table, statements whose first value is at hand, and what must be
** true of a database whatever was done to it.
**
** Only SQL is used here, so that the tests say the same about any inside.
** Values and messages are kept in static buffers, the same for all.
*/
#ifndef SCIM_SOUND_H
#define SCIM_SOUND_H

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h> /* needs the headers above */

int sqlite3_scim_init(sqlite3 *db, char **message,
                      const sqlite3_api_routines *api);

#define APPLY(arguments) "SELECT scim_apply(" arguments ")"
#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

#define SOUND_PATCH(operations) "'{\"Operations\":[" operations "]}'"

/*
** Statements.
*/
static char value[1 << 22]; /* of the first column of the first row, cut */
static char message[1024];  /* of the last statement that failed, else "" */
static int rows;

static int keep_error(sqlite3 *db, int code) {
  snprintf(message, sizeof message, "%s", sqlite3_errmsg(db));
  return code;
}

/* Runs the first statement of `sql` to its end; ?1 is `number`. The result
** code is SQLITE_OK, or that of the failure. */
static inline int run(sqlite3 *db, const char *sql, long number) {
  sqlite3_stmt *statement = NULL;
  value[0] = message[0] = '\0';
  rows = 0;
  int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
  if (code != SQLITE_OK) return keep_error(db, code);
  sqlite3_bind_int64(statement, 1, number);
  while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
    for (int i = 0; i < sqlite3_column_count(statement); i++) {
      const char *text = (const char *)sqlite3_column_text(statement, i);
      if (rows == 0 && i == 0 && text)
        snprintf(value, sizeof value, "%s", text);
    }
    rows++;
  }
  if (code == SQLITE_DONE) code = SQLITE_OK;
  if (code != SQLITE_OK) keep_error(db, code);
  sqlite3_finalize(statement);
  return code;
}

/* Runs all statements; the code of the first that fails. */
static inline int run_all(sqlite3 *db, const char *sql) {
  message[0] = '\0';
  int code = sqlite3_exec(db, sql, NULL, NULL, NULL);
  return code == SQLITE_OK ? code : keep_error(db, code);
}

/* Runs what cannot fail, if the test is right. */
static inline void must(sqlite3 *db, const char *sql) {
  if (run_all(db, sql) != SQLITE_OK) fail_msg("%s: %s", sql, message);
}

/* The status of the reply in `value`, 0 when there is none. */
static inline int status(void) {
  int number = 0;
  return sscanf(value, "{\"status\":%d", &number) == 1 ? number : 0;
}

static inline bool is_utf8(const char *text) {
  const unsigned char *at = (const unsigned char *)text;
  while (*at) {
    int more = *at < 0x80   ? 0
               : *at < 0xC2 ? -1
               : *at < 0xE0 ? 1
               : *at < 0xF0 ? 2
               : *at < 0xF5 ? 3
                            : -1;
    if (more < 0 || (*at == 0xE0 && at[1] < 0xA0) ||
        (*at == 0xED && at[1] > 0x9F) || (*at == 0xF0 && at[1] < 0x90) ||
        (*at == 0xF4 && at[1] > 0x8F))
      return false;
    for (at++; more > 0; more--, at++)
      if ((*at & 0xC0) != 0x80) return false;
  }
  return true;
}

/* Asked of a connection of its own, which stays open. */
static inline bool is_json(const char *text) {
  static sqlite3 *judge;
  static sqlite3_stmt *question;
  if (!judge) {
    assert_int_equal(sqlite3_open(":memory:", &judge), SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(judge, "SELECT json_valid(?1)", -1, &question, NULL),
        SQLITE_OK);
  }
  if (!text) { /* the end */
    sqlite3_finalize(question);
    sqlite3_close(judge);
    judge = NULL;
    return false;
  }
  sqlite3_bind_text(question, 1, text, -1, SQLITE_STATIC);
  sqlite3_step(question);
  bool valid = sqlite3_column_int(question, 0) == 1;
  sqlite3_reset(question);
  return valid;
}

/*
** Databases in memory, from an image.
*/
typedef struct Image {
  unsigned char *bytes;
  sqlite3_int64 size;
} Image;

static inline sqlite3 *open_image(Image image) {
  sqlite3 *db = NULL;
  assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
  if (image.size) {
    unsigned char *copy = sqlite3_malloc64((sqlite3_uint64)image.size);
    memcpy(copy, image.bytes, (size_t)image.size);
    assert_int_equal(sqlite3_deserialize(db, "main", copy, image.size,
                                         image.size,
                                         SQLITE_DESERIALIZE_FREEONCLOSE |
                                             SQLITE_DESERIALIZE_RESIZEABLE),
                     SQLITE_OK);
  }
  assert_int_equal(sqlite3_scim_init(db, NULL, NULL), SQLITE_OK);
  return db;
}

static inline const char *sound_fixture(void) {
  static char sql[1 << 14];
  FILE *file = fopen("tests/store/sound.sql", "rb");
  if (!file) fail_msg("tests run from the repository");
  sql[fread(sql, 1, sizeof sql - 1, file)] = '\0';
  fclose(file);
  return sql;
}

/* The database of sound.sql; to be freed by sqlite3_free(image.bytes). It comes
** first in a program, which has but one thread: SQLite without locks takes a
** tenth less. One that was built without them knows no such thing. */
static inline Image sound_image(void) {
  Image image = {NULL, 0};
  sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
  sqlite3 *db = open_image(image);
  must(db, sound_fixture());
  image.bytes = sqlite3_serialize(db, "main", &image.size, 0);
  assert_int_equal(sqlite3_close(db), SQLITE_OK);
  return image;
}

/* Without the triggers that refuse wrong definitions and settings. */
static inline void sound_drop_guards(sqlite3 *db) {
  while (run(db,
             "SELECT 'DROP TRIGGER ' || name FROM sqlite_schema WHERE type = "
             "'trigger' AND tbl_name IN (SELECT name FROM sqlite_schema "
             "WHERE type = 'table')",
             0) == SQLITE_OK &&
         rows > 0) {
    char sql[256];
    snprintf(sql, sizeof sql, "%.200s", value);
    must(db, sql);
  }
}

/*
** What a database holds, as one number: of all tables of scim whose name
** matches the GLOB pattern, rows in the order of their keys.
*/
static inline unsigned long long mix(unsigned long long hash, const void *bytes,
                                     size_t size) {
  const unsigned char *byte = bytes;
  for (size_t i = 0; i < size; i++)
    hash = (hash ^ byte[i]) * 0x100000001B3ULL; /* FNV-1a */
  return hash;
}

static inline unsigned long long digest_table(sqlite3 *db, const char *table,
                                              unsigned long long hash) {
  sqlite3_stmt *statement = NULL;
  char sql[256];
  snprintf(sql, sizeof sql, "SELECT * FROM \"%s\"", table);
  sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
  hash = mix(hash, table, strlen(table));
  while (sqlite3_step(statement) == SQLITE_ROW) {
    for (int i = 0; i < sqlite3_column_count(statement); i++) {
      int type = sqlite3_column_type(statement, i);
      hash = mix(hash, &type, sizeof type);
      if (type == SQLITE_NULL) continue;
      const void *bytes = sqlite3_column_blob(statement, i);
      int size = sqlite3_column_bytes(statement, i);
      if (size) hash = mix(hash, bytes, (size_t)size);
    }
  }
  sqlite3_finalize(statement);
  return hash;
}

static inline unsigned long long digest(sqlite3 *db, const char *pattern) {
  sqlite3_stmt *statement = NULL;
  unsigned long long hash = 0xCBF29CE484222325ULL;
  sqlite3_prepare_v2(db,
                     "SELECT name FROM sqlite_schema WHERE type = 'table' AND "
                     "name GLOB ?1 ORDER BY name",
                     -1, &statement, NULL);
  sqlite3_bind_text(statement, 1, pattern, -1, NULL);
  while (sqlite3_step(statement) == SQLITE_ROW)
    hash =
        digest_table(db, (const char *)sqlite3_column_text(statement, 0), hash);
  sqlite3_finalize(statement);
  return hash;
}

/*
** What must be true of every database that was changed by scim alone: each
** rule a query that yields 0. NULL, or the rule that is broken.
*/
static inline const char *broken_rule(sqlite3 *db) {
  static const char *const rules[] = {
      "SELECT count(*) FROM (SELECT tenant, type, count(*) FROM scim_resource "
      "GROUP BY 1, 2 EXCEPT SELECT tenant, type, live FROM scim_count)",
      "SELECT count(*) FROM scim_count AS c WHERE live <> (SELECT count(*) "
      "FROM scim_resource AS r WHERE r.tenant = c.tenant AND r.type = c.type)",
      "SELECT count(*) FROM scim_count AS c WHERE active <> (SELECT count(*) "
      "FROM scim_resource AS r WHERE r.tenant = c.tenant AND r.type = c.type "
      "AND json_extract(r.doc, '$.active') IS DISTINCT FROM 0)",
      "SELECT count(*) FROM scim_value WHERE resource NOT IN "
      "(SELECT resource FROM scim_resource)",
      "SELECT count(*) FROM scim_unique WHERE resource NOT IN "
      "(SELECT resource FROM scim_resource)",
      "SELECT count(*) FROM scim_member WHERE \"group\" NOT IN "
      "(SELECT resource FROM scim_resource WHERE type = 'Group')",
      "SELECT (SELECT count(*) FROM scim_resource WHERE type = 'User') <> "
      "(SELECT count(*) FROM scim_unique WHERE attribute = 'userName')",
      "SELECT count(*) FROM scim_resource AS r WHERE type = 'User' AND "
      "r.version IS DISTINCT FROM (SELECT version FROM scim_log AS l "
      "WHERE l.id = r.id AND l.tenant = r.tenant AND action IS NOT NULL "
      "ORDER BY seq DESC LIMIT 1)",
      "SELECT count(*) FROM scim_index WHERE built AND attribute = 'userName' "
      "AND (SELECT count(*) FROM scim_resource WHERE type = 'User') <> "
      "(SELECT count(*) FROM scim_value WHERE attribute = 'userName')"};
  static char kept[sizeof value];
  snprintf(kept, sizeof kept, "%s", value);
  const char *broken = NULL;
  for (size_t i = 0; !broken && i < COUNT_OF(rules); i++) {
    if (run(db, rules[i], 0) != SQLITE_OK || strcmp(value, "0"))
      broken = rules[i];
  }
  snprintf(value, sizeof value, "%s", kept);
  return broken;
}

/* The whole file; slower. */
static inline void check_integrity(sqlite3 *db) {
  int code = run(db, "PRAGMA integrity_check", 0);
  if (code != SQLITE_OK || strcmp(value, "ok"))
    fail_msg("integrity_check: code %d, %s%s", code, value, message);
}

#endif

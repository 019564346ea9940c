/*
** file_fuzz.c: no database file may cost more than an error.
**
**   file_fuzz SECONDS [FIRST_SEED]     rounds for so long, one a seed
**   file_fuzz replay SEED              that round alone, told step by step
**
** A round takes a small database that has something in every table, damages it
** (bytes of the file anywhere, or cells and rows of the tables), and then makes
** calls of every kind: each function, each table, each operation of SCIM. What
** is wanted: no crash, no loop, no leak, and from every call either a reply
** that is JSON or an SQL error with a message; and afterwards the connection
** closes. Everything follows from the seed, which is named whenever a round
** goes wrong, by whatever way.
*/
#define _POSIX_C_SOURCE 200809L /* alarm, sigaction, write */

#include "../store/sound.h"

#include <signal.h>
#include <sodium.h>
#include <time.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#endif

#define ROUND_SECONDS 20       /* a round takes some milliseconds */
#define INSTRUCTIONS 300000000 /* of SQLite's machine, then an interrupt */

static Image image;     /* to damage bytes of */
static Image unguarded; /* without the triggers that refuse wrong rows */
static bool told;       /* replay: say what is done */

/*
** Chance, by the seed (splitmix64).
*/
static unsigned long long seed, chance_state;

static unsigned long long chance(void) {
  unsigned long long z = chance_state += 0x9E3779B97F4A7C15ULL;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

static int below(int limit) {
  return (int)(chance() % (unsigned long long)limit);
}

#define ONE_OF(list) ((list)[below((int)COUNT_OF(list))])

/* Ids and secrets follow from the seed as well. */
static const char *chance_name(void) { return "chance"; }
static uint32_t chance_number(void) { return (uint32_t)chance(); }
static void chance_bytes(void *const bytes, const size_t size) {
  for (size_t i = 0; i < size; i++)
    ((unsigned char *)bytes)[i] = (unsigned char)chance();
}

static void follow_seed(unsigned long long number) {
  static randombytes_implementation drawn = {.implementation_name = chance_name,
                                             .random = chance_number,
                                             .buf = chance_bytes};
  seed = chance_state = number;
  randombytes_set_implementation(&drawn);
  sqlite3_test_control(SQLITE_TESTCTRL_PRNG_SEED, (int)number + 1, NULL);
}

/*
** Ways to go wrong. Only functions that a signal handler may call.
*/
static void name_seed(void) {
  char text[] = "\nnot ok - replay with: file_fuzz replay ", digits[24];
  int size = 0;
  unsigned long long number = seed;
  do {
    digits[sizeof digits - 1 - (size_t)size++] = (char)('0' + number % 10);
  } while (number /= 10);
  if (write(2, text, sizeof text - 1) < 0 ||
      write(2, digits + sizeof digits - size, (size_t)size) < 0 ||
      write(2, "\n", 1) < 0)
    return;
}

static void on_signal(int number) {
  name_seed();
  signal(number, SIG_DFL);
  raise(number);
}

static void watch(void) {
  static const int signals[] = {SIGABRT, SIGALRM, SIGFPE};
  for (size_t i = 0; i < COUNT_OF(signals); i++) signal(signals[i], on_signal);
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_set_death_callback(name_seed);
#else
  signal(SIGSEGV, on_signal);
  signal(SIGBUS, on_signal);
#endif
}

static void wrong(const char *what, const char *sql) {
  fprintf(stderr, "%s\n  by: %s\n  message: %s\n  value: %.500s\n", what, sql,
          message, value);
  name_seed();
  exit(1);
}

/*
** Damage to bytes. The header of the file is spared most of the time: SQLite
** looks at it before it reads anything else.
*/
static void damage_bytes(Image copy) {
  int count = 1 + below(12), spared = below(10) ? 100 : 0;
  for (int i = 0; i < count; i++) {
    sqlite3_int64 at =
        spared +
        (sqlite3_int64)(chance() % (unsigned long long)(copy.size - spared));
    int size = below(4) ? 1 : 1 + below(40);
    for (int j = 0; j < size && at + j < copy.size; j++)
      copy.bytes[at + j] ^=
          (unsigned char)(below(2) ? 1u << below(8) : chance());
    if (told) printf("-- %d bytes at %lld\n", size, (long long)at);
  }
}

/*
** Damage to cells.
*/
static const char *const odd_values[] = {
    "''",
    "' '",
    "'x'",
    "'{'",
    "'{}'",
    "'[]'",
    "'[5,null,{}]'",
    "'5'",
    "'null'",
    "'\"a\"'",
    "5",
    "-1",
    "0",
    "1.5",
    "9223372036854775807",
    "-9223372036854775808",
    "1e308 * 10",
    "NULL",
    "x''",
    "x'00ff'",
    "char(0)",
    "'a' || char(0) || 'b'",
    "CAST(x'ff' AS TEXT)",
    "CAST(x'7b2261223a22ff227d' AS TEXT)",
    "'\"' || char(10, 1, 127, 92)",
    "printf('%.*c', 70, '[')",
    "printf('%.*c', 100000, 'a')",
    "printf('%.*c', 200, '{\"a\":')",
    "'ann'",
    "'User'",
    "'Group'",
    "'default'",
    "'acme'",
    "'userName'",
    "'members'",
    "'urn:example:Device'",
    "'2026-13-45T99:99:99Z'",
    "'9999-12-31T23:59:59.999Z'",
    "COLUMN || '}'",
    "COLUMN || COLUMN",
    "upper(COLUMN)",
    "substr(COLUMN, 2)",
    "substr(COLUMN, 1, length(COLUMN) / 2)",
    "replace(COLUMN, '\"', '')",
    "replace(COLUMN, 'string', 'complex')",
    "replace(COLUMN, 'false', 'true')",
    "replace(COLUMN, ':', ',')",
    "json_quote(COLUMN)",
    "json_array(COLUMN)",
    "json_set(COLUMN, '$.userName', json('[{}]'))",
    "json_set(COLUMN, '$.attributes[0]', 5)",
    "json_set(COLUMN, '$.attributes[#]', json('{\"name\":\"x\"}'))",
    "json_remove(COLUMN, '$.attributes[0].name')",
    "json_remove(COLUMN, '$.schema')",
    "COLUMN + 1",
    "-COLUMN",
    "CAST(COLUMN AS BLOB)",
    "abs(random()) % 20",
};

/* A table, with one of its columns; "" when the schema cannot be read. */
static void choose_column(sqlite3 *db, char *table, char *column, size_t size) {
  char sql[256];
  table[0] = column[0] = '\0';
  snprintf(sql, sizeof sql,
           "SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB "
           "'scim_*' ORDER BY name LIMIT 1 OFFSET %d",
           below(13));
  if (run(db, sql, 0) != SQLITE_OK) return;
  snprintf(table, size, "%.60s", value);
  snprintf(sql, sizeof sql,
           "SELECT name FROM pragma_table_info('%s') ORDER BY name "
           "LIMIT 1 OFFSET %d",
           table, below(6));
  if (run(db, sql, 0) == SQLITE_OK) snprintf(column, size, "%.60s", value);
}

/* The value with the column's name for COLUMN. */
static void fill_in(char *sql, size_t size, const char *form,
                    const char *column) {
  size_t used = strlen(sql);
  while (*form && used + 80 < size) {
    if (strncmp(form, "COLUMN", 6) == 0) {
      used += (size_t)snprintf(sql + used, size - used, "\"%s\"", column);
      form += 6;
    } else {
      sql[used++] = *form++;
      sql[used] = '\0';
    }
  }
}

static void damage_cell(sqlite3 *db) {
  char table[64], column[64], sql[1024];
  choose_column(db, table, column, sizeof table);
  if (!table[0] || !column[0]) return;
  int kind = below(10);
  if (kind == 0) {
    snprintf(sql, sizeof sql, "DELETE FROM \"%s\"", table);
  } else if (kind == 1) {
    snprintf(sql, sizeof sql,
             "INSERT OR IGNORE INTO \"%s\" SELECT * FROM \"%s\"", table, table);
  } else {
    snprintf(sql, sizeof sql, "UPDATE OR %s \"%s\" SET \"%s\" = ",
             below(2) ? "REPLACE" : "IGNORE", table, column);
    fill_in(sql, sizeof sql, ONE_OF(odd_values), column);
  }
  if (below(4)) /* of some rows */
    snprintf(sql + strlen(sql), sizeof sql - strlen(sql),
             " WHERE abs(random() %% 0x7fffffff) %% 3 = 0");
  if (told) printf("%s;\n", sql);
  run(db, sql, 0);
}

static void damage_cells(sqlite3 *db) {
  run(db, "PRAGMA ignore_check_constraints = 1", 0);
  for (int i = 1 + below(8); i > 0; i--) damage_cell(db);
}

/*
** Calls. ID is an id, ANY an odd value, FILTER a filter.
*/
#define PATCH(target, operation)                                               \
  APPLY("'PATCH', '" target "', '{\"Operations\":[" operation "]}', NULL")

static const char *const forms[] = {
    APPLY("'GET', '/Users/ID', NULL, NULL"),
    APPLY("'GET', '/Groups/ID', NULL, NULL"),
    APPLY("'GET', '/Devices/ID', NULL, NULL"),
    APPLY("'GET', '/Users', NULL, NULL"),
    APPLY("'GET', '/Groups?count=1', NULL, NULL"),
    APPLY("'GET', '/Devices', NULL, '{\"tenant\":\"acme\"}'"),
    APPLY("'GET', '/Users?cursor&count=1', NULL, NULL"),
    APPLY("'GET', '/Users?sortBy=userName&sortOrder=descending', NULL, NULL"),
    APPLY("'GET', '/Users?filter=FILTER', NULL, NULL"),
    APPLY("'GET', '/Groups?filter=FILTER', NULL, NULL"),
    APPLY("'GET', '/?filter=FILTER', NULL, NULL"),
    APPLY("'POST', '/.search', '{\"filter\":\"id pr\"}', NULL"),
    APPLY("'GET', '/Schemas', NULL, NULL"),
    APPLY("'GET', '/ResourceTypes', NULL, NULL"),
    APPLY("'GET', '/ServiceProviderConfig', NULL, NULL"),
    APPLY("'GET', '/Me', NULL, '{\"authorization\":\"Bearer secret\"}'"),
    APPLY("'POST', '/Users', '{\"userName\":\"new\",\"emails\":[{\"value\":"
          "\"x@y.no\"}]}', '{\"authorization\":\"Bearer secret\"}'"),
    APPLY("'POST', '/Users', '{\"userName\":\"ann\"}', '{\"id\":\"ID\"}'"),
    APPLY("'POST', '/Users', json_object('userName', ANY), NULL"),
    APPLY("'POST', '/Groups', '{\"displayName\":\"g\",\"members\":[{\"value\":"
          "\"ID\"},{\"value\":\"ID\"}]}', NULL"),
    APPLY("'POST', '/Devices', '{\"serial\":\"S\",\"weight\":1e400}', NULL"),
    APPLY("'PUT', '/Users/ID', '{\"userName\":\"put\",\"title\":\"x\"}', NULL"),
    APPLY("'PUT', '/Groups/ID', '{\"displayName\":\"put\",\"members\":[]}', "
          "NULL"),
    APPLY("'PUT', '/Devices/ID', '{\"serial\":\"A1\"}', NULL"),
    PATCH("/Users/ID", "{\"op\":\"add\",\"path\":\"title\",\"value\":\"x\"}"),
    PATCH("/Users/ID", "{\"op\":\"replace\",\"value\":{\"active\":false,"
                       "\"name\":{\"familyName\":\"x\"}}}"),
    PATCH("/Users/ID", "{\"op\":\"add\",\"path\":\"emails[type eq "
                       "\\\"work\\\"].value\",\"value\":\"n@o.no\"}"),
    PATCH("/Users/ID", "{\"op\":\"remove\",\"path\":\"emails\"}"),
    PATCH("/Groups/ID", "{\"op\":\"add\",\"path\":\"members\",\"value\":"
                        "[{\"value\":\"ID\"}]}"),
    PATCH("/Groups/ID", "{\"op\":\"remove\",\"path\":\"members[value eq "
                        "\\\"ID\\\"]\"}"),
    PATCH("/Groups/ID", "{\"op\":\"remove\",\"path\":\"members[display co "
                        "\\\"a\\\"]\"}"),
    APPLY("'DELETE', '/Users/ID', NULL, NULL"),
    APPLY("'DELETE', '/Groups/ID', NULL, NULL"),
    APPLY("'DELETE', '/Devices/ID', NULL, '{\"dry_run\":true}'"),
    APPLY("'POST', '/Bulk', '{\"Operations\":[{\"method\":\"POST\",\"path\":"
          "\"/Users\",\"bulkId\":\"a\",\"data\":{\"userName\":\"bulk\"}},"
          "{\"method\":\"PATCH\",\"path\":\"/Groups/ID\",\"data\":"
          "{\"Operations\":[{\"op\":\"add\",\"path\":\"members\",\"value\":"
          "[{\"value\":\"bulkId:a\"}]}]}},{\"method\":\"DELETE\",\"path\":"
          "\"/Users/ID\"}]}', NULL"),
    "INSERT INTO scim (method, target) VALUES ('DELETE', '/Users/ID')",
    "INSERT INTO scim (method, target, body) SELECT 'PUT', '/Users/' || id, "
    "doc FROM scim_resource",
    "SELECT status, detail FROM scim",
    "SELECT * FROM scim WHERE rowid = 3",
    "SELECT * FROM scim_filter('User', 'FILTER')",
    "SELECT * FROM scim_filter('Group', 'FILTER', 'displayName')",
    "SELECT * FROM scim_filter('Device', NULL) LIMIT 1",
    "SELECT * FROM scim_filter('User', 'userName pr') WHERE tenant = 'acme'",
    "SELECT * FROM scim_filter(ANY, ANY)",
    "SELECT * FROM scim_as_of('User', '2100-01-01')",
    "SELECT * FROM scim_as_of('Group', '2100-01-01T00:00:00Z')",
    "SELECT * FROM scim_as_of(ANY, ANY)",
    "SELECT a.* FROM scim_resource AS r, scim_attributes(r.doc) AS a",
    "SELECT * FROM scim_attributes(ANY)",
    "SELECT scim_match('FILTER', doc) FROM scim_resource",
    "SELECT scim_match(ANY, ANY)",
    "SELECT scim_patch(doc, '{\"Operations\":[{\"op\":\"add\",\"path\":"
    "\"title\",\"value\":\"x\"}]}') FROM scim_resource",
    "SELECT scim_patch(ANY, ANY)",
    "SELECT scim_validate(type, doc) FROM scim_resource",
    "SELECT scim_validate(ANY, ANY)",
    "SELECT scim_document(type, '{\"emails.value\":\"x\"}', doc) FROM "
    "scim_resource",
    "SELECT scim_token('default', 'x')",
    "SELECT scim_token_rotate(1, 60)",
    "SELECT scim_client('acme', 'x', '{\"id\":\"x\"}')",
    "SELECT scim_client_rotate('x', 60)",
    APPLY("'POST', '/oauth/token', 'grant_type=client_credentials&client_id="
          "x&client_secret=x', '{\"authorization\":\"\"}'"),
    "SELECT scim_tenant_remove('acme', 3)",
    "SELECT scim_init()",
    "SELECT * FROM scim_stmt",
    "SELECT scim_apply('GET', '/Users/' || id, NULL, NULL) FROM scim_resource",
    "SELECT scim_apply('PATCH', '/Users/' || id, '{\"Operations\":[{\"op\":"
    "\"add\",\"path\":\"nickName\",\"value\":\"x\"}]}', NULL) "
    "FROM scim_filter('User', NULL)",
    "INSERT INTO scim_index (type, attribute) VALUES ('User', 'title')",
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
};

/* Each takes longer than a round of the others. */
static const char *const long_forms[] = {
    "UPDATE scim_schema SET definition = definition",
    "SELECT * FROM scim_misfit",
    "SELECT * FROM scim_mistake",
    "SELECT * FROM scim_history",
};

static const char *const ids[] = {"ann", "bob", "eve",    "sales",
                                  "all", "new", "laptop", "nobody"};

static const char *const filters[] = {
    "userName%20eq%20%22ann%22",
    "userName%20sw%20%22A%22",
    "title%20pr",
    "not%20(title%20pr)",
    "emails%5Btype%20eq%20%22work%22%5D",
    "emails.value%20co%20%22b%22",
    "groups.value%20eq%20%22sales%22",
    "members.value%20eq%20%22ann%22",
    "meta.lastModified%20gt%20%222026-01-01T00:00:00Z%22",
    "displayName%20eq%20%22Sales%22",
    "id%20eq%20%22ann%22",
    "name.familyName%20gt%20%22a%22%20or%20externalId%20pr",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value"
    "%20eq%20%22ann%22",
    "active%20eq%20true%20and%20userName%20pr",
    "(",
};

/* In a target a filter is encoded; elsewhere it is not. */
static size_t put_filter(char *sql, size_t used, bool encoded) {
  for (const char *c = ONE_OF(filters); *c; c++) {
    if (!encoded && *c == '%') {
      unsigned code = 0;
      sscanf(c + 1, "%2x", &code);
      sql[used++] = (char)code;
      c += 2;
    } else {
      sql[used++] = *c;
    }
  }
  return used;
}

static void make_call(char *sql, size_t size) {
  const char *form = below(100) ? ONE_OF(forms) : ONE_OF(long_forms);
  bool encoded = strstr(form, "?filter=") != NULL;
  size_t used = 0;
  while (*form && used + 512 < size) {
    if (strncmp(form, "ID", 2) == 0 && form[-1] != 'k') {
      used += (size_t)snprintf(sql + used, size - used, "%s", ONE_OF(ids));
      form += 2;
    } else if (strncmp(form, "ANY", 3) == 0) {
      sql[used] = '\0';
      fill_in(sql, size, ONE_OF(odd_values), "x");
      used = strlen(sql);
      form += 3;
    } else if (strncmp(form, "FILTER", 6) == 0) {
      used = put_filter(sql, used, encoded);
      form += 6;
    } else {
      sql[used++] = *form++;
    }
  }
  sql[used] = '\0';
}

static int interrupt(void *unused) {
  (void)unused;
  return 1;
}

static void call(sqlite3 *db) {
  char sql[4096];
  make_call(sql, sizeof sql);
  if (told) printf("%s;\n", sql);
  sqlite3_progress_handler(db, INSTRUCTIONS, interrupt, NULL);
  int code = run(db, sql, 0);
  sqlite3_progress_handler(db, 0, NULL, NULL);
  if (told) printf("-- %d %s%.300s\n", code, message, value);
  if (code == SQLITE_INTERRUPT) wrong("a loop", sql);
  if (code != SQLITE_OK && !message[0]) wrong("no message", sql);
  if (code != SQLITE_OK || !strstr(sql, "scim_apply")) return;
  if (rows && value[0] && (!status() || !is_json(value) || !is_utf8(value)))
    wrong("no reply that is JSON", sql);
}

/*
** Rounds.
*/
static void play(void) {
  follow_seed(seed);
  bool bytes = below(2);
  Image from = bytes ? image : unguarded;
  Image copy = {sqlite3_malloc64((sqlite3_uint64)from.size), from.size};
  memcpy(copy.bytes, from.bytes, (size_t)from.size);
  if (bytes) damage_bytes(copy);
  sqlite3_int64 before = sqlite3_memory_used();
  sqlite3 *db = open_image(copy);
  sqlite3_busy_timeout(db, 0);
  if (!bytes) damage_cells(db);
  for (int i = 0; i < 16; i++) call(db);
  if (!sqlite3_get_autocommit(db)) run(db, "ROLLBACK", 0);
  if (sqlite3_close(db) != SQLITE_OK) wrong("it does not close", "");
  if (sqlite3_memory_used() != before) wrong("memory is left behind", "");
  sqlite3_free(copy.bytes);
}

/* The same bytes every time. */
static void build_images(void) {
  static const char same[] =
      "UPDATE scim_token SET created = '2026-01-01', last_used = NULL;"
      "UPDATE scim_token SET digest = '2bb80d537b1da3e38bd30361aa855686bde"
      "0eacd7162fef6a25fe97bf527a25b' WHERE token = 1;"
      "UPDATE scim_resource SET created = '2026-01-01T00:00:00.000Z',"
      " modified = '2026-01-01T00:00:00.000Z';"
      "UPDATE scim_log SET time = '2026-01-01T00:00:00.000Z';"
      "UPDATE scim_tenant SET created = '2026-01-01';"
      "VACUUM";
  follow_seed(0);
  Image plain = sound_image();
  sqlite3 *db = open_image(plain);
  must(db, same);
  image.bytes = sqlite3_serialize(db, "main", &image.size, 0);
  sound_drop_guards(db);
  must(db, "VACUUM");
  unguarded.bytes = sqlite3_serialize(db, "main", &unguarded.size, 0);
  sqlite3_close(db);
  sqlite3_free(plain.bytes);
  is_json("{}");
}

static int replay(unsigned long long which) {
  seed = which;
  play();
  printf("ok - nothing goes wrong with seed %llu\n", seed);
  return 0;
}

static int rounds(long seconds, unsigned long long first) {
  time_t end = time(NULL) + seconds;
  for (seed = first; time(NULL) < end; seed++) {
    alarm(ROUND_SECONDS);
    play();
  }
  alarm(0);
  printf("ok - nothing goes wrong in %llu rounds, seeds %llu to %llu\n",
         seed - first, first, seed - 1);
  return 0;
}

int main(int argc, char **argv) {
  if (argc < 2) {
    fprintf(stderr, "file_fuzz SECONDS [FIRST_SEED] | replay SEED\n");
    return 2;
  }
  watch();
  told = strcmp(argv[1], "replay") == 0;
  if (told) setvbuf(stdout, NULL, _IONBF, 0);
  build_images();
  int code = 0;
  if (told) {
    code = replay(argc > 2 ? strtoull(argv[2], NULL, 10) : 1);
  } else {
    code = rounds(atol(argv[1]), argc > 2 ? strtoull(argv[2], NULL, 10) : 1);
  }
  is_json(NULL);
  sqlite3_free(image.bytes);
  sqlite3_free(unguarded.bytes);
  return code;
}

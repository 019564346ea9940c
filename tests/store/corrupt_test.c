/*
** corrupt_test.c: what is stored is not trusted.
**
** A file may come from anywhere, and other programs write to it. Each damage
** is done to a small database by plain SQL; then every request is made. Those
** that need what is damaged fail with SQLITE_CORRUPT and name the table and the
** row; all others answer as if nothing had happened. Never is a reply broken
** JSON, and never is the client blamed for what is stored.
**
** The requests bring their own time and ids, so that replies can be compared
** whole. Each is made in a savepoint that is rolled back.
*/
#include "sound.h"

#include "../harness/share.h"

static Image image;
static Image unguarded; /* that of the fixture, open to every damage */

/*
** Requests, and the parts of the database that the answer depends on.
*/
enum {
  ANN = 1,      /* the document of the user ann */
  SALES = 2,    /* the document of the group sales */
  DEVICES = 4,  /* documents, schema and type of devices */
  LOG = 8,      /* what scim_as_of puts together */
  TOKEN = 16,   /* the row of the token */
  SETTINGS = 32 /* the row of the tenant; all of scim_apply */
};

typedef struct Request {
  const char *sql;
  int needs;
  int may; /* may look at, or not */
} Request;

#define OPTIONS                                                                \
  ", '{\"now\":\"2026-04-01T00:00:00Z\",\"id\":\"new\",\"base_url\":"          \
  "\"http://x\"}'"
#define GET(target) APPLY("'GET', '" target "', NULL" OPTIONS)
#define SEND(method, target, body)                                             \
  APPLY("'" method "', '" target "', '" body "'" OPTIONS)
#define PATCH(target, operation)                                               \
  SEND("PATCH", target, "{\"Operations\":[" operation "]}")
#define NAMES "attributes=userName"

static const Request requests[] = {
    {GET("/Users/ann"), ANN | SETTINGS, SALES},
    {GET("/Users/ann?" NAMES), ANN | SETTINGS, 0},
    {GET("/Users/bob?" NAMES), SETTINGS, 0},
    {GET("/Users/nobody"), SETTINGS, 0},
    {GET("/Users"), ANN | SETTINGS, SALES},
    {GET("/Users?" NAMES), ANN | SETTINGS, 0},
    {GET("/Users?count=0"), SETTINGS, ANN},
    {GET("/Users?filter=title%20pr&" NAMES), ANN | SETTINGS, 0},
    {GET("/Users?filter=userName%20eq%20%22ann%22&" NAMES), ANN | SETTINGS, 0},
    {GET("/Users?filter=userName%20eq%20%22bob%22&" NAMES), SETTINGS, 0},
    {GET("/Users?sortBy=userName&" NAMES), ANN | SETTINGS, 0},
    {GET("/Users?cursor&count=1&" NAMES), ANN | SETTINGS, 0},
    {GET("/?filter=id%20pr"), ANN | SALES | DEVICES | SETTINGS, 0},
    {SEND("POST", "/Users/.search", "{\"attributes\":[\"userName\"]}"),
     ANN | SETTINGS, 0},
    {SEND("PUT", "/Users/ann", "{\"userName\":\"ann\"}"), ANN | SETTINGS,
     SALES},
    {PATCH("/Users/ann", "{\"op\":\"add\",\"path\":\"title\",\"value\":\"x\"}"),
     ANN | SETTINGS, SALES},
    {PATCH("/Users/ann", "{\"op\":\"remove\",\"path\":\"name\"}"),
     ANN | SETTINGS, SALES},
    {APPLY("'DELETE', '/Users/ann', NULL" OPTIONS), ANN | SETTINGS, 0},
    {SEND("POST", "/Users", "{\"userName\":\"new\"}"), SETTINGS, 0},
    {SEND("POST", "/Users", "{\"userName\":\"ANN\"}"), SETTINGS, ANN},
    {SEND("POST", "/Groups",
          "{\"displayName\":\"new\",\"members\":"
          "[{\"value\":\"ann\"},{\"value\":\"x\"}]}"),
     SETTINGS, 0},
    {GET("/Groups/sales"), SALES | SETTINGS, 0},
    {GET("/Groups"), SALES | SETTINGS, 0},
    {GET("/Groups?filter=members%20eq%20%22ann%22"), SALES | SETTINGS, 0},
    {PATCH("/Groups/sales", "{\"op\":\"add\",\"path\":\"members\",\"value\":"
                            "[{\"value\":\"bob\"}]}"),
     SALES | SETTINGS, 0},
    {PATCH("/Groups/sales", "{\"op\":\"remove\",\"path\":\"members[value eq "
                            "\\\"ann\\\"]\"}"),
     SALES | SETTINGS, 0},
    {SEND("PUT", "/Groups/sales", "{\"displayName\":\"Sales\"}"),
     SALES | SETTINGS, 0},
    {APPLY("'DELETE', '/Groups/sales', NULL" OPTIONS), SALES | SETTINGS, 0},
    {GET("/Devices/laptop"), DEVICES | SETTINGS, 0},
    {GET("/Devices?filter=weight%20gt%201"), DEVICES | SETTINGS, 0},
    {SEND("POST", "/Devices", "{\"serial\":\"B2\"}"), DEVICES | SETTINGS, 0},
    {SEND("PUT", "/Devices/laptop", "{\"serial\":\"A1\"}"), DEVICES | SETTINGS,
     0},
    {SEND("POST", "/Bulk",
          "{\"Operations\":[{\"method\":\"PATCH\",\"path\":"
          "\"/Users/ann\",\"data\":{\"Operations\":[{\"op\":"
          "\"add\",\"path\":\"title\",\"value\":\"x\"}]}}]}"),
     ANN | SETTINGS, SALES},
    {APPLY("'GET', '/Me', NULL, '{\"authorization\":\"Bearer secret\"}'"),
     ANN | TOKEN | SETTINGS, SALES},
    {APPLY("'POST', '/Users', '{\"userName\":\"by token\"}', "
           "'{\"authorization\":\"Bearer secret\",\"id\":\"new\",\"now\":"
           "\"2026-04-01T00:00:00Z\"}'"),
     TOKEN | SETTINGS, 0},
    {GET("/ServiceProviderConfig"), SETTINGS, 0},
    {GET("/Schemas/urn:ietf:params:scim:schemas:core:2.0:User"), SETTINGS, 0},
    {GET("/ResourceTypes/User"), SETTINGS, 0},
    {GET("/Schemas/urn:example:Device"), DEVICES | SETTINGS, 0},
    {"INSERT INTO scim (method, target) VALUES ('DELETE', '/Users/nobody')",
     SETTINGS, 0},
    {"SELECT count(detail) FROM scim", 0, LOG},
    {"SELECT group_concat(id) FROM scim_filter('User', 'title pr')", ANN, 0},
    {"SELECT group_concat(doc) FROM scim_filter('User', 'userName eq \"ann\"')",
     ANN, 0},
    {"SELECT group_concat(id) FROM scim_filter('User', 'userName eq \"bob\"')",
     0, 0},
    {"SELECT group_concat(id || doc || version) "
     "FROM scim_as_of('User', '2100-01-01')",
     LOG, ANN}, /* whose version is compared */
    {"SELECT group_concat(id || doc || version) "
     "FROM scim_as_of('Group', '2100-01-01')",
     0, LOG},
    {"SELECT scim_match('userName pr', '{\"userName\":\"a\"}')", 0, 0},
    {"SELECT scim_token('default', 'x') LIKE 'scim_%'", 0, SETTINGS},
    {"SELECT scim_init()", 0, 0},
};

#define REQUESTS ((int)COUNT_OF(requests))

/* What each request answers when nothing is damaged. */
static char *wanted[REQUESTS];

static sqlite3 *open_fixture(void) {
  sqlite3 *db = open_image(image);
  must(db, "SELECT scim_init();"
           "UPDATE scim_token SET digest = '2bb80d537b1da3e38bd30361aa855686bde"
           "0eacd7162fef6a25fe97bf527a25b' WHERE token = 1");
  return db;
}

/* In a savepoint; message and value stay those of the request. An error that
** says CORRUPT must not keep SQLite from going on with the transaction. */
static int run_request(sqlite3 *db, int number) {
  must(db, "SAVEPOINT request");
  int code = run(db, requests[number].sql, 0);
  int undone = SQLITE_OK;
  if (!sqlite3_get_autocommit(db))
    undone = sqlite3_exec(db, "ROLLBACK TO request; RELEASE request", NULL,
                          NULL, NULL);
  if (undone != SQLITE_OK)
    fail_msg("%s: the transaction cannot go on: %d", requests[number].sql,
             undone);
  return code;
}

/*
** Damages.
*/
typedef enum Kind {
  CORRUPT, /* what needs it fails and names the row; the rest is as ever */
  ODD,     /* it may be served: the status is as ever, or it is CORRUPT */
  UNKNOWN, /* as ODD, or it is as if the thing were not there */
  ANYTHING /* as UNKNOWN, or any error of the database */
} Kind;

#define ANY ~0 /* what it touches is no one's in particular */

typedef struct Damage {
  const char *sql;
  Kind kind;
  int parts;         /* which requests need what is damaged */
  const char *table; /* named in the message, with the id */
  const char *id;
} Damage;

static const Damage *damage;
static int request;

static int complaints; /* of the test that runs: all are shown */

/* message and value are those of the request. */
static void complain(const char *what) {
  complaints++;
  print_error("%s\n  after: %.200s\n  by: %.300s\n  message: %.200s\n"
              "  value: %.300s\n  wanted: %.300s\n",
              what, damage->sql, requests[request].sql, message, value,
              wanted[request]);
}

static int status_of(const char *reply) {
  int number = 0;
  return sscanf(reply, "{\"status\":%d", &number) == 1 ? number : 0;
}

static void check_corrupt(int code) {
  if (damage->kind == ANYTHING) {
    if (!message[0]) complain("an error without a message");
  } else if ((code & 0xff) != SQLITE_CORRUPT) {
    complain(code == SQLITE_OK ? "no error" : "another error than CORRUPT");
  } else if (!strstr(message, damage->table) || !strstr(message, damage->id)) {
    complain("the message does not name the row");
  }
}

static void check_reply(void) {
  int was = status_of(wanted[request]), is = status_of(value);
  if (was && !is) {
    complain("no reply");
  } else if (is && (!is_json(value) || !is_utf8(value))) {
    complain("the reply is no JSON");
  } else if (strstr(value, "\"totalResults\":-")) {
    complain("a negative number");
  } else if (is >= 500 && is != 501) {
    complain("the server is at fault");
  } else if (is != was && damage->kind < UNKNOWN) {
    complain("the client is blamed");
  }
}

static void check_request(sqlite3 *db, int number) {
  request = number;
  const Request *asked = &requests[number];
  int code = run_request(db, number);
  if ((asked->needs & damage->parts) && damage->kind == CORRUPT) {
    check_corrupt(code);
  } else if (damage->parts == ANY ||
             ((asked->needs | asked->may) & damage->parts)) {
    if (code != SQLITE_OK)
      check_corrupt(code);
    else
      check_reply();
  } else if (code != SQLITE_OK || strcmp(value, wanted[number])) {
    complain("another answer, though nothing that it needs is damaged");
  }
}

static void check_damage(const Damage *next) {
  sqlite3 *db = open_image(unguarded);
  damage = next;
  must(db, "PRAGMA ignore_check_constraints = 1");
  must(db, damage->sql);
  must(db, "UPDATE scim_meta SET value = value + 1 WHERE name = 'generation' "
           "AND typeof(value) = 'integer' AND value < 1000");
  for (int i = 0; i < REQUESTS; i++) check_request(db, i);
  for (int i = 0; i < REQUESTS; i += 5) run(db, requests[i].sql, 0);
  if (!sqlite3_get_autocommit(db)) complain("a transaction stays open");
  if (sqlite3_close(db) != SQLITE_OK) complain("it does not close");
}

/* All of them, or one of SHARE; under valgrind, where each takes a second,
** some. */
static void check_damages(const Damage *damages, size_t count) {
  size_t stride = getenv("VALGRIND") ? 12 : (size_t)one_of(), done = 0;
  complaints = 0;
  for (size_t i = 0; i < count; i += stride, done++) check_damage(&damages[i]);
  print_message("# %zu damages of %zu\n", done, count);
  if (complaints) fail_msg("%d answers are wrong", complaints);
}

#define CHECK_ALL(damages)                                                     \
  (void)state;                                                                 \
  check_damages(damages, COUNT_OF(damages))

/*
** Documents.
*/
#define DOC_OF(id, doc)                                                        \
  "UPDATE scim_resource SET doc = " doc " WHERE id = '" id "' AND tenant = "   \
  "'default'"
#define BROKEN_ANN(doc)                                                        \
  { DOC_OF("ann", doc), CORRUPT, ANN, "scim_resource", "ann" }
#define ODD_ANN(doc)                                                           \
  { DOC_OF("ann", doc), ODD, ANN, "scim_resource", "ann" }
#define BROKEN_SALES(doc)                                                      \
  { DOC_OF("sales", doc), CORRUPT, SALES, "scim_resource", "sales" }

static void documents_that_are_no_json_are_corrupt(void **state) {
  static const Damage damages[] = {
      BROKEN_ANN("''"),
      BROKEN_ANN("' '"),
      BROKEN_ANN("'x'"),
      BROKEN_ANN("'{'"),
      BROKEN_ANN("'}'"),
      BROKEN_ANN("'{\"userName\":\"ann\"'"),
      BROKEN_ANN("doc || '}'"),
      BROKEN_ANN("doc || ' {}'"),
      BROKEN_ANN("substr(doc, 1, length(doc) - 1)"),
      BROKEN_ANN("substr(doc, 2)"),
      BROKEN_ANN("'{\"userName\":ann}'"),
      BROKEN_ANN("'{userName:\"ann\"}'"),
      BROKEN_ANN("'{''userName'':''ann''}'"),
      BROKEN_ANN("'{\"userName\":\"ann\",}'"),
      BROKEN_ANN("'{\"userName\":\"ann\" \"title\":\"x\"}'"),
      BROKEN_ANN("'{\"userName\":\"a\\qn\"}'"),
      BROKEN_ANN("'{\"userName\":\"a\\u12\"}'"),
      BROKEN_ANN("'{\"userName\":NaN}'"),
      BROKEN_ANN("'{\"userName\":01}'"),
      BROKEN_ANN("'{\"userName\":\"a' || char(10) || '\"}'"),
      BROKEN_ANN("'{\"userName\":\"a' || char(0) || '\"}'"),
      BROKEN_ANN("doc || char(0)"),
      BROKEN_ANN("char(0)"),
      BROKEN_ANN("char(65279) || doc"),
      BROKEN_ANN("CAST(x'7b22757365724e616d65223a22ff227d' AS TEXT)"),
      BROKEN_ANN("CAST(x'7b22757365724e616d65223a22c3227d' AS TEXT)"),
      BROKEN_ANN("CAST(x'7b22757365724e616d65223a22eda080227d' AS TEXT)"),
      BROKEN_ANN("CAST(x'ffd8ffe0' AS TEXT)"),
      BROKEN_ANN("printf('%.*c', 1000000, '[')"),
      BROKEN_ANN("printf('%.*c', 1000000, '{')"),
      BROKEN_ANN("'{\"a\":' || printf('%.*c', 100, '[') || "
                 "printf('%.*c', 100, ']') || '}'"),
      BROKEN_ANN("'{\"userName\":\"' || printf('%.*c', 1000000, 'a')"),
  };
  CHECK_ALL(damages);
}

static void documents_of_another_shape_are_corrupt(void **state) {
  static const Damage damages[] = {
      BROKEN_ANN("'[]'"),   BROKEN_ANN("'[' || doc || ']'"),
      BROKEN_ANN("'5'"),    BROKEN_ANN("'-1e999'"),
      BROKEN_ANN("'null'"), BROKEN_ANN("'true'"),
      BROKEN_ANN("'\"\"'"), BROKEN_ANN("json_quote(doc)"),
  };
  CHECK_ALL(damages);
}

static void documents_that_are_odd_are_served(void **state) {
  static const Damage damages[] = {
      ODD_ANN("'{}'"),
      ODD_ANN("' { } '"),
      ODD_ANN("json_set(doc, '$.userName', 5)"),
      ODD_ANN("json_set(doc, '$.userName', json('null'))"),
      ODD_ANN("json_set(doc, '$.emails', 'x')"),
      ODD_ANN("json_set(doc, '$.emails', json('[[[5]]]'))"),
      ODD_ANN("json_set(doc, '$.name', json('[]'))"),
      ODD_ANN("json_set(doc, '$.title', json('{\"a\":{}}'))"),
      ODD_ANN("json_set(doc, '$.schemas', 5)"),
      ODD_ANN("json_set(doc, '$.schemas', json('[5, null, {}]'))"),
      ODD_ANN("json_set(doc, '$.id', 'eve')"),
      ODD_ANN("json_set(doc, '$.meta', 'x')"),
      ODD_ANN("json_set(doc, '$.groups', 'x')"),
      ODD_ANN("json_set(doc, '$.members', json('[{\"value\":5}]'))"),
      ODD_ANN("json_set(doc, '$.password', 'x')"),
      ODD_ANN("json_set(doc, '$.\"\"', 5)"),
      ODD_ANN("json_set(doc, '$.unknown', json('[1e999, -0, 1E-9]'))"),
      ODD_ANN("json_set(doc, "
              "'$.\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:"
              "User\"', json('[5]'))"),
      ODD_ANN("json_set(doc, "
              "'$.\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:"
              "User\".manager', json('{\"value\":{}}'))"),
      ODD_ANN("'{\"userName\":\"ann\",\"userName\":\"eve\",\"USERNAME\":5}'"),
      ODD_ANN("'{\"userName\":\"\\ud800\"}'"),
      ODD_ANN("'{\"userName\":\"a\\u0000b\"}'"),
      ODD_ANN("json_set(doc, '$.title', printf('%.*c', 1000000, 'a'))"),
      ODD_ANN("json_set(doc, '$.displayName', '\"\\' || char(1, 127, 8232))"),
      ODD_ANN("'{' || printf('%.*c', 200000, ' ') || substr(doc, 2)"),
  };
  CHECK_ALL(damages);
}

static void groups_without_a_document_are_corrupt(void **state) {
  static const Damage damages[] = {
      BROKEN_SALES("''"),
      BROKEN_SALES("'x'"),
      BROKEN_SALES("'[]'"),
      BROKEN_SALES("'{\"displayName\":'"),
      BROKEN_SALES("CAST(x'7b22646973706c61794e616d65223a22ff227d' AS TEXT)"),
      {DOC_OF("sales", "'{\"displayName\":[5]}'"), ODD, SALES, "scim_resource",
       "sales"},
      {DOC_OF("sales", "'{}'"), ODD, SALES, "scim_resource", "sales"},
  };
  CHECK_ALL(damages);
}

/*
** The other columns of resources.
*/
#define ANN_SET(columns)                                                       \
  "UPDATE scim_resource SET " columns " WHERE id = 'ann' AND tenant = "        \
  "'default'"
#define ODD_ROW(columns)                                                       \
  { ANN_SET(columns), ODD, ANN, "scim_", "ann" }

static void columns_of_resources_may_hold_anything(void **state) {
  static const Damage damages[] = {
      ODD_ROW("version = 0"),
      ODD_ROW("version = -9223372036854775808"),
      ODD_ROW("version = 9223372036854775807"),
      ODD_ROW("created = ''"),
      ODD_ROW("created = 'yesterday'"),
      ODD_ROW("created = CAST(x'ff' AS TEXT)"),
      ODD_ROW("created = printf('%.*c', 1000000, '9')"),
      ODD_ROW("modified = ''"),
      ODD_ROW("modified = '9999-99-99T99:99:99.999Z'"),
      ODD_ROW("modified = '\"' || char(0) || '\\'"),
      {ANN_SET("type = 'Nothing'"), UNKNOWN, ANY, "scim_", ""},
      {ANN_SET("type = ''"), UNKNOWN, ANY, "scim_", ""},
      {ANN_SET("type = 'user'"), UNKNOWN, ANY, "scim_", ""},
      {ANN_SET("type = 'Group'"), UNKNOWN, ANY, "scim_", ""},
      {ANN_SET("id = ''"), UNKNOWN, ANY, "scim_", ""},
      {ANN_SET("id = '\"\\' || char(1)"), UNKNOWN, ANY, "scim_", ""},
      {ANN_SET("id = CAST(x'ff' AS TEXT)"), UNKNOWN, ANY, "scim_", ""},
      {ANN_SET("id = '../x?y#z'"), UNKNOWN, ANY, "scim_", ""},
      {ANN_SET("tenant = ''"), UNKNOWN, ANY, "scim_", ""},
      {ANN_SET("resource = -5"), UNKNOWN, ANY, "scim_", ""},
      {ANN_SET("resource = 0"), UNKNOWN, ANY, "scim_", ""},
  };
  CHECK_ALL(damages);
}

/* A row that has the last number: no other can follow. */
static void the_last_row_numbers_may_be_taken(void **state) {
  static const Damage damages[] = {
      {ANN_SET("resource = 9223372036854775807"), ANYTHING, ANY, "", ""},
      {"UPDATE scim_log SET seq = 9223372036854775807 WHERE seq = 1", ANYTHING,
       ANY, "", ""},
      {"UPDATE scim_log SET seq = -9223372036854775808 WHERE seq = 1", ANYTHING,
       ANY, "", ""},
      {"UPDATE scim_token SET token = 9223372036854775807 WHERE token = 1",
       ANYTHING, ANY, "", ""},
  };
  CHECK_ALL(damages);
}

/*
** Members.
*/
#define MEMBER(columns)                                                        \
  {                                                                            \
    "UPDATE scim_member SET " columns " WHERE value = 'nobody'", ODD, SALES,   \
        "scim_member", ""                                                      \
  }

static void members_may_be_anything(void **state) {
  static const Damage damages[] = {
      MEMBER("value = ''"),
      MEMBER("value = '\"\\' || char(1, 10, 127)"),
      MEMBER("value = 'a' || char(0) || 'b'"),
      MEMBER("value = CAST(x'ff' AS TEXT)"),
      MEMBER("value = printf('%.*c', 1000000, 'a')"),
      MEMBER("value = 'sales'"),
      MEMBER("type = ''"),
      MEMBER("type = 'Nothing'"),
      MEMBER("type = '\"' || char(0)"),
      MEMBER("type = CAST(x'c3' AS TEXT)"),
      MEMBER("display = ''"),
      MEMBER("display = CAST(x'eda080' AS TEXT)"),
      MEMBER("display = printf('%.*c', 1000000, '\"')"),
      MEMBER("source = ''"),
      MEMBER("source = 'x'"),
      MEMBER("\"group\" = -1"),
      {"INSERT INTO scim_member (\"group\", value) SELECT resource, 'sales' "
       "FROM scim_resource WHERE id = 'ann'",
       ODD, ANN | SALES, "scim_member", ""},
      {"INSERT OR IGNORE INTO scim_member (\"group\", value) "
       "SELECT g.resource, m.id "
       "FROM scim_resource AS g, scim_resource AS m",
       ODD, ANY, "scim_member", ""},
  };
  CHECK_ALL(damages);
}

/*
** The log.
*/
#define LOGGED(kind, columns)                                                  \
  {                                                                            \
    "UPDATE scim_log SET " columns " WHERE id = 'ann' AND action = 'update'",  \
        kind, LOG, "scim_log", ""                                              \
  }

static void the_log_is_checked_when_it_is_put_together(void **state) {
  static const Damage damages[] = {
      LOGGED(CORRUPT, "after = ''"),
      LOGGED(CORRUPT, "after = '{'"),
      LOGGED(CORRUPT, "after = after || '}'"),
      LOGGED(CORRUPT, "after = '[]'"),
      LOGGED(CORRUPT, "after = '5'"),
      LOGGED(CORRUPT, "after = 'null'"),
      LOGGED(CORRUPT, "after = CAST(x'7b2261223a22ff227d' AS TEXT)"),
      LOGGED(CORRUPT, "after = printf('%.*c', 1000000, '[')"),
      LOGGED(UNKNOWN, "after = NULL"),
      LOGGED(UNKNOWN, "after = '{}'"),
      LOGGED(UNKNOWN, "after = '{\"title\":{\"a\":[null]}}'"),
      LOGGED(UNKNOWN, "before = 'x', member_add = 'x', groups_left = '[['"),
      LOGGED(UNKNOWN, "version = -9223372036854775808"),
      LOGGED(UNKNOWN, "time = ''"),
      LOGGED(UNKNOWN, "time = 'x'"),
      LOGGED(UNKNOWN, "action = 'create'"),
      LOGGED(UNKNOWN, "action = 'delete'"),
      LOGGED(UNKNOWN, "action = 'fly'"),
      LOGGED(UNKNOWN, "id = NULL"),
      LOGGED(UNKNOWN, "id = '' "),
      LOGGED(UNKNOWN, "type = 'Nothing', status = 99999, token = -1"),
      {"DELETE FROM scim_log WHERE action = 'create'", UNKNOWN, LOG, "scim_log",
       ""},
      {"UPDATE scim_log SET action = 'update', after = NULL", UNKNOWN, LOG,
       "scim_log", ""},
  };
  CHECK_ALL(damages);
}

/*
** Definitions: one that cannot be read is out, and everything else works.
*/
#define SCHEMA(definition)                                                     \
  {                                                                            \
    "UPDATE scim_schema SET definition = " definition                          \
    " WHERE id = 'urn:example:Device'",                                        \
        UNKNOWN, DEVICES, "scim_schema", "urn:example:Device"                  \
  }
#define CORE(definition)                                                       \
  {                                                                            \
    "UPDATE scim_schema SET definition = " definition                          \
    " WHERE id LIKE '%:core:2.0:User'",                                        \
        ANYTHING, ANY, "scim_schema", ""                                       \
  }
#define TYPE(definition)                                                       \
  {                                                                            \
    "UPDATE scim_resource_type SET definition = " definition                   \
    " WHERE name = 'Device'",                                                  \
        UNKNOWN, DEVICES, "scim_resource_type", "Device"                       \
  }
#define DEVICE_WITH(attribute)                                                 \
  SCHEMA("json_set(definition, '$.attributes[1]', json('" attribute "'))")

static void broken_schemas_are_left_out(void **state) {
  static const Damage damages[] = {
      SCHEMA("''"),
      SCHEMA("'x'"),
      SCHEMA("'[]'"),
      SCHEMA("'5'"),
      SCHEMA("'null'"),
      SCHEMA("'{}'"),
      SCHEMA("'{\"id\":5}'"),
      SCHEMA("'{\"id\":\"\"}'"),
      SCHEMA("'{\"id\":\"urn:example:Other\",\"attributes\":[]}'"),
      SCHEMA("substr(definition, 1, 50)"),
      SCHEMA("definition || char(0)"),
      SCHEMA("CAST(x'7b2261223a22ff227d' AS TEXT)"),
      SCHEMA("printf('%.*c', 1000000, '[')"),
      SCHEMA("json_remove(definition, '$.attributes')"),
      SCHEMA("json_set(definition, '$.attributes', 5)"),
      SCHEMA("json_set(definition, '$.attributes', json('{}'))"),
      SCHEMA("json_set(definition, '$.attributes', json('[5]'))"),
      SCHEMA("json_set(definition, '$.attributes', json('[[]]'))"),
      DEVICE_WITH("null"),
      DEVICE_WITH("{}"),
      DEVICE_WITH("{\"name\":\"\"}"),
      DEVICE_WITH("{\"name\":5}"),
      DEVICE_WITH("{\"name\":\"serial\"}"),
      DEVICE_WITH("{\"name\":\"a b\"}"),
      DEVICE_WITH("{\"name\":\"weight\",\"type\":\"nothing\"}"),
      DEVICE_WITH("{\"name\":\"weight\",\"type\":5}"),
      DEVICE_WITH("{\"name\":\"weight\",\"type\":\"complex\"}"),
      DEVICE_WITH("{\"name\":\"weight\",\"type\":\"complex\","
                  "\"subAttributes\":5}"),
      DEVICE_WITH("{\"name\":\"weight\",\"type\":\"complex\","
                  "\"subAttributes\":[5]}"),
      DEVICE_WITH("{\"name\":\"weight\",\"type\":\"complex\","
                  "\"subAttributes\":[{\"name\":\"a\",\"type\":\"complex\","
                  "\"subAttributes\":[{\"name\":\"b\"}]}]}"),
      DEVICE_WITH("{\"name\":\"weight\",\"multiValued\":\"x\"}"),
      DEVICE_WITH("{\"name\":\"weight\",\"mutability\":\"x\"}"),
      DEVICE_WITH("{\"name\":\"weight\",\"returned\":[]}"),
      DEVICE_WITH("{\"name\":\"weight\",\"uniqueness\":\"x\"}"),
      DEVICE_WITH("{\"name\":\"weight\",\"canonicalValues\":5}"),
      DEVICE_WITH("{\"name\":\"meta\",\"type\":\"string\"}"),
      DEVICE_WITH("{\"name\":\"id\",\"type\":\"complex\"}"),
      DEVICE_WITH("{\"name\":\"members\",\"type\":\"string\"}"),
  };
  CHECK_ALL(damages);
}

static void broken_core_schemas_harm_no_memory(void **state) {
  static const Damage damages[] = {
      CORE("''"),
      CORE("'[]'"),
      CORE("'{}'"),
      CORE("json_set(definition, '$.attributes', json('[]'))"),
      CORE("json_set(definition, '$.attributes[0].type', 'complex')"),
      CORE("json_set(definition, '$.attributes[0].multiValued', json('true'))"),
      CORE("replace(definition, '\"string\"', '\"integer\"')"),
      CORE("replace(definition, '\"name\":\"groups\"', '\"name\":\"x\"')"),
      {"DELETE FROM scim_schema", ANYTHING, ANY, "scim_", ""},
      {"UPDATE scim_schema SET definition = '{}'", ANYTHING, ANY, "scim_", ""},
      {"UPDATE scim_schema SET id = NULL", ANYTHING, ANY, "scim_", ""},
      {"DELETE FROM scim_schema WHERE id LIKE '%enterprise%'", ANYTHING, ANY,
       "scim_", ""},
  };
  CHECK_ALL(damages);
}

static void broken_types_are_left_out(void **state) {
  static const Damage damages[] = {
      TYPE("''"),
      TYPE("'x'"),
      TYPE("'[]'"),
      TYPE("'{}'"),
      TYPE("substr(definition, 1, 20)"),
      TYPE("CAST(x'7b2261223a22ff227d' AS TEXT)"),
      TYPE("json_set(definition, '$.name', 5)"),
      TYPE("json_set(definition, '$.name', '')"),
      TYPE("json_set(definition, '$.name', 'User')"),
      TYPE("json_set(definition, '$.endpoint', 5)"),
      TYPE("json_set(definition, '$.endpoint', '')"),
      TYPE("json_set(definition, '$.endpoint', 'Devices')"),
      TYPE("json_set(definition, '$.endpoint', '/Users')"),
      TYPE("json_set(definition, '$.endpoint', '/Bulk')"),
      TYPE("json_set(definition, '$.schema', 5)"),
      TYPE("json_set(definition, '$.schema', 'urn:example:Nothing')"),
      TYPE("json_set(definition, '$.schemaExtensions', 5)"),
      TYPE("json_set(definition, '$.schemaExtensions', json('[5]'))"),
      TYPE("json_set(definition, '$.schemaExtensions', json('[{}]'))"),
      TYPE("json_set(definition, '$.schemaExtensions', json('[{\"schema\":"
           "\"urn:example:Device\",\"required\":true}]'))"),
      {"DELETE FROM scim_resource_type", ANYTHING, ANY, "scim_", ""},
      {"UPDATE scim_resource_type SET definition = '{}'", ANYTHING, ANY,
       "scim_", ""},
      {"UPDATE scim_resource_type SET name = NULL, endpoint = NULL", ANYTHING,
       ANY, "scim_", ""},
  };
  CHECK_ALL(damages);
}

#define DEFAULT(value)                                                         \
  {                                                                            \
    "UPDATE scim_default SET value = " value " WHERE attribute = 'userType'",  \
        ODD, SETTINGS, "scim_default", "userType"                              \
  }

static void broken_defaults_do_not_blame_the_client(void **state) {
  static const Damage damages[] = {
      DEFAULT("''"),
      DEFAULT("'x'"),
      DEFAULT("'5'"),
      DEFAULT("'[]'"),
      DEFAULT("'{}'"),
      DEFAULT("'null'"),
      DEFAULT("'\"' || printf('%.*c', 1000000, 'a') || '\"'"),
      DEFAULT("CAST(x'22ff22' AS TEXT)"),
      DEFAULT("printf('%.*c', 1000000, '[')"),
      {"INSERT INTO scim_default VALUES ('User', 'nothing', '5')", ODD, ANY,
       "scim_default", "nothing"},
      {"INSERT INTO scim_default VALUES ('User', 'groups', '[{}]')", ODD, ANY,
       "scim_default", "groups"},
      {"INSERT INTO scim_default VALUES ('User', 'name', '5')", ODD, ANY,
       "scim_default", "name"},
      {"INSERT INTO scim_default VALUES ('User', 'emails', '{}')", ODD, ANY,
       "scim_default", "emails"},
      {"INSERT INTO scim_default VALUES ('User', 'emails.value', '\"x\"')", ODD,
       ANY, "scim_default", "emails.value"},
      {"INSERT INTO scim_default VALUES ('User', 'id', '\"x\"')", ODD, ANY,
       "scim_default", "id"},
      {"INSERT INTO scim_default VALUES ('User', 'schemas', '5')", ODD, ANY,
       "scim_default", "schemas"},
      {"INSERT INTO scim_default VALUES ('Group', 'members', '[5]')", ODD, ANY,
       "scim_default", "members"},
      {"INSERT INTO scim_default VALUES ('Nothing', 'x', '5'), ('', '', '5')",
       ODD, ANY, "scim_default", ""},
  };
  CHECK_ALL(damages);
}

#define INDEX(type, attribute)                                                 \
  {                                                                            \
    "INSERT INTO scim_index (type, attribute, built) VALUES (" type            \
    ", " attribute ", 0), (" type ", 'x' || " attribute ", 1)",                \
        ODD, ANY, "scim_index", ""                                             \
  }

static void odd_indexes_are_passed_over(void **state) {
  static const Damage damages[] = {
      INDEX("'Nothing'", "'userName'"),
      INDEX("''", "''"),
      INDEX("'User'", "''"),
      INDEX("'User'", "'nothing'"),
      INDEX("'User'", "'name'"),
      INDEX("'User'", "'emails'"),
      INDEX("'User'", "'emails[type eq \"work\"]'"),
      INDEX("'User'", "'groups'"),
      INDEX("'User'", "'groups.value'"),
      INDEX("'User'", "'id'"),
      INDEX("'User'", "'meta.created'"),
      INDEX("'Group'", "'members'"),
      INDEX("'Group'", "'members.value'"),
      INDEX("CAST(x'ff' AS TEXT)", "CAST(x'ff' AS TEXT)"),
      INDEX("'User'", "printf('%.*c', 1000000, 'a')"),
      {"UPDATE scim_index SET built = 7", ODD, ANY, "scim_index", ""},
      {"UPDATE scim_index SET built = -1", ODD, ANY, "scim_index", ""},
      {"UPDATE scim_index SET built = 0", ODD, ANY, "scim_index", ""},
      {"DELETE FROM scim_index", ODD, ANY, "scim_index", ""},
  };
  CHECK_ALL(damages);
}

/* A pending index reads all documents: one that is broken is in the way. */
static void an_index_is_not_built_of_broken_documents(void **state) {
  static const Damage damages[] = {
      {DOC_OF("ann", "'['") "; UPDATE scim_index SET built = 0 "
                            "WHERE attribute = 'displayName'",
       ODD, ANY, "scim_resource", "ann"},
      {DOC_OF("ann", "''") "; UPDATE scim_meta SET value = 1 "
                           "WHERE name = 'stale'; "
                           "UPDATE scim_index SET built = 0",
       ODD, ANY, "scim_resource", "ann"},
  };
  CHECK_ALL(damages);
}

/*
** Tenants and tokens.
*/
#define SETTING(kind, settings)                                                \
  {                                                                            \
    "UPDATE scim_tenant SET settings = " settings " WHERE name = 'default'",   \
        kind, SETTINGS, "scim_tenant", "default"                               \
  }

static void settings_that_are_no_json_are_corrupt(void **state) {
  static const Damage damages[] = {
      SETTING(CORRUPT, "''"),
      SETTING(CORRUPT, "'x'"),
      SETTING(CORRUPT, "'{'"),
      SETTING(CORRUPT, "'[]'"),
      SETTING(CORRUPT, "'5'"),
      SETTING(CORRUPT, "'null'"),
      SETTING(CORRUPT, "'{} {}'"),
      SETTING(CORRUPT, "CAST(x'7b2261223a22ff227d' AS TEXT)"),
      SETTING(CORRUPT, "printf('%.*c', 1000000, '[')"),
  };
  CHECK_ALL(damages);
}

static void settings_that_are_odd_are_passed_over(void **state) {
  static const Damage damages[] = {
      SETTING(ODD, "' {} '"),
      SETTING(ODD, "'{\"nothing\":5,\"\":[]}'"),
      SETTING(ODD, "'{\"page_default\":-5,\"page_max\":-9}'"),
      SETTING(ODD, "'{\"page_default\":1e999,\"page_max\":1.5}'"),
      SETTING(ODD, "'{\"page_default\":99999999999999999999}'"),
      SETTING(ODD, "'{\"page_max\":\"x\",\"max_body\":[]}'"),
      SETTING(ODD, "'{\"group_reply\":{},\"patch_reply\":5}'"),
      SETTING(ODD, "'{\"unique_attributes\":5}'"),
      SETTING(ODD, "'{\"unique_attributes\":[5,null,[],\"User\",\"User.\","
                   "\".\",\"Nothing.x\",\"User.nothing\"]}'"),
      SETTING(ODD, "'{\"preset\":5,\"dangling_references\":[]}'"),
      {"UPDATE scim_tenant SET base_url = ''", ODD, ANY, "scim_tenant", ""},
      {"UPDATE scim_tenant SET base_url = '\"\\' || char(1)", ODD, ANY,
       "scim_tenant", ""},
      {"UPDATE scim_tenant SET base_url = CAST(x'ff' AS TEXT)", ODD, ANY,
       "scim_tenant", ""},
      {"UPDATE scim_tenant SET base_url = printf('%.*c', 100000, '/')", ODD,
       ANY, "scim_tenant", ""},
      {"UPDATE scim_tenant SET idp = CAST(x'ff' AS TEXT), created = 'x'", ODD,
       ANY, "scim_tenant", ""},
      {"DELETE FROM scim_tenant", UNKNOWN, ANY, "scim_tenant", ""},
      {"UPDATE scim_tenant SET name = name || char(0)", UNKNOWN, ANY,
       "scim_tenant", ""},
  };
  CHECK_ALL(damages);
}

#define TOKEN_SET(columns)                                                     \
  {                                                                            \
    "UPDATE scim_token SET " columns " WHERE token = 1", UNKNOWN, TOKEN,       \
        "scim_token", ""                                                       \
  }

static void tokens_may_be_anything(void **state) {
  static const Damage damages[] = {
      TOKEN_SET("digest = ''"),
      TOKEN_SET("digest = digest || char(0)"),
      TOKEN_SET("digest = upper(digest)"),
      TOKEN_SET("scopes = ''"),
      TOKEN_SET("scopes = 'everything'"),
      TOKEN_SET("scopes = CAST(x'ff' AS TEXT)"),
      TOKEN_SET("scopes = printf('%.*c', 1000000, ' ')"),
      TOKEN_SET("tenant = ''"),
      TOKEN_SET("tenant = 'nobody'"),
      TOKEN_SET("tenant = '\"' || char(0)"),
      TOKEN_SET("tenant = CAST(x'ff' AS TEXT)"),
      TOKEN_SET("resource = ''"),
      TOKEN_SET("resource = 'nobody'"),
      TOKEN_SET("resource = 'sales'"),
      TOKEN_SET("resource = '/../x?a'"),
      TOKEN_SET("resource = CAST(x'ff' AS TEXT)"),
      TOKEN_SET("expires = ''"),
      TOKEN_SET("expires = 'x'"),
      TOKEN_SET("expires = '9999-99-99'"),
      TOKEN_SET("revoked = ''"),
      TOKEN_SET("created = '', last_used = 'x', label = ''"),
      TOKEN_SET("kind = 'client'"),
      TOKEN_SET("kind = 'access'"),
      TOKEN_SET("kind = 'access', client = 'nobody'"),
      TOKEN_SET("kind = 'client', client = CAST(x'ff' AS TEXT)"),
      TOKEN_SET("previous_digest = digest, digest = ''"),
      TOKEN_SET("previous_digest = digest, digest = '', previous_until = 'x'"),
      TOKEN_SET("previous_digest = CAST(x'ff' AS TEXT), idp = char(0), "
                "last_four = ''"),
      TOKEN_SET("token = 0"),
      TOKEN_SET("token = -1"),
  };
  CHECK_ALL(damages);
}

/*
** What the extension looks things up in.
*/
static void what_is_looked_up_may_be_anything(void **state) {
  static const Damage damages[] = {
      {"UPDATE scim_count SET live = -5", ODD, ANY, "scim_count", ""},
      {"UPDATE scim_count SET live = 9223372036854775807", ANYTHING, ANY, "",
       ""},
      {"UPDATE scim_count SET live = -9223372036854775808", ANYTHING, ANY, "",
       ""},
      {"DELETE FROM scim_count", ODD, ANY, "scim_count", ""},
      {"DELETE FROM scim_value", UNKNOWN, ANY, "scim_value", ""},
      {"UPDATE scim_value SET resource = resource + 1000", ODD, ANY,
       "scim_value", ""},
      {"UPDATE scim_value SET key = x'00'", ODD, ANY, "scim_value", ""},
      {"UPDATE scim_value SET key = 5", ODD, ANY, "scim_value", ""},
      {"UPDATE scim_value SET key = 1e308 * 10", ODD, ANY, "scim_value", ""},
      {"INSERT OR IGNORE INTO scim_value SELECT 'default', 'User', 'userName', "
       "v.key, r.resource FROM scim_value AS v, scim_resource AS r",
       ODD, ANY, "scim_value", ""},
      {"DELETE FROM scim_unique", UNKNOWN, ANY, "scim_unique", ""},
      {"UPDATE scim_unique SET resource = resource + 1000", ODD, ANY,
       "scim_unique", ""},
      {"UPDATE scim_unique SET resource = 1", UNKNOWN, ANY, "scim_unique", ""},
      {"UPDATE scim_unique SET resource = -1", ODD, ANY, "scim_unique", ""},
      {"INSERT INTO scim_unique VALUES ('default', 'User', 'userName', 'new', "
       "4711)",
       UNKNOWN, ANY, "scim_unique", ""},
  };
  CHECK_ALL(damages);
}

#define META(name, value)                                                      \
  {                                                                            \
    "UPDATE scim_meta SET value = " value " WHERE name = '" name "'",          \
        ANYTHING, ANY, "", ""                                                  \
  }

static void facts_of_the_installation_may_be_anything(void **state) {
  static const Damage damages[] = {
      META("version", "''"),
      META("version", "'x'"),
      META("version", "x'00'"),
      META("version", "0"),
      META("version", "-1"),
      META("version", "1.5"),
      META("version", "9223372036854775807"),
      META("generation", "''"),
      META("generation", "'x'"),
      META("generation", "x'00'"),
      META("generation", "1.5"),
      META("generation", "-1"),
      META("generation", "9223372036854775807"),
      META("stale", "'x'"),
      META("stale", "x''"),
      META("stale", "-1"),
      META("cursor_key", "''"),
      META("cursor_key", "5"),
      META("cursor_key", "x'00ff'"),
      META("cursor_key", "printf('%.*c', 100000, 'a')"),
      {"DELETE FROM scim_meta WHERE name = 'version'", ANYTHING, ANY, "", ""},
      {"DELETE FROM scim_meta WHERE name = 'generation'", ANYTHING, ANY, "",
       ""},
      {"DELETE FROM scim_meta WHERE name = 'stale'", ANYTHING, ANY, "", ""},
      {"DELETE FROM scim_meta WHERE name = 'cursor_key'", ANYTHING, ANY, "",
       ""},
      {"DELETE FROM scim_meta", ANYTHING, ANY, "", ""},
  };
  CHECK_ALL(damages);
}

/* Tables that are not the ones that scim_init() makes. */
static void tables_may_be_missing(void **state) {
  static const Damage damages[] = {
      {"DROP TABLE scim_resource", ANYTHING, ANY, "", ""},
      {"DROP TABLE scim_log", ANYTHING, ANY, "", ""},
      {"DROP TABLE scim_tenant", ANYTHING, ANY, "", ""},
      {"DROP TABLE scim_member", ANYTHING, ANY, "", ""},
      {"DROP TABLE scim_value", ANYTHING, ANY, "", ""},
      {"DROP TABLE scim_schema", ANYTHING, ANY, "", ""},
      {"DROP TABLE scim_resource_type", ANYTHING, ANY, "", ""},
      {"DROP VIEW scim_commit", ANYTHING, ANY, "", ""},
      {"ALTER TABLE scim_resource RENAME COLUMN doc TO document", ANYTHING, ANY,
       "", ""},
      {"DROP TABLE scim_log; CREATE VIEW scim_log AS SELECT 1 AS seq", ANYTHING,
       ANY, "", ""},
      {"DROP TABLE scim_tenant; CREATE TABLE scim_tenant (name, base_url, "
       "settings); INSERT INTO scim_tenant VALUES ('default', 5, x'ff')",
       ANYTHING, ANY, "", ""},
      {"DROP TABLE scim_count; CREATE TABLE scim_count (tenant, type, live); "
       "INSERT INTO scim_count VALUES ('default', 'User', 'many')",
       ANYTHING, ANY, "", ""},
  };
  CHECK_ALL(damages);
}

/* Nor does the extension itself store what it would take for corrupt. */
static void a_request_that_is_no_text_can_be_read_in_the_log(void **state) {
  (void)state;
  static const char *const sent[] = {
      APPLY("NULL, x'ff', 5, NULL"),
      APPLY("x'ff', '/Users', NULL, NULL"),
      APPLY("'', '', '', ''"),
      APPLY("'DELETE', '/Users/' || CAST(x'ff' AS TEXT), NULL, NULL"),
      APPLY("'DELETE', '/Users/%ff', NULL, NULL"),
      APPLY("'DELETE', '/Users/%00', NULL, NULL"),
      APPLY("'DELETE', '/Users/a' || char(0) || 'b', NULL, NULL"),
      APPLY("'DELETE', '/Users/' || printf('%.*c', 511, 'a') || "
            "printf('%.*c', 9, 'é'), NULL, NULL"),
      APPLY("'DELETE' || char(0), '/Users/ann', NULL, NULL"),
      APPLY("'POST', '/Users', x'ff', NULL"),
      APPLY("'POST', '/Users', x'7b22ff223a317d', NULL"),
      APPLY("'POST', '/Users', '{\"userName\":\"\\ud800\"}', NULL"),
      APPLY("'POST', '/Users', '{\"userName\":\"a\\u0000b\"}', NULL"),
      APPLY("'POST', '/Users', '{\"' || char(0) || '\":1}', NULL"),
      APPLY("'POST', '/Nothing/' || CAST(x'c3' AS TEXT), '{}', NULL"),
      APPLY("'POST', '/Users?filter=%ff', '{\"userName\":\"x\"}', NULL"),
      APPLY("'POST', '/Users', '{}', CAST(x'7b22ff223a317d' AS TEXT)"),
      "SELECT scim_token(CAST(x'ff' AS TEXT), 'x')",
      "SELECT scim_token('default', CAST(x'ff' AS TEXT))",
      "SELECT scim_token('default', 'x', CAST(x'7b2261223a22ff227d' AS TEXT))",
      "INSERT INTO scim (method, target) VALUES (x'ff', x'ff')",
  };
  static const char *const read[] = {
      "SELECT method, target, detail, id FROM scim",
      "SELECT id, doc FROM scim_filter('User', NULL)",
      "SELECT id, doc FROM scim_as_of('User', '2100-01-01')",
      GET("/Users"),
  };
  for (size_t i = 0; i < COUNT_OF(sent); i++) {
    sqlite3 *db = open_fixture();
    run(db, sent[i], 0);
    for (size_t j = 0; j < COUNT_OF(read); j++) {
      int code = run(db, read[j], 0);
      if (code != SQLITE_OK || !is_utf8(value))
        fail_msg("%s\n  after %s\n  is %d: %s", read[j], sent[i], code,
                 message);
    }
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
  }
}

/* An index that leads astray leads to nobody of another tenant or type. */
static void an_index_leads_to_no_other_tenant(void **state) {
  (void)state;
  static const char *const questions[] = {
      "SELECT count(*) FROM scim_filter('User', 'userName eq \"bob\"') "
      "WHERE tenant = 'acme'",
      "SELECT count(*) FROM scim_filter('User', 'userName sw \"b\"') "
      "WHERE tenant = 'acme'",
      "SELECT count(*) FROM scim_filter('Group', 'displayName eq \"bob\"')",
      "SELECT json_array_length(scim_apply('GET', "
      "'/Users?filter=userName%20eq%20%22bob%22', NULL, "
      "'{\"tenant\":\"acme\"}'), '$.body.Resources')",
      "SELECT json_array_length(scim_apply('GET', "
      "'/Groups?filter=displayName%20eq%20%22bob%22', NULL, NULL), "
      "'$.body.Resources')",
  };
  sqlite3 *db = open_fixture();
  must(db, "INSERT OR REPLACE INTO scim_value SELECT 'acme', 'User', "
           "'userName', 'bob', resource FROM scim_resource "
           "WHERE tenant = 'default';"
           "INSERT OR REPLACE INTO scim_value SELECT 'default', 'Group', "
           "'displayName', 'bob', resource FROM scim_resource "
           "WHERE type <> 'Group'");
  for (size_t i = 0; i < COUNT_OF(questions); i++) {
    int code = run(db, questions[i], 0);
    if ((code & 0xff) != SQLITE_CORRUPT && atoi(value) != 0)
      fail_msg("%s: got %s, want 0", questions[i], value);
  }
  assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/*
** The right answers.
*/
static int set_up(void **state) {
  (void)state;
  image = sound_image();
  sqlite3 *db = open_fixture();
  for (int i = 0; i < REQUESTS; i++) {
    if (run_request(db, i) != SQLITE_OK)
      fail_msg("%s: %s", requests[i].sql, message);
    wanted[i] = sqlite3_mprintf("%s", value);
    if (status() && !is_json(value)) fail_msg("%s: %s", requests[i].sql, value);
  }
  sound_drop_guards(db);
  unguarded.bytes = sqlite3_serialize(db, "main", &unguarded.size, 0);
  return sqlite3_close(db);
}

static int tear_down(void **state) {
  (void)state;
  is_json(NULL);
  for (int i = 0; i < REQUESTS; i++) sqlite3_free(wanted[i]);
  sqlite3_free(image.bytes);
  sqlite3_free(unguarded.bytes);
  return sqlite3_memory_used() != 0;
}

/* An argument chooses tests by a pattern with * and ?. */
int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(documents_that_are_no_json_are_corrupt),
      cmocka_unit_test(documents_of_another_shape_are_corrupt),
      cmocka_unit_test(documents_that_are_odd_are_served),
      cmocka_unit_test(groups_without_a_document_are_corrupt),
      cmocka_unit_test(columns_of_resources_may_hold_anything),
      cmocka_unit_test(the_last_row_numbers_may_be_taken),
      cmocka_unit_test(members_may_be_anything),
      cmocka_unit_test(the_log_is_checked_when_it_is_put_together),
      cmocka_unit_test(broken_schemas_are_left_out),
      cmocka_unit_test(broken_core_schemas_harm_no_memory),
      cmocka_unit_test(broken_types_are_left_out),
      cmocka_unit_test(broken_defaults_do_not_blame_the_client),
      cmocka_unit_test(odd_indexes_are_passed_over),
      cmocka_unit_test(an_index_is_not_built_of_broken_documents),
      cmocka_unit_test(settings_that_are_no_json_are_corrupt),
      cmocka_unit_test(settings_that_are_odd_are_passed_over),
      cmocka_unit_test(tokens_may_be_anything),
      cmocka_unit_test(what_is_looked_up_may_be_anything),
      cmocka_unit_test(a_request_that_is_no_text_can_be_read_in_the_log),
      cmocka_unit_test(an_index_leads_to_no_other_tenant),
      cmocka_unit_test(facts_of_the_installation_may_be_anything),
      cmocka_unit_test(tables_may_be_missing),
  };
  if (argc > 1) cmocka_set_test_filter(argv[1]);
  return cmocka_run_group_tests(tests, set_up, tear_down);
}

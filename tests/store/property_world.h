/*
** property_world.h: random data for the property tests: a database in memory
** with users, groups and things (tests/model/thing.json), made, changed and
** deleted through scim_apply, and every document at hand as a tree.
**
** Everything follows from the seed.
*/
#ifndef SCIM_PROPERTY_WORLD_H
#define SCIM_PROPERTY_WORLD_H

#include <stdio.h>
#include <stdlib.h>

#include "property_values.h"
#include "tables.h"

#include "../../ext/db/scope.h"
#include "../../ext/face/functions.h"
#include "../../ext/face/table.h"
#include "../../ext/model/match.h"
#include "../../ext/model/reference.h"
#include "../../ext/model/resource.h"
#include "../../ext/store/definitions.h"
#include "../../ext/store/sorted.h"

SQLITE_EXTENSION_INIT3

#define DOCUMENTS 64 /* of one type, at most */
#define TYPES 3

/*
** The world.
*/
typedef struct Document {
  long long resource;
  Text id;
  Json *json; /* with meta, members and groups */
} Document;

typedef struct Population {
  const ResourceType *type;
  Document documents[DOCUMENTS];
  int count;
} Population;

typedef struct World {
  sqlite3 *db;
  Connection *connection;
  Operation operation; /* holds the documents */
  const char *now;     /* of requests; NULL: any */
  const SchemaSet *set;
  Population populations[TYPES];
  Text sees; /* whose memberships are looked at; no text: all of them */
  Text base; /* what a "$ref" is shown behind */
} World;

static inline void world_run(World *world, const char *sql) {
  char *message = NULL;
  if (sqlite3_exec(world->db, sql, NULL, NULL, &message) != SQLITE_OK)
    fail_msg("%s, in %s", message, sql);
}

/* The reply of a request. */
static inline Text world_apply(World *world, Arena *arena, const char *method,
                               Text target, Text body) {
  sqlite3_stmt *statement = NULL;
  char options[128];
  snprintf(options, sizeof options,
           "{\"now\":\"%s\",\"id\":\"%016llx\",\"source\":\"%s\"}",
           world->now ? world->now : ONE_OF(moments),
           (unsigned long long)chance_next(), chance(30) ? "manual" : "idp");
  sqlite3_prepare_v2(world->db, "SELECT scim_apply(?, ?, ?, ?)", -1, &statement,
                     NULL);
  sqlite3_bind_text(statement, 1, method, -1, NULL);
  sqlite3_bind_text(statement, 2, target.data, (int)target.size, NULL);
  sqlite3_bind_text(statement, 3, body.data, (int)body.size, NULL);
  sqlite3_bind_text(statement, 4, options, -1, NULL);
  if (sqlite3_step(statement) != SQLITE_ROW)
    fail_msg("%s %.*s: %s", method, TEXT_ARG(target),
             sqlite3_errmsg(world->db));
  Text reply = {(const char *)sqlite3_column_text(statement, 0),
                (size_t)sqlite3_column_bytes(statement, 0)};
  reply = arena_copy(arena, reply);
  sqlite3_finalize(statement);
  return reply;
}

/*
** Documents, by their schema.
*/
static inline void world_text(Buffer *buffer, const char *text) {
  buffer_char(buffer, '"');
  buffer_string(buffer, text);
  buffer_char(buffer, '"');
}

/* Some id of a user or a group, or of nobody. */
static inline Text world_id(const World *world) {
  const Population *population = &world->populations[below(2)];
  if (!population->count || chance(5)) return text_of("nobody");
  return population->documents[below((unsigned)population->count)].id;
}

static inline void world_simple(const World *world, const Attribute *attribute,
                                Buffer *buffer) {
  bool refers = attribute->parent &&
                (attribute->parent->kept_as_rows ||
                 schema_attribute(attribute->parent->first, text_of("$ref")));
  switch (attribute->type) {
  case TYPE_BOOLEAN:
    buffer_string(buffer, chance(50) ? "true" : "false");
    break;
  case TYPE_INTEGER:
    buffer_string(buffer, ONE_OF(integers));
    break;
  case TYPE_DECIMAL:
    buffer_string(buffer, ONE_OF(decimals));
    break;
  case TYPE_DATETIME:
    world_text(buffer, ONE_OF(instants));
    break;
  case TYPE_BINARY:
    world_text(buffer, chance(50) ? "YWJj" : "QUJD");
    break;
  case TYPE_REFERENCE:
    world_text(buffer, chance(80) ? ONE_OF(references) : ONE_OF(words));
    break;
  default:
    if (refers && text_equal(attribute->name, text_of("value"))) {
      buffer_json_string(buffer, world_id(world));
    } else {
      world_text(buffer, ONE_OF(words));
    }
  }
}

static void world_members(const World *world, const Attribute *first,
                          Buffer *buffer, unsigned percent);

static inline void world_value(const World *world, const Attribute *attribute,
                               Buffer *buffer) {
  if (attribute->type != TYPE_COMPLEX) {
    world_simple(world, attribute, buffer);
    return;
  }
  buffer_char(buffer, '{');
  world_members(world, attribute->first, buffer, 70);
  buffer_char(buffer, '}');
}

/* A "$ref" that the service computes, and not one of links (world_define). */
static inline bool is_computed(const Attribute *a) {
  return text_equal(a->name, text_of("$ref")) &&
         !text_equal(a->parent->name, text_of("links"));
}

/* Not written: what the service writes itself, and a second primary. So most
** elements say nothing of it. */
static inline bool is_left_out(const Attribute *a) {
  return a->mutability == MUTABILITY_READ_ONLY || is_computed(a) ||
         text_equal(a->name, text_of("schemas")) ||
         text_equal(a->name, text_of("password")) ||
         (text_equal(a->name, text_of("primary")) && chance(80));
}

/* "name":value of some of the attributes. */
static void world_members(const World *world, const Attribute *first,
                          Buffer *buffer, unsigned percent) {
  for (const Attribute *a = first; a; a = a->next) {
    if (is_left_out(a) || (!a->required && !chance(percent))) continue;
    if (buffer->data[buffer->size - 1] != '{') buffer_char(buffer, ',');
    buffer_json_string(buffer, a->name);
    buffer_char(buffer, ':');
    if (a->multi_valued) buffer_char(buffer, '[');
    for (unsigned i = 0, n = a->multi_valued ? below(4) : 1; i < n; i++) {
      if (i) buffer_char(buffer, ',');
      world_value(world, a, buffer);
    }
    if (a->multi_valued) buffer_char(buffer, ']');
  }
}

static inline Text world_body(const World *world, Arena *arena,
                              const ResourceType *type) {
  Buffer buffer = buffer_new(arena);
  buffer_char(&buffer, '{');
  world_members(world, type->first, &buffer, 50);
  for (const Extension *e = type->extensions; e; e = e->next) {
    if (buffer.size > 1) buffer_char(&buffer, ',');
    buffer_json_string(&buffer, e->schema->id);
    buffer_string(&buffer, ":{");
    world_members(world, e->first, &buffer, 50);
    buffer_char(&buffer, '}');
  }
  buffer_char(&buffer, '}');
  return buffer_text(&buffer);
}

/* Reads the population again, as the store has it now. */
static inline void world_read(World *world) {
  Operation *operation = &world->operation;
  Include parts = {.meta = true, .members = true, .groups = true};
  if (!definitions_require(operation))
    fail_msg("%.*s", TEXT_ARG(operation->detail));
  world->set = operation->schemas;
  for (int i = 0; i < TYPES; i++) {
    Population *population = &world->populations[i];
    population->type = schema_type(world->set, text_of(i == 0   ? "User"
                                                       : i == 1 ? "Group"
                                                                : "Thing"));
    Search search = {.type = population->type, .limit = DOCUMENTS};
    Page found = search_run(operation, &search);
    population->count = (int)found.count;
    for (long long k = 0; k < found.count; k++) {
      Document *document = &population->documents[k];
      Resource resource;
      find_by_row(operation, found.rows[k].resource, &resource);
      document->resource = resource.resource;
      document->id = resource.id;
      document->json = find_document(operation, &resource, text_of(""), parts);
    }
  }
  if (failed(operation)) fail_msg("%.*s", TEXT_ARG(operation->detail));
}

/* Another resource of the type; perhaps refused, when its name is taken. */
static inline void world_create(World *world, const ResourceType *type) {
  Arena *arena = &world->operation.arena;
  world_apply(world, arena, "POST", type->endpoint,
              world_body(world, arena, type));
}

/* Replaces, patches or deletes something. */
static inline void world_change(World *world, const Population *population) {
  Arena *arena = &world->operation.arena;
  const ResourceType *type = population->type;
  if (!population->count) return;
  Text id = population->documents[below((unsigned)population->count)].id;
  Text target =
      arena_format(arena, "%.*s/%.*s", TEXT_ARG(type->endpoint), TEXT_ARG(id));
  if (chance(20)) {
    world_apply(world, arena, "DELETE", target, text_of(""));
    return;
  }
  Text body = world_body(world, arena, type);
  bool whole = chance(40);
  if (!whole)
    body =
        arena_format(arena, "{\"Operations\":[{\"op\":\"%s\",\"value\":%.*s}]}",
                     chance(50) ? "add" : "replace", TEXT_ARG(body));
  world_apply(world, arena, whole ? "PUT" : "PATCH", target, body);
}

/* Users before the groups that have them; then groups within groups. */
static inline void world_populate(World *world) {
  static const int sizes[TYPES] = {32, 12, 24};
  for (int i = 0; i < TYPES; i++) {
    for (int k = 0; k < sizes[i]; k++)
      world_create(world, world->populations[i].type);
    world_read(world);
  }
  for (int k = 0; k < 16; k++)
    world_change(world, &world->populations[below(TYPES)]);
  world_read(world);
}

/*
** Opening and closing.
*/
static inline void world_register(World *world) {
  static const FunctionEntry functions[] = {
      {"scim_init", 0, SQLITE_UTF8, init_body},
      {"scim_apply", 4, SQLITE_UTF8, apply_body}};
  sqlite3 *db = world->db;
  Connection *connection = world->connection = connection_new(db);
  for (size_t i = 0; i < COUNT(functions); i++)
    call_register(db, &functions[i], connection);
  connection_hold(connection);
  sqlite3_create_module_v2(db, "scim_stmt", &stmt_module, connection,
                           connection_release);
}

/* An operation of its own, in which the definitions are those of now. */
static inline void world_enter(World *world, Operation *operation) {
  operation_init(operation);
  scope_enter(world->connection, operation);
  operation->tenant = text_of("default");
  operation->sees = world->sees;
  operation->base = world->base;
  if (!definitions_require(operation))
    fail_msg("%.*s", TEXT_ARG(operation->detail));
}

static inline void world_leave(Operation *operation) {
  scope_leave(operation);
  schema_set_release(operation->schemas);
  arena_close(&operation->arena);
}

static inline void world_define(World *world) {
  tables_copy(world->db);
  world_run(
      world,
      "SELECT scim_init();"
      "WITH thing(json) AS (SELECT readfile('tests/model/thing.json'))"
      "INSERT INTO scim_schema (definition) SELECT json_insert(json_extract("
      "json, '$.schema'), '$.attributes[#]', json('{\"name\":\"links\","
      "\"type\":\"complex\",\"multiValued\":true,\"subAttributes\":["
      "{\"name\":\"$ref\",\"type\":\"reference\"},"
      "{\"name\":\"type\",\"type\":\"string\"},"
      "{\"name\":\"primary\",\"type\":\"boolean\"}]}')) FROM thing"
      " UNION ALL SELECT value FROM thing,"
      " json_each(thing.json, '$.extensions');"
      "WITH thing(json) AS (SELECT readfile('tests/model/thing.json'))"
      "INSERT INTO scim_resource_type (definition) SELECT json_extract(json, "
      "'$.type')"
      " FROM thing;"
      "INSERT INTO scim_index (type, attribute) VALUES"
      " ('User','active'), ('User','title'), ('User','name.familyName'),"
      " ('User','emails.type'), ('User','emails.display'),"
      " ('User','emails.primary'), ('Thing','parts.primary'),"
      " ('Thing','links.$ref'), ('Thing','links.primary'),"
      " ('Thing','urn:example:scim:2.0:Extra:plan.$ref'),"
      " ('User','urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
      ":manager.$ref'),"
      " ('User','addresses.locality'), ('User','phoneNumbers.value'),"
      " ('User','urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
      ":department'),"
      " ('Thing','label'), ('Thing','code'), ('Thing','size'),"
      " ('Thing','weight'), ('Thing','ready'), ('Thing','seen'),"
      " ('Thing','blob'), ('Thing','link'), ('Thing','tags'),"
      " ('Thing','levels'), ('Thing','parts.value'), ('Thing','parts.size'),"
      " ('Thing','parts.made'), ('Thing','origin.place'),"
      " ('Thing','urn:example:scim:2.0:Extra:color'),"
      " ('Thing','urn:example:scim:2.0:Extra:depth'),"
      " ('Thing','urn:example:scim:2.0:Extra:More:color'),"
      " ('Thing','urn:example:scim:2.0:Extra:plan.value');"
      "SELECT scim_init();");
}

/* Another definition of things, whose values then are of a wrong type, or
** more than one, or folded where they were not. */
static inline void world_redefine(World *world) {
  static const char *const changes[] = {
      "replace(replace(replace(definition, '\"string\"', '\"INT\"'),"
      " '\"integer\"', '\"string\"'), '\"INT\"', '\"integer\"')",
      "replace(definition, '\"decimal\"', '\"string\"')",
      "replace(definition, '\"dateTime\"', '\"string\"')",
      "replace(definition, '\"caseExact\":true,', '')",
      "replace(definition, '\"type\":\"string\"}',"
      " '\"type\":\"string\",\"caseExact\":true}')"};
  char sql[512];
  snprintf(sql, sizeof sql,
           "UPDATE scim_schema SET definition = %s"
           " WHERE id LIKE 'urn:example:%%'; SELECT scim_init()",
           ONE_OF(changes));
  world_run(world, sql);
  world_read(world);
}

/* readfile() as the shell has it. */
static inline void world_readfile(sqlite3_context *context, int count,
                                  sqlite3_value **values) {
  static char text[1 << 16];
  (void)count;
  FILE *file = fopen((const char *)sqlite3_value_text(values[0]), "rb");
  if (!file) {
    sqlite3_result_error(context, "tests run from the repository", -1);
    return;
  }
  int size = (int)fread(text, 1, sizeof text, file);
  fclose(file);
  sqlite3_result_text(context, text, size, SQLITE_TRANSIENT);
}

/* A database with the definitions of every world; one in three is in UTF-16,
** where SQLite has another order of text. To make it takes a quarter of a
** second, so the first of each is kept as an image for those that follow. */
static inline void world_open(World *world) {
  static const char *const statements[] = {"PRAGMA encoding = 'UTF-8'",
                                           "PRAGMA encoding = 'UTF-16le'",
                                           "PRAGMA encoding = 'UTF-16be'"};
  static unsigned char *images[3];
  static sqlite3_int64 sizes[3];
  static int worlds;
  int number = worlds++, which = number % 3 == 1 ? 1 + number / 3 % 2 : 0;
  unsigned char *image = images[which];
  sqlite3_int64 size = sizes[which];
  assert_int_equal(sqlite3_open(":memory:", &world->db), SQLITE_OK);
  sqlite3_create_function(world->db, "readfile", 1, SQLITE_UTF8, NULL,
                          world_readfile, NULL, NULL);
  if (!image) {
    assert_int_equal(
        sqlite3_exec(world->db, statements[which], NULL, NULL, NULL),
        SQLITE_OK);
    world_register(world);
    world_define(world);
    images[which] = sqlite3_serialize(world->db, "main", &sizes[which], 0);
    assert_non_null(images[which]);
    return;
  }
  unsigned char *copy = sqlite3_malloc64((sqlite3_uint64)size);
  memcpy(copy, image, (size_t)size);
  assert_int_equal(sqlite3_deserialize(world->db, "main", copy, size, size,
                                       SQLITE_DESERIALIZE_FREEONCLOSE |
                                           SQLITE_DESERIALIZE_RESIZEABLE),
                   SQLITE_OK);
  world_register(world);
}

static inline void world_load(World *world) {
  static const char *const sources[] = {"idp", "manual"};
  world->now = NULL;
  world->sees = chance(33) ? NO_TEXT : text_of(ONE_OF(sources));
  world->base = text_of(ONE_OF(bases));
  memset(world->populations, 0, sizeof world->populations);
  world_open(world);
  /* what is unique is then found in scim_unique */
  if (chance(50))
    world_run(world, "DELETE FROM scim_index WHERE attribute = 'code'");
  world_enter(world, &world->operation);
  world_read(world);
  world_populate(world);
}

#define WORLD_OPEN(world) world_load(world)

static inline void world_close(World *world) {
  world_leave(&world->operation);
  connection_release(world->connection);
  assert_int_equal(sqlite3_close(world->db), SQLITE_OK);
}

#endif

/*
** engine.c: see engine.h.
*/
#include "engine.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "rqlite_engine.h"
#include "sqlite_engine.h"

/*
** Statements.
*/

/* The one that reads has a table to read: this holds one snapshot for all that
** the request looks at, and saves taking and dropping locks for each. */
const char engine_apply_read[] = "SELECT scim_apply(?1, ?2, ?3, ?4)"
                                 " FROM scim_meta WHERE name = 'version'";
const char engine_apply_write[] = "SELECT scim_apply(?1, ?2, ?3, ?4)";

/* The id is a random UUID of version 4 (RFC 9562 section 5.4). */
const char engine_draw[] =
    "WITH drawn (secret, bits) AS MATERIALIZED ("
    "  SELECT scim_secret(), lower(hex(randomblob(16))))"
    " SELECT secret ->> 'secret', secret ->> 'digest', secret ->> 'last_four',"
    "  format('%s-%s-4%s-%s%s-%s', substr(bits, 1, 8), substr(bits, 9, 4),"
    "    substr(bits, 14, 3), substr('89ab', 1 + (random() & 3), 1),"
    "    substr(bits, 18, 3), substr(bits, 21))"
    " FROM drawn";

bool engine_is_apply(const EngineStatement *statement) {
  return statement->sql == engine_apply_read ||
         statement->sql == engine_apply_write;
}

const char *engine_name(const EngineStatement *statement) {
  return engine_is_apply(statement) ? statement->values[0].bytes : "SQL";
}

/*
** Values and rows.
*/

EngineValue engine_integer(long long integer) {
  return (EngineValue){.kind = ENGINE_INTEGER, .integer = integer};
}

EngineValue engine_text(const char *text) {
  if (!text) return (EngineValue){.kind = ENGINE_NULL};
  return (EngineValue){
      .kind = ENGINE_TEXT, .bytes = text, .size = strlen(text)};
}

EngineValue engine_output(const Output *text) {
  return (EngineValue){
      .kind = ENGINE_TEXT, .bytes = text->data, .size = text->size};
}

EngineValue engine_blob(const void *bytes, size_t size) {
  if (!bytes) return (EngineValue){.kind = ENGINE_NULL};
  return (EngineValue){.kind = ENGINE_BLOB, .bytes = bytes, .size = size};
}

bool engine_append(void *context, const EngineValue *cells, size_t count) {
  Output *output = context;
  if (!cells)
    output_clear(output);
  else if (cells[0].bytes)
    output_bytes(output, cells[0].bytes, cells[0].size);
  assert(!cells || count > 0);
  (void)count; /* where there are no asserts */
  return !output->failed;
}

/* A text may be as long as it likes: its digits are what is looked at. */
long long engine_number(const EngineValue *cell) {
  char digits[24] = {0};
  if (cell->kind == ENGINE_INTEGER) return cell->integer;
  if (cell->kind != ENGINE_TEXT || cell->size >= sizeof digits) return 0;
  memcpy(digits, cell->bytes, cell->size);
  return strtoll(digits, NULL, 10);
}

/*
** Engines.
*/

Engine *engine_open(const Options *options, EngineUse use, Output *complaint) {
  return options->engine ? rqlite_engine_open(options, use, complaint)
                         : sqlite_engine_open(options, use, complaint);
}

int engine_read(Engine *engine, const EngineStatement *statement,
                EngineClient client, EngineAnswer *answer) {
  assert(statement->count <= ENGINE_VALUES);
  return engine->methods->read(engine, statement, client, answer);
}

int engine_write(Engine *engine, const EngineStatement *statement,
                 EngineAnswer *answer) {
  assert(statement->count <= ENGINE_VALUES);
  return engine->methods->write(engine, statement, answer);
}

size_t engine_batch(const Engine *engine) {
  return engine->methods->write_all ? ENGINE_BATCH : 1;
}

/* Who has others write together has them read so, too. */
bool engine_needs_parts(const Engine *engine) {
  return engine->methods->write_all != NULL;
}

void engine_write_all(Engine *engine, EngineWrite *writes, size_t count) {
  assert(count <= engine_batch(engine));
  if (engine->methods->write_all) {
    engine->methods->write_all(engine, writes, count);
    return;
  }
  for (EngineWrite *write = writes; write < writes + count; write++)
    write->failure = engine_write(engine, &write->statement, &write->answer);
}

size_t engine_waiting(Engine *engine) {
  return engine->methods->waiting(engine);
}

bool engine_close(Engine *engine) { return engine->methods->close(engine); }

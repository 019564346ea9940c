/*
** rqlite_text.c: see rqlite_text.h.
**
** HOW IT WORKS
**
** Values go beside the SQL, as JSON has them. Three things rqlite has its own
** way with:
**
**   blobs     are sent as a string that looks like SQL's literal, x'00ff'; with
**             such a string rqlite binds the bytes;
**   texts     that look like one by chance (or because somebody wants to have
**             one thing checked and another one stored) would become blobs as
**             well, and JSON has no text that is not UTF-8: both are sent as
**             blobs, with a CAST around their parameter. A NUL too, though
**             there it would not be needed;
**   replies   have blobs in base64, and tell them from texts by the type of the
**             column alone.
**
** A row is handed over as it stands: a string without escapes is not copied,
** and what the others say goes into one room for all of the row, which is large
** enough before the first of them is put there, so that none moves.
*/
#include "rqlite_text.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rqlite_json.h"

/* Columns for which there is room at first, and that a row may have: SQLite has
** no more. */
#define RQLITE_COLUMNS 32
#define RQLITE_COLUMNS_MOST 32767

/*
** Texts.
*/

/* The length of the character that begins here, 0 for none: RFC 3629 section 4,
** without NUL. */
static size_t rqlite_text_character(const unsigned char *at, size_t left) {
  unsigned first = at[0], least = 0x80, most = 0xbf;
  if (first >= 1 && first < 0x80) return 1;
  size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || left < size) return 0;
  if (first == 0xe0) least = 0xa0; /* not a longer form of a shorter one, */
  if (first == 0xf0) least = 0x90;
  if (first == 0xed) most = 0x9f; /* a surrogate, */
  if (first == 0xf4) most = 0x8f; /* or beyond the last */
  if (at[1] < least || at[1] > most) return 0;
  for (size_t i = 2; i < size; i++)
    if (at[i] < 0x80 || at[i] > 0xbf) return 0;
  return size;
}

bool rqlite_text_is_text(const void *bytes, size_t size) {
  const unsigned char *at = bytes, *end = at + size;
  while (at < end) {
    size_t step = rqlite_text_character(at, (size_t)(end - at));
    if (!step) return false;
    at += step;
  }
  return true;
}

/* Might rqlite take it for a blob? It takes white space off both ends, of the
** kinds that Unicode has; so whatever has the two characters in it before any
** letter or digit of ASCII is meant. */
static bool rqlite_text_is_literal(const char *text, size_t size) {
  for (size_t i = 0; i + 1 < size; i++) {
    char c = text[i];
    if (c == 'x' || c == 'X') return text[i + 1] == '\'';
    if (c > ' ' && c < 0x7f) return false;
  }
  return false;
}

/*
** Requests.
*/

/* A BLOB as rqlite takes it: a literal of SQL in a string of JSON. */
static void rqlite_text_hex(Output *request, const void *bytes, size_t size) {
  static const char digits[] = "0123456789abcdef";
  const unsigned char *at = bytes;
  output_text(request, "\"x'");
  if (output_reserve(request, 2 * size))
    for (size_t i = 0; i < size; i++) {
      request->data[request->size++] = digits[at[i] >> 4];
      request->data[request->size++] = digits[at[i] & 15];
    }
  output_text(request, "'\"");
}

/* A text of UTF-8 as a string; output_json would take its bytes for others. */
static void rqlite_text_string(Output *request, const char *text, size_t size) {
  size_t plain = 0; /* where the run begins that needs no escape */
  output_text(request, "\"");
  for (size_t i = 0; i < size; i++) {
    unsigned char c = (unsigned char)text[i];
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    output_bytes(request, text + plain, i - plain);
    plain = i + (c < 0x20);
    if (c < 0x20)
      output_format(request, "\\u%04x", c);
    else
      output_text(request, "\\"); /* and the character itself */
  }
  output_bytes(request, text + plain, size - plain);
  output_text(request, "\"");
}

/* Must the text be sent as a blob? */
static bool rqlite_text_is_cast(const EngineValue *value) {
  return value->kind == ENGINE_TEXT &&
         (!rqlite_text_is_text(value->bytes, value->size) ||
          rqlite_text_is_literal(value->bytes, value->size));
}

/* Numbers are written out, since JSON has no limit for them; rqlite takes what
** fits into 64 bits for an integer. */
static void rqlite_text_value(Output *request, const EngineValue *value) {
  if (value->kind == ENGINE_NULL)
    output_text(request, "null");
  else if (value->kind == ENGINE_INTEGER)
    output_format(request, "%lld", value->integer);
  else if (value->kind == ENGINE_BLOB || rqlite_text_is_cast(value))
    rqlite_text_hex(request, value->bytes, value->size);
  else
    rqlite_text_string(request, value->bytes, value->size);
}

/* Appends the SQL, with a CAST around each parameter whose text is sent as a
** blob. Parameters are ?1 to ?8, so one digit tells which. */
static void rqlite_text_sql(Output *request, const EngineStatement *statement,
                            const char *tail) {
  Output sql = {0};
  static_assert(ENGINE_VALUES < 10, "a parameter has one digit");
  for (const char *at = statement->sql; *at; at++) {
    size_t which = at[0] == '?' ? (size_t)(at[1] - '1') : ENGINE_VALUES;
    bool cast = which < statement->count &&
                rqlite_text_is_cast(&statement->values[which]);
    if (cast) output_format(&sql, "CAST(?%zu AS TEXT)", which + 1);
    if (cast)
      at++;
    else
      output_bytes(&sql, at, 1);
  }
  output_text(&sql, tail);
  rqlite_text_string(request, sql.data, sql.size);
  if (sql.failed) request->failed = true;
  output_free(&sql);
}

void rqlite_text_begin(Output *request) { output_text(request, "["); }

void rqlite_text_end(Output *request) { output_text(request, "]"); }

/* Behind another one comes a comma, which is told by how the text ends: who
** sends several need not count. */
void rqlite_text_statement(Output *request, const EngineStatement *statement,
                           const char *tail) {
  if (request->size && request->data[request->size - 1] == ']')
    output_text(request, ",");
  output_text(request, "[");
  rqlite_text_sql(request, statement, tail);
  for (size_t i = 0; i < statement->count; i++) {
    output_text(request, ",");
    rqlite_text_value(request, &statement->values[i]);
  }
  output_text(request, "]");
}

/*
** Replies.
*/

struct RqliteReply {
  RqliteJson *json;
  int results;        /* the array */
  int next;           /* the result that comes next; -1: none */
  Output room;        /* what the strings of a row say */
  EngineValue *cells; /* of a row, */
  size_t columns;     /* for which there is room */
};

/* One with neither results nor an error is none of rqlite's, as the page of a
** proxy in between that says 200. */
RqliteReply *rqlite_text_read(const char *text, size_t size) {
  RqliteReply *reply = calloc(1, sizeof *reply);
  if (!reply) return NULL;
  reply->json = rqlite_json_parse(text, size);
  reply->results =
      reply->json ? rqlite_json_member(reply->json, RQLITE_JSON_ROOT, "results")
                  : -1;
  if (reply->json &&
      (rqlite_json_kind(reply->json, reply->results) == RQLITE_ARRAY ||
       rqlite_text_failed(reply, NULL))) {
    reply->next = rqlite_json_first(reply->json, reply->results);
    return reply;
  }
  rqlite_text_free(reply);
  return NULL;
}

void rqlite_text_free(RqliteReply *reply) {
  if (reply->json) rqlite_json_free(reply->json);
  output_free(&reply->room);
  free(reply->cells);
  free(reply);
}

/* Appends the error of an object, to NULL too. */
static bool rqlite_text_error(const RqliteReply *reply, int at, Output *error) {
  int member = rqlite_json_member(reply->json, at, "error");
  if (rqlite_json_kind(reply->json, member) != RQLITE_STRING) return false;
  if (error) rqlite_json_append(reply->json, member, error);
  return true;
}

bool rqlite_text_failed(const RqliteReply *reply, Output *error) {
  return rqlite_text_error(reply, RQLITE_JSON_ROOT, error);
}

size_t rqlite_text_count(const RqliteReply *reply) {
  size_t count = 0;
  int at = rqlite_json_first(reply->json, reply->results);
  for (; at >= 0; at = rqlite_json_next(reply->json, at)) count++;
  return count;
}

/*
** Errors.
*/

/* By the words of SQLite, which rqlite hands on: it has no numbers of errors. A
** table of the application's that is missing is missing everywhere. */
bool rqlite_text_is_lack(const char *error) {
  return strstr(error, "no such function: scim_") ||
         strstr(error, "no such table: scim_") ||
         strstr(error, "no such table: main.scim_");
}

bool rqlite_text_may_pass(const char *error) {
  static const char *const passing[] = {
      "database is locked", "database table is locked",
      "disk I/O error",     "database or disk is full",
      "unable to open",     "attempt to write a readonly",
      "out of memory",      "interrupted"};
  for (size_t i = 0; i < sizeof passing / sizeof passing[0]; i++)
    if (strstr(error, passing[i])) return true;
  return rqlite_text_is_lack(error);
}

/*
** Rows.
*/

/* The value of a digit of base64 (RFC 4648 section 4), or -1. */
static int rqlite_text_base64_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Appends what base64 says, which is shorter. */
static void rqlite_text_decode(Output *output, const char *text, size_t size) {
  unsigned bits = 0;
  int held = 0;
  for (size_t i = 0; i < size; i++) {
    int digit = rqlite_text_base64_digit(text[i]);
    if (digit < 0) continue;
    bits = (bits << 6 | (unsigned)digit) & 0xffffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    char byte = (char)(bits >> held);
    output_bytes(output, &byte, 1);
  }
}

/* Leaves what a string says. The room is large enough, since neither escapes
** nor base64 become longer. */
static void rqlite_text_take_string(RqliteReply *reply, int at, bool is_blob,
                                    EngineValue *cell) {
  size_t size;
  const char *text = rqlite_json_text(reply->json, at, &size);
  Output *room = &reply->room;
  *cell = (EngineValue){
      .kind = is_blob ? ENGINE_BLOB : ENGINE_TEXT, .bytes = text, .size = size};
  if (!is_blob && !memchr(text, '\\', size)) return;
  size_t start = room->size;
  if (is_blob)
    rqlite_text_decode(room, text, size);
  else
    rqlite_json_append(reply->json, at, room);
  cell->bytes = room->data + start;
  cell->size = room->size - start;
}

/* A number with a fraction stays the text that it is. */
static void rqlite_text_take_cell(RqliteReply *reply, int at, bool is_blob,
                                  EngineValue *cell) {
  const RqliteJson *json = reply->json;
  *cell = (EngineValue){.kind = ENGINE_NULL};
  if (rqlite_json_kind(json, at) == RQLITE_STRING) {
    rqlite_text_take_string(reply, at, is_blob, cell);
  } else if (rqlite_json_integer(json, at, &cell->integer)) {
    cell->kind = ENGINE_INTEGER;
  } else if (rqlite_json_is(json, at, "true") ||
             rqlite_json_is(json, at, "false")) {
    cell->kind = ENGINE_INTEGER;
    cell->integer = rqlite_json_is(json, at, "true");
  } else if (!rqlite_json_is(json, at, "null")) {
    cell->kind = ENGINE_TEXT;
    cell->bytes = rqlite_json_text(json, at, &cell->size);
  }
}

/* Makes room for more cells. Returns false if there is none. */
static bool rqlite_text_widen(RqliteReply *reply) {
  size_t columns = reply->columns ? 2 * reply->columns : RQLITE_COLUMNS;
  if (reply->columns >= RQLITE_COLUMNS_MOST) return false;
  EngineValue *cells = realloc(reply->cells, columns * sizeof *cells);
  if (!cells) return false;
  reply->cells = cells;
  reply->columns = columns;
  return true;
}

/* Leaves a row in the reply's cells. Returns how many there are, 0 if it is
** none. */
static size_t rqlite_text_take_row(RqliteReply *reply, int row, int types) {
  const RqliteJson *json = reply->json;
  size_t size, count = 0;
  int type = rqlite_json_first(json, types);
  int at = rqlite_json_first(json, row);
  rqlite_json_text(json, row, &size);
  output_clear(&reply->room);
  if (!output_reserve(&reply->room, size)) return 0;
  for (; at >= 0; at = rqlite_json_next(json, at)) {
    if (count == reply->columns && !rqlite_text_widen(reply)) return 0;
    rqlite_text_take_cell(reply, at, rqlite_json_is(json, type, "blob"),
                          &reply->cells[count++]);
    type = rqlite_json_next(json, type);
  }
  return count;
}

/* The place moves on first, so that one that cannot be read costs itself alone.
** Cells that were not asked for are refused by who takes the row. */
RqliteResult rqlite_text_result(RqliteReply *reply, EngineRow *row,
                                void *context, size_t *rows, Output *error) {
  const RqliteJson *json = reply->json;
  int result = reply->next;
  reply->next = rqlite_json_next(json, result);
  *rows = 0;
  if (rqlite_json_kind(json, result) != RQLITE_OBJECT) return RQLITE_UNREAD;
  if (rqlite_text_error(reply, result, error)) return RQLITE_ERROR;
  int types = rqlite_json_member(json, result, "types");
  int at = rqlite_json_first(json, rqlite_json_member(json, result, "values"));
  for (; at >= 0; at = rqlite_json_next(json, at), ++*rows) {
    size_t count = rqlite_text_take_row(reply, at, types);
    if (count == 0) return RQLITE_UNREAD;
    if (row && !row(context, reply->cells, count)) return RQLITE_UNTAKEN;
  }
  return RQLITE_ROWS;
}

/*
** json_fuzz.c: JSON (text/parse.c, text/json.c).
**
** The bytes are one text. What is accepted must be JSON for SQLite too, and
** written and read again be the same. (Not the other way round: SQLite 3.40
** takes even a list for the name of a member.) Of a list the first two values,
** where they are objects, are told apart and put together again (RFC 7396).
*/
#include <sqlite3.h>

#include "../../ext/text/parse.h"
#include "fuzz.h"

/* SQLite's opinion. It looks at no encoding, and its texts end at a NUL. */
static bool json_fuzz_judge(Text text) {
  static sqlite3 *db;
  static sqlite3_stmt *question;
  if (!db) {
    sqlite3_open(":memory:", &db);
    sqlite3_prepare_v2(db, "SELECT json_valid(?1)", -1, &question, NULL);
  }
  sqlite3_bind_text(question, 1, text.data, (int)text.size, SQLITE_STATIC);
  sqlite3_step(question);
  bool valid = sqlite3_column_int(question, 0) == 1;
  sqlite3_reset(question);
  return valid;
}

/* Is there a null in the value? A merge patch cannot set one. */
static bool json_fuzz_has_null(const Json *value) {
  if (value->type == JSON_NULL) return true;
  JSON_EACH (item, value) {
    if (json_fuzz_has_null(item)) return true;
  }
  return false;
}

/* What tells two objects apart makes one the other, both ways. */
static void json_fuzz_merge(Arena *arena, const Json *from, const Json *to) {
  if (from->type != JSON_OBJECT || to->type != JSON_OBJECT ||
      json_fuzz_has_null(from) || json_fuzz_has_null(to))
    return;
  Json *patch = json_difference(arena, from, to);
  Json *target = json_copy(arena, from);
  fuzz_check("a difference is one", !patch || !json_equal(from, to),
             json_text(arena, from));
  if (patch) {
    const Json *back = json_difference(arena, to, from);
    Text reverse = json_text(arena, json_reverse(arena, from, patch));
    Text other = back ? json_text(arena, back) : TEXT("nothing");
    if (!text_equal(reverse, other))
      fuzz_wrong("its reverse is the other way round", reverse, other);
    target = json_merge(arena, target, patch);
  }
  if (!json_equal(target, to))
    fuzz_wrong("from and the difference are to", json_text(arena, target),
               json_text(arena, to));
}

static void json_fuzz_accepted(Arena *arena, Text text, const Json *tree) {
  JsonFault fault;
  fuzz_check("what is accepted is JSON", json_fuzz_judge(text), text);
  Text written = json_text(arena, tree);
  fuzz_check("what is written is UTF-8", utf8_valid(written), written);
  fuzz_check("what is written is JSON", json_fuzz_judge(written), written);
  const Json *again = json_parse(arena, written, &fault);
  fuzz_check("what is written is read", again != NULL, written);
  fuzz_check("and is equal", json_equal(tree, again), written);
  fuzz_equal("and is written the same", json_text(arena, again), written);
  fuzz_check("a copy is equal", json_equal(json_copy(arena, tree), tree),
             written);
  if (tree->type != JSON_ARRAY || tree->count < 2) return;
  json_fuzz_merge(arena, tree->first, tree->first->next);
  json_fuzz_merge(arena, tree->first->next, tree->first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  Arena arena;
  JsonFault fault = {0};
  Text text = {(const char *)data, size};
  arena_init(&arena);
  const Json *tree = json_parse(&arena, text, &fault);
  if (tree) {
    json_fuzz_accepted(&arena, text, tree);
  } else {
    fuzz_check("a fault has a reason, and a place in the text",
               fault.reason && fault.position <= size, text);
  }
  arena_close(&arena);
  return 0;
}

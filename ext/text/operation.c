/*
** operation.c: the frame around an operation, and its sticky error.
**
** HOW IT WORKS
**
** operation_run is the only function that calls setjmp, in Lua's form: the
** operation lives in the frame outside of it, and its own frame holds nothing
** that changes in between, because what a longjmp finds there is
** indeterminate (C11 section 7.13.2.1). The arena holds a pointer to the jump
** for as long as that frame is there and NULL before and after, so that an
** arena which outlives its call, as those of cursors do, cannot be used to
** jump into a frame that is gone.
*/
#include "operation.h"

#include <sqlite3ext.h>
#include <stdarg.h>

SQLITE_EXTENSION_INIT3

/* Bytes of a detail with its NUL. It goes into a reply and a row of the log,
** and may quote what a client sent, which has no end. */
#define OPERATION_DETAIL_SIZE 600

void operation_init(Operation *operation) {
  memset(operation, 0, sizeof *operation);
  arena_init(&operation->arena);
  error_clear(operation);
}

/* No variable of this frame is written between setjmp and longjmp; see the top
** for why that matters. */
bool operation_run(Operation *operation, OperationBody body, void *data) {
  jmp_buf escape;
  assert(!operation->arena.escape && "it runs once at a time");
  operation->arena.escape = &escape;
  if (setjmp(escape) != 0) {
    operation->arena.escape = NULL;
    return false;
  }
  body(operation, data);
  assert(operation->arena.escape == &escape);
  operation->arena.escape = NULL;
  return true;
}

/*
** The sticky error.
*/
/* Sets the error. It may be that memory runs out over it: then the operation is
** left through the arena's escape, and what fails is the lack of memory. */
static void operation_set_detail(Operation *operation, int kind,
                                 const char *format, va_list arguments) {
  char detail[OPERATION_DETAIL_SIZE];
  assert(kind != ERROR_NONE);
  sqlite3_vsnprintf(sizeof detail, detail, format, arguments);
  Text text = text_of(detail);
  /* A cut may have split a character of what the client sent: as if there
  ** were more behind, so that utf8_first goes back to where it begins. */
  if (text.size + 1 == sizeof detail) text = utf8_first(text, text.size - 3);
  operation->error = kind;
  operation->detail = arena_copy(&operation->arena, text);
}

void error_set(Operation *operation, int kind, const char *format, ...) {
  if (failed(operation)) return;
  va_list arguments;
  va_start(arguments, format);
  operation_set_detail(operation, kind, format, arguments);
  va_end(arguments);
}

void error_database(Operation *operation, int code, const char *message) {
  if (failed(operation)) return;
  assert(code != SQLITE_OK);
  error_set(operation, ERROR_DATABASE, "%s", message);
  operation->sqlite = code;
}

/* Not by error_set: its kind has a code, and its text arguments. */
void error_corrupt(Operation *operation, const char *format, ...) {
  if (failed(operation)) return;
  va_list arguments;
  va_start(arguments, format);
  operation_set_detail(operation, ERROR_DATABASE, format, arguments);
  va_end(arguments);
  /* The extended code, as full-text search has it for its own tables: after
  ** the plain one SQLite takes the whole file to be broken, and lets the
  ** caller's transaction write no more. */
  operation->sqlite = SQLITE_CORRUPT_VTAB;
}

void error_clear(Operation *operation) {
  operation->error = ERROR_NONE;
  operation->detail = TEXT("");
  operation->sqlite = 0;
}

SavedError error_save(Operation *operation) {
  SavedError saved = {operation->error, operation->detail, operation->sqlite};
  error_clear(operation);
  return saved;
}

/* An error that has come up since wins: it is about what was to be done in
** spite of the one that was put aside, and nobody has seen it yet. */
void error_restore(Operation *operation, SavedError saved) {
  if (failed(operation)) return;
  operation->error = saved.error;
  operation->detail = saved.detail;
  operation->sqlite = saved.sqlite;
}

/*
** foreign.c: a query that somebody else has written.
**
** HOW IT WORKS
**
** SQLite says of a statement whether it changes the database by itself, and
** means by that neither BEGIN and ATTACH, which have no columns, nor what
** functions do that the statement calls. So the first word is looked at as
** well, and the operation says that it only reads: functions of ours that would
** write are refused within it (transaction.c). What functions of others do is
** the affair of who has written the query, and could have run it by himself.
*/
#include "foreign.h"

#include <ctype.h>
#include <limits.h>

#include "../text/parse.h"

SQLITE_EXTENSION_INIT3

/* Does the text begin with the word, behind white space? Comments in front are
** not looked behind: a query that needs one can have it further on. */
static bool foreign_begins(Text text, const char *word) {
  while (text.size && isspace((unsigned char)*text.data))
    text = text_after(text, 1);
  size_t size = strlen(word);
  return text_begins(text, text_of(word)) &&
         (text.size == size || !text_is_letter(text.data[size]));
}

/* Is there nothing behind the statement but white space and semicolons? */
static bool foreign_ends(const char *rest, const char *end) {
  for (; rest < end; rest++)
    if (*rest != ';' && !isspace((unsigned char)*rest)) return false;
  return true;
}

/* Why the statement is none that may be read; NULL when it may. */
static const char *foreign_fault(const Foreign *foreign, Text text,
                                 const char *rest) {
  if (!foreign->statement) return "the query is empty";
  if (!foreign_ends(rest, text.data + text.size))
    return "the query is more than one statement";
  bool reads = foreign_begins(text, "SELECT") ||
               foreign_begins(text, "VALUES") || foreign_begins(text, "WITH");
  if (!reads || !sqlite3_stmt_readonly(foreign->statement) ||
      !sqlite3_column_count(foreign->statement))
    return "the query must be a SELECT, and only read";
  return NULL;
}

/* Opened for the host's own connection, and so by his rights: an authorizer of
** his is asked as for any statement. What was prepared and is refused is let go
** of at once, lest it keep a lock. */
void foreign_open(Operation *operation, Foreign *foreign, Text text) {
  sqlite3 *db = connection_db(operation->connection);
  const char *rest = text.data;
  foreign_close(foreign);
  if (failed(operation)) return;
  if (text.size > INT_MAX) text.size = INT_MAX;
  int code = text.size ? sqlite3_prepare_v2(db, text.data, (int)text.size,
                                            &foreign->statement, &rest)
                       : SQLITE_OK;
  const char *fault = code == SQLITE_OK ? foreign_fault(foreign, text, rest)
                                        : sqlite3_errmsg(db);
  if (fault)
    error_database(operation, code == SQLITE_OK ? SQLITE_ERROR : code, fault);
  if (fault) foreign_close(foreign);
}

size_t foreign_count(const Foreign *foreign) {
  return (size_t)sqlite3_column_count(foreign->statement);
}

/* SQLite has no memory for it when there is no name. */
Text foreign_name(Operation *operation, const Foreign *foreign, size_t column) {
  const char *name = sqlite3_column_name(foreign->statement, (int)column);
  if (!name) arena_escape(&operation->arena);
  return arena_copy(&operation->arena, text_of(name));
}

/* Behind the last row, and after an error, the statement is closed: another
** step would begin it anew. Whoever steps within an operation that only reads
** itself leaves that as it was. */
bool foreign_step(Operation *operation, Foreign *foreign) {
  if (failed(operation) || !foreign->statement) return false;
  bool before = operation->reads;
  operation->reads = true;
  int code = sqlite3_step(foreign->statement);
  operation->reads = before;
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE)
    error_database(operation, code,
                   sqlite3_errmsg(connection_db(operation->connection)));
  foreign_close(foreign);
  return false;
}

/* The type decides first, before it is made text: that may change it. A number
** that JSON does not have, as infinity, is told as the text that SQLite has for
** it. The empty blob has no address. */
Json *foreign_cell(Operation *operation, const Foreign *foreign,
                   size_t column) {
  sqlite3_stmt *statement = foreign->statement;
  Arena *arena = &operation->arena;
  int number = (int)column, type = sqlite3_column_type(statement, number);
  if (type == SQLITE_NULL) return NULL;
  Text text = {(const char *)sqlite3_column_text(statement, number), 0};
  text.size = (size_t)sqlite3_column_bytes(statement, number);
  if (!text.data && text.size) arena_escape(arena);
  if (!text.data) return json_string(arena, TEXT(""));
  text = arena_copy(arena, text);
  bool is_number = type == SQLITE_INTEGER || type == SQLITE_FLOAT;
  if (!is_number || !json_is_number(text)) return json_string(arena, text);
  Json *value = json_new(arena, JSON_NUMBER);
  value->text = text;
  return value;
}

/* Its last failure was told when it happened. */
void foreign_close(Foreign *foreign) {
  sqlite3_finalize(foreign->statement);
  foreign->statement = NULL;
}

/*
** rqlite_text.h: statements as rqlite takes them, and what it says.
**
** A request is an array of statements, each an array of its SQL and its values;
** a reply is {"results":[...]}, with a result a statement, which is rows or an
** error, or {"error":"..."} for all of them.
*/
#ifndef SHIM_RQLITE_TEXT_H
#define SHIM_RQLITE_TEXT_H

#include "engine.h"

/*
** Requests.
*/

/* Begins and ends a request; statements stand in between. */
void rqlite_text_begin(Output *request);
void rqlite_text_end(Output *request);

/* Appends a statement, with `tail` behind its SQL. */
void rqlite_text_statement(Output *request, const EngineStatement *statement,
                           const char *tail);

/* Is it UTF-8 (RFC 3629) without a NUL? */
bool rqlite_text_is_text(const void *bytes, size_t size);

/*
** Replies.
*/

typedef struct RqliteReply RqliteReply;

/* Reads a reply, of which the text must outlive it. Returns NULL if it is none:
** garbage, or a part of one. */
RqliteReply *rqlite_text_read(const char *text, size_t size);
void rqlite_text_free(RqliteReply *reply);

/* Appends the error of all, or returns false if there is none. */
bool rqlite_text_failed(const RqliteReply *reply, Output *error);

/* How many results there are. */
size_t rqlite_text_count(const RqliteReply *reply);

/* What a result is. */
typedef enum RqliteResult {
  RQLITE_ROWS,   /* rows, perhaps none */
  RQLITE_ERROR,  /* an error of SQL, which is appended to `error` */
  RQLITE_UNREAD, /* nothing that could be read */
  RQLITE_UNTAKEN /* a row was not taken */
} RqliteResult;

/* Hands over the rows of the next result, the first at first. *rows becomes
** their number; with NULL for row nobody wants them. */
RqliteResult rqlite_text_result(RqliteReply *reply, EngineRow *row,
                                void *context, size_t *rows, Output *error);

/* Does the node itself say, by an error of SQL, that it has no extension or no
** tables? */
bool rqlite_text_is_lack(const char *error);

/* Is the error of SQL one that may pass, of a node and not of the statement?
** Also what a node lacks is. */
bool rqlite_text_may_pass(const char *error);

#endif

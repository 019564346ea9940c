/*
** internal.h: the connection as the files of this room see it.
*/
#ifndef SCIM_DB_INTERNAL_H
#define SCIM_DB_INTERNAL_H

#include "connection.h"
#include "query.h"

#define CACHED_TEXTS 32 /* statements that were put together */

/* A prepared statement. It is one operation's while that has it open, and
** between calls nobody's. */
struct CachedStatement {
  sqlite3_stmt *statement; /* NULL: not prepared */
  const Operation *user;   /* who has it open, or NULL */
  CachedStatement *next;   /* opened before it by the same operation */
  unsigned long long used; /* when it was opened last, by connection->clock */
  bool twin; /* made because the cached one was busy: goes again */
};

struct Connection {
  sqlite3 *db;
  int holders;
  bool owned;               /* scim_stmt is connected and will finalize */
  Operation *innermost;     /* the running operation, or NULL */
  unsigned long long clock; /* counts openings */
  CachedStatement named[STATEMENT_COUNT];
  CachedStatement texts[CACHED_TEXTS];
  void *attachment;
  ConnectionDetach detach;
};

/* Resets the statement and gives it back; a twin is finalized. */
void query_give_back(CachedStatement *cached);

#endif

/*
** internal.h: the connection as the files of this room see it.
**
** Only connection.c, query.c, transaction.c, scope.c and other.c include it; to
** the rooms above a connection is a pointer. It includes none of their headers,
** so that it lies below them all.
*/
#ifndef SCIM_DB_INTERNAL_H
#define SCIM_DB_INTERNAL_H

#include <sqlite3ext.h>

#include "../text/operation.h"
#include "statements.h"

/* How many statements are kept that were put together (query_open_text): those
** of the filters, sorts and pages that are asked for again and again. */
#define CACHED_TEXTS 32

/* A prepared statement. It is one operation's while that has it open, and
** between calls nobody's. */
typedef struct CachedStatement CachedStatement;
struct CachedStatement {
  sqlite3_stmt *statement; /* NULL: not prepared */
  const Operation *user;   /* who has it open, or NULL */
  CachedStatement *next;   /* opened before it by the same operation */
  unsigned long long used; /* when it was opened last, by connection->clock */
  bool twin; /* made because the cached one was busy: goes again */
};

#define ATTACHMENTS 2 /* as many as there are places (connection.h) */

/* What a room above keeps, or NULL, and how it is let go. */
typedef struct Attachment {
  void *thing;
  void (*detach)(void *thing);
} Attachment;

struct Connection {
  sqlite3 *db;
  int holders;              /* the last one to let go frees it */
  bool owned;               /* scim_stmt is connected and will finalize */
  Operation *innermost;     /* the running operation, or NULL */
  int left;                 /* a Transaction that could not be undone */
  unsigned long long clock; /* counts openings */
  CachedStatement named[STATEMENT_COUNT]; /* by Statement */
  CachedStatement texts[CACHED_TEXTS];    /* by their text */
  Attachment attached[ATTACHMENTS];       /* of rooms above, by place */
};

#endif

/*
** rqlite_local.h: what must not be done by a node: drawing.
**
** Each node runs a statement by itself, and keeps its text in a log on disk. So
** what is drawn (ids, the time, secrets) is drawn here, once, and of a secret
** only its digest is sent. Every function may be called from any thread.
*/
#ifndef SHIM_RQLITE_LOCAL_H
#define SHIM_RQLITE_LOCAL_H

#include "engine.h"

typedef struct RqliteLocal RqliteLocal;

/* Opens a database in memory with the extension, without tables. Returns NULL,
** with the reason in complaint, if that fails. */
RqliteLocal *rqlite_local_open(const Options *options, Output *complaint);
void rqlite_local_close(RqliteLocal *local);

/* Runs a statement of the extension that needs no tables. As engine_read. */
int rqlite_local_ask(RqliteLocal *local, const EngineStatement *statement,
                     EngineAnswer *answer);

/* Is it such a statement, which nobody else must run? */
bool rqlite_local_is_for(const EngineStatement *statement);

/* A statement as nodes may have it, and what its answer lacks then. */
typedef struct RqlitePrepared {
  EngineStatement statement;
  Output told;    /* what the extension said, to which the others point */
  Output options; /* the new ones; empty: they were well */
  Output target;  /* a new target; empty: it was well */
  Output body;    /* a new body; empty: it was well */
  Output place;   /* the endpoint without which no body must be sent; empty: the
                  ** body may be in any case */
  Output secret;  /* stands in the answer where the digest is; empty: none */
  Output digest;
} RqlitePrepared;

/* Has it the body of a request, in which a secret may be? */
bool rqlite_local_has_body(const EngineStatement *statement);

/* Leaves the statement for the nodes in prepared, which is empty before and is
** freed by rqlite_local_free in any case. The secrets are the option write_only
** of scim_replicable, or empty. As engine_read. */
int rqlite_local_prepare(RqliteLocal *local, const EngineStatement *statement,
                         const Output *secrets, RqlitePrepared *prepared,
                         EngineAnswer *answer);

/* Takes the body out, since there is no such place. */
void rqlite_local_drop_body(RqlitePrepared *prepared);

/* Appends a text of the answer, with the secret in it. */
void rqlite_local_reveal(const RqlitePrepared *prepared, const char *text,
                         size_t size, Output *output);

void rqlite_local_free(RqlitePrepared *prepared);

#endif

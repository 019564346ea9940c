/*
** rqlite_sender.h: one request to write, with several statements, to one node.
**
** Each has a number of its own, by which one that comes late does nothing
** (rqlite_writer.c). Used by one thread.
*/
#ifndef SHIM_RQLITE_SENDER_H
#define SHIM_RQLITE_SENDER_H

#include "rqlite_nodes.h"
#include "rqlite_text.h"

typedef struct RqliteSender RqliteSender;

/* Returns NULL if there is no memory. The options, http and nodes must outlive
** it. */
RqliteSender *rqlite_sender_new(const Options *options, RqliteHttp *http,
                                RqliteNodes *nodes);
void rqlite_sender_free(RqliteSender *sender);

/* One sending. The first four are for the caller to say. */
typedef struct RqliteSending {
  int node;
  long long patient;          /* somebody waits for it until then, */
  bool (*look_on)(void *who); /* and is asked all the while: true to end it */
  void *who;
  RqliteEnd end; /* how it ended, never RQLITE_STOPPED, */
  long status;   /* with what status, if with a reply; */
  bool there;    /* late as it is, the node answers otherwise */
} RqliteSending;

/* Sends them. Returns what was replied with status 200, of which the first
** result is that of the number, or NULL. It is the sender's memory, and
** rqlite_text_free comes before the next sending. */
RqliteReply *rqlite_sender_send(RqliteSender *sender, RqliteSending *sending,
                                const EngineStatement *const *statements,
                                size_t count);

/* Does the statement run only if its number has just been written, so that it
** has a row if it has run at all? */
bool rqlite_sender_is_fenced(const EngineStatement *statement);

#endif

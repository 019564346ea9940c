/*
** readers.h: the connections that read, and what a request may cost them.
**
** There is a fixed set of them, opened before anybody is served. A thread
** borrows one for a request, works on it itself, and gives it back.
*/
#ifndef SHIM_READERS_H
#define SHIM_READERS_H

#include "database.h"
#include "share.h"

typedef struct Readers Readers;

/* Who waits for the answer. */
typedef struct ReadersClient {
  ShareClient who; /* to be asked now and then */
  uint64_t tenant; /* a key; 0: nobody knows */
} ReadersClient;

/* What readers_apply returns besides 0 and the status of a failure. */
enum {
  READERS_BUSY = -1, /* no reader became free in time, or too many wait */
  READERS_LATE = -2, /* the request took longer than a read may */
  READERS_GONE = -3, /* its client has hung up: nobody wants to know */
  READERS_FULL = -4  /* too much is being sent to others */
};

/* Opens all of them. Returns NULL, with the reason in complaint, if one cannot
** be opened. The options and the keeper, which may be NULL, must outlive
** them. */
Readers *readers_open(const Options *options, Keeper *keeper,
                      Output *complaint);

/* Nobody may have one borrowed. */
void readers_close(Readers *readers);

/* Runs a request that reads, and appends what scim_apply returned to answer.
** Returns 0, the HTTP status of a failure as writer_apply does, or one of the
** above. An answer that is large counts until readers_sent is called. */
int readers_apply(Readers *readers, const DatabaseRequest *request,
                  ReadersClient client, Output *answer);

/* Tells that the answer has been sent, whether it was large or not, and frees
** the memory of a large one. */
void readers_sent(Readers *readers, Output *answer);

/* A reader for the shim's own statements, without a budget; NULL if none became
** free in time. Give it back by readers_return. */
Database *readers_borrow(Readers *readers);
void readers_return(Readers *readers, Database *database);

#endif

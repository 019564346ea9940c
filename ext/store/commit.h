/*
** commit.h: the one way in which the database changes.
*/
#ifndef SCIM_COMMIT_H
#define SCIM_COMMIT_H

#include "../db/query.h"
#include "../text/json.h"
#include "chain.h"

/* A row for the view scim_commit; sql/commit/commit.sql says which actions
** there are and what they need. Empty texts and zeros are NULL. */
typedef struct Change {
  const char *action; /* "create", "update", "delete", … */
  Text tenant, type;
  long long resource;           /* the row of the resource */
  Text id;                      /* its id, and how it is */
  long long version;            /* from now on */
  Text time, doc;               /* … when it is not deleted */
  Text value_add, value_drop;   /* rows of scim_value, as keys.h has them */
  Text unique_add, unique_drop; /* and of scim_unique */
  Text member_add, member_drop; /* members of a group, as members.h has them */
  Text joins;                   /* member_add in another form */
  Text member_patch;            /* of members who stay */
  Text groups_left;             /* by a resource that is deleted */
  Text source;                  /* whose members: the IdP's, the platform's */
  Text maps;                    /* what maps do about it (map.h) */
  long long token;              /* who asked, */
  Text method, target;          /* for what, */
  long long status;             /* with what outcome: 0 is not logged */
  Text scim_type, detail;       /* of an error */
  Text request;                 /* its name, where the log keeps that */
  Text before, after;           /* merge patches (RFC 7396), for the log */
  Text form;                    /* what they touch (shape.h) */
  Text data;                    /* what the breaker has to say, as JSON */
  Text adopt_map, adopt_key;    /* the row that is a new resource's (map.h) */
  Text jobs;                    /* for the outbox, as outbox.h has them */
  long long inactive; /* how many more are: 1 where it becomes so, or -1 */
  long long renamed;  /* filled in here: 1, the name and the address are */
  Text name, email;   /* … these (naming.h) */
  bool existed; /* no column: the platform knew the person before, or may have
                   (a map links it to a row, or leaves that to a review), so no
                   job on "created" */
  bool links;   /* no column: a map that counts those in nested groups gives the
                   group a row, or finds it one */
  const Json *content,
      *former; /* doc as a tree, and the one before: for maps */
} Change;

/* A row for the view scim_commit_work: what is no change of a resource. Empty
** texts are NULL. */
typedef struct Work {
  const char *action; /* "token", "map", "rebuild", … */
  Text tenant, type, time;
  Text data;           /* what the action needs besides, as JSON */
  Text digest;         /* of what is left of a row of the log (forget.c) */
  const ChainRow *log; /* the row of the log that its trigger writes, or NULL */
} Work;

/* Executes the INSERT. What a trigger or constraint of the application refuses
** is the operation's error (refusal.h), and leaves nothing. */
void commit_change(Operation *operation, const Change *change);
void commit_work(Operation *operation, const Work *work);

/* The row that a new resource gets. Holds for an operation that may write. */
long long commit_next_resource(Operation *operation);

#endif

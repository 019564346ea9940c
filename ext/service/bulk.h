/*
** bulk.h: what the four files of POST /Bulk share: bulk.c (the protocol),
** bulk_references.c (bulkIds), bulk_order.c (what is done before what) and
** bulk_circle.c (groups within each other).
**
** An operation of the request is called a part here, because an Operation is
** what all of the request runs in.
*/
#ifndef SCIM_BULK_H
#define SCIM_BULK_H

#include "request.h"

/* Where a part stands. Those before DONE are still to be done. */
typedef enum BulkState {
  BULK_WAITING,
  BULK_OPEN,    /* being planned: what has to come before it is looked for */
  BULK_PLANNED, /* has its place in the plan */
  BULK_DONE,
  BULK_FAILED
} BulkState;

/* Numbers of parts. */
typedef struct BulkList {
  unsigned *items;
  unsigned count, room;
} BulkList;

typedef struct BulkPart {
  Text method, path, bulk_id, version; /* as sent; path: until resolved */
  Text query;                          /* of the path, with its '?' */
  Json *data;                          /* NULL for none */
  const char *fault;    /* what is wrong with its shape; NULL: nothing */
  Text id;              /* that a POST is going to give; empty for others */
  Text name;            /* as a request; no text where the whole has none */
  BulkList references;  /* the creates that it refers to, each once */
  Text refers_to_none;  /* a bulkId that no create has, or more than one */
  bool refers_to_self;  /* a group that is a member of itself */
  bool is_ambiguous;    /* an operation behind it has the same bulkId */
  unsigned noted;       /* the last part that noted it, counted from 1 */
  BulkList within;      /* creates that would be its members, each once, */
  bool is_within_noted; /* if anybody has asked for them */
  unsigned first_mark;  /* its marks within Bulk.marks, */
  unsigned mark_count;  /* and how many there are */
  BulkState state;
  Text result; /* what the reply says of it, as JSON; empty: not done */
} BulkPart;

typedef struct BulkMark BulkMark;
typedef struct BulkFrame BulkFrame;

typedef struct Bulk {
  Request *request;
  BulkPart *parts; /* in the order of the request */
  unsigned count;
  BulkPart **creates; /* those with a bulkId, sorted by it */
  unsigned create_count;
  long long most_errors, errors; /* 0: any number */
  long long before; /* rows that the connection had changed when it began */

  /* The plan: parts in the order in which they are to be done. */
  BulkPart **plan;
  unsigned planned;
  bool circle;    /* some of them refer to each other */
  bool promised;  /* the one that is being done was tried, and has to be done */
  Buffer pending; /* the ids that it will give, as JSON */

  /* What bulk_circle.c needs. */
  BulkPart **by_id; /* the creates, sorted by the ids that they will give */
  struct CircleNode *nodes; /* by the number of the part; made once for all */

  /* What bulk_order.c needs for it; made when first needed. */
  BulkMark *marks;   /* part by part */
  BulkMark **sorted; /* the same by what they say, then by part */
  unsigned mark_count, mark_room;
  unsigned visits; /* counts searches for what is earlier */
  unsigned steps;  /* that plans have cost */
  Text *deleted;   /* ids that the request deletes, sorted */
  unsigned deleted_count;
  BulkFrame *stack;
} Bulk;

/* Appends a number. The list doubles when it is full, so that a long one
** costs no more than twice what it holds. */
void bulk_list_add(Arena *arena, BulkList *list, unsigned number);

static inline bool bulk_is_pending(const BulkPart *part) {
  return part->state < BULK_DONE;
}

static inline bool bulk_method_is(const BulkPart *part, const char *method) {
  return text_equal(part->method, text_of(method));
}

/* ---- bulk_references.c ---- */

/* Sorts the creates, so that they are found by their bulkId. One that has the
** bulkId of a create before it is at fault, and no create. */
void bulk_sort_creates(Bulk *bulk);

/* Finds out what the part refers to (RFC 7644 section 3.7.2). */
void bulk_note_references(Bulk *bulk, BulkPart *part);

/* Puts the ids in place of the bulkIds, in the path and in the data. Once is
** enough, twice does no harm. */
void bulk_resolve_references(Bulk *bulk, BulkPart *part);

/* The text with ids in place of what it refers to; `path` says that it is the
** path of a PATCH, where references stand between quotes. */
Text bulk_resolve_text(Bulk *bulk, Text text, bool path);

/* What the last segment of the part's path says, which may be a reference, and
** what stands in front of it. */
Text bulk_last_segment(Bulk *bulk, const BulkPart *part, Text *before);

/* BULK_FAILED when one of the creates that the part refers to has failed or is
** not there at all, BULK_WAITING when one is still to be done, else
** BULK_DONE. */
BulkState bulk_references_state(const Bulk *bulk, const BulkPart *part);

/* The bulkId to which the part refers in vain: of such a create. */
Text bulk_references_failed(const Bulk *bulk, const BulkPart *part);

/* ---- bulk_order.c ---- */

/* Plans the part, which stands first among those that wait, and all that has
** to be done before it: they are PLANNED then, in bulk->plan. False when that
** cannot be without changing the outcome of others: nothing is planned then. */
bool bulk_plan(Bulk *bulk, BulkPart *part);

/* The type of what is at the path of the part; NULL when there is no such
** endpoint. */
const ResourceType *bulk_type(Bulk *bulk, const BulkPart *part);

/* ---- bulk_circle.c ---- */

/* The last of some creates in the plan that would be groups within each other,
** and the way from it to itself; NULL when there are none. */
BulkPart *bulk_circle_find(Bulk *bulk, Text *way);

#endif

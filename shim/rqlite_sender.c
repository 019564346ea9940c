/*
** rqlite_sender.c: see rqlite_sender.h.
**
** The number comes first, into a row of scim_meta that is the sender's own, if
** it is higher than what is there; the others run where that has just been
** done. While a node is at them, as a transaction of its own the number can be
** read there: so it is known whether it is worth waiting.
*/
#define _POSIX_C_SOURCE 200809L
#include "rqlite_sender.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "moment.h"

/* How long a node has for a request before another one is asked, and how long
** more for each mebibyte. */
#define RQLITE_TRY (2 * MOMENT_SECOND)
#define RQLITE_TRY_MEBIBYTE (8 * MOMENT_SECOND)

/* How long it is waited for while a node is at it: nobody's client does so for
** longer than a minute, while who has given a command may end it by hand. */
#define RQLITE_WORK_SERVED (60 * MOMENT_SECOND)
#define RQLITE_WORK (3600 * MOMENT_SECOND)

struct RqliteSender {
  RqliteHttp *http;
  RqliteNodes *nodes;
  long long work;        /* how long a node may be at it */
  char name[32];         /* of the row in scim_meta */
  long long number;      /* of the last one: microseconds since 1970, or so */
  Output request, reply; /* room for them */
};

/* A request that is under way. */
typedef struct RqliteWay {
  RqliteSender *sender;
  RqliteSending *sending;
  bool leads;    /* by what is known, the node does */
  long long due; /* when it has been waited for long enough, */
  long long end; /* and when even if the node is at it */
} RqliteWay;

/* The name is nobody else's: 64 random bits. */
RqliteSender *rqlite_sender_new(const Options *options, RqliteHttp *http,
                                RqliteNodes *nodes) {
  unsigned long long chance;
  RqliteSender *sender = calloc(1, sizeof *sender);
  if (!sender) return NULL;
  sqlite3_randomness(sizeof chance, &chance);
  snprintf(sender->name, sizeof sender->name, "writer %016llx", chance);
  sender->http = http;
  sender->nodes = nodes;
  sender->work =
      options->command == COMMAND_SERVE ? RQLITE_WORK_SERVED : RQLITE_WORK;
  return sender;
}

void rqlite_sender_free(RqliteSender *sender) {
  output_free(&sender->request);
  output_free(&sender->reply);
  free(sender);
}

/*
** The request.
*/

/* Numbers grow, whatever the clock does; other writers have their own. */
static long long rqlite_sender_next_number(RqliteSender *sender) {
  struct timespec now = {0};
  clock_gettime(CLOCK_REALTIME, &now);
  long long number = now.tv_sec * 1000000LL + now.tv_nsec / 1000;
  if (number <= sender->number) number = sender->number + 1;
  return sender->number = number;
}

/* The first statement of each request: the number of this sending, which only
** grows, so that one which comes late is known by it. */
static void rqlite_sender_render_fence(RqliteSender *sender) {
  static const char sql[] =
      "INSERT INTO scim_meta (name, value) VALUES (?1, ?2)"
      " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
      " WHERE excluded.value > value";
  EngineStatement fence = {
      .sql = sql,
      .count = 2,
      .values = {engine_text(sender->name),
                 engine_integer(rqlite_sender_next_number(sender))}};
  rqlite_text_statement(&sender->request, &fence, "");
}

/* Can a condition be put behind it? Not where it ends in one of its own, or in
** what comes behind one: FROM stands before it, outside of all parentheses (in
** quotes ours have none). Making the tables cannot wait for a row in one of
** them. */
bool rqlite_sender_is_fenced(const EngineStatement *statement) {
  int depth = 0;
  for (const char *at = statement->sql; *at; at++) {
    depth += (*at == '(') - (*at == ')');
    if (depth == 0 && strncmp(at, " FROM ", 6) == 0) return false;
  }
  return strncmp(statement->sql, "SELECT ", 7) == 0 &&
         !strstr(statement->sql, "scim_init(");
}

/* The fence, and statements that do nothing unless it stands at this number. */
static void rqlite_sender_render(RqliteSender *sender,
                                 const EngineStatement *const *statements,
                                 size_t count) {
  char condition[128];
  output_clear(&sender->request);
  rqlite_text_begin(&sender->request);
  rqlite_sender_render_fence(sender);
  snprintf(condition, sizeof condition,
           " WHERE (SELECT value FROM scim_meta WHERE name = '%s') = %lld",
           sender->name, sender->number);
  for (size_t i = 0; i < count; i++)
    rqlite_text_statement(&sender->request, statements[i],
                          rqlite_sender_is_fenced(statements[i]) ? condition
                                                                 : "");
  rqlite_text_end(&sender->request);
}

/*
** Waiting.
*/

/* Is the node at the request? It is if it has the number, since that is written
** first, and it has not answered. *there says whether it answers at all. */
static bool rqlite_sender_is_at(const RqliteSender *sender, int node,
                                bool *there) {
  static const char sql[] = "SELECT value FROM scim_meta WHERE name = ?1";
  long long number = 0;
  EngineStatement ask = {
      .sql = sql, .count = 1, .values = {engine_text(sender->name)}};
  *there = rqlite_nodes_asks(sender->nodes, node, &ask, &number);
  return *there && number == sender->number;
}

/* Is asked all the while: is it time to hang up? A node that only passes the
** request on may have written the number too, and wait in vain for one that
** does not answer any more: so the leader alone is waited for. */
static bool rqlite_sender_is_late(void *argument) {
  RqliteWay *way = argument;
  RqliteSending *sending = way->sending;
  long long now = moment_now();
  if (sending->look_on(sending->who)) return true;
  if (now < way->due) return false;
  bool works =
      rqlite_sender_is_at(way->sender, sending->node, &sending->there) &&
      way->leads;
  way->due = now + RQLITE_TRY;
  return !works || now >= way->end;
}

/* Until when a node may take: for as long as somebody waits, but not so long
** that there would be no time for another one. */
static long long rqlite_sender_deadline(const RqliteSender *sender,
                                        long long patient) {
  long long now = moment_now(), last = now + MOMENT_SECOND;
  long long limit =
      now + RQLITE_TRY +
      RQLITE_TRY_MEBIBYTE * (long long)(sender->request.size >> 10) / 1024;
  if (patient > last) last = patient;
  return last < limit ? last : limit;
}

/* Sends what was rendered. To be told to hang up is to be late. */
static void rqlite_sender_call(RqliteSender *sender, RqliteSending *sending) {
  RqliteWay way = {.sender = sender, .sending = sending};
  way.leads = rqlite_nodes_is_leader(sender->nodes, sending->node);
  way.due = rqlite_sender_deadline(sender, sending->patient);
  way.end = way.due + sender->work;
  RqliteCall call = {.node = rqlite_nodes_url(sender->nodes, sending->node),
                     .path = "/db/request",
                     .body = sender->request.data,
                     .size = sender->request.size,
                     .first = way.end,
                     .whole = way.end + MOMENT_SECOND,
                     .stop = rqlite_sender_is_late,
                     .who = &way};
  sending->end = RQLITE_UNSENT;
  sending->status = 0;
  sending->there = false;
  if (!sender->request.failed)
    sending->end =
        rqlite_http_call(sender->http, &call, &sending->status, &sender->reply);
  if (sending->end == RQLITE_STOPPED) sending->end = RQLITE_LATE;
}

RqliteReply *rqlite_sender_send(RqliteSender *sender, RqliteSending *sending,
                                const EngineStatement *const *statements,
                                size_t count) {
  rqlite_sender_render(sender, statements, count);
  rqlite_sender_call(sender, sending);
  if (sending->end != RQLITE_REPLIED || sending->status != 200) return NULL;
  return rqlite_text_read(sender->reply.data, sender->reply.size);
}

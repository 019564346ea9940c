/*
** known.c: a table of callers, kept with the connection.
**
** HOW IT WORKS
**
** An IdP asks thousands of times with the same header. To parse the options, to
** digest the token and to read its row and the tenant's is a quarter of the
** work of a read, and says the same each time, until somebody changes a token,
** a tenant or a setting. SQLite knows whether anything has changed
** (transaction_version): as long as it says no, what was found out once is true
** still. That is exact, whoever writes, in this process or another. A request
** after any commit asks anew.
**
** What changes without a commit is the time: a token that was remembered may
** have expired, and is asked about it (caller_identify). One that was found by
** the secret before is not remembered, since that has an end of its own.
**
** Only within a transaction that reads is there a version, so a connection that
** writes remembers nothing. Nor does a call within another one: what the outer
** one has recalled must not be replaced under its hands.
**
** A caller has one place in the table, by his options; a later one drives him
** out. The options are compared in constant time, for there is a secret in
** them.
*/
#include "known.h"

#include "../db/transaction.h"
#include "../store/secret.h"
#include "../text/instant.h"
#include "../text/parse.h"

SQLITE_EXTENSION_INIT3

#define KNOWN_PLACES 32

/* A caller, with all texts in an arena of his own. */
typedef struct KnownEntry {
  bool filled;      /* to the end: memory may have run out before */
  unsigned version; /* of the database, when he was let in */
  Text options;
  Caller caller;
  Arena arena;
} KnownEntry;

typedef struct Known {
  KnownEntry entries[KNOWN_PLACES];
} Known;

static void known_free(void *pointer) {
  Known *known = pointer;
  for (int i = 0; i < KNOWN_PLACES; i++) arena_close(&known->entries[i].arena);
  sqlite3_free(known);
}

/* FNV-1a over steps of eight bytes. Whoever makes options that meet in one
** place slows down himself and one other. */
static size_t known_hash(Text text) {
  unsigned long long hash = 14695981039346656037ULL, step;
  for (; text.size >= sizeof step; text = text_after(text, sizeof step)) {
    memcpy(&step, text.data, sizeof step);
    hash = (hash ^ step) * 1099511628211ULL;
  }
  step = 0;
  if (text.size) memcpy(&step, text.data, text.size);
  return (size_t)(((hash ^ step) * 1099511628211ULL) >> 32);
}

static KnownEntry *known_entry(Known *known, Text options) {
  return &known->entries[known_hash(options) % KNOWN_PLACES];
}

/*
** Recalling.
*/
/* The entry stays where it is until the operation ends, since none within it
** may note another one. */
bool known_recall(Operation *operation, Text options, Caller *caller) {
  unsigned version;
  Known *known =
      connection_attachment(operation->connection, CONNECTION_CALLERS);
  if (!known || operation->outer || !transaction_version(operation, &version))
    return false;
  const KnownEntry *entry = known_entry(known, options);
  if (!entry->filled || entry->version != version ||
      !secret_equal(entry->options, options))
    return false;
  *caller = entry->caller;
  caller->now = instant_now(&operation->arena);
  caller->known = true;
  return true;
}

/*
** Noting.
*/

/* The table, made when it is needed first. Without memory for it, the operation
** can do without; NULL then. */
static Known *known_of(Operation *operation) {
  Connection *connection = operation->connection;
  Known *known = connection_attachment(connection, CONNECTION_CALLERS);
  if (known) return known;
  known = sqlite3_malloc64(sizeof *known);
  if (!known) return NULL;
  memset(known, 0, sizeof *known);
  for (int i = 0; i < KNOWN_PLACES; i++) arena_init(&known->entries[i].arena);
  connection_attach(connection, CONNECTION_CALLERS, known, known_free);
  return known;
}

/* Moves a text to the arena. */
static void known_move(Arena *arena, Text *text) {
  *text = arena_copy(arena, *text);
}

static void known_move_token(Arena *arena, Token *token) {
  Text *texts[] = {
      &token->tenant,         &token->label,   &token->idp,
      &token->resource,       &token->digest,  &token->previous_digest,
      &token->previous_until, &token->expires, &token->client_expires};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    known_move(arena, texts[i]);
}

/* The settings are parsed again: a copy of the tree would share its texts. */
static void known_move_tenant(Arena *arena, Tenant *tenant) {
  JsonFault fault;
  known_move(arena, &tenant->name);
  known_move(arena, &tenant->base_url);
  if (!tenant->settings) return;
  tenant->settings =
      json_parse(arena, json_text(arena, tenant->settings), &fault);
  assert(tenant->settings); /* it was parsed before */
}

static void known_move_caller(Arena *arena, Caller *caller) {
  Text *texts[] = {&caller->authorization, &caller->tenant_path, &caller->base,
                   &caller->source, &caller->sees};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    known_move(arena, texts[i]);
  known_move_token(arena, &caller->token);
  known_move_tenant(arena, &caller->tenant);
  caller->now = NO_TEXT;
}

/* May he be remembered, and for which version of the database? */
static bool known_takes(const Operation *operation, const Caller *caller,
                        unsigned *version) {
  return !failed(operation) && !operation->outer && !caller->known &&
         caller->has_authorization && !caller->token.replaced &&
         transaction_version_of(operation, "scim_meta", version);
}

/* The entry's arena has the operation's way out while it is filled; an entry
** that was left half filled is not used. */
void known_note(Operation *operation, Text options, const Caller *caller) {
  unsigned version;
  if (!known_takes(operation, caller, &version)) return;
  Known *known = known_of(operation);
  if (!known) return;
  KnownEntry *entry = known_entry(known, options);
  entry->filled = false;
  arena_close(&entry->arena);
  entry->arena.escape = operation->arena.escape;
  entry->options = arena_copy(&entry->arena, options);
  entry->caller = *caller;
  known_move_caller(&entry->arena, &entry->caller);
  entry->version = version;
  entry->filled = true;
  entry->arena.escape = NULL;
}

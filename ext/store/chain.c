/*
** chain.c: the hash of a row of scim_log.
**
** HOW IT WORKS
**
**   digest = SHA-256(target, detail, before, after, member_add, member_drop,
**                    groups_left, id where nothing was changed,
**                    member_patch where there is one)
**   hash   = SHA-256(hash of the tenant's row before, other columns, digest)
**
** Whoever changes, removes, inserts or moves a row leaves one whose hash is not
** that of what it holds and of what came before; the last one is held by
** scim_chain. The values have a digest of their own, so that they can be
** forgotten (forget.c) while the hash of their row stays what it was.
**
** Each tenant has a chain of its own. A tenant that is removed takes whole
** chains along, and pruning the beginning of each; in one chain of all, the
** first would leave holes, each of which needs a row that says it is none, as
** whoever makes a hole could write as well.
**
** What is hashed says where each column ends: a byte for its kind and eight for
** its length, or its value if it is a number, in front of the bytes; of a NULL
** the first alone. Otherwise ("ab", "c") and ("a", "bc") were the same. A
** member_patch that is NULL is not hashed: so the rows of versions which had
** none keep their digest.
*/
#include "chain.h"

#include <assert.h>
#include <sodium.h>

/* Kinds of columns, as they are hashed. */
enum { CHAIN_NULL, CHAIN_TEXT, CHAIN_NUMBER };

static void chain_add_head(crypto_hash_sha256_state *state, int kind,
                           unsigned long long number) {
  unsigned char head[9] = {(unsigned char)kind};
  for (int i = 8; i > 0; i--, number >>= 8) head[i] = (unsigned char)number;
  crypto_hash_sha256_update(state, head, kind == CHAIN_NULL ? 1 : sizeof head);
}

static void chain_add_text(crypto_hash_sha256_state *state, Text text) {
  chain_add_head(state, text.data ? CHAIN_TEXT : CHAIN_NULL, text.size);
  if (text.size)
    crypto_hash_sha256_update(state, (const unsigned char *)text.data,
                              text.size);
}

static void chain_add_number(crypto_hash_sha256_state *state,
                             long long number) {
  chain_add_head(state, number ? CHAIN_NUMBER : CHAIN_NULL,
                 (unsigned long long)number);
}

/* Of a request that changed nothing the id is what its URL says, which may be
** any text, a name too: so it is one of the values. */
static Text chain_id(const ChainRow *row) {
  return row->action.data ? row->id : NO_TEXT;
}

static Text chain_asked_id(const ChainRow *row) {
  return row->action.data ? NO_TEXT : row->id;
}

void chain_digest(const ChainRow *row, unsigned char digest[CHAIN_BYTES]) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  const Text values[] = {row->target,      row->detail,        row->before,
                         row->after,       row->member_add,    row->member_drop,
                         row->groups_left, chain_asked_id(row)};
  for (size_t i = 0; i < sizeof values / sizeof *values; i++)
    chain_add_text(&state, values[i]);
  if (row->member_patch.data) chain_add_text(&state, row->member_patch);
  crypto_hash_sha256_final(&state, digest);
}

/* The order is a part of the format: another one would be another hash. Values
** come in by their digest, so that they may be forgotten and the chain still be
** followed. */
void chain_hash(const ChainRow *row, Text previous, Text digest,
                unsigned char hash[CHAIN_BYTES]) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  const Text texts[] = {previous,      row->time,      row->tenant, row->method,
                        row->source,   row->scim_type, row->action, row->type,
                        chain_id(row), digest};
  const long long numbers[] = {row->seq, row->token, row->status, row->version};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    chain_add_text(&state, texts[i]);
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    chain_add_number(&state, numbers[i]);
  crypto_hash_sha256_final(&state, hash);
}

/* The end of a tenant's chain: the number and the hash of its last row. */
typedef struct ChainEnd {
  long long seq;
  Text hash;
} ChainEnd;

/* The row of an outer operation is written when its statement is done, and has
** its place before those of the inner ones, which found what it had made: they
** go on from its seal. */
static void chain_follow(const Operation *operation, ChainSeal *seal,
                         ChainEnd *end) {
  for (const Operation *o = operation->outer; o; o = o->outer) {
    const ChainSeal *outer = o->seal;
    if (!outer) continue;
    if (outer->seq >= seal->seq) seal->seq = outer->seq + 1;
    if (outer->seq > end->seq && text_equal(outer->tenant, seal->tenant))
      *end = (ChainEnd){outer->seq, chain_bytes(outer->hash)};
  }
}

/* The end of the chain and the shape are read by one statement, since each
** write pays for it. A tenant without a row in scim_chain begins one. */
const ChainSeal *chain_seal(Operation *operation, const ChainRow *row,
                            Text form) {
  ChainSeal *seal = arena_alloc(&operation->arena, sizeof *seal);
  seal->tenant = row->tenant;
  ChainEnd end = {0, NO_TEXT};
  Query query = query_open(operation, STATEMENT_CHAIN_END);
  query_bind_text(&query, CHAIN_END_TENANT, row->tenant);
  query_bind_text(&query, CHAIN_END_FORM, form);
  if (query_step(&query)) {
    seal->seq = query_integer(&query, CHAIN_END_ROW_SEQ);
    seal->shape = query_integer(&query, CHAIN_END_ROW_SHAPE);
    end.seq = query_integer(&query, CHAIN_END_ROW_LAST);
    end.hash = query_blob(&query, CHAIN_END_ROW_HASH);
  }
  query_close(&query);
  chain_follow(operation, seal, &end);
  ChainRow own = *row;
  own.seq = seal->seq;
  chain_digest(&own, seal->digest);
  chain_hash(&own, end.hash, chain_bytes(seal->digest), seal->hash);
  return seal;
}

/*
** Reading.
*/

/* The texts of a row, by their columns. */
static const struct {
  int column;
  size_t offset;
} chain_texts[] = {
    {CHAIN_ROW_TIME, offsetof(ChainRow, time)},
    {CHAIN_ROW_TENANT, offsetof(ChainRow, tenant)},
    {CHAIN_ROW_METHOD, offsetof(ChainRow, method)},
    {CHAIN_ROW_TARGET, offsetof(ChainRow, target)},
    {CHAIN_ROW_SCIM_TYPE, offsetof(ChainRow, scim_type)},
    {CHAIN_ROW_DETAIL, offsetof(ChainRow, detail)},
    {CHAIN_ROW_ACTION, offsetof(ChainRow, action)},
    {CHAIN_ROW_TYPE, offsetof(ChainRow, type)},
    {CHAIN_ROW_ID, offsetof(ChainRow, id)},
    {CHAIN_ROW_BEFORE, offsetof(ChainRow, before)},
    {CHAIN_ROW_AFTER, offsetof(ChainRow, after)},
    {CHAIN_ROW_MEMBER_ADD, offsetof(ChainRow, member_add)},
    {CHAIN_ROW_MEMBER_DROP, offsetof(ChainRow, member_drop)},
    {CHAIN_ROW_MEMBER_PATCH, offsetof(ChainRow, member_patch)},
    {CHAIN_ROW_GROUPS_LEFT, offsetof(ChainRow, groups_left)},
    {CHAIN_ROW_SOURCE, offsetof(ChainRow, source)},
};

/* As bytes: what is no UTF-8 any more is for the check to tell, not an error of
** the statement that reads it. */
ChainRow chain_read(Query *query) {
  ChainRow row = {.seq = query_integer(query, CHAIN_ROW_SEQ)};
  for (size_t i = 0; i < sizeof chain_texts / sizeof *chain_texts; i++) {
    Text *text = (Text *)(void *)((char *)&row + chain_texts[i].offset);
    *text = query_blob(query, chain_texts[i].column);
  }
  row.token = query_integer(query, CHAIN_ROW_TOKEN);
  row.status = query_integer(query, CHAIN_ROW_STATUS);
  row.version = query_integer(query, CHAIN_ROW_VERSION);
  row.digest = query_blob(query, CHAIN_ROW_DIGEST);
  row.hash = query_blob(query, CHAIN_ROW_HASH);
  row.forgotten = query_blob(query, CHAIN_ROW_FORGOTTEN);
  return row;
}

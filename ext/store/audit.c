/*
** audit.c: looks for what is wrong in the database.
**
** HOW IT WORKS
**
** Part by part, each of which reads its tables once, in their order. What SQL
** can find is a statement of sql/query/check.sql, whose rows are the findings.
** Four parts are C: the chain of the log, because SQL has no SHA-256, its
** shapes, by what writes them (shapes.c), the documents against the log, which
** is replayed for one resource at a time, and the keys of documents, which SQL
** cannot fold (both audit_state.c).
**
** Memory is given back row by row, unless the row was found wrong; and of what
** is wrong no more than AUDIT_MOST are told in a part. So a check needs room
** for the largest resource and for a chain a tenant, however large the database
** is.
**
** A part that cannot be read to its end, as where a page or the JSON in it is
** destroyed, is a finding of its own: the others are looked at all the same.
*/
#include "audit.h"

#include <assert.h>
#include <sqlite3ext.h>
#include <stdlib.h>

#include "chain.h"
#include "shapes.h"

SQLITE_EXTENSION_INIT3

/*
** What SQL finds.
*/

/* A part that is a statement: each row of it is a finding (query/check.sql). */
static void audit_statement(Audit *audit, Statement statement) {
  Query query = query_open(audit->operation, statement);
  while (!audit_is_full(audit) && query_step(&query)) {
    Finding finding = {.kind = query_text(&query, FINDING_ROW_KIND),
                       .tenant = query_text(&query, FINDING_ROW_TENANT),
                       .type = query_text(&query, FINDING_ROW_TYPE),
                       .id = query_text(&query, FINDING_ROW_ID),
                       .seq = query_integer(&query, FINDING_ROW_SEQ),
                       .detail = query_text(&query, FINDING_ROW_DETAIL)};
    audit_add(audit, finding);
  }
  query_close(&query);
}

/*
** The chain.
*/

/* The chain of a tenant, as far as it was followed. */
typedef struct AuditChain {
  Text tenant;
  bool removing; /* no row is missed */
  long long seq; /* of the row that was looked at last, 0 for none */
  unsigned char hash[CHAIN_BYTES];
  bool begun;           /* there is a hash */
  long long pruned_seq; /* where it begins */
  long long end_seq;    /* what scim_chain says of the end */
  Text end_hash;
} AuditChain;

typedef struct AuditChains {
  AuditChain *items;
  size_t count, capacity;
  AuditChain *latest; /* rows of a tenant mostly come one after the other */
} AuditChains;

/* For qsort and bsearch: by bytes, which SQLite goes by in UTF-8 only. */
static int audit_compare_chains(const void *left, const void *right) {
  const AuditChain *a = left, *b = right;
  return text_compare(a->tenant, b->tenant);
}

/* All chains, in the order of their tenants. */
static void audit_read_chains(Audit *audit, AuditChains *chains) {
  Query query = query_open(audit->operation, STATEMENT_CHAINS);
  while (query_step(&query)) {
    chains->items =
        arena_more(&audit->operation->arena, chains->items, chains->count,
                   &chains->capacity, sizeof *chains->items);
    Text pruned = query_blob(&query, CHAINS_ROW_PRUNED_HASH);
    AuditChain chain = {
        .tenant = query_blob(&query, CHAINS_ROW_TENANT),
        .removing = query_integer(&query, CHAINS_ROW_REMOVING) != 0,
        .begun = pruned.size == CHAIN_BYTES,
        .pruned_seq = query_integer(&query, CHAINS_ROW_PRUNED_SEQ),
        .end_seq = query_integer(&query, CHAINS_ROW_SEQ),
        .end_hash = query_blob(&query, CHAINS_ROW_HASH)};
    if (chain.begun) memcpy(chain.hash, pruned.data, CHAIN_BYTES);
    if (chain.begun != (chain.pruned_seq != 0) || chain.begun == !pruned.size)
      audit_add(audit, (Finding){.kind = TEXT("chain"),
                                 .tenant = chain.tenant,
                                 .detail = TEXT("scim_chain does not say where "
                                                "the log begins")});
    chains->items[chains->count++] = chain;
  }
  query_close(&query);
  if (chains->count)
    qsort(chains->items, chains->count, sizeof *chains->items,
          audit_compare_chains);
}

/* The chain of a tenant, NULL for a tenant that has none. */
static AuditChain *audit_find_chain(AuditChains *chains, Text tenant) {
  AuditChain wanted = {.tenant = tenant};
  if (!chains->latest || !text_equal(chains->latest->tenant, tenant))
    chains->latest = chains->count
                         ? bsearch(&wanted, chains->items, chains->count,
                                   sizeof *chains->items, audit_compare_chains)
                         : NULL;
  return chains->latest;
}

/* A finding about a row of the log. */
static void audit_chain_finding(Audit *audit, const ChainRow *row,
                                const char *detail) {
  audit_add(audit, (Finding){.kind = TEXT("chain"),
                             .tenant = row->tenant,
                             .type = row->type,
                             .id = row->id,
                             .seq = row->seq,
                             .detail = text_of(detail)});
}

/* A row whose hash is its own. After one whose hash is wrong the chain goes on
** from what is stored, so that one change is one finding, or two where the hash
** itself was changed. */
static void audit_link(Audit *audit, AuditChain *chain, const ChainRow *row) {
  unsigned char digest[CHAIN_BYTES], hash[CHAIN_BYTES];
  Text previous = chain->begun ? chain_bytes(chain->hash) : NO_TEXT;
  Text values = row->forgotten.data ? row->forgotten : row->digest;
  chain_digest(row, digest);
  chain_hash(row, previous, row->digest, hash);
  if (!text_equal(chain_bytes(digest), values))
    audit_chain_finding(audit, row, "the values are not those of the digest");
  if (row->seq <= chain->pruned_seq)
    audit_chain_finding(audit, row, "the row is older than what was pruned");
  else if (!chain->removing && !text_equal(chain_bytes(hash), row->hash))
    audit_chain_finding(audit, row,
                        "the hash does not follow from the row and the one "
                        "before: one was changed, or is gone");
  chain->seq = row->seq;
  chain->begun = row->hash.size == CHAIN_BYTES;
  if (chain->begun) memcpy(chain->hash, row->hash.data, CHAIN_BYTES);
}

/* A row without a hash is one of a version that made none, up to the last of
** those; after it, somebody else's. */
static void audit_row(Audit *audit, AuditChains *chains, const ChainRow *row,
                      long long unchained) {
  AuditChain *chain = audit_find_chain(chains, row->tenant);
  if (!row->hash.data && row->seq > 0 && row->seq <= unchained) return;
  if (!row->hash.data)
    audit_chain_finding(audit, row,
                        "the row has no hash: it is none of the extension's");
  else if (!chain)
    audit_chain_finding(audit, row, "scim_chain has no row of the tenant");
  else
    audit_link(audit, chain, row);
}

/* Does each chain end where scim_chain says? */
static void audit_ends(Audit *audit, const AuditChains *chains) {
  for (size_t i = 0; i < chains->count; i++) {
    const AuditChain *chain = &chains->items[i];
    long long last = chain->seq ? chain->seq : chain->pruned_seq;
    Text hash = chain->begun ? chain_bytes(chain->hash) : NO_TEXT;
    if (chain->removing ||
        (last == chain->end_seq && text_equal(hash, chain->end_hash)))
      continue;
    audit_add(audit, (Finding){.kind = TEXT("chain"),
                               .tenant = chain->tenant,
                               .seq = chain->end_seq,
                               .detail = TEXT("the log does not end with the "
                                              "row that scim_chain names")});
  }
}

/* The last row of the log that an early version wrote, which had no hashes. */
static long long audit_unchained(Operation *operation) {
  Query query = query_open(operation, STATEMENT_UNCHAINED);
  long long seq =
      query_step(&query) ? query_integer(&query, UNCHAINED_ROW_VALUE) : 0;
  query_close(&query);
  return seq;
}

/* One pass over the log by seq, whatever tenants its rows are of: a chain each
** is followed at the same time, which costs a look-up a row and no sort. */
void audit_chain(Audit *audit) {
  AuditChains chains = {NULL, 0, 0, NULL};
  audit_read_chains(audit, &chains);
  long long unchained = audit_unchained(audit->operation);
  Query query = query_open(audit->operation, STATEMENT_CHAIN_ROWS);
  ArenaMark mark = arena_mark(&audit->operation->arena);
  while (!audit_is_full(audit) && query_step(&query)) {
    size_t before = audit->list.count;
    ChainRow row = chain_read(&query);
    audit_row(audit, &chains, &row, unchained);
    audit_let_go(audit, before, &mark);
  }
  query_close(&query);
  audit_ends(audit, &chains);
}

/*
** Shapes.
*/

/* By their shape changes are found in scim_history: a row with another, or
** without, would be missed there. */
static void audit_shapes(Audit *audit) {
  Query query = query_open(audit->operation, STATEMENT_CHECK_SHAPES);
  ArenaMark mark = arena_mark(&audit->operation->arena);
  while (!audit_is_full(audit) && query_step(&query)) {
    size_t before = audit->list.count;
    Text form =
        shapes_form(audit->operation, query_text(&query, SHAPED_ROW_BEFORE),
                    query_text(&query, SHAPED_ROW_AFTER));
    if (!text_equal(form, query_text(&query, SHAPED_ROW_FORM)) ||
        query_is_null(&query, SHAPED_ROW_SHAPE) != !form.size)
      audit_add(audit,
                (Finding){.kind = TEXT("shape"),
                          .tenant = query_text(&query, SHAPED_ROW_TENANT),
                          .type = query_text(&query, SHAPED_ROW_TYPE),
                          .id = query_text(&query, SHAPED_ROW_ID),
                          .seq = query_integer(&query, SHAPED_ROW_SEQ),
                          .detail = TEXT("the shape is not that of the change: "
                                         "scim_history does not show it")});
    audit_let_go(audit, before, &mark);
  }
  query_close(&query);
}

/*
** The parts.
*/

/* Each is a statement, or a function. */
static const struct {
  Statement statement;
  void (*run)(Audit *audit);
  bool outcome; /* of what the log makes */
} audit_table[] = {
    {STATEMENT_CHECK_FILE, NULL, false},
    {STATEMENT_CHECK_META, NULL, false},
    {STATEMENT_CHECK_TENANTS, NULL, false},
    {0, audit_chain, false},
    {0, audit_shapes, false},
    {STATEMENT_CHECK_SHAPE_ATTRIBUTES, NULL, false},
    {0, audit_state, true},
    {STATEMENT_CHECK_MEMBERS, NULL, true},
    {STATEMENT_CHECK_STAYS, NULL, true},
    {STATEMENT_CHECK_NAMES, NULL, true},
    {STATEMENT_CHECK_COUNTS, NULL, true},
    {STATEMENT_CHECK_TOKENS, NULL, false},
    {STATEMENT_CHECK_OUTBOX, NULL, false},
    {STATEMENT_CHECK_ORPHANS, NULL, false},
    /* Last: it takes longer than all others where there are few rows, and who
    ** asks whether there is anything at all need not wait for it. */
    {STATEMENT_CHECK_DEFINITIONS, NULL, false},
};

int audit_parts(void) { return sizeof audit_table / sizeof *audit_table; }

/* Whoever interrupts, or has no memory, wants an end; any other error is what a
** check is for. */
static void audit_take_error(Audit *audit) {
  Operation *operation = audit->operation;
  int code = operation->sqlite & 0xff;
  if (!failed(operation) || code == SQLITE_NOMEM || code == SQLITE_INTERRUPT ||
      code == SQLITE_BUSY || code == SQLITE_AUTH)
    return;
  Text detail = operation->detail;
  error_clear(operation);
  audit_add(audit, (Finding){.kind = TEXT("unreadable"), .detail = detail});
}

/* One more than is told may have been found: it stands for all the others. */
FindingList audit_part(Operation *operation, int part) {
  Audit audit = {.operation = operation};
  assert(part >= 0 && part < audit_parts());
  if (audit_table[part].run)
    audit_table[part].run(&audit);
  else
    audit_statement(&audit, audit_table[part].statement);
  audit_take_error(&audit);
  if (audit_is_full(&audit)) {
    assert(audit.list.items);
    audit.list.items[audit.list.count - 1].detail =
        TEXT("there is more of this kind");
  }
  return audit.list;
}

/* Part by part, up to the first that finds something: who only wants to know
** whether all is well pays for no more. */
bool audit_outcome(Operation *operation, Finding *finding) {
  for (int part = 0; part < audit_parts() && !failed(operation); part++) {
    if (!audit_table[part].outcome) continue;
    FindingList list = audit_part(operation, part);
    if (!list.count) continue;
    *finding = list.items[0];
    return true;
  }
  return false;
}

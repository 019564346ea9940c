/*
** property_test.c: a filter gives the same answer whether SQL narrows the
** search or the evaluator looks at every document; a sort is that of a sort
** written down plainly; a page out of an index is that of a search; and pages
** by cursor neither skip nor repeat a resource that is there all the time,
** whatever else comes and goes.
**
** All on random data (property_world.h) and random filters
** (property_filter.h). SCIM_CASES is the number of filters, 28,000 unless
** told (or their SHARE), and SCIM_SEED begins the chance; both are printed.
*/
#include <limits.h>

#include "property_filter.h"

#include "../harness/share.h"

#define CASES_PER_WORLD 2000

static unsigned long environment(const char *name, unsigned long otherwise) {
  const char *value = getenv(name);
  return value ? strtoul(value, NULL, 10) : otherwise;
}

/* A case costs five times as much under a sanitizer, under valgrind fifty. */
static unsigned long case_count(void) {
  unsigned long count = getenv("SANITIZED") ? 20000 : 28000;
  count = getenv("VALGRIND") ? 1000 : count / (unsigned long)one_of();
  return environment("SCIM_CASES", count);
}

static uint64_t seed(void) { return environment("SCIM_SEED", 20261121); }

static void announce(const char *what, unsigned long count) {
  chance_state = seed();
  print_message("# %lu %s, seed %llu\n", count, what,
                (unsigned long long)seed());
}

/*
** Filters.
*/
typedef struct Case {
  World *world;
  const Population *population;
  Operation *operation; /* of this case alone */
  Text text;
  const Filter *filter;
  bool matches[DOCUMENTS]; /* says the evaluator */
  long long total;
} Case;

static void show_difference(const Case *own, const Document *document,
                            bool match) {
  Text json = json_text(&own->operation->arena, document->json);
  print_error("not ok - %.*s %.*s\n  document:  %.*s\n  evaluator: %s\n"
              "  search:    %s\n",
              TEXT_ARG(own->population->type->name), TEXT_ARG(own->text),
              TEXT_ARG(json), match ? "matches" : "does not match",
              match ? "does not match" : "matches");
}

static void evaluate(Case *own) {
  own->total = 0;
  for (int i = 0; i < own->population->count; i++) {
    own->matches[i] = filter_match(own->operation, own->filter,
                                   own->population->documents[i].json);
    own->total += own->matches[i];
  }
}

/* Both answers are in the order of creation, so that a walk over the
** documents meets the rows one by one. */
static bool compare_rows(const Case *own, const Page *found) {
  long long at = 0;
  for (int i = 0; i < own->population->count; i++) {
    const Document *document = &own->population->documents[i];
    bool listed =
        at < found->count && found->rows[at].resource == document->resource;
    at += listed;
    if (listed == own->matches[i]) continue;
    show_difference(own, document, own->matches[i]);
    return false;
  }
  return at == found->count;
}

/* A page has the rows of the whole that it should, and the same total. */
static bool compare_page(const Case *own, Search *search, const Page *whole) {
  search->offset = below(8);
  search->limit = below(8);
  Page page = search_run(own->operation, search);
  long long most = whole->count - search->offset;
  if (most < 0) most = 0;
  if (most > search->limit) most = search->limit;
  bool same = page.total == own->total && page.count == most;
  for (long long i = 0; same && i < most; i++)
    same = page.rows[i].resource == whole->rows[search->offset + i].resource;
  if (!same)
    print_error("not ok - the page from %lld of %lld of %.*s %.*s\n"
                "  got:  %lld rows of %lld\n  want: %lld rows of %lld\n",
                search->offset, search->limit,
                TEXT_ARG(own->population->type->name), TEXT_ARG(own->text),
                page.count, page.total, most, own->total);
  return same;
}

static bool check_case(Case *own) {
  Search search = {
      .type = own->population->type, .filter = own->filter, .limit = DOCUMENTS};
  evaluate(own);
  Page found = search_run(own->operation, &search);
  if (failed(own->operation)) {
    print_error("not ok - %.*s\n  got:  %.*s\n  want: an answer\n",
                TEXT_ARG(own->text), TEXT_ARG(own->operation->detail));
    return false;
  }
  return compare_rows(own, &found) && found.total == own->total &&
         (chance(80) || compare_page(own, &search, &found));
}

typedef struct Tally {
  unsigned long cases, refused, different, hits;
} Tally;

/* An operation begins, with a filter of any type; NULL if that is refused. */
static Case any_case(World *world, Operation *operation, Tally *tally) {
  world_enter(world, operation);
  Case own = {.world = world,
              .population = &world->populations[below(TYPES)],
              .operation = operation};
  Buffer buffer = buffer_new(&operation->arena);
  own.text = any_filter(world, own.population, &buffer);
  own.filter = filter_parse(operation, own.population->type, NULL, own.text);
  tally->cases++;
  return own;
}

static void run_case(World *world, Tally *tally) {
  static Operation operation;
  Case own = any_case(world, &operation, tally);
  if (!own.filter) {
    tally->refused++;
    if (tally->refused <= 5)
      print_message("# refused: %.*s: %.*s\n", TEXT_ARG(own.text),
                    TEXT_ARG(operation.detail));
  } else {
    tally->different += !check_case(&own);
    tally->hits += own.total > 0 && own.total < own.population->count;
  }
  world_leave(&operation);
}

static void run_world(Tally *tally, unsigned long cases) {
  static World world;
  WORLD_OPEN(&world);
  if (chance(25)) world_redefine(&world);
  for (int i = 0; i < CASES_PER_WORLD && tally->cases < cases; i++)
    if (tally->different < 10) run_case(&world, tally);
  world_close(&world);
}

/* Most filters must mean something, and tell documents apart. */
static void search_is_evaluation(void **state) {
  (void)state;
  Tally tally = {0};
  unsigned long cases = case_count();
  announce("filters", cases);
  while (tally.cases < cases && tally.different < 10) run_world(&tally, cases);
  print_message("# %lu match some but not all, %lu are refused\n", tally.hits,
                tally.refused);
  assert_int_equal(tally.different, 0);
  assert_true(tally.refused * 10 < tally.cases);
  assert_true(tally.hits * 4 > tally.cases);
}

/*
** Sorts.
*/
typedef struct SortRow {
  long long resource;
  Json *value; /* NULL: absent */
  Key key;
} SortRow;

/* The value that counts (RFC 7644 section 3.4.2.3): of many the primary one,
** else the first; of a complex one its "value"; and false for what does not say
** that it is primary (RFC 7643 section 2.4). */
static Json *sort_value(const Attribute *attribute, const Json *doc) {
  static Json no = {.type = JSON_FALSE};
  Json *value = resource_value(doc, attribute);
  if (value && value->type == JSON_ARRAY) {
    Json *chosen = value->first;
    JSON_EACH (item, value) {
      const Json *primary = json_member(item, "primary");
      if (primary && primary->type == JSON_TRUE) chosen = item;
    }
    value = chosen;
  }
  if (!value || value->type != JSON_OBJECT) return value;
  if (text_equal(attribute->name, text_of("primary")) &&
      attribute->parent->multi_valued && !json_member(value, "primary"))
    return &no;
  return attribute->parent ? json_member_text(value, attribute->name)
                           : json_member(value, "value");
}

static int order_of(const SortRow *a, const SortRow *b) {
  if (!a->value || !b->value) return !a->value - !b->value;
  return key_compare(&a->key, &b->key);
}

/* Equal ones stay in the order of creation. */
static void insert_row(SortRow *rows, int count, SortRow row, bool descending) {
  int at = count;
  while (at > 0) {
    int order = order_of(&rows[at - 1], &row);
    if ((descending ? -order : order) <= 0) break;
    rows[at] = rows[at - 1];
    at--;
  }
  rows[at] = row;
}

/* The key of a value, of a "$ref" as it is shown; and no value without one. */
static void read_sort_key(Case *own, const Attribute *compared, SortRow *row) {
  Operation *operation = own->operation;
  if (!compared || !row->value ||
      !key_of(operation, compared, row->value, &row->key)) {
    row->value = NULL;
  } else if (reference_has_base(operation, compared)) {
    Text shown = reference_shown(operation, row->value->text);
    row->key = key_of_text(operation, compared, shown);
  }
}

static bool check_sort(Case *own, const Attribute *attribute, bool descending) {
  SortRow rows[DOCUMENTS];
  int count = 0;
  const Attribute *compared =
      attribute->type == TYPE_COMPLEX ? schema_value(attribute) : attribute;
  for (int i = 0; i < own->population->count; i++) {
    const Document *document = &own->population->documents[i];
    SortRow row = {
        document->resource, sort_value(attribute, document->json), {0}};
    if (!own->matches[i]) continue;
    read_sort_key(own, compared, &row);
    insert_row(rows, count++, row, descending);
  }
  Search search = {.type = own->population->type,
                   .filter = own->filter,
                   .sort = attribute,
                   .descending = descending,
                   .limit = DOCUMENTS};
  Page found = search_run(own->operation, &search);
  bool same = found.count == count && found.total == count;
  for (int i = 0; same && i < count; i++)
    same = found.rows[i].resource == rows[i].resource;
  if (!same)
    print_error("not ok - %.*s sorted by %.*s, %s, where %.*s\n",
                TEXT_ARG(own->population->type->name),
                TEXT_ARG(attribute->path), descending ? "down" : "up",
                TEXT_ARG(own->text));
  return same;
}

static void run_sort(World *world, Tally *tally) {
  static Operation operation;
  world_enter(world, &operation);
  Case own = {.world = world,
              .population = &world->populations[below(TYPES)],
              .operation = &operation,
              .text = text_of("id pr")};
  Buffer buffer = buffer_new(&operation.arena);
  if (chance(50)) own.text = any_filter(world, own.population, &buffer);
  own.filter = filter_parse(&operation, own.population->type, NULL, own.text);
  tally->cases++;
  if (own.filter) {
    evaluate(&own);
    tally->different +=
        !check_sort(&own, any_attribute(own.population->type), chance(50));
  }
  world_leave(&operation);
}

static void sorts_are_sorts(void **state) {
  (void)state;
  static World world;
  static Tally tally;
  announce("sorts", case_count() / 20);
  WORLD_OPEN(&world);
  while (tally.cases < case_count() / 20 && tally.different < 10)
    run_sort(&world, &tally);
  world_close(&world);
  assert_int_equal(tally.different, 0);
}

/*
** Pages out of an index.
*/
/* A condition on a column, of a value that one of the documents has. */
static SearchBound any_bound(const Population *population) {
  static const char *const tests[] = {"version =",  "version >=", "resource <",
                                      "created >=", "created <",  "modified >"};
  size_t at = below(sizeof tests / sizeof *tests);
  const Document *document =
      &population->documents[below((unsigned)population->count)];
  const Json *meta = json_member(document->json, "meta");
  SearchBound bound = {.test = tests[at], .number = 1 + (long long)below(3)};
  if (at == 2) bound.number = document->resource;
  if (at > 2)
    bound.text = json_member_string(meta, at == 5 ? "lastModified" : "created");
  return bound;
}

static Search any_search(const Case *own) {
  bool by_version = chance(15);
  Search search = {.type = own->population->type,
                   .filter = chance(80) ? own->filter : NULL,
                   .by_version = by_version,
                   .descending = chance(50),
                   .offset = chance(50) ? below(5) : 0,
                   .limit = chance(90) ? below(10) : LLONG_MAX,
                   .untold = by_version || chance(60)};
  if (!by_version && chance(90))
    search.sort = any_attribute(own->population->type);
  while (search.untold && search.bound_count < 3 && chance(40) &&
         own->population->count)
    search.bounds[search.bound_count++] = any_bound(own->population);
  return search;
}

/* The version of a row, of its tag W/"3". */
static long long version_of(const Case *own, long long resource) {
  long long version = 0;
  for (int i = 0; i < own->population->count; i++) {
    const Document *document = &own->population->documents[i];
    if (document->resource != resource) continue;
    Text tag =
        json_member_string(json_member(document->json, "meta"), "version");
    text_integer((Text){tag.data + 3, tag.size - 4}, &version);
  }
  return version;
}

/* Those of one version stay in the order of creation. */
static void sort_by_version(const Case *own, const Search *search, Page *page) {
  for (long long i = 1; i < page->count; i++)
    for (long long j = i; j > 0; j--) {
      long long before = version_of(own, page->rows[j - 1].resource);
      long long after = version_of(own, page->rows[j].resource);
      if (search->descending ? before >= after : before <= after) break;
      SortKey row = page->rows[j];
      page->rows[j] = page->rows[j - 1];
      page->rows[j - 1] = row;
    }
}

/* All that search_run finds, in order. */
static Page find_all(const Case *own, Search search) {
  bool by_version = search.by_version;
  search.by_version = false;
  search.offset = 0;
  search.limit = LLONG_MAX;
  Page all = search_run(own->operation, &search);
  search.by_version = by_version;
  if (by_version) sort_by_version(own, &search, &all);
  return all;
}

static bool check_index(const Case *own) {
  Search search = any_search(own);
  Page got = sorted_run(own->operation, &search);
  Page all = find_all(own, search);
  long long most = all.count > search.offset ? all.count - search.offset : 0;
  if (most > search.limit) most = search.limit;
  bool same = !failed(own->operation) && got.count == most &&
              (search.untold || got.total == all.count);
  for (long long i = 0; same && i < most; i++)
    same = got.rows[i].resource == all.rows[search.offset + i].resource;
  if (!same)
    print_error(
        "not ok - %.*s by %.*s, %s, where %.*s and %s, from %lld of %lld\n"
        "  got:  %lld rows of %lld %.*s\n  want: %lld rows of %lld\n",
        TEXT_ARG(own->population->type->name),
        TEXT_ARG(search.sort         ? search.sort->path
                 : search.by_version ? text_of("version")
                                     : text_of("creation")),
        search.descending ? "down" : "up",
        TEXT_ARG(search.filter ? own->text : text_of("all")),
        search.bound_count ? search.bounds[0].test : "no bound", search.offset,
        search.limit, got.count, got.total, TEXT_ARG(own->operation->detail),
        most, all.count);
  return same;
}

static void run_index(World *world, Tally *tally) {
  static Operation operation;
  Case own = any_case(world, &operation, tally);
  if (own.filter) tally->different += !check_index(&own);
  world_leave(&operation);
}

static void pages_are_those_of_a_search(void **state) {
  (void)state;
  static World world;
  static Tally tally;
  announce("pages out of an index", case_count() / 4);
  while (tally.cases < case_count() / 4 && tally.different < 10) {
    WORLD_OPEN(&world);
    for (int i = 0; i < CASES_PER_WORLD && tally.different < 10; i++)
      run_index(&world, &tally);
    world_close(&world);
  }
  assert_int_equal(tally.different, 0);
}

/*
** Pages by cursor.
*/
typedef struct Walk {
  World *world;
  const Population *population;
  Arena arena; /* of this walk */
  Text sort;
  bool descending;
  int size; /* of a page */
  int seen[DOCUMENTS];
  bool deleted[DOCUMENTS];
  Text next, previous; /* of the latest page; without data: none */
} Walk;

static Text walk_target(Walk *walk, Text cursor) {
  Text target = arena_format(
      &walk->arena, "%.*s?count=%d&cursor=%.*s&attributes=id",
      TEXT_ARG(walk->population->type->endpoint), walk->size, TEXT_ARG(cursor));
  if (!walk->sort.size) return target;
  return arena_format(&walk->arena, "%.*s&sortBy=%.*s&sortOrder=%s",
                      TEXT_ARG(target), TEXT_ARG(walk->sort),
                      walk->descending ? "descending" : "ascending");
}

static void walk_see(Walk *walk, Text id) {
  for (int i = 0; i < walk->population->count; i++)
    walk->seen[i] += text_equal(walk->population->documents[i].id, id);
}

/* Reads a page. `fresh` forgets what was seen before. */
static void walk_page(Walk *walk, Text cursor, bool fresh) {
  JsonFault fault;
  Text none = {NULL, 0};
  Text text = world_apply(walk->world, &walk->arena, "GET",
                          walk_target(walk, cursor), text_of(""));
  const Json *body =
      json_member(json_parse(&walk->arena, text, &fault), "body");
  if (!json_member(body, "totalResults")) fail_msg("%.*s", TEXT_ARG(text));
  if (fresh) memset(walk->seen, 0, sizeof walk->seen);
  JSON_EACH (resource, json_member(body, "Resources")) {
    walk_see(walk, json_member_string(resource, "id"));
  }
  const Json *next = json_member(body, "nextCursor");
  const Json *previous = json_member(body, "previousCursor");
  walk->next = next ? next->text : none;
  walk->previous = previous ? previous->text : none;
}

/* Somebody else creates and deletes meanwhile. */
static void walk_disturb(Walk *walk) {
  World *world = walk->world;
  const ResourceType *type = walk->population->type;
  int victim = (int)below(DOCUMENTS);
  if (chance(50)) world_create(world, type);
  if (chance(50) || victim >= walk->population->count) return;
  Text target =
      arena_format(&walk->arena, "%.*s/%.*s", TEXT_ARG(type->endpoint),
                   TEXT_ARG(walk->population->documents[victim].id));
  world_apply(world, &walk->arena, "DELETE", target, text_of(""));
  walk->deleted[victim] = true;
}

static bool walk_check(const Walk *walk, const char *direction) {
  for (int i = 0; i < walk->population->count; i++) {
    const Document *document = &walk->population->documents[i];
    if (walk->seen[i] == 1 || (walk->deleted[i] && !walk->seen[i])) continue;
    print_error("not ok - pages %s of %.*s by %.*s, %s: %.*s\n"
                "  got:  %d times\n  want: once\n",
                direction, TEXT_ARG(walk->population->type->name),
                TEXT_ARG(walk->sort), walk->descending ? "down" : "up",
                TEXT_ARG(document->id), walk->seen[i]);
    return false;
  }
  return true;
}

/* All the way forward; then what was seen is forgotten but for the last page,
** and all the way back. A last page whose resources are all gone by then has
** no way back. */
static bool walk_both_ways(Walk *walk) {
  Text last = text_of("");
  walk_page(walk, last, true);
  while (walk->next.data) {
    last = walk->next;
    walk_disturb(walk);
    walk_page(walk, last, false);
  }
  if (!walk_check(walk, "forward")) return false;
  walk_page(walk, last, true);
  if (last.size && !walk->previous.data) return true;
  while (walk->previous.data) {
    walk_disturb(walk);
    walk_page(walk, walk->previous, false);
  }
  return walk_check(walk, "back");
}

/* Not what a change elsewhere changes: who is in a group, and its version; nor
** what nothing can be sorted by. */
static Text walk_sort(const ResourceType *type) {
  const Attribute *attribute = any_attribute(type);
  const Attribute *top = attribute->parent ? attribute->parent : attribute;
  bool moves = top == type->members || top == type->groups ||
               !key_sorts(attribute) ||
               text_equal(attribute->path, text_of("meta.lastModified")) ||
               text_equal(attribute->path, text_of("meta.version"));
  return moves || chance(25) ? text_of("") : attribute->path;
}

static bool run_walk(World *world) {
  static Walk walk;
  memset(&walk, 0, sizeof walk);
  arena_init(&walk.arena);
  walk.world = world;
  walk.population = &world->populations[below(TYPES)];
  walk.size = 1 + (int)below(5);
  walk.descending = chance(50);
  walk.sort = walk_sort(walk.population->type);
  bool same = walk_both_ways(&walk);
  arena_close(&walk.arena);
  return same;
}

#define WALKS_PER_WORLD 4

static bool run_walks(void) {
  static World world;
  bool same = true;
  WORLD_OPEN(&world);
  world.now = "2026-11-21T12:00:00Z";
  for (int i = 0; same && i < WALKS_PER_WORLD; i++) {
    same = run_walk(&world);
    world_read(&world);
  }
  world_close(&world);
  return same;
}

static void pages_have_everything_once(void **state) {
  (void)state;
  unsigned long count = case_count() / 500, different = 0;
  announce("walks by cursor", count);
  for (unsigned long i = 0; i < count && different < 5; i += WALKS_PER_WORLD)
    different += !run_walks();
  assert_int_equal(different, 0);
}

int main(void) {
  /* There is one thread, and nobody asks how much memory is in use. */
  sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(search_is_evaluation),
      cmocka_unit_test(sorts_are_sorts),
      cmocka_unit_test(pages_are_those_of_a_search),
      cmocka_unit_test(pages_have_everything_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
** filter_fuzz.c: filters, from their text to the rows that they find
** (model/filter.c, model/match.c, store/plan.c, store/search.c).
**
** The first byte says of what type the filter is asked (U, G or T; in small
** letters by a tenant who goes by the letter; A: of all types at once), what
** follows is the filter. A tree is printed and read again, which must give the
** same tree, and the same answers; and what a search finds by the indexes must
** be what the evaluator says of each document. The documents are those of the
** property tests, of a fixed seed.
*/
#include "../store/property_world.h"

#include "../../ext/model/error.h"
#include "../../ext/model/strict.h"
#include "fuzz.h"

static World world;

/*
** Printing.
*/

typedef struct Printer {
  Buffer buffer;
  const Attribute *within; /* the attribute of a value path, or NULL */
  int depth, deepest;      /* of brackets */
  bool lossy;              /* something in the tree has no text */
} Printer;

static void filter_fuzz_print(Printer *printer, const Filter *filter);

static void filter_fuzz_open(Printer *printer, char mark) {
  buffer_char(&printer->buffer, mark);
  if (++printer->depth > printer->deepest) printer->deepest = printer->depth;
}

static void filter_fuzz_close(Printer *printer, char mark) {
  buffer_char(&printer->buffer, mark);
  printer->depth--;
}

static void filter_fuzz_print_name(Printer *printer, const Attribute *of) {
  Text name = printer->within == of ? text_of("value")
              : printer->within     ? of->name
                                    : of->path;
  buffer_add(&printer->buffer, name);
}

/* The terms of AND and OR, in brackets; a NOT's only one. */
static void filter_fuzz_print_terms(Printer *printer, const Filter *filter,
                                    const char *word) {
  filter_fuzz_open(printer, '(');
  FILTER_EACH (term, filter) {
    if (term != filter->first) buffer_string(&printer->buffer, word);
    filter_fuzz_print(printer, term);
  }
  filter_fuzz_close(printer, ')');
}

static void filter_fuzz_print_compare(Printer *printer, const Filter *filter) {
  static const char *const words[] = {" eq ", " ne ", " co ", " sw ", " ew ",
                                      " gt ", " ge ", " lt ", " le ", " pr"};
  filter_fuzz_print_name(printer, filter->attribute);
  buffer_string(&printer->buffer, words[filter->op]);
  if (filter->op != OPERATOR_PR) json_write(&printer->buffer, filter->literal);
}

static void filter_fuzz_print_path(Printer *printer, const Filter *filter) {
  filter_fuzz_print_name(printer, filter->attribute);
  printer->within = filter->attribute;
  filter_fuzz_open(printer, '[');
  filter_fuzz_print(printer, filter->first);
  filter_fuzz_close(printer, ']');
  printer->within = NULL;
}

static void filter_fuzz_print(Printer *printer, const Filter *filter) {
  switch (filter->kind) {
  case FILTER_AND:
    filter_fuzz_print_terms(printer, filter, " and ");
    break;
  case FILTER_OR:
    filter_fuzz_print_terms(printer, filter, " or ");
    break;
  case FILTER_NOT:
    buffer_string(&printer->buffer, "not ");
    filter_fuzz_print_terms(printer, filter, "");
    break;
  case FILTER_COMPARE:
    filter_fuzz_print_compare(printer, filter);
    break;
  case FILTER_NULL:
    filter_fuzz_print_name(printer, filter->attribute);
    buffer_string(&printer->buffer, " eq null");
    break;
  case FILTER_VALUE_PATH:
    filter_fuzz_print_path(printer, filter);
    break;
  case FILTER_NOTHING:
    printer->lossy = true;
  }
}

static bool filter_fuzz_same(const Filter *a, const Filter *b) {
  if (a->kind != b->kind || a->attribute != b->attribute) return false;
  if (a->kind == FILTER_COMPARE && a->op != b->op) return false;
  if (a->kind == FILTER_COMPARE && a->op != OPERATOR_PR &&
      key_compare(&a->key, &b->key) != 0)
    return false;
  const Filter *x = a->first, *y = b->first;
  for (; x && y; x = x->next, y = y->next)
    if (!filter_fuzz_same(x, y)) return false;
  return !x && !y;
}

/* The tree that its text gives, or NULL where it has none: brackets that were
** left out are written, and may be too many. */
static const Filter *filter_fuzz_again(Operation *operation,
                                       const ResourceType *type,
                                       const Filter *filter) {
  Printer printer = {.buffer = buffer_new(&operation->arena)};
  filter_fuzz_print(&printer, filter);
  Text text = buffer_text(&printer.buffer);
  if (printer.lossy || text.size > FILTER_SIZE ||
      printer.deepest > FILTER_DEPTH)
    return NULL;
  const Filter *again = filter_parse(operation, type, NULL, text);
  if (!again)
    fuzz_wrong("a filter that is printed is one", operation->detail, text);
  fuzz_check("and the same", filter_fuzz_same(filter, again), text);
  return again;
}

/*
** Finding.
*/

/* A search that gives up because it would cost too much is no answer, and no
** wrong one. */
static bool filter_fuzz_gave_up(const Operation *operation) {
  const char *kind = error_scim_type(operation->error);
  return kind && strcmp(kind, "tooMany") == 0;
}

static void filter_fuzz_search(Operation *operation,
                               const Population *population,
                               const Filter *filter, const Filter *again) {
  Search search = {
      .type = population->type, .filter = filter, .limit = DOCUMENTS};
  Page found = search_run(operation, &search);
  long long at = 0;
  if (failed(operation) && filter_fuzz_gave_up(operation)) return;
  fuzz_check("a search has an answer", !failed(operation), operation->detail);
  for (int i = 0; i < population->count; i++) {
    const Document *document = &population->documents[i];
    bool match = filter_match(operation, filter, document->json);
    bool listed =
        at < found.count && found.rows[at].resource == document->resource;
    at += listed;
    fuzz_check("the index says what the evaluator says", match == listed,
               document->id);
    fuzz_check("and so does the printed filter",
               !again ||
                   match == filter_match(operation, again, document->json),
               document->id);
  }
  fuzz_check("there is nothing else", at == found.count && at == found.total,
             population->type->name);
}

static void filter_fuzz_type(const Population *population, bool all,
                             unsigned strict, Text text) {
  static Operation operation;
  world_enter(&world, &operation);
  operation.strict = strict;
  const Filter *filter =
      filter_parse(&operation, population->type, all ? world.set : NULL, text);
  if (filter) {
    const Filter *again =
        all ? NULL : filter_fuzz_again(&operation, population->type, filter);
    filter_fuzz_search(&operation, population, filter, again);
  } else {
    fuzz_check("what is refused has a kind and a detail",
               error_scim_type(operation.error) && operation.detail.size, text);
  }
  world_leave(&operation);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (!world.db) {
    chance_state = 20261121;
    WORLD_OPEN(&world);
  }
  /* Who asks has looked whether it is UTF-8 (face/call.c). */
  if (size == 0 || !utf8_valid((Text){(const char *)data, size})) return 0;
  char letter = (char)data[0], lower = text_lower(letter);
  Text text = {(const char *)data + 1, size - 1};
  unsigned strict = letter == lower ? STRICT_ALL : 0;
  for (int i = 0; i < TYPES; i++) {
    const Population *population = &world.populations[i];
    if (lower == 'a' || lower == text_lower(population->type->name.data[0]))
      filter_fuzz_type(population, lower == 'a', strict, text);
  }
  return 0;
}

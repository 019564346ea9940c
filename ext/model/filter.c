/*
** filter.c: reads the text of a filter into a tree.
**
** HOW IT WORKS
**
** filter_advance cuts the text into tokens, one ahead; a recursive descent over
** them builds the tree. The grammar is that of RFC 7644 figure 1, in which
** "and" binds more tightly than "or", and "not" wants its parentheses:
**
**   or         = and *("or" and)
**   and        = term *("and" term)
**   term       = "(" or ")" / "not" "(" or ")" / value-path / comparison
**   value-path = attribute "[" or "]" ["." sub-attribute operator [value]]
**   comparison = attribute ("pr" / operator value)
**
** Everything that is joined by the same word becomes one node with a list of
** terms, here with the attributes' names for the comparisons:
**
**   title pr and (userName pr and active pr) or not (locale pr)
**
**   OR -- AND -- title, userName, active
**      `- NOT -- locale
**
** So a chain of hundreds of terms, which FILTER_SIZE allows, is a loop for
** all who read the tree. Only brackets make it deeper (by an OR, an AND and a
** NOT at most), and they are counted, because a thread's stack may be small:
** 100 KiB in an HTTP server, 128 KiB with musl. What it takes is measured in
** tests/model/filter_stack_test.c.
**
** While the parser is within brackets, names are sub-attributes of the
** attribute before them. What stands behind the brackets (Entra ID) is one
** more term for the same element:
**
**   emails[type eq "work"].value eq "x"
**   emails[type eq "work" and value eq "x"]
**
** Names are resolved and literals turned into keys here, once, and not for
** each document; whatever fails to is the client's mistake, and is told as one.
**
** A filter on all types at once (RFC 7644 section 3.4.2.1) is read for each of
** them. A term that one type refuses, because it has no such attribute (the URN
** may be that of another type) or one of another kind, is tried with the
** others. If one takes it, then it is right, and in documents of this type what
** it names has no value: the term becomes a constant. Only what they all refuse
** is an error.
*/
#include "filter.h"

/*
** Tokens: a string, one of ()[], or a word, which is everything else up to a
** space, a quote, a parenthesis or a bracket.
*/
typedef enum FilterToken {
  FILTER_TOKEN_END,
  FILTER_TOKEN_STRING,
  FILTER_TOKEN_WORD,
  FILTER_TOKEN_MARK
} FilterToken;

typedef struct FilterParser {
  Operation *operation;
  const SchemaSet *others;    /* may have what the type has not */
  const ResourceType *type;   /* names are attributes of the type, */
  const Attribute *attribute; /* or, within brackets, sub-attributes of this */
  ErrorKind kind;             /* of what is wrong: invalidFilter, invalidPath */
  Text text;
  size_t at;         /* where the next token is looked for */
  size_t start;      /* where the token begins */
  FilterToken token; /* the one that is looked at */
  Text word;         /* its text, of a string with the quotes */
  int depth;         /* of parentheses and brackets that are open */
} FilterParser;

/* Refuses the filter at the token. The token comes last in the text, because it
** may be so long that the text is cut. */
static void filter_refuse(FilterParser *parser, const char *reason) {
  if (parser->token == FILTER_TOKEN_END) {
    error_set(parser->operation, parser->kind,
              "the filter is wrong at its end: %s", reason);
  } else {
    error_set(parser->operation, parser->kind,
              "the filter is wrong at byte %d: %s; found '%.*s'",
              (int)parser->start + 1, reason, TEXT_ARG(parser->word));
  }
}

static bool filter_ends_word(char c) {
  return c == ' ' || c == '\t' || c == '"' || c == '(' || c == ')' ||
         c == '[' || c == ']';
}

/* The place behind the closing quote of the string at `start`, or 0 when it has
** none. What is between the quotes is left to json_parse. */
static size_t filter_string_end(Text text, size_t start) {
  for (size_t i = start + 1; i < text.size; i++) {
    if (text.data[i] == '\\') {
      i++;
    } else if (text.data[i] == '"') {
      return i + 1;
    }
  }
  return 0;
}

/* Goes on to the next token. Behind the last there is FILTER_TOKEN_END, however
** often it is asked for; a string without an end is refused and takes the
** rest. */
static void filter_advance(FilterParser *parser) {
  Text text = parser->text;
  size_t i = parser->at;
  while (i < text.size && (text.data[i] == ' ' || text.data[i] == '\t')) i++;
  parser->start = i;
  parser->token = FILTER_TOKEN_END;
  if (i < text.size && text.data[i] == '"') {
    parser->token = FILTER_TOKEN_STRING;
    i = filter_string_end(text, i);
  } else if (i < text.size && filter_ends_word(text.data[i])) {
    parser->token = FILTER_TOKEN_MARK;
    i++;
  } else if (i < text.size) {
    parser->token = FILTER_TOKEN_WORD;
    while (i < text.size && !filter_ends_word(text.data[i])) i++;
  }
  bool open = parser->token == FILTER_TOKEN_STRING && i == 0;
  parser->at = open ? text.size : i;
  assert(parser->start <= parser->at && parser->at <= text.size);
  parser->word = text_between(text, parser->start, parser->at);
  if (open) filter_refuse(parser, "the string has no end");
}

static bool filter_at_mark(const FilterParser *parser, char mark) {
  return parser->token == FILTER_TOKEN_MARK && parser->word.data[0] == mark;
}

/* Operators and the words between terms have no case (RFC 7644 section
** 3.4.2.2). */
static bool filter_at_word(const FilterParser *parser, const char *word) {
  return parser->token == FILTER_TOKEN_WORD &&
         text_same(parser->word, text_of(word));
}

static void filter_expect(FilterParser *parser, char mark, const char *reason) {
  if (!filter_at_mark(parser, mark)) filter_refuse(parser, reason);
  if (!failed(parser->operation)) filter_advance(parser);
}

static Filter *filter_new(FilterParser *parser, FilterKind kind,
                          Filter *first) {
  Filter *filter = arena_alloc(&parser->operation->arena, sizeof *filter);
  filter->kind = kind;
  filter->first = first;
  return filter;
}

/*
** Comparisons.
*/

/* An attribute that is never returned (a password) is refused, because the
** answer to a filter would tell its value, letter by letter (RFC 7643 section
** 7). */
static void filter_check_returned(FilterParser *parser,
                                  const Attribute *attribute) {
  if (attribute->returned == RETURNED_NEVER)
    error_set(parser->operation, parser->kind,
              "'%.*s' is never returned, and cannot be searched for",
              TEXT_ARG(attribute->path));
}

/* The attribute with the name, in the type or within the brackets. */
static const Attribute *filter_resolve(FilterParser *parser, Text name) {
  const Attribute *attribute;
  const Attribute *within = parser->attribute;
  if (!within) {
    attribute = schema_resolve(parser->type, name);
  } else {
    attribute = schema_attribute(within->first, name);
    if (!within->first && text_same(name, TEXT("value"))) attribute = within;
  }
  if (attribute) filter_check_returned(parser, attribute);
  if (!attribute && within)
    error_set(parser->operation, parser->kind,
              "the filter names '%.*s', which '%.*s' does not have",
              TEXT_ARG(name), TEXT_ARG(within->path));
  if (!attribute)
    error_set(parser->operation, parser->kind,
              "the filter names the unknown attribute '%.*s'", TEXT_ARG(name));
  return attribute;
}

static const char *const filter_operators[] = {"eq", "ne", "co", "sw", "ew",
                                               "gt", "ge", "lt", "le", "pr"};

/* compareOp of the grammar, or pr, which is no compareOp there but stands in
** its place. False with an error. */
static bool filter_read_operator(FilterParser *parser, FilterOperator *op) {
  for (int i = OPERATOR_EQ; i <= OPERATOR_PR; i++) {
    if (!filter_at_word(parser, filter_operators[i])) continue;
    *op = (FilterOperator)i;
    filter_advance(parser);
    return !failed(parser->operation);
  }
  filter_refuse(
      parser,
      "expected an operator (eq, ne, co, sw, ew, gt, ge, lt, le or pr)");
  return false;
}

/* Is the backslash at the place one of JSON's escapes (RFC 8259 section 7)? */
static bool filter_is_escape(Text text, size_t at) {
  Text rest = text_after(text, at + 1);
  if (!rest.size || rest.data[0] != 'u')
    return rest.size && memchr("\"\\/bfnrt", rest.data[0], 8);
  for (size_t i = 1; i <= 4; i++)
    if (i >= rest.size || text_hex_digit(rest.data[i]) < 0) return false;
  return true;
}

/* The string with every backslash doubled that escapes nothing: people write
** DOMAIN\user for Windows accounts, in which "\u" is no escape. One that does
** (DOMAIN\bob has JSON's backspace) cannot be told from what is meant so. */
static Text filter_double_backslashes(Arena *arena, Text string) {
  Buffer buffer = buffer_new(arena);
  for (size_t i = 0; i < string.size; i++) {
    bool backslash = string.data[i] == '\\';
    bool escape = backslash && filter_is_escape(string, i);
    buffer_char(&buffer, string.data[i]);
    if (backslash) buffer_char(&buffer, escape ? string.data[++i] : '\\');
  }
  return buffer_text(&buffer);
}

/* A string in quotes; most are plain, and there may be hundreds. */
static Json *filter_read_string(FilterParser *parser) {
  Arena *arena = &parser->operation->arena;
  JsonFault fault, second;
  Text inner = text_between(parser->word, 1, parser->word.size - 1);
  if (text_plain_end(inner, 0) == inner.size) return json_string(arena, inner);
  Json *literal = json_parse(arena, parser->word, &fault);
  if (!literal && !(parser->operation->strict & STRICT_LITERALS))
    literal = json_parse(arena, filter_double_backslashes(arena, parser->word),
                         &second);
  if (!literal) filter_refuse(parser, fault.reason);
  return literal;
}

/* Quotes that are none of JSON's, and of which people think that they are. */
static bool filter_begins_with_quote(Text word) {
  static const char *const quotes[] = {"'",      "`",      "\u2018",
                                       "\u2019", "\u201C", "\u201D"};
  for (size_t i = 0; i < sizeof quotes / sizeof *quotes; i++)
    if (text_begins(word, text_of(quotes[i]))) return true;
  return false;
}

/* A number, a boolean or null, or else a bare word, which is a string: IdPs
** write userName eq bjensen. A tenant may refuse that; and one in other quotes
** would compare the quotes too: nobody has such a name, and who is told so
** creates the user again. */
static Json *filter_read_word(FilterParser *parser) {
  Arena *arena = &parser->operation->arena;
  JsonFault fault;
  char first = parser->word.data[0];
  bool json = text_is_digit(first) || memchr("-tfn{", first, 5);
  Json *literal = json ? json_parse(arena, parser->word, &fault) : NULL;
  if (literal) return literal;
  if (filter_begins_with_quote(parser->word))
    filter_refuse(parser, "a string must be in double quotes");
  if (parser->operation->strict & STRICT_LITERALS)
    filter_refuse(parser, "a string must be in quotes");
  return json_string(arena, parser->word);
}

/* A JSON value (the RFC's compValue), or what is taken for one. */
static Json *filter_read_literal(FilterParser *parser) {
  Json *literal = NULL;
  if (parser->token == FILTER_TOKEN_STRING)
    literal = filter_read_string(parser);
  else if (parser->token == FILTER_TOKEN_WORD)
    literal = filter_read_word(parser);
  else
    filter_refuse(parser, "expected a value");
  if (!failed(parser->operation)) filter_advance(parser);
  return literal;
}

static bool filter_is_order(FilterOperator op) {
  return op >= OPERATOR_GT && op <= OPERATOR_LE;
}

static bool filter_is_textual(const Attribute *attribute) {
  return attribute->type == TYPE_STRING || attribute->type == TYPE_BINARY ||
         attribute->type == TYPE_REFERENCE || attribute->type == TYPE_DATETIME;
}

/* RFC 7644 table 3: booleans and binary have no order, and only text has
** parts. */
static void filter_check_operator(FilterParser *parser, const Filter *filter) {
  const Attribute *attribute = filter->attribute;
  const char *reason = NULL;
  if (filter_is_order(filter->op) &&
      (attribute->type == TYPE_BOOLEAN || attribute->type == TYPE_BINARY))
    reason = "has no order";
  if (filter_is_substring(filter->op) && !filter_is_textual(attribute))
    reason = "is not text";
  if (reason)
    error_set(parser->operation, parser->kind,
              "'%s' cannot be used with '%.*s', which %s",
              filter_operators[filter->op], TEXT_ARG(attribute->path), reason);
}

/* A '+' that a client has not encoded is a blank by now (text/uri.c). In a text
** nobody can tell; where a blank is at the offset of a time, it was one. */
static Json *filter_suit_time(Arena *arena, Json *literal) {
  Text text = literal->text;
  size_t sign = text.size < 6 ? 0 : text.size - 6; /* of +02:00 */
  if (!sign || text.data[sign] != ' ') return literal;
  return json_string(arena, arena_format(arena, "%.*s+%.*s",
                                         TEXT_ARG(text_first(text, sign)),
                                         TEXT_ARG(text_after(text, sign + 1))));
}

/* A literal of another type than the attribute's, as IdPs write it: numbers
** and words for text, digits in quotes for numbers. */
static Json *filter_suit_literal(FilterParser *parser,
                                 const Attribute *attribute, Json *literal) {
  Arena *arena = &parser->operation->arena;
  JsonFault fault;
  if (filter_is_textual(attribute)) {
    if (literal->type == JSON_NUMBER) return json_string(arena, literal->text);
    if (literal->type == JSON_TRUE) return json_string(arena, TEXT("true"));
    if (literal->type == JSON_FALSE) return json_string(arena, TEXT("false"));
    if (attribute->type == TYPE_DATETIME)
      return filter_suit_time(arena, literal);
  } else if (literal->type == JSON_STRING && attribute->type != TYPE_BOOLEAN &&
             !(parser->operation->strict & STRICT_LITERALS)) {
    Json *number = json_parse(arena, literal->text, &fault);
    if (number) return number;
  }
  return literal;
}

/* Turns the literal into the key that is compared. The part of a text that co,
** sw and ew look for need not be a value of the type: "2011-05" is no dateTime,
** but some dateTimes begin with it. */
static void filter_read_key(FilterParser *parser, Filter *filter) {
  Operation *operation = parser->operation;
  const Attribute *attribute = filter->attribute;
  assert(filter->op != OPERATOR_PR && filter->literal->type != JSON_NULL);
  Json *literal = filter_suit_literal(parser, attribute, filter->literal);
  filter->literal = literal;
  if (filter_is_substring(filter->op) && literal->type == JSON_STRING) {
    filter->key = key_of_text(operation, attribute, literal->text);
  } else if (!key_of(operation, attribute, literal, &filter->key)) {
    error_set(operation, parser->kind,
              "the value compared with '%.*s' does not have its type",
              TEXT_ARG(attribute->path));
  }
}

/* attribute eq null: it has no value, because null and absent are the same
** (RFC 7643 section 2.5). */
static Filter *filter_null(FilterParser *parser, Filter *filter) {
  if (filter->op != OPERATOR_EQ && filter->op != OPERATOR_NE) {
    error_set(parser->operation, parser->kind,
              "null can only be compared with eq and ne, not with '%s'",
              filter_operators[filter->op]);
    return NULL;
  }
  filter->kind = FILTER_NULL;
  return filter->op == OPERATOR_EQ ? filter
                                   : filter_new(parser, FILTER_NOT, filter);
}

/* A complex attribute is compared by its value: emails eq "x" is
** emails.value eq "x", as for sortBy (RFC 7644 section 3.4.2.3). */
static void filter_compare_value(FilterParser *parser, Filter *filter) {
  const Attribute *value = schema_value(filter->attribute);
  if (!value)
    error_set(parser->operation, parser->kind,
              "'%.*s' is complex and has no value to compare",
              TEXT_ARG(filter->attribute->path));
  else
    filter_check_returned(parser, value);
  filter->attribute = value;
}

/* What follows the name: an operator and, but for pr, a literal. Returns NULL
** or something unfinished once there is an error. */
static Filter *filter_parse_comparison(FilterParser *parser,
                                       const Attribute *attribute) {
  Filter *filter = filter_new(parser, FILTER_COMPARE, NULL);
  filter->attribute = attribute;
  if (!filter_read_operator(parser, &filter->op)) return NULL;
  if (filter->op == OPERATOR_PR) return filter;
  filter->literal = filter_read_literal(parser);
  if (failed(parser->operation)) return NULL;
  if (filter->literal->type == JSON_NULL) return filter_null(parser, filter);
  if (attribute->type == TYPE_COMPLEX) filter_compare_value(parser, filter);
  if (failed(parser->operation)) return NULL;
  filter_check_operator(parser, filter);
  if (!failed(parser->operation)) filter_read_key(parser, filter);
  return filter;
}

/*
** The grammar. Each function starts at its first token and ends behind its
** last. Once there is an error, what they return is not looked at any more:
** filter_parse_whole gives NULL.
*/
static Filter *filter_parse_or(FilterParser *parser);

/* Behind an opening bracket. The depth counts before the descent goes on,
** because it is the descent that takes stack. */
static void filter_enter(FilterParser *parser) {
  if (++parser->depth > FILTER_DEPTH)
    filter_refuse(parser, "nested more than 64 levels deep");
  if (!failed(parser->operation)) filter_advance(parser);
}

static Filter *filter_parse_group(FilterParser *parser) {
  filter_enter(parser);
  Filter *filter = filter_parse_or(parser);
  if (!failed(parser->operation)) filter_expect(parser, ')', "expected ')'");
  parser->depth--;
  return filter;
}

/* Puts a term at the end of a chain of the kind; of a term of the same kind
** (from brackets) its own terms. Returns the new end. */
static Filter **filter_append(Filter **end, FilterKind kind, Filter *term) {
  assert(*end == NULL);
  *end = term && term->kind == kind ? term->first : term;
  while (*end) end = &(*end)->next;
  return end;
}

/* "].value eq …": one element must match that as well. */
static void filter_parse_behind_brackets(FilterParser *parser, Filter *filter) {
  Text name = text_after(parser->word, 1);
  parser->attribute = filter->attribute;
  const Attribute *sub = filter_resolve(parser, name);
  if (!failed(parser->operation)) filter_advance(parser);
  Filter *last =
      failed(parser->operation) ? NULL : filter_parse_comparison(parser, sub);
  parser->attribute = NULL;
  Filter *chain = filter_new(parser, FILTER_AND, NULL);
  Filter **end = filter_append(&chain->first, FILTER_AND, filter->first);
  filter_append(end, FILTER_AND, last);
  filter->first = chain;
}

/* attribute[filter]. Brackets within brackets are none of the grammar, so that
** one attribute is enough to know what names mean. */
static Filter *filter_parse_value_path(FilterParser *parser,
                                       const Attribute *attribute) {
  Filter *filter = filter_new(parser, FILTER_VALUE_PATH, NULL);
  filter->attribute = attribute;
  if (parser->attribute || attribute->parent) {
    filter_refuse(parser, "brackets may only follow a top-level attribute");
    return NULL;
  }
  parser->attribute = attribute;
  filter_enter(parser);
  if (!failed(parser->operation)) filter->first = filter_parse_or(parser);
  parser->attribute = NULL;
  if (!failed(parser->operation)) filter_expect(parser, ']', "expected ']'");
  parser->depth--;
  if (!failed(parser->operation) && parser->token == FILTER_TOKEN_WORD &&
      parser->word.data[0] == '.' && parser->word.size > 1)
    filter_parse_behind_brackets(parser, filter);
  return filter;
}

static Filter *filter_parse_not(FilterParser *parser) {
  filter_advance(parser);
  if (failed(parser->operation)) return NULL;
  if (!filter_at_mark(parser, '(')) {
    filter_refuse(parser, "expected '(' after not");
    return NULL;
  }
  return filter_new(parser, FILTER_NOT, filter_parse_group(parser));
}

/* A term that begins with the name of an attribute: of the parser's type, or
** within brackets. */
static Filter *filter_parse_named(FilterParser *parser) {
  const Attribute *attribute = filter_resolve(parser, parser->word);
  if (!failed(parser->operation)) filter_advance(parser);
  if (failed(parser->operation)) return NULL;
  if (filter_at_mark(parser, '['))
    return filter_parse_value_path(parser, attribute);
  return filter_parse_comparison(parser, attribute);
}

/* Does the term match where its attribute has no value? */
static bool filter_matches_absence(const Filter *term) {
  if (term->kind == FILTER_NOT) return !filter_matches_absence(term->first);
  return term->kind == FILTER_NULL ||
         (term->kind == FILTER_COMPARE && term->op == OPERATOR_NE);
}

/* The term again, from `start`, by the attributes of another type. */
static Filter *filter_parse_as(FilterParser *parser, const FilterParser *start,
                               const ResourceType *type) {
  *parser = *start;
  parser->type = type;
  Filter *term = filter_parse_named(parser);
  parser->type = start->type;
  return term;
}

/* The term that the own type has refused, if another takes it: as a constant,
** which says what it is where there is no value. If none does, the error is
** that of the first type that has such an attribute, or else the own one. Terms
** with names do not nest, so that it costs as many types as there are. */
static Filter *filter_parse_elsewhere(FilterParser *parser,
                                      const FilterParser *start) {
  Operation *operation = parser->operation;
  SavedError error = error_save(operation);
  bool known = schema_resolve(start->type, start->word) != NULL;
  const ResourceType *type = parser->others->types;
  for (; type; type = type->next) {
    if (type == start->type || !schema_resolve(type, start->word)) continue;
    const Filter *term = filter_parse_as(parser, start, type);
    if (!failed(operation)) {
      Filter *nothing = filter_new(parser, FILTER_NOTHING, NULL);
      return filter_matches_absence(term)
                 ? filter_new(parser, FILTER_NOT, nothing)
                 : nothing;
    }
    SavedError other = error_save(operation);
    if (!known) error = other;
    known = true;
  }
  error_restore(operation, error);
  return NULL;
}

/* By the own type, or else by the others, if there are any. Where the term
** starts is kept in the arena: frames of this recursion are to be small. */
static Filter *filter_parse_of_types(FilterParser *parser) {
  if (!parser->others || parser->attribute) return filter_parse_named(parser);
  FilterParser *start = arena_alloc(&parser->operation->arena, sizeof *start);
  *start = *parser;
  Filter *term = filter_parse_named(parser);
  return failed(parser->operation) ? filter_parse_elsewhere(parser, start)
                                   : term;
}

/* Does the name stand for an attribute, here or of another type? */
static bool filter_knows(const FilterParser *parser, Text name) {
  if (parser->attribute)
    return schema_attribute(parser->attribute->first, name) != NULL;
  if (schema_resolve(parser->type, name)) return true;
  const ResourceType *type = parser->others ? parser->others->types : NULL;
  while (type && !schema_resolve(type, name)) type = type->next;
  return type != NULL;
}

/* The grammar tells words from names by where they stand, so that an attribute
** may have any name: "and" where a term begins is one. So does "not", but
** before a parenthesis, which follows no name. Without an attribute of that
** name the parenthesis was forgotten. */
static bool filter_at_not(const FilterParser *parser) {
  size_t i = parser->at;
  if (!filter_at_word(parser, "not")) return false;
  while (i < parser->text.size &&
         (parser->text.data[i] == ' ' || parser->text.data[i] == '\t'))
    i++;
  bool open = i < parser->text.size && parser->text.data[i] == '(';
  return open || !filter_knows(parser, parser->word);
}

static Filter *filter_parse_term(FilterParser *parser) {
  if (failed(parser->operation)) return NULL;
  if (filter_at_mark(parser, '(')) return filter_parse_group(parser);
  if (filter_at_not(parser)) return filter_parse_not(parser);
  if (parser->token != FILTER_TOKEN_WORD) {
    filter_refuse(parser, "expected an attribute");
    return NULL;
  }
  return filter_parse_of_types(parser);
}

/* A term alone, or a node with all the terms that the word joins. */
static Filter *filter_parse_chain(FilterParser *parser, FilterKind kind,
                                  const char *word,
                                  Filter *(*parse)(FilterParser *)) {
  Filter *first = parse(parser);
  if (failed(parser->operation) || !filter_at_word(parser, word)) return first;
  assert(first); /* what is no term has been refused */
  Filter *chain = filter_new(parser, kind, NULL);
  Filter **end = filter_append(&chain->first, kind, first);
  while (!failed(parser->operation) && filter_at_word(parser, word)) {
    filter_advance(parser);
    end = filter_append(end, kind, parse(parser));
  }
  assert(failed(parser->operation) || (chain->first && chain->first->next));
  return chain;
}

static Filter *filter_parse_and(FilterParser *parser) {
  return filter_parse_chain(parser, FILTER_AND, "and", filter_parse_term);
}

static Filter *filter_parse_or(FilterParser *parser) {
  return filter_parse_chain(parser, FILTER_OR, "or", filter_parse_and);
}

/* A filter and nothing behind it; NULL once there is an error. */
static Filter *filter_parse_whole(FilterParser *parser) {
  if (failed(parser->operation)) return NULL;
  if (parser->text.size > FILTER_SIZE) {
    error_set(parser->operation, parser->kind,
              "the filter is longer than %d bytes", FILTER_SIZE);
    return NULL;
  }
  filter_advance(parser);
  Filter *filter = filter_parse_or(parser);
  if (!failed(parser->operation) && parser->token != FILTER_TOKEN_END)
    filter_refuse(parser, "expected 'and', 'or' or the end");
  if (failed(parser->operation)) return NULL;
  assert(parser->depth == 0 && parser->at == parser->text.size);
  return filter;
}

Filter *filter_parse(Operation *operation, const ResourceType *type,
                     const SchemaSet *others, Text text) {
  FilterParser parser = {.operation = operation,
                         .type = type,
                         .others = others,
                         .kind = ERROR_INVALID_FILTER,
                         .text = text};
  return filter_parse_whole(&parser);
}

Filter *filter_parse_value(Operation *operation, const Attribute *attribute,
                           Text text, ErrorKind kind) {
  assert(kind == ERROR_INVALID_FILTER || kind == ERROR_INVALID_PATH);
  FilterParser parser = {.operation = operation,
                         .attribute = attribute,
                         .kind = kind,
                         .text = text};
  return filter_parse_whole(&parser);
}

/*
** What is asked of a tree.
*/
bool filter_uses(const Filter *filter, const Attribute *attribute) {
  if (!filter || !attribute) return false;
  const Attribute *own = filter->attribute;
  assert(own || filter->first || filter->kind == FILTER_NOTHING);
  if (own && (own->parent ? own->parent : own) == attribute) return true;
  FILTER_EACH (term, filter) {
    if (filter_uses(term, attribute)) return true;
  }
  return false;
}

#include "filter.h"

#include "resource.h"

/*
** Tokens: a string, one of ()[], or a word, which is everything else up to a
** space, a quote, a parenthesis or a bracket.
*/
typedef enum TokenType {
  TOKEN_END,
  TOKEN_STRING,
  TOKEN_WORD,
  TOKEN_MARK
} TokenType;

typedef struct Parser {
  Operation *operation;
  const SchemaSet *others;    /* may have what the type has not */
  const ResourceType *type;   /* names are attributes of the type, */
  const Attribute *attribute; /* or, within brackets, sub-attributes of this */
  ErrorKind kind;
  Text text;
  size_t at;    /* behind the token */
  size_t start; /* of the token */
  TokenType token;
  Text word; /* the token, a string with its quotes */
  int depth;
} Parser;

static void refuse(Parser *parser, const char *reason) {
  error_set(parser->operation, parser->kind,
            "the filter is wrong at character %d ('%.*s'): %s",
            (int)parser->start + 1, TEXT_ARG(parser->word), reason);
}

static bool ends_word(char c) {
  return c == ' ' || c == '\t' || c == '"' || c == '(' || c == ')' ||
         c == '[' || c == ']';
}

static size_t string_end(Text text, size_t start) {
  for (size_t i = start + 1; i < text.size; i++) {
    if (text.data[i] == '\\') {
      i++;
    } else if (text.data[i] == '"') {
      return i + 1;
    }
  }
  return 0;
}

static void advance(Parser *parser) {
  Text text = parser->text;
  size_t i = parser->at;
  while (i < text.size && (text.data[i] == ' ' || text.data[i] == '\t')) i++;
  parser->start = i;
  parser->token = TOKEN_END;
  if (i < text.size && text.data[i] == '"') {
    parser->token = TOKEN_STRING;
    i = string_end(text, i);
  } else if (i < text.size && ends_word(text.data[i])) {
    parser->token = TOKEN_MARK;
    i++;
  } else if (i < text.size) {
    parser->token = TOKEN_WORD;
    while (i < text.size && !ends_word(text.data[i])) i++;
  }
  bool open = parser->token == TOKEN_STRING && i == 0;
  parser->at = open ? text.size : i;
  parser->word =
      text_first(text_after(text, parser->start), parser->at - parser->start);
  if (open) refuse(parser, "the string has no end");
}

static bool at_mark(const Parser *parser, char mark) {
  return parser->token == TOKEN_MARK && parser->word.data[0] == mark;
}

static bool at_word(const Parser *parser, const char *word) {
  return parser->token == TOKEN_WORD && text_same(parser->word, text_of(word));
}

static void expect(Parser *parser, char mark, const char *reason) {
  if (!at_mark(parser, mark)) refuse(parser, reason);
  if (!failed(parser->operation)) advance(parser);
}

static Filter *new_filter(Parser *parser, FilterKind kind, Filter *left,
                          Filter *right) {
  Filter *filter = arena_alloc(&parser->operation->arena, sizeof *filter);
  filter->kind = kind;
  filter->left = left;
  filter->right = right;
  return filter;
}

/*
** Comparisons.
*/
static const Attribute *resolve(Parser *parser, Text name) {
  const Attribute *attribute;
  if (!parser->attribute) {
    attribute = schema_resolve_any(parser->type, parser->others, name);
  } else {
    attribute = schema_attribute(parser->attribute->first, name);
    if (!parser->attribute->first && text_same(name, text_of("value")))
      attribute = parser->attribute;
  }
  if (attribute && attribute->returned == RETURNED_NEVER)
    error_set(parser->operation, parser->kind,
              "'%.*s' is never returned, and cannot be searched for",
              TEXT_ARG(attribute->path));
  if (!attribute)
    error_set(parser->operation, parser->kind,
              "the filter names the unknown attribute '%.*s'%s%.*s",
              TEXT_ARG(name), parser->attribute ? " within " : "",
              parser->attribute ? (int)parser->attribute->path.size : 0,
              parser->attribute ? parser->attribute->path.data : "");
  return attribute;
}

static bool read_operator(Parser *parser, FilterOperator *relation) {
  static const char *const names[] = {"eq", "ne", "co", "sw", "ew",
                                      "gt", "ge", "lt", "le", "pr"};
  for (int i = OPERATOR_EQ; i <= OPERATOR_PR; i++) {
    if (!at_word(parser, names[i])) continue;
    *relation = (FilterOperator)i;
    advance(parser);
    return !failed(parser->operation);
  }
  refuse(parser, "expected an relation (eq, ne, co, sw, ew, gt, ge, lt, le, "
                 "pr)");
  return false;
}

/* A JSON value, or a bare word, which is a string. */
static Json *read_literal(Parser *parser) {
  Arena *arena = &parser->operation->arena;
  JsonFault fault = {NULL, 0};
  Json *literal = NULL;
  if (parser->token != TOKEN_STRING && parser->token != TOKEN_WORD) {
    refuse(parser, "expected a value");
    return NULL;
  }
  literal = json_parse(arena, parser->word, &fault);
  if (!literal && parser->token == TOKEN_STRING) refuse(parser, fault.reason);
  if (!literal && (parser->operation->strict & STRICT_LITERALS))
    refuse(parser, "a string must be in quotes");
  if (!literal) literal = json_string(arena, parser->word);
  if (!failed(parser->operation)) advance(parser);
  return literal;
}

static bool is_order(FilterOperator relation) {
  return relation >= OPERATOR_GT && relation <= OPERATOR_LE;
}

static bool is_textual(const Attribute *attribute) {
  return attribute->type == TYPE_STRING || attribute->type == TYPE_BINARY ||
         attribute->type == TYPE_REFERENCE || attribute->type == TYPE_DATETIME;
}

/* RFC 7644 table 3: no order among booleans and binary; parts of text only. */
static void check_operator(Parser *parser, const Filter *filter) {
  const Attribute *attribute = filter->attribute;
  bool wrong = false;
  if (is_order(filter->relation))
    wrong = attribute->type == TYPE_BOOLEAN || attribute->type == TYPE_BINARY;
  if (filter_is_substring(filter->relation)) wrong = !is_textual(attribute);
  if (wrong)
    error_set(parser->operation, parser->kind,
              "the relation cannot be used with '%.*s'",
              TEXT_ARG(attribute->path));
}

/* A literal of another type than the attribute's, as IdPs write it: numbers
** and words for text, digits in quotes for numbers. */
static Json *suit(Parser *parser, const Attribute *attribute, Json *literal) {
  Arena *arena = &parser->operation->arena;
  JsonFault fault = {NULL, 0};
  if (is_textual(attribute)) {
    if (literal->type == JSON_NUMBER) return json_string(arena, literal->text);
    if (literal->type == JSON_TRUE) return json_string(arena, text_of("true"));
    if (literal->type == JSON_FALSE)
      return json_string(arena, text_of("false"));
  } else if (literal->type == JSON_STRING && attribute->type != TYPE_BOOLEAN &&
             !(parser->operation->strict & STRICT_LITERALS)) {
    Json *number = json_parse(arena, literal->text, &fault);
    if (number) return number;
  }
  return literal;
}

static void read_key(Parser *parser, Filter *filter) {
  Operation *operation = parser->operation;
  const Attribute *attribute = filter->attribute;
  Json *literal = suit(parser, attribute, filter->literal);
  filter->literal = literal;
  if (filter_is_substring(filter->relation) && literal->type == JSON_STRING) {
    filter->key = key_of_text(operation, attribute, literal->text);
  } else if (!key_of(operation, attribute, literal, &filter->key)) {
    error_set(operation, parser->kind,
              "the value compared with '%.*s' has not its type",
              TEXT_ARG(attribute->path));
  }
}

/* attribute eq null: has no value (RFC 7643 section 2.5). */
static Filter *null_filter(Parser *parser, Filter *filter) {
  if (filter->relation != OPERATOR_EQ && filter->relation != OPERATOR_NE) {
    error_set(parser->operation, parser->kind,
              "null can only be compared by eq and ne");
    return NULL;
  }
  filter->kind = FILTER_NULL;
  return filter->relation == OPERATOR_EQ
             ? filter
             : new_filter(parser, FILTER_NOT, filter, NULL);
}

/* A complex attribute is compared by its value. */
static void compare_value(Parser *parser, Filter *filter) {
  const Attribute *value = schema_value(filter->attribute);
  if (!value)
    error_set(parser->operation, parser->kind,
              "'%.*s' is complex and has no value to compare",
              TEXT_ARG(filter->attribute->path));
  filter->attribute = value;
}

/* What follows the name: an operator and perhaps a literal. */
static Filter *parse_comparison(Parser *parser, const Attribute *attribute) {
  Filter *filter = new_filter(parser, FILTER_COMPARE, NULL, NULL);
  filter->attribute = attribute;
  if (!read_operator(parser, &filter->relation)) return NULL;
  if (filter->relation == OPERATOR_PR) return filter;
  filter->literal = read_literal(parser);
  if (failed(parser->operation)) return NULL;
  if (filter->literal->type == JSON_NULL) return null_filter(parser, filter);
  if (attribute->type == TYPE_COMPLEX) compare_value(parser, filter);
  if (failed(parser->operation)) return NULL;
  check_operator(parser, filter);
  if (!failed(parser->operation)) read_key(parser, filter);
  return filter;
}

/*
** The grammar. Each returns NULL once there is an error.
*/
static Filter *parse_or(Parser *parser);

static void enter(Parser *parser) {
  if (++parser->depth > FILTER_DEPTH)
    refuse(parser, "nested more than 64 levels deep");
  if (!failed(parser->operation)) advance(parser);
}

static Filter *parse_group(Parser *parser) {
  enter(parser);
  Filter *filter = parse_or(parser);
  if (!failed(parser->operation)) expect(parser, ')', "expected ')'");
  parser->depth--;
  return filter;
}

/* "].value eq …": one element must match both. */
static Filter *parse_behind_brackets(Parser *parser, Filter *filter) {
  const Attribute *outer = parser->attribute;
  Text name = text_after(parser->word, 1);
  parser->attribute = filter->attribute;
  const Attribute *sub = resolve(parser, name);
  if (!failed(parser->operation)) advance(parser);
  Filter *right =
      failed(parser->operation) ? NULL : parse_comparison(parser, sub);
  parser->attribute = outer;
  filter->left = new_filter(parser, FILTER_AND, filter->left, right);
  return filter;
}

static Filter *parse_value_path(Parser *parser, const Attribute *attribute) {
  Filter *filter = new_filter(parser, FILTER_VALUE_PATH, NULL, NULL);
  filter->attribute = attribute;
  if (parser->attribute || attribute->parent) {
    refuse(parser, "brackets may only follow a top-level attribute");
    return NULL;
  }
  parser->attribute = attribute;
  enter(parser);
  if (!failed(parser->operation)) filter->left = parse_or(parser);
  parser->attribute = NULL;
  if (!failed(parser->operation)) expect(parser, ']', "expected ']'");
  parser->depth--;
  if (!failed(parser->operation) && parser->token == TOKEN_WORD &&
      parser->word.data[0] == '.' && parser->word.size > 1)
    return parse_behind_brackets(parser, filter);
  return filter;
}

static Filter *parse_term(Parser *parser) {
  if (failed(parser->operation)) return NULL;
  if (at_mark(parser, '(')) return parse_group(parser);
  if (at_word(parser, "not")) {
    advance(parser);
    if (failed(parser->operation)) return NULL;
    if (!at_mark(parser, '(')) {
      refuse(parser, "expected '(' after not");
      return NULL;
    }
    return new_filter(parser, FILTER_NOT, parse_group(parser), NULL);
  }
  if (parser->token != TOKEN_WORD) {
    refuse(parser, "expected an attribute");
    return NULL;
  }
  const Attribute *attribute = resolve(parser, parser->word);
  if (!failed(parser->operation)) advance(parser);
  if (failed(parser->operation)) return NULL;
  if (at_mark(parser, '[')) return parse_value_path(parser, attribute);
  return parse_comparison(parser, attribute);
}

static Filter *parse_and(Parser *parser) {
  Filter *left = parse_term(parser);
  while (!failed(parser->operation) && at_word(parser, "and")) {
    advance(parser);
    left = new_filter(parser, FILTER_AND, left, parse_term(parser));
  }
  return left;
}

static Filter *parse_or(Parser *parser) {
  Filter *left = parse_and(parser);
  while (!failed(parser->operation) && at_word(parser, "or")) {
    advance(parser);
    left = new_filter(parser, FILTER_OR, left, parse_and(parser));
  }
  return left;
}

static Filter *parse_whole(Parser *parser) {
  if (failed(parser->operation)) return NULL;
  if (parser->text.size > FILTER_SIZE) {
    error_set(parser->operation, parser->kind,
              "the filter is longer than %d bytes", FILTER_SIZE);
    return NULL;
  }
  advance(parser);
  Filter *filter = parse_or(parser);
  if (!failed(parser->operation) && parser->token != TOKEN_END)
    refuse(parser, "expected 'and', 'or' or the end");
  return failed(parser->operation) ? NULL : filter;
}

Filter *filter_parse(Operation *operation, const ResourceType *type,
                     const SchemaSet *others, Text text) {
  Parser parser = {.operation = operation,
                   .type = type,
                   .others = others,
                   .kind = ERROR_INVALID_FILTER,
                   .text = text};
  return parse_whole(&parser);
}

Filter *filter_parse_value(Operation *operation, const Attribute *attribute,
                           Text text, ErrorKind kind) {
  Parser parser = {.operation = operation,
                   .attribute = attribute,
                   .kind = kind,
                   .text = text};
  return parse_whole(&parser);
}

bool filter_uses(const Filter *filter, const Attribute *attribute) {
  if (!filter || !attribute) return false;
  const Attribute *own = filter->attribute;
  if (own && (own->parent ? own->parent : own) == attribute) return true;
  return filter_uses(filter->left, attribute) ||
         filter_uses(filter->right, attribute);
}

/*
** error.c: one table from kinds to statuses, and the Error message.
**
** HOW IT WORKS
**
** An operation has the number of its error and a detail for a person. All that
** a client is told besides follows from the number, here and nowhere else: a
** kind has one status and at most one scimType. So the code that finds a
** mistake says what it is, and does not think of HTTP.
**
** The positions that error_parse reports are bytes of the text as it came,
** from 0, so that an admin can find the place in what the IdP has sent.
*/
#include "error.h"

#define ERROR_NAME 100 /* bytes of a name on a way */
#define ERROR_WAY 1000 /* bytes of a way, but for its last step */

/* What a kind of error is to a client. */
typedef struct ErrorMeaning {
  int status;            /* of HTTP */
  const char *scim_type; /* NULL where RFC 7644 table 9 has none */
} ErrorMeaning;

static const ErrorMeaning error_meanings[] = {
    [ERROR_NONE] = {200, NULL},
    [ERROR_INVALID_FILTER] = {400, "invalidFilter"},
    [ERROR_TOO_MANY] = {400, "tooMany"},
    [ERROR_UNIQUENESS] = {409, "uniqueness"},
    [ERROR_CONFLICT] = {409, NULL},
    [ERROR_MUTABILITY] = {400, "mutability"},
    [ERROR_INVALID_SYNTAX] = {400, "invalidSyntax"},
    [ERROR_INVALID_PATH] = {400, "invalidPath"},
    [ERROR_NO_TARGET] = {400, "noTarget"},
    [ERROR_INVALID_VALUE] = {400, "invalidValue"},
    [ERROR_INVALID_VERSION] = {400, "invalidVers"},
    [ERROR_INVALID_CURSOR] = {400, "invalidCursor"},
    [ERROR_EXPIRED_CURSOR] = {400, "expiredCursor"},
    [ERROR_INVALID_COUNT] = {400, "invalidCount"},
    [ERROR_SENSITIVE] = {403, "sensitive"},
    [ERROR_UNAUTHORIZED] = {401, NULL},
    [ERROR_FORBIDDEN] = {403, NULL},
    [ERROR_NOT_FOUND] = {404, NULL},
    [ERROR_METHOD_NOT_ALLOWED] = {405, NULL},
    [ERROR_PRECONDITION_FAILED] = {412, NULL},
    [ERROR_TOO_LARGE] = {413, NULL},
    [ERROR_MEDIA_TYPE] = {415, NULL},
    [ERROR_NOT_IMPLEMENTED] = {501, NULL},
    [ERROR_UNAVAILABLE] = {503, NULL},
    [ERROR_INVALID_REQUEST] = {400, NULL},
    [ERROR_DATABASE] = {500, NULL},
};

/* A kind that has no row would have the status 0, which is none. */
int error_status(int kind) {
  assert(kind >= 0 &&
         (size_t)kind < sizeof error_meanings / sizeof *error_meanings);
  return error_meanings[kind].status;
}

/* NULL where RFC 7644 has no word for the kind: the reply then has no scimType,
** and the status alone tells. */
const char *error_scim_type(int kind) {
  assert(kind >= 0 &&
         (size_t)kind < sizeof error_meanings / sizeof *error_meanings);
  return error_meanings[kind].scim_type;
}

/* The way back, for an application that raises "scim:409:uniqueness:…" in a
** trigger of its own. Kinds of the lower layers are left out: they tell of this
** program and its database, and are not for others to raise. Nor is the last
** one, which is about the header of the request. */
int error_kind(int status, Text scim_type) {
  for (int kind = ERROR_FIRST_OF_MODEL; kind < ERROR_INVALID_REQUEST; kind++) {
    const ErrorMeaning *meaning = &error_meanings[kind];
    if (meaning->status == status &&
        text_same(text_of(meaning->scim_type), scim_type))
      return kind;
  }
  return ERROR_NONE;
}

/* "status" is a string, as in all examples of RFC 7644 section 3.12. */
Json *error_json(Operation *operation) {
  Arena *arena = &operation->arena;
  const char *scim_type = error_scim_type(operation->error);
  Json *error = json_new(arena, JSON_OBJECT);
  Json *schemas = json_new(arena, JSON_ARRAY);
  json_append(
      schemas,
      json_string(arena, TEXT("urn:ietf:params:scim:api:messages:2.0:Error")));
  json_put(error, "schemas", schemas);
  json_put(error, "status",
           json_string(arena, arena_format(arena, "%d",
                                           error_status(operation->error))));
  if (scim_type)
    json_put(error, "scimType", json_string(arena, text_of(scim_type)));
  json_put(error, "detail", json_string(arena, operation->detail));
  return error;
}

Text error_take(Operation *operation) {
  SavedError saved = error_save(operation);
  return arena_format(&operation->arena, "%d %.*s", error_status(saved.error),
                      TEXT_ARG(saved.detail));
}

void error_add_step(Buffer *way, Text name, bool last) {
  static const Text gap = {" -> …", sizeof " -> …" - 1};
  Text shown = utf8_first(name, ERROR_NAME);
  if (way->size >= ERROR_WAY && !last) {
    Text end = text_after(buffer_text(way), way->size - gap.size);
    if (!text_equal(end, gap)) buffer_add(way, gap);
    return;
  }
  if (way->size) buffer_string(way, " -> ");
  buffer_add(way, shown);
  if (shown.size < name.size) buffer_string(way, "…");
}

/* What is wrong is told from what is right but not accepted: an admin who reads
** "not valid JSON" looks for a comma that is missing. */
Json *error_parse(Operation *operation, Text text, const char *what) {
  JsonFault fault;
  if (failed(operation)) return NULL;
  Json *value = json_parse(&operation->arena, text, &fault);
  if (!value)
    error_set(operation, ERROR_INVALID_SYNTAX, "%s is not %s: %s at byte %lld",
              what, fault.refused ? "accepted" : "valid JSON", fault.reason,
              (long long)fault.position);
  return value;
}

/* The reason is left out: nobody who reads it has written the text. */
Json *error_parse_stored(Operation *operation, Text text, const char *table,
                         Text id) {
  JsonFault fault;
  if (failed(operation)) return NULL;
  Json *value = json_parse(&operation->arena, text, &fault);
  if (value && value->type == JSON_OBJECT) return value;
  error_corrupt(operation, "what %s holds for '%.*s' is not a JSON object",
                table, TEXT_ARG(id));
  return NULL;
}

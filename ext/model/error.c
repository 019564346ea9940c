#include "error.h"

#include <sqlite3ext.h>
#include <stdarg.h>

SQLITE_EXTENSION_INIT3

typedef struct Kind {
  int status;
  const char *scim_type;
} Kind;

static const Kind kinds[] = {
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
    [ERROR_DATABASE] = {500, NULL},
};

int error_status(ErrorKind kind) { return kinds[kind].status; }

const char *error_scim_type(ErrorKind kind) { return kinds[kind].scim_type; }

void operation_init(Operation *operation) {
  Strictness tolerant = {false, false, false, false, false, false};
  operation->strict = tolerant;
  error_clear(operation);
}

#define DETAIL_SIZE 600

void error_set(Operation *operation, ErrorKind kind, const char *format, ...) {
  if (failed(operation)) return;
  char detail[DETAIL_SIZE];
  va_list arguments;
  va_start(arguments, format);
  sqlite3_vsnprintf(sizeof detail, detail, format, arguments);
  va_end(arguments);
  /* A cut may have split a character of what the client sent. */
  size_t size = strlen(detail);
  if (size + 1 == sizeof detail) {
    while (size && ((unsigned char)detail[size - 1] & 0xC0) == 0x80) size--;
    if (size && (unsigned char)detail[size - 1] >= 0x80) size--;
  }
  Text text = {detail, size};
  operation->error = kind;
  operation->detail = arena_copy(&operation->arena, text);
}

void error_database(Operation *operation, int code, const char *message) {
  error_set(operation, ERROR_DATABASE, "%s", message);
  if (!operation->sqlite) operation->sqlite = code;
}

void error_clear(Operation *operation) {
  operation->error = ERROR_NONE;
  operation->detail = text_of("");
  operation->sqlite = 0;
}

HeldError error_hold(Operation *operation) {
  HeldError held = {operation->error, operation->detail, operation->sqlite};
  error_clear(operation);
  return held;
}

void error_return(Operation *operation, HeldError held) {
  if (failed(operation)) return;
  operation->error = held.error;
  operation->detail = held.detail;
  operation->sqlite = held.sqlite;
}

Json *error_json(Operation *operation) {
  Arena *arena = &operation->arena;
  const char *scim_type = error_scim_type(operation->error);
  Json *error = json_new(arena, JSON_OBJECT);
  Json *schemas = json_new(arena, JSON_ARRAY);
  json_append(
      schemas,
      json_string(arena,
                  text_of("urn:ietf:params:scim:api:messages:2.0:Error")));
  json_put(error, "schemas", schemas);
  json_put(error, "status",
           json_string(arena, arena_format(arena, "%d",
                                           error_status(operation->error))));
  if (scim_type)
    json_put(error, "scimType", json_string(arena, text_of(scim_type)));
  json_put(error, "detail", json_string(arena, operation->detail));
  return error;
}

Json *error_parse(Operation *operation, Text text, const char *what) {
  JsonFault fault = {NULL, 0};
  if (failed(operation)) return NULL;
  Json *value = json_parse(&operation->arena, text, &fault);
  if (!value)
    error_set(operation, ERROR_INVALID_SYNTAX,
              "%s is not valid JSON: %s at "
              "byte %lld",
              what, fault.reason, (long long)fault.position);
  return value;
}

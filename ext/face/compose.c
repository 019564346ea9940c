/*
** compose.c: the function scim_document: a row as a document.
**
**   SELECT scim_document('User', json_object(
**     'userName', login, 'name.givenName', first_name,
**     'emails[type eq "work"].value', mail)) FROM employee;
**     -- {"userName":"ann","name":{"givenName":"Ann"},…}: the body of a POST
**   SELECT scim_document('User', json_object('title', title), doc) …;
**     -- doc with that title: the body of a PUT
**
** The names of the object are paths of SCIM (RFC 7644 figure 7); a name that is
** none, or that is not a client's to set, is an error. NULL and '' mean that
** there is no value, which takes it from the third argument, the document as it
** is; 1 and 0 are booleans where one belongs. What no name says stays. The URN
** of an extension stands for its attributes, which are names in the object
** there: so the document of a resource is an object of values, too, but for
** what the service sets in it. Rules of the type, as that a userName is
** required, are not checked here, but by the request, or by scim_validate.
**
** It computes, reads only the definitions, and may be called anywhere.
*/
#include "../model/compose.h"
#include "../model/document.h"
#include "../store/definitions.h"
#include "functions.h"

/* An argument that must be an object; NULL after an error. */
static Json *compose_object(Operation *operation, const FunctionCall *call,
                            int number, const char *what) {
  Json *object =
      error_parse(operation, call_text(operation, call, number), what);
  if (object && object->type != JSON_OBJECT)
    error_set(operation, ERROR_INVALID_SYNTAX, "%s is no object", what);
  return failed(operation) ? NULL : object;
}

/* Names and cells as they come. */
typedef struct ComposePairs {
  Text *names;
  Json **cells;
  size_t count, names_size, cells_size;
} ComposePairs;

static void compose_add(Operation *operation, ComposePairs *pairs, Text name,
                        Json *cell) {
  Arena *arena = &operation->arena;
  pairs->names = arena_more(arena, pairs->names, pairs->count,
                            &pairs->names_size, sizeof *pairs->names);
  pairs->cells = arena_more(arena, pairs->cells, pairs->count,
                            &pairs->cells_size, sizeof *pairs->cells);
  pairs->names[pairs->count] = name;
  pairs->cells[pairs->count++] = cell;
}

/* The object of an extension; in a file it is JSON within a text. NULL when the
** cell says that there is none, or with an error. */
static const Json *compose_part(Operation *operation,
                                const Extension *extension, const Json *cell) {
  JsonFault fault;
  bool text = cell->type == JSON_STRING;
  if (cell->type == JSON_NULL || (text && !cell->text.size)) return NULL;
  const Json *part =
      text ? json_parse(&operation->arena, cell->text, &fault) : cell;
  if (part && part->type == JSON_OBJECT) return part;
  error_set(operation, ERROR_INVALID_VALUE,
            "the value of '%.*s' must be an object",
            TEXT_ARG(extension->schema->id));
  return NULL;
}

/* The URN of an extension: its attributes, each by its own name. What the
** service sets is passed over; no object takes all away. */
static void compose_add_extension(Operation *operation, ComposePairs *pairs,
                                  const Extension *extension,
                                  const Json *cell) {
  const Json *part = compose_part(operation, extension, cell);
  if (part)
    JSON_EACH (member, part) {
      const Attribute *known = schema_attribute(extension->first, member->name);
      if (!known || known->mutability != MUTABILITY_READ_ONLY)
        compose_add(operation, pairs,
                    arena_format(&operation->arena, "%.*s:%.*s",
                                 TEXT_ARG(extension->schema->id),
                                 TEXT_ARG(member->name)),
                    member);
    }
  for (const Attribute *a = extension->first; !part && a; a = a->next)
    if (document_keeps(a)) compose_add(operation, pairs, a->path, NULL);
}

/* The document of the pairs of path and value. */
static Json *compose_pairs(Operation *operation, const ResourceType *type,
                           Json *object, const Json *old) {
  ComposePairs pairs = {0};
  Compose compose;
  JSON_EACH (pair, object) {
    const Extension *extension = schema_extension(type, pair->name);
    if (extension)
      compose_add_extension(operation, &pairs, extension, pair);
    else
      compose_add(operation, &pairs, pair->name, pair);
  }
  if (!compose_read(operation, type, pairs.names, pairs.count, &compose))
    return NULL;
  return compose_document(operation, &compose, pairs.cells, old);
}

/* A third argument that is NULL is as none: of who is not there yet. */
void compose_body(Operation *operation, void *data) {
  const FunctionCall *call = data;
  if (!definitions_load(operation)) return;
  const ResourceType *type =
      schema_type_named(operation, call_text(operation, call, 0));
  Json *pairs = compose_object(operation, call, 1, "the object of values");
  const Json *old = NULL;
  if (call_text(operation, call, 2).data)
    old = compose_object(operation, call, 2, "the document");
  if (failed(operation)) return;
  Json *doc = compose_pairs(operation, type, pairs, old);
  if (doc) call_result(call->context, json_text(&operation->arena, doc));
}

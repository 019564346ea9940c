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
** is; 1 and 0 are booleans where one belongs. What no name says stays. Rules of
** the type, as that a userName is required, are not checked here, but by the
** request, or by scim_validate.
**
** It computes, reads only the definitions, and may be called anywhere.
*/
#include "../model/compose.h"
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

/* The document of the pairs of path and value. */
static Json *compose_pairs(Operation *operation, const ResourceType *type,
                           Json *pairs, const Json *old) {
  Compose compose;
  size_t count = 0;
  Text *names = arena_array(&operation->arena, pairs->count, sizeof *names);
  Json **cells = arena_array(&operation->arena, pairs->count, sizeof *cells);
  JSON_EACH (pair, pairs) {
    names[count] = pair->name;
    cells[count++] = pair;
  }
  if (!compose_read(operation, type, names, count, &compose)) return NULL;
  return compose_document(operation, &compose, cells, old);
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

/*
** pure.c: the functions scim_match, scim_patch and scim_validate.
**
**   SELECT scim_match('userName sw "a"', '{"schemas":[…],"userName":"ann"}');
**     -- 1
**   SELECT scim_patch(doc, '{"Operations":[{"op":"add",…}]}');
**     -- the document after the PatchOp (RFC 7644 section 3.5.2)
**   SELECT scim_validate('User', '{}');
**     -- the SCIM error that a create would answer, as JSON, or NULL
**
** They compute on documents, and change nothing; what they read of the
** database are the definitions. A document says by its schemas what it is; one
** that does not is taken for the first type, which is User. NULL in, NULL out.
** A wrong filter, patch or document is an SQL error. They may be called
** anywhere, in triggers and views of untrusted schemas too (SQLITE_INNOCUOUS),
** also in the middle of a request that scim_apply is handling.
*/
#include "../model/match.h"
#include "../model/patch.h"
#include "../model/resource.h"
#include "../model/unfit.h"
#include "../store/definitions.h"
#include "functions.h"

SQLITE_EXTENSION_INIT3

static bool pure_is_null(const FunctionCall *call, int number) {
  return sqlite3_value_type(call->arguments[number]) == SQLITE_NULL;
}

/* A document is an object; NULL after an error. */
static Json *pure_document(Operation *operation, const FunctionCall *call,
                           int number) {
  Json *doc = error_parse(operation, call_text(operation, call, number),
                          "the document");
  if (doc && doc->type != JSON_OBJECT)
    error_set(operation, ERROR_INVALID_SYNTAX, "the document is no object");
  return doc;
}

/* 1 or 0, as SQL's own conditions are. The filter is read as that of a request
** (RFC 7644 section 3.4.2.2), for the type of the document. */
void match_body(Operation *operation, void *data) {
  const FunctionCall *call = data;
  if (pure_is_null(call, 0) || pure_is_null(call, 1)) return;
  definitions_load(operation);
  Json *doc = pure_document(operation, call, 1);
  const ResourceType *type = schema_type_or_first(operation, doc);
  if (failed(operation)) return;
  const Filter *filter =
      filter_parse(operation, type, NULL, call_text(operation, call, 0));
  if (filter)
    sqlite3_result_int(call->context, filter_match(operation, filter, doc));
}

/* The document as it is after the PatchOp, in no particular spelling: what a
** server sets itself, as meta, is not touched. What it does not keep goes, and
** with it what is left of a value that had nothing else. */
void patch_body(Operation *operation, void *data) {
  const FunctionCall *call = data;
  PatchOptions options = {.edit = NULL};
  if (pure_is_null(call, 0) || pure_is_null(call, 1)) return;
  definitions_load(operation);
  Json *doc = pure_document(operation, call, 0);
  const Json *patch =
      error_parse(operation, call_text(operation, call, 1), "the patch");
  const ResourceType *type = schema_type_or_first(operation, doc);
  if (failed(operation)) return;
  unfit_forget(&operation->arena, type, doc);
  patch_apply(operation, type, doc, patch, &options);
  unfit_forget(&operation->arena, type, doc);
  if (!failed(operation))
    call_result(call->context, json_text(&operation->arena, doc));
}

/* A SCIM error is the answer here, and no failure; only what has nothing to do
** with the document, as SQLITE_CORRUPT, is one. NULL says that all is well. */
void validate_body(Operation *operation, void *data) {
  const FunctionCall *call = data;
  if (!definitions_load(operation)) return;
  const ResourceType *type =
      schema_type_named(operation, call_text(operation, call, 0));
  Json *body =
      error_parse(operation, call_text(operation, call, 1), "the document");
  if (!failed(operation))
    resource_check(operation, type, resource_read(operation, type, body), NULL);
  if (!failed(operation) || operation->error == ERROR_DATABASE) return;
  call_result(call->context,
              json_text(&operation->arena, error_json(operation)));
  error_clear(operation);
}

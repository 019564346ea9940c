/*
** upsert.c: what loading rows by a key would do.
**
** HOW IT WORKS
**
** Each row is a request that computes and changes nothing (Request.computes):
** a POST of the row's document where nobody has its key, otherwise a change of
** the document that is there to the same with the row put over it. So the
** answers are those of create.c and change.c, refusals as well. Members of a
** group stay, unless they are a column.
**
** No row sees what those before it would do; what that would matter for is the
** key, and so a key that comes twice is refused.
*/
#include "upsert.h"

#include "../model/event.h"
#include "../model/key.h"
#include "../model/resource.h"
#include "../model/source.h"
#include "../store/search.h"
#include "body.h"
#include "caller.h"
#include "change.h"
#include "handle.h"
#include "handlers.h"
#include "route.h"
#include "trial.h"

/* Kinds of what was seen. */
enum { UPSERT_ID, UPSERT_KEY };

/*
** Columns.
*/

/* The attribute of the type by which people are told apart: the first that is
** required, unique and has one value. NULL when there is none. */
static const Attribute *upsert_natural(const ResourceType *type) {
  for (const Attribute *a = type->first; a; a = a->next)
    if (a->required && a->uniqueness != UNIQUENESS_NONE && !a->multi_valued &&
        a->type != TYPE_COMPLEX && document_keeps(a))
      return a;
  return NULL;
}

/* The key is one of the columns, since it is a row's own; and named before the
** first row is looked at, as are all columns. */
bool upsert_read(Operation *operation, const ResourceType *type,
                 const Text *names, size_t count, Text match, Arena *kept,
                 Upsert *upsert) {
  if (!compose_read(operation, type, names, count, &upsert->compose))
    return false;
  const Attribute *natural = match.size ? NULL : upsert_natural(type);
  if (natural) match = natural->path;
  if (!match.size)
    error_set(operation, ERROR_INVALID_VALUE,
              "match must say which column is the key of a %.*s",
              TEXT_ARG(type->name));
  upsert->match = compose_find(operation, &upsert->compose, match);
  if (!failed(operation) && upsert->match == count)
    error_set(operation, ERROR_INVALID_PATH, "no column is the key, '%.*s'",
              TEXT_ARG(match));
  upsert->members = false;
  for (size_t i = 0; i < upsert->compose.count && type->members; i++)
    if (upsert->compose.columns[i].path.attribute == type->members)
      upsert->members = true;
  upsert->any = upsert->blind = false;
  upsert->seen = lookup_new(kept);
  lookup_build(&upsert->seen);
  return !failed(operation);
}

/*
** Who it is.
*/

/* Notes the text, in memory that outlives the row; false when it was there
** already. */
static bool upsert_note(Upsert *upsert, int kind, Text text) {
  LookupSearch search = lookup_search(&upsert->seen, kind, text);
  if (lookup_next(&search)) return false;
  lookup_add(&upsert->seen,
             (LookupEntry){kind, arena_copy(upsert->seen.arena, text), 0});
  return true;
}

/* The same for a key that nobody has, as keys are compared: 7 is 7.0. */
static bool upsert_note_key(Operation *operation, Upsert *upsert,
                            const Json *value) {
  Key key;
  const Attribute *leaf = upsert->compose.columns[upsert->match].leaf;
  if (key_of(operation, leaf, value, &key))
    value = key_json(&operation->arena, &key);
  return upsert_note(upsert, UPSERT_KEY, json_text(&operation->arena, value));
}

/* The resource with the key: false when there is none, and with uniqueness when
** there are several. */
static bool upsert_find(Operation *operation, const Upsert *upsert,
                        const ResourceType *type, const Json *key,
                        Resource *resource) {
  const ComposeColumn *column = &upsert->compose.columns[upsert->match];
  Text filter =
      arena_format(&operation->arena, "%.*s eq %.*s", TEXT_ARG(column->name),
                   TEXT_ARG(json_text(&operation->arena, key)));
  Search search = {.type = type,
                   .filter = filter_parse(operation, type, NULL, filter),
                   .limit = 2};
  Page page = search_run(operation, &search);
  if (failed(operation)) return false;
  if (page.count > 1)
    error_set(operation, ERROR_UNIQUENESS,
              "several resources have this value of '%.*s'",
              TEXT_ARG(column->name));
  return page.count == 1 &&
         find_by_row(operation, page.rows[0].resource, resource);
}

/* The key as the attribute has it. NULL with an error when the row has none,
** and when that is nothing to be found by. */
static Json *upsert_key(Operation *operation, const Upsert *upsert,
                        Json *const *cells) {
  const ComposeColumn *column = &upsert->compose.columns[upsert->match];
  Json *key = compose_value(operation, column, cells[upsert->match]);
  bool plain = key && key->type != JSON_ARRAY && key->type != JSON_OBJECT;
  if (!plain)
    error_set(operation, ERROR_INVALID_VALUE,
              "the row has no value of '%.*s', by which it could be found",
              TEXT_ARG(column->name));
  return plain ? key : NULL;
}

/*
** Requests.
*/

/* A request that only computes, as far as its type is known. The tenant must be
** one that takes requests. */
static Request *upsert_request(Operation *operation, const Upsert *upsert) {
  Arena *arena = &operation->arena;
  Json *options = json_new(arena, JSON_OBJECT);
  json_put(options, "tenant", json_string(arena, upsert->tenant));
  json_put(options, "dry_run", json_bool(arena, true));
  Request *request =
      handle_new(operation, TEXT("POST"), upsert->compose.type->endpoint,
                 NO_TEXT, options);
  request->computes = true;
  caller_identify(operation, request->caller);
  caller_authorise(operation, request->caller);
  route_request(request);
  return request;
}

/* A POST of the row: the document is made from nothing, and so gets what a new
** resource gets by default. Members that the row names are looked for as in any
** request. */
static void upsert_create(Request *request, const Upsert *upsert,
                          Json *const *cells) {
  request->body->json =
      compose_document(request->operation, &upsert->compose, cells, NULL);
  body_check_schemas(request);
  if (!failed(request->operation)) create_handle(request);
}

/* The resource is to have this document. It is read and kept as that of a PUT
** (replace.c), but for its members if the document is not to say them. */
static void upsert_change(Request *request, Resource *resource, const Json *old,
                          const Json *doc, bool members) {
  Operation *operation = request->operation;
  MemberEdit edit = {0};
  if (failed(operation)) return;
  request->target->handler = replace_handle;
  request->target->method = TEXT("PUT");
  request->target->id = resource->id;
  Json *content = resource_read_over(operation, resource->type, doc, old);
  resource_keep(operation, resource->type, content, old, doc);
  if (members && !failed(operation))
    member_edit_replace(operation, &edit,
                        resource_value(content, resource->type->members));
  change_store(request, resource, old, content, &edit);
}

/*
** Rows.
*/

/* A merge patch of the change, as the log would have it, so that a preview and
** the history read alike; of a new resource without the id, which would be
** another one each time. */
static Text upsert_patch(Operation *operation, Json *change, const char *name,
                         bool is_new) {
  Json *patch = json_member(change, name);
  Json *id = is_new ? json_member(patch, "id") : NULL;
  if (id) json_remove(patch, id);
  return patch ? json_text(&operation->arena, patch) : NO_TEXT;
}

/* What came of the request. A refusal is the row's, and no error. */
static void upsert_tell(Request *request, UpsertRow *row) {
  Operation *operation = request->operation;
  if (operation->error == ERROR_DATABASE) return;
  if (failed(operation)) {
    row->action = "refuse";
    row->detail = operation->detail;
    error_clear(operation);
    return;
  }
  Json *change = trial_change(request);
  Text action = json_member_string(change, "action");
  bool is_new = text_equal(action, TEXT("create"));
  row->action = is_new                               ? "create"
                : text_equal(action, TEXT("update")) ? "update"
                                                     : "same";
  if (!is_new) row->id = request->target->id;
  row->before = upsert_patch(operation, change, "before", false);
  row->after = upsert_patch(operation, change, "after", is_new);
}

/* What is not UTF-8 is no JSON, and no request could have it. It is told by the
** name of the column, which a parser of the whole document could not. */
static bool upsert_is_text(Operation *operation, const Upsert *upsert,
                           Json *const *cells) {
  for (size_t i = 0; i < upsert->compose.count; i++) {
    if (!cells[i] || utf8_valid(cells[i]->text)) continue;
    error_set(operation, ERROR_INVALID_VALUE, "the column '%.*s' is not UTF-8",
              TEXT_ARG(upsert->compose.columns[i].name));
    return false;
  }
  return true;
}

/* Does the row, and says who it is about, if it is there. First what the row
** says is looked at, then who has its key, then whether a row before had it:
** who is refused for that is told with his id all the same. */
static void upsert_do(Request *request, Upsert *upsert, Json *const *cells,
                      UpsertRow *row) {
  Operation *operation = request->operation;
  Resource resource;
  Json *key = upsert_is_text(operation, upsert, cells)
                  ? upsert_key(operation, upsert, cells)
                  : NULL;
  upsert->blind |= !key;
  if (!key) return;
  row->key =
      key->type == JSON_STRING ? key->text : json_text(&operation->arena, key);
  bool found =
      upsert_find(operation, upsert, request->target->type, key, &resource);
  upsert->blind |= failed(operation);
  if (failed(operation)) return;
  if (found) row->id = resource.id;
  if (found ? !upsert_note(upsert, UPSERT_ID, resource.id)
            : !upsert_note_key(operation, upsert, key)) {
    error_set(operation, ERROR_UNIQUENESS, "a row before it has the same key");
    return;
  }
  if (!found) {
    upsert_create(request, upsert, cells);
    return;
  }
  const Json *old = find_stored(operation, &resource);
  if (failed(operation)) return;
  upsert_change(request, &resource, old,
                compose_document(operation, &upsert->compose, cells, old),
                upsert->members);
}

/* Without a tenant nothing can be said of any row: that is an error, and the
** only one. What is wrong with the row itself is what the result tells, so that
** the rows behind it are looked at as well. */
UpsertRow upsert_row(Operation *operation, Upsert *upsert, Json *const *cells) {
  UpsertRow row = {.action = "same"};
  upsert->any = true;
  Request *request = upsert_request(operation, upsert);
  if (failed(operation)) return row;
  upsert_do(request, upsert, cells, &row);
  upsert_tell(request, &row);
  return row;
}

/* Nobody is deactivated on a guess: an empty file is a mistake of whoever wrote
** it, more likely than a company without people. */
bool upsert_knows_missing(const Upsert *upsert, UpsertRow *row) {
  bool knows = upsert->any && !upsert->blind;
  if (!knows)
    *row = (UpsertRow){
        .action = "refuse",
        .detail = upsert->any
                      ? TEXT("nobody is deactivated: it is not known whose the "
                             "rows are that are refused")
                      : TEXT("nobody is deactivated: there are no rows")};
  return knows;
}

/* Breakers count what has been done, and nothing has. The key is told as the
** document has it, by the path of the column; it has none where that column was
** empty when it was made.
**
** The type is looked at again, by its attribute: definitions may have changed
** since the query began. */
bool upsert_missing(Operation *operation, Upsert *upsert, long long number,
                    UpsertRow *row) {
  Resource resource;
  Request *request = upsert_request(operation, upsert);
  if (failed(operation) || !find_by_row(operation, number, &resource))
    return false;
  LookupSearch search = lookup_search(&upsert->seen, UPSERT_ID, resource.id);
  if (lookup_next(&search)) return false;
  Json *old = find_stored(operation, &resource);
  const Attribute *active =
      schema_attribute(resource.type->first, TEXT("active"));
  if (failed(operation) || !active || event_is_inactive(old)) return false;
  const ComposeColumn *column = &upsert->compose.columns[upsert->match];
  Source source = {.path = column->path};
  Json *key = source_value(operation, &source, TRANSFORM_TEXT, old);
  *row = (UpsertRow){.key = key ? key->text : NO_TEXT, .id = resource.id};
  Json *doc = json_copy(&operation->arena, old);
  resource_set(operation, doc, active, json_bool(&operation->arena, false));
  upsert_change(request, &resource, old, doc, false);
  upsert_tell(request, row);
  if (row->action && !strcmp(row->action, "update")) row->action = "deactivate";
  return true;
}

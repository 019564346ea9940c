/*
** patch_fuzz.c: paths and PATCH (model/path.c, model/patch*.c).
**
** The first line is a path, the second a list of operations; the third, if any,
** is the document that is patched, or else there is one a type. A path is
** printed and read again. Operations that are accepted give the same document
** twice, have a form that is right by itself, and leave what can be stored: a
** canonical document, which is read, checked and stored again without a change.
** And members of a group become the same whether they are in the document or
** are noted as an edit.
*/
#include "../../ext/model/error.h"
#include "../../ext/model/patch.h"
#include "../../ext/model/path.h"
#include "../../ext/model/strict.h"
#include "../../ext/model/unfit.h"
#include "../model/model_test.h"
#include "fuzz.h"

static Model model;

static const char user_doc[] =
    "{\"userName\":\"ann\",\"title\":\"chef\",\"active\":true,"
    "\"name\":{\"familyName\":\"Lee\"},\"emails\":[{\"value\":\"a@b.no\","
    "\"type\":\"work\",\"primary\":true},{\"value\":\"c@d.no\",\"type\":"
    "\"home\"}],\"roles\":[{\"value\":\"r\"}],"
    "\"" ENTERPRISE
    "\":{\"department\":\"R\",\"manager\":{\"value\":\"bob\"}}}";
static const char group_doc[] =
    "{\"displayName\":\"g\",\"members\":[{\"value\":\"ann\",\"type\":\"User\"},"
    "{\"value\":\"bob\",\"display\":\"Bob\"},{\"value\":\"eve\"}]}";
static const char thing_doc[] =
    "{\"label\":\"a\",\"code\":\"C\",\"size\":3,\"weight\":1.50,\"ready\":true,"
    "\"seen\":\"2026-01-01T00:00:00Z\",\"tags\":[\"x\",\"y\"],\"levels\":[1,2],"
    "\"serial\":\"s\",\"parts\":[{\"value\":\"p\",\"type\":\"t\",\"size\":1}],"
    "\"origin\":{\"place\":\"here\",\"owner\":\"me\"},"
    "\"urn:example:scim:2.0:Extra\":{\"color\":\"red\",\"depth\":1}}";

/* An operation of this request alone, with the schemas of the model. */
static void patch_fuzz_begin(Operation *operation, unsigned strict) {
  operation_init(operation);
  operation->schemas = &model.set;
  operation->tenant = text_of("default");
  operation->strict = strict;
}

/*
** Paths.
*/

/* The path as text; one with a filter has none here, but filter_fuzz.c. */
static Text patch_fuzz_print(Arena *arena, const Path *path) {
  if (path->extension) return path->extension->schema->id;
  Text text = path->sub ? path->sub->path : path->attribute->path;
  return arena_copy(arena, text);
}

static void patch_fuzz_path(const ResourceType *type, unsigned strict,
                            Text text) {
  Operation operation;
  Path path, again;
  patch_fuzz_begin(&operation, strict);
  bool read = path_parse(&operation, type, text, &path);
  fuzz_check("a path is read, or refused", read != failed(&operation), text);
  if (read) {
    Text printed = patch_fuzz_print(&operation.arena, &path);
    fuzz_check("a path that is printed is one",
               path_parse(&operation, type, printed, &again), printed);
    fuzz_check("and the same",
               path.extension == again.extension &&
                   path.attribute == again.attribute && path.sub == again.sub,
               printed);
  }
  arena_close(&operation.arena);
}

/*
** What is left behind.
*/

/* As it would be stored. */
static Text patch_fuzz_stored(Operation *operation, const ResourceType *type,
                              const Json *doc) {
  return json_text(&operation->arena,
                   resource_canonical(operation, type, doc, text_of("id")));
}

/* A document that may be stored is read by its own schema, and comes out as it
** went in. */
static void patch_fuzz_outcome(Operation *operation, const ResourceType *type,
                               const Json *doc) {
  JsonFault fault;
  bool unfit = true;
  Text stored = patch_fuzz_stored(operation, type, doc);
  resource_check(operation, type, doc, NULL);
  if (failed(operation)) {
    error_clear(operation);
    return;
  }
  const Json *tree = json_parse(&operation->arena, stored, &fault);
  fuzz_check("what is stored is JSON", tree != NULL, stored);
  fuzz_check("with nothing in it that the type has not",
             unfit_look(operation->schemas, type, stored, &unfit) && !unfit,
             stored);
  operation->strict &= STRICT_TEXTS;
  const Json *read = resource_read(operation, type, tree);
  if (failed(operation))
    fuzz_wrong("it could be sent back", operation->detail, stored);
  fuzz_equal("and would change nothing",
             patch_fuzz_stored(operation, type, read), stored);
}

/* Members by their value, sorted by it; of an edit, what it makes of those that
** there were. */
typedef struct Members {
  Text values[256];
  int count;
} Members;

static void patch_fuzz_note(Members *members, Text value, bool drop) {
  int at = 0;
  while (at < members->count && !text_equal(members->values[at], value)) at++;
  if (drop && at < members->count)
    members->values[at] = members->values[--members->count];
  if (!drop && at == members->count && at < 256)
    members->values[members->count++] = value;
}

static bool patch_fuzz_has(const Members *members, Text value) {
  for (int i = 0; i < members->count; i++)
    if (text_equal(members->values[i], value)) return true;
  return false;
}

static void patch_fuzz_edit(Members *members, const MemberEdit *edit) {
  if (edit->replace) members->count = 0;
  JSON_EACH (entry, edit->entries) {
    patch_fuzz_note(members, json_member_string(entry, "value"),
                    json_member(entry, "drop") != NULL);
  }
}

/* `doc` has the members as the operations left them. */
static void patch_fuzz_members(Operation *operation, const Json *before,
                               const Json *doc, const Json *body) {
  MemberEdit edit = {0};
  PatchOptions options = {.edit = &edit};
  Members noted = {.count = 0}, kept = {.count = 0};
  Json *copy = json_copy(&operation->arena, before);
  JSON_EACH (member, json_member(before, "members")) {
    patch_fuzz_note(&noted, json_member_string(member, "value"), false);
  }
  JSON_EACH (member, json_member(doc, "members")) {
    patch_fuzz_note(&kept, json_member_string(member, "value"), false);
  }
  json_remove(copy, json_member(copy, "members"));
  patch_apply(operation, model.group, copy, body, &options);
  bool same = failed(operation) || edit.needs_members;
  error_clear(operation);
  if (same) return;
  patch_fuzz_edit(&noted, &edit);
  same = noted.count == kept.count;
  for (int i = 0; same && i < kept.count; i++)
    same = patch_fuzz_has(&noted, kept.values[i]);
  if (!same && kept.count < 256 && noted.count < 256)
    fuzz_wrong("an edit leaves the members that a document has",
               edit.entries ? json_text(&operation->arena, edit.entries)
                            : text_of("no edit"),
               json_text(&operation->arena, doc));
}

/*
** A request.
*/
static void patch_fuzz_apply(const ResourceType *type, unsigned strict,
                             const Json *before, const Json *body) {
  Operation operation;
  PatchOptions options = {.edit = NULL}, form = {.form_only = true};
  patch_fuzz_begin(&operation, strict);
  Json *doc = json_copy(&operation.arena, before);
  Json *twin = json_copy(&operation.arena, before);
  patch_apply(&operation, type, doc, body, &options);
  if (failed(&operation)) {
    fuzz_check("what is refused has a detail", operation.detail.size > 0,
               json_text(&operation.arena, body));
  } else {
    Text after = json_text(&operation.arena, doc);
    patch_apply(&operation, type, twin, body, &options);
    fuzz_equal("the same again", json_text(&operation.arena, twin), after);
    patch_apply(&operation, type, NULL, body, &form);
    if (failed(&operation))
      fuzz_wrong("what is done has a form that is right", operation.detail,
                 json_text(&operation.arena, body));
    if (type == model.group && json_member(before, "members"))
      patch_fuzz_members(&operation, before, doc, body);
    patch_fuzz_outcome(&operation, type, doc);
  }
  arena_close(&operation.arena);
}

/* The list of operations as a body. */
static Json *patch_fuzz_body(Arena *arena, Text text) {
  JsonFault fault;
  Json *operations = json_parse(arena, text, &fault);
  if (!operations) return NULL;
  Json *body = json_new(arena, JSON_OBJECT);
  json_put(body, "Operations", operations);
  return body;
}

/* The document of the input as it would be stored, if it can be, or else that
** of the type. */
static Json *patch_fuzz_before(Operation *operation, const ResourceType *type,
                               Text text, const char *usual) {
  JsonFault fault;
  Json *doc = text.size ? json_parse(&operation->arena, text, &fault) : NULL;
  if (doc) doc = resource_read(operation, type, doc);
  if (doc && !failed(operation)) resource_check(operation, type, doc, NULL);
  bool good = doc && !failed(operation);
  error_clear(operation);
  if (!good) doc = json_parse(&operation->arena, text_of(usual), &fault);
  return doc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (!model.user) MODEL_OPEN(&model);
  const ResourceType *types[] = {model.user, model.group, model.thing};
  const char *docs[] = {user_doc, group_doc, thing_doc};
  Text rest = {(const char *)data, size};
  Text path = fuzz_line(&rest), operations = fuzz_line(&rest);
  unsigned strict = size % 2 ? 0 : STRICT_ALL & ~STRICT_SCHEMAS;
  Operation operation;
  patch_fuzz_begin(&operation, 0);
  const Json *body = patch_fuzz_body(&operation.arena, operations);
  for (size_t i = 0; i < COUNT(types); i++) {
    patch_fuzz_path(types[i], strict, path);
    if (!body) continue;
    const Json *before = patch_fuzz_before(&operation, types[i], rest, docs[i]);
    patch_fuzz_apply(types[i], strict, before, body);
  }
  arena_close(&operation.arena);
  return 0;
}

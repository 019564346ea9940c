#include "../../ext/model/path.h"

#include "model_test.h"

/* "attribute|filter|sub", or "extension …", or the kind of the error. */
static Text describe(Model *model, const ResourceType *type, const char *text) {
  Path path;
  Arena *arena = &model->operation.arena;
  bool parsed = path_parse(&model->operation, type, quoted(arena, text), &path);
  if (failed(&model->operation)) return take_error(model);
  if (!parsed) return text_of("false without error");
  if (path.extension)
    return arena_format(arena, "extension %.*s",
                        TEXT_ARG(path.extension->schema->id));
  return arena_format(arena, "%.*s|%s|%.*s", TEXT_ARG(path.attribute->path),
                      path.filter ? "filter" : "",
                      path.sub ? (int)path.sub->name.size : 0,
                      path.sub ? path.sub->name.data : "");
}

typedef struct Case {
  const char *path, *want;
} Case;

static void expect_paths(const char *type, const Case *cases, size_t count) {
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < count; i++)
    expect_text(cases[i].path,
                describe(&model, type_named(&model, type), cases[i].path),
                cases[i].want);
  model_close(&model);
}

static void paths_of_users_are_read(void **state) {
  (void)state;
  static const Case cases[] = {
      {"displayName", "displayName||"},
      {"DISPLAYNAME", "displayName||"},
      {"name", "name||"},
      {"name.familyName", "name||familyName"},
      {"Name.FamilyName", "name||familyName"},
      {"emails", "emails||"},
      {"emails.value", "emails||value"},
      {"emails[type eq 'work']", "emails|filter|"},
      {"emails[type eq 'work'].value", "emails|filter|value"},
      {"EMAILS[TYPE EQ 'work'].VALUE", "emails|filter|value"},
      {"emails[type eq 'work' and value ew 'example.com'].display",
       "emails|filter|display"},
      {"emails[value eq 'a]b'].type", "emails|filter|type"},
      {"emails[value eq 'a`]b'].type", "emails|filter|type"},
      {"roles[primary eq 'True'].value", "roles|filter|value"},
      {"addresses[not (type eq 'work')]", "addresses|filter|"},
      {"meta.version", "meta||version"},
      {CORE_USER ":userName", "userName||"},
      {CORE_USER ":name.givenName", "name||givenName"},
      {CORE_USER ":emails[type eq 'work'].value", "emails|filter|value"},
      {ENTERPRISE ":department", ENTERPRISE ":department||"},
      {ENTERPRISE ":Manager", ENTERPRISE ":manager||"},
      {ENTERPRISE ":manager.value", ENTERPRISE ":manager||value"},
      {ENTERPRISE ":manager.$ref", ENTERPRISE ":manager||$ref"},
      {"URN:IETF:params:scim:schemas:extension:enterprise:2.0:USER:department",
       ENTERPRISE ":department||"},
      {ENTERPRISE, "extension " ENTERPRISE},
      /* as UnboundID's SDK writes it */
      {ENTERPRISE ":", "extension " ENTERPRISE},
      {ENTERPRISE ": ", "extension " ENTERPRISE},
      {ENTERPRISE "::", "invalidPath"},
      {"manager", ENTERPRISE ":manager||"},
      {CORE_USER, "invalidPath"},
      {" displayName ", "displayName||"},
      /* N18 of findings/protocol.md: blanks around the parts */
      {"emails [type eq 'work'] .value", "emails|filter|value"},
      {"emails[type eq 'work'] ", "emails|filter|"},
      {"", "invalidPath"},
      {" ", "invalidPath"},
      {"nope", "invalidPath"},
      {"name.nope", "invalidPath"},
      {"name.givenName.x", "invalidPath"},
      {"userName.value", "invalidPath"},
      {"name.", "invalidPath"},
      {".name", "invalidPath"},
      {"emails[type eq 'work'].nope", "invalidPath"},
      {"emails[type eq 'work'].", "invalidPath"},
      {"emails[type eq 'work']value", "invalidPath"},
      {"emails[type eq 'work'].value.x", "invalidPath"},
      {"emails[type eq 'work'].value eq 'x'", "invalidPath"},
      {"emails[type eq 'work'", "invalidPath"},
      {"emails[type eq 'work]", "invalidPath"},
      /* M9 of findings/protocol.md, and what is like it. */
      {"emails[primary gt true].value", "invalidFilter"},
      {"x509Certificates[value gt 'a']", "invalidFilter"},
      {"emails[type regex 'x'].value", "invalidFilter"},
      {"emails[type eq 'x' and].value", "invalidFilter"},
      {"emails[(type eq 'x'].value", "invalidFilter"},
      {"emails[].value", "invalidFilter"},
      {"emails[ ]", "invalidFilter"},
      {"emails[type eq]", "invalidFilter"},
      {ENTERPRISE ":manager[value eq 'x']", "invalidPath"},
      {"emails[]", "invalidFilter"},
      {"emails[0]", "invalidFilter"},
      {"emails[type]", "invalidFilter"},
      {"emails[nope eq 'x']", "invalidFilter"},
      {"emails[type eq 'a'][type eq 'b']", "invalidPath"},
      {"emails.value[type eq 'work']", "invalidPath"},
      {"[type eq 'work']", "invalidPath"},
      {"nope[type eq 'work']", "invalidPath"},
      {"userName[value eq 'x']", "invalidPath"},
      {"userName eq 'x'", "invalidPath"},
      {"members", "invalidPath"},
      {"urn:example:nope:displayName", "invalidPath"},
      {ENTERPRISE ":nope", "invalidPath"},
      {ENTERPRISE ":userName", "invalidPath"},
      {CORE_USER ":department", "invalidPath"},
      {"/displayName", "invalidPath"},
      {"emails/0/value", "invalidPath"},
  };
  expect_paths("User", cases, COUNT(cases));
}

static void paths_of_others_are_read(void **state) {
  (void)state;
  static const Case groups[] = {
      {"members", "members||"},
      {"members[value eq 'u1']", "members|filter|"},
      {"members[value eq 'u1' or value eq 'u2']", "members|filter|"},
      {"userName", "invalidPath"},
  };
  /* One URN is the beginning of another. */
  static const Case things[] = {
      {"tags", "tags||"},
      {"tags[value eq 'red']", "tags|filter|"},
      {"urn:example:scim:2.0:Extra:color",
       "urn:example:scim:2.0:Extra:color||"},
      {"urn:example:scim:2.0:Extra:More:color",
       "urn:example:scim:2.0:Extra:More:color||"},
      {"urn:example:scim:2.0:Extra:More:finish",
       "urn:example:scim:2.0:Extra:More:finish||"},
      {"urn:example:scim:2.0:Extra", "extension urn:example:scim:2.0:Extra"},
      {"urn:example:scim:2.0:Extra:More",
       "extension urn:example:scim:2.0:Extra:More"},
      {"urn:example:scim:2.0:Extra:finish", "invalidPath"},
      {"urn:example:scim:2.0:Extra:More:plan", "invalidPath"},
  };
  expect_paths("Group", groups, COUNT(groups));
  expect_paths("Thing", things, COUNT(things));
}

static void errors_say_what_is_wrong(void **state) {
  (void)state;
  static const Case cases[] = {
      {"nope", "the path 'nope' names an unknown attribute"},
      {"name.nope", "the path 'name.nope' names an unknown attribute"},
      {"name.nope[value pr]",
       "the path 'name.nope[...]' names an unknown attribute"},
      {"emails[type pr].nope",
       "the path 'emails[...].nope' names an unknown attribute"},
      {"emails[type pr", "the path 'emails[...' has '[' without ']'"},
      {"emails[type pr]x",
       "the path 'emails[...]x' has something other than '.' behind ']'"},
      {"emails[type eq \"]\"] eq 1",
       "the path 'emails[...]' has something other than '.' behind ']'"},
      {"password eq \"secret\"",
       "the path 'password...' names an unknown attribute"},
      {"password\neq\nsecret",
       "the path 'password...' names an unknown attribute"},
      {"password=secret", "the path 'password...' names an unknown attribute"},
      {"password/secret", "the path 'password...' names an unknown attribute"},
      {"userName[value pr]",
       "the path 'userName[...]' has a filter, but names a single value"},
  };
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    Path path;
    path_parse(&model.operation, model.user, text_of(cases[i].path), &path);
    expect_text(cases[i].path, model.operation.detail, cases[i].want);
    expect_error(&model, cases[i].path, "invalidPath");
  }
  Path path;
  path_parse(&model.operation, model.user, text_of("emails[nope pr]"), &path);
  expect_text("a wrong filter", model.operation.detail,
              "the filter names 'nope', which 'emails' does not have");
  expect_error(&model, "a wrong filter", "invalidFilter");
  model_close(&model);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(paths_of_users_are_read),
      cmocka_unit_test(paths_of_others_are_read),
      cmocka_unit_test(errors_say_what_is_wrong),
  };
  return cmocka_run_group_tests_name("path", tests, NULL, NULL);
}

/*
** caller.c: tokens, tenants, rights and limits of the one who asks.
**
** HOW IT WORKS
**
** A caller is filled in by three steps, in this order:
**
**     caller_read        what the options say, and what follows without asking
**                        the database (the clock, the name of the tenant)
**     caller_identify    whose token it is
**     caller_authorise   the tenant, its settings, and whether it is there
**
** Who brings an Authorization header is whom the token stands for, and nothing
** in the options makes more of it. Who brings none has opened the file, and is
** trusted with all that is in it.
*/
#include "caller.h"

#include <assert.h>

#include "../text/instant.h"
#include "handlers.h"

/* The base without slashes at its end: endpoints begin with one, and
** "https://x/scim//Users" is another URL than the one clients know. */
static Text caller_base(Text base) {
  while (base.size && base.data[base.size - 1] == '/')
    base = text_without(base, 1);
  return base;
}

/* The source is checked although it is for members alone: a slip in it would
** make a platform's members an IdP's. */
void caller_read(Operation *operation, Caller *caller, const Json *options) {
  /* Even as null: a host that passes on a header which was not sent must not
  ** become a trusted caller by it. */
  caller->has_authorization = json_member(options, "authorization") != NULL;
  caller->base = caller_base(caller->base);
  if (!caller->tenant.name.size) caller->tenant.name = TEXT("default");
  if (!caller->now.size) caller->now = instant_now(&operation->arena);
  if (caller->source.size && !text_equal(caller->source, TEXT("idp")) &&
      !text_equal(caller->source, TEXT("manual")))
    error_set(operation, ERROR_INVALID_VALUE,
              "the option 'source' is idp or manual, not '%.*s'",
              TEXT_ARG(caller->source));
}

/*
** Rights.
*/

/* Of a token that is not valid nothing is kept but the error; its tenant has no
** name, so that nothing of any tenant can be found. */
void caller_identify(Operation *operation, Caller *caller) {
  caller->token.rights = RIGHT_ALL;
  if (!caller->has_authorization) return;
  token_check(operation, caller->authorization, caller->now, &caller->token);
  caller->tenant.name = caller->token.tenant;
}

/* Is the setting the strict one? By a setting of its own, or else by the preset
** "rfc", which holds everything to the letter. */
static bool caller_is_strict(const Caller *caller, const char *setting,
                             const char *strict) {
  if (json_member(caller->tenant.settings, setting))
    return tenant_is(&caller->tenant, setting, strict);
  return tenant_is(&caller->tenant, "preset", "rfc");
}

/* What the tenant refuses although IdPs send it, as bits of model/strict.h. By
** default it is all taken: an IdP cannot be mended by who is provisioned. */
static unsigned caller_strictness(const Caller *caller) {
  static const struct {
    const char *setting, *strict;
    unsigned bit;
  } words[] = {{"unquoted_literals", "reject", STRICT_LITERALS},
               {"string_booleans", "reject", STRICT_BOOLEANS},
               {"unmatched_value_path", "noTarget", STRICT_TARGETS},
               {"missing_schemas", "reject", STRICT_SCHEMAS},
               {"other_shapes", "reject", STRICT_SHAPES},
               {"empty_operations", "reject", STRICT_EMPTY}};
  unsigned strict = 0;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (caller_is_strict(caller, words[i].setting, words[i].strict))
      strict |= words[i].bit;
  return strict;
}

/* A tenant's own base URL comes before that of the request: behind a proxy the
** host that the shim was called by may be a name that no client knows. */
void caller_authorise(Operation *operation, Caller *caller) {
  if (failed(operation)) return;
  operation->tenant = caller->tenant.name;
  if (!tenant_find(operation, caller->tenant.name, &caller->tenant))
    error_set(operation, ERROR_NOT_FOUND, "there is no tenant '%.*s'",
              TEXT_ARG(caller->tenant.name));
  if (caller->tenant.base_url.size)
    caller->base = caller_base(caller->tenant.base_url);
  operation->strict = caller_strictness(caller);
}

bool caller_may_read(const Caller *caller, const ResourceType *type) {
  return (caller->token.rights & right_of_type(type->name, true)) != 0;
}

/* What is about resources of all types, a list or a bulk request, goes to whom
** may do it to some type; of which, each part of it asks. Discovery is for
** every valid token: what can be asked for is no secret to a client. A dry run
** of a write needs the right to write: it answers what the write would do, as
** whether a name is taken. */
void caller_check_scope(Operation *operation, const Caller *caller,
                        const Target *target) {
  bool all = target->handler == list_handle || target->handler == bulk_handle;
  unsigned right = target->reads ? RIGHT_READ : RIGHT_WRITE;
  if (failed(operation) || (!target->type && !all)) return;
  if (target->type) right = right_of_type(target->type->name, target->reads);
  if (!(caller->token.rights & right))
    error_set(operation, ERROR_FORBIDDEN, "the token's scopes are without %s",
              right_name(right));
}

/*
** Limits.
*/

/* The normal number and the bounds of each limit stand here, and for people in
** scim_setting (sql/views/setting.sql); a test compares the two. A page is
** never larger than the largest, so that a tenant which lowers only that gets
** what it means. */
long long caller_limit(const Caller *caller, Limit limit) {
  static const struct {
    const char *name;
    long long normal, least, most;
  } limits[] = {
      [LIMIT_PAGE_MAX] = {"page_max", 1000, 1, 1000000},
      [LIMIT_PAGE_DEFAULT] = {"page_default", 100, 1, 1000000},
      [LIMIT_BODY] = {"max_body", 16 << 20, 1, 1 << 30},
      [LIMIT_GROUP_REPLY] = {"group_reply", 1000, 0, 1000000},
      [LIMIT_BULK_OPERATIONS] = {"bulk_operations", 1000, 1, 100000},
  };
  long long number =
      tenant_number(&caller->tenant, limits[limit].name, limits[limit].normal,
                    limits[limit].least, limits[limit].most);
  assert(number >= limits[limit].least && number <= limits[limit].most);
  if (limit != LIMIT_PAGE_DEFAULT) return number;
  long long most = caller_limit(caller, LIMIT_PAGE_MAX);
  return number < most ? number : most;
}

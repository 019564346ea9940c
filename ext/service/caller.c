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
** The last two ask the database, and are spared a caller whom known.c knows.
**
** Who brings an Authorization header is whom the token stands for, and nothing
** in the options makes more of it. Who brings none has opened the file, and is
** trusted with all that is in it.
*/
#include "caller.h"

#include <assert.h>

#include "../store/drawn.h"
#include "../store/secret.h"
#include "../text/uri.h"
#include "handlers.h"

/* The base as it is used: with the tenant's name where it says {tenant}, and
** without slashes at its end: endpoints begin with one, and
** "https://x/scim//Users" is another URL than the one clients know. */
static Text caller_base(Arena *arena, Text base, Text tenant) {
  Text mark = TEXT("{tenant}");
  while (base.size && base.data[base.size - 1] == '/')
    base = text_without(base, 1);
  for (size_t i = 0; i + mark.size <= base.size; i++) {
    if (!text_equal(text_first(text_after(base, i), mark.size), mark)) continue;
    Text name = uri_encode(arena, tenant);
    Text rest = text_after(base, i + mark.size);
    return arena_format(arena, "%.*s%.*s%.*s", TEXT_ARG(text_first(base, i)),
                        TEXT_ARG(name), TEXT_ARG(rest));
  }
  return base;
}

/* Who may not be told a secret, as the log of an engine that keeps statements,
** is given its digest. Without the header it would be that of nobody, and he
** who sent it would be trusted. */
static void caller_check_digest(Operation *operation, Caller *caller) {
  if (!caller->token_digest.data) return;
  if (!secret_is_digest(caller->token_digest)) {
    error_set(
        operation, ERROR_INVALID_VALUE,
        "the option 'token_digest' must be 64 hexadecimal digits in small "
        "letters");
    caller->token_digest = NO_TEXT; /* nobody shall compare it */
  }
  if (!caller->has_authorization)
    error_set(operation, ERROR_INVALID_VALUE,
              "the option 'token_digest' is without 'authorization'");
}

/* The source is checked although it is for members alone: a slip in it would
** make a platform's members an IdP's. Who is trusted is of the tenant that the
** URL names, if nothing else says whose. */
void caller_read(Operation *operation, Caller *caller, const Json *options) {
  /* Even as null: a host that passes on a header which was not sent must not
  ** become a trusted caller by it. */
  caller->has_authorization = json_member(options, "authorization") != NULL;
  if (!caller->tenant.name.size && caller->tenant_path.data)
    caller->tenant.name =
        uri_decode(&operation->arena, caller->tenant_path, false);
  if (!caller->tenant.name.size) caller->tenant.name = TEXT("default");
  caller->now = drawn_now(operation, caller->now);
  caller_check_digest(operation, caller);
  if (caller->source.data && !text_equal(caller->source, TEXT("idp")) &&
      !text_equal(caller->source, TEXT("manual")))
    error_set(operation, ERROR_INVALID_VALUE,
              "the option 'source' is idp or manual, not '%.*s'",
              TEXT_ARG(caller->source));
  if (caller->has_authorization && text_equal(caller->source, TEXT("manual")))
    error_set(operation, ERROR_INVALID_VALUE,
              "the option 'source' is manual for the platform only: not "
              "together with 'authorization'");
}

/*
** Memberships.
*/

/* Whose memberships the caller sees; no text means all of them. An IdP must not
** be shown what it has not put there, unless the tenant wants it to: it would
** take it out again, or take it for its own. The platform is shown its own when
** it says that it is about these, so that what it reads it can write back. Who
** trusts nobody but the file sees all that is in it. */
static Text caller_sees(const Caller *caller) {
  bool says = caller->source.size > 0;
  if (!caller->has_authorization && !says) return NO_TEXT;
  if (text_equal(caller->source, TEXT("manual"))) return caller->source;
  bool all = tenant_flag(&caller->tenant, "show_manual_members");
  return all ? NO_TEXT : TEXT("idp");
}

/* Who says nothing changes the IdP's memberships, as an IdP does. */
static void caller_set_source(Caller *caller) {
  caller->sees = caller_sees(caller);
  if (!caller->source.size) caller->source = TEXT("idp");
}

/*
** Rights.
*/

/* The answer is the same whether there is a tenant of the name or not, and that
** of a token which is not valid: so no URL tells who is a customer. */
bool caller_is_at_home(Operation *operation, const Caller *caller,
                       Text tenant) {
  return !caller->tenant_path.data ||
         text_equal(uri_decode(&operation->arena, caller->tenant_path, false),
                    tenant);
}

/* Of a token that is not valid nothing is kept but the error; its tenant has no
** name, so that nothing of any tenant can be found. */
void caller_identify(Operation *operation, Caller *caller) {
  if (!caller->known) caller->token.rights = RIGHT_ALL;
  if (caller->known) {
    token_check_time(operation, &caller->token, caller->now);
  } else if (caller->has_authorization) {
    token_check(operation, caller->authorization, caller->token_digest,
                caller->now, &caller->token);
    caller->tenant.name = caller->token.tenant;
  }
  if (!caller_is_at_home(operation, caller, caller->tenant.name))
    error_set(operation, ERROR_UNAUTHORIZED,
              "the bearer token is not valid at this URL");
}

/* The name in the URL goes into the base as it came, whether there is a tenant
** of the name or not: to look would tell. */
void caller_stay_unknown(Operation *operation, Caller *caller) {
  Text name = caller->tenant.name;
  memset(&caller->token, 0, sizeof caller->token);
  memset(&caller->tenant, 0, sizeof caller->tenant);
  caller->base = caller_base(&operation->arena, caller->base, name);
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
               {"empty_operations", "reject", STRICT_EMPTY},
               {"loose_names", "reject", STRICT_NAMES},
               {"remove_values", "reject", STRICT_REMOVALS},
               {"loose_values", "reject", STRICT_VALUES},
               {"empty_strings", "keep", STRICT_TEXTS}};
  unsigned strict = 0;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (caller_is_strict(caller, words[i].setting, words[i].strict))
      strict |= words[i].bit;
  return strict;
}

/* What an IdP's admin reads, who has not switched anything off. The people of
** the platform may go on in SQL while a tenant is disabled, to set it up; while
** it is being removed nobody may, since what is added would be left over. */
const char *caller_refusal(const Tenant *tenant, bool trusted) {
  if (tenant->removing)
    return "this directory is being removed: provisioning to it has ended; "
           "please ask the provider of the application";
  if (tenant->disabled && !trusted)
    return "provisioning is switched off for this directory: the request and "
           "the token are fine; please ask the provider of the application to "
           "switch it on";
  return NULL;
}

/* A tenant's own base URL comes before that of the request: behind a proxy the
** host that the shim was called by may be a name that no client knows. */
static void caller_find_tenant(Operation *operation, Caller *caller) {
  Tenant *tenant = &caller->tenant;
  if (!tenant_find(operation, tenant->name, tenant))
    error_set(operation, ERROR_NOT_FOUND, "there is no tenant '%.*s'",
              TEXT_ARG(tenant->name));
  const char *refusal = caller_refusal(tenant, !caller->has_authorization);
  if (refusal) error_set(operation, ERROR_FORBIDDEN, "%s", refusal);
  if (tenant->base_url.size) caller->base = tenant->base_url;
  caller->base = caller_base(&operation->arena, caller->base, tenant->name);
  caller->strict = caller_strictness(caller);
  caller_set_source(caller);
}

/* From here on the operation is the caller's. */
void caller_authorise(Operation *operation, Caller *caller) {
  if (failed(operation)) return;
  operation->tenant = caller->tenant.name;
  if (!caller->known) caller_find_tenant(operation, caller);
  operation->base = caller->base;
  operation->strict = caller->strict;
  operation->sees = caller->sees;
}

bool caller_may_read(const Caller *caller, const ResourceType *type) {
  return (caller->token.rights & right_of_type(type->name, true)) != 0;
}

/* A condition on the version asks for it, and who may not read is not told.
** "*" asks for nothing but whether there is such a resource. */
static void caller_check_condition(Operation *operation, const Caller *caller,
                                   const Target *target, Text list) {
  const ResourceType *type = target->type;
  if (!type || !target->id.size || !list.data || text_equal(list, TEXT("*")) ||
      caller_may_read(caller, type))
    return;
  error_set(operation, ERROR_FORBIDDEN,
            "a condition on the version needs the scope %s",
            right_name(right_of_type(type->name, true)));
}

/* What is about resources of all types, a list or a bulk request, goes to whom
** may do it to some type; of which, each part of it asks. Discovery is for
** every valid token: what can be asked for is no secret to a client. A dry run
** of a write needs the right to write: it answers what the write would do, as
** whether a name is taken. Errors are silent about what is stored where the
** caller may write it and not read it. */
void caller_check_scope(Operation *operation, const Caller *caller,
                        const Target *target) {
  bool all = target->handler == list_handle || target->handler == bulk_handle;
  unsigned right = target->reads ? RIGHT_READ : RIGHT_WRITE;
  if (failed(operation) || (!target->type && !all)) return;
  operation->strict &= ~(unsigned)STRICT_SILENT;
  if (target->type && !caller_may_read(caller, target->type))
    operation->strict |= STRICT_SILENT;
  if (target->type) right = right_of_type(target->type->name, target->reads);
  if (!(caller->token.rights & right))
    error_set(operation, ERROR_FORBIDDEN, "the token's scopes are without %s",
              right_name(right));
  caller_check_condition(operation, caller, target, target->if_match);
  caller_check_condition(operation, caller, target, target->if_none_match);
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
      [LIMIT_VALUES] = {"max_values", 200000, 1, 4 << 20},
      [LIMIT_GROUP_REPLY] = {"group_reply", 1000, 0, 1000000},
      [LIMIT_BULK_OPERATIONS] = {"bulk_operations", 1000, 1, 100000},
      [LIMIT_JOINED] = {"max_joined", 100000, 1, 1 << 30},
  };
  long long number =
      tenant_number(&caller->tenant, limits[limit].name, limits[limit].normal,
                    limits[limit].least, limits[limit].most);
  assert(number >= limits[limit].least && number <= limits[limit].most);
  if (limit != LIMIT_PAGE_DEFAULT) return number;
  long long most = caller_limit(caller, LIMIT_PAGE_MAX);
  return number < most ? number : most;
}

/*
** oauth.c: the token endpoint (RFC 6749 sections 2.3.1, 4.4, 5.1 and 5.2).
**
** HOW IT WORKS
**
** The steps stand in oauth_run: the form is read, the client proves who it is,
** what it asks for is compared with what it may, and one row is written. The
** first thing that is wrong is what is told, as the JSON of section 5.2, and
** the steps behind it do nothing. Before the last step nothing is written, and
** an attempt that is refused leaves nothing: not even a row in the log, since
** anybody can send one. That one succeeded is logged, as the client's.
**
** What is wrong with the client is told to whom has its secret, and to nobody
** else: a client that is not known, one of another tenant's URL and a wrong
** secret have one answer.
**
** An access token is a row of scim_token for an hour (store/issue.c), and what
** it does is logged as its client's.
*/
#include "oauth.h"

#include <assert.h>
#include <sodium.h>

#include "../db/transaction.h"
#include "../store/definitions.h"
#include "../store/issue.h"
#include "../store/secret.h"
#include "../text/form.h"
#include "../text/instant.h"
#include "../text/uri.h"
#include "caller.h"
#include "reply.h"
#include "target.h"

typedef struct OAuth {
  Request *request;
  Text grant, id, secret, scope; /* what is sent; no text: not sent */
  unsigned rights;               /* that are granted */
  int status;                    /* of the refusal, which has a code */
  const char *error;             /* of section 5.2, or NULL */
  const char *description;       /* and words for people */
} OAuth;

bool oauth_is_asked(const Target *target) {
  return target_method_is(target, "POST") &&
         text_same(target->endpoint, TEXT("/oauth")) &&
         text_equal(target->id, TEXT("token"));
}

/* The first refusal stays. Descriptions are ours to the letter: section 5.2
** allows neither quotes nor a backslash in them, and what was sent may have
** any. */
static void oauth_refuse(OAuth *oauth, int status, const char *error,
                         const char *description) {
  if (oauth->error) return;
  oauth->status = status;
  oauth->error = error;
  oauth->description = description;
}

static void oauth_refuse_request(OAuth *oauth, const char *description) {
  oauth_refuse(oauth, 400, "invalid_request", description);
}

static void oauth_refuse_client(OAuth *oauth, const char *description) {
  oauth_refuse(oauth, 401, "invalid_client", description);
}

/*
** The form.
*/

/* A parameter of the form. One without a value counts as left out (section
** 3.1), and none may be there twice. */
static Text oauth_parameter(OAuth *oauth, const char *name) {
  const Body *body = oauth->request->body;
  Text value = NO_TEXT;
  size_t count =
      form_count(&oauth->request->operation->arena, body->text, name, &value);
  if (count > 1)
    oauth_refuse_request(oauth, "a parameter is there more than once");
  if (!utf8_valid(value))
    oauth_refuse_request(oauth, "a parameter is not valid UTF-8");
  return value.size ? value : NO_TEXT;
}

/* The media type is that of a form, or nothing is said. */
static void oauth_read_form(OAuth *oauth) {
  const Body *body = oauth->request->body;
  Text form = TEXT(OAUTH_FORM);
  Text type = body->content_type;
  if (type.size &&
      (!text_begins(type, form) ||
       (type.size > form.size && !strchr("; ", type.data[form.size]))))
    oauth_refuse_request(
        oauth, "the Content-Type must be application/x-www-form-urlencoded");
  if (body->truncated || body->text.size > OAUTH_BODY)
    oauth_refuse_request(oauth, "the body is larger than 8192 bytes");
  if (oauth->error) return;
  oauth->grant = oauth_parameter(oauth, "grant_type");
  oauth->id = oauth_parameter(oauth, "client_id");
  oauth->secret = oauth_parameter(oauth, "client_secret");
  oauth->scope = oauth_parameter(oauth, "scope");
  if (!oauth->grant.size)
    oauth_refuse_request(oauth, "the parameter grant_type is missing");
  else if (!text_equal(oauth->grant, TEXT("client_credentials")))
    oauth_refuse(oauth, 400, "unsupported_grant_type",
                 "the only grant_type is client_credentials");
}

/*
** The client.
*/

/* Blanks may be around what is encoded. Who makes a request fit for several
** machines (replicable.c) reads the header by this too, so that it takes out
** the secret of every header which is understood here, and of no other. */
bool oauth_basic(Arena *arena, Text header, Text *id, Text *secret) {
  Text encoded = text_after(header, sizeof OAUTH_BASIC - 1);
  while (encoded.size && encoded.data[0] == ' ')
    encoded = text_after(encoded, 1);
  while (encoded.size && encoded.data[encoded.size - 1] == ' ')
    encoded = text_without(encoded, 1);
  char *bytes = arena_alloc(arena, encoded.size + 1);
  size_t size = 0;
  if (sodium_base642bin((unsigned char *)bytes, encoded.size + 1, encoded.data,
                        encoded.size, NULL, &size, NULL,
                        sodium_base64_VARIANT_ORIGINAL) != 0)
    return false;
  Text rest = {bytes, size};
  *id = uri_decode(arena, text_cut(&rest, ':'), true);
  *secret = uri_decode(arena, rest, true);
  return id->size && secret->size && utf8_valid(*id) && utf8_valid(*secret);
}

/* Where the credentials are: in the header or in the form, and not in both
** (section 2.3). The id may be in the form besides, if it is the same. */
static void oauth_read_credentials(OAuth *oauth) {
  Text header = oauth->request->caller->authorization;
  Text id = NO_TEXT;
  bool sent = oauth->secret.size > 0;
  if (header.size && sent)
    oauth_refuse_request(oauth, "credentials are both in the header "
                                "Authorization and in the body");
  if (oauth->error || !header.size) return;
  if (!text_begins(header, TEXT(OAUTH_BASIC))) {
    oauth_refuse_client(oauth, "the header Authorization is not that of a "
                               "client, which is Basic");
    return;
  }
  Arena *arena = &oauth->request->operation->arena;
  if (!oauth_basic(arena, header, &id, &oauth->secret))
    oauth_refuse_client(oauth, "the header Authorization cannot be read");
  if (oauth->id.size && !text_equal(oauth->id, id))
    oauth_refuse_request(oauth, "the header Authorization and the body name "
                                "different clients");
  oauth->id = id;
}

/* Finds the client, which becomes the caller: what it may is what its row says,
** and what is logged is its. A secret is digested even where there is no
** client, so that this takes as long. */
static void oauth_identify(OAuth *oauth) {
  Request *request = oauth->request;
  Operation *operation = request->operation;
  Caller *caller = request->caller;
  Token *client = &caller->token;
  if (oauth->error) return;
  bool found = token_find_client(operation, oauth->id, client);
  Text digest = caller->token_digest.data
                    ? caller->token_digest
                    : secret_digest(operation, oauth->secret);
  bool opens = token_opens(operation, client, digest, caller->now);
  if (failed(operation)) return;
  if (!oauth->id.size || !oauth->secret.size) {
    oauth_refuse_client(oauth, "client_id and client_secret are needed");
  } else if (!found || !opens ||
             !caller_is_at_home(operation, caller, client->tenant)) {
    oauth_refuse_client(oauth, "the client or its secret is not known");
  } else if (client->revoked) {
    oauth_refuse_client(oauth, "the client is revoked");
  } else if (token_ended(operation, client, caller->now)) {
    oauth_refuse_client(oauth, "the client has expired");
  }
}

/* The tenant of the client, which may take no requests. */
static void oauth_find_tenant(OAuth *oauth) {
  Operation *operation = oauth->request->operation;
  Caller *caller = oauth->request->caller;
  Text name = caller->token.tenant;
  if (oauth->error || failed(operation)) return;
  operation->tenant = name;
  bool found = tenant_find(operation, name, &caller->tenant);
  const char *refusal = caller_refusal(&caller->tenant, false);
  if (!found) oauth_refuse_client(oauth, "the client's tenant is not there");
  if (refusal) oauth_refuse(oauth, 400, "unauthorized_client", refusal);
}

/* What is asked for must be a part of what the client may (section 3.3); it is
** all of that when nothing is. */
static void oauth_read_scope(OAuth *oauth) {
  unsigned may = oauth->request->caller->token.rights;
  oauth->rights = may;
  if (oauth->error || !oauth->scope.size) return;
  if (!right_read(oauth->scope, &oauth->rights) || (oauth->rights & ~may))
    oauth_refuse(oauth, 400, "invalid_scope",
                 "the scope is not one that the client has");
}

/*
** The answer.
*/

/* When the token ends: in an hour, or with its client. An expiry that somebody
** has written into the row in another form is compared as a time, too. */
static Text oauth_expiry(const Request *request) {
  Arena *arena = &request->operation->arena;
  const Caller *caller = request->caller;
  Text expires = instant_later(arena, caller->now, ISSUE_ACCESS_SECONDS), own;
  if (caller->token.expires.data &&
      instant_canonical(arena, caller->token.expires, &own) &&
      text_compare(own, expires) < 0)
    return own;
  return expires;
}

/* Makes the token, unless it was made the first time that the request was sent;
** its secret. The log has no name for such a request, whose row is its
** client's: the digest says which token it was, since nobody draws one twice.
** */
static Text oauth_issue(OAuth *oauth, const Access *access) {
  Request *request = oauth->request;
  Token made;
  if (request->again && request->digest.data &&
      token_find_digest(request->operation, request->digest, &made))
    return request->digest;
  return issue_access(request->operation, &request->caller->token, oauth->id,
                      access);
}

/* Section 5.1. A dry run, as which the shim asks whether to go to the writer at
** all, makes no token and shows none. */
static void oauth_grant(OAuth *oauth) {
  Request *request = oauth->request;
  Arena *arena = &request->operation->arena;
  if (oauth->error || failed(request->operation)) return;
  Text secret = NO_TEXT;
  Access access = {oauth->rights, request->caller->now, oauth_expiry(request),
                   request->random, request->digest};
  if (!request->dry_run) secret = oauth_issue(oauth, &access);
  Json *body = json_new(arena, JSON_OBJECT);
  json_put_string(arena, body, "access_token", secret);
  json_put_string(arena, body, "token_type", TEXT("Bearer"));
  json_put(body, "expires_in",
           json_integer(arena, instant_seconds(access.expires) -
                                   instant_seconds(access.now)));
  json_put(body, "scope",
           json_string(arena, right_words(arena, oauth->rights)));
  request->reply->status = 200;
  request->reply->body = json_text(arena, body);
}

/* Section 5.2. The challenge is Basic, for that is what a client may send. */
static void oauth_reply_refusal(const OAuth *oauth) {
  Reply *reply = oauth->request->reply;
  Arena *arena = &oauth->request->operation->arena;
  Json *body = json_new(arena, JSON_OBJECT);
  json_put(body, "error", json_string(arena, text_of(oauth->error)));
  json_put(body, "error_description",
           json_string(arena, text_of(oauth->description)));
  reply->status = oauth->status;
  reply->body = json_text(arena, body);
  if (oauth->status == 401) reply->challenge = TEXT("Basic realm=\"scim\"");
}

/* The transaction is begun when all that was sent makes sense, so that what
** makes none does not wait for other writers. Options that are wrong are the
** host's mistake, and an error of SCIM's. */
void oauth_run(Request *request) {
  Operation *operation = request->operation;
  OAuth oauth = {.request = request};
  assert(oauth_is_asked(request->target));
  request->reply->no_store = true;
  if (!failed(operation)) {
    oauth_read_form(&oauth);
    oauth_read_credentials(&oauth);
  }
  if (!oauth.error && !request->dry_run) transaction_begin(operation);
  definitions_require(operation);
  oauth_identify(&oauth);
  oauth_find_tenant(&oauth);
  oauth_read_scope(&oauth);
  oauth_grant(&oauth);
  transaction_end(operation);
  if (operation->error == ERROR_DATABASE) return;
  if (failed(operation)) {
    reply_set_error(request);
    error_clear(operation);
  } else if (oauth.error) {
    oauth_reply_refusal(&oauth);
  }
}

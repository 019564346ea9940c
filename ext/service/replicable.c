/*
** replicable.c: makes a request fit for being run on several machines, and for
** a log that keeps it.
**
** HOW IT WORKS
**
** What the extension would draw is drawn here, once, and put into the options:
** the time, an id, and the secret of an access token, of which only the digest
** goes along. By its id the request may be sent again (again.c), or come late,
** and is done once. What is given already stays, so that a request that was
** made fit stays as it is.
**
** What nobody looks at does not go along, since a client may have put a secret
** there: parameters of the query of a write, but those that say what the reply
** is to show, and the body at a place that there is for no type. Whether there
** is a type is in the tables, so that whoever sends the request has to ask
** ("place").
**
** What the log of the engine must not hold is taken out. In the place of a
** secret that was sent stands "-", so that what is wrong with the header or the
** form is found as before, and its digest is an option of its own. Passwords,
** and what else is never stored, become asterisks (blot.h).
**
** No table is read, so that it can be done beside a database that is elsewhere.
** What is wrong with the request is not looked for here, but for a body that is
** no JSON, which may hold a password anywhere: it is told by scim_apply.
*/
#include "replicable.h"

#include <sodium.h>

#include "../store/drawn.h"
#include "../store/secret.h"
#include "../text/form.h"
#include "../text/uri.h"
#include "blot.h"
#include "oauth.h"
#include "target.h"

#define REPLICABLE_HIDDEN "-" /* in the place of a secret */

typedef struct Replicable {
  Operation *operation;
  Target target;
  Json *options, *result;
  Text body;  /* as it came */
  bool fit;   /* its secrets were taken out before */
  bool noted; /* one was taken out now */
} Replicable;

/*
** Options.
*/

/* Puts the option there, in the place of what it was. */
static void replicable_put(Replicable *own, const char *name, Json *value) {
  Json *old = json_member(own->options, name);
  if (old) json_remove(own->options, old);
  json_put(own->options, name, value);
}

static void replicable_set(Replicable *own, const char *name, Text text) {
  replicable_put(own, name, json_string(&own->operation->arena, text));
}

/* Takes the names of secrets out, which go no further. Whoever gives them and
** is not understood would have passwords in his log. */
static Json *replicable_take_secrets(Replicable *own) {
  Json *secrets = json_member(own->options, "write_only");
  const Json *names = json_member(secrets, "names");
  const Json *stored = json_member(secrets, "stored");
  if (secrets) json_remove(own->options, secrets);
  if (!secrets || secrets->type == JSON_NULL) return NULL;
  bool good = names && names->type == JSON_ARRAY &&
              (!stored || stored->type == JSON_OBJECT);
  JSON_EACH (name, names) good = good && name->type == JSON_STRING;
  if (!good)
    error_set(own->operation, ERROR_INVALID_VALUE,
              "the option 'write_only' must be an object with the list 'names' "
              "of texts, and 'stored', an object");
  return secrets;
}

/* Is the option there, and not null? */
static bool replicable_has(const Replicable *own, const char *name) {
  const Json *value = json_member(own->options, name);
  return value && value->type != JSON_NULL;
}

/* Puts true there, unless something is. */
static void replicable_set_true(Replicable *own, const char *name) {
  if (!replicable_has(own, name))
    replicable_put(own, name, json_bool(&own->operation->arena, true));
}

/* A secret that was sent is known by its digest from here on. Of two, which are
** refused together, it is that of the first. */
static void replicable_note(Replicable *own, Text secret) {
  if (!secret.size || own->noted) return;
  own->noted = true;
  replicable_set(own, "token_digest", secret_digest(own->operation, secret));
}

/*
** Who asks.
*/

/* The header without what it tells. What is no bearer token may be one whose
** admin has forgotten the word, and is replaced too. */
static void replicable_hide_bearer(Replicable *own, Text header) {
  Text secret = token_secret(header), hidden = TEXT("");
  if (token_is_sent(header))
    hidden = secret.size ? TEXT("Bearer " REPLICABLE_HIDDEN) : TEXT("Bearer");
  else if (header.size)
    hidden = TEXT(REPLICABLE_HIDDEN);
  replicable_set(own, "authorization", hidden);
  replicable_note(own, secret);
}

/* That of a client of OAuth, whose id stays. One that cannot be read becomes
** one that cannot. */
static void replicable_hide_basic(Replicable *own, Text header) {
  Arena *arena = &own->operation->arena;
  Text id, secret, hidden = TEXT(OAUTH_BASIC REPLICABLE_HIDDEN);
  if (oauth_basic(arena, header, &id, &secret)) {
    Text pair = uri_encode(arena, id);
    pair = arena_format(arena, "%.*s:" REPLICABLE_HIDDEN, TEXT_ARG(pair));
    size_t size =
        sodium_base64_ENCODED_LEN(pair.size, sodium_base64_VARIANT_ORIGINAL);
    char *encoded = arena_alloc(arena, size);
    sodium_bin2base64(encoded, size, (const unsigned char *)pair.data,
                      pair.size, sodium_base64_VARIANT_ORIGINAL);
    hidden = arena_format(arena, OAUTH_BASIC "%s", encoded);
    replicable_note(own, secret);
  }
  replicable_set(own, "authorization", hidden);
}

static void replicable_hide_header(Replicable *own) {
  const Json *value = json_member(own->options, "authorization");
  if (!value || value->type != JSON_STRING) return;
  if (oauth_is_asked(&own->target) &&
      text_begins(value->text, TEXT(OAUTH_BASIC)))
    replicable_hide_basic(own, value->text);
  else
    replicable_hide_bearer(own, value->text);
}

/*
** Where it goes.
*/

/* What is left of a parameter: a write looks at two names, of which no value is
** a secret; the filter of a read may compare with one, and engines put reads
** into their log, too, at some levels. No text: nothing is left. */
static Text replicable_parameter(Replicable *own, Blot *blot, Text pair) {
  Arena *arena = &own->operation->arena;
  Text value = pair, written = text_cut(&value, '=');
  Text name = uri_decode(arena, written, true);
  bool shows = text_same(name, TEXT("attributes")) ||
               text_same(name, TEXT("excludedAttributes"));
  if (!blot) return shows ? pair : NO_TEXT;
  if (!text_same(name, TEXT("filter"))) return pair;
  Text filter = uri_decode(arena, value, true);
  Text left = blot_filter(blot, own->target.path, filter);
  if (left.data == filter.data) return pair;
  left = uri_encode(arena, left);
  return arena_format(arena, "%.*s=%.*s", TEXT_ARG(written), TEXT_ARG(left));
}

/* The target of a write, and with a blot that of a read. What is no text is
** refused, and the result, which is one, cannot have it; but a read that was
** none only by its secret has become one. */
static void replicable_cut_query(Replicable *own, Blot *blot) {
  Text rest = own->target.query;
  Buffer target = buffer_new(&own->operation->arena);
  bool cut = false;
  char before = '?';
  buffer_add(&target, own->target.path);
  while (rest.size) {
    Text pair = text_cut(&rest, '&');
    Text left = replicable_parameter(own, blot, pair);
    cut |= left.data != pair.data;
    if (!left.size) continue;
    buffer_char(&target, before);
    buffer_add(&target, left);
    before = '&';
  }
  Text text = buffer_text(&target);
  if (cut && utf8_valid(text) && (blot || utf8_valid(own->target.query)))
    json_put(own->result, "target", json_string(&own->operation->arena, text));
}

/* Are there things at this place in every database, or nearly? What is wrong
** with the body of one is found out before. */
static bool replicable_is_usual(const Target *target) {
  static const char *const usual[] = {"/Users", "/Groups", "/Me", "/Bulk"};
  for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
    if (text_same(target->endpoint, text_of(usual[i]))) return true;
  return false;
}

static void replicable_name_place(Replicable *own) {
  if (!own->body.size || replicable_is_usual(&own->target)) return;
  json_put_string(&own->operation->arena, own->result, "place",
                  own->target.endpoint);
}

/*
** A form.
*/

/* A pair with another value; one that is not UTF-8 stays none. */
static void replicable_add_pair(Buffer *form, Text name, Text value) {
  if (buffer_text(form).size) buffer_char(form, '&');
  buffer_add(form, uri_encode(form->arena, name));
  buffer_char(form, '=');
  buffer_add(form, uri_encode(form->arena, value));
}

/* Is the body read as a form? What is another type, or too large, is not looked
** at by anybody, and only that has to go along. */
static bool replicable_is_form(const Replicable *own) {
  Text type = json_member_string(own->options, "content_type");
  return own->body.size <= OAUTH_BODY &&
         (!type.size || text_begins(type, TEXT(OAUTH_FORM)));
}

/* Is the value one that is looked at, and no secret? Of other kinds of grants,
** which are refused, it may be one. */
static bool replicable_is_told(Text name) {
  return text_equal(name, TEXT("grant_type")) ||
         text_equal(name, TEXT("client_id")) || text_equal(name, TEXT("scope"));
}

/* Every pair stays, also one that is there twice, so that what is wrong with
** the form is still wrong with it. */
static void replicable_hide_form(Replicable *own) {
  Arena *arena = &own->operation->arena;
  Buffer hidden = buffer_new(arena);
  Text form = replicable_is_form(own) ? own->body : NO_TEXT, name, value;
  while (form_next(arena, &form, &name, &value)) {
    if (text_equal(name, TEXT("client_secret"))) replicable_note(own, value);
    if (value.size && !replicable_is_told(name))
      value = utf8_valid(value) ? TEXT(REPLICABLE_HIDDEN) : TEXT("\xff");
    replicable_add_pair(&hidden, name, value);
  }
  json_put(own->result, "body", json_string(arena, buffer_text(&hidden)));
  if (own->body.size > OAUTH_BODY) replicable_set_true(own, "truncated");
}

/* The secret is for whoever has called, who puts it where the reply has the
** digest. */
static void replicable_draw_secret(Replicable *own) {
  Arena *arena = &own->operation->arena;
  if (replicable_has(own, "digest") || replicable_has(own, "random")) return;
  Secret secret = secret_new(own->operation, NO_TEXT);
  replicable_set(own, "digest", secret.digest);
  json_put_string(arena, own->result, "secret", secret.text);
  json_put_string(arena, own->result, "digest", secret.digest);
}

/*
** Passwords, and whatever is not stored.
*/

/* A body that is no JSON stays here: what is said of it goes along instead, as
** of one that the host has found out about (body.c). */
static void replicable_refuse_body(Replicable *own) {
  Operation *operation = own->operation;
  if (operation->error == ERROR_DATABASE) return;
  Text why = error_take(operation);
  if (!replicable_has(own, "refused")) replicable_set(own, "refused", why);
  json_put(own->result, "body", json_string(&operation->arena, TEXT("")));
}

/* No type has a place of three segments, or of what is no text. */
static void replicable_hide_body(Replicable *own, Blot *blot) {
  Operation *operation = own->operation;
  Arena *arena = &operation->arena;
  if (!own->target.endpoint.size && own->body.size)
    json_put(own->result, "body", json_string(arena, TEXT("")));
  if (failed(operation) || !own->target.endpoint.size ||
      !blot_may_be_in(blot, own->body))
    return;
  Json *body = error_parse(operation, own->body, "the request body");
  if (!body) {
    replicable_refuse_body(own);
    return;
  }
  blot_body(blot, own->target.path, body);
  if (blot->found)
    json_put(own->result, "body", json_string(arena, json_text(arena, body)));
}

/*
** All of it.
*/

/* What can be read of the target is enough; what is wrong with it scim_apply
** says. */
static void replicable_read(Replicable *own, Text method, Text target,
                            Text options) {
  Operation *operation = own->operation;
  if (options.size)
    own->options = error_parse(operation, options, "the text of the options");
  else
    own->options = json_new(&operation->arena, JSON_OBJECT);
  if (own->options && own->options->type != JSON_OBJECT)
    error_set(operation, ERROR_INVALID_SYNTAX,
              "the options must be a JSON object");
  if (failed(operation)) return;
  target_read(operation, &own->target, method, target);
  error_clear(operation);
}

/* Secrets first, while the options are as they came. What was made fit before
** has none any more, and is recognised by its digest. */
Text replicable_request(Operation *operation, Text method, Text target,
                        Text body, Text options) {
  Replicable own = {.operation = operation, .body = body};
  replicable_read(&own, method, target, options);
  Json *secrets = replicable_take_secrets(&own);
  if (failed(operation)) return NO_TEXT;
  own.result = json_new(&operation->arena, JSON_OBJECT);
  own.fit = replicable_has(&own, "token_digest");
  bool oauth = oauth_is_asked(&own.target);
  Blot blot = blot_new(&operation->arena, secrets);
  if (!own.fit) replicable_hide_header(&own);
  if (oauth && !own.fit) replicable_hide_form(&own);
  if (oauth) replicable_draw_secret(&own);
  if (!oauth) replicable_hide_body(&own, &blot);
  if (target_changes(&own.target) && !own.target.reads) {
    replicable_cut_query(&own, NULL);
    if (!oauth) replicable_name_place(&own);
  } else if (own.target.query.size) {
    replicable_cut_query(&own, &blot);
  }
  if (!replicable_has(&own, "now"))
    replicable_set(&own, "now", drawn_now(operation, NO_TEXT));
  if (!replicable_has(&own, "id"))
    replicable_set(&own, "id", secret_uuid(operation));
  replicable_set_true(&own, "again");
  json_put(own.result, "options", own.options);
  return json_text(&operation->arena, own.result);
}

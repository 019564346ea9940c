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
** form is found as before, and its digest is an option of its own. Passwords
** are never stored, and checked for nothing but their type: each character
** becomes an asterisk.
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
#include "oauth.h"
#include "target.h"

#define REPLICABLE_HIDDEN "-" /* in the place of a secret */
#define REPLICABLE_USER "urn:ietf:params:scim:schemas:core:2.0:User"

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

/* Is the parameter, as it is written, one that a write looks at? */
static bool replicable_is_parameter(Arena *arena, Text pair) {
  Text name = uri_decode(arena, text_cut(&pair, '='), true);
  return text_same(name, TEXT("attributes")) ||
         text_same(name, TEXT("excludedAttributes"));
}

/* The target without the others. One that is no text is refused, and the
** result, which is one, cannot have it. */
static void replicable_cut_query(Replicable *own) {
  Arena *arena = &own->operation->arena;
  Text rest = own->target.query;
  Buffer target = buffer_new(arena);
  bool cut = false, kept = false;
  buffer_add(&target, own->target.path);
  while (rest.size) {
    Text pair = text_cut(&rest, '&');
    bool keep = replicable_is_parameter(arena, pair);
    cut |= !keep;
    if (!keep) continue;
    buffer_char(&target, kept ? '&' : '?');
    buffer_add(&target, pair);
    kept = true;
  }
  Text text = buffer_text(&target);
  if (cut && utf8_valid(own->target.query) && utf8_valid(text))
    json_put(own->result, "target", json_string(arena, text));
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
** Passwords.
*/

/* Makes asterisks of a string, and ones of a number; true if there was one.
** What is no value of a password stays no value of one. */
static bool replicable_mask(Arena *arena, Json *value) {
  if (!value) return false;
  bool text = value->type == JSON_STRING;
  bool masked = text || value->type == JSON_NUMBER;
  if (masked && value->text.size) {
    char *mask = arena_alloc(arena, value->text.size);
    memset(mask, text ? '*' : '1', value->text.size);
    value->text.data = mask;
  }
  JSON_EACH (child, value) masked |= replicable_mask(arena, child);
  return masked;
}

/* Does the name, or the path, say the password of a user? One that goes on
** behind it says nothing that is right, but what it was meant for. */
static bool replicable_is_password(Text name) {
  const Text urn = TEXT(REPLICABLE_USER ":");
  name = text_trim(name);
  if (text_begins(name, urn)) name = text_after(name, urn.size);
  Text word = text_cut(&name, '.');
  word = text_trim(text_cut(&word, '['));
  return text_same(word, TEXT("password"));
}

/* Of a resource, or of what a PATCH puts into one, also where it is under the
** URN of its own schema. */
static bool replicable_hide_members(Arena *arena, Json *object) {
  bool hidden = false;
  if (object && object->type == JSON_ARRAY)
    JSON_EACH (item, object) hidden |= replicable_hide_members(arena, item);
  if (!object || object->type != JSON_OBJECT) return hidden;
  JSON_EACH (member, object)
    if (replicable_is_password(member->name))
      hidden |= replicable_mask(arena, member);
    else if (text_same(member->name, TEXT(REPLICABLE_USER)))
      hidden |= replicable_hide_members(arena, member);
  return hidden;
}

/* Of a resource, or a PATCH of one. */
static bool replicable_hide_in(Arena *arena, Json *body) {
  bool hidden = replicable_hide_members(arena, body);
  const Json *list = json_member(body, "Operations");
  if (!list || list->type != JSON_ARRAY) return hidden;
  JSON_EACH (item, list) {
    Json *value = json_member(item, "value");
    hidden |= replicable_is_password(json_member_string(item, "path"))
                  ? replicable_mask(arena, value)
                  : replicable_hide_members(arena, value);
  }
  return hidden;
}

/* Is it about a user? An attribute of the name may be one that is stored, in
** another type. Of a bulk request it may be a whole URL, which is no path of
** anything, but stands in the log as well. */
static bool replicable_is_of_user(Arena *arena, Text path) {
  Text segment, rest = text_cut(&path, '?');
  while (uri_segment(&rest, &segment)) {
    segment = uri_decode(arena, segment, false);
    if (text_same(segment, TEXT("Users")) || text_same(segment, TEXT("Me")))
      return true;
  }
  return false;
}

/* Of each part of a bulk request, if it is one. */
static bool replicable_hide_parts(Arena *arena, Json *body) {
  bool hidden = false;
  const Json *list = json_member(body, "Operations");
  if (!list || list->type != JSON_ARRAY) return false;
  JSON_EACH (item, list)
    if (replicable_is_of_user(arena, json_member_string(item, "path")))
      hidden |= replicable_hide_in(arena, json_member(item, "data"));
  return hidden;
}

/* Most bodies are without the word, and are not read. It may be written with
** escapes, but for a reader that finds a password there. What begins as no
** object does may be the form of a client, at the wrong place. */
static bool replicable_may_have_password(Text body) {
  size_t blank = 0;
  while (blank < body.size && strchr(" \t\r\n", body.data[blank])) blank++;
  if (blank < body.size && body.data[blank] != '{') return true;
  for (size_t i = 0; i < body.size; i++)
    if (body.data[i] == '\\' || text_begins(text_after(body, i), TEXT("passw")))
      return true;
  return false;
}

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
static void replicable_hide_body(Replicable *own) {
  Operation *operation = own->operation;
  Arena *arena = &operation->arena;
  if (!own->target.endpoint.size && own->body.size)
    json_put(own->result, "body", json_string(arena, TEXT("")));
  if (failed(operation) || !own->target.endpoint.size ||
      !replicable_may_have_password(own->body))
    return;
  Json *body = error_parse(operation, own->body, "the request body");
  if (!body) {
    replicable_refuse_body(own);
    return;
  }
  bool hidden = replicable_is_of_user(arena, own->target.path)
                    ? replicable_hide_in(arena, body)
                    : replicable_hide_parts(arena, body);
  if (hidden)
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
  if (failed(operation)) return NO_TEXT;
  own.result = json_new(&operation->arena, JSON_OBJECT);
  own.fit = replicable_has(&own, "token_digest");
  bool oauth = oauth_is_asked(&own.target);
  if (!own.fit) replicable_hide_header(&own);
  if (oauth && !own.fit) replicable_hide_form(&own);
  if (oauth) replicable_draw_secret(&own);
  if (!oauth) replicable_hide_body(&own);
  if (target_changes(&own.target) && !own.target.reads) {
    replicable_cut_query(&own);
    if (!oauth) replicable_name_place(&own);
  }
  if (!replicable_has(&own, "now"))
    replicable_set(&own, "now", drawn_now(operation, NO_TEXT));
  if (!replicable_has(&own, "id"))
    replicable_set(&own, "id", secret_uuid(operation));
  replicable_set_true(&own, "again");
  json_put(own.result, "options", own.options);
  return json_text(&operation->arena, own.result);
}

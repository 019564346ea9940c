/*
** cursor.c: makes cursors, and reads those that it has made.
**
** HOW IT WORKS
**
** A cursor is base64url text of a signature and a payload:
**
**     6b86…3f ["2026-11-21T09:30:00.000Z",false,17,"ann"]
**
** The payload is the time it was made at, whether it leads back, the row of the
** resource it goes on from (0: from the beginning), and that resource's sort
** key where there is a sort. The signature is a keyed hash (BLAKE2b, 128 bits)
** of the payload, the tenant and the list. So nothing is kept for a cursor, and
** yet nobody can make one: a key from outside would tell by the page that comes
** back what others' keys are. The key of the hash is the database's own
** (scim_meta).
*/
#include "cursor.h"

#include <assert.h>
#include <sodium.h>

#include "../store/meta.h"
#include "../text/instant.h"

#define CURSOR_HASH 16      /* bytes of the signature */
#define CURSOR_SIGNATURE 32 /* the same in hexadecimal digits */
#define CURSOR_LEAST 3      /* elements of a payload; a key makes four */

/* The signature, which binds a cursor to the database, the tenant and the list.
** Newlines stand between them; a payload has none, being JSON of ours. */
static Text cursor_sign(Request *request, Text list, Text payload) {
  Operation *operation = request->operation;
  unsigned char hash[crypto_generichash_BYTES];
  char hex[CURSOR_SIGNATURE + 1];
  assert(CURSOR_HASH <= sizeof hash && CURSOR_SIGNATURE == 2 * CURSOR_HASH);
  Text key = meta_cursor_key(operation);
  if (failed(operation)) return key;
  Text message = arena_format(&operation->arena, "%.*s\n%.*s\n%.*s",
                              TEXT_ARG(request->operation->tenant),
                              TEXT_ARG(list), TEXT_ARG(payload));
  crypto_generichash(hash, sizeof hash, (const unsigned char *)message.data,
                     message.size, (const unsigned char *)key.data, key.size);
  sodium_bin2hex(hex, sizeof hex, hash, CURSOR_HASH);
  return arena_copy(&operation->arena, text_of(hex));
}

/* [time, before, resource, key], the last only of a sorted list, and there
** only when the resource has a value to sort by. */
static Text cursor_payload(Request *request, const PageCursor *cursor) {
  Arena *arena = &request->operation->arena;
  Json *payload = json_new(arena, JSON_ARRAY);
  json_append(payload, json_string(arena, request->caller->now));
  json_append(payload, json_bool(arena, cursor->before));
  json_append(payload, json_integer(arena, cursor->edge.resource));
  if (cursor->edge.has_value)
    json_append(payload, key_json(arena, &cursor->edge.value));
  return json_text(arena, payload);
}

/* base64url without padding needs no escape in a URL (RFC 4648 section 5). */
Text cursor_write(Request *request, Text list, const PageCursor *cursor) {
  Operation *operation = request->operation;
  Text payload = cursor_payload(request, cursor);
  Text whole = arena_format(&operation->arena, "%.*s%.*s",
                            TEXT_ARG(cursor_sign(request, list, payload)),
                            TEXT_ARG(payload));
  size_t room = sodium_base64_encoded_len(
      whole.size, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  char *text = arena_alloc(&operation->arena, room);
  sodium_bin2base64(text, room, (const unsigned char *)whole.data, whole.size,
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return text_of(text);
}

/* All that is wrong with a cursor but its age is said in the same words: what
** exactly would help only who makes them up. */
static bool cursor_refuse(Request *request) {
  error_set(request->operation, ERROR_INVALID_CURSOR,
            "the cursor is not one of this list");
  return false;
}

/* Reads a payload whose signature is good. It is checked all the same: whoever
** can write the file knows the key. */
static bool cursor_read_payload(Request *request, Text payload,
                                PageCursor *cursor) {
  JsonFault fault;
  Operation *operation = request->operation;
  const Json *all = json_parse(&operation->arena, payload, &fault);
  if (!all || all->type != JSON_ARRAY || all->count < CURSOR_LEAST)
    return cursor_refuse(request);
  const Json *time = all->first, *before = time->next;
  const Json *resource = before->next, *key = resource->next;
  if (time->type != JSON_STRING || resource->type != JSON_NUMBER)
    return cursor_refuse(request);
  if (instant_seconds(request->caller->now) - instant_seconds(time->text) >
      CURSOR_SECONDS) {
    error_set(operation, ERROR_EXPIRED_CURSOR,
              "the cursor is older than %d seconds", CURSOR_SECONDS);
    return false;
  }
  cursor->before = before->type == JSON_TRUE;
  cursor->edge.resource = key_number(resource->text).integer;
  cursor->edge.has_value = key != NULL;
  if (key && key->type == JSON_NUMBER) {
    cursor->edge.value = key_number(key->text);
  } else if (key) {
    cursor->edge.value.type = KEY_TEXT;
    cursor->edge.value.text = key->text;
  }
  return true;
}

/* Signatures are compared in constant time, so that the time of a refusal does
** not tell how many of its bytes were right. */
bool cursor_read(Request *request, Text list, Text text, PageCursor *cursor) {
  Operation *operation = request->operation;
  unsigned char *whole = arena_alloc(&operation->arena, text.size + 1);
  size_t size = 0;
  memset(cursor, 0, sizeof *cursor);
  if (sodium_base642bin(whole, text.size, text.data, text.size, NULL, &size,
                        NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) ||
      size < CURSOR_SIGNATURE)
    return cursor_refuse(request);
  Text all = {(const char *)whole, size};
  Text payload = text_after(all, CURSOR_SIGNATURE);
  Text signature = cursor_sign(request, list, payload);
  if (failed(operation)) return false;
  assert(signature.size == CURSOR_SIGNATURE);
  if (sodium_memcmp(signature.data, all.data, CURSOR_SIGNATURE) != 0)
    return cursor_refuse(request);
  return cursor_read_payload(request, payload, cursor);
}

#include "cursor.h"

#include <sodium.h>

#include "../store/meta.h"
#include "../text/instant.h"

/* Binds a cursor to the database, the tenant and the list. */
static Text sign(Request *request, Text list, Text payload) {
  Operation *operation = request->operation;
  unsigned char hash[crypto_generichash_BYTES];
  char hex[2 * crypto_generichash_BYTES + 1];
  Text key = meta_cursor_key(operation);
  if (failed(operation)) return key;
  Text message = arena_format(&operation->arena, "%.*s\n%.*s\n%.*s",
                              TEXT_ARG(request->operation->tenant),
                              TEXT_ARG(list), TEXT_ARG(payload));
  crypto_generichash(hash, sizeof hash, (const unsigned char *)message.data,
                     message.size, (const unsigned char *)key.data, key.size);
  sodium_bin2hex(hex, sizeof hex, hash, 16);
  return arena_copy(&operation->arena, text_of(hex));
}

/* [time, before, resource, key] */
static Text payload_of(Request *request, const PageCursor *cursor) {
  Arena *arena = &request->operation->arena;
  Json *payload = json_new(arena, JSON_ARRAY);
  json_append(payload, json_string(arena, request->caller->now));
  json_append(payload, json_bool(arena, cursor->before));
  json_append(payload, json_integer(arena, cursor->edge.resource));
  if (cursor->edge.has_value)
    json_append(payload, key_json(arena, &cursor->edge.value));
  return json_text(arena, payload);
}

Text cursor_write(Request *request, Text list, const PageCursor *cursor) {
  Operation *operation = request->operation;
  Text payload = payload_of(request, cursor);
  Text whole =
      arena_format(&operation->arena, "%.*s%.*s",
                   TEXT_ARG(sign(request, list, payload)), TEXT_ARG(payload));
  size_t room = sodium_base64_encoded_len(
      whole.size, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  char *text = arena_alloc(&operation->arena, room);
  sodium_bin2base64(text, room, (const unsigned char *)whole.data, whole.size,
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return text_of(text);
}

static bool invalid(Request *request) {
  error_set(request->operation, ERROR_INVALID_CURSOR,
            "the cursor is not one of this list");
  return false;
}

static bool read_payload(Request *request, Text payload, PageCursor *cursor) {
  JsonFault fault;
  Operation *operation = request->operation;
  const Json *all = json_parse(&operation->arena, payload, &fault);
  if (!all || all->type != JSON_ARRAY || all->count < 3)
    return invalid(request);
  const Json *time = all->first, *before = time->next;
  const Json *resource = before->next, *key = resource->next;
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

bool cursor_read(Request *request, Text list, Text text, PageCursor *cursor) {
  Operation *operation = request->operation;
  unsigned char *whole = arena_alloc(&operation->arena, text.size + 1);
  size_t size = 0;
  memset(cursor, 0, sizeof *cursor);
  if (sodium_base642bin(whole, text.size, text.data, text.size, NULL, &size,
                        NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) ||
      size < 32)
    return invalid(request);
  Text all = {(const char *)whole, size};
  Text payload = text_after(all, 32);
  Text signature = sign(request, list, payload);
  if (failed(operation)) return false;
  if (sodium_memcmp(signature.data, all.data, 32) != 0) return invalid(request);
  return read_payload(request, payload, cursor);
}

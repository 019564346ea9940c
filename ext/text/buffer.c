/*
** buffer.c: text that grows, in an arena.
**
** HOW IT WORKS
**
** The room doubles when it is full, so that a text of n bytes is copied less
** than twice as a whole however small its parts are. As long as nothing else
** is allocated in between, the arena grows it in place and nothing is copied.
** There is no NUL at the end: buffer_text tells the size.
*/
#include "buffer.h"

#include <stdint.h>

#define BUFFER_SIZE 512 /* of the first room */

/* Room for that many bytes behind those that are there, and no more. */
void buffer_expect(Buffer *buffer, size_t more) {
  assert(buffer->size <= buffer->capacity);
  if (buffer->capacity - buffer->size >= more) return;
  if (more > SIZE_MAX / 4 - buffer->size) arena_escape(buffer->arena);
  size_t capacity = buffer->size + more;
  buffer->data = arena_grow(buffer->arena, buffer->data, buffer->size,
                            buffer->capacity, capacity);
  buffer->capacity = capacity;
}

void buffer_reserve(Buffer *buffer, size_t more) {
  size_t twice = buffer->capacity ? buffer->capacity * 2 : BUFFER_SIZE;
  if (buffer->capacity - buffer->size >= more) return;
  buffer_expect(buffer,
                more > twice - buffer->size ? more : twice - buffer->size);
}

void buffer_add(Buffer *buffer, Text text) {
  if (!text.size) return;
  buffer_reserve(buffer, text.size);
  memcpy(buffer->data + buffer->size, text.data, text.size);
  buffer->size += text.size;
}

/* Digits are found from the last to the first, so they are written backwards.
** The number is made unsigned before its sign is taken off: the least one,
** -2^63, has no counterpart among the positive ones. */
void buffer_integer(Buffer *buffer, long long number) {
  char digits[24]; /* 64 bits have 19 digits and a sign */
  size_t at = sizeof digits;
  unsigned long long rest = (unsigned long long)number;
  if (number < 0) rest = 0 - rest;
  do {
    digits[--at] = (char)('0' + rest % 10);
    rest /= 10;
  } while (rest);
  if (number < 0) digits[--at] = '-';
  buffer_add(buffer, (Text){digits + at, sizeof digits - at});
}

/* RFC 8259 section 7: a character that must not stand in a string as it is.
** Those with a letter of their own get it, the others four digits. */
static void buffer_escape(Buffer *buffer, unsigned char c) {
  static const char letters[] = "\"\"\\\\\bb\ff\nn\rr\tt";
  const char *pair = c ? strchr(letters, c) : NULL;
  static const char digits[] = "0123456789abcdef";
  char code[] = {'\\', 'u', '0', '0', digits[c / 16], digits[c % 16]};
  assert(c < 0x20 || c == '"' || c == '\\');
  if (pair) code[1] = pair[1];
  buffer_add(buffer, (Text){code, pair ? 2 : sizeof code});
}

/* A text that has nothing to escape, as most. */
static void buffer_quote(Buffer *buffer, Text text) {
  buffer_reserve(buffer, text.size + 2);
  char *at = buffer->data + buffer->size;
  at[0] = at[text.size + 1] = '"';
  if (text.size) memcpy(at + 1, text.data, text.size);
  buffer->size += text.size + 2;
}

void buffer_json_string(Buffer *buffer, Text text) {
  size_t done = 0, plain = text_plain_end(text, 0);
  if (plain == text.size) {
    buffer_quote(buffer, text);
    return;
  }
  buffer_char(buffer, '"');
  for (size_t i = plain; i < text.size; i = text_plain_end(text, i + 1)) {
    unsigned char c = (unsigned char)text.data[i];
    if (c >= 0x80) continue;
    buffer_add(buffer, text_between(text, done, i));
    buffer_escape(buffer, c);
    done = i + 1;
  }
  buffer_add(buffer, text_after(text, done));
  buffer_char(buffer, '"');
}

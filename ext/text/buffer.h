/*
** buffer.h: text that grows, in an arena.
*/
#ifndef SCIM_BUFFER_H
#define SCIM_BUFFER_H

#include "arena.h"

typedef struct Buffer {
  Arena *arena;
  char *data;
  size_t size;
  size_t capacity;
} Buffer;

/* An empty buffer. Its bytes live as long as the arena. */
static inline Buffer buffer_new(Arena *arena) {
  Buffer buffer = {arena, NULL, 0, 0};
  return buffer;
}

void buffer_add(Buffer *buffer, Text text);
void buffer_char(Buffer *buffer, char c);

/* A C string. */
static inline void buffer_string(Buffer *buffer, const char *string) {
  buffer_add(buffer, text_of(string));
}

void buffer_integer(Buffer *buffer, long long number);

/* The text as a JSON string, with its quotes (RFC 8259 section 7). */
void buffer_json_string(Buffer *buffer, Text text);

/* What has been written. */
static inline Text buffer_text(const Buffer *buffer) {
  Text text = {buffer->data, buffer->size};
  return text;
}

#endif

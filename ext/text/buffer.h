/*
** buffer.h: text that grows, in an arena. Replies, SQL and JSON are written
** into one.
*/
#ifndef SCIM_BUFFER_H
#define SCIM_BUFFER_H

#include "arena.h"

typedef struct Buffer {
  Arena *arena;    /* where the bytes are */
  char *data;      /* NULL before the first */
  size_t size;     /* bytes that have been written */
  size_t capacity; /* bytes that there is room for */
} Buffer;

/* An empty buffer. Its bytes live as long as the arena. */
static inline Buffer buffer_new(Arena *arena) {
  return (Buffer){arena, NULL, 0, 0};
}

/* Each adds at the end, and like every allocation leaves through the arena's
** escape when there is no memory. */
void buffer_add(Buffer *buffer, Text text);
void buffer_integer(Buffer *buffer, long long number);

/* Makes room for that many bytes more, which are going to be added. */
void buffer_expect(Buffer *buffer, size_t more);

/* The same, and as much again as there was: nobody knows what follows. */
void buffer_reserve(Buffer *buffer, size_t more);

static inline void buffer_char(Buffer *buffer, char c) {
  if (buffer->size == buffer->capacity) buffer_reserve(buffer, 1);
  buffer->data[buffer->size++] = c;
}

/* A C string, or nothing for NULL. */
static inline void buffer_string(Buffer *buffer, const char *string) {
  buffer_add(buffer, text_of(string));
}

/* The text as a JSON string, with its quotes (RFC 8259 section 7). It must be
** UTF-8 to be one. */
void buffer_json_string(Buffer *buffer, Text text);

/* What has been written. What is added later may move it. */
static inline Text buffer_text(const Buffer *buffer) {
  return (Text){buffer->data, buffer->size};
}

#endif

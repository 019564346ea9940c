/* A growing run of bytes: see buffer.h. */
#include "buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A thread keeps its buffers between requests; one huge group must not leave
** every thread with a huge buffer. */
#define KEEP ((size_t)256 * 1024)

bool buffer_reserve(Buffer *buffer, size_t n) {
  if (buffer->failed) return false;
  if (buffer->room - buffer->size >= n) return true;
  size_t room = buffer->room ? buffer->room * 2 : 512;
  if (room < buffer->size + n) room = buffer->size + n;
  char *data = realloc(buffer->data, room);
  if (!data) {
    buffer->failed = true;
    return false;
  }
  buffer->data = data;
  buffer->room = room;
  return true;
}

void buffer_append(Buffer *buffer, const void *bytes, size_t n) {
  if (n == 0 || !buffer_reserve(buffer, n)) return;
  memcpy(buffer->data + buffer->size, bytes, n);
  buffer->size += n;
}

void buffer_text(Buffer *buffer, const char *text) {
  buffer_append(buffer, text, strlen(text));
}

void buffer_format(Buffer *buffer, const char *format, ...) {
  va_list list;
  va_start(list, format);
  int n = vsnprintf(NULL, 0, format, list);
  va_end(list);
  /* One byte more than counted, for the NUL that vsnprintf insists on. */
  if (n < 0 || !buffer_reserve(buffer, (size_t)n + 1)) return;
  va_start(list, format);
  vsnprintf(buffer->data + buffer->size, (size_t)n + 1, format, list);
  va_end(list);
  buffer->size += (size_t)n;
}

void buffer_json(Buffer *buffer, const char *text, size_t n) {
  buffer_append(buffer, "\"", 1);
  size_t plain = 0; /* start of the run that needs no escape */
  for (size_t i = 0; i < n; i++) {
    unsigned char c = (unsigned char)text[i];
    if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') continue;
    buffer_append(buffer, text + plain, i - plain);
    buffer_format(buffer, "\\u%04x", c);
    plain = i + 1;
  }
  buffer_append(buffer, text + plain, n - plain);
  buffer_append(buffer, "\"", 1);
}

void buffer_clear(Buffer *buffer) {
  if (buffer->room > KEEP) buffer_free(buffer);
  buffer->size = 0;
  buffer->failed = false;
}

void buffer_free(Buffer *buffer) {
  free(buffer->data);
  *buffer = (Buffer){0};
}

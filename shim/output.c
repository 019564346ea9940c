/*
** output.c: see output.h.
**
** One allocation that doubles. A thread keeps its outputs from one request to
** the next, so that a request of the usual size allocates nothing; what an
** unusual one has needed is given back when the output is cleared.
*/
#include "output.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the first append allocates: the head of a reply fits. */
#define OUTPUT_FIRST ((size_t)512)

/* A word of eight bytes of 1; times a byte it is eight of that. */
#define OUTPUT_ONES 0x0101010101010101ULL

/* What a formatted text mostly has room in. */
#define OUTPUT_FORMAT ((size_t)64)

/* What an output keeps when it is cleared: each thread has half a dozen, and a
** page for each of them must not leave them with megabytes. */
#define OUTPUT_KEPT ((size_t)64 * 1024)

/* Doubles, so that a text of any size is copied no more than twice on average.
** Sizes whose sum does not fit are memory that there is not. */
bool output_reserve(Output *output, size_t size) {
  assert(output->size <= output->capacity);
  if (output->failed) return false;
  if (output->capacity - output->size >= size) return true;
  size_t capacity = output->capacity ? output->capacity * 2 : OUTPUT_FIRST;
  char *data = NULL;
  if (size <= SIZE_MAX / 2 - output->size) {
    if (capacity < output->size + size) capacity = output->size + size;
    data = realloc(output->data, capacity);
  }
  if (!data) {
    output->failed = true;
    return false;
  }
  output->data = data;
  output->capacity = capacity;
  return true;
}

/* The one place where content is written: all that appends ends here, or in
** output_format. */
void output_bytes(Output *output, const void *bytes, size_t size) {
  if (size == 0 || !output_reserve(output, size)) return;
  memcpy(output->data + output->size, bytes, size);
  output->size += size;
}

/* The NUL counts as content: it is the last that is appended. */
const char *output_terminate(Output *output) {
  output_bytes(output, "", 1);
  return output->failed ? "" : output->data;
}

/* Into the room that there is, which mostly is enough; else again, when the
** size is known. A format is dear, and not for what every request needs. */
void output_format(Output *output, const char *format, ...) {
  va_list list;
  if (!output_reserve(output, OUTPUT_FORMAT)) return;
  size_t room = output->capacity - output->size;
  va_start(list, format);
  int size = vsnprintf(output->data + output->size, room, format, list);
  va_end(list);
  if (size >= 0 && (size_t)size >= room) {
    /* One byte more than counted, for the NUL that vsnprintf insists on. */
    if (!output_reserve(output, (size_t)size + 1)) return;
    va_start(list, format);
    vsnprintf(output->data + output->size, (size_t)size + 1, format, list);
    va_end(list);
  }
  if (size > 0) output->size += (size_t)size;
}

/* Digits are found from the last to the first. */
void output_number(Output *output, size_t number) {
  char digits[24];
  size_t at = sizeof digits;
  do {
    digits[--at] = (char)('0' + number % 10);
    number /= 10;
  } while (number);
  output_bytes(output, digits + at, sizeof digits - at);
}

/* Each byte of a word that is 0 becomes one with its highest bit set; so may
** bytes above such a one. */
static uint64_t output_zeros(uint64_t eight) {
  return (eight - OUTPUT_ONES) & ~eight;
}

/* Has one of eight bytes to be looked at by itself? */
static bool output_has_other(const char *text) {
  uint64_t eight;
  memcpy(&eight, text, sizeof eight);
  uint64_t others = (eight - OUTPUT_ONES * 0x20) | (eight + OUTPUT_ONES) |
                    eight | output_zeros(eight ^ OUTPUT_ONES * '"') |
                    output_zeros(eight ^ OUTPUT_ONES * '\\');
  return others & OUTPUT_ONES * 0x80;
}

size_t output_plain(const char *text, size_t size) {
  size_t i = 0;
  while (size - i >= sizeof(uint64_t) && !output_has_other(text + i))
    i += sizeof(uint64_t);
  for (; i < size; i++) {
    unsigned char c = (unsigned char)text[i];
    if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\') break;
  }
  return i;
}

/* Runs that need no escape are appended whole. */
void output_json(Output *output, const char *text, size_t size) {
  output_bytes(output, "\"", 1);
  for (size_t i = 0;; i++) {
    size_t plain = output_plain(text + i, size - i);
    output_bytes(output, text + i, plain);
    i += plain;
    if (i == size) break;
    output_format(output, "\\u%04x", (unsigned char)text[i]);
  }
  output_bytes(output, "\"", 1);
}

/* The failure is forgotten with the content: memory may be there again. */
void output_clear(Output *output) {
  if (output->capacity > OUTPUT_KEPT) output_free(output);
  output->size = 0;
  output->failed = false;
}

void output_free(Output *output) {
  free(output->data);
  *output = (Output){0};
}

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

/* For what is C text anyway; what may hold a NUL goes by its size. */
void output_text(Output *output, const char *text) {
  output_bytes(output, text, strlen(text));
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

/* Runs that need no escape are appended whole. */
void output_json(Output *output, const char *text, size_t size) {
  output_bytes(output, "\"", 1);
  size_t plain = 0; /* where the run begins that needs no escape */
  for (size_t i = 0; i < size; i++) {
    unsigned char c = (unsigned char)text[i];
    if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') continue;
    output_bytes(output, text + plain, i - plain);
    output_format(output, "\\u%04x", c);
    plain = i + 1;
  }
  output_bytes(output, text + plain, size - plain);
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

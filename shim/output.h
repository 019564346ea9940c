/*
** output.h: bytes that grow, for lines, replies and bodies.
**
** Appending never fails visibly: when memory runs out the output is marked as
** failed, later appends do nothing, and whoever uses it checks once, at the
** end. So what renders a text reads as a list of its parts.
*/
#ifndef SHIM_OUTPUT_H
#define SHIM_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Arguments that are a format of printf, and what it asks for: a compiler that
** can shall check them. */
#ifdef __GNUC__
#define OUTPUT_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define OUTPUT_PRINTF(text, first)
#endif

/* {0} is an empty one. Its owner frees it with output_free. */
typedef struct Output {
  char *data;      /* not terminated */
  size_t size;     /* bytes in use */
  size_t capacity; /* bytes allocated */
  bool failed;     /* memory ran out: the content is not to be used */
} Output;

/* Makes place for that many more bytes. Returns false, and marks the output,
** if there is no memory. */
bool output_reserve(Output *output, size_t size);

void output_bytes(Output *output, const void *bytes, size_t size);

/* Appends a C string, without its NUL: what is C text anyway; what may hold a
** NUL goes by its size. Here, so that the size of a literal is not counted. */
static inline void output_text(Output *output, const char *text) {
  output_bytes(output, text, strlen(text));
}

/* Appends the NUL that makes data a C string. Returns it, or "" if the output
** has failed. */
const char *output_terminate(Output *output);

void output_format(Output *output, const char *format, ...) OUTPUT_PRINTF(2, 3);

/* Appends the decimal digits of the number. */
void output_number(Output *output, size_t number);

/* How many bytes at the beginning are ASCII that a JSON string has as it is: no
** control characters, quotes or backslashes. */
size_t output_plain(const char *text, size_t size);

/* Appends a quoted JSON string (RFC 8259 section 7) of ASCII only: control
** characters are escaped, and a byte above 127, which a header field may carry
** in no known encoding, becomes the code point of the same number. So the
** result is valid JSON whatever the bytes were. */
void output_json(Output *output, const char *text, size_t size);

/* Forgets the content and the failure; keeps the memory unless it is large. */
void output_clear(Output *output);

/* Leaves an empty output, which may be used again. */
void output_free(Output *output);

#endif

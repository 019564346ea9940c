/* A growing run of bytes. Appending never fails visibly: when memory runs out
** the buffer turns sticky ("failed"), later appends do nothing, and the one
** who uses the result checks once, at the end. */
#ifndef SHIM_BUFFER_H
#define SHIM_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

/* The arguments are a format of printf and what it asks for: a compiler that
** can shall check them. */
#ifdef __GNUC__
#define BUFFER_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define BUFFER_PRINTF(text, first)
#endif

typedef struct Buffer {
  char *data;
  size_t size; /* bytes in use */
  size_t room; /* bytes allocated */
  bool failed; /* memory ran out; the content is not to be used */
} Buffer;

/* Makes room for n more bytes. Returns false, and marks the buffer, if there
** is no memory. */
bool buffer_reserve(Buffer *buffer, size_t n);

void buffer_append(Buffer *buffer, const void *bytes, size_t n);
void buffer_text(Buffer *buffer, const char *text);
void buffer_format(Buffer *buffer, const char *format, ...) BUFFER_PRINTF(2, 3);

/* Appends a quoted JSON string (RFC 8259 section 7) of ASCII only: control
** characters are escaped, and a byte above 127, which a header field may carry
** in no known encoding, becomes the code point of the same number. So the
** result is valid JSON whatever the bytes were. */
void buffer_json(Buffer *buffer, const char *text, size_t n);

/* Forgets the content and the failure, keeps the memory unless it is large. */
void buffer_clear(Buffer *buffer);
void buffer_free(Buffer *buffer);

#endif

/*
** text.h: slices of bytes, their comparisons, and UTF-8.
**
** A Text is a pointer and a length, and owns nothing: it lives as long as the
** bytes it points to, which are an argument of SQLite, a literal, or memory of
** an arena. Nothing is terminated by NUL unless it says so, and a NUL is a
** byte like others.
*/
#ifndef SCIM_TEXT_H
#define SCIM_TEXT_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

typedef struct Text {
  const char *data; /* NULL only where there is no text at all */
  size_t size;      /* bytes */
} Text;

/* No text: what NULL is to SQL. The empty text has data and size 0. */
#define NO_TEXT ((Text){NULL, 0})

/* A string literal as text. */
#define TEXT(literal) ((Text){literal, sizeof(literal) - 1})

/* For "%.*s". */
#define TEXT_ARG(text) (int)(text).size, (text).data

/* A C string as text; NULL is no text. */
static inline Text text_of(const char *string) {
  return (Text){string, string ? strlen(string) : 0};
}

/* The first `size` bytes. The text must have them: a length that was computed
** wrong is found here, and not by who reads what is behind the text. */
static inline Text text_first(Text text, size_t size) {
  assert(size <= text.size);
  return (Text){text.data, size};
}

/* What is behind the first `size` bytes, which the text must have. */
static inline Text text_after(Text text, size_t size) {
  assert(size <= text.size);
  return size ? (Text){text.data + size, text.size - size} : text;
}

/* The text without its last `size` bytes, which it must have. */
static inline Text text_without(Text text, size_t size) {
  assert(size <= text.size);
  return (Text){text.data, text.size - size};
}

/* Without the spaces (U+0020 only) at both ends; letter_trim knows others. */
static inline Text text_trim(Text text) {
  while (text.size && text.data[0] == ' ') text = text_after(text, 1);
  while (text.size && text.data[text.size - 1] == ' ')
    text = text_without(text, 1);
  return text;
}

/* The bytes from `start` up to `end`, which is behind the last of them. */
static inline Text text_between(Text text, size_t start, size_t end) {
  assert(start <= end);
  return text_after(text_first(text, end), start);
}

/* Bytes equal. */
static inline bool text_equal(Text a, Text b) {
  return a.size == b.size && (a.size == 0 || !memcmp(a.data, b.data, a.size));
}

/* Does the text begin with the prefix, whatever the case? */
bool text_begins(Text text, Text prefix);

/* Does the text have the name, which is not empty, in it, whatever the case? */
bool text_has(Text text, Text name);

/* Equal but for the case of ASCII letters: attribute names and URNs, which
** are ASCII (RFC 7643 section 2.1). Most names differ in size already or in
** what is first, and are compared where they are looked for: two letters that
** differ in their case alone differ in one bit. */
static inline bool text_same(Text a, Text b) {
  return a.size == b.size &&
         (!a.size || (((a.data[0] ^ b.data[0]) & ~0x20) == 0 &&
                      (!memcmp(a.data, b.data, a.size) || text_begins(a, b))));
}

/* Order of bytes, as memcmp; of two that begin alike the shorter first. */
int text_compare(Text a, Text b);

/* That of two Texts, for qsort and bsearch. */
int text_compare_items(const void *a, const void *b);

/* The same, with ASCII letters folded: the order in which names are sorted so
** that the same ones come next to each other. */
int text_compare_names(Text a, Text b);

/* Cuts the text at the first of the character and returns what is before it;
** what is behind it stays, or nothing. */
Text text_cut(Text *text, char c);

/* The value of a hexadecimal digit, or -1. */
int text_hex_digit(char c);

/* The lower case of an ASCII letter; any other byte as it is. */
static inline char text_lower(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* Of ASCII, whatever the host's locale is. */
static inline bool text_is_digit(char c) { return c >= '0' && c <= '9'; }
static inline bool text_is_letter(char c) {
  return text_lower(c) >= 'a' && text_lower(c) <= 'z';
}

/* Reads a decimal integer that is the whole text, with a minus before it
** perhaps. False when it is none. One of more than 18 digits counts as
** 10^18, whose sign it keeps: larger than any number that is asked for. */
bool text_integer(Text text, long long *number);

#ifdef __SSE2__
/* Of sixteen bytes those that are not plain, a bit each, the first the lowest.
** As signed numbers the bytes beyond ASCII are below the control characters. */
static inline unsigned text_sixteen_others(const char *data) {
  __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)data);
  __m128i others = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
  others = _mm_or_si128(others, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')));
  others = _mm_or_si128(others, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
  return (unsigned)_mm_movemask_epi8(others);
}
#endif

/* text_plain_end where there are not sixteen bytes left, or no such machine. */
size_t text_plain_rest(Text text, size_t at);

/* Where the plain characters end that stand at `at`: those which a JSON string
** has as they are, ASCII without control characters, quote and backslash. Here
** rather than in text.c, because most strings end within the first sixteen
** bytes, and a call costs as much as to look at them. */
static inline size_t text_plain_end(Text text, size_t at) {
  assert(at <= text.size);
#ifdef __SSE2__
  for (; text.size - at >= 16; at += 16) {
    unsigned others = text_sixteen_others(text.data + at);
    if (others) return at + (size_t)__builtin_ctz(others);
  }
#endif
  return text_plain_rest(text, at);
}

/* Length of the UTF-8 sequence the text begins with, 0 when it is none. */
size_t utf8_sequence(Text text);

/* Valid UTF-8? U+0000 may be in it. */
bool utf8_well_formed(Text text);

/* Is all of it ASCII? */
bool text_is_ascii(Text text);

/* Valid UTF-8 without U+0000? */
bool utf8_valid(Text text);

/* The longest beginning of at most `most` bytes that does not split a
** character: for what is cut to fit. */
Text utf8_first(Text text, size_t most);

#endif

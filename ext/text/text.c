/*
** text.c: comparisons of slices, numbers, and UTF-8 by utf8proc.
**
** HOW IT WORKS
**
** Names and URNs are ASCII (RFC 7643 section 2.1), so case is folded here byte
** by byte, and by our own text_lower: tolower of the C library depends on the
** host's locale, and in a Turkish one the lower case of "I" is not "i". Text
** that people write is folded by fold.c, with all of Unicode.
**
** No text has data NULL. The functions of string.h may not be given that, even
** with the size 0 (C11 section 7.24.1), so they are asked only for what has
** bytes.
*/
#include "text.h"

#include <stdint.h>
#include <utf8proc.h>

/* For eight bytes at a time: times a byte, the first is eight of it. */
#define TEXT_EACH_BYTE 0x0101010101010101u
#define TEXT_HIGH_BITS 0x8080808080808080u

/*
** Comparisons.
*/
bool text_begins(Text text, Text prefix) {
  if (text.size < prefix.size) return false;
  for (size_t i = 0; i < prefix.size; i++) {
    if (text_lower(text.data[i]) != text_lower(prefix.data[i])) return false;
  }
  return true;
}

bool text_has(Text text, Text name) {
  for (size_t i = 0; name.size && i + name.size <= text.size; i++)
    if (((text.data[i] ^ name.data[0]) & ~0x20) == 0 &&
        text_begins(text_after(text, i), name))
      return true;
  return false;
}

/* Of two texts of which one begins with the other, the shorter comes first. */
static int text_compare_sizes(Text a, Text b) {
  return a.size < b.size ? -1 : a.size > b.size;
}

int text_compare(Text a, Text b) {
  size_t shorter = a.size < b.size ? a.size : b.size;
  int order = shorter ? memcmp(a.data, b.data, shorter) : 0;
  return order ? order : text_compare_sizes(a, b);
}

int text_compare_items(const void *a, const void *b) {
  return text_compare(*(const Text *)a, *(const Text *)b);
}

int text_compare_names(Text a, Text b) {
  size_t shorter = a.size < b.size ? a.size : b.size;
  for (size_t i = 0; i < shorter; i++) {
    unsigned char c = (unsigned char)text_lower(a.data[i]);
    unsigned char d = (unsigned char)text_lower(b.data[i]);
    if (c != d) return c < d ? -1 : 1;
  }
  return text_compare_sizes(a, b);
}

Text text_cut(Text *text, char c) {
  const char *found = text->size ? memchr(text->data, c, text->size) : NULL;
  size_t size = found ? (size_t)(found - text->data) : text->size;
  Text part = text_first(*text, size);
  *text = text_after(*text, found ? size + 1 : size);
  return part;
}

/*
** Numbers.
*/
int text_hex_digit(char c) {
  if (text_is_digit(c)) return c - '0';
  c = text_lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A number that is too large is not an error: "count=99999999999999999999" asks
** for more than there is, and gets all there is. */
bool text_integer(Text text, long long *number) {
  const long long largest = 1000000000000000000LL;
  bool minus = text.size && text.data[0] == '-';
  long long sum = 0;
  if (text.size == minus) return false;
  for (size_t i = minus; i < text.size; i++) {
    if (!text_is_digit(text.data[i])) return false;
    sum = sum < largest / 10 ? sum * 10 + (text.data[i] - '0') : largest;
  }
  assert(sum >= 0 && sum <= largest);
  *number = minus ? -sum : sum;
  return true;
}

/*
** UTF-8.
*/
size_t utf8_sequence(Text text) {
  utf8proc_int32_t point;
  utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)text.data,
                                           (utf8proc_ssize_t)text.size, &point);
  assert(used <= 4 && used <= (utf8proc_ssize_t)text.size);
  return used > 0 ? (size_t)used : 0;
}

/* Bytes as a number, the first in the lowest place on every machine; where that
** is the machine's own order, compilers make one load of it. */
static uint64_t text_four(const unsigned char *data) {
  return (uint64_t)data[0] | (uint64_t)data[1] << 8 | (uint64_t)data[2] << 16 |
         (uint64_t)data[3] << 24;
}

static uint64_t text_eight(const char *data) {
  const unsigned char *bytes = (const unsigned char *)data;
  return text_four(bytes) | text_four(bytes + 4) << 32;
}

/* The bytes that are below a limit of at most 0x80, by their highest bit: where
** one is, the subtraction borrows from that bit. Those above the first of them
** may be wrong, because it borrows there too. */
static uint64_t text_bytes_below(uint64_t eight, unsigned char limit) {
  return (eight - TEXT_EACH_BYTE * limit) & ~eight & TEXT_HIGH_BITS;
}

/* The bytes that have the value, in the same way. */
static uint64_t text_bytes_of(uint64_t eight, unsigned char value) {
  return text_bytes_below(eight ^ (TEXT_EACH_BYTE * value), 1);
}

/* How many bytes come before the first whose highest bit is set: all bits below
** that one are set by subtracting 1, and a product adds up the eight bytes. */
static size_t text_bytes_before(uint64_t bits) {
  assert(bits);
  uint64_t below = (bits & (0 - bits)) - 1;
  return (size_t)(((below & TEXT_EACH_BYTE) * TEXT_EACH_BYTE) >> 56) - 1;
}

/* Looks at eight bytes at once as a number of 64 bits, because nearly all of a
** document is plain; then at the last few one by one. */
size_t text_plain_rest(Text text, size_t at) {
  assert(at <= text.size);
  for (; at + 8 <= text.size; at += 8) {
    uint64_t eight = text_eight(text.data + at);
    uint64_t other = text_bytes_below(eight, 0x20) | text_bytes_of(eight, '"') |
                     text_bytes_of(eight, '\\') | (eight & TEXT_HIGH_BITS);
    if (other) return at + text_bytes_before(other);
  }
  for (; at < text.size; at++) {
    unsigned char c = (unsigned char)text.data[at];
    if (c < 0x20 || c >= 0x80 || c == '"' || c == '\\') break;
  }
  return at;
}

/* Most text is ASCII, which is told for 32 bytes at once, and then for the last
** few. */
bool text_is_ascii(Text text) {
  size_t i = 0;
  for (uint64_t four[4]; text.size - i >= sizeof four; i += sizeof four) {
    memcpy(four, text.data + i, sizeof four);
    if ((four[0] | four[1] | four[2] | four[3]) & TEXT_HIGH_BITS) return false;
  }
  unsigned char all = 0;
  for (; i < text.size; i++) all |= (unsigned char)text.data[i];
  return all < 0x80;
}

/* How many bytes come before the first that is not ASCII. */
static size_t text_ascii(Text text) {
  size_t i = 0;
  while (i + 8 <= text.size && !(text_eight(text.data + i) & TEXT_HIGH_BITS))
    i += 8;
  while (i < text.size && (unsigned char)text.data[i] < 0x80) i++;
  return i;
}

/* Where people have names in other letters, what is around them is ASCII all
** the same: utf8proc, which takes a call for each character, is asked for the
** rest. */
bool utf8_well_formed(Text text) {
  if (text_is_ascii(text)) return true;
  for (size_t at = text_ascii(text); at < text.size;) {
    size_t used = utf8_sequence(text_after(text, at));
    if (!used) return false;
    at += used;
    at += text_ascii(text_after(text, at));
  }
  return true;
}

bool utf8_valid(Text text) {
  return utf8_well_formed(text) &&
         !(text.size && memchr(text.data, 0, text.size));
}

/* Bytes 10xxxxxx continue a character: the cut goes before one that begins. */
Text utf8_first(Text text, size_t most) {
  if (text.size <= most) return text;
  while (most && ((unsigned char)text.data[most] & 0xC0) == 0x80) most--;
  return text_first(text, most);
}

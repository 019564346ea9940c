/*
** arena.h: the memory of one operation.
**
** Everything an operation allocates comes from its arena and is freed with
** it, whole. An allocation never returns NULL: when memory runs out control
** leaves through the arena's escape, which the function that SQLite called
** has set (see ARENA_OPEN). No SQLite frame ever lies in between, because the
** SQL that an operation runs uses built-in functions only.
*/
#ifndef SCIM_ARENA_H
#define SCIM_ARENA_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Bytes that somebody else owns; not terminated. */
typedef struct Text {
  const char *data;
  size_t size;
} Text;

typedef struct ArenaBlock ArenaBlock;

typedef struct Arena {
  ArenaBlock *blocks;
  char *next; /* first free byte of the newest block */
  char *end;
  jmp_buf escape;
} Arena;

/* Makes the arena empty and ready. Is 0 at first, and not 0 when an
** allocation has failed since: the caller then closes the arena and reports
** SQLITE_NOMEM. A macro, because the frame that calls setjmp must live on. */
#define ARENA_OPEN(arena) (arena_init(arena), setjmp((arena)->escape))

void arena_init(Arena *arena);

/* Frees everything. The arena may be opened again. */
void arena_close(Arena *arena);

/* A point to go back to: arena_release frees what came after the mark. For
** loops over many rows; nothing allocated since may be used any more. */
typedef struct ArenaMark {
  ArenaBlock *blocks;
  char *next, *end;
} ArenaMark;

ArenaMark arena_mark(const Arena *arena);
void arena_release(Arena *arena, ArenaMark mark);

/* Zeroed memory, aligned for any type. */
void *arena_alloc(Arena *arena, size_t size);

/* A block of `size` bytes that starts with the `used` bytes at `old`; in
** place where `old` was the latest allocation. */
char *arena_grow(Arena *arena, char *old, size_t used, size_t capacity,
                 size_t size);

/* A copy of the text, with a NUL behind it. */
Text arena_copy(Arena *arena, Text text);

/* The text, formatted as by sqlite3_mprintf (but not by %q, %Q or %w, which
** do not tell when their room is too small). */
Text arena_format(Arena *arena, const char *format, ...);

/* A C string as text. */
static inline Text text_of(const char *string) {
  Text text = {string, string ? strlen(string) : 0};
  return text;
}

/* Bytes equal. */
static inline bool text_equal(Text a, Text b) {
  return a.size == b.size && (a.size == 0 || !memcmp(a.data, b.data, a.size));
}

/* Equal but for the case of ASCII letters: attribute names and URNs, which
** are ASCII (RFC 7643 section 2.1). */
bool text_same(Text a, Text b);

/* The first `size` bytes, and what is behind them. */
static inline Text text_first(Text text, size_t size) {
  Text part = {text.data, size};
  return part;
}
static inline Text text_after(Text text, size_t size) {
  Text part = {text.data + size, text.size - size};
  return part;
}

/* Cuts the text at the first of the character and returns what is before it;
** what is behind it stays, or nothing. */
Text text_cut(Text *text, char c);

/* Does the text begin with the prefix, whatever the case? */
bool text_begins(Text text, Text prefix);

/* Order of bytes, as memcmp, the shorter first. */
int text_compare(Text a, Text b);

/* For "%.*s". */
#define TEXT_ARG(text) (int)(text).size, (text).data

#endif

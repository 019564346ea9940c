/*
** arena.h: the memory of one operation.
**
** Everything an operation allocates comes from its arena and is freed with
** it, whole. An allocation never returns NULL: when memory runs out, control
** leaves through the arena's escape, a pointer to the jump that the frame
** around the operation has set (operation_run). No SQLite frame ever lies in
** between, because the SQL that an operation runs uses built-in functions
** only, and what an application's triggers call is an operation with an
** escape of its own.
*/
#ifndef SCIM_ARENA_H
#define SCIM_ARENA_H

#include <setjmp.h>
#include <stdnoreturn.h>

#include "text.h"

typedef struct ArenaBlock ArenaBlock;
typedef struct ArenaLarge ArenaLarge;

typedef struct Arena {
  ArenaBlock *blocks; /* newest first */
  char *next;         /* first free byte of the newest block */
  char *end;          /* behind its last byte */
  ArenaLarge *large;  /* allocations with a block of their own, newest first */
  unsigned long long larges; /* so many were made: each has its number */
  jmp_buf *escape; /* where to go without memory; NULL: nobody may jump */
} Arena;

/* An empty arena, from which nobody may jump. */
void arena_init(Arena *arena);

/* Frees everything and leaves the arena empty. */
void arena_close(Arena *arena);

/* Leaves through the escape, as when memory runs out. Without an escape the
** program ends: that is a fault of the caller, and there is nothing to free
** that anybody could reach. */
noreturn void arena_escape(const Arena *arena);

/* A point to go back to: arena_release frees what came after the mark. For
** loops over many rows; nothing allocated since may be used any more. */
typedef struct ArenaMark {
  ArenaBlock *blocks;        /* the newest at that moment */
  char *next, *end;          /* and what was free of it */
  unsigned long long larges; /* the number of the newest large one */
} ArenaMark;

ArenaMark arena_mark(const Arena *arena);
void arena_release(Arena *arena, ArenaMark mark);

/* Zeroed memory, aligned for any type. */
void *arena_alloc(Arena *arena, size_t size);

/* The same as it is, not zeroed: for what is written at once. */
char *arena_take(Arena *arena, size_t size);

/* Zeroed memory for so many elements of the size; escapes when their product
** is no size. */
void *arena_array(Arena *arena, size_t count, size_t size);

/* A block of `size` bytes that starts with the `used` bytes at `old`, whose
** own size is `capacity`; in place where `old` was the latest allocation. */
char *arena_grow(Arena *arena, char *old, size_t used, size_t capacity,
                 size_t size);

/* Gives the memory back to SQLite before the arena is closed, if it is more
** than a block; else nothing. It must be what an allocation returned. */
void arena_drop(Arena *arena, const char *memory);

/* Makes the memory the caller's, who frees it by arena_free: true if it is more
** than a block and can be taken out of the arena. */
bool arena_take_over(Arena *arena, const char *memory);
void arena_free(void *memory);
/* Gives back what is behind the first `used` bytes of the memory, which has
** `size`, if it is the latest allocation. */
void arena_shrink(Arena *arena, void *memory, size_t size, size_t used);

/* A copy of the text, with a NUL behind it; of no text, no text. */
Text arena_copy(Arena *arena, Text text);

/* The text, formatted as by sqlite3_mprintf (but not by %q, %Q or %w, which
** do not tell when their room is too small), with a NUL behind it. */
Text arena_format(Arena *arena, const char *format, ...);

/* An array that grows by doubling: room for one more element behind `count`.
** Returns the elements, moved perhaps; *capacity counts elements. */
void *arena_more(Arena *arena, void *elements, size_t count, size_t *capacity,
                 size_t size);

#endif

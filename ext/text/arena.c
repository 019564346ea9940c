/*
** arena.c: blocks from sqlite3_malloc64, cut from the front.
**
** HOW IT WORKS
**
** An arena is a list of blocks; allocations move `next` through the newest.
** Blocks double up to 1 MiB, so that a small operation takes 16 KiB and a
** large one does not collect thousands of blocks. arena_grow and arena_format
** give back what they did not need, as long as it is the latest allocation:
** that is the case for text that is being written, which is most of it.
**
** What is larger than a block comes from SQLite by itself and is on a list of
** its own. So a text of megabytes can grow where it is (realloc moves pages,
** not bytes), can be given back when it is no longer needed, and can be handed
** to SQLite without a copy. As blocks and marks do not know of these, each has
** a number: those above that of a mark came after it.
**
** What is left of a block when the next one is begun is lost: at most as much
** as was asked for then, and looking for room in older blocks would cost more
** than it saves.
**
** A size that is no size (a product that wraps, more than half of what can be
** addressed) is treated like a lack of memory, which it would be.
**
** sqlite3_malloc64 is used rather than malloc so that the host's limits
** (PRAGMA hard_heap_limit), its statistics and its faults count us in.
*/
#include "arena.h"

#include <sqlite3ext.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

SQLITE_EXTENSION_INIT3

#define ARENA_BLOCK_SIZE 16384      /* of the first block */
#define ARENA_BLOCK_MOST (1u << 20) /* no larger by doubling */
#define ARENA_ALIGNMENT 16          /* enough for any type of C */

struct ArenaBlock {
  ArenaBlock *next; /* the one before it in time */
  size_t size;      /* bytes behind the header */
};

/* A block's own record, in front of its bytes. */
#define ARENA_HEADER                                                           \
  ((sizeof(ArenaBlock) + ARENA_ALIGNMENT - 1) / ARENA_ALIGNMENT *              \
   ARENA_ALIGNMENT)

/* The record of a large allocation, right in front of its bytes. */
struct ArenaLarge {
  /* The bytes behind are aligned as the record is. */
  alignas(ARENA_ALIGNMENT) ArenaLarge *next; /* the one before it in time */
  unsigned long long number;
  char *block; /* what SQLite gave, somewhat in front of the record */
};

static_assert(sizeof(ArenaLarge) % ARENA_ALIGNMENT == 0,
              "the bytes behind a record are aligned");

/* How much more than its bytes a large allocation takes. */
#define ARENA_LARGE_MORE (sizeof(ArenaLarge) + ARENA_ALIGNMENT)

/* The most that any object may have: a difference of pointers (ptrdiff_t) can
** still say it, and sums of two of them do not wrap. */
#define ARENA_SIZE_MOST (SIZE_MAX / 2)

/* The size rounded up, so that what is behind is aligned as well. */
static size_t arena_aligned(size_t size) {
  return (size + ARENA_ALIGNMENT - 1) / ARENA_ALIGNMENT * ARENA_ALIGNMENT;
}

/*
** Opening and closing.
*/
void arena_init(Arena *arena) {
  arena->blocks = NULL;
  arena->next = arena->end = NULL;
  arena->large = NULL;
  arena->larges = 0;
  arena->escape = NULL;
}

noreturn void arena_escape(const Arena *arena) {
  if (!arena->escape) abort();
  longjmp(*arena->escape, 1);
}

/* The newest block and how far it is used are all there is to remember: what
** comes later is behind. */
ArenaMark arena_mark(const Arena *arena) {
  return (ArenaMark){arena->blocks, arena->next, arena->end, arena->larges};
}

/* Blocks that came after the mark go back to SQLite; the one that the mark is
** in stays, filled up to the mark. */
void arena_release(Arena *arena, ArenaMark mark) {
  while (arena->large && arena->large->number > mark.larges) {
    ArenaLarge *next = arena->large->next;
    sqlite3_free(arena->large->block);
    arena->large = next;
  }
  while (arena->blocks != mark.blocks) {
    assert(arena->blocks); /* the mark is of this arena, and not yet released */
    ArenaBlock *next = arena->blocks->next;
    sqlite3_free(arena->blocks);
    arena->blocks = next;
  }
  assert(mark.next <= mark.end); /* both NULL, of an arena without blocks */
  arena->next = mark.next;
  arena->end = mark.end;
}

void arena_close(Arena *arena) {
  arena_release(arena, (ArenaMark){NULL, NULL, NULL, 0});
}

/*
** Allocating.
*/

/* A new block with room for `size` bytes. */
static void arena_extend(Arena *arena, size_t size) {
  size_t room = arena->blocks ? arena->blocks->size * 2 : ARENA_BLOCK_SIZE;
  if (room > ARENA_BLOCK_MOST) room = ARENA_BLOCK_MOST;
  if (room < size) room = size;
  ArenaBlock *block = sqlite3_malloc64(room + ARENA_HEADER + ARENA_ALIGNMENT);
  if (!block) arena_escape(arena);
  block->next = arena->blocks;
  block->size = room;
  arena->blocks = block;
  /* sqlite3_malloc64 aligns to 8 only. */
  size_t odd = (uintptr_t)block % ARENA_ALIGNMENT;
  arena->next =
      (char *)block + ARENA_HEADER + (odd ? ARENA_ALIGNMENT - odd : 0);
  arena->end = arena->next + room;
  assert((uintptr_t)arena->next % ARENA_ALIGNMENT == 0);
}

/* The bytes that are free in the newest block. */
static size_t arena_room(const Arena *arena) {
  assert(!arena->blocks || arena->next <= arena->end);
  return arena->blocks ? (size_t)(arena->end - arena->next) : 0;
}

/*
** Large allocations.
*/

/* Where the bytes begin in a block of SQLite's: as far behind its start as is
** needed for the record and the alignment. */
static char *arena_large_bytes(char *block) {
  char *bytes = block + sizeof(ArenaLarge);
  size_t odd = (uintptr_t)bytes % ARENA_ALIGNMENT;
  return bytes + (odd ? ARENA_ALIGNMENT - odd : 0);
}

static ArenaLarge *arena_large_record(void *bytes) {
  return (ArenaLarge *)bytes - 1;
}

/* The link to the large allocation with these bytes; to NULL if it is none. */
static ArenaLarge **arena_find_large(Arena *arena, const char *bytes) {
  ArenaLarge **link = &arena->large;
  while (*link && (const char *)(*link + 1) != bytes) link = &(*link)->next;
  return link;
}

static char *arena_take_large(Arena *arena, size_t size) {
  char *block = sqlite3_malloc64(size + ARENA_LARGE_MORE);
  if (!block) arena_escape(arena);
  char *bytes = arena_large_bytes(block);
  *arena_large_record(bytes) =
      (ArenaLarge){arena->large, ++arena->larges, block};
  arena->large = arena_large_record(bytes);
  return bytes;
}

/* Keeps its number and its place on the list. In the new block the bytes may
** have to be elsewhere, to be aligned. */
static char *arena_grow_large(Arena *arena, ArenaLarge **link, size_t used,
                              size_t size) {
  ArenaLarge record = **link;
  size_t offset = (size_t)((char *)(*link + 1) - record.block);
  if (size > ARENA_SIZE_MOST) arena_escape(arena);
  char *block = sqlite3_realloc64(record.block, size + ARENA_LARGE_MORE);
  if (!block) arena_escape(arena);
  char *bytes = arena_large_bytes(block);
  if (bytes != block + offset) memmove(bytes, block + offset, used);
  record.block = block;
  *link = arena_large_record(bytes);
  **link = record;
  return bytes;
}

bool arena_take_over(Arena *arena, const char *memory) {
  ArenaLarge **link = arena_find_large(arena, memory);
  if (!*link) return false;
  *link = (*link)->next;
  return true;
}

void arena_free(void *memory) {
  sqlite3_free(arena_large_record(memory)->block);
}

void arena_drop(Arena *arena, const char *memory) {
  ArenaLarge *large = *arena_find_large(arena, memory);
  if (large && arena_take_over(arena, memory)) sqlite3_free(large->block);
}

/*
** Any allocation.
*/

char *arena_take(Arena *arena, size_t size) {
  if (size > ARENA_SIZE_MOST) arena_escape(arena);
  if (size > ARENA_BLOCK_MOST) return arena_take_large(arena, size);
  size = arena_aligned(size);
  if (arena_room(arena) < size) arena_extend(arena, size);
  char *memory = arena->next;
  arena->next += size;
  assert(arena->next <= arena->end);
  return memory;
}

void *arena_alloc(Arena *arena, size_t size) {
  void *memory = arena_take(arena, size ? size : 1);
  memset(memory, 0, size);
  return memory;
}

void *arena_array(Arena *arena, size_t count, size_t size) {
  if (size && count > ARENA_SIZE_MOST / size) arena_escape(arena);
  return arena_alloc(arena, count * size);
}

/* In place when `old` was the latest allocation and the block has room, or when
** it is large; else what was there is copied, and stays behind unused until the
** arena closes. */
char *arena_grow(Arena *arena, char *old, size_t used, size_t capacity,
                 size_t size) {
  assert(used <= capacity && capacity <= size);
  if (old && old + arena_aligned(capacity) == arena->next &&
      size <= ARENA_SIZE_MOST &&
      (size_t)(arena->end - old) >= arena_aligned(size)) {
    arena->next = old;
    return arena_take(arena, size);
  }
  ArenaLarge **link = arena_find_large(arena, old);
  if (*link) return arena_grow_large(arena, link, used, size);
  char *memory = arena_take(arena, size);
  if (old && used) memcpy(memory, old, used);
  return memory;
}

/* What is not the latest stays as it is. */
void arena_shrink(Arena *arena, void *memory, size_t size, size_t used) {
  assert(used <= size);
  if ((char *)memory + arena_aligned(size) == arena->next)
    arena->next = (char *)memory + arena_aligned(used ? used : 1);
}

/* Doubling makes n elements cost at most 2n copies. */
void *arena_more(Arena *arena, void *elements, size_t count, size_t *capacity,
                 size_t size) {
  assert(size > 0 && count <= *capacity);
  if (count < *capacity) return elements;
  size_t more = *capacity ? *capacity * 2 : 64;
  if (more > ARENA_SIZE_MOST / size) arena_escape(arena);
  elements =
      arena_grow(arena, elements, count * size, *capacity * size, more * size);
  *capacity = more;
  return elements;
}

/*
** Text.
*/
Text arena_copy(Arena *arena, Text text) {
  if (!text.data) return NO_TEXT;
  char *copy = arena_take(arena, text.size + 1);
  if (text.size) memcpy(copy, text.data, text.size);
  copy[text.size] = 0;
  return (Text){copy, text.size};
}

/* sqlite3_vsnprintf does not say how long the text would have been: one that
** fills its room may have been cut, and is tried again with more. What is
** left over is given back. */
Text arena_format(Arena *arena, const char *format, ...) {
  for (size_t room = 256;; room *= 4) {
    if (room > INT32_MAX) arena_escape(arena); /* SQLite takes an int */
    char *string = arena_take(arena, room);
    va_list arguments;
    va_start(arguments, format);
    sqlite3_vsnprintf((int)room, string, format, arguments);
    va_end(arguments);
    Text result = text_of(string);
    assert(result.size < room);
    bool whole = result.size + 1 < room;
    if (room <= ARENA_BLOCK_MOST)
      arena->next = string + (whole ? arena_aligned(result.size + 1) : 0);
    else if (!whole)
      arena_drop(arena, string);
    if (whole) return result;
  }
}

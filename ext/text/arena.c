#include "arena.h"

#include <sqlite3ext.h>
#include <stdarg.h>
#include <stdint.h>

SQLITE_EXTENSION_INIT3

#define BLOCK_SIZE 16384
#define ALIGNMENT 16

struct ArenaBlock {
  ArenaBlock *next;
  size_t size;
};

#define HEADER ((sizeof(ArenaBlock) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT)

void arena_init(Arena *arena) {
  arena->blocks = NULL;
  arena->next = arena->end = NULL;
}

ArenaMark arena_mark(const Arena *arena) {
  ArenaMark mark = {arena->blocks, arena->next, arena->end};
  return mark;
}

void arena_release(Arena *arena, ArenaMark mark) {
  while (arena->blocks != mark.blocks) {
    ArenaBlock *next = arena->blocks->next;
    sqlite3_free(arena->blocks);
    arena->blocks = next;
  }
  arena->next = mark.next;
  arena->end = mark.end;
}

void arena_close(Arena *arena) {
  ArenaMark start = {NULL, NULL, NULL};
  arena_release(arena, start);
}

/* A new block with room for `size` bytes; blocks grow with the arena, so
** that a large operation does not collect thousands of them. */
static void arena_extend(Arena *arena, size_t size) {
  size_t room = arena->blocks ? arena->blocks->size * 2 : BLOCK_SIZE;
  if (room > (1u << 20)) room = 1u << 20;
  if (room < size) room = size;
  ArenaBlock *block = NULL;
  if (size < SIZE_MAX - HEADER - 2 * ALIGNMENT)
    block = sqlite3_malloc64(room + HEADER + ALIGNMENT);
  if (!block) longjmp(arena->escape, 1);
  block->next = arena->blocks;
  block->size = room;
  arena->blocks = block;
  /* sqlite3_malloc64 aligns to 8 only. */
  size_t odd = (uintptr_t)block % ALIGNMENT;
  arena->next = (char *)block + HEADER + (odd ? ALIGNMENT - odd : 0);
  arena->end = arena->next + room;
}

static char *arena_take(Arena *arena, size_t size) {
  if (size > SIZE_MAX / 2) longjmp(arena->escape, 1);
  size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  if ((size_t)(arena->end - arena->next) < size) arena_extend(arena, size);
  char *memory = arena->next;
  arena->next += size;
  return memory;
}

void *arena_alloc(Arena *arena, size_t size) {
  void *memory = arena_take(arena, size ? size : 1);
  memset(memory, 0, size);
  return memory;
}

char *arena_grow(Arena *arena, char *old, size_t used, size_t capacity,
                 size_t size) {
  capacity = (capacity + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  if (old && old + capacity == arena->next &&
      (size_t)(arena->end - old) >= size + ALIGNMENT) {
    arena->next = old;
    return arena_take(arena, size);
  }
  char *memory = arena_take(arena, size);
  if (old && used) memcpy(memory, old, used);
  return memory;
}

Text arena_copy(Arena *arena, Text text) {
  char *copy = arena_take(arena, text.size + 1);
  if (text.size) memcpy(copy, text.data, text.size);
  copy[text.size] = 0;
  Text result = {copy, text.size};
  return result;
}

Text arena_format(Arena *arena, const char *format, ...) {
  for (size_t room = 256;; room *= 4) {
    char *string = arena_take(arena, room);
    va_list arguments;
    va_start(arguments, format);
    sqlite3_vsnprintf((int)room, string, format, arguments);
    va_end(arguments);
    Text result = text_of(string);
    if (result.size + 1 < room) return result;
  }
}

static int lower(unsigned char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }

bool text_begins(Text text, Text prefix) {
  if (text.size < prefix.size) return false;
  for (size_t i = 0; i < prefix.size; i++) {
    if (lower((unsigned char)text.data[i]) !=
        lower((unsigned char)prefix.data[i]))
      return false;
  }
  return true;
}

bool text_same(Text a, Text b) { return a.size == b.size && text_begins(a, b); }

Text text_cut(Text *text, char c) {
  const char *found = text->size ? memchr(text->data, c, text->size) : NULL;
  size_t size = found ? (size_t)(found - text->data) : text->size;
  Text part = text_first(*text, size);
  *text = text_after(*text, found ? size + 1 : size);
  return part;
}

int text_compare(Text a, Text b) {
  size_t shorter = a.size < b.size ? a.size : b.size;
  int order = shorter ? memcmp(a.data, b.data, shorter) : 0;
  if (order) return order;
  return a.size < b.size ? -1 : a.size > b.size;
}

/*
** memo.c: the keys of texts that have been seen, each made once.
**
** HOW IT WORKS
**
** A filter of 250 terms, or each of 10,000 operations, looks at the same text
** again and again. Its key costs time and memory where it is another text:
** other letters are folded by all of Unicode, and times are brought to UTC.
** Texts are never changed in place (text/json.h) and do not move, so that their
** place tells them apart, together with what they are keys for: as a value of
** the attribute, or as text of which a part is looked for.
**
** Most keys are the text itself, in small letters already. Those are not noted:
** to see that they are costs no more than to find them.
*/
#include "memo.h"

#include <stdint.h>

#include "budget.h"

#define MEMO_STEP_BYTES 2 /* of a text whose key is another, for each step */

/* A text that has been seen, and its key. */
struct MemoEntry {
  Text text; /* its place; without data the entry is free */
  const Attribute *attribute;
  bool whole; /* the key is that of a value */
  bool has_key;
  Key key;
};

/* The entry of the text, or the free one where it belongs. The capacity is a
** power of two, and there is always a free one. */
static MemoEntry *memo_slot(MemoEntry *entries, size_t capacity,
                            const MemoEntry *wanted) {
  size_t at = (size_t)((uintptr_t)wanted->text.data * 0x9E3779B1u >> 4);
  assert(capacity && !(capacity & (capacity - 1)));
  for (;; at++) {
    MemoEntry *entry = &entries[at & (capacity - 1)];
    if (!entry->text.data || (entry->text.data == wanted->text.data &&
                              entry->text.size == wanted->text.size &&
                              entry->attribute == wanted->attribute &&
                              entry->whole == wanted->whole))
      return entry;
  }
}

/* Makes room for one entry more: the table is at most half full. */
static void memo_grow(Memo *memo) {
  if (2 * (memo->count + 1) <= memo->capacity) return;
  size_t capacity = memo->capacity ? 2 * memo->capacity : 16;
  MemoEntry *entries =
      arena_array(&memo->operation->arena, capacity, sizeof *entries);
  for (size_t i = 0; i < memo->capacity; i++) {
    MemoEntry *old = &memo->entries[i];
    if (old->text.data) *memo_slot(entries, capacity, old) = *old;
  }
  memo->entries = entries;
  memo->capacity = capacity;
}

/* The entry with the key, or NULL. */
static const MemoEntry *memo_find(const Memo *memo, const MemoEntry *wanted) {
  if (!memo->count) return NULL;
  const MemoEntry *entry = memo_slot(memo->entries, memo->capacity, wanted);
  return entry->text.data ? entry : NULL;
}

/* Notes a key that is another text than the one it is of, which costs more the
** longer that is: utf8proc takes ten times as long as a comparison. */
static void memo_note(Memo *memo, const MemoEntry *entry) {
  if (entry->has_key && entry->key.text.data == entry->text.data) return;
  budget_spend(memo->operation, entry->text.size / MEMO_STEP_BYTES);
  memo_grow(memo);
  *memo_slot(memo->entries, memo->capacity, entry) = *entry;
  memo->count++;
}

/* Numbers and booleans have keys that need no memory. */
bool memo_key(Memo *memo, const Attribute *attribute, const Json *value,
              Key *key) {
  if (value->type != JSON_STRING || !value->text.size ||
      attribute->type == TYPE_BOOLEAN)
    return key_of(memo->operation, attribute, value, key);
  MemoEntry wanted = {
      .text = value->text, .attribute = attribute, .whole = true};
  const MemoEntry *entry = memo_find(memo, &wanted);
  if (!entry) {
    wanted.key.text = NO_TEXT;
    wanted.has_key = key_of(memo->operation, attribute, value, &wanted.key);
    memo_note(memo, &wanted);
    entry = &wanted;
  }
  *key = entry->key;
  return entry->has_key;
}

Key memo_text(Memo *memo, const Attribute *attribute, Text text) {
  MemoEntry wanted = {.text = text, .attribute = attribute, .has_key = true};
  if (attribute->case_exact || !text.size)
    return key_of_text(memo->operation, attribute, text);
  const MemoEntry *entry = memo_find(memo, &wanted);
  if (entry) return entry->key;
  wanted.key = key_of_text(memo->operation, attribute, text);
  memo_note(memo, &wanted);
  return wanted.key;
}

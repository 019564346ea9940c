/*
** edit.c: what a request does to the members of a group, as a list of changes.
**
** HOW IT WORKS
**
** Entries are appended in the order of the request and never looked up here: a
** request that adds 10,000 members costs 10,000 steps. Of each value the last
** one is taken in the end (store/members.c), so that "remove u1, add u1" leaves
** u1 in.
**
** An entry holds what a row of scim_member holds. "$ref" is not among it,
** because it is made from value and type when a member is shown.
*/
#include "edit.h"

#include "../text/lookup.h"

static void member_edit_begin(Operation *operation, MemberEdit *edit) {
  edit->used = true;
  if (!edit->entries) edit->entries = json_new(&operation->arena, JSON_ARRAY);
}

/* To drop, the value is enough: the row is found by it. */
void member_edit_note(Operation *operation, MemberEdit *edit,
                      const Json *member, bool drop) {
  static const char *const kept[] = {"value", "type", "display"};
  Arena *arena = &operation->arena;
  bool named = json_member_string(member, "value").size > 0;
  if (failed(operation) || (drop && !named)) return;
  if (!named) {
    error_set(operation, ERROR_INVALID_VALUE,
              "a member that is to be added has no value");
    return;
  }
  Json *entry = json_new(arena, JSON_OBJECT);
  for (int i = 0; i < (drop ? 1 : 3); i++) {
    const Json *part = json_member(member, kept[i]);
    if (part) json_put(entry, kept[i], json_copy(arena, part));
  }
  if (drop) json_put(entry, "drop", json_integer(arena, 1));
  member_edit_begin(operation, edit);
  json_append(edit->entries, entry);
}

void member_edit_replace(Operation *operation, MemberEdit *edit,
                         const Json *list) {
  member_edit_begin(operation, edit);
  edit->replace = edit->whole = true;
  edit->entries = json_new(&operation->arena, JSON_ARRAY);
  JSON_EACH (member, list) member_edit_note(operation, edit, member, false);
}

/* A member of the old list. */
typedef struct EditMember {
  const Json *member;
  bool stays; /* the new list has one with the value */
  bool noted; /* something was noted of it */
} EditMember;

/* The old list, found by value. Of two with the same value, which are none of
** ours, the first counts. */
static Lookup edit_members_of(Arena *arena, const Json *old,
                              EditMember *members) {
  Lookup lookup = lookup_new(arena);
  size_t count = 0;
  JSON_EACH (member, old) {
    members[count].member = member;
    LookupEntry entry = {0, json_member_string(member, "value"), count++};
    lookup_add(&lookup, entry);
  }
  lookup_build(&lookup);
  return lookup;
}

/* Notes a member of the new list, unless it stands in the old one as it is. Of
** two with the same value the last word counts, so that both are noted. */
static void edit_note_new(Operation *operation, MemberEdit *edit,
                          const Lookup *lookup, EditMember *members,
                          const Json *member) {
  Text value = json_member_string(member, "value");
  LookupSearch search = lookup_search(lookup, 0, value);
  const LookupEntry *found = lookup_next(&search);
  EditMember *old = found ? &members[found->number] : NULL;
  if (old) old->stays = true;
  if (old && !old->noted && json_equal(old->member, member)) return;
  if (old) old->noted = true;
  member_edit_note(operation, edit, member, false);
}

/* Most members are the same before and after: of 100,000 a few are noted. */
void member_edit_change(Operation *operation, MemberEdit *edit, const Json *old,
                        const Json *new) {
  Arena *arena = &operation->arena;
  size_t count = old ? old->count : 0;
  EditMember *members = arena_array(arena, count + 1, sizeof *members);
  Lookup lookup = edit_members_of(arena, old, members);
  assert(!edit->replace && "an edit that names who goes");
  member_edit_begin(operation, edit);
  edit->whole = true;
  assert(edit->entries && edit->entries->type == JSON_ARRAY);
  JSON_EACH (member, new)
    edit_note_new(operation, edit, &lookup, members, member);
  for (size_t i = 0; i < count; i++)
    if (!members[i].stays)
      member_edit_note(operation, edit, members[i].member, true);
}

/*
** edit.c: what a request does to the members of a group, as a list of changes.
**
** HOW IT WORKS
**
** Entries are appended in the order of the request and never looked up here: a
** request that adds 10,000 members costs 10,000 steps. SQL groups them by value
** and takes the last one of each, so that "remove u1, add u1" leaves u1 in.
**
** An entry holds what a row of scim_member holds. "$ref" is not among it,
** because it is made from value and type when a member is shown.
*/
#include "edit.h"

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
  edit->replace = true;
  edit->entries = json_new(&operation->arena, JSON_ARRAY);
  JSON_EACH (member, list) member_edit_note(operation, edit, member, false);
}

void member_edit_change(Operation *operation, MemberEdit *edit, const Json *old,
                        const Json *new) {
  assert(!edit->replace && "an edit that names who goes");
  member_edit_begin(operation, edit);
  assert(edit->entries && edit->entries->type == JSON_ARRAY);
  JSON_EACH (member, old) member_edit_note(operation, edit, member, true);
  JSON_EACH (member, new) member_edit_note(operation, edit, member, false);
}

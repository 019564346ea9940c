#include "edit.h"

static MemberEdit *touch(MemberEdit *edit, Arena *arena) {
  edit->used = true;
  if (!edit->entries) edit->entries = json_new(arena, JSON_ARRAY);
  return edit;
}

void member_edit_note(Operation *operation, MemberEdit *edit,
                      const Json *member, bool drop) {
  Arena *arena = &operation->arena;
  static const char *const kept[] = {"value", "type", "display"};
  Json *entry = json_new(arena, JSON_OBJECT);
  if (!json_member_string(member, "value").size) return;
  for (int i = 0; i < (drop ? 1 : 3); i++) {
    Json *part = json_member(member, kept[i]);
    if (part) json_put(entry, kept[i], json_copy(arena, part));
  }
  if (drop) json_put(entry, "drop", json_integer(arena, 1));
  json_append(touch(edit, arena)->entries, entry);
}

void member_edit_replace(Operation *operation, MemberEdit *edit,
                         const Json *list) {
  touch(edit, &operation->arena)->replace = true;
  edit->entries = json_new(&operation->arena, JSON_ARRAY);
  JSON_EACH (member, list) member_edit_note(operation, edit, member, false);
}

void member_edit_change(Operation *operation, MemberEdit *edit, const Json *old,
                        const Json *new) {
  touch(edit, &operation->arena);
  JSON_EACH (member, old) member_edit_note(operation, edit, member, true);
  JSON_EACH (member, new) member_edit_note(operation, edit, member, false);
}

/*
** patch_members.c: PATCH of the members of a group, without loading them.
**
** HOW IT WORKS
**
** A group may have 100,000 members. They are rows, not part of the stored
** document, and the usual operations need not know who is in the group: "add
** these", "remove those", "these are all". Such an operation is noted as
** entries of a MemberEdit, and SQL works out from the entries and the rows what
** really changes (store/members.c).
**
** What can be noted: add, replace and remove of the whole attribute, and remove
** by a filter that only says value eq "…", one or several joined by or (that is
** how Okta and Microsoft's compliant client take members out). Any other filter
** or sub-attribute needs the members themselves. Then the edit says so
** (needs_members), the request is started again with all members in the
** document, and the two lists are compared (resource_patch).
*/

#include "patch_step.h"

/* Notes the members that the filter names to be dropped. False when it says
** more than value eq "…": part of it may have been noted by then, which the
** new start makes good. */
static bool patch_members_drop(PatchStep *step, const Filter *filter) {
  Operation *operation = step->patch->operation;
  if (filter->kind == FILTER_OR) {
    FILTER_EACH (term, filter) {
      if (!patch_members_drop(step, term)) return false;
    }
    return true;
  }
  if (filter->kind != FILTER_COMPARE || filter->op != OPERATOR_EQ ||
      filter->attribute != schema_value(step->path.attribute) ||
      filter->literal->type != JSON_STRING)
    return false;
  assert(!filter->first && "a comparison has no terms");
  Json *member = json_new(&operation->arena, JSON_OBJECT);
  json_put(member, "value",
           json_string(&operation->arena, filter->literal->text));
  member_edit_note(operation, step->patch->edit, member, true);
  return true;
}

/* Nobody is to be left. The members that are there are not known here, so this
** is refused for a required attribute even if there are none. */
static void patch_members_clear(PatchStep *step) {
  const Attribute *attribute = step->path.attribute;
  if (attribute->required)
    error_set(step->patch->operation, ERROR_MUTABILITY,
              "'%.*s' is required and cannot be removed",
              TEXT_ARG(attribute->path));
  else
    member_edit_replace(step->patch->operation, step->patch->edit, NULL);
}

/* The members as a whole, with a value. */
static void patch_members_change(PatchStep *step) {
  Operation *operation = step->patch->operation;
  const Attribute *attribute = step->path.attribute;
  bool remove = step->action == PATCH_REMOVE;
  Json *read = remove ? patch_read_listed(step, attribute)
                      : value_read(operation, attribute, step->value);
  if (failed(operation)) return;
  if (step->action == PATCH_REPLACE && !read) {
    patch_members_clear(step);
  } else if (step->action == PATCH_REPLACE) {
    member_edit_replace(operation, step->patch->edit, read);
  } else {
    JSON_EACH (member, read)
      member_edit_note(operation, step->patch->edit, member, remove);
  }
}

/* What cannot be noted makes the request start again: see the top. */
void patch_members(PatchStep *step) {
  MemberEdit *edit = step->patch->edit;
  assert(edit && step->path.attribute == step->patch->type->members);
  if (step->path.sub || step->path.filter) {
    bool noted = !step->path.sub && step->action == PATCH_REMOVE &&
                 patch_members_drop(step, step->path.filter);
    if (!noted) edit->needs_members = true;
  } else if (step->action == PATCH_REMOVE && !patch_has_value(step)) {
    patch_members_clear(step);
  } else {
    patch_members_change(step);
  }
}

/*
** patch_step.h: what the modules of PATCH share: patch.c, which takes a request
** apart, patch_check.c, which has the rules, and patch_object.c, patch_list.c
** and patch_members.c, which change one target each. Nobody else includes it,
** and it knows nothing of patch.h.
*/
#ifndef SCIM_PATCH_STEP_H
#define SCIM_PATCH_STEP_H

#include "document.h"
#include "edit.h"
#include "path.h"
#include "same.h"
#include "value.h"

typedef enum PatchAction { PATCH_ADD, PATCH_REPLACE, PATCH_REMOVE } PatchAction;

/* What an operation says of "schemas". */
typedef struct PatchSchemas PatchSchemas;
struct PatchSchemas {
  PatchAction action;
  const Json *urns;
  PatchSchemas *next;
};

/* One PATCH request. */
typedef struct Patch {
  Operation *operation;
  const ResourceType *type; /* of the document */
  Json *doc;                /* what is changed */
  MemberEdit *edit;         /* collects changes of members, or NULL: they are
                               in the document */
  MemberShow *show;         /* or NULL: members are shown as they are sent */
  bool joins;               /* members came that were not shown yet */
  bool form_only;           /* nothing is changed: is the form right? */
  unsigned values;          /* read for lists so far, by all operations */
  unsigned most;            /* values that they may read */
  PatchSchemas *schemas;    /* what was said of schemas, or NULL */
  Memo memo;                /* keys of values that are compared */
  SameList added;           /* the list that the last operation added to */
  SameList joined;          /* elements that are one become one in it */
  bool idle;                /* the operation has found nothing to change, and
                               kept nothing that it allocated */
} Patch;

/* One operation of the request; or, where an operation's value is an object of
** several targets, the part of it that is about one of them. */
typedef struct PatchStep {
  Patch *patch; /* the request that it belongs to */
  PatchAction action;
  Path path;         /* the target, unless it is */
  bool core;         /* all of the type's own schema */
  const Json *value; /* as sent; NULL when the operation has none */
  bool nameless;     /* the operation has no path: the target is a name in its
                        value */
} PatchStep;

/* Where all that the request makes is allocated. */
static inline Arena *patch_arena(const PatchStep *step) {
  return &step->patch->operation->arena;
}

/* Does the operation have a value other than null? */
static inline bool patch_has_value(const PatchStep *step) {
  return step->value && step->value->type != JSON_NULL;
}

/* Counts values that are going to be compared with a list. False with
** invalidValue when all operations together have too many: each comparison
** costs, so there is a bound for the request and not only for an operation. */
bool patch_count_values(PatchStep *step, const Json *values);

/*
** patch_check.c: what is refused.
*/

/* invalidValue unless an add or replace has a value, and a remove none or one
** that lists something; null and "" in a remove become none. `text` is how the
** target was spelled. */
void patch_check_value(PatchStep *step, Text text);

/* Does a value with which to remove list nothing: [], {}, [""], [{}]? */
bool patch_lists_nothing(const Json *value);

/* Is this what is read of a value of which something was sent, and nothing is
** kept, as it is writeOnly (value.c)? */
bool patch_is_unkept(const Attribute *attribute, const Json *read);

/* invalidPath when the name of a member, which has been resolved, is a path, or
** the plain name of an attribute that belongs below a URN. */
void patch_check_name(PatchStep *step, Text name);

/* May the target not be set by a client? */
bool patch_is_read_only(const Path *path);

/* False when there is nothing to do: with an error, or because the target is
** not kept, or nothing would change. */
bool patch_check_target(PatchStep *step);

/* A copy of a value, to be compared with what becomes of it. */
const Json *patch_copy(PatchStep *step, const Json *value);

/* A copy of the target's value if something in it is immutable, or NULL. */
const Json *patch_remember(PatchStep *step);

/* mutability when the target was assigned, is required and is no more, or what
** is immutable is other than `before`, which patch_remember gave. */
void patch_check_outcome(PatchStep *step, bool assigned, const Json *before);

/* mutability when the step's extension cannot be taken away. */
void patch_check_extension(PatchStep *step);

/* Notes what the step says of "schemas"; and mutability, when all steps are
** done, unless everything that was said is so. */
void patch_note_schemas(PatchStep *step);
void patch_check_schemas(const Patch *patch);

/* Makes the document's "schemas", if it has any, agree with its content. */
void patch_settle_schemas(const Patch *patch);

/* mutability: the path is required, or the attribute immutable. */
void patch_refuse_required(PatchStep *step, Text path);
void patch_refuse_immutable(PatchStep *step, const Attribute *attribute);

/*
** patch_object.c: sub-attributes of one complex value.
*/

/* Puts what was sent into the object and leaves what it does not mention
** (RFC 7644 sections 3.5.2.1 and 3.5.2.3). `read` is what value_read made of
** it, or NULL. */
void patch_merge(PatchStep *step, const Attribute *attribute, Json *object,
                 const Json *read, const Json *sent);

/* mutability when the step would remove its path's sub-attribute from the
** object, and it is required. */
void patch_check_sub(PatchStep *step, const Json *object);

/* Does the step to its path's sub-attribute of the object. */
void patch_change_sub(PatchStep *step, Json *object);

/* What the step would set its path's sub-attribute to; NULL for none. */
Json *patch_read_sub(PatchStep *step);

/* Is the sub-attribute of the step's attribute a "$ref" that says the same as
** "value"? */
bool patch_is_ref(const PatchStep *step, const Attribute *sub);

/* Is there anything in the object that counts as its content? */
bool patch_has_content(const Attribute *attribute, const Json *object);

/* The step's target is a single-valued attribute, or a sub-attribute of it. */
void patch_single(PatchStep *step);

/*
** patch_list.c: multi-valued attributes.
*/

/* Adds values to the list of an attribute. One that is there already is not
** added again (RFC 7644 section 3.5.2.1); a complex one is merged into it. */
void patch_add_values(PatchStep *step, const Attribute *attribute, Json *list,
                      Json *values);

/* Takes the listed values out of the list, and only those. */
void patch_remove_values(PatchStep *step, const Attribute *attribute,
                         Json *list, Json *listed);

/* The values that a remove lists; invalidValue when there are none. */
Json *patch_read_listed(PatchStep *step, const Attribute *attribute);

/* The value in a list of one, or else what was sent. */
const Json *patch_unwrap(const PatchStep *step, const Json *value);

/* The step's target is a whole multi-valued attribute. */
void patch_list(PatchStep *step);

/* The step's target are the elements that a value path selects, or one
** sub-attribute of each. */
void patch_elements(PatchStep *step);

/*
** patch_members.c: members of a group that are kept as rows.
*/

/* The step's target are the members: notes in the request's edit what becomes
** of them. */
void patch_members(PatchStep *step);

#endif

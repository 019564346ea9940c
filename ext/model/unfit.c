/*
** unfit.c: what a stored document holds that its type does not have.
**
** HOW IT WORKS
**
** A definition may be replaced by one that lacks what documents hold. Nobody's
** data is thrown away by that: it stays in the document, through every PUT and
** PATCH (canonical.c), and the view scim_misfit lists it. But it is no part of
** the resource any more, so a reply does not show it: a client could find no
** such attribute at /Schemas (RFC 7643 section 7). What has become
** writeOnly since it was stored counts as well: new values of the kind are not
** stored, so that nobody else looks for it in a document (schema_read.c). It is
** in no tree that is made of one (unfit_forget), and goes with the next PUT or
** PATCH: it may be a secret.
**
** Most documents have nothing of the kind, and are shown as the text that is
** stored, without a tree. So the text is looked at first, on the walk that
** makes sure that it is JSON at all. A stored document is in the order of the
** schema, as canonical.c writes it: each name is looked for behind the one that
** came before, and usually is the next one or one of the next few.
**
** A "$ref" that follows from the value beside it (reference.c) is stored with
** it, below the endpoint that its type had by then. A type that got another one
** leaves the stored text wrong, but rewrites no document: that is noticed here,
** by the bytes behind the name, and find_document puts it right in the tree.
*/
#include "unfit.h"

#include "../text/bag.h"
#include "../text/check.h"
#include "document.h"
#include "reference.h"
#include "value.h"

/*
** In the text.
*/

/* Where the walk is, and behind what in each list of attributes. */
typedef struct UnfitWalk {
  const SchemaSet *set;
  const ResourceType *type;
  Text doc;
  const Extension *extension; /* within its object; NULL outside of any */
  const Attribute *attribute; /* within its value; NULL for none */
  const Attribute *next, *next_within, *next_sub;
  bool unfit;
} UnfitWalk;

/* Looks from a place in the list to its end, and then before that place. */
static const Attribute *unfit_search(const Attribute *first,
                                     const Attribute *from, Text name) {
  for (const Attribute *a = from; a; a = a->next)
    if (text_same(a->name, name)) return a;
  for (const Attribute *a = first; a && a != from; a = a->next)
    if (text_same(a->name, name)) return a;
  return NULL;
}

/* Most often it is there, and written as it is there. */
static inline const Attribute *unfit_find(const Attribute *first,
                                          const Attribute *from, Text name) {
  return from && text_equal(from->name, name) ? from
                                              : unfit_search(first, from, name);
}

/* Is it an attribute of which documents that are written today have values? */
static bool unfit_expects(const Attribute *found) {
  return found && found->mutability != MUTABILITY_WRITE_ONLY;
}

/* What comes behind the name: as it is written here, the value. */
static Text unfit_behind(const UnfitWalk *walk, Text name) {
  const char *behind = name.data + name.size;
  Text rest = {behind, (size_t)(walk->doc.data + walk->doc.size - behind)};
  return text_begins(rest, TEXT("\":")) ? text_after(rest, 2) : NO_TEXT;
}

/* Is it something else than an object, or a list that begins with one, so that
** there may be a secret in it (unfit_is_secret)? Of a list of what has a
** "value" that is writeOnly each element may be one. */
static bool unfit_is_bare(const UnfitWalk *walk, const Attribute *found,
                          Text name) {
  if (!found || !found->has_unkept) return false;
  const Attribute *value = schema_value(found);
  Text behind = unfit_behind(walk, name);
  bool list = text_begins(behind, TEXT("[{"));
  return value && !text_begins(behind, TEXT("{")) &&
         !(list && document_keeps(value));
}

/* May it be a "value" that is JSON, with a secret in it (value.c)? A blank or
** an escape may stand before that. */
static bool unfit_may_hide(const UnfitWalk *walk, const Attribute *found,
                           Text name) {
  const Attribute *parent = found->parent;
  if (!parent || !parent->has_unkept || found != schema_value(parent))
    return false;
  Text behind = unfit_behind(walk, name);
  if (!text_begins(behind, TEXT("\""))) return true;
  return behind.size < 2 || (unsigned char)behind.data[1] >= 0x80 ||
         memchr("{[ \\", behind.data[1], 4);
}

/* A member of the document itself. */
static void unfit_enter(UnfitWalk *walk, Text name) {
  const ResourceType *type = walk->type;
  const Attribute *found = unfit_find(type->first, walk->next, name);
  walk->attribute = found;
  walk->extension = found ? NULL : schema_extension(type, name);
  if (found) {
    walk->next = found->next;
    walk->next_sub = found->first;
  } else if (walk->extension) {
    walk->next_within = walk->extension->first;
  }
  bool computed = found && (found == type->members || found == type->groups ||
                            text_same(name, TEXT("meta")));
  walk->unfit |= computed || (!unfit_expects(found) && !walk->extension) ||
                 unfit_is_bare(walk, found, name);
}

/* Is the value of a "$ref" which follows from that beside it, and whose name
** ends here, below another endpoint than that of its type? What is not written
** as we write it is as good as wrong. */
static bool unfit_is_moved(const UnfitWalk *walk, const Attribute *found,
                           Text name) {
  if (!name.size || name.data[0] != '$' ||
      reference_of(walk->set, walk->attribute) != found)
    return false;
  const char *behind = name.data + name.size;
  Text rest = {behind, (size_t)(walk->doc.data + walk->doc.size - behind)};
  Text quote = TEXT("\":\"");
  return !text_begins(rest, quote) ||
         !reference_is_below(walk->set, found, text_after(rest, quote.size));
}

/* Of each name in the text: `depth` counts the containers around it, those of
** lists too. Names deeper than sub-attributes are looked for among these, and
** not found. */
static void unfit_note(void *context, int depth, Text name) {
  UnfitWalk *walk = context;
  if (walk->unfit) return;
  if (depth == 1) {
    unfit_enter(walk, name);
    return;
  }
  bool within = depth == 2 && walk->extension;
  if (!within && !walk->attribute) {
    walk->unfit = true;
    return;
  }
  const Attribute *first =
      within ? walk->extension->first : walk->attribute->first;
  const Attribute **next = within ? &walk->next_within : &walk->next_sub;
  const Attribute *found = unfit_find(first, *next, name);
  walk->unfit = !unfit_expects(found);
  if (!found) return;
  *next = found->next;
  walk->unfit |= within ? unfit_is_bare(walk, found, name)
                        : unfit_is_moved(walk, found, name) ||
                              unfit_may_hide(walk, found, name);
  if (!within) return;
  walk->attribute = found;
  walk->next_sub = found->first;
}

bool unfit_look(const SchemaSet *set, const ResourceType *type, Text doc,
                bool *unfit) {
  UnfitWalk walk = {.set = set, .type = type, .doc = doc, .next = type->first};
  bool object = json_is_object_with(doc, unfit_note, &walk);
  *unfit = object && walk.unfit;
  return object;
}

/*
** In the tree.
*/

/* Takes sub-attributes out of a value or of each in a list. What is no complex
** value any more, or was none, is of another type, and is shown as it is. */
static void unfit_drop_parts(const Attribute *attribute, Json *value) {
  if (!attribute->first) return;
  for (Json *item = value->first, *next; item; item = next) {
    next = item->next;
    if (value->type == JSON_ARRAY) unfit_drop_parts(attribute, item);
    bool gone = value->type == JSON_OBJECT
                    ? !schema_attribute(attribute->first, item->name)
                    : item->type == JSON_OBJECT && !item->count;
    if (gone) json_remove(value, item);
  }
}

/* Takes what is none of the attributes out of their home. With a type, the home
** is the document, of which extensions are members too. */
static void unfit_drop_from(const ResourceType *type, Attribute *first,
                            Json *home) {
  for (Json *member = home->first, *next; member; member = next) {
    const Attribute *known = schema_attribute(first, member->name);
    bool complex = known && known->first && member->first;
    next = member->next;
    if (complex) unfit_drop_parts(known, member);
    bool stays = known || (type && schema_extension(type, member->name));
    if (!stays || (complex && !member->count)) json_remove(home, member);
  }
}

/* A URN is listed if it is the type's own or that of an extension which is
** there (RFC 7643 section 3). */
static void unfit_drop_schemas(const ResourceType *type, Json *doc) {
  Json *schemas = json_member(doc, "schemas");
  for (Json *id = schemas ? schemas->first : NULL, *next; id; id = next) {
    next = id->next;
    bool stays =
        text_same(id->text, type->schema->id) ||
        (schema_extension(type, id->text) && json_member_text(doc, id->text));
    if (!stays) json_remove(schemas, id);
  }
}

/* An extension of which nothing is left goes as a whole, and with it its URN:
** an empty object would say that the resource has the extension. */
void unfit_drop(const ResourceType *type, Json *doc) {
  assert(doc->type == JSON_OBJECT);
  unfit_drop_from(type, type->first, doc);
  for (const Extension *e = type->extensions; e; e = e->next) {
    Json *part = json_member_text(doc, e->schema->id);
    if (!part || part->type != JSON_OBJECT) continue;
    unfit_drop_from(NULL, e->first, part);
    if (!part->count) json_remove(doc, part);
  }
  unfit_drop_schemas(type, doc);
}

/*
** What has become writeOnly.
*/

/* Of one complex value. One without members is none either: that is how what
** had nothing else was read (value.c). With a "value" that has a secret in it
** goes the "$ref" which was made of it. */
static bool unfit_forget_parts(const Attribute *attribute, Json *value) {
  const Attribute *own = schema_value(attribute);
  bool any = !value->count, hides = false;
  for (Json *part = value->first, *next; part; part = next) {
    const Attribute *sub = schema_attribute(attribute->first, part->name);
    next = part->next;
    bool hiding = sub && sub == own && value_may_hide(attribute, part);
    if (!hiding && (!sub || sub->mutability != MUTABILITY_WRITE_ONLY)) continue;
    json_remove(value, part);
    any = true;
    hides |= hiding;
  }
  Json *ref = hides ? json_member(value, "$ref") : NULL;
  if (ref) json_remove(value, ref);
  return any;
}

/* A value from before the attribute was complex stands for its "value". */
static bool unfit_is_secret(const Attribute *attribute, const Json *value) {
  const Attribute *own = schema_value(attribute);
  return own && (own->mutability == MUTABILITY_WRITE_ONLY ||
                 value_may_hide(attribute, value));
}

/* Takes out of the list what is in it already, and elements without members. */
static void unfit_join(Arena *arena, Json *list) {
  Bag known = bag_new(arena);
  Json *before = NULL;
  for (Json *item = list->first, *next; item; item = next) {
    uint64_t hash = bag_hash(item);
    BagSearch search = bag_search(&known, hash);
    const Json *other = bag_next(&search);
    next = item->next;
    while (other && !json_equal(other, item)) other = bag_next(&search);
    if (other || (item->type == JSON_OBJECT && !item->count)) {
      json_remove_behind(list, before, item);
    } else {
      bag_add(&known, hash, item);
      before = item;
    }
  }
}

/* Of an element. False when it goes as a whole. */
static bool unfit_forget_element(const Attribute *attribute, Json *element,
                                 bool *any) {
  bool object = element->type == JSON_OBJECT;
  bool stays = object || !unfit_is_secret(attribute, element);
  *any |= !stays || (object && unfit_forget_parts(attribute, element));
  return stays;
}

/* Of one value, or of each in a list. */
static bool unfit_forget_value(Arena *arena, const Attribute *attribute,
                               Json *value) {
  bool any = false;
  Json *before = NULL, *next;
  if (value->type == JSON_OBJECT) return unfit_forget_parts(attribute, value);
  if (value->type != JSON_ARRAY) return unfit_is_secret(attribute, value);
  for (Json *item = value->first; item; item = next) {
    next = item->next;
    if (unfit_forget_element(attribute, item, &any))
      before = item;
    else
      json_remove_behind(value, before, item);
  }
  if (any) unfit_join(arena, value);
  return any;
}

/* Of the attributes whose home it is. */
static bool unfit_forget_from(Arena *arena, Attribute *first, Json *home) {
  bool any = false;
  for (const Attribute *a = first; a; a = a->next) {
    bool whole = a->mutability == MUTABILITY_WRITE_ONLY;
    if (!whole && !a->has_unkept) continue;
    Json *value = json_member_text(home, a->name);
    if (!value || (!whole && !unfit_forget_value(arena, a, value))) continue;
    if (whole || !value->count) json_remove(home, value);
    any = true;
  }
  return any;
}

/* An extension of which nothing is left is not there. */
static void unfit_forget_extension(Json *doc, Json *part) {
  Json *schemas = json_member(doc, "schemas");
  for (Json *id = schemas ? schemas->first : NULL, *next; id; id = next) {
    next = id->next;
    if (text_same(id->text, part->name)) json_remove(schemas, id);
  }
  json_remove(doc, part);
}

bool unfit_forget(Arena *arena, const ResourceType *type, Json *doc) {
  if (!type->has_unkept) return false;
  bool any = unfit_forget_from(arena, type->first, doc);
  for (const Extension *e = type->extensions; e; e = e->next) {
    Json *part = json_member_text(doc, e->schema->id);
    if (!part || !unfit_forget_from(arena, e->first, part)) continue;
    if (!part->count) unfit_forget_extension(doc, part);
    any = true;
  }
  return any;
}

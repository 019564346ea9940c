/*
** document.c: where the values of attributes lie in a document.
**
** HOW IT WORKS
**
** An attribute knows whether it belongs to an extension, and of which schema it
** is. That is enough to find its home in a document: the document itself, or
** the object below the schema's URN. Names are looked up without regard to case
** (RFC 7643 section 2.1), because a document may be what a client sent.
**
** This is the lowest module that knows documents: keys, filters, reading and
** PATCH are built on it, and it knows none of them.
*/
#include "document.h"

/* Does the list hold this very attribute? */
static bool document_holds(const Attribute *first, const Attribute *attribute) {
  while (first && first != attribute) first = first->next;
  return first != NULL;
}

/* The extension that the attribute is part of. Not by its schema: nothing keeps
** a type from naming a schema twice. */
static const Extension *document_extension_of(const ResourceType *type,
                                              const Attribute *attribute) {
  const Extension *extension = type->extensions;
  while (extension && !document_holds(extension->first, attribute))
    extension = extension->next;
  assert(extension && "the attribute is one of the type's");
  return extension;
}

/* An iterator without state of its own: where the walk is follows from the
** attribute, so that loops nest and may be left at any time. */
const Attribute *document_next(const ResourceType *type,
                               const Attribute *previous) {
  if (!previous && type->first) return type->first;
  if (previous && previous->next) return previous->next;
  const Extension *extension = type->extensions;
  if (previous) {
    assert(!previous->parent && "only top-level attributes are walked");
    if (previous->extension)
      extension = document_extension_of(type, previous)->next;
  }
  /* A schema without attributes may be an extension, too. */
  while (extension && !extension->first) extension = extension->next;
  return extension ? extension->first : NULL;
}

Json *resource_value(const Json *doc, const Attribute *attribute) {
  if (attribute->parent) attribute = attribute->parent;
  assert(!attribute->parent && "attributes nest no deeper (RFC 7643 2.3.8)");
  if (attribute->extension) doc = json_member_text(doc, attribute->schema->id);
  return json_member_text(doc, attribute->name);
}

/* The object that has the attribute as a member. When there is none and
** `create` is set it is made, in place of whatever else is there: a document
** given to scim_patch may have anything below the URN. */
static Json *document_home_of(Operation *operation, Json *doc,
                              const Attribute *attribute, bool create) {
  if (!attribute->extension) return doc;
  Json *home = json_member_text(doc, attribute->schema->id);
  if (!create || (home && home->type == JSON_OBJECT)) return home;
  if (home) json_remove(doc, home);
  home = json_new(&operation->arena, JSON_OBJECT);
  json_put_text(doc, attribute->schema->id, home);
  return home;
}

/* The value goes to the end, also in place of an old one: the order of members
** means nothing until the document is made canonical. */
void resource_set(Operation *operation, Json *doc, const Attribute *attribute,
                  Json *value) {
  assert(!attribute->parent && "sub-attributes are set within their parent");
  Json *home = document_home_of(operation, doc, attribute, value != NULL);
  if (!home) return;
  Json *old = json_member_text(home, attribute->name);
  if (old == value) return;
  assert(!value || home->type == JSON_OBJECT);
  if (old) json_remove(home, old);
  if (value) json_put_text(home, attribute->name, value);
}

/*
** resource.c: whole resources that a client sent: reading, and rules.
**
** HOW IT WORKS
**
** Reading walks over what was sent, because that is usually less than the
** schema has, and looks each name up. Names that the schema has not are passed
** over: RFC 7644 section 3.3 lets a server ignore them, and every IdP sends
** some. The result holds attributes under their names in the schema's spelling
** and values as value.c reads them, so that nothing after this has to think of
** case, dialects or nulls.
**
** Rules walk over the schema, because they are about what is missing as much as
** about what is there. Each is a loop over the type's top-level attributes
** (document_next), those of extensions included.
**
** What is required is asked for last, when defaults have been filled in and
** immutable values kept. An extension's required attributes count only where
** the extension is there: RFC 7643 section 6 makes the extension as a whole
** required or not.
*/
#include "resource.h"

#include "reference.h"

/*
** Reading a body.
*/

/* Is the value refused by a tenant who goes by the letter, and by no other? */
static bool resource_is_loose(Operation *operation, const Attribute *attribute,
                              const Json *member) {
  unsigned strict = operation->strict;
  operation->strict = 0;
  value_read_member(operation, attribute, member);
  bool loose = !failed(operation);
  error_clear(operation);
  operation->strict = strict;
  return loose;
}

/* The value of a member. One that the definition does not take (any more), but
** that is what is stored, is that: whoever sends back what was shown must not
** be kept from changing something else. */
static Json *resource_read_value(Operation *operation,
                                 const Attribute *attribute, const Json *member,
                                 const Json *old) {
  Json *value = value_read_member(operation, attribute, member);
  const Json *stored = old ? json_member_text(old, attribute->name) : NULL;
  if (operation->error != ERROR_INVALID_VALUE || !stored ||
      !json_equal(stored, member))
    return value;
  SavedError wrong = error_save(operation);
  if (resource_is_loose(operation, attribute, member))
    error_restore(operation, wrong);
  return json_copy(&operation->arena, stored);
}

/* Reads the members of an object that are attributes of the list. Each comes
** once: a body in which a name is repeated, in whatever case, is not read as
** JSON in the first place. Tells whether one has a value, kept or not. */
static bool resource_read_members(Operation *operation, Attribute *first,
                                  const Json *body, const Json *old,
                                  Json *doc) {
  bool any = false;
  JSON_EACH (member, body) {
    const Attribute *attribute = schema_attribute(first, member->name);
    if (!attribute || attribute->mutability == MUTABILITY_READ_ONLY) continue;
    if (failed(operation)) return false;
    Json *value = resource_read_value(operation, attribute, member, old);
    any |= value != NULL;
    /* A password is not kept, but 5 is refused: it would be told as set. */
    if (value && document_keeps(attribute))
      json_put_text(doc, attribute->name, value);
  }
  return any;
}

/* Reads the object of one extension. One without content is left out, as if it
** had not been sent. One of which nothing is kept is there, and empty, for who
** asks what was sent: canonical.c leaves it out. */
static void resource_read_extension(Operation *operation,
                                    const Extension *extension,
                                    const Json *body, const Json *old,
                                    Json *doc) {
  Text urn = extension->schema->id;
  const Json *part = json_member_text(body, urn);
  if (!part || value_is_unassigned(operation, NULL, part)) return;
  if (part->type != JSON_OBJECT)
    error_set(operation, ERROR_INVALID_VALUE,
              "the value of '%.*s' must be an object", TEXT_ARG(urn));
  Json *object = json_new(&operation->arena, JSON_OBJECT);
  bool any =
      resource_read_members(operation, extension->first, part,
                            old ? json_member_text(old, urn) : NULL, object);
  if (any) json_put_text(doc, urn, object);
}

/* The document is empty, not NULL, when there is an error: callers go on as a
** list of steps that do nothing. */
Json *resource_read_over(Operation *operation, const ResourceType *type,
                         const Json *body, const Json *old) {
  Json *doc = json_new(&operation->arena, JSON_OBJECT);
  if (failed(operation)) return doc;
  if (!body || body->type != JSON_OBJECT) {
    error_set(operation, ERROR_INVALID_SYNTAX,
              "the resource must be a JSON object");
    return doc;
  }
  resource_read_members(operation, type->first, body, old, doc);
  for (const Extension *e = type->extensions; e; e = e->next)
    resource_read_extension(operation, e, body, old, doc);
  return doc;
}

Json *resource_read(Operation *operation, const ResourceType *type,
                    const Json *body) {
  return resource_read_over(operation, type, body, NULL);
}

/*
** Defaults.
*/

/* Has the client said that the attribute has no value, or its extension none at
** all? RFC 7644 sections 3.3 and 3.5.1: by null or an empty list it overrides
** what would be filled in or kept. By "" it does not: that is what IdPs send of
** what they know nothing of. */
static bool resource_is_cleared(const Json *body, const Attribute *attribute) {
  const Json *sent = resource_value(body, attribute);
  if (!sent && attribute->extension)
    sent = json_member_text(body, attribute->schema->id);
  return sent && (sent->type == JSON_NULL ||
                  (sent->type == JSON_ARRAY && !sent->count));
}

/* Defaults of one schema, for what the body leaves out (RFC 7643 section 2.2);
** not for what it clears with null or [], which says that there is none. */
static void resource_fill_all(Operation *operation, const Attribute *first,
                              Json *doc, const Json *body) {
  for (const Attribute *a = first; a; a = a->next) {
    if (!a->default_value || resource_value(doc, a) ||
        resource_is_cleared(body, a))
      continue;
    Json *value = value_read(operation, a, a->default_value);
    assert(!a->parent && "a default is of a whole attribute");
    if (value) resource_set(operation, doc, a, value);
  }
}

/* Does the extension require what no default gives? */
static bool resource_needs_more(const Extension *extension) {
  for (const Attribute *a = extension->first; a; a = a->next)
    if (a->required && a->mutability != MUTABILITY_READ_ONLY &&
        !a->default_value)
      return true;
  return false;
}

/* An optional extension that the client left out stays away where defaults
** alone would be a half of it, which is not valid. */
void resource_fill(Operation *operation, const ResourceType *type, Json *doc,
                   const Json *body) {
  resource_fill_all(operation, type->first, doc, body);
  for (const Extension *e = type->extensions; e; e = e->next) {
    if (json_member_text(doc, e->schema->id) || !resource_needs_more(e))
      resource_fill_all(operation, e->first, doc, body);
  }
}

/*
** Keeping what a PUT leaves out.
*/
static void resource_refuse_other(Operation *operation,
                                  const Attribute *attribute) {
  error_set(operation, ERROR_MUTABILITY,
            "'%.*s' is immutable and has another value",
            TEXT_ARG(attribute->path));
}

/* Is it the same value? One that was stored before its attribute became a list,
** or was one, is the same in the shape that it has now (patch_reshape). */
static bool resource_is_same(Operation *operation, const Attribute *attribute,
                             const Json *before, const Json *after) {
  bool list = before->type == JSON_ARRAY;
  if (list == (after->type == JSON_ARRAY))
    return reference_same(operation, attribute, before, after);
  const Json *many = list ? before : after, *one = list ? after : before;
  return many->count == 1 &&
         reference_same(operation, attribute, many->first, one);
}

/* The immutable sub-attributes of a complex value that stays. A PUT that leaves
** one out cannot mean to take it away, so it is kept; one that says null
** does. */
static void resource_keep_parts(Operation *operation,
                                const Attribute *attribute, const Json *before,
                                Json *after, const Json *sent) {
  assert(before->type == JSON_OBJECT && after->type == JSON_OBJECT);
  for (const Attribute *sub = attribute->first; sub; sub = sub->next) {
    const Json *old = json_member_text(before, sub->name);
    const Json *new = json_member_text(after, sub->name);
    const Json *said = json_member_text(sent, sub->name);
    if (!old || sub->mutability != MUTABILITY_IMMUTABLE) continue;
    if (new ? !reference_same(operation, sub, old, new)
            : said && said->type == JSON_NULL)
      resource_refuse_other(operation, sub);
    else if (!new)
      json_put_text(after, sub->name, json_copy(&operation->arena, old));
  }
}

/* Is what was sent an object of which nothing is known here that a client may
** write, as a manager with a displayName alone? That says nothing, as if it had
** been left out, but by somebody who has a manager. */
static bool resource_says_nothing(Operation *operation, const Json *body,
                                  const Attribute *attribute) {
  const Json *sent = resource_value(body, attribute);
  if (!sent || attribute->type != TYPE_COMPLEX || attribute->multi_valued)
    return false;
  sent = value_sent(operation, attribute, sent);
  if (sent->type != JSON_OBJECT || !sent->count) return false;
  JSON_EACH (member, sent) {
    const Attribute *sub = schema_attribute(attribute->first, member->name);
    if (sub && document_keeps(sub)) return false;
  }
  return true;
}

/* An attribute with a default is kept as well: a client that leaves `active`
** out of a PUT must not switch a person on who was switched off. So is one of
** which the client says nothing that could be read: nobody shall lose a manager
** by a PUT that names one. Of what is readOnly it can say nothing; there is a
** value where the definition was another when it was stored. */
static void resource_keep_all(Operation *operation, const Attribute *first,
                              Json *doc, const Json *old, const Json *body) {
  for (const Attribute *a = first; a; a = a->next) {
    Json *before = resource_value(old, a), *after = resource_value(doc, a);
    bool read_only = a->mutability == MUTABILITY_READ_ONLY;
    bool immutable = a->mutability == MUTABILITY_IMMUTABLE;
    bool cleared = !after && !read_only && resource_is_cleared(body, a);
    if (!before) continue;
    if (after && before->type == JSON_OBJECT && after->type == JSON_OBJECT)
      resource_keep_parts(operation, a, before, after, resource_value(body, a));
    if (immutable &&
        (cleared || (after && !resource_is_same(operation, a, before, after))))
      resource_refuse_other(operation, a);
    else if (!after && !cleared &&
             (immutable || read_only || a->default_value ||
              resource_says_nothing(operation, body, a)))
      resource_set(operation, doc, a, json_copy(&operation->arena, before));
  }
}

/* What an extension requires, where it is there only because something of it
** was kept: the client has said nothing of it, and cannot be asked to. */
static void resource_keep_required(Operation *operation,
                                   const Extension *extension, Json *doc,
                                   const Json *old) {
  if (!json_member_text(doc, extension->schema->id)) return;
  for (const Attribute *a = extension->first; a; a = a->next) {
    const Json *before = resource_value(old, a);
    if (a->required && before && !resource_value(doc, a))
      resource_set(operation, doc, a, json_copy(&operation->arena, before));
  }
}

/* The type's own attributes, and those of each extension. */
void resource_keep(Operation *operation, const ResourceType *type, Json *doc,
                   const Json *old, const Json *body) {
  resource_keep_all(operation, type->first, doc, old, body);
  for (const Extension *e = type->extensions; e; e = e->next) {
    bool left_out = !json_member_text(doc, e->schema->id);
    resource_keep_all(operation, e->first, doc, old, body);
    if (left_out) resource_keep_required(operation, e, doc, old);
  }
}

/*
** What documents may lack, though it was sent.
*/

/* May nothing be kept of the attribute, since all that was sent of it was
** writeOnly? Not where each value must have something else. */
static bool resource_may_vanish(const Attribute *attribute) {
  if (attribute->mutability == MUTABILITY_WRITE_ONLY) return true;
  if (!attribute->has_unkept) return false;
  for (const Attribute *sub = attribute->first; sub; sub = sub->next)
    if (sub->required && document_keeps(sub)) return false;
  return true;
}

/* The same of all of an extension. */
static bool resource_may_vanish_whole(const Extension *extension) {
  bool may = false;
  for (const Attribute *a = extension->first; a; a = a->next) {
    if (resource_may_vanish(a))
      may = true;
    else if (a->required && document_keeps(a))
      return false;
  }
  return may;
}

/*
** What is required, and what lists may hold.
*/
static void resource_require(Operation *operation, Text path) {
  error_set(operation, ERROR_INVALID_VALUE, "'%.*s' is required",
            TEXT_ARG(path));
}

/* How many complex values are without the sub-attribute: of a list, or the
** one. What is no object is of an earlier definition, and asked for nothing. */
static int resource_lacking(const Attribute *sub, const Json *value) {
  int lacking = 0;
  if (!value) return 0;
  if (value->type == JSON_OBJECT) return !json_member_text(value, sub->name);
  JSON_EACH (element, value) {
    if (element->type == JSON_OBJECT)
      lacking += !json_member_text(element, sub->name);
  }
  return lacking;
}

/* What a complex value requires. As many may be without as were before: a
** definition that came to require something must not keep anybody from changing
** something else, least of all from being switched off. Which of a list they
** were cannot be told, since elements have no names. */
static void resource_check_parts(Operation *operation,
                                 const Attribute *attribute, const Json *value,
                                 const Json *old) {
  for (const Attribute *sub = attribute->first; sub; sub = sub->next) {
    if (sub->required && document_keeps(sub) &&
        resource_lacking(sub, value) > resource_lacking(sub, old))
      resource_require(operation, sub->path);
  }
}

/* How many values of the list are primary; none of what is no list. */
static int resource_primaries(const Json *list) {
  int primaries = 0;
  JSON_EACH (element, list) {
    const Json *primary = json_member(element, "primary");
    primaries += primary && primary->type == JSON_TRUE;
  }
  return primaries;
}

/* RFC 7643 section 2.4: primary is true for no more than one value; and a list
** has no more than VALUE_COUNT. One that was stored with more, by an earlier
** version or by hand, may stay so: the client has not brought that, and
** somebody has to be switched off all the same. Where several are primary it is
** as it was or has fewer of them: another one would be the client's. */
static void resource_check_list(Operation *operation,
                                const Attribute *attribute, const Json *list,
                                const Json *old) {
  if (old && old->type != JSON_ARRAY) old = NULL;
  if ((!old || list->count > old->count) &&
      !value_check_count(operation, attribute, list))
    return;
  int primaries = resource_primaries(list);
  if (primaries > 1 && (!old || (primaries >= resource_primaries(old) &&
                                 !json_equal(list, old))))
    error_set(operation, ERROR_INVALID_VALUE,
              "more than one value of '%.*s' is primary",
              TEXT_ARG(attribute->path));
}

/* The required attributes of the type's own schema, or of one extension. What
** may have vanished is asked for by resource_require_sent. */
static void resource_check_required(Operation *operation,
                                    const Attribute *first, const Json *doc,
                                    const Json *old) {
  for (const Attribute *a = first; a; a = a->next) {
    if (!a->required || !document_keeps(a) || schema_is_schemas(a)) continue;
    bool excused = old ? !resource_value(old, a) : resource_may_vanish(a);
    if (!excused && !resource_value(doc, a))
      resource_require(operation, a->path);
  }
}

/* What an extension requires, if it is there; and that it is there, if the type
** requires it. */
static void resource_check_extension(Operation *operation,
                                     const Extension *extension,
                                     const Json *doc, const Json *old) {
  Text urn = extension->schema->id;
  bool present = json_member_text(doc, urn) != NULL;
  bool lacked = old && !json_member_text(old, urn);
  bool excused = old ? lacked : resource_may_vanish_whole(extension);
  if (extension->required && !present && !excused)
    resource_require(operation, urn);
  /* Where the extension itself is new, nothing of it is excused. */
  if (present)
    resource_check_required(operation, extension->first, doc,
                            lacked ? NULL : old);
}

/* Required attributes first, so that of several mistakes the one is told that
** the client will look for. Of those that have one simple value there is
** nothing to check: a list of them is of an earlier definition. */
void resource_check(Operation *operation, const ResourceType *type,
                    const Json *doc, const Json *old) {
  if (failed(operation)) return;
  resource_check_required(operation, type->first, doc, old);
  for (const Extension *e = type->extensions; e; e = e->next)
    resource_check_extension(operation, e, doc, old);
  for (const Attribute *a = NULL; (a = document_next(type, a));) {
    if (!a->first && !a->multi_valued) continue;
    const Json *value = resource_value(doc, a);
    const Json *before = old ? resource_value(old, a) : NULL;
    if (!value) continue;
    if (value->type == JSON_ARRAY)
      resource_check_list(operation, a, value, before);
    resource_check_parts(operation, a, value, before);
  }
}

/*
** What is required, though no document keeps it.
*/

/* Does the value have the sub-attribute, or each of a list? */
static bool resource_sends_part(const Operation *operation,
                                const Attribute *sub, const Json *value) {
  if (value->type == JSON_ARRAY) {
    JSON_EACH (element, value)
      if (!resource_sends_part(operation, sub, element)) return false;
    return true;
  }
  if (value->type != JSON_OBJECT) return true;
  const Json *part = json_member_text(value, sub->name);
  return part && !value_is_unassigned(operation, sub, part);
}

/* Does the body have a value of what is writeOnly as a whole, or of another
** attribute the document that was read of it? */
static bool resource_is_sent(const Operation *operation,
                             const Attribute *attribute, const Json *doc,
                             const Json *body) {
  const Json *sent = resource_value(body, attribute);
  return attribute->mutability == MUTABILITY_WRITE_ONLY
             ? sent && !value_clears(operation, attribute, sent)
             : resource_value(doc, attribute) != NULL;
}

/* The parts of a value that is there. */
static void resource_require_parts(Operation *operation,
                                   const Attribute *attribute,
                                   const Json *body) {
  const Json *sent = resource_value(body, attribute);
  if (!sent || value_clears(operation, attribute, sent)) return;
  for (const Attribute *sub = attribute->first; sub; sub = sub->next)
    if (sub->required && sub->mutability == MUTABILITY_WRITE_ONLY &&
        !resource_sends_part(operation, sub, sent))
      resource_require(operation, sub->path);
}

/* Of one schema. */
static void resource_require_sent_of(Operation *operation,
                                     const Attribute *first, const Json *doc,
                                     const Json *body) {
  for (const Attribute *a = first; a; a = a->next) {
    if (a->mutability == MUTABILITY_READ_ONLY) continue;
    if (a->required && resource_may_vanish(a) &&
        !resource_is_sent(operation, a, doc, body))
      resource_require(operation, a->path);
    if (a->has_unkept) resource_require_parts(operation, a, body);
  }
}

void resource_require_sent(Operation *operation, const ResourceType *type,
                           const Json *doc, const Json *body) {
  if (failed(operation)) return;
  resource_require_sent_of(operation, type->first, doc, body);
  for (const Extension *e = type->extensions; e; e = e->next) {
    const Json *part = json_member_text(body, e->schema->id);
    if (json_member_text(doc, e->schema->id) ||
        (part && !value_is_unassigned(operation, NULL, part)))
      resource_require_sent_of(operation, e->first, doc, body);
    else if (e->required)
      resource_require(operation, e->schema->id);
  }
}

/*
** reference.h: references from one resource to another: a "value", which is an
** id, and a "$ref", which is a URI (RFC 7643 section 2.4).
*/
#ifndef SCIM_REFERENCE_H
#define SCIM_REFERENCE_H

#include "schema.h"

/* The "$ref" of the complex attribute if it follows from the "value" beside it:
** it points to one type of resource, which the set knows. NULL for others, of
** which "$ref" is a value like any. */
const Attribute *reference_of(const SchemaSet *set, const Attribute *attribute);

/* The "$ref" that goes with a value, relative to the base of the service:
** "Users/42". `ref` is what reference_of has found. */
Text reference_uri(Operation *operation, const SchemaSet *set,
                   const Attribute *ref, Text value);

/* Does the URI begin as one that reference_uri makes? */
bool reference_is_below(const SchemaSet *set, const Attribute *ref, Text uri);

/* Makes each "$ref" of a stored document that follows from the value beside it
** anew where it lies below another endpoint than its type has by now. */
void reference_refresh(Operation *operation, const ResourceType *type,
                       Json *doc);

/* The id that a "$ref" names: the last segment of its path, if the one before
** is an endpoint of the service: that of the attribute's reference type, or for
** members of a group any. The URI may be relative or have any base. `type` is
** set to the resource type. False when it names no such resource; no error. */
bool reference_read(Operation *operation, const Attribute *attribute, Text uri,
                    Text *value, const ResourceType **type);

/*
** A "$ref" that is relative ("Users/42") is shown behind the base of the
** service (service/reply.c), and is to be found by filters in either form, and
** in that of another version of the protocol: RFC 7643 section 2.4 has URIs
** with, without and with another version comparable.
*/

/* Is the attribute such a "$ref", and is there a base? */
bool reference_has_base(const Operation *operation, const Attribute *attribute);

/* The URI as it is shown. */
Text reference_shown(Operation *operation, Text uri);

/* The URI without the base, if it has that; of another version too for what a
** client writes. The attribute tells whether letter case counts. */
Text reference_relative(const Operation *operation, const Attribute *attribute,
                        Text uri);
Text reference_asked_for(const Operation *operation, const Attribute *attribute,
                         Text uri);

/* Completes the object that was read for a complex attribute from what was
** sent: "value" from "$ref" where only that was sent (and the "type" of a
** member), and "$ref" from "value". invalidValue when a reference names nothing
** by either. */
void reference_complete(Operation *operation, const Attribute *attribute,
                        const Json *sent, Json *object);

/* invalidValue unless the object (NULL: nothing could be read) names a member
** of a group. Does nothing for other attributes, whose values need no
** "value". */
void reference_require_value(Operation *operation, const Attribute *attribute,
                             const Json *object);

/* Makes the "$ref" of an object that was changed agree with its value: without
** a value it goes. */
void reference_settle(Operation *operation, const Attribute *attribute,
                      Json *object);

/* Are two values of the attribute, or of a sub-attribute, the same, of which
** the first is stored? As
** json_equal, but a "$ref" that follows from the value may be written in any
** way that names it: absolute, as it was shown, or relative, as it is kept. */
bool reference_same(Operation *operation, const Attribute *attribute,
                    const Json *a, const Json *b);

#endif

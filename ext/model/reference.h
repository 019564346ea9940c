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

/* The id that a "$ref" names: the last segment of its path, if the one before
** is an endpoint of the service: that of the attribute's reference type, or for
** members of a group any. The URI may be relative or have any base. `type` is
** set to the resource type. False when it names no such resource; no error. */
bool reference_read(Operation *operation, const Attribute *attribute, Text uri,
                    Text *value, const ResourceType **type);

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

#endif

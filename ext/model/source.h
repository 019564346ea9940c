/*
** source.h: where the value of a mapped column comes from: the "from" of its
** definition, a path or a list of paths.
**
** A path is that of a PATCH operation (path.h): userName, name.givenName,
** emails[type eq "work"].value, urn:…:User:manager.value. The first value that
** survives the column's transform is the one: of the first path all values in
** the order of the document, then those of the second.
*/
#ifndef SCIM_SOURCE_H
#define SCIM_SOURCE_H

#include "path.h"
#include "transform.h"

typedef struct Source Source;
struct Source {
  Text text; /* the path as it is written */
  Path path;
  Source *next; /* what is tried after it, or NULL */
};

/* Reads the paths, a string or an array of strings. NULL with an error that
** begins with the place, "columns.email.from", and what it is that is wrong
** there: not even a path, an attribute that the type has not, or one that
** documents do not hold (a password, the members of a group). */
Source *source_read(Operation *operation, const ResourceType *type,
                    const Json *from, Text place);

/* Sets *as to what the column says ("as", a string), or for no text to what
** suits the attribute of the first path. False with an error, as above: an
** unknown name, or a path to many attributes at once and not "json". */
bool source_transform(Operation *operation, const Source *source, Text name,
                      Text place, Transform *as);

/* The attribute whose values the transform gets: of a complex one its "value".
** NULL when there is none, for only json takes more than one attribute. */
const Attribute *source_leaf(const Source *source);

/* Refuses a path to a complex attribute whose "value" is writeOnly, for any
** transform but json. Not where paths are read: the value may have become that
** under a map that is on, whose column is without one then. */
bool source_yields(Operation *operation, const Source *source, Text place);

/* The first value of the document that survives the transform, as
** transform_apply has it; NULL when there is none. With json the first path
** that names anything, which is a list where it may name several values. */
Json *source_value(Operation *operation, const Source *source, Transform as,
                   const Json *doc);

#endif

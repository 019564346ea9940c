/*
** projection.h: which attributes a reply shows: the characteristic
** "returned", and the parameters attributes and excludedAttributes
** (RFC 7644 sections 3.4.2.5 and 3.9).
*/
#ifndef SCIM_PROJECTION_H
#define SCIM_PROJECTION_H

#include "schema.h"

/* One name of a list. */
typedef struct ProjectionItem ProjectionItem;
struct ProjectionItem {
  const Attribute *attribute; /* or sub-attribute; NULL: a whole extension */
  const Extension *extension; /* NULL: an attribute */
  ProjectionItem *next;
};

typedef struct Projection {
  const ResourceType *type;
  bool chosen; /* attributes was given: what it names, and no more */
  ProjectionItem *included; /* what attributes names, each once */
  ProjectionItem *excluded; /* what excludedAttributes names */
  ProjectionItem *written;  /* of what is returned on request, what the write
                               that is answered has said */
} Projection;

/* Reads both lists: names between commas, any case, URNs or not; the URN of a
** schema alone stands for all its attributes. Names that the type has not are
** ignored, so that one list does for resources of several types. Empty texts
** stand for parameters that were not given. */
Projection projection_read(Operation *operation, const ResourceType *type,
                           Text attributes, Text excluded);

/* Notes what a write has said, for its own reply (RFC 7643 section 7,
** "request"): the body of a POST or PUT, or that of a PATCH. */
void projection_note_resource(Operation *operation, Projection *projection,
                              const Json *body);
void projection_note_patch(Operation *operation, Projection *projection,
                           const Json *body);

/* Nothing chosen, and nothing excluded that is in the stored document? */
bool projection_shows_stored(const Projection *projection);

/* Will the reply show the top-level attribute? What is not shown need not be
** looked up. */
bool projection_shows(const Projection *projection, const Attribute *attribute);

/* Takes what is not to be shown out of a document, which it changes. What the
** schema does not know stays. Does nothing once the operation has failed. */
void projection_apply(Operation *operation, const Projection *projection,
                      Json *doc);

#endif

/*
** match.h: what a filter means: its evaluation against documents (RFC 7644
** section 3.4.2.2). An index only ever narrows what is evaluated.
*/
#ifndef SCIM_MATCH_H
#define SCIM_MATCH_H

#include "filter.h"

/* Does the document match? */
bool filter_match(Operation *operation, const Filter *filter, const Json *doc);

/* Does one element of a multi-valued attribute match a value path's filter? */
bool filter_match_element(Operation *operation, const Filter *filter,
                          const Attribute *attribute, const Json *element);

#endif

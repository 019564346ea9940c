/*
** match.h: what a filter means: its evaluation against documents (RFC 7644
** section 3.4.2.2). An index only ever narrows what is evaluated.
**
** Of several values any may match; where there is no value, only ne and eq
** null do. Text is compared folded unless caseExact, and all else by its key
** (key.h).
*/
#ifndef SCIM_MATCH_H
#define SCIM_MATCH_H

#include "filter.h"
#include "memo.h"

/* Does the document match? It should have those of meta, members and groups
** that filter_uses names. Keys are left in the operation's arena. */
bool filter_match(Operation *operation, const Filter *filter, const Json *doc);

/* Does one element of the multi-valued attribute match the filter of a value
** path (RFC 7644 section 3.5.2), whose names are its sub-attributes? */
bool filter_match_element(Operation *operation, const Filter *filter,
                          const Attribute *attribute, const Json *element);

/* The same for one of many elements and filters of a request: the memo is
** theirs, and each comparison a step of its budget. With an error, whatever it
** says is not to be looked at. */
bool filter_match_counted(Memo *memo, const Filter *filter,
                          const Attribute *attribute, const Json *element);

#endif

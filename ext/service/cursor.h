/*
** cursor.h: cursors of a list (RFC 9865).
**
** A cursor is a sort key (search.h), not a number of results: whatever is
** created or deleted in the meantime, the next page begins behind the last
** resource that was shown. It is stateless: signed text that only
** this database has made, good for the same list and for one hour.
*/
#ifndef SCIM_CURSOR_H
#define SCIM_CURSOR_H

#include "../store/search.h"
#include "request.h"

#define CURSOR_SECONDS 3600

/* What a cursor says. `list` stands for type, filter and sort. */
typedef struct PageCursor {
  SortKey edge; /* of the resource next to the page; without one (row 0) the
                ** page is the first */
  bool before;  /* the page comes before the edge, not after it */
} PageCursor;

/* The text of a cursor. */
Text cursor_write(Request *request, Text list, const PageCursor *cursor);

/* False with invalidCursor or expiredCursor. */
bool cursor_read(Request *request, Text list, Text text, PageCursor *cursor);

#endif

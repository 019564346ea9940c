/*
** error.h: the SCIM errors (RFC 7644 section 3.12).
**
** An operation's first error stays (text/operation.h); here is what its number
** means to a client, and how it is written down.
*/
#ifndef SCIM_ERROR_H
#define SCIM_ERROR_H

#include "../text/buffer.h"
#include "../text/operation.h"
#include "../text/parse.h"
#include "strict.h"

/* RFC 7644 table 9, and the HTTP statuses of section 3.12. The kinds go on from
** those of operation.h, and are numbers like them. */
typedef int ErrorKind;
enum {
  ERROR_INVALID_FILTER = ERROR_FIRST_OF_MODEL,
  ERROR_TOO_MANY,
  ERROR_UNIQUENESS,
  ERROR_CONFLICT,
  ERROR_MUTABILITY,
  ERROR_INVALID_SYNTAX,
  ERROR_INVALID_PATH,
  ERROR_NO_TARGET,
  ERROR_INVALID_VALUE,
  ERROR_INVALID_VERSION,
  ERROR_INVALID_CURSOR, /* RFC 9865 section 2.3 */
  ERROR_EXPIRED_CURSOR,
  ERROR_INVALID_COUNT,
  ERROR_SENSITIVE,
  ERROR_UNAUTHORIZED,
  ERROR_FORBIDDEN,
  ERROR_NOT_FOUND,
  ERROR_METHOD_NOT_ALLOWED,
  ERROR_PRECONDITION_FAILED,
  ERROR_TOO_LARGE,
  ERROR_MEDIA_TYPE,
  ERROR_NOT_IMPLEMENTED,
  ERROR_UNAVAILABLE,    /* for now: the reply says when to try again */
  ERROR_INVALID_REQUEST /* RFC 6750 section 3.1: there is no token where one
                           was announced; the last, and not for applications */
};

/* HTTP status, and the scimType or NULL where the RFC has none. Of ERROR_NONE
** 200. */
int error_status(int kind);
const char *error_scim_type(int kind);

/* The kind with the status and the scimType (empty: none), whatever its case;
** ERROR_NONE where there is no such kind of failure. */
int error_kind(int status, Text scim_type);

/* The Error message of RFC 7644 section 3.12. */
Json *error_json(Operation *operation);

/* Takes the error back, and says what it was: "413 the request body is ...". */
Text error_take(Operation *operation);

/* Adds a name to the way that a detail tells, as "Sales -> Europe -> Sales". Of
** a long name the beginning is shown, and of a long way the beginning and the
** last step: names have 64 KiB, and ways hundreds of them. */
void error_add_step(Buffer *way, Text name, bool last);

/* Parses text that came from outside: a fault is invalidSyntax, with the
** position. `what` names the text: "the request body". */
Json *error_parse(Operation *operation, Text text, const char *what);

/* Parses text that we have stored ourselves: a fault is not the client's, but
** SQLITE_CORRUPT. `table` and `id` name the place: "scim_resource", the id of
** the resource. Anything but an object is a fault as well. */
Json *error_parse_stored(Operation *operation, Text text, const char *table,
                         Text id);

#endif

/*
** secret.h: what nobody can guess: secrets, their digests, and ids.
*/
#ifndef SCIM_SECRET_H
#define SCIM_SECRET_H

#include "../text/operation.h"

typedef struct Secret {
  Text text;      /* shown once */
  Text digest;    /* what is stored of it */
  Text last_four; /* characters, by which people know it again */
} Secret;

/* A new secret of 256 bits: those of `random`, 64 hexadecimal digits, or where
** that is no text, random ones. An error for what is no such text, and then
** the secret has none. */
Secret secret_new(Operation *operation, Text random);

/* What is stored of a secret: its SHA-256, in hexadecimal. */
Text secret_digest(Operation *operation, Text secret);

/* Are the texts equal, of which one may be a secret? It takes as long when they
** are not, unless their sizes differ. */
bool secret_equal(Text a, Text b);

/* Are the digests equal? It takes as long when they are not. */
bool secret_is(Text digest, Text stored);

/* A random UUID of version 4 (RFC 9562 section 5.4). */
Text secret_uuid(Operation *operation);

/* A UUID that follows from the text, of version 8 (RFC 9562 section 5.8). */
Text secret_uuid_of(Operation *operation, Text text);

#endif

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
** that is no text, random ones, of which a note is made (drawn.h). An error for
** what is no such text, and then the secret has none. */
Secret secret_new(Operation *operation, Text random);

/* A secret that was made elsewhere, of which `digest` is known and perhaps the
** last four characters: its text is the digest, for whoever knows the secret to
** put it there. An error for what is no digest, and then the secret has no
** text. */
Secret secret_made(Operation *operation, Text digest, Text last_four);

/* Is the text a digest, as secret_digest makes them? */
bool secret_is_digest(Text text);

/* What is stored of a secret: its SHA-256, in hexadecimal. */
Text secret_digest(Operation *operation, Text secret);

/* Are the texts equal, of which one may be a secret? It takes as long when they
** are not, unless their sizes differ. */
bool secret_equal(Text a, Text b);

/* Are the digests equal? It takes as long when they are not. */
bool secret_is(Text digest, Text stored);

/* A random UUID of version 4 (RFC 9562 section 5.4); noted as well. */
Text secret_uuid(Operation *operation);

/* A random UUID of version 7 (section 5.7): those of a later time, of which it
** begins with the milliseconds since 1970, come later in order. Noted too. */
Text secret_uuid_at(Operation *operation, long long milliseconds);

/* A UUID that follows from the text, of version 8 (RFC 9562 section 5.8). */
Text secret_uuid_of(Operation *operation, Text text);

#endif

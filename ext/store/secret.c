/*
** secret.c: the one place where randomness is drawn, and what is kept of it.
**
** HOW IT WORKS
**
** A secret is 256 random bits behind a prefix by which scanners of leaked
** secrets find it. One pass of SHA-256 is enough to store such a one by:
** nobody can guess it, so there is nothing to make slow, as there is with
** passwords. It is looked up by its digest, in an index: how long that takes
** tells of digests only, and who knows one does not know its secret.
**
** An engine that runs the same statement on several nodes, and keeps its text,
** gives along what is stored of a secret, so that all of them store the same
** and the log of the engine does not tell the secret. The bits may be given as
** well.
*/
#include "secret.h"

#include <assert.h>
#include <sodium.h>

#include "../model/error.h"
#include "drawn.h"

#define SECRET_BYTES 32
#define SECRET_PREFIX "scim_"

Text secret_digest(Operation *operation, Text secret) {
  unsigned char hash[crypto_hash_sha256_BYTES];
  char hex[2 * crypto_hash_sha256_BYTES + 1];
  crypto_hash_sha256(hash, (const unsigned char *)secret.data, secret.size);
  sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
  return arena_copy(&operation->arena, text_of(hex));
}

bool secret_equal(Text a, Text b) {
  return a.size == b.size && sodium_memcmp(a.data, b.data, a.size) == 0;
}

/* What is stored may be of any length, in a file that was damaged. */
bool secret_is(Text digest, Text stored) {
  assert(digest.size == (size_t)2 * crypto_hash_sha256_BYTES);
  return secret_equal(digest, stored);
}

/* The bits that were given, or random ones. False with an error: bits that are
** missing must not become zeros. */
static bool secret_read_bits(Operation *operation, Text random,
                             unsigned char bits[SECRET_BYTES]) {
  size_t size = 0;
  if (!random.data) {
    operation->drawn |= DRAWN_DIGEST;
    randombytes_buf(bits, SECRET_BYTES);
    return true;
  }
  if (sodium_hex2bin(bits, SECRET_BYTES, random.data, random.size, NULL, &size,
                     NULL) == 0 &&
      size == SECRET_BYTES && random.size == (size_t)2 * SECRET_BYTES)
    return true;
  error_set(operation, ERROR_INVALID_VALUE,
            "the option 'random' must be %d hexadecimal digits",
            2 * SECRET_BYTES);
  return false;
}

/* The bits are wiped; the text itself is the answer, and goes with the
** operation. */
Secret secret_new(Operation *operation, Text random) {
  unsigned char bits[SECRET_BYTES];
  char text[sodium_base64_ENCODED_LEN(
      SECRET_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];
  Secret secret = {NO_TEXT, NO_TEXT, NO_TEXT};
  if (failed(operation) || !secret_read_bits(operation, random, bits))
    return secret;
  sodium_bin2base64(text, sizeof text, bits, sizeof bits,
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  secret.text = arena_format(&operation->arena, "%s%s", SECRET_PREFIX, text);
  secret.digest = secret_digest(operation, secret.text);
  secret.last_four = text_after(secret.text, secret.text.size - 4);
  sodium_memzero(bits, sizeof bits);
  sodium_memzero(text, sizeof text);
  return secret;
}

bool secret_is_digest(Text text) {
  bool good = text.size == (size_t)2 * crypto_hash_sha256_BYTES;
  for (size_t i = 0; good && i < text.size; i++)
    good = text_is_digit(text.data[i]) ||
           (text.data[i] >= 'a' && text.data[i] <= 'f');
  return good;
}

/* People know the secret again by its last characters, so these are there whole
** or not at all. */
Secret secret_made(Operation *operation, Text digest, Text last_four) {
  if (!secret_is_digest(digest))
    error_set(operation, ERROR_INVALID_VALUE,
              "the option 'digest' must be %d hexadecimal digits in small "
              "letters",
              2 * crypto_hash_sha256_BYTES);
  if (last_four.data && (last_four.size != 4 || !utf8_valid(last_four)))
    error_set(operation, ERROR_INVALID_VALUE,
              "the option 'last_four' must be four characters");
  if (failed(operation)) return (Secret){NO_TEXT, NO_TEXT, NO_TEXT};
  return (Secret){digest, digest, last_four};
}

/* 16 bytes as a UUID of the version, in RFC 9562's variant. */
static Text secret_write_uuid(Operation *operation, unsigned char *bytes,
                              int version) {
  char hex[33];
  bytes[6] = (unsigned char)((bytes[6] & 0x0F) | version << 4);
  bytes[8] = (unsigned char)((bytes[8] & 0x3F) | 0x80);
  sodium_bin2hex(hex, sizeof hex, bytes, 16);
  return arena_format(&operation->arena, "%.8s-%.4s-%.4s-%.4s-%.12s", hex,
                      hex + 8, hex + 12, hex + 16, hex + 20);
}

/* 122 random bits, so that nobody has to look whether it is taken, and nobody
** can guess another's. */
Text secret_uuid(Operation *operation) {
  unsigned char bytes[16];
  operation->drawn |= DRAWN_ID;
  randombytes_buf(bytes, sizeof bytes);
  return secret_write_uuid(operation, bytes, 4);
}

/* 74 random bits, which are enough for the same. That it begins with the time
** makes new ids come last in an index, one after the other: those of a
** transaction are on one page, and no page is read, or split in the middle, for
** each (RFC 9562 section 6.13). */
Text secret_uuid_at(Operation *operation, long long milliseconds) {
  unsigned char bytes[16];
  operation->drawn |= DRAWN_ID;
  randombytes_buf(bytes, sizeof bytes);
  unsigned long long time = (unsigned long long)milliseconds;
  for (int i = 5; i >= 0; i--, time >>= 8) bytes[i] = (unsigned char)time;
  return secret_write_uuid(operation, bytes, 7);
}

/* The first of its SHA-256. */
Text secret_uuid_of(Operation *operation, Text text) {
  unsigned char hash[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(hash, (const unsigned char *)text.data, text.size);
  return secret_write_uuid(operation, hash, 8);
}

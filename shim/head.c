/*
** head.c: see head.h.
**
** What civetweb would not wait behind is not waited behind here: otherwise its
** client would get no answer to what he has sent. civetweb takes two LF for the
** end of a head as well, and stops at the first control character.
*/
#include "head.h"

#include <string.h>

#define HEAD_HANDSHAKE 22 /* the type of a record */
#define HEAD_RECORD 5 /* bytes before what is in it: type, version, length */

bool head_is_whole(const char *bytes, size_t size) {
  for (size_t i = 0; i < size; i++) {
    unsigned char c = (unsigned char)bytes[i];
    if (c == '\n' && i >= 1 && bytes[i - 1] == '\n') return true;
    if (c == '\n' && i >= 3 && memcmp(bytes + i - 3, "\r\n\r\n", 4) == 0)
      return true;
    if ((c < ' ' && c != '\r' && c != '\n') || c == 0x7f) return true;
  }
  return size >= HEAD_MOST;
}

/* A record holds at most 16 KiB and a little; one that claims more is refused
** by its length alone, and needs no special case: it is never whole, and its
** time is over in seconds. */
bool head_is_hello(const char *bytes, size_t size) {
  const unsigned char *at = (const unsigned char *)bytes;
  if (at[0] != HEAD_HANDSHAKE) return true;
  return size >= HEAD_RECORD && size >= HEAD_RECORD + at[3] * 256u + at[4];
}

bool head_is_probe(const char *bytes, size_t size) {
  static const char line[] = "GET /healthz HTTP/";
  return size >= sizeof line - 1 && memcmp(bytes, line, sizeof line - 1) == 0;
}

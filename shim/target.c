/*
** target.c: see target.h.
**
** HOW IT WORKS
**
** A target has four forms (RFC 9112 section 3.2), of which three are served:
**
**     /scim/v2/Users?count=1                    the usual one
**     http://example.com/scim/v2/Users?count=1  what a proxy is asked for
**     *                                         OPTIONS, of the whole server
**     example.com:443                           CONNECT: no target of ours
**
** A server must take the second form of any host, and take that host for the
** one of the field Host, which then does not count (section 3.2.2). civetweb
** knows it for its own port only: of others it does not even say that they
** came, and http.c looks for them when a connection ends. Hence the whole
** target is read here, in one way for all that civetweb does with it.
*/
#include "target.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define TARGET_HOST ((size_t)255) /* bytes of a host, as of a domain name */

/*
** Fields.
*/
const char *target_field(const struct mg_request_info *info, const char *name) {
  for (int i = 0; i < info->num_headers; i++)
    if (target_is_named(info->http_headers[i].name, name))
      return info->http_headers[i].value;
  return NULL;
}

size_t target_value_size(const char *value) {
  size_t size = strlen(value);
  while (size > 0 && value[size - 1] == ' ') size--;
  return size;
}

/*
** Hosts.
*/

/* The size of a name or of an address in brackets that the text begins with, or
** 0. The host becomes part of URLs in replies: of what RFC 3986 section 3.2.2
** allows in names only that is taken which needs no escape there. */
static size_t target_name_size(const char *text, size_t size) {
  size_t i = 0;
  if (size > 0 && text[0] == '[') {
    for (i = 1; i < size && text[i] != ']'; i++)
      if (!isxdigit((unsigned char)text[i]) && !strchr(":.", text[i])) return 0;
    return i > 1 && i < size ? i + 1 : 0;
  }
  while (i < size && (isalnum((unsigned char)text[i]) || text[i] == '.' ||
                      text[i] == '-' || text[i] == '_'))
    i++;
  return i;
}

/* uri-host [ ":" port ], where the port may be empty (RFC 3986 section
** 3.2.3). */
static bool target_is_host(const char *text, size_t size) {
  long port = 0;
  size_t i = target_name_size(text, size);
  if (i == 0 || size > TARGET_HOST) return false;
  if (i == size) return true;
  if (text[i] != ':') return false;
  for (i++; i < size; i++) {
    if (text[i] < '0' || text[i] > '9') return false;
    port = port * 10 + (text[i] - '0');
    if (port > 65535) return false;
  }
  return true;
}

/* The Host that is sent must be one even where it does not count (RFC 9112
** section 3.2). HTTP/1.0 knows none. */
static bool target_read_host(Target *target,
                             const struct mg_request_info *info) {
  const char *host = target_field(info, "Host");
  target->host = host;
  target->host_size = host ? target_value_size(host) : 0;
  if (!host) return strcmp(info->http_version, "1.0") == 0;
  return target_is_host(host, target->host_size);
}

/*
** Targets.
*/

/* Steps over scheme and host of a whole URL, whose host becomes the target's.
** Returns NULL if they are none of HTTP's. "user@" in front of a host is
** refused with all else that is no host (RFC 9110 section 4.2.4). */
static const char *target_skip_origin(Target *target, const char *uri) {
  if (strncasecmp(uri, "http://", 7) == 0)
    uri += 7;
  else if (strncasecmp(uri, "https://", 8) == 0)
    uri += 8;
  else
    return NULL;
  target->host = uri;
  target->host_size = strcspn(uri, "/?#");
  if (!target_is_host(uri, target->host_size)) return NULL;
  return uri + target->host_size;
}

/* Cuts the query from the path, where that is still to be done. Without a path
** a URL means the root, or with OPTIONS the whole server (RFC 9112 section
** 3.2.4). Without memory there is nothing at the path. */
static void target_cut(Target *target, const char *path, bool options) {
  size_t size = strcspn(path, "?");
  bool has_query = path[size] != '\0';
  target->query = has_query ? path + size + 1 : NULL;
  target->path = path;
  if (size == 0) target->path = options && !has_query ? "*" : "/";
  if (size == 0 || !has_query) return;
  output_clear(&target->copy);
  output_bytes(&target->copy, path, size);
  target->path = output_terminate(&target->copy);
}

/* The host is read first: what does not name one is refused whatever else it
** asks for. */
bool target_read(Target *target, const struct mg_request_info *info,
                 bool is_cut) {
  const char *uri = info->request_uri;
  bool options = strcmp(info->request_method, "OPTIONS") == 0;
  target->path = "-";
  target->query = NULL;
  if (!target_read_host(target, info)) return false;
  if (*uri != '/' && !(options && strcmp(uri, "*") == 0)) {
    uri = target_skip_origin(target, uri);
    if (!uri || !strchr("/?", *uri)) return false;
  }
  target_cut(target, uri, options);
  if (is_cut) target->query = info->query_string;
  return true;
}

void target_free(Target *target) { output_free(&target->copy); }

/*
** arguments.c: see arguments.h.
**
** The target is handed on byte for byte: decoding it is the extension's, and
** done twice it would make "%252F" a slash. Of the headers only those go along
** that scim_apply has an option for.
*/
#include "arguments.h"

#include <assert.h>
#include <string.h>

#include "target.h"

#define ARGUMENTS_TOKEN "/oauth/token"

/* Steps over the prefix if the path begins with it; NULL if not. */
static const char *arguments_skip(const char *path, const char *prefix,
                                  size_t size) {
  return path && strncmp(path, prefix, size) == 0 ? path + size : NULL;
}

/* Returns what is behind the base path, or NULL. Where that says {tenant}, any
** segment may stand that is not empty, and is left in `tenant`. */
static const char *arguments_skip_base(const char *path, const char *base,
                                       Output *tenant) {
  const char *mark = strstr(base, OPTIONS_TENANT);
  output_clear(tenant);
  if (!mark) return arguments_skip(path, base, strlen(base));
  const char *segment = arguments_skip(path, base, (size_t)(mark - base));
  size_t size = segment ? strcspn(segment, "/") : 0;
  if (!size) return NULL;
  output_bytes(tenant, segment, size);
  base = mark + strlen(OPTIONS_TENANT);
  return arguments_skip(segment + size, base, strlen(base));
}

/* Steps over the segment of dry runs. What only reads is not done dry, and
** neither is the request for a token, of which a reader is asked first: there
** is nothing at these places. */
static const char *arguments_skip_dry(Arguments *arguments,
                                      const Exchange *exchange,
                                      const char *rest) {
  const char *behind =
      arguments_skip(rest, ARGUMENTS_DRY, sizeof ARGUMENTS_DRY - 1);
  arguments->dry = behind && (*behind == '\0' || *behind == '/') &&
                   strcmp(behind, ARGUMENTS_TOKEN) != 0 &&
                   !exchange_is_get(exchange) &&
                   strcmp(exchange->method, "OPTIONS") != 0;
  return arguments->dry ? behind : rest;
}

/* The base path must end where a segment does: /scim/v2x is not under /scim/v2.
** The base path itself is the root. */
bool arguments_read_target(Arguments *arguments, const Options *options,
                           const Exchange *exchange) {
  const char *rest = arguments_skip_base(exchange->path, options->base_path,
                                         &arguments->tenant);
  if (!rest || (*rest != '\0' && *rest != '/')) return false;
  rest = arguments_skip_dry(arguments, exchange, rest);
  const char *query = exchange->query;
  output_clear(&arguments->refused);
  output_clear(&arguments->target);
  output_text(&arguments->target, *rest ? rest : "/");
  if (query) {
    output_text(&arguments->target, "?");
    output_text(&arguments->target, query);
  }
  output_terminate(&arguments->target);
  return true;
}

/*
** The base URL.
*/

/* {tenant} stays: the extension knows whose request it is, and how the name is
** written in a URL. HTTP/1.0 knows no Host: such a client is told the address
** it must have used. */
void arguments_read_base_url(Arguments *arguments, const Options *options,
                             const Exchange *exchange) {
  Output *url = &arguments->base_url;
  output_clear(url);
  if (options->public_url) {
    output_text(url, options->public_url);
    return;
  }
  output_text(url, exchange->info->is_ssl ? "https://" : "http://");
  if (exchange->host)
    output_bytes(url, exchange->host, exchange->host_size);
  else
    output_text(url, options->listen);
  output_text(url, options->base_path);
}

/*
** The options.
*/

/* A header that is not there is an option that is not there: the extension
** tells them apart from empty ones. */
static void arguments_add_option(Output *options, const char *name,
                                 const char *value) {
  if (!value) return;
  output_text(options, ",\"");
  output_text(options, name);
  output_text(options, "\":");
  output_json(options, value, target_value_size(value));
}

/* "authorization" is always there: without it the extension would take the
** caller for one who has the file anyway, and trust it. */
void arguments_render_options(Arguments *arguments, const Exchange *exchange,
                              unsigned more) {
  Output *options = &arguments->options;
  const char *authorization = exchange_header(exchange, "Authorization");
  output_clear(options);
  output_text(options, "{\"base_url\":");
  output_json(options, arguments->base_url.data, arguments->base_url.size);
  arguments_add_option(options, "authorization",
                       authorization ? authorization : "");
  if (arguments->tenant.size) {
    output_text(options, ",\"tenant_path\":");
    output_json(options, arguments->tenant.data, arguments->tenant.size);
  }
  if (more & ARGUMENTS_BODY)
    arguments_add_option(options, "content_type",
                         exchange_header(exchange, "Content-Type"));
  arguments_add_option(options, "if_match",
                       exchange_header(exchange, "If-Match"));
  arguments_add_option(options, "if_none_match",
                       exchange_header(exchange, "If-None-Match"));
  if (arguments->refused.size) {
    output_text(options, ",\"refused\":");
    output_json(options, arguments->refused.data, arguments->refused.size);
  }
  if (more & ARGUMENTS_TRUNCATED) output_text(options, ",\"truncated\":true");
  if (more & ARGUMENTS_DRY_RUN) output_text(options, ",\"dry_run\":true");
  output_text(options, "}");
}

bool arguments_failed(const Arguments *arguments) {
  return arguments->base_url.failed || arguments->target.failed ||
         arguments->tenant.failed || arguments->refused.failed ||
         arguments->options.failed;
}

/*
** Searches.
*/

/* The value of a hexadecimal digit, or -1. */
static int arguments_hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Returns the byte that a segment begins with, decoded (RFC 3986 section 2.1),
** and steps over it. A percent sign without two digits is itself. */
static int arguments_next_byte(const char **at, const char *end) {
  const char *text = *at;
  int high = *text == '%' && end - text > 2 ? arguments_hex_digit(text[1]) : -1;
  int low = high >= 0 ? arguments_hex_digit(text[2]) : -1;
  *at += low >= 0 ? 3 : 1;
  return low >= 0 ? high * 16 + low : (unsigned char)*text;
}

/* Does the segment say ".search"? */
static bool arguments_is_search_segment(const char *at, const char *end) {
  const char *wanted = ".search";
  while (at < end && *wanted)
    if (arguments_next_byte(&at, end) != *wanted++) return false;
  return at == end && !*wanted;
}

/* The same rule as in ext/service/target.c, of which the shim must know the
** outcome before it can ask: the last of one or two segments says ".search",
** however many slashes there are. What the extension takes for a search must
** not run on the writer, where every write waits for it, and what it does not
** must not run on a reader, which cannot log a refusal. tests/shim/reads.sh
** compares the two. */
bool arguments_are_search(const Arguments *arguments,
                          const Exchange *exchange) {
  const char *at = arguments->target.data;
  assert(!arguments->target.failed && at[0] == '/');
  const char *end = at + strcspn(at, "?");
  size_t segments = 0;
  bool search = false;
  while (at < end) {
    size_t size = strcspn(at, "/?");
    if (size > 0) {
      segments++;
      search = arguments_is_search_segment(at, at + size);
    }
    at += size + (at + size < end); /* and the slash behind it */
  }
  return strcmp(exchange->method, "POST") == 0 && search && segments <= 2;
}

/* As it is written in every client's set-up, and in no other way: what the
** extension knows besides, as another case, gets the 401 of those who have no
** token. */
bool arguments_ask_token(const Arguments *arguments, const Exchange *exchange) {
  static const char path[] = ARGUMENTS_TOKEN;
  const char *target = arguments->target.data;
  assert(!arguments->target.failed && target[0] == '/');
  return strcmp(exchange->method, "POST") == 0 &&
         strcspn(target, "?") == sizeof path - 1 &&
         memcmp(target, path, sizeof path - 1) == 0;
}

void arguments_free(Arguments *arguments) {
  output_free(&arguments->tenant);
  output_free(&arguments->base_url);
  output_free(&arguments->target);
  output_free(&arguments->refused);
  output_free(&arguments->options);
}

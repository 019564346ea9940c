/* The command line: one table of commands, one table of options. */
#include "options.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "extension.h"
#include "log.h"

const char options_help[] =
    "scimd: an HTTP shim in front of the SQLite extension scim.\n"
    "\n"
    "  scimd init         --db FILE\n"
    "  scimd serve        --db FILE [options]\n"
    "  scimd token add    --db FILE --label LABEL [--tenant TENANT]\n"
    "                     [--expires TIME]\n"
    "  scimd token list   --db FILE\n"
    "  scimd token revoke --db FILE TOKEN\n"
    "  scimd --help | --version\n"
    "\n"
    "Every command:\n"
    "  --db FILE              the database\n"
    "  --extension FILE       the extension (default: " SCIM_FILE " beside\n"
    "                         scimd, in ../lib, or where it was installed)\n"
    "  --busy-timeout MS      patience with other writers (default 10000)\n"
    "  --synchronous MODE     FULL (default) or NORMAL\n"
    "\n"
    "serve:\n"
    "  --listen ADDRESS:PORT  default 127.0.0.1:8080; port 0 takes a free one\n"
    "  --base-path PATH       default /scim/v2\n"
    "  --public-url URL       what clients see, base path included; used in\n"
    "                         meta.location (default: the Host header)\n"
    "  --tls-cert FILE        PEM with certificate and key: serve https\n"
    "  --threads N            connections served at a time (default 64)\n"
    "  --max-body BYTES       a longer body gets 413 (default 16777216)\n"
    "  --quiet                no access log\n"
    "\n"
    "token:\n"
    "  --tenant TENANT        default: default\n"
    "  --label LABEL          who holds it, for the people who read the log\n"
    "  --expires TIME         as in 2027-01-01T00:00:00Z (default: never)\n";

/* ---- the tables ------------------------------------------------------- */

static const struct CommandName {
  const char *word;
  const char *second; /* NULL: the command is one word */
  Command command;
} command_names[] = {
    {"init", NULL, COMMAND_INIT},
    {"serve", NULL, COMMAND_SERVE},
    {"token", "add", COMMAND_TOKEN_ADD},
    {"token", "list", COMMAND_TOKEN_LIST},
    {"token", "revoke", COMMAND_TOKEN_REVOKE},
    {"--help", NULL, COMMAND_HELP},
    {"-h", NULL, COMMAND_HELP},
    {"--version", NULL, COMMAND_VERSION},
};

typedef enum Kind { TEXT, NUMBER, FLAG } Kind;

#define ONLY(command) (1u << (command))
#define EVERY (~0u)
#define SERVE ONLY(COMMAND_SERVE)
#define ADD ONLY(COMMAND_TOKEN_ADD)

static const struct OptionName {
  const char *name;
  Kind kind;
  size_t offset;
  unsigned commands; /* the commands that know it */
  long least, most;  /* of a number */
} option_names[] = {
    {"db", TEXT, offsetof(Options, db), EVERY, 0, 0},
    {"extension", TEXT, offsetof(Options, extension), EVERY, 0, 0},
    {"synchronous", TEXT, offsetof(Options, synchronous), EVERY, 0, 0},
    {"busy-timeout", NUMBER, offsetof(Options, busy_timeout), EVERY, 0, 600000},
    {"listen", TEXT, offsetof(Options, listen), SERVE, 0, 0},
    {"base-path", TEXT, offsetof(Options, base_path), SERVE, 0, 0},
    {"public-url", TEXT, offsetof(Options, public_url), SERVE, 0, 0},
    {"tls-cert", TEXT, offsetof(Options, tls_cert), SERVE, 0, 0},
    {"threads", NUMBER, offsetof(Options, threads), SERVE, 1, 4096},
    {"max-body", NUMBER, offsetof(Options, max_body), SERVE, 1,
     512L * 1024 * 1024},
    {"quiet", FLAG, offsetof(Options, quiet), SERVE, 0, 0},
    {"tenant", TEXT, offsetof(Options, tenant), ADD, 0, 0},
    {"label", TEXT, offsetof(Options, label), ADD, 0, 0},
    {"expires", TEXT, offsetof(Options, expires), ADD, 0, 0},
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* ---- reading ---------------------------------------------------------- */

static bool read_number(const char *text, long least, long most, long *value) {
  char *end;
  errno = 0;
  *value = strtol(text, &end, 10);
  return errno == 0 && end != text && *end == '\0' && *value >= least &&
         *value <= most;
}

/* Finds the command; *used is the number of words it takes. */
static bool find_command(Options *options, int argc, char **argv, int *used) {
  if (argc < 2) {
    log_complaint("a command is missing; try scimd --help");
    return false;
  }
  for (size_t i = 0; i < COUNT(command_names); i++) {
    const struct CommandName *name = &command_names[i];
    if (strcmp(argv[1], name->word) != 0) continue;
    *used = name->second ? 3 : 2;
    if (name->second && (argc < 3 || strcmp(argv[2], name->second) != 0)) {
      continue;
    }
    options->command = name->command;
    return true;
  }
  log_complaint("no such command: %s%s%s; try scimd --help", argv[1],
                argc > 2 ? " " : "", argc > 2 ? argv[2] : "");
  return false;
}

/* Finds the option that the first n bytes of text name. */
static const struct OptionName *find_option(Command command, const char *text,
                                            size_t n) {
  for (size_t i = 0; i < COUNT(option_names); i++) {
    const struct OptionName *name = &option_names[i];
    if (strlen(name->name) == n && memcmp(name->name, text, n) == 0 &&
        (name->commands & ONLY(command))) {
      return name;
    }
  }
  return NULL;
}

/* Reads the option argv[*at], as --name value or --name=value, and leaves
** *at at the last word that it took. */
static bool read_option(Options *options, int argc, char **argv, int *at) {
  char *word = argv[*at] + 2;
  size_t n = strcspn(word, "=");
  const struct OptionName *name = find_option(options->command, word, n);
  if (!name || (name->kind == FLAG && word[n])) {
    log_complaint("no such option: %s", argv[*at]);
    return false;
  }
  char *field = (char *)options + name->offset;
  if (name->kind == FLAG) {
    *(bool *)field = true;
    return true;
  }
  char *value = word[n] ? word + n + 1 : ++*at < argc ? argv[*at] : NULL;
  if (!value || !*value) {
    log_complaint("--%s needs a value", name->name);
    return false;
  }
  if (name->kind == TEXT) {
    *(char **)field = value;
    return true;
  }
  if (read_number(value, name->least, name->most, (long *)field)) return true;
  log_complaint("--%s needs a number from %ld to %ld", name->name, name->least,
                name->most);
  return false;
}

/* Reads a word that is no option: only token revoke takes one. */
static bool read_word(Options *options, const char *word) {
  if (options->command != COMMAND_TOKEN_REVOKE || options->token) {
    log_complaint("not understood: %s", word);
    return false;
  }
  if (read_number(word, 1, 0x7fffffffL, &options->token)) return true;
  log_complaint("%s is not the number of a token", word);
  return false;
}

/* ---- checking --------------------------------------------------------- */

static void drop_slashes(char *text) {
  size_t n = strlen(text);
  while (n > 0 && text[n - 1] == '/') text[--n] = '\0';
}

/* civetweb reads more into a port ("8080s", "80,443"): only one plain
** ADDRESS:PORT is let through, so that it stays what was asked for. */
static bool check_listen(const char *listen) {
  const char *colon = strrchr(listen, ':');
  long port;
  return colon && colon > listen && !strchr(listen, ',') && colon[1] >= '0' &&
         colon[1] <= '9' && read_number(colon + 1, 0, 65535, &port);
}

/* A path or URL that goes into headers and JSON as it is. */
static bool check_url(const char *text) {
  for (; *text; text++) {
    if (*text <= 0x20 || *text >= 0x7f || strchr("\"<>\\^`{|}?#", *text)) {
      return false;
    }
  }
  return true;
}

static const char *complaint_about(const Options *options) {
  if (!options->db) return "--db FILE is missing";
  if (strcmp(options->synchronous, "FULL") != 0 &&
      strcmp(options->synchronous, "NORMAL") != 0) {
    return "--synchronous is FULL or NORMAL";
  }
  if (!check_listen(options->listen)) return "--listen needs ADDRESS:PORT";
  if (options->base_path[0] && options->base_path[0] != '/') {
    return "--base-path begins with a slash";
  }
  if (!check_url(options->base_path)) return "--base-path is not a path";
  if (options->public_url &&
      (!check_url(options->public_url) ||
       (strncmp(options->public_url, "http://", 7) != 0 &&
        strncmp(options->public_url, "https://", 8) != 0))) {
    return "--public-url needs a URL that begins with http:// or https://";
  }
  if (options->command == COMMAND_TOKEN_ADD && !options->label) {
    return "--label LABEL is missing";
  }
  if (options->command == COMMAND_TOKEN_REVOKE && !options->token) {
    return "the number of the token is missing; see scimd token list";
  }
  return NULL;
}

bool options_parse(Options *options, int argc, char **argv) {
  static char default_path[] = "/scim/v2";
  *options = (Options){.program = argc > 0 ? argv[0] : "scimd",
                       .synchronous = "FULL",
                       .busy_timeout = 10000,
                       .listen = "127.0.0.1:8080",
                       .base_path = default_path,
                       .threads = 64,
                       .max_body = 16L * 1024 * 1024,
                       .tenant = "default"};
  int at;
  if (!find_command(options, argc, argv, &at)) return false;
  if (options->command <= COMMAND_VERSION) return true;
  for (; at < argc; at++) {
    if (strncmp(argv[at], "--", 2) == 0 ? !read_option(options, argc, argv, &at)
                                        : !read_word(options, argv[at])) {
      return false;
    }
  }
  drop_slashes(options->base_path);
  if (options->public_url) drop_slashes(options->public_url);
  const char *complaint = complaint_about(options);
  if (complaint) log_complaint("%s", complaint);
  return !complaint;
}

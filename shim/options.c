/*
** options.c: see options.h.
**
** One table of commands, one table of options: which commands an option is for,
** what kind of value it takes, and where in Options that goes. What is wrong is
** said in one line; a word that is not understood is never ignored, because a
** slip of the pen must not start a server with a default.
**
** HOW IT WORKS
**
** The first word or two are the command; every word behind them is an option,
** as --name value or --name=value, or the one word that says which token,
** client, tenant, map or file. A value goes into its field by the table,
** checked for what it is by itself. What the fields are together is checked
** once all of them are read, so that the order of the words does not matter.
*/
#define _POSIX_C_SOURCE 200809L /* sysconf */
#include "options.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "extension.h"
#include "log.h"

/* Defaults are said here and set in options_parse. */
const char options_help[] =
    "scimd: an HTTP shim in front of the SQLite extension scim.\n"
    "\n"
    "  scimd init          --db FILE\n"
    "  scimd serve         --db FILE [options]\n"
    "  scimd status        --db FILE\n"
    "  scimd token add     --db FILE --label LABEL [options]\n"
    "  scimd token list    --db FILE\n"
    "  scimd token rotate  --db FILE TOKEN [--grace SECONDS]\n"
    "  scimd token revoke  --db FILE TOKEN\n"
    "  scimd client add    --db FILE --label LABEL [options]\n"
    "  scimd client list   --db FILE\n"
    "  scimd client rotate --db FILE CLIENT [--grace SECONDS]\n"
    "  scimd client revoke --db FILE CLIENT\n"
    "  scimd release       --db FILE TENANT   lets through what its breaker\n"
    "                                         holds\n"
    "  scimd map switch    --db FILE MAP [--off]\n"
    "  scimd import        --db FILE --type TYPE ROWS [options]\n"
    "  scimd export        --db FILE --type TYPE [options]\n"
    "  scimd backup        --db FILE COPY [--force]\n"
    "  scimd --help | --version\n"
    "\n"
    "Every command:\n"
    "  --db FILE              the database\n"
    "  --engine rqlite:URL,URL,...\n"
    "                         the nodes of a cluster of rqlite, in place of\n"
    "                         --db; each of them loads the extension\n"
    "  --extension FILE       the extension (default: " SCIM_FILE " beside\n"
    "                         scimd, in ../lib, or where it was installed)\n"
    "  --busy-timeout MS      patience with other writers (default 10000)\n"
    "  --load FILE            an extension of the application's own, for the\n"
    "                         functions that its triggers call; repeatable\n"
    "  --no-foreign-keys      PRAGMA foreign_keys = 0 (default: 1)\n"
    "  --synchronous MODE     FULL (default) or NORMAL\n"
    "\n"
    "With --engine:\n"
    "  --read-level LEVEL     none, weak (default) or linearizable: how sure "
    "a\n"
    "                         read is to see what others have written\n"
    "  --rqlite-user FILE     whose first line is user:password\n"
    "  --rqlite-ca FILE       certificates that are trusted, instead of the\n"
    "                         system's\n"
    "  --load, --no-foreign-keys, --synchronous and --wal-limit are the "
    "nodes'\n"
    "  own affair\n"
    "\n"
    "serve, import:\n"
    "  --wal-limit SIZE       as in 512M or 4G (default): nothing more is "
    "written\n"
    "                         while the write-ahead log has more in it, and\n"
    "                         another process keeps it from being begun anew; "
    "0:\n"
    "                         no limit\n"
    "\n"
    "serve:\n"
    "  --listen ADDRESS:PORT  default 127.0.0.1:8080; port 0 takes a free one\n"
    "  --base-path PATH       default /scim/v2; with a segment {tenant}, as "
    "in\n"
    "                         '/{tenant}/scim/v2', a URL a tenant, and a "
    "token\n"
    "                         is good at that of its own only\n"
    "  --public-url URL       what clients see, base path included; used in\n"
    "                         meta.location (default: the Host header)\n"
    "  --tls-cert FILE        PEM with certificate and key: serve https\n"
    "  --threads N            connections served at a time (default 64), and\n"
    "                         as many that wait for the database\n"
    "  --connections N        and open at a time (default 16384)\n"
    "  --connections-per-address N\n"
    "                         of these, from one address (default: half)\n"
    "  --readers N            database connections that read (default: 2 a\n"
    "                         processor, and at least 4); with --engine, "
    "reads\n"
    "                         at a time (default 32)\n"
    "  --read-budget MS       a read that takes longer is ended (default "
    "2000)\n"
    "  --queue N              writes that may wait while the writer does not "
    "get\n"
    "                         on (default: half of --threads)\n"
    "  --max-body BYTES       a longer body gets 413 (default 16777216)\n"
    "  --body-memory BYTES    that bodies may take together (default "
    "67108864,\n"
    "                         and at least --max-body)\n"
    "  --failures N           refused tokens a second and address, beyond "
    "which\n"
    "                         strangers get 429; 100 N may come at once, and "
    "5 N\n"
    "                         a second from all (default 10; 0: no limit)\n"
    "  --rate N               requests a second and token; more get 429\n"
    "                         (default 0: no limit)\n"
    "  --burst N              and so many at once (default: as many as "
    "--rate)\n"
    "  --keep-log DAYSd       as in 400d: rows of scim_log that are older go,\n"
    "                         by scim_prune, once an hour (default: none "
    "goes)\n"
    "  --quiet                no access log\n"
    "\n"
    "status:\n"
    "  prints the view scim_status, a line a tenant, and what is to be done;\n"
    "  exits with 1 when something needs a person: failures of the latest "
    "run,\n"
    "  jobs that were given up, reviews, alerts, tokens that expire within 30\n"
    "  days\n"
    "\n"
    "map switch:\n"
    "  makes the triggers of a map and gives every resource its row, all or\n"
    "  none, and prints how many there are; while that takes longer than a\n"
    "  second, a line a second on standard error; Ctrl-C undoes it\n"
    "  --off                  takes the triggers away; the rows stay\n"
    "\n"
    "import (ROWS is a CSV file whose first row has paths, as userName,\n"
    "name.givenName, emails[type eq \"work\"].value; or NDJSON, if it ends in\n"
    ".ndjson, .jsonl or .json), export (to standard output):\n"
    "  --type TYPE            the resource type: User, Group, ...\n"
    "  --tenant TENANT        default: default\n"
    "  --match PATH           the key (default userName, or else "
    "displayName)\n"
    "  --deactivate-missing   deactivates whom no row is about\n"
    "  --keep-empty           an empty cell leaves what is there (default: no\n"
    "                         value)\n"
    "  --dry-run              tells what would be done, and writes nothing\n"
    "  --failures FILE        rows that failed, with reasons (default:\n"
    "                         beside ROWS, as ROWS.failures.csv)\n"
    "  --filter FILTER        of SCIM: export what matches (default: all)\n"
    "  --format FORMAT        csv (default) or ndjson\n"
    "  --columns PATHS        of the CSV, with commas between them\n"
    "import exits with 1 when a row failed; to go on after an interruption,\n"
    "run it again\n"
    "\n"
    "backup:\n"
    "  copies the database while others use it, and checks the copy\n"
    "  --force                replaces a copy that is there\n"
    "\n"
    "token (a bearer token), client (of OAuth 2.0, which asks for tokens at\n"
    "BASE/oauth/token with its id and secret):\n"
    "  --tenant TENANT        default: default\n"
    "  --label LABEL          who holds it, for the people who read the log\n"
    "  --scopes SCOPES        default 'read write'; others are users:read,\n"
    "                         users:write, groups:read, groups:write, admin\n"
    "  --idp IDP              the identity provider; see the setting\n"
    "                         one_token_per_idp\n"
    "  --expires TIME         as in 2027-01-01T00:00:00Z (default: never)\n"
    "  --grace SECONDS        how long the secret of before a rotation is "
    "good\n"
    "                         besides the new one (default 86400; 0: no more)\n"
    "Secrets are shown once. TOKEN is a number, and CLIENT an id, as list "
    "shows\n"
    "them.\n";

/*
** The tables.
*/

/* "token" alone is no command: it needs its second word, as "client" and "map"
** do. */
static const struct OptionsCommand {
  const char *word;   /* what is typed */
  const char *second; /* NULL: the command is one word */
  Command command;
} options_commands[] = {
    {"init", NULL, COMMAND_INIT},
    {"serve", NULL, COMMAND_SERVE},
    {"status", NULL, COMMAND_STATUS},
    {"token", "add", COMMAND_TOKEN_ADD},
    {"token", "list", COMMAND_TOKEN_LIST},
    {"token", "revoke", COMMAND_TOKEN_REVOKE},
    {"token", "rotate", COMMAND_TOKEN_ROTATE},
    {"client", "add", COMMAND_CLIENT_ADD},
    {"client", "list", COMMAND_CLIENT_LIST},
    {"client", "revoke", COMMAND_CLIENT_REVOKE},
    {"client", "rotate", COMMAND_CLIENT_ROTATE},
    {"release", NULL, COMMAND_RELEASE},
    {"map", "switch", COMMAND_MAP_SWITCH},
    {"import", NULL, COMMAND_IMPORT},
    {"export", NULL, COMMAND_EXPORT},
    {"backup", NULL, COMMAND_BACKUP},
    {"--help", NULL, COMMAND_HELP},
    {"-h", NULL, COMMAND_HELP},
    {"--version", NULL, COMMAND_VERSION},
};

typedef enum OptionKind {
  OPTION_TEXT,
  OPTION_TEXTS, /* each use of the option adds one */
  OPTION_NUMBER,
  OPTION_FLAG
} OptionKind;

/* Which commands know an option, as bits. */
#define FOR(command) (1u << (command))
#define FOR_ALL (~0u)
#define FOR_SERVE FOR(COMMAND_SERVE)
#define FOR_ADD (FOR(COMMAND_TOKEN_ADD) | FOR(COMMAND_CLIENT_ADD))
#define FOR_ROTATE (FOR(COMMAND_TOKEN_ROTATE) | FOR(COMMAND_CLIENT_ROTATE))
#define FOR_TOKEN (FOR(COMMAND_TOKEN_ROTATE) | FOR(COMMAND_TOKEN_REVOKE))
#define FOR_CLIENT (FOR(COMMAND_CLIENT_ROTATE) | FOR(COMMAND_CLIENT_REVOKE))
#define FOR_IMPORT FOR(COMMAND_IMPORT)
#define FOR_EXPORT FOR(COMMAND_EXPORT)
#define FOR_NAME                                                               \
  (FOR(COMMAND_RELEASE) | FOR(COMMAND_MAP_SWITCH) | FOR_IMPORT |               \
   FOR(COMMAND_BACKUP))

/* What bodies may take together unless one of them may be larger. */
#define OPTIONS_BODY_MEMORY (64L * 1024 * 1024)

/* The least that the write-ahead log may have. */
#define OPTIONS_WAL_LEAST (128LL << 20)

/* Reads that a cluster is asked for at a time. They wait for the network, and
** take no cache; so it is more than there would be connections to a file. */
#define OPTIONS_CALLS 32

/* Kind of the value, and place of the field of this name. */
#define TEXT_OF(field) OPTION_TEXT, offsetof(Options, field)
#define TEXTS_OF(field) OPTION_TEXTS, offsetof(Options, field)
#define NUMBER_OF(field) OPTION_NUMBER, offsetof(Options, field)
#define FLAG_OF(field) OPTION_FLAG, offsetof(Options, field)

static const struct OptionsEntry {
  const char *name;
  OptionKind kind;   /* of the value; a flag has none */
  size_t offset;     /* in Options: a char *, OptionTexts, long or bool */
  unsigned commands; /* that know it */
  long least, most;  /* of a number */
} options_table[] = {
    {"db", TEXT_OF(db), FOR_ALL, 0, 0},
    {"engine", TEXT_OF(engine), FOR_ALL, 0, 0},
    {"read-level", TEXT_OF(read_level), FOR_ALL, 0, 0},
    {"rqlite-user", TEXT_OF(rqlite_user), FOR_ALL, 0, 0},
    {"rqlite-ca", TEXT_OF(rqlite_ca), FOR_ALL, 0, 0},
    {"extension", TEXT_OF(extension), FOR_ALL, 0, 0},
    {"load", TEXTS_OF(load), FOR_ALL, 0, 0},
    {"no-foreign-keys", FLAG_OF(no_foreign_keys), FOR_ALL, 0, 0},
    {"synchronous", TEXT_OF(synchronous), FOR_ALL, 0, 0},
    {"wal-limit", TEXT_OF(wal_limit), FOR_SERVE | FOR_IMPORT, 0, 0},
    /* Ten minutes: SQLite counts in milliseconds, in an int. */
    {"busy-timeout", NUMBER_OF(busy_timeout), FOR_ALL, 0, 600000},
    {"listen", TEXT_OF(listen), FOR_SERVE, 0, 0},
    {"base-path", TEXT_OF(base_path), FOR_SERVE, 0, 0},
    {"public-url", TEXT_OF(public_url), FOR_SERVE, 0, 0},
    {"tls-cert", TEXT_OF(tls_cert), FOR_SERVE, 0, 0},
    /* civetweb has a thread a connection. */
    {"threads", NUMBER_OF(threads), FOR_SERVE, 1, 4096},
    {"connections", NUMBER_OF(connections), FOR_SERVE, 1, 1000000},
    {"connections-per-address", NUMBER_OF(connections_per_address), FOR_SERVE,
     1, 1000000},
    /* Half of them are for what takes long (readers.c). */
    {"readers", NUMBER_OF(readers), FOR_SERVE, 2, 1024},
    {"read-budget", NUMBER_OF(read_budget), FOR_SERVE, 50, 3600000},
    {"queue", NUMBER_OF(queue), FOR_SERVE, 1, 4096},
    /* A body is bound as a blob, which SQLite limits to 1 GB. */
    {"max-body", NUMBER_OF(max_body), FOR_SERVE, 1, 512L * 1024 * 1024},
    {"body-memory", NUMBER_OF(body_memory), FOR_SERVE, 1, 2147483647L},
    {"failures", NUMBER_OF(failures), FOR_SERVE, 0, 1000000},
    {"rate", NUMBER_OF(rate), FOR_SERVE, 0, 1000000},
    {"burst", NUMBER_OF(burst), FOR_SERVE, 1, 1000000},
    {"keep-log", TEXT_OF(keep_log), FOR_SERVE, 0, 0},
    {"quiet", FLAG_OF(quiet), FOR_SERVE, 0, 0},
    {"tenant", TEXT_OF(tenant), FOR_ADD | FOR_IMPORT | FOR_EXPORT, 0, 0},
    {"label", TEXT_OF(label), FOR_ADD, 0, 0},
    {"expires", TEXT_OF(expires), FOR_ADD, 0, 0},
    {"scopes", TEXT_OF(scopes), FOR_ADD, 0, 0},
    {"idp", TEXT_OF(idp), FOR_ADD, 0, 0},
    {"grace", NUMBER_OF(grace), FOR_ROTATE, 0, 31536000},
    {"off", FLAG_OF(off), FOR(COMMAND_MAP_SWITCH), 0, 0},
    {"type", TEXT_OF(type), FOR_IMPORT | FOR_EXPORT, 0, 0},
    {"match", TEXT_OF(match), FOR_IMPORT, 0, 0},
    {"failures", TEXT_OF(failures_file), FOR_IMPORT, 0, 0},
    {"deactivate-missing", FLAG_OF(deactivate_missing), FOR_IMPORT, 0, 0},
    {"dry-run", FLAG_OF(dry_run), FOR_IMPORT, 0, 0},
    {"keep-empty", FLAG_OF(keep_empty), FOR_IMPORT, 0, 0},
    {"filter", TEXT_OF(filter), FOR_EXPORT, 0, 0},
    {"format", TEXT_OF(format), FOR_EXPORT, 0, 0},
    {"columns", TEXT_OF(columns), FOR_EXPORT, 0, 0},
    {"force", FLAG_OF(force), FOR(COMMAND_BACKUP), 0, 0},
};

/* How many rows a table has. */
#define OPTIONS_COUNT(table) (sizeof(table) / sizeof((table)[0]))

/*
** Reading.
*/

/* A whole decimal number within the limits. strtol alone would take "8k" for 8,
** and what is too large for the largest number there is. */
static bool options_read_number(const char *text, long least, long most,
                                long *number) {
  char *end;
  errno = 0;
  *number = strtol(text, &end, 10);
  return errno == 0 && end != text && *end == '\0' && *number >= least &&
         *number <= most;
}

/* Is it what asks for help, which may stand behind any command, and behind the
** first word of one? */
static bool options_asks_help(const char *word) {
  for (size_t i = 0; i < OPTIONS_COUNT(options_commands); i++)
    if (options_commands[i].command == COMMAND_HELP &&
        strcmp(options_commands[i].word, word) == 0)
      return true;
  return false;
}

/* Finds the command. *used becomes the number of words up to its end, that of
** the program included. */
static bool options_find_command(Options *options, int argc, char **argv,
                                 int *used) {
  if (argc < 2) {
    log_complaint("a command is missing; try scimd --help");
    return false;
  }
  for (size_t i = 0; i < OPTIONS_COUNT(options_commands); i++) {
    const struct OptionsCommand *entry = &options_commands[i];
    if (strcmp(argv[1], entry->word) != 0) continue;
    bool help = entry->second && argc > 2 && options_asks_help(argv[2]);
    *used = entry->second ? 3 : 2;
    if (entry->second && !help &&
        (argc < 3 || strcmp(argv[2], entry->second) != 0))
      continue;
    options->command = help ? COMMAND_HELP : entry->command;
    return true;
  }
  log_complaint("no such command: %s%s%s; try scimd --help", argv[1],
                argc > 2 ? " " : "", argc > 2 ? argv[2] : "");
  return false;
}

/* Finds the option that the first bytes of text name, if the command knows
** it. */
static const struct OptionsEntry *
options_find_option(Command command, const char *text, size_t size) {
  for (size_t i = 0; i < OPTIONS_COUNT(options_table); i++) {
    const struct OptionsEntry *entry = &options_table[i];
    if (strlen(entry->name) == size && memcmp(entry->name, text, size) == 0 &&
        (entry->commands & FOR(command)))
      return entry;
  }
  return NULL;
}

/* One more text; there is room for as many as anybody has extensions. */
static bool options_add_text(OptionTexts *texts, const char *name,
                             char *value) {
  if (texts->count == OPTION_TEXTS_MOST) {
    log_complaint("--%s is given more than %d times", name, OPTION_TEXTS_MOST);
    return false;
  }
  texts->items[texts->count++] = value;
  return true;
}

/* Puts the value into the field; value is NULL if none was given. An empty one
** is most likely a variable of a script that was not set, and is refused. */
static bool options_store(Options *options, const struct OptionsEntry *entry,
                          char *value) {
  char *field = (char *)options + entry->offset;
  assert(entry->kind != OPTION_FLAG);
  if (!value || !*value) {
    log_complaint("--%s needs a value", entry->name);
    return false;
  }
  if (entry->kind == OPTION_TEXT) {
    *(char **)field = value;
    return true;
  }
  if (entry->kind == OPTION_TEXTS)
    return options_add_text((OptionTexts *)field, entry->name, value);
  if (options_read_number(value, entry->least, entry->most, (long *)field))
    return true;
  log_complaint("--%s needs a number from %ld to %ld", entry->name,
                entry->least, entry->most);
  return false;
}

/* Reads the option argv[*at], as --name value or --name=value, and leaves
** *at at the last word that it took. */
static bool options_read_option(Options *options, int argc, char **argv,
                                int *at) {
  char *word = argv[*at] + 2;
  size_t size = strcspn(word, "=");
  const struct OptionsEntry *entry =
      options_find_option(options->command, word, size);
  if (!entry || (entry->kind == OPTION_FLAG && word[size])) {
    log_complaint("no such option: %s; try scimd --help", argv[*at]);
    return false;
  }
  if (entry->kind == OPTION_FLAG) {
    *(bool *)((char *)options + entry->offset) = true;
    return true;
  }
  if (word[size]) return options_store(options, entry, word + size + 1);
  ++*at;
  return options_store(options, entry, *at < argc ? argv[*at] : NULL);
}

/* Reads a word that is no option: which token, client,
** tenant, map or file. */
static bool options_read_word(Options *options, const char *word) {
  unsigned command = FOR(options->command);
  if ((command & FOR_NAME) && !options->name && *word) {
    options->name = word;
    return true;
  }
  if (!(command & (FOR_TOKEN | FOR_CLIENT)) || options->which || !*word) {
    log_complaint("not understood: %s", word);
    return false;
  }
  options->which = word;
  if (command & FOR_CLIENT) return true;
  if (options_read_number(word, 1, 0x7fffffffL, &options->token)) return true;
  log_complaint("%s is not the number of a token", word);
  return false;
}

/*
** Checking.
*/

/* Cuts slashes from the end, in place. Endpoints begin with one: what comes
** before them must not end in one. */
static void options_drop_slashes(char *text) {
  size_t size = strlen(text);
  while (size > 0 && text[size - 1] == '/') text[--size] = '\0';
}

/* civetweb reads more into a port ("8080s", "80,443"): only one plain
** ADDRESS:PORT is let through, so that it stays what was asked for. */
static bool options_is_address(const char *listen) {
  const char *colon = strrchr(listen, ':');
  long port;
  return colon && colon > listen && !strchr(listen, ',') && colon[1] >= '0' &&
         colon[1] <= '9' && options_read_number(colon + 1, 0, 65535, &port);
}

/* Does the text begin with {tenant}, as a whole segment? */
static bool options_is_tenant(const char *text, const char *start) {
  size_t size = strlen(OPTIONS_TENANT);
  return strncmp(text, OPTIONS_TENANT, size) == 0 && text > start &&
         text[-1] == '/' && (text[size] == '/' || !text[size]);
}

/* A path or URL that goes into headers and JSON as it is: no space, nothing
** that would need an escape, and none of what ends a path (RFC 3986 section
** 3.3). One segment of it may be {tenant}. */
static bool options_is_plain(const char *text) {
  const char *start = text;
  bool named = false;
  for (; *text; text++)
    if (!named && options_is_tenant(text, start)) {
      named = true;
      text += strlen(OPTIONS_TENANT) - 1;
    } else if (*text <= 0x20 || *text >= 0x7f || strchr("\"<>\\^`{|}?#", *text))
      return false;
  return true;
}

/* A URL of the service, so of its two schemes only. */
static bool options_is_url(const char *text) {
  return options_is_plain(text) && (strncmp(text, "http://", 7) == 0 ||
                                    strncmp(text, "https://", 8) == 0);
}

/* The days of "400d", up to a hundred years; 0 for what is no such thing. */
static long options_days(const char *text) {
  char *end;
  errno = 0;
  long days = strtol(text, &end, 10);
  return errno == 0 && *text >= '0' && *text <= '9' && strcmp(end, "d") == 0 &&
                 days <= 36500
             ? days
             : 0;
}

/* The bytes of "512M" or "4G", up to a thousand terabytes; -1 for what is no
** such thing, or would be passed all the time: the writer begins a log anew at
** 128 MiB. 0 is no limit. */
static long long options_size(const char *text) {
  char *end;
  errno = 0;
  long long size = strtoll(text, &end, 10);
  int shift = *end == 'M' ? 20 : *end == 'G' ? 30 : 0;
  if (strcmp(text, "0") == 0) return 0;
  if (errno || *text < '0' || *text > '9' || !shift || end[1] ||
      size > 1LL << (50 - shift) || size << shift < OPTIONS_WAL_LEAST)
    return -1;
  return size << shift;
}

/* A node: its scheme, host and port, and nothing behind them. A password has no
** place in it: the command line can be read by all. */
static bool options_is_node(const char *text) {
  static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]";
  size_t scheme = strncmp(text, "https://", 8) == 0  ? 8
                  : strncmp(text, "http://", 7) == 0 ? 7
                                                     : 0;
  size_t size = strspn(text + scheme, plain);
  return scheme && size && !text[scheme + size];
}

/* Takes the list of nodes apart, in place: "rqlite:URL,URL". Returns what is
** wrong with it, or NULL. */
static const char *options_read_nodes(Options *options) {
  static const char name[] = "rqlite:";
  char *at = options->engine;
  if (strncmp(at, name, sizeof name - 1) != 0)
    return "--engine needs rqlite:URL, and more URLs with commas between them";
  for (at += sizeof name - 1; at;) {
    char *comma = strchr(at, ',');
    if (comma) *comma = '\0';
    options_drop_slashes(at);
    if (!options_is_node(at))
      return "--engine needs URLs as http://HOST:PORT or https://HOST:PORT";
    if (options->nodes.count == OPTION_TEXTS_MOST)
      return "--engine has too many nodes";
    options->nodes.items[options->nodes.count++] = at;
    at = comma ? comma + 1 : NULL;
  }
  return NULL;
}

/* What is wrong with where the database is, or NULL. */
static const char *options_engine_mistake(const Options *options) {
  static const char *const levels[] = {"none", "weak", "linearizable"};
  bool known = false;
  if (!options->engine)
    return options->read_level || options->rqlite_user || options->rqlite_ca
               ? "--read-level, --rqlite-user and --rqlite-ca need --engine"
               : NULL;
  if (options->db) return "either --db or --engine, not both";
  if (options->load.count || options->no_foreign_keys || options->synchronous ||
      options->wal_limit)
    return "--load, --no-foreign-keys, --synchronous and --wal-limit need --db:"
           " with --engine they are set where the nodes are started";
  for (size_t i = 0; i < OPTIONS_COUNT(levels); i++)
    known = known || strcmp(options->read_level, levels[i]) == 0;
  return known ? NULL : "--read-level is none, weak or linearizable";
}

/* What is wrong with how the server is to be reached, or NULL. */
static const char *options_serve_mistake(const Options *options) {
  if (!options_is_address(options->listen))
    return "--listen needs ADDRESS:PORT";
  if (options->base_path[0] && options->base_path[0] != '/')
    return "--base-path begins with a slash";
  if (!options_is_plain(options->base_path)) return "--base-path is not a path";
  if (options->public_url && !options_is_url(options->public_url))
    return "--public-url needs a URL that begins with http:// or https://";
  if (options->public_url && strstr(options->base_path, OPTIONS_TENANT) &&
      !strstr(options->public_url, OPTIONS_TENANT))
    return "--public-url needs a segment {tenant}, as --base-path has one";
  if (options->keep_log && !options->keep_days)
    return "--keep-log needs days from 1d to 36500d";
  if (options->burst && !options->rate) return "--burst needs --rate";
  if (options->body_memory < options->max_body)
    return "--body-memory is less than --max-body";
  return NULL;
}

/* What a command needs and has not been told, or NULL. */
static const char *options_missing(const Options *options) {
  static const struct {
    unsigned commands;
    size_t offset; /* of a char * */
    const char *message;
  } needs[] = {
      {FOR_ADD, offsetof(Options, label), "--label LABEL is missing"},
      {FOR_TOKEN, offsetof(Options, which),
       "the number of the token is missing; see scimd token list"},
      {FOR_CLIENT, offsetof(Options, which),
       "the id of the client is missing; see scimd client list"},
      {FOR(COMMAND_RELEASE), offsetof(Options, name),
       "the name of the tenant is missing"},
      {FOR(COMMAND_MAP_SWITCH), offsetof(Options, name),
       "the name of the map is missing"},
      {FOR_IMPORT, offsetof(Options, name), "the file of rows is missing"},
      {FOR_IMPORT | FOR_EXPORT, offsetof(Options, type),
       "--type TYPE is missing"},
      {FOR(COMMAND_BACKUP), offsetof(Options, name),
       "the name of the copy is missing"},
  };
  for (size_t i = 0; i < OPTIONS_COUNT(needs); i++)
    if ((needs[i].commands & FOR(options->command)) &&
        !*(char *const *)((const char *)options + needs[i].offset))
      return needs[i].message;
  return NULL;
}

/* Returns what is wrong with the options taken together, or NULL. The first
** mistake will do: who mends it tries again. */
static const char *options_mistake(const Options *options) {
  const char *mistake = options_engine_mistake(options);
  if (mistake) return mistake;
  if (!options->db && !options->engine)
    return "--db FILE, or --engine, is missing";
  if (options->synchronous && strcmp(options->synchronous, "FULL") != 0 &&
      strcmp(options->synchronous, "NORMAL") != 0)
    return "--synchronous is FULL or NORMAL";
  if (strcmp(options->format, "csv") != 0 &&
      strcmp(options->format, "ndjson") != 0)
    return "--format is csv or ndjson";
  if (options->wal_bytes < 0)
    return "--wal-limit needs a size, as 512M or 4G, of 128M at least, or 0";
  mistake = options_serve_mistake(options);
  return mistake ? mistake : options_missing(options);
}

/* More than run at a time, because some wait for the disk; not many more, since
** each has a cache of its own. */
static long options_default_readers(void) {
  long processors = sysconf(_SC_NPROCESSORS_ONLN);
  if (processors < 2) return 4;
  return processors < 64 ? 2 * processors : 128;
}

/* Defaults that follow from other options. */
static void options_complete(Options *options) {
  if (!options->synchronous && !options->engine) options->synchronous = "FULL";
  if (!options->wal_limit && !options->engine) options->wal_limit = "4G";
  if (options->wal_limit) options->wal_bytes = options_size(options->wal_limit);
  if (!options->read_level && options->engine) options->read_level = "weak";
  if (!options->readers)
    options->readers =
        options->engine ? OPTIONS_CALLS : options_default_readers();
  if (options->keep_log) options->keep_days = options_days(options->keep_log);
  if (!options->queue) options->queue = (options->threads + 1) / 2;
  if (options->body_memory) return;
  options->body_memory = OPTIONS_BODY_MEMORY;
  if (options->body_memory < options->max_body)
    options->body_memory = options->max_body;
}

long options_workers(const Options *options) {
  return options->threads + options->threads / 2 * 2;
}

/* --help and --version need nothing else. A path without its slashes at the
** end can be put before one that begins with a slash. */
bool options_parse(Options *options, int argc, char **argv) {
  static char default_path[] = "/scim/v2";
  *options = (Options){.program = argc > 0 ? argv[0] : "scimd",
                       .busy_timeout = 10000,
                       .listen = "127.0.0.1:8080",
                       .base_path = default_path,
                       .threads = 64,
                       .connections = 16384,
                       .read_budget = 2000,
                       .max_body = 16L * 1024 * 1024,
                       .failures = 10,
                       .tenant = "default",
                       .format = "csv",
                       .grace = 86400};
  int at;
  if (!options_find_command(options, argc, argv, &at)) return false;
  if (options->command <= COMMAND_VERSION) return true; /* these need no file */
  for (; at < argc; at++) {
    if (options_asks_help(argv[at])) {
      options->command = COMMAND_HELP;
      return true;
    }
    bool read = strncmp(argv[at], "--", 2) == 0
                    ? options_read_option(options, argc, argv, &at)
                    : options_read_word(options, argv[at]);
    if (!read) return false;
  }
  options_complete(options);
  options_drop_slashes(options->base_path);
  if (options->public_url) options_drop_slashes(options->public_url);
  const char *mistake = options->engine ? options_read_nodes(options) : NULL;
  if (!mistake) mistake = options_mistake(options);
  if (mistake) log_complaint("%s", mistake);
  return !mistake;
}

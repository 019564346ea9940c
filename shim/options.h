/*
** options.h: the command line.
*/
#ifndef SHIM_OPTIONS_H
#define SHIM_OPTIONS_H

#include <stdbool.h>

typedef enum Command {
  COMMAND_HELP,
  COMMAND_VERSION,
  COMMAND_INIT,
  COMMAND_SERVE,
  COMMAND_STATUS,
  COMMAND_TOKEN_ADD,
  COMMAND_TOKEN_LIST,
  COMMAND_TOKEN_REVOKE,
  COMMAND_TOKEN_ROTATE,
  COMMAND_CLIENT_ADD,
  COMMAND_CLIENT_LIST,
  COMMAND_CLIENT_REVOKE,
  COMMAND_CLIENT_ROTATE,
  COMMAND_RELEASE,
  COMMAND_MAP_SWITCH,
  COMMAND_IMPORT,
  COMMAND_EXPORT,
  COMMAND_BACKUP
} Command;

/* The segment of a base path or public URL that stands for a tenant's name. */
#define OPTIONS_TENANT "{tenant}"

/* All texts point into argv or are constants; nobody frees them. */
/* What an option says that may be given several times. */
#define OPTION_TEXTS_MOST 16
typedef struct OptionTexts {
  const char *items[OPTION_TEXTS_MOST];
  int count;
} OptionTexts;

typedef struct Options {
  Command command;
  const char *program;     /* as it was called */
  const char *db;          /* the file; NULL: there is an engine instead */
  char *engine;            /* "rqlite:..." and its nodes; NULL: the file */
  const char *extension;   /* NULL: see extension_find */
  OptionTexts load;        /* extensions of the application's own */
  bool no_foreign_keys;    /* PRAGMA foreign_keys = 0 */
  const char *synchronous; /* FULL or NORMAL; NULL with an engine */
  const char *wal_limit;   /* "4G"; NULL with an engine */
  long long wal_bytes;     /* that it says; 0: any; -1: that makes no sense */
  long busy_timeout;       /* milliseconds */

  /* with an engine */
  OptionTexts nodes;       /* URLs without a slash at the end */
  const char *read_level;  /* none, weak or linearizable; NULL without */
  const char *rqlite_user; /* file with user:password, or NULL */
  const char *rqlite_ca;   /* file with certificates to trust, or NULL */

  /* serve */
  const char *listen;   /* ADDRESS:PORT */
  char *base_path;      /* without a slash at its end; "" for the root */
  char *public_url;     /* the same, or NULL */
  const char *tls_cert; /* file with certificate and key, or NULL */
  long threads;         /* connections served at a time: options_workers */
  long connections;     /* and open at a time */
  long connections_per_address; /* of these; 0: half */
  long readers;                 /* connections to the database that read */
  long read_budget;             /* milliseconds that a read may take */
  long queue;           /* writes that may wait for a writer that is stuck */
  long max_body;        /* bytes */
  long body_memory;     /* bytes of all bodies together */
  long failures;        /* refused tokens, a second and address; 0: any */
  long rate;            /* requests, a second and token; 0: any */
  long burst;           /* of them at once; 0: as many as rate */
  bool quiet;           /* no access log */
  const char *keep_log; /* "400d"; NULL: for ever */
  long keep_days;       /* the 400; 0: for ever, or that makes no sense */

  /* token, client, import, export */
  const char *tenant;  /* its name */
  const char *label;   /* NULL: not given */
  const char *expires; /* NULL: never */
  const char *scopes;  /* NULL: read write */
  const char *idp;     /* NULL: none */
  long grace;          /* seconds that the secret of before is still good for */
  const char *which;   /* the token's number, or the client's id; NULL: none */
  long token;          /* the number */

  /* release, map switch, import, backup */
  const char *name; /* of the tenant, map or file; NULL: not given */
  bool off;         /* not on */

  /* import, export */
  const char *type;          /* of resources; NULL: not given */
  const char *match;         /* NULL: see import.h */
  const char *failures_file; /* NULL: beside the input */
  bool deactivate_missing;   /* who is in no row */
  bool dry_run;              /* nothing is written */
  bool keep_empty;           /* an empty cell changes nothing */
  const char *filter;        /* NULL: all */
  const char *format;        /* csv or ndjson */
  const char *columns;       /* with commas between them; NULL: the usual */

  /* backup */
  bool force; /* in the place of a file that is there */
} Options;

/* Reads the command line. Returns false, after a message on standard error,
** if it makes no sense; the caller then exits with status 2. */
bool options_parse(Options *options, int argc, char **argv);

/* How many threads serve: as many as --threads says; half as many again,
** rounded down, for who waits for a place among the long reads (readers.h); and
** another half for who waits for a writer that does not get on (queue.h),
** unless --queue says more. So there are threads for the others however many
** wait, and for whatever. */
long options_workers(const Options *options);

/* The text of --help. */
extern const char options_help[];

#endif

/*
** main.c: scimd, HTTP in front of the SQLite extension scim.
**
** It reads a request, calls scim_apply through SQL and writes the reply; what
** SCIM is, it does not know. Run scimd --help for the commands.
**
** While serving there are three kinds of threads: this one, which only waits
** for the signal to end; those of the HTTP server; and those of what holds the
** database (engine.h). They end in the other order than they began: first the
** requests at work, then what writes with all that waits for it, then the
** process.
*/
#define _POSIX_C_SOURCE 200809L
#include <civetweb.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "backup_command.h"
#include "export_command.h"
#include "http.h"
#include "import_command.h"
#include "log.h"
#include "map_command.h"
#include "sql_command.h"
#include "status_command.h"
#include "wal_file.h"

#ifndef SCIM_VERSION
#define SCIM_VERSION "0.1.0"
#endif

#define EXIT_USAGE 2

/* Of malloc: threads share them. */
#define MAIN_HEAPS 8

/* Says what went wrong, and frees it. Returns the exit status. */
static int main_complain(Output *complaint) {
  log_complaint("%s", output_terminate(complaint));
  output_free(complaint);
  return EXIT_FAILURE;
}

static int main_print_version(void) {
  printf("scimd %s (SQLite %s, civetweb %s)\n", SCIM_VERSION,
         sqlite3_libversion(), mg_version());
  return EXIT_SUCCESS;
}

/* scimd init: opening what is made if it is missing is all of it. */
static int main_init(const Options *options) {
  Output complaint = {0};
  Engine *engine = engine_open(options, ENGINE_MAKE, &complaint);
  if (!engine) return main_complain(&complaint);
  engine_close(engine);
  return EXIT_SUCCESS;
}

/*
** serve.
*/

/* Blocked in every thread, and fetched by the main one: no code ever runs in a
** signal handler. SIGHUP, of a terminal that was closed or of somebody who
** would have files read anew, of which there are none, ends it like any; but
** not where nohup has it ignored, which Linux forgets of a signal that is
** waited for. */
static void main_block_signals(sigset_t *endings) {
  struct sigaction hangup;
  sigemptyset(endings);
  sigaddset(endings, SIGTERM);
  sigaddset(endings, SIGINT);
  sigaction(SIGHUP, NULL, &hangup);
  if (hangup.sa_handler != SIG_IGN) sigaddset(endings, SIGHUP);
  pthread_sigmask(SIG_BLOCK, endings, NULL);
  /* A client that goes away is an error of that write, not of the process. */
  signal(SIGPIPE, SIG_IGN);
}

/* A line for whoever started the server: with port 0 only this tells which. */
static void main_announce(const Options *options, const Server *server) {
  const char *colon = strrchr(options->listen, ':');
  Output line = {0};
  log_begin(&line);
  output_text(&line, ",\"event\":\"listening\",\"address\":");
  output_json(&line, options->listen, (size_t)(colon - options->listen));
  output_format(&line, ",\"port\":%d,\"base_path\":", http_port(server));
  output_json(&line, options->base_path, strlen(options->base_path));
  output_format(&line, ",\"tls\":%s", options->tls_cert ? "true" : "false");
  log_write(&line);
  output_free(&line);
}

/* Serves what is open until SIGTERM, SIGINT or SIGHUP. Returns false, with the
** reason in complaint, if it could not begin. */
static bool main_serve_engine(const Options *options, Engine *engine,
                              const sigset_t *endings, Output *complaint) {
  int signal_number;
  Server *server = http_start(options, engine, complaint);
  if (!server) return false;
  main_announce(options, server);
  sigwait(endings, &signal_number);
  log_event("stopping", "signal %d", signal_number);
  http_stop(server);
  return true;
}

/* Returns the exit status: success only if all that was acknowledged is where
** it belongs. */
static int main_serve(const Options *options) {
  Output complaint = {0};
  sigset_t endings;
  main_block_signals(&endings);
  Engine *engine = engine_open(options, ENGINE_SERVE, &complaint);
  if (!engine) return main_complain(&complaint);
  bool served = main_serve_engine(options, engine, &endings, &complaint);
  bool closed = engine_close(engine);
  if (!served) return main_complain(&complaint);
  if (!closed) {
    log_event("database", "the writer could not be closed");
    return EXIT_FAILURE;
  }
  log_event("stopped", "everything is written");
  return EXIT_SUCCESS;
}

/*
** The program.
*/

/* Most requests allocate and free the same small sizes; giving them back to the
** system in between costs more than they do. What is large is rare: it comes
** from the system, and goes back at once, or a few large replies would make the
** process large for ever. Few heaps, because each keeps what it once had. */
static void main_keep_memory(void) {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
  mallopt(M_TRIM_THRESHOLD, 16 << 20);
  mallopt(M_TOP_PAD, 1 << 20);
  mallopt(M_ARENA_MAX, MAIN_HEAPS);
#endif
}

/* Before the first use of SQLite: what holds for all its connections. */
static void main_configure_sqlite(void) {
  /* Its memory statistics would make every allocation of every thread meet at
  ** one lock. */
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  /* Told never to use a file for what a change may have to undo, SQLite takes
  ** memory by the kilobyte: a tenth of the time of a write. */
  sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, WAL_FILE_UNDO);
}

/* Returns the exit status. */
static int main_run(const Options *options) {
  switch (options->command) {
  case COMMAND_HELP:
    fputs(options_help, stdout);
    return EXIT_SUCCESS;
  case COMMAND_VERSION:
    return main_print_version();
  case COMMAND_INIT:
    return main_init(options);
  case COMMAND_SERVE:
    return main_serve(options);
  case COMMAND_STATUS:
    return status_command(options);
  case COMMAND_MAP_SWITCH:
    return map_command(options);
  case COMMAND_IMPORT:
    return import_command(options);
  case COMMAND_EXPORT:
    return export_command(options);
  case COMMAND_BACKUP:
    return backup_command(options);
  default:
    return sql_command_run(options);
  }
  return EXIT_USAGE;
}

/* What is opened takes the lowest number that is free: where a standard one was
** closed, that of a file or of a connection, into which the next line of the
** log, or of what is printed, would go. Writing to these fails instead. */
static void main_hold_descriptors(void) {
  int file = open("/dev/null", O_RDONLY);
  while (file >= 0 && file <= STDERR_FILENO) file = open("/dev/null", O_RDONLY);
  if (file >= 0) close(file);
}

/* What stdio has taken is not yet where it was to go: a secret that is shown
** once must not be lost without a word, nor half a list look like one. */
static int main_finish(int status) {
  if (fflush(stdout) == 0 && !ferror(stdout)) return status;
  log_complaint("cannot write: %s", strerror(errno));
  return EXIT_FAILURE;
}

int main(int argc, char **argv) {
  Options options;
  main_hold_descriptors();
  if (!options_parse(&options, argc, argv)) return EXIT_USAGE;
  main_configure_sqlite();
  main_keep_memory();
  umask(077); /* the database is of nobody else's concern */
  return main_finish(main_run(&options));
}

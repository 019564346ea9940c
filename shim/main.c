/* scimd: HTTP in front of the SQLite extension scim. It reads a request, calls
** scim_apply through SQL and writes the reply; what SCIM is, it does not know.
** Run scimd --help for the commands. */
#define _POSIX_C_SOURCE 200809L
#include <civetweb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "http.h"
#include "log.h"
#include "token.h"
#include "writer.h"

#ifndef SCIM_VERSION
#define SCIM_VERSION "0.1.0"
#endif

#define BAD_USAGE 2

static int complain(Buffer *complaint) {
  log_complaint("%.*s", (int)complaint->size, complaint->data);
  buffer_free(complaint);
  return EXIT_FAILURE;
}

static int print_version(void) {
  printf("scimd %s (SQLite %s, civetweb %s)\n", SCIM_VERSION,
         sqlite3_libversion(), mg_version());
  return EXIT_SUCCESS;
}

static int init(const Options *options) {
  Database database;
  Buffer complaint = {0};
  int code = database_open(&database, options, DATABASE_CREATE, &complaint);
  database_close(&database);
  return code == SQLITE_OK ? EXIT_SUCCESS : complain(&complaint);
}

/* ---- serve ------------------------------------------------------------ */

/* Blocked in every thread, and fetched by the main one: no code ever runs in a
** signal handler. */
static void block_signals(sigset_t *endings) {
  sigemptyset(endings);
  sigaddset(endings, SIGTERM);
  sigaddset(endings, SIGINT);
  pthread_sigmask(SIG_BLOCK, endings, NULL);
  /* A client that goes away is an error of that write, not of the process. */
  signal(SIGPIPE, SIG_IGN);
}

static void announce(const Options *options, const Server *server) {
  const char *colon = strrchr(options->listen, ':');
  Buffer line = {0};
  log_begin(&line);
  buffer_text(&line, ",\"event\":\"listening\",\"address\":");
  buffer_json(&line, options->listen, (size_t)(colon - options->listen));
  buffer_format(&line, ",\"port\":%d,\"base_path\":", http_port(server));
  buffer_json(&line, options->base_path, strlen(options->base_path));
  buffer_format(&line, ",\"tls\":%s", options->tls_cert ? "true" : "false");
  log_write(&line);
  buffer_free(&line);
}

static int serve(const Options *options) {
  Buffer complaint = {0};
  sigset_t endings;
  int signal_number;
  block_signals(&endings);
  Writer *writer = writer_start(options, &complaint);
  if (!writer) return complain(&complaint);
  Server *server = http_start(options, writer, &complaint);
  if (!server) {
    writer_stop(writer);
    return complain(&complaint);
  }
  announce(options, server);
  sigwait(&endings, &signal_number);
  log_event("stopping", "signal %d", signal_number);
  http_stop(server);
  if (writer_stop(writer) != SQLITE_OK) {
    log_event("database", "the writer could not be closed");
    return EXIT_FAILURE;
  }
  log_event("stopped", "everything is written");
  return EXIT_SUCCESS;
}

/* Every request allocates and frees the same sizes; giving them back to the
** system in between costs more than they do. */
static void keep_memory(void) {
#ifdef __GLIBC__
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TOP_PAD, 1 << 20);
#endif
}

int main(int argc, char **argv) {
  Options options;
  if (!options_parse(&options, argc, argv)) return BAD_USAGE;
  /* Before the first use of SQLite: its memory statistics would make every
  ** allocation of every thread meet at one lock. */
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  /* What a statement may have to undo stays in memory, however much it is. A
  ** size here would be the unit in which SQLite moves it to a file, with one
  ** write; and one write of more than 128 KiB fails with SQLITE_FULL. */
  sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, -1);
  keep_memory();
  umask(077); /* the database is of nobody else's concern */
  switch (options.command) {
  case COMMAND_HELP:
    return fputs(options_help, stdout) < 0;
  case COMMAND_VERSION:
    return print_version();
  case COMMAND_INIT:
    return init(&options);
  case COMMAND_SERVE:
    return serve(&options);
  case COMMAND_TOKEN_ADD:
    return token_add(&options);
  case COMMAND_TOKEN_LIST:
    return token_list(&options);
  case COMMAND_TOKEN_REVOKE:
    return token_revoke(&options);
  }
  return BAD_USAGE;
}

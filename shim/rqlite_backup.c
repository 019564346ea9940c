/*
** rqlite_backup.c: see rqlite_backup.h.
**
** Any node that is fit has all that the leader had a second ago, and is asked
** for a copy of its own (noleader), so that the leader is spared where there is
** another. A node that fails costs nothing: the next one begins anew.
*/
#include "rqlite_backup.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "interrupt.h"
#include "moment.h"
#include "rqlite_nodes.h"

/* How long all of it may take, and how often a node that says nothing, since it
** copies, is asked whether it is there. */
#define RQLITE_BACKUP (3600 * MOMENT_SECOND)
#define RQLITE_BACKUP_LOOK (2 * MOMENT_SECOND)

typedef struct RqliteBackup {
  RqliteHttp *http;
  RqliteNodes *nodes;
  int node;      /* that is asked */
  long long due; /* when it is looked at */
  FILE *file;
  long size; /* of the file, when it was looked last */
  Output *complaint;
} RqliteBackup;

/* Is asked all the while: is it time to hang up? */
static bool rqlite_backup_is_over(void *argument) {
  static const EngineStatement one = {.sql = "SELECT 1"};
  RqliteBackup *backup = argument;
  long long number;
  if (interrupt_came()) return true;
  if (moment_now() < backup->due) return false;
  backup->due = moment_now() + RQLITE_BACKUP_LOOK;
  long size = ftell(backup->file);
  bool grows = size != backup->size;
  backup->size = size;
  return !grows &&
         !rqlite_nodes_asks(backup->nodes, backup->node, &one, &number);
}

/* Leaves what the node gives in the file, or why it gives nothing. */
static bool rqlite_backup_ask(RqliteBackup *backup, FILE *file) {
  Output reply = {0};
  long status;
  const char *url = rqlite_nodes_url(backup->nodes, backup->node);
  long long end = moment_now() + RQLITE_BACKUP;
  RqliteCall call = {.node = url,
                     .path = "/db/backup?fmt=delete&noleader",
                     .file = file,
                     .first = end,
                     .whole = end,
                     .stop = rqlite_backup_is_over,
                     .who = backup};
  backup->due = moment_now() + RQLITE_BACKUP_LOOK;
  backup->file = file;
  backup->size = 0;
  RqliteEnd how = rqlite_http_call(backup->http, &call, &status, &reply);
  bool done = how == RQLITE_REPLIED && status == 200 && fflush(file) == 0;
  output_clear(backup->complaint);
  if (!done && how == RQLITE_REPLIED && status != 200)
    output_format(backup->complaint, "%s gives no copy: status %ld%s", url,
                  status, status == 401 ? ", for want of \"backup\"" : "");
  else if (!done)
    output_format(backup->complaint, "%s gives no copy: %s", url,
                  ferror(file) ? strerror(errno) : output_terminate(&reply));
  output_free(&reply);
  return done;
}

/* The next one, the leader last; -1 for none. */
static int rqlite_backup_choose(RqliteBackup *backup, unsigned *tried) {
  int node = rqlite_nodes_choose(backup->nodes, RQLITE_ANY, *tried);
  if (node >= 0 && rqlite_nodes_is_leader(backup->nodes, node)) {
    int other =
        rqlite_nodes_choose(backup->nodes, RQLITE_ANY, *tried | 1u << node);
    if (other >= 0) node = other;
  }
  if (node >= 0) *tried |= 1u << node;
  return node;
}

/* From one node after another, each into an empty file. Returns false if none
** would give it, or the file cannot be written. */
static bool rqlite_backup_run(RqliteBackup *backup, const char *path) {
  unsigned tried = 0;
  bool done = false;
  while (!done && !interrupt_came() &&
         (backup->node = rqlite_backup_choose(backup, &tried)) >= 0) {
    FILE *file = fopen(path, "w");
    if (!file) return false;
    done = rqlite_backup_ask(backup, file);
    if (fclose(file) != 0) return false;
  }
  return done;
}

bool rqlite_backup(const Options *options, const char *path,
                   Output *complaint) {
  RqliteBackup backup = {.complaint = complaint};
  bool done = false;
  backup.http = rqlite_http_open(options, complaint);
  if (backup.http)
    backup.nodes = rqlite_nodes_open(options, backup.http, complaint);
  if (backup.nodes) done = rqlite_backup_run(&backup, path);
  if (backup.nodes) rqlite_nodes_close(backup.nodes);
  if (backup.http) rqlite_http_close(backup.http);
  if (!done && interrupt_came()) output_clear(complaint);
  if (!done && interrupt_came()) output_text(complaint, "interrupted");
  if (!done && !complaint->size)
    output_format(complaint, "cannot write %s: %s", path, strerror(errno));
  return done;
}

/*
** backup_command.c: see backup_command.h.
**
** HOW IT WORKS
**
** SQLite copies page by page into a file beside the copy, COPY.partial, within
** one read transaction: a snapshot, for which no writer waits. Then the file is
** brought to the disk, opened like any other and checked, and only a file that
** is whole gets the name. Whatever goes wrong, that name has what it had
** before, and the partial file goes. One that was left by a backup that was
** killed, or by a loss of power, gives way to the next one, if no other backup
** is under way in its directory: each holds a lock on that. The file itself has
** SQLite's, which on a network may be the same as ours.
**
** Of a cluster a node gives a copy (rqlite_backup.h), with which the same is
** done.
**
** A log that lies beside the name belongs to another file: SQLite would put
** what is in it into this one. So it is in the way, --force or not.
*/
#define _DEFAULT_SOURCE /* flock */
#include "backup_command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "database.h"
#include "interrupt.h"
#include "log.h"
#include "progress.h"
#include "rqlite_backup.h"

/* Pages that are copied between two looks at the clock. */
#define BACKUP_PAGES 2000

typedef struct BackupCommand {
  const Options *options;
  Database source;
  Output partial; /* the name of the file that is written, a C string */
  bool made;      /* it is there, and ours */
  int lock;       /* a descriptor of its directory, -1 for none */
  mode_t mode;    /* of the source */
  Output complaint;
} BackupCommand;

/* What failed, of which file, and why the system says so. */
static void backup_complain(BackupCommand *command, const char *what,
                            const char *path) {
  output_format(&command->complaint, "%s %s: %s", what, path, strerror(errno));
}

/*
** Files.
*/

/* Is there a log of this kind beside the copy, that has something in it? */
static bool backup_has_log(BackupCommand *command, const char *suffix) {
  struct stat status;
  Output path = {0};
  output_format(&path, "%s%s", command->options->name, suffix);
  bool found = stat(output_terminate(&path), &status) == 0 && status.st_size;
  if (found)
    output_format(&command->complaint,
                  "%s is in the way: it is the log of a database in use, or "
                  "of one that was there",
                  path.data);
  output_free(&path);
  return found;
}

/* May there be a file of this name afterwards? */
static bool backup_check_place(BackupCommand *command) {
  const Options *options = command->options;
  struct stat source, target;
  if (!options->engine && stat(options->db, &source)) {
    backup_complain(command, "cannot read", options->db);
    return false;
  }
  command->mode = options->engine ? 0600 : source.st_mode & 0777;
  bool there = stat(options->name, &target) == 0;
  if (!options->engine && there && target.st_dev == source.st_dev &&
      target.st_ino == source.st_ino)
    output_format(&command->complaint, "%s is the database itself",
                  options->name);
  else if (there && !options->force)
    output_format(&command->complaint, "%s is there already; see --force",
                  options->name);
  return command->complaint.size == 0 && !backup_has_log(command, "-wal") &&
         !backup_has_log(command, "-journal");
}

/* The directory of the copy, a C string in the output. */
static const char *backup_directory(const BackupCommand *command,
                                    Output *directory) {
  const char *path = command->options->name;
  const char *slash = strrchr(path, '/');
  output_bytes(directory, path, slash ? (size_t)(slash - path) + 1 : 0);
  if (!slash) output_text(directory, ".");
  return output_terminate(directory);
}

/* Is it what an interrupted copy may have come to? */
static bool backup_is_partial(const char *path) {
  char head[16];
  struct stat status;
  int file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  bool regular =
      file >= 0 && fstat(file, &status) == 0 && S_ISREG(status.st_mode);
  ssize_t size = regular ? read(file, head, sizeof head) : -1;
  if (file >= 0) close(file);
  return size == 0 ||
         (size == sizeof head && memcmp(head, "SQLite format 3", 16) == 0);
}

/* Takes a partial file away, with what SQLite may have left beside it. */
static void backup_clear(const char *path) {
  static const char *const suffixes[] = {"-journal", "-wal", "-shm", ""};
  if (!backup_is_partial(path)) return;
  for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
    Output name = {0};
    output_format(&name, "%s%s", path, suffixes[i]);
    unlink(output_terminate(&name));
    output_free(&name);
  }
}

/* Holds the directory until the end, as others may besides. Whoever has it
** alone for a moment knows that nobody works on what is left in it. Where the
** file system has no such locks, or another program has it alone, nothing is
** taken away. */
static void backup_hold(BackupCommand *command) {
  Output directory = {0};
  command->lock = open(backup_directory(command, &directory), O_RDONLY);
  output_free(&directory);
  if (command->lock < 0) return;
  if (flock(command->lock, LOCK_EX | LOCK_NB) == 0)
    backup_clear(command->partial.data);
  for (int tries = 0; tries < 100; tries++) {
    if (flock(command->lock, LOCK_SH | LOCK_NB) == 0 || errno != EWOULDBLOCK)
      break;
    nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
  }
}

/* Makes the partial file, which nobody else may have: two backups to one name
** at a time are a mistake. */
static bool backup_make(BackupCommand *command) {
  output_format(&command->partial, "%s.partial", command->options->name);
  const char *path = output_terminate(&command->partial);
  backup_hold(command);
  int file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
  if (file < 0) {
    backup_complain(command, "cannot make", path);
    return false;
  }
  close(file);
  command->made = true;
  return true;
}

/* Brings a file or a directory to the disk. */
static bool backup_sync(BackupCommand *command, const char *path) {
  int file = open(path, O_RDONLY);
  bool done = file >= 0 && fsync(file) == 0;
  if (!done) backup_complain(command, "cannot write", path);
  if (file >= 0) close(file);
  return done;
}

/* The directory knows the new name only when it is on the disk itself. */
static bool backup_sync_directory(BackupCommand *command) {
  Output directory = {0};
  bool done = backup_sync(command, backup_directory(command, &directory));
  output_free(&directory);
  return done;
}

/* Gives the file its name. Without --force that is by a link, which fails where
** the name has come to be taken meanwhile; not every file system has links. */
static bool backup_name(BackupCommand *command) {
  const Options *options = command->options;
  const char *partial = command->partial.data;
  if (!options->force) {
    if (link(partial, options->name) == 0) {
      unlink(partial);
      command->made = false;
      return backup_sync_directory(command);
    }
    if (errno == EEXIST || access(options->name, F_OK) == 0) {
      output_format(&command->complaint, "%s is there already", options->name);
      return false;
    }
  }
  if (rename(partial, options->name) != 0) {
    backup_complain(command, "cannot make", options->name);
    return false;
  }
  command->made = false;
  return backup_sync_directory(command);
}

/*
** Copying.
*/

/* The same for SQLite's mistakes. Returns false, for the caller to pass on. */
static bool backup_fail(BackupCommand *command, sqlite3 *handle) {
  output_text(&command->complaint, sqlite3_errmsg(handle));
  return false;
}

/* All pages. The snapshot is that of the source's transaction, so that what
** others write meanwhile makes SQLite begin anew no more than once: never. */
static int backup_step(BackupCommand *command, sqlite3_backup *backup) {
  Progress progress;
  int code = SQLITE_OK;
  progress_begin(&progress, "pages");
  while (code == SQLITE_OK && !interrupt_came()) {
    code = sqlite3_backup_step(backup, BACKUP_PAGES);
    long long total = sqlite3_backup_pagecount(backup);
    long long done = total - sqlite3_backup_remaining(backup);
    progress_tell(&progress, done, done, total);
  }
  progress_end(&progress);
  if (code == SQLITE_OK) output_text(&command->complaint, "interrupted");
  return code;
}

/* A statement that reads begins the snapshot; BEGIN alone does not. The target
** is a file that SQLite finds empty, and makes what the source is. */
static bool backup_copy(BackupCommand *command) {
  sqlite3 *source = command->source.handle, *target = NULL;
  if (database_run(&command->source, "BEGIN; SELECT 1 FROM scim_meta") !=
      SQLITE_OK)
    return backup_fail(command, source);
  int code = sqlite3_open_v2(command->partial.data, &target,
                             SQLITE_OPEN_READWRITE, NULL);
  sqlite3_backup *backup =
      code == SQLITE_OK ? sqlite3_backup_init(target, "main", source, "main")
                        : NULL;
  if (backup) {
    backup_step(command, backup);
    sqlite3_backup_finish(backup);
  }
  if (sqlite3_errcode(target) != SQLITE_OK && command->complaint.size == 0)
    backup_fail(command, target);
  sqlite3_close(target);
  return command->complaint.size == 0;
}

/* Fills the partial file, which it makes, once there is something to fill it
** with. */
static bool backup_fill(BackupCommand *command) {
  const Options *options = command->options;
  if (options->engine)
    return backup_make(command) &&
           rqlite_backup(options, command->partial.data, &command->complaint);
  return database_open(&command->source, options, DATABASE_READ,
                       &command->complaint) == SQLITE_OK &&
         backup_make(command) && backup_copy(command);
}

/*
** Checking.
*/

/* Runs a statement whose first column is the name of a mistake; a row of it is
** one too many, but for `well`. */
static bool backup_ask(BackupCommand *command, Database *copy, const char *sql,
                       const char *well) {
  sqlite3_stmt *statement = NULL;
  sqlite3_prepare_v2(copy->handle, sql, -1, &statement, NULL);
  while (command->complaint.size == 0 &&
         sqlite3_step(statement) == SQLITE_ROW) {
    const char *text = (const char *)sqlite3_column_text(statement, 0);
    if (!text || !well || strcmp(text, well) != 0)
      output_format(&command->complaint, "the copy is not right: %s",
                    text ? text : "?");
  }
  if (sqlite3_finalize(statement) != SQLITE_OK && command->complaint.size == 0)
    return backup_fail(command, copy->handle);
  return command->complaint.size == 0;
}

/* Is there the extension's own check, and can it read these tables? Those of an
** earlier version are copied before they are upgraded. */
static bool backup_has_check(Database *copy) {
  return database_run(copy, "SELECT scim_match('id pr', '{}')") == SQLITE_OK &&
         database_run(copy, "SELECT 1 FROM scim_check LIMIT 0") == SQLITE_OK;
}

/* As a server would open it: only so is it sure that one can. Closing takes
** its -wal and -shm away. */
static bool backup_verify(BackupCommand *command) {
  Options options = *command->options;
  Database copy;
  options.db = command->partial.data;
  options.synchronous = "FULL"; /* of a cluster there is none to be said */
  bool well = database_open(&copy, &options, DATABASE_WRITE,
                            &command->complaint) == SQLITE_OK;
  well = well && backup_ask(command, &copy,
                            "SELECT replace(quick_check, char(10), ' ')"
                            " FROM pragma_quick_check",
                            "ok");
  if (well && backup_has_check(&copy))
    well = backup_ask(command, &copy,
                      "SELECT kind || coalesce(' ' || id, '') || ': ' || detail"
                      " FROM scim_check LIMIT 1",
                      NULL);
  database_close(&copy);
  return well;
}

/*
** The command.
*/

/* For whoever looks at the output of a job in the morning. */
static void backup_tell(const BackupCommand *command) {
  struct stat status;
  if (stat(command->options->name, &status) == 0)
    printf("%s: %lld bytes, checked\n", command->options->name,
           (long long)status.st_size);
}

/* A list of steps, of which the first that fails is told. The partial file goes
** in any case, unless it has got its name. */
int backup_command(const Options *options) {
  BackupCommand command = {.options = options, .lock = -1};
  interrupt_catch();
  bool done =
      backup_check_place(&command) && backup_fill(&command) &&
      backup_sync(&command, command.partial.data) && backup_verify(&command) &&
      chmod(command.partial.data, command.mode) == 0 &&
      backup_sync(&command, command.partial.data) && backup_name(&command);
  if (done) backup_tell(&command);
  if (!done && command.complaint.size == 0)
    backup_complain(&command, "cannot make", options->name);
  if (!done) log_complaint("%s", output_terminate(&command.complaint));
  if (command.made) unlink(command.partial.data);
  if (command.lock >= 0) close(command.lock);
  database_close(&command.source);
  output_free(&command.partial);
  output_free(&command.complaint);
  return done ? EXIT_SUCCESS : EXIT_FAILURE;
}

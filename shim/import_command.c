/*
** import_command.c: see import_command.h.
**
** HOW IT WORKS
**
** A transaction has rows for fifty milliseconds, 128 at most, and between two
** of them the lock is free for a fifth of that: a scimd that serves the same
** file asks for it every ten milliseconds at least, so that its clients wait no
** longer than for each other. Rows count when their transaction is committed.
** What is in, is in: after an interruption, a full disk or a loss of power the
** same command goes on, because what is the same already writes nothing.
**
** An engine on other machines has no transaction that lasts, and each request
** is one of its own: there the rows count when their batch is answered, and
** what an interruption leaves is the same.
**
** Rows that failed go into a file of the same form, with the reason in front.
** Afterwards, if that was asked for, everybody who was there at the start and
** whom no row was about is deactivated; but not where a row could not be told
** from any other, since it might have been theirs.
*/
#define _POSIX_C_SOURCE 200809L
#include "import_command.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine.h"
#include "import.h"
#include "import_open.h"
#include "interrupt.h"
#include "log.h"
#include "moment.h"
#include "progress.h"

/* One transaction, and how long the lock is left to others then. */
#define IMPORT_BATCH 128
#define IMPORT_BATCH_TIME (50 * MOMENT_MILLISECOND)
#define IMPORT_PAUSE 12 /* milliseconds */

typedef struct ImportCommand {
  const Options *options;
  Engine *engine;
  Import import;
  Rows rows;
  Progress progress;
  Output complaint;                  /* why it ends early, if it does */
  Output failures_path;              /* a C string */
  FILE *failures;                    /* opened by the first one */
  long long counts[IMPORT_OUTCOMES]; /* that are in the file */
  long long batch[IMPORT_OUTCOMES];  /* of the transaction */
  long long read;                    /* rows */
  long long began;                   /* the transaction: moment_now */
} ImportCommand;

static const char *const import_command_words[IMPORT_OUTCOMES] = {
    [IMPORT_CREATED] = "created",
    [IMPORT_CHANGED] = "changed",
    [IMPORT_SAME] = "same",
    [IMPORT_DEACTIVATED] = "deactivated",
    [IMPORT_FAILED] = "failed"};

/*
** Failures.
*/

/* people.csv: people.failures.csv, unless a name was given. */
static void import_command_name_failures(ImportCommand *command) {
  const char *path = command->options->name, *given;
  const char *dot = strrchr(path, '.'), *slash = strrchr(path, '/');
  given = command->options->failures_file;
  if (!dot || (slash && dot < slash)) dot = path + strlen(path);
  output_bytes(&command->failures_path, given ? given : path,
               given ? strlen(given) : (size_t)(dot - path));
  if (!given)
    output_text(&command->failures_path, command->rows.format == ROWS_CSV
                                             ? ".failures.csv"
                                             : ".failures.ndjson");
  output_terminate(&command->failures_path);
}

/* False if the file of failures is the one that is read: that would be its end.
** Asked before the first row, not at the first that fails. */
static bool import_command_check_failures(ImportCommand *command) {
  struct stat input, output;
  if (fstat(fileno(command->rows.csv.file), &input) != 0 ||
      stat(command->failures_path.data, &output) != 0 ||
      input.st_dev != output.st_dev || input.st_ino != output.st_ino)
    return true;
  output_text(&command->complaint, "--failures is the file that is read");
  return false;
}

/* Opens it, and writes the names of the columns. That of an earlier import is
** replaced: it is output. What cannot be opened ends the import, since nobody
** would know what has failed. */
static void import_command_open_failures(ImportCommand *command) {
  Output line = {0};
  command->failures = fopen(command->failures_path.data, "w");
  if (!command->failures) {
    output_format(&command->complaint, "cannot write %s: %s",
                  command->failures_path.data, strerror(errno));
    return;
  }
  rows_write_names(&command->rows, &line);
  if (line.size) fwrite(line.data, 1, line.size, command->failures);
  output_free(&line);
}

/* A dry run leaves no file that nobody has asked for. */
static void import_command_keep_failure(ImportCommand *command,
                                        const ImportResult *result) {
  const Options *options = command->options;
  Output line = {0};
  if (options->dry_run && !options->failures_file) return;
  if (!command->failures) import_command_open_failures(command);
  if (!command->failures) return;
  rows_write_reason(&command->rows, result->reason.data, &line);
  output_bytes(&line, result->rest.data, result->rest.size);
  fwrite(line.data, 1, line.size, command->failures);
  output_free(&line);
}

/*
** Transactions.
*/

/* Adds what the transaction has done to what is done. */
static void import_command_count(ImportCommand *command) {
  for (int i = 0; i < IMPORT_OUTCOMES; i++)
    command->counts[i] += command->batch[i];
  memset(command->batch, 0, sizeof command->batch);
}

/* Runs a statement about the transaction, unless something has gone wrong
** already. */
static bool import_command_run(ImportCommand *command, const char *sql) {
  EngineStatement statement = {.sql = sql};
  EngineAnswer answer = {.complaint = &command->complaint};
  return command->complaint.size == 0 &&
         (engine_batch(command->engine) > 1 ||
          engine_write(command->engine, &statement, &answer) == 0);
}

/* A dry run takes no lock, and sees one snapshot a transaction. */
static bool import_command_begin(ImportCommand *command) {
  static const char read[] = "BEGIN", write[] = "BEGIN IMMEDIATE";
  command->began = moment_now();
  return import_command_run(command, command->options->dry_run ? read : write);
}

/* Ends the transaction, if it is full or there is no more to come. */
static bool import_command_tend(ImportCommand *command, bool last) {
  static const char end[] = "COMMIT";
  long long rows = 0;
  for (int i = 0; i < IMPORT_OUTCOMES; i++) rows += command->batch[i];
  if (!last && rows < IMPORT_BATCH &&
      moment_now() - command->began < IMPORT_BATCH_TIME)
    return true;
  if (!import_command_run(command, end)) return false;
  import_command_count(command);
  import_forget(&command->import);
  if (last) return true;
  if (!command->options->dry_run) sqlite3_sleep(IMPORT_PAUSE);
  return import_command_begin(command);
}

/*
** Rows.
*/

/* A line a row of a dry run, but for those with nothing to do. */
static void import_command_show(const ImportResult *result) {
  bool failed = result->outcome == IMPORT_FAILED;
  if (result->outcome == IMPORT_SAME) return;
  printf("%s\t", import_command_words[result->outcome]);
  if (failed) printf("line %ld\t", result->line);
  log_shown(stdout, failed ? result->reason.data : result->key.data);
  putchar('\n');
}

/* An ImportDone. The failure of a row is kept before the row counts: a file
** that is not whole must not look so. */
static void import_command_note(void *context, ImportResult *result) {
  ImportCommand *command = context;
  bool failed = result->outcome == IMPORT_FAILED;
  if (command->complaint.size) return;
  if (result->outcome == IMPORT_BROKEN) {
    output_format(&command->complaint, "line %ld: %s", command->rows.line,
                  result->reason.data);
    return;
  }
  if (failed && result->line)
    import_command_keep_failure(command, result);
  else if (failed)
    log_complaint("%s: %s", result->key.data, result->reason.data);
  command->batch[result->outcome]++;
  if (command->options->dry_run) import_command_show(result);
}

/* Has it been interrupted? A signal also ends a read that waits. */
static bool import_command_is_over(ImportCommand *command) {
  if (!interrupt_came()) return false;
  output_clear(&command->complaint);
  output_text(&command->complaint, "interrupted; run it again to go on");
  return true;
}

/* All rows of the file, or up to an interruption or something worse. */
static void import_command_rows(ImportCommand *command) {
  while (!import_command_is_over(command) &&
         rows_next(&command->rows, &command->complaint)) {
    import_row(&command->import, &command->rows);
    progress_tell(&command->progress, ++command->read,
                  rows_position(&command->rows), command->rows.size);
    if (command->complaint.size || !import_command_tend(command, false)) return;
  }
  import_command_is_over(command);
}

/* Nobody is missing from a file without rows: it is the wrong one, or was not
** written to its end. */
static void import_command_missing(ImportCommand *command) {
  if (!command->options->deactivate_missing || command->complaint.size) return;
  if (command->read == 0)
    output_text(&command->complaint,
                "nobody is deactivated: there are no rows");
  else if (command->import.blind)
    output_text(&command->complaint,
                "nobody is deactivated: it is not known whose the rows are "
                "that failed");
  while (!command->complaint.size && !import_command_is_over(command) &&
         import_next_missing(&command->import))
    import_command_tend(command, false);
}

/*
** The command.
*/

/* One line, of what is in the file now. */
static void import_command_summarize(const ImportCommand *command) {
  if (command->options->dry_run) fputs("would be: ", stdout);
  for (int i = 0; i < IMPORT_OUTCOMES; i++)
    printf("%s%s %lld", i ? ", " : "", import_command_words[i],
           command->counts[i]);
  if (command->failures) printf(" (%s)", command->failures_path.data);
  putchar('\n');
}

static bool import_command_open(ImportCommand *command) {
  const Options *options = command->options;
  Output *complaint = &command->complaint;
  if (!rows_open(&command->rows, options->name, complaint)) return false;
  import_command_name_failures(command);
  if (!import_command_check_failures(command)) return false;
  command->import.done = import_command_note;
  command->import.context = command;
  command->engine = engine_open(
      options, options->dry_run ? ENGINE_READ : ENGINE_WRITE, complaint);
  return command->engine && import_open(&command->import, command->engine,
                                        options, &command->rows, complaint);
}

/* What was done up to an interruption or a mistake of the file stays. What the
** database could not do has undone the transaction, or it is undone now. */
static void import_command_work(ImportCommand *command) {
  interrupt_catch();
  progress_begin(&command->progress, "rows");
  if (!import_command_begin(command)) return;
  import_command_rows(command);
  import_flush(&command->import);
  import_command_missing(command);
  import_flush(&command->import);
  Output why = command->complaint;
  command->complaint = (Output){0};
  import_command_tend(command, true);
  if (why.size) {
    output_free(&command->complaint);
    command->complaint = why;
  }
  progress_end(&command->progress);
  import_command_summarize(command);
}

/* A file of failures that is not whole is one as well. */
static void import_command_close(ImportCommand *command) {
  if (command->failures &&
      (ferror(command->failures) | fclose(command->failures)))
    output_format(&command->complaint, "cannot write %s",
                  command->failures_path.data);
  import_close(&command->import);
  if (command->engine) engine_close(command->engine);
  rows_close(&command->rows);
  output_free(&command->failures_path);
}

/* The exit status is 1 for a row that failed as for everything else that a
** person has to look at. */
int import_command(const Options *options) {
  ImportCommand command = {.options = options};
  if (import_command_open(&command)) import_command_work(&command);
  import_command_close(&command);
  int status = command.counts[IMPORT_FAILED] ? EXIT_FAILURE : EXIT_SUCCESS;
  if (command.complaint.size) {
    log_complaint("%s", output_terminate(&command.complaint));
    status = EXIT_FAILURE;
  }
  output_free(&command.complaint);
  return status;
}

/*
** worker.c: see worker.h.
**
** What a request is made of has memory that the thread keeps, so that most
** requests allocate nothing. The connection to the database is not the
** thread's: it borrows one (readers.c).
*/
#include "worker.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "bodies.h"
#include "moment.h"

/* How long a worker takes a caller's word. */
#define WORKER_MEMORY (2 * MOMENT_SECOND)

Worker *worker_new(void) { return calloc(1, sizeof(Worker)); }

void worker_free(Worker *worker) {
  target_free(&worker->target);
  arguments_free(&worker->arguments);
  output_free(&worker->body);
  output_free(&worker->answer);
  output_free(&worker->reply.headers);
  output_free(&worker->output);
  output_free(&worker->admitted);
  free(worker);
}

/* An answer that was not sent after all is given back as well. */
static void worker_drop_answer(Worker *worker, Readers *readers) {
  if (worker->counted) readers_sent(readers, &worker->answer);
  worker->counted = false;
  output_clear(&worker->answer);
}

int worker_read(Worker *worker, Readers *readers,
                const DatabaseRequest *request, ReadersClient client) {
  worker_drop_answer(worker, readers);
  int outcome = readers_apply(readers, request, client, &worker->answer);
  worker->counted = outcome == 0;
  return outcome;
}

/* One at a time: a tree takes many times the memory of its text, and the writer
** never has more than one either. Meanwhile the writer goes on. */
void worker_check_body(Worker *worker, Readers *readers) {
  static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
  const Arguments *arguments = &worker->arguments;
  if (worker->body.size <= BODIES_SMALL) return;
  DatabaseRequest request = {.body = worker->body.data,
                             .body_size = worker->body.size,
                             .options = arguments->options.data,
                             .options_size = arguments->options.size};
  pthread_mutex_lock(&turn);
  Database *database = readers_borrow(readers);
  if (database) {
    database_ask_fault(database, &request, &worker->arguments.refused);
    readers_return(readers, database);
  }
  pthread_mutex_unlock(&turn);
}

/* What was there may be the answer to a read, whether the caller is let in, and
** is counted as that. */
int worker_write(Worker *worker, Readers *readers, Writer *writer,
                 const DatabaseRequest *request) {
  worker_drop_answer(worker, readers);
  return writer_apply(writer, request, &worker->answer, &worker->retry_after);
}

/* output_clear keeps what is small. */
void worker_end(Worker *worker, Readers *readers) {
  worker_drop_answer(worker, readers);
  output_clear(&worker->body);
  output_clear(&worker->output);
}

/*
** Callers who were let in.
*/
/* The options hold a secret, so that all of them are compared, whatever the
** first byte is that differs. */
bool worker_knows(const Worker *worker, const Output *options) {
  const Output *admitted = &worker->admitted;
  unsigned difference = 0;
  if (!admitted->size || admitted->size != options->size ||
      moment_now() - worker->admitted_at > WORKER_MEMORY)
    return false;
  for (size_t i = 0; i < options->size; i++)
    difference |= (unsigned char)(admitted->data[i] ^ options->data[i]);
  return difference == 0;
}

void worker_note(Worker *worker, const Output *options) {
  Output *admitted = &worker->admitted;
  output_clear(admitted);
  output_bytes(admitted, options->data, options->size);
  if (admitted->failed) admitted->size = 0;
  worker->admitted_at = moment_now();
}

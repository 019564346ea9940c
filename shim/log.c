/*
** log.c: see log.h.
**
** A line is put together in memory and handed to the system with one write(2),
** which is what keeps the lines of different threads apart: there is no lock,
** and no buffer that a crash could lose.
*/
#define _POSIX_C_SOURCE 200809L
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "moment.h"

#define LOG_MESSAGE 512 /* bytes of a message, its NUL included */

/* For the person at the terminal, so as text and with the name of the program,
** as other programs do. */
void log_complaint(const char *format, ...) {
  va_list list;
  va_start(list, format);
  fputs("scimd: ", stderr);
  vfprintf(stderr, format, list);
  fputc('\n', stderr);
  va_end(list);
}

void log_begin(Output *line) {
  char now[MOMENT_TEXT];
  moment_write(now);
  output_format(line, "{\"time\":\"%s\"", now);
}

/* A line that cannot be written is lost: there is nobody left to tell. */
void log_write(Output *line) {
  output_bytes(line, "}\n", 2);
  if (line->failed) return;
  ssize_t written = write(STDERR_FILENO, line->data, line->size);
  (void)written;
}

/* The message may quote a client or SQLite, so it is written as JSON; the
** event is a word of ours. */
void log_event(const char *event, const char *format, ...) {
  char message[LOG_MESSAGE];
  va_list list;
  va_start(list, format);
  vsnprintf(message, sizeof message, format, list);
  va_end(list);

  Output line = {0}; /* one a message: there are few */
  log_begin(&line);
  output_format(&line, ",\"event\":\"%s\",\"message\":", event);
  output_json(&line, message, strlen(message));
  log_write(&line);
  output_free(&line);
}

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
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "moment.h"

#define LOG_MESSAGE 512 /* bytes of a message, its NUL included */

/* How many bytes of UTF-8 a control character has here, 0 if there is none.
** Those of two bytes are orders to a terminal as well: U+009B as ESC [ is. */
static size_t log_control(const unsigned char *text) {
  if (text[0] == 0xc2 && text[1] >= 0x80 && text[1] < 0xa0) return 2;
  return text[0] < 0x20 || text[0] == 0x7f;
}

void log_shown(FILE *file, const char *text) {
  const unsigned char *at = (const unsigned char *)text;
  while (*at) {
    size_t control = log_control(at);
    putc(control ? '?' : *at, file);
    at += control ? control : 1;
  }
}

/* For the person at the terminal, so as text and with the name of the program,
** as other programs do. Without memory there is the form of what was to be
** said. */
void log_complaint(const char *format, ...) {
  va_list list;
  va_start(list, format);
  int size = vsnprintf(NULL, 0, format, list);
  va_end(list);
  char *text = size < 0 ? NULL : malloc((size_t)size + 1);
  va_start(list, format);
  if (text) vsnprintf(text, (size_t)size + 1, format, list);
  va_end(list);
  fputs("scimd: ", stderr);
  log_shown(stderr, text ? text : format);
  fputc('\n', stderr);
  free(text);
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

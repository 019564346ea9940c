/* Lines on standard error: see log.h. */
#define _POSIX_C_SOURCE 200809L
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void log_complaint(const char *format, ...) {
  va_list list;
  va_start(list, format);
  fputs("scimd: ", stderr);
  vfprintf(stderr, format, list);
  fputc('\n', stderr);
  va_end(list);
}

void log_begin(Buffer *line) {
  struct timespec now;
  struct tm utc;
  char text[32];
  clock_gettime(CLOCK_REALTIME, &now);
  gmtime_r(&now.tv_sec, &utc);
  strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
  buffer_format(line, "{\"time\":\"%s.%03ldZ\"", text, now.tv_nsec / 1000000);
}

/* One write(2) a line keeps the lines of different threads apart. A line that
** cannot be written is lost: there is nobody left to tell. */
void log_write(Buffer *line) {
  buffer_append(line, "}\n", 2);
  if (line->failed) return;
  ssize_t written = write(STDERR_FILENO, line->data, line->size);
  (void)written;
}

void log_event(const char *event, const char *format, ...) {
  char message[512];
  va_list list;
  va_start(list, format);
  vsnprintf(message, sizeof message, format, list);
  va_end(list);

  Buffer line = {0};
  log_begin(&line);
  buffer_format(&line, ",\"event\":\"%s\",\"message\":", event);
  buffer_json(&line, message, strlen(message));
  log_write(&line);
  buffer_free(&line);
}

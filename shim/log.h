/* Lines on standard error: JSON while serving, so that a collector can read
** them; plain "scimd: ..." for a person who typed a command. */
#ifndef SHIM_LOG_H
#define SHIM_LOG_H

#include "buffer.h"

/* "scimd: <message>" for a person. */
void log_complaint(const char *format, ...) BUFFER_PRINTF(1, 2);

/* {"time":"...","event":"<event>","message":"..."} */
void log_event(const char *event, const char *format, ...) BUFFER_PRINTF(2, 3);

/* Starts a JSON line: {"time":"..." -- the caller appends members, each with
** a comma before it, and ends with log_write, which closes the object. */
void log_begin(Buffer *line);
void log_write(Buffer *line);

#endif

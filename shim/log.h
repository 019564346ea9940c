/*
** log.h: lines on standard error.
**
** JSON while serving, so that a collector can read them; plain "scimd: ..."
** for a person who has typed a command.
*/
#ifndef SHIM_LOG_H
#define SHIM_LOG_H

#include <stdio.h>

#include "output.h"

/* Prints the text as a part of a line, for a person: what would move the
** cursor, or tell the terminal something else, and may come from a client, is a
** question mark, a newline too. */
void log_shown(FILE *file, const char *text);

/* "scimd: <message>", for a person, on one line whatever is quoted in it. */
void log_complaint(const char *format, ...) OUTPUT_PRINTF(1, 2);

/* {"time":"...","event":"<event>","message":"..."}; a long message is cut. */
void log_event(const char *event, const char *format, ...) OUTPUT_PRINTF(2, 3);

/* Begins a line with {"time":"...". The caller appends members, each with a
** comma before it, and ends with log_write, which closes the object. */
void log_begin(Output *line);
void log_write(Output *line);

#endif

/*
** csv.h: rows of RFC 4180: commas, quotes, newlines within quotes.
**
** Lines may end in LF, CR LF or CR, the last one in nothing; a byte order mark
** at the start of the file is passed over. Bytes are bytes: what a cell means,
** and whether it is UTF-8, is for the caller to say.
*/
#ifndef SHIM_CSV_H
#define SHIM_CSV_H

#include <stdio.h>

#include "output.h"

/* What a row may have: as many bytes as the body of a request, and a number of
** cells that no table of people comes near. */
#define CSV_BYTES (16u << 20)
#define CSV_CELLS 10000u

typedef struct Csv {
  FILE *file;          /* the caller's; {.file = f, .line = 1} begins */
  long line;           /* that is read next, from 1 */
  long row;            /* the line in which the last row began */
  Output bytes;        /* of the cells, one behind the other */
  size_t *ends;        /* where each of them ends */
  size_t count;        /* of cells */
  size_t capacity;     /* of ends */
  const char *mistake; /* why the row is none, or NULL; it has been passed
                          over to its end */
} Csv;

/* Reads a row. Returns false at the end of the file, or when it cannot be read
** (ferror tells). Lines without a byte in them are no rows. */
bool csv_read(Csv *csv);

/* The cell of that number; *size becomes its bytes. */
const char *csv_cell(const Csv *csv, size_t number, size_t *size);

/* Leaves an empty reader; the file is the caller's. */
void csv_free(Csv *csv);

/* Appends a cell, in quotes where it needs them. */
void csv_write(Output *line, const char *text, size_t size);

#endif

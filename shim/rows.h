/*
** rows.h: the rows of a file that is imported, whatever its format.
**
** A row is a JSON object whose names are paths of SCIM. Of a CSV file it has
** the texts of the cells, by the names in the first row; of NDJSON (the name of
** the file ends in .ndjson, .jsonl or .json) it is the line.
*/
#ifndef SHIM_ROWS_H
#define SHIM_ROWS_H

#include "csv.h"

typedef enum RowsFormat { ROWS_CSV, ROWS_NDJSON } RowsFormat;

/* What a row may be without, and a failed one has besides. */
#define ROWS_REASON "reason"

typedef struct Rows {
  RowsFormat format;
  Csv csv;             /* NDJSON uses its line and bytes */
  Output *names;       /* of the columns; none in NDJSON */
  size_t count;        /* of names */
  Output json;         /* the row, a C string */
  long line;           /* in which it begins */
  const char *mistake; /* why it is none, or NULL */
  long long size;      /* bytes of the file, or 0 if nobody knows */
} Rows;

/* The format that a name stands for. */
RowsFormat rows_format(const char *path);

/* Opens a file and reads the names of its columns. Returns false, with the
** reason in complaint, if there are none. Close it in either case. */
bool rows_open(Rows *rows, const char *path, Output *complaint);

/* Is there a column of that name, in any case? In NDJSON there may be. */
bool rows_has(const Rows *rows, const char *name);

/* Reads the next row. Returns false at the end of the file, and with a
** complaint when it cannot be read any further. */
bool rows_next(Rows *rows, Output *complaint);

/* How many bytes have been read. */
long long rows_position(const Rows *rows);

/* The names of the columns as the first line of a file of failures, with that
** of the reason before them; nothing for NDJSON. */
void rows_write_names(const Rows *rows, Output *line);

/* The row as it was read, with the reason: to be mended, and read again. The
** reason comes first, and only needs to know of which form the rows are; behind
** it comes what the row is. */
void rows_write_reason(RowsFormat format, const char *reason, Output *line);
void rows_write_rest(const Rows *rows, Output *line);

void rows_close(Rows *rows);

#endif

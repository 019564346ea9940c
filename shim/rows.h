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

/* What a row may be without, and a failed one has besides: a column of this
** name. Where a type has an attribute that is called so, the other one, which
** none can be called (RFC 7643 section 2.1). */
#define ROWS_REASON "reason"
#define ROWS_OTHER_REASON "(reason)"

typedef struct Rows {
  RowsFormat format;
  Csv csv;             /* NDJSON uses its line and bytes */
  Output *names;       /* of the columns; none in NDJSON */
  size_t count;        /* of names */
  const char *reason;  /* ROWS_REASON, until it is said otherwise */
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
** reason comes first; behind it comes what the row is. */
void rows_write_reason(const Rows *rows, const char *reason, Output *line);
void rows_write_rest(const Rows *rows, Output *line);

void rows_close(Rows *rows);

#endif

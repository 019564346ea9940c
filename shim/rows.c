/*
** rows.c: see rows.h.
**
** HOW IT WORKS
**
** Each row is read into memory that the next one uses again, and no more than
** one is held. What cannot be a row (a NUL, bytes that are no UTF-8, a number
** of cells that is not that of the names) is told by `mistake`, and the next
** one is read as if nothing had been: bad rows cost themselves alone. The cell
** of an earlier reason is passed over, so that a mended file of failures is
** read as it is.
*/
#define _POSIX_C_SOURCE 200809L
#include "rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

/*
** Text.
*/

/* How many bytes a character has that begins with this one; 0: none does. */
static size_t rows_length(unsigned char first) {
  if (first < 0x80) return first != 0;
  if (first >= 0xc2 && first < 0xe0) return 2;
  if (first >= 0xe0 && first < 0xf0) return 3;
  return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

/* Is it UTF-8 without NUL (RFC 3629)? The second byte tells what is overlong,
** half a pair of surrogates, or beyond U+10FFFF. */
static bool rows_is_text(const char *text, size_t size) {
  const unsigned char *at = (const unsigned char *)text;
  const unsigned char *end = at + size;
  while (at < end) {
    size_t length = rows_length(*at);
    if (length == 0 || length > (size_t)(end - at)) return false;
    for (size_t i = 1; i < length; i++)
      if ((at[i] & 0xc0) != 0x80) return false;
    if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) ||
        (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f))
      return false;
    at += length;
  }
  return true;
}

/* A quoted JSON string (RFC 8259 section 7) of what is UTF-8 already. */
static void rows_write_string(Output *json, const char *text, size_t size) {
  size_t start = 0;
  output_text(json, "\"");
  for (size_t i = 0; i < size; i++) {
    unsigned char byte = (unsigned char)text[i];
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    output_bytes(json, text + start, i - start);
    output_format(json, "\\u%04x", byte);
    start = i + 1;
  }
  output_bytes(json, text + start, size - start);
  output_text(json, "\"");
}

/*
** Names.
*/

/* By the name, since who exports has chosen that; what is neither is CSV, as
** text files of spreadsheets have all kinds of names. */
RowsFormat rows_format(const char *path) {
  const char *dot = strrchr(path, '.');
  if (!dot) return ROWS_CSV;
  return strcasecmp(dot, ".ndjson") == 0 || strcasecmp(dot, ".jsonl") == 0 ||
                 strcasecmp(dot, ".json") == 0
             ? ROWS_NDJSON
             : ROWS_CSV;
}

/* Names are compared as SCIM compares those of attributes, without case (RFC
** 7643 section 2.1). */
bool rows_has(const Rows *rows, const char *name) {
  for (size_t i = 0; i < rows->count; i++)
    if (strcasecmp(rows->names[i].data, name) == 0) return true;
  return rows->format == ROWS_NDJSON;
}

/* Is the column that of an earlier reason? */
static bool rows_is_reason(const Rows *rows, size_t column) {
  return strcasecmp(rows->names[column].data, rows->reason) == 0;
}

/* Keeps one name without the blanks around it. */
static bool rows_add_name(Rows *rows, size_t column, Output *complaint) {
  size_t size;
  const char *text = csv_cell(&rows->csv, column, &size);
  while (size && text[0] == ' ') text++, size--;
  while (size && text[size - 1] == ' ') size--;
  if (!size)
    output_format(complaint, "column %zu has no name", column + 1);
  else if (!rows_is_text(text, size))
    output_text(complaint, "the names of the columns are not UTF-8");
  if (complaint->size) return false;
  output_bytes(&rows->names[column], text, size);
  const char *name = output_terminate(&rows->names[column]);
  bool again = rows_has(rows, name);
  if (again) {
    output_format(complaint, "the column %s is there twice", name);
    output_free(&rows->names[column]);
  }
  rows->count += !again;
  return !again;
}

/* The names of CSV, or a complaint for the first that cannot be one. How many
** there are is counted as they are read, so that closing frees no more. */
static bool rows_read_names(Rows *rows, Output *complaint) {
  bool read = csv_read(&rows->csv);
  if (ferror(rows->csv.file)) {
    output_format(complaint, "the file cannot be read: %s", strerror(errno));
    return false;
  }
  if (!read || rows->csv.mistake) {
    output_format(complaint, "the first row has no names: %s",
                  rows->csv.mistake ? rows->csv.mistake : "there is none");
    return false;
  }
  rows->names = calloc(rows->csv.count, sizeof *rows->names);
  if (!rows->names) output_text(complaint, "out of memory");
  for (size_t i = 0; i < rows->csv.count && complaint->size == 0; i++)
    rows_add_name(rows, i, complaint);
  return complaint->size == 0;
}

/* The size is for the progress alone: of a pipe there is none. */
bool rows_open(Rows *rows, const char *path, Output *complaint) {
  struct stat status;
  *rows = (Rows){
      .format = rows_format(path), .reason = ROWS_REASON, .csv = {.line = 1}};
  rows->csv.file = fopen(path, "r");
  if (!rows->csv.file || fstat(fileno(rows->csv.file), &status)) {
    output_format(complaint, "cannot read %s: %s", path, strerror(errno));
    return false;
  }
  if (S_ISREG(status.st_mode)) rows->size = status.st_size;
  return rows->format == ROWS_NDJSON || rows_read_names(rows, complaint);
}

/* Also of what was opened in part. */
void rows_close(Rows *rows) {
  for (size_t i = 0; rows->names && i < rows->count; i++)
    output_free(&rows->names[i]);
  free(rows->names);
  output_free(&rows->json);
  if (rows->csv.file) fclose(rows->csv.file);
  csv_free(&rows->csv);
  *rows = (Rows){0};
}

/*
** Rows.
*/

/* The cells of a row of CSV as an object. */
static void rows_read_cells(Rows *rows) {
  const char *separator = "{";
  if (rows->csv.count != rows->count) {
    rows->mistake = "the row has another number of cells than the first";
    return;
  }
  for (size_t i = 0; i < rows->count; i++) {
    size_t size;
    const char *text = csv_cell(&rows->csv, i, &size);
    if (rows_is_reason(rows, i)) continue;
    if (!rows_is_text(text, size)) rows->mistake = "the row is not UTF-8";
    output_text(&rows->json, separator);
    rows_write_string(&rows->json, rows->names[i].data,
                      rows->names[i].size - 1);
    output_text(&rows->json, ":");
    rows_write_string(&rows->json, text, size);
    separator = ",";
  }
  output_text(&rows->json, *separator == '{' ? "{}" : "}");
}

/* A line that is not empty, without its end. */
static bool rows_read_line(Csv *csv) {
  int byte;
  output_clear(&csv->bytes);
  csv->mistake = NULL;
  while ((byte = getc_unlocked(csv->file)) == '\n' || byte == '\r')
    csv->line += byte == '\n';
  csv->row = csv->line;
  if (byte == EOF) return false;
  for (; byte != EOF && byte != '\n'; byte = getc_unlocked(csv->file)) {
    char one = (char)byte;
    if (csv->bytes.size < CSV_BYTES)
      output_bytes(&csv->bytes, &one, 1);
    else
      csv->mistake = "the line is over 16 MiB";
  }
  csv->line += byte == '\n';
  return true;
}

/* What is no JSON is found by whoever reads it. */
static void rows_take_line(Rows *rows) {
  const char *text = rows->csv.bytes.data;
  size_t size = rows->csv.bytes.size;
  if (rows->csv.row == 1 && size > 2 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
    text += 3, size -= 3;
  if (!rows_is_text(text, size)) rows->mistake = "the line is not UTF-8";
  output_bytes(&rows->json, text, size);
}

/* The row is read in the form of its file, then made JSON. One with a mistake
** has no JSON, but its cells are still there for the file of failures. */
bool rows_next(Rows *rows, Output *complaint) {
  bool csv = rows->format == ROWS_CSV;
  bool found = csv ? csv_read(&rows->csv) : rows_read_line(&rows->csv);
  if (ferror(rows->csv.file)) {
    output_format(complaint, "the file cannot be read: %s", strerror(errno));
    return false;
  }
  output_clear(&rows->json);
  rows->line = rows->csv.row;
  rows->mistake = rows->csv.mistake;
  if (!found || rows->mistake) return found;
  if (csv)
    rows_read_cells(rows);
  else
    rows_take_line(rows);
  output_terminate(&rows->json);
  if (rows->json.failed) rows->mistake = "there is no memory for the row";
  return true;
}

/* What stdio has read ahead is not counted; a pipe has no position, and says
** -1, of which no progress comes. */
long long rows_position(const Rows *rows) { return ftello(rows->csv.file); }

/*
** Failures.
*/

/* The reason is in front, where it is seen first, and where it stands right
** even if the row has too many cells or too few. */
void rows_write_names(const Rows *rows, Output *line) {
  if (rows->format == ROWS_NDJSON) return;
  output_text(line, rows->reason);
  for (size_t i = 0; i < rows->count; i++) {
    if (rows_is_reason(rows, i)) continue;
    output_text(line, ",");
    csv_write(line, rows->names[i].data, rows->names[i].size - 1);
  }
  output_text(line, "\n");
}

/* The reason becomes the first member of the line if that is an object, before
** that of an earlier time: neither counts when it is read. What is none becomes
** a member itself. */
void rows_write_reason(const Rows *rows, const char *reason, Output *line) {
  if (rows->format == ROWS_NDJSON) {
    output_format(line, "{\"%s\":", rows->reason);
    rows_write_string(line, reason, strlen(reason));
  } else {
    csv_write(line, reason, strlen(reason));
  }
}

/* The end of a line about a row of NDJSON: its members beside those that are
** there, or its text as a string if it is no object. */
static void rows_write_line(const Rows *rows, Output *line) {
  const char *text = rows->csv.bytes.data;
  size_t size = rows->csv.bytes.size;
  output_text(line, ",");
  if (rows->mistake || text[0] != '{') {
    output_text(line, "\"line\":");
    output_json(line, text, size);
    output_text(line, "}");
  } else {
    output_bytes(line, text + 1, size - 1);
  }
  output_text(line, "\n");
}

/* The cells as they were, also those that are no UTF-8, or too many: what is
** wrong with a row must be there to be mended. */
void rows_write_rest(const Rows *rows, Output *line) {
  if (rows->format == ROWS_NDJSON) {
    rows_write_line(rows, line);
    return;
  }
  for (size_t i = 0; i < rows->csv.count; i++) {
    size_t size;
    const char *text = csv_cell(&rows->csv, i, &size);
    if (i < rows->count && rows_is_reason(rows, i)) continue;
    output_text(line, ",");
    csv_write(line, text, size);
  }
  output_text(line, "\n");
}

/*
** csv.c: see csv.h.
**
** HOW IT WORKS
**
** A byte at a time, with one byte put back at most. A cell is read by one of
** two loops, quoted or not, each of which returns the byte that ended it: a
** comma, a newline (for every kind of end of a line) or EOF. A row that is too
** large is read on to its end without being kept, so that the next one is
** found. A quote within a cell that did not begin with one is a byte like
** others, as most programs have it.
*/
#define _POSIX_C_SOURCE 200809L
#include "csv.h"

#include <stdlib.h>
#include <string.h>

/* Counts lines, within quotes as well. */
static int csv_next(Csv *csv) {
  int byte = getc_unlocked(csv->file);
  if (byte == '\n') csv->line++;
  return byte;
}

/* Is the byte the end of a line? Takes the LF behind a CR with it. */
static bool csv_is_end(Csv *csv, int byte) {
  if (byte != '\r') return byte == '\n';
  int next = csv_next(csv);
  if (next != '\n') {
    csv->line++;
    if (next != EOF) ungetc(next, csv->file);
  }
  return true;
}

/* The first mistake is told. What comes behind it is kept all the same: it goes
** into the file of failures, to be mended. */
static void csv_blame(Csv *csv, const char *mistake) {
  if (!csv->mistake) csv->mistake = mistake;
}

/* Appends a byte to the cell; those beyond the limit are read over, so that the
** row costs no more memory than any other. */
static void csv_keep(Csv *csv, int byte) {
  char one = (char)byte;
  if (csv->bytes.size == CSV_BYTES)
    csv_blame(csv, "the row is over 16 MiB");
  else
    output_bytes(&csv->bytes, &one, 1);
}

/* A cell without quotes, of which the first byte is read already. Blanks are
** part of it, as RFC 4180 section 2.4 has it. */
static int csv_read_plain(Csv *csv, int byte) {
  for (;; byte = csv_next(csv)) {
    if (byte == ',' || byte == EOF) return byte;
    if (csv_is_end(csv, byte)) return '\n';
    csv_keep(csv, byte);
  }
}

/* Behind the opening quote. Two quotes are one; what follows a single one must
** end the cell, and if it does not, is read over to where a plain one ends. */
static int csv_read_quoted(Csv *csv) {
  for (;;) {
    int byte = csv_next(csv);
    if (byte == '"') {
      byte = csv_next(csv);
      if (csv_is_end(csv, byte)) return '\n';
      if (byte == ',' || byte == EOF) return byte;
      if (byte != '"') {
        csv_blame(csv, "there is text behind a closing quote");
        return csv_read_plain(csv, byte);
      }
    } else if (byte == EOF) {
      csv_blame(csv, "a quote is not closed");
      return EOF;
    }
    csv_keep(csv, byte);
  }
}

/* The cell that was read last is kept. */
static void csv_end_cell(Csv *csv) {
  if (csv->count == csv->capacity && csv->count < CSV_CELLS) {
    size_t capacity = csv->capacity ? 2 * csv->capacity : 32;
    size_t *ends = realloc(csv->ends, capacity * sizeof *ends);
    if (ends) {
      csv->ends = ends;
      csv->capacity = capacity;
    }
  }
  if (csv->count == CSV_CELLS || csv->count == csv->capacity)
    csv_blame(csv, "the row has more than 10,000 cells");
  else
    csv->ends[csv->count++] = csv->bytes.size;
}

/* The three bytes that some programs for Windows begin UTF-8 with. */
static void csv_skip_mark(Csv *csv) {
  static const char mark[] = "\xef\xbb\xbf";
  for (int i = 0; i < 3; i++) {
    int byte = getc_unlocked(csv->file);
    if (byte == (unsigned char)mark[i]) continue;
    if (byte != EOF) ungetc(byte, csv->file);
    return; /* no header begins with a part of the mark */
  }
}

/* The first byte of the next row, which is not at the end of a line. */
static int csv_find_row(Csv *csv) {
  if (csv->line == 1 && csv->row == 0) csv_skip_mark(csv);
  int byte;
  do {
    csv->row = csv->line;
    byte = csv_next(csv);
  } while (byte != EOF && csv_is_end(csv, byte));
  return byte;
}

/* Cells until one ends with something else than a comma. A row that is only
** an empty cell in quotes is one, a line without a byte is not. */
bool csv_read(Csv *csv) {
  output_clear(&csv->bytes);
  csv->count = 0;
  csv->mistake = NULL;
  int byte = csv_find_row(csv);
  if (byte == EOF) return false;
  for (;;) {
    int end = byte == '"' ? csv_read_quoted(csv) : csv_read_plain(csv, byte);
    csv_end_cell(csv);
    if (end != ',') break;
    byte = csv_next(csv);
  }
  if (csv->bytes.failed) csv_blame(csv, "there is no memory for the row");
  return true;
}

const char *csv_cell(const Csv *csv, size_t number, size_t *size) {
  size_t start = number ? csv->ends[number - 1] : 0;
  *size = csv->ends[number] - start;
  return *size ? csv->bytes.data + start : "";
}

/* Also of one that was never read from. */
void csv_free(Csv *csv) {
  output_free(&csv->bytes);
  free(csv->ends);
  *csv = (Csv){0};
}

/* Blanks at an end are kept only within quotes by some programs. An empty text
** and none are the same, so that it needs no quotes. */
static bool csv_is_plain(const char *text, size_t size) {
  for (size_t i = 0; i < size; i++)
    if (strchr(",\"\r\n", text[i])) return false; /* a NUL is found, too */
  return !size || (text[0] != ' ' && text[size - 1] != ' ');
}

/* A quote is written as two (RFC 4180 section 2.7); what is between two of them
** goes out in one piece. */
void csv_write(Output *line, const char *text, size_t size) {
  if (csv_is_plain(text, size)) {
    output_bytes(line, text, size);
    return;
  }
  output_text(line, "\"");
  for (size_t start = 0, i = 0; i <= size; i++) {
    if (i < size && text[i] != '"') continue;
    output_bytes(line, text + start, i - start);
    output_text(line, i < size ? "\"\"" : "\"");
    start = i + 1;
  }
}

/*
** csv_test.c: rows of CSV (shim/csv.c), as RFC 4180 has them and as others
** write them.
*/
#include "../../shim/csv.c"
#include "../../shim/output.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* What cmocka needs comes before it. */
#include <cmocka.h>

/* A file with these bytes in it. */
static FILE *file_of(const void *bytes, size_t size) {
  FILE *file = tmpfile();
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, size, file), size);
  rewind(file);
  return file;
}

/* All rows as one text: cells between brackets, rows with a slash behind them,
** the mistake of one after an exclamation mark. */
static const char *read_all(const char *bytes, size_t size) {
  static Output seen;
  Csv csv = {.file = file_of(bytes, size), .line = 1};
  output_clear(&seen);
  while (csv_read(&csv)) {
    for (size_t i = 0; i < csv.count; i++) {
      size_t length;
      const char *cell = csv_cell(&csv, i, &length);
      output_text(&seen, "[");
      output_bytes(&seen, cell, length);
      output_text(&seen, "]");
    }
    if (csv.mistake) output_format(&seen, "!%s", csv.mistake);
    output_format(&seen, "/%ld ", csv.row);
  }
  fclose(csv.file);
  csv_free(&csv);
  return output_terminate(&seen);
}

/* assert_string_equal(read_all(…)) of a constant. */
#define READS(text, want)                                                      \
  assert_string_equal(read_all((text), sizeof(text) - 1), (want))

static void cells_are_between_commas(void **state) {
  (void)state;
  READS("a,b\nc,d\n", "[a][b]/1 [c][d]/2 ");
  READS("a,,\n", "[a][][]/1 ");
  READS(" a , b\n", "[ a ][ b]/1 ");
}

static void the_last_line_may_have_no_end(void **state) {
  (void)state;
  READS("a,b", "[a][b]/1 ");
  READS("a,", "[a][]/1 ");
  READS("\"a\"", "[a]/1 ");
}

static void a_line_ends_in_lf_or_cr_or_both(void **state) {
  (void)state;
  READS("a\r\nb\rc\nd", "[a]/1 [b]/2 [c]/3 [d]/4 ");
  READS("\"a\"\r\n\"b\"\r\"c\"", "[a]/1 [b]/2 [c]/3 ");
}

static void quotes_hold_commas_newlines_and_quotes(void **state) {
  (void)state;
  READS("\"a,b\",\"c\nd\"\ne", "[a,b][c\nd]/1 [e]/3 ");
  READS("\"say \"\"hi\"\"\",\"\"", "[say \"hi\"][]/1 ");
  READS("\"a\r\nb\"", "[a\r\nb]/1 ");
}

static void a_quote_within_a_plain_cell_is_a_byte(void **state) {
  (void)state;
  READS("5\" pipe,b", "[5\" pipe][b]/1 ");
}

static void lines_without_a_byte_are_no_rows(void **state) {
  (void)state;
  READS("\n\na\n\r\n\r\nb\n\n", "[a]/3 [b]/6 ");
  READS("", "");
  READS("\n\n", "");
}

static void a_byte_order_mark_is_passed_over(void **state) {
  (void)state;
  READS("\xef\xbb\xbf"
        "a,b\nc",
        "[a][b]/1 [c]/2 ");
  READS("\xef\xbb\xbf\"a\"", "[a]/1 ");
  READS("a\n\xef\xbb\xbf"
        "b",
        "[a]/1 [\xef\xbb\xbf"
        "b]/2 ");
}

static void a_mistake_costs_one_row(void **state) {
  (void)state;
  READS("\"a\"b,c\nd", "[ab][c]!there is text behind a closing quote/1 [d]/2 ");
  READS("a\n\"b,c\nd", "[a]/1 [b,c\nd]!a quote is not closed/2 ");
}

static void a_nul_is_a_byte(void **state) {
  (void)state;
  Csv csv = {.file = file_of("a\0b,c", 5), .line = 1};
  size_t size;
  assert_true(csv_read(&csv));
  assert_memory_equal(csv_cell(&csv, 0, &size), "a\0b", 3);
  assert_int_equal(size, 3);
  fclose(csv.file);
  csv_free(&csv);
}

static void a_row_has_a_largest_size_and_the_next_is_read(void **state) {
  (void)state;
  size_t size = CSV_BYTES + 100;
  char *text = malloc(size + 4);
  assert_non_null(text);
  memset(text, 'x', size);
  memcpy(text + size, "\nb,c", 4);
  Csv csv = {.file = file_of(text, size + 4), .line = 1};
  assert_true(csv_read(&csv));
  assert_string_equal(csv.mistake, "the row is over 16 MiB");
  assert_true(csv_read(&csv));
  assert_null(csv.mistake);
  assert_int_equal(csv.count, 2);
  fclose(csv.file);
  csv_free(&csv);
  free(text);
}

static void a_row_has_a_largest_number_of_cells(void **state) {
  (void)state;
  char text[CSV_CELLS + 3];
  memset(text, ',', CSV_CELLS + 1);
  memcpy(text + CSV_CELLS + 1, "\nb", 2);
  Csv csv = {.file = file_of(text, sizeof text), .line = 1};
  assert_true(csv_read(&csv));
  assert_string_equal(csv.mistake, "the row has more than 10,000 cells");
  assert_true(csv_read(&csv));
  assert_null(csv.mistake);
  fclose(csv.file);
  csv_free(&csv);
}

/* Cells of every length up to six, of the bytes that mean something. */
static void what_is_written_is_read(void **state) {
  (void)state;
  static const char bytes[] = ",\"\n\r a\0b";
  const char *given = getenv("SCIM_CASES");
  long cases = given ? atol(given) : 3000;
  unsigned seed = 4711;
  for (long i = 0; i < cases; i++) {
    char cells[4][6];
    size_t sizes[4], count = 2 + (size_t)i % 3, size;
    Output line = {0};
    for (size_t c = 0; c < count; c++) {
      sizes[c] = (seed = seed * 1103515245u + 12345u) >> 16 & 7;
      if (sizes[c] > 6) sizes[c] = 6;
      for (size_t b = 0; b < sizes[c]; b++)
        cells[c][b] =
            bytes[((seed = seed * 1103515245u + 12345u) >> 16) % sizeof bytes];
      if (c) output_text(&line, ",");
      csv_write(&line, cells[c], sizes[c]);
    }
    Csv csv = {.file = file_of(line.data, line.size), .line = 1};
    assert_true(csv_read(&csv));
    assert_null(csv.mistake);
    assert_int_equal(csv.count, count);
    for (size_t c = 0; c < count; c++) {
      const char *cell = csv_cell(&csv, c, &size);
      assert_int_equal(size, sizes[c]);
      assert_memory_equal(cell, cells[c], size);
    }
    assert_false(csv_read(&csv));
    fclose(csv.file);
    csv_free(&csv);
    output_free(&line);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(cells_are_between_commas),
      cmocka_unit_test(the_last_line_may_have_no_end),
      cmocka_unit_test(a_line_ends_in_lf_or_cr_or_both),
      cmocka_unit_test(quotes_hold_commas_newlines_and_quotes),
      cmocka_unit_test(a_quote_within_a_plain_cell_is_a_byte),
      cmocka_unit_test(lines_without_a_byte_are_no_rows),
      cmocka_unit_test(a_byte_order_mark_is_passed_over),
      cmocka_unit_test(a_mistake_costs_one_row),
      cmocka_unit_test(a_nul_is_a_byte),
      cmocka_unit_test(a_row_has_a_largest_size_and_the_next_is_read),
      cmocka_unit_test(a_row_has_a_largest_number_of_cells),
      cmocka_unit_test(what_is_written_is_read),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

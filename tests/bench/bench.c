/* See bench.h. */
#define _POSIX_C_SOURCE 200809L
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void give_up(const char *what, const char *why) {
  fprintf(stderr, "bench: %s: %s\n", what, why);
  exit(1);
}

void *allocate(size_t count, size_t size) {
  void *memory = calloc(count ? count : 1, size);
  if (!memory) give_up("memory", "there is no more");
  return memory;
}

char *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  if (!file || fseek(file, 0, SEEK_END) != 0) give_up(path, "cannot be read");
  long end = ftell(file);
  rewind(file);
  char *text = allocate((size_t)end + 1, 1);
  if (fread(text, 1, (size_t)end, file) != (size_t)end)
    give_up(path, "cannot be read");
  fclose(file);
  *size = (size_t)end;
  return text;
}

/* Ends the word at *at and steps over the blank behind it. */
static char *cut_word(char **at) {
  char *word = *at;
  *at += strcspn(word, " ");
  if (**at) *(*at)++ = '\0';
  return word;
}

Lines read_lines(const char *path) {
  size_t size;
  char *at = read_file(path, &size);
  Lines lines = {NULL, 0};
  for (size_t i = 0; i < size; i++) lines.count += at[i] == '\n';
  lines.items = allocate(lines.count, sizeof(Line));
  for (size_t i = 0; i < lines.count; i++) {
    char *end = strchr(at, '\n');
    *end = '\0';
    lines.items[i].method = cut_word(&at);
    lines.items[i].target = cut_word(&at);
    lines.items[i].body = at;
    at = end + 1;
  }
  if (lines.count == 0) give_up(path, "has no requests");
  return lines;
}

double seconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

void report(double elapsed, double *latencies, size_t count) {
  qsort(latencies, count, sizeof *latencies, compare);
  printf("%.0f %.0f %.0f\n", (double)count / elapsed,
         latencies[count / 2] * 1e6, latencies[count * 99 / 100] * 1e6);
}

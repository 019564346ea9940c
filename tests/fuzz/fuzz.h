/*
** fuzz.h: what the targets of libFuzzer share. Each is a file NAME_fuzz.c with
** one function, fuzz_one, which is given bytes and must come back; what it
** finds wrong besides memory it says by fuzz_wrong, which ends the program, so
** that libFuzzer keeps the bytes.
**
** Built by clang with -fsanitize=fuzzer,address,undefined: make fuzz. The
** programs are run from the top of the repository, whose schemas they read.
*/
#ifndef SCIM_FUZZ_H
#define SCIM_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../ext/text/text.h"

/* What libFuzzer calls; the name is its own. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Says what is not as it must be, with both sides of it, and ends. */
static inline void fuzz_wrong(const char *sentence, Text got, Text want) {
  fprintf(stderr, "not ok - %s\n  got:  %.*s\n  want: %.*s\n", sentence,
          TEXT_ARG(got), TEXT_ARG(want));
  abort();
}

static inline void fuzz_check(const char *sentence, bool holds, Text about) {
  if (!holds) fuzz_wrong(sentence, about, text_of("otherwise"));
}

static inline void fuzz_equal(const char *sentence, Text got, Text want) {
  if (!text_equal(got, want)) fuzz_wrong(sentence, got, want);
}

/* Cuts the text at the first line that is the mark alone, and returns what is
** before it. Without such a line that is all, and *text becomes no text. */
static inline Text fuzz_part(Text *text, Text mark) {
  Text all = *text;
  for (size_t i = 0; i + mark.size + 2 <= all.size; i++) {
    if (all.data[i] != '\n' || all.data[i + mark.size + 1] != '\n' ||
        memcmp(all.data + i + 1, mark.data, mark.size) != 0)
      continue;
    *text = text_after(all, i + mark.size + 2);
    return text_first(all, i);
  }
  *text = NO_TEXT;
  return all;
}

/* Cuts off the first line, without its end. */
static inline Text fuzz_line(Text *text) {
  const char *end = text->size ? memchr(text->data, '\n', text->size) : NULL;
  size_t size = end ? (size_t)(end - text->data) : text->size;
  Text line = text_first(*text, size);
  *text = text_after(*text, size + (end != NULL));
  return line;
}

#endif

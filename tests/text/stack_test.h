/*
** stack_test.h: how much stack a function takes. Threads of HTTP servers, of
** musl, Go and Java have small ones, and how long or deep something is, is up
** to the client.
**
** The function runs in a thread whose stack is filled with a pattern before;
** what of it is overwritten afterwards was in use. Include it first.
*/
#ifndef SCIM_STACK_TEST_H
#define SCIM_STACK_TEST_H

#define _XOPEN_SOURCE 700 /* pthread_attr_setstack */
#include <pthread.h>
#include <stdlib.h>

#include "text_test.h"

/* What a thread has left behind on its stack, valgrind would not let us read.
 */
#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#else
#define VALGRIND_MAKE_MEM_DEFINED(address, size) (void)(address), (void)(size)
#endif

#define STACK_SIZE (8 << 20) /* so that too much is a number, not a crash */
#define STACK_PATTERN 0xA5

/* A sanitizer puts space around variables; a frame of s390x begins with 160
** bytes for the registers of whom it calls. */
#ifdef __SANITIZE_ADDRESS__
#define STACK_FACTOR 8
#elif defined(__s390x__)
#define STACK_FACTOR 2
#else
#define STACK_FACTOR 1
#endif

/* The bytes of stack that the function takes, the thread's own included. */
static inline size_t stack_of(void *(*function)(void *), void *data) {
  pthread_t thread;
  pthread_attr_t attributes;
  unsigned char *stack = aligned_alloc(4096, STACK_SIZE);
  if (!stack) fail_msg("out of memory");
  memset(stack, STACK_PATTERN, STACK_SIZE);
  assert_int_equal(pthread_attr_init(&attributes), 0);
  assert_int_equal(pthread_attr_setstack(&attributes, stack, STACK_SIZE), 0);
  assert_int_equal(pthread_create(&thread, &attributes, function, data), 0);
  assert_int_equal(pthread_join(thread, NULL), 0);
  pthread_attr_destroy(&attributes);
  VALGRIND_MAKE_MEM_DEFINED(stack, STACK_SIZE);
  size_t unused = 0;
  while (unused < STACK_SIZE && stack[unused] == STACK_PATTERN) unused++;
  free(stack);
  return STACK_SIZE - unused;
}

/* Expects that the function takes no more than so many KiB of stack. */
static inline void expect_stack(const char *sentence, void *(*function)(void *),
                                void *data, size_t limit) {
  size_t used = stack_of(function, data);
  if (used <= limit * 1024 * STACK_FACTOR) return;
  unmet++;
  print_error("not ok - %s\n  got:  %zu bytes of stack\n"
              "  want: at most %zu\n",
              sentence, used, limit * 1024 * STACK_FACTOR);
}

#endif

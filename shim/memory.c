/*
** memory.c: see memory.h.
**
** The C library keeps what is freed: between requests of the usual size that
** saves the time to get it again. But what an unusual one was made of lies in
** many small pieces, in whichever heap its thread had, and would be kept for
** ever. Which request is unusual shows in nothing that it asks for: a page of
** small users, or a search with thousands of names, takes as much as a large
** reply. So it is the process that is looked at: when more of it is in memory
** than ever was when it had given back what it could, it is time to do so; and
** if that was in vain, since all of it is in use, it is tried less often.
**
** To give back takes milliseconds, and is done behind a reply.
*/
#define _POSIX_C_SOURCE 200809L
#include "memory.h"

#include <stdlib.h> /* tells whose C library it is */

#ifdef __GLIBC__

#include <fcntl.h>
#include <malloc.h>
#include <stdatomic.h>
#include <unistd.h>

#include "moment.h"

#define MEMORY_PERIOD 1000   /* milliseconds between two looks, */
#define MEMORY_IN_VAIN 5000  /* and after one that was in vain */
#define MEMORY_GROWTH 16384L /* kilobytes more than the least */
#define MEMORY_GAIN 4096L    /* kilobytes: less is in vain */
#define MEMORY_LEFT 65536u   /* bytes that each heap may keep at its end */

static atomic_llong memory_next; /* look, in milliseconds */
static atomic_long memory_least; /* kilobytes in memory, after giving back */

/* Kilobytes of the process that are in memory (proc(5), statm: the second
** number); 0 if nobody tells. */
static long memory_resident(void) {
  char text[100], *second;
  int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  ssize_t size = read(file, text, sizeof text - 1);
  close(file);
  if (size <= 0) return 0;
  text[size] = '\0';
  strtol(text, &second, 10);
  return strtol(second, NULL, 10) * (sysconf(_SC_PAGESIZE) / 1024);
}

/* Two threads may be here at the same time, which does no harm. */
void memory_tidy(bool at_once) {
  long long now = moment_milliseconds(), pause = MEMORY_PERIOD;
  if (!at_once && now < atomic_load(&memory_next)) return;
  atomic_store(&memory_next, now + pause);
  long before = memory_resident(), least = atomic_load(&memory_least);
  long after = before;
  if (before - least >= MEMORY_GROWTH) {
    malloc_trim(MEMORY_LEFT);
    after = memory_resident();
    if (before - after < MEMORY_GAIN) pause = MEMORY_IN_VAIN;
    atomic_store(&memory_next, now + pause);
  }
  if (!least || after < least) atomic_store(&memory_least, after);
}

#else

void memory_tidy(bool at_once) { (void)at_once; }

#endif

/* LD_PRELOAD=sync.so BENCH_SYNC=MICROSECONDS program: a disk whose every sync
** takes as long as is said, no more and no less, so that figures can be
** compared from run to run. Data is not written through: with the files in
** memory (/dev/shm) nothing else but this is waited for. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>

/* The kernel would wake a sleeper 50 microseconds late, for thrift. */
static int sync_file(void) {
  const char *text = getenv("BENCH_SYNC");
  long long nanoseconds = text ? atoll(text) * 1000 : 0;
  struct timespec until;
  prctl(PR_SET_TIMERSLACK, 1UL);
  clock_gettime(CLOCK_MONOTONIC, &until);
  nanoseconds += until.tv_nsec;
  until.tv_sec += nanoseconds / 1000000000;
  until.tv_nsec = nanoseconds % 1000000000;
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
  return 0;
}

int fdatasync(int fd) {
  (void)fd;
  return sync_file();
}

int fsync(int fd) {
  (void)fd;
  return sync_file();
}

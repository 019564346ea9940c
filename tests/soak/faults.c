/*
** faults.c: what disks and clocks do wrong, put in front of the C library.
**
**   LD_PRELOAD=faults.so SOAK_FAULTS=control SOAK_FOLDER=folder scimd serve …
**
** The control file is mapped, so that what it says counts at once, in every
** thread, and in a process that was started earlier. It holds two numbers, of
** 32 and 64 bits: which fault, plus 256 times the calls in a hundred that fail;
** and by how many seconds the clock of the day is wrong. Only files below the
** folder have faults (the database, its write-ahead log, temporary files that
** SQLite keeps beside them), never sockets or the log of the server.
**
** HOW IT WORKS. Each function here has the name of one of the C library's,
** decides whether to fail, and otherwise calls that. SQLite takes these by name
** when it starts, so that all that it does goes through here.
*/
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* soak.py has the same numbers. */
enum {
  FAULT_NONE,
  FAULT_EIO,       /* writes and syncs say EIO and do nothing */
  FAULT_SYNC,      /* only syncs do */
  FAULT_TORN,      /* half of it is written, and then EIO */
  FAULT_SHORT,     /* half of it is written, and the number says so */
  FAULT_FULL,      /* writes say ENOSPC, and so does making a file longer */
  FAULT_READ_ONLY, /* writes and opening for them say EROFS */
};

typedef struct Control {
  _Atomic int32_t fault;   /* and 256 times the percentage */
  int32_t unused;          /* so that the next one is aligned */
  _Atomic int64_t seconds; /* that the clock is ahead */
} Control;

static Control *faults_control;
static const char *faults_folder;

/* Before main, and before SQLite looks for its functions. */
__attribute__((constructor)) static void faults_begin(void) {
  const char *path = getenv("SOAK_FAULTS");
  faults_folder = getenv("SOAK_FOLDER");
  int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
  if (file < 0 || !faults_folder) return;
  void *map =
      mmap(NULL, sizeof(Control), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (map != MAP_FAILED) faults_control = map;
}

/* The function of the C library that this one stands before. (ISO C has no
** conversion from dlsym's result to a function.) */
#define REAL(name)                                                             \
  static __typeof__(name) *real;                                               \
  if (!real) *(void **)&real = dlsym(RTLD_NEXT, #name)

/* Chance, of each thread (xorshift). */
static bool faults_happens(int percent) {
  static _Thread_local uint64_t state;
  if (!state) state = (uint64_t)(uintptr_t)&state ^ (uint64_t)getpid();
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (int)(state % 100) < percent;
}

static bool faults_is_ours(const char *path) {
  return strncmp(path, faults_folder, strlen(faults_folder)) == 0;
}

/* Is the file one of those that have faults? */
static bool faults_has(int file) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t size = readlink(link, path, sizeof path - 1);
  if (size <= 0) return false;
  path[size] = '\0';
  return faults_is_ours(path);
}

/* The fault that this call has now, or none. */
static int faults_now(int file) {
  int saved = errno;
  int32_t word = faults_control ? atomic_load(&faults_control->fault) : 0;
  int fault = word & 255;
  if (fault != FAULT_NONE && (!faults_happens(word >> 8) || !faults_has(file)))
    fault = FAULT_NONE;
  errno = saved;
  return fault;
}

static ssize_t faults_fail(int error) {
  errno = error;
  return -1;
}

/*
** Writing.
*/

/* True when the write has its outcome, in *done; else it goes on, with *size
** bytes. */
static bool faults_write(int file, size_t *size, ssize_t *done) {
  switch (faults_now(file)) {
  case FAULT_EIO:
    *done = faults_fail(EIO);
    return true;
  case FAULT_FULL:
    *done = faults_fail(ENOSPC);
    return true;
  case FAULT_READ_ONLY:
    *done = faults_fail(EROFS);
    return true;
  case FAULT_SHORT:
    if (*size > 1) *size /= 2;
    return false;
  default:
    return false;
  }
}

static bool faults_tears(int file) { return faults_now(file) == FAULT_TORN; }

ssize_t write(int file, const void *bytes, size_t size) {
  REAL(write);
  ssize_t done;
  if (faults_write(file, &size, &done)) return done;
  return real(file, bytes, size);
}

ssize_t pwrite(int file, const void *bytes, size_t size, off_t at) {
  REAL(pwrite);
  ssize_t done;
  if (faults_tears(file)) {
    done = real(file, bytes, size / 2, at);
    return faults_fail(EIO);
  }
  if (faults_write(file, &size, &done)) return done;
  return real(file, bytes, size, at);
}

ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t at) {
  return pwrite(file, bytes, size, (off_t)at);
}

/*
** Syncs, lengths, opening.
*/
static bool faults_sync(int file) {
  int fault = faults_now(file);
  return fault == FAULT_EIO || fault == FAULT_SYNC || fault == FAULT_TORN;
}

int fdatasync(int file) {
  REAL(fdatasync);
  return faults_sync(file) ? (int)faults_fail(EIO) : real(file);
}

int fsync(int file) {
  REAL(fsync);
  return faults_sync(file) ? (int)faults_fail(EIO) : real(file);
}

int ftruncate(int file, off_t size) {
  REAL(ftruncate);
  int fault = faults_now(file);
  if (fault == FAULT_FULL) return (int)faults_fail(ENOSPC);
  if (fault == FAULT_EIO || fault == FAULT_TORN) return (int)faults_fail(EIO);
  return real(file, size);
}

int ftruncate64(int file, off64_t size) { return ftruncate(file, (off_t)size); }

/* On a file system that is read-only nothing opens for writing. */
static bool faults_refuses(const char *path, int flags) {
  int32_t word = faults_control ? atomic_load(&faults_control->fault) : 0;
  return (word & 255) == FAULT_READ_ONLY && (flags & O_ACCMODE) != O_RDONLY &&
         faults_is_ours(path);
}

int open(const char *path, int flags, ...) {
  REAL(open);
  va_list list;
  va_start(list, flags);
  int mode = flags & O_CREAT ? va_arg(list, int) : 0;
  va_end(list);
  if (faults_refuses(path, flags)) return (int)faults_fail(EROFS);
  return real(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  int mode = flags & O_CREAT ? va_arg(list, int) : 0;
  va_end(list);
  return open(path, flags | O_LARGEFILE, mode);
}

/*
** The clock of the day. That which only counts on is always right.
*/
static int64_t faults_ahead(void) {
  return faults_control ? atomic_load(&faults_control->seconds) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  REAL(clock_gettime);
  int code = real(clock, now);
  if (code == 0 && clock == CLOCK_REALTIME) now->tv_sec += faults_ahead();
  return code;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  REAL(gettimeofday);
  int code = real(now, zone);
  if (code == 0) now->tv_sec += faults_ahead();
  return code;
}

int timespec_get(struct timespec *now, int base) {
  REAL(timespec_get);
  int code = real(now, base);
  if (code == TIME_UTC) now->tv_sec += faults_ahead();
  return code;
}

time_t time(time_t *store) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (store) *store = now.tv_sec;
  return now.tv_sec;
}

/*
** wal_holder.c: see wal_holder.h.
**
** HOW IT WORKS
**
** Who reads in the write-ahead log has a read lock on one byte of the -shm
** file (walformat.html, section 2.3.1): 120 is the first of all locks, 123 is
** the mark of those who read in the file alone and are in nobody's way, and
** the next four are those of the log. Linux lists the locks of all processes
** that can be seen from here in /proc/locks, with the inode of the file:
**
**   3: POSIX  ADVISORY  READ 4711 08:01:1234 124 124
**
** The device is not compared: some file systems have another one there. So a
** reader of another file with that inode may be named, and one that is about to
** let go: what is returned is a hint.
*/
#define _POSIX_C_SOURCE 200809L
#include "wal_holder.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef WAL_HOLDER_LOCKS
#define WAL_HOLDER_LOCKS "/proc/locks"
#endif

/* The bytes of the marks that are in the way. */
#define WAL_HOLDER_FIRST 124
#define WAL_HOLDER_LAST 127

/* SQLite tells only the log's name, and makes the other like it. */
bool wal_holder_memory(const char *wal, char *path, size_t most) {
  size_t size = wal ? strlen(wal) : 0;
  if (size < 4 || size >= most) return false;
  memcpy(path, wal, size + 1);
  memcpy(path + size - 4, "-shm", 4);
  return true;
}

/* The inode of the file beside the log; 0 if there is none. */
static unsigned long long wal_holder_inode(const char *wal) {
  char path[4096];
  struct stat status;
  return wal_holder_memory(wal, path, sizeof path) && stat(path, &status) == 0
             ? (unsigned long long)status.st_ino
             : 0;
}

/* Whose read lock the line is, if it is on a mark of that file; else 0. */
static long wal_holder_read(const char *line, unsigned long long inode) {
  long process;
  unsigned long long file;
  long long first, last;
  if (sscanf(line, "%*d: POSIX ADVISORY READ %ld %*x:%*x:%llu %lld %lld",
             &process, &file, &first, &last) != 4 ||
      file != inode || last < WAL_HOLDER_FIRST || first > WAL_HOLDER_LAST)
    return 0;
  return process > 0 ? process : 0;
}

long wal_holder(const char *wal) {
  long found = 0, self = (long)getpid();
  unsigned long long inode = wal_holder_inode(wal);
  FILE *locks = inode ? fopen(WAL_HOLDER_LOCKS, "r") : NULL;
  char line[256];
  while (locks && (!found || found == self) &&
         fgets(line, sizeof line, locks)) {
    long process = wal_holder_read(line, inode);
    if (process) found = process;
  }
  if (locks) fclose(locks);
  return found;
}

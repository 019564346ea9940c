/*
** wal_file.c: see wal_file.h.
**
** HOW IT WORKS
**
** SQLite writes a frame of the log by two calls, a header of 24 bytes and the
** page, one frame behind the other (walWriteOneFrame in its wal.c); a COMMIT of
** eight POSTs has a hundred frames and more. Here they are gathered, and go out
** when the frame with the commit mark comes, when there is no room, when
** something else is done with the file that has to do with them, or with the
** next write that does not follow them. Whatever is not a frame's header and
** does not follow a frame is written as before.
**
** WHY NOTHING IS LOST
**
** The rest of the world reads in the log what the log's index, in shared
** memory, says is there, and nothing behind it. The index learns of frames
** when all frames of a commit are written, whether a sync comes in between
** (FULL) or not (NORMAL), and nothing can be refused any more by then. So
** everything goes out, header included, within the very call that writes the
** header with the commit mark, whose error is SQLite's reason not to commit;
** the page behind it is written by itself. So is each header that is written
** again with new checksums, when pages of the same transaction were written
** over: the last one of these has the commit mark, too. Where SQLite adds
** frames with that mark up to the end of a sector, which splits headers and
** pages anywhere, nothing is gathered.
**
** A transaction that is larger than the cache writes frames before its end,
** and reads them back: a read in what is gathered writes it first. If that
** fails it stays here, and is tried again: the transaction may go on after a
** statement that found the disk full, and its commit mark must not come behind
** a gap. A write that fails here is told of by a later call than before, which
** is as good: SQLite gives up the transaction for an error of any of its
** writes to the log.
**
** What a transaction has left that was rolled back is of no use. It must not
** even be written: as soon as another process may write, the same place in the
** log is its own. So it is forgotten when the lock of those who write is let go
** of (and when it is taken), of which the file of the database is told, and
** that is the only reason why this one is looked at.
**
** There is no other struct around the files. They are those of the VFS below,
** with methods of their own: a copy of the methods below, with ours in some
** places. So what a version of SQLite has more of them is there as well, and
** those of the database's file cost nothing. Ours have a place behind the file
** in memory, and there are none for files of other kinds.
*/
#define _POSIX_C_SOURCE 200809L
#include "wal_file.h"

#include <assert.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <string.h>

#define WAL_FILE_NAME "scimd"

/* Of the format of the log: bytes of a frame's header; where in it stands how
** many pages the database has after the commit, 0 if there is none; and which
** lock of the shared memory is the one of those who write. */
#define WAL_FILE_HEADER 24
#define WAL_FILE_MARK 4
#define WAL_FILE_WRITERS 0

/* So many bytes are written with one call: SQLite's VFS for Unix takes less
** than 128 KiB. */
#define WAL_FILE_AT_ONCE 65536

/* So many are gathered: they stay in the processor's cache. */
#ifndef WAL_FILE_GATHERED
#define WAL_FILE_GATHERED WAL_FILE_AT_ONCE
#endif

/* Of the methods of a file, and of a VFS: SQLite's own have had it since 2013,
** and what later ones have more is not known here. */
#define WAL_FILE_VERSION 3

/* What stands behind the file of a database, of a log, or of what may have to
** be undone. */
typedef struct WalFile {
  const sqlite3_io_methods *below;
  sqlite3_io_methods methods;
  struct WalFile *log; /* of a database: its log, or NULL */
  /* of a log: */
  struct WalFile *database;
  unsigned char *bytes; /* which are gathered, */
  int size;             /* so many, */
  sqlite3_int64 start;  /* and where in the file they belong */
} WalFile;

static sqlite3_vfs wal_file_methods;  /* ours */
static sqlite3_vfs *wal_file_default; /* the one below */

/* A multiple of 8, as SQLite's own allocations are. */
static size_t wal_file_offset(void) {
  return ((size_t)wal_file_default->szOsFile + 7) & ~(size_t)7;
}

static WalFile *wal_file_of(sqlite3_file *file) {
  return (WalFile *)(void *)((char *)file + wal_file_offset());
}

/*
** The log.
*/

/* Writes what was gathered. If that fails it is as if it had not been tried:
** the next attempt writes all of it again. */
static int wal_file_flush(WalFile *log, sqlite3_file *file) {
  if (log->size == 0) return SQLITE_OK;
  int code = log->below->xWrite(file, log->bytes, log->size, log->start);
  if (code == SQLITE_OK) log->size = 0;
  return code;
}

static bool wal_file_has_mark(const unsigned char *header) {
  static const unsigned char none[4];
  return memcmp(header + WAL_FILE_MARK, none, sizeof none) != 0;
}

static int wal_file_room(const WalFile *log) {
  return WAL_FILE_GATHERED - log->size;
}

/* Bytes that follow those that are there, and have room. */
static bool wal_file_follows(const WalFile *log, int size,
                             sqlite3_int64 offset) {
  return log->size > 0 && offset == log->start + log->size &&
         size <= wal_file_room(log);
}

/* After a header with the commit mark, and after a page behind which another
** frame would have no room. */
static bool wal_file_is_due(const WalFile *log, const void *bytes, int size) {
  return size == WAL_FILE_HEADER ? wal_file_has_mark(bytes)
                                 : wal_file_room(log) < size + WAL_FILE_HEADER;
}

/* What is not written although it is due is not kept either: SQLite is told. */
static int wal_file_gather(WalFile *log, sqlite3_file *file, const void *bytes,
                           int size) {
  assert(size <= wal_file_room(log));
  memcpy(log->bytes + log->size, bytes, (size_t)size);
  log->size += size;
  if (!wal_file_is_due(log, bytes, size)) return SQLITE_OK;
  int code = wal_file_flush(log, file);
  if (code != SQLITE_OK) log->size -= size;
  return code;
}

/* Only a header begins to gather: whatever else does not follow is written as
** it comes. */
static int wal_file_write(sqlite3_file *file, const void *bytes, int size,
                          sqlite3_int64 offset) {
  WalFile *log = wal_file_of(file);
  if (wal_file_follows(log, size, offset))
    return wal_file_gather(log, file, bytes, size);
  int code = wal_file_flush(log, file);
  if (code != SQLITE_OK) return code;
  if (size != WAL_FILE_HEADER)
    return log->below->xWrite(file, bytes, size, offset);
  log->start = offset;
  return wal_file_gather(log, file, bytes, size);
}

/* What lies before is read while the disk is full, too: to roll back. */
static int wal_file_read(sqlite3_file *file, void *bytes, int size,
                         sqlite3_int64 offset) {
  WalFile *log = wal_file_of(file);
  int code = SQLITE_OK;
  if (offset + size > log->start) code = wal_file_flush(log, file);
  return code ? code : log->below->xRead(file, bytes, size, offset);
}

static int wal_file_sync(sqlite3_file *file, int flags) {
  WalFile *log = wal_file_of(file);
  int code = wal_file_flush(log, file);
  return code ? code : log->below->xSync(file, flags);
}

static int wal_file_truncate(sqlite3_file *file, sqlite3_int64 size) {
  WalFile *log = wal_file_of(file);
  int code = wal_file_flush(log, file);
  return code ? code : log->below->xTruncate(file, size);
}

static int wal_file_size(sqlite3_file *file, sqlite3_int64 *size) {
  WalFile *log = wal_file_of(file);
  int code = wal_file_flush(log, file);
  return code ? code : log->below->xFileSize(file, size);
}

/* Without a commit mark nothing here is of use to anybody. */
static int wal_file_close(sqlite3_file *file) {
  WalFile *log = wal_file_of(file);
  log->database->log = NULL;
  sqlite3_free(log->bytes);
  return log->below->xClose(file);
}

/*
** The database.
*/

/* Only who begins or ends a transaction that writes takes this lock or lets go
** of it: what is gathered by then was never committed. */
static int wal_file_lock(sqlite3_file *file, int first, int count, int flags) {
  WalFile *database = wal_file_of(file);
  if (first == WAL_FILE_WRITERS && database->log) database->log->size = 0;
  return database->below->xShmLock(file, first, count, flags);
}

/*
** What may have to be undone.
**
** Each request of a commit can be undone by itself, so SQLite keeps how pages
** were before it: in memory up to WAL_FILE_UNDO, which is then written at once,
** and more of it page by page. A file that grows and is cut for each batch
** costs a tenth of the writes.
*/
static int wal_file_write_undo(sqlite3_file *file, const void *bytes, int size,
                               sqlite3_int64 offset) {
  const WalFile *undo = wal_file_of(file);
  int code = SQLITE_OK;
  for (int done = 0, part; done < size && code == SQLITE_OK; done += part) {
    part = size - done < WAL_FILE_AT_ONCE ? size - done : WAL_FILE_AT_ONCE;
    code = undo->below->xWrite(file, (const char *)bytes + done, part,
                               offset + done);
  }
  return code;
}

/*
** Opening.
*/

/* Gives the file, which is open, methods of its own: those of version 3, which
** is what this file was compiled with. */
static WalFile *wal_file_begin(sqlite3_file *file) {
  WalFile *own = wal_file_of(file);
  *own = (WalFile){.below = file->pMethods, .methods = *file->pMethods};
  own->methods.iVersion = WAL_FILE_VERSION;
  file->pMethods = &own->methods;
  return own;
}

static void wal_file_open_database(sqlite3_file *file) {
  if (file->pMethods->iVersion >= WAL_FILE_VERSION && file->pMethods->xShmLock)
    wal_file_begin(file)->methods.xShmLock = wal_file_lock;
}

static void wal_file_open_undo(sqlite3_file *file) {
  if (file->pMethods->iVersion >= WAL_FILE_VERSION)
    wal_file_begin(file)->methods.xWrite = wal_file_write_undo;
}

/* SQLite asks the database's file whether sectors are to be filled. */
static bool wal_file_may_gather(sqlite3_file *database) {
  return database->pMethods == &wal_file_of(database)->methods &&
         (database->pMethods->xDeviceCharacteristics(database) &
          SQLITE_IOCAP_POWERSAFE_OVERWRITE);
}

/* Without memory it goes on as the VFS below has it. */
static void wal_file_open_log(sqlite3_file *file, const char *path) {
  sqlite3_file *database = sqlite3_database_file_object(path);
  if (!wal_file_may_gather(database)) return;
  unsigned char *bytes = sqlite3_malloc(WAL_FILE_GATHERED);
  if (!bytes) return;
  WalFile *log = wal_file_begin(file);
  log->bytes = bytes;
  log->database = wal_file_of(database);
  log->database->log = log;
  log->methods.xWrite = wal_file_write;
  log->methods.xRead = wal_file_read;
  log->methods.xSync = wal_file_sync;
  log->methods.xTruncate = wal_file_truncate;
  log->methods.xFileSize = wal_file_size;
  log->methods.xClose = wal_file_close;
}

/* By what SQLite says that the file is for. */
static int wal_file_open(sqlite3_vfs *unused, const char *path,
                         sqlite3_file *file, int flags, int *flags_out) {
  (void)unused;
  int code =
      wal_file_default->xOpen(wal_file_default, path, file, flags, flags_out);
  if (code == SQLITE_OK && (flags & SQLITE_OPEN_MAIN_DB))
    wal_file_open_database(file);
  else if (code == SQLITE_OK && (flags & SQLITE_OPEN_WAL))
    wal_file_open_log(file, path);
  else if (code == SQLITE_OK &&
           (flags & (SQLITE_OPEN_SUBJOURNAL | SQLITE_OPEN_TEMP_JOURNAL)))
    wal_file_open_undo(file);
  return code;
}

static void wal_file_register(void) {
  sqlite3_vfs *below = sqlite3_vfs_find(NULL);
  if (!below || below->iVersion < WAL_FILE_VERSION) return;
  wal_file_default = below;
  wal_file_methods = *below;
  wal_file_methods.iVersion = WAL_FILE_VERSION;
  wal_file_methods.zName = WAL_FILE_NAME;
  wal_file_methods.pNext = NULL;
  wal_file_methods.xOpen = wal_file_open;
  wal_file_methods.szOsFile = (int)(wal_file_offset() + sizeof(WalFile));
  sqlite3_vfs_register(&wal_file_methods, 0);
}

const char *wal_file_vfs(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, wal_file_register);
  return WAL_FILE_NAME;
}

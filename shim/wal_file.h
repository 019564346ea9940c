/*
** wal_file.h: a VFS for connections that write, which puts many pages into the
** write-ahead log with one system call instead of two for each, and lets what a
** change may have to undo be larger before it needs a file.
*/
#ifndef SHIM_WAL_FILE_H
#define SHIM_WAL_FILE_H

/* Bytes of what a change may have to undo that stay in memory, for
** SQLITE_CONFIG_STMTJRNL_SPILL, which holds for the whole process: the first
** change that needs more writes all of them to a temporary file with one call,
** which no other VFS can. SQLite takes memory of this size for each change. */
#define WAL_FILE_UNDO (1000 << 10)

/* Returns the name of the VFS, for sqlite3_open_v2: it is SQLite's default one
** but for these. Where it cannot be had, that name is not known. Any thread may
** call it; a connection that is opened with it is used by one thread at a time,
** as all of ours are. */
const char *wal_file_vfs(void);

#endif

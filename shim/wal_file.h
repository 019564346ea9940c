/*
** wal_file.h: a VFS for connections that write, which puts many pages into the
** write-ahead log with one system call instead of two for each.
*/
#ifndef SHIM_WAL_FILE_H
#define SHIM_WAL_FILE_H

/* Returns the name of the VFS, for sqlite3_open_v2: it is SQLite's default one
** but for the log. Returns NULL, which stands for that one itself, where it
** cannot be had. Any thread may call it; a connection that is opened with it is
** used by one thread at a time, as all of ours are. */
const char *wal_file_vfs(void);

#endif

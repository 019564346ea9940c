/*
** place.c: see place.h.
**
** HOW IT WORKS
**
** A file that was deleted, moved, or replaced by another lives on for whoever
** has it open: SQLite writes to it and says that all is well, and with the end
** of the process everything is gone. So the file at the path is compared with
** the one that was opened, by device and inode: before and after each
** transaction of the writer, so that nothing is acknowledged that is in no
** file; by /healthz; and by those that read once a second, lest they show for
** hours what is no longer so.
**
** When the same file is back, all goes on. Another one is not opened: the
** write-ahead log of the first still lies beside it under the name of its own,
** and SQLite would copy that into it. Who wants another file stops the service,
** puts the file there, without the log of the old one, and starts it.
*/
#define _POSIX_C_SOURCE 200809L
#include "place.h"

#include <stdatomic.h>
#include <stddef.h>
#include <sys/stat.h>

#include "log.h"

#define PLACE_PERIOD                                                           \
  1000 /* milliseconds between two looks of those that read */

static const char *place_path; /* NULL before place_note */
static dev_t place_device;
static ino_t place_inode;
static atomic_bool place_there;   /* when it was looked at last */
static atomic_llong place_looked; /* and when that was, of place_was_there */

void place_note(const char *path) {
  struct stat found;
  if (stat(path, &found) != 0) return;
  place_path = path;
  place_device = found.st_dev;
  place_inode = found.st_ino;
  atomic_store(&place_there, true);
}

/* Each change is logged once, by whoever sees it first. */
bool place_is_there(void) {
  struct stat found;
  if (!place_path) return true;
  bool there = stat(place_path, &found) == 0 && found.st_dev == place_device &&
               found.st_ino == place_inode;
  if (atomic_exchange(&place_there, there) != there)
    log_event("database", "%s %s", place_path,
              there ? "is back" : "was moved, deleted or replaced");
  return there;
}

/* Two threads may look at the same time, which does no harm. */
bool place_was_there(long long now) {
  if (place_path && now - atomic_load(&place_looked) >= PLACE_PERIOD) {
    atomic_store(&place_looked, now);
    return place_is_there();
  }
  return !place_path || atomic_load(&place_there);
}

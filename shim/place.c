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
** hours what is no longer so. The same goes for the write-ahead log beside it,
** in which a transaction is until it has been copied into the file, and for the
** memory that all processes share: who comes when its file is gone makes one
** more, with locks that we do not see.
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
#include "wal_holder.h"

#define PLACE_PERIOD                                                           \
  1000 /* milliseconds between two looks of those that read */

/* The database, its write-ahead log, and the shared memory. */
static struct Place {
  const char *path; /* NULL before it was noted */
  dev_t device;
  ino_t inode;
} places[3];

static atomic_bool place_there = true; /* when they were looked at last */
static atomic_llong place_looked; /* and when that was, of place_was_there */

static void place_note_one(struct Place *place, const char *path) {
  struct stat found;
  if (!path || stat(path, &found) != 0) return;
  *place = (struct Place){path, found.st_dev, found.st_ino};
}

void place_note(const char *path, const char *log) {
  static char memory[4096];
  place_note_one(&places[0], path);
  place_note_one(&places[1], log);
  if (wal_holder_memory(log, memory, sizeof memory))
    place_note_one(&places[2], memory);
}

static bool place_holds(const struct Place *place) {
  struct stat found;
  return !place->path ||
         (stat(place->path, &found) == 0 && found.st_dev == place->device &&
          found.st_ino == place->inode);
}

/* Each change is logged once, by whoever sees it first. */
bool place_is_there(void) {
  const struct Place *place = places, *end = places + 3;
  while (place < end && place_holds(place)) place++;
  bool there = place == end;
  if (atomic_exchange(&place_there, there) != there)
    log_event("database", "%s %s", there ? places[0].path : place->path,
              there ? "is back" : "was moved, deleted or replaced");
  return there;
}

/* Two threads may look at the same time, which does no harm. */
bool place_was_there(long long now) {
  if (places[0].path && now - atomic_load(&place_looked) >= PLACE_PERIOD) {
    atomic_store(&place_looked, now);
    return place_is_there();
  }
  return atomic_load(&place_there);
}

/*
** client.c: runs a program that is kept warm (server.c).
**
**     client SOCKET LOGS WORDS COMMAND …
**
** COMMAND is what runs the program where that cannot be had, so many words, as
** in "valgrind sqlite3", and then its arguments; the last of the words is the
** program. The client has the files, signals and status of the program, and
** prints what valgrind says of it, which is in LOGS with the number of its
** process behind. WARM_WORK is a file that is told the seconds of a processor
** that the program took.
*/
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "warm.h"

extern char **environ;
static int server = -1;

static void pass(int number) {
  unsigned char byte = (unsigned char)number;
  int before = errno;
  send(server, &byte, 1, MSG_NOSIGNAL);
  errno = before;
}

/* The open files, by their numbers. False if there are too many. */
static bool find_files(Request *request) {
  DIR *folder = opendir("/proc/self/fd");
  struct dirent *entry;
  bool fits = folder != NULL;
  while (folder && (entry = readdir(folder))) {
    int number = atoi(entry->d_name);
    if (entry->d_name[0] == '.' || number == dirfd(folder)) continue;
    fits = fits && request->files < WARM_FILES;
    if (fits) request->file[request->files++] = number;
  }
  if (folder) closedir(folder);
  return fits;
}

/* What belongs to a process by its number, or before it begins, is not there
** for one that has begun. */
static bool possible(void) {
  return !getenv("LISTEN_PID") && !getenv("LD_PRELOAD") &&
         !getenv("LD_LIBRARY_PATH");
}

static bool send_strings(char **strings, int number) {
  for (int i = 0; i < number; i++) {
    size_t size = strlen(strings[i]) + 1;
    if (send(server, strings[i], size, MSG_NOSIGNAL) != (ssize_t)size)
      return false;
  }
  return true;
}

static bool ask(const char *path, int argc, char **argv) {
  Request request;
  memset(&request, 0, sizeof request);
  if (!possible() || !find_files(&request)) return false;
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
  int files[WARM_FILES + 1];
  memcpy(files, request.file, sizeof request.file);
  int folder = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (folder < 0 ||
      connect(server, (struct sockaddr *)&address, sizeof address) != 0)
    return false;
  files[request.files] = folder;
  request.arguments = argc;
  for (int i = 0; i < argc; i++) request.size += strlen(argv[i]) + 1;
  for (; environ[request.variables]; request.variables++)
    request.size += strlen(environ[request.variables]) + 1;
  request.mask = umask(0);
  request.group = getpgrp();
  for (int i = 1; i < NSIG; i++) {
    struct sigaction action;
    if (sigaction(i, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
      request.ignored |= 1ULL << i;
  }
  for (size_t i = 0; i < WARM_LIMITS; i++)
    getrlimit((__rlimit_resource_t)warm_limits[i], &request.limit[i]);

  size_t size = sizeof(int) * ((size_t)request.files + 1);
  union {
    struct cmsghdr head;
    char room[CMSG_SPACE(sizeof files)];
  } control;
  memset(&control, 0, sizeof control);
  struct iovec part = {&request, sizeof request};
  struct msghdr message = {.msg_iov = &part,
                           .msg_iovlen = 1,
                           .msg_control = &control,
                           .msg_controllen = CMSG_SPACE(size)};
  struct cmsghdr *head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(size);
  memcpy(CMSG_DATA(head), files, size);
  static const int signals[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGTERM,
                                SIGUSR1, SIGUSR2, SIGCONT};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
    if (!(request.ignored >> signals[i] & 1)) signal(signals[i], pass);
  if (sendmsg(server, &message, MSG_NOSIGNAL) != (ssize_t)sizeof request ||
      !send_strings(argv, argc) || !send_strings(environ, request.variables))
    return false;
  /* Those who wait for the end of a pipe wait for the program alone. */
  for (int i = 0; i < request.files; i++)
    if (request.file[i] != 2) close(request.file[i]);
  return true;
}

/* What valgrind has said goes where the errors go. */
static void print_log(const char *logs, pid_t process) {
  char path[4096], text[4096];
  snprintf(path, sizeof path, "%s%ld", logs, (long)process);
  FILE *file = fopen(path, "r");
  size_t size;
  while (file && (size = fread(text, 1, sizeof text, file)) > 0)
    fwrite(text, 1, size, stderr);
  if (file) fclose(file);
  unlink(path);
}

static void tell_work(double work) {
  const char *path = getenv("WARM_WORK");
  FILE *file = path ? fopen(path, "a") : NULL;
  if (!file) return;
  fprintf(file, "%.2f\n", work);
  fclose(file);
}

int main(int argc, char **argv) {
  int words = argc > 4 ? atoi(argv[3]) : 0;
  if (words < 1 || words + 4 > argc) return 125;
  int first = 3 + words; /* the program itself */
  if (!ask(argv[1], argc - first, argv + first)) {
    if (server >= 0) close(server);
    execvp(argv[4], argv + 4);
    return 127;
  }
  Ending ending;
  ssize_t got;
  do got = recv(server, &ending, sizeof ending, MSG_WAITALL);
  while (got < 0 && errno == EINTR);
  if (got != (ssize_t)sizeof ending) {
    fputs("The program that was kept warm is gone\n", stderr);
    return 125;
  }
  print_log(argv[2], ending.process);
  tell_work(ending.work);
  if (WIFEXITED(ending.status)) return WEXITSTATUS(ending.status);
  signal(WTERMSIG(ending.status), SIG_DFL);
  raise(WTERMSIG(ending.status));
  return 125;
}

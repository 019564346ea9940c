/*
** server.c: a program that is kept warm, to be put before it with LD_PRELOAD.
**
** HOW IT WORKS. Under valgrind most of what a short run of sqlite3 takes is the
** translation of its machine code, which is thrown away at the end: two seconds
** for one request, of which the request is a fifth. So one process of the
** program stops before main: it runs the statements of WARM_SQL on
** WARM_DATABASE, which translates what tests will need, and closes all. Then it
** listens at WARM_SOCKET, and for each client (client.c) forks: the child has
** the translations, takes the client's arguments, environment, folder and
** files, and enters main. valgrind looks at each child as at a process of its
** own, and so does its check for leaks.
*/
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sqlite3.h>
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

#define CLIENTS 256 /* at a time */

typedef int Main(int, char **, char **);

static Main *program;
extern char **environ;

/* A client, and what runs for it. */
static struct pollfd polled[CLIENTS + 1]; /* the first is for new ones */
static pid_t process[CLIENTS + 1];
static nfds_t count = 1;

/*
** Warming up.
*/

/* Errors are of no matter here: what is not warm is slow, and no more. */
static void warm_up(void) {
  const char *extension = getenv("SCIM_EXTENSION");
  static char sql[65536], path[4096];
  FILE *file = fopen(getenv("WARM_SQL"), "r");
  if (!file) return;
  sql[fread(sql, 1, sizeof sql - 1, file)] = '\0';
  fclose(file);
  /* SQLite closes the library with the connection, and what was translated of
  ** it would be gone if nobody else had it open. */
  snprintf(path, sizeof path, "%s.so", extension);
  dlopen(path, RTLD_NOW);
  sqlite3 *db = NULL;
  sqlite3_open(getenv("WARM_DATABASE"), &db);
  sqlite3_enable_load_extension(db, 1);
  sqlite3_load_extension(db, extension, NULL, NULL);
  sqlite3_stmt *statement = NULL;
  const char *rest = sql;
  while (*rest &&
         sqlite3_prepare_v2(db, rest, -1, &statement, &rest) == SQLITE_OK) {
    while (sqlite3_step(statement) == SQLITE_ROW) continue;
    sqlite3_finalize(statement);
  }
  sqlite3_close(db);
  sqlite3_shutdown(); /* the shell has settings that must come first */
}

/*
** Requests.
*/

/* Reads as many bytes. */
static bool read_all(int socket, char *to, size_t size) {
  while (size > 0) {
    ssize_t got = read(socket, to, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    to += got;
    size -= (size_t)got;
  }
  return true;
}

/* The request, and its files behind it. False if it is none. */
static bool receive(int socket, Request *request, int *files) {
  union {
    struct cmsghdr head;
    char room[CMSG_SPACE(sizeof(int) * (WARM_FILES + 1))];
  } control;
  struct iovec part = {request, sizeof *request};
  struct msghdr message = {.msg_iov = &part,
                           .msg_iovlen = 1,
                           .msg_control = &control,
                           .msg_controllen = sizeof control};
  memset(&control, 0, sizeof control);
  if (recvmsg(socket, &message, MSG_WAITALL) != (ssize_t)sizeof *request)
    return false;
  struct cmsghdr *head = CMSG_FIRSTHDR(&message);
  size_t size = sizeof(int) * ((size_t)request->files + 1);
  if (!head || head->cmsg_len != CMSG_LEN(size)) return false;
  memcpy(files, CMSG_DATA(head), size);
  return true;
}

/* The strings that follow each other, as a list of so many. */
static char **list(char **text, int length) {
  char **strings = calloc((size_t)length + 1, sizeof *strings);
  for (int i = 0; strings && i < length; i++) {
    strings[i] = *text;
    *text += strlen(*text) + 1;
  }
  return strings;
}

/* Makes the files of the client those of this process, each by its number. */
static void take_files(const Request *request, int *files) {
  int high[WARM_FILES];
  for (int i = 0; i < request->files; i++) {
    high[i] = fcntl(files[i], F_DUPFD, 512);
    close(files[i]);
  }
  for (nfds_t i = 0; i < count; i++) close(polled[i].fd);
  for (int i = 0; i < 3; i++) close(i);
  for (int i = 0; i < request->files; i++) {
    dup2(high[i], request->file[i]);
    close(high[i]);
  }
}

/* Whoever leaves main by exit may have forgotten them, or have others: they are
** not lost for that. */
char **warm_arguments, **warm_variables;

/* In the child: becomes what the client asks for. */
static int enter(const Request *request, int *files, char *text) {
  warm_arguments = list(&text, request->arguments);
  warm_variables = environ = list(&text, request->variables);
  int folder = files[request->files];
  if (fchdir(folder) != 0) _exit(126);
  close(folder);
  setpgid(0, request->group);
  take_files(request, files);
  umask(request->mask);
  for (size_t i = 0; i < WARM_LIMITS; i++)
    setrlimit((__rlimit_resource_t)warm_limits[i], &request->limit[i]);
  for (int i = 1; i < NSIG; i++)
    if (i != SIGKILL && i != SIGSTOP)
      signal(i, request->ignored >> i & 1 ? SIG_IGN : SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  return program(request->arguments, warm_arguments, environ);
}

/* Answers a new client. Returns in the server; in a child main's result is in
** *code, and it returns true. */
static bool answer(int socket, int *code) {
  Request request;
  int files[WARM_FILES + 1];
  if (!receive(socket, &request, files)) {
    close(socket);
    return false;
  }
  char *text = malloc(request.size + 1);
  bool whole = text && read_all(socket, text, request.size);
  polled[count] = (struct pollfd){.fd = socket, .events = POLLIN};
  process[count++] = whole ? fork() : -1;
  if (process[count - 1] == 0) {
    *code = enter(&request, files, text);
    return true;
  }
  for (int i = 0; i <= request.files; i++) close(files[i]);
  free(text);
  return false;
}

/* A client is gone, or its program. */
static void drop(nfds_t i) {
  close(polled[i].fd);
  polled[i] = polled[--count];
  process[i] = process[count];
}

static double seconds(struct timeval time) {
  return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

/* Tells each client whose program has ended. */
static void reap(void) {
  Ending ending;
  struct rusage use;
  while ((ending.process = wait4(-1, &ending.status, WNOHANG, &use)) > 0) {
    ending.work = seconds(use.ru_utime) + seconds(use.ru_stime);
    for (nfds_t i = count - 1; i > 0; i--)
      if (process[i] == ending.process) {
        send(polled[i].fd, &ending, sizeof ending, MSG_NOSIGNAL);
        drop(i);
      }
  }
}

static void wake(int number) { (void)number; }

/* The program ends when its client does: it was killed. */
static void pass_signals(nfds_t i) {
  unsigned char number = 0;
  if (process[i] <= 0 || read(polled[i].fd, &number, 1) != 1) {
    if (process[i] > 0) kill(process[i], SIGKILL);
    drop(i);
  } else
    kill(process[i], number);
}

/* Until it is told to end. */
static int serve(int listening) {
  sigset_t waiting, usual;
  sigemptyset(&waiting);
  sigaddset(&waiting, SIGCHLD);
  sigprocmask(SIG_BLOCK, &waiting, &usual);
  signal(SIGCHLD, wake);
  polled[0] = (struct pollfd){.fd = listening, .events = POLLIN};
  for (int code = 0;;) {
    int ready = ppoll(polled, count, NULL, &usual);
    reap();
    if (ready <= 0) continue;
    for (nfds_t i = count - 1; i > 0; i--)
      if (polled[i].revents) pass_signals(i);
    if (!(polled[0].revents & POLLIN) || count > CLIENTS) continue;
    int socket = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
    if (socket >= 0 && answer(socket, &code)) return code;
  }
}

static int warm_main(int argc, char **argv, char **envp) {
  const char *path = getenv("WARM_SOCKET"), *name = getenv("WARM_PROGRAM");
  /* What starts valgrind is a program, too. */
  if (!path || !name || strcmp(name, argv[0]) != 0)
    return program(argc, argv, envp);
  warm_up();
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
  int listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (bind(listening, (struct sockaddr *)&address, sizeof address) != 0 ||
      listen(listening, CLIENTS) != 0)
    return 1;
  return serve(listening);
}

/* What the program's first instructions call, which then calls main. */
int __libc_start_main(Main *main, int argc, char **argv, void (*begin)(void),
                      void (*end)(void), void (*unload)(void), void *stack);
int __libc_start_main(Main *main, int argc, char **argv, void (*begin)(void),
                      void (*end)(void), void (*unload)(void), void *stack) {
  int (*start)(Main *, int, char **, void (*)(void), void (*)(void),
               void (*)(void), void *);
  *(void **)&start = dlsym(RTLD_NEXT, "__libc_start_main");
  program = main;
  return start(warm_main, argc, argv, begin, end, unload, stack);
}

/*
** door_test.c: the numbers of shim/door.c that cannot be seen from outside, by
** a clock that stands still unless a test sets it. (How a server behaves that
** has such a door: door.sh.)
*/
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* What the door asks of the kernel, on the way there. */
static long door_test_syscall(long number, long socket, long argument);
#define syscall(number, socket, argument)                                      \
  door_test_syscall(number, (long)(socket), (long)(argument))
#include "../../shim/door.c"
#undef syscall

#include "../../shim/bodies.c"
#include "../../shim/guest.c"
#include "../../shim/head.c"
#include "../../shim/metrics.c"
#include "../../shim/origins.c"
#include "../../shim/output.c"
#include "../../shim/ring.c"

#include <setjmp.h>
#include <stdarg.h>
/* What cmocka needs comes before it. */
#include <cmocka.h>

static long long now;

long long moment_now(void) { return now * MOMENT_MILLISECOND; }
long long moment_milliseconds(void) { return now; }
void log_event(const char *event, const char *format, ...) {
  (void)event;
  (void)format;
}
long options_workers(const Options *options) { return 2 * options->threads; }
bool wal_limit_is_reached(void) { return false; }

#ifdef __linux__

#define THREADS 2
#define MANY 40

static struct pollfd door_socket_of = {.events = POLLIN};
static struct sockaddr_in address;
static int clients[MANY];
static long backlog;

static long door_test_syscall(long number, long socket, long argument) {
  if (number == SYS_listen) backlog = argument;
  return (syscall)(number, socket, argument);
}

static int open_door(void **state) {
  Options options = {.threads = THREADS,
                     .connections = 2 * MANY,
                     .connections_per_address = 2 * MANY};
  Output complaint = {0};
  struct sockaddr *any = (struct sockaddr *)&address;
  socklen_t size = sizeof address;
  (void)state;
  now = 1000;
  address = (struct sockaddr_in){.sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  door_socket_of.fd = listener;
  guest_configure(THREADS);
  guest_expect();
  return door_open(&options, &complaint) && bind(listener, any, size) == 0 &&
                 door_listen(listener, 1) == 0 &&
                 getsockname(listener, any, &size) == 0
             ? 0
             : -1;
}

static int close_door(void **state) {
  (void)state;
  door_shut();
  close(door_socket_of.fd);
  door_close();
  door.shut = false;
  door.inside = door.count = door.waiting = 0;
  return 0;
}

/* Somebody comes, and says this. */
static int come(const char *text) {
  int client = socket(AF_INET, SOCK_STREAM, 0), at_once = 1;
  setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
  assert_int_equal(connect(client, (struct sockaddr *)&address, sizeof address),
                   0);
  assert_int_equal(send(client, text, strlen(text), 0), strlen(text));
  return client;
}

/* Who waits since then for what never comes fails, by a clock that goes. */
static void wait_on(time_t since, const char *what) {
  if (time(NULL) - since > 300) fail_msg("%s has not come in 300 s", what);
}

/* Lets the door look until so many have come, who have sent as many bytes that
** it has looked at, those seen again included; each is READY if that is a
** head. */
static void look_for(long count, size_t bytes) {
  size_t looked = 0;
  time_t since = time(NULL);
  while (door.count < count || looked < bytes) {
    wait_on(since, "what clients have sent");
    poll(&(struct pollfd){.fd = door.set, .events = POLLIN}, 1, 1000);
    door_poll(&door_socket_of, 0);
    looked = 0;
    for (int i = 0; i < door.caller_count; i++)
      looked += door.callers[i].looked;
  }
}

/* The door looks once. Returns a socket that is let in, or -1. */
static int let_in(void) {
  return door_poll(&door_socket_of, 0)
             ? door_accept(door_socket_of.fd, NULL, NULL)
             : -1;
}

/* Ends the connection as civetweb does. */
static void leave(int one) {
  guest_leave();
  door_shutdown(one, SHUT_RDWR);
  close(one);
}

static void test_the_kernel_keeps_4096(void **state) {
  (void)state;
  assert_int_equal(backlog, 4096);
}

static void test_16_are_let_in_ahead_of_a_thread(void **state) {
  static const char head[] = "GET / HTTP/1.1\r\n\r\n";
  int guests[MANY], count = 0;
  (void)state;
  for (int i = 0; i < MANY; i++) clients[i] = come(head);
  look_for(MANY, MANY * strlen(head));
  while (count < MANY && (guests[count] = let_in()) >= 0) count++;
  assert_int_equal(count, 2 * THREADS + 16);
  leave(guests[0]);
  guests[0] = let_in();
  assert_true(guests[0] >= 0);
  assert_int_equal(let_in(), -1);
  for (int i = 0; i < count; i++) leave(guests[i]);
  for (int i = 0; i < MANY; i++) close(clients[i]);
}

static void test_a_reply_that_is_not_taken_has_20_seconds(void **state) {
  unsigned timeout = 0;
  socklen_t size = sizeof timeout;
  (void)state;
  int client = come("GET / HTTP/1.1\r\n\r\n");
  look_for(1, 18);
  int one = let_in();
  assert_true(one >= 0);
  getsockopt(one, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, &size);
  assert_int_equal(timeout, 20000);
  leave(one);
  close(client);
}

/* Has the server closed it? */
static bool is_closed(int client) {
  char byte;
  ssize_t size = recv(client, &byte, 1, MSG_DONTWAIT);
  return size == 0 || (size < 0 && errno != EAGAIN);
}

/* Each byte makes the door look at all that came before. */
static void test_pieces_of_a_head_are_4_MiB_looked_at(void **state) {
  static char head[50001];
  size_t size = sizeof head - 1, looked = size, most = 4 << 20;
  (void)state;
  memset(head, 'x', size);
  int client = come(head);
  look_for(1, looked);
  while (looked <= most - size) {
    assert_int_equal(send(client, "x", 1, 0), 1);
    looked += ++size;
    look_for(1, looked);
  }
  assert_false(is_closed(client));
  assert_int_equal(send(client, "x", 1, 0), 1);
  time_t since = time(NULL);
  while (!is_closed(client)) {
    wait_on(since, "the end of the connection");
    let_in();
  }
  assert_int_equal(door.count, 0);
  close(client);
}

static void test_a_head_has_5_seconds(void **state) {
  char reply[100] = "";
  (void)state;
  int client = come("GET / HT"), silent = come("");
  look_for(2, strlen("GET / HT"));
  now += 4999;
  assert_int_equal(let_in(), -1);
  assert_false(is_closed(client) || is_closed(silent));
  now += 1;
  assert_int_equal(let_in(), -1);
  assert_true(recv(client, reply, sizeof reply - 1, 0) > 0);
  assert_memory_equal(reply, "HTTP/1.1 408", 12);
  assert_true(is_closed(client) && is_closed(silent));
  close(client);
  close(silent);
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, open_door, close_door)

int main(void) {
  const struct CMUnitTest tests[] = {
      EACH(test_the_kernel_keeps_4096),
      EACH(test_16_are_let_in_ahead_of_a_thread),
      EACH(test_a_reply_that_is_not_taken_has_20_seconds),
      EACH(test_pieces_of_a_head_are_4_MiB_looked_at),
      EACH(test_a_head_has_5_seconds),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

#else
int main(void) { return 0; }
#endif

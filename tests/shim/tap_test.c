/*
** tap_test.c: how much is read that nobody wants, of a client that sends for
** ever, by a clock that goes on with what he sends.
*/
#define _POSIX_C_SOURCE 200809L
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include <cmocka.h>

static int ask(struct pollfd *sockets, nfds_t count, int patience);
static ssize_t receive(int socket, void *buffer, size_t size, int flags);
static int end_ours(int socket, int how);
#define poll(sockets, count, patience) ask(sockets, count, patience)
#define recvfrom(socket, buffer, size, flags, from, from_size)                 \
  receive(socket, buffer, size, flags)
#define shutdown(socket, how) end_ours(socket, how)
#include "../../shim/tap.c"

#define HIS 7 /* a socket */

static long long now, silence; /* in milliseconds; before each piece */
static size_t piece, taken;    /* how large one is, and all in sum */
static bool ended;             /* our half of the connection */

long long moment_milliseconds(void) { return now; }

static int ask(struct pollfd *sockets, nfds_t count, int patience) {
  assert_int_equal(sockets->fd, HIS);
  assert_int_equal(count, 1);
  now += silence < patience ? silence : patience;
  return silence <= patience;
}

static ssize_t receive(int socket, void *buffer, size_t size, int flags) {
  (void)buffer;
  assert_int_equal(flags, ended ? MSG_DONTWAIT : 0);
  assert_int_equal(socket, HIS);
  if (size > piece) size = piece;
  taken += size;
  return (ssize_t)size;
}

static int end_ours(int socket, int how) {
  assert_int_equal(socket, HIS);
  assert_int_equal(how, SHUT_WR);
  ended = true;
  return 0;
}

/* Has a head come, and then pieces of that size, each after so long. Returns
** how many bytes of them are taken. */
static size_t linger(size_t size, long long milliseconds) {
  char head[16];
  piece = size;
  silence = milliseconds;
  now = 5000;
  ended = false;
  recv(HIS, head, sizeof head, 0);
  taken = 0;
  tap_linger();
  assert_true(ended);
  return taken;
}

static void before_anything_has_come_there_is_nobody(void **state) {
  (void)state;
  taken = 0;
  tap_linger();
  assert_false(ended);
  assert_int_equal(taken, 0);
}

static void four_mebibytes_are_taken(void **state) {
  (void)state;
  assert_int_equal(linger(16384, 0), 4 * 1024 * 1024);
  assert_int_equal(now, 5000);
  /* Up to the piece in which it is so many. */
  assert_int_equal(linger(10000, 0), 420 * 10000);
}

static void for_a_second(void **state) {
  (void)state;
  assert_int_equal(linger(1, 10), 100);
  assert_int_equal(now, 6000);
  assert_int_equal(linger(1, 300), 3);
  assert_int_equal(now, 6000);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(before_anything_has_come_there_is_nobody),
      cmocka_unit_test(four_mebibytes_are_taken),
      cmocka_unit_test(for_a_second),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

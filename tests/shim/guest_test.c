/*
** guest_test.c: how long a thread waits, and for whom. Nothing is measured: a
** patience of none is over at once, and one of minutes is not over yet.
*/
#include "../../shim/guest.c"

#include "../../shim/bodies.c"
#include "../../shim/metrics.c"
#include "../../shim/moment.c"
#include "../../shim/origins.c"
#include "../../shim/output.c"
#include "../../shim/ring.c"

#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>
/* What cmocka needs comes before it. */
#include <cmocka.h>

#ifdef __linux__

#define MINUTES 600000

bool wal_limit_is_reached(void) { return false; }

static int ours, theirs;

/* A connection by TCP, as civetweb has it: its end is ours. */
static int connect_both(void **state) {
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct sockaddr *any = (struct sockaddr *)&address;
  socklen_t size = sizeof address;
  (void)state;
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  theirs = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(listener, any, size) != 0 || listen(listener, 1) != 0 ||
      getsockname(listener, any, &size) != 0 || connect(theirs, any, size) != 0)
    return -1;
  ours = accept(listener, NULL, NULL);
  close(listener);
  guest_configure(8);
  guest_expect();
  return fcntl(ours, F_SETFL, O_NONBLOCK);
}

static int close_both(void **state) {
  (void)state;
  close(ours);
  if (theirs >= 0) close(theirs);
  guest_expect();
  return 0;
}

/* What poll says when it waits a moment for these events. */
static int wait_for(short events) {
  struct pollfd socket = {.fd = ours, .events = events};
  return guest_poll(&socket, 1, 1);
}

/* Fills the buffers between the two; theirs reads nothing. Returns the bytes
** that the kernel has taken. */
static size_t fill(void) {
  static char bytes[65536];
  size_t sum = 0;
  ssize_t count;
  while ((count = send(ours, bytes, sizeof bytes, MSG_NOSIGNAL)) > 0 ||
         poll(&(struct pollfd){.fd = ours, .events = POLLOUT}, 1, 200) > 0)
    sum += count > 0 ? (size_t)count : 0;
  return sum;
}

static void test_gone_is_who_has_hung_up(void **state) {
  (void)state;
  assert_int_equal(guest_current(), -1);
  assert_false(guest_is_gone(-1));
  wait_for(POLLIN);
  assert_int_equal(guest_current(), ours);
  assert_false(guest_is_gone(ours));
  assert_int_equal(send(theirs, "x", 1, 0), 1);
  assert_int_equal(wait_for(POLLIN), 1);
  assert_false(guest_is_gone(ours));
  close(theirs);
  theirs = -1;
  wait_for(POLLIN);
  assert_true(guest_is_gone(ours)); /* though there is a byte to be read */
}

static void test_who_brings_nothing_is_overdue(void **state) {
  (void)state;
  assert_int_equal(wait_for(POLLIN), 0);
  assert_int_equal(guest_end(), GUEST_STAYS);
  guest_begin(0);
  assert_int_equal(wait_for(POLLIN), -1);
  assert_int_equal(guest_end(), GUEST_OVERDUE);
  /* From then on nobody waits, but what is there is taken. */
  guest_begin(MINUTES);
  assert_int_equal(wait_for(POLLIN), -1);
  assert_int_equal(wait_for(POLLOUT), 1);
}

static void test_bytes_give_more_time(void **state) {
  (void)state;
  wait_for(POLLIN);
  guest_begin(0);
  guest_moved(60 * GUEST_RATE);
  assert_int_equal(wait_for(POLLIN), 0);
  assert_int_equal(guest_end(), GUEST_STAYS);
}

static void test_bytes_that_nobody_took_do_not(void **state) {
  (void)state;
  wait_for(POLLIN);
  size_t sent = fill();
  assert_true(sent > 0);
  /* The kernel of the other side holds a part: that counts. */
  guest_begin(0);
  guest_moved(sent);
  long long taken = guest_progress(POLLOUT);
  assert_true(taken < (long long)sent);
  guest_begin((int)(-taken * 1000 / GUEST_RATE) - 1);
  guest_moved(sent);
  assert_int_equal(wait_for(POLLOUT), -1);
  assert_int_equal(guest_end(), GUEST_OVERDUE);
}

/* civetweb writes again when poll has failed: that must be the end of it, and
** not begin anew without a pause. */
static void test_who_is_given_up_is_written_to_no_more(void **state) {
  (void)state;
  wait_for(POLLIN);
  assert_true(fill() > 0);
  assert_int_equal(wait_for(POLLOUT), 0);
  guest_begin(-MINUTES);
  assert_int_equal(wait_for(POLLOUT), -1);
  assert_int_equal(send(ours, "x", 1, MSG_NOSIGNAL), -1);
  assert_int_equal(errno, EPIPE);
}

/* So it is with the reply to a body that was given up, if it does not fit. */
static void test_nor_is_who_was_given_up_before(void **state) {
  (void)state;
  wait_for(POLLIN);
  guest_begin(0);
  assert_int_equal(wait_for(POLLIN), -1);
  assert_true(fill() > 0);
  assert_int_equal(wait_for(POLLOUT), -1);
  assert_int_equal(send(ours, "x", 1, MSG_NOSIGNAL), -1);
  assert_int_equal(errno, EPIPE);
}

/* Of eight threads two may wait for strangers, four for the admitted. */
static void test_places_are_few(void **state) {
  (void)state;
  wait_for(POLLIN);
  guest_places[0].taken = 2;
  guest_admit();
  guest_begin(MINUTES);
  assert_int_equal(wait_for(POLLIN), 0);
  guest_places[1].taken = 4;
  assert_int_equal(wait_for(POLLIN), -1);
  assert_int_equal(guest_end(), GUEST_CROWDED);
  assert_int_equal(guest_places[1].taken, 4);
  guest_expect();
  assert_int_equal(wait_for(POLLIN), -1);
  assert_int_equal(guest_end(), GUEST_CROWDED);
  guest_places[0].taken = 1;
  guest_expect();
  assert_int_equal(wait_for(POLLIN), 0);
  assert_int_equal(guest_places[0].taken, 1);
}

/* Another one with a place, who will be overdue at some time. */
static struct Guest other;
static void take_the_other_place(long long overdue) {
  other = (struct Guest){.origin = guest.origin,
                         .overdue = overdue,
                         .bell = eventfd(0, EFD_NONBLOCK)};
  ring_append(&guest_places[0].guests, &other.place);
  guest_places[0].taken = 2;
}

static void test_the_slowest_gives_way(void **state) {
  uint64_t rings = 0;
  (void)state;
  wait_for(POLLIN);
  guest_begin(MINUTES);
  take_the_other_place(moment_milliseconds() + MINUTES); /* as we are */
  assert_int_equal(wait_for(POLLIN), -1);
  assert_true(ring_holds(&other.place));
  ring_remove(&other.place);
  close(other.bell);
  guest_places[0].taken = 0;
  guest_expect();
  wait_for(POLLIN);
  guest_begin(MINUTES);
  take_the_other_place(moment_milliseconds() + MINUTES - 2 * GUEST_LEAD);
  assert_int_equal(wait_for(POLLIN), 0);
  assert_false(ring_holds(&other.place));
  assert_int_equal(read(other.bell, &rings, sizeof rings), sizeof rings);
  close(other.bell);
}

/* Two of another address, both faster than we: one of them gives way, the
** slower one. Then we have one and they have one, and we are the slower. */
static void test_the_greedy_give_way(void **state) {
  struct Guest more = {.origin = 1, .bell = -1};
  (void)state;
  wait_for(POLLIN);
  guest_begin(0);
  guest_moved(2 * GUEST_RATE); /* two seconds */
  take_the_other_place(moment_milliseconds() + MINUTES);
  other.origin = 1;
  more.overdue = other.overdue + 1;
  ring_append(&guest_places[0].guests, &more.place);
  assert_int_equal(wait_for(POLLIN), 0);
  assert_false(ring_holds(&other.place));
  assert_true(ring_holds(&more.place));
  guest_places[0].taken = 2;
  assert_int_equal(wait_for(POLLIN), -1);
  assert_int_equal(guest_end(), GUEST_CROWDED);
  close(other.bell);
}

/* Takes the place of whoever has one, once there is somebody. */
static void *come_later(void *argument) {
  bool displaced = false;
  (void)argument;
  guest.overdue = LLONG_MAX / 2; /* from nowhere, which has no places */
  while (!displaced) {
    pthread_mutex_lock(&guest_mutex);
    displaced = guest_displace(&guest_places[0]);
    pthread_mutex_unlock(&guest_mutex);
    usleep(1000);
  }
  return NULL;
}

static void test_whose_place_is_taken_is_told(void **state) {
  struct pollfd socket = {.fd = ours, .events = POLLIN};
  pthread_t thread;
  (void)state;
  wait_for(POLLIN);
  guest_begin(MINUTES);
  assert_int_equal(pthread_create(&thread, NULL, come_later, NULL), 0);
  assert_int_equal(guest_poll(&socket, 1, MINUTES), -1);
  assert_int_equal(guest_end(), GUEST_CROWDED);
  pthread_join(thread, NULL);
  assert_int_equal(guest_places[0].taken, 0);
  /* The bell is silent for the next one. */
  guest_expect();
  assert_int_equal(wait_for(POLLIN), 0);
  assert_int_equal(
      guest_ask(&(struct pollfd){.fd = guest.bell, .events = POLLIN}, 1, 0), 0);
}

static void test_who_is_idle_gives_way(void **state) {
  struct pollfd socket = {.fd = ours, .events = POLLIN};
  (void)state;
  wait_for(POLLIN);
  guest_idle();
  assert_int_equal(guest_poll(&socket, 1, GUEST_SLICE + 1), 0);
  atomic_fetch_add(&guest_count, 4); /* five of eight have a guest */
  guest_idle();
  assert_int_equal(guest_poll(&socket, 1, GUEST_SLICE + 1), -1);
  guest_expect();
  wait_for(POLLIN);
  /* One who has sent something is not idle. */
  guest_idle();
  assert_int_equal(send(theirs, "x", 1, 0), 1);
  assert_int_equal(guest_poll(&socket, 1, MINUTES), 1);
  atomic_fetch_sub(&guest_count, 4);
}

/* He may be silent for a moment, and has the usual time for what he begins. */
static void test_idle_ends_with_the_first_byte(void **state) {
  struct pollfd socket = {.fd = ours, .events = POLLIN};
  (void)state;
  wait_for(POLLIN);
  guest_idle();
  assert_true(guest_overdue(POLLIN) <= moment_milliseconds() + GUEST_IDLE);
  guest.since -= GUEST_IDLE;
  assert_int_equal(guest_poll(&socket, 1, MINUTES), -1);
  guest_expect();
  wait_for(POLLIN);
  guest_idle();
  assert_int_equal(send(theirs, "G", 1, 0), 1);
  assert_int_equal(guest_poll(&socket, 1, MINUTES), 1);
  assert_false(guest.idle);
  assert_int_equal(guest.patience, GUEST_PATIENCE);
}

static void test_the_end_is_for_all(void **state) {
  struct pollfd socket = {.fd = ours, .events = POLLIN};
  (void)state;
  wait_for(POLLIN);
  guest_call_last();
  guest_begin(MINUTES);
  assert_true(guest_overdue(POLLIN) <= moment_milliseconds() + GUEST_PATIENCE);
  assert_int_equal(wait_for(POLLIN), 0);
  guest_idle();
  assert_int_equal(guest_poll(&socket, 1, MINUTES), -1);
}

/* Threads that serve nobody, and other sockets, have no limits. */
static void test_others_are_none_of_it(void **state) {
  struct pollfd socket = {.fd = theirs, .events = POLLIN};
  (void)state;
  wait_for(POLLIN);
  guest_begin(0);
  assert_int_equal(guest_poll(&socket, 1, 1), 0);
  guest = (struct Guest){.socket = -1};
  assert_int_equal(wait_for(POLLIN), 0);
  assert_int_equal(guest_current(), -1);
  atomic_fetch_sub(&guest_count, 1);
}

#define GUEST_TEST(name)                                                       \
  cmocka_unit_test_setup_teardown(name, connect_both, close_both)

int main(void) {
  const struct CMUnitTest tests[] = {
      GUEST_TEST(test_gone_is_who_has_hung_up),
      GUEST_TEST(test_who_brings_nothing_is_overdue),
      GUEST_TEST(test_bytes_give_more_time),
      GUEST_TEST(test_bytes_that_nobody_took_do_not),
      GUEST_TEST(test_who_is_given_up_is_written_to_no_more),
      GUEST_TEST(test_nor_is_who_was_given_up_before),
      GUEST_TEST(test_places_are_few),
      GUEST_TEST(test_the_slowest_gives_way),
      GUEST_TEST(test_the_greedy_give_way),
      GUEST_TEST(test_whose_place_is_taken_is_told),
      GUEST_TEST(test_who_is_idle_gives_way),
      GUEST_TEST(test_idle_ends_with_the_first_byte),
      GUEST_TEST(test_the_end_is_for_all),
      GUEST_TEST(test_others_are_none_of_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

static void test_others_are_none_of_it(void **state) {
  (void)state;
  assert_int_equal(guest_current(), -1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_others_are_none_of_it)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif

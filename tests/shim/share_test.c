/*
** share_test.c: who is given a place by shim/share.c. The test is the threads:
** it joins waiters itself and looks what becomes of them, so that nothing
** depends on time; the last tests wait in earnest.
*/
#define _POSIX_C_SOURCE 200809L
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../shim/moment.c"
#include "../../shim/share.c"

#define MANY 60

static Share share;
static ShareWaiter waiters[MANY];

static void begin(long places, long most) {
  assert_true(share_init(&share, places, most));
}

/* Nobody is left, and every place is back. */
static void end(void) {
  assert_int_equal(share.free, share.places);
  assert_int_equal(share.waiting, 0);
  share_free(&share);
}

static void join(int number, uint64_t tenant) {
  waiters[number] = (ShareWaiter){.tenant = tenant};
  moment_init_condition(&waiters[number].changed);
  share_join(&share, &waiters[number]);
}

static int state(int number) { return waiters[number].state; }

static void a_tenant_alone_has_all(void **unused) {
  (void)unused;
  begin(4, 8);
  for (int i = 0; i < 4; i++) assert_true(share_enter(&share, 1));
  assert_false(share_enter(&share, 1));
  assert_false(share_yield(&share, 1));
  for (int i = 0; i < 4; i++) share_leave(&share, 1);
  end();
}

static void who_has_more_gives_way(void **unused) {
  (void)unused;
  begin(4, 8);
  for (int i = 0; i < 4; i++) share_enter(&share, 1);
  join(0, 2);
  join(1, 2);
  join(2, 2);
  assert_int_equal(state(0), SHARE_WAITS);
  assert_true(share_yield(&share, 1));
  assert_int_equal(state(0), SHARE_GIVEN);
  assert_int_equal(state(1), SHARE_WAITS);
  assert_true(share_yield(&share, 1));
  assert_int_equal(state(1), SHARE_GIVEN);
  /* two each: the third waits for an end */
  assert_false(share_yield(&share, 1));
  assert_false(share_yield(&share, 2));
  assert_int_equal(state(2), SHARE_WAITS);
  share_leave(&share, 1);
  assert_int_equal(state(2), SHARE_GIVEN);
  share_leave(&share, 1);
  for (int i = 0; i < 3; i++) share_leave(&share, 2);
  end();
}

/* A tenant's own waiters are no reason. */
static void nobody_gives_way_to_his_own(void **unused) {
  (void)unused;
  begin(2, 8);
  share_enter(&share, 1);
  share_enter(&share, 1);
  join(0, 1);
  assert_false(share_yield(&share, 1));
  share_leave(&share, 1);
  assert_int_equal(state(0), SHARE_GIVEN);
  share_leave(&share, 1);
  share_leave(&share, 1);
  end();
}

/* With one place there is nothing to share but turns. */
static void tenants_have_turns(void **unused) {
  (void)unused;
  begin(1, MANY);
  share_enter(&share, 1);
  for (int i = 0; i < 30; i++) join(i, 1);
  join(30, 2);
  join(31, 2);
  join(32, 3);
  const int order[] = {30, 32, 0, 31, 1, 2};
  uint64_t holder = 1;
  for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
    assert_false(share_yield(&share, holder));
    share_leave(&share, holder);
    assert_int_equal(state(order[i]), SHARE_GIVEN);
    holder = waiters[order[i]].tenant;
  }
  for (int i = 0; i < 28; i++) share_leave(&share, 1);
  end();
}

/* Who has fewest is first, whenever he came. */
static void who_has_fewest_is_first(void **unused) {
  (void)unused;
  begin(4, 8);
  for (int i = 0; i < 3; i++) share_enter(&share, 1);
  share_enter(&share, 2);
  join(0, 1);
  join(1, 2);
  share_leave(&share, 1);
  assert_int_equal(state(0), SHARE_WAITS);
  assert_int_equal(state(1), SHARE_GIVEN);
  share_leave(&share, 2);
  assert_int_equal(state(0), SHARE_GIVEN);
  for (int i = 0; i < 3; i++) share_leave(&share, 1);
  share_leave(&share, 2);
  end();
}

static void when_too_many_wait_the_next_is_refused(void **unused) {
  (void)unused;
  begin(1, 3);
  share_enter(&share, 1);
  for (int i = 0; i < 4; i++) join(i, 1);
  assert_int_equal(state(2), SHARE_WAITS);
  assert_int_equal(state(3), SHARE_REFUSED);
  for (int i = 0; i < 4; i++) share_leave(&share, 1);
  end();
}

static void or_the_last_of_who_has_most(void **unused) {
  (void)unused;
  begin(1, 3);
  share_enter(&share, 1);
  for (int i = 0; i < 3; i++) join(i, 1);
  join(3, 2); /* 1 has three, 2 would have one */
  assert_int_equal(state(2), SHARE_REFUSED);
  assert_int_equal(state(3), SHARE_WAITS);
  join(4, 2); /* 1 has two, and 2 would have as many */
  assert_int_equal(state(4), SHARE_REFUSED);
  join(5, 3);
  assert_int_equal(state(1), SHARE_REFUSED);
  assert_int_equal(state(5), SHARE_WAITS);
  share_leave(&share, 1);
  assert_int_equal(state(3), SHARE_GIVEN);
  share_leave(&share, 2);
  assert_int_equal(state(5), SHARE_GIVEN);
  share_leave(&share, 3);
  assert_int_equal(state(0), SHARE_GIVEN);
  share_leave(&share, 1);
  end();
}

/* However it goes, no place is lost and none is had twice. */
static void places_are_neither_lost_nor_doubled(void **unused) {
  (void)unused;
  unsigned random = 1;
  begin(5, 20);
  long held[4] = {0};
  for (int i = 0; i < 20000; i++) {
    random = random * 1103515245U + 12345U;
    uint64_t tenant = random >> 16 & 3;
    long sum = 0;
    for (int t = 0; t < 4; t++) held[t] = share_held(&share, (uint64_t)t);
    for (int t = 0; t < 4; t++) sum += held[t];
    assert_int_equal(sum + share.free, 5);
    assert_true(share.free == 0 || share.waiting == 0);
    switch (random >> 20 & 3) {
    case 0:
      share_enter(&share, tenant);
      break;
    case 1:
      if (held[tenant]) share_leave(&share, tenant);
      break;
    case 2:
      if (held[tenant]) share_yield(&share, tenant);
      break;
    default:
      for (int w = 0; w < MANY; w++) {
        bool idle = true;
        for (ShareWaiter *at = share.first; at; at = at->next)
          if (at == &waiters[w]) idle = false;
        if (!idle) continue;
        join(w, tenant);
        break;
      }
    }
  }
  while (share.free < 5)
    for (uint64_t t = 0; t < 4; t++)
      if (share_held(&share, t)) share_leave(&share, t);
  end();
}

/*
** Threads.
*/

static void *wait_long(void *result) {
  *(ShareEnd *)result = share_wait(&share, 2, moment_now() + 60 * MOMENT_SECOND,
                                   (ShareClient){NULL, NULL});
  return NULL;
}

static void who_waits_is_woken(void **unused) {
  (void)unused;
  ShareEnd result = SHARE_GONE;
  pthread_t thread;
  begin(1, 3);
  share_enter(&share, 1);
  assert_int_equal(pthread_create(&thread, NULL, wait_long, &result), 0);
  long waiting = 0;
  while (!waiting) {
    pthread_mutex_lock(&share.mutex);
    waiting = share.waiting;
    pthread_mutex_unlock(&share.mutex);
  }
  share_leave(&share, 1);
  pthread_join(thread, NULL);
  assert_int_equal(result, SHARE_HAS);
  share_leave(&share, 2);
  end();
}

static bool is_gone(void *client) {
  (void)client;
  return true;
}

static void nobody_waits_for_ever(void **unused) {
  (void)unused;
  ShareClient nobody = {NULL, NULL}, gone = {is_gone, NULL};
  begin(1, 1);
  share_enter(&share, 1);
  assert_int_equal(share_wait(&share, 2, moment_now(), nobody), SHARE_FULL);
  assert_int_equal(share_wait(&share, 2, moment_now() + MOMENT_SECOND, gone),
                   SHARE_GONE);
  share_leave(&share, 1);
  end();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_tenant_alone_has_all),
      cmocka_unit_test(who_has_more_gives_way),
      cmocka_unit_test(nobody_gives_way_to_his_own),
      cmocka_unit_test(tenants_have_turns),
      cmocka_unit_test(who_has_fewest_is_first),
      cmocka_unit_test(when_too_many_wait_the_next_is_refused),
      cmocka_unit_test(or_the_last_of_who_has_most),
      cmocka_unit_test(places_are_neither_lost_nor_doubled),
      cmocka_unit_test(who_waits_is_woken),
      cmocka_unit_test(nobody_waits_for_ever),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

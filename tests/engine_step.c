/* Calls moved by dyn_step and dyn_wants against a real engine: nothing blocks, several clients share one thread, limits fire, connections
 * come and go. The example of the epoll loop is run here too, so that the sanitizers see it. */
#define main two_clients_epoll
#include "../examples/two_clients_epoll.c"
#undef main
#include <setjmp.h>
#include <stdarg.h>
#include <poll.h>
#include <cmocka.h>
#include "client_fixture.h"

/* --- A stream that checks that nobody lets it block ---------------------------------------------------------------- */

typedef struct watched {
    dyn_posix_stream posix;
    dyn_stream       below, stream;
    int              opens, calls;
} watched;

static int watched_open(void *user, const char *host, uint16_t port, uint32_t wait_ms)
{
    watched *w = (watched *)user;

    assert_int_equal(wait_ms, 0);
    w->opens++;
    return w->below.open(w->below.user, host, port, wait_ms);
}

static ptrdiff_t watched_read(void *user, void *to, size_t size, uint32_t wait_ms)
{
    watched *w = (watched *)user;

    assert_int_equal(wait_ms, 0);
    w->calls++;
    return w->below.read(w->below.user, to, size, wait_ms);
}

static ptrdiff_t watched_write(void *user, const void *from, size_t size, uint32_t wait_ms)
{
    watched *w = (watched *)user;

    assert_int_equal(wait_ms, 0);
    w->calls++;
    return w->below.write(w->below.user, from, size, wait_ms);
}

static bool watched_alive(void *user)
{
    watched *w = (watched *)user;

    return w->below.alive(w->below.user);
}

static void watched_close(void *user)
{
    watched *w = (watched *)user;

    w->below.close(w->below.user);
}

static void watched_wait(void *user, int wants, uint32_t ms)
{
    (void)user, (void)wants, (void)ms;
    fail_msg("dyn_step waited");
}

static intptr_t watched_handle(void *user)
{
    watched *w = (watched *)user;

    return w->below.handle(w->below.user);
}

static void watched_make(watched *w)
{
    memset(w, 0, sizeof *w);
    dyn_posix_stream_make(&w->posix, &w->below);
    w->stream.open = watched_open, w->stream.read = watched_read, w->stream.write = watched_write, w->stream.alive = watched_alive;
    w->stream.close = watched_close, w->stream.wait = watched_wait, w->stream.handle = watched_handle, w->stream.user = w;
}

/* --- Stepping ------------------------------------------------------------------------------------------------------ */

static char prefix[48];

static void table(void)
{
    fixture f;

    assert_int_equal(fixture_open(&f, 16384, NULL), DYN_OK);
    snprintf(prefix, sizeof prefix, "%s", f.prefix);
    want(&f.db, DYN_OK, dyn_create_table(&f.db, &reading_model, NULL));
    want(&f.db, DYN_OK, dyn_wait_table(&f.db, &reading_model, DYN_TABLE_ACTIVE, NULL));
    fixture_close(&f);
}

static void drop_table(void)
{
    fixture f;
    dyn_config c;

    memset(&c, 0, sizeof c);
    c.table_prefix = prefix;
    if (gate_is_there())
        gate_reset();
    assert_int_equal(fixture_open(&f, 16384, &c), DYN_OK);
    want(&f.db, DYN_OK, dyn_delete_table(&f.db, &reading_model, NULL));
    fixture_close(&f);
}

static void open_stepped(fixture *f, watched *w, dyn_config *c)
{
    watched_make(w);
    c->stream = &w->stream, c->table_prefix = prefix;
    assert_int_equal(fixture_open(f, 16384, c), DYN_OK);
}

/* Waits for what the client wants, by poll. */
static void wait_for(dyn_client *db)
{
    dyn_want want = dyn_wants(db);
    struct pollfd p;

    p.fd = want.events ? (int)want.handle : -1;
    p.events = (short)((want.events & DYN_WANT_READ ? POLLIN : 0) | (want.events & DYN_WANT_WRITE ? POLLOUT : 0));
    assert_true(!want.events || p.fd >= 0);
    poll(&p, 1, (int)want.ms);
}

static dyn_status drive(dyn_client *db, dyn_status begun)
{
    dyn_status s = begun;

    for (int i = 0; s == DYN_OK || s == DYN_PENDING; i++) {
        s = dyn_step(db);
        if (s != DYN_PENDING)
            return s;
        wait_for(db);
        assert_true(i < 100000);
    }
    return s;
}

static reading sample(int64_t at)
{
    reading r;

    memset(&r, 0, sizeof r);
    strcpy(r.device, "boiler-9");
    r.taken_at = at, r.celsius = 21.5;
    return r;
}

static void the_example_of_two_clients_runs(void **state)
{
    (void)state;
    assert_int_equal(two_clients_epoll(), 0);
}

static void the_example_goes_on_over_connections_that_are_closed_under_it(void **state)
{
    (void)state;
    if (!gate_is_there())
        skip();
    gate_reset();
    gate_rule("[{\"op\":\"PutItem\",\"action\":\"close_after\",\"skip\":3,\"times\":9},{\"op\":\"PutItem\",\"action\":\"reset_before\"},{\"op\":\"PutItem\",\"action\":\"throttle\"},"
              "{\"op\":\"Query\",\"action\":\"cut\",\"at\":700},{\"op\":\"Query\",\"action\":\"delay_ms\",\"ms\":30}]");
    assert_int_equal(two_clients_epoll(), 0);
    assert_int_equal(gate_stat("rules_left"), 0);
    assert_true(gate_stat("connections") > 8);
    gate_reset();
}

static void every_operation_can_be_stepped_and_none_blocks(void **state)
{
    fixture f;
    watched w;
    dyn_config c;
    dyn_rows rows;
    dyn_table_info info;
    static dyn_tables tables;
    reading r = sample(1), other;
    int count = 0;
    dyn_status s;

    (void)state;
    table();
    memset(&c, 0, sizeof c);
    open_stepped(&f, &w, &c);
    want(&f.db, DYN_OK, drive(&f.db, reading_put_begin(&f.db, &r, NULL)));
    r.taken_at = 2;
    want(&f.db, DYN_OK, drive(&f.db, reading_put_begin(&f.db, &r, NULL)));
    want(&f.db, DYN_OK, drive(&f.db, reading_update_begin(&f.db, &r, DYN_EXPR("SET celsius = celsius + ?", 1), NULL)));
    want(&f.db, DYN_OK, drive(&f.db, reading_get_key_begin(&f.db, &other, DYN_KEY("boiler-9", 2), NULL)));
    assert_true(other.celsius == 22.5);
    dyn_query q = { .key = DYN_EXPR("device = ?", "boiler-9") };
    assert_int_equal(reading_select(&f.db, &rows, &q), DYN_OK);
    while ((s = drive(&f.db, reading_next_begin(&rows, &other))) == DYN_ROW)
        assert_int_equal(other.taken_at, ++count);
    assert_int_equal(s, DYN_DONE);
    assert_int_equal(count, 2);
    assert_int_equal(dyn_finish(&rows), DYN_OK);
    want(&f.db, DYN_OK, drive(&f.db, reading_delete_begin(&f.db, &r, NULL)));
    want(&f.db, DYN_NOT_FOUND, drive(&f.db, reading_get_begin(&f.db, &r, NULL)));
    want(&f.db, DYN_OK, drive(&f.db, dyn_describe_table_begin(&f.db, &reading_model, &info, NULL)));
    assert_int_equal(info.status, DYN_TABLE_ACTIVE);
    want(&f.db, DYN_OK, drive(&f.db, dyn_list_tables_begin(&f.db, &tables, NULL)));
    assert_true(tables.count >= 1);
    want(&f.db, DYN_OK, drive(&f.db, dyn_wait_table_begin(&f.db, &reading_model, DYN_TABLE_ACTIVE, NULL)));
    assert_int_equal(w.opens > 0, 1);
    fixture_close(&f);
    drop_table();
}

static void one_client_waits_while_the_other_works(void **state)
{
    fixture a, b;
    watched wa, wb;
    dyn_config ca, cb;
    reading ra = sample(1), rb = sample(2);
    int done = 0;

    (void)state;
    if (!gate_is_there())
        skip();
    table();
    memset(&ca, 0, sizeof ca), memset(&cb, 0, sizeof cb);
    open_stepped(&a, &wa, &ca);
    open_stepped(&b, &wb, &cb);
    gate_rule("{\"op\":\"PutItem\",\"action\":\"delay_ms\",\"ms\":400}");
    assert_int_equal(reading_put_begin(&a.db, &ra, NULL), DYN_OK);
    while (gate_stat("rules_left") > 0)        /* until the gate has it */
        assert_int_equal(dyn_step(&a.db), DYN_PENDING);
    while (done < 5) {
        want(&b.db, DYN_OK, drive(&b.db, reading_put_begin(&b.db, &rb, NULL)));
        done++;
    }
    assert_int_equal(dyn_step(&a.db), DYN_PENDING);
    assert_int_equal(dyn_wants(&a.db).events, DYN_WANT_READ);
    want(&a.db, DYN_OK, drive(&a.db, DYN_OK));
    fixture_close(&a);
    fixture_close(&b);
    drop_table();
}

static void limits_fire_when_the_wanted_time_is_waited(void **state)
{
    fixture f;
    watched w;
    dyn_config c;
    reading r = sample(1);

    (void)state;
    if (!gate_is_there())
        skip();
    table();
    memset(&c, 0, sizeof c);
    c.attempt_ms = 120, c.attempts = 1;
    open_stepped(&f, &w, &c);
    gate_rule("{\"op\":\"GetItem\",\"action\":\"drop\",\"ms\":60000}");
    int steps = 0;
    assert_int_equal(reading_get_begin(&f.db, &r, NULL), DYN_OK);
    dyn_status s;
    while ((s = dyn_step(&f.db)) == DYN_PENDING) {
        wait_for(&f.db);
        assert_true(++steps < 20);             /* a few waits, not a busy loop */
    }
    want(&f.db, DYN_TIMEOUT, s);
    want(&f.db, DYN_NOT_FOUND, drive(&f.db, reading_get_begin(&f.db, &r, NULL)));
    fixture_close(&f);
    drop_table();
}

static void a_cancelled_call_leaves_a_client_that_works(void **state)
{
    fixture f;
    watched w;
    dyn_config c;
    reading r = sample(1);

    (void)state;
    table();
    memset(&c, 0, sizeof c);
    open_stepped(&f, &w, &c);
    for (int steps = 0; steps < 12; steps++) {
        dyn_status s = reading_put_begin(&f.db, &r, NULL);
        assert_int_equal(s, DYN_OK);
        s = DYN_PENDING;
        for (int i = 0; i < steps && s == DYN_PENDING; i++)
            s = dyn_step(&f.db);
        dyn_cancel(&f.db);
        assert_int_equal(dyn_wants(&f.db).handle, -1);
        assert_int_equal(dyn_step(&f.db), DYN_INVALID);
        want(&f.db, DYN_OK, drive(&f.db, reading_put_begin(&f.db, &r, NULL)));
    }
    fixture_close(&f);
    drop_table();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_of_two_clients_runs),
        cmocka_unit_test(the_example_goes_on_over_connections_that_are_closed_under_it),
        cmocka_unit_test(every_operation_can_be_stepped_and_none_blocks),
        cmocka_unit_test(one_client_waits_while_the_other_works),
        cmocka_unit_test(limits_fire_when_the_wanted_time_is_waited),
        cmocka_unit_test(a_cancelled_call_leaves_a_client_that_works),
    };

    if (getenv("DYNREPO_ENDPOINT"))            /* the example knows nothing of this variable */
        setenv("AWS_ENDPOINT_URL_DYNAMODB", getenv("DYNREPO_ENDPOINT"), 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

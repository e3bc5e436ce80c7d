#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* Faults between the client and a real engine, made by the gate: what was acknowledged was applied once, what was not is said to be
 * uncertain, and a read loses and doubles nothing. The data in the engine is read past the client. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>
#include "client_fixture.h"

typedef struct counter {
    char    id[16];
    int64_t n;
    double  hits;
    char    note[200];
} counter;

static const dyn_field counter_fields[] = {
    DYN_TEXT(counter, id), DYN_INT(counter, n), DYN_REAL(counter, hits), DYN_TEXT(counter, note, .optional = true, .omit_zero = true)
};
static const dyn_model counter_model = { DYN_MODEL(counter, counter_fields), .table = "counters", .pk = "id", .sk = "n" };
DYN_TYPED(counter, counter_model)

enum { ROWS = 40 };

static fixture f;

static int set_up(void **state)
{
    (void)state;
    if (gate_is_there())
        gate_reset();
    if (fixture_open(&f, 24 * 1024, NULL) != DYN_OK)
        return -1;
    want(&f.db, DYN_OK, dyn_create_table(&f.db, &counter_model, NULL));
    want(&f.db, DYN_OK, dyn_wait_table(&f.db, &counter_model, DYN_TABLE_ACTIVE, NULL));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    if (gate_is_there())
        gate_reset();
    dyn_delete_table(&f.db, &counter_model, NULL);
    fixture_close(&f);
    return 0;
}

static void need_gate(void)
{
    if (!gate_is_there())
        skip();
}

static counter of(const char *id, int64_t n)
{
    counter c;

    memset(&c, 0, sizeof c);
    snprintf(c.id, sizeof c.id, "%s", id);
    c.n = n;
    return c;
}

/* What the engine holds, asked past the gate. -1: no such item. */
static double stored(const char *id, int n)
{
    char body[300], *at;
    const char *answer;

    snprintf(body, sizeof body, "{\"TableName\":\"%scounters\",\"ConsistentRead\":true,\"Key\":{\"id\":{\"S\":\"%s\"},\"n\":{\"N\":\"%d\"}}}", f.prefix, id, n);
    answer = engine_call("GetItem", body);
    at = strstr(answer, "\"hits\":{\"N\":\"");
    return at ? atof(at + 13) : -1;
}

static void rule(const char *op, const char *rest)
{
    char text[400];

    snprintf(text, sizeof text, "{\"op\":\"%s\",%s}", op, rest);
    gate_rule(text);
}

static dyn_status put(const char *id, double hits)
{
    counter c = of(id, 1);

    c.hits = hits;
    return counter_put(&f.db, &c, NULL);
}

static dyn_status hit(const char *id)
{
    counter c = of(id, 1);

    return counter_update(&f.db, &c, DYN_EXPR("ADD hits ?", 1), NULL);
}

/* The bytes of an operation's answer without faults. */
static int length_of(dyn_status (*op)(int i))
{
    int lo = 0;

    for (int step = 512; step > 0; step /= 2) {        /* the longest cut that still breaks something */
        char text[64];
        gate_reset();
        snprintf(text, sizeof text, "{\"action\":\"cut\",\"at\":%d}", lo + step);
        gate_rule(text);
        long before = gate_stat("requests");
        assert_int_equal(op(-1), DYN_OK);
        if (gate_stat("requests") - before > 1)
            lo += step;
    }
    gate_reset();
    return lo + 1;
}

static dyn_status put_one(int i)
{
    return put("cut", i);
}

static dyn_status get_one(int i)
{
    counter c = of("cut", 1);
    dyn_status s = counter_get(&f.db, &c, NULL);

    if (s == DYN_OK && i >= 0)
        assert_true(c.hits == 5 && c.n == 1 && strcmp(c.id, "cut") == 0);
    return s;
}

static dyn_status set_one(int i)
{
    counter c = of("cut", 1);

    return counter_update(&f.db, &c, DYN_EXPR("SET hits = ?", i), NULL);
}

static void put_get_and_set_survive_a_cut_at_every_byte(void **state)
{
    static dyn_status (*const ops[])(int) = { put_one, set_one, get_one };

    (void)state;
    need_gate();
    for (int o = 0; o < 3; o++) {
        assert_int_equal(put("cut", 5), DYN_OK);
        int length = length_of(ops[o]);
        assert_true(length > 100);
        if (o == 2)
            assert_int_equal(put("cut", 5), DYN_OK);
        for (int at = 0; at < length; at++) {
            char text[64];
            snprintf(text, sizeof text, "{\"action\":\"cut\",\"at\":%d}", at);
            gate_rule(text);
            dyn_status s = ops[o](at);
            if (s != DYN_OK)
                fail_msg("operation %d cut at %d: %s %s", o, at, dyn_status_name(s), dyn_last_error(&f.db)->text);
            if (o < 2 && at % 16 == 0)
                assert_true(stored("cut", 1) == at);
        }
        assert_int_equal(gate_stat("rules_left"), 0);
    }
}

static void a_counter_cut_at_every_byte_is_acknowledged_or_uncertain(void **state)
{
    int acknowledged = 0, uncertain = 0;

    (void)state;
    need_gate();
    assert_int_equal(put("hits", 0), DYN_OK);
    for (int at = 0; at < 260; at += 3) {
        char text[64];
        snprintf(text, sizeof text, "{\"action\":\"cut\",\"at\":%d}", at);
        gate_rule(text);
        dyn_status s = hit("hits");
        if (s == DYN_OK)
            acknowledged++;
        else if (s == DYN_UNCERTAIN && dyn_last_error(&f.db)->maybe_applied)
            uncertain++;
        else
            fail_msg("cut at %d: %s %s", at, dyn_status_name(s), dyn_last_error(&f.db)->text);
        gate_reset();                          /* a cut behind the end is no cut */
    }
    /* the gate cuts the answer, so all of them were applied */
    assert_true(stored("hits", 1) == acknowledged + uncertain);
    assert_true(uncertain > 50);
}

static void whatever_happens_a_counter_stands_between_what_was_acknowledged_and_what_is_uncertain(void **state)
{
    static const char *const faults[] = {
        "\"action\":\"reset_before\"", "\"action\":\"reset_after_request\"", "\"action\":\"status\",\"status\":500", "\"action\":\"status\",\"status\":500,\"apply\":true",
        "\"action\":\"throttle\"", "\"action\":\"corrupt\",\"offset\":0", "\"action\":\"bad_crc\"", "\"action\":\"split\",\"n\":1", "\"action\":\"delay_ms\",\"ms\":30",
        "\"action\":\"close_after\"", "\"action\":\"close_after\",\"mode\":\"header\"", "\"action\":\"chunked\",\"chunk\":1", "\"action\":\"continue\",\"count\":3", "\"action\":\"no_crc\"",
        "\"action\":\"error\",\"type\":\"InternalServerError\",\"status\":500,\"apply\":true", "\"action\":\"drop\",\"ms\":20,\"apply\":true", "\"action\":\"drop\",\"ms\":20",
        "\"action\":\"gzip\"", "\"action\":\"body\",\"body\":\"{\\\"Attributes\\\":\"", "\"action\":\"stall\",\"at\":20,\"ms\":30", "\"action\":\"error\",\"type\":\"TransactionConflictException\""
    };
    /* what must come of it: 'a' acknowledged, 'u' uncertain */
    static const char wanted[] = "uuuuauuaaaaaaauuuuuaa";
    int acknowledged = 0, uncertain = 0;

    (void)state;
    need_gate();
    assert_int_equal(sizeof wanted - 1, sizeof faults / sizeof faults[0]);
    assert_int_equal(put("hits", 0), DYN_OK);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        rule("UpdateItem", faults[i]);
        dyn_status s = hit("hits");
        if (s != DYN_OK && s != DYN_UNCERTAIN)
            fail_msg("%s: %s %s", faults[i], dyn_status_name(s), dyn_last_error(&f.db)->text);
        if ((s == DYN_OK) != (wanted[i] == 'a'))
            fail_msg("%s: %s", faults[i], dyn_status_name(s));
        acknowledged += s == DYN_OK, uncertain += s == DYN_UNCERTAIN;
        if (strstr(faults[i], "close_after"))
            nanosleep(&(struct timespec){ 0, 200000000 }, NULL);     /* a close that comes while the next request is on its way is another fault */
        double now = stored("hits", 1);
        if (now < acknowledged || now > acknowledged + uncertain)
            fail_msg("%s: %d acknowledged, %d uncertain, %g stored", faults[i], acknowledged, uncertain, now);
    }
}

static void what_is_safe_to_repeat_comes_through_every_single_fault(void **state)
{
    static const char *const faults[] = {
        "\"action\":\"reset_before\"", "\"action\":\"reset_after_request\"", "\"action\":\"status\",\"status\":503", "\"action\":\"status\",\"status\":500,\"apply\":true",
        "\"action\":\"throttle\"", "\"action\":\"throttle\",\"type\":\"ThrottlingException\",\"retry_after_ms\":20", "\"action\":\"corrupt\",\"offset\":1", "\"action\":\"bad_crc\"",
        "\"action\":\"split\",\"n\":1", "\"action\":\"close_after\"", "\"action\":\"drop\",\"ms\":10", "\"action\":\"status\",\"status\":502,\"body\":\"<html>\"", "\"action\":\"gzip\"",
        "\"action\":[\"chunked\",\"split\"],\"n\":3", "\"action\":\"raw\",\"raw\":\"no HTTP\"", "\"action\":\"raw\",\"raw\":\"HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\n{\"",
        "\"action\":\"cut\",\"at_body\":1"
    };

    (void)state;
    need_gate();
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        counter c = of("safe", 1);
        rule("PutItem", faults[i]);
        dyn_status s = put("safe", (double)i);
        if (s != DYN_OK || stored("safe", 1) != (double)i)
            fail_msg("put, %s: %s %s", faults[i], dyn_status_name(s), dyn_last_error(&f.db)->text);
        rule("UpdateItem", faults[i]);
        s = counter_update(&f.db, &c, DYN_EXPR("SET hits = ?", 100 + (int)i), NULL);
        if (s != DYN_OK || stored("safe", 1) != 100 + (double)i)
            fail_msg("update, %s: %s %s", faults[i], dyn_status_name(s), dyn_last_error(&f.db)->text);
        rule("GetItem", faults[i]);
        s = counter_get(&f.db, &c, NULL);
        if (s != DYN_OK || c.hits != 100 + (double)i)
            fail_msg("get, %s: %s %s", faults[i], dyn_status_name(s), dyn_last_error(&f.db)->text);
        rule("DeleteItem", faults[i]);
        s = counter_delete(&f.db, &c, NULL);
        if (s != DYN_OK || stored("safe", 1) != -1)
            fail_msg("delete, %s: %s %s", faults[i], dyn_status_name(s), dyn_last_error(&f.db)->text);
    }
}

static void a_conditional_put_that_was_applied_by_a_lost_try_says_so(void **state)
{
    counter c = of("once", 1);
    dyn_write_options o;

    (void)state;
    need_gate();
    memset(&o, 0, sizeof o);
    o.when[0] = DYN_EXPR("attribute_not_exists(id)");
    c.hits = 7;
    rule("PutItem", "\"action\":\"reset_after_request\"");
    want(&f.db, DYN_CONDITION_FAILED, counter_put(&f.db, &c, &o));
    assert_true(dyn_last_error(&f.db)->maybe_applied);
    assert_true(stored("once", 1) == 7);
    c.n = 2;
    rule("PutItem", "\"action\":\"reset_before\"");
    want(&f.db, DYN_OK, counter_put(&f.db, &c, &o));
    want(&f.db, DYN_CONDITION_FAILED, counter_put(&f.db, &c, &o));
    assert_false(dyn_last_error(&f.db)->maybe_applied);
}

static void a_closed_port_is_unreachable_and_nothing_was_applied(void **state)
{
    dyn_config c;
    fixture other;
    counter item = of("none", 1);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a;
    socklen_t n = sizeof a;
    char url[64];

    (void)state;
    memset(&a, 0, sizeof a);
    a.sin_family = AF_INET;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);     /* bound, but nobody listens */
    assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &n), 0);
    snprintf(url, sizeof url, "http://127.0.0.1:%d", ntohs(a.sin_port));
    memset(&c, 0, sizeof c);
    c.endpoint = url;
    assert_int_equal(fixture_open(&other, 16384, &c), DYN_OK);
    want(&other.db, DYN_UNREACHABLE, counter_update(&other.db, &item, DYN_EXPR("ADD hits ?", 1), NULL));
    assert_false(dyn_last_error(&other.db)->maybe_applied);
    assert_int_equal(dyn_last_error(&other.db)->attempts, 4);
    assert_true(dyn_is_transient(DYN_UNREACHABLE));
    fixture_close(&other);
    close(fd);
}

static void time_limits_hold_against_a_peer_that_is_silent(void **state)
{
    dyn_config c;
    fixture other;

    (void)state;
    need_gate();
    memset(&c, 0, sizeof c);
    c.attempt_ms = 150, c.idle_ms = 150, c.attempts = 2, c.table_prefix = f.prefix;
    assert_int_equal(fixture_open(&other, 16384, &c), DYN_OK);
    counter item = of("slow", 1);
    gate_rule("{\"op\":\"GetItem\",\"action\":\"drop\",\"ms\":60000,\"times\":2}");
    want(&other.db, DYN_TIMEOUT, counter_get(&other.db, &item, NULL));
    assert_int_equal(dyn_last_error(&other.db)->attempts, 2);
    gate_rule("{\"op\":\"GetItem\",\"action\":\"stall\",\"at\":30,\"ms\":60000}");
    want(&other.db, DYN_NOT_FOUND, counter_get(&other.db, &item, NULL));    /* the second try comes through */
    gate_rule("{\"op\":\"UpdateItem\",\"action\":\"stall\",\"at\":30,\"ms\":60000}");
    want(&other.db, DYN_UNCERTAIN, counter_update(&other.db, &item, DYN_EXPR("ADD hits ?", 1), NULL));
    assert_true(stored("slow", 1) == 1);
    fixture_close(&other);
}

/* --- Rows ---------------------------------------------------------------------------------------------------------- */

static void fill(void)
{
    for (int i = 0; i < ROWS; i++) {
        counter c = of("rows", i);
        c.hits = i;
        snprintf(c.note, sizeof c.note, "row %d \"with\" some \xc3\xa4 text to make it longer", i);
        want(&f.db, DYN_OK, counter_put(&f.db, &c, NULL));
    }
}

/* Reads all rows; fails on one that is lost or doubled. */
static dyn_status list(int *count, size_t limit, bool newest_first)
{
    dyn_rows rows;
    counter c;
    dyn_query q;
    dyn_status s;

    memset(&q, 0, sizeof q);
    q.key = DYN_EXPR("id = ?", "rows");
    q.limit = limit, q.newest_first = newest_first;
    counter_select(&f.db, &rows, &q);
    *count = 0;
    while ((s = counter_next(&rows, &c)) == DYN_ROW) {
        char note[200];
        int n = newest_first ? ROWS - 1 - *count : *count;
        snprintf(note, sizeof note, "row %d \"with\" some \xc3\xa4 text to make it longer", n);
        if (c.n != n || c.hits != n || strcmp(c.note, note) != 0)
            fail_msg("row %d is %d, %g, %s", *count, (int)c.n, c.hits, c.note);
        ++*count;
    }
    dyn_status end = dyn_finish(&rows);
    return s == DYN_DONE ? end : s;
}

static void a_page_cut_anywhere_goes_on_with_no_row_lost_or_doubled(void **state)
{
    int count, cuts = 0;

    (void)state;
    need_gate();
    fill();
    for (int at = 0; at < 5200; at += at < 400 || at > 4800 ? 7 : 41) {
        char text[128];
        snprintf(text, sizeof text, "\"action\":\"cut\",\"at\":%d", at);
        rule("Query", text);
        dyn_status s = list(&count, 0, at % 2);
        if (s != DYN_OK || count != ROWS)
            fail_msg("cut at %d: %s, %d rows: %s", at, dyn_status_name(s), count, dyn_last_error(&f.db)->text);
        cuts++;
    }
    assert_true(cuts > 100);
}

static void pages_cut_again_and_again_come_to_their_end(void **state)
{
    int count;

    (void)state;
    need_gate();
    fill();
    for (int i = 0; i < 12; i++)               /* each one some rows further */
        rule("Query", "\"action\":\"cut\",\"at\":900");
    want(&f.db, DYN_OK, list(&count, 0, false));
    assert_int_equal(count, ROWS);
    gate_reset();
    rule("Query", "\"action\":\"reset_before\"");
    rule("Query", "\"action\":\"cut\",\"at\":1500");
    rule("Query", "\"action\":\"throttle\"");
    rule("Query", "\"action\":\"cut\",\"at\":1000");
    rule("Query", "\"action\":\"status\",\"status\":503");
    want(&f.db, DYN_OK, list(&count, 0, true));
    assert_int_equal(count, ROWS);
    want(&f.db, DYN_OK, list(&count, 17, true));
    assert_int_equal(count, 17);
}

static void a_page_in_odd_pieces_is_the_same_page(void **state)
{
    static const char *const how[] = { "\"action\":\"split\",\"n\":7,\"pause_ms\":0.05", "\"action\":\"chunked\",\"chunk\":13", "\"action\":[\"chunked\",\"split\"],\"n\":11,\"chunk\":100,\"pause_ms\":0.05",
                                       "\"action\":\"delay_ms\",\"ms\":20", "\"action\":\"stall\",\"at\":2000,\"ms\":50", "\"action\":\"no_crc\"", "\"action\":\"close_after\"" };
    int count;

    (void)state;
    need_gate();
    fill();
    for (size_t i = 0; i < sizeof how / sizeof how[0]; i++) {
        rule("Query", how[i]);
        want(&f.db, DYN_OK, list(&count, 0, false));
        assert_int_equal(count, ROWS);
    }
}

static void a_corrupt_page_is_corrupt_once_rows_of_it_were_handed_out(void **state)
{
    dyn_rows rows;
    dyn_query q;
    counter c;
    int count = 0;
    dyn_status s;

    (void)state;
    need_gate();
    fill();
    memset(&q, 0, sizeof q);
    q.key = DYN_EXPR("id = ?", "rows");
    for (int limited = 0; limited < 2; limited++) {
        rule("Query", "\"action\":\"bad_crc\"");
        q.limit = limited ? ROWS : 0;
        counter_select(&f.db, &rows, &q);
        for (count = 0; (s = counter_next(&rows, &c)) == DYN_ROW; count++) { }
        assert_int_equal(count, ROWS);
        want(&f.db, DYN_CORRUPT, s);
        want(&f.db, DYN_CORRUPT, dyn_finish(&rows));
    }
    want(&f.db, DYN_OK, list(&count, 0, false));        /* and the client goes on */
    rule("Query", "\"action\":\"corrupt\",\"offset\":0");   /* before any row: asked again */
    want(&f.db, DYN_OK, list(&count, 0, false));
    assert_int_equal(count, ROWS);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(put_get_and_set_survive_a_cut_at_every_byte),
        TEST(a_counter_cut_at_every_byte_is_acknowledged_or_uncertain),
        TEST(whatever_happens_a_counter_stands_between_what_was_acknowledged_and_what_is_uncertain),
        TEST(what_is_safe_to_repeat_comes_through_every_single_fault),
        TEST(a_conditional_put_that_was_applied_by_a_lost_try_says_so),
        TEST(a_closed_port_is_unreachable_and_nothing_was_applied),
        TEST(time_limits_hold_against_a_peer_that_is_silent),
        TEST(a_page_cut_anywhere_goes_on_with_no_row_lost_or_doubled),
        TEST(pages_cut_again_and_again_come_to_their_end),
        TEST(a_page_in_odd_pieces_is_the_same_page),
        TEST(a_corrupt_page_is_corrupt_once_rows_of_it_were_handed_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

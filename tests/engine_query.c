#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* Indexes, projections, counting, cursors, pages, segments and many models, against the engine behind the gate. The rows expected follow from what was
 * stored, by the rules of the API reference's Query and Scan; raw items are the engine's own answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "client_fixture.h"

typedef struct visit {
    char    site[16];
    int64_t at;
    char    city[16];
    double  score;
    dyn_str note;
} visit;
static const dyn_field visit_fields[] = {
    DYN_TEXT(visit, site), DYN_INT(visit, at), DYN_TEXT(visit, city, .omit_zero = true), DYN_REAL(visit, score, .attr = "points"),
    DYN_STR(visit, note, .optional = true, .omit_zero = true),
};
static const dyn_index visit_indexes[] = {
    { .name = "by_city", .pk = { "gsi1pk = CITY#{city}" }, .sk = { "gsi1sk = AT#{at:6}" } },
    { .name = "by_city_keys", .pk = { "gsi1pk" }, .sk = { "score" }, .projection = DYN_PROJECT_KEYS },
    { .name = "by_score", .sk = { "score" }, .local = true },
};
static const dyn_model visit_model = {
    DYN_MODEL(visit, visit_fields), .table = "visits", .pk = "pk = SITE#{site}", .sk = "sk = VISIT#{at:6}", DYN_INDEXES(visit_indexes),
};
DYN_TYPED(visit, visit_model)

static fixture f;
static dyn_client *const db = &f.db;

static int open_table(void **state)
{
    (void)state;
    if (gate_is_there())
        gate_reset();
    want(db, DYN_OK, fixture_open(&f, 32 * 1024, NULL));
    fixture_table(&f, &visit_model);
    return 0;
}

static int close_table(void **state)
{
    (void)state;
    return fixture_end(&f, &visit_model);
}

/* 3 sites with 10 visits each at 0 to 9; even ones in Ulm, odd ones in Bonn, every tenth's city is unknown; points count down from 100. */
static void fill(void)
{
    visit v;

    for (int site = 0; site < 3; site++)
        for (int at = 0; at < 10; at++) {
            memset((void *)&v, 0, sizeof v);
            snprintf(v.site, sizeof v.site, "s%d", site);
            v.at = at, v.score = 100 - at;
            strcpy(v.city, at == 9 ? "" : at % 2 ? "Bonn" : "Ulm");
            v.note.ptr = "a note of some length, so that items have a size", v.note.len = 48;
            want(db, DYN_OK, visit_put(db, &v, NULL));
        }
}

static void a_global_index_finds_what_was_put_in_its_order_and_leaves_out_what_has_no_key(void **state)
{
    dyn_query query = { .key = DYN_EXPR("city = ? AND at >= ?", "Ulm", 4), .newest_first = true, .index = "by_city" };
    dyn_rows rows;
    visit found[16];
    size_t count;
    dyn_counted counted;
    dyn_query bonn = { .key = DYN_EXPR("city = ?", "Bonn"), .index = "by_city" };

    (void)state;
    fill();
    want(db, DYN_OK, visit_select(db, &rows, &query));
    want(db, DYN_OK, visit_collect(&rows, found, 16, &count));
    assert_int_equal(count, 9);                    /* at 8, 6, 4 of three sites */
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(found[i].at, 8 - 2 * (int64_t)(i / 3));
        assert_string_equal(found[i].city, "Ulm");
    }
    want(db, DYN_OK, visit_count(db, &bonn, &counted));
    assert_int_equal(counted.count, 12);           /* 1, 3, 5, 7; the ninth has no city */
    assert_int_equal(counted.scanned, 12);
}

static const dyn_field kind_fields[] = { DYN_TEXT(visit, site, .key_only = true), DYN_INT(visit, at, .key_only = true), DYN_REAL(visit, score, .attr = "points") };
static const dyn_model kind_model = {
    DYN_MODEL(visit, kind_fields), .table = "visits", .pk = "pk = SITE#{site}", .sk = "sk = VISIT#{at:6}", DYN_ITEM_KIND("type = visit"),
};

static void an_update_moves_an_item_in_its_index_and_says_the_kind_of_one_that_it_makes(void **state)
{
    dyn_query ulm = { .key = DYN_EXPR("city = ?", "Ulm"), .index = "by_city" }, koeln = { .key = DYN_EXPR("city = ?", "K\xC3\xB6ln"), .index = "by_city" };
    dyn_counted counted;
    visit v;

    (void)state;
    fill();
    memset((void *)&v, 0, sizeof v);
    strcpy(v.site, "s1"), v.at = 4;
    want(db, DYN_OK, visit_update(db, &v, DYN_EXPR("SET city = ?", "K\xC3\xB6ln"), NULL));
    want(db, DYN_OK, dyn_count(db, &visit_model, &koeln, &counted));
    assert_int_equal(counted.count, 1);
    want(db, DYN_OK, dyn_count(db, &visit_model, &ulm, &counted));
    assert_int_equal(counted.count, 14);
    strcpy(v.site, "new");
    want(db, DYN_OK, dyn_update(db, &kind_model, &v, DYN_EXPR("SET points = ?", 3), NULL));
    memset((void *)&v, 0, sizeof v);
    want(db, DYN_OK, dyn_get_key(db, &kind_model, &v, DYN_KEY("new", 4), NULL));
    assert_true(v.score == 3);
    want(db, DYN_OK, dyn_update(db, &kind_model, &v, DYN_EXPR("SET points = points + ?", 1), &(dyn_write_options){ .into = &(dyn_image){ .item = &v } }));
    assert_true(v.score == 4);
}

static void a_local_index_orders_by_another_attribute_and_may_be_read_consistently(void **state)
{
    dyn_query query = { .key = DYN_EXPR("site = ? AND score <= ?", "s1", 95), .limit = 3, .consistent = true, .index = "by_score" };
    dyn_rows rows;
    visit v;
    int64_t expected = 9;

    (void)state;
    fill();
    want(db, DYN_OK, visit_select(db, &rows, &query));
    while (visit_next(&rows, &v) == DYN_ROW)
        assert_int_equal(v.at, expected--);
    want(db, DYN_OK, dyn_finish(&rows));
    assert_int_equal(expected, 6);
}

static void an_index_of_keys_only_gives_the_members_that_stand_in_keys(void **state)
{
    dyn_query query = { .key = DYN_EXPR("city = ?", "Ulm"), .limit = 4, .index = "by_city_keys" };
    dyn_rows rows;
    visit v;

    (void)state;
    fill();
    want(db, DYN_OK, visit_select(db, &rows, &query));
    while (visit_next(&rows, &v) == DYN_ROW) {
        assert_string_equal(v.city, "Ulm");
        assert_true(v.score == 100 - (double)v.at);
        assert_true(dyn_has(&visit_model, &rows.present, "score") && dyn_has(&visit_model, &rows.present, "site"));
        assert_false(dyn_has(&visit_model, &rows.present, "note"));
    }
    want(db, DYN_OK, dyn_finish(&rows));
    assert_int_equal(rows.count, 4);
}

static void projections_bring_what_was_asked_for_and_the_key(void **state)
{
    dyn_query query = { .key = DYN_EXPR("site = ? AND at = ?", "s0", 3), .fields = DYN_FIELDS("city") };
    dyn_get_options options = { .fields = DYN_FIELDS("score") };
    dyn_mask mask;
    dyn_rows rows;
    visit v;

    (void)state;
    fill();
    want(db, DYN_OK, visit_select(db, &rows, &query));
    want(db, DYN_ROW, visit_next(&rows, &v));
    assert_string_equal(v.city, "Bonn");
    assert_string_equal(v.site, "s0");
    assert_int_equal(v.at, 3);
    assert_false(dyn_has(&visit_model, &rows.present, "score"));
    assert_int_equal(v.note.len, 0);
    want(db, DYN_DONE, visit_next(&rows, &v));
    options.present = &mask;
    want(db, DYN_OK, visit_get_key(db, &v, DYN_KEY("s0", 3), &options));
    assert_true(v.score == 97);
    assert_true(dyn_has(&visit_model, &mask, "score"));
    assert_false(dyn_has(&visit_model, &mask, "city"));
}

/* Reads all with a cursor after every `step` rows, each time by a fresh select; gives how many rows there were, in order. */
static size_t by_cursors(dyn_query query, size_t step, bool scan, visit *all, size_t most)
{
    char cursor[512] = "";
    size_t count = 0, n;
    dyn_rows rows;

    do {
        query.cursor = cursor, query.limit = step;
        want(db, DYN_OK, scan ? visit_scan(db, &rows, &query) : visit_select(db, &rows, &query));
        dyn_status s;
        while (count < most && (s = visit_next(&rows, &all[count])) == DYN_ROW)
            count++;
        s = dyn_cursor(&rows, cursor, sizeof cursor, &n);
        assert_true(s == DYN_OK || s == DYN_DONE);
        want(db, DYN_OK, dyn_finish(&rows));
    } while (*cursor && count < most);
    return count;
}

static void a_read_in_steps_by_cursor_gives_each_row_once_in_every_kind_of_read(void **state)
{
    static const struct { const char *index; bool scan; size_t rows; } cases[] = {
        { NULL, false, 10 }, { "by_score", false, 10 }, { "by_city", false, 15 }, { "by_city_keys", false, 15 }, { NULL, true, 30 }, { "by_city", true, 27 }
    };
    static visit all[64];

    (void)state;
    fill();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (size_t step = 1; step <= 8; step += step == 1 ? 2 : 5)
            for (int filtered = 0; filtered < 2; filtered++) {
                dyn_query query = { .newest_first = !cases[i].scan && step == 3, .index = cases[i].index };
                dyn_arg ulm[1], site[1], at[1];
                ulm[0] = dyn_text("Ulm"), site[0] = dyn_text("s1"), at[0] = dyn_int(3);
                if (!cases[i].scan)
                    dyn_expr_of(&query.key, i >= 2 ? "city = ?" : "site = ?", i >= 2 ? ulm : site, 1);
                if (filtered && cases[i].scan)
                    dyn_expr_of(&query.where[0], "at <> ?", at, 1);
                size_t n = by_cursors(query, step, cases[i].scan, all, 64), expected = cases[i].rows;
                expected -= query.where[0].text ? 3 : 0;
                if (n != expected)
                    fail_msg("case %d in steps of %d: %d rows and not %d", (int)i, (int)step, (int)n, (int)expected);
                for (size_t a = 0; a < n; a++)
                    for (size_t b = 0; b < a; b++)
                        assert_false(strcmp(all[a].site, all[b].site) == 0 && all[a].at == all[b].at);
            }
}

static void pages_come_one_by_one_and_the_last_has_no_cursor(void **state)
{
    visit page[4];
    char cursor[256] = "";
    size_t count, total = 0, pages = 0;
    dyn_rows rows;

    (void)state;
    fill();
    do {
        dyn_query query = { .key = DYN_EXPR("city = ?", "Ulm"), .index = "by_city", .cursor = cursor };
        want(db, DYN_OK, visit_select(db, &rows, &query));
        want(db, DYN_OK, visit_page(&rows, page, 4, &count, cursor, sizeof cursor));
        for (size_t i = 0; i < count; i++)
            assert_int_equal(page[i].note.len, 48);
        total += count, pages++;
    } while (*cursor && pages < 10);
    assert_int_equal(total, 15);
    assert_int_equal(pages, 4);
}

static void a_read_goes_on_where_another_program_stopped(void **state)
{
    char body[512];
    dyn_rows rows;
    visit v;
    dyn_str last;

    (void)state;
    fill();
    snprintf(body, sizeof body, "{\"TableName\":\"%svisits\",\"IndexName\":\"by_city\",\"Limit\":7,\"KeyConditionExpression\":\"gsi1pk = :c\","
             "\"ExpressionAttributeValues\":{\":c\":{\"S\":\"CITY#Ulm\"}}}", f.prefix);
    const char *answer = engine_call("Query", body);
    dyn_str all = { answer, strlen(answer) };
    assert_true(dyn_json_get(all, "LastEvaluatedKey", &last));
    dyn_query query = { .key = DYN_EXPR("city = ?", "Ulm"), .index = "by_city", .start = last };
    want(db, DYN_OK, visit_select(db, &rows, &query));
    while (visit_next(&rows, &v) == DYN_ROW) { }
    want(db, DYN_OK, dyn_finish(&rows));
    assert_int_equal(rows.count, 8);
}

static void segments_are_disjoint_and_make_up_the_table(void **state)
{
    size_t total = 0;
    bool seen[3][10] = { { false } };

    (void)state;
    fill();
    for (uint32_t segment = 0; segment < 4; segment++) {
        dyn_query query = { .segment = segment, .segments = 4 };
        dyn_rows rows;
        visit v;
        want(db, DYN_OK, visit_scan(db, &rows, &query));
        while (visit_next(&rows, &v) == DYN_ROW) {
            assert_false(seen[v.site[1] - '0'][v.at]);
            seen[v.site[1] - '0'][v.at] = true;
            total++;
        }
        want(db, DYN_OK, dyn_finish(&rows));
    }
    assert_int_equal(total, 30);
}

/* --- Clients side by side ----------------------------------------------------------------------------------------------- */

typedef struct tally {
    bool     seen[3][10];
    unsigned rows, stop_at;
    unsigned waits;
} tally;

static dyn_status take(void *user, const void *item, const dyn_mask *present)
{
    tally *t = (tally *)user;
    const visit *v = (const visit *)item;

    assert_true(dyn_has(&visit_model, present, "score"));
    assert_false(t->seen[v->site[1] - '0'][v->at]);
    t->seen[v->site[1] - '0'][v->at] = true;
    return ++t->rows == t->stop_at ? DYN_CANCELLED : DYN_OK;
}

static void wait_and_count(void *user, const dyn_want *wants, size_t count, uint32_t ms)
{
    ((tally *)user)->waits++;
    dyn_posix_wait(NULL, wants, count, ms);
}

static void a_pool_of_clients_scans_in_more_segments_than_clients_and_each_row_comes_once(void **state)
{
    static unsigned char memory[3][24 * 1024];
    static dyn_client more[3];
    dyn_client *team[4] = { db, more, more + 1, more + 2 };
    dyn_rows rows[4];
    visit places[4];
    tally t;

    (void)state;
    fill();
    for (int i = 0; i < 3; i++) {
        dyn_config config;
        memset((void *)&config, 0, sizeof config);
        config.memory = memory[i], config.memory_size = sizeof memory[i], config.endpoint = getenv("DYNREPO_ENDPOINT"), config.table_prefix = f.prefix;
        want(more + i, DYN_OK, dyn_open(more + i, &config));
    }
    for (size_t clients = 1; clients <= 4; clients++)
        for (uint32_t segments = 0; segments <= 7; segments += 7) {
            dyn_query query = { .page = 2, .segments = segments };
            dyn_pool pool;
            memset((void *)&pool, 0, sizeof pool);
            memset(&t, 0, sizeof t);
            pool.clients = team, pool.count = clients, pool.wait = wait_and_count, pool.user = &t;
            want(team[pool.failed], DYN_OK, dyn_pool_scan(&pool, &visit_model, &query, places, sizeof places[0], rows, take, &t));
            assert_int_equal(t.rows, 30);
            assert_true(t.waits > 0);
        }
    dyn_query query = { .segments = 4 };
    dyn_pool pool;
    memset((void *)&pool, 0, sizeof pool);
    memset(&t, 0, sizeof t);
    t.stop_at = 5;
    pool.clients = team, pool.count = 4;
    assert_int_equal(dyn_pool_scan(&pool, &visit_model, &query, places, sizeof places[0], rows, take, &t), DYN_CANCELLED);
    assert_int_equal(t.rows, 5);
    memset(&t, 0, sizeof t);
    query.limit = 7;
    want(db, DYN_OK, dyn_pool_scan(&pool, &visit_model, &query, places, sizeof places[0], rows, take, &t));
    assert_int_equal(t.rows, 7);
    query.table = "nowhere";
    assert_int_equal(dyn_pool_scan(&pool, &visit_model, &query, places, sizeof places[0], rows, take, &t), DYN_NO_TABLE);
    says(team[pool.failed], "there is no table \"nowhere\"");
    for (int i = 0; i < 3; i++) {
        visit v;
        want(more + i, DYN_OK, visit_get_key(more + i, &v, DYN_KEY("s0", 1), NULL));       /* each is free for other work */
        dyn_close(more + i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_global_index_finds_what_was_put_in_its_order_and_leaves_out_what_has_no_key, open_table, close_table),
        cmocka_unit_test_setup_teardown(an_update_moves_an_item_in_its_index_and_says_the_kind_of_one_that_it_makes, open_table, close_table),
        cmocka_unit_test_setup_teardown(a_local_index_orders_by_another_attribute_and_may_be_read_consistently, open_table, close_table),
        cmocka_unit_test_setup_teardown(an_index_of_keys_only_gives_the_members_that_stand_in_keys, open_table, close_table),
        cmocka_unit_test_setup_teardown(projections_bring_what_was_asked_for_and_the_key, open_table, close_table),
        cmocka_unit_test_setup_teardown(a_read_in_steps_by_cursor_gives_each_row_once_in_every_kind_of_read, open_table, close_table),
        cmocka_unit_test_setup_teardown(pages_come_one_by_one_and_the_last_has_no_cursor, open_table, close_table),
        cmocka_unit_test_setup_teardown(a_read_goes_on_where_another_program_stopped, open_table, close_table),
        cmocka_unit_test_setup_teardown(segments_are_disjoint_and_make_up_the_table, open_table, close_table),
        cmocka_unit_test_setup_teardown(a_pool_of_clients_scans_in_more_segments_than_clients_and_each_row_comes_once, open_table, close_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* Batches against the engine behind the gate: several models and tables in one call, chunks, what the service leaves unprocessed, throttling and
 * cut answers. What is stored is asked of the engine itself; the limits of 100 keys and 25 writes are the API reference's. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "client_fixture.h"

typedef struct reading {
    char    device[16];
    int64_t at;
    double  value;
    dyn_str note;
} reading;
static const dyn_field reading_fields[] = {
    DYN_TEXT(reading, device), DYN_INT(reading, at), DYN_REAL(reading, value), DYN_STR(reading, note, .optional = true, .omit_zero = true)
};
static const dyn_model reading_model = { DYN_MODEL(reading, reading_fields), .table = "telemetry", .pk = "pk = DEVICE#{device}", .sk = "sk = READING#{at:13}" };
DYN_TYPED(reading, reading_model)

typedef struct alarm {
    char    device[16];
    char    name[16];
    int32_t level;
} alarm_;
static const dyn_field alarm_fields[] = { DYN_TEXT(alarm_, device), DYN_TEXT(alarm_, name), DYN_INT(alarm_, level) };
static const dyn_model alarm_model = { DYN_MODEL(alarm_, alarm_fields), .table = "telemetry", .pk = "pk = DEVICE#{device}", .sk = "sk = ALARM#{name}" };

/* Plain keys, the sort key a number that has several spellings. */
typedef struct plain {
    char   id[16];
    double n;
    int    value;
} plain;
static const dyn_field plain_fields[] = { DYN_TEXT(plain, id), DYN_REAL(plain, n), DYN_INT(plain, value) };
static const dyn_model plain_model = { DYN_MODEL(plain, plain_fields), .table = "plain", .pk = "id", .sk = "n" };
DYN_TYPED(plain, plain_model)

static fixture f;
static dyn_client *const db = &f.db;

static int open_batch(void **state)
{
    (void)state;
    if (gate_is_there())
        gate_reset();
    want(db, DYN_OK, fixture_open(&f, FIXTURE_PLAIN, NULL));
    fixture_table(&f, &reading_model);
    fixture_table(&f, &plain_model);
    if (gate_is_there())
        gate_reset();
    return 0;
}

static int close_batch(void **state)
{
    (void)state;
    if (gate_is_there())
        gate_reset();
    fixture_drop(&f, &reading_model);
    fixture_drop(&f, &plain_model);
    fixture_close(&f);
    return 0;
}

static void fill(reading *r, size_t count, const char *device)
{
    memset((void *)r, 0, count * sizeof *r);
    for (size_t i = 0; i < count; i++) {
        snprintf(r[i].device, sizeof r[i].device, "%s", device);
        r[i].at = 1000 + (int64_t)i, r[i].value = (double)i / 4;
    }
}

/* How many items the engine has in the model's table. */
static long stored(const dyn_model *model)
{
    char body[256];
    const char *at;

    snprintf(body, sizeof body, "{\"TableName\":\"%s%s\",\"Select\":\"COUNT\",\"ConsistentRead\":true}", f.prefix, model->table);
    at = strstr(engine_call("Scan", body), "\"Count\":");
    assert_non_null(at);
    return atol(at + 8);
}

static void structs_are_put_and_read_again(void **state)
{
    reading all[260], back[260];
    dyn_status statuses[260];

    (void)state;
    fill(all, 260, "a");
    want(db, DYN_OK, reading_put_many(db, all, 260, NULL));
    assert_int_equal(stored(&reading_model), 260);
    holds(engine_get(&f, &reading_model, "\"pk\":{\"S\":\"DEVICE#a\"},\"sk\":{\"S\":\"READING#0000000001259\"}"), "\"value\":{\"N\":\"64.75\"}|\"at\":{\"N\":\"1259\"}");
    fill(back, 260, "a");
    for (size_t i = 0; i < 260; i++)
        back[i].value = -1;
    want(db, DYN_OK, reading_get_many(db, back, 260, statuses, NULL));
    for (size_t i = 0; i < 260; i++) {
        assert_int_equal(statuses[i], DYN_OK);
        assert_true(back[i].value == all[i].value && back[i].at == all[i].at);
    }
    want(db, DYN_OK, reading_delete_many(db, all, 259, NULL));
    assert_int_equal(stored(&reading_model), 1);
}

static void a_large_client_sends_100_keys_and_25_writes_in_a_request(void **state)
{
    fixture g;
    reading all[250];
    dyn_config c;

    (void)state;
    needs_the_gate();
    memset(&c, 0, sizeof c);
    c.table_prefix = f.prefix;
    want(&g.db, DYN_OK, fixture_open(&g, 128 * 1024, &c));
    fill(all, 250, "a");
    want(&g.db, DYN_OK, reading_put_many(&g.db, all, 250, NULL));
    assert_int_equal(gate_stat("requests"), 10);
    want(&g.db, DYN_OK, reading_get_many(&g.db, all, 250, NULL, NULL));
    assert_int_equal(gate_stat("requests"), 13);
    fixture_close(&g);
}

static void several_models_and_tables_go_in_one_request(void **state)
{
    reading r, r2;
    alarm_ a, a2;
    plain p, p2, gone;
    uint8_t left = 0xff;

    (void)state;
    fill(&r, 1, "x");
    r.note.ptr = "hi \"there\"", r.note.len = 10;
    memset(&a, 0, sizeof a), memset(&p, 0, sizeof p), memset(&a2, 0, sizeof a2), memset(&p2, 0, sizeof p2), memset(&gone, 0, sizeof gone);
    strcpy(a.device, "x"), strcpy(a.name, "door"), a.level = 3;
    strcpy(p.id, "p"), p.n = 1500, p.value = 7;
    strcpy(gone.id, "gone"), gone.n = 1, gone.value = 99;
    dyn_batch_change c[] = {
        { .model = &reading_model, .item = &r }, { .model = &plain_model, .item = &p }, { .model = &alarm_model, .item = &a },
        { .model = &plain_model, .item = &gone, .remove = true },
    };
    want(db, DYN_OK, dyn_batch_write(db, c, 4, &(dyn_batch_write_options){ .left = &left }));
    assert_int_equal(left, 0);
    if (gate_is_there())
        assert_int_equal(gate_stat("requests"), 1);
    holds(engine_get(&f, &alarm_model, "\"pk\":{\"S\":\"DEVICE#x\"},\"sk\":{\"S\":\"ALARM#door\"}"), "\"level\":{\"N\":\"3\"}");
    holds(engine_get(&f, &plain_model, "\"id\":{\"S\":\"p\"},\"n\":{\"N\":\"1500\"}"), "\"value\":{\"N\":\"7\"}");

    memset((void *)&r2, 0, sizeof r2);
    strcpy(p2.id, "p"), p2.n = 1500;
    dyn_batch_item w[] = {
        { .model = &plain_model, .item = &p2 }, { .model = &reading_model, .item = &r2, .key = DYN_KEY("x", 1000) },
        { .model = &plain_model, .item = &gone }, { .model = &alarm_model, .item = &a2, .key = DYN_KEY("x", "door") },
    };
    want(db, DYN_NOT_FOUND, dyn_batch_get(db, w, 4, &(dyn_batch_get_options){ .consistent = true }));
    if (gate_is_there())
        assert_int_equal(gate_stat("requests"), 2);
    assert_int_equal(w[0].status, DYN_OK);
    assert_int_equal(w[1].status, DYN_OK);
    assert_int_equal(w[2].status, DYN_NOT_FOUND);
    assert_int_equal(w[3].status, DYN_OK);
    assert_int_equal(p2.value, 7);
    assert_int_equal(gone.value, 99);
    assert_int_equal(a2.level, 3);
    assert_int_equal(r2.at, 1000);
    assert_int_equal(r2.note.len, 10);
    assert_memory_equal(r2.note.ptr, "hi \"there\"", 10);
    assert_int_equal(w[1].present.bits[0], 15);
    assert_int_equal(w[0].present.bits[0], 7);
}

static void of_changes_of_one_item_the_last_counts(void **state)
{
    plain p[60];
    dyn_batch_change c[60];
    uint8_t left[8];

    (void)state;
    memset(p, 0, sizeof p), memset((void *)c, 0, sizeof c);
    for (int i = 0; i < 60; i++) {              /* three items, over and over, in one chunk and across chunks */
        snprintf(p[i].id, sizeof p[i].id, "i%d", i % 3);
        p[i].n = 1, p[i].value = i;
        c[i].model = &plain_model, c[i].item = &p[i], c[i].remove = i == 58;
    }
    want(db, DYN_OK, dyn_batch_write(db, c, 60, &(dyn_batch_write_options){ .left = left }));
    assert_int_equal(stored(&plain_model), 2);
    holds(engine_get(&f, &plain_model, "\"id\":{\"S\":\"i0\"},\"n\":{\"N\":\"1\"}"), "\"value\":{\"N\":\"57\"}");
    holds(engine_get(&f, &plain_model, "\"id\":{\"S\":\"i2\"},\"n\":{\"N\":\"1\"}"), "\"value\":{\"N\":\"59\"}");
    for (size_t i = 0; i < 60; i++)
        assert_false(dyn_batch_is_left(left, i));
    for (int i = 0; i < 60; i++)
        p[i].value = -1;
    want(db, DYN_NOT_FOUND, plain_get_many(db, p, 60, NULL, NULL));
    for (int i = 0; i < 60; i++)
        assert_int_equal(p[i].value, i % 3 == 0 ? 57 : i % 3 == 1 ? -1 : 59);
}

/* A source that makes each item when it is asked, in one struct. */
typedef struct maker {
    reading r;
    size_t  asked, stop;
} maker;

static dyn_status make_one(void *user, size_t index, dyn_batch_change *change)
{
    maker *m = (maker *)user;

    m->asked++;
    if (index == m->stop)
        return DYN_CANCELLED;
    fill(&m->r, 1, "made");
    m->r.at = (int64_t)index, m->r.value = 2.0 * (double)index;
    change->model = &reading_model, change->item = &m->r;
    return DYN_OK;
}

static void changes_may_come_from_a_function(void **state)
{
    maker m;
    uint8_t left[13];

    (void)state;
    memset((void *)&m, 0, sizeof m);
    m.stop = 1000;
    want(db, DYN_OK, dyn_batch_write_from(db, make_one, &m, 100, NULL));
    assert_int_equal(stored(&reading_model), 100);
    holds(engine_get(&f, &reading_model, "\"pk\":{\"S\":\"DEVICE#made\"},\"sk\":{\"S\":\"READING#0000000000099\"}"), "\"value\":{\"N\":\"198\"}");
    m.stop = 70;
    want(db, DYN_CANCELLED, dyn_batch_write_from(db, make_one, &m, 100, &(dyn_batch_write_options){ .left = left }));
    says(db, "number 70 of the batch");
    assert_false(dyn_batch_is_left(left, 0));
    assert_true(dyn_batch_is_left(left, 70));
}

static void what_comes_back_unprocessed_is_sent_again(void **state)
{
    reading all[40], back[40];

    (void)state;
    needs_the_gate();
    fill(all, 40, "u");
    gate_rule("{\"op\":\"BatchWriteItem\",\"action\":\"unprocessed\",\"keep\":3,\"times\":4}");
    want(db, DYN_OK, reading_put_many(db, all, 40, NULL));
    assert_int_equal(stored(&reading_model), 40);
    fill(back, 40, "u");
    gate_rule("{\"op\":\"BatchGetItem\",\"action\":\"unprocessed\",\"keep\":2,\"times\":3}");
    want(db, DYN_OK, reading_get_many(db, back, 40, NULL, NULL));
    for (int i = 0; i < 40; i++)
        assert_true(back[i].value == all[i].value);
}

static void throttled_and_cut_batches_are_repeated(void **state)
{
    reading all[40], back[40];

    (void)state;
    needs_the_gate();
    fill(all, 40, "t");
    gate_rule("[{\"op\":\"BatchWriteItem\",\"action\":\"throttle\",\"retry_after_ms\":1},{\"op\":\"BatchWriteItem\",\"action\":\"reset_after_request\"},"
              "{\"op\":\"BatchWriteItem\",\"action\":\"cut\",\"at_body\":1},{\"op\":\"BatchGetItem\",\"action\":\"cut\",\"at_body\":900},"
              "{\"op\":\"BatchGetItem\",\"action\":\"status\",\"status\":503},{\"op\":\"BatchGetItem\",\"action\":\"corrupt\",\"offset\":-20}]");
    want(db, DYN_OK, reading_put_many(db, all, 40, NULL));
    assert_int_equal(stored(&reading_model), 40);
    fill(back, 40, "t");
    want(db, DYN_OK, reading_get_many(db, back, 40, NULL, NULL));
    assert_int_equal(gate_stat("rules_left"), 0);
    for (int i = 0; i < 40; i++)
        assert_true(back[i].value == all[i].value);
}

static void a_batch_that_gets_nowhere_ends_and_tells_what_is_left(void **state)
{
    reading all[60];
    uint8_t left[8];
    dyn_status statuses[60];
    size_t ok = 0, throttled = 0;

    (void)state;
    needs_the_gate();
    if (getenv("DYNREPO_TEST_SLOW"))
        skip();
    fill(all, 60, "n");
    gate_rule("{\"op\":\"BatchWriteItem\",\"action\":\"unprocessed\",\"keep\":0,\"times\":-1,\"skip\":1}");
    want(db, DYN_THROTTLED, reading_put_many(db, all, 60, &(dyn_batch_write_options){ .left = left }));
    says(db, "unprocessed|writes|4 times");
    for (size_t i = 0; i < 60; i++)
        ok += !dyn_batch_is_left(left, i);
    assert_int_equal(ok, stored(&reading_model));
    assert_true(ok > 0 && ok <= 25 && !dyn_batch_is_left(left, ok - 1));
    gate_reset();
    want(db, DYN_OK, reading_put_many(db, all, 60, NULL));
    gate_rule("{\"op\":\"BatchGetItem\",\"action\":\"unprocessed\",\"keep\":0,\"times\":-1}");
    want(db, DYN_THROTTLED, reading_get_many(db, all, 60, statuses, NULL));
    for (size_t i = 0; i < 60; i++)
        throttled += statuses[i] == DYN_THROTTLED;
    assert_true(throttled > 10 && statuses[59] == DYN_PENDING);
}

static void an_item_that_does_not_fit_is_told_and_the_others_are_read(void **state)
{
    plain p[3];
    dyn_status statuses[3];

    (void)state;
    memset(p, 0, sizeof p);
    engine_put(&f, &plain_model, "\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"1\"},\"value\":{\"N\":\"5\"}");
    engine_put(&f, &plain_model, "\"id\":{\"S\":\"b\"},\"n\":{\"N\":\"1\"},\"value\":{\"S\":\"five\"}");
    engine_put(&f, &plain_model, "\"id\":{\"S\":\"c\"},\"n\":{\"N\":\"1\"},\"value\":{\"N\":\"6\"}");
    for (int i = 0; i < 3; i++)
        p[i].id[0] = (char)('a' + i), p[i].n = 1;
    want(db, DYN_BAD_ROW, plain_get_many(db, p, 3, statuses, NULL));
    says(db, "value|found a text (S)|{\"S\":\"b\"}|number 1");
    assert_string_equal(dyn_last_error(db)->attribute, "value");
    assert_int_equal(statuses[0], DYN_OK);
    assert_int_equal(statuses[1], DYN_BAD_ROW);
    assert_int_equal(statuses[2], DYN_OK);
    assert_int_equal(p[0].value, 5);
    assert_int_equal(p[2].value, 6);
    assert_string_equal(p[1].id, "b");
    assert_true(p[1].n == 1);
}

static void rows_that_lack_members_are_completed(void **state)
{
    reading all[30];
    dyn_mask masks[30];

    (void)state;
    fill(all, 30, "c");
    for (int i = 0; i < 30; i++)
        all[i].note.ptr = "n", all[i].note.len = 1;
    want(db, DYN_OK, reading_put_many(db, all, 29, NULL));
    memset(masks, 0, sizeof masks);
    for (int i = 0; i < 30; i++) {
        masks[i].bits[0] = i == 5 ? 15 : 3;     /* one has all four members */
        all[i].value = -1, all[i].note.len = 0;
    }
    want(db, DYN_NOT_FOUND, reading_complete(db, all, 30, masks, NULL));
    for (int i = 0; i < 29; i++) {
        assert_int_equal(masks[i].bits[0], 15);
        assert_true(all[i].value == (i == 5 ? -1 : i / 4.0));
        assert_int_equal(all[i].note.len, i == 5 ? 0 : 1);
    }
    assert_int_equal(masks[29].bits[0], 0);
    if (gate_is_there())
        gate_reset();
    want(db, DYN_OK, reading_complete(db, all, 29, masks, NULL));
    if (gate_is_there())
        assert_int_equal(gate_stat("requests"), 0);
}

static size_t told;
static void tell(void *user, size_t done, size_t count)
{
    assert_ptr_equal(user, &told);
    assert_true(done > told && done <= count);
    told = done;
}

static void progress_is_told_and_stepping_works(void **state)
{
    reading all[70];

    (void)state;
    fill(all, 70, "s");
    told = 0;
    want(db, DYN_OK, reading_put_many(db, all, 70, &(dyn_batch_write_options){ .progress = tell, .progress_user = &told }));
    assert_int_equal(told, 70);
    told = 0;
    dyn_batch_get_options o;
    memset(&o, 0, sizeof o);
    o.progress = tell, o.progress_user = &told;
    want(db, DYN_OK, reading_get_many_begin(db, all, 70, NULL, &o));
    dyn_status s;
    while ((s = dyn_step(db)) == DYN_PENDING) {
        dyn_want w = dyn_wants(db);
        (void)w;
    }
    want(db, DYN_OK, s);
    assert_int_equal(told, 70);
}

static void a_missing_table_is_named(void **state)
{
    reading r;

    (void)state;
    fill(&r, 1, "z");
    want(db, DYN_NO_TABLE, reading_put_many(db, &r, 1, &(dyn_batch_write_options){ .table = "no-such-table" }));
    says(db, "no-such-table");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, open_batch, close_batch)
        T(structs_are_put_and_read_again), T(a_large_client_sends_100_keys_and_25_writes_in_a_request), T(several_models_and_tables_go_in_one_request),
        T(of_changes_of_one_item_the_last_counts), T(changes_may_come_from_a_function), T(what_comes_back_unprocessed_is_sent_again),
        T(throttled_and_cut_batches_are_repeated), T(a_batch_that_gets_nowhere_ends_and_tells_what_is_left),
        T(an_item_that_does_not_fit_is_told_and_the_others_are_read), T(rows_that_lack_members_are_completed),
        T(progress_is_told_and_stepping_works), T(a_missing_table_is_named)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

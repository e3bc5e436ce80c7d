#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* Tables in full, and what calls cost, against the engine behind the gate. What a table is like is asked of the engine itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "client_fixture.h"

typedef struct row {
    char    id[16];
    int64_t n;
    char    city[16];
    char    note[3000];
} row;
static const dyn_field row_fields[] = { DYN_TEXT(row, id), DYN_INT(row, n), DYN_TEXT(row, city), DYN_TEXT(row, note) };
static const dyn_model row_model = { DYN_MODEL(row, row_fields), .table = "rows", .pk = "id", .sk = "n" };
DYN_TYPED(row, row_model)

static fixture f;
static dyn_client *const db = &f.db;
static dyn_total totals[8];

static int open_client(void **state)
{
    (void)state;
    if (gate_is_there())
        gate_reset();
    memset(totals, 0, sizeof totals);
    want(db, DYN_OK, fixture_open(&f, FIXTURE_PLAIN, &(dyn_config){ .capacity = DYN_CAPACITY_TOTAL, DYN_TOTALS(totals) }));
    return 0;
}

static int close_client(void **state)
{
    (void)state;
    fixture_drop(&f, &row_model);
    fixture_close(&f);
    return 0;
}

/* A write unit is 1 KB begun, a read unit 4 KB begun and half when eventually consistent (DynamoDB's developer guide). */
static void calls_tell_the_units_that_the_guide_computes(void **state)
{
    static row r = { "a", 1, "Oslo", "" };
    dyn_rows rows;
    size_t count;
    row got[2];

    (void)state;
    fixture_table(&f, &row_model);
    memset(r.note, 'x', 2500);
    want(db, DYN_OK, row_put(db, &r, NULL));
    assert_true(dyn_capacity(db).write == 3 && dyn_capacity(db).total == 3 && dyn_capacity(db).read == 0);
    want(db, DYN_OK, row_get(db, &r, NULL));
    assert_true(dyn_capacity(db).read == 0.5);
    want(db, DYN_OK, row_get(db, &r, &(dyn_get_options){ .consistent = true }));
    assert_true(dyn_capacity(db).read == 1);
    r.n = 2;
    want(db, DYN_OK, row_put(db, &r, &(dyn_write_options){ .capacity = DYN_CAPACITY_INDEXES }));
    assert_true(dyn_capacity(db).table == 3);
    want(db, DYN_OK, row_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("id = ?", "a"), .page = 1, .consistent = true }));
    want(db, DYN_OK, row_collect(&rows, got, 2, &count));
    assert_int_equal(count, 2);
    assert_true(dyn_capacity(db).read >= 2);
    assert_true(dyn_capacity(db).answers >= 2);
    want(db, DYN_OK, row_delete(db, &r, NULL));
    assert_true(dyn_capacity(db).write == 3);
    assert_true(totals[0].units.write == 9);
    assert_string_equal(totals[1].operation, "PutItem");
    assert_true(totals[1].units.write == 6 && totals[1].units.answers == 2);
    assert_string_equal(totals[2].operation, "GetItem");
    assert_true(totals[2].units.read == 1.5);
    assert_string_equal(totals[3].operation, "Query");
    assert_string_equal(totals[4].operation, "DeleteItem");
    assert_null(totals[5].operation);
}

static void the_meter_counts_tls_too(void **state)
{
    fixture t;
    row r = { "a", 1, "Oslo", "" };
    dyn_metered m;
    int port = gate_is_there() ? gate_tls_port("RSA") : 0;
    char endpoint[64], path[512];
    static char root[16384];
    dyn_str trust = { root, 0 };

    (void)state;
    if (!port)
        skip();
    snprintf(path, sizeof path, "%s/rsa-root.pem", getenv("DYNREPO_TEST_CERTS"));
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    trust.len = fread(root, 1, sizeof root, file);
    fclose(file);
    fixture_table(&f, &row_model);
    want(db, DYN_OK, row_put(db, &r, NULL));
    dyn_metered plain = dyn_meter(db);
    snprintf(endpoint, sizeof endpoint, "https://localhost:%d", port);
    want(&t.db, DYN_OK, fixture_open(&t, FIXTURE_TLS, &(dyn_config){ .endpoint = endpoint, .table_prefix = f.prefix, .trust = trust, .capacity = DYN_CAPACITY_TOTAL }));
    want(&t.db, DYN_OK, row_put(&t.db, &r, NULL));
    m = dyn_meter(&t.db);
    assert_int_equal(m.call.connections, 1);
    assert_int_equal(m.call.handshakes, 1);
    assert_int_equal(m.call.requests, 1);
    assert_true(m.call.sent > plain.call.sent + 200);          /* a handshake */
    assert_true(m.call.received > plain.call.received + 1000); /* its certificates */
    want(&t.db, DYN_OK, row_put(&t.db, &r, NULL));
    m = dyn_meter(&t.db);
    assert_int_equal(m.call.handshakes, 0);
    assert_int_equal(m.all.handshakes, 1);
    assert_in_range(m.call.sent, plain.call.sent + 20, plain.call.sent + 120);     /* records: 29 bytes each with AES-GCM, or 21 */
    assert_in_range(m.call.received, plain.call.received - 20, plain.call.received + 120);
    fixture_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(calls_tell_the_units_that_the_guide_computes, open_client, close_client),
        cmocka_unit_test_setup_teardown(the_meter_counts_tls_too, open_client, close_client)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

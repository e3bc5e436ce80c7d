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

/* What two models with indexes of every kind make of one table. */
typedef struct order {
    char    customer[16];
    int64_t placed;
    char    status[16];
    char    city[16];
    double  total;
    int64_t expires;
} order;
static const dyn_field order_fields[] = { DYN_TEXT(order, customer), DYN_INT(order, placed), DYN_TEXT(order, status), DYN_TEXT(order, city, .attr = "town"),
                                          DYN_REAL(order, total), DYN_INT(order, expires) };
static const dyn_index order_indexes[] = {
    { .name = "by-status", .pk = { "status" }, .sk = { "placed" } },
    { .name = "by-total", .sk = { "total" }, .local = true, .projection = DYN_PROJECT_KEYS },
    { .name = "by-town", .pk = { "city", "status" }, .sk = { "placed", "total" }, .projection = DYN_PROJECT_INCLUDE, .include = { "expires", "note" } },
};
static const dyn_model order_model = { DYN_MODEL(order, order_fields), .table = "orders", .pk = "pk = C#{customer}", .sk = "sk = O#{placed:13}",
                                       DYN_INDEXES(order_indexes) };
static const dyn_model bare_model = { DYN_MODEL(order, order_fields), .table = "orders", .pk = "pk = C#{customer}", .sk = "sk = O#{placed:13}" };
static const dyn_index local_only[] = { { .name = "by-total", .sk = { "total" }, .local = true, .projection = DYN_PROJECT_KEYS } };
static const dyn_model local_model = { DYN_MODEL(order, order_fields), .table = "orders", .pk = "pk = C#{customer}", .sk = "sk = O#{placed:13}",
                                       DYN_INDEXES(local_only) };

enum { ROOMY = 24 * 1024 };                     /* a description of three indexes is 2.5 KB, its parts are as much again */

static fixture f;
static dyn_client *const db = &f.db;
static dyn_total totals[16];
static char told[4096];                        /* lines that a comparison or a migration told, in order */

static int open_client(void **state)
{
    (void)state;
    if (gate_is_there())
        gate_reset();
    memset(totals, 0, sizeof totals);
    want(db, DYN_OK, fixture_open(&f, ROOMY, &(dyn_config){ .capacity = DYN_CAPACITY_TOTAL, DYN_TOTALS(totals) }));
    return 0;
}

static int close_client(void **state)
{
    (void)state;
    fixture_drop(&f, &row_model);
    fixture_drop(&f, &order_model);
    told[0] = 0;
    fixture_close(&f);
    return 0;
}

static bool same(dyn_str t, const char *text)
{
    return t.len == strlen(text) && memcmp(t.ptr, text, t.len) == 0;
}

static void keep(void *user, const void *data, size_t size)
{
    size_t n = strlen(told);

    (void)user;
    assert_true(n + size < sizeof told);
    memcpy(told + n, data, size);
    told[n + size] = 0;
}
static const dyn_sink sink = { keep, NULL };
#define tells(lines) (assert_string_equal(told, lines), told[0] = 0)

/* What the engine says of the table. */
static const char *described(const dyn_model *model)
{
    char body[256];

    snprintf(body, sizeof body, "{\"TableName\":\"%s%s\"}", f.prefix, model->table);
    return engine_call("DescribeTable", body);
}

static void a_table_is_created_with_indexes_of_every_kind_and_described(void **state)
{
    dyn_table_info info;
    (void)state;
    want(db, DYN_OK, dyn_create_table(db, &order_model, &(dyn_table_options){ .stream = DYN_VIEW_BOTH, .protection = DYN_SWITCH_OFF }));
    want(db, DYN_OK, dyn_wait_table(db, &order_model, DYN_TABLE_ACTIVE, NULL));
    holds(described(&order_model), "by-status|by-total|by-town|KEYS_ONLY|INCLUDE|NEW_AND_OLD_IMAGES|\"town\"");
    want(db, DYN_OK, dyn_describe_table(db, &order_model, &info, NULL));
    assert_int_equal(info.index_count, 3);
    const dyn_index_info *x = info.indexes;
    assert_true(x[0].local && same(x[0].name, "by-total"));
    assert_int_equal(x[0].projection, DYN_PROJECT_KEYS);
    assert_int_equal(x[0].status, DYN_TABLE_ACTIVE);
    assert_true(x[0].pk_count == 1 && same(x[0].pk[0], "pk") && x[0].pk_type[0] == 'S' && x[0].sk_count == 1 && same(x[0].sk[0], "total") && x[0].sk_type[0] == 'N');
    const dyn_index_info *town = same(x[1].name, "by-town") ? &x[1] : &x[2], *status = town == &x[1] ? &x[2] : &x[1];
    assert_true(same(town->name, "by-town") && same(status->name, "by-status"));
    assert_true(!town->local && town->pk_count == 2 && town->sk_count == 2);
    assert_true(same(town->pk[0], "town") && same(town->pk[1], "status") && same(town->sk[0], "placed") && same(town->sk[1], "total"));
    assert_true(town->pk_type[0] == 'S' && town->sk_type[0] == 'N' && town->sk_type[1] == 'N');
    assert_int_equal(town->projection, DYN_PROJECT_INCLUDE);
    assert_int_equal(town->include_count, 2);
    assert_true(same(town->include[0], "expires") || same(town->include[1], "expires"));
    assert_int_equal(status->projection, DYN_PROJECT_ALL);
    assert_int_equal(status->status, DYN_TABLE_ACTIVE);
    assert_true(same(info.status_text, "ACTIVE"));
    assert_int_equal(info.stream, DYN_VIEW_BOTH);
    assert_true(info.stream_arn.len > info.arn.len && info.stream_label.len > 0);
    assert_int_equal(info.table_class, DYN_CLASS_STANDARD);
    assert_true(info.created_ms > INT64_C(1700000000000) && info.created_ms < (int64_t)time(NULL) * 1000 + 60000);
    assert_false(info.protected_);
}

static void a_migration_takes_each_step_once_and_the_second_time_none(void **state)
{
    uint32_t steps;
    dyn_table_options o = { .ttl = "expires", .stream = DYN_VIEW_NEW };

    (void)state;
    want(db, DYN_OK, dyn_table_diff(db, &local_model, &sink, &steps, &(dyn_table_options){ .ttl = "expires" }));
    tells("create the table (pk pk, sk sk; with by-total)\nenable TTL on expires\n");
    assert_int_equal(steps, 2);
    want(db, DYN_OK, dyn_table_migrate(db, &local_model, &sink, NULL));
    tells("create the table (pk pk, sk sk; with by-total)\n");
    want(db, DYN_OK, dyn_table_diff(db, &order_model, &sink, &steps, &o));
    tells("enable the stream, NEW_IMAGE\ncreate index by-status (pk status, sk placed; ALL)\n"
          "create index by-town (pk town, status, sk placed, total; INCLUDE)\nenable TTL on expires\n");
    assert_int_equal(steps, 4);
    want(db, DYN_OK, dyn_table_migrate(db, &order_model, &sink, &o));
    tells("enable the stream, NEW_IMAGE\ncreate index by-status (pk status, sk placed; ALL)\n"
          "create index by-town (pk town, status, sk placed, total; INCLUDE)\nenable TTL on expires\n");
    holds(described(&order_model), "by-status|by-town|NEW_IMAGE");
    want(db, DYN_OK, dyn_table_migrate(db, &order_model, &sink, &o));
    tells("");
    want(db, DYN_OK, dyn_table_diff(db, &order_model, &sink, &steps, &o));
    tells("");
    assert_int_equal(steps, 0);
}

static void what_no_model_names_is_left_alone_unless_it_may_be_deleted(void **state)
{
    uint32_t steps;
    dyn_ttl_info ttl;
    (void)state;
    want(db, DYN_OK, dyn_create_table(db, &order_model, &(dyn_table_options){ .ttl = "expires" }));
    want(db, DYN_OK, dyn_describe_ttl(db, &order_model, &ttl, NULL));
    assert_true(ttl.on && same(ttl.attribute, "expires"));
    want(db, DYN_OK, dyn_table_diff(db, &bare_model, &sink, &steps, NULL));
    holds(told, "left alone: index by-total, which no model names\n|left alone: index by-town, which no model names; options.delete_indexes would delete it\n|"
          "left alone: TTL on expires, which no model names\n");
    assert_int_equal(steps, 0);
    told[0] = 0;
    want(db, DYN_OK, dyn_table_migrate(db, &bare_model, NULL, NULL));
    holds(described(&order_model), "by-status|by-town|by-total");
    want(db, DYN_OK, dyn_table_migrate(db, &bare_model, &sink, &(dyn_table_options){ .delete_indexes = true }));
    holds(told, "delete index by-status\n|delete index by-town\n|left alone: index by-total");
    told[0] = 0;
    assert_null(strstr(described(&order_model), "by-status"));
    assert_null(strstr(described(&order_model), "by-town"));
    holds(described(&order_model), "by-total");
    want(db, DYN_OK, dyn_set_ttl(db, &order_model, "expires", false, NULL));
    want(db, DYN_OK, dyn_describe_ttl(db, &order_model, &ttl, NULL));
    assert_false(ttl.on);
}

static void what_cannot_be_changed_is_an_error_by_name_and_nothing_is_done(void **state)
{
    static const dyn_index other[] = { { .name = "by-status", .pk = { "status" } }, { .name = "by-place", .pk = { "city" } } };
    static const dyn_index narrow[] = { { .name = "by-status", .pk = { "status" }, .sk = { "placed" }, .projection = DYN_PROJECT_KEYS } };
    static const dyn_index added[] = { { .name = "by-expiry", .sk = { "expires" }, .local = true } };
    static const dyn_model keys = { DYN_MODEL(order, order_fields), .table = "orders", .pk = "pk = C#{customer}", .sk = "sk = O#{placed:13}", DYN_INDEXES(other) };
    static const dyn_model part = { DYN_MODEL(order, order_fields), .table = "orders", .pk = "pk = C#{customer}", .sk = "sk = O#{placed:13}", DYN_INDEXES(narrow) };
    static const dyn_model local = { DYN_MODEL(order, order_fields), .table = "orders", .pk = "pk = C#{customer}", .sk = "sk = O#{placed:13}", DYN_INDEXES(added) };
    static const dyn_model table = { DYN_MODEL(order, order_fields), .table = "orders", .pk = "pk = C#{customer}", .sk = "placed" };
    static const struct { const dyn_model *model; const char *text; } cases[] = {
        { &keys, "index by-status has other keys than the model's" }, { &part, "index by-status has another projection than the model's" },
        { &local, "index by-expiry is a local one, which can only be made together with its table" },
        { &table, "the table's key is not that of model order" }
    };

    (void)state;
    fixture_table(&f, &order_model);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char before[8192];
        snprintf(before, sizeof before, "%s", described(&order_model));
        want(db, DYN_INVALID, dyn_table_migrate(db, cases[i].model, NULL, NULL));
        says(db, cases[i].text);
        assert_string_equal(described(&order_model), before);
        told[0] = 0;
        want(db, DYN_INVALID, dyn_table_diff(db, cases[i].model, &sink, NULL, NULL));
        holds(told, cases[i].text);
        told[0] = 0;
    }
}

static void models_that_share_a_table_have_all_their_indexes_in_it(void **state)
{
    static const dyn_index more[] = { { .name = "by-status", .pk = { "status" }, .sk = { "placed" } }, { .name = "by-place", .pk = { "city" } } };
    static const dyn_model other = { DYN_MODEL(order, order_fields), .table = "orders", .pk = "pk = D#{customer}", .sk = "sk = P#{placed:13}", DYN_INDEXES(more) };
    static const dyn_model *const others[] = { &other };

    (void)state;
    want(db, DYN_OK, dyn_create_table(db, &order_model, &(dyn_table_options){ DYN_MODELS(others) }));
    holds(described(&order_model), "by-status|by-town|by-total|by-place");
}

typedef struct visit {
    char    id[16];
    int64_t until, gone;
} visit;

static void a_models_ttl_member_is_the_tables(void **state)
{
    static const dyn_field fields[] = { DYN_TEXT(visit, id), DYN_TTL(visit, until, .attr = "expires at") }, others[] = { DYN_TEXT(visit, id), DYN_TTL(visit, gone) };
    static const dyn_model model = { DYN_MODEL(visit, fields), .table = "orders", .pk = "id" };
    static const dyn_model other = { DYN_MODEL(visit, others), .table = "orders", .pk = "id" };
    static const dyn_model *const both[] = { &other };
    dyn_ttl_info ttl;

    (void)state;
    refuses(db, "a table has one TTL attribute, and it is \"expires at\" in model \"visit\" and \"gone\" in \"visit\"",
            dyn_create_table(db, &model, &(dyn_table_options){ DYN_MODELS(both) }));
    want(db, DYN_OK, dyn_create_table(db, &model, NULL));
    want(db, DYN_OK, dyn_describe_ttl(db, &model, &ttl, NULL));
    assert_true(ttl.on && same(ttl.attribute, "expires at"));
    want(db, DYN_OK, dyn_table_migrate(db, &model, &sink, NULL));
    tells("");
}

static void a_table_is_updated_setting_by_setting(void **state)
{
    dyn_table_info info;
    (void)state;
    fixture_table(&f, &bare_model);
    want(db, DYN_OK, dyn_update_table(db, &bare_model, &(dyn_table_options){ .stream = DYN_VIEW_KEYS }));
    want(db, DYN_OK, dyn_wait_table(db, &bare_model, DYN_TABLE_ACTIVE, NULL));
    want(db, DYN_OK, dyn_update_table(db, &bare_model, &(dyn_table_options){ .read_units = 5, .write_units = 4 }));
    want(db, DYN_OK, dyn_wait_table(db, &bare_model, DYN_TABLE_ACTIVE, NULL));
    want(db, DYN_OK, dyn_update_table(db, &bare_model, &(dyn_table_options){ .protection = DYN_SWITCH_ON }));
    want(db, DYN_OK, dyn_describe_table(db, &bare_model, &info, NULL));
    assert_int_equal(info.stream, DYN_VIEW_KEYS);
    assert_false(info.on_demand);
    assert_true(info.read_units == 5 && info.write_units == 4);
    assert_true(info.protected_);
    want(db, DYN_REJECTED, dyn_delete_table(db, &bare_model, NULL));
    want(db, DYN_OK, dyn_table_migrate(db, &bare_model, NULL, &(dyn_table_options){ .protection = DYN_SWITCH_OFF, .billing = DYN_BILLING_ON_DEMAND,
                                                                                  .stream = DYN_VIEW_OFF }));
    want(db, DYN_OK, dyn_describe_table(db, &bare_model, &info, NULL));
    assert_false(info.protected_);
    assert_true(info.on_demand);
    assert_int_equal(info.stream, DYN_VIEW_OFF);
    refuses(db, "name nothing to change", dyn_update_table(db, &bare_model, NULL));
}

static void tags_are_set_taken_away_and_listed(void **state)
{
    static const char *const gone[] = { "team" };
    static const dyn_tag first[] = { { "stage", "te\"st" } }, tags[] = { { "team", "sea" }, { "cost centre", "4711" } };
    static dyn_tags list;

    (void)state;
    want(db, DYN_OK, dyn_create_table(db, &bare_model, &(dyn_table_options){ .tags = first, .tag_count = 1 }));
    want(db, DYN_OK, dyn_tag_table(db, &bare_model, tags, 2, NULL));
    want(db, DYN_OK, dyn_untag_table(db, &bare_model, gone, 1, NULL));
    want(db, DYN_OK, dyn_list_tags(db, &bare_model, &list, NULL));
    assert_int_equal(list.count, 2);
    size_t stage = same(list.keys[0], "stage") ? 0 : 1;
    assert_true(same(list.keys[stage], "stage") && same(list.values[stage], "te\"st"));
    assert_true(same(list.keys[1 - stage], "cost centre") && same(list.values[1 - stage], "4711"));
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

/* The sum of an operation's units in the account, of all models. */
static dyn_units account(const char *operation)
{
    dyn_units sum = { 0 };

    for (size_t i = 1; i < sizeof totals / sizeof *totals && totals[i].operation; i++)
        if (strcmp(totals[i].operation, operation) == 0)
            sum.read += totals[i].units.read, sum.write += totals[i].units.write, sum.answers += totals[i].units.answers;
    return sum;
}

/* Units as the developer guide computes them: a write of an item below 1 KB is one, an eventually consistent read a half, transactions twice. */
static void every_operation_on_items_is_in_the_account(void **state)
{
    static order orders[30];
    static dyn_batch_change changes[30];
    static dyn_batch_item items[30];
    dyn_rows rows;
    dyn_counted counted;
    order o = { "tx", 1, "open", "Oslo", 1, 0 }, p = { "tx", 2, "open", "Oslo", 1, 0 };

    (void)state;
    fixture_table(&f, &bare_model);
    for (int i = 0; i < 30; i++) {
        orders[i] = (order){ "many", i, "open", "Oslo", 1.5, 0 };
        changes[i] = (dyn_batch_change){ .model = &bare_model, .item = &orders[i] };
        items[i] = (dyn_batch_item){ .model = &bare_model, .item = &orders[i] };
    }
    want(db, DYN_OK, dyn_batch_write(db, changes, 30, NULL));
    assert_true(dyn_capacity(db).write == 30 && account("BatchWriteItem").write == 30);
    want(db, DYN_OK, dyn_batch_get(db, items, 30, NULL));
    assert_true(dyn_capacity(db).read == 15 && account("BatchGetItem").read == 15);
    dyn_tx_write writes[] = { DYN_TX_PUT(bare_model, &o), DYN_TX_PUT(bare_model, &p) };
    want(db, DYN_OK, dyn_transact_write(db, writes, 2, NULL));
    assert_true(account("TransactWriteItems").write == 4);
    dyn_tx_read reads[] = { { .model = &bare_model, .item = &o }, { .model = &bare_model, .item = &p } };
    want(db, DYN_OK, dyn_transact_get(db, reads, 2, NULL));
    assert_true(account("TransactGetItems").read == 4);
    want(db, DYN_OK, dyn_count(db, &bare_model, &(dyn_query){ .key = DYN_EXPR("customer = ?", "many") }, &counted));
    assert_int_equal(counted.count, 30);
    assert_true(account("Query").read >= 0.5);
    want(db, DYN_OK, dyn_update(db, &bare_model, &o, DYN_EXPR("SET total = ?", 3.5), NULL));
    assert_true(account("UpdateItem").write == 1);
    o.placed = 3;
    want(db, DYN_OK, dyn_execute(db, &(dyn_statement){ .text = DYN_EXPR("INSERT INTO {table} VALUE {item}"), .model = &bare_model, .item = &o }, NULL));
    assert_int_equal(account("ExecuteStatement").answers, 1);
    want(db, DYN_OK, dyn_execute_select(db, &rows, &(dyn_statement){ .text = DYN_EXPR("SELECT * FROM {table} WHERE pk = ?", "C#tx"), .model = &bare_model }, NULL));
    while (dyn_next(&rows, &o, sizeof o) == DYN_ROW)
        ;
    want(db, DYN_OK, dyn_finish(&rows));
    assert_int_equal(account("ExecuteStatement").answers, 2);
    dyn_statement two[] = { { .text = DYN_EXPR("DELETE FROM {table} WHERE pk = ? AND sk = ?", "C#tx", "O#0000000000001"), .model = &bare_model },
                            { .text = DYN_EXPR("DELETE FROM {table} WHERE pk = ? AND sk = ?", "C#tx", "O#0000000000002"), .model = &bare_model } };
    want(db, DYN_OK, dyn_execute_batch(db, two, 2, NULL));
    assert_int_equal(account("BatchExecuteStatement").answers, 1);
    assert_true(totals[0].units.write >= 36 && totals[0].units.read >= 19);
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
        cmocka_unit_test_setup_teardown(a_table_is_created_with_indexes_of_every_kind_and_described, open_client, close_client),
        cmocka_unit_test_setup_teardown(a_migration_takes_each_step_once_and_the_second_time_none, open_client, close_client),
        cmocka_unit_test_setup_teardown(what_no_model_names_is_left_alone_unless_it_may_be_deleted, open_client, close_client),
        cmocka_unit_test_setup_teardown(what_cannot_be_changed_is_an_error_by_name_and_nothing_is_done, open_client, close_client),
        cmocka_unit_test_setup_teardown(models_that_share_a_table_have_all_their_indexes_in_it, open_client, close_client),
        cmocka_unit_test_setup_teardown(a_models_ttl_member_is_the_tables, open_client, close_client),
        cmocka_unit_test_setup_teardown(a_table_is_updated_setting_by_setting, open_client, close_client),
        cmocka_unit_test_setup_teardown(tags_are_set_taken_away_and_listed, open_client, close_client),
        cmocka_unit_test_setup_teardown(calls_tell_the_units_that_the_guide_computes, open_client, close_client),
        cmocka_unit_test_setup_teardown(every_operation_on_items_is_in_the_account, open_client, close_client),
        cmocka_unit_test_setup_teardown(the_meter_counts_tls_too, open_client, close_client)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

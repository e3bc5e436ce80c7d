#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* Tables, against the engine behind the gate, and what the service says to wrong credentials. The texts expected of refusals are the
 * service's own, which the gate repeats. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "client_fixture.h"

typedef struct row {
    char       id[16];
    int64_t    n;
    char       name[16];
    dyn_number amount;
} row;
static const dyn_field row_fields[] = { DYN_TEXT(row, id), DYN_INT(row, n), DYN_TEXT(row, name), DYN_NUMBER(row, amount, .optional = true, .initial = "0") };
static const dyn_model text_model = { DYN_MODEL(row, row_fields), .table = "text", .pk = "id" };
static const dyn_model number_model = { DYN_MODEL(row, row_fields), .table = "number", .pk = "n", .sk = "amount" };
static const dyn_model both_model = { DYN_MODEL(row, row_fields), .table = "both", .pk = "id", .sk = "n" };
static const dyn_model template_model = { DYN_MODEL(row, row_fields), .table = "template", .pk = "p k = A#{n:5}", .sk = "s\"k = {name}" };
DYN_TYPED(row, both_model)

static fixture f;
static dyn_client *const db = &f.db;

static int open_tables(void **state)
{
    (void)state;
    if (gate_is_there())
        gate_reset();
    want(db, DYN_OK, fixture_open(&f, FIXTURE_PLAIN, NULL));
    return 0;
}

static int close_tables(void **state)
{
    (void)state;
    fixture_drop(&f, &text_model);
    fixture_drop(&f, &number_model);
    fixture_drop(&f, &both_model);
    fixture_drop(&f, &template_model);
    fixture_close(&f);
    return 0;
}

static bool same(dyn_str s, const char *text)
{
    return s.len == strlen(text) && (s.len == 0 || memcmp(s.ptr, text, s.len) == 0);
}

static void a_table_is_created_from_its_model_and_described(void **state)
{
    static const struct { const dyn_model *model; const char *pk; char pk_type; const char *sk; char sk_type; } cases[] = {
        { &text_model, "id", 'S', "", 0 }, { &number_model, "n", 'N', "amount", 'N' }, { &both_model, "id", 'S', "n", 'N' }, { &template_model, "p k", 'S', "s\"k", 'S' },
    };
    dyn_table_info info;
    char name[128];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fixture_table(&f, cases[i].model);
        want(db, DYN_OK, dyn_describe_table(db, cases[i].model, &info, NULL));
        snprintf(name, sizeof name, "%s%s", f.prefix, cases[i].model->table);
        assert_true(same(info.name, name));
        assert_true(same(info.pk, cases[i].pk));
        assert_true(same(info.sk, cases[i].sk));
        assert_int_equal(info.pk_type, cases[i].pk_type);
        assert_int_equal(info.sk_type, cases[i].sk_type);
        assert_int_equal(info.status, DYN_TABLE_ACTIVE);
        assert_int_equal(info.item_count, 0);
        assert_true(info.on_demand);
        assert_true(info.arn.len > info.name.len);
        assert_memory_equal(info.arn.ptr, "arn:aws", 7);
    }
}

static void a_description_counts_items(void **state)
{
    dyn_table_info info;
    row r = { "a", 1, "x", { "" } };
    (void)state;
    fixture_table(&f, &both_model);
    snprintf(r.amount.text, sizeof r.amount.text, "1");
    for (r.n = 0; r.n < 3; r.n++)
        want(db, DYN_OK, row_put(db, &r, NULL));
    want(db, DYN_OK, dyn_describe_table(db, &both_model, &info, NULL));
    assert_int_equal(info.item_count, 3);
    assert_true(info.size_bytes > 0);
}

static void a_table_that_exists_is_in_use(void **state)
{
    (void)state;
    fixture_table(&f, &text_model);
    want(db, DYN_IN_USE, dyn_create_table(db, &text_model, NULL));
    says(db, "text");
    assert_string_equal(dyn_last_error(db)->code, "ResourceInUseException");
}

static void a_table_may_have_provisioned_throughput(void **state)
{
    char body[2048];
    dyn_table_info info;
    (void)state;
    want(db, DYN_OK, dyn_create_table(db, &text_model, &(dyn_table_options){ .read_units = 3, .write_units = 2 }));
    if (gate_is_there()) {
        gate_last_body(body, sizeof body);
        holds(body, "\"BillingMode\":\"PROVISIONED\"|\"ReadCapacityUnits\":3|\"WriteCapacityUnits\":2");
    }
    want(db, DYN_OK, dyn_wait_table(db, &text_model, DYN_TABLE_ACTIVE, NULL));
    want(db, DYN_OK, dyn_describe_table(db, &text_model, &info, NULL));
    assert_false(info.on_demand);
    refuses(db, "read_units|write_units", dyn_create_table(db, &number_model, &(dyn_table_options){ .read_units = 3 }));
    refuses(db, "read_units|write_units", dyn_create_table(db, &number_model, &(dyn_table_options){ .write_units = 3 }));
}

static void a_table_is_deleted_and_then_gone(void **state)
{
    dyn_table_info info;
    (void)state;
    fixture_table(&f, &text_model);
    want(db, DYN_OK, dyn_delete_table(db, &text_model, NULL));
    want(db, DYN_OK, dyn_wait_table(db, &text_model, DYN_TABLE_GONE, NULL));
    want(db, DYN_NOT_FOUND, dyn_describe_table(db, &text_model, &info, NULL));
    assert_int_equal(dyn_last_error(db)->status, DYN_OK);
    want(db, DYN_NOT_FOUND, dyn_delete_table(db, &text_model, NULL));
    want(db, DYN_OK, dyn_wait_table(db, &text_model, DYN_TABLE_GONE, NULL));
    fixture_table(&f, &text_model);          /* and it may be made again */
}

static void a_wait_asks_until_the_table_is_as_wanted(void **state)
{
    (void)state;
    needs_the_gate();
    fixture_table(&f, &text_model);
    gate_reset();
    gate_rule("{\"op\":\"DescribeTable\",\"action\":\"body\",\"times\":2,\"body\":\"{\\\"Table\\\":{\\\"TableStatus\\\":\\\"CREATING\\\"}}\"}");
    want(db, DYN_OK, dyn_wait_table(db, &text_model, DYN_TABLE_ACTIVE, NULL));
    assert_int_equal(gate_stat("requests"), 3);
    gate_reset();
    gate_rule("[{\"op\":\"DescribeTable\",\"action\":\"body\",\"times\":1,\"body\":\"{\\\"Table\\\":{\\\"TableStatus\\\":\\\"DELETING\\\"}}\"},"
              "{\"op\":\"DescribeTable\",\"action\":\"error\",\"type\":\"ResourceNotFoundException\",\"message\":\"no\"}]");
    want(db, DYN_OK, dyn_wait_table(db, &text_model, DYN_TABLE_GONE, NULL));
    assert_int_equal(gate_stat("requests"), 2);
    gate_rule("{\"op\":\"DescribeTable\",\"action\":\"body\",\"times\":-1,\"body\":\"{\\\"Table\\\":{\\\"TableStatus\\\":\\\"UPDATING\\\"}}\"}");
    want(db, DYN_TIMEOUT, dyn_wait_table(db, &text_model, DYN_TABLE_ACTIVE, &(dyn_table_options){ .total_ms = 400 }));
    gate_reset();
    refuses(db, "DYN_TABLE_ACTIVE|DYN_TABLE_GONE", dyn_wait_table(db, &text_model, DYN_TABLE_DELETING, NULL));
}

static void waiting_for_a_table_that_was_never_made_ends(void **state)
{
    (void)state;
    want(db, DYN_NOT_FOUND, dyn_wait_table(db, &text_model, DYN_TABLE_ACTIVE, NULL));
}

static void tables_are_listed_page_by_page(void **state)
{
    static const dyn_model *const models[] = { &text_model, &number_model, &both_model, &template_model };
    static dyn_tables tables;
    char name[128], start[256] = "", seen[1024] = "";
    (void)state;
    for (size_t i = 0; i < 4; i++)
        fixture_table(&f, models[i]);
    for (uint32_t limit = 0; limit < 4; limit++) {
        int ours = 0;
        start[0] = '\0';
        do {
            dyn_str from = { start, strlen(start) };
            want(db, DYN_OK, dyn_list_tables(db, &tables, &(dyn_list_options){ .start = from, .limit = limit }));
            assert_true(!limit || tables.count <= limit);
            for (size_t i = 0; i < tables.count; i++)
                ours += tables.names[i].len > strlen(f.prefix) && memcmp(tables.names[i].ptr, f.prefix, strlen(f.prefix)) == 0;
            if (tables.more)
                snprintf(start, sizeof start, "%.*s", (int)tables.names[tables.count - 1].len, tables.names[tables.count - 1].ptr);
        } while (tables.more);
        assert_int_equal(ours, 4);
    }
    want(db, DYN_OK, dyn_list_tables(db, &tables, NULL));
    for (size_t i = 0; i < tables.count; i++)
        snprintf(seen + strlen(seen), sizeof seen - strlen(seen), " %.*s ", (int)tables.names[i].len, tables.names[i].ptr);
    snprintf(name, sizeof name, " %stemplate ", f.prefix);
    holds(seen, name);
    refuses(db, "101|100", dyn_list_tables(db, &tables, &(dyn_list_options){ .limit = 101 }));
}

static void names_that_do_not_fit_the_memory_are_listed_in_smaller_pages(void **state)
{
    static dyn_tables tables;
    char name[128];
    (void)state;
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof name, "%stables-with-names-so-long-that-a-hundred-are-too-many-%d", f.prefix, i);
        want(db, DYN_OK, dyn_create_table(db, &text_model, &(dyn_table_options){ .table = name }));
    }
    dyn_str from = { f.prefix, strlen(f.prefix) };
    size_t count = 0;
    fixture x;
    want(db, DYN_NO_MEMORY, dyn_list_tables(db, &tables, &(dyn_list_options){ .start = from }));
    size_t needed = dyn_last_error(db)->needed;
    assert_true(needed > FIXTURE_PLAIN && needed < 2 * FIXTURE_PLAIN);
    for (int i = 0; i < 4; i++) {
        want(db, DYN_OK, dyn_list_tables(db, &tables, &(dyn_list_options){ .start = from, .limit = 25 }));
        count += tables.count;
        snprintf(name, sizeof name, "%.*s", (int)tables.names[24].len, tables.names[24].ptr);
        from.ptr = name, from.len = strlen(name);
    }
    from.ptr = f.prefix, from.len = strlen(f.prefix);
    want(&x.db, DYN_OK, fixture_open(&x, 2 * FIXTURE_PLAIN, NULL));
    dyn_status s = dyn_list_tables(&x.db, &tables, &(dyn_list_options){ .start = from });
    fixture_close(&x);
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof name, "%stables-with-names-so-long-that-a-hundred-are-too-many-%d", f.prefix, i);
        dyn_delete_table(db, &text_model, &(dyn_table_options){ .table = name });
    }
    assert_int_equal(s, DYN_OK);
    assert_int_equal(tables.count, 100);
    assert_int_equal(count, 100);
}

static void a_missing_table_is_named(void **state)
{
    row r = { "a", 1, "x", { "1" } };
    dyn_rows rows;
    char name[128];
    (void)state;
    snprintf(name, sizeof name, "%sboth", f.prefix);
    want(db, DYN_NO_TABLE, row_put(db, &r, NULL));
    says(db, name);
    assert_string_equal(dyn_last_error(db)->code, "ResourceNotFoundException");
    want(db, DYN_NO_TABLE, row_get(db, &r, NULL));
    says(db, name);
    want(db, DYN_NO_TABLE, row_update(db, &r, DYN_EXPR("SET name = ?", "y"), NULL));
    want(db, DYN_NO_TABLE, row_delete(db, &r, NULL));
    want(db, DYN_OK, row_scan(db, &rows, NULL));
    want(db, DYN_NO_TABLE, row_next(&rows, &r));
    want(db, DYN_NO_TABLE, dyn_finish(&rows));
    says(db, name);
    want(db, DYN_NO_TABLE, dyn_put(db, &both_model, &r, &(dyn_write_options){ .table = "another-one" }));
    says(db, "another-one");
}

static void a_table_may_be_named_by_the_call(void **state)
{
    row r = { "a", 1, "x", { "1" } }, back;
    dyn_table_info info;
    char name[128];
    dyn_rows rows;
    (void)state;
    snprintf(name, sizeof name, "%sby-call", f.prefix);
    want(db, DYN_OK, dyn_create_table(db, &both_model, &(dyn_table_options){ .table = name }));
    want(db, DYN_OK, dyn_wait_table(db, &both_model, DYN_TABLE_ACTIVE, &(dyn_table_options){ .table = name }));
    want(db, DYN_OK, row_put(db, &r, &(dyn_write_options){ .table = name }));
    want(db, DYN_OK, row_update(db, &r, DYN_EXPR("SET name = ?", "y"), &(dyn_write_options){ .table = name }));
    want(db, DYN_OK, row_get_key(db, &back, DYN_KEY("a", 1), &(dyn_get_options){ .table = name }));
    assert_string_equal(back.name, "y");
    want(db, DYN_OK, row_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("id = ?", "a"), .table = name }));
    want(db, DYN_ROW, row_next(&rows, &back));
    want(db, DYN_OK, dyn_finish(&rows));
    want(db, DYN_OK, dyn_describe_table(db, &both_model, &info, &(dyn_table_options){ .table = name }));
    assert_true(same(info.name, name));             /* the prefix is not put before it */
    want(db, DYN_OK, dyn_delete_table(db, &both_model, &(dyn_table_options){ .table = name }));
}

static void a_prefix_stands_before_the_models_table(void **state)
{
    fixture other;
    dyn_table_info info;
    char prefix[64];
    (void)state;
    fixture_table(&f, &text_model);
    snprintf(prefix, sizeof prefix, "%sx-", f.prefix);
    want(&other.db, DYN_OK, fixture_open(&other, FIXTURE_PLAIN, &(dyn_config){ .table_prefix = prefix }));
    want(&other.db, DYN_NOT_FOUND, dyn_describe_table(&other.db, &text_model, &info, NULL));
    want(&other.db, DYN_OK, dyn_create_table(&other.db, &text_model, NULL));
    want(&other.db, DYN_OK, dyn_describe_table(&other.db, &text_model, &info, NULL));
    assert_true(info.name.len == strlen(prefix) + 4 && memcmp(info.name.ptr, prefix, strlen(prefix)) == 0);
    want(&other.db, DYN_OK, dyn_delete_table(&other.db, &text_model, NULL));
    fixture_close(&other);
}

/* ---- credentials */

static void wrong_credentials_are_denied_in_the_services_words(void **state)
{
    static const struct { const char *key, *secret, *token, *code, *words; } cases[] = {
        { "AKIDEXAMPLE", "not the secret", NULL, "InvalidSignatureException", "The request signature we calculated does not match the signature you provided" },
        { "AKIDUNKNOWN", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", NULL, "UnrecognizedClientException", "The security token included in the request is invalid." },
        { "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "EXPIREDTOKEN==", "ExpiredTokenException", "The security token included in the request is expired" },
        { "ASIAEXAMPLETOKEN", "sEcReT/With+Slashes", NULL, "UnrecognizedClientException", "The security token included in the request is invalid." },
        { "ASIAEXAMPLETOKEN", "sEcReT/With+Slashes", "ANOTHERTOKEN", "UnrecognizedClientException", "The security token included in the request is invalid." },
    };
    row r = { "a", 1, "x", { "1" } };
    (void)state;
    needs_the_gate();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fixture x;
        gate_reset();
        want(&x.db, DYN_OK, fixture_open(&x, FIXTURE_PLAIN, &(dyn_config){ .access_key = cases[i].key, .secret_key = cases[i].secret, .session_token = cases[i].token }));
        want(&x.db, DYN_DENIED, row_put(&x.db, &r, NULL));
        says(&x.db, cases[i].words);
        assert_null(strstr(dyn_last_error(&x.db)->text, cases[i].secret));
        assert_string_equal(dyn_last_error(&x.db)->code, cases[i].code);
        assert_int_equal(dyn_last_error(&x.db)->http_status, 400);
        assert_true(dyn_last_error(&x.db)->request_id[0] != 0);
        assert_false(dyn_last_error(&x.db)->maybe_applied);
        assert_int_equal(gate_stat("requests"), 1);         /* no use in trying again */
        fixture_close(&x);
    }
}

static void temporary_credentials_are_signed_with_their_token(void **state)
{
    fixture x;
    static dyn_tables tables;
    (void)state;
    needs_the_gate();
    want(&x.db, DYN_OK, fixture_open(&x, FIXTURE_PLAIN, &(dyn_config){ .access_key = "ASIAEXAMPLETOKEN", .secret_key = "sEcReT/With+Slashes", .session_token = "SESSIONTOKEN==" }));
    want(&x.db, DYN_OK, dyn_list_tables(&x.db, &tables, NULL));
    fixture_close(&x);
}

static void another_region_is_denied(void **state)
{
    fixture x;
    static dyn_tables tables;
    (void)state;
    needs_the_gate();
    want(&x.db, DYN_OK, fixture_open(&x, FIXTURE_PLAIN, &(dyn_config){ .region = "eu-central-1" }));
    want(&x.db, DYN_DENIED, dyn_list_tables(&x.db, &tables, NULL));
    says(&x.db, "Credential should be scoped to a valid region, not 'eu-central-1'");
    fixture_close(&x);
}

static void a_model_that_is_wrong_is_refused_before_anything_is_sent(void **state)
{
    static const dyn_model no_table = { DYN_MODEL(row, row_fields), .pk = "id" };
    static const dyn_model no_member = { DYN_MODEL(row, row_fields), .table = "t", .pk = "nobody" };
    static const dyn_model no_width = { DYN_MODEL(row, row_fields), .table = "t", .pk = "pk = A#{n}" };
    row r = { "a", 1, "x", { "1" } };
    (void)state;
    refuses(db, "row|.table", dyn_create_table(db, &no_table, NULL));
    refuses(db, "row|nobody", dyn_create_table(db, &no_member, NULL));
    refuses(db, "row|{n}|width", dyn_put(db, &no_width, &r, NULL));
}

#define T(test) cmocka_unit_test_setup_teardown(test, open_tables, close_tables)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_table_is_created_from_its_model_and_described),
        T(a_description_counts_items),
        T(a_table_that_exists_is_in_use),
        T(a_table_may_have_provisioned_throughput),
        T(a_table_is_deleted_and_then_gone),
        T(a_wait_asks_until_the_table_is_as_wanted),
        T(waiting_for_a_table_that_was_never_made_ends),
        T(tables_are_listed_page_by_page),
        T(names_that_do_not_fit_the_memory_are_listed_in_smaller_pages),
        T(a_missing_table_is_named),
        T(a_table_may_be_named_by_the_call),
        T(a_prefix_stands_before_the_models_table),
        T(wrong_credentials_are_denied_in_the_services_words),
        T(temporary_credentials_are_signed_with_their_token),
        T(another_region_is_denied),
        T(a_model_that_is_wrong_is_refused_before_anything_is_sent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

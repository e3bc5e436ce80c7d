#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* PartiQL against the engine behind the gate: statements alone, in batches and transactions. What was stored is read back with plain calls
 * to the engine. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "client_fixture.h"

typedef struct reading {
    char    device[16];
    int64_t taken;
    double  value;
    dyn_str note;
} reading;
static const dyn_field reading_fields[] = { DYN_TEXT(reading, device), DYN_INT(reading, taken), DYN_REAL(reading, value, .attr = "degrees"),
                                            DYN_STR(reading, note, .attr = "no'te", .optional = true, .omit_zero = true) };
static const dyn_model reading_model = { DYN_MODEL(reading, reading_fields), .table = "read-ings", .pk = "device", .sk = "taken" };
DYN_TYPED(reading, reading_model)

static fixture f;
static dyn_client *const db = &f.db;

static int open_table(void **state)
{
    (void)state;
    if (gate_is_there())
        gate_reset();
    want(db, DYN_OK, fixture_open(&f, FIXTURE_PLAIN, NULL));
    fixture_table(&f, &reading_model);
    return 0;
}

static int close_table(void **state)
{
    (void)state;
    return fixture_end(&f, &reading_model);
}

static reading make_reading(const char *device, int64_t taken, double value, const char *note)
{
    reading r;

    memset(&r, 0, sizeof r);
    snprintf(r.device, sizeof r.device, "%s", device);
    r.taken = taken, r.value = value, r.note.ptr = note, r.note.len = strlen(note);
    return r;
}

static dyn_statement statement(dyn_expr text)
{
    dyn_statement s;

    memset((void *)&s, 0, sizeof s);
    s.text = text, s.model = &reading_model;
    return s;
}

static void fill(const char *device, int count)
{
    for (int i = 0; i < count; i++) {
        reading r = make_reading(device, 1000 + i, i, i % 2 ? "odd" : "");
        want(db, DYN_OK, reading_put(db, &r, NULL));
    }
}

/* A struct is inserted whole, its odd attribute name and text included, and is there as a put would have stored it. */
static void an_insert_stores_the_struct_as_a_put_does(void **state)
{
    reading r = make_reading("it's", 1, 1.5, "say \"h\xc3\xa9llo\"\\\n");
    dyn_statement s = statement(DYN_EXPR("INSERT INTO {table} VALUE {item}"));
    char stored[2048];

    (void)state;
    s.item = &r;
    want(db, DYN_OK, dyn_execute(db, &s, NULL));
    snprintf(stored, sizeof stored, "%s", engine_get(&f, &reading_model, "\"device\":{\"S\":\"it's\"},\"taken\":{\"N\":\"1\"}"));
    holds(stored, "\"degrees\":{\"N\":\"1.5\"}|say \\\"h");
    r.note.len = 0;
    want(db, DYN_OK, reading_get(db, &r, NULL));
    assert_int_equal(r.note.len, 14);
    assert_memory_equal(r.note.ptr, "say \"h\xc3\xa9llo\"\\\n", 14);
}

static void an_insert_of_what_is_there_fails_its_condition(void **state)
{
    reading r = make_reading("a", 1, 2, "");
    dyn_statement s = statement(DYN_EXPR("insert into {table} value {item}"));

    (void)state;
    s.item = &r;
    want(db, DYN_OK, dyn_execute(db, &s, NULL));
    want(db, DYN_CONDITION_FAILED, dyn_execute(db, &s, NULL));
    says(db, "there is such an item already|DuplicateItemException");
    assert_false(dyn_last_error(db)->maybe_applied);
}

/* The first answer is lost behind the engine's back: the repeat finds its own item, and the error says that it may be so. */
static void an_insert_whose_answer_was_lost_may_have_been_applied(void **state)
{
    reading r = make_reading("a", 1, 2, "");
    dyn_statement s = statement(DYN_EXPR("INSERT INTO {table} VALUE {item}"));

    (void)state;
    needs_the_gate();
    gate_rule("{\"op\":\"ExecuteStatement\",\"action\":\"reset_after_request\",\"times\":1}");
    s.item = &r;
    want(db, DYN_CONDITION_FAILED, dyn_execute(db, &s, NULL));
    assert_true(dyn_last_error(db)->maybe_applied);
}

static void an_update_whose_answer_was_lost_is_uncertain_unless_the_options_say_repeat(void **state)
{
    dyn_arg args[] = { dyn_int(5), dyn_text("a"), dyn_int(1000) };
    dyn_execute_options o;
    dyn_expr e;

    (void)state;
    needs_the_gate();
    fill("a", 1);
    dyn_expr_of(&e, "UPDATE {table} SET degrees = ? WHERE device = ? AND taken = ?", args, 3);
    dyn_statement s = statement(e);
    memset((void *)&o, 0, sizeof o);
    gate_rule("{\"op\":\"ExecuteStatement\",\"action\":\"reset_after_request\",\"times\":1}");
    want(db, DYN_UNCERTAIN, dyn_execute(db, &s, NULL));
    gate_rule("{\"op\":\"ExecuteStatement\",\"action\":\"reset_after_request\",\"times\":1}");
    o.repeat = DYN_REPEAT_YES;
    want(db, DYN_OK, dyn_execute(db, &s, &o));
    holds(engine_get(&f, &reading_model, "\"device\":{\"S\":\"a\"},\"taken\":{\"N\":\"1000\"}"), "\"degrees\":{\"N\":\"5\"}");
}

static void an_update_returns_the_new_item_and_a_failed_condition_the_stored_one(void **state)
{
    reading r, there;
    dyn_image image, existing;

    (void)state;
    fill("a", 2);
    memset((void *)&image, 0, sizeof image);
    memset((void *)&existing, 0, sizeof existing);
    memset(&r, 0, sizeof r), memset(&there, 0, sizeof there);
    image.item = &r, existing.item = &there;
    dyn_statement s = statement(DYN_EXPR("UPDATE {table} SET degrees = degrees + ? WHERE device = ? AND taken = ? RETURNING ALL NEW *", 41, "a", 1001));
    s.into = &image;
    want(db, DYN_OK, dyn_execute(db, &s, NULL));
    assert_true(image.found);
    assert_true(r.value == 42 && r.taken == 1001 && r.note.len == 3);
    s = statement(DYN_EXPR("UPDATE {table} SET degrees = ? WHERE device = ? AND taken = ? AND degrees = ?", 7, "a", 1001, 9));
    s.existing = &existing;
    want(db, DYN_CONDITION_FAILED, dyn_execute(db, &s, NULL));
    assert_true(existing.found);
    assert_true(there.value == 42);
    s = statement(DYN_EXPR("DELETE FROM {table} WHERE device = ? AND taken = ?", "a", 1001));
    want(db, DYN_OK, dyn_execute(db, &s, NULL));
    want(db, DYN_NOT_FOUND, reading_get_key(db, &r, DYN_KEY("a", 1001), NULL));
}

/* A member of the struct as a parameter; a colon that names none is the statement's own. */
static void members_of_the_struct_are_parameters(void **state)
{
    reading r = make_reading("a", 1000, 8.25, "");
    dyn_statement s = statement(DYN_EXPR("UPDATE {table} SET degrees = :value, \"no'te\" = '?:value{table}' WHERE device = :device AND taken=:taken"));

    (void)state;
    fill("a", 1);
    s.item = &r;
    want(db, DYN_OK, dyn_execute(db, &s, NULL));
    holds(engine_get(&f, &reading_model, "\"device\":{\"S\":\"a\"},\"taken\":{\"N\":\"1000\"}"), "\"degrees\":{\"N\":\"8.25\"}|\"no'te\":{\"S\":\"?:value{table}\"}");
    s = statement(DYN_EXPR("UPDATE {table} SET \"no'te\" = :note WHERE device = :device AND taken=:taken"));
    s.item = &r;
    refuses(db, ":note is not there in the item", dyn_execute(db, &s, NULL));
}

static void a_select_reads_rows_page_by_page(void **state)
{
    dyn_execute_options o;
    dyn_rows rows;
    reading r;
    int n = 0;

    (void)state;
    fill("a", 25), fill("b", 3);
    memset((void *)&o, 0, sizeof o);
    o.page = 4;
    dyn_statement s = statement(DYN_EXPR("SELECT * FROM {table} WHERE device = ? AND taken >= ?", "a", 1003));
    long before = gate_is_there() ? gate_stat("requests") : 0;
    want(db, DYN_OK, dyn_execute_select(db, &rows, &s, &o));
    while (reading_next(&rows, &r) == DYN_ROW) {
        assert_int_equal(r.taken, 1003 + n);
        n++;
        if (n == 1)
            want(db, DYN_BUSY, reading_get_key(db, &r, DYN_KEY("a", 1000), NULL));
    }
    want(db, DYN_OK, dyn_finish(&rows));
    assert_int_equal(n, 22);
    if (gate_is_there())
        assert_in_range(gate_stat("requests") - before, 6, 7);
    o.limit = 5, o.page = 0;
    s = statement(DYN_EXPR("SELECT taken, device FROM {table} WHERE device = ?", "a"));
    reading some[8];
    size_t count = 0;
    want(db, DYN_OK, dyn_execute_select(db, &rows, &s, &o));
    want(db, DYN_OK, reading_collect(&rows, some, 8, &count));
    assert_int_equal(count, 5);
    assert_int_equal(some[4].taken, 1004);
}

static void what_cannot_be_a_statement_is_refused_unsent(void **state)
{
    dyn_rows rows;
    reading r;
    dyn_statement s = statement(DYN_EXPR("SELECT * FROM {table} WHERE device = ?"));

    (void)state;
    refuses(db, "more ? than the 0 values", dyn_execute_select(db, &rows, &s, NULL));
    s = statement(DYN_EXPR("SELECT * FROM {table} WHERE device = '?'", 1));
    refuses(db, "has 0 ?, and 1 values", dyn_execute_select(db, &rows, &s, NULL));
    s = statement(DYN_EXPR("SELECT * FROM {table} WHERE device = 'x"));
    refuses(db, "' is not closed", dyn_execute_select(db, &rows, &s, NULL));
    s = statement(DYN_EXPR("DELETE FROM {table} WHERE device = 'x'"));
    refuses(db, "dyn_execute_select is for SELECT", dyn_execute_select(db, &rows, &s, NULL));
    s = statement(DYN_EXPR("SELECT * FROM {table}"));
    refuses(db, "dyn_execute_select", dyn_execute(db, &s, NULL));
    s.model = NULL;
    refuses(db, "{table} in a statement without a model", dyn_execute_select(db, &rows, &s, NULL));
    s = statement(DYN_EXPR("INSERT INTO {table} VALUE {item}"));
    refuses(db, "{item} in a statement without", dyn_execute(db, &s, NULL));
    s = statement(DYN_EXPR(""));
    refuses(db, "empty", dyn_execute(db, &s, NULL));
    refuses(db, "26 statements", dyn_execute_batch(db, &s, 26, NULL));
    refuses(db, "0 statements", dyn_execute_batch(db, &s, 0, NULL));
    refuses(db, "101 statements", dyn_execute_transaction(db, &s, 101, NULL));
    s = statement(DYN_EXPR("SELECT * FROM nowhere"));
    want(db, DYN_NO_TABLE, (dyn_execute_select(db, &rows, &s, NULL), reading_next(&rows, &r)));
    assert_int_equal(dyn_finish(&rows), DYN_NO_TABLE);
}

/* Three statements of which one fails: the others are done, and each one says what became of it. */
static void a_batch_tells_what_became_of_each_statement(void **state)
{
    reading r = make_reading("n", 1, 1, ""), a, b;
    dyn_image image_a, image_b;
    dyn_statement s[3];

    (void)state;
    fill("a", 2);
    s[0] = statement(DYN_EXPR("INSERT INTO {table} VALUE {item}"));
    s[0].item = &r;
    s[1] = statement(DYN_EXPR("UPDATE {table} SET degrees = ? WHERE device = ? AND taken = ? AND degrees = ?", 1, "a", 1001, 99));
    s[2] = statement(DYN_EXPR("DELETE FROM {table} WHERE device = ? AND taken = ?", "a", 1000));
    want(db, DYN_CONDITION_FAILED, dyn_execute_batch(db, s, 3, NULL));
    says(db, "statement 2 of 3: ConditionalCheckFailed");
    assert_string_equal(dyn_last_error(db)->attribute, "2");
    assert_int_equal(s[0].status, DYN_OK);
    assert_int_equal(s[1].status, DYN_CONDITION_FAILED);
    assert_string_equal(s[1].code, "ConditionalCheckFailed");
    assert_int_equal(s[2].status, DYN_OK);
    want(db, DYN_OK, reading_get_key(db, &a, DYN_KEY("n", 1), NULL));
    want(db, DYN_NOT_FOUND, reading_get_key(db, &a, DYN_KEY("a", 1000), NULL));
    memset((void *)&image_a, 0, sizeof image_a);
    image_b = image_a;
    image_a.item = &a, image_b.item = &b;
    s[0] = statement(DYN_EXPR("SELECT * FROM {table} WHERE device = ? AND taken = ?", "a", 1000));
    s[1] = statement(DYN_EXPR("SELECT * FROM {table} WHERE device = ? AND taken = ?", "a", 1001));
    s[0].into = &image_a, s[1].into = &image_b;
    want(db, DYN_OK, dyn_execute_batch(db, s, 2, NULL));
    assert_false(image_a.found);
    assert_true(image_b.found);
    assert_int_equal(b.taken, 1001);
    assert_memory_equal(b.note.ptr, "odd", 3);
    s[0] = statement(DYN_EXPR("DELETE FROM {table} WHERE device = ? AND taken = ?", "a", 1000));
    refuses(db, "all SELECTs or all writes", dyn_execute_batch(db, s, 2, NULL));
}

static void a_transaction_is_done_whole_or_not_at_all(void **state)
{
    reading r = make_reading("n", 1, 1, ""), got;
    dyn_statement s[2];
    dyn_image existing;

    (void)state;
    fill("a", 1);
    memset((void *)&existing, 0, sizeof existing);
    existing.item = &got;
    s[0] = statement(DYN_EXPR("INSERT INTO {table} VALUE {item}"));
    s[0].item = &r;
    s[1] = statement(DYN_EXPR("UPDATE {table} SET degrees = ? WHERE device = ? AND taken = ? AND degrees = ?", 1, "a", 1000, 99));
    s[1].existing = &existing;
    want(db, DYN_CONDITION_FAILED, dyn_execute_transaction(db, s, 2, NULL));
    says(db, "statement 2 of 2: ConditionalCheckFailed");
    assert_int_equal(s[0].status, DYN_OK);
    assert_int_equal(s[1].status, DYN_CONDITION_FAILED);
    if (existing.found)
        assert_int_equal(got.taken, 1000);
    want(db, DYN_NOT_FOUND, reading_get_key(db, &got, DYN_KEY("n", 1), NULL));
    s[1] = statement(DYN_EXPR("UPDATE {table} SET degrees = ? WHERE device = ? AND taken = ?", 77, "a", 1000));
    want(db, DYN_OK, dyn_execute_transaction(db, s, 2, NULL));
    want(db, DYN_OK, reading_get_key(db, &got, DYN_KEY("a", 1000), NULL));
    assert_true(got.value == 77);
    want(db, DYN_OK, reading_get_key(db, &got, DYN_KEY("n", 1), NULL));
}

/* The answer of a transaction that counts is lost; the repeat carries the same token and is not applied a second time. */
static void a_repeated_transaction_counts_once(void **state)
{
    dyn_statement s;
    reading got;

    (void)state;
    needs_the_gate();
    fill("a", 1);
    gate_rule("{\"op\":\"ExecuteTransaction\",\"action\":\"reset_after_request\",\"times\":2}");
    s = statement(DYN_EXPR("UPDATE {table} SET degrees = degrees + ? WHERE device = ? AND taken = ?", 1, "a", 1000));
    want(db, DYN_OK, dyn_execute_transaction(db, &s, 1, NULL));
    want(db, DYN_OK, reading_get_key(db, &got, DYN_KEY("a", 1000), NULL));
    assert_true(got.value == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_insert_stores_the_struct_as_a_put_does, open_table, close_table),
        cmocka_unit_test_setup_teardown(an_insert_of_what_is_there_fails_its_condition, open_table, close_table),
        cmocka_unit_test_setup_teardown(an_insert_whose_answer_was_lost_may_have_been_applied, open_table, close_table),
        cmocka_unit_test_setup_teardown(an_update_whose_answer_was_lost_is_uncertain_unless_the_options_say_repeat, open_table, close_table),
        cmocka_unit_test_setup_teardown(an_update_returns_the_new_item_and_a_failed_condition_the_stored_one, open_table, close_table),
        cmocka_unit_test_setup_teardown(members_of_the_struct_are_parameters, open_table, close_table),
        cmocka_unit_test_setup_teardown(a_select_reads_rows_page_by_page, open_table, close_table),
        cmocka_unit_test_setup_teardown(what_cannot_be_a_statement_is_refused_unsent, open_table, close_table),
        cmocka_unit_test_setup_teardown(a_batch_tells_what_became_of_each_statement, open_table, close_table),
        cmocka_unit_test_setup_teardown(a_transaction_is_done_whole_or_not_at_all, open_table, close_table),
        cmocka_unit_test_setup_teardown(a_repeated_transaction_counts_once, open_table, close_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

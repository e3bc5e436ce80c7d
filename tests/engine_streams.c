#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* Change streams against the engine behind the gate. Each test has tables of its own name: an engine may mix the records of two streams of the
 * same table. The changes expected are those that the test made. */
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
static const dyn_field reading_fields[] = { DYN_TEXT(reading, device), DYN_INT(reading, at), DYN_REAL(reading, value),
                                            DYN_STR(reading, note, .optional = true, .omit_zero = true) };
static const dyn_model reading_model = { DYN_MODEL(reading, reading_fields), .table = "telemetry", .pk = "pk = DEVICE#{device}", .sk = "sk = READING#{at:13}" };
DYN_TYPED(reading, reading_model)
static const dyn_model alarm_model = { DYN_MODEL(reading, reading_fields), .table = "telemetry", .pk = "pk = DEVICE#{device}", .sk = "sk = ALARM#{at:13}" };
DYN_TYPED_AS(alarm, reading, alarm_model)

static fixture f;
static dyn_client *const db = &f.db;
static dyn_shard shards[8];
static dyn_changes changes;

static void make_table(const char *view)
{
    char body[1024];

    snprintf(body, sizeof body, "{\"TableName\":\"%stelemetry\",\"AttributeDefinitions\":[{\"AttributeName\":\"pk\",\"AttributeType\":\"S\"},"
             "{\"AttributeName\":\"sk\",\"AttributeType\":\"S\"}],\"KeySchema\":[{\"AttributeName\":\"pk\",\"KeyType\":\"HASH\"},{\"AttributeName\":\"sk\","
             "\"KeyType\":\"RANGE\"}],\"BillingMode\":\"PAY_PER_REQUEST\"%s%s%s}", f.prefix,
             view ? ",\"StreamSpecification\":{\"StreamEnabled\":true,\"StreamViewType\":\"" : "", view ? view : "", view ? "\"}" : "");
    engine_call("CreateTable", body);
    want(db, DYN_OK, dyn_wait_table(db, &reading_model, DYN_TABLE_ACTIVE, NULL));
}

static int open_client(void **state)
{
    (void)state;
    if (gate_is_there())
        gate_reset();
    want(db, DYN_OK, fixture_open(&f, FIXTURE_PLAIN, NULL));
    memset(shards, 0, sizeof shards);
    return 0;
}

static int close_client(void **state)
{
    (void)state;
    if (gate_is_there())
        gate_reset();
    dyn_changes_pause(&changes);
    fixture_drop(&f, &reading_model);
    fixture_close(&f);
    return 0;
}

static void put(const char *device, int64_t at, double value, const char *note)
{
    reading r;

    memset(&r, 0, sizeof r);
    snprintf(r.device, sizeof r.device, "%s", device);
    r.at = at, r.value = value, r.note.ptr = note, r.note.len = strlen(note);
    want(db, DYN_OK, reading_put(db, &r, NULL));
}

static reading old_one, new_one, key_one;

static dyn_change change(void)
{
    dyn_change c;

    memset((void *)&c, 0, sizeof c);
    memset(&old_one, 0, sizeof old_one), memset(&new_one, 0, sizeof new_one), memset(&key_one, 0, sizeof key_one);
    c.before.item = &old_one, c.after.item = &new_one, c.keys.item = &key_one;
    return c;
}

static void each_change_comes_with_the_images_before_and_after(void **state)
{
    char record[2048];
    (void)state;
    make_table("NEW_AND_OLD_IMAGES");
    put("a", 1, 1.5, "h\xc3\xa9llo");
    put("a", 1, 2.5, "");
    want(db, DYN_OK, reading_delete_key(db, DYN_KEY("a", 1), NULL));
    want(db, DYN_OK, dyn_changes_open(&changes, db, &reading_model, shards, 8, NULL));
    dyn_change c = change();
    want(db, DYN_ROW, dyn_change_next(&changes, &c));
    assert_int_equal(c.kind, DYN_CHANGE_INSERT);
    assert_true(c.after.found && !c.before.found && c.keys.found);
    assert_true(new_one.value == 1.5 && new_one.note.len == 6 && memcmp(new_one.note.ptr, "h\xc3\xa9llo", 6) == 0);
    assert_string_equal(key_one.device, "a");
    assert_int_equal(key_one.at, 1);
    assert_true(c.sequence.len > 0 && c.shard.len > 0 && c.event_id.len > 0 && !c.expired && c.user.len == 0);
    assert_true(c.unix_ms > 1600000000000 && c.size_bytes > 0);
    snprintf(record, sizeof record, "%.*s", (int)c.record.len, c.record.ptr);
    holds(record, "dynamodb|Keys");
    want(db, DYN_BUSY, reading_get_key(db, &old_one, DYN_KEY("a", 1), NULL));
    c = change();
    want(db, DYN_ROW, dyn_change_next(&changes, &c));
    assert_int_equal(c.kind, DYN_CHANGE_MODIFY);
    assert_true(c.after.found && c.before.found && old_one.value == 1.5 && new_one.value == 2.5 && old_one.note.len == 6 && new_one.note.len == 0);
    c = change();
    want(db, DYN_ROW, dyn_change_next(&changes, &c));
    assert_int_equal(c.kind, DYN_CHANGE_REMOVE);
    assert_true(!c.after.found && c.before.found && old_one.value == 2.5);
    want(db, DYN_DONE, dyn_change_next(&changes, &c));
    want(db, DYN_DONE, dyn_change_next(&changes, &c));
    put("b", 7, 1, "");
    c = change();
    want(db, DYN_ROW, dyn_change_next(&changes, &c));
    assert_string_equal(new_one.device, "b");
    want(db, DYN_DONE, dyn_change_next(&changes, &c));
}

/* The values of all changes that are left, as text: "1 2 3". */
static const char *values(void)
{
    static char text[4096];
    size_t n = 0;
    dyn_change c;
    dyn_status s;

    text[0] = 0;
    for (c = change(); (s = dyn_change_next(&changes, &c)) == DYN_ROW && n < sizeof text - 32; c = change())
        n += (size_t)snprintf(text + n, sizeof text - n, n ? " %g" : "%g", new_one.value);
    want(db, DYN_DONE, s);
    return text;
}

static void a_checkpoint_goes_on_behind_what_was_handed_out(void **state)
{
    char text[1024];
    dyn_changes_options o;
    size_t length;
    dyn_change c;

    (void)state;
    make_table("NEW_AND_OLD_IMAGES");
    for (int i = 1; i <= 6; i++)
        put("a", i, i, "");
    want(db, DYN_OK, dyn_changes_open(&changes, db, &reading_model, shards, 8, NULL));
    for (int i = 0; i < 2; i++) {
        c = change();
        want(db, DYN_ROW, dyn_change_next(&changes, &c));
    }
    assert_int_equal(dyn_changes_checkpoint(&changes, text, 20, &length), DYN_TOO_LARGE);
    assert_string_equal(text, "");
    assert_int_equal(dyn_changes_checkpoint(&changes, text, sizeof text, &length), DYN_OK);
    assert_int_equal(length, strlen(text));
    dyn_changes_pause(&changes);
    memset(shards, 0, sizeof shards);
    memset((void *)&o, 0, sizeof o);
    o.checkpoint.ptr = text, o.checkpoint.len = length;
    want(db, DYN_OK, dyn_changes_open(&changes, db, &reading_model, shards, 8, &o));
    assert_string_equal(values(), "3 4 5 6");
    text[10] ^= 1;
    want(db, DYN_INVALID, dyn_changes_open(&changes, db, &reading_model, shards, 8, &o));
    says(db, "the checkpoint is not one");
    text[10] ^= 1;
    o.arn = "arn:aws:dynamodb:us-east-1:1:table/x/stream/y";
    want(db, DYN_INVALID, dyn_changes_open(&changes, db, &reading_model, shards, 8, &o));
    says(db, "not of the one in options.arn");
}

static void from_now_leaves_out_what_is_there(void **state)
{
    dyn_changes_options o;

    (void)state;
    make_table("NEW_IMAGE");
    put("a", 1, 1, "");
    memset((void *)&o, 0, sizeof o);
    o.from = DYN_FROM_NOW;
    want(db, DYN_OK, dyn_changes_open(&changes, db, &reading_model, shards, 8, &o));
    assert_string_equal(values(), "");
    put("a", 2, 2, "");
    put("a", 3, 3, "");
    assert_string_equal(values(), "2 3");
}

static void a_place_may_be_sought_at_or_behind_a_change(void **state)
{
    char sequence[64], shard[80];
    dyn_change c;

    (void)state;
    make_table("NEW_IMAGE");
    for (int i = 1; i <= 4; i++)
        put("a", i, i, "");
    want(db, DYN_OK, dyn_changes_open(&changes, db, &reading_model, shards, 8, NULL));
    for (int i = 0; i < 2; i++) {
        c = change();
        want(db, DYN_ROW, dyn_change_next(&changes, &c));
    }
    snprintf(sequence, sizeof sequence, "%.*s", (int)c.sequence.len, c.sequence.ptr);
    snprintf(shard, sizeof shard, "%.*s", (int)c.shard.len, c.shard.ptr);
    want(db, DYN_OK, dyn_changes_seek(&changes, shard, DYN_FROM_AT, sequence));
    assert_string_equal(values(), "2 3 4");
    want(db, DYN_OK, dyn_changes_seek(&changes, shard, DYN_FROM_BEHIND, sequence));
    assert_string_equal(values(), "3 4");
    want(db, DYN_OK, dyn_changes_seek(&changes, shard, DYN_FROM_OLDEST, NULL));
    assert_string_equal(values(), "1 2 3 4");
    want(db, DYN_INVALID, dyn_changes_seek(&changes, shard, DYN_FROM_AT, NULL));
    want(db, DYN_INVALID, dyn_changes_seek(&changes, shard, DYN_FROM_AT, "12x"));
}

static void items_of_other_models_are_passed_over(void **state)
{
    reading a;

    (void)state;
    make_table("NEW_IMAGE");
    memset(&a, 0, sizeof a);
    strcpy(a.device, "a");
    for (int i = 1; i <= 6; i++) {
        a.at = i, a.value = -i;
        want(db, DYN_OK, alarm_put(db, &a, NULL));
        if (i % 2)
            put("a", i, i, "");
    }
    want(db, DYN_OK, dyn_changes_open(&changes, db, &reading_model, shards, 8, NULL));
    assert_string_equal(values(), "1 3 5");
    memset(shards, 0, sizeof shards);
    want(db, DYN_OK, dyn_changes_open(&changes, db, &alarm_model, shards, 8, NULL));
    assert_string_equal(values(), "-1 -2 -3 -4 -5 -6");
}

/* Between two changes of a page the client is lent out for a call, and nothing is lost or seen twice. */
static void a_pause_lets_the_client_go_in_the_middle_of_a_page(void **state)
{
    dyn_change c;
    reading r;
    double sum = 0;

    (void)state;
    make_table("NEW_IMAGE");
    for (int i = 1; i <= 5; i++)
        put("a", i, i, "");
    want(db, DYN_OK, dyn_changes_open(&changes, db, &reading_model, shards, 8, NULL));
    for (int i = 1; i <= 5; i++) {
        c = change();
        want(db, DYN_ROW, dyn_change_next(&changes, &c));
        assert_true(new_one.value == i);
        dyn_changes_pause(&changes);
        want(db, DYN_OK, reading_get_key(db, &r, DYN_KEY("a", i), NULL));
        sum += r.value;
    }
    assert_true(sum == 15);
    assert_string_equal(values(), "");
}

/* A page that is cut at any byte goes on behind the last change that was handed out. */
static void a_cut_page_loses_and_doubles_nothing(void **state)
{
    (void)state;
    needs_the_gate();
    make_table("NEW_AND_OLD_IMAGES");
    for (int i = 1; i <= 5; i++)
        put("a", i, i, "a note");
    for (int at = 0; at < 2600; at += 61) {
        char rule[128];
        memset(shards, 0, sizeof shards);
        snprintf(rule, sizeof rule, "{\"op\":\"GetRecords\",\"action\":\"cut\",\"at_body\":%d,\"times\":1}", at);
        gate_rule(rule);
        want(db, DYN_OK, dyn_changes_open(&changes, db, &reading_model, shards, 8, NULL));
        assert_string_equal(values(), "1 2 3 4 5");
        gate_reset();
    }
}

static void a_view_without_images_gives_the_keys(void **state)
{
    dyn_change c;

    (void)state;
    make_table("KEYS_ONLY");
    put("dev", 77, 1, "");
    want(db, DYN_OK, dyn_changes_open(&changes, db, &reading_model, shards, 8, NULL));
    c = change();
    want(db, DYN_ROW, dyn_change_next(&changes, &c));
    assert_true(c.keys.found && !c.after.found && !c.before.found);
    assert_string_equal(key_one.device, "dev");
    assert_int_equal(key_one.at, 77);
}

static void an_image_that_does_not_fit_is_a_bad_row_and_the_next_one_comes(void **state)
{
    dyn_change c = change();

    (void)state;
    make_table("NEW_IMAGE");
    engine_put(&f, &reading_model, "\"pk\":{\"S\":\"DEVICE#a\"},\"sk\":{\"S\":\"READING#0000000000001\"},\"device\":{\"S\":\"a\"},\"at\":{\"N\":\"1\"},\"value\":{\"S\":\"x\"}");
    put("a", 2, 2, "");
    want(db, DYN_OK, dyn_changes_open(&changes, db, &reading_model, shards, 8, NULL));
    want(db, DYN_BAD_ROW, dyn_change_next(&changes, &c));
    says(db, "value|in the change");
    assert_string_equal(values(), "2");
}

static void streams_are_listed_and_a_table_without_one_is_told(void **state)
{
    dyn_stream_info list[4];
    dyn_change c = change();
    char name[96];
    size_t count;

    (void)state;
    make_table(NULL);
    snprintf(name, sizeof name, "%stelemetry", f.prefix);
    want(db, DYN_OK, dyn_list_streams(db, name, list, 4, &count));
    assert_int_equal(count, 0);
    want(db, DYN_OK, dyn_changes_open(&changes, db, &reading_model, shards, 8, NULL));
    want(db, DYN_NOT_FOUND, dyn_change_next(&changes, &c));
    fixture_drop(&f, &reading_model);
    want(db, DYN_OK, dyn_wait_table(db, &reading_model, DYN_TABLE_GONE, NULL));
    make_table("NEW_IMAGE");
    want(db, DYN_OK, dyn_list_streams(db, name, list, 4, &count));
    assert_int_equal(count, 1);
    assert_int_equal(list[0].table.len, strlen(name));
    assert_memory_equal(list[0].table.ptr, name, strlen(name));
    assert_true(list[0].arn.len > 20 && list[0].label.len > 8);
    want(db, DYN_TOO_LARGE, dyn_list_streams(db, name, list, 0, &count));
    assert_int_equal(count, 1);
}

/* Some hundred changes through small pages. */
static void many_changes_come_through_pages(void **state)
{
    dyn_changes_options o;
    dyn_change c;
    int n = 0;

    (void)state;
    make_table("NEW_AND_OLD_IMAGES");
    for (int i = 1; i <= 150; i++)
        put("a", i, i, "some text");
    memset((void *)&o, 0, sizeof o);
    o.page = 7;
    want(db, DYN_OK, dyn_changes_open(&changes, db, &reading_model, shards, 8, &o));
    for (c = change(); dyn_change_next(&changes, &c) == DYN_ROW; c = change())
        assert_true(new_one.value == ++n);
    assert_int_equal(n, 150);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_change_comes_with_the_images_before_and_after, open_client, close_client),
        cmocka_unit_test_setup_teardown(a_checkpoint_goes_on_behind_what_was_handed_out, open_client, close_client),
        cmocka_unit_test_setup_teardown(from_now_leaves_out_what_is_there, open_client, close_client),
        cmocka_unit_test_setup_teardown(a_place_may_be_sought_at_or_behind_a_change, open_client, close_client),
        cmocka_unit_test_setup_teardown(items_of_other_models_are_passed_over, open_client, close_client),
        cmocka_unit_test_setup_teardown(a_pause_lets_the_client_go_in_the_middle_of_a_page, open_client, close_client),
        cmocka_unit_test_setup_teardown(a_cut_page_loses_and_doubles_nothing, open_client, close_client),
        cmocka_unit_test_setup_teardown(a_view_without_images_gives_the_keys, open_client, close_client),
        cmocka_unit_test_setup_teardown(an_image_that_does_not_fit_is_a_bad_row_and_the_next_one_comes, open_client, close_client),
        cmocka_unit_test_setup_teardown(streams_are_listed_and_a_table_without_one_is_told, open_client, close_client),
        cmocka_unit_test_setup_teardown(many_changes_come_through_pages, open_client, close_client),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

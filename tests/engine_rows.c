#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* Reading many items, against the engine behind the gate: ranges, order, limits, pages, bad rows, collecting, leaving early, what
 * another call is told meanwhile. The rows expected follow from what was stored, by the rules of the API reference's Query and Scan. */
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
static const dyn_field reading_fields[] = { DYN_TEXT(reading, device), DYN_INT(reading, at), DYN_REAL(reading, value), DYN_STR(reading, note, .optional = true) };
static const dyn_model reading_model = { DYN_MODEL(reading, reading_fields), .table = "telemetry", .pk = "pk = DEVICE#{device}", .sk = "sk = READING#{at:13}" };
DYN_TYPED(reading, reading_model)

/* Another kind of item in the same partitions, on both sides of the readings' sort keys. */
typedef struct alarm {
    char    device[16];
    char    name[16];
    int32_t level;
} alarm_;
static const dyn_field alarm_fields[] = { DYN_TEXT(alarm_, device), DYN_TEXT(alarm_, name), DYN_INT(alarm_, level) };
static const dyn_model alarm_model = { DYN_MODEL(alarm_, alarm_fields), .table = "telemetry", .pk = "pk = DEVICE#{device}", .sk = "sk = {name}" };
static const dyn_model zebra_model = { DYN_MODEL(alarm_, alarm_fields), .table = "telemetry", .pk = "pk = ZOO#{device}", .sk = "sk = READING#{name}" };
DYN_TYPED_AS(alarm, alarm_, alarm_model)
DYN_TYPED_AS(zebra, alarm_, zebra_model)

/* A sort key that is a text. */
typedef struct file {
    char    dir[16];
    char    name[16];
    int32_t size;
} file;
static const dyn_field file_fields[] = { DYN_TEXT(file, dir), DYN_TEXT(file, name), DYN_INT(file, size) };
static const dyn_model file_model = { DYN_MODEL(file, file_fields), .table = "telemetry", .pk = "pk = DIR#{dir}", .sk = "sk = FILE#{name}" };
DYN_TYPED(file, file_model)

/* Plain keys: text and number. */
typedef struct plain {
    char    id[16];
    int64_t n;
    double  value;
} plain;
static const dyn_field plain_fields[] = { DYN_TEXT(plain, id), DYN_INT(plain, n), DYN_REAL(plain, value) };
static const dyn_model plain_model = { DYN_MODEL(plain, plain_fields), .table = "plain", .pk = "id", .sk = "n" };
DYN_TYPED(plain, plain_model)

static fixture f;
static dyn_client *const db = &f.db;

static int open_rows(void **state)
{
    (void)state;
    if (gate_is_there())
        gate_reset();
    want(db, DYN_OK, fixture_open(&f, FIXTURE_PLAIN, NULL));
    fixture_table(&f, &reading_model);
    fixture_table(&f, &plain_model);
    return 0;
}

static int close_rows(void **state)
{
    (void)state;
    fixture_drop(&f, &reading_model);
    fixture_drop(&f, &plain_model);
    fixture_close(&f);
    return 0;
}

/* `count` readings of a device at 1000, 1010, … with the values 0, 1, …, and alarms before, between and behind them. */
static void fill(const char *device, int count)
{
    static const char *const names[] = { "ALARM#1", "READING", "READING!", "READING#x", "READING$", "ZZZ", "READINGS" };
    reading r;
    alarm_ a;

    memset(&r, 0, sizeof r);
    snprintf(r.device, sizeof r.device, "%s", device);
    for (int i = 0; i < count; i++) {
        r.at = 1000 + 10 * i, r.value = i;
        want(db, DYN_OK, reading_put(db, &r, NULL));
    }
    memset(&a, 0, sizeof a);
    snprintf(a.device, sizeof a.device, "%s", device);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], "READING#x") == 0)
            continue;
        snprintf(a.name, sizeof a.name, "%s", names[i]);
        want(db, DYN_OK, alarm_put(db, &a, NULL));
    }
}

/* The `at` of all rows of a read, as text: "1000 1010". */
static const char *times(dyn_rows *rows)
{
    static char text[8192];
    size_t n = 0;
    reading r;
    dyn_status s;

    text[0] = '\0';
    while ((s = reading_next(rows, &r)) == DYN_ROW && n < sizeof text - 32)
        n += (size_t)snprintf(text + n, sizeof text - n, n ? " %lld" : "%lld", (long long)r.at);
    want(db, DYN_DONE, s);
    want(db, DYN_DONE, reading_next(rows, &r));      /* it stays so */
    want(db, DYN_OK, dyn_finish(rows));
    want(db, DYN_OK, dyn_finish(rows));
    return text;
}

static const char *selected(const dyn_query *q)
{
    dyn_rows rows;

    want(db, DYN_OK, reading_select(db, &rows, q));
    return times(&rows);
}

/* ---- ranges */

static void every_range_stays_inside_the_models_own_sort_keys(void **state)
{
    (void)state;
    fill("d", 5);
    fill("e", 2);
    const struct { dyn_expr key; const char *rows; } cases[] = {
        { DYN_EXPR("device = ?", "d"), "1000 1010 1020 1030 1040" },
        { DYN_EXPR("device = ? AND at = ?", "d", 1020), "1020" },
        { DYN_EXPR("device = ? AND at = ?", "d", 1021), "" },
        { DYN_EXPR("device = ? AND at < ?", "d", 1020), "1000 1010" },
        { DYN_EXPR("device = ? AND at <= ?", "d", 1020), "1000 1010 1020" },
        { DYN_EXPR("device = ? AND at > ?", "d", 1020), "1030 1040" },
        { DYN_EXPR("device = ? AND at >= ?", "d", 1020), "1020 1030 1040" },
        { DYN_EXPR("device = ? AND at BETWEEN ? AND ?", "d", 1005, 1030), "1010 1020 1030" },
        { DYN_EXPR("device = ? AND at >= ?", "d", 0), "1000 1010 1020 1030 1040" },
        { DYN_EXPR("device = ? AND at > ?", "d", 9999999999998), "" },
        { DYN_EXPR("device = ? AND at <= ?", "d", 9999999999999), "1000 1010 1020 1030 1040" },
        { DYN_EXPR("at > ? AND device = ?", 1000, "e"), "1010" },
        { DYN_EXPR("device = ?", "nobody"), "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(selected(&(dyn_query){ .key = cases[i].key }), cases[i].rows);
    /* none is less than 0, none more than thirteen nines: refused or empty, never others' items */
    dyn_rows rows;
    for (int i = 0; i < 2; i++) {
        dyn_status s = reading_select(db, &rows, &(dyn_query){ .key = i ? DYN_EXPR("device = ? AND at > ?", "d", 9999999999999) : DYN_EXPR("device = ? AND at < ?", "d", 0) });
        if (s == DYN_OK)
            assert_string_equal(times(&rows), "");
        else
            assert_int_equal(dyn_finish(&rows), DYN_INVALID);
    }
}

static void text_sort_keys_know_begins_with_and_ranges(void **state)
{
    static const char *const names[] = { "a", "ab", "abc", "b", "\xc3\xa9" };
    static const struct { const char *op, *value, *rows; } cases[] = {
        { "begins_with(name, ?)", "ab", "ab abc " }, { "name >= ?", "ab", "ab abc b \xc3\xa9 " }, { "name > ?", "ab", "abc b \xc3\xa9 " },
        { "name <= ?", "ab", "a ab " }, { "name = ?", "ab", "ab " },
    };
    file x = { "d", "", 1 };
    alarm_ other = { "d", "", 1 };
    dyn_model other_model = alarm_model;
    dyn_rows rows;
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(x.name, sizeof x.name, "%s", names[i]);
        want(db, DYN_OK, file_put(db, &x, NULL));
    }
    other_model.pk = "pk = DIR#{device}";
    for (int i = 0; i < 3; i++) {
        snprintf(other.name, sizeof other.name, "%s", i == 0 ? "FILE" : i == 1 ? "FILE$" : "FILE\"x");
        want(db, DYN_OK, dyn_put(db, &other_model, &other, NULL));
    }
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[64], found[256] = "";
        snprintf(text, sizeof text, "dir = ? AND %s", cases[i].op);
        want(db, DYN_OK, file_select(db, &rows, &(dyn_query){ .key = DYN_EXPR(text, "d", cases[i].value) }));
        while (file_next(&rows, &x) == DYN_ROW)
            strcat(strcat(found, x.name), " ");
        want(db, DYN_OK, dyn_finish(&rows));
        assert_string_equal(found, cases[i].rows);
    }
    /* there is no text just before another, so < would not be a closed range */
    refuses(db, "<=", file_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("dir = ? AND name < ?", "d", "ab") }));
}

static void plain_number_keys_are_ranges_of_numbers(void **state)
{
    static const struct { const char *op; int64_t value; int rows; } cases[] = {
        { "n >= ?", -5, 7 }, { "n > ?", -5, 6 }, { "n < ?", 0, 3 }, { "n <= ?", 0, 4 }, { "n = ?", 100, 1 }, { "n > ?", 100, 1 },
    };
    static const int64_t numbers[] = { -100, -5, -1, 0, 9, 20, 100, INT64_MAX };
    plain p = { "a", 0, 0 };
    dyn_rows rows;
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        p.n = numbers[i];
        want(db, DYN_OK, plain_put(db, &p, NULL));
    }
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[64];
        int count = 0;
        int64_t last = INT64_MIN;
        snprintf(text, sizeof text, "id = ? AND %s", cases[i].op);
        want(db, DYN_OK, plain_select(db, &rows, &(dyn_query){ .key = DYN_EXPR(text, "a", cases[i].value) }));
        while (plain_next(&rows, &p) == DYN_ROW) {
            assert_true(p.n > last);
            last = p.n, count++;
        }
        want(db, DYN_OK, dyn_finish(&rows));
        assert_int_equal(count, cases[i].rows);
    }
}

static void rows_come_in_both_directions(void **state)
{
    (void)state;
    fill("d", 4);
    assert_string_equal(selected(&(dyn_query){ .key = DYN_EXPR("device = ?", "d"), .newest_first = true }), "1030 1020 1010 1000");
    assert_string_equal(selected(&(dyn_query){ .key = DYN_EXPR("device = ? AND at < ?", "d", 1030), .newest_first = true, .limit = 2 }), "1020 1010");
    assert_string_equal(selected(&(dyn_query){ .key = DYN_EXPR("device = ?", "d"), .newest_first = true, .page = 1 }), "1030 1020 1010 1000");
}

/* ---- limits and pages */

static void a_limit_is_exact(void **state)
{
    static const char all[] = "1000 1010 1020 1030 1040 1050 1060 1070 1080 1090 1100";
    (void)state;
    fill("d", 11);
    for (size_t page = 0; page < 13; page += page < 4 ? 1 : 4)
        for (size_t limit = 1; limit < 13; limit++) {
            char expected[128];
            snprintf(expected, sizeof expected, "%.*s", (int)(limit > 11 ? strlen(all) : limit * 5 - 1), all);
            assert_string_equal(selected(&(dyn_query){ .key = DYN_EXPR("device = ?", "d"), .limit = limit, .page = page }), expected);
            assert_string_equal(selected(&(dyn_query){ .key = DYN_EXPR("device = ?", "d"), .where = { DYN_EXPR("value >= ?", 0) }, .limit = limit, .page = page }), expected);
        }
}

static void the_texts_of_a_query_may_go_once_it_has_begun(void **state)
{
    char device[] = "d", key[] = "device = ?", filter[] = "value >= ?";
    dyn_rows rows;
    (void)state;
    fill("d", 5);
    want(db, DYN_OK, reading_select(db, &rows, &(dyn_query){ .key = DYN_EXPR(key, device), .where = { DYN_EXPR(filter, 0) }, .page = 2 }));
    memset(device, 'x', sizeof device - 1);
    memset(key, 'x', sizeof key - 1);
    memset(filter, 'x', sizeof filter - 1);
    assert_string_equal(times(&rows), "1000 1010 1020 1030 1040");
}

static void a_limit_with_a_filter_counts_rows_and_not_items(void **state)
{
    (void)state;
    fill("d", 11);
    dyn_query q = { .key = DYN_EXPR("device = ?", "d"), .where = { DYN_EXPR("value IN (?, ?, ?)", 2, 6, 9), DYN_EXPR("value <> ?", 6) } };
    for (q.page = 0; q.page < 5; q.page++) {
        q.limit = 0;
        assert_string_equal(selected(&q), "1020 1090");
        q.limit = 1;
        assert_string_equal(selected(&q), "1020");
        q.limit = 2;
        assert_string_equal(selected(&q), "1020 1090");
        q.limit = 3;
        assert_string_equal(selected(&q), "1020 1090");
    }
}

static void requests_ask_for_no_more_than_is_wanted(void **state)
{
    char body[2048];
    (void)state;
    needs_the_gate();
    fill("d", 6);
    assert_string_equal(selected(&(dyn_query){ .key = DYN_EXPR("device = ?", "d"), .limit = 3 }), "1000 1010 1020");
    gate_last_body(body, sizeof body);
    holds(body, "\"Limit\":3");
    long before = gate_stat("requests");
    assert_string_equal(selected(&(dyn_query){ .key = DYN_EXPR("device = ?", "d"), .limit = 3, .page = 2 }), "1000 1010 1020");
    gate_last_body(body, sizeof body);
    holds(body, "\"Limit\":1|\"ExclusiveStartKey\":{|\"S\":\"READING#0000000001010\"");
    assert_int_equal(gate_stat("requests") - before, 2);
    assert_string_equal(selected(&(dyn_query){ .key = DYN_EXPR("device = ?", "d") }), "1000 1010 1020 1030 1040 1050");
    gate_last_body(body, sizeof body);
    assert_null(strstr(body, "Limit"));
}

static void pages_follow_each_other_and_empty_ones_are_passed(void **state)
{
    (void)state;
    needs_the_gate();
    fill("d", 9);
    long before = gate_stat("requests");
    assert_string_equal(selected(&(dyn_query){ .key = DYN_EXPR("device = ?", "d"), .page = 2 }), "1000 1010 1020 1030 1040 1050 1060 1070 1080");
    assert_int_equal(gate_stat("requests") - before, 5);
    assert_string_equal(selected(&(dyn_query){ .key = DYN_EXPR("device = ?", "d"), .where = { DYN_EXPR("value = ?", 8) }, .page = 1 }), "1080");
    assert_string_equal(selected(&(dyn_query){ .key = DYN_EXPR("device = ?", "d"), .where = { DYN_EXPR("value > ?", 8) }, .page = 2 }), "");
    assert_int_equal(gate_stat("connections"), 1);
}

static void a_consistent_select_asks_for_one(void **state)
{
    char body[2048];
    (void)state;
    needs_the_gate();
    assert_string_equal(selected(&(dyn_query){ .key = DYN_EXPR("device = ?", "d"), .consistent = true }), "");
    gate_last_body(body, sizeof body);
    holds(body, "\"ConsistentRead\":true");
}

static void a_page_of_1_mb_goes_through_16_kb(void **state)
{
    static char body[4096], note[300];
    reading r = { "big", 0, 0, { NULL, 0 } };
    dyn_rows rows;
    int count = 0;
    (void)state;
    /* 1 MB by DynamoDB's count; put past the client, 25 at a time */
    static char batch[65536];
    memset(note, 'x', sizeof note - 1);
    for (int i = 0; i < 3600; i += 25) {
        size_t n = (size_t)sprintf(batch, "{\"RequestItems\":{\"%stelemetry\":[", f.prefix);
        for (int k = i; k < i + 25; k++)
            n += (size_t)sprintf(batch + n, "%s{\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"DEVICE#big\"},\"sk\":{\"S\":\"READING#%013d\"},\"device\":{\"S\":\"big\"},\"at\":{\"N\":\"%d\"},"
                                 "\"value\":{\"N\":\"%d.5\"},\"note\":{\"S\":\"%d %s\"}}}}", k > i ? "," : "", k, k, k, k, note);
        strcpy(batch + n, "]}}");
        engine_call("BatchWriteItem", batch);
    }
    if (gate_is_there())
        gate_reset();
    want(db, DYN_OK, reading_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("device = ?", "big") }));
    while (reading_next(&rows, &r) == DYN_ROW) {
        size_t n = (size_t)snprintf(body, sizeof body, "%d %s", count, note);
        assert_int_equal(r.at, count);
        assert_true(r.value == count + 0.5);
        assert_int_equal(r.note.len, n);
        assert_memory_equal(r.note.ptr, body, n);
        count++;
    }
    want(db, DYN_OK, dyn_finish(&rows));
    assert_int_equal(count, 3600);
    assert_true(dyn_memory_peak(db) <= FIXTURE_PLAIN);
    if (gate_is_there()) {
        assert_int_equal(gate_stat("requests"), 2);       /* it was more than one page */
        assert_true(gate_stat("connections") <= 1);
    }
}

/* ---- scans */

static void a_scan_keeps_other_models_out(void **state)
{
    dyn_rows rows;
    reading r;
    alarm_ z = { "z", "x", 3 };
    int count = 0;
    (void)state;
    fill("d", 3);
    fill("e", 4);
    want(db, DYN_OK, zebra_put(db, &z, NULL));
    file x = { "d", "name", 1 };
    want(db, DYN_OK, file_put(db, &x, NULL));
    for (size_t page = 0; page < 4; page++) {
        count = 0;
        want(db, DYN_OK, reading_scan(db, &rows, &(dyn_query){ .page = page }));
        while (reading_next(&rows, &r) == DYN_ROW)
            count++;
        want(db, DYN_OK, dyn_finish(&rows));
        assert_int_equal(count, 7);
    }
    want(db, DYN_OK, reading_scan(db, &rows, &(dyn_query){ .where = { DYN_EXPR("value = ? OR value = ?", 1, 3) } }));
    for (count = 0; reading_next(&rows, &r) == DYN_ROW; count++)
        assert_true(r.value == 1 || r.value == 3);
    want(db, DYN_OK, dyn_finish(&rows));
    assert_int_equal(count, 3);
    want(db, DYN_OK, reading_scan(db, &rows, &(dyn_query){ .limit = 4, .page = 3 }));
    for (count = 0; reading_next(&rows, &r) == DYN_ROW; count++) { }
    want(db, DYN_OK, dyn_finish(&rows));
    assert_int_equal(count, 4);
    want(db, DYN_OK, zebra_scan(db, &rows, NULL));
    want(db, DYN_ROW, zebra_next(&rows, &z));
    assert_string_equal(z.name, "x");
    want(db, DYN_DONE, zebra_next(&rows, &z));
}

static void a_scan_refuses_what_belongs_to_a_select(void **state)
{
    dyn_rows rows;
    (void)state;
    refuses(db, "dyn_scan|dyn_select", reading_scan(db, &rows, &(dyn_query){ .key = DYN_EXPR("device = ?", "d") }));
    assert_int_equal(dyn_finish(&rows), DYN_INVALID);
    refuses(db, "dyn_scan|newest_first", reading_scan(db, &rows, &(dyn_query){ .newest_first = true }));
    refuses(db, "partition key", reading_select(db, &rows, &(dyn_query){ .limit = 1 }));
    refuses(db, "partition key", reading_select(db, &rows, NULL));
    refuses(db, "device", reading_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("at = ?", 1) }));
    refuses(db, "value", reading_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("device = ? AND value = ?", "d", 1) }));
    refuses(db, "part of the key", reading_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("device = ?", "d"), .where = { DYN_EXPR("pk = ?", "x") } }));
    refuses(db, "at|text|number", reading_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("device = ? AND at > ?", "d", "x") }));
    refuses(db, "at|-1", reading_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("device = ? AND at = ?", "d", -1) }));
    want(db, DYN_OK, reading_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("device = ?", "d") }));
    want(db, DYN_OK, dyn_finish(&rows));
}

/* ---- rows that do not fit */

static void a_bad_row_names_its_key_and_the_read_goes_on(void **state)
{
    dyn_rows rows;
    reading r;
    (void)state;
    fill("d", 5);
    engine_put(&f, &reading_model, "\"pk\":{\"S\":\"DEVICE#d\"},\"sk\":{\"S\":\"READING#0000000001010\"},\"device\":{\"S\":\"d\"},\"at\":{\"N\":\"1010\"},\"value\":{\"S\":\"warm\"},\"more\":{\"L\":[{\"M\":{}}]}");
    engine_put(&f, &reading_model, "\"pk\":{\"S\":\"DEVICE#d\"},\"sk\":{\"S\":\"READING#0000000001030\"},\"device\":{\"S\":\"a name that is too long\"},\"at\":{\"N\":\"1030\"},\"value\":{\"N\":\"1\"}");
    for (size_t page = 0; page < 3; page++) {
        want(db, DYN_OK, reading_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("device = ?", "d"), .page = page }));
        want(db, DYN_ROW, reading_next(&rows, &r));
        assert_int_equal(r.at, 1000);
        want(db, DYN_BAD_ROW, reading_next(&rows, &r));
        says(db, "\"value\"|text|DEVICE#d|READING#0000000001010");
        assert_string_equal(dyn_last_error(db)->attribute, "value");
        want(db, DYN_ROW, reading_next(&rows, &r));
        assert_int_equal(r.at, 1020);
        want(db, DYN_BAD_ROW, reading_next(&rows, &r));
        says(db, "\"device\"|char[16]|READING#0000000001030");
        want(db, DYN_ROW, reading_next(&rows, &r));
        assert_int_equal(r.at, 1040);
        want(db, DYN_DONE, reading_next(&rows, &r));
        assert_int_equal(rows.count, 3);
        want(db, DYN_OK, dyn_finish(&rows));
    }
    reading all[8];
    size_t count;
    want(db, DYN_OK, reading_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("device = ?", "d") }));
    want(db, DYN_BAD_ROW, reading_collect(&rows, all, 8, &count));
    says(db, "\"value\"|READING#0000000001010");
    assert_int_equal(count, 1);
}

static void a_limit_does_not_count_bad_rows(void **state)
{
    dyn_rows rows;
    reading r;
    int good = 0, bad = 0;
    dyn_status s;
    (void)state;
    fill("d", 6);
    engine_put(&f, &reading_model, "\"pk\":{\"S\":\"DEVICE#d\"},\"sk\":{\"S\":\"READING#0000000001010\"},\"device\":{\"S\":\"d\"},\"at\":{\"N\":\"1010\"}");
    want(db, DYN_OK, reading_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("device = ?", "d"), .limit = 4 }));
    while ((s = reading_next(&rows, &r)) == DYN_ROW || s == DYN_BAD_ROW)
        good += s == DYN_ROW, bad += s == DYN_BAD_ROW;
    want(db, DYN_DONE, s);
    want(db, DYN_OK, dyn_finish(&rows));
    assert_int_equal(bad, 1);
    assert_int_equal(good, 4);
}

/* ---- collecting */

static void collect_takes_all_rows_and_keeps_their_texts(void **state)
{
    static unsigned char memory[512];
    dyn_arena arena = { .base = memory, .size = sizeof memory };
    reading r = { "d", 0, 0, { NULL, 0 } }, all[8];
    dyn_rows rows;
    size_t count = 99;
    char expected[32];
    (void)state;
    for (int i = 0; i < 6; i++) {
        snprintf(expected, sizeof expected, "note number %d", i);
        r.at = i, r.note.ptr = expected, r.note.len = strlen(expected);
        want(db, DYN_OK, reading_put(db, &r, NULL));
    }
    for (int round = 0; round < 3; round++) {            /* in the client's memory, page by page, and in an arena */
        arena.used = 0;
        want(db, DYN_OK, reading_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("device = ?", "d"), .page = round == 1 ? 2 : 0, .arena = round == 2 ? &arena : NULL }));
        want(db, DYN_OK, reading_collect(&rows, all, round ? 8 : 6, &count));
        assert_int_equal(count, 6);
        for (int i = 0; i < 6; i++) {                    /* "list, then change each" */
            all[i].value = 7;
            want(db, DYN_OK, reading_put(db, &all[i], NULL));
        }
        if (round == 2)
            want(db, DYN_OK, reading_get_key(db, &r, DYN_KEY("d", 0), NULL));
        for (int i = 0; i < 6; i++) {
            snprintf(expected, sizeof expected, "note number %d", i);
            assert_int_equal(all[i].note.len, strlen(expected));
            assert_memory_equal(all[i].note.ptr, expected, strlen(expected));
        }
    }
}

static void collect_says_when_the_array_is_too_small(void **state)
{
    reading all[8];
    dyn_rows rows;
    size_t count;
    (void)state;
    fill("d", 6);
    want(db, DYN_OK, reading_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("device = ?", "d") }));
    want(db, DYN_TOO_LARGE, reading_collect(&rows, all, 5, &count));
    says(db, "5");
    assert_int_equal(count, 5);
    assert_int_equal(all[4].at, 1040);
    want(db, DYN_OK, reading_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("device = ?", "d") }));
    want(db, DYN_OK, reading_collect(&rows, all, 6, &count));
    assert_int_equal(count, 6);
    want(db, DYN_OK, reading_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("device = ?", "d"), .limit = 5 }));
    want(db, DYN_OK, reading_collect(&rows, all, 5, &count));
    assert_int_equal(count, 5);
    want(db, DYN_OK, reading_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("device = ?", "nobody") }));
    want(db, DYN_OK, reading_collect(&rows, all, 0, &count));
    assert_int_equal(count, 0);
    want(db, DYN_OK, reading_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("device = ?", "d") }));
    want(db, DYN_TOO_LARGE, reading_collect(&rows, all, 0, &count));
    want(db, DYN_OK, reading_get_key(db, all, DYN_KEY("d", 1000), NULL));
}

static void collect_reports_what_the_begin_said(void **state)
{
    reading all[2];
    dyn_rows rows;
    size_t count;
    (void)state;
    want(db, DYN_INVALID, reading_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("nothing = ?", "d") }));
    want(db, DYN_INVALID, reading_collect(&rows, all, 2, &count));
    assert_int_equal(count, 0);
    says(db, "nothing");
}

/* ---- leaving early, and other calls meanwhile */

static void a_read_may_be_left_in_the_middle(void **state)
{
    reading r;
    dyn_rows rows;
    (void)state;
    fill("d", 200);                 /* a page larger than the window */
    for (int taken = 0; taken < 5; taken++) {
        want(db, DYN_OK, reading_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("device = ?", "d"), .page = taken % 2 ? 3 : 0 }));
        for (int i = 0; i < taken; i++)
            want(db, DYN_ROW, reading_next(&rows, &r));
        want(db, DYN_OK, dyn_finish(&rows));
        want(db, DYN_DONE, reading_next(&rows, &r) == DYN_ROW ? DYN_ROW : DYN_DONE);
        want(db, DYN_OK, reading_get_key(db, &r, DYN_KEY("d", 1500), NULL));
        assert_true(r.value == 50);
        want(db, DYN_OK, reading_put(db, &r, NULL));
    }
}

static void other_calls_are_busy_while_a_read_is_open_and_do_not_disturb_it(void **state)
{
    reading r, other = { "d", 1, 1, { NULL, 0 } };
    dyn_rows rows, second;
    dyn_table_info info;
    (void)state;
    fill("d", 5);
    want(db, DYN_OK, reading_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("device = ?", "d"), .page = 2 }));
    for (int i = 0; i < 5; i++) {
        assert_int_equal(reading_put(db, &other, NULL), DYN_BUSY);
        assert_int_equal(reading_get(db, &other, NULL), DYN_BUSY);
        assert_int_equal(reading_update(db, &other, DYN_EXPR("SET value = ?", 1), NULL), DYN_BUSY);
        assert_int_equal(reading_delete(db, &other, NULL), DYN_BUSY);
        assert_int_equal(dyn_describe_table(db, &reading_model, &info, NULL), DYN_BUSY);
        assert_int_equal(reading_select(db, &second, &(dyn_query){ .key = DYN_EXPR("device = ?", "d") }), DYN_BUSY);
        assert_int_equal(reading_next(&second, &other), DYN_BUSY);
        assert_int_equal(dyn_finish(&second), DYN_BUSY);
        assert_int_equal(reading_scan(db, &second, NULL), DYN_BUSY);
        assert_int_equal(dyn_finish(&second), DYN_BUSY);
        want(db, DYN_ROW, reading_next(&rows, &r));
        assert_int_equal(r.at, 1000 + 10 * i);
    }
    want(db, DYN_DONE, reading_next(&rows, &r));
    want(db, DYN_OK, reading_put(db, &other, NULL));        /* the read is over, though not finished */
    want(db, DYN_OK, dyn_finish(&rows));
}

static void busy_leaves_the_first_error_alone(void **state)
{
    reading r;
    dyn_rows rows;
    (void)state;
    fill("d", 3);
    engine_put(&f, &reading_model, "\"pk\":{\"S\":\"DEVICE#d\"},\"sk\":{\"S\":\"READING#0000000001000\"}");
    want(db, DYN_OK, reading_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("device = ?", "d") }));
    want(db, DYN_BAD_ROW, reading_next(&rows, &r));
    assert_int_equal(reading_put(db, &r, NULL), DYN_BUSY);
    says(db, "missing|READING#0000000001000");
    want(db, DYN_ROW, reading_next(&rows, &r));
    want(db, DYN_OK, dyn_finish(&rows));
}

static void a_destination_of_another_size_is_refused_and_the_read_goes_on(void **state)
{
    reading r;
    dyn_rows rows;
    (void)state;
    fill("d", 2);
    want(db, DYN_OK, reading_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("device = ?", "d") }));
    refuses(db, "reading", dyn_next(&rows, &r, sizeof r - 1));
    want(db, DYN_ROW, reading_next(&rows, &r));
    refuses(db, "reading", dyn_next(&rows, &r, sizeof r + 8));
    want(db, DYN_ROW, reading_next(&rows, &r));
    assert_int_equal(r.at, 1010);
    want(db, DYN_OK, dyn_finish(&rows));
}

static void texts_of_a_row_live_until_the_next_row(void **state)
{
    static char note[2000];
    reading r = { "d", 0, 0, { note, sizeof note } };
    dyn_rows rows;
    int count = 0;
    (void)state;
    for (int i = 0; i < 20; i++) {                          /* 40 KB of texts, one after the other through 16 KB */
        memset(note, 'a' + i, sizeof note);
        r.at = i;
        want(db, DYN_OK, reading_put(db, &r, NULL));
    }
    want(db, DYN_OK, reading_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("device = ?", "d") }));
    while (reading_next(&rows, &r) == DYN_ROW) {
        memset(note, 'a' + count++, sizeof note);
        assert_int_equal(r.note.len, sizeof note);
        assert_memory_equal(r.note.ptr, note, sizeof note);
    }
    want(db, DYN_OK, dyn_finish(&rows));
    assert_int_equal(count, 20);
}

static void an_error_of_the_service_ends_the_read_and_finish_tells(void **state)
{
    reading r;
    dyn_rows rows;
    (void)state;
    want(db, DYN_OK, reading_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("device = ?", "d"), .table = "no-such-table" }));
    want(db, DYN_NO_TABLE, reading_next(&rows, &r));
    want(db, DYN_NO_TABLE, reading_next(&rows, &r));
    want(db, DYN_NO_TABLE, dyn_finish(&rows));
    says(db, "no-such-table");
    want(db, DYN_OK, reading_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("device = ?", "d") }));
    want(db, DYN_DONE, reading_next(&rows, &r));
    want(db, DYN_OK, dyn_finish(&rows));
}

static void many_reads_do_not_use_the_memory_up(void **state)
{
    (void)state;
    fill("d", 3);
    for (int i = 0; i < 100; i++)
        assert_string_equal(selected(&(dyn_query){ .key = DYN_EXPR("device = ?", "d"), .where = { DYN_EXPR("value >= ?", 1) }, .page = 1 }), "1010 1020");
}

#define T(test) cmocka_unit_test_setup_teardown(test, open_rows, close_rows)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(every_range_stays_inside_the_models_own_sort_keys),
        T(text_sort_keys_know_begins_with_and_ranges),
        T(plain_number_keys_are_ranges_of_numbers),
        T(rows_come_in_both_directions),
        T(a_limit_is_exact), T(the_texts_of_a_query_may_go_once_it_has_begun),
        T(a_limit_with_a_filter_counts_rows_and_not_items),
        T(requests_ask_for_no_more_than_is_wanted),
        T(pages_follow_each_other_and_empty_ones_are_passed),
        T(a_consistent_select_asks_for_one),
        T(a_page_of_1_mb_goes_through_16_kb),
        T(a_scan_keeps_other_models_out),
        T(a_scan_refuses_what_belongs_to_a_select),
        T(a_bad_row_names_its_key_and_the_read_goes_on),
        T(a_limit_does_not_count_bad_rows),
        T(collect_takes_all_rows_and_keeps_their_texts),
        T(collect_says_when_the_array_is_too_small),
        T(collect_reports_what_the_begin_said),
        T(a_read_may_be_left_in_the_middle),
        T(other_calls_are_busy_while_a_read_is_open_and_do_not_disturb_it),
        T(busy_leaves_the_first_error_alone),
        T(a_destination_of_another_size_is_refused_and_the_read_goes_on),
        T(texts_of_a_row_live_until_the_next_row),
        T(an_error_of_the_service_ends_the_read_and_finish_tells),
        T(many_reads_do_not_use_the_memory_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* Kinds with their own code, values made on save, versions and rules, against the engine behind the gate. What is stored is looked at past
 * the client, as the engine's JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "client_fixture.h"

/* ---- bytes, UUIDs, times ---- */

typedef struct chunk {
    unsigned char file[4], part[16];
    uint8_t       part_size;
    dyn_str       data;
    unsigned char owner[16];
    int64_t       at;
} chunk;
static const dyn_field chunk_fields[] = {
    DYN_BYTES(chunk, file), DYN_BYTES_N(chunk, part, part_size), DYN_BLOB(chunk, data, .omit_zero = true), DYN_UUID(chunk, owner),
    DYN_MICROS(chunk, at, DYN_ISO_OFFSET),
};
static const dyn_model chunk_model = { DYN_MODEL(chunk, chunk_fields), .table = "chunks", .pk = "file", .sk = "part" };
DYN_TYPED(chunk, chunk_model)

/* ---- made on save ---- */

typedef struct note {
    unsigned char id[16];
    char          text[16];
    int32_t       n;
    uint32_t      version;
    int64_t       created, updated, seen;
    uint32_t      expires;
} note;
static const dyn_field note_fields[] = {
    DYN_UUID(note, id, .make = DYN_MAKE_UUID7), DYN_TEXT(note, text), DYN_INT(note, n, .optional = true), DYN_VERSION(note, version, .attr = "v", .optional = true),
    DYN_CREATED(note, created, .optional = true), DYN_UPDATED_ISO(note, updated, .optional = true),
    DYN_MICROS(note, seen, DYN_ISO_Z, .optional = true, .make = DYN_MAKE_NOW), DYN_TTL(note, expires),
};
static const dyn_model note_model = { DYN_MODEL(note, note_fields), .table = "notes", .pk = "id" };
DYN_TYPED(note, note_model)

/* ---- rules and hooks ---- */

typedef struct gauge {
    char    id[8];
    int32_t level;
    char    color[8];
    char    name[16];
} gauge;

static const char *even(const void *member, const void *item)
{
    int32_t v;

    (void)item;
    memcpy(&v, member, sizeof v);
    return v % 2 ? "it must be even" : NULL;
}

static const char *before(void *item, void *user)
{
    gauge *g = (gauge *)item;

    ++*(int *)user;
    if (strcmp(g->name, "never") == 0)
        return "nobody is called so";
    if (!g->name[0])
        strcpy(g->name, "unnamed");
    return NULL;
}

static const char *after(void *item, void *user)
{
    gauge *g = (gauge *)item;

    ++*(int *)user;
    if (strcmp(g->name, "broken") == 0)
        return "its name is broken";
    g->name[0] = (char)(g->name[0] & ~0x20);
    return NULL;
}

static int hooked;
static const dyn_field gauge_fields[] = {
    DYN_TEXT(gauge, id, DYN_LENGTH("2", "")), DYN_INT(gauge, level, DYN_RANGE("0", "100")), DYN_TEXT(gauge, color, DYN_ONE_OF("red|green|blue")),
    DYN_TEXT(gauge, name),
};
static const dyn_model gauge_model = { DYN_MODEL(gauge, gauge_fields), .table = "gauges", .pk = "id", DYN_BEFORE_SAVE(before), DYN_AFTER_LOAD(after),
                                       .user = &hooked };
DYN_TYPED(gauge, gauge_model)
static const dyn_field even_fields[] = { DYN_TEXT(gauge, id), DYN_INT(gauge, level, DYN_VALIDATE(even)) };
static const dyn_model even_model = { DYN_MODEL(gauge, even_fields), .table = "gauges", .pk = "id" };
DYN_TYPED_AS(evens, gauge, even_model)

static fixture f;
static dyn_client *const db = &f.db;

static int setup(void **state)
{
    static const dyn_model *const models[] = { &chunk_model, &note_model, &gauge_model };

    (void)state;
    hooked = 0;
    if (gate_is_there())
        gate_reset();
    if (fixture_open(&f, FIXTURE_PLAIN, NULL) != DYN_OK)
        return -1;
    for (size_t i = 0; i < 3; i++)
        if (dyn_create_table(db, models[i], NULL) != DYN_OK || dyn_wait_table(db, models[i], DYN_TABLE_ACTIVE, NULL) != DYN_OK)
            return -1;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    dyn_delete_table(db, &chunk_model, NULL);
    dyn_delete_table(db, &note_model, NULL);
    dyn_delete_table(db, &gauge_model, NULL);
    fixture_close(&f);
    return 0;
}

static void bytes_go_and_come_back(void **state)
{
    chunk c = { { 1, 2, 3, 4 }, { 9 }, 1, { "\0\xff\x80", 3 }, { 0xaa }, INT64_C(1715934542000001) }, back = c;

    (void)state;
    want(db, DYN_OK, chunk_put(db, &c, NULL));
    holds(engine_get(&f, &chunk_model, "\"file\":{\"B\":\"AQIDBA==\"},\"part\":{\"B\":\"CQ==\"}"),
          "\"data\":{\"B\":\"AP+A\"}|\"owner\":{\"S\":\"aa000000-0000-0000-0000-000000000000\"}|\"at\":{\"S\":\"2024-05-17T08:29:02.000001+00:00\"}");
    memset(back.owner, 0, sizeof back.owner);
    want(db, DYN_OK, chunk_get(db, &back, NULL));
    assert_int_equal(back.data.len, 3);
    assert_memory_equal(back.data.ptr, "\0\xff\x80", 3);
    assert_int_equal(back.owner[0], 0xaa);
    assert_int_equal(back.at, c.at);
    memset(&back, 0, sizeof back);
    want(db, DYN_OK, chunk_get_key(db, &back, DYN_KEY(dyn_bytes("\1\2\3\4", 4), dyn_bytes("\x09", 1)), NULL));
    assert_int_equal(back.part_size, 1);
    refuses(db, "member \"file\": it holds 4 bytes, the value has 3", chunk_get_key(db, &back, DYN_KEY(dyn_bytes("\1\2\3", 3), dyn_bytes("\x09", 1)), NULL));
    want(db, DYN_OK, chunk_update(db, &c, DYN_EXPR("SET data = ?, owner = ?", dyn_bytes("new", 3), dyn_uuid(c.owner)), NULL));
    holds(engine_get(&f, &chunk_model, "\"file\":{\"B\":\"AQIDBA==\"},\"part\":{\"B\":\"CQ==\"}"), "\"data\":{\"B\":\"bmV3\"}");
}

/* The table's keys are B; a query takes ranges of bytes, in the order of unsigned bytes. */
static void bytes_are_keys_with_an_order(void **state)
{
    chunk c = { { 7, 7, 7, 7 }, { 0 }, 2, { NULL, 0 }, { 1 }, 0 };
    static const unsigned char firsts[] = { 0, 0x7f, 0x80, 0xff };
    unsigned char low = 0x7f, high = 0xfe;
    dyn_rows rows;
    size_t n = 0;

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        c.part[0] = firsts[i];
        want(db, DYN_OK, chunk_put(db, &c, NULL));
    }
    want(db, DYN_OK, chunk_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("file = ? AND part BETWEEN ? AND ?", dyn_bytes("\7\7\7\7", 4), dyn_bytes(&low, 1),
                                                                           dyn_bytes(&high, 1)) }));
    while (chunk_next(&rows, &c) == DYN_ROW)
        assert_int_equal(c.part[0], firsts[++n]);
    want(db, DYN_OK, dyn_finish(&rows));
    assert_int_equal(n, 2);
    n = 0;
    want(db, DYN_OK, chunk_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("file = ? AND begins_with(part, ?)", dyn_bytes("\7\7\7\7", 4), dyn_bytes("\x80", 1)) }));
    while (chunk_next(&rows, &c) == DYN_ROW)
        n++;
    want(db, DYN_OK, dyn_finish(&rows));
    assert_int_equal(n, 1);
}

/* A blob larger than the window to receive through is gathered, and its memory given back. */
static void large_bytes_come_back_whole(void **state)
{
    static char data[3600];
    chunk c = { { 1 }, { 1 }, 1, { data, sizeof data }, { 1 }, 0 }, back = c;

    (void)state;
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (char)(i * 7);
    want(db, DYN_OK, chunk_put(db, &c, NULL));
    for (int i = 0; i < 3; i++) {
        want(db, DYN_OK, chunk_get(db, &back, NULL));
        assert_int_equal(back.data.len, sizeof data);
        assert_memory_equal(back.data.ptr, data, sizeof data);
    }
}

static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void uuids_are_made_of_time_and_chance(void **state)
{
    unsigned char a[16], b[16], c[16];
    int64_t before_ms = now_ms(), ms = 0;

    (void)state;
    assert_int_equal(dyn_uuid_v4(db, a), DYN_OK);
    assert_int_equal(dyn_uuid_v4(db, b), DYN_OK);
    assert_memory_not_equal(a, b, 16);
    assert_int_equal(a[6] >> 4, 4);
    assert_int_equal(a[8] >> 6, 2);
    assert_int_equal(dyn_uuid_v7(db, c), DYN_OK);
    assert_int_equal(c[6] >> 4, 7);
    assert_int_equal(c[8] >> 6, 2);
    for (int i = 0; i < 6; i++)
        ms = ms * 256 + c[i];
    assert_true(ms >= before_ms - 1 && ms <= now_ms() + 1);
}

static void a_put_makes_what_is_empty_and_tells_it(void **state)
{
    note n, back;
    int64_t from = now_ms();
    char id[37], key[80];

    (void)state;
    memset(&n, 0, sizeof n);                 /* its padding too, which is compared */
    strcpy(n.text, "hello");
    want(db, DYN_OK, note_put(db, &n, &(dyn_write_options){ .made = &n }));
    assert_int_equal(n.id[6] >> 4, 7);
    assert_int_equal(n.version, 1);
    assert_true(n.created >= from && n.created <= now_ms());
    assert_true(n.updated == n.created && n.seen == n.created * 1000);
    dyn_uuid_format(n.id, id);
    snprintf(key, sizeof key, "\"id\":{\"S\":\"%s\"}", id);
    holds(engine_get(&f, &note_model, key), "\"v\":{\"N\":\"1\"}|\"created\":{\"N\":\"|\"updated\":{\"S\":\"20|\"seen\":{\"S\":\"20");
    back = n;
    want(db, DYN_OK, note_get(db, &back, NULL));
    assert_memory_equal(&back, &n, sizeof n);
    int64_t created = n.created;
    want(db, DYN_OK, note_put(db, &n, &(dyn_write_options){ .made = &n }));         /* what was made stays, but for version and change */
    assert_int_equal(n.version, 2);
    assert_true(n.created == created && n.updated >= created);
    note given = { { 5 }, "kept", 0, 41, 1000, 0, 0, 0 };
    want(db, DYN_OK, note_put(db, &given, NULL));                                  /* the struct itself is not touched */
    assert_int_equal(given.version, 41);
    assert_true(given.updated == 0 && given.created == 1000);
    holds(engine_get(&f, &note_model, "\"id\":{\"S\":\"05000000-0000-0000-0000-000000000000\"}"), "\"v\":{\"N\":\"42\"}|\"created\":{\"N\":\"1000\"}");
}

static void an_update_keeps_created_and_sets_updated(void **state)
{
    note n = { { 6 }, "hello", 0, 0, 0, 0, 0, 0 }, now = n;
    dyn_image into = { .item = &now };

    (void)state;
    want(db, DYN_OK, note_put(db, &n, &(dyn_write_options){ .made = &n }));
    want(db, DYN_OK, note_update(db, &n, DYN_EXPR("REMOVE n SET text = ?", "other"), &(dyn_write_options){ .into = &into }));
    assert_int_equal(now.version, 2);
    assert_true(now.created == n.created && now.updated >= n.updated);
    assert_string_equal(now.text, "other");
    want(db, DYN_OK, note_update(db, &n, DYN_EXPR("ADD n ?", 3), &(dyn_write_options){ .into = &into }));
    assert_int_equal(now.version, 3);
    assert_int_equal(now.n, 3);
    want(db, DYN_OK, note_update(db, &n, DYN_EXPR("SET version = ?, created = ?, n = if_not_exists(n, ?)", 77, 5, 1), &(dyn_write_options){ .into = &into }));
    assert_int_equal(now.version, 77);                                             /* what the update names itself wins */
    assert_int_equal(now.created, 5);
    assert_int_equal(now.n, 3);
    note fresh = { { 7 }, "", 0, 0, 0, 0, 0, 0 };
    now = fresh;
    want(db, DYN_OK, note_update(db, &fresh, DYN_EXPR("SET text = ?", "made"), &(dyn_write_options){ .into = &into }));
    assert_int_equal(now.version, 1);
    assert_true(now.created > 0 && now.created == now.updated);
}

static void a_version_that_is_not_the_stored_one_fails_the_condition(void **state)
{
    note n = { { 8 }, "one", 0, 0, 0, 0, 0, 0 }, old, stored;
    dyn_image existing = { .item = &stored };
    dyn_write_options check = { .check_version = true, .made = &n };

    (void)state;
    want(db, DYN_OK, note_put(db, &n, &check));
    assert_int_equal(n.version, 1);
    old = n;
    want(db, DYN_OK, note_put(db, &n, &check));
    assert_int_equal(n.version, 2);
    want(db, DYN_CONDITION_FAILED, note_put(db, &old, &(dyn_write_options){ .check_version = true, .existing = &existing }));
    assert_true(existing.found && stored.version == 2);
    want(db, DYN_CONDITION_FAILED, note_update(db, &old, DYN_EXPR("SET n = ?", 1), &(dyn_write_options){ .check_version = true }));
    want(db, DYN_CONDITION_FAILED, note_delete(db, &old, &(dyn_write_options){ .check_version = true }));
    want(db, DYN_OK, note_update(db, &n, DYN_EXPR("SET n = ?", 1), &check));
    assert_int_equal(n.version, 3);
    old.version = 0;
    want(db, DYN_CONDITION_FAILED, note_put(db, &old, &(dyn_write_options){ .check_version = true }));      /* 0: there must be none */
    want(db, DYN_CONDITION_FAILED, note_put(db, &n, &(dyn_write_options){ .check_version = true, .when = { DYN_EXPR("n = ? OR n = ?", 5, 6) } }));
    want(db, DYN_OK, note_put(db, &n, &(dyn_write_options){ .check_version = true, .when = { DYN_EXPR("n = ? OR n = ?", 1, 6) } }));
    n.version = 4;
    want(db, DYN_OK, note_delete(db, &n, &(dyn_write_options){ .check_version = true }));
    refuses(db, "options.check_version: the version to check is that of the struct; give one, not a key",
            note_delete_key(db, DYN_KEY(dyn_uuid(n.id)), &(dyn_write_options){ .check_version = true }));
    gauge g = { "ab", 1, "red", "" };
    refuses(db, "options.check_version: the model \"gauge\" has no DYN_VERSION member", gauge_put(db, &g, &(dyn_write_options){ .check_version = true }));
}

/* The service did the write, and its answer is lost: a counting update is not sent again, one to a version is, and then knows that it was there. */
static void a_counted_version_is_not_repeated_and_a_checked_one_is(void **state)
{
    note n = { { 9 }, "one", 0, 0, 0, 0, 0, 0 }, back = n;

    (void)state;
    if (!gate_is_there())
        skip();
    want(db, DYN_OK, note_put(db, &n, &(dyn_write_options){ .made = &n }));
    gate_rule("{\"op\":\"UpdateItem\",\"action\":\"cut\",\"at\":10}");
    want(db, DYN_UNCERTAIN, note_update(db, &n, DYN_EXPR("SET n = ?", 1), NULL));
    want(db, DYN_OK, note_get(db, &back, NULL));
    gate_reset();
    gate_rule("{\"op\":\"UpdateItem\",\"action\":\"cut\",\"at\":10}");
    n.version = back.version;
    want(db, DYN_CONDITION_FAILED, note_update(db, &n, DYN_EXPR("SET n = ?", 2), &(dyn_write_options){ .check_version = true }));
    assert_true(dyn_last_error(db)->maybe_applied);
    int64_t version = back.version;
    want(db, DYN_OK, note_get(db, &back, NULL));
    assert_int_equal(back.version, version + 1);                                   /* once */
    assert_int_equal(back.n, 2);
}

/* A put that is tried again is the same put. */
static void what_was_made_stays_for_all_tries(void **state)
{
    note n = { { 0 }, "again", 0, 0, 0, 0, 0, 0 };
    char first[2000], second[2000];

    (void)state;
    if (!gate_is_there())
        skip();
    gate_rule("{\"op\":\"PutItem\",\"action\":\"status\",\"status\":500,\"times\":1}");
    want(db, DYN_OK, note_put(db, &n, &(dyn_write_options){ .made = &n }));
    size_t size = gate_last_body(first, sizeof first - 1);
    first[size] = 0;
    dyn_uuid_format(n.id, second);
    assert_non_null(strstr(first, second));
}

static void rules_hold_when_written_set_and_read(void **state)
{
    gauge g = { "aa", 50, "red", "x" };

    (void)state;
    want(db, DYN_OK, gauge_put(db, &g, NULL));
    g.level = 101;
    refuses(db, "attribute \"level\": 101 is not allowed, only 0 to 100", gauge_put(db, &g, NULL));
    assert_string_equal(dyn_last_error(db)->attribute, "level");
    g.level = 0, strcpy(g.color, "pink");
    refuses(db, "attribute \"color\": \"pink\" is not allowed, only red|green|blue", gauge_put(db, &g, NULL));
    strcpy(g.id, "a");
    refuses(db, "attribute \"id\": a length of 1 is not allowed, only 2 to ", gauge_get(db, &g, NULL));
    refuses(db, "key: member \"id\": a length of 1 is not allowed", gauge_get_key(db, &g, DYN_KEY("a"), NULL));
    strcpy(g.id, "aa");
    refuses(db, "update, position 13: member \"level\": -1 is not allowed, only 0 to 100", gauge_update(db, &g, DYN_EXPR("SET level = ?", -1), NULL));
    refuses(db, "member \"color\": \"\" is not allowed", gauge_update(db, &g, DYN_EXPR("SET color = ?", ""), NULL));
    want(db, DYN_OK, gauge_update(db, &g, DYN_EXPR("SET color = ?, level = level + ?", "blue", 1000), NULL));
    want(db, DYN_BAD_ROW, gauge_get(db, &g, NULL));
    says(db, "attribute \"level\": 1050 is not allowed, only 0 to 100");
    g.level = 3;
    refuses(db, "attribute \"level\": it must be even", evens_put(db, &g, NULL));
    refuses(db, "member \"level\": it must be even", evens_update(db, &g, DYN_EXPR("SET level = ?", 5), NULL));
    want(db, DYN_OK, evens_update(db, &g, DYN_EXPR("SET level = ?", 6), NULL));
    engine_put(&f, &even_model, "\"id\":{\"S\":\"aa\"},\"level\":{\"N\":\"7\"}");
    want(db, DYN_BAD_ROW, evens_get(db, &g, NULL));
    says(db, "attribute \"level\": it must be even");
}

static void hooks_see_a_copy_before_and_the_struct_behind(void **state)
{
    gauge g = { "ab", 1, "red", "" }, made;

    (void)state;
    want(db, DYN_OK, gauge_put(db, &g, &(dyn_write_options){ .made = &made }));
    assert_int_equal(hooked, 1);
    assert_string_equal(g.name, "");
    assert_string_equal(made.name, "unnamed");
    want(db, DYN_OK, gauge_get(db, &g, NULL));
    assert_string_equal(g.name, "Unnamed");
    strcpy(g.name, "never");
    refuses(db, "model \"gauge\": .before_save refused it: nobody is called so", gauge_put(db, &g, NULL));
    strcpy(g.name, "broken");
    want(db, DYN_OK, gauge_put(db, &g, NULL));
    want(db, DYN_BAD_ROW, gauge_get(db, &g, NULL));
    says(db, "model \"gauge\": .after_load refused the item: its name is broken");
}

/* The row could not be read again: refused by name. What the model does not know may be named in an update, in backticks. */
static void updates_leave_what_can_be_read_and_may_name_the_unknown(void **state)
{
    gauge g = { "ac", 1, "red", "x" };

    (void)state;
    want(db, DYN_OK, gauge_put(db, &g, NULL));
    refuses(db, "member \"level\" cannot be removed, the item could not be read again; make it .optional", gauge_update(db, &g, DYN_EXPR("REMOVE level"), NULL));
    refuses(db, "member \"name\" cannot be NULL, the item could not be read again", gauge_update(db, &g, DYN_EXPR("SET name = ?", dyn_null()), NULL));
    refuses(db, "the model \"gauge\" has no member or attribute \"odd\"", gauge_update(db, &g, DYN_EXPR("SET odd = ?", 1), NULL));
    want(db, DYN_OK, gauge_update(db, &g, DYN_EXPR("SET `odd` = ?, `b c` = if_not_exists(`b c`, ?)", "x", dyn_bytes("a", 1)), NULL));
    holds(engine_get(&f, &gauge_model, "\"id\":{\"S\":\"ac\"}"), "\"odd\":{\"S\":\"x\"}|\"b c\":{\"B\":\"YQ==\"}|\"level\":{\"N\":\"1\"}");
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(bytes_go_and_come_back),
        T(bytes_are_keys_with_an_order),
        T(large_bytes_come_back_whole),
        T(uuids_are_made_of_time_and_chance),
        T(a_put_makes_what_is_empty_and_tells_it),
        T(an_update_keeps_created_and_sets_updated),
        T(a_version_that_is_not_the_stored_one_fails_the_condition),
        T(a_counted_version_is_not_repeated_and_a_checked_one_is),
        T(what_was_made_stays_for_all_tries),
        T(rules_hold_when_written_set_and_read),
        T(hooks_see_a_copy_before_and_the_struct_behind),
        T(updates_leave_what_can_be_read_and_may_name_the_unknown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

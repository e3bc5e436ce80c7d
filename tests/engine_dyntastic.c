#define DYNREPO_IMPLEMENTATION
/* What dyntastic's own tests try, done by dynrepo against the engine: reads, conditions, updates, indexes, batches and transactions on plain keys.
 * What is stored is looked at in the engine's own answer. Each test says in its comment which tests of dyntastic it is the twin of. */
#include "../dynrepo.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>
#include "client_fixture.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

typedef struct sub {
    char    foo[16];
    int64_t bar;
} sub;
static const dyn_field sub_fields[] = { DYN_TEXT(sub, foo, .optional = true), DYN_INT(sub, bar, .optional = true) };
static const dyn_model sub_model = { DYN_MODEL(sub, sub_fields) };

/* dyntastic's MyObject. */
typedef struct object {
    char          id[40];
    char          my_str[32], other_str[32];
    bool          has_str, has_other, has_int, has_bool, has_sub, has_bytes;
    int64_t       my_int;
    int64_t       my_int_2;
    dyn_number    my_decimal;
    bool          my_bool;
    unsigned char my_bytes[8];
    int           byte_count;
    int64_t       my_time;
    char          my_list[16][16];
    int           list_count;
    char          my_str_set[16][16];
    int           str_set_count;
    int64_t       my_int_set[16];
    int           int_set_count;
    sub           my_sub;
} object;
static const dyn_field object_fields[] = {
    DYN_TEXT(object, id), DYN_TEXT(object, my_str, .has = DYN_HAS(object, has_str)), DYN_TEXT(object, other_str, .attr = "aliasStr", .has = DYN_HAS(object, has_other)),
    DYN_INT(object, my_int, .has = DYN_HAS(object, has_int)), DYN_INT(object, my_int_2, .optional = true, .omit_zero = true), DYN_NUMBER(object, my_decimal, .optional = true, .omit_zero = true),
    DYN_BOOL(object, my_bool, .has = DYN_HAS(object, has_bool)), DYN_BYTES_N(object, my_bytes, byte_count, .has = DYN_HAS(object, has_bytes)),
    DYN_MICROS(object, my_time, DYN_ISO_Z, .optional = true, .omit_zero = true), DYN_TEXT_LIST(object, my_list, list_count, .optional = true, .omit_zero = true),
    DYN_TEXT_SET(object, my_str_set, str_set_count, .optional = true), DYN_INT_SET(object, my_int_set, int_set_count, .optional = true),
    DYN_MAP(object, my_sub, sub_model, .has = DYN_HAS(object, has_sub)),
};
static const dyn_index object_indexes[] = {
    { .pk = { "my_str" } }, { .pk = { "my_str" }, .sk = { "my_int" } }, { .name = "keys-only", .pk = { "other_str" }, .projection = DYN_PROJECT_KEYS },
    { .name = "some-more", .pk = { "other_str" }, .sk = { "my_int" }, .projection = DYN_PROJECT_INCLUDE, .include = { "my_str" } },
};
static const dyn_model object_model = { DYN_MODEL(object, object_fields), .table = "objects", .pk = "id", DYN_INDEXES(object_indexes) };
DYN_TYPED(object, object_model)

/* dyntastic's MyRangeObject. */
typedef struct event {
    char    event_id[32];
    char    at[32];               /* dyntastic takes any text for a time in a condition; so does a text member */
    int64_t n;
    char    note[16];
} event;
static const dyn_field event_fields[] = {
    DYN_TEXT(event, event_id), DYN_TEXT(event, at, .attr = "timestamp"), DYN_INT(event, n, .optional = true), DYN_TEXT(event, note, .optional = true, .omit_zero = true),
};
static const dyn_model event_model = { DYN_MODEL(event, event_fields), .table = "events", .pk = "event_id", .sk = "at" };
DYN_TYPED(event, event_model)

/* Another table, whose hash key is a number. */
typedef struct other { int64_t id; char name[16]; } other;
static const dyn_field other_fields[] = { DYN_INT(other, id), DYN_TEXT(other, name, .optional = true, .omit_zero = true) };
static const dyn_model other_model = { DYN_MODEL(other, other_fields), .table = "others", .pk = "id" };
DYN_TYPED(other, other_model)

static fixture f;
static dyn_client *const db = &f.db;
static unsigned char memory[128 * 1024];

static int open_tables(void **state)
{
    (void)state;
    if (gate_is_there())
        gate_reset();
    want(db, DYN_OK, fixture_open(&f, 64 * 1024, NULL));
    fixture_table(&f, &object_model);
    fixture_table(&f, &event_model);
    fixture_table(&f, &other_model);
    return 0;
}

static int close_tables(void **state)
{
    (void)state;
    fixture_drop(&f, &object_model);
    fixture_drop(&f, &event_model);
    fixture_drop(&f, &other_model);
    fixture_close(&f);
    return 0;
}

static object an_object(const char *id)
{
    object o = { .has_str = true, .my_str = "foo", .has_int = true, .my_int = 10, .has_bool = true, .my_bool = true, .my_decimal = { "4.50" },
                 .has_bytes = true, .my_bytes = "\x01\xff", .byte_count = 2, .my_time = 1644712077000000, .my_list = { "a", "b", "c" }, .list_count = 3,
                 .my_str_set = { "x", "y" }, .str_set_count = 2, .my_int_set = { 1, 2 }, .int_set_count = 2, .has_sub = true, .my_sub = { "in", 7 } };

    snprintf(o.id, sizeof o.id, "%s", id);
    return o;
}

/* The stored object, raw. */
static const char *stored(const char *id)
{
    char key[80];

    snprintf(key, sizeof key, "\"id\":{\"S\":\"%s\"}", id);
    return engine_get(&f, &object_model, key);
}

static size_t rows_of(const dyn_model *model)
{
    dyn_counted c;

    want(db, DYN_OK, dyn_count(db, model, &(dyn_query){ .consistent = true }, &c));
    return (size_t)c.count;
}

/* --- get, save, delete ------------------------------------------------------------------------------------------------ */

/* Twin of dyntastic: test_get: hash, int hash and composite keys, safe_get, nonexistent. */
static void an_item_is_got_by_keys_of_any_type_and_a_missing_one_is_no_error_of_the_call(void **state)
{
    object o = an_object("one");
    event e = { "ev", "2022-02-12T18:27:57Z", 1, "" };
    other n = { 77, "seven" };

    (void)state;
    want(db, DYN_OK, object_put(db, &o, NULL));
    want(db, DYN_OK, event_put(db, &e, NULL));
    want(db, DYN_OK, other_put(db, &n, NULL));
    memset(&o, 0, sizeof o), memset(&e, 0, sizeof e), memset(&n, 0, sizeof n);
    want(db, DYN_OK, object_get_key(db, &o, DYN_KEY("one"), &(dyn_get_options){ .consistent = true }));
    assert_int_equal(o.my_int, 10);
    want(db, DYN_OK, event_get_key(db, &e, DYN_KEY("ev", "2022-02-12T18:27:57Z"), NULL));
    assert_int_equal(e.n, 1);
    want(db, DYN_OK, other_get_key(db, &n, DYN_KEY(77), NULL));
    assert_string_equal(n.name, "seven");
    want(db, DYN_NOT_FOUND, object_get_key(db, &o, DYN_KEY("none"), NULL));
    assert_string_equal(o.id, "one");                        /* unchanged: refresh of what is gone does not lose what there was */
    want(db, DYN_NOT_FOUND, event_get_key(db, &e, DYN_KEY("ev", "2022-02-12T18:27:58Z"), NULL));
    refuses(db, "its key has 2 members", event_get_key(db, &e, DYN_KEY("ev"), NULL));
    refuses(db, "key", object_get_key(db, &o, DYN_KEY("one", "two"), NULL));
    refuses(db, "id", other_get_key(db, &n, DYN_KEY("seventy"), NULL));
}

/* Twin of dyntastic: test_save: the exact stored item, what is none is absent, an alias; another id is another item. */
static void a_put_stores_what_save_stores(void **state)
{
    object o = an_object("one");

    (void)state;
    want(db, DYN_OK, object_put(db, &o, NULL));
    holds(stored("one"), "\"my_str\":{\"S\":\"foo\"}|\"my_int\":{\"N\":\"10\"}|\"my_bool\":{\"BOOL\":true}|\"my_decimal\":{\"N\":\"4.5\"}|\"my_bytes\":{\"B\":\"Af8=\"}|"
          "\"my_time\":{\"S\":\"2022-02-13T00:27:57Z\"}|\"my_list\":{\"L\":[{\"S\":\"a\"},{\"S\":\"b\"},{\"S\":\"c\"}]}|\"my_str_set\":{\"SS\":[\"x\",\"y\"]}|"
          "\"my_int_set\":{\"NS\":[\"1\",\"2\"]}|\"my_sub\":{\"M\":{");
    assert_null(strstr(stored("one"), "aliasStr"));
    assert_null(strstr(stored("one"), "my_int_2"));
    o.has_other = true;
    strcpy(o.other_str, "alias"), strcpy(o.id, "two");
    o.str_set_count = 0, o.list_count = 0, o.my_time += 120000;
    want(db, DYN_OK, object_put(db, &o, NULL));
    holds(stored("two"), "\"aliasStr\":{\"S\":\"alias\"}|\"my_time\":{\"S\":\"2022-02-13T00:27:57.120000Z\"}");
    assert_null(strstr(stored("two"), "my_str_set"));        /* an empty set is absent, not refused */
    assert_int_equal(rows_of(&object_model), 2);
    want(db, DYN_CONDITION_FAILED, object_put(db, &o, &(dyn_write_options){ .when = { DYN_EXPR("attribute_not_exists(id)") } }));
    want(db, DYN_OK, object_put(db, &o, &(dyn_write_options){ .when = { DYN_EXPR("aliasStr = ?", "alias") } }));
}

/* Twin of dyntastic: test_delete: deleted, then none; with an alias; with conditions. */
static void what_is_deleted_is_not_there_and_a_condition_keeps_it(void **state)
{
    object o = an_object("one");

    (void)state;
    want(db, DYN_OK, object_put(db, &o, NULL));
    want(db, DYN_CONDITION_FAILED, object_delete(db, &o, &(dyn_write_options){ .when = { DYN_EXPR("my_int > ?", 10) } }));
    want(db, DYN_OK, object_delete(db, &o, &(dyn_write_options){ .when = { DYN_EXPR("my_int >= ?", 10) } }));
    want(db, DYN_NOT_FOUND, object_get(db, &o, NULL));
    want(db, DYN_OK, object_delete_key(db, DYN_KEY("one"), NULL));
}

/* --- Conditions ------------------------------------------------------------------------------------------------------- */

/* Twin of dyntastic: test_update's condition matrix: with each pair an update is done, or refused and nothing is changed. */
static void every_condition_lets_an_update_pass_or_keeps_it_from_changing_anything(void **state)
{
    object o = an_object("one"), was;
    const unsigned char bytes[] = { 1, 255 }, more[] = { 2 };
    dyn_image existing = { .item = &was };
    const struct { dyn_expr good, bad; } pairs[] = {
        { DYN_EXPR("my_str = ?", "foo"), DYN_EXPR("my_str = ?", "bar") },
        { DYN_EXPR("my_str <> ?", "bar"), DYN_EXPR("my_str <> ?", "foo") },
        { DYN_EXPR("my_str < ?", "fop"), DYN_EXPR("my_str < ?", "foo") },
        { DYN_EXPR("my_str <= ?", "foo"), DYN_EXPR("my_str <= ?", "fon") },
        { DYN_EXPR("my_str > ?", "fon"), DYN_EXPR("my_str > ?", "foo") },
        { DYN_EXPR("my_str >= ?", "foo"), DYN_EXPR("my_str >= ?", "fop") },
        { DYN_EXPR("my_str BETWEEN ? AND ?", "fa", "fz"), DYN_EXPR("my_str BETWEEN ? AND ?", "ga", "gz") },
        { DYN_EXPR("begins_with(my_str, ?)", "fo"), DYN_EXPR("begins_with(my_str, ?)", "oo") },
        { DYN_EXPR("contains(my_str, ?)", "oo"), DYN_EXPR("contains(my_str, ?)", "x") },
        { DYN_EXPR("my_str IN (?, ?)", "a", "foo"), DYN_EXPR("my_str IN (?, ?)", "a", "b") },
        { DYN_EXPR("attribute_exists(my_str)"), DYN_EXPR("attribute_not_exists(my_str)") },
        { DYN_EXPR("attribute_not_exists(other_str)"), DYN_EXPR("attribute_exists(other_str)") },
        { DYN_EXPR("attribute_type(my_str, ?)", "S"), DYN_EXPR("attribute_type(my_str, ?)", "N") },
        { DYN_EXPR("size(my_str) = ?", 3), DYN_EXPR("size(my_str) = ?", 4) },
        { DYN_EXPR("size(my_str) > ?", 2), DYN_EXPR("size(my_str) > ?", 3) },
        { DYN_EXPR("my_int = ?", 10), DYN_EXPR("my_int = ?", 11) },
        { DYN_EXPR("my_int <> ?", 11), DYN_EXPR("my_int <> ?", 10) },
        { DYN_EXPR("my_int < ?", 11), DYN_EXPR("my_int < ?", 10) },
        { DYN_EXPR("my_int <= ?", 10), DYN_EXPR("my_int <= ?", 9) },
        { DYN_EXPR("my_int > ?", 9), DYN_EXPR("my_int > ?", 10) },
        { DYN_EXPR("my_int >= ?", 10), DYN_EXPR("my_int >= ?", 11) },
        { DYN_EXPR("my_int BETWEEN ? AND ?", 10, 12), DYN_EXPR("my_int BETWEEN ? AND ?", 11, 12) },
        { DYN_EXPR("my_int IN (?, ?, ?)", 1, 2, 10), DYN_EXPR("my_int IN (?, ?)", 1, 2) },
        { DYN_EXPR("attribute_type(my_int, ?)", "N"), DYN_EXPR("attribute_type(my_int, ?)", "S") },
        { DYN_EXPR("attribute_not_exists(my_int_2)"), DYN_EXPR("attribute_exists(my_int_2)") },
        { DYN_EXPR("my_decimal = ?", dyn_num("4.5")), DYN_EXPR("my_decimal = ?", dyn_num("4.51")) },
        { DYN_EXPR("my_decimal > my_int_2 OR my_int > ?", 5), DYN_EXPR("my_decimal > my_int") },
        { DYN_EXPR("my_decimal < my_int"), DYN_EXPR("my_decimal = my_int") },
        { DYN_EXPR("my_bool = ?", true), DYN_EXPR("my_bool = ?", false) },
        { DYN_EXPR("my_bool <> ?", false), DYN_EXPR("my_bool <> ?", true) },
        { DYN_EXPR("attribute_type(my_bool, ?)", "BOOL"), DYN_EXPR("attribute_type(my_bool, ?)", "NULL") },
        { DYN_EXPR("my_bytes = ?", dyn_bytes(bytes, 2)), DYN_EXPR("my_bytes = ?", dyn_bytes(more, 1)) },
        { DYN_EXPR("my_bytes < ?", dyn_bytes(more, 1)), DYN_EXPR("my_bytes > ?", dyn_bytes(more, 1)) },
        { DYN_EXPR("size(my_bytes) = ?", 2), DYN_EXPR("size(my_bytes) = ?", 3) },
        { DYN_EXPR("my_time = ?", "2022-02-13T00:27:57Z"), DYN_EXPR("my_time = ?", "2022-02-13T00:27:58Z") },
        { DYN_EXPR("my_time < ?", "2022-02-14T00:00:00Z"), DYN_EXPR("my_time < ?", "2022-02-13T00:00:00Z") },
        { DYN_EXPR("contains(my_list, ?)", "b"), DYN_EXPR("contains(my_list, ?)", "d") },
        { DYN_EXPR("my_list[0] = ?", "a"), DYN_EXPR("my_list[1] = ?", "a") },
        { DYN_EXPR("size(my_list) = ?", 3), DYN_EXPR("size(my_list) < ?", 3) },
        { DYN_EXPR("attribute_exists(my_list[2])"), DYN_EXPR("attribute_exists(my_list[3])") },
        { DYN_EXPR("contains(my_str_set, ?)", "x"), DYN_EXPR("contains(my_str_set, ?)", "z") },
        { DYN_EXPR("attribute_type(my_str_set, ?)", "SS"), DYN_EXPR("attribute_type(my_str_set, ?)", "L") },
        { DYN_EXPR("contains(my_int_set, ?)", 2), DYN_EXPR("contains(my_int_set, ?)", 3) },
        { DYN_EXPR("size(my_int_set) = ?", 2), DYN_EXPR("size(my_int_set) = ?", 0) },
        { DYN_EXPR("my_sub.foo = ?", "in"), DYN_EXPR("my_sub.foo = ?", "out") },
        { DYN_EXPR("my_sub.bar >= ?", 7), DYN_EXPR("my_sub.bar > ?", 7) },
        { DYN_EXPR("attribute_exists(my_sub.bar)"), DYN_EXPR("attribute_not_exists(my_sub.bar)") },
        { DYN_EXPR("my_str = ? AND my_int = ?", "foo", 10), DYN_EXPR("my_str = ? AND my_int = ?", "foo", 11) },
        { DYN_EXPR("my_str = ? OR my_int = ?", "bar", 10), DYN_EXPR("my_str = ? OR my_int = ?", "bar", 11) },
        { DYN_EXPR("NOT my_str = ?", "bar"), DYN_EXPR("NOT my_str = ?", "foo") },
        { DYN_EXPR("NOT (my_str = ? AND my_int = ?)", "foo", 11), DYN_EXPR("NOT (my_str = ? OR my_int = ?)", "bar", 10) },
        { DYN_EXPR("my_str = ? AND (my_int > ? OR my_bool = ?)", "foo", 99, true), DYN_EXPR("my_str = ? AND (my_int > ? OR my_bool = ?)", "foo", 99, false) },
        { DYN_EXPR("missing(other_str)"), DYN_EXPR("missing(my_str)") },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(pairs); i++) {
        want(db, DYN_OK, object_put(db, &o, NULL));
        existing.found = false;
        dyn_status s = object_update(db, &o, DYN_EXPR("SET my_int_2 = ?", 5), &(dyn_write_options){ .when = { pairs[i].bad }, .existing = &existing });
        if (s != DYN_CONDITION_FAILED || strstr(stored("one"), "my_int_2") || !existing.found || was.my_int != 10)
            fail_msg("%s: %s", pairs[i].bad.text, dyn_status_name(s));
        s = object_update(db, &o, DYN_EXPR("SET my_int_2 = ?", 5), &(dyn_write_options){ .when = { pairs[i].good } });
        if (s != DYN_OK || !strstr(stored("one"), "\"my_int_2\":{\"N\":\"5\"}"))
            fail_msg("%s: %s, %s", pairs[i].good.text, dyn_status_name(s), dyn_last_error(db)->text);
    }
}

/* --- Updates ---------------------------------------------------------------------------------------------------------- */

/* Twin of dyntastic: test_update and of its actions: set of all types, of other attributes and sums, defaults, lists, sets, removals, several at once. */
static void each_update_stores_what_it_says(void **state)
{
    object o = an_object("one"), now;
    const unsigned char bytes[] = { 9 };
    const dyn_arg d = dyn_text("d"), ab[] = { dyn_text("p"), dyn_text("q") }, xy[] = { dyn_text("x"), dyn_text("y") }, three = dyn_int(3);
    const struct { dyn_expr change; const char *stored, *gone; } cases[] = {
        { DYN_EXPR("SET my_str = ?", "new"), "\"my_str\":{\"S\":\"new\"}", NULL },
        { DYN_EXPR("SET other_str = ?", "aliased"), "\"aliasStr\":{\"S\":\"aliased\"}", NULL },
        { DYN_EXPR("SET my_int = ?", -5), "\"my_int\":{\"N\":\"-5\"}", NULL },
        { DYN_EXPR("SET my_decimal = ?", dyn_num("1E-3")), "\"my_decimal\":{\"N\":\"0.001\"}", NULL },
        { DYN_EXPR("SET my_bool = ?", false), "\"my_bool\":{\"BOOL\":false}", NULL },
        { DYN_EXPR("SET my_bytes = ?", dyn_bytes(bytes, 1)), "\"my_bytes\":{\"B\":\"CQ==\"}", NULL },
        { DYN_EXPR("SET my_time = ?", "2022-02-12T18:27:55.837Z"), "\"my_time\":{\"S\":\"2022-02-12T18:27:55.837000Z\"}", NULL },
        { DYN_EXPR("SET my_list = ?", dyn_list(ab, 2)), "\"my_list\":{\"L\":[{\"S\":\"p\"},{\"S\":\"q\"}]}", NULL },
        { DYN_EXPR("SET my_str_set = ?", dyn_set(ab, 2)), "\"my_str_set\":{\"SS\":[\"p\",\"q\"]}", NULL },
        { DYN_EXPR("SET my_sub.foo = ?", "deep"), "\"foo\":{\"S\":\"deep\"}|\"bar\":{\"N\":\"7\"}", NULL },
        { DYN_EXPR("SET other_str = my_str"), "\"aliasStr\":{\"S\":\"foo\"}", NULL },
        { DYN_EXPR("SET my_int_2 = my_int"), "\"my_int_2\":{\"N\":\"10\"}", NULL },
        { DYN_EXPR("SET my_int = my_int + ?", 1), "\"my_int\":{\"N\":\"11\"}", NULL },
        { DYN_EXPR("SET my_int = my_int - ?", 1), "\"my_int\":{\"N\":\"9\"}", NULL },
        { DYN_EXPR("SET my_int = ? + my_int", 1), "\"my_int\":{\"N\":\"11\"}", NULL },
        { DYN_EXPR("SET my_int = ? - my_int", 1), "\"my_int\":{\"N\":\"-9\"}", NULL },
        { DYN_EXPR("SET my_int_2 = my_int - ?", 10), "\"my_int_2\":{\"N\":\"0\"}", NULL },
        { DYN_EXPR("SET my_int_2 = if_not_exists(my_int_2, ?) + ?", 0, 4), "\"my_int_2\":{\"N\":\"4\"}", NULL },     /* dyntastic cannot say this */
        { DYN_EXPR("SET my_str = if_not_exists(my_str, ?)", "unused"), "\"my_str\":{\"S\":\"foo\"}", NULL },
        { DYN_EXPR("SET other_str = if_not_exists(other_str, ?)", "used"), "\"aliasStr\":{\"S\":\"used\"}", NULL },
        { DYN_EXPR("SET other_str = if_not_exists(my_str, ?)", "unused"), "\"aliasStr\":{\"S\":\"foo\"}", NULL },
        { DYN_EXPR("SET my_list = list_append(my_list, ?)", dyn_list(&d, 1)), "{\"S\":\"c\"},{\"S\":\"d\"}]", NULL },
        { DYN_EXPR("SET my_list = list_append(?, my_list)", dyn_list(&d, 1)), "[{\"S\":\"d\"},{\"S\":\"a\"}", NULL },
        { DYN_EXPR("SET my_list = list_append(if_not_exists(my_list, ?), ?)", dyn_list(ab, 0), dyn_list(&d, 1)), "{\"S\":\"c\"},{\"S\":\"d\"}]", NULL },
        { DYN_EXPR("SET my_list[1] = ?", "middle"), "[{\"S\":\"a\"},{\"S\":\"middle\"},{\"S\":\"c\"}]", "v[" },
        { DYN_EXPR("REMOVE my_str"), "\"id\"", "my_str\"" },
        { DYN_EXPR("REMOVE my_list[1]"), "[{\"S\":\"a\"},{\"S\":\"c\"}]", NULL },
        { DYN_EXPR("REMOVE my_sub.foo"), "\"bar\":{\"N\":\"7\"}", "\"foo\":" },
        { DYN_EXPR("ADD my_str_set ?", dyn_set(&d, 1)), "\"my_str_set\":{\"SS\":[\"d\",\"x\",\"y\"]}", NULL },
        { DYN_EXPR("ADD my_str_set ?", dyn_set(xy, 2)), "\"my_str_set\":{\"SS\":[\"x\",\"y\"]}", NULL },
        { DYN_EXPR("ADD my_int_set ?", dyn_set(&three, 1)), "\"my_int_set\":{\"NS\":[\"1\",\"2\",\"3\"]}", NULL },
        { DYN_EXPR("ADD my_int ?", 5), "\"my_int\":{\"N\":\"15\"}", NULL },
        { DYN_EXPR("ADD my_int_2 ?", 5), "\"my_int_2\":{\"N\":\"5\"}", NULL },
        { DYN_EXPR("ADD my_decimal ?", dyn_num("0.25")), "\"my_decimal\":{\"N\":\"4.75\"}", NULL },
        { DYN_EXPR("DELETE my_str_set ?", dyn_set(xy, 1)), "\"my_str_set\":{\"SS\":[\"y\"]}", NULL },
        { DYN_EXPR("DELETE my_str_set ?", dyn_set(xy, 2)), "\"id\"", "my_str_set" },                              /* all of it: the attribute is gone */
        { DYN_EXPR("DELETE my_str_set ?", dyn_set(&d, 1)), "\"my_str_set\":{\"SS\":[\"x\",\"y\"]}", NULL },
        { DYN_EXPR("SET my_str = ?, my_int = my_int + ? REMOVE my_bool, my_list[2] ADD my_int_set ? DELETE my_str_set ?", "m", 1, dyn_set(&three, 1),
                   dyn_set(xy, 1)), "\"my_str\":{\"S\":\"m\"}|\"N\":\"11\"|[{\"S\":\"a\"},{\"S\":\"b\"}]|\"NS\":[\"1\",\"2\",\"3\"]|\"SS\":[\"y\"]", "my_bool" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        dyn_image into = { .item = &now };
        want(db, DYN_OK, object_put(db, &o, NULL));
        dyn_status s = object_update(db, &o, cases[i].change, &(dyn_write_options){ .into = &into });
        if (s != DYN_OK || !into.found)
            fail_msg("%s: %s", cases[i].change.text, dyn_last_error(db)->text);
        const char *text = stored("one");
        holds(text, cases[i].stored);
        if (cases[i].gone && strstr(text, cases[i].gone))
            fail_msg("%s left %s", cases[i].change.text, text);
    }
    refuses(db, "update", object_update(db, &o, DYN_EXPR(""), NULL));
    want(db, DYN_OK, object_update_key(db, DYN_KEY("new"), DYN_EXPR("SET my_str = ?", "made"), NULL));      /* an update makes what is not there */
    holds(stored("new"), "\"my_str\":{\"S\":\"made\"}");
    want(db, DYN_CONDITION_FAILED, object_update_key(db, DYN_KEY("newer"), DYN_EXPR("SET my_str = ?", "made"),
                                                     &(dyn_write_options){ .when = { DYN_EXPR("attribute_exists(id)") } }));
    want(db, DYN_NOT_FOUND, object_get_key(db, &now, DYN_KEY("newer"), NULL));
}

/* Twin of dyntastic: ADD to what is missing: an int, a Decimal, a set; ADD of what does not fit the attribute is refused by the service there, here before. */
static void adding_makes_what_is_missing_and_is_refused_where_it_does_not_fit(void **state)
{
    const dyn_arg xy[] = { dyn_text("x"), dyn_text("y") }, three = dyn_int(3);

    (void)state;
    want(db, DYN_OK, object_update_key(db, DYN_KEY("none"), DYN_EXPR("ADD my_int_2 ?, my_decimal ?", 5, dyn_num("0.5")), NULL));
    holds(stored("none"), "\"my_int_2\":{\"N\":\"5\"}|\"my_decimal\":{\"N\":\"0.5\"}");
    want(db, DYN_OK, object_update_key(db, DYN_KEY("none"), DYN_EXPR("ADD my_str_set ?, my_int_set ?", dyn_set(xy, 2), dyn_set(&three, 1)), NULL));
    holds(stored("none"), "\"my_str_set\":{\"SS\":[\"x\",\"y\"]}|\"my_int_set\":{\"NS\":[\"3\"]}");
    refuses(db, "my_int_set", object_update_key(db, DYN_KEY("none"), DYN_EXPR("ADD my_int_set ?", 4), NULL));
    refuses(db, "my_str_set", object_update_key(db, DYN_KEY("none"), DYN_EXPR("ADD my_str_set ?", dyn_set(&three, 1)), NULL));
    refuses(db, "takes a number", object_update_key(db, DYN_KEY("none"), DYN_EXPR("ADD my_int ?", "five"), NULL));
    refuses(db, "ADD is for numbers and sets", object_update_key(db, DYN_KEY("none"), DYN_EXPR("ADD my_str ?", 1), NULL));
}

/* Twin of dyntastic: an update without refresh, and with: the struct that was given is left as it is; what is stored then comes with the update's own answer, so that
 * nothing is read again and there is no stale instance to guard. */
static void an_update_refreshes_only_what_it_is_asked_to(void **state)
{
    object o = an_object("one"), now;
    dyn_image into = { .item = &now };
    long requests;

    (void)state;
    want(db, DYN_OK, object_put(db, &o, NULL));
    want(db, DYN_OK, object_update(db, &o, DYN_EXPR("SET my_int = my_int + ?", 5), NULL));
    assert_int_equal(o.my_int, 10);
    requests = gate_is_there() ? gate_stat("requests") : 0;
    want(db, DYN_OK, object_update(db, &o, DYN_EXPR("SET my_int = my_int + ?", 5), &(dyn_write_options){ .into = &into }));
    assert_int_equal(now.my_int, 20);
    if (gate_is_there())
        assert_int_equal(gate_stat("requests") - requests, 1);
    want(db, DYN_OK, object_get(db, &o, &(dyn_get_options){ .consistent = true }));      /* refresh() */
    assert_int_equal(o.my_int, 20);
    want(db, DYN_OK, object_delete(db, &o, NULL));
    want(db, DYN_NOT_FOUND, object_get(db, &o, NULL));
}

/* Twin of dyntastic: scan's nineteen conditions, each of several pages' sizes, and is_in on an index. */
static void each_condition_finds_its_rows_in_a_scan(void **state)
{
    const struct { dyn_expr where; int rows; } cases[] = {
        { DYN_EXPR("my_str = ?", "s3"), 1 }, { DYN_EXPR("my_str <> ?", "s3"), 9 }, { DYN_EXPR("my_int < ?", 3), 3 }, { DYN_EXPR("my_int <= ?", 3), 4 },
        { DYN_EXPR("my_int > ?", 3), 6 }, { DYN_EXPR("my_int >= ?", 3), 7 }, { DYN_EXPR("my_int BETWEEN ? AND ?", 3, 5), 3 }, { DYN_EXPR("my_int IN (?, ?, ?)", 1, 5, 77), 2 },
        { DYN_EXPR("begins_with(my_str, ?)", "s"), 10 }, { DYN_EXPR("begins_with(my_str, ?)", "x"), 0 }, { DYN_EXPR("contains(my_str, ?)", "7"), 1 },
        { DYN_EXPR("contains(my_str_set, ?)", "even"), 5 }, { DYN_EXPR("attribute_exists(other_str)"), 2 }, { DYN_EXPR("attribute_not_exists(other_str)"), 8 },
        { DYN_EXPR("attribute_type(my_int, ?)", "N"), 10 }, { DYN_EXPR("size(my_list) > ?", 7), 2 }, { DYN_EXPR("my_int > ? AND my_int < ?", 2, 5), 2 },
        { DYN_EXPR("my_int < ? OR my_int > ?", 2, 7), 4 }, { DYN_EXPR("NOT my_int = ?", 4), 9 },
    };
    object o;
    dyn_rows rows;
    int n = 0;

    (void)state;
    for (int i = 0; i < 10; i++) {
        memset((void *)&o, 0, sizeof o);
        o.has_str = o.has_int = true, o.my_int = i, o.list_count = i, o.has_other = i < 2;
        snprintf(o.id, sizeof o.id, "scan%d", i), snprintf(o.my_str, sizeof o.my_str, "s%d", i), strcpy(o.other_str, "o");
        strcpy(o.my_str_set[0], i % 2 ? "odd" : "even"), o.str_set_count = 1;
        want(db, DYN_OK, object_put(db, &o, NULL));
    }
    for (size_t i = 0; i < COUNT(cases); i++)
        for (size_t page = 0; page < 4; page++) {
            n = 0;
            object_scan(db, &rows, &(dyn_query){ .where = { cases[i].where }, .page = page });
            while (object_next(&rows, &o) == DYN_ROW)
                n++;
            want(db, DYN_OK, dyn_finish(&rows));
            if (n != cases[i].rows)
                fail_msg("%s: %d rows", cases[i].where.text, n);
        }
    n = 0;
    object_scan(db, &rows, &(dyn_query){ .index = "keys-only", .where = { DYN_EXPR("other_str IN (?, ?)", "o", "p") } });
    while (object_next(&rows, &o) == DYN_ROW)
        n++;
    want(db, DYN_OK, dyn_finish(&rows));
    assert_int_equal(n, 2);
}

/* --- Queries and scans ------------------------------------------------------------------------------------------------ */

static const char *const times[] = { "2022-01-31T12:00:00Z", "2022-02-01T00:00:00Z", "2022-02-12T18:27:55Z", "2022-02-12T18:27:57Z", "2022-02-13T00:00:00Z",
                                     "2022-03-01T00:00:00Z", "2023-01-01T00:00:00Z" };

static void put_events(void)
{
    event e[COUNT(times)];

    memset(e, 0, sizeof e);
    for (size_t i = 0; i < COUNT(times); i++)
        e[i].n = (int64_t)i, strcpy(e[i].event_id, "ev"), strcpy(e[i].at, times[i]);
    want(db, DYN_OK, event_put_many(db, e, COUNT(times), NULL));
}

/* The n of the rows of a query, as digits. */
static const char *numbers(const dyn_query *q)
{
    static char text[64];
    dyn_rows rows;
    event e;
    size_t n = 0;

    event_select(db, &rows, q);
    while (event_next(&rows, &e) == DYN_ROW && n < sizeof text - 1)
        text[n++] = (char)('0' + e.n);
    text[n] = 0;
    want(db, DYN_OK, dyn_finish(&rows));
    return text;
}

/* Twin of dyntastic: test_query's range key conditions on ISO times. */
static void each_range_condition_finds_its_rows(void **state)
{
    const struct { dyn_expr key; const char *rows; } cases[] = {
        { DYN_EXPR("event_id = ?", "ev"), "0123456" },
        { DYN_EXPR("event_id = ? AND at = ?", "ev", "2022-02-12T18:27:55Z"), "2" },
        { DYN_EXPR("event_id = ? AND at = ?", "ev", "2022-02-12T18:27:56Z"), "" },
        { DYN_EXPR("event_id = ? AND at < ?", "ev", "2022-02-13T00:00:00Z"), "0123" },
        { DYN_EXPR("event_id = ? AND at <= ?", "ev", "2022-02-13T00:00:00Z"), "01234" },
        { DYN_EXPR("event_id = ? AND at > ?", "ev", "2022-02-13T00:00:00Z"), "56" },
        { DYN_EXPR("event_id = ? AND at >= ?", "ev", "2022-02-13T00:00:00Z"), "456" },
        { DYN_EXPR("event_id = ? AND at < ?", "ev", "2022-02-13"), "0123" },
        { DYN_EXPR("event_id = ? AND at >= ?", "ev", "2022-02"), "123456" },
        { DYN_EXPR("event_id = ? AND at BETWEEN ? AND ?", "ev", "2022-02-01T00:00:00Z", "2022-02-13T00:00:00Z"), "1234" },
        { DYN_EXPR("event_id = ? AND at BETWEEN ? AND ?", "ev", "2022-02", "2022-03"), "1234" },
        { DYN_EXPR("event_id = ? AND at BETWEEN ? AND ?", "ev", "2024", "2025"), "" },
        { DYN_EXPR("event_id = ? AND begins_with(at, ?)", "ev", "2022"), "012345" },
        { DYN_EXPR("event_id = ? AND begins_with(at, ?)", "ev", "2022-02-12"), "23" },
        { DYN_EXPR("event_id = ? AND begins_with(at, ?)", "ev", "2022-02-12T18:27:5"), "23" },
        { DYN_EXPR("event_id = ? AND begins_with(at, ?)", "ev", "2021"), "" },
        { DYN_EXPR("event_id = ? AND at > ?", "none", "2022"), "" },
    };

    (void)state;
    put_events();
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (strcmp(numbers(&(dyn_query){ .key = cases[i].key }), cases[i].rows) != 0)
            fail_msg("case %d, %s: %s", (int)i, cases[i].key.text, numbers(&(dyn_query){ .key = cases[i].key }));
        for (size_t page = 1; page < 4; page++)
            assert_string_equal(numbers(&(dyn_query){ .key = cases[i].key, .page = page }), cases[i].rows);
    }
    assert_string_equal(numbers(&(dyn_query){ .key = DYN_EXPR("event_id = ?", "ev"), .newest_first = true }), "6543210");
    assert_string_equal(numbers(&(dyn_query){ .key = DYN_EXPR("event_id = ?", "ev"), .consistent = true, .where = { DYN_EXPR("n IN (?, ?)", 2, 5) } }), "25");
    assert_string_equal(numbers(&(dyn_query){ .key = DYN_EXPR("event_id = ?", "ev"), .limit = 3, .newest_first = true }), "654");
}

/* Twin of dyntastic: test_query_page: one page after the other, with what is behind the last. */
static void pages_are_read_one_by_one_with_the_place_of_the_next(void **state)
{
    char cursor[512] = "", all[16] = "";
    event e[3];
    size_t n = 0, pages = 0;
    dyn_rows rows;

    (void)state;
    put_events();
    do {
        event_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("event_id = ?", "ev"), .cursor = cursor });
        want(db, DYN_OK, event_page(&rows, e, 3, &n, cursor, sizeof cursor));
        for (size_t i = 0; i < n; i++)
            snprintf(all + strlen(all), sizeof all - strlen(all), "%d", (int)e[i].n);
    } while (++pages < 9 && cursor[0]);
    assert_string_equal(all, "0123456");
    assert_int_equal(pages, 3);
}

/* Twin of dyntastic: the test of 1,000 items that the filter takes out and one match behind them. */
static void a_match_behind_a_thousand_filtered_items_is_found_once_at_every_page_size(void **state)
{
    static event e[1001];
    const size_t pages[] = { 25, 100, 2000, 0 };

    (void)state;
    memset(e, 0, sizeof e);
    for (size_t i = 0; i < COUNT(e); i++)
        e[i].n = i == 1000, strcpy(e[i].event_id, "many"), snprintf(e[i].at, sizeof e[i].at, "%04u", (unsigned)i);
    want(db, DYN_OK, event_put_many(db, e, COUNT(e), NULL));
    for (size_t i = 0; i < COUNT(pages); i++) {
        assert_string_equal(numbers(&(dyn_query){ .key = DYN_EXPR("event_id = ?", "many"), .where = { DYN_EXPR("n = ?", 1) }, .page = pages[i] }), "1");
        dyn_rows rows;
        event got;
        size_t n = 0;
        event_scan(db, &rows, &(dyn_query){ .where = { DYN_EXPR("n = ?", 1) }, .page = pages[i] });
        while (event_next(&rows, &got) == DYN_ROW)
            n++;
        want(db, DYN_OK, dyn_finish(&rows));
        assert_int_equal(n, 1);
    }
}

/* Twin of dyntastic: test_query's index tests: by default names, 11 conditions on a number, pages; a missing index, a key that is none, a consistent read. */
static void indexes_are_queried_by_the_names_that_dyntastic_gives_them(void **state)
{
    const struct { dyn_expr key; int rows; } cases[] = {
        { DYN_EXPR("my_str = ?", "ix"), 10 }, { DYN_EXPR("my_str = ? AND my_int = ?", "ix", 3), 1 }, { DYN_EXPR("my_str = ? AND my_int < ?", "ix", 3), 3 },
        { DYN_EXPR("my_str = ? AND my_int <= ?", "ix", 3), 4 }, { DYN_EXPR("my_str = ? AND my_int > ?", "ix", 3), 6 },
        { DYN_EXPR("my_str = ? AND my_int >= ?", "ix", 3), 7 }, { DYN_EXPR("my_str = ? AND my_int BETWEEN ? AND ?", "ix", 3, 5), 3 },
        { DYN_EXPR("my_str = ? AND my_int BETWEEN ? AND ?", "ix", -1, 0), 1 }, { DYN_EXPR("my_str = ? AND my_int > ?", "ix", 99), 0 },
        { DYN_EXPR("my_str = ? AND my_int >= ?", "ix", 0), 10 }, { DYN_EXPR("my_str = ? AND my_int = ?", "none", 3), 0 },
    };
    object o;
    dyn_rows rows;

    (void)state;
    for (int i = 0; i < 10; i++) {
        o = (object){ .has_str = true, .my_str = "ix", .has_int = true, .my_int = i };
        snprintf(o.id, sizeof o.id, "ix%d", i);
        want(db, DYN_OK, object_put(db, &o, NULL));
    }
    for (size_t i = 0; i < COUNT(cases); i++)
        for (size_t page = 0; page < 4; page++) {
            int n = 0;
            object_select(db, &rows, &(dyn_query){ .key = cases[i].key, .index = "my_str_my_int-index", .page = page });
            while (object_next(&rows, &o) == DYN_ROW)
                n++;
            want(db, DYN_OK, dyn_finish(&rows));
            if (n != cases[i].rows)
                fail_msg("%s: %d rows", cases[i].key.text, n);
        }
    int n = 0;
    object_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("my_str = ?", "ix"), .index = "my_str-index" });
    while (object_next(&rows, &o) == DYN_ROW)
        n++;
    want(db, DYN_OK, dyn_finish(&rows));
    assert_int_equal(n, 10);
    refuses(db, "no index|nowhere-index", object_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("my_str = ?", "ix"), .index = "nowhere-index" }));
    refuses(db, "consistent", object_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("my_str = ?", "ix"), .index = "my_str-index", .consistent = true }));
    refuses(db, "key", object_select(db, &rows, &(dyn_query){ .index = "my_str-index" }));
}

/* Twin of dyntastic: the tests of KEYS_ONLY and INCLUDE: what the index holds is there, the rest is known to be missing, and is loaded on demand. */
static void rows_of_an_index_that_holds_a_part_are_completed(void **state)
{
    object o = an_object("part"), rows_of_index[2];
    dyn_mask masks[2];
    dyn_rows rows;
    size_t n = 0;

    (void)state;
    o.has_other = true, strcpy(o.other_str, "by");
    want(db, DYN_OK, object_put(db, &o, NULL));
    for (int include = 0; include < 2; include++) {
        object_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("other_str = ?", "by"), .index = include ? "some-more" : "keys-only" });
        for (n = 0; n < 2 && object_next(&rows, &rows_of_index[n]) == DYN_ROW; n++)
            masks[n] = rows.present;
        want(db, DYN_OK, dyn_finish(&rows));
        assert_int_equal(n, 1);
        assert_string_equal(rows_of_index[0].id, "part");
        assert_true(dyn_has(&object_model, &masks[0], "other_str"));
        assert_int_equal(dyn_has(&object_model, &masks[0], "my_str"), include);
        assert_false(dyn_has(&object_model, &masks[0], "my_decimal"));
        want(db, DYN_OK, object_complete(db, rows_of_index, n, masks, NULL));
        assert_string_equal(rows_of_index[0].my_decimal.text, "4.5");
        assert_true(dyn_has(&object_model, &masks[0], "my_decimal"));
    }
}

typedef struct login { char event_id[32], at[32], user[16]; } login;
static const dyn_field login_fields[] = { DYN_TEXT(login, event_id), DYN_TEXT(login, at, .attr = "timestamp"), DYN_TEXT(login, user) };
static const dyn_model login_model = { DYN_MODEL(login, login_fields), .table = "events", .pk = "event_id", .sk = "at", DYN_ITEM_KIND("kind = login") };
typedef struct sale { char event_id[32], at[32]; int64_t cents; } sale;
static const dyn_field sale_fields[] = { DYN_TEXT(sale, event_id), DYN_TEXT(sale, at, .attr = "timestamp"), DYN_INT(sale, cents) };
static const dyn_model sale_model = { DYN_MODEL(sale, sale_fields), .table = "events", .pk = "event_id", .sk = "at", DYN_ITEM_KIND("kind = sale") };

/* Twin of dyntastic: the test of get_model: each item of a table is read as the model that it says it is. */
static void the_model_is_chosen_by_each_item(void **state)
{
    const dyn_model *const models[] = { &login_model, &sale_model };
    union { login login; sale sale; } row;
    char seen[64] = "";
    dyn_rows rows;
    size_t which;

    (void)state;
    engine_put(&f, &event_model, "\"event_id\":{\"S\":\"e\"},\"timestamp\":{\"S\":\"1\"},\"kind\":{\"S\":\"login\"},\"user\":{\"S\":\"ann\"}");
    want(db, DYN_OK, dyn_put(db, &sale_model, &(sale){ "e", "2", 250 }, NULL));
    want(db, DYN_OK, dyn_put(db, &login_model, &(login){ "e", "3", "bob" }, NULL));
    engine_put(&f, &event_model, "\"event_id\":{\"S\":\"e\"},\"timestamp\":{\"S\":\"4\"},\"kind\":{\"S\":\"other\"}");
    dyn_select_any(db, &rows, models, 2, &(dyn_query){ .key = DYN_EXPR("event_id = ?", "e"), .skip_others = true });
    while (dyn_next_any(&rows, &which, &row, sizeof row) == DYN_ROW)
        if (which == 0)
            snprintf(seen + strlen(seen), sizeof seen - strlen(seen), "%s ", row.login.user);
        else
            snprintf(seen + strlen(seen), sizeof seen - strlen(seen), "%d ", (int)row.sale.cents);
    want(db, DYN_OK, dyn_finish(&rows));
    assert_string_equal(seen, "ann 250 bob ");
}

/* --- Batches ---------------------------------------------------------------------------------------------------------- */

/* Twin of dyntastic: test_batch_get: what is missing is told, keys of any shape, more than 100, the same one twice. */
static void many_are_read_in_the_callers_order_and_those_that_are_missing_are_told(void **state)
{
    static other all[130], got[131];
    static dyn_status statuses[131];

    (void)state;
    for (int i = 0; i < 130; i++)
        all[i] = (other){ i, "name" };
    want(db, DYN_OK, other_put_many(db, all, 130, NULL));
    for (int i = 0; i < 131; i++)
        got[i] = (other){ i == 130 ? 5 : 129 - i, "" };                    /* 5 is asked for twice */
    got[7].id = 9999;
    want(db, DYN_NOT_FOUND, other_get_many(db, got, 131, statuses, &(dyn_batch_get_options){ .consistent = true }));
    for (int i = 0; i < 131; i++) {
        assert_int_equal(statuses[i], i == 7 ? DYN_NOT_FOUND : DYN_OK);
        assert_string_equal(got[i].name, i == 7 ? "" : "name");
    }
}

/* Twin of dyntastic: test_batch_write: nothing is there before the end; a struct that was added may be used for the next. */
static void a_writer_writes_nothing_before_it_is_sent(void **state)
{
    dyn_writer w;
    other o = { 0, "" };

    (void)state;
    want(db, DYN_OK, other_put(db, &(other){ 100, "old" }, NULL));
    want(db, DYN_OK, dyn_writer_open(&w, db, &(dyn_writer_options){ DYN_MEMORY(memory) }));
    for (o.id = 0; o.id < 60; o.id++) {
        snprintf(o.name, sizeof o.name, "n%d", (int)o.id);
        want(db, DYN_OK, other_writer_put(&w, &o));
    }
    want(db, DYN_OK, other_writer_delete(&w, &(other){ 100, "" }));
    {
        char key[8] = "x";
        want(db, DYN_OK, event_writer_delete_key(&w, DYN_KEY(key, key)));
        key[0] = 'y';                                                      /* the key's text was copied */
    }
    assert_int_equal(rows_of(&other_model), 1);
    assert_int_equal(w.count, 62);
    assert_int_equal(w.written, 0);
    want(db, DYN_OK, event_put(db, &(event){ "x", "x", 0, "" }, NULL));
    want(db, DYN_OK, event_put(db, &(event){ "y", "y", 0, "" }, NULL));
    want(db, DYN_OK, dyn_writer_send(&w));
    assert_int_equal(rows_of(&other_model), 60);
    assert_int_equal(rows_of(&event_model), 1);
    assert_int_equal(w.count, 0);
    assert_int_equal(w.written, 62);
    assert_int_equal(w.batches, 1);
    want(db, DYN_OK, dyn_writer_send(&w));                                 /* empty: nothing to send */
    assert_int_equal(w.batches, 1);
    want(db, DYN_OK, other_get_key(db, &o, DYN_KEY(59), NULL));
    assert_string_equal(o.name, "n59");
}

/* Twin of dyntastic: the test of a block that raises: what it had saved is not written. */
static void what_is_dropped_or_failed_is_not_written(void **state)
{
    static unsigned char small[1024];
    dyn_writer w;
    dyn_status s = DYN_OK;
    int n;

    (void)state;
    want(db, DYN_OK, dyn_writer_open(&w, db, &(dyn_writer_options){ DYN_MEMORY(small) }));
    want(db, DYN_OK, other_writer_put(&w, &(other){ 1, "one" }));
    dyn_writer_drop(&w);
    want(db, DYN_OK, dyn_writer_send(&w));
    assert_int_equal(rows_of(&other_model), 0);
    for (n = 0; n < 100 && s == DYN_OK; n++)
        s = other_writer_put(&w, &(other){ n, "many" });
    assert_int_equal(s, DYN_NO_MEMORY);
    says(db, "memory is full|options.every");
    assert_in_range(n, 4, 12);
    want(db, DYN_NO_MEMORY, other_writer_put(&w, &(other){ 1, "one" }));
    want(db, DYN_NO_MEMORY, dyn_writer_send(&w));                          /* the first failure is kept: nothing is sent */
    says(db, "memory is full");
    assert_int_equal(rows_of(&other_model), 0);
    dyn_writer_drop(&w);
    want(db, DYN_OK, other_writer_put(&w, &(other){ 1, "one" }));
    refuses(db, "struct or a key", dyn_writer_put(&w, &other_model, NULL));
    refuses(db, "struct or a key", dyn_writer_send(&w));
    assert_int_equal(rows_of(&other_model), 0);
    refuses(db, "memory", dyn_writer_open(&w, db, &(dyn_writer_options){ 0 }));
    refuses(db, "needs options.memory", dyn_writer_send(&w));
}

/* Twin of dyntastic: test_batch_write with a batch size: flushed when it is reached, and at the end. */
static void a_writer_with_every_sends_whenever_there_are_so_many(void **state)
{
    const size_t there[] = { 0, 2, 2, 4, 4 };
    dyn_writer w;
    dyn_rows rows;
    other o;

    (void)state;
    want(db, DYN_OK, dyn_writer_open(&w, db, &(dyn_writer_options){ DYN_MEMORY(memory), .every = 2 }));
    for (int i = 0; i < 5; i++) {
        want(db, DYN_OK, other_writer_put(&w, &(other){ i, "" }));
        assert_int_equal(rows_of(&other_model), there[i]);
    }
    want(db, DYN_OK, dyn_writer_send(&w));
    assert_int_equal(rows_of(&other_model), 5);
    assert_int_equal(w.batches, 3);
    /* While a read is open it only collects: copy a table while reading it. */
    other_scan(db, &rows, NULL);
    while (other_next(&rows, &o) == DYN_ROW) {
        o.id += 100;
        assert_int_equal(other_writer_put(&w, &o), DYN_OK);
    }
    want(db, DYN_OK, dyn_finish(&rows));
    assert_int_equal(w.count, 5);
    want(db, DYN_OK, dyn_writer_send(&w));
    assert_int_equal(rows_of(&other_model), 10);
}

/* A failure while sending says what is not known to be written. */
static void a_writer_that_cannot_send_says_what_is_left(void **state)
{
    dyn_writer w;

    (void)state;
    want(db, DYN_OK, dyn_writer_open(&w, db, &(dyn_writer_options){ DYN_MEMORY(memory), .table = "no-such-table" }));
    for (int i = 0; i < 9; i++)
        want(db, DYN_OK, other_writer_put(&w, &(other){ i, "" }));
    want(db, DYN_NO_TABLE, dyn_writer_send(&w));
    assert_int_equal(w.count, 9);
    for (size_t i = 0; i < 9; i++)
        assert_true(dyn_batch_is_left(w.left, i));
    assert_int_equal(((const other *)w.changes[8].item)->id, 8);
    want(db, DYN_NO_TABLE, dyn_writer_send(&w));
    want(db, DYN_NO_TABLE, other_writer_put(&w, &(other){ 1, "" }));
    dyn_writer_drop(&w);
    assert_int_equal(w.count, 0);
    assert_int_equal(w.status, DYN_OK);
}

/* --- Transactions ----------------------------------------------------------------------------------------------------- */

/* Twin of dyntastic: test_transact: nothing before the commit, two tables, dropped when the block fails, a commit in the middle. */
static void a_transaction_does_nothing_before_its_commit(void **state)
{
    dyn_transaction t;
    object o = an_object("tx");

    (void)state;
    want(db, DYN_OK, object_put(db, &o, NULL));
    want(db, DYN_OK, dyn_transaction_open(&t, db, &(dyn_transaction_options){ DYN_MEMORY(memory) }));
    {
        char name[16] = "copied";
        dyn_arg word = dyn_text(name);
        want(db, DYN_OK, dyn_transaction_add(&t, &(dyn_tx_write)DYN_TX_PUT(other_model, (&(other){ 1, "one" }))));
        want(db, DYN_OK, dyn_transaction_add(&t, &(dyn_tx_write)DYN_TX_UPDATE_KEY(object_model, DYN_KEY("tx"), DYN_EXPR("SET my_list = list_append(my_list, ?)",
                                             dyn_list(&word, 1)), .when = { DYN_EXPR("my_str = ?", "foo") })));
        strcpy(name, "changed");                                           /* all that was added is a copy */
    }
    assert_int_equal(rows_of(&other_model), 0);
    assert_null(strstr(stored("tx"), "copied"));
    want(db, DYN_OK, dyn_transaction_commit(&t));
    assert_int_equal(rows_of(&other_model), 1);
    holds(stored("tx"), "{\"S\":\"copied\"}]");
    assert_int_equal(t.committed, 2);
    assert_int_equal(t.commits, 1);
    want(db, DYN_OK, dyn_transaction_add(&t, &(dyn_tx_write)DYN_TX_DELETE_KEY(object_model, DYN_KEY("tx"))));
    dyn_transaction_drop(&t);
    want(db, DYN_OK, dyn_transaction_commit(&t));
    holds(stored("tx"), "copied");
    want(db, DYN_OK, dyn_transaction_add(&t, &(dyn_tx_write)DYN_TX_DELETE_KEY(object_model, DYN_KEY("tx"))));
    want(db, DYN_OK, dyn_transaction_add(&t, &(dyn_tx_write)DYN_TX_DELETE_KEY(object_model, DYN_KEY("tx"))));
    refuses(db, "same item", dyn_transaction_commit(&t));
    holds(stored("tx"), "copied");
}

static dyn_status add_many(dyn_transaction *t, int from, int count)
{
    for (int i = from; i < from + count; i++) {
        dyn_status s = dyn_transaction_add(t, &(dyn_tx_write)DYN_TX_PUT(other_model, (&(other){ i, "tx" }), .when = { DYN_EXPR("attribute_not_exists(id)") }));
        if (s != DYN_OK)
            return s;
    }
    return DYN_OK;
}

/* Twin of dyntastic: test_transact's limits: 100, 101, commits every 100 and 50, every 101. */
static void a_transaction_takes_100_actions_or_commits_every_so_many(void **state)
{
    dyn_transaction t;

    (void)state;
    want(db, DYN_OK, dyn_transaction_open(&t, db, &(dyn_transaction_options){ DYN_MEMORY(memory) }));
    want(db, DYN_OK, add_many(&t, 0, 100));
    want(db, DYN_OK, dyn_transaction_commit(&t));
    assert_int_equal(rows_of(&other_model), 100);
    want(db, DYN_OK, add_many(&t, 1000, 100));
    refuses(db, "100 actions|.every", dyn_transaction_add(&t, &(dyn_tx_write)DYN_TX_DELETE_KEY(other_model, DYN_KEY(1))));
    refuses(db, "100 actions", dyn_transaction_commit(&t));
    assert_int_equal(rows_of(&other_model), 100);
    refuses(db, "over 100", dyn_transaction_open(&t, db, &(dyn_transaction_options){ DYN_MEMORY(memory), .every = 101 }));
    for (size_t every = 100; every >= 50; every -= 50) {
        int from = every == 100 ? 2000 : 3000;
        size_t before = rows_of(&other_model);
        want(db, DYN_OK, dyn_transaction_open(&t, db, &(dyn_transaction_options){ DYN_MEMORY(memory), .every = every }));
        want(db, DYN_OK, add_many(&t, from, 120));
        assert_int_equal(rows_of(&other_model), before + 100);
        want(db, DYN_OK, dyn_transaction_commit(&t));
        assert_int_equal(rows_of(&other_model), before + 120);
        assert_int_equal(t.commits, every == 100 ? 2 : 3);
        assert_int_equal(t.committed, 120);
    }
}

/* dyntastic tells nothing about it: which chunks were committed when one fails. */
static void when_a_chunk_fails_it_is_told_what_was_committed_and_which_action_failed(void **state)
{
    dyn_transaction t;

    (void)state;
    want(db, DYN_OK, other_put(db, &(other){ 13, "in the way" }, NULL));
    want(db, DYN_OK, dyn_transaction_open(&t, db, &(dyn_transaction_options){ DYN_MEMORY(memory), .every = 5 }));
    want(db, DYN_CONDITION_FAILED, add_many(&t, 0, 30));
    assert_int_equal(t.committed, 10);
    assert_int_equal(t.commits, 2);
    assert_int_equal(t.count, 5);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(t.actions[i].status, i == 3 ? DYN_CONDITION_FAILED : DYN_OK);
    assert_string_equal(t.actions[3].code, "ConditionalCheckFailed");
    assert_int_equal(((const other *)t.actions[3].item)->id, 13);
    want(db, DYN_CONDITION_FAILED, add_many(&t, 30, 1));
    want(db, DYN_CONDITION_FAILED, dyn_transaction_commit(&t));
    says(db, "action 4 of 5|other");               /* the first failure is what is told in the end */
    other found;
    want(db, DYN_OK, other_get_key(db, &found, DYN_KEY(13), NULL));
    assert_int_equal(rows_of(&other_model), 11);
    want(db, DYN_CONDITION_FAILED, dyn_transaction_commit(&t));
    says(db, "something failed before");           /* another call has taken its place */
    dyn_transaction_drop(&t);
    want(db, DYN_OK, add_many(&t, 20, 5));
    assert_int_equal(t.committed, 15);
}

/* Twin of dyntastic: test_transact's matrix: save, update, delete × one table, two × condition, failing condition, failing check: the reasons, and nothing written. */
static void each_kind_of_action_is_cancelled_with_its_reason_and_nothing_is_written(void **state)
{
    object o = an_object("m"), changed = an_object("m");

    (void)state;
    strcpy(changed.my_str, "changed");
    for (int kind = 0; kind < 3; kind++)
        for (int tables = 1; tables <= 2; tables++)
            for (int fails = 0; fails < 3; fails++) {
                dyn_transaction t;
                dyn_expr good = DYN_EXPR("my_int = ?", 10), bad = DYN_EXPR("my_int = ?", 11), when = fails == 1 ? bad : good;
                other first = { 500 + kind, "" };
                want(db, DYN_OK, object_put(db, &o, NULL));
                want(db, DYN_OK, other_delete(db, &first, NULL));
                want(db, DYN_OK, dyn_transaction_open(&t, db, &(dyn_transaction_options){ DYN_MEMORY(memory) }));
                if (tables == 2)
                    want(db, DYN_OK, dyn_transaction_add(&t, &(dyn_tx_write)DYN_TX_PUT(other_model, &first)));
                size_t at = t.count;
                if (kind == 0)
                    want(db, DYN_OK, dyn_transaction_add(&t, &(dyn_tx_write)DYN_TX_PUT(object_model, &changed, .when = { when })));
                else if (kind == 1)
                    want(db, DYN_OK, dyn_transaction_add(&t, &(dyn_tx_write)DYN_TX_UPDATE(object_model, &o, DYN_EXPR("SET my_str = ?", "changed"), .when = { when })));
                else
                    want(db, DYN_OK, dyn_transaction_add(&t, &(dyn_tx_write)DYN_TX_DELETE(object_model, &o, .when = { when })));
                if (fails == 2) {
                    at = t.count;
                    want(db, DYN_OK, dyn_transaction_add(&t, &(dyn_tx_write)DYN_TX_CHECK_KEY(event_model, DYN_KEY("no", "such"), .when = { DYN_EXPR("attribute_exists(event_id)") })));
                }
                want(db, fails ? DYN_CONDITION_FAILED : DYN_OK, dyn_transaction_commit(&t));
                for (size_t i = 0; i < t.count; i++)
                    assert_int_equal(t.actions[i].status, i == at ? DYN_CONDITION_FAILED : DYN_OK);
                const char *text = stored("m");
                if (fails || kind != 2)
                    holds(text, fails ? "{\"S\":\"foo\"}" : "{\"S\":\"changed\"}");
                else
                    assert_null(strstr(text, "Item"));
                want(db, fails || tables == 1 ? DYN_NOT_FOUND : DYN_OK, other_get(db, &first, &(dyn_get_options){ .consistent = true }));
            }
}

/* Both step like every other call. */
static void writers_and_transactions_step(void **state)
{
    dyn_writer w;
    dyn_transaction t;
    dyn_status s;

    (void)state;
    want(db, DYN_OK, dyn_writer_open(&w, db, &(dyn_writer_options){ DYN_MEMORY(memory), .every = 2 }));
    want(db, DYN_DONE, other_writer_put_begin(&w, &(other){ 1, "" }));
    want(db, DYN_OK, other_writer_put_begin(&w, &(other){ 2, "" }));
    want(db, DYN_BUSY, dyn_writer_send_begin(&w));
    while ((s = dyn_step(db)) == DYN_PENDING) { }
    want(db, DYN_OK, s);
    assert_int_equal(w.written, 2);
    want(db, DYN_OK, dyn_transaction_open(&t, db, &(dyn_transaction_options){ DYN_MEMORY(memory) }));
    want(db, DYN_DONE, dyn_transaction_commit_begin(&t));
    want(db, DYN_DONE, dyn_transaction_add_begin(&t, &(dyn_tx_write)DYN_TX_PUT(other_model, (&(other){ 3, "" }))));
    want(db, DYN_OK, dyn_transaction_commit_begin(&t));
    while ((s = dyn_step(db)) == DYN_PENDING) { }
    want(db, DYN_OK, s);
    assert_int_equal(rows_of(&other_model), 3);
}

/* Every size of memory from nothing on: it is too small and says so, or all is well. */
static void memory_of_any_size_is_enough_or_refused(void **state)
{
    static unsigned char some[3000];
    size_t good = 0;

    (void)state;
    for (size_t size = 0; size < sizeof some; size += 37) {
        dyn_transaction t;
        dyn_arg words[] = { dyn_text("a"), dyn_text("b") }, lists[] = { dyn_list(words, 2), dyn_int(5) };
        unsigned char *end = some + size;
        memset(some, 0xa5, sizeof some);
        dyn_status s = dyn_transaction_open(&t, db, &(dyn_transaction_options){ .memory = some, .memory_size = size });
        if (s == DYN_OK)
            s = dyn_transaction_add(&t, &(dyn_tx_write)DYN_TX_UPDATE_KEY(object_model, DYN_KEY("m"), DYN_EXPR("SET `free` = ?", dyn_list(lists, 2)),
                                    .when = { DYN_EXPR("attribute_not_exists(my_str) OR my_str = ?", "foo") }));
        if (s == DYN_OK)
            s = dyn_transaction_commit(&t), good++;
        if (s != DYN_OK && s != DYN_NO_MEMORY && s != DYN_INVALID)
            fail_msg("%d bytes: %s", (int)size, dyn_last_error(db)->text);
        for (; end < some + sizeof some; end++)
            assert_int_equal(*end, 0xa5);
    }
    assert_in_range(good, 20, 80);
    holds(stored("m"), "\"free\":{\"L\":[{\"L\":[{\"S\":\"a\"},{\"S\":\"b\"}]},{\"N\":\"5\"}]}");
}

/* DYNTASTIC_HOST and DYNTASTIC_REGION, when they are asked for; what the program says comes first. */
static void the_environment_of_dyntastic_is_taken_when_it_is_asked_for(void **state)
{
    dyn_config c = { 0 };

    (void)state;
    unsetenv("DYNTASTIC_HOST"), unsetenv("DYNTASTIC_REGION");
    dyn_dyntastic_environment(&c);
    assert_null(c.endpoint);
    setenv("DYNTASTIC_HOST", "http://127.0.0.1:8000", 1), setenv("DYNTASTIC_REGION", "eu-west-3", 1);
    dyn_dyntastic_environment(&c);
    assert_string_equal(c.endpoint, "http://127.0.0.1:8000");
    assert_string_equal(c.region, "eu-west-3");
    c.region = "us-east-2";
    dyn_dyntastic_environment(&c);
    assert_string_equal(c.region, "us-east-2");
    unsetenv("DYNTASTIC_HOST"), unsetenv("DYNTASTIC_REGION");
}

/* Twin of dyntastic: test_create_table: indexes by their default names, keys of text, number and bytes; billed per request, the indexes have no units. */
static void a_table_is_made_with_the_indexes_of_create_table(void **state)
{
    char body[128];

    (void)state;
    snprintf(body, sizeof body, "{\"TableName\":\"%sobjects\"}", f.prefix);
    holds(engine_call("DescribeTable", body), "\"IndexName\":\"my_str-index\"|\"IndexName\":\"my_str_my_int-index\"|\"IndexName\":\"keys-only\"|\"KEYS_ONLY\"|\"INCLUDE\"");
}

/* What the types of dyntastic's MyObject become, beyond those of object. */
typedef struct types {
    char          id[8], day[16], span[24], address[24];
    unsigned char uuid[16];
    int           level, number_kind;
    int64_t       naive, ints[4];
    int           int_count, set_count, blob_count, number_count;
    double        real;
    int64_t       int_set[4];
    dyn_str       blobs[4];
    dyn_number    numbers[4];
    dyn_value     dict, list;
    sub           in;
    bool          has_in;
} types;
static const dyn_name type_levels[] = { { 0, "low" }, { 1, "high" } };
static const dyn_field type_fields[] = {
    DYN_TEXT(types, id), DYN_TEXT(types, day, .optional = true), DYN_TEXT(types, span, .optional = true), DYN_TEXT(types, address, .optional = true),
    DYN_UUID(types, uuid, .optional = true), DYN_ENUM(types, level, type_levels, .optional = true), DYN_INT(types, number_kind, .optional = true),
    DYN_MICROS(types, naive, DYN_ISO_NAIVE, .optional = true), DYN_INT_LIST(types, ints, int_count, .optional = true),
    DYN_INT_SET(types, int_set, set_count, .optional = true), DYN_BLOB_SET(types, blobs, blob_count, .optional = true),
    DYN_NUMBER_LIST(types, numbers, number_count, .optional = true), DYN_VALUE(types, dict, .optional = true), DYN_VALUE(types, list, .optional = true),
    DYN_MAP(types, in, sub_model, .has = DYN_HAS(types, has_in)), DYN_REAL(types, real, .optional = true),
};
static const dyn_model types_model = { DYN_MODEL(types, type_fields), .table = "types", .pk = "id" };

/* Twin of dyntastic: update sets each of nineteen types, and what is stored is what save() stores; a value of another type is refused. */
static void an_update_sets_each_type(void **state)
{
    const unsigned char id[16] = { 0xaa, 0xf0, [15] = 5 }, one[] = { 0, 255 }, two[] = { 7 };
    const dyn_arg ints[] = { dyn_int(3), dyn_int(-1) }, blobs[] = { dyn_bytes(one, 2), dyn_bytes(two, 1) }, numbers[] = { dyn_num("1.50"), dyn_int(2) };
    static const char dict[] = "{\"M\":{\"k\":{\"N\":\"1\"},\"deep\":{\"L\":[{\"NULL\":true},{\"SS\":[\"a\"]}]}}}", list[] = "{\"L\":[{\"S\":\"x\"},{\"N\":\"2\"}]}",
                      in[] = "{\"M\":{\"foo\":{\"S\":\"f\"},\"bar\":{\"N\":\"3\"}}}";
    const struct { dyn_expr change; const char *stored; } cases[] = {
        { DYN_EXPR("SET day = ?", "2022-01-02"), "\"day\":{\"S\":\"2022-01-02\"}" },
        { DYN_EXPR("SET span = ?", "P1DT2.000005S"), "\"span\":{\"S\":\"P1DT2.000005S\"}" },
        { DYN_EXPR("SET address = ?", "1:db8::/128"), "\"address\":{\"S\":\"1:db8::/128\"}" },
        { DYN_EXPR("SET uuid = ?", dyn_uuid(id)), "\"uuid\":{\"S\":\"aaf00000-0000-0000-0000-000000000005\"}" },
        { DYN_EXPR("SET level = ?", 1), "\"level\":{\"S\":\"high\"}" },
        { DYN_EXPR("SET level = ?", "low"), "\"level\":{\"S\":\"low\"}" },
        { DYN_EXPR("SET number_kind = ?", 3), "\"number_kind\":{\"N\":\"3\"}" },
        { DYN_EXPR("SET naive = ?", "2022-01-02T03:04:05.000010"), "\"naive\":{\"S\":\"2022-01-02T03:04:05.000010\"}" },
        { DYN_EXPR("SET naive = ?", 1641092645000000), "\"naive\":{\"S\":\"2022-01-02T03:04:05\"}" },
        { DYN_EXPR("SET ints = ?", dyn_list(ints, 2)), "\"ints\":{\"L\":[{\"N\":\"3\"},{\"N\":\"-1\"}]}" },
        { DYN_EXPR("SET int_set = ?", dyn_set(ints, 2)), "\"int_set\":{\"NS\":[" },
        { DYN_EXPR("SET blobs = ?", dyn_set(blobs, 2)), "\"blobs\":{\"BS\":[|\"AP8=\"|\"Bw==\"" },
        { DYN_EXPR("SET numbers = ?", dyn_list(numbers, 2)), "\"numbers\":{\"L\":[{\"N\":\"1.5\"},{\"N\":\"2\"}]}" },
        { DYN_EXPR("SET dict = ?", ((dyn_value){ dict, sizeof dict - 1 })), "{\"L\":[{\"NULL\":true},{\"SS\":[\"a\"]}]}" },
        { DYN_EXPR("SET dict.more = ?", "deep"), "\"more\":{\"S\":\"deep\"}" },
        { DYN_EXPR("SET list = ?", ((dyn_value){ list, sizeof list - 1 })), "\"list\":{\"L\":[{\"S\":\"x\"},{\"N\":\"2\"}]}" },
        { DYN_EXPR("SET in = ?", ((dyn_value){ in, sizeof in - 1 })), "\"foo\":{\"S\":\"f\"}" },
        { DYN_EXPR("SET real = ?", 1.5), "\"real\":{\"N\":\"1.5\"}" },                           /* a float, which dyntastic cannot */
        { DYN_EXPR("REMOVE list SET list2 = ?", 1), NULL },
    };
    types t = { .id = "1" }, got;

    (void)state;
    fixture_table(&f, &types_model);
    engine_put(&f, &types_model, "\"id\":{\"S\":\"1\"}");
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (!cases[i].stored) {
            refuses(db, "list2", dyn_update(db, &types_model, &t, cases[i].change, NULL));
            continue;
        }
        want(db, DYN_OK, dyn_update(db, &types_model, &t, cases[i].change, NULL));
        holds(engine_get(&f, &types_model, "\"id\":{\"S\":\"1\"}"), cases[i].stored);
        want(db, DYN_OK, dyn_get(db, &types_model, &t, NULL));
    }
    want(db, DYN_OK, dyn_get_key(db, &types_model, &got, DYN_KEY("1"), NULL));
    assert_memory_equal(got.uuid, id, 16);
    assert_true(got.level == 0 && got.set_count == 2 && got.blob_count == 2 && got.int_count == 2 && got.has_in && got.in.bar == 3);
    refuses(db, "uuid", dyn_update(db, &types_model, &t, DYN_EXPR("SET uuid = ?", 5), NULL));
    refuses(db, "level", dyn_update(db, &types_model, &t, DYN_EXPR("SET level = ?", 9), NULL));
    refuses(db, "naive", dyn_update(db, &types_model, &t, DYN_EXPR("SET naive = ?", "soon"), NULL));
    refuses(db, "ints", dyn_update(db, &types_model, &t, DYN_EXPR("SET ints = ?", dyn_set(ints, 2)), NULL));
    fixture_drop(&f, &types_model);
}

/* An alias for a hash key, as in dyntastic's MyAliasObject; and one with a key of bytes. */
typedef struct aliased { char id[16]; int64_t n; } aliased;
static const dyn_field aliased_fields[] = { DYN_TEXT(aliased, id, .attr = "aliasId"), DYN_INT(aliased, n, .attr = "aliasN", .optional = true) };
static const dyn_model aliased_model = { DYN_MODEL(aliased, aliased_fields), .table = "aliased", .pk = "id" };
typedef struct binary { char id[16]; unsigned char bytes[4]; int count; double real; dyn_number decimal; } binary;
static const dyn_field binary_fields[] = {
    DYN_TEXT(binary, id), DYN_BYTES_N(binary, bytes, count), DYN_REAL(binary, real), DYN_NUMBER(binary, decimal)
};
static const dyn_index binary_indexes[] = { { .pk = { "bytes" } }, { .pk = { "real" }, .sk = { "decimal" }, .projection = DYN_PROJECT_KEYS } };
static const dyn_model binary_model = { DYN_MODEL(binary, binary_fields), .table = "binary", .pk = "id", DYN_INDEXES(binary_indexes) };

/* Twins of dyntastic: batch_get, delete, get and update of a model whose hash key has an alias. */
static void a_key_with_an_alias_is_used_everywhere_by_it(void **state)
{
    aliased a[2] = { { "x", 1 }, { "y", 2 } }, got[3] = { { "x", 0 }, { "none", 0 }, { "y", 0 } };
    dyn_status statuses[3];

    (void)state;
    fixture_table(&f, &aliased_model);
    want(db, DYN_OK, dyn_put(db, &aliased_model, &a[0], NULL));
    want(db, DYN_OK, dyn_put(db, &aliased_model, &a[1], NULL));
    holds(engine_get(&f, &aliased_model, "\"aliasId\":{\"S\":\"x\"}"), "\"aliasN\":{\"N\":\"1\"}");
    want(db, DYN_NOT_FOUND, dyn_get_many(db, &aliased_model, got, 3, statuses, NULL));
    assert_true(got[0].n == 1 && got[2].n == 2 && statuses[1] == DYN_NOT_FOUND);
    want(db, DYN_OK, dyn_update_key(db, &aliased_model, DYN_KEY("x"), DYN_EXPR("SET n = n + ?", 4), &(dyn_write_options){ .when = { DYN_EXPR("attribute_exists(id)") } }));
    want(db, DYN_OK, dyn_get_key(db, &aliased_model, &got[0], DYN_KEY("x"), NULL));
    assert_int_equal(got[0].n, 5);
    want(db, DYN_OK, dyn_delete(db, &aliased_model, &a[0], NULL));
    want(db, DYN_NOT_FOUND, dyn_get_key(db, &aliased_model, &got[0], DYN_KEY("x"), NULL));
    fixture_drop(&f, &aliased_model);
}

/* Twin of dyntastic: keys of the wrong shape, which are a ValueError there: nine. Nothing is sent. */
static void keys_of_the_wrong_shape_are_refused(void **state)
{
    object o;
    event e;
    other n;

    (void)state;
    refuses(db, "its key has 1 member", object_get_key(db, &o, DYN_KEY("one", "two"), NULL));
    refuses(db, "id", object_get_key(db, &o, DYN_KEY(1), NULL));
    refuses(db, "id", object_get_key(db, &o, DYN_KEY(dyn_null()), NULL));
    refuses(db, "its key has 2 members", event_get_key(db, &e, DYN_KEY("ev"), NULL));
    refuses(db, "its key has 2 members", event_get_key(db, &e, DYN_KEY("ev", "at", "more"), NULL));
    refuses(db, "at", event_get_key(db, &e, DYN_KEY("ev", 5), NULL));
    refuses(db, "event_id", event_get_key(db, &e, DYN_KEY(5, "2022"), NULL));
    refuses(db, "id", other_get_key(db, &n, DYN_KEY("7"), NULL));
    refuses(db, "id", other_get_key(db, &n, DYN_KEY(7.5), NULL));
    memset((void *)&o, 0, sizeof o);
    refuses(db, "id", object_get_many(db, &o, 1, NULL, NULL));              /* an empty key, in a batch too */
}

/* Twins of dyntastic: create_table with and without waiting, with an index on bytes and on numbers, on demand and provisioned; twice is told. */
static void tables_are_made_on_demand_or_with_units(void **state)
{
    char body[128];

    (void)state;
    want(db, DYN_OK, dyn_create_table(db, &binary_model, NULL));
    want(db, DYN_OK, dyn_wait_table(db, &binary_model, DYN_TABLE_ACTIVE, NULL));
    want(db, DYN_IN_USE, dyn_create_table(db, &binary_model, NULL));
    snprintf(body, sizeof body, "{\"TableName\":\"%sbinary\"}", f.prefix);
    const char *told = engine_call("DescribeTable", body);
    holds(told, "\"IndexName\":\"bytes-index\"|\"IndexName\":\"real_decimal-index\"|PAY_PER_REQUEST");
    holds(told, "{\"AttributeName\":\"bytes\",\"AttributeType\":\"B\"}|{\"AttributeName\":\"real\",\"AttributeType\":\"N\"}|{\"AttributeName\":\"decimal\",\"AttributeType\":\"N\"}");
    fixture_drop(&f, &binary_model);
    want(db, DYN_OK, dyn_wait_table(db, &binary_model, DYN_TABLE_GONE, NULL));
    want(db, DYN_OK, dyn_create_table(db, &binary_model, &(dyn_table_options){ .read_units = 1, .write_units = 2 }));
    want(db, DYN_OK, dyn_wait_table(db, &binary_model, DYN_TABLE_ACTIVE, NULL));
    holds(engine_call("DescribeTable", body), "\"ReadCapacityUnits\":1|\"WriteCapacityUnits\":2");
    fixture_drop(&f, &binary_model);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_tables, close_tables)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_item_is_got_by_keys_of_any_type_and_a_missing_one_is_no_error_of_the_call),
        TEST(a_put_stores_what_save_stores),
        TEST(what_is_deleted_is_not_there_and_a_condition_keeps_it),
        TEST(every_condition_lets_an_update_pass_or_keeps_it_from_changing_anything),
        TEST(each_update_stores_what_it_says),
        TEST(adding_makes_what_is_missing_and_is_refused_where_it_does_not_fit),
        TEST(an_update_refreshes_only_what_it_is_asked_to),
        TEST(an_update_sets_each_type),
        TEST(each_condition_finds_its_rows_in_a_scan),
        TEST(each_range_condition_finds_its_rows),
        TEST(pages_are_read_one_by_one_with_the_place_of_the_next),
        TEST(a_match_behind_a_thousand_filtered_items_is_found_once_at_every_page_size),
        TEST(indexes_are_queried_by_the_names_that_dyntastic_gives_them),
        TEST(rows_of_an_index_that_holds_a_part_are_completed),
        TEST(the_model_is_chosen_by_each_item),
        TEST(many_are_read_in_the_callers_order_and_those_that_are_missing_are_told),
        TEST(a_writer_writes_nothing_before_it_is_sent),
        TEST(what_is_dropped_or_failed_is_not_written),
        TEST(a_writer_with_every_sends_whenever_there_are_so_many),
        TEST(a_writer_that_cannot_send_says_what_is_left),
        TEST(a_transaction_does_nothing_before_its_commit),
        TEST(a_transaction_takes_100_actions_or_commits_every_so_many),
        TEST(when_a_chunk_fails_it_is_told_what_was_committed_and_which_action_failed),
        TEST(each_kind_of_action_is_cancelled_with_its_reason_and_nothing_is_written),
        TEST(writers_and_transactions_step),
        TEST(memory_of_any_size_is_enough_or_refused),
        TEST(a_table_is_made_with_the_indexes_of_create_table),
        TEST(a_key_with_an_alias_is_used_everywhere_by_it),
        TEST(keys_of_the_wrong_shape_are_refused),
        TEST(tables_are_made_on_demand_or_with_units),
        cmocka_unit_test(the_environment_of_dyntastic_is_taken_when_it_is_asked_for),
    };
    return cmocka_run_group_tests_name("dyntastic", tests, NULL, NULL);
}

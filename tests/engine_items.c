#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* One item at a time, against the engine behind the gate: put, get, update, delete, conditions, what does not fit. What is stored is
 * looked at past the client, as the engine's JSON; the JSON expected was written by hand from DynamoDB's API reference (AttributeValue). */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "client_fixture.h"

enum color { RED, GREEN = 7, NAVY = -3 };
static const dyn_name colors[] = { { RED, "red" }, { GREEN, "green" }, { NAVY, "dark blue" } };

typedef struct place {
    char    city[12];
    int32_t floor;
    dyn_str note;
} place;
static const dyn_field place_fields[] = { DYN_TEXT(place, city), DYN_INT(place, floor, .attr = "level"), DYN_STR(place, note, .optional = true) };
static const dyn_model place_model = { DYN_MODEL(place, place_fields) };

/* Every kind of member. */
typedef struct thing {
    char       id[24];
    char       text[16];
    dyn_str    slice;
    bool       flag;
    int8_t     i8;
    uint8_t    u8;
    int16_t    i16;
    uint16_t   u16;
    int32_t    i32;
    uint32_t   u32;
    int64_t    i64;
    uint64_t   u64;
    float      f;
    double     d;
    dyn_number n;
    uint32_t   seconds;
    int64_t    millis;
    int64_t    iso;
    enum color color;
    place      where;
    int32_t    ints[4];
    uint8_t    int_count;
    uint64_t   longs[2];
    int        long_count;
    double     reals[3];
    size_t     real_count;
    float      floats[2];
    int16_t    float_count;
    bool       flags[3];
    uint8_t    flag_count;
    char       words[3][8];
    uint8_t    word_count;
} thing;
static const dyn_field thing_fields[] = {
    DYN_TEXT(thing, id), DYN_TEXT(thing, text), DYN_STR(thing, slice), DYN_BOOL(thing, flag), DYN_INT(thing, i8), DYN_INT(thing, u8),
    DYN_INT(thing, i16), DYN_INT(thing, u16), DYN_INT(thing, i32), DYN_INT(thing, u32), DYN_INT(thing, i64), DYN_INT(thing, u64),
    DYN_REAL(thing, f), DYN_REAL(thing, d), DYN_NUMBER(thing, n), DYN_SECONDS(thing, seconds), DYN_MILLIS(thing, millis), DYN_ISO(thing, iso),
    DYN_ENUM(thing, color, colors), DYN_MAP(thing, where, place_model), DYN_INT_LIST(thing, ints, int_count), DYN_INT_LIST(thing, longs, long_count),
    DYN_REAL_LIST(thing, reals, real_count), DYN_REAL_LIST(thing, floats, float_count), DYN_BOOL_LIST(thing, flags, flag_count),
    DYN_TEXT_LIST(thing, words, word_count),
};
static const dyn_model thing_model = { DYN_MODEL(thing, thing_fields), .table = "items", .pk = "id" };
DYN_TYPED(thing, thing_model)

/* The ways of being absent. */
typedef struct choice {
    char       id[24];
    int32_t    count;
    bool       has_count;
    char       note[8];
    double     level;
    int32_t    mode;
    enum color color;
    bool       on;
    int64_t    at;
    dyn_str    slice;
    int32_t    list[2];
    uint8_t    list_count;
    place      where;
    bool       has_where;
    dyn_number price;
    double     offset;
} choice;
static const dyn_field choice_fields[] = {
    DYN_TEXT(choice, id), DYN_INT(choice, count, .has = DYN_HAS(choice, has_count)), DYN_TEXT(choice, note, .omit_zero = true),
    DYN_REAL(choice, level, .nan = DYN_NAN_OMIT), DYN_INT(choice, mode, .optional = true, .initial = "-7"),
    DYN_ENUM(choice, color, colors, .optional = true, .initial = "green"), DYN_BOOL(choice, on, .optional = true, .initial = "true"),
    DYN_ISO(choice, at, .omit_zero = true, .initial = "2024-05-17T08:29:02.742Z"), DYN_STR(choice, slice, .omit_zero = true, .initial = "none"),
    DYN_INT_LIST(choice, list, list_count, .omit_zero = true), DYN_MAP(choice, where, place_model, .has = DYN_HAS(choice, has_where)),
    DYN_NUMBER(choice, price, .optional = true, .initial = "12.50"), DYN_REAL(choice, offset, .optional = true, .initial = "21.5"),
};
static const dyn_model choice_model = { DYN_MODEL(choice, choice_fields), .table = "items", .pk = "id" };
DYN_TYPED(choice, choice_model)

/* Sets of each kind. */
typedef struct tagged {
    char    id[16];
    char    tags[4][8];
    uint8_t tag_count;
    int16_t codes[4];
    size_t  code_count;
    float   marks[3];
    int     mark_count;
} tagged;
static const dyn_field tagged_fields[] = {
    DYN_TEXT(tagged, id), DYN_TEXT_SET(tagged, tags, tag_count), DYN_INT_SET(tagged, codes, code_count, .attr = "c"), DYN_REAL_SET(tagged, marks, mark_count),
};
static const dyn_model tagged_model = { DYN_MODEL(tagged, tagged_fields), .table = "items", .pk = "id" };
DYN_TYPED(tagged, tagged_model)

/* A key of templates, some of it stored nowhere else. */
typedef struct event {
    char     site[16];
    char     device[16];
    uint32_t number;
    int64_t  at;
    double   value;
    int32_t  seen;
    dyn_str  note;
} event;
static const dyn_field event_fields[] = {
    DYN_TEXT(event, site, .key_only = true), DYN_TEXT(event, device), DYN_INT(event, number, .key_only = true), DYN_ISO(event, at), DYN_REAL(event, value),
    DYN_INT(event, seen), DYN_STR(event, note, .optional = true),
};
static const dyn_model event_model = { DYN_MODEL(event, event_fields), .table = "events", .pk = "pk = SITE#{site}#DEV#{device}", .sk = "sk = EVENT#{number:6}#{at}" };
DYN_TYPED(event, event_model)

static fixture f;
static dyn_client *const db = &f.db;

static int open_items(void **state)
{
    (void)state;
    if (gate_is_there())
        gate_reset();
    want(db, DYN_OK, fixture_open(&f, FIXTURE_PLAIN, NULL));
    fixture_table(&f, &thing_model);
    fixture_table(&f, &event_model);
    return 0;
}

static int close_items(void **state)
{
    (void)state;
    fixture_drop(&f, &thing_model);
    fixture_drop(&f, &event_model);
    fixture_close(&f);
    return 0;
}

static dyn_str slice(const char *text)
{
    dyn_str s = { text, strlen(text) };

    return s;
}

static bool same(dyn_str s, const char *text)
{
    return s.len == strlen(text) && memcmp(s.ptr, text, s.len) == 0;
}

/* A thing with something in every member. */
static thing a_thing(const char *id)
{
    thing t = { .text = "hello", .slice = slice("a slice"), .flag = true, .i8 = -1, .u8 = 2, .i16 = -3, .u16 = 4, .i32 = -5, .u32 = 6, .i64 = -7, .u64 = 8,
                .f = 0.1f, .d = 61.5, .n = { "-12.5" }, .seconds = 1715934542, .millis = 1715934542742, .iso = 1715934542742, .color = GREEN,
                .where = { "Ulm", 3, { "n", 1 } }, .ints = { 1, -2, 3 }, .int_count = 3, .longs = { 9 }, .long_count = 1, .reals = { 0.5, -1e30 },
                .real_count = 2, .floats = { 1.5f }, .float_count = 1, .flags = { true, false }, .flag_count = 2, .words = { "x", "", "seven77" },
                .word_count = 3 };

    snprintf(t.id, sizeof t.id, "%s", id);
    return t;
}

/* A thing read back must have these members. */
static void same_thing(const thing *a, const thing *b)
{
    assert_string_equal(a->id, b->id);
    assert_string_equal(a->text, b->text);
    assert_int_equal(a->slice.len, b->slice.len);
    assert_memory_equal(a->slice.ptr, b->slice.ptr, b->slice.len);
    assert_true(a->flag == b->flag && a->i8 == b->i8 && a->u8 == b->u8 && a->i16 == b->i16 && a->u16 == b->u16 && a->i32 == b->i32 && a->u32 == b->u32);
    assert_true(a->i64 == b->i64 && a->u64 == b->u64 && a->f == b->f && a->d == b->d);
    assert_string_equal(a->n.text, b->n.text);
    assert_true(a->seconds == b->seconds && a->millis == b->millis && a->iso == b->iso && a->color == b->color);
    assert_string_equal(a->where.city, b->where.city);
    assert_true(a->where.floor == b->where.floor && a->where.note.len == b->where.note.len);
    assert_true(a->int_count == b->int_count && a->long_count == b->long_count && a->real_count == b->real_count && a->float_count == b->float_count);
    assert_true(a->flag_count == b->flag_count && a->word_count == b->word_count);
    assert_memory_equal(a->ints, b->ints, a->int_count * sizeof a->ints[0]);
    assert_memory_equal(a->longs, b->longs, (size_t)a->long_count * sizeof a->longs[0]);
    assert_memory_equal(a->reals, b->reals, a->real_count * sizeof a->reals[0]);
    assert_memory_equal(a->floats, b->floats, (size_t)a->float_count * sizeof a->floats[0]);
    assert_memory_equal(a->flags, b->flags, a->flag_count * sizeof a->flags[0]);
    for (size_t i = 0; i < a->word_count; i++)
        assert_string_equal(a->words[i], b->words[i]);
}

/* Puts t and reads it back into a struct that was full of other bytes. */
static void there_and_back(const thing *t)
{
    thing back;

    memset(&back, 0x5a, sizeof back);
    want(db, DYN_OK, thing_put(db, t, NULL));
    want(db, DYN_OK, thing_get_key(db, &back, DYN_KEY(t->id), NULL));
    same_thing(&back, t);
}

/* The stored thing "a" as JSON. */
static const char *stored(void)
{
    return engine_get(&f, &thing_model, "\"id\":{\"S\":\"a\"}");
}

static event an_event(uint32_t number)
{
    event e = { "north", "boiler-7", number, 1715934542742, 1.5, 10, { "n", 1 } };

    return e;
}

/* ---- kinds */

static void every_kind_of_member_is_stored_as_its_type(void **state)
{
    thing t = a_thing("a");
    (void)state;
    there_and_back(&t);
    holds(stored(), "\"text\":{\"S\":\"hello\"}|\"slice\":{\"S\":\"a slice\"}|\"flag\":{\"BOOL\":true}|\"i8\":{\"N\":\"-1\"}|\"u8\":{\"N\":\"2\"}|"
          "\"i16\":{\"N\":\"-3\"}|\"u16\":{\"N\":\"4\"}|\"i32\":{\"N\":\"-5\"}|\"u32\":{\"N\":\"6\"}|\"i64\":{\"N\":\"-7\"}|\"u64\":{\"N\":\"8\"}|"
          "\"f\":{\"N\":\"0.1\"}|\"d\":{\"N\":\"61.5\"}|\"n\":{\"N\":\"-12.5\"}|\"seconds\":{\"N\":\"1715934542\"}|\"millis\":{\"N\":\"1715934542742\"}|"
          "\"iso\":{\"S\":\"2024-05-17T08:29:02.742Z\"}|\"color\":{\"S\":\"green\"}|\"city\":{\"S\":\"Ulm\"}|\"level\":{\"N\":\"3\"}|"
          "\"ints\":{\"L\":[{\"N\":\"1\"},{\"N\":\"-2\"},{\"N\":\"3\"}]}|\"longs\":{\"L\":[{\"N\":\"9\"}]}|\"floats\":{\"L\":[{\"N\":\"1.5\"}]}|"
          "\"flags\":{\"L\":[{\"BOOL\":true},{\"BOOL\":false}]}|\"words\":{\"L\":[{\"S\":\"x\"},{\"S\":\"\"},{\"S\":\"seven77\"}]}");
}

static void texts_of_any_content_come_back(void **state)
{
    static const char *const texts[] = { "", "plain", "\"quoted\" \\ and / slash", "\b\f\n\r\t\x01\x1f\x7f", "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x92\xa9",
                                         "{\"S\":\"not json\"}", "\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf", "  blanks  ", "\xe2\x80\xa8\xe2\x80\xa9</script>" };
    thing t = a_thing("a"), back;
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        t.slice = slice(texts[i]);
        if (strlen(texts[i]) < sizeof t.text)
            snprintf(t.text, sizeof t.text, "%s", texts[i]);
        there_and_back(&t);
    }
    t.slice.ptr = "zero\0inside", t.slice.len = 11;
    want(db, DYN_OK, thing_put(db, &t, NULL));
    want(db, DYN_OK, thing_get_key(db, &back, DYN_KEY("a"), NULL));
    assert_int_equal(back.slice.len, 11);
    assert_memory_equal(back.slice.ptr, "zero\0inside", 11);
}

static void integers_come_back_at_the_limits_of_every_width(void **state)
{
    thing t = a_thing("a");
    (void)state;
    t.i8 = INT8_MIN, t.u8 = UINT8_MAX, t.i16 = INT16_MIN, t.u16 = UINT16_MAX, t.i32 = INT32_MIN, t.u32 = UINT32_MAX, t.i64 = INT64_MIN, t.u64 = UINT64_MAX;
    t.seconds = UINT32_MAX, t.millis = INT64_MIN, t.ints[0] = INT32_MIN, t.longs[0] = UINT64_MAX;
    there_and_back(&t);
    holds(stored(), "\"i8\":{\"N\":\"-128\"}|\"u8\":{\"N\":\"255\"}|\"i16\":{\"N\":\"-32768\"}|\"u16\":{\"N\":\"65535\"}|\"i32\":{\"N\":\"-2147483648\"}|"
          "\"u32\":{\"N\":\"4294967295\"}|\"i64\":{\"N\":\"-9223372036854775808\"}|\"u64\":{\"N\":\"18446744073709551615\"}|\"seconds\":{\"N\":\"4294967295\"}");
    t.i8 = INT8_MAX, t.u8 = 0, t.i16 = INT16_MAX, t.u16 = 0, t.i32 = INT32_MAX, t.u32 = 0, t.i64 = INT64_MAX, t.u64 = 0, t.seconds = 0, t.millis = INT64_MAX;
    there_and_back(&t);
    holds(stored(), "\"i8\":{\"N\":\"127\"}|\"u8\":{\"N\":\"0\"}|\"i64\":{\"N\":\"9223372036854775807\"}|\"u64\":{\"N\":\"0\"}");
}

static void reals_come_back_bit_for_bit(void **state)
{
    static const double values[] = { 0.0, 0.1, -0.1, 1.0 / 3, 1e125, -9.99e125, 1e-130, -1.2345678901234567e-100, 4503599627370497.5, 9007199254740993.0,
                                     5e-324 * 0 + 123456789.123456789, 1e21, 1e22, 0.000001, 1e-7 };
    static const float floats[] = { 0.0f, 0.1f, 3.4028235e38f, -3.4028235e38f, 1.17549435e-38f, 1.4e-45f, 16777216.0f, 1.0f / 3 };
    thing t = a_thing("a");
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        t.d = t.reals[0] = values[i];
        t.f = t.floats[0] = floats[i % (sizeof floats / sizeof floats[0])];
        there_and_back(&t);
    }
    t.d = -0.0;
    there_and_back(&t);
}

static void numbers_keep_38_digits_and_their_exponents(void **state)
{
    /* what is put, and what DynamoDB gives back: without leading and trailing zeros; the plain form or one with an exponent is the same value */
    static const struct { const char *put, *back; } numbers[] = {
        { "0", "0" }, { "1.50", "1.5" }, { "12345678901234567890123456789012345678", "12345678901234567890123456789012345678" },
        { "-1.2345678901234567890123456789012345678", "-1.2345678901234567890123456789012345678" }, { "0.00001", "0.00001" }, { "1e3", "1000" },
    };
    static const struct { const char *put; double value; } extremes[] = {
        { "1E-130", 1e-130 }, { "9.9999999999999999999999999999999999999E125", 1e126 }, { "-9.9999999999999999999999999999999999999e+125", -1e126 },
        { "1E125", 1e125 }, { "-1.5e-129", -1.5e-129 }, { "1.2345678901234567890123456789012345678E-92", 1.2345678901234567890123456789012345678E-92 },
    };
    thing t = a_thing("a"), back;
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        snprintf(t.n.text, sizeof t.n.text, "%s", numbers[i].put);
        want(db, DYN_OK, thing_put(db, &t, NULL));
        want(db, DYN_OK, thing_get_key(db, &back, DYN_KEY("a"), NULL));
        assert_string_equal(back.n.text, numbers[i].back);
    }
    for (size_t i = 0; i < sizeof extremes / sizeof extremes[0]; i++) {
        snprintf(t.n.text, sizeof t.n.text, "%s", extremes[i].put);
        want(db, DYN_OK, thing_put(db, &t, NULL));
        want(db, DYN_OK, thing_get_key(db, &back, DYN_KEY("a"), NULL));
        assert_true(strtod(back.n.text, NULL) == extremes[i].value);
        want(db, DYN_OK, thing_put(db, &back, NULL));      /* what was read can be written */
    }
}

static void iso_times_cover_the_years_0_to_9999(void **state)
{
    static const struct { int64_t ms; const char *text; } times[] = {       /* Python: datetime(…, tzinfo=utc).timestamp() * 1000; year 0 by the proleptic calendar */
        { 0, "1970-01-01T00:00:00.000Z" }, { -1, "1969-12-31T23:59:59.999Z" }, { 951782400000, "2000-02-29T00:00:00.000Z" },
        { 253402300799999, "9999-12-31T23:59:59.999Z" }, { -62167219200000, "0000-01-01T00:00:00.000Z" },
    };
    thing t = a_thing("a");
    char expected[64];
    (void)state;
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        t.iso = times[i].ms;
        there_and_back(&t);
        snprintf(expected, sizeof expected, "\"iso\":{\"S\":\"%s\"}", times[i].text);
        holds(stored(), expected);
    }
}

static void enums_are_stored_by_name(void **state)
{
    thing t = a_thing("a");
    (void)state;
    t.color = NAVY;
    there_and_back(&t);
    holds(stored(), "\"color\":{\"S\":\"dark blue\"}");
}

static void lists_may_be_empty_and_full(void **state)
{
    thing t = a_thing("a");
    (void)state;
    t.int_count = 0, t.long_count = 0, t.real_count = 0, t.float_count = 0, t.flag_count = 0, t.word_count = 0;
    there_and_back(&t);
    holds(stored(), "\"ints\":{\"L\":[]}|\"words\":{\"L\":[]}|\"flags\":{\"L\":[]}");
    t.int_count = 4, t.ints[3] = 44, t.long_count = 2, t.real_count = 3, t.float_count = 2, t.flag_count = 3, t.word_count = 3;
    there_and_back(&t);
}

/* ---- absence */

static void absent_members_are_not_stored(void **state)
{
    choice c, back;
    (void)state;
    memset(&c, 0, sizeof c);
    snprintf(c.id, sizeof c.id, "a");
    c.level = NAN, c.color = GREEN, c.mode = 3, snprintf(c.price.text, sizeof c.price.text, "1");
    want(db, DYN_OK, choice_put(db, &c, NULL));
    const char *json = stored();
    assert_null(strstr(json, "\"count\""));
    assert_null(strstr(json, "\"note\""));
    assert_null(strstr(json, "\"level\""));
    assert_null(strstr(json, "\"at\""));
    assert_null(strstr(json, "\"slice\""));
    assert_null(strstr(json, "\"list\""));
    assert_null(strstr(json, "\"where\""));
    holds(json, "\"mode\":{\"N\":\"3\"}|\"on\":{\"BOOL\":false}");
    memset(&back, 0x5a, sizeof back);
    want(db, DYN_OK, choice_get_key(db, &back, DYN_KEY("a"), NULL));
    assert_false(back.has_count);
    assert_false(back.has_where);
    assert_int_equal(back.count, 0);
    assert_string_equal(back.note, "");
    assert_true(back.level == 0);
    assert_int_equal(back.list_count, 0);
    assert_int_equal(back.mode, 3);
    assert_false(back.on);
}

static void absent_and_null_attributes_get_their_initial_values(void **state)
{
    static const char *const items[] = {
        "\"id\":{\"S\":\"a\"}",
        "\"id\":{\"S\":\"a\"},\"count\":{\"NULL\":true},\"note\":{\"NULL\":true},\"level\":{\"NULL\":true},\"mode\":{\"NULL\":true},\"color\":{\"NULL\":true},"
        "\"on\":{\"NULL\":true},\"at\":{\"NULL\":true},\"slice\":{\"NULL\":true},\"list\":{\"NULL\":true},\"where\":{\"NULL\":true},\"price\":{\"NULL\":true},"
        "\"offset\":{\"NULL\":true}",
    };
    choice c;
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        engine_put(&f, &choice_model, items[i]);
        memset(&c, 0x5a, sizeof c);
        want(db, DYN_OK, choice_get_key(db, &c, DYN_KEY("a"), NULL));
        assert_true(!c.has_count && !c.has_where && c.count == 0 && c.level == 0 && c.list_count == 0 && !c.note[0]);
        assert_int_equal(c.mode, -7);
        assert_int_equal(c.color, GREEN);
        assert_true(c.on);
        assert_int_equal(c.at, 1715934542742);
        assert_true(same(c.slice, "none"));
        assert_string_equal(c.price.text, "12.50");
        assert_true(c.offset == 21.5);
    }
}

static void a_has_flag_tells_zero_from_absent(void **state)
{
    choice c, back;
    (void)state;
    memset(&c, 0, sizeof c);
    snprintf(c.id, sizeof c.id, "a");
    c.has_count = true, c.has_where = true, snprintf(c.where.city, sizeof c.where.city, "Ulm"), snprintf(c.price.text, sizeof c.price.text, "1");
    want(db, DYN_OK, choice_put(db, &c, NULL));
    holds(stored(), "\"count\":{\"N\":\"0\"}|\"city\":{\"S\":\"Ulm\"}");
    memset(&back, 0, sizeof back);
    want(db, DYN_OK, choice_get_key(db, &back, DYN_KEY("a"), NULL));
    assert_true(back.has_count && back.has_where);
    assert_string_equal(back.where.city, "Ulm");
}

/* ---- keys */

static void a_template_makes_the_key_and_key_only_members_come_from_it(void **state)
{
    event e = an_event(42), back;
    (void)state;
    want(db, DYN_OK, event_put(db, &e, NULL));
    const char *json = engine_get(&f, &event_model, "\"pk\":{\"S\":\"SITE#north#DEV#boiler-7\"},\"sk\":{\"S\":\"EVENT#000042#2024-05-17T08:29:02.742Z\"}");
    holds(json, "\"device\":{\"S\":\"boiler-7\"}|\"value\":{\"N\":\"1.5\"}");
    assert_null(strstr(json, "\"site\""));
    assert_null(strstr(json, "\"number\""));
    memset(&back, 0x5a, sizeof back);
    want(db, DYN_OK, event_get_key(db, &back, DYN_KEY("north", "boiler-7", 42, 1715934542742), NULL));
    assert_string_equal(back.site, "north");
    assert_string_equal(back.device, "boiler-7");
    assert_int_equal(back.number, 42);
    assert_true(back.at == e.at && back.value == 1.5);
}

static void an_item_is_found_changed_and_deleted_by_key_values(void **state)
{
    event e = an_event(42), back;
    (void)state;
    want(db, DYN_OK, event_put(db, &e, NULL));
    want(db, DYN_OK, event_update_key(db, DYN_KEY("north", "boiler-7", 42, "2024-05-17T08:29:02.742Z"), DYN_EXPR("SET value = ?", 7), NULL));
    want(db, DYN_OK, event_get_key(db, &back, DYN_KEY("north", dyn_text("boiler-7"), dyn_uint(42), 1715934542742), NULL));
    assert_true(back.value == 7);
    want(db, DYN_OK, event_delete_key(db, DYN_KEY("north", "boiler-7", 42, 1715934542742), NULL));
    want(db, DYN_NOT_FOUND, event_get(db, &e, NULL));
    want(db, DYN_OK, event_delete_key(db, DYN_KEY("north", "boiler-7", 42, 1715934542742), NULL));
}

static void a_key_with_another_number_of_values_is_refused(void **state)
{
    event e;
    (void)state;
    refuses(db, "event|3 values|4 members", event_get_key(db, &e, DYN_KEY("north", "boiler-7", 42), NULL));
    refuses(db, "event|5 values|4 members", event_get_key(db, &e, DYN_KEY("north", "boiler-7", 42, 1, 2), NULL));
    refuses(db, "event|1 values|4 members", event_delete_key(db, DYN_KEY("north"), NULL));
    refuses(db, "event|2 values|4 members", event_update_key(db, DYN_KEY("a", "b"), DYN_EXPR("SET value = ?", 1), NULL));
}

static void a_missing_item_is_not_found_and_leaves_the_struct_alone(void **state)
{
    thing t = a_thing("nowhere"), before = t;
    (void)state;
    want(db, DYN_NOT_FOUND, thing_get(db, &t, NULL));
    assert_memory_equal(&t, &before, sizeof t);
    want(db, DYN_NOT_FOUND, thing_get_key(db, &t, DYN_KEY("elsewhere"), NULL));
    assert_memory_equal(&t, &before, sizeof t);
    assert_int_equal(dyn_last_error(db)->status, DYN_OK);
}

static void a_consistent_read_asks_for_one(void **state)
{
    char body[1024];
    thing t = a_thing("a");
    (void)state;
    needs_the_gate();
    want(db, DYN_OK, thing_put(db, &t, NULL));
    want(db, DYN_OK, thing_get(db, &t, &(dyn_get_options){ .consistent = true }));
    gate_last_body(body, sizeof body);
    holds(body, "\"ConsistentRead\":true");
    want(db, DYN_OK, thing_get(db, &t, NULL));
    gate_last_body(body, sizeof body);
    assert_null(strstr(body, "ConsistentRead"));
}

static void a_failed_get_keeps_the_key_members(void **state)
{
    thing t = a_thing("a");
    event e = an_event(42);
    char body[400];
    (void)state;
    engine_put(&f, &thing_model, "\"id\":{\"S\":\"a\"},\"text\":{\"S\":\"far too long for char[16]\"}");
    want(db, DYN_BAD_ROW, thing_get(db, &t, NULL));
    assert_string_equal(t.id, "a");
    want(db, DYN_OK, event_put(db, &e, NULL));
    snprintf(body, sizeof body, "{\"TableName\":\"%sevents\",\"Key\":{\"pk\":{\"S\":\"SITE#north#DEV#boiler-7\"},\"sk\":{\"S\":\"EVENT#000042#2024-05-17T08:29:02.742Z\"}},"
             "\"UpdateExpression\":\"REMOVE #v\",\"ExpressionAttributeNames\":{\"#v\":\"value\"}}", f.prefix);
    engine_call("UpdateItem", body);
    want(db, DYN_BAD_ROW, event_get(db, &e, NULL));
    assert_string_equal(e.site, "north");
    assert_string_equal(e.device, "boiler-7");
    assert_true(e.number == 42 && e.at == 1715934542742);
    if (!gate_is_there())
        return;
    gate_rule("{\"op\":\"GetItem\",\"action\":\"cut\",\"at_body\":60,\"times\":-1}");
    e = an_event(42);
    assert_true(event_get(db, &e, NULL) >= DYN_INVALID);
    assert_string_equal(e.site, "north");
    assert_true(e.number == 42 && e.at == 1715934542742);
    gate_reset();
}

/* ---- what is read stays */

static void results_survive_writes_and_are_let_go_by_the_next_read(void **state)
{
    thing t = a_thing("a"), u = a_thing("b"), back, other;
    (void)state;
    u.slice = slice("another");
    want(db, DYN_OK, thing_put(db, &t, NULL));
    want(db, DYN_OK, thing_put(db, &u, NULL));
    want(db, DYN_OK, thing_get_key(db, &back, DYN_KEY("a"), NULL));
    want(db, DYN_OK, thing_put(db, &u, NULL));
    want(db, DYN_OK, thing_update(db, &u, DYN_EXPR("SET slice = ?", "a longer text than before"), NULL));
    assert_true(same(back.slice, "a slice"));
    want(db, DYN_OK, thing_get_key(db, &other, DYN_KEY("b"), NULL));
    assert_true(same(other.slice, "a longer text than before"));
    for (int i = 0; i < 200; i++)          /* 200 reads in 16 KB: nothing piles up */
        want(db, DYN_OK, thing_get_key(db, &other, DYN_KEY("b"), NULL));
}

static void what_was_read_may_be_changed_and_put_back(void **state)
{
    thing t = a_thing("a"), back;
    (void)state;
    want(db, DYN_OK, thing_put(db, &t, NULL));
    for (int i = 0; i < 20; i++) {
        want(db, DYN_OK, thing_get(db, &t, NULL));
        t.i32++;
        want(db, DYN_OK, thing_put(db, &t, NULL));
        want(db, DYN_OK, thing_update(db, &t, DYN_EXPR("SET where.note = ?, slice = ?", t.slice, t.where.note), NULL));
        want(db, DYN_OK, thing_update(db, &t, DYN_EXPR("SET where.note = ?, slice = ?", t.where.note, t.slice), NULL));
    }
    want(db, DYN_OK, thing_get_key(db, &back, DYN_KEY("a"), NULL));
    assert_int_equal(back.i32, 15);
    assert_true(same(back.slice, "a slice"));
    assert_true(same(back.where.note, "n"));
}

static void an_arena_keeps_texts_beyond_the_next_read(void **state)
{
    static unsigned char memory[256];
    dyn_arena arena = { .base = memory, .size = sizeof memory };
    thing t = a_thing("a"), u = a_thing("b"), first, second;
    (void)state;
    u.slice = slice("another");
    want(db, DYN_OK, thing_put(db, &t, NULL));
    want(db, DYN_OK, thing_put(db, &u, NULL));
    want(db, DYN_OK, thing_get_key(db, &first, DYN_KEY("a"), &(dyn_get_options){ .arena = &arena }));
    want(db, DYN_OK, thing_get_key(db, &second, DYN_KEY("b"), &(dyn_get_options){ .arena = &arena }));
    assert_true((const unsigned char *)first.slice.ptr >= memory && (const unsigned char *)first.slice.ptr < memory + sizeof memory);
    assert_true(same(first.slice, "a slice"));
    assert_true(same(second.slice, "another"));
    arena.size = arena.used + 3;
    want(db, DYN_NO_MEMORY, thing_get_key(db, &second, DYN_KEY("b"), &(dyn_get_options){ .arena = &arena }));
    says(db, "slice|7 bytes");
    assert_true(same(first.slice, "a slice"));
}

static void a_text_larger_than_the_client_is_refused_with_the_bytes_needed(void **state)
{
    static char big[100 * 1024 + 1], item[sizeof big + 100];
    event e = an_event(1);
    (void)state;
    memset(big, 'x', sizeof big - 1);
    e.note = slice(big);
    want(db, DYN_OK, event_put(db, &e, NULL));             /* going out it needs no memory */
    want(db, DYN_NO_MEMORY, event_get(db, &e, NULL));
    says(db, "note|102400");
    fixture larger;
    want(&larger.db, DYN_OK, fixture_open(&larger, dyn_last_error(db)->needed, &(dyn_config){ .table_prefix = f.prefix }));
    want(&larger.db, DYN_OK, event_get(&larger.db, &e, NULL));      /* with so many bytes it goes */
    assert_int_equal(e.note.len, 102400);
    fixture_close(&larger);
    snprintf(item, sizeof item, "\"id\":{\"S\":\"a\"},\"text\":{\"S\":\"%s\"}", big);
    engine_put(&f, &thing_model, item);
    thing t = a_thing("a");
    want(db, DYN_BAD_ROW, thing_get(db, &t, NULL));
    says(db, "\"text\"|102400|char[16]");
    assert_string_equal(t.id, "a");
    assert_string_equal(dyn_last_error(db)->attribute, "text");
}

/* ---- images */

static void a_put_and_a_delete_return_the_old_item(void **state)
{
    thing t = a_thing("a"), old;
    dyn_image image = { .item = &old, .found = true };
    (void)state;
    want(db, DYN_OK, thing_put(db, &t, &(dyn_write_options){ .old = &image }));
    assert_false(image.found);
    t.i32 = 99;
    want(db, DYN_OK, thing_put(db, &t, &(dyn_write_options){ .old = &image }));
    assert_true(image.found);
    assert_int_equal(old.i32, -5);
    assert_true(same(old.slice, "a slice"));
    want(db, DYN_OK, thing_delete(db, &t, &(dyn_write_options){ .old = &image }));
    assert_true(image.found);
    same_thing(&old, &t);
    want(db, DYN_OK, thing_delete(db, &t, &(dyn_write_options){ .old = &image }));
    assert_false(image.found);
}

static void an_update_returns_the_item_before_or_after(void **state)
{
    thing t = a_thing("a"), there;
    dyn_image image = { .item = &there };
    (void)state;
    want(db, DYN_OK, thing_put(db, &t, NULL));
    want(db, DYN_OK, thing_update(db, &t, DYN_EXPR("SET i32 = i32 + ?", 7), &(dyn_write_options){ .into = &image }));
    assert_true(image.found);
    assert_int_equal(there.i32, 2);
    want(db, DYN_OK, thing_update(db, &t, DYN_EXPR("SET i32 = i32 + ?", 7), &(dyn_write_options){ .old = &image }));
    assert_int_equal(there.i32, 2);
    refuses(db, "old|into", thing_update(db, &t, DYN_EXPR("SET i32 = ?", 7), &(dyn_write_options){ .into = &image, .old = &image }));
    refuses(db, "into|update", thing_put(db, &t, &(dyn_write_options){ .into = &image }));
}

static void an_update_may_return_into_its_own_key(void **state)
{
    event e = an_event(42);
    (void)state;
    want(db, DYN_OK, event_put(db, &e, NULL));
    want(db, DYN_OK, event_update(db, &e, DYN_EXPR("SET value = value + ?, note = ?", 1, "changed"), &(dyn_write_options){ .into = &(dyn_image){ .item = &e } }));
    assert_true(e.value == 2.5);
    assert_true(same(e.note, "changed"));
    assert_string_equal(e.site, "north");
}

static void an_image_tells_which_members_there_were(void **state)
{
    thing key = a_thing("a"), there;
    dyn_image image = { .item = &there };
    (void)state;
    want(db, DYN_OK, thing_update(db, &key, DYN_EXPR("SET i32 = ?, words = ?", 5, dyn_list(NULL, 0)), &(dyn_write_options){ .into = &image }));
    assert_true(image.found);
    assert_true(image.present.bits[0] == ((uint64_t)1 << 0 | (uint64_t)1 << 8 | (uint64_t)1 << 25) && image.present.bits[1] == 0);   /* id, i32, words */
    assert_int_equal(there.i32, 5);
    assert_string_equal(there.id, "a");
}

static void a_failed_condition_gives_the_stored_item(void **state)
{
    thing t = a_thing("a"), there;
    dyn_image image = { .item = &there };
    (void)state;
    want(db, DYN_OK, thing_put(db, &t, NULL));
    want(db, DYN_CONDITION_FAILED, thing_put(db, &t, &(dyn_write_options){ .when = { DYN_EXPR("attribute_not_exists(id)") }, .existing = &image }));
    assert_true(image.found);
    same_thing(&there, &t);
    assert_string_equal(dyn_last_error(db)->code, "ConditionalCheckFailedException");
    assert_false(dyn_last_error(db)->maybe_applied);
    assert_int_equal(dyn_last_error(db)->attempts, 1);
    want(db, DYN_CONDITION_FAILED, thing_update(db, &t, DYN_EXPR("SET i8 = ?", 1), &(dyn_write_options){ .when = { DYN_EXPR("i8 > ?", 5) }, .existing = &image }));
    assert_int_equal(there.i8, -1);
    want(db, DYN_CONDITION_FAILED, thing_delete(db, &t, &(dyn_write_options){ .when = { DYN_EXPR("i8 > ?", 5) }, .existing = &image }));
    assert_true(image.found);
    want(db, DYN_CONDITION_FAILED, thing_delete(db, &t, &(dyn_write_options){ .when = { DYN_EXPR("i8 > ?", 5) } }));
    image.found = true;
    t = a_thing("none");
    want(db, DYN_CONDITION_FAILED, thing_put(db, &t, &(dyn_write_options){ .when = { DYN_EXPR("attribute_exists(id)") }, .existing = &image }));
    assert_false(image.found);
    for (int i = 0; i < 100; i++) {          /* texts of such items do not pile up in 16 KB either */
        t = a_thing("a");
        want(db, DYN_CONDITION_FAILED, thing_delete(db, &t, &(dyn_write_options){ .when = { DYN_EXPR("i8 > ?", 5) }, .existing = &image }));
    }
    assert_true(same(there.slice, "a slice"));
}

/* ---- conditions */

static void conditions_hold_or_fail_as_dynamodb_has_it(void **state)
{
    thing t = a_thing("a");
    (void)state;
    want(db, DYN_OK, thing_put(db, &t, NULL));
    const struct { dyn_expr e; bool holds; } cases[] = {
        { DYN_EXPR("i32 = ?", -5), true }, { DYN_EXPR("i32 = ?", 5), false }, { DYN_EXPR("i32 <> ?", 5), true }, { DYN_EXPR("i32 <> ?", -5), false },
        { DYN_EXPR("i32 < ?", -4), true }, { DYN_EXPR("i32 < ?", -5), false }, { DYN_EXPR("i32 <= ?", -5), true }, { DYN_EXPR("i32 <= ?", -6), false },
        { DYN_EXPR("i32 > ?", -6), true }, { DYN_EXPR("i32 > ?", -5), false }, { DYN_EXPR("i32 >= ?", -5), true }, { DYN_EXPR("i32 >= ?", -4), false },
        { DYN_EXPR("? < i32", -6), true }, { DYN_EXPR("d = ?", 61.5), true }, { DYN_EXPR("d > ?", 61), true }, { DYN_EXPR("f = ?", 0.1f), true },
        { DYN_EXPR("u64 = ?", 8u), true }, { DYN_EXPR("n = ?", dyn_num("-12.50")), true }, { DYN_EXPR("n < ?", -12), true },
        { DYN_EXPR("text = ?", "hello"), true }, { DYN_EXPR("text < ?", "hellp"), true }, { DYN_EXPR("slice = ?", t.slice), true },
        { DYN_EXPR("flag = ?", true), true }, { DYN_EXPR("flag = ?", 1), true }, { DYN_EXPR("flag = ?", 0), false }, { DYN_EXPR("flag <> ?", false), true },
        { DYN_EXPR("color = ?", "green"), true }, { DYN_EXPR("color = ?", GREEN), true }, { DYN_EXPR("color = ?", "red"), false },
        { DYN_EXPR("iso = ?", 1715934542742), true }, { DYN_EXPR("iso >= ?", "2024-05-17T08:29:02.742Z"), true }, { DYN_EXPR("iso > ?", 1715934542742), false },
        { DYN_EXPR("seconds = ?", 1715934542), true }, { DYN_EXPR("millis = ?", "2024-05-17T08:29:02.742Z"), true },
        { DYN_EXPR("i32 BETWEEN ? AND ?", -5, 0), true }, { DYN_EXPR("i32 BETWEEN ? AND ?", -4, 0), false }, { DYN_EXPR("NOT i32 BETWEEN ? AND ?", -4, 0), true },
        { DYN_EXPR("i32 IN (?, ?, ?)", 1, 2, -5), true }, { DYN_EXPR("i32 IN (?)", 1), false }, { DYN_EXPR("text IN (?, ?)", "x", "hello"), true },
        { DYN_EXPR("attribute_exists(slice)"), true }, { DYN_EXPR("attribute_not_exists(slice)"), false }, { DYN_EXPR("missing(slice)"), false },
        { DYN_EXPR("NOT missing(slice)"), true }, { DYN_EXPR("attribute_type(where, ?)", "M"), true }, { DYN_EXPR("attribute_type(where, ?)", "S"), false },
        { DYN_EXPR("begins_with(text, ?)", "hel"), true }, { DYN_EXPR("begins_with(text, ?)", "el"), false }, { DYN_EXPR("contains(text, ?)", "ell"), true },
        { DYN_EXPR("contains(ints, ?)", -2), true }, { DYN_EXPR("contains(ints, ?)", 4), false }, { DYN_EXPR("contains(words, ?)", "seven77"), true },
        { DYN_EXPR("size(text) = ?", 5), true }, { DYN_EXPR("size(ints) < ?", 3), false }, { DYN_EXPR("size(words) BETWEEN ? AND ?", 1, 3), true },
        { DYN_EXPR("where.city = ?", "Ulm"), true }, { DYN_EXPR("where.floor >= ?", 4), false }, { DYN_EXPR("where.level = ?", 3), true },
        { DYN_EXPR("ints[1] = ?", -2), true }, { DYN_EXPR("ints[3] = ?", 0), false }, { DYN_EXPR("attribute_exists(ints[3])"), false }, { DYN_EXPR("words[2] = ?", "seven77"), true },
        { DYN_EXPR("i32 < i8"), true }, { DYN_EXPR("i8 < i32"), false }, { DYN_EXPR("i32 = ? AND text = ?", -5, "hello"), true },
        { DYN_EXPR("i32 = ? OR text = ?", 0, "hello"), true }, { DYN_EXPR("i32 = ? AND text = ?", 0, "hello"), false },
        { DYN_EXPR("NOT (i32 = ? AND text = ?)", 0, "hello"), true }, { DYN_EXPR("i32 = ? OR i32 = ? AND text = ?", -5, 0, "no"), true },
        { DYN_EXPR("(i32 = ? OR i32 = ?) AND text = ?", -5, 0, "no"), false }, { DYN_EXPR("NOT i32 = ? AND NOT text = ?", 0, "no"), true },
        { DYN_EXPR("ints = ?", dyn_list((const dyn_arg[]){ dyn_int(1), dyn_int(-2), dyn_int(3) }, 3)), true },
        { DYN_EXPR("ints = ?", dyn_list((const dyn_arg[]){ dyn_int(1) }, 1)), false }, { DYN_EXPR("text = ?", dyn_null()), false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        dyn_write_options o = { .when = { { .text = NULL }, cases[i].e } };
        dyn_status s = thing_put(db, &t, &o);
        if (s != (cases[i].holds ? DYN_OK : DYN_CONDITION_FAILED))
            print_error("%s\n", cases[i].e.text);
        want(db, cases[i].holds ? DYN_OK : DYN_CONDITION_FAILED, s);
    }
}

static void missing_means_absent_or_null(void **state)
{
    thing key = a_thing("a");
    (void)state;
    engine_put(&f, &thing_model, "\"id\":{\"S\":\"a\"},\"text\":{\"NULL\":true}");
    want(db, DYN_OK, thing_update(db, &key, DYN_EXPR("SET i8 = ?", 1), &(dyn_write_options){ .when = { DYN_EXPR("missing(text) AND missing(slice)") } }));
    want(db, DYN_CONDITION_FAILED, thing_update(db, &key, DYN_EXPR("SET i8 = ?", 1), &(dyn_write_options){ .when = { DYN_EXPR("missing(i8)") } }));
    want(db, DYN_OK, thing_update(db, &key, DYN_EXPR("SET i8 = ?", 1), &(dyn_write_options){ .when = { DYN_EXPR("missing(slice) OR i8 = ?", 3), DYN_EXPR("i8 = ?", 1) } }));
    want(db, DYN_CONDITION_FAILED, thing_update(db, &key, DYN_EXPR("SET i8 = ?", 1), &(dyn_write_options){ .when = { DYN_EXPR("missing(slice) OR i8 = ?", 3), DYN_EXPR("i8 = ?", 2) } }));
}

static void conditions_are_joined_by_and(void **state)
{
    thing t = a_thing("a");
    (void)state;
    want(db, DYN_OK, thing_put(db, &t, NULL));
    want(db, DYN_OK, thing_put(db, &t, &(dyn_write_options){ .when = { DYN_EXPR("i8 = ?", -1), { .text = "" }, DYN_EXPR("u8 = ? OR u8 = ?", 3, 2), DYN_EXPR("i16 = ?", -3) } }));
    want(db, DYN_CONDITION_FAILED, thing_put(db, &t, &(dyn_write_options){ .when = { DYN_EXPR("i8 = ? OR i8 = ?", -1, 5), DYN_EXPR("u8 = ?", 3) } }));
}

/* ---- updates */

/* Makes the change on a fresh thing "a" and looks at what is stored. */
static void changed(dyn_expr change, const char *parts)
{
    thing t = a_thing("a");
    dyn_status s;

    want(db, DYN_OK, thing_put(db, &t, NULL));
    s = thing_update(db, &t, change, NULL);
    if (s != DYN_OK)
        print_error("%s\n", change.text);
    want(db, DYN_OK, s);
    holds(stored(), parts);
}

static void updates_do_what_their_language_says(void **state)
{
    static const dyn_arg more[] = { { DYN_ARG_INT, { .i = 8 } } };
    (void)state;
    changed(DYN_EXPR("SET i32 = ?, text = ?, flag = ?, d = ?", 12, "new", false, 2), "\"i32\":{\"N\":\"12\"}|\"text\":{\"S\":\"new\"}|\"flag\":{\"BOOL\":false}|\"d\":{\"N\":\"2\"}");
    changed(DYN_EXPR("SET i32 = i32 + ?", 12), "\"i32\":{\"N\":\"7\"}");
    changed(DYN_EXPR("SET i32 = i32 - ?, d = d + ?", 12, 0.25), "\"i32\":{\"N\":\"-17\"}|\"d\":{\"N\":\"61.75\"}");
    changed(DYN_EXPR("SET i32 = ? - i32", 12), "\"i32\":{\"N\":\"17\"}");
    changed(DYN_EXPR("SET i32 = i16 + i64"), "\"i32\":{\"N\":\"-10\"}");
    changed(DYN_EXPR("SET i32 = if_not_exists(i32, ?), text = ?", 1, "x"), "\"i32\":{\"N\":\"-5\"}|\"text\":{\"S\":\"x\"}");
    changed(DYN_EXPR("SET ints = list_append(ints, ?)", dyn_list(more, 1)), "\"ints\":{\"L\":[{\"N\":\"1\"},{\"N\":\"-2\"},{\"N\":\"3\"},{\"N\":\"8\"}]}");
    changed(DYN_EXPR("SET ints = list_append(?, ints)", dyn_list(more, 1)), "\"ints\":{\"L\":[{\"N\":\"8\"},{\"N\":\"1\"},{\"N\":\"-2\"},{\"N\":\"3\"}]}");
    changed(DYN_EXPR("SET ints[1] = ?, ints[9] = ?", 20, 21), "\"ints\":{\"L\":[{\"N\":\"1\"},{\"N\":\"20\"},{\"N\":\"3\"},{\"N\":\"21\"}]}");
    changed(DYN_EXPR("REMOVE ints[0], words[1]"), "\"ints\":{\"L\":[{\"N\":\"-2\"},{\"N\":\"3\"}]}|\"words\":{\"L\":[{\"S\":\"x\"},{\"S\":\"seven77\"}]}");
    changed(DYN_EXPR("ADD i32 ?, u8 ?", -1, 5), "\"i32\":{\"N\":\"-6\"}|\"u8\":{\"N\":\"7\"}");
    changed(DYN_EXPR("ADD where.floor ? SET where.city = ? REMOVE where.note", 4, "Bonn"), "\"level\":{\"N\":\"7\"}|\"city\":{\"S\":\"Bonn\"}");
    changed(DYN_EXPR("SET color = ?, iso = ?, seconds = ?, n = ?", RED, 0, "2024-05-17T08:29:02Z", dyn_num("1.25")),
            "\"color\":{\"S\":\"red\"}|\"iso\":{\"S\":\"1970-01-01T00:00:00.000Z\"}|\"seconds\":{\"N\":\"1715934542\"}|\"n\":{\"N\":\"1.25\"}");
    changed(DYN_EXPR("SET color = ?", "dark blue"), "\"color\":{\"S\":\"dark blue\"}");
    changed(DYN_EXPR("set text=? remove ints[2] add i8 ?", "low", 3), "\"text\":{\"S\":\"low\"}|\"i8\":{\"N\":\"2\"}");
}

static void an_update_makes_the_item_when_there_is_none(void **state)
{
    thing key = a_thing("a");
    (void)state;
    want(db, DYN_OK, thing_update(db, &key, DYN_EXPR("SET i32 = if_not_exists(i32, ?) + ? ADD u8 ?", 10, 1, 5), NULL));
    holds(stored(), "\"id\":{\"S\":\"a\"}|\"i32\":{\"N\":\"11\"}|\"u8\":{\"N\":\"5\"}");
}

static void an_update_leaves_attributes_that_the_model_does_not_know(void **state)
{
    thing key = a_thing("a");
    (void)state;
    engine_put(&f, &thing_model, "\"id\":{\"S\":\"a\"},\"i32\":{\"N\":\"1\"},\"tags\":{\"SS\":[\"x\",\"y\"]},\"raw\":{\"B\":\"AAEC\"}");
    want(db, DYN_OK, thing_update(db, &key, DYN_EXPR("SET i32 = ?", 2), NULL));
    holds(stored(), "\"i32\":{\"N\":\"2\"}|\"tags\":{\"SS\":[|\"raw\":{\"B\":\"AAEC\"}");
}

static void an_update_of_a_path_that_is_not_there_is_refused_by_the_service(void **state)
{
    thing key = a_thing("a");
    (void)state;
    engine_put(&f, &thing_model, "\"id\":{\"S\":\"a\"}");
    want(db, DYN_REJECTED, thing_update(db, &key, DYN_EXPR("SET where.city = ?", "Ulm"), NULL));
    says(db, "ValidationException");
    assert_int_equal(dyn_last_error(db)->http_status, 400);
    assert_true(dyn_is_callers_fault(DYN_REJECTED));
}

/* ---- what does not fit the model */

static void an_item_that_does_not_fit_the_model_is_a_bad_row(void **state)
{
    /* one attribute of a good thing replaced; what the error must say */
    static const struct { const char *attribute, *json, *says; } cases[] = {
        { "text", NULL, "\"text\"|missing|optional" },
        { "text", "{\"NULL\":true}", "\"text\"|NULL" },
        { "text", "{\"N\":\"5\"}", "\"text\"|number|text" },
        { "text", "{\"S\":\"sixteen letters.\"}", "\"text\"|16 bytes|char[16]" },
        { "text", "{\"S\":\"a\\u0000b\"}", "\"text\"|zero byte|DYN_STR" },
        { "text", "{\"SS\":[\"a\"]}", "\"text\"|set|text" },
        { "slice", "{\"B\":\"AAEC\"}", "\"slice\"|bytes (B)|text" },
        { "flag", "{\"N\":\"1\"}", "\"flag\"|number|bool" },
        { "flag", "{\"S\":\"true\"}", "\"flag\"|bool" },
        { "i8", "{\"N\":\"128\"}", "\"i8\"|128|-128 to 127" },
        { "i8", "{\"N\":\"-129\"}", "\"i8\"|-129|-128 to 127" },
        { "u8", "{\"N\":\"-1\"}", "\"u8\"|-1|0 to 255" },
        { "u8", "{\"N\":\"256\"}", "\"u8\"|256|0 to 255" },
        { "i16", "{\"N\":\"32768\"}", "\"i16\"|32768|-32768 to 32767" },
        { "u16", "{\"N\":\"65536\"}", "\"u16\"|65536|0 to 65535" },
        { "i32", "{\"N\":\"2147483648\"}", "\"i32\"|2147483648|-2147483648 to 2147483647" },
        { "u32", "{\"N\":\"1e10\"}", "\"u32\"|10000000000|0 to 4294967295" },
        { "i64", "{\"N\":\"9223372036854775808\"}", "\"i64\"|9223372036854775808|-9223372036854775808 to 9223372036854775807" },
        { "u64", "{\"N\":\"18446744073709551616\"}", "\"u64\"|18446744073709551616|0 to 18446744073709551615" },
        { "u64", "{\"N\":\"9.9e125\"}", "\"u64\"|0 to 18446744073709551615" },
        { "i32", "{\"N\":\"2.5\"}", "\"i32\"|2.5|whole number" },
        { "i32", "{\"S\":\"2\"}", "\"i32\"|text|integer" },
        { "f", "{\"N\":\"1e39\"}", "\"f\"|3.4e38" },
        { "d", "{\"S\":\"1\"}", "\"d\"|text|floating" },
        { "n", "{\"BOOL\":true}", "\"n\"|bool|dyn_number" },
        { "seconds", "{\"N\":\"4294967296\"}", "\"seconds\"|4294967296|0 to 4294967295" },
        { "millis", "{\"N\":\"0.5\"}", "\"millis\"|0.5" },
        { "iso", "{\"S\":\"17.5.2024\"}", "\"iso\"|17.5.2024|ISO 8601" },
        { "iso", "{\"N\":\"17\"}", "\"iso\"|number" },
        { "color", "{\"S\":\"purple\"}", "\"color\"|purple" },
        { "where", "{\"S\":\"Ulm\"}", "\"where\"|text|map" },
        { "where", "{\"M\":{\"city\":{\"S\":\"Ulm\"}}}", "level|missing" },
        { "where", "{\"M\":{\"city\":{\"S\":\"Ulm\"},\"level\":{\"N\":\"1e11\"}}}", "level|-2147483648 to 2147483647" },
        { "ints", "{\"L\":[{\"N\":\"1\"},{\"N\":\"2\"},{\"N\":\"3\"},{\"N\":\"4\"},{\"N\":\"5\"}]}", "\"ints\"|4 elements" },
        { "ints", "{\"L\":[{\"N\":\"1\"},{\"S\":\"2\"}]}", "\"ints\"|text|integer" },
        { "ints", "{\"L\":[{\"N\":\"1\"},{\"NULL\":true}]}", "\"ints\"|NULL" },
        { "ints", "{\"SS\":[\"1\"]}", "\"ints\"|set" },
        { "longs", "{\"L\":[{\"N\":\"-1\"}]}", "\"longs\"|-1|0 to 18446744073709551615" },
        { "reals", "{\"M\":{}}", "\"reals\"|map|list" },
        { "words", "{\"L\":[{\"S\":\"eight888\"}]}", "\"words\"|8 bytes|char[8]" },
    };
    static char item[4096], from[256];
    thing t = a_thing("a"), back;
    (void)state;
    want(db, DYN_OK, thing_put(db, &t, NULL));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        /* "name":{…} of the good item, cut out and put back as something else */
        static char good[4096], quoted[32];
        int depth = 0;
        snprintf(good, sizeof good, "%s", stored());
        snprintf(quoted, sizeof quoted, "\"%s\":", cases[i].attribute);
        char *begin = strstr(good, quoted), *end;
        assert_non_null(begin);
        for (end = begin + strlen(quoted); ; end++) {
            depth += *end == '{', depth -= *end == '}';
            if (depth == 0)
                break;
        }
        snprintf(from, sizeof from, "%s%s%s", cases[i].json ? quoted : "\"unknown\":", cases[i].json ? cases[i].json : "{\"N\":\"1\"}", "");
        char *inside = strchr(good + 8, '{') + 1, *last = strrchr(good, '}');       /* {"Item":{ … }} */
        for (int k = 0; k < 1; k++)
            while (*--last != '}') { }
        *last = '\0';
        *begin = '\0';
        snprintf(item, sizeof item, "%s%s%s", inside, from, end + 1);
        engine_put(&f, &thing_model, item);
        memset(&back, 0, sizeof back);
        snprintf(back.id, sizeof back.id, "a");
        dyn_status s = thing_get(db, &back, NULL);
        if (s != DYN_BAD_ROW)
            print_error("%s %s\n", cases[i].attribute, cases[i].json ? cases[i].json : "missing");
        want(db, DYN_BAD_ROW, s);
        says(db, cases[i].says);
        assert_string_equal(back.id, "a");
        want(db, DYN_OK, thing_put(db, &t, NULL));
        want(db, DYN_OK, thing_get(db, &back, NULL));      /* and the connection goes on */
    }
}

static void a_key_that_its_template_could_not_have_made_is_a_bad_row(void **state)
{
    static const dyn_field fields[] = { DYN_TEXT(event, site, .key_only = true), DYN_INT(event, number, .key_only = true) };
    static const dyn_model plain = { DYN_MODEL(event, fields), .table = "events", .pk = "pk = {site}", .sk = "sk = {number:6}" };
    static const dyn_model other = { DYN_MODEL(event, fields), .table = "events", .pk = "pk = {site}", .sk = "sk = X{number:5}" };
    event e = an_event(42);
    (void)state;
    engine_put(&f, &plain, "\"pk\":{\"S\":\"a\"},\"sk\":{\"S\":\"X00042\"}");
    want(db, DYN_OK, dyn_get_key(db, &other, &e, DYN_KEY("a", 42), NULL));
    assert_int_equal(e.number, 42);
    engine_put(&f, &plain, "\"pk\":{\"S\":\"a\"},\"sk\":{\"S\":\"EVENTS\"}");
    dyn_rows rows;
    dyn_scan(db, &rows, &plain, NULL);
    want(db, DYN_BAD_ROW, dyn_next(&rows, &e, sizeof e));
    says(db, "sk|template");
    dyn_finish(&rows);
}

static void unknown_attributes_are_passed_over_whatever_they_are(void **state)
{
    static char item[16384], deep[4096];
    thing t = a_thing("a"), back;
    (void)state;
    char *p = deep;
    for (int i = 0; i < 15; i++)                            /* 30 levels and a leaf, below the attribute's own */
        p += sprintf(p, "{\"M\":{\"a\":{\"L\":[");
    p += sprintf(p, "{\"S\":\"}]\\\"\"}");
    for (int i = 0; i < 15; i++)
        p += sprintf(p, "]}}}");
    want(db, DYN_OK, thing_put(db, &t, NULL));
    static char good[4096];
    snprintf(good, sizeof good, "%s", stored());
    char *inside = strchr(good + 8, '{') + 1;
    good[strlen(good) - 2] = '\0';
    snprintf(item, sizeof item, "\"0\":{\"SS\":[\"a\",\"\\\"]}\"]},\"1\":{\"NS\":[\"1\",\"2.5\"]},\"2\":{\"BS\":[\"AAEC\",\"/w==\"]},\"3\":{\"B\":\"AAEC\"},\"4\":{\"NULL\":true},"
             "\"5\":%s,\"6\":{\"L\":[]},\"7\":{\"M\":{}},\"8\":{\"S\":\"\\\\\\\"{\\u0000\\ud83d\\ude00\"},\"9\":{\"N\":\"-1e-130\"},\"10\":{\"BOOL\":false},\"\\\"odd\\\\\":{\"S\":\"x\"},%s,"
             "\"zz\":%s", deep, inside, deep);
    engine_put(&f, &thing_model, item);
    want(db, DYN_OK, thing_get_key(db, &back, DYN_KEY("a"), NULL));
    same_thing(&back, &t);
}

/* ---- what is refused before anything is sent */

static void bad_values_are_refused_by_name_and_nothing_is_sent(void **state)
{
    thing t;
    (void)state;
    t = a_thing("a"), t.d = NAN;
    refuses(db, "\"d\"|NaN|DYN_NAN_OMIT", thing_put(db, &t, NULL));
    assert_string_equal(dyn_last_error(db)->attribute, "d");
    t = a_thing("a"), t.f = INFINITY;
    refuses(db, "\"f\"|infinity", thing_put(db, &t, NULL));
    t = a_thing("a"), t.d = 1e126;
    refuses(db, "\"d\"|range", thing_put(db, &t, NULL));
    t = a_thing("a"), t.d = 1e-131;
    refuses(db, "\"d\"|range", thing_put(db, &t, NULL));
    t = a_thing("a"), t.reals[1] = NAN;
    refuses(db, "\"reals\"|NaN", thing_put(db, &t, NULL));
    t = a_thing("a"), t.slice = slice("bad \xff utf-8");
    refuses(db, "\"slice\"|UTF-8", thing_put(db, &t, NULL));
    t = a_thing("a"), t.slice = slice("\xed\xa0\x80");
    refuses(db, "\"slice\"|UTF-8", thing_put(db, &t, NULL));
    t = a_thing("a"), t.slice = (dyn_str){ NULL, 3 };
    refuses(db, "\"slice\"|pointer", thing_put(db, &t, NULL));
    t = a_thing("a"), snprintf(t.text, sizeof t.text, "\xc3");
    refuses(db, "\"text\"|UTF-8", thing_put(db, &t, NULL));
    t = a_thing("a"), memset(t.text, 'x', sizeof t.text);
    refuses(db, "\"text\"|char[16]|terminating", thing_put(db, &t, NULL));
    t = a_thing("a"), memset(t.words[1], 'x', sizeof t.words[1]);
    refuses(db, "\"words\"|char[8]|terminating", thing_put(db, &t, NULL));
    t = a_thing("a"), t.color = (enum color)5;
    refuses(db, "\"color\"|5", thing_put(db, &t, NULL));
    t = a_thing("a"), t.int_count = 5;
    refuses(db, "\"ints\"|5|4", thing_put(db, &t, NULL));
    t = a_thing("a"), t.long_count = -1;
    refuses(db, "\"longs\"|2", thing_put(db, &t, NULL));
    t = a_thing("a"), t.iso = 253402300800000;
    refuses(db, "\"iso\"|253402300800000|9999", thing_put(db, &t, NULL));
    t = a_thing("a"), snprintf(t.n.text, sizeof t.n.text, "twelve");
    refuses(db, "\"n\"|twelve|38 digits", thing_put(db, &t, NULL));
    t = a_thing("a"), snprintf(t.n.text, sizeof t.n.text, "123456789012345678901234567890123456789");
    refuses(db, "\"n\"|38 digits", thing_put(db, &t, NULL));
    t = a_thing("a"), memset(t.where.city, 'x', sizeof t.where.city);
    refuses(db, "\"city\"|terminating", thing_put(db, &t, NULL));
}

static void bad_keys_are_refused_by_name_and_nothing_is_sent(void **state)
{
    thing t = a_thing("");
    event e;
    (void)state;
    refuses(db, "\"id\"|empty", thing_put(db, &t, NULL));
    refuses(db, "\"id\"|empty", thing_get(db, &t, NULL));
    refuses(db, "\"id\"|empty", thing_delete_key(db, DYN_KEY(""), NULL));
    refuses(db, "\"id\"|empty", thing_get_key(db, &t, DYN_KEY(dyn_null()), NULL));
    refuses(db, "id|null pointer", thing_get_key(db, &t, DYN_KEY((const char *)NULL), NULL));
    refuses(db, "id|text|number", thing_get_key(db, &t, DYN_KEY(5), NULL));
    e = an_event(1), snprintf(e.site, sizeof e.site, "a#DEV#b");
    refuses(db, "\"site\"|a#DEV#b|\"#DEV#\"", event_put(db, &e, NULL));
    refuses(db, "\"site\"|a#DEV#b", event_get(db, &e, NULL));
    refuses(db, "\"site\"|a#DEV#b", event_get_key(db, &e, DYN_KEY("a#DEV#b", "d", 1, 0), NULL));
    e = an_event(1), e.site[0] = '\0';
    refuses(db, "\"site\"|empty", event_put(db, &e, NULL));
    e = an_event(1), e.device[0] = '\0';
    refuses(db, "\"device\"|empty", event_delete(db, &e, NULL));
    e = an_event(1000000);
    refuses(db, "\"number\"|1000000|7 digits|6", event_put(db, &e, NULL));
    refuses(db, "number|-1", event_get_key(db, &e, DYN_KEY("a", "d", -1, 0), NULL));
    refuses(db, "number", event_get_key(db, &e, DYN_KEY("a", "d", 1.5, 0), NULL));
    refuses(db, "number", event_get_key(db, &e, DYN_KEY("a", "d", "one", 0), NULL));
    refuses(db, "\"at\"|yesterday", event_get_key(db, &e, DYN_KEY("a", "d", 1, "yesterday"), NULL));
    e = an_event(1), memset(e.device, 'x', sizeof e.device);
    refuses(db, "\"device\"|terminating", event_put(db, &e, NULL));
}

static void bad_expressions_are_refused_with_their_position_and_nothing_is_sent(void **state)
{
    thing t = a_thing("a");
    event e = an_event(1);
    (void)state;
#define WHEN(...) thing_put(db, &t, &(dyn_write_options){ .when = { __VA_ARGS__ } })
    refuses(db, "position 1|thing|\"colour\"", WHEN(DYN_EXPR("colour = ?", 1)));
    refuses(db, "position 7|place|\"street\"", WHEN(DYN_EXPR("where.street = ?", "x")));
    refuses(db, "position 7|\"i32\"|text", WHEN(DYN_EXPR("i32 = ?", "five")));
    refuses(db, "\"text\"|number", WHEN(DYN_EXPR("text = ?", 5)));
    refuses(db, "\"flag\"", WHEN(DYN_EXPR("flag = ?", 2)));
    refuses(db, "\"color\"|purple", WHEN(DYN_EXPR("color = ?", "purple")));
    refuses(db, "\"u8\"|256|0 to 255", WHEN(DYN_EXPR("u8 = ?", 256)));
    refuses(db, "\"i32\"", WHEN(DYN_EXPR("i32 = ?", 1.5)));
    refuses(db, "NaN", WHEN(DYN_EXPR("d = ?", NAN)));
    refuses(db, "UTF-8", WHEN(DYN_EXPR("text = ?", "\xff")));
    refuses(db, "no value", WHEN(DYN_EXPR("i32 = ? AND i8 = ?", 1)));
    refuses(db, "2 values", WHEN(DYN_EXPR("i32 = ?", 1, 2)));
    refuses(db, "position", WHEN(DYN_EXPR("i32 = ", 1)));
    refuses(db, "position", WHEN(DYN_EXPR("i32 ==  ?", 1)));
    refuses(db, "thing|\"colour\"", thing_update(db, &t, DYN_EXPR("SET colour = ?", 1), NULL));
    refuses(db, "part of the key", thing_update(db, &t, DYN_EXPR("SET id = ?", "b"), NULL));
    refuses(db, "part of the key", event_update(db, &e, DYN_EXPR("SET device = ?", "b"), NULL));
    refuses(db, "key_only", event_update(db, &e, DYN_EXPR("SET value = number"), NULL));
    refuses(db, "empty", thing_update(db, &t, DYN_EXPR(""), NULL));
    refuses(db, "SET, REMOVE, ADD or DELETE", thing_update(db, &t, DYN_EXPR("i32 = ?", 1), NULL));
    refuses(db, "\"u8\"|-1", thing_update(db, &t, DYN_EXPR("SET u8 = ?", -1), NULL));
    refuses(db, "set", thing_update(db, &t, DYN_EXPR("DELETE words ?", dyn_set((const dyn_arg[]){ dyn_text("x") }, 1)), NULL));
    refuses(db, "set", thing_update(db, &t, DYN_EXPR("ADD words ?", dyn_set((const dyn_arg[]){ dyn_text("x") }, 1)), NULL));
#undef WHEN
}

static void the_client_goes_on_after_every_kind_of_error(void **state)
{
    thing t = a_thing("a"), bad = a_thing("");
    (void)state;
    for (int i = 0; i < 50; i++) {
        want(db, DYN_INVALID, thing_put(db, &bad, NULL));
        want(db, DYN_INVALID, thing_update(db, &t, DYN_EXPR("SET nothing = ?", 1), NULL));
        want(db, DYN_OK, thing_put(db, &t, NULL));
        want(db, DYN_CONDITION_FAILED, thing_put(db, &t, &(dyn_write_options){ .when = { DYN_EXPR("attribute_not_exists(id)") } }));
        want(db, DYN_NOT_FOUND, thing_get_key(db, &bad, DYN_KEY("none"), NULL));
        want(db, DYN_OK, thing_get(db, &t, NULL));
    }
    if (gate_is_there())
        assert_true(gate_stat("connections") <= 1);
}

/* ---- sets */

/* True when the set has exactly these elements, in any order: DynamoDB keeps none. */
static bool has_tags(const tagged *t, const char *const *tags, size_t n)
{
    size_t found = 0;

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < t->tag_count; k++)
            found += strcmp(t->tags[k], tags[i]) == 0;
    return t->tag_count == n && found == n;
}

static void sets_are_stored_and_read(void **state)
{
    tagged t = { "s1", { "b", "a\"" }, 2, { -3, 7, 300 }, 3, { 0.1f, 2 }, 2 }, back;

    (void)state;
    want(db, DYN_OK, tagged_put(db, &t, NULL));
    want(db, DYN_OK, tagged_get_key(db, &back, DYN_KEY("s1"), NULL));
    assert_true(has_tags(&back, (const char *const[]){ "a\"", "b" }, 2));
    assert_int_equal(back.code_count, 3);
    assert_int_equal(back.codes[0] + back.codes[1] + back.codes[2], 304);
    assert_int_equal(back.mark_count, 2);
    assert_true(back.marks[0] + back.marks[1] - 2.1f == 0);
}

static void an_empty_set_is_an_absent_attribute(void **state)
{
    tagged t = { "s2", { "" }, 0, { 0 }, 0, { 0 }, 0 }, back = { "", { "x" }, 1, { 1 }, 1, { 1 }, 1 };

    (void)state;
    want(db, DYN_OK, tagged_put(db, &t, NULL));
    want(db, DYN_OK, tagged_get_key(db, &back, DYN_KEY("s2"), NULL));
    assert_true(back.tag_count == 0 && back.code_count == 0 && back.mark_count == 0);
    want(db, DYN_CONDITION_FAILED, tagged_put(db, &t, &(dyn_write_options){ .when = { DYN_EXPR("attribute_exists(tags)") } }));
}

static void elements_are_added_to_sets_and_taken_out(void **state)
{
    tagged t = { "s3", { "a", "b" }, 2, { 1 }, 1, { 0 }, 0 };
    dyn_image now = { .item = &t };

    (void)state;
    want(db, DYN_OK, tagged_put(db, &t, NULL));
    want(db, DYN_OK, tagged_update(db, &t, DYN_EXPR("ADD tags ?, codes ? DELETE marks ?", dyn_set((const dyn_arg[]){ dyn_text("b"), dyn_text("c") }, 2),
                                                    dyn_set((const dyn_arg[]){ dyn_int(5) }, 1), dyn_set((const dyn_arg[]){ dyn_int(9) }, 1)),
                                   &(dyn_write_options){ .into = &now }));
    assert_true(has_tags(&t, (const char *const[]){ "a", "b", "c" }, 3));
    assert_int_equal(t.code_count, 2);
    want(db, DYN_OK, tagged_update(db, &t, DYN_EXPR("DELETE tags ?", dyn_set((const dyn_arg[]){ dyn_text("a"), dyn_text("b"), dyn_text("c") }, 3)),
                                   &(dyn_write_options){ .when = { DYN_EXPR("contains(tags, ?) AND size(codes) = ?", "c", 2) }, .into = &now }));
    assert_int_equal(t.tag_count, 0);
    want(db, DYN_OK, tagged_update(db, &t, DYN_EXPR("SET tags = ?", dyn_set((const dyn_arg[]){ dyn_text("z") }, 1)), &(dyn_write_options){ .into = &now }));
    assert_true(has_tags(&t, (const char *const[]){ "z" }, 1));
}

static void what_is_no_set_of_the_kind_is_refused(void **state)
{
    tagged t = { "s4", { "a", "a" }, 2, { 0 }, 0, { 0 }, 0 };

    (void)state;
    refuses(db, "\"tags\"|elements 0 and 1", tagged_put(db, &t, NULL));
    t.tag_count = 5;
    refuses(db, "\"tags\"|room for 4", tagged_put(db, &t, NULL));
    refuses(db, "a number", tagged_update(db, &t, DYN_EXPR("ADD tags ?", 1), NULL));
    refuses(db, "a number", tagged_update(db, &t, DYN_EXPR("ADD tags ?", dyn_set((const dyn_arg[]){ dyn_int(1) }, 1)), NULL));
    refuses(db, "a set", tagged_update(db, &t, DYN_EXPR("SET tags = ?", "x"), NULL));
    refuses(db, "codes|65536", tagged_update(db, &t, DYN_EXPR("ADD codes ?", dyn_set((const dyn_arg[]){ dyn_int(65536) }, 1)), NULL));
}

static void sets_that_do_not_fit_are_told(void **state)
{
    tagged t = { "s5", { "" }, 0, { 0 }, 0, { 0 }, 0 };

    (void)state;
    want(db, DYN_OK, tagged_update(db, &t, DYN_EXPR("ADD tags ?", dyn_set((const dyn_arg[]){ dyn_text("12345678") }, 1)), NULL));
    want(db, DYN_BAD_ROW, tagged_get(db, &t, NULL));
    says(db, "\"tags\"|8 bytes|char[8]");
    want(db, DYN_OK, tagged_delete(db, &t, NULL));
    want(db, DYN_OK, tagged_update(db, &t, DYN_EXPR("ADD codes ?", dyn_set((const dyn_arg[]){ dyn_int(1), dyn_int(2), dyn_int(3), dyn_int(4), dyn_int(5) }, 5)), NULL));
    want(db, DYN_BAD_ROW, tagged_get(db, &t, NULL));
    says(db, "\"c\"|more than the 4");
}

#define T(test) cmocka_unit_test_setup_teardown(test, open_items, close_items)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(sets_are_stored_and_read),
        T(an_empty_set_is_an_absent_attribute),
        T(elements_are_added_to_sets_and_taken_out),
        T(what_is_no_set_of_the_kind_is_refused),
        T(sets_that_do_not_fit_are_told),
        T(every_kind_of_member_is_stored_as_its_type),
        T(texts_of_any_content_come_back),
        T(integers_come_back_at_the_limits_of_every_width),
        T(reals_come_back_bit_for_bit),
        T(numbers_keep_38_digits_and_their_exponents),
        T(iso_times_cover_the_years_0_to_9999),
        T(enums_are_stored_by_name),
        T(lists_may_be_empty_and_full),
        T(absent_members_are_not_stored),
        T(absent_and_null_attributes_get_their_initial_values),
        T(a_has_flag_tells_zero_from_absent),
        T(a_template_makes_the_key_and_key_only_members_come_from_it),
        T(an_item_is_found_changed_and_deleted_by_key_values),
        T(a_key_with_another_number_of_values_is_refused),
        T(a_missing_item_is_not_found_and_leaves_the_struct_alone),
        T(a_consistent_read_asks_for_one),
        T(a_failed_get_keeps_the_key_members),
        T(results_survive_writes_and_are_let_go_by_the_next_read),
        T(what_was_read_may_be_changed_and_put_back),
        T(an_arena_keeps_texts_beyond_the_next_read),
        T(a_text_larger_than_the_client_is_refused_with_the_bytes_needed),
        T(a_put_and_a_delete_return_the_old_item),
        T(an_update_returns_the_item_before_or_after),
        T(an_update_may_return_into_its_own_key),
        T(an_image_tells_which_members_there_were),
        T(a_failed_condition_gives_the_stored_item),
        T(conditions_hold_or_fail_as_dynamodb_has_it),
        T(missing_means_absent_or_null),
        T(conditions_are_joined_by_and),
        T(updates_do_what_their_language_says),
        T(an_update_makes_the_item_when_there_is_none),
        T(an_update_leaves_attributes_that_the_model_does_not_know),
        T(an_update_of_a_path_that_is_not_there_is_refused_by_the_service),
        T(an_item_that_does_not_fit_the_model_is_a_bad_row),
        T(a_key_that_its_template_could_not_have_made_is_a_bad_row),
        T(unknown_attributes_are_passed_over_whatever_they_are),
        T(bad_values_are_refused_by_name_and_nothing_is_sent),
        T(bad_keys_are_refused_by_name_and_nothing_is_sent),
        T(bad_expressions_are_refused_with_their_position_and_nothing_is_sent),
        T(the_client_goes_on_after_every_kind_of_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

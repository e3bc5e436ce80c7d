#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* >>model, conversions: structs to JSON and back, problems and sizes of an item. Expected texts are written by hand after the facts, sections 2.4 and 3.1. */
#include <setjmp.h>
#include <stdarg.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

typedef struct meta {
    char   fw[8];
    int8_t rssi;
} meta;
typedef struct reading {
    char          device[24];
    int64_t       taken_at;
    double        celsius;
    bool          charging;
    dyn_number    exact;
    dyn_str       note;
    unsigned char mac[6];
    meta          about;
    int16_t       vals[4];
    uint8_t       nvals;
    char          tags[3][8];
    uint8_t       ntags;
    int32_t       ids[3];
    int           nids;
    meta          more[2];
    size_t        nmore;
} reading;

static const dyn_field meta_fields[] = { DYN_TEXT(meta, fw), DYN_INT(meta, rssi) };
static const dyn_model meta_model = { DYN_MODEL(meta, meta_fields) };
static const dyn_field reading_fields[] = {
    DYN_TEXT(reading, device, .key_only = true), DYN_INT(reading, taken_at), DYN_REAL(reading, celsius, .attr = "temp"), DYN_BOOL(reading, charging),
    DYN_NUMBER(reading, exact, .optional = true), DYN_STR(reading, note, .optional = true), DYN_BYTES(reading, mac, .optional = true),
    DYN_MAP(reading, about, meta_model, .optional = true), DYN_INT_LIST(reading, vals, nvals, .optional = true), DYN_TEXT_SET(reading, tags, ntags),
    DYN_INT_SET(reading, ids, nids), DYN_MAP_LIST(reading, more, nmore, meta_model, .optional = true),
};
static const dyn_model reading_model = { DYN_MODEL(reading, reading_fields), .table = "t", .pk = "pk = DEVICE#{device}", .sk = "sk = READING#{taken_at:13}" };

static const reading one = {
    "boiler-7", 1763712000000, 61.5, true, { "9007199254740993.0" }, { "a\n\"\0", 4 }, { 0, 1, 0xff, 3, 4, 5 }, { "1.2", -70 }, { 3, -4 }, 2, { "x", "y" }, 2,
    { 7, 8 }, 2, { { "2", 1 }, { "3", 2 } }, 2
};
#define REST "\"exact\":{\"N\":\"9007199254740993.0\"},\"note\":{\"S\":\"a\\n\\\"\\u0000\"},\"mac\":{\"B\":\"AAH/AwQF\"}," \
    "\"about\":{\"M\":{\"fw\":{\"S\":\"1.2\"},\"rssi\":{\"N\":\"-70\"}}},\"vals\":{\"L\":[{\"N\":\"3\"},{\"N\":\"-4\"}]},\"tags\":{\"SS\":[\"x\",\"y\"]}," \
    "\"ids\":{\"NS\":[\"7\",\"8\"]},\"more\":{\"L\":[{\"M\":{\"fw\":{\"S\":\"2\"},\"rssi\":{\"N\":\"1\"}}},{\"M\":{\"fw\":{\"S\":\"3\"},\"rssi\":{\"N\":\"2\"}}}]}"
static const char in_table[] = "{\"pk\":{\"S\":\"DEVICE#boiler-7\"},\"sk\":{\"S\":\"READING#1763712000000\"},\"taken_at\":{\"N\":\"1763712000000\"},"
    "\"temp\":{\"N\":\"61.5\"},\"charging\":{\"BOOL\":true}," REST "}";
static const char plain[] = "{\"device\":\"boiler-7\",\"taken_at\":1763712000000,\"temp\":61.5,\"charging\":true,\"exact\":9007199254740993.0,"
    "\"note\":\"a\\n\\\"\\u0000\",\"mac\":\"AAH/AwQF\",\"about\":{\"fw\":\"1.2\",\"rssi\":-70},\"vals\":[3,-4],\"tags\":[\"x\",\"y\"],\"ids\":[7,8],"
    "\"more\":[{\"fw\":\"2\",\"rssi\":1},{\"fw\":\"3\",\"rssi\":2}]}";

static unsigned char memory[8192];
static dyn_arena arena;
static dyn_error err;
static char text[2048];

static int setup(void **state)
{
    dyn_arena fresh = { memory, sizeof memory, 0, 0, 0 };

    (void)state;
    arena = fresh;
    return 0;
}

static void writes_the_item_as_it_is_in_the_table(void **state)
{
    size_t n;

    (void)state;
    assert_int_equal(dyn_to_json(&reading_model, &one, DYN_FORM_DYNAMODB, &arena, text, sizeof text, &n, &err), DYN_OK);
    assert_string_equal(text, in_table);
    assert_int_equal(n, sizeof in_table - 1);
    assert_int_equal(arena.used, 0);
    assert_int_equal(dyn_to_json(&reading_model, &one, DYN_FORM_DYNAMODB, &arena, text, n, &n, &err), DYN_TOO_LARGE);
    assert_int_equal(n, sizeof in_table - 1);
    assert_int_equal(err.needed, sizeof in_table);
    assert_string_equal(text, "");
}

static void writes_plain_json_of_the_members(void **state)
{
    size_t n;

    (void)state;
    assert_int_equal(dyn_to_json(&reading_model, &one, DYN_FORM_PLAIN, &arena, text, sizeof text, &n, &err), DYN_OK);
    assert_string_equal(text, plain);
}

static void assert_is_one(const reading *r)
{
    assert_string_equal(r->device, "boiler-7");
    assert_int_equal(r->taken_at, 1763712000000);
    assert_true(r->celsius == 61.5 && r->charging);
    assert_string_equal(r->exact.text, "9007199254740993.0");
    assert_int_equal(r->note.len, 4);
    assert_memory_equal(r->note.ptr, "a\n\"\0", 4);
    assert_true((const unsigned char *)r->note.ptr >= memory && (const unsigned char *)r->note.ptr < memory + arena.used);
    assert_memory_equal(r->mac, one.mac, 6);
    assert_string_equal(r->about.fw, "1.2");
    assert_int_equal(r->about.rssi, -70);
    assert_true(r->nvals == 2 && r->vals[0] == 3 && r->vals[1] == -4);
    assert_true(r->ntags == 2 && r->nids == 2 && r->ids[1] == 8);
    assert_string_equal(r->tags[1], "y");
    assert_true(r->nmore == 2 && r->more[1].rssi == 2);
}

static void reads_both_forms_again(void **state)
{
    reading r;
    dyn_value v = { text, 0 };

    (void)state;
    memset(&r, 0x5a, sizeof r);
    assert_int_equal(dyn_from_json(&reading_model, &r, DYN_FORM_DYNAMODB, in_table, sizeof in_table - 1, &arena, &err), DYN_OK);
    assert_is_one(&r);
    assert_int_equal(arena.size, sizeof memory);
    memset(&r, 0x5a, sizeof r);
    assert_int_equal(dyn_from_json(&reading_model, &r, DYN_FORM_PLAIN, plain, sizeof plain - 1, &arena, &err), DYN_OK);
    assert_is_one(&r);
    assert_int_equal(dyn_value_of(&reading_model, &one, &arena, text, sizeof text, &v, &err), DYN_OK);
    assert_int_equal(dyn_value_check(v.json, v.len, &v, &err), DYN_OK);
    memset(&r, 0x5a, sizeof r);
    assert_int_equal(dyn_value_into(v, &reading_model, &r, &arena, &err), DYN_OK);
    assert_is_one(&r);
}

static void names_the_attribute_that_does_not_fit(void **state)
{
    static const struct { dyn_form form; const char *text; dyn_status status; const char *says; } bad[] = {
        { DYN_FORM_PLAIN, "", DYN_INVALID, "position 0: the text ends here, in the middle of a JSON value" },
        { DYN_FORM_PLAIN, "[1]", DYN_INVALID, "position 0: an item is an object" },
        { DYN_FORM_PLAIN, "{\"temp\":1,}", DYN_INVALID, "position 10: no JSON" },
        { DYN_FORM_PLAIN, "{\"device\":\"x\",\"taken_at\":1,\"charging\":true}", DYN_BAD_ROW, "attribute \"temp\" is missing" },
        { DYN_FORM_PLAIN, "{\"taken_at\":1,\"temp\":1,\"charging\":true}", DYN_BAD_ROW, "attribute \"device\" is missing" },
        { DYN_FORM_PLAIN, "{\"device\":\"x\",\"taken_at\":1.5,\"temp\":1,\"charging\":true}", DYN_BAD_ROW, "attribute \"taken_at\": 1.5 is no whole number" },
        { DYN_FORM_PLAIN, "{\"device\":\"x\",\"taken_at\":\"1\"}", DYN_BAD_ROW, "attribute \"taken_at\": found a text (S)" },
        { DYN_FORM_PLAIN, "{\"mac\":\"AA==\"}", DYN_BAD_ROW, "attribute \"mac\": 1 bytes do not fit unsigned char[6]" },
        { DYN_FORM_PLAIN, "{\"tags\":[1]}", DYN_INVALID, "position 9: 1 cannot stand here; the member is a string set (SS)" },
        { DYN_FORM_PLAIN, "{\"ids\":[[]]}", DYN_INVALID, "position 8: a set holds no objects and no arrays" },
        { DYN_FORM_PLAIN, "{\"temp\":1e200}", DYN_INVALID, "position 8: the number 1e200 has more than 38 digits" },
        { DYN_FORM_PLAIN, "{\"about\":{\"fw\":\"12345678\"}}", DYN_BAD_ROW, "attribute \"fw\": a text of 8 bytes does not fit char[8]" },
        { DYN_FORM_DYNAMODB, "{\"temp\":61.5}", DYN_INVALID, "position " },
        { DYN_FORM_DYNAMODB, "{\"pk\":{\"S\":\"OTHER#x\"}}", DYN_BAD_ROW, "key \"pk\": its text \"OTHER#x\" does not fit the template" },
        { DYN_FORM_DYNAMODB, "{\"temp\":{\"S\":\"x\"}}", DYN_BAD_ROW, "attribute \"temp\": found a text (S)" },
    };
    reading r;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        dyn_status s = dyn_from_json(&reading_model, &r, bad[i].form, bad[i].text, strlen(bad[i].text), &arena, &err);
        if (s != bad[i].status || strncmp(err.text, bad[i].says, strlen(bad[i].says)) != 0)
            fail_msg("%s: \"%s\" (%d), not \"%s\"", bad[i].text, err.text, (int)s, bad[i].says);
    }
}

static void says_how_large_the_arena_must_be(void **state)
{
    reading r;
    size_t size = 0, rounds = 0;
    dyn_status s = DYN_NO_MEMORY;

    (void)state;
    for (; s == DYN_NO_MEMORY && rounds < 20; rounds++) {
        dyn_arena small = { memory, size, 0, 0, 0 };
        s = dyn_from_json(&reading_model, &r, DYN_FORM_PLAIN, plain, sizeof plain - 1, &small, &err);
        if (s == DYN_NO_MEMORY)
            assert_true(err.needed > size && err.needed < sizeof memory);
        size = err.needed;
        arena = small;
    }
    assert_int_equal(s, DYN_OK);
    assert_is_one(&r);
}

static void makes_values_of_plain_json(void **state)
{
    static const char json[] = " { \"a\" : [ 1.50e2 , null , true , { } , [ ] ] , \"\\u00e9\" : \"\\ud83d\\ude00\" } ";
    static const char expected[] = "{\"M\":{\"a\":{\"L\":[{\"N\":\"1.50e2\"},{\"NULL\":true},{\"BOOL\":true},{\"M\":{}},{\"L\":[]}]},\"\\u00e9\":{\"S\":\"\\ud83d\\ude00\"}}}";
    dyn_value v = { NULL, 0 };

    (void)state;
    assert_int_equal(dyn_value_from_json(json, sizeof json - 1, text, sizeof text, &v, &err), DYN_OK);
    assert_int_equal(v.len, sizeof expected - 1);
    assert_memory_equal(v.json, expected, v.len);
    assert_int_equal(dyn_value_from_json(json, sizeof json - 1, text, v.len - 1, &v, &err), DYN_NO_MEMORY);
    assert_int_equal(err.needed, sizeof expected - 1);
    assert_int_equal(dyn_value_from_json("{\"a\":1,\"a\":2}", 13, text, sizeof text, &v, &err), DYN_INVALID);
    assert_string_equal(err.text, "the map has the name \"a\" twice");
    assert_int_equal(dyn_value_from_json("-5", 2, text, sizeof text, &v, &err), DYN_OK);
    assert_memory_equal(v.json, "{\"N\":\"-5\"}", v.len);
    assert_int_equal(dyn_value_from_json("1e126", 5, text, sizeof text, &v, &err), DYN_INVALID);
    assert_int_equal(dyn_value_from_json("\"x\" y", 5, text, sizeof text, &v, &err), DYN_INVALID);
    assert_string_equal(err.text, "position 4: behind the JSON value nothing more should stand; found y");
}

static void lists_every_problem_at_once(void **state)
{
    reading r = one;
    dyn_error problems[4];
    size_t n;

    (void)state;
    assert_int_equal(dyn_validate(&reading_model, &one, &arena, problems, 4, &n), DYN_OK);
    assert_int_equal(n, 0);
    r.taken_at = -1;
    r.celsius = (double)(0.0f / (r.nids - 2.0f));
    r.nvals = 5;
    memset(r.about.fw, 'x', 8);
    strcpy(r.tags[1], "x");
    assert_int_equal(dyn_validate(&reading_model, &r, &arena, problems, 4, &n), DYN_INVALID);
    assert_int_equal(n, 5);
    assert_string_equal(problems[0].attribute, "taken_at");
    assert_string_equal(problems[1].attribute, "temp");
    assert_string_equal(problems[2].attribute, "fw");
    assert_string_equal(problems[3].text, "attribute \"vals\": its count is 5, but there is room for 4 elements");
    assert_int_equal(arena.used, 0);
}

typedef struct rated {
    char   name[16];
    int    stars;
    char   colour[8];
    double weight;
} rated;
static const char *not_loud(const void *member, const void *item)
{
    (void)item;
    return strchr((const char *)member, '!') ? "do not shout" : NULL;
}
static const dyn_field rated_fields[] = { DYN_TEXT(rated, name, DYN_VALIDATE(not_loud)), DYN_INT(rated, stars, DYN_RANGE("0", "5")),
                                          DYN_TEXT(rated, colour, DYN_ONE_OF("red|green")), DYN_REAL(rated, weight) };
static const dyn_model rated_model = { DYN_MODEL(rated, rated_fields), .table = "rated", .pk = "name" };

/* The texts are those of the same rules in a put: tests/test_kinds.c. */
static void lists_broken_rules_among_the_problems(void **state)
{
    rated r = { "Bread", 5, "red", 0.5 };
    dyn_error problems[4];
    size_t n;

    (void)state;
    assert_int_equal(dyn_validate(&rated_model, &r, &arena, problems, 4, &n), DYN_OK);
    strcpy(r.name, "BREAD!"), r.stars = 6, strcpy(r.colour, "blue"), r.weight = (double)INFINITY;
    assert_int_equal(dyn_validate(&rated_model, &r, &arena, problems, 4, &n), DYN_INVALID);
    assert_int_equal(n, 4);
    assert_string_equal(problems[0].text, "attribute \"name\": do not shout");
    assert_string_equal(problems[1].text, "attribute \"stars\": 6 is not allowed, only 0 to 5");
    assert_string_equal(problems[2].attribute, "colour");
    assert_non_null(strstr(problems[2].text, "blue"));
    assert_string_equal(problems[3].attribute, "weight");
}

/* 2.4: names and values; "pk" 2 + 15, "sk" 2 + 21, "taken_at" 8 + 1 + 4 (8 significant digits), "temp" 4 + 3, "charging" 8 + 1, "exact" 5 + 9, "note" 4 + 4,
 * "mac" 3 + 6, "about" 5 + 3 + (1 + 2 + 3) + (1 + 4 + 1 + 1 + 1), "vals" 4 + 3 + (1 + 2) + (1 + 3), "tags" 4 + 2, "ids" 3 + 4,
 * "more" 4 + 3 + 2 * (1 + 3 + (1 + 2 + 1) + (1 + 4 + 2)). */
static void counts_the_bytes_of_an_item(void **state)
{
    size_t n, digits = 4;                      /* 1763712: 7 digits */

    (void)state;
    assert_int_equal(dyn_item_size(&reading_model, &one, &arena, &n, &err), DYN_OK);
    assert_int_equal(n, 17 + 23 + 8 + 1 + digits + 7 + 9 + 5 + 1 + 8 + 8 + 9 + 5 + 3 + 6 + 8 + 4 + 3 + 3 + 4 + 6 + 7 + 4 + 3 + 2 * (1 + 3 + 4 + 7));
}

static void names_the_largest_attribute_of_what_is_too_large(void **state)
{
    static char large[409600];
    reading r = one;
    size_t n;

    (void)state;
    memset(large, 'x', sizeof large);
    r.note.ptr = large, r.note.len = sizeof large;
    assert_int_equal(dyn_item_size(&reading_model, &r, &arena, &n, &err), DYN_TOO_LARGE);
    assert_true(n > sizeof large);
    assert_string_equal(err.attribute, "note");
    assert_int_equal(dyn_validate(&reading_model, &r, &arena, &err, 1, &n), DYN_INVALID);
    assert_string_equal(err.attribute, "note");
    r.note.len = 400000;
    assert_int_equal(dyn_item_size(&reading_model, &r, &arena, &n, &err), DYN_OK);
}

static void converts_a_nested_struct_by_itself(void **state)
{
    meta m = { "1.2", -70 }, again;
    size_t n;

    (void)state;
    assert_int_equal(dyn_to_json(&meta_model, &m, DYN_FORM_DYNAMODB, &arena, text, sizeof text, &n, &err), DYN_OK);
    assert_string_equal(text, "{\"fw\":{\"S\":\"1.2\"},\"rssi\":{\"N\":\"-70\"}}");
    assert_int_equal(dyn_from_json(&meta_model, &again, DYN_FORM_DYNAMODB, text, n, &arena, &err), DYN_OK);
    assert_int_equal(again.rssi, -70);
    assert_int_equal(dyn_item_size(&meta_model, &m, &arena, &n, &err), DYN_OK);
    assert_int_equal(n, 2 + 3 + 4 + 2 + 1);
}

/* Python's decimal says which are less; doubles would take most of these for the same. */
static void a_range_of_numbers_is_exact_to_the_last_digit(void **state)
{
    typedef struct price { char id[4]; dyn_number amount; } price;
    static const dyn_field price_fields[] = { DYN_TEXT(price, id), DYN_NUMBER(price, amount, DYN_RANGE("-0.1", "12345678901234567890.123456789")) };
    static const dyn_model price_model = { DYN_MODEL(price, price_fields), .table = "prices", .pk = "id" };
    static const struct { const char *text; bool good; } cases[] = {
        { "12345678901234567890.123456789", true }, { "12345678901234567890.1234567890", true }, { "12345678901234567890.1234567891", false },
        { "12345678901234567890.12345678", true }, { "12345678901234567890.12345679", false }, { "1.23456789012345678901234567891E19", false },
        { "1.2345678901234567890123456788E19", true }, { "-0.1", true }, { "-1E-1", true }, { "-0.10000000000000000000000000000000001", false },
        { "-0.09999999999999999999999999999999999999", true }, { "0", true }, { "-0", true }, { "", true }, { "1E-130", true }, { "-1E-130", true },
        { "99999999999999999999", false }, { "9E19", false }, { "9E18", true }, { "-9E120", false }, { "1E20", false }
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        price p = { "a", { "" } };
        size_t n;
        strcpy(p.amount.text, cases[i].text);
        dyn_status s = dyn_validate(&price_model, &p, &arena, &err, 1, &n);
        if (s != (cases[i].good ? DYN_OK : DYN_INVALID))
            fail_msg("%s: %s", cases[i].text, err.text);
        if (!cases[i].good)
            assert_non_null(strstr(err.text, "is not allowed, only -0.1 to 12345678901234567890.123456789"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(writes_the_item_as_it_is_in_the_table, setup), cmocka_unit_test_setup(writes_plain_json_of_the_members, setup),
        cmocka_unit_test_setup(reads_both_forms_again, setup), cmocka_unit_test_setup(names_the_attribute_that_does_not_fit, setup),
        cmocka_unit_test_setup(says_how_large_the_arena_must_be, setup), cmocka_unit_test_setup(makes_values_of_plain_json, setup),
        cmocka_unit_test_setup(lists_every_problem_at_once, setup),
        cmocka_unit_test_setup(lists_broken_rules_among_the_problems, setup), cmocka_unit_test_setup(counts_the_bytes_of_an_item, setup),
        cmocka_unit_test_setup(names_the_largest_attribute_of_what_is_too_large, setup), cmocka_unit_test_setup(converts_a_nested_struct_by_itself, setup),
        cmocka_unit_test(a_range_of_numbers_is_exact_to_the_last_digit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

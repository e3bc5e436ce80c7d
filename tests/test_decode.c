#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* >>model, item to struct: the short way, which takes scalars that stand whole in the window, and the steps, which take any piece, agree.
 * Given byte by byte an item goes by the steps alone. Every piece lies in a block of its own, so that a sanitizer sees a read behind it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

typedef struct inner {
    char   fw[8];
    int8_t rssi;
    char   guard;
} inner;
typedef struct item {
    char     pk[24], guard_pk, sk[9], guard_sk;
    int8_t   i8;
    uint8_t  u8;
    int16_t  i16;
    uint32_t u32;
    int64_t  i64;
    uint64_t u64;
    double   real;
    float    single;
    bool     yes;
    int64_t  at, since;
    dyn_str  slice;
    inner    meta;
    double   vals[4];
    int      nvals;
    char     names[3][5], guard_names;
    uint8_t  nnames;
} item;

static const dyn_field inner_fields[] = { DYN_TEXT(inner, fw), DYN_INT(inner, rssi) };
static const dyn_model inner_model = { DYN_MODEL(inner, inner_fields) };
static const dyn_field item_fields[] = {
    DYN_TEXT(item, pk), DYN_TEXT(item, sk), DYN_INT(item, i8, .optional = true), DYN_INT(item, u8, .optional = true), DYN_INT(item, i16, .optional = true),
    DYN_INT(item, u32, .optional = true), DYN_INT(item, i64, .optional = true), DYN_INT(item, u64, .optional = true),
    DYN_REAL(item, real, .optional = true), DYN_REAL(item, single, .optional = true), DYN_BOOL(item, yes, .optional = true),
    DYN_MILLIS(item, at, .optional = true), DYN_SECONDS(item, since, .optional = true), DYN_STR(item, slice, .optional = true),
    DYN_MAP(item, meta, inner_model, .optional = true), DYN_REAL_LIST(item, vals, nvals, .optional = true),
    DYN_TEXT_LIST(item, names, nnames, .optional = true),
};
static const dyn_model item_model = { DYN_MODEL(item, item_fields), .table = "t", .pk = "pk", .sk = "sk" };

/* What came of decoding. */
typedef struct outcome {
    int        result;
    dyn_status status;
    item       it;
    dyn_mask   present;
    char       key[2][64];
    char       slice[64];
    dyn_error  err;
} outcome;

/* Decodes the text, given in pieces: the first of `first` bytes, the others of `piece`. */
static outcome decode(const char *text, size_t first, size_t piece)
{
    static unsigned char memory[8192];
    dyn_arena work = { .base = memory, .size = sizeof memory };
    dyn__known *models = NULL, *k = dyn__known_make(&work, &item_model, &models);
    static dyn__decoder d;
    outcome o;
    size_t n = strlen(text), given = 0, have = 0;
    char *window = NULL;

    memset((void *)&o, 0, sizeof o);
    memset((void *)&d, 0, sizeof d);
    assert_non_null(k);
    d.models = models, d.err = &o.err, d.work = &work, d.want_key = true;
    dyn__decode_start(&d, k, &o.it);
    o.it.guard_pk = o.it.guard_sk = o.it.meta.guard = o.it.guard_names = 0x5a;
    o.result = DYN__MORE;
    while (o.result == DYN__MORE && given < n) {
        size_t more = given ? piece : first;
        if (more > n - given)
            more = n - given;
        char *grown = (char *)malloc(have + more);
        if (have)
            memcpy(grown, window, have);
        memcpy(grown + have, text + given, more);
        free(window);
        window = grown, have += more, given += more;
        const char *at = window, *end = window + have;
        o.result = dyn__decode(&d, &at, end);
        have = (size_t)(end - at);
        memmove(window, at, have);
    }
    free(window);
    o.status = d.status;
    o.present = d.frames[0].present;
    for (int i = 0; i < 2; i++)
        snprintf(o.key[i], sizeof o.key[i], "%.*s", (int)d.key[i].len, d.key[i].ptr ? d.key[i].ptr : "");
    snprintf(o.slice, sizeof o.slice, "%.*s", (int)o.it.slice.len, o.it.slice.ptr ? o.it.slice.ptr : "");
    o.it.slice.ptr = NULL;
    assert_int_equal(o.it.guard_pk, 0x5a);
    assert_int_equal(o.it.guard_sk, 0x5a);
    assert_int_equal(o.it.guard_names, 0x5a);
    return o;
}

static outcome whole(const char *text)
{
    return decode(text, strlen(text), 1);
}

/* The same comes of it in one piece, byte by byte, and cut in two anywhere. Returns what. */
static outcome agreed(const char *text)
{
    outcome o = whole(text);
    size_t n = strlen(text);

    for (size_t first = 1; first <= n; first++) {
        outcome other = decode(text, first, first == 1 ? 1 : n);
        if (other.result != o.result || other.status != o.status || strcmp(other.err.text, o.err.text) != 0)
            fail_msg("%s\ncut at %zu: result %d, status %d, %s\nin one piece: %d, %d, %s", text, first, other.result, (int)other.status, other.err.text,
                     o.result, (int)o.status, o.err.text);
        if (o.status != DYN_OK || o.result != DYN__GOOD)
            continue;
        assert_memory_equal(&other.it, &o.it, sizeof o.it);
        assert_memory_equal(&other.present, &o.present, sizeof o.present);
        assert_memory_equal(other.key, o.key, sizeof o.key);
        assert_string_equal(other.slice, o.slice);
    }
    return o;
}

#define KEY "\"pk\":{\"S\":\"device#0001742\"},\"sk\":{\"S\":\"a\"}"

static outcome with(const char *members)
{
    char text[512];

    snprintf(text, sizeof text, "{" KEY ",%s}", members);
    return agreed(text);
}

static void reads_every_scalar_as_the_service_writes_it(void **state)
{
    (void)state;
    outcome o = with("\"i8\":{\"N\":\"-128\"},\"u8\":{\"N\":\"255\"},\"i16\":{\"N\":\"-1\"},\"u32\":{\"N\":\"4294967295\"},"
                     "\"i64\":{\"N\":\"-9007199254740993\"},"
                     "\"u64\":{\"N\":\"18446744073709551615\"},\"real\":{\"N\":\"21.742\"},\"single\":{\"N\":\"-0.5\"},\"yes\":{\"BOOL\":true},"
                     "\"at\":{\"N\":\"1763712000123\"},\"since\":{\"N\":\"-5\"},\"slice\":{\"S\":\"free\"},"
                     "\"meta\":{\"M\":{\"fw\":{\"S\":\"1.4.2\"},\"rssi\":{\"N\":\"-67\"}}},"
                     "\"vals\":{\"L\":[{\"N\":\"12\"},{\"N\":\"-7\"},{\"N\":\"3.5\"}]},\"names\":{\"L\":[{\"S\":\"abcd\"},{\"S\":\"\"}]}");
    assert_int_equal(o.status, DYN_OK);
    assert_string_equal(o.it.pk, "device#0001742");
    assert_string_equal(o.it.sk, "a");
    assert_string_equal(o.key[0], "{\"S\":\"device#0001742\"}");
    assert_string_equal(o.key[1], "{\"S\":\"a\"}");
    assert_int_equal(o.it.i8, -128);
    assert_int_equal(o.it.u8, 255);
    assert_int_equal(o.it.i16, -1);
    assert_true(o.it.u32 == 4294967295u);
    assert_true(o.it.i64 == -INT64_C(9007199254740993));
    assert_true(o.it.u64 == UINT64_MAX);
    assert_true(o.it.real == 21.742);
    assert_true(o.it.single == -0.5f);
    assert_true(o.it.yes);
    assert_true(o.it.at == INT64_C(1763712000123));
    assert_true(o.it.since == -5);
    assert_string_equal(o.slice, "free");
    assert_string_equal(o.it.meta.fw, "1.4.2");
    assert_int_equal(o.it.meta.rssi, -67);
    assert_int_equal(o.it.nvals, 3);
    assert_true(o.it.vals[0] == 12 && o.it.vals[1] == -7 && o.it.vals[2] == 3.5);
    assert_int_equal(o.it.nnames, 2);
    assert_string_equal(o.it.names[0], "abcd");
    assert_string_equal(o.it.names[1], "");
}

static void a_text_of_every_length_that_fits_is_kept_whole(void **state)
{
    (void)state;
    for (int n = 1; n < 30; n++) {
        char value[32], text[128];
        for (int i = 0; i < n; i++)
            value[i] = (char)('A' + i % 26);
        value[n] = 0;
        snprintf(text, sizeof text, "{\"pk\":{\"S\":\"%s\"},\"sk\":{\"S\":\"s\"},\"yes\":{\"BOOL\":false}}", value);
        outcome o = agreed(text);
        assert_int_equal(o.status, n < 24 ? DYN_OK : DYN_BAD_ROW);
        if (n < 24)
            assert_string_equal(o.it.pk, value);
        snprintf(text, sizeof text, "{\"sk\":{\"S\":\"%s\"},\"pk\":{\"S\":\"p\"}}", value);
        o = agreed(text);
        assert_int_equal(o.status, n < 9 ? DYN_OK : DYN_BAD_ROW);
        if (n < 9)
            assert_string_equal(o.it.sk, value);
    }
}

static void a_text_with_an_escape_or_a_high_byte_anywhere_is_read_right(void **state)
{
    static const struct { const char *json, *value; } odd[] = {
        { "\\\"", "\"" }, { "\\\\", "\\" }, { "\\n", "\n" }, { "\\u0041", "A" }, { "\xc3\xa9", "\xc3\xa9" }, { "\xe2\x82\xac", "\xe2\x82\xac" },
        { "\\ud83d\\ude00", "\xf0\x9f\x98\x80" }, { "}", "}" }, { "\x7f", "\x7f" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        for (int before = 0; before < 12; before++) {
            char text[160], want[48];
            snprintf(text, sizeof text, "{\"pk\":{\"S\":\"%.*s%sxyz\"},\"sk\":{\"S\":\"s\"}}", before, "abcdefghijkl", odd[i].json);
            snprintf(want, sizeof want, "%.*s%sxyz", before, "abcdefghijkl", odd[i].value);
            outcome o = agreed(text);
            assert_int_equal(o.status, DYN_OK);
            assert_string_equal(o.it.pk, want);
        }
}

static void a_number_at_the_end_of_its_member_fits_and_one_more_does_not(void **state)
{
    static const struct { const char *member; dyn_status status; } numbers[] = {
        { "\"i8\":{\"N\":\"127\"}", DYN_OK }, { "\"i8\":{\"N\":\"128\"}", DYN_BAD_ROW }, { "\"i8\":{\"N\":\"-129\"}", DYN_BAD_ROW },
        { "\"u8\":{\"N\":\"256\"}", DYN_BAD_ROW }, { "\"u8\":{\"N\":\"-1\"}", DYN_BAD_ROW }, { "\"i16\":{\"N\":\"32767\"}", DYN_OK },
        { "\"i16\":{\"N\":\"32768\"}", DYN_BAD_ROW }, { "\"u32\":{\"N\":\"4294967296\"}", DYN_BAD_ROW },
        { "\"i64\":{\"N\":\"9223372036854775807\"}", DYN_OK }, { "\"i64\":{\"N\":\"9223372036854775808\"}", DYN_BAD_ROW },
        { "\"i64\":{\"N\":\"-9223372036854775808\"}", DYN_OK }, { "\"i64\":{\"N\":\"999999999999999999\"}", DYN_OK },
        { "\"u64\":{\"N\":\"18446744073709551616\"}", DYN_BAD_ROW }, { "\"i64\":{\"N\":\"1.5\"}", DYN_BAD_ROW }, { "\"i64\":{\"N\":\"1E3\"}", DYN_OK },
        { "\"i64\":{\"N\":\"\"}", DYN_BAD_ROW }, { "\"i64\":{\"N\":\"-\"}", DYN_BAD_ROW }, { "\"i64\":{\"N\":\"12a\"}", DYN_BAD_ROW },
        { "\"real\":{\"N\":\"1..5\"}", DYN_BAD_ROW }, { "\"real\":{\"N\":\"1e400\"}", DYN_BAD_ROW }, { "\"single\":{\"N\":\"1e39\"}", DYN_BAD_ROW },
        { "\"i64\":{\"S\":\"12\"}", DYN_BAD_ROW }, { "\"yes\":{\"N\":\"1\"}", DYN_BAD_ROW }, { "\"i64\":{\"NULL\":true}", DYN_OK },
        { "\"vals\":{\"L\":[{\"N\":\"1\"},{\"N\":\"2\"},{\"N\":\"3\"},{\"N\":\"4\"},{\"N\":\"5\"}]}", DYN_BAD_ROW },
        { "\"names\":{\"L\":[{\"S\":\"abcde\"}]}", DYN_BAD_ROW }, { "\"vals\":{\"L\":[]}", DYN_OK },
    };

    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char members[256];
        assert_int_equal(with(numbers[i].member).status, numbers[i].status);
        snprintf(members, sizeof members, "%s,\"slice\":{\"S\":\"behind it, far from the end of the window\"}", numbers[i].member);
        outcome o = with(members);
        assert_int_equal(o.status, numbers[i].status);
        assert_int_equal(o.result, DYN__GOOD);
    }
}

static void a_double_of_any_length_is_read_as_strtod_reads_it(void **state)
{
    static const char *const numbers[] = {
        "0", "-0", "0.0", "7", "-7", "3.71", "-21.742", "9007199254740992", "9007199254740993", "900719925474099.3", "0.1", "0.30000000000000004",
        "123456789012345678", "1234567890123456789", "12345678901234567.8", "0.00000000000000001", "99999999999999999.9", "1e22", "1.7976931348623157E308",
        "4.9E-324", "0.12345678901234567", "1234.5678901234567",
    };

    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char members[160];
        snprintf(members, sizeof members, "\"real\":{\"N\":\"%s\"},\"slice\":{\"S\":\"behind it, far from the end of the window\"}", numbers[i]);
        outcome o = with(members);
        double want = strtod(numbers[i], NULL);
        assert_int_equal(o.status, DYN_OK);
        assert_memory_equal(&o.it.real, &want, sizeof want);
    }
}

static void white_space_other_orders_and_unknown_attributes_change_nothing(void **state)
{
    static const char *const items[] = {
        "{ \"pk\" : { \"S\" : \"p\" } ,\t\"sk\":\n{ \"S\": \"s\"}, \"i8\" : { \"N\":\"5\" }, \"vals\": { \"L\" : [ { \"N\" :\"1\" } ,{ \"N\" : \"2\" }\r] } }",
        "{\"vals\":{\"L\":[{\"N\":\"1\"},{\"N\":\"2\"}]},\"i8\":{\"N\":\"5\"},\"sk\":{\"S\":\"s\"},\"pk\":{\"S\":\"p\"}}",
        "{\"pk\":{\"S\":\"p\"},\"odd\":{\"SS\":[\"a\"]},\"sk\":{\"S\":\"s\"},\"m\":[],\"i8\":{\"N\":\"5\"},\"vals\":{\"L\":[{\"N\":\"1\"},{\"N\":\"2\"}]}}",
        "{\"\\u0070k\":{\"S\":\"p\"},\"sk\":{\"\\u0053\":\"s\"},\"i8\":{\"N\":\"5\"},\"vals\":{\"L\":[{\"N\":\"1\"} ,{\"N\":\"2\"}\n]}}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
        outcome o = agreed(items[i]);
        assert_int_equal(o.status, DYN_OK);
        assert_string_equal(o.it.pk, "p");
        assert_string_equal(o.it.sk, "s");
        assert_int_equal(o.it.i8, 5);
        assert_int_equal(o.it.nvals, 2);
        assert_true(o.it.vals[0] == 1 && o.it.vals[1] == 2);
    }
}

static void what_is_no_item_is_refused_in_every_cut(void **state)
{
    static const char *const items[] = {
        "{\"pk\":{\"S\":\"p\"}\"sk\":{\"S\":\"s\"}}", "{\"pk\":{\"S\":\"p\"},,\"sk\":{\"S\":\"s\"}}",
        "{\"pk\":{\"S\":\"p\"]}", "{\"pk\":{\"S\":p},\"sk\":{\"S\":\"s\"}}",
        "{\"pk\":{\"S\":\"a\x01\"},\"sk\":{\"S\":\"s\"}}", "{\"pk\":{\"S\":\"\xff\"},\"sk\":{\"S\":\"s\"}}", "{\"yes\":{\"BOOL\":treu},\"sk\":{\"S\":\"s\"}}",
        "{\"yes\":{\"BOOL\":true,\"S\":\"s\"},\"sk\":{\"S\":\"s\"}}", "{\"vals\":{\"L\":[{\"N\":\"1\"}{\"N\":\"2\"}]}}",
        "{\"i8\":{\"N\":\"1\",\"S\":\"behind it\"}}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof items / sizeof *items; i++)
        assert_int_equal(agreed(items[i]).result, DYN__BAD);
}

static void an_item_without_a_required_member_names_it(void **state)
{
    (void)state;
    outcome o = agreed("{\"pk\":{\"S\":\"p\"},\"i8\":{\"N\":\"1\"}}");
    assert_int_equal(o.status, DYN_BAD_ROW);
    assert_non_null(strstr(o.err.text, "\"sk\" is missing"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_scalar_as_the_service_writes_it),
        cmocka_unit_test(a_text_of_every_length_that_fits_is_kept_whole),
        cmocka_unit_test(a_text_with_an_escape_or_a_high_byte_anywhere_is_read_right),
        cmocka_unit_test(a_number_at_the_end_of_its_member_fits_and_one_more_does_not),
        cmocka_unit_test(a_double_of_any_length_is_read_as_strtod_reads_it),
        cmocka_unit_test(white_space_other_orders_and_unknown_attributes_change_nothing),
        cmocka_unit_test(what_is_no_item_is_refused_in_every_cut),
        cmocka_unit_test(an_item_without_a_required_member_names_it),
    };

    return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}

#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* >>json, values: the check, looking in, comparing, counting, building. Each text is given in a block of its own, so that a sanitizer sees a read
 * behind it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static char *blocks[256];
static size_t block_count;

/* The text in a block of exactly its size. */
static dyn_value view(const char *text)
{
    size_t n = strlen(text);
    char *p = malloc(n ? n : 1);

    assert_non_null(p);
    assert_true(block_count < sizeof blocks / sizeof blocks[0]);
    memcpy(p, text, n);
    blocks[block_count++] = p;
    dyn_value v = { p, n };
    return v;
}

static int teardown(void **state)
{
    (void)state;
    while (block_count)
        free(blocks[--block_count]);
    return 0;
}

static dyn_status check(const char *text, dyn_error *err)
{
    dyn_value v = view(text), made;
    dyn_status s = dyn_value_check(v.json, v.len, &made, err);

    free(blocks[--block_count]);
    return s;
}

/* From the facts, section 3.1: types, numbers, sets, NULL. */
static void takes_what_dynamodb_takes(void **state)
{
    static const char *const good[] = {
        "{\"S\":\"\"}", "{\"N\":\"0\"}", "{\"N\":\"-0\"}", "{\"N\":\"+00042\"}", "{\"N\":\"1.5E2\"}", "{\"N\":\"1E-130\"}",
        "{\"N\":\"9.9999999999999999999999999999999999999E+125\"}", "{\"N\":\"-12345678901234567890123456789012345678\"}",
        "{\"B\":\"\"}", "{\"B\":\"AA==\"}", "{\"B\":\"\\/\\/8=\"}", "{\"BOOL\":true}", "{\"BOOL\":false}", "{\"NULL\":true}", "{\"M\":{}}", "{\"L\":[]}",
        "{\"SS\":[\"\",\"a\"]}", "{\"NS\":[\"1\",\"2\"]}", "{\"BS\":[\"AA==\",\"\"]}",
        " { \"M\" : { \"a\" : { \"L\" : [ { \"N\" : \"1\" } , { \"NULL\" : true } ] } , \"z\" : { \"S\" : \"\\u0000\\ud83d\\ude00\" } } } ",
    };
    dyn_error err;

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        if (check(good[i], &err) != DYN_OK)
            fail_msg("%s: %s", good[i], err.text);
}

static void names_what_is_wrong_and_where(void **state)
{
    static const struct { const char *text, *says; } bad[] = {
        { "", "position 0: the text ends here" },
        { "{}", "position 0: behind this { one of" },
        { "{\"X\":\"a\"}", "position 0: behind this { one of" },
        { "{\"S\":\"a\",\"N\":\"1\"}", "position 8: a value has exactly one type" },
        { "{\"S\":\"a\"", "position 8: the text ends here" },
        { "{\"S\":\"a", "position 7: the text ends here" },
        { "{\"S\":1}", "position 5: a text in \"quotes\"" },
        { "{\"S\":\"a\nb\"}", "position 7: in a JSON string" },
        { "{\"S\":\"\\ud800\"}", "position 6: in a JSON string" },
        { "{\"S\":\"\xff\"}", "position 6: in a JSON string" },
        { "{\"S\":\"\xc0\x80\"}", "position 6: in a JSON string" },
        { "{\"N\":1}", "position 5: a text in \"quotes\"" },
        { "{\"N\":\"\"}", "position 5: \"\" is no number" },
        { "{\"N\":\"1.\"}", "position 5: \"1.\" is no number" },
        { "{\"N\":\"NaN\"}", "position 5: \"NaN\" is no number" },
        { "{\"N\":\"123456789012345678901234567890123456789\"}", "position 5: the number 123456789012345678901234567890123456789 has more than 38 digits" },
        { "{\"N\":\"1E126\"}", "position 5: the number 1E126" },
        { "{\"N\":\"9.9E-131\"}", "position 5: the number 9.9E-131" },
        { "{\"B\":\"A\"}", "position 5: \"A\" is no base64" },
        { "{\"B\":\"AB==\"}", "position 5: \"AB==\" is no base64" },
        { "{\"B\":\"AA==AA==\"}", "position 5: \"AA==AA==\" is no base64" },
        { "{\"BOOL\":1}", "position 8: BOOL's value is true or false" },
        { "{\"NULL\":false}", "position 8: NULL's value is true" },
        { "{\"SS\":[]}", "position 7: a set has at least one element" },
        { "{\"SS\":[\"a\",\"\\u0061\"]}", "position 11: the set has \"\\u0061\" twice" },
        { "{\"NS\":[\"1\",\"2\",\"10e-1\"]}", "position 15: the set has \"10e-1\" twice" },
        { "{\"NS\":[\"0\",\"-0\"]}", "position 11: the set has \"-0\" twice" },
        { "{\"BS\":[\"AA==\",\"AA==\"]}", "position 14: the set has \"AA==\" twice" },
        { "{\"M\":{\"a\":{\"S\":\"\"},\"b\":{\"S\":\"\"},\"\\u0061\":{\"S\":\"\"}}}", "position 32: the map has the name \"\\u0061\" twice" },
        { "{\"M\":{\"\":{\"S\":\"\"}}}", "position 6: the map has an empty name, which DynamoDB does not take" },
        { "{\"M\":{\"a\":{\"M\":{\"b\":{\"S\":\"\"}, \"\":{\"S\":\"\"}}}}}", "position 30: the map has an empty name, which DynamoDB does not take" },
        { "{\"M\":{\"a\"}}", "position 9: behind a name a : should stand" },
        { "{\"M\":{\"a\":{\"S\":\"\"},}}", "position 19: a text in \"quotes\"" },
        { "{\"M\":{\"a\":\"x\"}}", "position 10: a value such as" },
        { "{\"M\":[]}", "position 5: M's value is an object" },
        { "{\"L\":[{\"S\":\"\"} {\"S\":\"\"}]}", "position 15: a , or the ] of the list" },
        { "{\"L\":{}}", "position 5: L's value is an array" },
        { "{\"S\":\"a\"} x", "position 10: behind the value nothing more" },
    };
    dyn_error err;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (check(bad[i].text, &err) != DYN_INVALID || strncmp(err.text, bad[i].says, strlen(bad[i].says)) != 0)
            fail_msg("%s: expected \"%s…\", got \"%s\"", bad[i].text, bad[i].says, err.text);
}

static void takes_32_levels_and_no_more(void **state)
{
    char text[1024];
    dyn_error err;

    (void)state;
    for (int levels = 32; levels <= 33; levels++) {
        size_t n = 0;
        for (int i = 0; i < levels; i++)
            n += (size_t)sprintf(text + n, i % 2 ? "{\"M\":{\"x\":" : "{\"L\":[");
        n += (size_t)sprintf(text + n, "{\"N\":\"1\"}");
        for (int i = levels; i-- > 0; )
            n += (size_t)sprintf(text + n, i % 2 ? "}}" : "]}");
        assert_int_equal(check(text, &err), levels == 32 ? DYN_OK : DYN_INVALID);
    }
    assert_string_equal(err.text, "position 261: nested deeper than 32 levels");
}

/* More names than a block of the search holds, the last one a repetition of one in each block. */
static void finds_a_repeated_name_among_many(void **state)
{
    static char text[8192];

    (void)state;
    for (int twice = -1; twice < 200; twice += 67) {
        size_t n = (size_t)sprintf(text, "{\"M\":{");
        for (int i = 0; i < 200; i++)
            n += (size_t)sprintf(text + n, "\"n%d\":{\"M\":{\"n1\":{\"S\":\"{\"}}},", i);
        sprintf(text + n, "\"n%d\":{\"NULL\":true}}}", twice < 0 ? 200 : twice);
        assert_int_equal(check(text, NULL), twice < 0 ? DYN_OK : DYN_INVALID);
    }
}

static const char item[] =
    "{\"M\":{\"device\":{\"S\":\"boiler-7\"},\"meta\":{\"M\":{\"fw\":{\"S\":\"1.2\\n\"},\"odd.name\":{\"L\":[{\"N\":\"7\"},{\"BOOL\":false}]}}},"
    "\"n\":{\"N\":\"-1.5E3\"},\"big\":{\"N\":\"18446744073709551615\"},\"b\":{\"B\":\"AAH/\"},\"null\":{\"NULL\":true},"
    "\"s\":{\"SS\":[\"a\\\"\",\"b\"]},\"ns\":{\"NS\":[\"3\",\"4.5\"]},\"q\\\"\\u00e9\":{\"S\":\"\\u0000x\"}}}";

static void finds_what_is_inside_by_its_path(void **state)
{
    dyn_value v = view(item), x = { "?", 1 };
    static const struct { const char *path, *json; } paths[] = {
        { "device", "{\"S\":\"boiler-7\"}" }, { "meta.fw", "{\"S\":\"1.2\\n\"}" }, { "meta.`odd.name`[1]", "{\"BOOL\":false}" }, { "s[1]", "\"b\"" },
        { "q\"\xc3\xa9", "{\"S\":\"\\u0000x\"}" }, { "meta.`odd.name`[0]", "{\"N\":\"7\"}" },
        { "nothing", NULL }, { "meta.odd", NULL }, { "s[2]", NULL }, { "device[0]", NULL }, { "device.x", NULL }, { "s[", NULL }, { "s[]", NULL },
        { "s[1", NULL }, { "s[1]x", NULL }, { "`device", NULL }, { ".", NULL }, { "meta.", NULL }, { "s[99999999999999999999999]", NULL },
    };

    (void)state;
    assert_true(dyn_value_get(v, "", &x));
    assert_ptr_equal(x.json, v.json);
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        dyn_value found = { "unchanged", 9 };
        bool there = dyn_value_get(v, paths[i].path, &found);
        if (there != (paths[i].json != NULL) || (there && (found.len != strlen(paths[i].json) || memcmp(found.json, paths[i].json, found.len) != 0)))
            fail_msg("%s: %.*s", paths[i].path, (int)found.len, found.json);
        if (!there)
            assert_int_equal(found.len, 9);
    }
    assert_int_equal(dyn_value_count(v), 9);
}

static dyn_value at(dyn_value v, const char *path)
{
    dyn_value found = { NULL, 0 };

    if (!dyn_value_get(v, path, &found))
        fail_msg("%s is not there", path);
    return found;
}

static void takes_scalars_out(void **state)
{
    dyn_value v = view(item);
    unsigned char memory[64], bytes[3];
    dyn_arena arena = { memory, sizeof memory, 0, 0, 0 }, none = { memory, 0, 0, 0, 0 };
    int64_t i = 0;
    uint64_t u = 0;
    double d = 0;
    bool yes = true;
    dyn_str s;
    char text[16];
    size_t n;

    (void)state;
    assert_int_equal(dyn_value_int(at(v, "n"), &i), DYN_OK);
    assert_int_equal(i, -1500);
    assert_int_equal(dyn_value_uint(at(v, "n"), &u), DYN_TOO_LARGE);
    assert_int_equal(dyn_value_uint(at(v, "big"), &u), DYN_OK);
    assert_true(u == UINT64_MAX);
    assert_int_equal(dyn_value_int(at(v, "big"), &i), DYN_TOO_LARGE);
    assert_int_equal(dyn_value_int(at(v, "ns[1]"), &i), DYN_INVALID);
    assert_int_equal(dyn_value_int(at(v, "device"), &i), DYN_INVALID);
    assert_int_equal(dyn_value_real(at(v, "ns[1]"), &d), DYN_OK);
    assert_true(d == 4.5);
    assert_int_equal(dyn_value_bool(at(v, "meta.`odd.name`[1]"), &yes), DYN_OK);
    assert_false(yes);
    assert_int_equal(dyn_value_bool(at(v, "n"), &yes), DYN_INVALID);
    assert_true(dyn_value_is_null(at(v, "null")));
    assert_false(dyn_value_is_null(at(v, "n")));
    assert_int_equal(dyn_value_digits(at(v, "n"), &s), DYN_OK);
    assert_memory_equal(s.ptr, "-1.5E3", s.len);

    assert_int_equal(dyn_value_text(at(v, "device"), NULL, &s), DYN_OK);      /* stands in the text */
    assert_true(s.ptr > v.json && s.ptr < v.json + v.len && s.len == 8);
    assert_int_equal(dyn_value_text(at(v, "meta.fw"), NULL, &s), DYN_NO_MEMORY);
    assert_int_equal(dyn_value_text(at(v, "meta.fw"), &none, &s), DYN_NO_MEMORY);
    assert_int_equal(dyn_value_text(at(v, "meta.fw"), &arena, &s), DYN_OK);
    assert_int_equal(s.len, 4);
    assert_memory_equal(s.ptr, "1.2\n", 4);
    assert_int_equal(dyn_value_text(at(v, "s[0]"), &arena, &s), DYN_OK);
    assert_memory_equal(s.ptr, "a\"", 2);
    assert_int_equal(dyn_value_copy(at(v, "device"), text, 8, &n), DYN_TOO_LARGE);
    assert_int_equal(n, 8);
    assert_string_equal(text, "");
    assert_int_equal(dyn_value_copy(at(v, "device"), text, 9, &n), DYN_OK);
    assert_string_equal(text, "boiler-7");
    assert_int_equal(dyn_value_copy(at(v, "q\"\xc3\xa9"), text, sizeof text, &n), DYN_OK);
    assert_int_equal(n, 2);
    assert_memory_equal(text, "\0x", 3);

    assert_int_equal(dyn_value_bytes(at(v, "b"), NULL, 0, &n), DYN_TOO_LARGE);
    assert_int_equal(n, 3);
    assert_int_equal(dyn_value_bytes(at(v, "b"), bytes, 3, &n), DYN_OK);
    assert_memory_equal(bytes, "\x00\x01\xff", 3);
    assert_int_equal(dyn_value_blob(at(v, "b"), &arena, &s), DYN_OK);
    assert_memory_equal(s.ptr, "\x00\x01\xff", 3);
    assert_int_equal(dyn_value_blob(at(v, "b"), &none, &s), DYN_NO_MEMORY);
    assert_int_equal(dyn_value_blob(at(v, "n"), &arena, &s), DYN_INVALID);
}

static void goes_through_members_and_unescapes_their_names(void **state)
{
    dyn_value v = view(item), each;
    unsigned char memory[16];
    dyn_arena arena = { memory, sizeof memory, 0, 0, 0 };
    size_t position = 0, n = 0;
    dyn_str name, text;

    (void)state;
    for (; dyn_value_next(v, &position, &name, &each); n++)
        if (n == 0)
            assert_true(dyn_value_name_is(name, "device"));
    assert_int_equal(n, 9);
    assert_true(dyn_value_name_is(name, "q\"\xc3\xa9"));
    assert_false(dyn_value_name_is(name, "q\""));
    assert_int_equal(dyn_value_name(name, &arena, &text), DYN_OK);
    assert_int_equal(text.len, 4);
    assert_memory_equal(text.ptr, "q\"\xc3\xa9", 4);
}

static void compares_as_dynamodb_does(void **state)
{
    static const struct { const char *a, *b; bool same; } pairs[] = {
        { "{\"N\":\"100\"}", "{\"N\":\"1e2\"}", true }, { "{\"N\":\"1\"}", "{\"N\":\"-1\"}", false }, { "{\"N\":\"0\"}", "{\"N\":\"-0.0\"}", true },
        { "{\"N\":\"1.50\"}", "{\"N\":\"15E-1\"}", true }, { "{\"N\":\"1.05\"}", "{\"N\":\"1.5\"}", false }, { "{\"S\":\"1\"}", "{\"N\":\"1\"}", false },
        { "{\"S\":\"a/\"}", "{\"S\":\"\\u0061\\/\"}", true }, { "{\"S\":\"a\"}", "{\"S\":\"ab\"}", false },
        { "{\"SS\":[\"a\",\"b\"]}", "{\"SS\":[\"b\",\"a\"]}", true }, { "{\"SS\":[\"a\",\"b\"]}", "{\"SS\":[\"b\",\"c\"]}", false },
        { "{\"NS\":[\"1\",\"2\"]}", "{\"NS\":[\"2.0\",\"1\"]}", true }, { "{\"SS\":[\"1\"]}", "{\"NS\":[\"1\"]}", false },
        { "{\"SS\":[\"1.0\"]}", "{\"SS\":[\"1\"]}", false },
        { "{\"L\":[{\"N\":\"1\"},{\"N\":\"2\"}]}", "{\"L\":[{\"N\":\"2\"},{\"N\":\"1\"}]}", false },
        { "{\"L\":[{\"N\":\"1\"}]}", "{\"L\":[{\"N\":\"1\"},{\"N\":\"1\"}]}", false }, { "{\"L\":[]}", "{ \"L\" : [ ] }", true },
        { "{\"M\":{\"a\":{\"N\":\"1\"},\"b\":{\"M\":{\"x\":{\"NULL\":true}}}}}", "{\"M\":{\"b\":{\"M\":{\"x\":{\"NULL\":true}}},\"a\":{\"N\":\"1.0\"}}}", true },
        { "{\"M\":{\"a\":{\"N\":\"1\"}}}", "{\"M\":{\"b\":{\"N\":\"1\"}}}", false }, { "{\"BOOL\":true}", "{\"BOOL\":false}", false }, { "", "", false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        dyn_value a = view(pairs[i].a), b = view(pairs[i].b);
        if (dyn_value_equal(a, b) != pairs[i].same || dyn_value_equal(b, a) != pairs[i].same)
            fail_msg("%s and %s", pairs[i].a, pairs[i].b);
    }
}

/* From the facts, section 2.4, counted by hand. */
static void counts_bytes_as_dynamodb_does(void **state)
{
    static const struct { const char *text; size_t size; } sizes[] = {
        { "{\"S\":\"a\\n\\u00e9\\u20ac\\ud83d\\ude00\\u0000\"}", 1 + 1 + 2 + 3 + 4 + 1 }, { "{\"S\":\"\xe2\x82\xac\"}", 3 }, { "{\"N\":\"0\"}", 1 },
        { "{\"N\":\"-00123.4500e7\"}", 1 + 1 + 3 }, { "{\"N\":\"100\"}", 2 }, { "{\"N\":\"0.001\"}", 2 }, { "{\"N\":\"12345678901234567890123456789012345678\"}", 20 },
        { "{\"B\":\"\"}", 0 }, { "{\"B\":\"AA==\"}", 1 }, { "{\"B\":\"AAA=\"}", 2 }, { "{\"B\":\"AAAA\"}", 3 }, { "{\"BOOL\":true}", 1 }, { "{\"NULL\":true}", 1 },
        { "{\"SS\":[\"ab\",\"c\"]}", 3 }, { "{\"NS\":[\"1\",\"22\"]}", 4 }, { "{\"L\":[]}", 3 }, { "{\"L\":[{\"N\":\"1\"},{\"S\":\"abc\"}]}", 3 + 1 + 2 + 1 + 3 },
        { "{\"M\":{\"ab\":{\"BOOL\":true},\"c\":{\"L\":[{\"NULL\":true}]}}}", 3 + 1 + 2 + 1 + 1 + 1 + 3 + 1 + 1 },
    };
    dyn_value whole = view("{\"M\":{\"ab\":{\"BOOL\":true},\"c\":{\"L\":[{\"NULL\":true}]}}}");

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        if (dyn_value_size(view(sizes[i].text)) != sizes[i].size)
            fail_msg("%s: %u, not %u", sizes[i].text, (unsigned)dyn_value_size(view(sizes[i].text)), (unsigned)sizes[i].size);
    assert_int_equal(dyn_value_item_size(whole), 2 + 1 + 1 + 3 + 1 + 1);
}

static void writes_plain_json(void **state)
{
    static const struct { const char *value, *plain; } texts[] = {
        { "{\"S\":\"a\\n\"}", "\"a\\n\"" }, { "{\"N\":\"1\"}", "1" }, { "{\"N\":\"-0\"}", "-0" }, { "{\"N\":\"+0012.50E+7\"}", "12.50E+7" }, { "{\"N\":\"000\"}", "0" },
        { "{\"N\":\"00.10\"}", "0.10" }, { "{\"N\":\"-00e5\"}", "-0e5" }, { "{\"N\":\"-12345678901234567890123456789012345678\"}", "-12345678901234567890123456789012345678" },
        { "{\"B\":\"AAH/\"}", "\"AAH/\"" }, { "{\"BOOL\":false}", "false" }, { "{\"NULL\":true}", "null" }, { "{\"SS\":[\"a\",\"b\"]}", "[\"a\",\"b\"]" },
        { "{\"NS\":[\"1\",\"02\"]}", "[1,2]" }, { "{ \"L\" : [ { \"N\" : \"0\" } , { \"L\" : [ ] } ] }", "[0,[]]" },
        { "{\"M\":{\"q\\\"\":{\"M\":{}},\"x\":{\"BS\":[\"\"]},\"y\":{\"N\":\"5\"}}}", "{\"q\\\"\":{},\"x\":[\"\"],\"y\":5}" },
    };
    char text[128];
    size_t n;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        dyn_value v = view(texts[i].value);
        assert_int_equal(dyn_value_to_json(v, text, sizeof text, &n), DYN_OK);
        assert_string_equal(text, texts[i].plain);
        assert_int_equal(n, strlen(text));
        assert_int_equal(dyn_value_to_json(v, text, n, &n), DYN_TOO_LARGE);
        assert_int_equal(n, strlen(texts[i].plain));
        assert_int_equal(dyn_value_to_json(v, NULL, 0, NULL), DYN_TOO_LARGE);
    }
    assert_int_equal(dyn_value_to_json(view("{"), text, sizeof text, &n), DYN_INVALID);
}

static void builds_what_it_is_told(void **state)
{
    char buffer[512];
    dyn_build b;
    dyn_value v;
    dyn_error err;
    dyn_str zero = { "\0\"", 2 };
    static const char expected[] = "{\"M\":{\"device\":{\"S\":\"boiler\\n\"},\"n\":{\"N\":\"-5\"},\"u\":{\"N\":\"18446744073709551615\"},\"r\":{\"N\":\"61.5\"},"
        "\"big\":{\"N\":\"1e-130\"},\"on\":{\"BOOL\":true},\"no\":{\"NULL\":true},\"b\":{\"B\":\"AAH/\"},\"l\":{\"L\":[{\"S\":\"\\u0000\\\"\"},{\"M\":{}}]},"
        "\"s\":{\"NS\":[\"1\",\"2.5\"]},\"copy\":{\"N\":\"-5\"}}}";

    (void)state;
    dyn_build_begin(&b, buffer, sizeof buffer);
    dyn_build_map(&b, NULL);
    dyn_build_text(&b, "device", "boiler\n");
    dyn_build_int(&b, "n", -5);
    dyn_build_uint(&b, "u", UINT64_MAX);
    dyn_build_real(&b, "r", 61.5);
    dyn_build_number(&b, "big", "1e-130");
    dyn_build_bool(&b, "on", true);
    dyn_build_null(&b, "no");
    dyn_build_bytes(&b, "b", "\x00\x01\xff", 3);
    dyn_build_list(&b, "l");
    dyn_build_slice(&b, NULL, zero);
    dyn_build_map(&b, NULL);
    dyn_build_close(&b);
    dyn_build_close(&b);
    dyn_build_set(&b, "s", DYN_TYPE_NS);
    dyn_build_int(&b, NULL, 1);
    dyn_build_real(&b, NULL, 2.5);
    dyn_build_close(&b);
    v.json = "{\"N\":\"-5\"}", v.len = 10;
    dyn_build_value(&b, "copy", v);
    dyn_build_close(&b);
    assert_int_equal(dyn_build_end(&b, &v, &err), DYN_OK);
    assert_int_equal(v.len, sizeof expected - 1);
    assert_memory_equal(v.json, expected, v.len);
}

static void says_what_was_built_wrong(void **state)
{
    char buffer[64];
    dyn_build b;
    dyn_error err;

    (void)state;
    dyn_build_begin(&b, buffer, sizeof buffer);
    dyn_build_map(&b, NULL);
    dyn_build_int(&b, NULL, 1);
    dyn_build_close(&b);
    dyn_build_close(&b);
    assert_int_equal(dyn_build_end(&b, NULL, &err), DYN_INVALID);
    assert_string_equal(err.text, "dyn_build: a member of a map needs a name");

    dyn_build_begin(&b, buffer, sizeof buffer);
    dyn_build_set(&b, NULL, DYN_TYPE_SS);
    dyn_build_int(&b, NULL, 1);
    assert_int_equal(dyn_build_end(&b, NULL, &err), DYN_INVALID);
    assert_string_equal(err.text, "dyn_build: an element of a set is of the set's type");

    dyn_build_begin(&b, buffer, sizeof buffer);
    dyn_build_set(&b, NULL, DYN_TYPE_BS);
    dyn_build_close(&b);
    assert_int_equal(dyn_build_end(&b, NULL, NULL), DYN_INVALID);

    dyn_build_begin(&b, buffer, sizeof buffer);
    dyn_build_map(&b, NULL);
    dyn_build_int(&b, "a", 1);
    dyn_build_int(&b, "a", 2);
    dyn_build_close(&b);
    assert_int_equal(dyn_build_end(&b, NULL, &err), DYN_INVALID);
    assert_string_equal(err.text, "the map has the name \"a\" twice");

    dyn_build_begin(&b, buffer, sizeof buffer);
    dyn_build_list(&b, NULL);
    assert_int_equal(dyn_build_end(&b, NULL, &err), DYN_INVALID);
    assert_string_equal(err.text, "dyn_build: a map, list or set is not closed; dyn_build_close");

    for (size_t size = 0; size < 13; size++) {
        dyn_build_begin(&b, buffer, size);
        dyn_build_text(&b, NULL, "12345");
        assert_int_equal(dyn_build_end(&b, NULL, &err), size < 13 ? DYN_NO_MEMORY : DYN_OK);
        assert_int_equal(err.needed, 13);
    }
    dyn_build_begin(&b, buffer, sizeof buffer);
    for (int i = 0; i < 33; i++)
        dyn_build_list(&b, NULL);
    assert_int_equal(dyn_build_end(&b, NULL, &err), DYN_INVALID);
    assert_string_equal(err.text, "dyn_build: nested deeper than 32 levels");
}

/* Of 200 elements or members in every order that steps of 3 and 7 make, and one that differs. */
static void sets_and_maps_are_compared_in_any_order(void **state)
{
    static const char *const forms[] = { "\"n\\u002d%d\"", "\"n-%d\"", "\"%d\"", "\"%d.0\"", "\"k%d\":{\"N\":\"%d\"}", "\"\\u006b%d\":{\"N\":\"%d.00\"}" };
    static const char *const heads[] = { "{\"SS\":[", "{\"NS\":[", "{\"M\":{" };
    static char text[3][16384];

    (void)state;
    for (int kind = 0; kind < 3; kind++)
        for (int other = 0; other < 4; other++) {
            dyn_value v[2];
            for (int which = 0; which < 2; which++) {
                size_t n = (size_t)sprintf(text[which], "%s", heads[kind]);
                for (int i = 0; i < 200; i++) {
                    int x = which ? (i * (other ? 7 : 3) + 11) % 200 : i, value = which && other == 2 && x == 150 ? 9999 : x;
                    n += (size_t)sprintf(text[which] + n, i ? "," : "");
                    n += (size_t)sprintf(text[which] + n, forms[2 * kind + which], kind == 2 && other == 2 ? x : value, value);
                }
                if (which && other == 3)
                    n += (size_t)sprintf(text[which] + n, ","), n += (size_t)sprintf(text[which] + n, forms[2 * kind], 777, 777);
                sprintf(text[which] + n, kind == 2 ? "}}" : "]}");
                assert_int_equal(dyn_value_check(text[which], strlen(text[which]), &v[which], NULL), DYN_OK);
            }
            assert_int_equal(dyn_value_equal(v[0], v[1]), other < 2);
            assert_int_equal(dyn_value_equal(v[1], v[0]), other < 2);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(takes_what_dynamodb_takes, teardown),
        cmocka_unit_test_teardown(names_what_is_wrong_and_where, teardown),
        cmocka_unit_test_teardown(takes_32_levels_and_no_more, teardown),
        cmocka_unit_test_teardown(finds_a_repeated_name_among_many, teardown),
        cmocka_unit_test_teardown(finds_what_is_inside_by_its_path, teardown),
        cmocka_unit_test_teardown(takes_scalars_out, teardown),
        cmocka_unit_test_teardown(goes_through_members_and_unescapes_their_names, teardown),
        cmocka_unit_test_teardown(compares_as_dynamodb_does, teardown),
        cmocka_unit_test_teardown(counts_bytes_as_dynamodb_does, teardown),
        cmocka_unit_test_teardown(writes_plain_json, teardown),
        cmocka_unit_test(builds_what_it_is_told),
        cmocka_unit_test(says_what_was_built_wrong),
        cmocka_unit_test(sets_and_maps_are_compared_in_any_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

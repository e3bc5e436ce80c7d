#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* >>json: strings written and read, JSON passed over with its grammar checked. Expected values are from RFC 8259 and RFC 3629;
 * the kinds of documents are those of JSONTestSuite (github.com/nst/JSONTestSuite), written anew. py_json.py compares with Python by the
 * thousands. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define TEXT(s)  (s), sizeof(s) - 1

/* ---- writing ---- */

static void writes_as(const char *p, size_t n, const char *want, size_t want_len)
{
    char buf[512], piece[8];
    dyn__writer w = { buf, sizeof buf, 0, 0, 0, NULL, NULL };

    dyn__put_json(&w, p, n);
    assert_int_equal(w.len, want_len);
    assert_memory_equal(buf, want, want_len);
    for (size_t from = 0; from <= want_len; from++) {         /* the same, made again from any byte on */
        dyn__writer part = { piece, sizeof piece, 0, from, 0, NULL, NULL };
        size_t wanted = want_len - from < sizeof piece ? want_len - from : sizeof piece;
        dyn__put_json(&part, p, n);
        assert_int_equal(part.pos, want_len);
        assert_int_equal(part.len, wanted);
        assert_memory_equal(piece, want + from, wanted);
    }
}

static void writes_plain_text_between_quotes(void **state)
{
    (void)state;
    writes_as(TEXT(""), TEXT("\"\""));
    writes_as(TEXT("boiler-7"), TEXT("\"boiler-7\""));
    writes_as(TEXT("01234567890123456789"), TEXT("\"01234567890123456789\""));
    writes_as(TEXT("/ and \x7f"), TEXT("\"/ and \x7f\""));
    writes_as(TEXT("gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80"), TEXT("\"gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80\""));
}

static void writes_quote_backslash_and_line_ends_with_a_backslash(void **state)
{
    (void)state;
    writes_as(TEXT("a\"b\\c\nd\re\tf"), TEXT("\"a\\\"b\\\\c\\nd\\re\\tf\""));
    writes_as(TEXT("\"\"\"\"\"\"\"\"\""), TEXT("\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\""));
    writes_as(TEXT("\xc3\xbc\"\xc3\xbc\\\xc3\xbc"), TEXT("\"\xc3\xbc\\\"\xc3\xbc\\\\\xc3\xbc\""));
}

static void writes_every_other_control_character_as_u00xx(void **state)
{
    (void)state;
    for (int c = 0; c < 0x20; c++) {
        char in[] = { 'a', 'b', (char)c, 'd' }, want[32];
        if (c == '\n' || c == '\r' || c == '\t')
            continue;
        int n = snprintf(want, sizeof want, "\"ab\\u%04xd\"", (unsigned)c);
        writes_as(in, sizeof in, want, (size_t)n);
    }
}

static void writes_a_special_character_at_each_place_of_a_word(void **state)
{
    (void)state;
    for (size_t at = 0; at < 24; at++) {
        char in[24], want[64];
        memset(in, 'x', sizeof in);
        in[at] = '"';
        int n = snprintf(want, sizeof want, "\"%.*s\\\"%.*s\"", (int)at, "xxxxxxxxxxxxxxxxxxxxxxxx", (int)(23 - at), "xxxxxxxxxxxxxxxxxxxxxxxx");
        writes_as(in, sizeof in, want, (size_t)n);
    }
}

/* ---- reading strings ---- */

/* What is read of `in`, whole, then with `first` bytes, then one byte at a time; the last byte is the closing quote or the fault. */
static void reads_as(const char *in, size_t n, const char *want, size_t want_len)
{
    char out[256];

    for (size_t first = 0; first <= n; first++) {
        const char *at = in;
        size_t len = 0;
        int r = DYN__MORE;
        char *exact = (char *)malloc(n ? n : 1);             /* of the right size, for the sanitizers */
        size_t seen = first, done = 0;
        memcpy(exact, in, first);
        at = exact;
        r = dyn__take_string(&at, exact + seen, out, sizeof out, &len);
        while (r == DYN__MORE && seen < n) {
            done = (size_t)(at - exact);
            exact[seen] = in[seen];
            seen++;
            at = exact + done;
            r = dyn__take_string(&at, exact + seen, out, sizeof out, &len);
        }
        assert_int_equal(r, DYN__GOOD);
        assert_ptr_equal(at, exact + n);
        assert_int_equal(len, want_len);
        assert_memory_equal(out, want, want_len);
        free(exact);
    }
    const char *at = in;
    size_t len = 0;
    assert_int_equal(dyn__take_string(&at, in + n, NULL, SIZE_MAX, &len), DYN__GOOD);    /* only counted */
    assert_int_equal(len, want_len);
}

static void reads_a_string_in_every_split(void **state)
{
    (void)state;
    reads_as(TEXT("\""), TEXT(""));
    reads_as(TEXT("abc\""), TEXT("abc"));
    reads_as(TEXT("0123456789abcdef0123456789\""), TEXT("0123456789abcdef0123456789"));
    reads_as(TEXT("gr\xc3\xbc\xc3\x9f \xe2\x82\xac\xf0\x9f\x98\x80.\""), TEXT("gr\xc3\xbc\xc3\x9f \xe2\x82\xac\xf0\x9f\x98\x80."));
    reads_as(TEXT("\x7f\xf4\x8f\xbf\xbf\xed\x9f\xbf\xee\x80\x80\xc2\x80\xe0\xa0\x80\xf0\x90\x80\x80\""),
                  TEXT("\x7f\xf4\x8f\xbf\xbf\xed\x9f\xbf\xee\x80\x80\xc2\x80\xe0\xa0\x80\xf0\x90\x80\x80"));
}

static void reads_every_escape_in_every_split(void **state)
{
    (void)state;
    reads_as(TEXT("\\\"\\\\\\/\\b\\f\\n\\r\\t\""), TEXT("\"\\/\b\f\n\r\t"));
    reads_as(TEXT("\\u0041\\u00e9\\u00FC\\u20ac\\uFFFF\\u0000\""), TEXT("A\xc3\xa9\xc3\xbc\xe2\x82\xac\xef\xbf\xbf\0"));
    reads_as(TEXT("\\u007f\\u0080\\u07ff\\u0800\\ud7ff\\ue000\""), TEXT("\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80"));
    reads_as(TEXT("\\ud83d\\ude00\\uD800\\uDC00\\udbff\\udfff\""), TEXT("\xf0\x9f\x98\x80\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"));
    reads_as(TEXT("1234567\\n890\\\\12345678\""), TEXT("1234567\n890\\12345678"));
}

static void refuses_what_is_no_string(void **state)
{
    static const struct { const char *in; size_t len; } cases[] = {
        { TEXT("\\x41\"") }, { TEXT("\\a\"") }, { TEXT("\\'\"") }, { TEXT("\\0\"") }, { TEXT("\\U0041\"") }, { TEXT("\\ \"") }, { TEXT("\\\n\"") },
        { TEXT("\\u00g0\"...") }, { TEXT("\\u 041\"..") }, { TEXT("\\u-041\"..") }, { TEXT("\\u00\"........") }, { TEXT("\\u\"..........") },
        { TEXT("\\ude00\"") }, { TEXT("\\udc00\\ud800\"") }, { TEXT("\\ud83d\"") }, { TEXT("\\ud83dx\"") }, { TEXT("\\ud83d\\n\"") },
        { TEXT("\\ud83d\\u0041\"") }, { TEXT("\\ud83d\\ud83d\"") }, { TEXT("\\ud83d\\ue000\"") }, { TEXT("\\ud83d\\u00g0\"") }, { TEXT("\\uDBFF\\\\\"") },
        { TEXT("\x80\"") }, { TEXT("\xbf\"") }, { TEXT("\xc0\x80\"") }, { TEXT("\xc1\xbf\"") }, { TEXT("\xc3\"") }, { TEXT("\xc3(\"") },
        { TEXT("\xe0\x80\x80\"") }, { TEXT("\xe0\x9f\xbf\"") }, { TEXT("\xe2\x82\"..") }, { TEXT("\xe2(\xa1\"") }, { TEXT("\xed\xa0\x80\"") }, { TEXT("\xed\xbf\xbf\"") },
        { TEXT("\xf0\x80\x80\x80\"") }, { TEXT("\xf0\x8f\xbf\xbf\"") }, { TEXT("\xf0\x9f\x98\"..") }, { TEXT("\xf4\x90\x80\x80\"") }, { TEXT("\xf5\x80\x80\x80\"") },
        { TEXT("\xf8\x88\x80\x80\x80\"") }, { TEXT("\xfe\"") }, { TEXT("\xff\"") }, { TEXT("\0\"") }, { TEXT("\n\"") }, { TEXT("\t\"") }, { TEXT("\r\"") }, { TEXT("\x1f\"") },
        { TEXT("\x01\"") }, { TEXT("0123456\x1f\"") }, { TEXT("01234567\n\"") }, { TEXT("0123456\x80\"") },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        for (int bytewise = 0; bytewise < 2; bytewise++) {
            char out[64];
            const char *at = cases[i].in, *end = at + cases[i].len;
            size_t len = 0;
            int r = DYN__MORE;
            for (const char *to = bytewise ? at : end; r == DYN__MORE && to <= end; to++)
                r = dyn__take_string(&at, to, out, sizeof out, &len);
            if (r != DYN__BAD)
                fail_msg("case %u is taken: %d", (unsigned)i, r);
        }
}

static void takes_every_byte_from_space_on_and_none_below(void **state)
{
    (void)state;
    for (int c = 0; c < 128; c++)
        for (size_t place = 0; place < 9; place++) {
            char in[] = "........!\"", out[16];
            const char *at = in;
            size_t len = 0;
            in[place] = (char)c;
            int r = dyn__take_string(&at, in + sizeof in - 1, out, sizeof out, &len);
            assert_int_equal(r, c == '\\' && place == 8 ? DYN__MORE : c < 0x20 || c == '\\' ? DYN__BAD : DYN__GOOD);
            if (r == DYN__GOOD)
                assert_int_equal(len, c == '"' ? place : 9);
        }
}

static void says_full_at_the_byte_that_has_no_room_and_goes_on_from_there(void **state)
{
    static const char in[] = "abc\xe2\x82\xac\\ud83d\\ude00\\nxyz0123456789\"", text[] = "abc\xe2\x82\xac\xf0\x9f\x98\x80\nxyz0123456789";
    size_t whole = sizeof text - 1;

    (void)state;
    for (size_t cap = 0; cap <= whole + 1; cap++) {
        char *out = (char *)malloc(cap ? cap : 1);
        const char *at = in;
        size_t len = 0;
        int r = dyn__take_string(&at, in + sizeof in - 1, out, cap, &len);
        assert_int_equal(r, cap >= whole ? DYN__GOOD : DYN__FULL);
        assert_in_range(len, cap >= whole ? whole : cap < 3 ? 0 : cap - 3, cap);        /* never half a character */
        assert_memory_equal(out, text, len);
        if (r == DYN__FULL)
            assert_int_equal(dyn__take_string(&at, in + sizeof in - 1, NULL, SIZE_MAX, &len), DYN__GOOD);
        assert_int_equal(len, whole);
        assert_ptr_equal(at, in + sizeof in - 1);
        free(out);
    }
}

/* ---- characters ---- */

static void takes_a_character_behind_white_space_or_leaves_the_place(void **state)
{
    static const char in[] = " \t\r\n:x", blank[] = "  ";
    const char *at = in;

    (void)state;
    assert_int_equal(dyn__take_char(&at, in + 6, ','), DYN__BAD);
    assert_ptr_equal(at, in);
    assert_int_equal(dyn__take_char(&at, in + 4, ':'), DYN__MORE);
    assert_ptr_equal(at, in);
    assert_int_equal(dyn__take_char(&at, in + 6, ':'), DYN__GOOD);
    assert_ptr_equal(at, in + 5);
    assert_int_equal(dyn__peek(&at, in + 6), 'x');
    assert_ptr_equal(at, in + 5);
    at = blank;
    assert_int_equal(dyn__peek(&at, blank + 2), 0);
    at = in;
    assert_int_equal(dyn__take_char(&at, in, ':'), DYN__MORE);
    static const char feed[] = "\f:", bom[] = "\xef\xbb\xbf:", nbsp[] = "\xc2\xa0:";
    assert_int_equal(dyn__take_char((at = feed, &at), feed + 2, ':'), DYN__BAD);
    assert_int_equal(dyn__take_char((at = bom, &at), bom + 4, ':'), DYN__BAD);
    assert_int_equal(dyn__take_char((at = nbsp, &at), nbsp + 3, ':'), DYN__BAD);
}

/* ---- whole documents ---- */

/* Is it one JSON value with white space around it? A number ends with what follows it, so a blank is added. */
static bool is_json(const char *p, size_t n, size_t step)
{
    char *text = (char *)malloc(n + 1);
    dyn__skip s;
    const char *at = text, *end = text + n + 1;
    int r = DYN__MORE;

    memcpy(text, p, n);
    text[n] = ' ';
    dyn__skip_start(&s);
    for (size_t to = step < n + 1 ? step : n + 1; r == DYN__MORE; to = to + step < n + 1 ? to + step : n + 1) {
        r = dyn__skip_run(&s, &at, text + to);
        if (to == n + 1)
            break;
    }
    while (r == DYN__GOOD && at < end && dyn__is_space(*at))
        at++;
    bool good = r == DYN__GOOD && at == end;
    free(text);
    return good;
}

static const struct { bool good; const char *text; size_t len; } documents[] = {
    /* arrays */
    { true,  TEXT("[]") }, { true, TEXT("[ ]") }, { true, TEXT("[[]   ]") }, { true, TEXT("[\"\"]") }, { true, TEXT("[false]") }, { true, TEXT("[null, 1, \"1\", {}]") },
    { true,  TEXT("[1\n]") }, { true, TEXT(" [1]") }, { true, TEXT("[2] ") }, { true, TEXT("[1,null,null,null,2]") }, { true, TEXT("\n[\r1\t,\n2 ]\r\n") },
    { false, TEXT("[1 true]") }, { false, TEXT("[\"\": 1]") }, { false, TEXT("[\"\"],") }, { false, TEXT("[,1]") }, { false, TEXT("[1,,2]") }, { false, TEXT("[\"x\",,]") },
    { false, TEXT("[\"x\"]]") }, { false, TEXT("[\"\",]") }, { false, TEXT("[\"x\"") }, { false, TEXT("[x") }, { false, TEXT("[3[4]]") }, { false, TEXT("[1:2]") }, { false, TEXT("[,]") },
    { false, TEXT("[-]") }, { false, TEXT("[   , \"\"]") }, { false, TEXT("[1,]") }, { false, TEXT("[1,") }, { false, TEXT("[*]") }, { false, TEXT("[\"\"") }, { false, TEXT("[{}") },
    { false, TEXT("]") }, { false, TEXT("[1]x") }, { false, TEXT("[][]") }, { false, TEXT("[1}") }, { false, TEXT("[\"a\0b\"]") }, { false, TEXT("[\f]") }, { false, TEXT("[\v\"a\"]") },
    { false, TEXT("[\"a\",\n4\n,1,") }, { false, TEXT("[1,\n1\n,1") }, { false, TEXT("[\xff]") }, { false, TEXT("[\xc2\xa0]") }, { false, TEXT("\xef\xbb\xbf[]") }, { false, TEXT("<.>") },
    /* words */
    { true,  TEXT("true") }, { true, TEXT("false") }, { true, TEXT("null") }, { true, TEXT(" null ") }, { false, TEXT("tru") }, { false, TEXT("fals") }, { false, TEXT("nul") },
    { false, TEXT("True") }, { false, TEXT("TRUE") }, { false, TEXT("nulls") }, { false, TEXT("truefalse") }, { false, TEXT("[nul]") }, { false, TEXT("[trUe]") }, { false, TEXT("nan") },
    { false, TEXT("[NaN]") }, { false, TEXT("[-NaN]") }, { false, TEXT("[Infinity]") }, { false, TEXT("[-Infinity]") }, { false, TEXT("[+Inf]") }, { false, TEXT("undefined") },
    /* numbers */
    { true,  TEXT("0") }, { true, TEXT("-0") }, { true, TEXT("123") }, { true, TEXT("-123") }, { true, TEXT("0.1") }, { true, TEXT("0e1") }, { true, TEXT("0E+1") }, { true, TEXT("1E-2") },
    { true,  TEXT("[123.456e78]") }, { true, TEXT("[-0.000000000000000000000000000000000000000000000000000000000000000000000000000001]") }, { true, TEXT("[20e1]") }, { true, TEXT("1e400") },
    { true,  TEXT("[123456789012345678901234567890]") }, { true, TEXT("-1") }, { true, TEXT("[4 ]") }, { true, TEXT("[0.4e00669999999999999999999999999999999]") }, { true, TEXT("1.000") },
    { false, TEXT("01") }, { false, TEXT("-01") }, { false, TEXT("00") }, { false, TEXT("[1.]") }, { false, TEXT("[.5]") }, { false, TEXT("[-.5]") }, { false, TEXT("[1.e5]") }, { false, TEXT("[1e]") },
    { false, TEXT("[1e+]") }, { false, TEXT("[1e-]") }, { false, TEXT("[0.3e]") }, { false, TEXT("[0e]") }, { false, TEXT("[0e+-1]") }, { false, TEXT("[1e1.5]") }, { false, TEXT("[+1]") }, { false, TEXT("[--1]") },
    { false, TEXT("[- 1]") }, { false, TEXT("[1 000]") }, { false, TEXT("[1_000]") }, { false, TEXT("[0x42]") }, { false, TEXT("[1+2]") }, { false, TEXT("[0.1.2]") }, { false, TEXT("[1eE2]") }, { false, TEXT("[-2.]") },
    { false, TEXT("[2.e-3]") }, { false, TEXT("[1ea]") }, { false, TEXT("[-a]") }, { false, TEXT("[0a]") }, { false, TEXT("[1\xe5]") }, { false, TEXT("-") }, { false, TEXT("1e") }, { false, TEXT("1.") },
    { false, TEXT("\xef\xbc\x91") }, { false, TEXT("[1 2]") }, { false, TEXT("1 2") }, { false, TEXT("2@") }, { false, TEXT("[1e5e5]") },
    /* objects */
    { true,  TEXT("{}") }, { true, TEXT("{ }") }, { true, TEXT("{\"a\":1}") }, { true, TEXT("{\"a\" : [ ] , \"b\":{\"\":0}}") }, { true, TEXT("{\"a\":1,\"a\":2}") }, { true, TEXT("{\"\":0}") },
    { true,  TEXT("{\"\\u0000\":1}") }, { true, TEXT("{\"x\":[{\"id\": \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}], \"y\":\"z\"}") }, { true, TEXT("{\n\"a\": []\n}") },
    { false, TEXT("{") }, { false, TEXT("}") }, { false, TEXT("{\"a\"}") }, { false, TEXT("{\"a\":}") }, { false, TEXT("{\"a\" 1}") }, { false, TEXT("{\"a\":1,}") }, { false, TEXT("{,\"a\":1}") },
    { false, TEXT("{a:1}") }, { false, TEXT("{'a':1}") }, { false, TEXT("{1:1}") }, { false, TEXT("{null:1}") }, { false, TEXT("{\"a\"::1}") }, { false, TEXT("{\"a\":1 \"b\":2}") }, { false, TEXT("{\"a\":1,,\"b\":2}") },
    { false, TEXT("{\"a\",1}") }, { false, TEXT("{\"a\":1}}") }, { false, TEXT("{\"a\":1]") }, { false, TEXT("{[]:1}") }, { false, TEXT("{\"a\":1}#") }, { false, TEXT("{\"a\":1}/**/") }, { false, TEXT("{\"a\":/**/1}") },
    { false, TEXT("{\"a\":1 // x\n}") }, { false, TEXT("{\"a\":\"b") }, { false, TEXT("{\"a\":1;\"b\":2}") }, { false, TEXT("{\"a\":1,\"b\"") }, { false, TEXT("{\"a\":1,1}") },
    /* strings */
    { true,  TEXT("\"\"") }, { true, TEXT("\"asd\"") }, { true, TEXT("[\"a/*b*/c\"]") }, { true, TEXT("[\"\\uD834\\uDd1e\"]") }, { true, TEXT("[\"\x7f\"]") }, { true, TEXT("[\"\xe2\x80\xa8\"]") }, { true, TEXT("[\"\\u0012\"]") },
    { true,  TEXT("[\"\\\\u0000\"]") }, { true, TEXT("[\"\xf4\x8f\xbf\xbf\"]") }, { true, TEXT("[\"\\uFFFE\"]") }, { true, TEXT("\" \"") }, { true, TEXT("[\"new\\u00A0line\"]") },
    { false, TEXT("\"") }, { false, TEXT("[\"") }, { false, TEXT("\"\\\"") }, { false, TEXT("[\"\\\"]") }, { false, TEXT("['a']") }, { false, TEXT("[\"new\nline\"]") }, { false, TEXT("[\"\t\"]") }, { false, TEXT("[\"\\x00\"]") },
    { false, TEXT("[\"\\u00A\"]") }, { false, TEXT("[\"\\uD800\\\"]") }, { false, TEXT("[\"\\uD800\\u\"]") }, { false, TEXT("[\"\\uD800\\u1\"]") }, { false, TEXT("[\"\\uDADA\"]") }, { false, TEXT("[\"\\uDd1e\\uD834\"]") },
    { false, TEXT("[\"\\\xf0\x9f\x8c\x80\"]") }, { false, TEXT("[\"\\u\xe5\"]") }, { false, TEXT("[\"\xe5\"]") }, { false, TEXT("[\"\xed\xa0\x80\"]") }, { false, TEXT("[\"\xc0\xaf\"]") }, { false, TEXT("[\"\xe0\xff\"]") }, { false, TEXT("\"\"x") },
    { false, TEXT("\"x\" \"y\"") }, { false, TEXT("abc") },
    /* nothing */
    { false, TEXT("") }, { false, TEXT(" ") }, { false, TEXT(",") }, { false, TEXT(":") }, { false, TEXT("\0") }, { false, TEXT("\xef\xbb\xbf") }, { false, TEXT("\\u0022a\\u0022") },
};

static void takes_json_and_nothing_else_in_every_step(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(documents); i++)
        for (size_t step = 1; step <= documents[i].len + 1; step++)
            if (is_json(documents[i].text, documents[i].len, step) != documents[i].good)
                fail_msg("%s, which is %s JSON, in steps of %u", documents[i].text, documents[i].good ? "" : "no", (unsigned)step);
}

static void leaves_the_place_behind_the_value(void **state)
{
    static const struct { const char *text; size_t value; } cases[] = {
        { "{\"a\":[1]},2", 9 }, { "[]]", 2 }, { "12,", 2 }, { "-0.5e3}", 6 }, { "true,", 4 }, { "\"x\"\"y\"", 3 }, { "  null]", 6 }, { "1.5.5", 3 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        dyn__skip s;
        const char *at = cases[i].text;
        dyn__skip_start(&s);
        assert_int_equal(dyn__skip_run(&s, &at, at + strlen(at)), DYN__GOOD);
        assert_int_equal(at - cases[i].text, cases[i].value);
    }
}

/* 72 levels of arrays or objects pass, 73 do not; a thousand neither, without a stack that grows. */
static void bounds_the_depth(void **state)
{
    static char text[8192];
    static const struct { const char *open, *close; } kinds[] = { { "[", "]" }, { "{\"\":", "}" } };

    (void)state;
    for (size_t k = 0; k < COUNT(kinds); k++)
        for (size_t depth = 1; depth <= 1000; depth += depth < 80 ? 1 : 460) {
            text[0] = '\0';
            for (size_t i = 0; i < depth; i++)
                strcat(text, kinds[k].open);
            strcat(text, "0");
            for (size_t i = 0; i < depth; i++)
                strcat(text, kinds[k].close);
            assert_int_equal(is_json(text, strlen(text), 4096), depth <= 72);
            assert_int_equal(is_json(text, strlen(text), 1), depth <= 72);
        }
}

static void knows_arrays_from_objects_at_every_level(void **state)
{
    char text[1024];

    (void)state;
    for (size_t wrong = 0; wrong <= 72; wrong++) {           /* 72: none is wrong */
        size_t n = 0;
        for (size_t i = 0; i < 72; i++)
            n += (size_t)sprintf(text + n, i % 3 ? "[" : "{\"k\":");
        n += (size_t)sprintf(text + n, "1");
        for (size_t i = 72; i-- > 0; )
            text[n++] = (i % 3 == 0) != (i == wrong) ? '}' : ']';
        assert_int_equal(is_json(text, n, n + 1), wrong == 72);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_plain_text_between_quotes), cmocka_unit_test(writes_quote_backslash_and_line_ends_with_a_backslash),
        cmocka_unit_test(writes_every_other_control_character_as_u00xx), cmocka_unit_test(writes_a_special_character_at_each_place_of_a_word),
        cmocka_unit_test(reads_a_string_in_every_split), cmocka_unit_test(reads_every_escape_in_every_split), cmocka_unit_test(refuses_what_is_no_string),
        cmocka_unit_test(takes_every_byte_from_space_on_and_none_below), cmocka_unit_test(says_full_at_the_byte_that_has_no_room_and_goes_on_from_there),
        cmocka_unit_test(takes_a_character_behind_white_space_or_leaves_the_place), cmocka_unit_test(takes_json_and_nothing_else_in_every_step),
        cmocka_unit_test(leaves_the_place_behind_the_value), cmocka_unit_test(bounds_the_depth), cmocka_unit_test(knows_arrays_from_objects_at_every_level),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

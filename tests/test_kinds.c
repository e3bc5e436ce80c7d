#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* >>model and >>expr, the kinds that bring their own code: bytes and what follows. Base64 is what Python's base64 module writes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

static unsigned char memory[1 << 16], work_bytes[1 << 16];
static dyn_arena arena, work;
static dyn__known *models;
static dyn_error error;
static dyn__decoder decoder;

/* Forgets everything, and meets the model. */
static dyn__known *know(const dyn_model *m)
{
    dyn_error e;

    memset((void *)&arena, 0, sizeof arena);
    arena.base = memory, arena.size = sizeof memory;
    memset((void *)&work, 0, sizeof work);
    work.base = work_bytes, work.size = sizeof work_bytes;
    memset((void *)&decoder, 0, sizeof decoder);
    models = NULL;
    if (dyn_model_check(m, &e) != DYN_OK)
        fail_msg("%s", e.text);
    assert_non_null(dyn__known_make(&arena, m, &models));
    return dyn__known_find(models, m);
}

static void refuses_model(const dyn_model *m, const char *text)
{
    dyn_error e;

    assert_int_equal(dyn_model_check(m, &e), DYN_INVALID);
    if (!strstr(e.text, text))
        fail_msg("\"%s\" does not say \"%s\"", e.text, text);
}

/* The item as JSON, with its braces; NULL: it cannot be written, see error. */
static const char *encode(const dyn_model *m, const void *item)
{
    static char text[1 << 14];
    dyn__writer w = { text, sizeof text - 1, 0, 0, 0, NULL, NULL };
    const dyn__known *k = know(m);
    dyn_status s = DYN_OK;

    memset((void *)&error, 0, sizeof error);
    dyn__putc(&w, '{');
    for (size_t part = 0; s == DYN_OK; part++)
        s = dyn__write_item_part(&w, k, part, (const unsigned char *)item, &error);
    if (s != DYN_DONE)
        return NULL;
    dyn__putc(&w, '}');
    assert_int_equal(w.len, w.pos);
    text[w.len] = '\0';
    return text;
}

static void writes(const dyn_model *m, const void *item, const char *want)
{
    const char *got = encode(m, item);

    if (!got)
        fail_msg("refused: %s", error.text);
    assert_string_equal(got, want);
}

static void refuses(const dyn_model *m, const void *item, const char *text)
{
    const char *got = encode(m, item);

    if (got)
        fail_msg("written: %s", got);
    assert_int_equal(error.status, DYN_INVALID);
    if (!strstr(error.text, text))
        fail_msg("\"%s\" does not say \"%s\"", error.text, text);
}

/* Reads the item in pieces of `step` bytes, each with what was not consumed before it in a block of its own. */
static int decode(const dyn_model *m, void *item, const char *json, size_t step)
{
    dyn__known *k = know(m);
    size_t n = strlen(json), seen = 0, done = 0;
    int r = DYN__MORE;

    memset((void *)&error, 0, sizeof error);
    decoder.models = models, decoder.err = &error, decoder.work = &work;
    dyn__decode_start(&decoder, k, item);
    while (r == DYN__MORE && seen < n) {
        seen = n - seen > step ? seen + step : n;
        char *window = (char *)malloc(seen - done ? seen - done : 1);
        memcpy(window, json + done, seen - done);
        const char *at = window;
        r = dyn__decode(&decoder, &at, window + (seen - done));
        done += (size_t)(at - window);
        free(window);
    }
    return r;
}

/* The item is read whole and in pieces, with this status; what stays in the end is from single bytes. */
static void reads(const dyn_model *m, void *item, const char *json, dyn_status status, const char *text)
{
    size_t steps[] = { strlen(json), 30, 7, 1 };

    for (size_t i = 0; i < COUNT(steps); i++) {
        memset(item, 0x5a, m->size);
        int r = decode(m, item, json, steps[i]);
        if (r != DYN__GOOD || decoder.status != status || !strstr(error.text, text))
            fail_msg("%s\n in steps of %u: %d, %s: %s", json, (unsigned)steps[i], r, dyn_status_name(decoder.status), error.text);
    }
}

/* ---- bytes ---- */

typedef struct box {
    char          id[8];
    unsigned char mac[6], hash[8], guard;
    uint8_t       nhash;
    dyn_str       blob;
} box;
static const dyn_field box_fields[] = {
    DYN_TEXT(box, id), DYN_BYTES(box, mac, .optional = true), DYN_BYTES_N(box, hash, nhash, .omit_zero = true), DYN_BLOB(box, blob, .omit_zero = true),
};
static const dyn_model box_model = { DYN_MODEL(box, box_fields), .table = "t", .pk = "id" };

static void bytes_are_written_as_base64(void **state)
{
    box b = { "a", { 0, 1, 2, 253, 254, 255 }, { 'f', 'o', 'o', 'b' }, 0, 4, { "\xff\xef\xbe", 3 } };

    (void)state;
    writes(&box_model, &b, "{\"id\":{\"S\":\"a\"},\"mac\":{\"B\":\"AAEC/f7/\"},\"hash\":{\"B\":\"Zm9vYg==\"},\"blob\":{\"B\":\"/+++\"}}");
    b.nhash = 0, b.blob.len = 0;
    writes(&box_model, &b, "{\"id\":{\"S\":\"a\"},\"mac\":{\"B\":\"AAEC/f7/\"}}");
    b.nhash = 5;
    writes(&box_model, &b, "{\"id\":{\"S\":\"a\"},\"mac\":{\"B\":\"AAEC/f7/\"},\"hash\":{\"B\":\"Zm9vYgA=\"}}");
    b.nhash = 9;
    refuses(&box_model, &b, "attribute \"hash\": its count is 9, but there is room for 8 bytes");
}

static void bytes_are_read_in_pieces_of_any_size(void **state)
{
    box b;

    (void)state;
    reads(&box_model, &b, "{\"mac\":{\"B\":\"AAEC/f7/\"},\"hash\": { \"B\" : \"Zm9vYg==\" } ,\"blob\":{\"B\":\"\\/+\\u002b+\"},\"id\":{\"S\":\"a\"}}", DYN_OK, "");
    assert_memory_equal(b.mac, "\0\1\2\375\376\377", 6);
    assert_int_equal(b.nhash, 4);
    assert_memory_equal(b.hash, "foob", 4);
    assert_int_equal(b.guard, 0x5a);
    assert_int_equal(b.blob.len, 3);
    assert_memory_equal(b.blob.ptr, "\xff\xef\xbe", 3);
    assert_int_equal(work.used, 0);                           /* what gathered the text was given back */
    reads(&box_model, &b, "{\"id\":{\"S\":\"a\"},\"mac\":{\"NULL\":true}}", DYN_OK, "");
    assert_memory_equal(b.mac, "\0\0\0\0\0\0", 6);
    assert_int_equal(b.nhash, 0);
    assert_null(b.blob.ptr);
}

static void bytes_that_do_not_fit_are_refused_by_name(void **state)
{
    static const struct { const char *member, *text; } cases[] = {
        { "\"mac\":{\"B\":\"AAEC/Q==\"}", "attribute \"mac\": 4 bytes do not fit unsigned char[6], which holds no fewer; DYN_BYTES_N has a count" },
        { "\"mac\":{\"B\":\"AAEC/f7/AA==\"}", "attribute \"mac\": 7 bytes do not fit unsigned char[6]" },
        { "\"hash\":{\"B\":\"AAECAwQFBgcI\"}", "attribute \"hash\": 9 bytes do not fit unsigned char[8]" },
        { "\"mac\":{\"B\":\"AAEC_f7_\"}", "attribute \"mac\": \"AAEC_f7_\" is no base64" },             /* the alphabet for addresses */
        { "\"hash\":{\"B\":\"Zm9vYg\"}", "is no base64" },                                          /* no padding */
        { "\"hash\":{\"B\":\"Zm9vYh==\"}", "is no base64" },                                        /* bits left over */
        { "\"hash\":{\"B\":\"Zm9v\\nYg=\"}", "is no base64" },
        { "\"hash\":{\"B\":\"Z===\"}", "is no base64" },
        { "\"hash\":{\"B\":\"====\"}", "is no base64" },
        { "\"hash\":{\"B\":\"Zg==Zg==\"}", "is no base64" },
        { "\"hash\":{\"B\":\"=\"}", "is no base64" },
        { "\"blob\":{\"B\":\"x\"}", "attribute \"blob\": \"x\" is no base64" },
        { "\"blob\":{\"S\":\"AAEC\"}", "attribute \"blob\": found a text (S), the member is bytes (B)" },
    };
    char json[200];
    box b;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        snprintf(json, sizeof json, "{\"id\":{\"S\":\"a\"},%s}", cases[i].member);
        reads(&box_model, &b, json, DYN_BAD_ROW, cases[i].text);
        assert_int_equal(b.guard, 0x5a);
    }
}

/* Every length up to 200 comes back, and the text is one of four digits for each three bytes. */
static void base64_comes_back(void **state)
{
    unsigned char in[200], out[200];
    char text[300];

    (void)state;
    for (size_t n = 0; n <= sizeof in; n++) {
        for (size_t i = 0; i < n; i++)
            in[i] = (unsigned char)(i * 37 + n * 11);
        dyn__writer w = { text, sizeof text, 0, 0, 0, NULL, NULL };
        dyn__base64_put(&w, in, n);
        assert_int_equal(w.len, (n + 2) / 3 * 4);
        assert_int_equal(dyn__base64_size(text, w.len), n);
        assert_true(dyn__base64_take(text, w.len, out));
        assert_memory_equal(in, out, n);
    }
}

static void a_text_for_bytes_that_does_not_fit_the_memory_says_so(void **state)
{
    box b;
    dyn__known *k = know(&box_model);
    char json[600] = "{\"id\":{\"S\":\"a\"},\"blob\":{\"B\":\"";
    size_t n = strlen(json);

    (void)state;
    memset(json + n, 'A', 400);
    strcpy(json + n + 400, "\"}}");
    decoder.models = models, decoder.err = &error, decoder.work = &work;
    for (size_t size = 0; size < 800; size++) {
        memset((void *)&error, 0, sizeof error);
        memset((void *)&decoder.own, 0, sizeof decoder.own);
        work.size = size, work.used = 0;
        dyn__decode_start(&decoder, k, &b);
        const char *at = json;
        int r = dyn__decode(&decoder, &at, json + 50);
        if (r == DYN__MORE)
            r = dyn__decode(&decoder, &at, json + strlen(json));
        assert_int_equal(r, DYN__GOOD);
        if (decoder.status == DYN_OK) {
            assert_int_equal(b.blob.len, 300);
            return;
        }
        assert_int_equal(decoder.status, DYN_NO_MEMORY);
        assert_string_equal(error.attribute, "blob");
        assert_true(error.needed > 0);
    }
    fail();
}

/* ---- bytes in expressions and keys ---- */

typedef struct part {
    unsigned char id[4];
    uint32_t      n;
} part;
static const dyn_field part_fields[] = { DYN_BYTES(part, id), DYN_INT(part, n) };
static const dyn_model part_model = { DYN_MODEL(part, part_fields), .table = "t", .pk = "id" };

static void bytes_are_a_key(void **state)
{
    part p = { { 1, 2, 3, 4 }, 7 };

    (void)state;
    writes(&part_model, &p, "{\"id\":{\"B\":\"AQIDBA==\"},\"n\":{\"N\":\"7\"}}");
    reads(&part_model, &p, "{\"id\":{\"B\":\"AQIDBA==\"},\"n\":{\"N\":\"7\"}}", DYN_OK, "");
    assert_memory_equal(p.id, "\1\2\3\4", 4);
}

/* The condition and its values, or the error's text. */
static const char *compiled(const dyn_model *m, dyn_expr e)
{
    static char text[2000];
    dyn__exprs x;
    dyn_str out;
    dyn__writer w = { text, sizeof text - 1, 0, 0, 0, NULL, NULL };

    memset((void *)&x, 0, sizeof x);
    memset((void *)&error, 0, sizeof error);
    x.known = know(m), x.arena = &work, x.err = &error;
    if (dyn__compile_conditions(&x, &e, 1, &out) != DYN_OK)
        return error.text;
    dyn__put(&w, out.ptr, out.len);
    dyn__write_values(&w, &x);
    text[w.len] = '\0';
    return text;
}

static void bytes_are_values_of_expressions(void **state)
{
    (void)state;
    assert_string_equal(compiled(&box_model, DYN_EXPR("mac = ?", dyn_bytes("\0\1\2\375\376\377", 6))),
                        "#0 = :0,\"ExpressionAttributeValues\":{\":0\":{\"B\":\"AAEC/f7/\"}}");
    assert_string_equal(compiled(&box_model, DYN_EXPR("begins_with(blob, ?)", dyn_bytes("\1", 1))),
                        "begins_with(#0, :0),\"ExpressionAttributeValues\":{\":0\":{\"B\":\"AQ==\"}}");
    assert_string_equal(compiled(&box_model, DYN_EXPR("blob BETWEEN ? AND ?", dyn_bytes("\1", 1), dyn_bytes("\2", 1))),
                        "#0 BETWEEN :0 AND :1,\"ExpressionAttributeValues\":{\":0\":{\"B\":\"AQ==\"},\":1\":{\"B\":\"Ag==\"}}");
    assert_string_equal(compiled(&box_model, DYN_EXPR("size(blob) > ?", 3)), "size(#0) > :0,\"ExpressionAttributeValues\":{\":0\":{\"N\":\"3\"}}");
    assert_string_equal(compiled(&box_model, DYN_EXPR("blob = ?", "text")), "condition, position 8: member \"blob\": it is bytes, the value is text");
    assert_string_equal(compiled(&box_model, DYN_EXPR("id = ?", dyn_bytes("a", 1))), "condition, position 6: member \"id\": it is text, the value is bytes");
    assert_string_equal(compiled(&box_model, DYN_EXPR("blob = ?", dyn_bytes(NULL, 1))),
                        "condition, position 8: member \"blob\": the value is a null pointer; dyn_null() is the value NULL");
}

static void a_count_too_narrow_for_its_bytes_is_refused(void **state)
{
    typedef struct wide { char id[4]; unsigned char b[300]; uint8_t n; } wide;
    static const dyn_field fields[] = { DYN_TEXT(wide, id), DYN_BYTES_N(wide, b, n) };
    static const dyn_model m = { DYN_MODEL(wide, fields), .table = "t", .pk = "id" };

    (void)state;
    refuses_model(&m, "the count of member \"b\" has 1 bytes, which cannot count to 300");
}

/* ---- UUIDs ---- */

typedef struct user {
    unsigned char id[16], ref[16];
    char          name[8];
} user;
static const dyn_field user_fields[] = { DYN_UUID(user, id, .key_only = true), DYN_UUID(user, ref, .omit_zero = true), DYN_TEXT(user, name) };
static const dyn_model user_model = { DYN_MODEL(user, user_fields), .table = "t", .pk = "pk = USER#{id}" };
static const dyn_field plain_fields[] = { DYN_UUID(user, id), DYN_UUID(user, ref, .optional = true), DYN_TEXT(user, name, .optional = true) };
static const dyn_model plain_model = { DYN_MODEL(user, plain_fields), .table = "t", .pk = "id" };

/* The examples of RFC 9562, appendix A. */
static void uuids_are_formatted_and_parsed(void **state)
{
    static const char *const texts[] = { "919108f7-52d1-4320-9bac-f847db4148a8", "017f22e2-79b0-7cc3-98c4-dc0c0c07398f" };
    static const char *const wrong[] = { "", "919108f752d143209bacf847db4148a8", "919108f7-52d1-4320-9bac-f847db4148a", "919108f7-52d1-4320-9bac_f847db4148a8",
                                         "919108g7-52d1-4320-9bac-f847db4148a8", "9191-8f7-52d1-4320-9bac-f847db4148a8", "919108f7-52d1-4320-9bac-f847db4148a80" };
    unsigned char id[16] = { 0 };
    char text[37];

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        assert_true(dyn_uuid_parse(texts[i], 36, id));
        dyn_uuid_format(id, text);
        assert_string_equal(text, texts[i]);
    }
    assert_memory_equal(id, "\x01\x7f\x22\xe2\x79\xb0\x7c\xc3\x98\xc4\xdc\x0c\x0c\x07\x39\x8f", 16);
    assert_true(dyn_uuid_parse("919108F7-52D1-4320-9BAC-F847DB4148A8", 36, id));
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_false(dyn_uuid_parse(wrong[i], strlen(wrong[i]), id));
    assert_int_equal(id[0], 0x91);
}

static void a_uuid_is_text_in_items_and_keys(void **state)
{
    user u = { { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0xff }, { 0 }, "Ann" };

    (void)state;
    writes(&user_model, &u, "{\"pk\":{\"S\":\"USER#01020304-0506-0708-090a-0b0c0d0e0fff\"},\"name\":{\"S\":\"Ann\"}}");
    u.ref[0] = 0xab;
    writes(&user_model, &u, "{\"pk\":{\"S\":\"USER#01020304-0506-0708-090a-0b0c0d0e0fff\"},\"ref\":{\"S\":\"ab000000-0000-0000-0000-000000000000\"},"
           "\"name\":{\"S\":\"Ann\"}}");
    reads(&user_model, &u, "{\"pk\":{\"S\":\"USER#01020304-0506-0708-090a-0b0c0d0e0fff\"},\"ref\":{\"S\":\"AB000000-0000-0000-0000-00000000000\\u0030\"},"
          "\"name\":{\"S\":\"Ann\"}}", DYN_OK, "");
    assert_int_equal(u.id[15], 0xff);
    assert_int_equal(u.id[0], 1);
    assert_int_equal(u.ref[0], 0xab);
    reads(&user_model, &u, "{\"pk\":{\"S\":\"USER#01020304-0506-0708-090A-0b0c0d0e0fff\"},\"name\":{\"S\":\"Ann\"}}", DYN_BAD_ROW, "does not fit the template");
    reads(&user_model, &u, "{\"pk\":{\"S\":\"USER#01020304-0506-0708-090a-0b0c0d0e0fff\"},\"ref\":{\"S\":\"x\"},\"name\":{\"S\":\"Ann\"}}", DYN_BAD_ROW,
          "attribute \"ref\": \"x\" is no UUID such as");
    reads(&plain_model, &u, "{\"id\":{\"S\":\"01020304-0506-0708-090a-0b0c0d0e0fff\"}}", DYN_OK, "");
    reads(&plain_model, &u, "{\"id\":{\"S\":\"01020304-0506-0708-090A-0b0c0d0e0fff\"}}", DYN_BAD_ROW, "upper case could not be found again");
}

static void uuids_are_values_of_expressions(void **state)
{
    const unsigned char id[16] = { 0xab };

    (void)state;
    assert_string_equal(compiled(&user_model, DYN_EXPR("ref IN (?, ?, ?)", dyn_uuid(id), dyn_bytes(id, 16), "ab000000-0000-0000-0000-000000000001")),
                        "#0 IN (:0, :0, :1),\"ExpressionAttributeValues\":{\":0\":{\"S\":\"ab000000-0000-0000-0000-000000000000\"},"
                        "\":1\":{\"S\":\"ab000000-0000-0000-0000-000000000001\"}}");
    assert_string_equal(compiled(&user_model, DYN_EXPR("ref = ?", "AB000000-0000-0000-0000-000000000001")),
                        "condition, position 7: member \"ref\": \"AB000000-0000-0000-0000-000000000001\" is no UUID in 36 characters of lower case; "
                        "dyn_uuid(bytes) writes it so");
    assert_string_equal(compiled(&user_model, DYN_EXPR("ref = ?", dyn_bytes(id, 15))), "condition, position 7: member \"ref\": it is text, the value is bytes");
    assert_string_equal(compiled(&user_model, DYN_EXPR("ref = ?", 5)), "condition, position 7: member \"ref\": it is text, the value is a number");
}

/* ---- times in the forms of others ---- */

typedef struct when {
    char    id[8];
    int64_t z, offset, compact, naive, fixed, micros, sorted, seconds;
} when;
static const dyn_field when_fields[] = {
    DYN_TEXT(when, id), DYN_TIME(when, z, DYN_ISO_Z), DYN_TIME(when, offset, DYN_ISO_OFFSET), DYN_TIME(when, compact, DYN_ISO_COMPACT | DYN_ISO_SPACE),
    DYN_TIME(when, naive, DYN_ISO_NAIVE), DYN_TIME(when, fixed, DYN_ISO_Z | DYN_ISO_MILLIS), DYN_MICROS(when, micros, DYN_ISO_OFFSET),
    DYN_MICROS(when, sorted, DYN_ISO_Z | DYN_ISO_MICROS), DYN_MICROS(when, seconds, DYN_ISO_Z | DYN_ISO_SECONDS, .optional = true),
};
static const dyn_model when_model = { DYN_MODEL(when, when_fields), .table = "t", .pk = "id" };

/* 1715934542: date -u -d @1715934542 is 2024-05-17T08:29:02; the texts are those of Python's datetime.fromtimestamp(…, timezone.utc):
 * isoformat(), str(), strftime. */
static void times_are_written_as_others_write_them(void **state)
{
    const int64_t s = 1715934542, ms = s * 1000, us = ms * 1000;
    when w = { "a", ms, ms + 742, ms + 742, ms, ms, us + 742005, us, us };

    (void)state;
    writes(&when_model, &w, "{\"id\":{\"S\":\"a\"},\"z\":{\"S\":\"2024-05-17T08:29:02Z\"},\"offset\":{\"S\":\"2024-05-17T08:29:02.742000+00:00\"},"
           "\"compact\":{\"S\":\"2024-05-17 08:29:02.742000+0000\"},\"naive\":{\"S\":\"2024-05-17T08:29:02\"},\"fixed\":{\"S\":\"2024-05-17T08:29:02.000Z\"},"
           "\"micros\":{\"S\":\"2024-05-17T08:29:02.742005+00:00\"},\"sorted\":{\"S\":\"2024-05-17T08:29:02.000000Z\"},"
           "\"seconds\":{\"S\":\"2024-05-17T08:29:02Z\"}}");
    w.seconds++;
    refuses(&when_model, &w, "attribute \"seconds\": the fraction of a second has more digits than are written");
    w.seconds = INT64_MAX;
    refuses(&when_model, &w, "attribute \"seconds\": the time is outside the years 0000 to 9999");
    w.seconds = 0, w.z = INT64_MIN;
    refuses(&when_model, &w, "attribute \"z\": the time is outside the years 0000 to 9999");
    w.z = INT64_C(-62167219200000), w.offset = -1, w.micros = -1, w.fixed = INT64_C(253402300799999);
    writes(&when_model, &w, "{\"id\":{\"S\":\"a\"},\"z\":{\"S\":\"0000-01-01T00:00:00Z\"},\"offset\":{\"S\":\"1969-12-31T23:59:59.999000+00:00\"},"
           "\"compact\":{\"S\":\"2024-05-17 08:29:02.742000+0000\"},\"naive\":{\"S\":\"2024-05-17T08:29:02\"},\"fixed\":{\"S\":\"9999-12-31T23:59:59.999Z\"},"
           "\"micros\":{\"S\":\"1969-12-31T23:59:59.999999+00:00\"},\"sorted\":{\"S\":\"2024-05-17T08:29:02.000000Z\"},"
           "\"seconds\":{\"S\":\"1970-01-01T00:00:00Z\"}}");
}

static void times_are_read_in_every_form(void **state)
{
    static const struct { const char *text; int64_t us; } cases[] = {
        { "2024-05-17T08:29:02Z", 0 }, { "2024-05-17 08:29:02+00:00", 0 }, { "2024-05-17T08:29:02+0000", 0 }, { "2024-05-17T08:29:02", 0 },
        { "2024-05-17T10:29:02.000001+02:00", 1 }, { "2024-05-17T03:29:02.1-0500", 100000 }, { "2024-05-17T08:29:02.123456789Z", 123456 },
    };
    when w;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char json[500], t[40];
        snprintf(t, sizeof t, "%s", cases[i].text);
        snprintf(json, sizeof json, "{\"id\":{\"S\":\"a\"},\"z\":{\"S\":\"%s\"},\"offset\":{\"S\":\"%s\"},\"compact\":{\"S\":\"%s\"},\"naive\":{\"S\":\"%s\"},"
                 "\"fixed\":{\"S\":\"%s\"},\"micros\":{\"S\":\"%s\"},\"sorted\":{\"S\":\"%s\"}}", t, t, t, t, t, t, t);
        reads(&when_model, &w, json, DYN_OK, "");
        assert_int_equal(w.z, INT64_C(1715934542000) + cases[i].us / 1000);
        assert_int_equal(w.micros, INT64_C(1715934542000000) + cases[i].us);
        assert_int_equal(w.sorted, w.micros);
    }
    reads(&when_model, &w, "{\"id\":{\"S\":\"a\"},\"z\":{\"S\":\"2024-05-17\"}}", DYN_BAD_ROW, "attribute \"z\": \"2024-05-17\" is no ISO 8601 time such as");
}

static void times_meet_values_in_expressions(void **state)
{
    (void)state;
    assert_string_equal(compiled(&when_model, DYN_EXPR("micros BETWEEN ? AND ?", 1715934542000005, "2024-05-17T10:29:02.5+02:00")),
                        "#0 BETWEEN :0 AND :1,\"ExpressionAttributeValues\":{\":0\":{\"S\":\"2024-05-17T08:29:02.000005+00:00\"},"
                        "\":1\":{\"S\":\"2024-05-17T08:29:02.500000+00:00\"}}");
    assert_string_equal(compiled(&when_model, DYN_EXPR("z = ?", "2024-05-17T08:29:02.0001Z")),
                        "condition, position 5: member \"z\": it counts milliseconds; the time \"2024-05-17T08:29:02.0001Z\" has a finer fraction");
    assert_string_equal(compiled(&when_model, DYN_EXPR("z = ?", dyn_bool(true))), "condition, position 5: member \"z\": it is a time: an integer as the member counts, or ISO 8601 text");
}

/* As dynamo-items writes: the attribute as JSON, the key as str(). */
static void a_time_in_a_key_has_a_form_of_its_own(void **state)
{
    typedef struct day { char id[4]; int64_t at; } day;
    static const dyn_field fields[] = { DYN_TEXT(day, id, .key_only = true), DYN_TIME(day, at, DYN_ISO_Z, .iso_key = DYN_ISO_OFFSET | DYN_ISO_SPACE) };
    static const dyn_field alone_fields[] = { DYN_TEXT(day, id, .key_only = true),
                                              DYN_TIME(day, at, DYN_ISO_Z, .key_only = true, .iso_key = DYN_ISO_OFFSET | DYN_ISO_SPACE) };
    static const dyn_field wrong[] = { DYN_TEXT(day, id), DYN_TIME(day, at, DYN_ISO_SPACE) };
    static const dyn_model m = { DYN_MODEL(day, fields), .table = "t", .pk = "pk = D#{id}", .sk = "sk = CT#{at}" };
    static const dyn_model alone = { DYN_MODEL(day, alone_fields), .table = "t", .pk = "pk = D#{id}", .sk = "sk = CT#{at}" };
    static const dyn_model bad = { DYN_MODEL(day, wrong), .table = "t", .pk = "id" };
    day d = { "x", INT64_C(1672628645000) };

    (void)state;
    writes(&m, &d, "{\"pk\":{\"S\":\"D#x\"},\"sk\":{\"S\":\"CT#2023-01-02 03:04:05+00:00\"},\"at\":{\"S\":\"2023-01-02T03:04:05Z\"}}");
    reads(&alone, &d, "{\"pk\":{\"S\":\"D#x\"},\"sk\":{\"S\":\"CT#2023-01-02 03:04:05+00:00\"}}", DYN_OK, "");
    assert_int_equal(d.at, INT64_C(1672628645000));
    reads(&alone, &d, "{\"pk\":{\"S\":\"D#x\"},\"sk\":{\"S\":\"CT#2023-01-02T03:04:05Z\"}}", DYN_BAD_ROW, "does not fit the template");
    refuses_model(&bad, "member \"at\" needs a zone for its time: DYN_ISO_Z");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_written_as_base64),
        cmocka_unit_test(bytes_are_read_in_pieces_of_any_size),
        cmocka_unit_test(bytes_that_do_not_fit_are_refused_by_name),
        cmocka_unit_test(base64_comes_back),
        cmocka_unit_test(a_text_for_bytes_that_does_not_fit_the_memory_says_so),
        cmocka_unit_test(bytes_are_a_key),
        cmocka_unit_test(bytes_are_values_of_expressions),
        cmocka_unit_test(a_count_too_narrow_for_its_bytes_is_refused),
        cmocka_unit_test(uuids_are_formatted_and_parsed),
        cmocka_unit_test(a_uuid_is_text_in_items_and_keys),
        cmocka_unit_test(uuids_are_values_of_expressions),
        cmocka_unit_test(times_are_written_as_others_write_them),
        cmocka_unit_test(times_are_read_in_every_form),
        cmocka_unit_test(times_meet_values_in_expressions),
        cmocka_unit_test(a_time_in_a_key_has_a_form_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

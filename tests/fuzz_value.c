/* Any bytes as a value: the check, every accessor, equality, sizes and conversions, on bytes that were checked and on those that were not. Properties: what the
 * check takes equals itself, goes to plain JSON that is JSON, and can be built again. */
#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
#include <stdlib.h>
#include <string.h>

typedef struct thing {
    char       id[8];
    int64_t    n;
    double     d;
    dyn_number exact;
    dyn_str    note;
    char       tags[2][6];
    int        ntags;
    int32_t    list[3];
    int        nlist;
    unsigned char raw[4];
    uint8_t    nraw;
} thing;
static const dyn_field fields[] = {
    DYN_TEXT(thing, id), DYN_INT(thing, n), DYN_REAL(thing, d, .optional = true), DYN_NUMBER(thing, exact, .optional = true),
    DYN_STR(thing, note, .optional = true), DYN_TEXT_SET(thing, tags, ntags), DYN_INT_LIST(thing, list, nlist, .optional = true),
    DYN_BYTES_N(thing, raw, nraw, .optional = true),
};
static const dyn_model model = { DYN_MODEL(thing, fields), .table = "t", .pk = "pk = T#{id}", .sk = "n" };

static unsigned char memory[1 << 16];
static char text[1 << 15], again[1 << 15];
static dyn_error err;

static void look(dyn_value v, int depth)
{
    dyn_arena arena = { memory, sizeof memory, 0, 0, 0 };
    dyn_value x;
    dyn_str s;
    size_t at = 0, n = 0, rounds = 0;
    int64_t i;
    uint64_t u;
    double d;
    bool b;

    (void)dyn_value_type(v), (void)dyn_value_count(v), (void)dyn_value_size(v), (void)dyn_value_item_size(v), (void)dyn_value_is_null(v);
    (void)dyn_value_int(v, &i), (void)dyn_value_uint(v, &u), (void)dyn_value_real(v, &d), (void)dyn_value_bool(v, &b), (void)dyn_value_digits(v, &s);
    (void)dyn_value_text(v, &arena, &s), (void)dyn_value_copy(v, text, 16, &n), (void)dyn_value_bytes(v, memory, 16, &n), (void)dyn_value_blob(v, &arena, &s);
    (void)dyn_value_get(v, "a.b[1]", &x), (void)dyn_value_get(v, "[0].`a`", &x);
    while (depth < 4 && rounds++ < 64 && dyn_value_next(v, &at, &s, &x)) {
        dyn_str name;
        if (x.json < v.json || x.json + x.len > v.json + v.len)
            abort();
        arena.used = 0;
        (void)dyn_value_name(s, &arena, &name), (void)dyn_value_name_is(s, "a");
        look(x, depth + 1);
    }
}

static void convert(dyn_value v)
{
    dyn_arena arena = { memory, sizeof memory, 0, 0, 0 };
    dyn_value made;
    thing t;
    size_t n;

    if (!dyn_value_equal(v, v))
        abort();
    if (dyn_value_to_json(v, text, sizeof text, &n) == DYN_OK && dyn_value_from_json(text, n, again, sizeof again, &made, &err) == DYN_OK
        && dyn_value_check(made.json, made.len, &made, NULL) != DYN_OK)
        abort();
    if (n < sizeof text && dyn_value_from_json(text, n, again, sizeof again, &made, &err) == DYN_INVALID)
        abort();
    memset(&t, 0, sizeof t);
    if (dyn_value_into(v, &model, &t, &arena, &err) != DYN_OK)
        return;
    if (dyn_value_of(&model, &t, &arena, text, sizeof text, &made, &err) == DYN_OK && dyn_value_check(made.json, made.len, NULL, &err) != DYN_OK)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dyn_arena arena = { memory, sizeof memory, 0, 0, 0 };
    dyn_value v, half, made;
    thing t;
    size_t n;

    if (size > 4096)
        return 0;
    v.json = (const char *)data, v.len = size;
    half.json = v.json, half.len = size / 2;
    look(v, 0);
    (void)dyn_value_equal(v, half), (void)dyn_value_to_json(v, text, sizeof text, &n);
    if (dyn_value_check(v.json, v.len, &v, &err) == DYN_OK)
        convert(v);
    else if (!err.text[0] || err.status != DYN_INVALID)
        abort();
    if (dyn_value_from_json(v.json, v.len, again, sizeof again, &made, &err) == DYN_OK)
        convert(made);
    memset(&t, 0, sizeof t);
    (void)dyn_value_into(v, &model, &t, &arena, &err);
    memset(&t, 0, sizeof t);
    if (dyn_from_json(&model, &t, DYN_FORM_PLAIN, v.json, v.len, &arena, &err) == DYN_OK) {
        (void)dyn_validate(&model, &t, &arena, &err, 1, &n);
        (void)dyn_item_size(&model, &t, &arena, &n, &err);
        (void)dyn_to_json(&model, &t, DYN_FORM_PLAIN, &arena, text, sizeof text, &n, &err);
    }
    memset(&t, 0, sizeof t);
    (void)dyn_from_json(&model, &t, DYN_FORM_DYNAMODB, v.json, v.len, &arena, &err);
    return 0;
}

#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* >>model: models checked, structs written as items, items read into structs. Expected texts were written by hand from the AttributeValue type
 * of the DynamoDB API Reference; numbers are compared with libc. In all JSON and error texts here ' stands for ", and ` for '. */
#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

typedef struct inner {
    int32_t x;
    char    label[6];
    bool    has_note;
    dyn_str note;
    double  level;
} inner;
static const dyn_field inner_fields[] = {
    DYN_INT(inner, x), DYN_TEXT(inner, label, .optional = true, .initial = "none"), DYN_STR(inner, note, .has = DYN_HAS(inner, has_note)),
    DYN_REAL(inner, level, .omit_zero = true),
};
static const dyn_model inner_model = { DYN_MODEL(inner, inner_fields) };

enum color { NO_COLOR, RED = 1, GREEN = 200 };
static const dyn_name colors[] = { { RED, "red" }, { GREEN, "green" } };

typedef struct all {
    char       text[8];
    dyn_str    str;
    bool       yes;
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
    int32_t    seconds;
    uint32_t   useconds;
    int64_t    millis;
    uint64_t   umillis;
    int64_t    iso;
    uint8_t    color;
    inner      in;
    int16_t    ints[3];
    uint8_t    int_count;
    float      reals[2];
    uint32_t   real_count;
    bool       bools[2];
    size_t     bool_count;
    char       texts[2][4];
    int        text_count;
} all;
#define ALL_FIELDS \
    DYN_TEXT(all, text), DYN_STR(all, str), DYN_BOOL(all, yes), DYN_INT(all, i8), DYN_INT(all, u8), DYN_INT(all, i16), DYN_INT(all, u16), DYN_INT(all, i32), \
    DYN_INT(all, u32), DYN_INT(all, i64), DYN_INT(all, u64), DYN_REAL(all, f), DYN_REAL(all, d, .attr = "double"), DYN_NUMBER(all, n), DYN_SECONDS(all, seconds), \
    DYN_SECONDS(all, useconds), DYN_MILLIS(all, millis), DYN_MILLIS(all, umillis), DYN_ISO(all, iso), DYN_ENUM(all, color, colors), DYN_MAP(all, in, inner_model), \
    DYN_INT_LIST(all, ints, int_count), DYN_REAL_LIST(all, reals, real_count), DYN_BOOL_LIST(all, bools, bool_count), DYN_TEXT_LIST(all, texts, text_count)
static const dyn_field all_fields[] = { ALL_FIELDS };
static const dyn_model all_model = { DYN_MODEL(all, all_fields), .table = "t", .pk = "text", .sk = "sk = N#{u8:3}#{i16:5}" };

/* Every member may be absent: to read one alone. */
static dyn_field loose_fields[COUNT(all_fields)];
static dyn_model loose_model = { DYN_MODEL(all, loose_fields), .table = "t", .pk = "text" };

static unsigned char memory[1 << 16], work_bytes[1 << 12];
static dyn_arena arena, work;
static dyn_error error;
static dyn__known *models;
static dyn__decoder decoder;

/* ' to ", ` to '. The last four results are kept. */
static const char *q(const char *text)
{
    static char kept[4][1 << 13];
    static unsigned turn;
    char *to = kept[turn++ % 4];
    size_t i = 0;

    for (; text[i]; i++)
        to[i] = (char)(text[i] == '\'' ? '"' : text[i] == '`' ? '\'' : text[i]);
    to[i] = '\0';
    return to;
}

static void reset(void)
{
    memset((void *)&arena, 0, sizeof arena);
    arena.base = memory, arena.size = sizeof memory;
    memset((void *)&work, 0, sizeof work);
    work.base = work_bytes, work.size = sizeof work_bytes;
    memset((void *)&error, 0, sizeof error);
    memset((void *)&decoder, 0, sizeof decoder);
    models = NULL;
    memcpy(loose_fields, all_fields, sizeof loose_fields);
    for (size_t i = 0; i < COUNT(loose_fields); i++)
        loose_fields[i].optional = true;
}

static dyn__known *know(const dyn_model *m)
{
    dyn_error e;

    reset();
    if (dyn_model_check(m, &e) != DYN_OK)
        fail_msg("%s", e.text);
    assert_non_null(dyn__known_make(&arena, m, &models));
    return dyn__known_find(models, m);
}

/* The item as JSON, with its braces; NULL: it cannot be written, see error. */
static const char *encode(const dyn__known *k, const void *item)
{
    static char text[1 << 14];
    dyn__writer w = { text, sizeof text - 1, 0, 0, 0, NULL, NULL };
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

static void expect_item(const dyn_model *m, const void *item, const char *want)
{
    const char *got = encode(know(m), item);

    if (!got)
        fail_msg("refused: %s", error.text);
    assert_string_equal(got, q(want));
}

static void expect_refused(const dyn_model *m, const void *item, const char *text, const char *attribute)
{
    const char *got = encode(know(m), item);

    if (got)
        fail_msg("written: %s", got);
    assert_int_equal(error.status, DYN_INVALID);
    assert_string_equal(error.text, q(text));
    assert_string_equal(error.attribute, attribute);
}

/* Reads an item in steps; each step gets what was not consumed yet in memory of exactly its size, which is freed behind it. */
static int decode(dyn__known *k, void *item, const char *json, size_t n, size_t step)
{
    char *window = NULL;
    size_t seen = 0, done = 0;
    int r = DYN__MORE;

    memset((void *)&error, 0, sizeof error);
    decoder.models = models, decoder.err = &error, decoder.work = &work;
    dyn__decode_start(&decoder, k, item);
    while (r == DYN__MORE && seen < n) {
        seen = n - seen > step ? seen + step : n;
        window = (char *)malloc(seen - done ? seen - done : 1);
        memcpy(window, json + done, seen - done);
        const char *at = window;
        r = dyn__decode(&decoder, &at, window + (seen - done));
        done += (size_t)(at - window);
        assert_true(done <= seen);
        free(window);
    }
    if (r == DYN__GOOD)
        assert_int_equal(done, n);
    return r;
}

/* The item is read whole and byte by byte, with this status. Results of the last reading stay. */
static void expect_read(dyn__known *k, void *item, size_t size, const char *json, dyn_status status)
{
    const char *text = q(json);
    size_t n = strlen(text), steps[] = { n, 7, 2, 1 };

    for (size_t i = 0; i < COUNT(steps); i++) {
        memset(item, 0x5a, size);
        work.size = sizeof work_bytes, work.used = 0;
        int r = decode(k, item, text, n, steps[i] ? steps[i] : 1);
        if (r != DYN__GOOD || decoder.status != status)
            fail_msg("%s\n in steps of %u: %d, %s %s", text, (unsigned)steps[i], r, dyn_status_name(decoder.status), error.text);
    }
}

static void expect_bad(dyn__known *k, void *item, size_t size, const char *json, const char *text, const char *attribute)
{
    expect_read(k, item, size, json, DYN_BAD_ROW);
    assert_int_equal(error.status, DYN_BAD_ROW);
    assert_string_equal(error.text, q(text));
    assert_string_equal(error.attribute, attribute);
}

/* ---- checking models ---- */

static void check_says(const dyn_model *m, const char *text)
{
    dyn_error e;

    assert_int_equal(dyn_model_check(m, &e), DYN_INVALID);
    assert_int_equal(e.status, DYN_INVALID);
    if (!strstr(e.text, q(text)))
        fail_msg("\"%s\" does not say \"%s\"", e.text, q(text));
}

static void a_right_model_passes_the_check(void **state)
{
    dyn_error e;

    (void)state;
    memset((void *)&e, 0x55, sizeof e);
    assert_int_equal(dyn_model_check(&all_model, &e), DYN_OK);
    assert_int_equal(e.status, DYN_OK);
    assert_string_equal(e.text, "");
}

#define MODEL(fields, ...) (&(const dyn_model){ DYN_MODEL(all, fields), .table = "t", __VA_ARGS__ })

static void a_model_without_head_table_or_key_is_refused(void **state)
{
    static const dyn_field fields[] = { DYN_TEXT(all, text) };
    static dyn_field many[129];

    (void)state;
    check_says(&(const dyn_model){ .table = "t", .pk = "text" }, "model '?': a model has a DYN_MODEL(type, fields) head");
    check_says(&(const dyn_model){ .size = sizeof(all), .fields = fields, .field_count = 1, .pk = "text", .table = "t" }, "model '?': a model has a DYN_MODEL");
    check_says(&(const dyn_model){ .name = "all", .size = sizeof(all), .fields = fields, .pk = "text", .table = "t" }, "1 to 128 fields");
    for (size_t i = 0; i < COUNT(many); i++)
        many[i] = fields[0];
    check_says(MODEL(many, .pk = "text"), "1 to 128 fields");
    check_says(&(const dyn_model){ DYN_MODEL(all, fields), .pk = "text" }, "model 'all': it needs a .table and a .pk");
    check_says(&(const dyn_model){ DYN_MODEL(all, fields), .table = "t" }, "model 'all': it needs a .table and a .pk");
}

static void a_name_that_means_two_members_is_refused(void **state)
{
    static const dyn_field twice[] = { DYN_TEXT(all, text), DYN_INT(all, i8, .attr = "a"), DYN_INT(all, u8, .attr = "a") };
    static const dyn_field other[] = { DYN_TEXT(all, text), DYN_INT(all, i8, .attr = "u8"), DYN_INT(all, u8, .attr = "b") };
    static const dyn_field swapped[] = { DYN_TEXT(all, text), DYN_INT(all, i8, .attr = "u8"), DYN_INT(all, u8, .attr = "i8") };

    (void)state;
    check_says(MODEL(twice, .pk = "text"), "model 'all': the attribute 'a' of member 'i8' is also the name or attribute of member 'u8'");
    check_says(MODEL(other, .pk = "text"), "model 'all': the attribute 'u8' of member 'i8' is also the name or attribute of member 'u8'");
    check_says(MODEL(swapped, .pk = "text"), "is also the name or attribute of member");
}

static void attribute_names_are_1_to_255_bytes_of_utf8(void **state)
{
    static char name[257];
    static dyn_field fields[] = { DYN_TEXT(all, text, .attr = name) };
    dyn_error e;

    (void)state;
    check_says(MODEL(fields, .pk = "text"), "the attribute name of member 'text' must be 1 to 255 bytes of UTF-8");
    memset(name, 'n', 256);
    check_says(MODEL(fields, .pk = "text"), "1 to 255 bytes");
    name[255] = '\0';
    assert_int_equal(dyn_model_check(MODEL(fields, .pk = "text"), &e), DYN_OK);
    strcpy(name, "a\xff");
    check_says(MODEL(fields, .pk = "text"), "of UTF-8");
}

static void wrong_keys_are_refused_by_name(void **state)
{
    static const struct { const char *pk, *sk, *says; } cases[] = {
        { "nobody", NULL, "model 'all': the key 'nobody' is neither a text, number, bytes or time member nor an 'attribute = TEMPLATE'" },
        { "yes", NULL, "the key 'yes' is neither" }, { "in", NULL, "the key 'in' is neither" }, { "ints", NULL, "the key 'ints' is neither" }, { "", NULL, "the key '' is neither" },
        { "text", "double", "the key 'double' is neither" },
        { "pk = X#{nobody}", NULL, "its key template names {nobody}, which is no member of the model" },
        { "pk = X#{double}", NULL, "its key template names {double}, which is no member" },
        { "pk = X#{}", NULL, "its key template names {}, which is no member" },
        { "pk = X#{text", NULL, "the key template at {text} is not closed with a }" }, { "pk = X#{u8:3", NULL, "at {u8} is not closed" }, { "pk = X#{u8:3x}", NULL, "at {u8} is not closed" },
        { "pk = X#{u8:-3}", NULL, "at {u8} is not closed" },
        { "pk = X#{u8}", NULL, "the integer {u8} in a key template needs a width from 1 to 20, such as {u8:13}" }, { "pk = X#{u8:0}", NULL, "needs a width" },
        { "pk = X#{u8:21}", NULL, "needs a width" }, { "pk = X#{u8:}", NULL, "needs a width" }, { "pk = X#{seconds}", NULL, "needs a width" }, { "pk = {millis}", NULL, "needs a width" },
        { "pk = X#{text:4}", NULL, "{text} cannot be in a key template that way; text, enums and ISO times go in without a width, integers with one" },
        { "pk = X#{iso:13}", NULL, "{iso} cannot be" }, { "pk = X#{d:3}", NULL, "{d} cannot be" }, { "pk = X#{f}", NULL, "{f} cannot be" }, { "pk = X#{yes}", NULL, "{yes} cannot be" },
        { "pk = X#{n}", NULL, "{n} cannot be" }, { "pk = X#{in}", NULL, "{in} cannot be" }, { "pk = X#{ints}", NULL, "{ints} cannot be" },
        { "pk =", NULL, "the key 'pk =' needs an attribute`s name before = and a template behind it" }, { " = X", NULL, "needs an attribute`s name" }, { "pk = ", NULL, "needs an attribute`s name" },
        { "pk = {text}{str}", NULL, "in the template 'pk = {text}{str}' two members stand side by side; put a literal such as # between them" },
        { "pk = {text}{u8:3}", NULL, "two members stand side by side" }, { "pk = X", "sk = {iso}{text}", "two members stand side by side" },
        { "pk = {u8:1}1{u8:1}2{u8:1}3{u8:1}4{u8:1}5{u8:1}6{u8:1}7{u8:1}8{u8:1}9{u8:1}0{u8:1}1{u8:1}2{u8:1}3{u8:1}4{u8:1}5{u8:1}6{u8:1}", NULL, "a key template has at most 16 parts" },
        { "text = X#{str}", NULL, "member 'text' has the name of a key attribute that a template makes" }, { "double = X#{str}", NULL, "member 'd' has the name of a key attribute" },
        { "pk = X", "u8 = {text}", "member 'u8' has the name of a key attribute" },
        { "text", "text", "partition key and sort key are the same attribute" }, { "pk = A#{text}", "pk = B#{text}", "partition key and sort key are the same attribute" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        check_says(MODEL(all_fields, .pk = cases[i].pk, .sk = cases[i].sk), cases[i].says);
}

static void key_only_stands_in_a_template(void **state)
{
    static const dyn_field fields[] = { DYN_TEXT(all, text), DYN_INT(all, u8, .key_only = true) };
    dyn_error e;

    (void)state;
    check_says(MODEL(fields, .pk = "text"), "member 'u8' is .key_only but stands in no key template");
    check_says(MODEL(fields, .pk = "text", .sk = "u8"), "member 'u8' is .key_only but stands in no key template");
    assert_int_equal(dyn_model_check(MODEL(fields, .pk = "text", .sk = "sk = {u8:3}"), &e), DYN_OK);
}

static void an_initial_value_is_one_of_its_member(void **state)
{
    static const dyn_field fields[] = {
        DYN_INT(all, i8, .initial = "128"), DYN_INT(all, i8, .initial = "-129"), DYN_INT(all, i8, .initial = "x"), DYN_INT(all, i8, .initial = ""), DYN_INT(all, i8, .initial = "1.5"),
        DYN_INT(all, u8, .initial = "256"), DYN_INT(all, u8, .initial = "-1"), DYN_INT(all, u64, .initial = "18446744073709551616"), DYN_INT(all, i64, .initial = "9223372036854775808"),
        DYN_SECONDS(all, useconds, .initial = "-1"), DYN_SECONDS(all, seconds, .initial = "2147483648"), DYN_BOOL(all, yes, .initial = "yes"), DYN_BOOL(all, yes, .initial = "1"),
        DYN_REAL(all, f, .initial = "1e39"), DYN_REAL(all, d, .initial = "1e400"), DYN_REAL(all, d, .initial = "nan"), DYN_NUMBER(all, n, .initial = "1e126"),
        DYN_ISO(all, iso, .initial = "yesterday"), DYN_ENUM(all, color, colors, .initial = "blue"), DYN_ENUM(all, color, colors, .initial = "1"), DYN_TEXT(all, text, .initial = "12345678"),
        DYN_MAP(all, in, inner_model, .initial = "{}"), DYN_INT_LIST(all, ints, int_count, .initial = "1"),
    };
    static const dyn_field good[] = {
        DYN_INT(all, i8, .initial = "-128"), DYN_INT(all, u8, .initial = "255"), DYN_SECONDS(all, useconds, .initial = "4294967295"), DYN_BOOL(all, yes, .initial = "true"),
        DYN_REAL(all, f, .initial = "3.4e38"), DYN_NUMBER(all, n, .initial = "9.9e125"), DYN_ISO(all, iso, .initial = "2024-05-17T08:29:02Z"), DYN_TEXT(all, text, .initial = "1234567"),
        DYN_ENUM(all, color, colors, .initial = "green"), DYN_STR(all, str, .initial = ""),
    };
    static dyn_field pair[2];
    dyn_error e;

    (void)state;
    for (size_t i = 0; i < COUNT(fields) + COUNT(good); i++) {
        pair[0] = all_fields[9];                               /* i64, the key */
        pair[1] = i < COUNT(fields) ? fields[i] : good[i - COUNT(fields)];
        if (strcmp(pair[1].member, "i64") == 0)
            pair[0] = all_fields[0];
        dyn_status s = dyn_model_check(MODEL(pair, .pk = pair[0].member), &e);
        if (s != (i < COUNT(fields) ? DYN_INVALID : DYN_OK) || (s != DYN_OK && !strstr(e.text, pair[1].member)))
            fail_msg("%s .initial = %s: %s %s", pair[1].member, pair[1].initial, dyn_status_name(s), e.text);
    }
}

static void fields_of_another_struct_are_refused(void **state)
{
    typedef struct tiny { char id[4]; int count; } tiny;
    typedef struct small { char id[8]; inner in; uint8_t list[300]; uint8_t count; } small;
    static const dyn_field foreign[] = { DYN_TEXT(tiny, id), DYN_INT(all, text_count) };
    static const dyn_field wrong_map[] = { DYN_TEXT(small, id), { .member = "in", .offset = offsetof(small, in), .size = sizeof(inner) - 4, .kind = DYN_KIND_MAP, .nested = &inner_model } };
    static const dyn_field no_map[] = { DYN_TEXT(small, id), { .member = "in", .offset = offsetof(small, in), .size = sizeof(inner), .kind = DYN_KIND_MAP } };
    static const dyn_field long_list[] = { DYN_TEXT(small, id), DYN_INT_LIST(small, list, count) };
    static const dyn_field no_kind[] = { DYN_TEXT(small, id), { .member = "count", .size = 1 } }, no_member[] = { DYN_TEXT(small, id), { .kind = DYN_KIND_INT, .size = 1 } };
    static const dyn_field no_names[] = { DYN_TEXT(small, id), { .member = "count", .size = 1, .kind = DYN_KIND_ENUM } };
    static const dyn_field has[] = { DYN_TEXT(small, id), DYN_INT(small, count, .has = DYN_HAS(all, yes) + 100000) };

    (void)state;
#define SMALL(fields) (&(const dyn_model){ DYN_MODEL(small, fields), .table = "t", .pk = "id" })
    check_says((&(const dyn_model){ DYN_MODEL(tiny, foreign), .table = "t", .pk = "id" }), "model 'tiny': field 'text_count' is not of this struct; make it with a DYN_ macro and the same type as DYN_MODEL");
    check_says(SMALL(no_kind), "field 'count' is not of this struct");
    check_says(SMALL(no_member), "field '?' is not of this struct");
    check_says(SMALL(wrong_map), "model 'small': member 'in' has another size than its model 'inner'");
    check_says(SMALL(no_map), "member 'in' has another size than its model '?'");
    check_says(SMALL(no_names), "the enum 'count' needs a table of names");
    check_says(SMALL(has), ".has of member 'count' must be DYN_HAS(small, flag)");
    check_says(SMALL(long_list), "model 'small': the list 'list' has 300 elements, which its struct or its count of 1 bytes cannot hold");
}

static void nested_models_are_checked_too(void **state)
{
    static const dyn_field bad_fields[] = { DYN_INT(inner, x, .attr = "label"), DYN_TEXT(inner, label) };
    static const dyn_model bad = { DYN_MODEL(inner, bad_fields) };
    static const dyn_field fields[] = { DYN_TEXT(all, text), DYN_MAP(all, in, bad) };
    static dyn_model level[34];
    static dyn_field level_fields[34][2];
    dyn_error e;

    (void)state;
    check_says(MODEL(fields, .pk = "text"), "model 'inner': the attribute 'label' of member 'x' is also");
    for (size_t i = 0; i < COUNT(level); i++) {                /* structs of one size, one in the other: only a table can say so */
        memset((void *)&level[i], 0, sizeof level[i]), memset((void *)level_fields[i], 0, sizeof level_fields[i]);
        level_fields[i][0] = inner_fields[1];
        level_fields[i][1].member = "down", level_fields[i][1].size = sizeof(inner), level_fields[i][1].kind = DYN_KIND_MAP;
        level_fields[i][1].nested = i + 1 < COUNT(level) ? &level[i + 1] : NULL;
        level[i].name = "level", level[i].size = sizeof(inner), level[i].fields = level_fields[i], level[i].field_count = i + 1 < COUNT(level) ? 2 : 1;
        level[i].table = "t", level[i].pk = "label";
    }
    assert_int_equal(dyn_model_check(&level[2], &e), DYN_OK);
    check_says(&level[1], "at most 32 levels");
}

static void a_known_model_lists_attributes_then_template_keys(void **state)
{
    dyn__known *k = know(&all_model);

    (void)state;
    assert_int_equal(k->slot_count, COUNT(all_fields) + 1);
    assert_string_equal(k->slots[12].name, "double");
    assert_int_equal(k->slots[12].len, 6);
    assert_int_equal(k->slots[COUNT(all_fields)].len, 2);
    assert_memory_equal(k->slots[COUNT(all_fields)].name, "sk", 2);
    assert_true(k->pk.plain);
    assert_int_equal(k->sk.part_count, 2);
    assert_int_equal(k->sk.parts[0].field, 4);
    assert_int_equal(k->sk.parts[0].width, 3);
    assert_memory_equal(k->sk.parts[1].literal.ptr, "#", 1);
    assert_non_null(dyn__known_find(models, &inner_model));
    assert_true(dyn__known_find(models, &inner_model)->flags);
    assert_false(k->flags);
    assert_null(dyn__known_find(models, &loose_model));
}

static void a_model_that_has_no_room_is_not_made(void **state)
{
    (void)state;
    know(&all_model);
    size_t needed = arena.used;
    for (size_t size = 0; size < needed; size += 8) {
        reset();
        arena.size = size;
        assert_null(dyn__known_make(&arena, &all_model, &models));
        assert_true(arena.missing > 0);
    }
    reset();
    arena.size = needed;
    assert_non_null(dyn__known_make(&arena, &all_model, &models));
}

/* ---- writing ---- */

static void fill(all *a)
{
    memset(a, 0, sizeof *a);
    strcpy(a->text, "key"), a->str.ptr = "a \"b\"\n", a->str.len = 6, a->yes = true;
    a->i8 = -128, a->u8 = 255, a->i16 = 32767, a->u16 = 65535, a->i32 = INT32_MIN, a->u32 = UINT32_MAX, a->i64 = INT64_MIN, a->u64 = UINT64_MAX;
    a->f = 0.1f, a->d = -2.5e-7, strcpy(a->n.text, "12345678901234567890.000000001");
    a->seconds = -1, a->useconds = 4102444800u, a->millis = 1763712000000, a->umillis = 1763712000001u, a->iso = 1715934542742, a->color = GREEN;
    a->in.x = 7, strcpy(a->in.label, "lab"), a->in.has_note = true, a->in.note.ptr = "n", a->in.note.len = 1, a->in.level = 1.5;
    a->ints[0] = 1, a->ints[1] = -2, a->int_count = 2, a->reals[0] = 0.3f, a->real_count = 1, a->bools[0] = true, a->bool_count = 2;
    strcpy(a->texts[0], "abc"), a->text_count = 2;
}

#define FULL_ITEM \
    "'str':{'S':'a \\'b\\'\\n'},'yes':{'BOOL':true},'i8':{'N':'-128'},'u8':{'N':'255'},'i16':{'N':'32767'},'u16':{'N':'65535'},'i32':{'N':'-2147483648'}," \
    "'u32':{'N':'4294967295'},'i64':{'N':'-9223372036854775808'},'u64':{'N':'18446744073709551615'},'f':{'N':'0.1'},'double':{'N':'-2.5e-7'}," \
    "'n':{'N':'12345678901234567890.000000001'},'seconds':{'N':'-1'},'useconds':{'N':'4102444800'},'millis':{'N':'1763712000000'},'umillis':{'N':'1763712000001'}," \
    "'iso':{'S':'2024-05-17T08:29:02.742Z'},'color':{'S':'green'}," \
    "'in':{'M':{'x':{'N':'7'},'label':{'S':'lab'},'note':{'S':'n'},'level':{'N':'1.5'}}},'ints':{'L':[{'N':'1'},{'N':'-2'}]}," \
    "'reals':{'L':[{'N':'0.3'}]},'bools':{'L':[{'BOOL':true},{'BOOL':false}]},'texts':{'L':[{'S':'abc'},{'S':''}]}"

static void writes_every_kind(void **state)
{
    all a;

    (void)state;
    fill(&a);
    expect_item(&all_model, &a, "{'text':{'S':'key'},'sk':{'S':'N#255#32767'}," FULL_ITEM "}");
    expect_item(MODEL(all_fields, .pk = "pk = A#{iso}/{color}!", .sk = "iso"), &a, "{'pk':{'S':'A#2024-05-17T08:29:02.742Z/green!'},'iso':{'S':'2024-05-17T08:29:02.742Z'},"
                "'text':{'S':'key'},'str':{'S':'a \\'b\\'\\n'},'yes':{'BOOL':true},'i8':{'N':'-128'},'u8':{'N':'255'},'i16':{'N':'32767'},'u16':{'N':'65535'},'i32':{'N':'-2147483648'},"
                "'u32':{'N':'4294967295'},'i64':{'N':'-9223372036854775808'},'u64':{'N':'18446744073709551615'},'f':{'N':'0.1'},'double':{'N':'-2.5e-7'},"
                "'n':{'N':'12345678901234567890.000000001'},'seconds':{'N':'-1'},'useconds':{'N':'4102444800'},'millis':{'N':'1763712000000'},'umillis':{'N':'1763712000001'},"
                "'color':{'S':'green'},'in':{'M':{'x':{'N':'7'},'label':{'S':'lab'},'note':{'S':'n'},'level':{'N':'1.5'}}},'ints':{'L':[{'N':'1'},{'N':'-2'}]},"
                "'reals':{'L':[{'N':'0.3'}]},'bools':{'L':[{'BOOL':true},{'BOOL':false}]},'texts':{'L':[{'S':'abc'},{'S':''}]}}");
}

static void leaves_out_what_is_absent(void **state)
{
    static const dyn_field fields[] = {
        DYN_INT(all, i64), DYN_TEXT(all, text, .omit_zero = true), DYN_STR(all, str, .omit_zero = true), DYN_BOOL(all, yes, .omit_zero = true), DYN_INT(all, i8, .omit_zero = true),
        DYN_REAL(all, f, .nan = DYN_NAN_OMIT), DYN_REAL(all, d, .omit_zero = true), DYN_NUMBER(all, n, .omit_zero = true), DYN_ISO(all, iso, .omit_zero = true),
        DYN_ENUM(all, color, colors, .omit_zero = true), DYN_INT_LIST(all, ints, int_count, .omit_zero = true), DYN_INT(all, u8, .has = DYN_HAS(all, yes)),
    };
    const dyn_model *m = MODEL(fields, .pk = "i64");
    all a;

    (void)state;
    memset(&a, 0, sizeof a);
    a.f = NAN;
    expect_item(m, &a, "{'i64':{'N':'0'}}");
    a.f = -INFINITY, a.d = -0.0;
    expect_item(m, &a, "{'i64':{'N':'0'}}");
    strcpy(a.text, "t"), a.str.ptr = "s", a.str.len = 1, a.yes = true, a.i8 = 1, a.f = 0, a.d = 1e-130, strcpy(a.n.text, "0"), a.iso = 1, a.color = RED, a.int_count = 1;
    expect_item(m, &a,
                "{'i64':{'N':'0'},'text':{'S':'t'},'str':{'S':'s'},'yes':{'BOOL':true},'i8':{'N':'1'},'f':{'N':'0'},'d':{'N':'1e-130'},'n':{'N':'0'},"
                "'iso':{'S':'1970-01-01T00:00:00.001Z'},'color':{'S':'red'},'ints':{'L':[{'N':'0'}]},'u8':{'N':'0'}}");
}

/* What was absent and read as zero can be put back. */
static void writes_a_zeroed_number_as_zero(void **state)
{
    static const dyn_field fields[] = { DYN_INT(all, i64), DYN_NUMBER(all, n, .optional = true) };
    all a;

    (void)state;
    memset(&a, 0, sizeof a);
    expect_item(MODEL(fields, .pk = "i64"), &a, "{'i64':{'N':'0'},'n':{'N':'0'}}");
}

static void refuses_what_cannot_be_stored_by_name(void **state)
{
    all a;

    (void)state;
#define REFUSED(change, text, attribute) do { fill(&a); change; expect_refused(&all_model, &a, text, attribute); } while (0)
    REFUSED(memset(a.text, 'x', 8), "attribute 'text': the text in char[8] has no terminating zero", "text");
    REFUSED(strcpy(a.text, "a\xff"), "attribute 'text': the text is not valid UTF-8", "text");
    REFUSED(strcpy(a.text, ""), "key 'text': it is empty; a key has a value", "text");
    REFUSED(a.str.ptr = NULL, "attribute 'str': its slice has a length but no pointer", "str");
    REFUSED(a.str.ptr = "\xed\xa0\x80", "attribute 'str': the text is not valid UTF-8", "str");
    REFUSED(a.i16 = -1, "member 'i16': -1 cannot be in a key template; it must be 0 or more", "i16");
    REFUSED(a.f = NAN, "attribute 'f': NaN and infinity cannot be stored; set .nan = DYN_NAN_OMIT to leave the attribute out then", "f");
    REFUSED(a.d = INFINITY, "attribute 'double': NaN and infinity cannot be stored; set .nan = DYN_NAN_OMIT to leave the attribute out then", "double");
    REFUSED(a.d = 1e126, "attribute 'double': the number is outside DynamoDB`s range (0, or 1e-130 to 9.99e125)", "double");
    REFUSED(a.d = -9e-131, "attribute 'double': the number is outside DynamoDB`s range (0, or 1e-130 to 9.99e125)", "double");
    REFUSED(strcpy(a.n.text, "1.2.3"), "attribute 'n': '1.2.3' is no number of at most 38 digits between 1e-130 and 9.99e125", "n");
    REFUSED(strcpy(a.n.text, "123456789012345678901234567890123456789"),
            "attribute 'n': '123456789012345678901234567890123456789' is no number of at most 38 digits between 1e-130 and 9.99e125", "n");
    REFUSED(a.iso = INT64_MAX, "attribute 'iso': the time is outside the years 0000 to 9999: 9223372036854775807", "iso");
    REFUSED(a.color = 3, "attribute 'color': the enum has no name for the value 3", "color");
    REFUSED(a.int_count = 4, "attribute 'ints': its count is 4, but there is room for 3 elements", "ints");
    REFUSED(a.text_count = -1, "attribute 'texts': its count is 4294967295, but there is room for 2 elements", "texts");
    REFUSED(a.reals[0] = NAN, "attribute 'reals': NaN and infinity cannot be stored; set .nan = DYN_NAN_OMIT to leave the attribute out then", "reals");
    REFUSED(memset(a.texts[1], 'x', 4), "attribute 'texts': the text in char[4] has no terminating zero", "texts");
    REFUSED(memset(a.in.label, 'x', 6), "attribute 'label': the text in char[6] has no terminating zero", "label");
#undef REFUSED
}

static void refuses_key_parts_that_could_not_be_read_back(void **state)
{
    static const struct { const char *pk, *text; const char *says; } cases[] = {
        { "pk = A#{text}#{u8:3}", "a#b", "member 'text': 'a#b' must not contain '#', which follows it in the key template" },
        { "pk = A#{text}#{u8:3}", "ab#", "member 'text': 'ab#' must not contain '#', which follows it in the key template" },
        { "pk = {text}--{u8:3}", "a--b", "member 'text': 'a--b' must not contain '--', which follows it in the key template" },
        { "pk = {text}--{u8:3}", "a-", "member 'text': 'a-' must not contain '--', which follows it in the key template" },
        { "pk = {text}aba", "xab", "member 'text': 'xab' must not contain 'aba', which follows it in the key template" },
        { "pk = A#{text}", "", "member 'text' is empty; a member of a key template must not be" },
        { "pk = A#{text}#{u8:2}", "ab", "member 'u8': 255 needs 3 digits, the key template has 2" },
    };
    all a;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        fill(&a);
        strcpy(a.text, cases[i].text);
        expect_refused(MODEL(all_fields, .pk = cases[i].pk), &a, cases[i].says, strstr(cases[i].says, "'u8'") ? "u8" : "text");
    }
}

static void writes_times_beyond_2038_in_unsigned_seconds(void **state)
{
    static const dyn_field fields[] = { DYN_INT(all, u8), DYN_SECONDS(all, useconds, .key_only = true), DYN_SECONDS(all, u16), DYN_SECONDS(all, u64) };
    all a, back;

    (void)state;
    memset(&a, 0, sizeof a);
    a.useconds = 3000000000u, a.u16 = 40000, a.u64 = 4102444800u;
    expect_item(MODEL(fields, .pk = "u8", .sk = "sk = {useconds:10}"), &a, "{'u8':{'N':'0'},'sk':{'S':'3000000000'},'u16':{'N':'40000'},'u64':{'N':'4102444800'}}");
    dyn__known *k = know(MODEL(fields, .pk = "u8", .sk = "sk = {useconds:10}"));
    expect_read(k, &back, sizeof back, "{'u8':{'N':'0'},'sk':{'S':'3000000000'},'u16':{'N':'40000'},'u64':{'N':'4102444800'}}", DYN_OK);
    assert_int_equal(back.useconds, 3000000000u);
    assert_int_equal(back.u16, 40000);
    expect_bad(k, &back, sizeof back, "{'u8':{'N':'0'},'sk':{'S':'3000000000'},'u16':{'N':'-1'},'u64':{'N':'1'}}",
               "attribute 'u16': the number -1 does not fit a time in seconds of 16 bits (0 to 65535); use a wider member or DYN_NUMBER", "u16");
}

static void writes_the_same_from_any_byte_on(void **state)
{
    static char whole[1 << 13], piece[64];
    dyn__known *k = know(&all_model);
    all a;

    (void)state;
    fill(&a);
    for (size_t part = 0; part < COUNT(all_fields) + 2; part++) {
        dyn__writer w = { whole, sizeof whole, 0, 0, 0, NULL, NULL };
        assert_int_equal(dyn__write_item_part(&w, k, part, (unsigned char *)&a, &error), DYN_OK);
        for (size_t from = 0; from <= w.len; from++) {
            dyn__writer p = { piece, sizeof piece, 0, from, 0, NULL, NULL };
            assert_int_equal(dyn__write_item_part(&p, k, part, (unsigned char *)&a, &error), DYN_OK);
            assert_int_equal(p.pos, w.len);
            assert_int_equal(p.len, w.len - from < sizeof piece ? w.len - from : sizeof piece);
            assert_memory_equal(piece, whole + from, p.len);
        }
    }
}

/* ---- floats ---- */

static void float_text(float f, char *text, size_t size)
{
    static const dyn_field fields[] = { DYN_INT(all, u8), DYN_REAL(all, f) };
    static const dyn_model m = { DYN_MODEL(all, fields), .table = "t", .pk = "u8" };
    static dyn__known *k;
    dyn__writer w = { text, size - 1, 0, 0, 0, NULL, NULL };
    all a;

    if (!dyn__known_find(models, &m))
        k = know(&m);
    memset(&a, 0, sizeof a);
    a.f = f;
    assert_int_equal(dyn__write_item_part(&w, k, 3, (unsigned char *)&a, &error), DYN_OK);
    assert_memory_equal(text, ",\"f\":{\"N\":\"", 11);
    memmove(text, text + 11, w.len - 13);
    text[w.len - 13] = '\0';
}

static size_t digits_of(const char *text)
{
    size_t n = 0, zeros = 0;

    for (; *text && *text != 'e'; text++)
        if (*text >= '0' && *text <= '9' && (n || *text != '0')) {
            zeros = *text == '0' ? zeros + 1 : 0;
            n++;
        }
    return n - zeros;
}

static void writes_a_float_as_short_as_it_is_meant(void **state)
{
    static const struct { float f; const char *text; } cases[] = {
        { 0.1f, "0.1" }, { 0.3f, "0.3" }, { -273.15f, "-273.15" }, { 21.7f, "21.7" }, { 16777216.0f, "16777216" }, { 1e10f, "10000000000" }, { 3.4028235e38f, "3.4028235e+38" },
        { 1.1754944e-38f, "1.1754944e-38" }, { 1.0f, "1" }, { 0.0f, "0" }, { 99999.9f, "99999.9" }, { 9.99999e-7f, "9.99999e-7" }, { 1.00000012f, "1.0000001" },
        { 8388609.5f, "8388610" }, { 0.999999940f, "0.99999994" }, { 1234567.5f, "1234567.5" }, { 33554436.0f, "33554436" },
    };
    char text[64];

    (void)state;
    models = NULL;
    for (size_t i = 0; i < COUNT(cases); i++) {
        float_text(cases[i].f, text, sizeof text);
        assert_string_equal(text, cases[i].text);
    }
}

static uint64_t seed;
static uint64_t next_random(void)
{
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return seed;
}

/* libc's strtof and %.9g, which is always enough, judge. */
static void floats_read_back_and_are_no_longer_than_nine_digits(void **state)
{
    char text[64], nine[64];

    (void)state;
    models = NULL;
    seed = 88172645463325252u;
    for (int i = 0; i < 100000; i++) {
        uint32_t bits = (uint32_t)(next_random() >> 16);
        float f;
        memcpy(&f, &bits, sizeof f);
        if (f - f != 0)
            continue;
        float_text(f, text, sizeof text);
        snprintf(nine, sizeof nine, "%.9g", (double)f);
        if (strtof(text, NULL) != f || (float)strtod(text, NULL) != f || digits_of(text) > digits_of(nine))
            fail_msg("%.9g is written as %s", (double)f, text);
    }
}

/* ---- reading ---- */

static void expect_full(const all *a)
{
    all want;

    fill(&want);
    assert_string_equal(a->text, want.text);
    assert_int_equal(a->str.len, want.str.len);
    assert_memory_equal(a->str.ptr, want.str.ptr, want.str.len);
    assert_true(a->yes == want.yes && a->i8 == want.i8 && a->u8 == want.u8 && a->i16 == want.i16 && a->u16 == want.u16 && a->i32 == want.i32 && a->u32 == want.u32 && a->i64 == want.i64);
    assert_true(a->u64 == want.u64 && a->f == want.f && a->d == want.d && a->seconds == want.seconds && a->useconds == want.useconds && a->millis == want.millis);
    assert_true(a->umillis == want.umillis && a->iso == want.iso && a->color == want.color && a->in.x == want.in.x && a->in.has_note && a->in.level == want.in.level);
    assert_string_equal(a->n.text, want.n.text);
    assert_string_equal(a->in.label, want.in.label);
    assert_int_equal(a->in.note.len, 1);
    assert_memory_equal(a->in.note.ptr, "n", 1);
    assert_true(a->int_count == 2 && a->ints[0] == 1 && a->ints[1] == -2 && a->real_count == 1 && a->reals[0] == 0.3f && a->bool_count == 2 && a->bools[0] && !a->bools[1]);
    assert_int_equal(a->text_count, 2);
    assert_string_equal(a->texts[0], "abc");
    assert_string_equal(a->texts[1], "");
}

static void reads_every_kind_in_every_split(void **state)
{
    all a;
    dyn__known *k = know(&all_model);
    const char *text = q("{'text':{'S':'key'},'sk':{'S':'N#255#32767'}," FULL_ITEM "}");
    size_t n = strlen(text);

    (void)state;
    expect_read(k, &a, sizeof a, text, DYN_OK);
    expect_full(&a);
    for (size_t first = 1; first < n; first++) {             /* two pieces, cut at every byte */
        memset(&a, 0x5a, sizeof a);
        work.size = sizeof work_bytes;
        char *window = (char *)malloc(n);
        memset((void *)&error, 0, sizeof error);
        memcpy(window, text, first);
        const char *at = window;
        dyn__decode_start(&decoder, k, &a);
        assert_int_equal(dyn__decode(&decoder, &at, window + first), DYN__MORE);
        size_t left = (size_t)(window + first - at);
        memmove(window, at, left);
        memcpy(window + left, text + first, n - first);
        at = window;
        assert_int_equal(dyn__decode(&decoder, &at, window + left + (n - first)), DYN__GOOD);
        memset(window, 0xee, n);                               /* nothing may point into it */
        expect_full(&a);
        free(window);
    }
}

static void reads_attributes_in_any_order_with_white_space(void **state)
{
    static const char *parts[] = {
        "'sk':{'S':'N#255#32767'}", " 'str' : { 'S' : 'a \\'b\\'\\n' } ", "'yes':\n{\t'BOOL' : true\n}", "'i8':{'N': '-128' }", "'u8':{'N':'255'}", "'i16':{'N':'32767'}", "'u16':{'N':'65535'}",
        "'i32':{'N':'-2147483648'}", "'u32':{'N':'4294967295'}", "'i64':{'N':'-9223372036854775808'}", "'u64':{'N':'18446744073709551615'}", "'f':{'N':'0.1'}", "'double':{'N':'-0.00000025'}",
        "'n':{'N':'12345678901234567890.000000001'}", "'seconds':{'N':'-1'}", "'useconds':{'N':'4102444800'}", "'millis':{'N':'1763712000000'}", "'umillis':{'N':'1763712000001'}",
        "'iso':{'S':'2024-05-17T10:29:02.742+02:00'}", "'color':{'S':'green'}", "'in' : { 'M' : { 'level':{'N':'15e-1'} , 'note':{'S':'n'},'unknown':{'L':[]},'label':{'S':'lab'}, 'x':{'N':'7'} } }",
        "'ints':{'L':[ {'N':'1'} , {'N':'-2'} ] }", "'reals':{'L':[{'N':'0.3'}]}", "'bools':{'L':[{'BOOL':true},{'BOOL':false}]}", "'texts':{'L':[{'S':'abc'},{'S':''}]}", "'text':{'S':'key'}",
    };
    all a;
    dyn__known *k = know(&all_model);

    (void)state;
    seed = 1234567;
    for (int round = 0; round < 60; round++) {
        char text[1 << 12] = "{";
        size_t order[COUNT(parts)];
        for (size_t i = 0; i < COUNT(parts); i++) {
            size_t other = (size_t)(next_random() % (i + 1));
            order[i] = order[other], order[other] = i;
        }
        for (size_t i = 0; i < COUNT(parts); i++)
            strcat(strcat(text, i ? "," : ""), parts[order[i]]);
        expect_read(k, &a, sizeof a, strcat(text, round % 2 ? " }" : "}"), DYN_OK);
        expect_full(&a);
    }
}

static void passes_over_unknown_attributes_of_every_shape(void **state)
{
    static const char *unknown[] = {
        "{'S':'x'}", "{'N':'1'}", "{'B':'AAEC'}", "{'BOOL':false}", "{'NULL':true}", "{'SS':['a','b']}", "{'NS':['1','2']}", "{'BS':['AA==']}", "{'L':[]}", "{'M':{}}",
        "{'M':{'i8':{'N':'5'},'deep':{'L':[{'M':{'x':{'L':[{'S':'}]\\'{['}]}}}]}}}", "{'S':'\\u007d\\\\'}", "{'FUTURE':[1,2.5e3,null,{'a':true}]}", "{}", "[]", "17", "null", "'text'",
    };
    static const char *names[] = { "other", "I8", "i", "i88", "i8 ", "\\u0069\\u0038x", "", "in2", "x", "label", "a_name_that_is_longer_than_any_attribute_of_a_model_may_be_"
        "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
        "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789" };
    all a;
    dyn__known *k = know(&loose_model);

    (void)state;
    for (size_t i = 0; i < COUNT(unknown); i++)
        for (size_t j = 0; j < COUNT(names); j++) {
            char text[1 << 10];
            snprintf(text, sizeof text, "{'text':{'S':'key'},'%s':%s,'i8':{'N':'-5'},'%s':%s}", names[j], unknown[i], names[j], unknown[i]);
            expect_read(k, &a, sizeof a, text, DYN_OK);
            assert_int_equal(a.i8, -5);
            assert_string_equal(a.text, "key");
        }
}

static void knows_a_name_that_is_written_with_escapes(void **state)
{
    static const dyn_field fields[] = { DYN_INT(all, u8, .attr = "gr\xc3\xb6\xc3\x9f" "e"), DYN_INT(all, u16, .attr = "a\"b\\c"), DYN_INT(all, u32, .attr = "d\\n"), DYN_INT(all, u64, .optional = true) };
    dyn__known *k = know(MODEL(fields, .pk = "u8"));
    all a;

    (void)state;
    for (int round = 0; round < 2; round++) {                 /* the second finds each where it was guessed */
        expect_read(k, &a, sizeof a, "{'gr\\u00f6\\u00dfe':{'N':'1'},'a\\'b\\\\c':{'N':'2'},'d\\\\n':{'N':'3'},'\\u00754':{'N':'4'},'\\u0075\\u0036\\u0034':{'N':'5'}}", DYN_OK);
        assert_true(a.u8 == 1 && a.u16 == 2 && a.u32 == 3 && a.u64 == 5);
    }
    expect_bad(k, &a, sizeof a, "{'gr\xc3\xb6\xc3\x9f" "e':{'N':'1'},'a\\'b\\\\c':{'N':'2'},'d\\n':{'N':'3'},'unknown':{'S':'text'}}", "attribute 'd\\n' is missing; make the member .optional if it may be", "d\\n");
    expect_read(k, &a, sizeof a, "{'gr\xc3\xb6\xc3\x9f" "e':{'N':'1'},'a\\'b\\\\c':{'N':'2'},'d\\n':{'N':'3'},'d\\\\n':{'N':'4'}}", DYN_OK);
    assert_int_equal(a.u32, 4);
}

static void takes_null_and_absence_where_the_model_allows_them(void **state)
{
    static const dyn_field fields[] = {
        DYN_INT(all, i64), DYN_TEXT(all, text, .optional = true, .initial = "none"), DYN_INT(all, i8, .initial = "-5"), DYN_REAL(all, f, .nan = DYN_NAN_OMIT),
        DYN_INT(all, u8, .has = DYN_HAS(all, yes)), DYN_REAL(all, d, .optional = true, .initial = "21.5"), DYN_NUMBER(all, n, .initial = "1.5"),
        DYN_ISO(all, iso, .initial = "1970-01-01T00:00:01Z"), DYN_ENUM(all, color, colors, .initial = "red"), DYN_INT_LIST(all, ints, int_count, .optional = true),
        DYN_MAP(all, in, inner_model, .optional = true), DYN_STR(all, str, .omit_zero = true), DYN_BOOL(all, bools[1], .initial = "true"),
    };
    dyn__known *k = know(MODEL(fields, .pk = "i64"));
    static const char *items[] = {
        "{'i64':{'N':'9'}}",
        "{'i64':{'N':'9'},'text':{'NULL':true},'i8':{'NULL':true},'f':{'NULL':true},'u8':{'NULL':true},'d':{'NULL':true},'n':{'NULL':true},'iso':{'NULL':true},"
        "'color':{ 'NULL' : true },'ints':{'NULL':true},'in':{'NULL':true},'str':{'NULL':true},'bools[1]':{'NULL':true}}",
    };
    all a;

    (void)state;
    for (size_t i = 0; i < COUNT(items); i++) {
        expect_read(k, &a, sizeof a, items[i], DYN_OK);
        assert_int_equal(a.i64, 9);
        assert_string_equal(a.text, "none");
        assert_string_equal(a.n.text, "1.5");
        assert_true(a.i8 == -5 && a.f == 0 && a.u8 == 0 && !a.yes && a.d == 21.5 && a.iso == 1000 && a.color == RED && a.int_count == 0 && a.in.x == 0 && a.str.len == 0 && a.bools[1]);
        assert_true(decoder.frames[0].present.bits[0] == 1);
    }
    expect_read(k, &a, sizeof a, "{'i64':{'N':'9'},'u8':{'N':'0'}}", DYN_OK);
    assert_true(a.yes && a.u8 == 0);
    expect_bad(k, &a, sizeof a, "{'i64':{'NULL':true}}", "attribute 'i64': found NULL, the member is a signed integer; make it .optional if it may be NULL", "i64");
    expect_bad(k, &a, sizeof a, "{}", "attribute 'i64' is missing; make the member .optional if it may be", "i64");
}

static void a_missing_or_null_member_is_named(void **state)
{
    static const dyn_field fields[] = { DYN_INT(all, u8), DYN_REAL(all, d, .attr = "temp"), DYN_MAP(all, in, inner_model, .optional = true), DYN_INT_LIST(all, ints, int_count, .optional = true) };
    dyn__known *k = know(MODEL(fields, .pk = "u8"));
    all a;

    (void)state;
    expect_bad(k, &a, sizeof a, "{'u8':{'N':'1'}}", "attribute 'temp' is missing; make the member .optional if it may be", "temp");
    expect_bad(k, &a, sizeof a, "{'u8':{'N':'1'},'temp':{'N':'1'},'in':{'M':{'label':{'S':'a'}}}}", "attribute 'x' is missing; make the member .optional if it may be", "x");
    expect_bad(k, &a, sizeof a, "{'u8':{'N':'1'},'temp':{'N':'1'},'ints':{'L':[{'NULL':true}]}}",
               "attribute 'ints': found NULL, the member is a signed integer; make it .optional if it may be NULL", "ints");
    decoder.partial = true;                                    /* an image: anything may be missing */
    expect_read(k, &a, sizeof a, "{'temp':{'NULL':true},'in':{'M':{}}}", DYN_OK);
    assert_true(a.u8 == 0 && a.d == 0 && a.in.x == 0 && decoder.frames[0].present.bits[0] == 4);
    assert_string_equal(a.in.label, "none");
}

static void another_type_than_declared_is_named(void **state)
{
    static const struct { const char *json, *says, *attribute; } cases[] = {
        { "'u8':{'S':'1'}", "attribute 'u8': found a text (S), the member is an unsigned integer", "u8" },
        { "'i8':{'BOOL':true}", "attribute 'i8': found a bool (BOOL), the member is a signed integer", "i8" },
        { "'str':{'N':'1'}", "attribute 'str': found a number (N), the member is a text", "str" },
        { "'str':{'B':'AA=='}", "attribute 'str': found bytes (B), the member is a text", "str" },
        { "'yes':{'N':'1'}", "attribute 'yes': found a number (N), the member is a bool", "yes" },
        { "'double':{'SS':['1']}", "attribute 'double': found a string set (SS), the member is a floating-point number", "double" },
        { "'n':{'NS':['1']}", "attribute 'n': found a number set (NS), the member is a dyn_number", "n" },
        { "'seconds':{'BS':['AA==']}", "attribute 'seconds': found a binary set (BS), the member is a time in seconds", "seconds" },
        { "'millis':{'L':[]}", "attribute 'millis': found a list (L), the member is a time in milliseconds", "millis" },
        { "'iso':{'N':'1'}", "attribute 'iso': found a number (N), the member is a text (S)", "iso" },
        { "'color':{'N':'1'}", "attribute 'color': found a number (N), the member is an enum`s name", "color" },
        { "'in':{'L':[]}", "attribute 'in': found a list (L), the member is a map", "in" },
        { "'ints':{'M':{}}", "attribute 'ints': found a map (M), the member is a list", "ints" },
        { "'ints':{'SS':['1']}", "attribute 'ints': found a string set (SS), the member is a list", "ints" },
        { "'ints':{'L':['1',{'M':{}}]}", "attribute 'ints': found a map (M), the member is a signed integer", "ints" },
        { "'ints':{'L':[{'S':'1'}]}", "attribute 'ints': found a text (S), the member is a signed integer", "ints" },
        { "'texts':{'L':[{'S':'a'},{'N':'1'}]}", "attribute 'texts': found a number (N), the member is a text", "texts" },
        { "'in':{'M':{'x':{'S':'1'}}}", "attribute 'x': found a text (S), the member is a signed integer", "x" },
        { "'u8':{'X':'1'}", "attribute 'u8': found an unknown type, the member is an unsigned integer", "u8" },
        { "'u8':{'FUTURETYPE':{'a':[1]}}", "attribute 'u8': found an unknown type, the member is an unsigned integer", "u8" },
        { "'yes':{'T':true}", "attribute 'yes': found an unknown type, the member is a bool", "yes" },
        { "'u8':{'0':true}", "attribute 'u8': found an unknown type, the member is an unsigned integer", "u8" },
        { "'u8':{'s':['1']}", "attribute 'u8': found an unknown type, the member is an unsigned integer", "u8" },
    };
    dyn__known *k = know(&loose_model);
    all a;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[512];
        snprintf(text, sizeof text, "{'text':{'S':'k'},%s,'u16':{'N':'3'}}", cases[i].json);
        expect_bad(k, &a, sizeof a, text, cases[i].says, cases[i].attribute);
        assert_int_equal(a.u16, 3);                            /* the rest is still read */
    }
}

static void numbers_fit_their_member_or_are_refused(void **state)
{
    static const struct { const char *name, *text; bool fits; int64_t value; } cases[] = {
        { "i8", "127", true, 127 }, { "i8", "-128", true, -128 }, { "i8", "128", false, 0 }, { "i8", "-129", false, 0 }, { "u8", "255", true, 255 }, { "u8", "256", false, 0 }, { "u8", "-1", false, 0 },
        { "u8", "0", true, 0 }, { "u8", "-0", true, 0 }, { "i16", "32767", true, 32767 }, { "i16", "32768", false, 0 }, { "i16", "-32768", true, -32768 }, { "i16", "-32769", false, 0 },
        { "u16", "65535", true, 65535 }, { "u16", "65536", false, 0 }, { "i32", "2147483647", true, INT32_MAX }, { "i32", "2147483648", false, 0 }, { "i32", "-2147483648", true, INT32_MIN },
        { "i32", "-2147483649", false, 0 }, { "u32", "4294967295", true, 4294967295 }, { "u32", "4294967296", false, 0 }, { "i64", "9223372036854775807", true, INT64_MAX },
        { "i64", "9223372036854775808", false, 0 }, { "i64", "-9223372036854775808", true, INT64_MIN }, { "i64", "-9223372036854775809", false, 0 }, { "u64", "18446744073709551615", true, -1 },
        { "u64", "18446744073709551616", false, 0 }, { "u64", "-1", false, 0 }, { "i8", "1E2", true, 100 }, { "i8", "1e+2", true, 100 }, { "i8", "12.00", true, 12 }, { "i8", "1200e-2", true, 12 },
        { "i8", "1e3", false, 0 }, { "i64", "1e18", true, 1000000000000000000 }, { "i64", "1e19", false, 0 }, { "i64", "9.99e125", false, 0 }, { "i8", "1.5", false, 0 }, { "i8", "1e-130", false, 0 },
        { "u64", "1e19", true, (int64_t)10000000000000000000u }, { "i8", "", false, 0 }, { "i8", "x", false, 0 }, { "i8", " 1", false, 0 }, { "i8", "1 ", false, 0 }, { "i8", "0x1", false, 0 }, { "i8", "NaN", false, 0 },
        { "seconds", "2147483647", true, INT32_MAX }, { "seconds", "2147483648", false, 0 }, { "useconds", "4294967295", true, 4294967295 }, { "useconds", "4294967296", false, 0 }, { "useconds", "-1", false, 0 },
        { "millis", "9223372036854775807", true, INT64_MAX }, { "millis", "9223372036854775808", false, 0 }, { "umillis", "-1", false, 0 }, { "umillis", "1763712000001", true, 1763712000001 },
    };
    dyn__known *k = know(&loose_model);
    all a;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[256];
        const dyn_field *f = loose_fields;
        snprintf(text, sizeof text, "{'text':{'S':'k'},'%s':{'N':'%s'}}", cases[i].name, cases[i].text);
        expect_read(k, &a, sizeof a, text, cases[i].fits ? DYN_OK : DYN_BAD_ROW);
        if (!cases[i].fits) {
            assert_string_equal(error.attribute, cases[i].name);
            assert_non_null(strstr(error.text, cases[i].text));
            continue;
        }
        while (strcmp(f->member, cases[i].name))
            f++;
        uint64_t bits = 0;
        memcpy(&bits, (unsigned char *)&a + f->offset, f->size);       /* this test runs on little-endian machines */
        assert_int_equal(bits, f->size < 8 ? (uint64_t)cases[i].value & (((uint64_t)1 << 8 * f->size) - 1) : (uint64_t)cases[i].value);
    }
    expect_bad(k, &a, sizeof a, "{'i8':{'N':'128'}}", "attribute 'i8': the number 128 does not fit a signed integer of 8 bits (-128 to 127); use a wider member or DYN_NUMBER", "i8");
    expect_bad(k, &a, sizeof a, "{'u32':{'N':'1e10'}}", "attribute 'u32': the number 1e10 does not fit an unsigned integer of 32 bits (0 to 4294967295); use a wider member or DYN_NUMBER", "u32");
    expect_bad(k, &a, sizeof a, "{'i16':{'N':'1.5'}}", "attribute 'i16': 1.5 is no whole number; the member is an integer, use DYN_REAL or DYN_NUMBER", "i16");
    expect_bad(k, &a, sizeof a, "{'double':{'N':'1,5'}}", "attribute 'double': '1,5' is no number", "double");
}

static void floats_that_overflow_or_vanish_are_refused(void **state)
{
    static const struct { const char *name, *text; bool fits; double value; } cases[] = {
        { "f", "3.4028235e38", true, 3.4028234663852886e38 }, { "f", "3.5e38", false, 0 }, { "f", "-1e39", false, 0 }, { "f", "1.4e-45", true, 1.401298464324817e-45 }, { "f", "1e-46", false, 0 },
        { "f", "-1e-130", false, 0 }, { "f", "0", true, 0 }, { "f", "0.1", true, 0.10000000149011612 }, { "double", "9.9999999999999999999999999999999999999E125", true, 1e126 },
        { "double", "1E-130", true, 1e-130 }, { "double", "0.1", true, 0.1 }, { "double", "-9.99e125", true, -9.99e125 }, { "double", "1e309", false, 0 },
        { "double", "9007199254740993", true, 9007199254740992.0 },
    };
    dyn__known *k = know(&loose_model);
    all a;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[256];
        snprintf(text, sizeof text, "{'text':{'S':'k'},'%s':{'N':'%s'}}", cases[i].name, cases[i].text);
        expect_read(k, &a, sizeof a, text, cases[i].fits ? DYN_OK : DYN_BAD_ROW);
        if (cases[i].fits)
            assert_true((*cases[i].name == 'f' ? (double)a.f : a.d) == cases[i].value);
    }
    expect_bad(k, &a, sizeof a, "{'f':{'N':'1e39'}}", "attribute 'f': the number 1e39 does not fit a floating-point number of 32 bits (0, or 1.4e-45 to 3.4e38); use a wider member or DYN_NUMBER", "f");
}

static void numbers_of_38_digits_are_kept_and_long_forms_shortened(void **state)
{
    static const char nines[] = "99999999999999999999999999999999999999";
    char plain[8][256], want[8][64];
    dyn__known *k = know(&loose_model);
    all a;

    (void)state;
    sprintf(plain[0], "0.%0129d1", 0), strcpy(want[0], "1E-130");
    sprintf(plain[1], "-0.%0129d1", 0), strcpy(want[1], "-1E-130");
    sprintf(plain[2], "%s%088d", nines, 0), sprintf(want[2], "9.%sE125", nines + 1);
    sprintf(plain[3], "-%s%088d", nines, 0), sprintf(want[3], "-9.%sE125", nines + 1);
    sprintf(plain[4], "0.%092d%s", 0, nines), sprintf(want[4], "9.%sE-93", nines + 1);
    sprintf(plain[5], "1%0125d", 0), strcpy(want[5], "1E125");
    sprintf(plain[6], "123.45%060d", 0), strcpy(want[6], "1.2345E2");
    sprintf(plain[7], "0.%060d", 0), strcpy(want[7], "0E0");
    for (size_t i = 0; i < COUNT(plain); i++) {
        char text[4096];
        snprintf(text, sizeof text, "{'text':{'S':'k'},'n':{'N':'%s'}}", plain[i]);
        expect_read(k, &a, sizeof a, text, DYN_OK);
        assert_string_equal(a.n.text, want[i]);
        assert_true(strtod(a.n.text, NULL) == strtod(plain[i], NULL));
    }
    static const char *same[] = { "0", "-12.5", "1E-130", "9.9999999999999999999999999999999999999E+125", "-12345678901234567890123456789012345678", "0.5", "1.50" };
    for (size_t i = 0; i < COUNT(same); i++) {
        char text[512];
        snprintf(text, sizeof text, "{'text':{'S':'k'},'n':{'N':'%s'}}", same[i]);
        expect_read(k, &a, sizeof a, text, DYN_OK);
        assert_string_equal(a.n.text, same[i]);
    }
    expect_bad(k, &a, sizeof a, "{'n':{'N':'1e126'}}", "attribute 'n': the number 1e126 does not fit a dyn_number of 384 bits (38 digits, 1e-130 to 9.99e125); use a wider member or DYN_NUMBER", "n");
}

static void texts_fit_their_member_to_the_last_byte(void **state)
{
    dyn__known *k = know(&loose_model);
    all a;

    (void)state;
    expect_read(k, &a, sizeof a, "{'text':{'S':'1234567'}}", DYN_OK);
    assert_string_equal(a.text, "1234567");
    expect_bad(k, &a, sizeof a, "{'text':{'S':'12345678'},'u8':{'N':'3'}}", "attribute 'text': a text of 8 bytes does not fit char[8]", "text");
    assert_int_equal(a.u8, 3);
    expect_read(k, &a, sizeof a, "{'text':{'S':'1234\\u20ac'}}", DYN_OK);
    assert_string_equal(a.text, "1234\xe2\x82\xac");
    expect_bad(k, &a, sizeof a, "{'text':{'S':'12345\\u20ac'}}", "attribute 'text': a text of 8 bytes does not fit char[8]", "text");
    expect_bad(k, &a, sizeof a, "{'text':{'S':'ab\\u0000c'}}", "attribute 'text': the text has a zero byte inside, which char[N] cannot hold; use DYN_STR", "text");
    expect_bad(k, &a, sizeof a, "{'texts':{'L':[{'S':'abcd'}]}}", "attribute 'texts': a text of 4 bytes does not fit char[4]", "texts");
    expect_read(k, &a, sizeof a, "{'text':{'S':''},'str':{'S':'ab\\u0000c'}}", DYN_OK);
    assert_int_equal(a.str.len, 4);
    assert_memory_equal(a.str.ptr, "ab\0c", 4);
    expect_bad(k, &a, sizeof a, "{'iso':{'S':'2024-13-01T00:00:00Z'}}", "attribute 'iso': '2024-13-01T00:00:00Z' is no ISO 8601 time such as 2024-05-17T08:29:02.742Z", "iso");
    expect_bad(k, &a, sizeof a, "{'color':{'S':'blue'}}", "attribute 'color': 'blue' is none of the enum`s names", "color");
    expect_bad(k, &a, sizeof a, "{'color':{'S':''}}", "attribute 'color': '' is none of the enum`s names", "color");
}

static void a_text_that_does_not_fit_the_memory_says_how_much_is_missing(void **state)
{
    static const char item[] = "{\"text\":{\"S\":\"k\"},\"str\":{\"S\":\"0123456789012345678901234567890123456789\"},\"u8\":{\"N\":\"300\"}}";
    dyn__known *k = know(&loose_model);
    all a;

    (void)state;
    for (size_t step = 1; step < sizeof item; step += 20)
        for (size_t size = 0; size < 44; size++) {
            work.size = size, work.used = 0;
            decoder.keep = NULL;
            assert_int_equal(decode(k, &a, item, sizeof item - 1, step), DYN__GOOD);
            assert_int_equal(decoder.status, size < 40 ? DYN_NO_MEMORY : DYN_BAD_ROW);     /* the first reason wins */
            assert_int_equal(error.status, decoder.status);
            assert_int_equal(error.needed, size < 40 ? 40 - size : 0);
            assert_string_equal(error.attribute, size < 40 ? "str" : "u8");
        }
}

static void lists_take_no_more_than_they_hold(void **state)
{
    dyn__known *k = know(&loose_model);
    all a;

    (void)state;
    expect_read(k, &a, sizeof a, "{'ints':{'L':[{'N':'1'},{'N':'2'},{'N':'3'}]},'u8':{'N':'7'}}", DYN_OK);
    assert_true(a.int_count == 3 && a.ints[2] == 3 && a.u8 == 7);
    expect_bad(k, &a, sizeof a, "{'ints':{'L':[{'N':'1'},{'N':'2'},{'N':'3'},{'N':'4'},{'S':'x'}]},'u8':{'N':'7'}}", "attribute 'ints': more than the 3 elements there is room for", "ints");
    assert_int_equal(a.u8, 7);
    expect_read(k, &a, sizeof a, "{'ints':{'L':[]},'texts':{'L':[ ]},'bools':{'L':[{'BOOL':false}]}}", DYN_OK);
    assert_true(a.int_count == 0 && a.text_count == 0 && a.bool_count == 1 && !a.bools[0]);
    expect_bad(k, &a, sizeof a, "{'ints':{'L':[{'N':'32768'}]}}", "attribute 'ints': the number 32768 does not fit a signed integer of 16 bits (-32768 to 32767); use a wider member or DYN_NUMBER", "ints");
}

static void refuses_what_is_no_item(void **state)
{
    static const char *cases[] = {
        "[]", "1", "{'u8'}", "{'u8':}", "{'u8':{}}", "{'u8':1}", "{'u8':{'N':}}", "{'u8':{'N':1}}", "{'u8':{'N':'1','S':'x'}}", "{'u8':{'N':'1'},}", "{,}", "{'u8':{'N':'1'}'i8':{'N':'1'}}",
        "{'u8':{'N':'1'}]", "{'ints':{'L':[,]}}", "{'ints':{'L':[{'N':'1'},]}}", "{'ints':{'L':[{'N':'1'}}", "{'ints':{'L':{}}}", "{'in':{'M':[]}}", "{'in':{'M':{}],", "{'yes':{'BOOL':1}}",
        "{'yes':{'BOOL':tru }}", "{'yes':{'BOOL':'true'}}", "{'str':{'S':1}}", "{'str':{'S':null}}", "{'str':{'S':'\\x'}}", "{'str':{'S':'a\nb'}}", "{'str':{'S':'\\ud800'}}", "{'x':{'S':'\\ud800'}}",
        "{'x':[1,]}", "{'x':nul}", "{'x':01}", "{'\\x':1}", "{'u8' 1}", "{u8:1}", "{'u8':{'N':'1'},'u8\n':1}",
    };
    dyn__known *k = know(&loose_model);
    all a;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        for (size_t step = 1; step < 40; step += 13) {
            const char *text = q(cases[i]);
            memset(&a, 0, sizeof a);
            work.size = sizeof work_bytes;
            int r = decode(k, &a, text, strlen(text), step);
            bool null = strcmp(cases[i], "{'u8':1}") == 0 || strcmp(cases[i], "{'u8':{}}") == 0;
            if (r != DYN__BAD && !(null && decoder.status == DYN_BAD_ROW))
                fail_msg("%s in steps of %u: %d %s", text, (unsigned)step, r, error.text);
        }
}

static void a_document_that_is_cut_asks_for_more(void **state)
{
    const char *text = q("{'text':{'S':'key'},'sk':{'S':'N#255#32767'}," FULL_ITEM "}");
    dyn__known *k = know(&all_model);
    all a;

    (void)state;
    for (size_t n = 1; n < strlen(text); n++) {
        work.size = sizeof work_bytes;
        assert_int_equal(decode(k, &a, text, n, n), DYN__MORE);
    }
}

/* ---- keys ---- */

static void key_only_members_are_read_back_from_their_template(void **state)
{
    static const dyn_field fields[] = {
        DYN_TEXT(all, text, .key_only = true), DYN_STR(all, str, .key_only = true), DYN_INT(all, u16, .key_only = true), DYN_INT(all, i64, .key_only = true), DYN_ISO(all, iso, .key_only = true),
        DYN_ENUM(all, color, colors, .key_only = true), DYN_MILLIS(all, millis, .key_only = true), DYN_INT(all, u8, .optional = true),
    };
    static const dyn_model m = { DYN_MODEL(all, fields), .table = "t", .pk = "pk = T#{text}##{u16:5}{str}--{color}!", .sk = "sk = {millis:13}/{iso}/{i64:19}end" };
    dyn__known *k = know(&m);
    dyn_arena keep = { memory + sizeof memory / 2, 100, 0, 0, 0 };
    all a, back;

    (void)state;
    memset(&a, 0, sizeof a);
    strcpy(a.text, "b#7"), a.str.ptr = "caf\xc3\xa9 \"-x", a.str.len = 9, a.u16 = 42, a.i64 = INT64_MAX, a.iso = 1715934542742, a.color = GREEN, a.millis = 7;
    const char *json = encode(k, &a);
    if (!json)
        fail_msg("%s", error.text);
    assert_string_equal(json, q("{'pk':{'S':'T#b#7##00042caf\xc3\xa9 \\'-x--green!'},'sk':{'S':'0000000000007/2024-05-17T08:29:02.742Z/9223372036854775807end'},'u8':{'N':'0'}}"));
    char text[512];
    strcpy(text, json);
    for (int round = 0; round < 2; round++) {
        know(&m);
        decoder.keep = round ? &keep : NULL;
        expect_read(dyn__known_find(models, &m), &back, sizeof back, text, DYN_OK);
        assert_string_equal(back.text, a.text);
        assert_int_equal(back.str.len, 9);
        assert_memory_equal(back.str.ptr, a.str.ptr, 9);
        assert_true(back.u16 == 42 && back.i64 == INT64_MAX && back.iso == a.iso && back.color == GREEN && back.millis == 7);
    }
}

static void a_key_that_does_not_fit_its_template_is_a_bad_row(void **state)
{
    static const dyn_field fields[] = { DYN_TEXT(all, text, .key_only = true), DYN_INT(all, u8, .key_only = true), DYN_ENUM(all, color, colors, .key_only = true), DYN_ISO(all, iso, .key_only = true) };
    static const dyn_model m = { DYN_MODEL(all, fields), .table = "t", .pk = "pk = T#{text}#{u8:3}", .sk = "sk = {color}/{iso}" };
    static const char *keys[] = { "", "T", "T#", "X#a#001", "T#a", "T#a#01", "T#a#0001", "T#a#x01", "T#a#256", "T#12345678#001", "T#a#-01", "t#a#001" };
    static const char *sorts[] = { "", "red", "red/", "blue/2024-05-17T08:29:02.000Z", "red/2024-05-17", "/2024-05-17T08:29:02.000Z", "red/2024-05-17T08:29:02.000Z!",
                                   "red/2024-05-17T08:29:02Z", "red/2024-05-17T08:29:02.742123Z" };   /* another form would be another item */
    dyn__known *k = know(&m);
    all a;

    (void)state;
    for (size_t i = 0; i < COUNT(keys) + COUNT(sorts); i++) {
        char text[256], says[320];
        bool sort = i >= COUNT(keys);
        const char *key = sort ? sorts[i - COUNT(keys)] : keys[i];
        snprintf(text, sizeof text, "{'pk':{'S':'%s'},'sk':{'S':'%s'}}", sort ? "T#a#001" : key, sort ? key : "red/2024-05-17T08:29:02.000Z");
        snprintf(says, sizeof says, "key '%s': its text '%s' does not fit the template of model 'all'", sort ? "sk" : "pk", key);
        expect_bad(k, &a, sizeof a, text, says, "");
    }
    expect_read(k, &a, sizeof a, "{'pk':{'S':'T#1234567#255'},'sk':{'S':'red/2024-05-17T08:29:02.000Z'}}", DYN_OK);
    assert_true(a.u8 == 255 && a.color == RED);
    expect_bad(k, &a, sizeof a, "{'pk':{'N':'1'}}", "key 'pk': found a number (N), a template makes a text (S)", "");
}

/* Two slices of one key, with every size of memory: right, or no memory. */
static void a_key_larger_than_the_memory_is_no_memory(void **state)
{
    static const dyn_field fields[] = { DYN_STR(all, str, .key_only = true), DYN_STR(all, in.note, .key_only = true), DYN_INT(all, u8, .optional = true) };
    static const dyn_model m = { DYN_MODEL(all, fields), .table = "t", .pk = "pk = A#{str}#{in.note}" };
    static const char item[] = "{\"pk\":{\"S\":\"A#first#second\"},\"u8\":{\"N\":\"1\"}}";
    dyn__known *k = know(&m);
    all a;
    size_t enough = 0;

    (void)state;
    for (size_t step = 1; step < sizeof item; step += 30)
        for (size_t size = 0; size < 60; size++) {
            unsigned char *exact = (unsigned char *)malloc(size ? size : 1);
            work.base = exact, work.size = size, work.used = 0;
            assert_int_equal(decode(k, &a, item, sizeof item - 1, step), DYN__GOOD);
            if (decoder.status == DYN_OK) {
                assert_memory_equal(a.str.ptr, "first", 5);
                assert_memory_equal(a.in.note.ptr, "second", 6);
                enough = enough ? enough : size;
            } else {
                assert_int_equal(decoder.status, DYN_NO_MEMORY);
                assert_int_equal(error.status, DYN_NO_MEMORY);
                assert_in_range(error.needed, 1, 60);
                assert_non_null(strstr(error.text, "attribute \"pk\": a text of "));
            }
            free(exact);
        }
    assert_in_range(enough, 14, 40);
}

static void notes_the_raw_keys(void **state)
{
    dyn__known *k = know(&all_model);
    char text[1 << 11];
    size_t n = strlen(strcpy(text, q("{" FULL_ITEM ",'text':{'S':'k\\u0065y'},'sk': {'S':'N#255#32767'} }")));
    all a;

    (void)state;
    for (size_t step = 1; step < n + 20; step += 9) {
        memset((void *)&work, 0, sizeof work);
        work.base = work_bytes, work.size = sizeof work_bytes;
        memset((void *)&decoder, 0, sizeof decoder);
        decoder.want_key = true;
        assert_int_equal(decode(k, &a, text, n, step), DYN__GOOD);
        assert_int_equal(decoder.status, DYN_OK);
        assert_int_equal(decoder.key[0].len, 16);
        assert_memory_equal(decoder.key[0].ptr, q("{'S':'k\\u0065y'}"), 16);
        const char *sk = decoder.key[1].ptr;
        size_t len = decoder.key[1].len;
        for (; len && *sk == ' '; len--)
            sk++;
        assert_int_equal(len, 19);
        assert_memory_equal(sk, q("{'S':'N#255#32767'}"), 19);
        expect_full(&a);
    }
}

/* A struct that is an item of its own elsewhere: nested, its templates mean nothing. */
static void a_nested_struct_has_no_keys(void **state)
{
    static const dyn_field part_fields[] = { DYN_INT(inner, x, .key_only = true), DYN_TEXT(inner, label) };
    static const dyn_model part = { DYN_MODEL(inner, part_fields), .table = "t", .pk = "pk = P#{label}", .sk = "sk = {x:5}" };
    static const dyn_field fields[] = { DYN_TEXT(all, text), DYN_MAP(all, in, part) };
    dyn__known *k = know(MODEL(fields, .pk = "pk = T#{text}"));
    all a;

    (void)state;
    memset(&a, 0, sizeof a);
    strcpy(a.text, "a"), strcpy(a.in.label, "b"), a.in.x = 5;
    assert_string_equal(encode(k, &a), q("{'pk':{'S':'T#a'},'text':{'S':'a'},'in':{'M':{'x':{'N':'5'},'label':{'S':'b'}}}}"));
    expect_read(k, &a, sizeof a, "{'pk':{'S':'T#a'},'text':{'S':'a'},'in':{'M':{'pk':{'S':'P#c'},'sk':{'N':'1'},'x':{'N':'5'},'label':{'S':'b'}}}}", DYN_OK);
    assert_int_equal(a.in.x, 5);
}

/* ---- round trips ---- */

static void random_text(char *to, size_t size)
{
    static const char *pieces[] = { "a", "Z", "0", " ", "\"", "\\", "\n", "\x01", "\x7f", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "#", "/", "{", "}" };
    size_t n = 0;

    for (size_t left = next_random() % size; left > 0; left--) {
        const char *p = pieces[next_random() % COUNT(pieces)];
        if (n + strlen(p) >= size)
            break;
        memcpy(to + n, p, strlen(p));
        n += strlen(p);
    }
    memset(to + n, 0, size - n);
}

static double random_real(void)
{
    double d;

    for (;;) {
        uint64_t bits = next_random();
        memcpy(&d, &bits, sizeof d);
        if (d == d && fabs(d) >= 1e-130 && fabs(d) < 9e125)
            return d;
    }
}

static void random_item(all *a, char *room, char *room2)
{
    memset(a, 0, sizeof *a);
    do
        random_text(a->text, sizeof a->text);
    while (!*a->text);
    random_text(room, 64), a->str.ptr = room, a->str.len = strlen(room);
    a->yes = next_random() & 1, a->i8 = (int8_t)next_random(), a->u8 = (uint8_t)next_random(), a->i16 = (int16_t)(next_random() & 0x7fff), a->u16 = (uint16_t)next_random();
    a->i32 = (int32_t)next_random(), a->u32 = (uint32_t)next_random(), a->i64 = (int64_t)next_random(), a->u64 = next_random() >> next_random() % 64;
    a->f = (float)(random_real() / 1e100), a->d = next_random() % 4 ? random_real() : (double)(int16_t)next_random() / 100;
    if (!(a->f - a->f == 0) || a->f == 0)
        a->f = 1;                                              /* infinity, and the zero with a sign, which has none in DynamoDB */
    snprintf(a->n.text, sizeof a->n.text, "%s%u.%uE%d", next_random() & 1 ? "-" : "", (unsigned)(next_random() % 1000), (unsigned)(next_random() >> 34), (int)(next_random() % 200) - 100);
    a->seconds = (int32_t)next_random(), a->useconds = (uint32_t)next_random(), a->millis = (int64_t)next_random(), a->umillis = next_random() >> 1;
    a->iso = (int64_t)(next_random() % 253402300800000u), a->color = next_random() & 1 ? RED : GREEN;
    a->in.x = (int32_t)next_random(), random_text(a->in.label, sizeof a->in.label), a->in.has_note = next_random() & 1;
    if (a->in.has_note)
        random_text(room2, 16), a->in.note.ptr = room2, a->in.note.len = strlen(room2);
    a->in.level = next_random() & 1 ? 0 : random_real();
    a->int_count = (uint8_t)(next_random() % 4), a->real_count = (uint32_t)(next_random() % 3), a->bool_count = next_random() % 3, a->text_count = (int)(next_random() % 3);
    for (unsigned i = 0; i < a->int_count; i++)
        a->ints[i] = (int16_t)next_random();
    for (unsigned i = 0; i < a->real_count; i++)
        a->reals[i] = (float)(int32_t)next_random() / 1000;
    for (unsigned i = 0; i < a->bool_count; i++)
        a->bools[i] = next_random() & 1;
    for (int i = 0; i < a->text_count; i++)
        random_text(a->texts[i], sizeof a->texts[i]);
}

static void random_items_come_back_as_they_were(void **state)
{
    dyn__known *k = know(&all_model);
    char room[64], room2[16];
    all a, back;

    (void)state;
    seed = 424242;
    for (int round = 0; round < 10000; round++) {
        random_item(&a, room, room2);
        const char *json = encode(k, &a);
        if (!json)
            fail_msg("round %d: %s", round, error.text);
        memset(&back, 0, sizeof back);
        work.size = sizeof work_bytes, work.used = 0;
        if (decode(k, &back, json, strlen(json), 1 + next_random() % 700) != DYN__GOOD || decoder.status != DYN_OK)
            fail_msg("round %d: %s\n%s", round, json, error.text);
        assert_int_equal(back.str.len, a.str.len);
        assert_memory_equal(back.str.ptr, a.str.ptr, a.str.len);
        assert_int_equal(back.in.note.len, a.in.note.len);
        assert_memory_equal(back.in.note.ptr, a.in.note.len ? a.in.note.ptr : back.in.note.ptr, a.in.note.len);
        assert_true(strcmp(back.n.text, a.n.text) == 0);
        back.str = a.str, back.in.note = a.in.note, back.n = a.n;
        memset(back.text + strlen(back.text), 0, sizeof back.text - strlen(back.text));
        memset(back.in.label + strlen(back.in.label), 0, sizeof back.in.label - strlen(back.in.label));
        for (int i = 0; i < back.text_count; i++)
            memset(back.texts[i] + strlen(back.texts[i]), 0, sizeof back.texts[i] - strlen(back.texts[i]));
        assert_memory_equal(&back, &a, sizeof a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_right_model_passes_the_check), cmocka_unit_test(a_model_without_head_table_or_key_is_refused), cmocka_unit_test(a_name_that_means_two_members_is_refused),
        cmocka_unit_test(attribute_names_are_1_to_255_bytes_of_utf8), cmocka_unit_test(wrong_keys_are_refused_by_name), cmocka_unit_test(key_only_stands_in_a_template),
        cmocka_unit_test(an_initial_value_is_one_of_its_member), cmocka_unit_test(fields_of_another_struct_are_refused), cmocka_unit_test(nested_models_are_checked_too),
        cmocka_unit_test(a_known_model_lists_attributes_then_template_keys), cmocka_unit_test(a_model_that_has_no_room_is_not_made), cmocka_unit_test(writes_every_kind),
        cmocka_unit_test(leaves_out_what_is_absent), cmocka_unit_test(writes_a_zeroed_number_as_zero), cmocka_unit_test(refuses_what_cannot_be_stored_by_name),
        cmocka_unit_test(refuses_key_parts_that_could_not_be_read_back), cmocka_unit_test(writes_times_beyond_2038_in_unsigned_seconds), cmocka_unit_test(writes_the_same_from_any_byte_on),
        cmocka_unit_test(writes_a_float_as_short_as_it_is_meant), cmocka_unit_test(floats_read_back_and_are_no_longer_than_nine_digits), cmocka_unit_test(reads_every_kind_in_every_split),
        cmocka_unit_test(reads_attributes_in_any_order_with_white_space), cmocka_unit_test(passes_over_unknown_attributes_of_every_shape),
        cmocka_unit_test(knows_a_name_that_is_written_with_escapes), cmocka_unit_test(takes_null_and_absence_where_the_model_allows_them), cmocka_unit_test(a_missing_or_null_member_is_named),
        cmocka_unit_test(another_type_than_declared_is_named), cmocka_unit_test(numbers_fit_their_member_or_are_refused), cmocka_unit_test(floats_that_overflow_or_vanish_are_refused),
        cmocka_unit_test(numbers_of_38_digits_are_kept_and_long_forms_shortened), cmocka_unit_test(texts_fit_their_member_to_the_last_byte),
        cmocka_unit_test(a_text_that_does_not_fit_the_memory_says_how_much_is_missing), cmocka_unit_test(lists_take_no_more_than_they_hold), cmocka_unit_test(refuses_what_is_no_item),
        cmocka_unit_test(a_document_that_is_cut_asks_for_more), cmocka_unit_test(key_only_members_are_read_back_from_their_template),
        cmocka_unit_test(a_key_that_does_not_fit_its_template_is_a_bad_row), cmocka_unit_test(a_key_larger_than_the_memory_is_no_memory), cmocka_unit_test(notes_the_raw_keys),
        cmocka_unit_test(a_nested_struct_has_no_keys), cmocka_unit_test(random_items_come_back_as_they_were),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

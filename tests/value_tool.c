#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* The C side of tests/py_values.py: one command a line on stdin, one answer a line on stdout, fields separated by tabs.
 *   rest    FROM  TO    ->  OK: the item FROM is read with all its attributes in a DYN_REST, and put as TO
 *   value   FROM  TO    ->  OK: the same of its attribute "v", a DYN_VALUE
 *   build   TO  JSON    ->  OK: the value, taken apart and built again by dyn_build, is the rest of a new item TO
 *   plain   TO  JSON    ->  OK and the plain JSON of what plain JSON became, which is put as TO
 *   show    FROM        ->  OK and the item's rest as plain JSON
 *   struct  FORM  JSON  ->  OK and the struct as plain JSON and as DynamoDB's; FORM: plain, dynamodb
 * or the status and the error's text. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct any {
    char      id[40];
    dyn_value rest;
} any;
static const dyn_field any_fields[] = { DYN_TEXT(any, id), DYN_REST(any, rest) };
static const dyn_model any_model = { DYN_MODEL(any, any_fields), .table = "values", .pk = "id" };

typedef struct one {
    char      id[40];
    dyn_value v;
} one;
static const dyn_field one_fields[] = { DYN_TEXT(one, id), DYN_VALUE(one, v) };
static const dyn_model one_model = { DYN_MODEL(one, one_fields), .table = "values", .pk = "id" };

typedef struct inner {
    int16_t x;
    dyn_str text;
} inner;
static const dyn_field inner_fields[] = { DYN_INT(inner, x), DYN_STR(inner, text, .attr = "a \"text\"") };
static const dyn_model inner_model = { DYN_MODEL(inner, inner_fields) };

static const dyn_name colours[] = { { 1, "red" }, { -5, "dark \xc3\xa9" } };
typedef struct thing {
    char       id[24];
    int8_t     small;
    uint64_t   wide;
    int64_t    deep;
    double     real;
    float      single;
    bool       yes;
    dyn_number exact;
    dyn_str    text;
    dyn_str    blob;
    unsigned char four[4];
    int        colour;
    int64_t    at;
    unsigned char uuid[16];
    inner      in;
    inner      several[4];
    int        several_count;
    double     reals[5];
    int        real_count;
    int32_t    set[6];
    uint8_t    set_count;
    dyn_str    words[5];
    int        word_count;
    dyn_number numbers[4];
    int        number_count;
    dyn_value  free;
} thing;
static const dyn_field fields[] = {
    DYN_TEXT(thing, id), DYN_INT(thing, small), DYN_INT(thing, wide), DYN_INT(thing, deep), DYN_REAL(thing, real), DYN_REAL(thing, single), DYN_BOOL(thing, yes),
    DYN_NUMBER(thing, exact), DYN_STR(thing, text), DYN_BLOB(thing, blob), DYN_BYTES(thing, four), DYN_ENUM(thing, colour, colours), DYN_ISO(thing, at),
    DYN_UUID(thing, uuid), DYN_MAP(thing, in, inner_model), DYN_MAP_LIST(thing, several, several_count, inner_model), DYN_REAL_LIST(thing, reals, real_count),
    DYN_INT_SET(thing, set, set_count), DYN_STR_SET(thing, words, word_count), DYN_NUMBER_LIST(thing, numbers, number_count), DYN_VALUE(thing, free),
};
static const dyn_model model = { DYN_MODEL(thing, fields), .table = "values", .pk = "id" };

static unsigned char memory[2 * 1024 * 1024], room[1024 * 1024];
static char buffer[512 * 1024], text[512 * 1024], other[512 * 1024], line[1024 * 1024];
static dyn_client db;
static dyn_error error;

/* The value under this name into b, piece by piece: every scalar is taken out and given anew. */
static void rebuild(dyn_build *b, const char *name, dyn_value v, dyn_type element, dyn_arena *arena)
{
    dyn_type type = element == DYN_TYPE_NONE ? dyn_value_type(v) : element;
    dyn_value each;
    dyn_str s, key;
    size_t at = 0;
    bool yes;

    if (type == DYN_TYPE_S && dyn_value_text(v, arena, &s) == DYN_OK)
        dyn_build_slice(b, name, s);
    else if (type == DYN_TYPE_N && dyn_value_digits(v, &s) == DYN_OK) {
        static char digits[256];
        snprintf(digits, sizeof digits, "%.*s", (int)s.len, s.ptr);
        dyn_build_number(b, name, digits);
    } else if (type == DYN_TYPE_B && dyn_value_blob(v, arena, &s) == DYN_OK)
        dyn_build_bytes(b, name, s.ptr, s.len);
    else if (type == DYN_TYPE_BOOL && dyn_value_bool(v, &yes) == DYN_OK)
        dyn_build_bool(b, name, yes);
    else if (type == DYN_TYPE_NULL)
        dyn_build_null(b, name);
    else {
        dyn_type of = type == DYN_TYPE_SS ? DYN_TYPE_S : type == DYN_TYPE_NS ? DYN_TYPE_N : type == DYN_TYPE_BS ? DYN_TYPE_B : DYN_TYPE_NONE;
        if (type == DYN_TYPE_M)
            dyn_build_map(b, name);
        else if (type == DYN_TYPE_L)
            dyn_build_list(b, name);
        else
            dyn_build_set(b, name, type);
        while (dyn_value_next(v, &at, &s, &each)) {
            char *plain = NULL;
            if (type == DYN_TYPE_M && dyn_value_name(s, arena, &key) == DYN_OK) {
                plain = (char *)calloc(1, key.len + 1);
                memcpy(plain, key.ptr, key.len);
            }
            rebuild(b, plain, each, of, arena);
            free(plain);
        }
        dyn_build_close(b);
    }
}

static void say(dyn_status s, const dyn_error *e)
{
    if (s == DYN_OK)
        printf("OK\n");
    else
        printf("%s\t%s\n", dyn_status_name(s), e->text);
}

static dyn_status put_rest(const char *id, dyn_value v)
{
    any a;

    memset(&a, 0, sizeof a);
    snprintf(a.id, sizeof a.id, "%s", id);
    a.rest = v;
    return dyn_put(&db, &any_model, &a, NULL);
}

static void copy_rest(const char *from, const char *to)
{
    any a;
    dyn_status s = dyn_get_key(&db, &any_model, &a, DYN_KEY(from), NULL);

    if (s == DYN_OK)
        s = put_rest(to, a.rest);
    say(s, dyn_last_error(&db));
}

static void copy_value(const char *from, const char *to)
{
    one o;
    dyn_status s = dyn_get_key(&db, &one_model, &o, DYN_KEY(from), NULL);

    snprintf(o.id, sizeof o.id, "%s", to);
    if (s == DYN_OK)
        s = dyn_put(&db, &one_model, &o, NULL);
    say(s, dyn_last_error(&db));
}

static void build(const char *to, const char *json)
{
    dyn_arena arena = { room, sizeof room, 0, 0, 0 };
    dyn_value v, built;
    dyn_build b;
    dyn_status s = dyn_value_check(json, strlen(json), &v, &error);

    if (s == DYN_OK) {
        dyn_build_begin(&b, buffer, sizeof buffer);
        rebuild(&b, NULL, v, DYN_TYPE_NONE, &arena);
        s = dyn_build_end(&b, &built, &error);
    }
    if (s != DYN_OK)
        say(s, &error);
    else if (!dyn_value_equal(v, built))
        printf("what was built is not equal\n");
    else
        s = put_rest(to, built), say(s, dyn_last_error(&db));
}

static void plain(const char *to, const char *json)
{
    dyn_value v;
    dyn_status s = dyn_value_from_json(json, strlen(json), buffer, sizeof buffer, &v, &error);

    if (s == DYN_OK)
        s = dyn_value_to_json(v, text, sizeof text, NULL);
    if (s != DYN_OK)
        say(s, &error);
    else if ((s = put_rest(to, v)) != DYN_OK)
        say(s, dyn_last_error(&db));
    else
        printf("OK\t%s\n", text);
}

static void show(const char *from)
{
    any a;
    dyn_status s = dyn_get_key(&db, &any_model, &a, DYN_KEY(from), NULL);

    if (s != DYN_OK)
        say(s, dyn_last_error(&db));
    else if (!a.rest.len)
        printf("OK\t{}\n");                   /* there is no other attribute */
    else
        printf("%s\t%s\n", dyn_value_to_json(a.rest, text, sizeof text, NULL) == DYN_OK ? "OK" : "no JSON", text);
}

static void through_struct(const char *form, const char *json)
{
    dyn_arena arena = { room, sizeof room, 0, 0, 0 };
    thing t;
    dyn_status s = dyn_from_json(&model, &t, strcmp(form, "plain") ? DYN_FORM_DYNAMODB : DYN_FORM_PLAIN, json, strlen(json), &arena, &error);

    if (s == DYN_OK)
        s = dyn_to_json(&model, &t, DYN_FORM_PLAIN, &arena, text, sizeof text, NULL, &error);
    if (s == DYN_OK)
        s = dyn_to_json(&model, &t, DYN_FORM_DYNAMODB, &arena, other, sizeof other, NULL, &error);
    if (s == DYN_OK)
        printf("OK\t%s\t%s\n", text, other);
    else
        say(s, &error);
}

int main(int argc, char **argv)
{
    if (argc != 2 || dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory), .endpoint = getenv("DYNREPO_ENDPOINT"), .table_prefix = argv[1] }) != DYN_OK)
        return argc == 2 ? dyn_print_error(&db), 1 : 2;
    while (fgets(line, sizeof line, stdin)) {
        char *word[3] = { line, line + strlen(line), line + strlen(line) };
        line[strcspn(line, "\n")] = '\0';
        for (int i = 1; i < 3 && (word[i] = strchr(word[i - 1], '\t')) != NULL; i++)
            *word[i]++ = '\0';
        if (!word[1] || (!word[2] && strcmp(word[0], "show") != 0))
            return 3;
        if (strcmp(word[0], "rest") == 0)
            copy_rest(word[1], word[2]);
        else if (strcmp(word[0], "value") == 0)
            copy_value(word[1], word[2]);
        else if (strcmp(word[0], "build") == 0)
            build(word[1], word[2]);
        else if (strcmp(word[0], "plain") == 0)
            plain(word[1], word[2]);
        else if (strcmp(word[0], "show") == 0)
            show(word[1]);
        else
            through_struct(word[1], word[2]);
        fflush(stdout);
    }
    dyn_close(&db);
    return 0;
}

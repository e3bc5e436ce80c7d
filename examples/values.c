/* Values without a model: built, looked into, compared and stored as they are; values of an expression that is put together at run time; a call moved on
 * step by step; what an error tells a program; and a signature for any service. */
#define DYNREPO_IMPLEMENTATION
#include "dynrepo.h"
#include <stdio.h>
#include <string.h>

typedef struct thing {
    char      id[16];
    double    weight;
    dyn_value more;                   /* whatever it is */
} thing;
static const dyn_field thing_fields[] = { DYN_TEXT(thing, id), DYN_REAL(thing, weight), DYN_VALUE(thing, more, .optional = true) };
static const dyn_model thing_model = { DYN_MODEL(thing, thing_fields), .table = "values", .pk = "id" };
DYN_TYPED(thing, thing_model)

/* A value of every type, in a buffer. */
static dyn_status build(char *buffer, size_t size, dyn_value *v, dyn_error *error)
{
    static const dyn_str langs[] = { { "C", 1 }, { "Python", 6 } };
    dyn_value inner;
    dyn_build b;

    if (dyn_value_check("{\"S\":\"as it is\"}", 16, &inner, error) != DYN_OK)
        return error->status;
    dyn_build_begin(&b, buffer, size);
    dyn_build_map(&b, NULL);
    dyn_build_text(&b, "name", "Ada Lovelace");
    dyn_build_uint(&b, "age", 36);
    dyn_build_real(&b, "height", 1.65);
    dyn_build_bool(&b, "here", true);
    dyn_build_null(&b, "boss");
    dyn_build_bytes(&b, "picture", "\x89PNG", 4);
    dyn_build_set(&b, "langs", DYN_TYPE_SS);
    for (size_t i = 0; i < 2; i++)
        dyn_build_slice(&b, NULL, langs[i]);
    dyn_build_close(&b);
    dyn_build_value(&b, "note", inner);
    dyn_build_close(&b);
    return dyn_build_end(&b, v, error);
}

static void add(void *user, const void *data, size_t size)
{
    (void)data;
    *(size_t *)user += size;
}

/* A list in a list and so on, as deep as DynamoDB takes it, into a sink: its bytes are counted, none is kept. */
static size_t deep(void)
{
    size_t bytes = 0;
    const dyn_sink count = { add, &bytes };
    dyn_error error;
    dyn_build b;

    dyn_build_begin_sink(&b, &count);
    for (int i = 0; i < DYN_MAX_DEPTH; i++)
        dyn_build_list(&b, NULL);
    for (int i = 0; i < DYN_MAX_DEPTH; i++)
        dyn_build_close(&b);
    return dyn_build_end(&b, NULL, &error) == DYN_OK ? bytes : 0;
}

static int look(dyn_value v)
{
    unsigned char texts[64], picture[8];
    dyn_arena arena = { .base = texts, .size = sizeof texts };
    char name[32];
    uint64_t age;
    double height;
    bool here;
    size_t n, at = 0, langs = 0;
    dyn_str raw, text, digits, blob;
    dyn_value found, each;
    const dyn_str key = { "name", 4 };

    if (!dyn_value_member(v, key, &found) || dyn_value_copy(found, name, sizeof name, &n) != DYN_OK)
        return 1;
    if (!dyn_value_get(v, "age", &found) || dyn_value_uint(found, &age) != DYN_OK || dyn_value_digits(found, &digits) != DYN_OK)
        return 1;
    if (!dyn_value_get(v, "height", &found) || dyn_value_real(found, &height) != DYN_OK || height < 1)
        return 1;
    if (!dyn_value_get(v, "here", &found) || dyn_value_bool(found, &here) != DYN_OK || !here)
        return 1;
    if (!dyn_value_get(v, "picture", &found) || dyn_value_bytes(found, picture, sizeof picture, &n) != DYN_OK || dyn_value_blob(found, &arena, &blob) != DYN_OK)
        return 1;
    while (dyn_value_next(v, &at, &raw, &each)) {
        if (dyn_value_name_is(raw, "langs"))
            langs = dyn_value_count(each);
        if (dyn_value_name(raw, &arena, &text) != DYN_OK)
            return 1;
        arena.used = blob.len;
    }
    printf("name \"%s\", %.*s years, %u languages, %u bytes of picture, %s boss\n", name, (int)digits.len, digits.ptr, (unsigned)langs, (unsigned)n,
           dyn_value_get(v, "boss", &found) && dyn_value_is_null(found) ? "no" : "a");
    return dyn_value_get(v, "note", &found) ? 0 : 1;
}

/* Which things a filter lets through that is put together at run time: one of two weights, or more than a digits' worth. */
static int filter(dyn_client *db, dyn_value other)
{
    const dyn_arg weights[] = { dyn_int(1), dyn_uint(7) };
    const dyn_str id = { "b", 1 };
    dyn_arg args[] = { dyn_slice(id), dyn_real(2.5), dyn_num("100"), dyn_null(), dyn_val(other), dyn_bool(true), dyn_list(weights, 2), dyn_set(weights, 2) };
    dyn_query q;
    dyn_rows rows;
    thing t;

    memset(&q, 0, sizeof q);
    dyn_expr_of(&q.where[0], "id = ? AND weight > ? AND weight < ? AND more <> ? AND more <> ? AND more <> ? AND more <> ? AND more <> ?", args, 8);
    thing_scan(db, &rows, &q);
    while (thing_next(&rows, &t) == DYN_ROW)
        printf("matching: %s\n", t.id);
    return dyn_finish(&rows) != DYN_OK;
}

static void to_stdout(void *user, const void *data, size_t size)
{
    (void)user;
    fwrite(data, 1, size, stdout);
}

/* The same call without blocking, and one that is given up. */
static int step(dyn_client *db)
{
    thing t = { .id = "nowhere" };
    dyn_status s = thing_get_begin(db, &t, NULL);

    while (s == DYN_OK || s == DYN_PENDING) {
        s = dyn_step(db);
        if (s == DYN_PENDING)
            (void)dyn_wants(db);      /* .handle, .events and .ms are for your poll; this loop just asks again */
    }
    printf("stepped: %s\n", dyn_status_name(s));
    if (thing_get_begin(db, &t, NULL) != DYN_OK)
        return 1;
    dyn_cancel(db);
    return dyn_last_error(db)->status != DYN_CANCELLED;
}

int main(void)
{
    static unsigned char memory[48 * 1024];
    char buffer[512], header[512], text[512], date[17];
    const dyn_sink sink = { .write = to_stdout };
    dyn_error error;
    dyn_value v;
    dyn_client db;

    memset(&error, 0, sizeof error);
    if (build(buffer, sizeof buffer, &v, &error) != DYN_OK || look(v))
        return printf("%s\n", error.text), 1;
    printf("%u bytes in the table\n", (unsigned)dyn_value_size((dyn_value){ "{\"S\":\"thirty bytes of plain text....\"}", 38 }));
    printf("%u bytes of JSON, %d levels deep\n", (unsigned)deep(), DYN_MAX_DEPTH);
    if (dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory) }) != DYN_OK)
        return dyn_print_error(&db), 1;
    if (dyn_create_table(&db, &thing_model, NULL) != DYN_OK || dyn_wait_table(&db, &thing_model, DYN_TABLE_ACTIVE, NULL) != DYN_OK)
        return dyn_print_error(&db), 1;
    thing a = { "a", 1, { NULL, 0 } }, b = { "b", 3, v };
    if (thing_put(&db, &a, NULL) != DYN_OK || thing_put(&db, &b, NULL) != DYN_OK || filter(&db, (dyn_value){ "{\"N\":\"1\"}", 9 }) || step(&db))
        return dyn_print_error(&db), 1;
    strcpy(a.id, "");
    dyn_status s = thing_put(&db, &a, NULL);
    printf("refused: %s, %s, wait %u ms\n", dyn_is_callers_fault(s) ? "the program's fault" : "not its fault",
           dyn_is_transient(s) ? "transient" : "not transient", (unsigned)dyn_retry_after_ms(&db));
    if (dyn_format_error(dyn_last_error(&db), text, sizeof text) == 0)
        dyn_write_error(dyn_last_error(&db), &sink);
    if (thing_delete_key(&db, DYN_KEY("a"), NULL) != DYN_OK || dyn_delete_table(&db, &thing_model, NULL) != DYN_OK)
        return dyn_print_error(&db), 1;
    dyn_close(&db);

    dyn_sign_header host = { { "Host", 4 }, { "example.amazonaws.com", 21 } };
    s = dyn_sign(&(dyn_sign_request){ .method = { "GET", 3 }, .headers = &host, .header_count = 1, .service = { "service", 7 }, .region = { "us-east-1", 9 },
                                      .access_key = { "AKIDEXAMPLE", 11 }, .secret = { "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", 40 }, .unix_s = 1440938160 },
                 header, sizeof header, NULL, date);
    printf("signed %s\n", s == DYN_OK ? date : "not");
    return s != DYN_OK;
}
